//! UPDATE of what has changed: rows with the same changed columns go together.

use std::rc::Rc;

use super::flush::Flush;
use super::parameters::{self, Parameters, put_defaults};
use super::save::put_stored;
use super::send;
use super::shape::{Given, Shape};
use super::statements::{Which, Write};
use crate::orm::Value;
use crate::orm::attributes::{self, ColumnChange, Passive};
use crate::orm::binds;
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Slot};
use crate::orm::lifecycle::expire_attributes;
use crate::orm::mapper::EagerDefaults;
use crate::orm::sql::Update;
use crate::orm::sql::compile::{CompileOptions, compile};
use crate::orm::sql::expr::{Operand, and_};
use crate::orm::version::{Versions, stale};

/// An object, what its row is to be given, and the key that the row has.
struct Row {
    shape: Rc<Shape>,
    instance: Rc<Instance>,
    given: Vec<Given>,
    /// With the version of the row, where it has one.
    key: Vec<Value>,
}

impl Row {
    fn kind(&self) -> (Vec<bool>, bool, usize) {
        let plain = self.given.iter().map(Given::is_value).collect();
        (plain, self.has_sql(), self.key.len())
    }

    fn has_sql(&self) -> bool {
        self.given.iter().any(Given::is_sql)
    }

    /// What the database is asked for: all that it changes with an UPDATE, when that is wanted and any of it is not given.
    fn returning(&self) -> Vec<usize> {
        let shape = &self.shape;
        if shape.mapper.eager_defaults.get() != EagerDefaults::Always {
            return Vec::new();
        }
        let columns = shape.columns.iter().zip(&self.given).enumerate();
        columns
            .filter(|(_, (column, given))| column.changes_with_update() && !given.is_value())
            .map(|(at, _)| at)
            .collect()
    }

    fn has_changes(&self) -> bool {
        self.given.iter().any(|given| !given.is_missing())
    }
}

/// Updates objects that have a row, in order.
///
/// # Errors
/// SQLite's; `StaleDataError` when a row is gone; a key that is NULL.
pub fn run(
    flush: &mut Flush,
    instances: &[(Rc<Shape>, Rc<Instance>)],
    versions: &Versions,
) -> Result<()> {
    let mut rows = Vec::new();
    for (shape, instance) in instances {
        let version = versions.get(&Rc::as_ptr(instance));
        if let Some(row) = row(flush, shape, instance, version)? {
            rows.push(row);
        }
    }
    for group in rows.chunk_by(|one, other| one.kind() == other.kind()) {
        let Some(first) = group.first() else { continue };
        let is_versioned = first.shape.version.is_some();
        let matched = if first.has_sql() || !first.returning().is_empty() || is_versioned {
            let mut matched = 0;
            for row in group {
                matched += send_group(flush, std::slice::from_ref(row))?;
            }
            matched
        } else {
            send_group(flush, group)?
        };
        check_matched(&first.shape, matched, group.len())?;
    }
    Ok(())
}

/// # Errors
/// `StaleDataError`, when the rows were fewer.
pub fn check_matched(shape: &Shape, matched: u64, expected: usize) -> Result<()> {
    if matched == expected as u64 {
        return Ok(());
    }
    Err(stale(format!(
        "UPDATE statement on table '{}' expected to update {expected} row(s); {matched} were matched.",
        shape.name
    )))
}

/// What changed; none when the row is already as the object is. `version` is that of the object's row.
fn row(
    flush: &Flush,
    shape: &Rc<Shape>,
    instance: &Rc<Instance>,
    version: Option<&Value>,
) -> Result<Option<Row>> {
    let mut given: Vec<Given> = shape
        .columns
        .iter()
        .map(|column| {
            let Some(attribute) = column.attribute else {
                return Ok(Given::Missing);
            };
            let before = instance.state.borrow().committed.get(&attribute).cloned();
            let Some(before) = before else {
                return Ok(Given::Missing);
            };
            if let Some(sql) = attributes::expression(instance, attribute) {
                return Ok(Given::Sql(sql));
            }
            let Some(value) = instance.value(attribute) else {
                // Deleted, and not set again: SQLAlchemy looks for it where nothing is any more.
                let key = &instance.mapper.attribute(attribute).key;
                return Err(Error::raised("KeyError", key.to_string()));
            };
            Ok(match before {
                Slot::Value(before) if before.is_same(&value, column.expr.ty()) => Given::Missing,
                _ => Given::Value(value),
            })
        })
        .collect::<Result<_>>()?;
    let is_unchanged = given.iter().all(Given::is_missing);
    let version = shape.version.as_ref().zip(version);
    match version {
        // What changes in another table of the object counts for all of its row.
        Some(_) if is_unchanged && !has_changes(instance)? => return Ok(None),
        Some(((at, version), before)) if !given[*at].is_value() => {
            let host = flush.session.engine.host.as_ref();
            match version.next(host, Some(before))? {
                Some(next) => given[*at] = Given::Value(next),
                None if is_unchanged => given[*at] = Given::Value(before.clone()),
                None => {}
            }
        }
        Some(_) => {}
        None if is_unchanged => return Ok(None),
        None => {}
    }
    let mut key = Vec::new();
    for &at in &shape.primary_key {
        let column = &shape.columns[at];
        let Some(attribute) = column.attribute else {
            continue;
        };
        let history = attributes::column_history(instance, attribute, Passive::OFF)?;
        let value = if let Some(added) = history.added.first() {
            let cascaded = flush.is_key_cascaded(instance, &column.expr);
            match history.deleted.first() {
                Some(before) if !cascaded => plain(before),
                _ => {
                    given[at] = Given::Missing;
                    plain(added)
                }
            }
        } else {
            history.unchanged.first().and_then(plain)
        };
        match value {
            Some(value) if !value.is_null() => key.push(value),
            _ => {
                return Err(Error::raised(
                    "sqlalchemy.orm.exc.FlushError",
                    format!(
                        "Can't update table {} using NULL for primary key value on column {}",
                        shape.name,
                        column.shown()
                    ),
                ));
            }
        }
    }
    key.extend(version.map(|(_, before)| before.clone()));
    let row = Row {
        shape: Rc::clone(shape),
        instance: Rc::clone(instance),
        given,
        key,
    };
    Ok(row.has_changes().then_some(row))
}

/// Whether any column of an object has another value than its row.
fn has_changes(instance: &Rc<Instance>) -> Result<bool> {
    for attribute in instance.mapper.attributes() {
        if attribute.as_column().is_some() {
            let terms = Passive::NO_INITIALIZE;
            let history = attributes::column_history(instance, attribute.index, terms)?;
            if !history.added.is_empty() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn plain(change: &ColumnChange) -> Option<Value> {
    match change {
        ColumnChange::Value(value) => Some(value.clone()),
        ColumnChange::Sql(_) => None,
    }
}

fn statement(row: &Row, returning: &[usize]) -> Result<Rc<Write>> {
    let shape = &row.shape;
    let make = || {
        let mut update = Update::new(&shape.table);
        update.returning = returning
            .iter()
            .map(|&at| shape.columns[at].expr.clone())
            .collect();
        for (column, given) in shape.columns.iter().zip(&row.given) {
            if let Given::Sql(sql) = given {
                update
                    .values
                    .push((Rc::clone(&column.schema.key), Operand::Expr(sql.clone())));
            }
        }
        write(update, shape, &row.given)
    };
    if row.has_sql() {
        return make().map(Rc::new);
    }
    let which = Which::Update {
        given: row.given.iter().map(Given::is_value).collect(),
        returning: returning.to_vec(),
    };
    shape.mapper.writes.get_or_make(&shape.table, which, make)
}

/// Compiles an UPDATE of the given columns, by primary key and version.
///
/// # Errors
/// Of compiling it.
pub fn write(mut update: Update, shape: &Shape, given: &[Given]) -> Result<Write> {
    let mut key = Vec::new();
    let mut criteria = Vec::new();
    for &at in &shape.primary_key {
        let column = &shape.columns[at];
        let name = format!("{}_{}", shape.name, column.schema.name);
        let (bind, id) = binds::named(&name, &column.schema.ty);
        criteria.push(column.expr.equals(&bind));
        key.push(id);
    }
    if let Some((at, _)) = &shape.version {
        let column = &shape.columns[*at];
        let name = format!("{}_{}", shape.name, column.schema.name);
        let (bind, id) = binds::named(&name, &column.schema.ty);
        criteria.push(column.expr.equals(&bind));
        key.push(id);
    }
    update.where_.push(and_(criteria));
    let keys = shape
        .columns
        .iter()
        .zip(given)
        .filter(|(_, given)| given.is_value())
        .map(|(column, _)| Rc::clone(&column.schema.key))
        .collect();
    let compiled = compile(
        &update.into_statement(),
        &CompileOptions {
            column_keys: Some(keys),
            ..CompileOptions::default()
        },
    )?;
    Ok(Write { compiled, key })
}

/// What a row of an `UPDATE` is sent with: the values given, and its key.
pub(super) fn given_parameters(
    shape: &Shape,
    write: &Write,
    given: &[Given],
    key: &[Value],
) -> Parameters {
    let mut parameters = parameters::of_given(shape, given);
    parameters.by_id = write.key.iter().copied().zip(key.iter().cloned()).collect();
    parameters
}

/// Adds what the program's defaults say for the columns that an `UPDATE` was given nothing for.
///
/// # Errors
/// What a function of the program raises.
pub(super) fn add_defaults(
    flush: &Flush,
    shape: &Shape,
    given: &[Given],
    parameters: &mut Parameters,
) -> Result<()> {
    let host = &flush.session.engine.host;
    parameters::add_defaults(
        host.as_ref(),
        shape,
        given,
        |column| &column.onupdate,
        parameters,
    )
}

fn send_group(flush: &Flush, group: &[Row]) -> Result<u64> {
    let returning = group[0].returning();
    let write = statement(&group[0], &returning)?;
    let all = parameters::of_rows(
        &write.compiled,
        group,
        |row| given_parameters(&row.shape, &write, &row.given, &row.key),
        |row, parameters| add_defaults(flush, &row.shape, &row.given, parameters),
    )?;
    let owners: Vec<Rc<Instance>> = group.iter().map(|row| Rc::clone(&row.instance)).collect();
    let mut provenance = send::provenance(flush, &owners);
    provenance.relationship = common_cause(flush, &owners);
    let executed = send::send(flush, &write.compiled, &all, provenance)?;
    let matched = if returning.is_empty() {
        executed.changes
    } else {
        executed.rows.len() as u64
    };
    for (row, values) in group.iter().zip(executed.rows.iter()) {
        for (&at, value) in returning.iter().zip(values) {
            if let Some(attribute) = row.shape.columns[at].attribute {
                put_stored(&row.instance, attribute, value);
            }
        }
    }
    flush.session.engine.record(executed.statement)?;
    for row in group {
        let shape = &row.shape;
        // SQLAlchemy gives each object the first row's values of the program's defaults.
        put_defaults(shape, &row.instance, &row.given, &all[0], &returning)?;
        let unknown: Vec<usize> = shape
            .columns
            .iter()
            .zip(&row.given)
            .enumerate()
            .filter(|(at, (column, given))| {
                let is_unknown =
                    given.is_sql() || (given.is_missing() && column.changes_with_update());
                is_unknown && !returning.contains(at)
            })
            .filter_map(|(_, (column, _))| column.attribute)
            .collect();
        expire_attributes(&row.instance, &unknown)?;
    }
    Ok(matched)
}

/// The relationship that changed the foreign keys of all these objects, if it was one.
fn common_cause(flush: &Flush, owners: &[Rc<Instance>]) -> Option<std::sync::Arc<str>> {
    let first = flush.cause(owners.first()?)?;
    owners
        .iter()
        .all(|owner| flush.cause(owner).as_ref() == Some(&first))
        .then_some(first)
}
