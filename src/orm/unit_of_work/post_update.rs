//! `post_update`: foreign keys that could not be sent with their row, because rows refer to one another.

use std::collections::HashSet;
use std::rc::Rc;

use super::flush::Flush;
use super::parameters::{self, put_defaults};
use super::save::sorted;
use super::send;
use super::shape::{Given, Shape, Shapes};
use super::update::{add_defaults, check_matched, given_parameters, write};
use crate::orm::Value;
use crate::orm::attributes::{self, ColumnChange, Passive};
use crate::orm::error::Result;
use crate::orm::instance::Instance;
use crate::orm::lifecycle::expire_attributes;
use crate::orm::mapper::Mapper;
use crate::orm::sql::{ElementId, Update};

struct Row {
    shape: Rc<Shape>,
    instance: Rc<Instance>,
    given: Vec<Given>,
    key: Vec<Value>,
}

/// Sends the columns that were held back, of objects that are saved or of those that are deleted.
///
/// # Errors
/// SQLite's, and `StaleDataError` when a row is gone.
pub fn run(flush: &mut Flush, base: &Rc<Mapper>, deletes: bool) -> Result<()> {
    let Some((members, columns)) = flush.post_updates.get(&base.id) else {
        return Ok(());
    };
    let columns = columns.clone();
    let instances: Vec<Rc<Instance>> = members
        .iter()
        .filter(|instance| flush.is_deleted(instance) == deletes)
        .cloned()
        .collect();
    let mut shapes = Shapes::default();
    let instances = sorted(&instances);
    for table in &base.sorted_tables()? {
        let of_table = shapes.of(table, &instances)?;
        run_table(flush, &of_table, &columns, deletes)?;
    }
    Ok(())
}

fn run_table(
    flush: &Flush,
    instances: &[(Rc<Shape>, Rc<Instance>)],
    columns: &HashSet<ElementId>,
    deletes: bool,
) -> Result<()> {
    let mut rows = Vec::new();
    for (shape, instance) in instances {
        let mut given = vec![Given::Missing; shape.columns.len()];
        let mut key = Vec::new();
        for (at, column) in shape.columns.iter().enumerate() {
            let Some(attribute) = column.attribute else {
                continue;
            };
            if column.is_key() {
                let value = attributes::column_value(instance, attribute, Passive::OFF)?;
                key.push(value.unwrap_or(Value::Null));
            } else if columns.contains(&column.expr.id()) || column.schema.onupdate.is_some() {
                let history =
                    attributes::column_history(instance, attribute, Passive::NO_INITIALIZE)?;
                if let Some(ColumnChange::Value(value)) = history.added.first() {
                    given[at] = Given::Value(value.clone());
                }
            }
        }
        if !given.iter().all(Given::is_missing) {
            if let Some((at, version)) = &shape.version
                && let Some(before) = version.committed(instance)?
            {
                let host = flush.session.engine.host.as_ref();
                if instance.is_persistent()
                    && !given[*at].is_value()
                    && let Some(next) = version.next(host, Some(&before))?
                {
                    given[*at] = Given::Value(next);
                }
                key.push(before);
            }
            rows.push(Row {
                shape: Rc::clone(shape),
                instance: Rc::clone(instance),
                given,
                key,
            });
        }
    }
    let kind = |row: &Row| -> (Vec<bool>, usize) {
        let plain = row.given.iter().map(Given::is_value).collect();
        (plain, row.key.len())
    };
    for group in rows.chunk_by(|one, other| kind(one) == kind(other)) {
        send_group(flush, group, deletes)?;
    }
    Ok(())
}

fn send_group(flush: &Flush, group: &[Row], deletes: bool) -> Result<()> {
    let shape = &group[0].shape;
    let write = write(Update::new(&shape.table), shape, &group[0].given)?;
    let all = parameters::of_rows(
        &write.compiled,
        group,
        |row| given_parameters(&row.shape, &write, &row.given, &row.key),
        |row, parameters| add_defaults(flush, &row.shape, &row.given, parameters),
    )?;
    let owners: Vec<Rc<Instance>> = group.iter().map(|row| Rc::clone(&row.instance)).collect();
    let provenance = send::provenance(flush, &owners);
    let matched = send::run(flush, &write.compiled, &all, provenance)?;
    if deletes {
        for row in group {
            row.shape.put_version(&row.instance, &row.given);
        }
    } else {
        for (row, parameters) in group.iter().zip(&all) {
            let shape = &row.shape;
            put_defaults(shape, &row.instance, &row.given, parameters, &[])?;
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
