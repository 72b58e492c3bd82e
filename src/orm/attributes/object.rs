use std::rc::Rc;

use super::events::{self, Token};
use super::{Got, Passive, get};
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Slot};
use crate::orm::listening::{Change, Stage};
use crate::orm::relationship::Relationship;

/// `instance.reference = other`, of a relationship to one.
///
/// # Errors
/// What the events that follow raise, and of loading the old value with `active_history`.
pub fn set_related(
    instance: &Rc<Instance>,
    index: usize,
    value: Option<Rc<Instance>>,
) -> Result<()> {
    let relationship = relationship(instance, index)?;
    set_from(instance, index, &relationship, value.as_ref(), None, None)
}

/// `del instance.reference`.
///
/// # Errors
/// When it has no value, and as [`set_related`].
pub(super) fn delete_one(instance: &Rc<Instance>, index: usize) -> Result<()> {
    let relationship = relationship(instance, index)?;
    let (old, was_asked) = old(instance, index, &relationship)?;
    events::remove_reference(instance, index, &relationship, &old)?;
    let existed = instance.is_loaded(index);
    instance.put(index, Slot::Unloaded);
    if !existed && was_asked && !instance.is_persistent() {
        return Err(Error::raised(
            "AttributeError",
            format!("{} object does not have a value", relationship.name),
        ));
    }
    Ok(())
}

pub(super) fn relationship(instance: &Instance, index: usize) -> Result<Rc<Relationship>> {
    let attribute = instance.mapper.attribute(index);
    attribute.as_relationship().cloned().ok_or_else(|| {
        Error::raised(
            "TypeError",
            format!("'{}' is not a relationship", attribute.key),
        )
    })
}

/// The value until now, as history keeps it, and whether it is known.
fn old(instance: &Rc<Instance>, index: usize, relationship: &Relationship) -> Result<(Slot, bool)> {
    // A single parent's listeners ask for the old value always.
    let is_active = relationship.options.active_history || relationship.options.single_parent;
    let passive = if is_active {
        Passive::ONLY_PERSISTENT | Passive::NO_AUTOFLUSH | Passive::LOAD_AGAINST_COMMITTED
    } else {
        Passive::NO_FETCH.without(Passive::INIT_OK)
            | Passive::LOAD_AGAINST_COMMITTED
            | Passive::NO_RAISE
    };
    Ok(match get(instance, index, passive)? {
        Got::Slot(slot) => (slot, true),
        Got::NoValue => (Slot::Unloaded, true),
        Got::NoResult => (Slot::Expired, false),
    })
}

/// Sets a reference in a chain of events. With `popped`, it is emptied only if it holds that object.
pub(super) fn set_from(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    value: Option<&Rc<Instance>>,
    initiator: Option<&Token>,
    popped: Option<&Rc<Instance>>,
) -> Result<()> {
    let (old, is_known) = old(instance, index, relationship)?;
    if let Some(popped) = popped
        && is_known
        && !matches!(&old, Slot::One(Some(old)) if Rc::ptr_eq(old, popped))
    {
        return Ok(());
    }
    let mut value = value.cloned();
    let began_with = initiator.and_then(|token| token.elsewhere(relationship));
    let ask = |stage, value: Option<Rc<Instance>>| -> Result<Option<Rc<Instance>>> {
        let asked = instance.ask(stage, index, began_with, || Change::Refer {
            new: value.clone(),
            old: old.clone(),
        })?;
        Ok(asked.map_or(value, Change::into_object))
    };
    value = ask(Stage::Early, value)?;
    value = ask(Stage::Validate, value)?;
    events::replace(
        instance,
        index,
        relationship,
        value.as_ref(),
        &old,
        initiator,
    )?;
    value = ask(Stage::Listen, value)?;
    instance.put(index, Slot::One(value));
    Ok(())
}
