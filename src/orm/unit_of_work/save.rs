//! INSERT and UPDATE of a mapper's objects.

use std::cmp::Ordering;
use std::rc::Rc;

use super::flush::Flush;
use super::shape::{Shape, Shapes};
use super::{insert, update};
use crate::orm::Value;
use crate::orm::attributes::{self, Passive, shown};
use crate::orm::error::{Error, Result};
use crate::orm::identity::Identity;
use crate::orm::instance::{Instance, Slot};
use crate::orm::lifecycle;
use crate::orm::listening::ObjectEvent;
use crate::orm::loading::columns::{self, Wanted};
use crate::orm::mapper::{EagerDefaults, Mapper};
use crate::orm::sql::FromClause;
use crate::orm::value::from_stored;
use crate::orm::version::Versions;
use crate::trace::{self, Trigger};

/// Saves objects of a hierarchy, table by table: those with a row are updated first, then the new ones are inserted.
///
/// # Errors
/// SQLite's, and `StaleDataError` when a row to update is gone.
pub fn run(flush: &mut Flush, base: &Rc<Mapper>, instances: &[Rc<Instance>]) -> Result<()> {
    // Whoever listens may send on the connection: what begins on it has begun then.
    flush.session.connect()?;
    let mut shapes = Shapes::default();
    let mut inserted = Vec::new();
    let mut updated = Vec::new();
    let mut versions = Versions::new();
    for instance in sorted(instances) {
        instance.tell(
            if instance.is_persistent() {
                ObjectEvent::BeforeUpdate
            } else {
                ObjectEvent::BeforeInsert
            },
            None,
        )?;
        if let Some(strange) = instance.mapper.strange_identity(&instance) {
            flush.session.warn(&format!(
                "Flushing object {} with incompatible polymorphic identity {}; the object may not refresh and/or load \
                 correctly",
                shown(&instance),
                crate::orm::value::shown(&strange),
            ))?;
        }
        let replaced = if instance.is_persistent() {
            None
        } else {
            takes_over_row(flush, &instance)?
        };
        if !instance.is_persistent() && replaced.is_none() {
            inserted.push(instance);
            continue;
        }
        if let Some(version) = instance.mapper.version()
            && let Some(before) = version.committed(replaced.as_ref().unwrap_or(&instance))?
        {
            versions.insert(Rc::as_ptr(&instance), before);
        }
        updated.push(instance);
    }
    for table in &base.sorted_tables()? {
        update::run(flush, &shapes.of(table, &updated)?, &versions)?;
        insert::run(flush, &shapes.of(table, &inserted)?)?;
        for instance in inserted.iter().chain(&updated) {
            carry_keys(table, instance)?;
        }
    }
    for instance in inserted.iter().chain(&updated) {
        let own = shapes.of_mapper(&instance.mapper)?;
        expire_computed(&own, instance)?;
        load_now(flush, &own, instance)?;
        instance.tell(
            if instance.is_persistent() {
                ObjectEvent::AfterUpdate
            } else {
                ObjectEvent::AfterInsert
            },
            None,
        )?;
        if let Some(version) = instance.mapper.version()
            && version.generator.is_none()
            && instance
                .value(version.attribute)
                .is_none_or(|value| value.is_null())
        {
            return Err(Error::raised(
                "sqlalchemy.orm.exc.FlushError",
                "Instance does not contain a non-NULL version value",
            ));
        }
    }
    Ok(())
}

/// The key of a row that was written is that of the rows which its object has in tables that derive from this one.
fn carry_keys(table: &FromClause, instance: &Rc<Instance>) -> Result<()> {
    if instance.mapper.parent().is_none() {
        return Ok(());
    }
    for mapper in instance.mapper.to_root() {
        for (from, to) in mapper.inherited_keys() {
            let is_here = from.as_column().is_some_and(|(of, _)| of == table);
            let place = |column| mapper.attribute_of_column(column);
            let (true, Some(from), Some(to)) = (is_here, place(&from), place(&to)) else {
                continue;
            };
            if let Some(key) = instance.value(from)
                && instance.value(to).as_ref() != Some(&key)
            {
                attributes::set_value(instance, to, key)?;
            }
        }
    }
    Ok(())
}

/// The object that is being deleted whose identity a new object has: its row is updated instead.
fn takes_over_row(flush: &mut Flush, instance: &Rc<Instance>) -> Result<Option<Rc<Instance>>> {
    let Some(identity) = instance.mapper.identity_of(instance)? else {
        return Ok(None);
    };
    let Some(existing) = flush.session.lookup(&identity) else {
        return Ok(None);
    };
    if Rc::ptr_eq(&existing, instance) || was_already_deleted(flush, &existing)? {
        return Ok(None);
    }
    if flush.is_deleted(&existing) {
        flush.list_only(&existing);
        return Ok(Some(existing));
    }
    flush.session.warn(&format!(
        "New instance {} with identity key {} conflicts with persistent instance {}",
        shown(instance),
        lifecycle::identity_key(&instance.mapper, &identity),
        shown(&existing),
    ))?;
    Ok(None)
}

/// Whether an expired object's row is gone.
fn was_already_deleted(flush: &Flush, existing: &Rc<Instance>) -> Result<bool> {
    if !existing.state.borrow().expired {
        return Ok(false);
    }
    let Some(&first) = existing.mapper.primary_key()?.first() else {
        return Ok(false);
    };
    match attributes::get(existing, first, Passive::OFF) {
        Ok(_) => Ok(false),
        Err(crate::orm::Error::Raised {
            class: "sqlalchemy.orm.exc.ObjectDeletedError",
            ..
        }) => {
            flush
                .session
                .register_deleted(std::slice::from_ref(existing))?;
            Ok(true)
        }
        Err(error) => Err(error),
    }
}

/// What the database has filled in and did not give back, where that is wanted at once: a version always is.
fn load_now(flush: &Flush, shapes: &[Rc<Shape>], instance: &Rc<Instance>) -> Result<()> {
    let mut wanted: Vec<usize> = Vec::new();
    if instance.mapper.eager_defaults.get() == EagerDefaults::Always {
        let columns = shapes.iter().flat_map(|shape| &shape.columns);
        let filled = columns.filter(|column| {
            column.schema.server_default.is_some() || column.changes_with_update()
        });
        wanted.extend(filled.filter_map(|column| column.attribute));
    }
    if let Some(version) = instance.mapper.version()
        && version.generator.is_none()
        && !wanted.contains(&version.attribute)
    {
        wanted.push(version.attribute);
    }
    let unknown: Vec<usize> = wanted
        .into_iter()
        .filter(|&attribute| !instance.is_loaded(attribute))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let wanted = Wanted::These(unknown);
    columns::load_by_key(
        &flush.session,
        instance,
        wanted,
        Trigger::Refresh,
        None,
        false,
    )
    .map(drop)
}

/// Expressions of a mapping that are not columns are to be read again.
fn expire_computed(shapes: &[Rc<Shape>], instance: &Rc<Instance>) -> Result<()> {
    let computed: Vec<usize> = instance
        .mapper
        .attributes()
        .iter()
        .filter(|attribute| {
            attribute.as_column().is_some_and(|column| {
                let is_of_table = shapes
                    .iter()
                    .flat_map(|shape| &shape.columns)
                    .any(|known| known.expr.id() == column.expr.id());
                !is_of_table && (!column.deferred || instance.is_loaded(attribute.index))
            })
        })
        .map(|attribute| attribute.index)
        .collect();
    let changed = instance.state.borrow();
    let computed: Vec<usize> = computed
        .into_iter()
        .filter(|index| !changed.committed.contains_key(index))
        .collect();
    drop(changed);
    lifecycle::expire_attributes(instance, &computed)
}

/// New objects in the order in which they were added, then those with a row by their primary keys.
pub fn sorted(instances: &[Rc<Instance>]) -> Vec<Rc<Instance>> {
    let (mut persistent, mut pending): (Vec<_>, Vec<_>) = instances
        .iter()
        .cloned()
        .partition(|instance| instance.is_persistent());
    pending.sort_by_key(|instance| instance.state.borrow().insert_order);
    let mut keyed: Vec<(Option<Identity>, Rc<Instance>)> = persistent
        .drain(..)
        .map(|instance| (instance.identity(), instance))
        .collect();
    keyed.sort_by(|(one, _), (other, _)| match (one, other) {
        (Some(one), Some(other)) => compare_keys(&one.key.values(), &other.key.values()),
        _ => Ordering::Equal,
    });
    pending.extend(keyed.into_iter().map(|(_, instance)| instance));
    pending
}

fn compare_keys(one: &[Value], other: &[Value]) -> Ordering {
    one.iter()
        .zip(other)
        .map(|(one, other)| compare(one, other))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// The order of two values, as Python has it; values that it could not compare are equal.
fn compare(one: &Value, other: &Value) -> Ordering {
    let number = |value: &Value| match value {
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        Value::Integer(number) => Some(*number as f64),
        Value::Real(number) => Some(*number),
        _ => None,
    };
    match (one, other) {
        (Value::Integer(one), Value::Integer(other)) => one.cmp(other),
        (Value::Text(one), Value::Text(other)) => one.cmp(other),
        (Value::Blob(one), Value::Blob(other)) => one.cmp(other),
        (Value::Stored(one), _) => compare(&from_stored(one), other),
        (_, Value::Stored(other)) => compare(one, &from_stored(other)),
        _ => match (number(one), number(other)) {
            (Some(one), Some(other)) => one.total_cmp(&other),
            _ => Ordering::Equal,
        },
    }
}

/// What the database has given a column, put into the object.
pub fn put_stored(instance: &Rc<Instance>, index: usize, value: &trace::Value) {
    put_fetched(instance, index, Value::Stored(value.clone()));
}

/// A value that the row has now.
pub fn put_fetched(instance: &Rc<Instance>, index: usize, value: Value) {
    instance.put(index, Slot::Value(value));
    let mut state = instance.state.borrow_mut();
    state.committed.remove(&index);
    state.sql_values.remove(&index);
}
