//! Collections of relationships: each change of a list is told to the attribute first.

use std::rc::Rc;

use super::events::{self, Operation, Token};
use super::object::relationship;
use super::{Passive, read, write_only};
use crate::orm::collection::{Collection, Member, Shape};
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Slot};
use crate::orm::listening::{Change, Stage};
use crate::orm::relationship::Relationship;

/// For whom the host's collection class changes a collection.
#[derive(Clone, Debug)]
pub enum Acting {
    /// A load: nobody is told.
    Load,
    /// A chain of events that began elsewhere.
    Chain(Token),
}

/// A collection as the program holds it, and the object and attribute that it belongs to.
#[derive(Clone, Debug)]
pub struct Handle {
    /// None for a collection that the program made and gave to nobody.
    pub owner: Option<Rc<Instance>>,
    pub index: usize,
    pub list: Rc<Collection>,
}

impl Handle {
    /// The object that changes along with the collection: none any more once it was replaced.
    fn attached(&self) -> Result<Option<&Rc<Instance>>> {
        let Some(owner) = &self.owner else {
            return Ok(None);
        };
        let is_attached = match owner.slot(self.index) {
            Slot::Many(list) => Rc::ptr_eq(&list, &self.list),
            _ => owner
                .state
                .borrow()
                .empty
                .get(&self.index)
                .is_some_and(|list| Rc::ptr_eq(list, &self.list)),
        };
        if !is_attached && self.list.is_invalidated.get() {
            if let Some(session) = owner.session() {
                session.warn("This collection has been invalidated.")?;
            }
            return Ok(Some(owner));
        }
        Ok(is_attached.then_some(owner))
    }

    /// The collection that was only read so far becomes the attribute's value.
    fn settle(&self, owner: &Rc<Instance>) {
        let settled = {
            let mut state = owner.state.borrow_mut();
            match state.empty.get(&self.index) {
                Some(list) if Rc::ptr_eq(list, &self.list) => state.empty.remove(&self.index),
                _ => None,
            }
        };
        if let Some(list) = settled {
            owner.put(self.index, Slot::Many(list));
        }
    }

    /// Whether nobody is to be told, and the chain of events that this change is part of.
    fn acting(&self, token: Option<&Token>) -> (bool, Option<Token>) {
        match (&*self.list.acting.borrow(), token) {
            (_, Some(token)) => (false, Some(token.clone())),
            (Some(Acting::Load), None) => (true, None),
            (Some(Acting::Chain(token)), None) => (false, Some(token.clone())),
            (None, None) => (false, None),
        }
    }

    /// Tells that an item comes in; gives the item that does.
    ///
    /// # Errors
    /// What the events that follow raise.
    pub fn entering(&self, item: &Member) -> Result<Member> {
        self.entering_with(item, None)
    }

    fn entering_with(&self, item: &Member, token: Option<&Token>) -> Result<Member> {
        let (is_silent, token) = self.acting(token);
        let Some(owner) = (!is_silent).then(|| self.attached()).transpose()?.flatten() else {
            return Ok(item.clone());
        };
        self.settle(owner);
        let relationship = relationship(owner, self.index)?;
        entering(owner, self.index, &relationship, item, token.as_ref())
    }

    /// Tells that an item is put in which is in already.
    ///
    /// # Errors
    /// What the events that follow raise.
    pub fn staying(&self, item: &Member) -> Result<()> {
        let (is_silent, token) = self.acting(None);
        let Some(owner) = (!is_silent).then(|| self.attached()).transpose()?.flatten() else {
            return Ok(());
        };
        let relationship = relationship(owner, self.index)?;
        let token = token.unwrap_or_else(|| Token::new(&relationship, Operation::Append));
        events::keep(owner, &relationship, item, &token)
    }

    /// Tells that an item leaves.
    ///
    /// # Errors
    /// What the events that follow raise.
    pub fn leaving(&self, item: &Member) -> Result<()> {
        self.leaving_with(item, None)
    }

    fn leaving_with(&self, item: &Member, token: Option<&Token>) -> Result<()> {
        let (is_silent, token) = self.acting(token);
        let Some(owner) = (!is_silent).then(|| self.attached()).transpose()?.flatten() else {
            return Ok(());
        };
        self.settle(owner);
        let relationship = relationship(owner, self.index)?;
        leaving(owner, self.index, &relationship, item, token.as_ref())
    }

    /// Tells that an item is about to be taken out before anybody is asked about it.
    ///
    /// # Errors
    /// When the collection is of no use any more and warnings are errors.
    pub fn popping(&self) -> Result<()> {
        if let Some(owner) = self.attached()? {
            self.settle(owner);
            events::collection_modified(owner, self.index);
        }
        Ok(())
    }

    /// Has the host's class act for somebody else than the program.
    fn act(&self, acting: Acting, change: impl FnOnce() -> Result<()>) -> Result<()> {
        let before = self.list.acting.replace(Some(acting));
        let done = change();
        *self.list.acting.borrow_mut() = before;
        done
    }

    /// Takes in an item that was loaded: nobody is told.
    ///
    /// # Errors
    /// What a collection class of the host's raised.
    pub(in crate::orm) fn load(&self, item: Member) -> Result<()> {
        match &self.list.shape {
            Shape::Set if self.list.contains(&item) => {}
            Shape::List | Shape::Set => self.list.items.borrow_mut().push(item),
            Shape::Host(host) => self.act(Acting::Load, || host.add(self, &item))?,
        }
        Ok(())
    }

    /// Lets go of an item that was taken out before the collection was loaded: nobody is told.
    ///
    /// # Errors
    /// When what was loaded does not have it, and what a collection class of the host's raised.
    pub(super) fn unload(&self, item: &Member) -> Result<()> {
        if let Shape::Host(host) = &self.list.shape {
            return self.act(Acting::Load, || host.remove(self, item));
        }
        self.take(item)
    }

    /// `list.append(item)`, `set.add(item)`.
    ///
    /// # Errors
    /// What the events that follow raise.
    pub fn append(&self, item: &Member) -> Result<()> {
        if matches!(self.list.shape, Shape::Set) && self.list.contains(item) {
            return self.staying(item);
        }
        let item = self.entering(item)?;
        self.list.items.borrow_mut().push(item);
        Ok(())
    }

    /// Adds in a chain of events.
    pub(super) fn append_with(&self, item: &Member, token: &Token) -> Result<()> {
        match &self.list.shape {
            Shape::Host(host) => {
                return self.act(Acting::Chain(token.clone()), || host.add(self, item));
            }
            Shape::Set if self.list.contains(item) => {
                return self.act(Acting::Chain(token.clone()), || self.staying(item));
            }
            Shape::List | Shape::Set => {}
        }
        let item = self.entering_with(item, Some(token))?;
        self.list.items.borrow_mut().push(item);
        Ok(())
    }

    /// `list.insert(at, item)`; `at` is a position in the list.
    ///
    /// # Errors
    /// What the events that follow raise.
    pub fn insert(&self, at: usize, item: &Member) -> Result<()> {
        let item = self.entering(item)?;
        let mut items = self.list.items.borrow_mut();
        let at = at.min(items.len());
        items.insert(at, item);
        Ok(())
    }

    /// `list.remove(item)`, `set.remove(item)`.
    ///
    /// # Errors
    /// When it is not in the list, and what the events that follow raise.
    pub fn remove(&self, item: &Member) -> Result<()> {
        if matches!(self.list.shape, Shape::List) || self.list.contains(item) {
            self.leaving(item)?;
        }
        self.take(item)
    }

    /// Takes out in a chain of events.
    fn remove_with(&self, item: &Member, token: &Token) -> Result<()> {
        if let Shape::Host(host) = &self.list.shape {
            return self.act(Acting::Chain(token.clone()), || host.remove(self, item));
        }
        self.leaving_with(item, Some(token))?;
        self.take(item)
    }

    fn take(&self, item: &Member) -> Result<()> {
        let Some(at) = self.list.place(item) else {
            return Err(Error::raised("ValueError", "list.remove(x): x not in list"));
        };
        let gone = self.list.items.borrow_mut().remove(at);
        drop(gone);
        Ok(())
    }

    /// `list.pop(at)`: the item is taken out before the attribute is told, as SQLAlchemy does it.
    ///
    /// # Errors
    /// When there is no such position, and what the events that follow raise.
    pub fn pop(&self, at: usize) -> Result<Member> {
        self.popping()?;
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
        self.leaving(&item)?;
        Ok(item)
    }

    /// `list[at] = item`.
    ///
    /// # Errors
    /// When there is no such position, and what the events that follow raise.
    pub fn set(&self, at: usize, item: &Member) -> Result<()> {
        let existing = self.item(at)?;
        self.leaving(&existing)?;
        let item = self.entering(item)?;
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
        self.leaving(&item)?;
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
        if let (Shape::Host(host), Some(_)) = (&self.list.shape, &self.owner) {
            return items.iter().try_for_each(|item| host.remove(self, item));
        }
        for item in &items {
            self.leaving(item)?;
        }
        let gone = std::mem::take(&mut *self.list.items.borrow_mut());
        drop(gone);
        Ok(())
    }

    fn item(&self, at: usize) -> Result<Member> {
        self.list
            .items
            .borrow()
            .get(at)
            .cloned()
            .ok_or_else(|| Error::raised("IndexError", "list index out of range"))
    }
}

/// The collection of a relationship, with what was loaded in it.
///
/// # Errors
/// What a collection class of the host's raised.
pub(in crate::orm) fn collect(
    owner: &Rc<Instance>,
    relationship: &Relationship,
    found: Vec<Rc<Instance>>,
) -> Result<Rc<Collection>> {
    if matches!(relationship.shape(), Shape::List) {
        return Ok(Collection::new(found));
    }
    let handle = Handle {
        owner: Some(Rc::clone(owner)),
        index: relationship.index(),
        list: Collection::of(relationship.shape()),
    };
    let mut found = found.into_iter().map(Some);
    found.try_for_each(|item| handle.load(item))?;
    Ok(handle.list)
}

/// An item comes in: validators, what follows from it, listeners.
pub(super) fn entering(
    owner: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    item: &Member,
    token: Option<&Token>,
) -> Result<Member> {
    let began_with = token.and_then(|token| token.elsewhere(relationship));
    let ask = |stage, item: Member| -> Result<Member> {
        let asked = owner.ask(stage, index, began_with, || Change::Append(item.clone()))?;
        Ok(asked.map_or(item, Change::into_object))
    };
    let mut item = ask(Stage::Early, item.clone())?;
    // Validators have been asked of all items that replace others.
    if !token.is_some_and(Token::is_bulk) {
        item = ask(Stage::Validate, item)?;
    }
    events::append(owner, index, relationship, &item, token)?;
    ask(Stage::Listen, item)
}

pub(super) fn leaving(
    owner: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    item: &Member,
    token: Option<&Token>,
) -> Result<()> {
    let began_with = token.and_then(|token| token.elsewhere(relationship));
    let ask = |stage| owner.ask(stage, index, began_with, || Change::Remove(item.clone()));
    ask(Stage::Early)?;
    ask(Stage::Validate)?;
    events::remove(owner, index, relationship, item, token)?;
    ask(Stage::Listen)?;
    Ok(())
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
        owner: Some(Rc::clone(instance)),
        index,
        list,
    }
    .clear()?;
    instance.put(index, Slot::Unloaded);
    Ok(())
}

/// The collection that the program sees: loaded, or empty as long as nothing is in it.
///
/// # Errors
/// The loader's.
#[cfg(test)]
pub fn handle(instance: &Rc<Instance>, index: usize) -> Result<Handle> {
    let list = read::loaded_collection(instance, index, Passive::OFF)?;
    Ok(Handle {
        owner: Some(Rc::clone(instance)),
        index,
        list: list.unwrap_or_default(),
    })
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
    if relationship.is_write_only() {
        return write_only::add(instance, index, relationship, item, Some(token));
    }
    match read::loaded_collection(instance, index, passive)? {
        Some(list) => Handle {
            owner: Some(Rc::clone(instance)),
            index,
            list,
        }
        .append_with(&Some(Rc::clone(item)), token),
        None => {
            let item = entering(
                instance,
                index,
                relationship,
                &Some(Rc::clone(item)),
                Some(token),
            )?;
            let Some(item) = &item else {
                return Ok(());
            };
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
    if relationship.is_write_only() {
        return write_only::remove(instance, index, relationship, item, Some(token));
    }
    match read::loaded_collection(instance, index, passive)? {
        Some(list) => {
            let handle = Handle {
                owner: Some(Rc::clone(instance)),
                index,
                list,
            };
            match handle.remove_with(&Some(Rc::clone(item)), token) {
                Err(Error::Raised {
                    class: "ValueError" | "KeyError" | "IndexError",
                    ..
                }) => Ok(()),
                other => other,
            }
        }
        None => {
            leaving(
                instance,
                index,
                relationship,
                &Some(Rc::clone(item)),
                Some(token),
            )?;
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
