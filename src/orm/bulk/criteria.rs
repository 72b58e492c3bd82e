//! `session.execute(update(Author).where(…).values(…))` and DELETE by criteria, with the session's objects following.

use std::rc::Rc;

use super::evaluator::{Evaluated, Evaluator};
use super::{Outcome, Returned, Synchronize, Write, returned_columns, send, with_key};
use crate::orm::Value;
use crate::orm::core::{Sent, compile_for, with_defaults};
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Slot};
use crate::orm::lifecycle::expire_attributes;
use crate::orm::mapper::Mapper;
use crate::orm::session::Session;
use crate::orm::sql::expr::{BindValue, Operand};
use crate::orm::sql::{Expr, Statement, Update};
use crate::orm::unit_of_work::Shape;
use crate::sqlite::Executed;

/// How the objects that are concerned are found.
enum Plan {
    Evaluate(Evaluator),
    /// By the keys that come back.
    Fetch,
    Off,
}

const NO_DELETE_USING: &str = "Dialect \"sqlite\" does not support RETURNING with DELETE..USING; for \
    synchronize_session='fetch', please add the additional execution option 'is_delete_using=True' to the statement to \
    indicate that a separate SELECT should be used for this backend.";

/// Executes an UPDATE or DELETE of a class.
///
/// # Errors
/// SQLite's, and criteria that cannot be evaluated where that was asked for.
pub fn execute(session: &Session, write: &Write, mapper: &Rc<Mapper>) -> Result<Outcome> {
    let plan = plan(write, mapper)?;
    let wanted = returned_columns(write)?;
    let mut statement = write.statement.clone();
    let fetches = matches!(plan, Plan::Fetch);
    match &mut statement {
        Statement::Update(update) => {
            let mut changed = (**update).clone();
            changed.where_.extend(mapper.single_table_criterion());
            changed.returning = if fetches {
                with_key(&changed.table, wanted)
            } else {
                wanted
            };
            statement = changed.into_statement();
        }
        Statement::Delete(delete) if fetches && delete.has_extra_froms() => {
            return Err(Error::raised(
                "sqlalchemy.exc.CompileError",
                NO_DELETE_USING,
            ));
        }
        Statement::Delete(delete) => {
            let mut changed = (**delete).clone();
            changed.where_.extend(mapper.single_table_criterion());
            changed.returning = if fetches {
                with_key(&changed.table, wanted)
            } else {
                wanted
            };
            statement = changed.into_statement();
        }
        _ => {}
    }
    let row = write.rows.sets().first().cloned().unwrap_or_default();
    let compiled = compile_for(&statement, std::slice::from_ref(&row))?;
    for warning in &compiled.warnings {
        session.warn(warning)?;
    }
    let rows = with_defaults(&session.engine, &statement, &compiled, &[row])?;
    let mut sent = None;
    send(session, &compiled, &rows, &mut |one| {
        sent = Some(one);
        Ok(())
    })?;
    let Some(Sent { executed, rowcount }) = sent else {
        return Ok(Outcome::default());
    };
    let mut written = Outcome {
        rowcount: if compiled.result_columns.is_empty() {
            rowcount
        } else {
            i64::try_from(executed.rows.len()).unwrap_or(i64::MAX)
        },
        ..Outcome::default()
    };
    let concerned = concerned(session, mapper, &plan, &compiled.result_columns, &executed)?;
    if write.returning.is_empty() {
        session.engine.record(executed.statement)?;
        synchronize(session, write, mapper, &rows.sent[0], &concerned)?;
    } else {
        synchronize(session, write, mapper, &rows.sent[0], &concerned)?;
        let mut returned = Returned::new(session, write);
        returned.take(&compiled, executed)?;
        written.returned = returned.finish()?;
    }
    Ok(written)
}

fn plan(write: &Write, mapper: &Rc<Mapper>) -> Result<Plan> {
    let criteria = match &write.statement {
        Statement::Update(update) => &update.where_,
        Statement::Delete(delete) => &delete.where_,
        _ => return Ok(Plan::Off),
    };
    let evaluator = || Evaluator::new(mapper, criteria);
    Ok(match write.synchronize {
        Synchronize::Off => Plan::Off,
        Synchronize::Fetch => Plan::Fetch,
        Synchronize::Auto => evaluator().map_or(Plan::Fetch, Plan::Evaluate),
        Synchronize::Evaluate => Plan::Evaluate(evaluator().map_err(|why| {
            Error::invalid_request(format!(
                "Could not evaluate current criteria in Python: \"{why}\". Specify 'fetch' or False for the \
                 synchronize_session execution option."
            ))
        })?),
    })
}

/// The session's objects whose rows were written, and whether that is certain.
fn concerned(
    session: &Session,
    mapper: &Rc<Mapper>,
    plan: &Plan,
    columns: &[crate::orm::sql::compile::ResultColumn],
    executed: &Executed,
) -> Result<Vec<(Rc<Instance>, bool)>> {
    match plan {
        Plan::Off => Ok(Vec::new()),
        Plan::Evaluate(evaluator) => {
            let all = session.identity_map.borrow().instances();
            let mut found = Vec::new();
            for instance in all {
                if !instance.mapper.is_a(mapper) || instance.state.borrow().expired {
                    continue;
                }
                match evaluator.holds(&instance)? {
                    Some(true) => found.push((instance, true)),
                    // Some of what the criteria ask is expired.
                    None => found.push((instance, false)),
                    Some(false) => {}
                }
            }
            Ok(found)
        }
        Plan::Fetch => {
            let places: Option<Vec<usize>> = mapper
                .primary_key_columns()
                .iter()
                .map(|key| {
                    columns
                        .iter()
                        .position(|column| mapper.equates(&column.expr, key))
                })
                .collect();
            let Some(places) = places else {
                return Ok(Vec::new());
            };
            Ok(executed
                .rows
                .iter()
                .filter_map(|row| {
                    let key = places.iter().map(|&place| row[place].clone());
                    session.lookup(&mapper.identity_of_row(key))
                })
                .map(|instance| (instance, true))
                .collect())
        }
    }
}

fn synchronize(
    session: &Session,
    write: &Write,
    mapper: &Rc<Mapper>,
    row: &super::Row,
    concerned: &[(Rc<Instance>, bool)],
) -> Result<()> {
    match &write.statement {
        Statement::Delete(_) => {
            for (instance, is_certain) in concerned {
                if *is_certain {
                    session.register_deleted(std::slice::from_ref(instance))?;
                } else {
                    session.expire_state(instance)?;
                }
            }
            Ok(())
        }
        Statement::Update(update) => apply(session, mapper, update, row, concerned),
        _ => Ok(()),
    }
}

/// What an attribute was set to.
enum Assigned {
    Value(Value),
    Evaluated(Evaluator),
    /// Only the database knows.
    Unknown,
}

/// Objects take over what an UPDATE has set.
fn apply(
    session: &Session,
    mapper: &Rc<Mapper>,
    update: &Update,
    row: &super::Row,
    concerned: &[(Rc<Instance>, bool)],
) -> Result<()> {
    let shape = Shape::of(mapper, &update.table)?;
    let mut assigned: Vec<(usize, Assigned)> = Vec::new();
    for column in &shape.columns {
        let Some(attribute) = column.attribute else {
            continue;
        };
        let of_statement = update
            .values
            .iter()
            .find(|(key, _)| *key == column.schema.key)
            .map(|(_, operand)| operand);
        let of_row = row.iter().find(|(key, _)| *key == column.schema.key);
        let what = match (of_statement, of_row) {
            (Some(Operand::Value(value)), _) => Assigned::Value(value.clone()),
            (Some(Operand::Expr(expr)), _) => of_expression(mapper, expr),
            (Some(_), _) => Assigned::Unknown,
            (None, Some((_, BindValue::Value(value)))) => Assigned::Value(value.clone()),
            (None, _) if column.changes_with_update() => Assigned::Unknown,
            (None, _) => continue,
        };
        assigned.push((attribute, what));
    }
    for (instance, _) in concerned {
        for (index, what) in &assigned {
            let is_changed = instance.state.borrow().committed.contains_key(index);
            let value = match what {
                Assigned::Unknown => None,
                Assigned::Value(value) => Some(Evaluated::Value(value.clone())),
                Assigned::Evaluated(evaluator) if instance.is_loaded(*index) => {
                    Some(evaluator.value(instance)?)
                }
                Assigned::Evaluated(_) => Some(Evaluated::Expired),
            };
            match value {
                _ if is_changed => expire_attributes(instance, &[*index])?,
                None | Some(Evaluated::Expired)
                    if instance.is_loaded(*index) || value.is_none() =>
                {
                    expire_attributes(instance, &[*index])?;
                }
                Some(Evaluated::Value(value)) if instance.is_loaded(*index) => {
                    instance.put(*index, Slot::Value(value));
                }
                _ => {}
            }
        }
        session
            .transaction
            .borrow_mut()
            .note_altered(instance, false);
    }
    Ok(())
}

fn of_expression(mapper: &Rc<Mapper>, expr: &Expr) -> Assigned {
    if let Some(bind) = expr.as_bind()
        && let BindValue::Value(value) = &bind.value
    {
        return Assigned::Value(value.clone());
    }
    Evaluator::new(mapper, std::slice::from_ref(expr))
        .map_or(Assigned::Unknown, Assigned::Evaluated)
}
