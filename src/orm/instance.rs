//! An object of a mapped class: its values, and what the session knows of it.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};

use super::Value;
use super::collection::Collection;
use super::engine::Engine;
use super::error::Result;
use super::few::Few;
use super::identity::Identity;
use super::loading::LoadContext;
use super::mapper::Mapper;
use super::relationship::Relationship;
use super::session::Session;
use crate::trace::AccessOutcome;

/// What an attribute of an object holds.
#[derive(Clone, Debug, Default)]
pub enum Slot {
    /// Nothing yet: never set, deferred, or a relationship that has not been read.
    #[default]
    Unloaded,
    /// Was loaded, and is to be loaded again when touched.
    Expired,
    Value(Value),
    One(Option<Rc<Instance>>),
    Many(Rc<Collection>),
}

impl Slot {
    pub fn is_loaded(&self) -> bool {
        !matches!(self, Self::Unloaded | Self::Expired)
    }
}

/// A place where the host language keeps what it has for an object.
#[derive(Default)]
pub struct HostSlot(RefCell<Option<Box<dyn Any>>>);

impl HostSlot {
    pub fn set(&self, value: Box<dyn Any>) {
        *self.0.borrow_mut() = Some(value);
    }

    pub fn with<T: 'static, R>(&self, read: impl FnOnce(Option<&T>) -> R) -> R {
        read(
            self.0
                .borrow()
                .as_ref()
                .and_then(|value| value.downcast_ref::<T>()),
        )
    }

    pub fn take(&self) -> Option<Box<dyn Any>> {
        self.0.borrow_mut().take()
    }
}

impl fmt::Debug for HostSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HostSlot")
    }
}

/// Where an object stands towards its session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lifecycle {
    #[default]
    Transient,
    Pending,
    Persistent,
    /// Deleted in a flush of the transaction that is still open.
    Deleted,
    Detached,
}

/// Appends and removes of a collection that is not loaded; they are applied when it is.
#[derive(Clone, Debug, Default)]
pub struct PendingCollection {
    pub added: Vec<Rc<Instance>>,
    pub removed: Vec<Rc<Instance>>,
}

/// The parent that holds an object by a relationship, as far as events told.
#[derive(Clone, Debug)]
pub enum Parent {
    Held(Weak<Instance>),
    /// It was taken out and has not been put anywhere else.
    Gone,
}

/// A relationship of an object, loaded by a statement.
#[derive(Clone, Copy, Debug)]
pub struct RelationshipLoad {
    pub index: usize,
    pub statement: u64,
    /// Whether the program has read it since.
    pub is_read: bool,
}

/// Something of some of an object's attributes, by their index.
pub type ByAttribute<T> = Few<usize, T>;

/// What the session knows of an object beside its values.
#[derive(Debug, Default)]
pub struct State {
    pub lifecycle: Lifecycle,
    /// Set once the row exists (or is known to).
    pub identity: Option<Identity>,
    /// Values before the first change since the last flush, by attribute. Here `Unloaded` says that there was none,
    /// `Expired` that there may be one which was not loaded.
    pub committed: ByAttribute<Slot>,
    /// Every attribute was expired, and nothing has been loaded since.
    pub expired: bool,
    pub pending: ByAttribute<PendingCollection>,
    /// Options and path that it was loaded with; lazy loads go on from there.
    pub load: Option<Rc<LoadContext>>,
    /// Strategy of single attributes where an option with criteria of its own set them for this object.
    pub loaders: ByAttribute<Rc<super::options::LoadElement>>,
    /// Statement whose rows made it.
    pub loaded_by: Option<u64>,
    /// Statements that loaded relationships.
    pub relationship_loads: Vec<RelationshipLoad>,
    /// Parents whose collections or references hold it, by relationship: for delete-orphan.
    pub parents: Few<(super::mapper::MapperId, usize), Parent>,
    /// Collections that were read before they had a value; they become the value with the first append.
    pub empty: ByAttribute<Rc<Collection>>,
    /// Its row was deleted in a flush: it does not come back into a session by itself.
    pub was_deleted: bool,
    /// Lost its parent while it was in no session: a flush passes it over.
    pub is_orphan_from_outside: bool,
    /// SQL expressions assigned to columns, to be sent with the next flush.
    pub sql_values: ByAttribute<super::sql::Expr>,
    /// Order in which it was added to the session.
    pub insert_order: u64,
}

/// An object of a mapped class.
pub struct Instance {
    pub mapper: Rc<Mapper>,
    slots: RefCell<Vec<Slot>>,
    pub state: RefCell<State>,
    session: RefCell<Weak<Session>>,
    /// The engine of its last session: the ledger is told of reads after the session has let go of it too.
    engine: RefCell<Weak<Engine>>,
    /// Number of the load that last filled it, so that a load fills it once.
    pub run_id: Cell<u64>,
    /// Made of a row: a column that the row did not have is loaded when it is read.
    pub is_from_row: Cell<bool>,
    /// The host's wrapper, and what the program stored on it beside mapped attributes.
    pub host: HostSlot,
}

impl Instance {
    pub fn new(mapper: &Rc<Mapper>) -> Rc<Self> {
        Rc::new(Self {
            mapper: Rc::clone(mapper),
            slots: RefCell::new(vec![Slot::Unloaded; mapper.places()]),
            state: RefCell::default(),
            session: RefCell::default(),
            engine: RefCell::default(),
            run_id: Cell::new(0),
            is_from_row: Cell::new(false),
            host: HostSlot::default(),
        })
    }

    /// The attribute's slot, cloned: a reference count or a number.
    pub fn slot(&self, attribute: usize) -> Slot {
        self.slots
            .borrow()
            .get(attribute)
            .cloned()
            .unwrap_or_default()
    }

    pub fn is_loaded(&self, attribute: usize) -> bool {
        self.slots
            .borrow()
            .get(attribute)
            .is_some_and(Slot::is_loaded)
    }

    /// Puts a value without any history or event.
    pub fn put(&self, attribute: usize, slot: Slot) {
        let mut slots = self.slots.borrow_mut();
        if attribute >= slots.len() {
            slots.resize(attribute + 1, Slot::Unloaded);
        }
        // The old value is dropped after the borrow has ended: dropping may run the program's code.
        let old = std::mem::replace(&mut slots[attribute], slot);
        drop(slots);
        drop(old);
    }

    /// Puts what a row has for columns, without any history or event.
    pub(super) fn fill(&self, values: impl Iterator<Item = (usize, Value)>) {
        let mut gone = Vec::new();
        {
            let mut slots = self.slots.borrow_mut();
            for (attribute, value) in values {
                if attribute >= slots.len() {
                    slots.resize(attribute + 1, Slot::Unloaded);
                }
                let old = std::mem::replace(&mut slots[attribute], Slot::Value(value));
                if old.is_loaded() {
                    gone.push(old);
                }
            }
        }
        // Dropped after the borrow has ended, as in `put`.
        drop(gone);
    }

    /// The column value that is loaded or was set, if any.
    pub fn value(&self, attribute: usize) -> Option<Value> {
        match self.slot(attribute) {
            Slot::Value(value) => Some(value),
            _ => None,
        }
    }

    pub fn session(&self) -> Option<Rc<Session>> {
        self.session.borrow().upgrade()
    }

    pub fn set_session(&self, session: Weak<Session>) {
        if let Some(session) = session.upgrade() {
            *self.engine.borrow_mut() = Rc::downgrade(&session.engine);
        }
        *self.session.borrow_mut() = session;
    }

    /// Enters a read of a relationship into the ledger.
    ///
    /// # Errors
    /// That the run was stopped.
    pub fn note_read(
        &self,
        relationship: &Relationship,
        outcome: AccessOutcome,
        index: usize,
    ) -> Result<()> {
        let Some(engine) = self.engine.borrow().upgrade() else {
            return Ok(());
        };
        let (statement, is_first) = self.take_relationship_read(index);
        engine
            .ledger
            .note(&engine, &relationship.name, outcome, statement, is_first)
    }

    /// As [`Instance::note_read`], of a relationship that the session layer needed: entered where a statement had loaded
    /// it.
    ///
    /// # Errors
    /// That the run was stopped.
    pub fn note_need(&self, relationship: &Relationship) -> Result<()> {
        let index = relationship.index();
        let was_loaded = {
            let loads = &self.state.borrow().relationship_loads;
            loads.iter().any(|load| load.index == index)
        };
        if was_loaded {
            self.note_read(relationship, AccessOutcome::Loaded, index)
        } else {
            Ok(())
        }
    }

    /// Lets go of all that it points at.
    pub(super) fn dispose(&self) {
        self.set_session(Weak::new());
        let slots = self.slots.take();
        let state = self.state.take();
        let host = self.host.take();
        drop((slots, state, host));
    }

    pub fn identity(&self) -> Option<Identity> {
        self.state.borrow().identity.clone()
    }

    pub fn lifecycle(&self) -> Lifecycle {
        self.state.borrow().lifecycle
    }

    pub fn is_persistent(&self) -> bool {
        self.state.borrow().identity.is_some()
    }

    /// True when something was set since the last flush.
    pub fn is_modified(&self) -> bool {
        let state = self.state.borrow();
        !state.committed.is_empty() || !state.pending.is_empty()
    }

    /// Remembers which statement loaded a relationship, for the ledger of reads.
    pub fn note_relationship_load(&self, index: usize, statement: u64) {
        let mut state = self.state.borrow_mut();
        match state
            .relationship_loads
            .iter_mut()
            .find(|load| load.index == index)
        {
            Some(load) => {
                *load = RelationshipLoad {
                    index,
                    statement,
                    is_read: false,
                }
            }
            None => state.relationship_loads.push(RelationshipLoad {
                index,
                statement,
                is_read: false,
            }),
        }
    }

    /// What the relationship holds now is of no statement.
    pub fn forget_relationship_load(&self, index: usize) {
        let loads = &mut self.state.borrow_mut().relationship_loads;
        loads.retain(|load| load.index != index);
    }

    /// The statement that loaded a relationship, and whether this is the first read since.
    pub fn take_relationship_read(&self, index: usize) -> (Option<u64>, bool) {
        let mut state = self.state.borrow_mut();
        match state
            .relationship_loads
            .iter_mut()
            .find(|load| load.index == index)
        {
            Some(load) => (
                Some(load.statement),
                !std::mem::replace(&mut load.is_read, true),
            ),
            None => (None, false),
        }
    }

    /// How findings name it: `Author(1)`.
    pub fn label(&self) -> String {
        match self.identity() {
            Some(identity) => identity.key.label(self.mapper.class_name()),
            None => format!("{}(new)", self.mapper.class_name()),
        }
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let Some(session) = self.session.borrow().upgrade() else {
            return;
        };
        let identity = self.state.borrow_mut().identity.take();
        if let Some(identity) = identity {
            session.forget(identity, self);
        }
    }
}
