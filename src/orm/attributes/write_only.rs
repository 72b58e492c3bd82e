//! Collections that an object never holds, `write_only` and `dynamic`: what was added and removed waits for the flush.

use std::rc::Rc;

use super::collection::{entering, leaving};
use super::events::Token;
use super::{History, ObjectHistory, Passive};
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, PendingCollection};
use crate::orm::loading::lazy::{self, Outcome};
use crate::orm::relationship::Relationship;
use crate::trace::Strategy;

/// What such a collection is known to be.
#[derive(Debug, Default)]
pub(super) struct Known {
    added: Vec<Rc<Instance>>,
    unchanged: Vec<Rc<Instance>>,
    deleted: Vec<Rc<Instance>>,
    /// The rows were read, so what is unchanged is known.
    is_read: bool,
}

impl Known {
    /// What it holds.
    pub(super) fn members(self) -> Vec<Rc<Instance>> {
        union([self.added, self.unchanged])
    }

    /// What it holds and held.
    pub(super) fn all(self) -> Vec<Rc<Instance>> {
        union([self.added, self.unchanged, self.deleted])
    }

    pub(super) fn history(self) -> ObjectHistory {
        let (mut added, mut unchanged, mut deleted) = (self.added, self.unchanged, self.deleted);
        if self.is_read {
            added.retain(|item| !holds(&unchanged, item));
            deleted.retain(|item| holds(&unchanged, item));
            unchanged.retain(|item| !holds(&deleted, item));
        }
        let some = |items: Vec<Rc<Instance>>| items.into_iter().map(Some).collect();
        History {
            added: some(added),
            unchanged: some(unchanged),
            deleted: some(deleted),
        }
    }
}

fn holds(items: &[Rc<Instance>], item: &Rc<Instance>) -> bool {
    items.iter().any(|known| Rc::ptr_eq(known, item))
}

fn union<const N: usize>(parts: [Vec<Rc<Instance>>; N]) -> Vec<Rc<Instance>> {
    let mut all: Vec<Rc<Instance>> = Vec::new();
    for item in parts.into_iter().flatten() {
        if !holds(&all, &item) {
            all.push(item);
        }
    }
    all
}

/// What is known of it; where `passive` allows, the rows that are there are read too.
///
/// # Errors
/// A write-only collection is never read.
pub(super) fn known(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    passive: Passive,
) -> Result<Known> {
    let pending = instance.state.borrow().pending.get(&index).cloned();
    let PendingCollection { added, removed } = pending.unwrap_or_default();
    let mut known = Known {
        added,
        deleted: removed,
        ..Known::default()
    };
    if !instance.is_persistent() || !passive.has(Passive::INIT_OK) {
        return Ok(known);
    }
    if relationship.active == Strategy::WriteOnly {
        if passive.has(Passive::SQL_OK) {
            return Err(Error::invalid_request(format!(
                "Attribute {name} can't load the existing state from the database for this operation; full iteration is \
                 not permitted.  If this is a delete operation, configure passive_deletes=True on the {name} \
                 relationship in order to resolve this error.",
                name = relationship.name
            )));
        }
        return Ok(known);
    }
    let terms = crate::orm::loading::Passive {
        autoflush: false,
        ..crate::orm::loading::Passive::OFF
    };
    if let Outcome::Loaded { found, .. } = lazy::fetch(instance, index, relationship, terms)? {
        known.unchanged = union([found]);
    }
    known.is_read = true;
    Ok(known)
}

/// `author.books.add(book)`.
///
/// # Errors
/// What the events that follow raise.
pub(super) fn add(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    item: &Rc<Instance>,
    token: Option<&Token>,
) -> Result<()> {
    {
        let mut state = instance.state.borrow_mut();
        let pending = state.pending.entry(index).or_default();
        if !holds(&pending.added, item) {
            pending.added.push(Rc::clone(item));
        }
    }
    let item = Some(Rc::clone(item));
    entering(instance, index, relationship, &item, token).map(|_| ())
}

/// `author.books.remove(book)`.
///
/// # Errors
/// What the events that follow raise.
pub(super) fn remove(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    item: &Rc<Instance>,
    token: Option<&Token>,
) -> Result<()> {
    {
        let mut state = instance.state.borrow_mut();
        let pending = state.pending.entry(index).or_default();
        match pending
            .added
            .iter()
            .position(|known| Rc::ptr_eq(known, item))
        {
            Some(at) => drop(pending.added.remove(at)),
            None if holds(&pending.removed, item) => {}
            None => pending.removed.push(Rc::clone(item)),
        }
    }
    let item = Some(Rc::clone(item));
    leaving(instance, index, relationship, &item, token)
}

/// A change that the program makes to such a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    Add,
    Remove,
}

/// Adds to such a collection, or removes from it.
///
/// # Errors
/// What the events that follow raise.
pub fn write(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    change: Write,
    item: &Rc<Instance>,
) -> Result<()> {
    match change {
        Write::Add => add(instance, index, relationship, item, None),
        Write::Remove => remove(instance, index, relationship, item, None),
    }
}

/// What was added and not flushed yet.
///
/// # Errors
/// None; it reads nothing.
pub fn added(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
) -> Result<Vec<Rc<Instance>>> {
    Ok(known(instance, index, relationship, Passive::NO_INITIALIZE)?.added)
}

/// `author.books = [...]`.
///
/// # Errors
/// A write-only collection of an object that has a row cannot be replaced; and what the events that follow raise.
pub(super) fn replace(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    values: &[Rc<Instance>],
) -> Result<()> {
    let is_dynamic = relationship.active == Strategy::Dynamic;
    if instance.is_persistent() && !is_dynamic {
        return Err(Error::invalid_request(format!(
            "Collection \"{}\" does not support implicit iteration; collection replacement operations can't be used",
            relationship.name
        )));
    }
    let old = known(instance, index, relationship, Passive::OFF)?.members();
    for value in values {
        if !holds(&old, value) {
            add(instance, index, relationship, value, None)?;
        }
    }
    for gone in old.iter().filter(|known| !holds(values, known)) {
        remove(instance, index, relationship, gone, None)?;
    }
    Ok(())
}
