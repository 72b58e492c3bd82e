//! The session: its objects, its transaction, and what it asks of the database.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};

use super::attributes::shown;
use super::core::Row;
use super::engine::Engine;
use super::error::{Error, Result};
use super::identity::{Found, Identity, IdentityMap};
use super::instance::{Instance, Lifecycle};
use super::mapper::Mapper;
use super::members::Members;
use super::query::Select;
use super::transaction::{Chain, Link, Own, TransactionStack};

/// How a session was made.
#[derive(Clone, Copy, Debug)]
pub struct SessionOptions {
    pub autoflush: bool,
    pub expire_on_commit: bool,
    /// Whether any use of the session begins a transaction, or only `begin()`.
    pub autobegin: bool,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            autoflush: true,
            expire_on_commit: true,
            autobegin: true,
        }
    }
}

/// A load that the session makes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnLoad {
    /// Of a relationship, lazily or eagerly.
    Relationship,
    /// Of deferred or expired columns.
    Columns,
    /// By primary key, for `session.get()`.
    Get,
}

/// What is known of such a load before it is sent.
#[derive(Debug)]
pub struct BeforeLoad<'a> {
    pub kind: OwnLoad,
    /// The object whose relationship it is, where it is loaded for that one alone.
    pub owner: Option<&'a Rc<Instance>>,
    /// The values that it is given, by name.
    pub given: Row,
    /// A query is repeated, with its values.
    pub repeats: bool,
}

/// What happens in a session, for those who listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    AfterBegin,
    BeforeCommit,
    AfterCommit,
    AfterRollback,
    AfterSoftRollback,
    AfterTransactionCreate,
    AfterTransactionEnd,
    BeforeFlush,
    AfterFlush,
    AfterFlushPostexec,
    BeforeAttach,
    AfterAttach,
    TransientToPending,
    PendingToPersistent,
    DetachedToPersistent,
    PersistentToDeleted,
    PersistentToDetached,
    PersistentToTransient,
    PendingToTransient,
    DeletedToDetached,
    DeletedToPersistent,
    LoadedAsPersistent,
}

impl SessionEvent {
    /// What a program calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AfterBegin => "after_begin",
            Self::BeforeCommit => "before_commit",
            Self::AfterCommit => "after_commit",
            Self::AfterRollback => "after_rollback",
            Self::AfterSoftRollback => "after_soft_rollback",
            Self::AfterTransactionCreate => "after_transaction_create",
            Self::AfterTransactionEnd => "after_transaction_end",
            Self::BeforeFlush => "before_flush",
            Self::AfterFlush => "after_flush",
            Self::AfterFlushPostexec => "after_flush_postexec",
            Self::BeforeAttach => "before_attach",
            Self::AfterAttach => "after_attach",
            Self::TransientToPending => "transient_to_pending",
            Self::PendingToPersistent => "pending_to_persistent",
            Self::DetachedToPersistent => "detached_to_persistent",
            Self::PersistentToDeleted => "persistent_to_deleted",
            Self::PersistentToDetached => "persistent_to_detached",
            Self::PersistentToTransient => "persistent_to_transient",
            Self::PendingToTransient => "pending_to_transient",
            Self::DeletedToDetached => "deleted_to_detached",
            Self::DeletedToPersistent => "deleted_to_persistent",
            Self::LoadedAsPersistent => "loaded_as_persistent",
        }
    }
}

/// Listens to what a session does.
pub trait Watcher {
    /// A load of the session's own is about to be sent.
    ///
    /// # Errors
    /// What the program's listener raised.
    fn before_load(&self, select: &Rc<Select>, load: &BeforeLoad<'_>) -> Result<Rc<Select>>;
    /// Something has happened, perhaps to an object.
    ///
    /// # Errors
    /// What the program's listener raised.
    fn happened(&self, event: SessionEvent, instance: Option<&Rc<Instance>>) -> Result<()>;
    /// Something has happened to a transaction.
    ///
    /// # Errors
    /// What the program's listener raised.
    fn transaction(&self, event: SessionEvent, chain: &Chain) -> Result<()>;
}

/// A session.
pub struct Session {
    pub engine: Rc<Engine>,
    pub options: Cell<SessionOptions>,
    pub(super) identity_map: RefCell<Rc<IdentityMap>>,
    /// Pending objects, in the order they were added.
    pub(super) new: RefCell<Members>,
    /// Objects to be deleted by the next flush, in order.
    pub(super) deleted: RefCell<Members>,
    /// Changed objects: they are held until the flush, whoever else lets go of them.
    pub(super) modified: RefCell<Members>,
    pub(super) transaction: RefCell<TransactionStack>,
    /// What its transactions are on.
    pub link: Rc<dyn Link>,
    pub(super) is_flushing: Cell<bool>,
    /// The flush that goes on was caused by a query.
    pub(super) is_autoflushing: Cell<bool>,
    /// Deep enough in `no_autoflush` blocks, nothing is flushed by a query.
    pub no_autoflush: Cell<u32>,
    /// Who is to be told of what the session does by itself.
    pub watcher: RefCell<Option<Rc<dyn Watcher>>>,
    /// Numbers the sessions of a thread, for messages.
    number: u64,
    this: Weak<Session>,
}

impl Session {
    /// A session; `number` tells it from others in messages.
    pub fn new(engine: Rc<Engine>, options: SessionOptions, number: u64) -> Rc<Self> {
        let link = Rc::new(Own::new(&engine, None, number));
        Self::over(link, engine, options, number)
    }

    /// As [`Session::new`], over a connection of the program's to that engine.
    pub fn over(
        link: Rc<dyn Link>,
        engine: Rc<Engine>,
        options: SessionOptions,
        number: u64,
    ) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            link,
            engine,
            options: Cell::new(options),
            identity_map: RefCell::default(),
            new: RefCell::default(),
            deleted: RefCell::default(),
            modified: RefCell::default(),
            transaction: RefCell::default(),
            is_flushing: Cell::new(false),
            is_autoflushing: Cell::new(false),
            no_autoflush: Cell::new(0),
            watcher: RefCell::default(),
            number,
            this: Weak::clone(this),
        })
    }

    /// The shared pointer to this session.
    pub fn rc(&self) -> Rc<Self> {
        self.this
            .upgrade()
            .expect("a session that is borrowed is alive")
    }

    pub fn weak(&self) -> Weak<Self> {
        Weak::clone(&self.this)
    }

    /// The object of that identity, if the session holds it and the program still does.
    pub fn lookup(&self, identity: &Identity) -> Option<Rc<Instance>> {
        self.identity_map.borrow().get(identity)
    }

    /// The object of a row: the one that the session holds, or a new one that it takes in. The rows were asked for when
    /// `map` was the session's.
    ///
    /// # Errors
    /// When it is not any more, and does not know the object.
    pub(super) fn find_or_adopt(
        &self,
        map: &IdentityMap,
        identity: Identity,
        mapper: &Rc<Mapper>,
    ) -> Result<Found> {
        if map.is_over() {
            return map.get(&identity).map(Found::Known).ok_or_else(|| {
                Error::invalid_request(format!(
                    "Object {} cannot be converted to 'persistent' state, as this identity map is no longer valid.  Has \
                     the owning Session been closed?",
                    shown(&Instance::new(mapper))
                ))
                .with_code("lkrp")
            });
        }
        Ok(map.get_or_insert(&identity, || {
            let instance = Instance::new(mapper);
            {
                let mut state = instance.state.borrow_mut();
                state.identity = Some(identity.clone());
                state.lifecycle = Lifecycle::Persistent;
            }
            instance.set_session(self.weak());
            instance
        }))
    }

    /// The objects as they are now.
    pub(super) fn identity_map(&self) -> Rc<IdentityMap> {
        Rc::clone(&self.identity_map.borrow())
    }

    /// An object is gone: its identity leads nowhere any more.
    pub(super) fn forget(&self, identity: Identity, instance: &Instance) {
        self.identity_map.borrow().remove(identity, instance);
    }

    /// Holds a changed object until the next flush.
    pub fn mark_modified(&self, instance: &Rc<Instance>) {
        self.modified.borrow_mut().insert(instance);
    }

    /// What messages call this session.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Lets go of every object: they point at one another, and at the session.
    pub fn dispose(&self) {
        let held: Vec<Rc<Instance>> = self
            .identity_map
            .borrow()
            .instances()
            .into_iter()
            .chain(self.new.take().to_vec())
            .chain(self.deleted.take().to_vec())
            .chain(self.modified.take().to_vec())
            .collect();
        self.identity_map.borrow().clear();
        for instance in held {
            instance.dispose();
        }
    }

    /// Tells whoever listens to this session.
    ///
    /// # Errors
    /// What a listener raised.
    pub(super) fn tell(&self, event: SessionEvent, instance: Option<&Rc<Instance>>) -> Result<()> {
        let watcher = self.watcher.borrow().clone();
        watcher.map_or(Ok(()), |watcher| watcher.happened(event, instance))
    }

    /// Tells whoever listens to this session of a transaction.
    ///
    /// # Errors
    /// What a listener raised.
    pub(super) fn tell_transaction(&self, event: SessionEvent, chain: &Chain) -> Result<()> {
        let watcher = self.watcher.borrow().clone();
        watcher.map_or(Ok(()), |watcher| watcher.transaction(event, chain))
    }

    /// A number for a load, by which it knows what it has filled.
    pub(super) fn next_run_id(&self) -> u64 {
        self.engine.next_run_id()
    }

    /// Sends the reads that have been gathered, so that they stand before the statement that follows.
    pub(super) fn flush_reads(&self) -> Result<()> {
        self.engine.ledger.flush(&self.engine)
    }

    /// Warns of something that a flush has come upon.
    ///
    /// # Errors
    /// When the program made warnings into errors.
    pub(super) fn warn(&self, message: &str) -> Result<()> {
        if !self.is_autoflushing.get() {
            return self.engine.host.warn(message);
        }
        self.engine.host.warn(&format!(
            "{message} (This warning originated from the Session 'autoflush' process, which was invoked automatically in \
             response to a user-initiated operation. Consider using ``no_autoflush`` context manager if this warning \
             happened while initializing objects.)"
        ))
    }

    /// Flushes before a query, unless the session was told not to.
    ///
    /// # Errors
    /// As [`Session::flush`], with the hint that an autoflush caused it.
    pub fn autoflush(&self) -> Result<()> {
        if self.options.get().autoflush && self.no_autoflush.get() == 0 && !self.is_flushing.get() {
            self.is_autoflushing.set(true);
            let done = self.flush();
            self.is_autoflushing.set(false);
            done.map_err(|error| {
                let error = super::unit_of_work::in_autoflush(error);
                self.reword_rollback(&error);
                error
            })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({} pending)", self.new.borrow().len())
    }
}
