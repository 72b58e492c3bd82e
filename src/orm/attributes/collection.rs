//! Collections of relationships: each change of a list is told to the attribute first.

use std::collections::HashSet;
use std::rc::Rc;

use super::events::{self, Operation, Token};
use super::object::relationship;
use super::{Got, Passive, get, read};
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Collection, Instance, Slot};
use crate::orm::listening::{Change, Stage};
use crate::orm::relationship::Relationship;

/// A collection as the program holds it: the list, and the object and attribute that it belongs to.
#[derive(Clone, Debug)]
pub struct Handle {
    pub owner: Rc<Instance>,
    pub index: usize,
    pub list: Rc<Collection>,
}

impl Handle {
    /// Whether changes of the list are changes of the object: not any more once it was replaced or expired.
    fn is_attached(&self) -> bool {
        match self.owner.slot(self.index) {
            Slot::Many(list) => Rc::ptr_eq(&list, &self.list),
            _ => self
                .owner
                .state
                .borrow()
                .empty
                .get(&self.index)
                .is_some_and(|list| Rc::ptr_eq(list, &self.list)),
        }
    }

    /// The collection that was only read so far becomes the attribute's value.
    fn settle(&self) {
        let settled = {
            let mut state = self.owner.state.borrow_mut();
            match state.empty.get(&self.index) {
                Some(list) if Rc::ptr_eq(list, &self.list) => state.empty.remove(&self.index),
                _ => None,
            }
        };
        if let Some(list) = settled {
            self.owner.put(self.index, Slot::Many(list));
        }
    }

    /// Tells that an item comes in; gives the item that does.
    fn entering(&self, item: &Rc<Instance>, token: Option<&Token>) -> Result<Rc<Instance>> {
        if !self.is_attached() {
            return Ok(Rc::clone(item));
        }
        self.settle();
        let relationship = relationship(&self.owner, self.index)?;
        entering(&self.owner, self.index, &relationship, item, token)
    }

    fn leaving(&self, item: &Rc<Instance>, token: Option<&Token>) -> Result<()> {
        if !self.is_attached() {
            return Ok(());
        }
        self.settle();
        let relationship = relationship(&self.owner, self.index)?;
        leaving(&self.owner, self.index, &relationship, item, token)
    }

    /// `list.append(item)`.
    ///
    /// # Errors
    /// What the events that follow raise.
    pub fn append(&self, item: &Rc<Instance>) -> Result<()> {
        self.append_with(item, None)
    }

    fn append_with(&self, item: &Rc<Instance>, token: Option<&Token>) -> Result<()> {
        let item = self.entering(item, token)?;
        self.list.items.borrow_mut().push(item);
        Ok(())
    }

    /// `list.insert(at, item)`; `at` is a position in the list.
    ///
    /// # Errors
    /// What the events that follow raise.
    pub fn insert(&self, at: usize, item: &Rc<Instance>) -> Result<()> {
        let item = self.entering(item, None)?;
        let mut items = self.list.items.borrow_mut();
        let at = at.min(items.len());
        items.insert(at, item);
        Ok(())
    }

    /// `list.remove(item)`.
    ///
    /// # Errors
    /// When it is not in the list, and what the events that follow raise.
    pub fn remove(&self, item: &Rc<Instance>) -> Result<()> {
        self.remove_with(item, None)
    }

    fn remove_with(&self, item: &Rc<Instance>, token: Option<&Token>) -> Result<()> {
        self.leaving(item, token)?;
        let at = self.position(item);
        match at {
            Some(at) => {
                let gone = self.list.items.borrow_mut().remove(at);
                drop(gone);
                Ok(())
            }
            None => Err(not_in_list()),
        }
    }

    fn position(&self, item: &Rc<Instance>) -> Option<usize> {
        self.list
            .items
            .borrow()
            .iter()
            .position(|known| Rc::ptr_eq(known, item))
    }

    /// `list.pop(at)`: the item is taken out before the attribute is told, as SQLAlchemy does it.
    ///
    /// # Errors
    /// When there is no such position, and what the events that follow raise.
    pub fn pop(&self, at: usize) -> Result<Rc<Instance>> {
        if self.is_attached() {
            self.settle();
            events::collection_modified(&self.owner, self.index);
        }
        let item = {
            let mut items = self.list.items.borrow_mut();
            if at >= items.len() {
                let words = if items.is_empty() {
                    "pop from empty list"
                } else {
                    "pop index out of range"
                };
                return Err(Error::raised("IndexError", words));
            }
            items.remove(at)
        };
        self.leaving(&item, None)?;
        Ok(item)
    }

    /// `list[at] = item`.
    ///
    /// # Errors
    /// When there is no such position, and what the events that follow raise.
    pub fn set(&self, at: usize, item: &Rc<Instance>) -> Result<()> {
        let existing = self.item(at)?;
        self.leaving(&existing, None)?;
        let item = self.entering(item, None)?;
        let mut items = self.list.items.borrow_mut();
        let place = items
            .get_mut(at)
            .ok_or_else(|| Error::raised("IndexError", "list assignment index out of range"))?;
        let old = std::mem::replace(place, item);
        drop(items);
        drop(old);
        Ok(())
    }

    /// `del list[at]`.
    ///
    /// # Errors
    /// When there is no such position, and what the events that follow raise.
    pub fn delete(&self, at: usize) -> Result<()> {
        let item = self.item(at)?;
        self.leaving(&item, None)?;
        let mut items = self.list.items.borrow_mut();
        if at < items.len() {
            items.remove(at);
        }
        Ok(())
    }

    /// `list.clear()`.
    ///
    /// # Errors
    /// What the events that follow raise.
    pub fn clear(&self) -> Result<()> {
        let items = self.list.items.borrow().clone();
        for item in &items {
            self.leaving(item, None)?;
        }
        let gone = std::mem::take(&mut *self.list.items.borrow_mut());
        drop(gone);
        Ok(())
    }

    fn item(&self, at: usize) -> Result<Rc<Instance>> {
        self.list
            .items
            .borrow()
            .get(at)
            .cloned()
            .ok_or_else(|| Error::raised("IndexError", "list index out of range"))
    }
}

/// An item comes in: validators, what follows from it, listeners.
fn entering(
    owner: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    item: &Rc<Instance>,
    token: Option<&Token>,
) -> Result<Rc<Instance>> {
    let ask = |stage, item: Rc<Instance>| -> Result<Rc<Instance>> {
        let asked = owner.ask(stage, index, || Change::Append(Rc::clone(&item)))?;
        Ok(asked.and_then(Change::into_object).unwrap_or(item))
    };
    let item = ask(Stage::Validate, Rc::clone(item))?;
    events::append(owner, index, relationship, &item, token)?;
    ask(Stage::Listen, item)
}

fn leaving(
    owner: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    item: &Rc<Instance>,
    token: Option<&Token>,
) -> Result<()> {
    owner.ask(Stage::Validate, index, || Change::Remove(Rc::clone(item)))?;
    events::remove(owner, index, relationship, item, token)?;
    owner.ask(Stage::Listen, index, || Change::Remove(Rc::clone(item)))?;
    Ok(())
}

fn not_in_list() -> Error {
    Error::raised("ValueError", "list.remove(x): x not in list")
}

/// `instance.collection = [...]`.
///
/// # Errors
/// Of loading the old collection, and what the events that follow raise.
pub fn set_collection(
    instance: &Rc<Instance>,
    index: usize,
    values: Vec<Rc<Instance>>,
) -> Result<()> {
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
    values: &[Rc<Instance>],
    given: Option<&Rc<Collection>>,
    passive: Passive,
) -> Result<()> {
    let relationship = relationship(instance, index)?;
    let token = Token::new(&relationship, Operation::BulkReplace);
    let terms = if passive.has(Passive::NO_RAISE) {
        Passive::ONLY_PERSISTENT | Passive::NO_RAISE
    } else {
        Passive::ONLY_PERSISTENT
    };
    let old = match get(instance, index, terms)? {
        Got::Slot(Slot::Many(old)) => old,
        _ => Collection::new(Vec::new()),
    };
    if given.is_some_and(|given| Rc::ptr_eq(given, &old)) {
        return Ok(());
    }
    events::modified(instance, index, Slot::Many(Rc::clone(&old)));
    let new = Collection::new(Vec::new());
    instance.put(index, Slot::Many(Rc::clone(&new)));
    let handle = Handle {
        owner: Rc::clone(instance),
        index,
        list: new,
    };
    let existing = unique(&old.items.borrow());
    let is_wanted: HashSet<*const Instance> = values.iter().map(Rc::as_ptr).collect();
    let existed: HashSet<*const Instance> = existing.iter().map(Rc::as_ptr).collect();
    for value in values {
        if existed.contains(&Rc::as_ptr(value)) {
            handle.list.items.borrow_mut().push(Rc::clone(value));
        } else {
            handle.append_with(value, Some(&token))?;
        }
    }
    let (kept, removed): (Vec<_>, Vec<_>) = existing
        .into_iter()
        .partition(|item| is_wanted.contains(&Rc::as_ptr(item)));
    for item in &kept {
        events::keep(instance, &relationship, item, &token)?;
    }
    for item in &removed {
        leaving(instance, index, &relationship, item, Some(&token))?;
    }
    instance.state.borrow_mut().empty.remove(&index);
    Ok(())
}

fn unique(items: &[Rc<Instance>]) -> Vec<Rc<Instance>> {
    let mut seen = HashSet::new();
    items
        .iter()
        .filter(|item| seen.insert(Rc::as_ptr(item)))
        .cloned()
        .collect()
}

/// `del instance.collection`.
///
/// # Errors
/// What the events that follow raise.
pub(super) fn delete_many(instance: &Rc<Instance>, index: usize) -> Result<()> {
    let Slot::Many(list) = instance.slot(index) else {
        return Ok(());
    };
    events::collection_modified(instance, index);
    Handle {
        owner: Rc::clone(instance),
        index,
        list,
    }
    .clear()?;
    instance.put(index, Slot::Unloaded);
    Ok(())
}

/// The list that the program sees: loaded, or empty as long as nothing is in it.
///
/// # Errors
/// The loader's.
pub fn handle(instance: &Rc<Instance>, index: usize) -> Result<Handle> {
    let list = read::loaded_collection(instance, index, Passive::OFF)?;
    Ok(Handle {
        owner: Rc::clone(instance),
        index,
        list: list.unwrap_or_default(),
    })
}

/// `instance.collection.append(item)`.
///
/// # Errors
/// Of loading the collection, and what the events that follow raise.
pub fn append(instance: &Rc<Instance>, index: usize, item: &Rc<Instance>) -> Result<()> {
    handle(instance, index)?.append(item)
}

/// `instance.collection.insert(position, item)`.
///
/// # Errors
/// As [`append`].
pub fn insert(
    instance: &Rc<Instance>,
    index: usize,
    position: usize,
    item: &Rc<Instance>,
) -> Result<()> {
    handle(instance, index)?.insert(position, item)
}

/// `instance.collection.remove(item)`.
///
/// # Errors
/// As [`append`], and when it is not in the collection.
pub fn remove(instance: &Rc<Instance>, index: usize, item: &Rc<Instance>) -> Result<()> {
    handle(instance, index)?.remove(item)
}

/// Adds in a chain of events: to the list if it is there, else to what is applied once it is loaded.
pub(super) fn append_from(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    item: &Rc<Instance>,
    token: &Token,
    passive: Passive,
) -> Result<()> {
    match read::loaded_collection(instance, index, passive)? {
        Some(list) => Handle {
            owner: Rc::clone(instance),
            index,
            list,
        }
        .append_with(item, Some(token)),
        None => {
            let item = &entering(instance, index, relationship, item, Some(token))?;
            let mut state = instance.state.borrow_mut();
            let pending = state.pending.entry(index).or_default();
            if let Some(at) = place(&pending.removed, item) {
                pending.removed.remove(at);
            } else if place(&pending.added, item).is_none() {
                pending.added.push(Rc::clone(item));
            }
            Ok(())
        }
    }
}

/// Takes out in a chain of events; that it was not in is no error.
pub(super) fn pop_from(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    item: &Rc<Instance>,
    token: &Token,
    passive: Passive,
) -> Result<()> {
    match read::loaded_collection(instance, index, passive)? {
        Some(list) => {
            let handle = Handle {
                owner: Rc::clone(instance),
                index,
                list,
            };
            match handle.remove_with(item, Some(token)) {
                Err(Error::Raised {
                    class: "ValueError" | "KeyError" | "IndexError",
                    ..
                }) => Ok(()),
                other => other,
            }
        }
        None => {
            leaving(instance, index, relationship, item, Some(token))?;
            let mut state = instance.state.borrow_mut();
            let pending = state.pending.entry(index).or_default();
            if let Some(at) = place(&pending.added, item) {
                pending.added.remove(at);
            } else if place(&pending.removed, item).is_none() {
                pending.removed.push(Rc::clone(item));
            }
            Ok(())
        }
    }
}

fn place(items: &[Rc<Instance>], item: &Rc<Instance>) -> Option<usize> {
    items.iter().position(|known| Rc::ptr_eq(known, item))
}
