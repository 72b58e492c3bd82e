//! The open transaction of a session, the savepoints in it, and what has happened to objects since each began.

use std::rc::{Rc, Weak};

use super::link::Joined;
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
    /// The database has committed it, and the session is about to close it.
    Committed,
}

/// How a transaction of a session came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `begin()`, or what any use of the session begins by itself.
    Root {
        is_auto: bool,
    },
    Nested,
    /// Of a flush: a failure rolls back what it is in.
    Flush,
}

impl Kind {
    /// As SQLAlchemy names the origin.
    pub fn origin(self) -> &'static str {
        match self {
            Self::Root { is_auto: true } => "AUTOBEGIN",
            Self::Root { is_auto: false } => "BEGIN",
            Self::Nested => "BEGIN_NESTED",
            Self::Flush => "SUBTRANSACTION",
        }
    }
}

/// A transaction and those around it, itself first.
pub type Chain = Vec<(TransactionId, Kind)>;

/// Objects whose identity a flush has changed: the identity before and after.
pub(super) type KeySwitches = Vec<(Weak<Instance>, Identity, Identity)>;

pub(super) struct Transaction {
    pub(super) id: TransactionId,
    pub(super) kind: Kind,
    pub(super) status: Status,
    /// What it is to the database, once that was told: the first statement is what needs it.
    pub(super) joined: Option<Rc<dyn Joined>>,
    /// The database knows of it, or is being told.
    pub(super) is_begun: bool,
    /// What has happened to objects since it began.
    pub(super) new: WeakMembers,
    pub(super) dirty: WeakMembers,
    pub(super) deleted: WeakMembers,
    pub(super) key_switches: KeySwitches,
    /// Of a savepoint: the one that the session was in.
    before: Chain,
}

/// The open transaction and the savepoints in it, outermost first.
#[derive(Default)]
pub struct TransactionStack {
    pub(super) open: Vec<Transaction>,
    /// The savepoint that the session says it is in: a transaction that ends leaves one behind that was begun while it
    /// did.
    pub(super) nested: Chain,
    /// The transaction that a `with` block manages.
    pub(super) managed: Option<TransactionId>,
    /// Words of the errors that rolled transactions back, which a `with` block tells after its own is gone.
    failures: Vec<(TransactionId, String)>,
}

impl TransactionStack {
    pub(super) fn push(&mut self, kind: Kind) -> TransactionId {
        let id = TransactionId(crate::orm::sql::name::next_id());
        self.open.push(Transaction {
            id,
            kind,
            status: Status::Active,
            joined: None,
            is_begun: false,
            new: WeakMembers::default(),
            dirty: WeakMembers::default(),
            deleted: WeakMembers::default(),
            key_switches: Vec::new(),
            before: Vec::new(),
        });
        if kind == Kind::Nested {
            let nested = self.chain();
            let before = std::mem::replace(&mut self.nested, nested);
            if let Some(open) = self.open.last_mut() {
                open.before = before;
            }
        }
        id
    }

    /// The outermost transaction that the database does not know of yet, which it is to be told of now.
    pub(super) fn begin_next(&mut self) -> Option<(TransactionId, Kind)> {
        let mut open = self.open.iter_mut();
        let next = open.find(|open| open.kind != Kind::Flush && !open.is_begun)?;
        next.is_begun = true;
        Some((next.id, next.kind))
    }

    /// What could not be begun is to be begun with the next statement.
    pub(super) fn begun(&mut self, id: TransactionId, joined: Option<Rc<dyn Joined>>) {
        if let Some(at) = self.place(id) {
            self.open[at].is_begun = joined.is_some();
            self.open[at].joined = joined;
        }
    }

    /// The innermost transaction, with those around it.
    pub(super) fn chain(&self) -> Chain {
        self.chain_from(self.open.len())
    }

    pub(super) fn chain_from(&self, end: usize) -> Chain {
        let around = self.open[..end].iter().rev();
        around.map(|open| (open.id, open.kind)).collect()
    }

    pub(super) fn place(&self, id: TransactionId) -> Option<usize> {
        self.open.iter().position(|open| open.id == id)
    }

    pub(super) fn innermost(&self) -> Option<TransactionId> {
        self.open.last().map(|open| open.id)
    }

    pub(super) fn find(&mut self, id: TransactionId) -> Option<&mut Transaction> {
        self.open.iter_mut().find(|open| open.id == id)
    }

    pub(super) fn status(&self, id: TransactionId) -> Option<Status> {
        self.place(id).map(|at| self.open[at].status)
    }

    pub(super) fn set_status(&mut self, id: TransactionId, status: Status) {
        if let Some(open) = self.find(id) {
            open.status = status;
        }
    }

    pub(super) fn joined(&self, id: TransactionId) -> Option<Rc<dyn Joined>> {
        self.place(id).and_then(|at| self.open[at].joined.clone())
    }

    /// A transaction with those around it.
    pub(super) fn chain_of(&self, id: TransactionId) -> Chain {
        self.place(id)
            .map_or_else(Vec::new, |at| self.chain_from(at + 1))
    }

    /// What is open inside a transaction, innermost first.
    pub(super) fn chain_inside(&self, id: TransactionId) -> Vec<TransactionId> {
        let ids = self.open.iter().rev().map(|open| open.id);
        ids.take_while(|inner| *inner != id).collect()
    }

    /// Takes a transaction away, and with it what was begun inside.
    pub(super) fn close(&mut self, id: TransactionId) -> Option<Transaction> {
        let at = self.place(id)?;
        let mut over = self.open.drain(at..).next()?;
        if over.kind == Kind::Nested {
            self.nested = std::mem::take(&mut over.before);
        }
        Some(over)
    }

    /// What a transaction is to the database: itself, or what a flush is in.
    pub(super) fn boundary(&self, id: TransactionId) -> Option<TransactionId> {
        let at = self.place(id)?;
        let mut around = self.open[..=at].iter();
        let boundary = around.rfind(|open| open.kind != Kind::Flush)?;
        Some(boundary.id)
    }

    /// The innermost transaction that is one to the database.
    fn snapshot(&mut self) -> Option<&mut Transaction> {
        self.open.iter_mut().rfind(|open| open.kind != Kind::Flush)
    }

    /// The innermost one around a transaction that is one to the database.
    pub(super) fn boundary_around(&mut self, id: TransactionId) -> Option<&mut Transaction> {
        let at = self.place(id)?;
        let around = &mut self.open[..at];
        around.iter_mut().rfind(|open| open.kind != Kind::Flush)
    }

    /// Words of the error that rolled a transaction back.
    pub(super) fn failure(&self, id: TransactionId) -> Option<&str> {
        let mut failures = self.failures.iter();
        failures
            .find(|(failed, _)| *failed == id)
            .map(|(_, words)| words.as_str())
    }

    pub(super) fn note_failure(&mut self, id: TransactionId, words: String) {
        self.failures.retain(|(failed, _)| *failed != id);
        self.failures.push((id, words));
    }

    /// The `with` block of another transaction is the innermost from now on.
    pub(super) fn manage(&mut self, id: Option<TransactionId>) {
        self.managed = id;
        self.forget_failures();
    }

    /// Only transactions that are open, or within a `with` block, are asked for what ended them.
    pub(super) fn forget_failures(&mut self) {
        if self.managed.is_none() {
            let open = &self.open;
            self.failures
                .retain(|(failed, _)| open.iter().any(|open| open.id == *failed));
        }
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
