//! `session.execute(update(Author), [{"id": 1, …}, …])`: rows by primary key.

use std::rc::Rc;

use super::{Outcome, Row, Synchronize, Write, check_tables, send};
use crate::orm::Value;
use crate::orm::binds;
use crate::orm::core::with_defaults;
use crate::orm::error::{Error, Result};
use crate::orm::instance::Slot;
use crate::orm::lifecycle::expire_attributes;
use crate::orm::mapper::Mapper;
use crate::orm::session::Session;
use crate::orm::sql::Update;
use crate::orm::sql::compile::{CompileOptions, compile};
use crate::orm::sql::expr::{BindValue, and_};
use crate::orm::unit_of_work::Shape;
use crate::orm::version::stale;

struct Record {
    /// Keys of the columns that are set.
    keys: Vec<Rc<str>>,
    row: Row,
}

/// Updates rows, those with the same columns together.
///
/// # Errors
/// SQLite's; a row without its primary key; `StaleDataError` when a row is not there.
pub fn execute(
    session: &Session,
    write: &Write,
    mapper: &Rc<Mapper>,
    statement: &Update,
    rows: &[Row],
) -> Result<Outcome> {
    check_tables(mapper)?;
    let synchronizes = write.synchronize != Synchronize::Off;
    if write.synchronize == Synchronize::Fetch {
        return Err(Error::invalid_request(
            "The 'fetch' synchronization strategy is not available for 'bulk' ORM updates (i.e. multiple parameter \
             sets)",
        ));
    }
    if synchronizes && !statement.where_.is_empty() {
        return Err(Error::invalid_request(
            "bulk synchronize of persistent objects not supported when using bulk update with additional WHERE \
             criteria right now.  add synchronize_session=None execution option to bypass synchronize of persistent \
             objects.",
        ));
    }
    let shape = Shape::of(mapper, &statement.table)?;
    let records = rows
        .iter()
        .map(|row| record(session, &shape, mapper, row))
        .collect::<Result<Vec<_>>>()?;
    let records: Vec<Record> = records
        .into_iter()
        .filter(|record| !record.keys.is_empty() || !statement.values.is_empty())
        .collect();
    let mut written = Outcome::default();
    for group in records.chunk_by(|one, other| {
        one.keys.len() == other.keys.len() && one.keys.iter().all(|key| other.keys.contains(key))
    }) {
        let mut update = statement.clone();
        let version = shape.version.as_ref().map(|(at, _)| *at);
        let criteria = shape.primary_key.iter().copied().chain(version).map(|at| {
            let column = &shape.columns[at];
            let (bind, _) = binds::named(&key_name(&shape, at), &column.schema.ty);
            column.expr.equals(&bind)
        });
        update.where_.push(and_(criteria));
        let statement_ = update.into_statement();
        let compiled = compile(
            &statement_,
            &CompileOptions {
                column_keys: Some(group[0].keys.clone()),
                for_executemany: group.len() > 1 && version.is_none(),
                ..CompileOptions::default()
            },
        )?;
        let rows: Vec<Row> = group.iter().map(|record| record.row.clone()).collect();
        let mut matched = 0;
        // Rows with a version go one by one, so that each is seen to be there.
        let at_once = if version.is_some() { 1 } else { rows.len() };
        for part in rows.chunks(at_once) {
            let part = with_defaults(&session.engine, &statement_, &compiled, part)?;
            send(session, &compiled, &part, &mut |sent| {
                matched += sent.rowcount;
                session.engine.record(sent.executed.statement)
            })?;
        }
        if statement.where_.is_empty() && matched != i64::try_from(group.len()).unwrap_or(i64::MAX)
        {
            return Err(stale(format!(
                "UPDATE statement on table '{}' expected to update {} row(s); {matched} were matched.",
                shape.name,
                group.len()
            )));
        }
        written.rowcount += matched;
    }
    if synchronizes {
        for row in rows {
            synchronize(session, mapper, row)?;
        }
    }
    Ok(written)
}

fn key_name(shape: &Shape, at: usize) -> String {
    format!("{}_{}", shape.name, shape.columns[at].schema.name)
}

fn record(session: &Session, shape: &Shape, mapper: &Mapper, row: &Row) -> Result<Record> {
    let mut record = Record {
        keys: Vec::new(),
        row: Vec::new(),
    };
    let mut key = Row::new();
    let mut missing = Vec::new();
    for (at, column) in shape.columns.iter().enumerate() {
        let Some(attribute) = column.attribute else {
            continue;
        };
        let name = Rc::clone(&mapper.attribute(attribute).key);
        let value = row
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.clone());
        match value {
            Some(value) if column.is_key() => {
                if matches!(&value, BindValue::Value(value) if value.is_null()) {
                    missing.push(column.shown());
                }
                key.push((Rc::from(key_name(shape, at)), value));
            }
            None if column.is_key() => missing.push(column.shown()),
            Some(value) => {
                record.keys.push(Rc::clone(&column.schema.key));
                record.row.push((Rc::clone(&column.schema.key), value));
            }
            None => {}
        }
    }
    if let Some((at, version)) = &shape.version {
        let key = &mapper.attribute(version.attribute).key;
        let Some((_, value)) = row.iter().find(|(known, _)| known == key) else {
            return Err(Error::raised("KeyError", key.to_string()));
        };
        if let BindValue::Value(before) = value
            && !before.is_null()
        {
            let before = before.clone();
            let column = &shape.columns[*at].schema.key;
            if let Some(next) = version.next(session.engine.host.as_ref(), Some(&before))? {
                let mut given = record.row.iter_mut();
                if let Some((_, value)) = given.find(|(known, _)| known == column) {
                    *value = BindValue::Value(next);
                }
            }
            let name = Rc::from(key_name(shape, *at));
            record.row.push((name, BindValue::Value(before)));
        }
    }
    // The key finds the row: it comes after what is set.
    record.row.append(&mut key);
    if missing.is_empty() {
        return Ok(record);
    }
    Err(Error::invalid_request(format!(
        "No primary key value supplied for column(s) {}; per-row ORM Bulk UPDATE by Primary Key requires that records \
         contain primary key values",
        missing.join(", ")
    ))
    .with_code("bupq"))
}

/// An object of the session takes over what its row was set to.
fn synchronize(session: &Session, mapper: &Mapper, row: &Row) -> Result<()> {
    let value_of = |name: &str| {
        row.iter()
            .find(|(known, _)| **known == *name)
            .and_then(|(_, value)| match value {
                BindValue::Value(value) => Some(value.clone()),
                _ => None,
            })
    };
    let primary_key = mapper.primary_key()?;
    let key: Option<Vec<Value>> = primary_key
        .iter()
        .map(|&index| value_of(&mapper.attribute(index).key))
        .collect();
    let Some(instance) = key.and_then(|key| session.lookup(&mapper.identity(key))) else {
        return Ok(());
    };
    for (name, _) in row {
        let Some(attribute) = mapper.attribute_by_key(name) else {
            continue;
        };
        let index = attribute.index;
        if attribute.as_column().is_none() || primary_key.contains(&index) {
            continue;
        }
        let is_changed = instance.state.borrow().committed.contains_key(&index);
        if is_changed {
            expire_attributes(&instance, &[index])?;
        } else if let (true, Some(value)) = (instance.is_loaded(index), value_of(name)) {
            instance.put(index, Slot::Value(value));
        }
    }
    Ok(())
}
