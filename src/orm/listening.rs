//! Listeners of mapped classes: told of what happens to objects, and asked before an attribute changes.

use std::rc::Rc;

use super::Value;
use super::collection::Member;
use super::error::Result;
use super::instance::{Instance, Slot};
use super::relationship::Relationship;

/// What happens to an object's row, or to the object that a row became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectEvent {
    BeforeInsert,
    AfterInsert,
    BeforeUpdate,
    AfterUpdate,
    BeforeDelete,
    AfterDelete,
    Load,
    /// It was filled anew.
    Refresh,
    /// A flush has given it values: the program's defaults, or what the database gave back.
    RefreshFlush,
    Expire,
}

impl ObjectEvent {
    /// What a program calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::BeforeInsert => "before_insert",
            Self::AfterInsert => "after_insert",
            Self::BeforeUpdate => "before_update",
            Self::AfterUpdate => "after_update",
            Self::BeforeDelete => "before_delete",
            Self::AfterDelete => "after_delete",
            Self::Load => "load",
            Self::Refresh => "refresh",
            Self::RefreshFlush => "refresh_flush",
            Self::Expire => "expire",
        }
    }
}

/// When a listener of an attribute is asked: those that were there before the mapper was configured come first, then
/// validators, then the other side of a relationship and the session hear of a change, then the other listeners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Early,
    Validate,
    Listen,
}

impl Stage {
    /// What a listener calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Early => "early",
            Self::Validate => "validate",
            Self::Listen => "listen",
        }
    }
}

/// A change of an attribute.
#[derive(Clone, Debug)]
pub enum Change {
    /// A column's value; with the old one, `Unloaded` when that is not known.
    Set {
        new: Value,
        old: Slot,
    },
    /// A reference to another object.
    Refer {
        new: Option<Rc<Instance>>,
        old: Slot,
    },
    Append(Member),
    Remove(Member),
    /// All of a collection, by others.
    Replace(Vec<Member>),
}

impl Change {
    /// The object that comes into the attribute.
    pub fn into_object(self) -> Option<Rc<Instance>> {
        match self {
            Self::Refer { new, .. } => new,
            Self::Append(item) | Self::Remove(item) => item,
            Self::Set { .. } | Self::Replace(_) => None,
        }
    }
}

/// Listens to the objects of a mapper.
pub trait ObjectListener {
    /// Something has happened to an object, or to some of its attributes only.
    ///
    /// # Errors
    /// What the program's listener raised.
    fn happened(
        &self,
        event: ObjectEvent,
        instance: &Rc<Instance>,
        attributes: Option<&[usize]>,
    ) -> Result<()>;

    /// An attribute is about to change; what is given back takes place. `began_with` is the relationship of the other
    /// side, when the change began there.
    ///
    /// # Errors
    /// What the program's listener raised.
    fn changing(
        &self,
        stage: Stage,
        instance: &Rc<Instance>,
        index: usize,
        change: Change,
        began_with: Option<&Relationship>,
    ) -> Result<Change>;

    /// A column is read that an object has no value for: the one that a listener has for it, if any does.
    ///
    /// # Errors
    /// What the program's listener raised.
    fn unset(&self, instance: &Rc<Instance>, index: usize) -> Result<Option<Value>>;
}

impl Instance {
    fn listener(&self) -> Option<Rc<dyn ObjectListener>> {
        self.mapper.listener.borrow().clone()
    }

    /// Tells whoever listens to objects of this class.
    ///
    /// # Errors
    /// What a listener raised.
    pub(super) fn tell(
        self: &Rc<Self>,
        event: ObjectEvent,
        attributes: Option<&[usize]>,
    ) -> Result<()> {
        self.listener().map_or(Ok(()), |listener| {
            listener.happened(event, self, attributes)
        })
    }

    /// The value that a listener has for a column which the object has none for.
    ///
    /// # Errors
    /// What a listener raised.
    pub(super) fn ask_for_unset(self: &Rc<Self>, index: usize) -> Result<Option<Value>> {
        self.listener()
            .map_or(Ok(None), |listener| listener.unset(self, index))
    }

    /// Asks whoever listens to an attribute; the change is made only when somebody does.
    ///
    /// # Errors
    /// What a listener raised.
    pub(super) fn ask(
        self: &Rc<Self>,
        stage: Stage,
        index: usize,
        began_with: Option<&Relationship>,
        change: impl FnOnce() -> Change,
    ) -> Result<Option<Change>> {
        self.listener()
            .map(|listener| listener.changing(stage, self, index, change(), began_with))
            .transpose()
    }
}
