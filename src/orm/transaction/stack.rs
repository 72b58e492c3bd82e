//! The open transaction of a session, the savepoints in it, and what has happened to objects since each began.

use std::rc::{Rc, Weak};

use crate::orm::identity::Identity;
use crate::orm::instance::Instance;
use crate::orm::members::WeakMembers;

/// A transaction of a session, as `session.begin()` and `session.begin_nested()` hand it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TransactionId(pub u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Active,
    /// Rolled back by a flush that failed; the program has yet to say `rollback()`.
    Deactive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    Nested,
    /// Of a flush: a failure rolls back what it is in.
    Flush,
}

/// Objects whose identity a flush has changed: the identity before and after.
pub(super) type KeySwitches = Vec<(Weak<Instance>, Identity, Identity)>;

#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) id: TransactionId,
    pub(super) kind: Kind,
    pub(super) status: Status,
    /// Name of the savepoint, once it was sent: that is when the first statement needs it.
    pub(super) savepoint: Option<String>,
    /// The database knows of it.
    pub(super) is_begun: bool,
    /// Words of the error that rolled it back.
    pub(super) rolled_back_by: Option<String>,
    /// What has happened to objects since it began.
    pub(super) new: WeakMembers,
    pub(super) dirty: WeakMembers,
    pub(super) deleted: WeakMembers,
    pub(super) key_switches: KeySwitches,
}

/// The open transaction and the savepoints in it, outermost first.
#[derive(Debug, Default)]
pub struct TransactionStack {
    pub(super) open: Vec<Transaction>,
    pub(super) savepoints: u32,
    /// The transaction that a `with` block manages.
    pub(super) managed: Option<TransactionId>,
}

impl TransactionStack {
    pub(super) fn push(&mut self, kind: Kind) -> TransactionId {
        let id = TransactionId(crate::orm::sql::name::next_id());
        self.open.push(Transaction {
            id,
            kind,
            status: Status::Active,
            savepoint: None,
            is_begun: false,
            rolled_back_by: None,
            new: WeakMembers::default(),
            dirty: WeakMembers::default(),
            deleted: WeakMembers::default(),
            key_switches: Vec::new(),
        });
        id
    }

    /// The outermost transaction that the database does not know of yet, which it is to be told of now.
    pub(super) fn begin_next(&mut self) -> Option<(TransactionId, Kind)> {
        let mut open = self.open.iter_mut();
        let next = open.find(|open| open.kind != Kind::Flush && !open.is_begun)?;
        next.is_begun = true;
        Some((next.id, next.kind))
    }

    pub(super) fn place(&self, id: TransactionId) -> Option<usize> {
        self.open.iter().position(|open| open.id == id)
    }

    /// The innermost transaction that is one to the database.
    pub(super) fn boundary(&self) -> Option<usize> {
        self.open.iter().rposition(|open| open.kind != Kind::Flush)
    }

    pub(super) fn snapshot(&mut self) -> Option<&mut Transaction> {
        let at = self.boundary()?;
        self.open.get_mut(at)
    }

    /// An object was deleted in it.
    pub(in crate::orm) fn note_deleted(&mut self, instance: &Rc<Instance>) {
        if let Some(snapshot) = self.snapshot() {
            snapshot.deleted.insert(instance);
        }
    }

    pub(in crate::orm) fn forget_deleted(&mut self, instance: &Instance) {
        if let Some(snapshot) = self.snapshot() {
            snapshot.deleted.remove(instance);
        }
    }

    /// A flush has inserted or updated an object.
    pub(in crate::orm) fn note_altered(&mut self, instance: &Rc<Instance>, was_new: bool) {
        if let Some(snapshot) = self.snapshot() {
            if was_new {
                snapshot.new.insert(instance);
            } else {
                snapshot.dirty.insert(instance);
            }
        }
    }

    /// A flush has given an object another identity.
    pub(in crate::orm) fn note_key_switch(
        &mut self,
        instance: &Rc<Instance>,
        before: Identity,
        after: Identity,
    ) {
        if let Some(snapshot) = self.snapshot() {
            let known = snapshot
                .key_switches
                .iter_mut()
                .find(|(known, ..)| std::ptr::eq(known.as_ptr(), Rc::as_ptr(instance)));
            match known {
                Some((_, _, last)) => *last = after,
                None => snapshot
                    .key_switches
                    .push((Rc::downgrade(instance), before, after)),
            }
        }
    }
}
