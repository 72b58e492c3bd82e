use std::rc::Rc;

use super::{
    Fetched, Got, Handle, Passive, collection, column, events, loader, object, write_only,
};
use crate::orm::Value;
use crate::orm::collection::Collection;
use crate::orm::error::Result;
use crate::orm::instance::{Instance, Slot};
use crate::orm::loading;
use crate::orm::mapper::AttributeKind;

/// An ordinary read of an attribute by the program, which is entered in the ledger of reads.
///
/// # Errors
/// The loader's: SQLite's, a `raise` strategy's, a missing session.
pub fn read(instance: &Rc<Instance>, index: usize) -> Result<Slot> {
    let has_history = instance
        .state
        .borrow()
        .committed
        .get(&index)
        .is_some_and(|before| !matches!(before, Slot::Unloaded));
    if has_history && !instance.is_loaded(index) {
        return Ok(default_value(instance, index));
    }
    match &instance.mapper.attribute(index).kind {
        AttributeKind::Column(column) => {
            let value = loading::columns::read(instance, index, loading::Passive::OFF)?;
            let value = match value {
                Some(value) => value,
                None => match instance.ask_for_unset(index)? {
                    Some(value) => value,
                    None => column.unset.clone().unwrap_or(Value::Null),
                },
            };
            Ok(Slot::Value(value))
        }
        AttributeKind::Relationship(relationship) => {
            loading::lazy::read(instance, index, relationship, loading::Passive::OFF)
        }
    }
}

/// `del instance.attribute`.
///
/// # Errors
/// When it has no value, and what the events that follow raise.
pub fn delete(instance: &Rc<Instance>, index: usize) -> Result<()> {
    match &instance.mapper.attribute(index).kind {
        AttributeKind::Column(_) => column::delete_column(instance, index),
        AttributeKind::Relationship(relationship) if relationship.uselist() => {
            collection::delete_many(instance, index)
        }
        AttributeKind::Relationship(_) => object::delete_one(instance, index),
    }
}

/// Reads an attribute, as far as `passive` allows loading it.
///
/// # Errors
/// The loader's: SQLite's, a `raise` strategy's, a missing session.
pub fn get(instance: &Rc<Instance>, index: usize, passive: Passive) -> Result<Got> {
    let slot = instance.slot(index);
    if slot.is_loaded() {
        note_need(instance, index, passive)?;
        return Ok(Got::Slot(slot));
    }
    if let Some(relationship) = instance.mapper.attribute(index).as_relationship()
        && relationship.is_write_only()
    {
        let known = write_only::known(instance, index, relationship, passive)?;
        return Ok(Got::Slot(Slot::Many(Collection::new(known.members()))));
    }
    let has_history = instance
        .state
        .borrow()
        .committed
        .get(&index)
        .is_some_and(|before| !matches!(before, Slot::Unloaded));
    if !has_history {
        if !passive.has(Passive::CALLABLES_OK) {
            return Ok(Got::NoResult);
        }
        match loader::fetch(instance, index, passive)? {
            Fetched::NoResult => return Ok(Got::NoResult),
            Fetched::NoValue => return Ok(Got::NoValue),
            Fetched::Slot(slot) => {
                return Ok(Got::Slot(set_committed(instance, index, slot)?));
            }
            Fetched::WasSet => {
                let slot = instance.slot(index);
                if slot.is_loaded() {
                    return Ok(Got::Slot(slot));
                }
            }
            Fetched::Empty => {}
        }
    }
    if passive.has(Passive::INIT_OK) {
        let is_column = instance.mapper.attribute(index).as_column().is_some();
        if is_column && let Some(value) = instance.ask_for_unset(index)? {
            return Ok(Got::Slot(Slot::Value(value)));
        }
        Ok(Got::Slot(default_value(instance, index)))
    } else {
        Ok(Got::NoValue)
    }
}

/// Enters in the ledger of reads that a relationship was there when the session layer needed it: had it not been loaded
/// before, a statement would have loaded it now. An assignment needs the old collection, a delete what it goes on to.
fn note_need(instance: &Rc<Instance>, index: usize, passive: Passive) -> Result<()> {
    if !passive.has(Passive::CALLABLES_OK) || !passive.has(Passive::SQL_OK) {
        return Ok(());
    }
    match instance.mapper.attribute(index).as_relationship() {
        Some(relationship)
            if passive.has(Passive::RELATED_OBJECT_OK) || !relationship.use_get() =>
        {
            instance.note_need(relationship)
        }
        _ => Ok(()),
    }
}

/// The value of an attribute that nothing was put into: it does not become the object's until it is changed.
pub(in crate::orm) fn default_value(instance: &Rc<Instance>, index: usize) -> Slot {
    match &instance.mapper.attribute(index).kind {
        AttributeKind::Column(_) => Slot::Value(Value::Null),
        AttributeKind::Relationship(relationship) if relationship.uselist() => {
            Slot::Many(Rc::clone(
                instance
                    .state
                    .borrow_mut()
                    .empty
                    .entry(index)
                    .or_insert_with(|| Collection::of(relationship.shape())),
            ))
        }
        AttributeKind::Relationship(_) => Slot::One(None),
    }
}

/// Puts a loaded value: it has no history. What was added to or removed from a collection while it was not loaded is
/// applied, and is its history then. The slot is given back as it stands.
///
/// # Errors
/// What a collection class of the host's raised.
pub fn set_committed(instance: &Rc<Instance>, index: usize, slot: Slot) -> Result<Slot> {
    instance.put(index, slot);
    let pending = {
        let mut state = instance.state.borrow_mut();
        state.committed.remove(&index);
        state.sql_values.remove(&index);
        state.expired = false;
        state.pending.remove(&index)
    };
    let slot = instance.slot(index);
    if let (Slot::Many(collection), Some(pending)) = (&slot, pending) {
        events::modified(instance, index, slot.clone());
        let handle = Handle {
            owner: Some(Rc::clone(instance)),
            index,
            list: Rc::clone(collection),
        };
        for added in pending.added {
            handle.load(Some(added))?;
        }
        for gone in pending.removed {
            handle.unload(&Some(gone))?;
        }
    }
    Ok(slot)
}

/// The collection of an attribute, loaded if `passive` allows; none when it is not to be had.
pub(super) fn loaded_collection(
    instance: &Rc<Instance>,
    index: usize,
    passive: Passive,
) -> Result<Option<Rc<Collection>>> {
    Ok(match get(instance, index, passive)? {
        Got::Slot(Slot::Many(collection)) => Some(collection),
        _ => None,
    })
}

/// The value of a column as the row has it: that before the first change since the last flush.
///
/// # Errors
/// As [`get`].
pub fn committed_value(
    instance: &Rc<Instance>,
    index: usize,
    passive: Passive,
) -> Result<Option<Value>> {
    let before = instance.state.borrow().committed.get(&index).cloned();
    match before {
        Some(Slot::Value(value)) => Ok(Some(value)),
        Some(_) => Ok(Some(Value::Null)),
        None => Ok(match get(instance, index, passive)? {
            Got::Slot(Slot::Value(value)) => Some(value),
            Got::Slot(_) | Got::NoResult | Got::NoValue => None,
        }),
    }
}

/// The value of a column, loaded if it must be; none when the object has none.
///
/// # Errors
/// As [`get`].
pub fn column_value(
    instance: &Rc<Instance>,
    index: usize,
    passive: Passive,
) -> Result<Option<Value>> {
    Ok(match get(instance, index, passive)? {
        Got::Slot(Slot::Value(value)) => Some(value),
        Got::Slot(_) | Got::NoResult | Got::NoValue => None,
    })
}
