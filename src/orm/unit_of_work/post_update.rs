//! `post_update`: foreign keys that could not be sent with their row, because rows refer to one another.

use std::rc::Rc;

use super::flush::Flush;
use super::insert::put_defaults;
use super::save::sorted;
use super::send;
use super::shape::{Given, Shape};
use super::update::{check_matched, parameters, write};
use crate::orm::Value;
use crate::orm::attributes::{self, ColumnChange, Passive};
use crate::orm::error::Result;
use crate::orm::instance::Instance;
use crate::orm::lifecycle::expire_attributes;
use crate::orm::mapper::Mapper;
use crate::orm::sql::Update;

struct Row {
    instance: Rc<Instance>,
    given: Vec<Given>,
    key: Vec<Value>,
}

/// Sends the columns that were held back, of objects that are saved or of those that are deleted.
///
/// # Errors
/// SQLite's, and `StaleDataError` when a row is gone.
pub fn run(flush: &mut Flush, mapper: &Rc<Mapper>, deletes: bool) -> Result<()> {
    let Some((members, columns)) = flush.post_updates.get(&mapper.id) else {
        return Ok(());
    };
    let columns = columns.clone();
    let instances: Vec<Rc<Instance>> = members
        .iter()
        .filter(|instance| flush.is_deleted(instance) == deletes)
        .cloned()
        .collect();
    let shape = Shape::of(mapper)?;
    let mut rows = Vec::new();
    for instance in sorted(&instances) {
        let mut given = vec![Given::Missing; shape.columns.len()];
        let mut key = Vec::new();
        for (at, column) in shape.columns.iter().enumerate() {
            let Some(attribute) = column.attribute else {
                continue;
            };
            if column.is_key() {
                let value = attributes::column_value(&instance, attribute, Passive::OFF)?;
                key.push(value.unwrap_or(Value::Null));
            } else if columns.contains(&column.expr.id()) || column.schema.onupdate.is_some() {
                let history =
                    attributes::column_history(&instance, attribute, Passive::NO_INITIALIZE)?;
                if let Some(ColumnChange::Value(value)) = history.added.first() {
                    given[at] = Given::Value(value.clone());
                }
            }
        }
        if !given.iter().all(Given::is_missing) {
            rows.push(Row {
                instance,
                given,
                key,
            });
        }
    }
    let kind = |row: &Row| -> Vec<bool> { row.given.iter().map(Given::is_value).collect() };
    for group in rows.chunk_by(|one, other| kind(one) == kind(other)) {
        send_group(flush, &shape, group, deletes)?;
    }
    Ok(())
}

fn send_group(flush: &Flush, shape: &Shape, group: &[Row], deletes: bool) -> Result<()> {
    let write = write(Update::new(&shape.table), shape, &group[0].given)?;
    let host = Rc::clone(&flush.session.engine.host);
    let mut all = Vec::with_capacity(group.len());
    for row in group {
        all.push(parameters(
            host.as_ref(),
            shape,
            &write,
            &row.given,
            &row.key,
        )?);
    }
    let owners: Vec<Rc<Instance>> = group.iter().map(|row| Rc::clone(&row.instance)).collect();
    let provenance = send::provenance(flush, &owners);
    let matched = send::run(flush, &write.compiled, &all, provenance)?;
    if !deletes {
        for (row, parameters) in group.iter().zip(&all) {
            put_defaults(shape, &row.instance, &row.given, parameters);
            let unknown: Vec<usize> = shape
                .columns
                .iter()
                .zip(&row.given)
                .filter(|(column, given)| given.is_missing() && column.changes_with_update())
                .filter_map(|(column, _)| column.attribute)
                .collect();
            expire_attributes(&row.instance, &unknown)?;
        }
    }
    check_matched(shape, matched, group.len())
}
