//! A collection that is put in the place of another.

use std::collections::HashSet;
use std::rc::Rc;

use super::collection::{Handle, leaving};
use super::events::{self, Operation, Token};
use super::object::relationship;
use super::{Got, Passive, get, write_only};
use crate::orm::collection::{Collection, Member, address, objects};
use crate::orm::error::Result;
use crate::orm::instance::{Instance, Slot};
use crate::orm::listening::{Change, Stage};

/// `instance.collection = [...]`.
///
/// # Errors
/// Of loading the old collection, and what the events that follow raise.
pub fn set_collection(instance: &Rc<Instance>, index: usize, values: Vec<Member>) -> Result<()> {
    replace(instance, index, &values, None, Passive::OFF)
}

/// As [`set_collection`]; `given` is the collection that was assigned, when it is one: assigning a collection to
/// itself changes nothing.
///
/// # Errors
/// As [`set_collection`].
pub fn replace(
    instance: &Rc<Instance>,
    index: usize,
    values: &[Member],
    given: Option<&Rc<Collection>>,
    passive: Passive,
) -> Result<()> {
    let relationship = relationship(instance, index)?;
    if relationship.is_write_only() {
        return write_only::replace(instance, index, &relationship, &objects(values)?);
    }
    let token = Token::new(&relationship, Operation::BulkReplace);
    let values = told_of_all(Stage::Early, instance, index, values.to_vec())?;
    let validated = values.iter().map(|value| validated(instance, index, value));
    let values = validated.collect::<Result<Vec<_>>>()?;
    let values = &told_of_all(Stage::Listen, instance, index, values)?;
    let terms = if passive.has(Passive::NO_RAISE) {
        Passive::ONLY_PERSISTENT | Passive::NO_RAISE
    } else {
        Passive::ONLY_PERSISTENT
    };
    let old = match get(instance, index, terms)? {
        Got::Slot(Slot::Many(old)) => old,
        _ => Collection::of(relationship.shape()),
    };
    if given.is_some_and(|given| Rc::ptr_eq(given, &old)) {
        return Ok(());
    }
    events::modified(instance, index, Slot::Many(Rc::clone(&old)));
    let new = Collection::of(relationship.shape());
    instance.put(index, Slot::Many(Rc::clone(&new)));
    let handle = Handle {
        owner: Some(Rc::clone(instance)),
        index,
        list: new,
    };
    let existing = unique(&old.items.borrow());
    let is_wanted: HashSet<_> = values.iter().map(address).collect();
    let existed: HashSet<_> = existing.iter().map(address).collect();
    for value in values {
        if existed.contains(&address(value)) {
            handle.load(value.clone())?;
        } else {
            handle.append_with(value, &token)?;
        }
    }
    let (kept, removed): (Vec<_>, Vec<_>) = existing
        .into_iter()
        .partition(|item| is_wanted.contains(&address(item)));
    for item in &kept {
        events::keep(instance, &relationship, item, &token)?;
    }
    for item in &removed {
        leaving(instance, index, &relationship, item, Some(&token))?;
    }
    instance.state.borrow_mut().empty.remove(&index);
    Ok(())
}

/// The items of a new collection, as whoever is told of all of them at once leaves them.
fn told_of_all(
    stage: Stage,
    owner: &Rc<Instance>,
    index: usize,
    items: Vec<Member>,
) -> Result<Vec<Member>> {
    let change = || Change::Replace(items.clone());
    Ok(match owner.ask(stage, index, None, change)? {
        Some(Change::Replace(items)) => items,
        _ => items,
    })
}

/// An item of a new collection as validators want it.
fn validated(owner: &Rc<Instance>, index: usize, item: &Member) -> Result<Member> {
    let asked = owner.ask(Stage::Validate, index, None, || {
        Change::Append(item.clone())
    })?;
    Ok(asked.map_or_else(|| item.clone(), Change::into_object))
}

fn unique(items: &[Member]) -> Vec<Member> {
    let mut seen = HashSet::new();
    items
        .iter()
        .filter(|item| seen.insert(address(item)))
        .cloned()
        .collect()
}
