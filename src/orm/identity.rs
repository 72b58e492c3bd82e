//! Which row an object stands for, and the session's map from rows to objects.

use std::cell::{Cell, RefCell};
use std::collections::hash_map::Entry;
use std::hash::{Hash, Hasher};
use std::rc::{Rc, Weak};

use super::Value;
use super::instance::Instance;
use super::mapper::MapperId;
use super::value::from_stored;
use crate::trace::{self, hash::FastMap};

/// A primary key, or any other tuple of column values, as something to look up by.
///
/// A key of one integer, the common case, needs no allocation. Values of types that a program sees otherwise than SQLite
/// stores them are held as stored: they are sent again as they came, and no type has a say any more.
#[derive(Clone, Debug)]
pub enum Key {
    Integer(i64),
    Values(Rc<[Value]>),
}

impl Key {
    pub fn new(values: impl IntoIterator<Item = Value>) -> Self {
        let mut values = values.into_iter();
        let Some(first) = values.next() else {
            return Self::Values(Rc::from([]));
        };
        match values.next() {
            None => match first {
                Value::Integer(number) => Self::Integer(number),
                Value::Bool(flag) => Self::Integer(i64::from(flag)),
                other => Self::Values(Rc::from([other])),
            },
            Some(second) => Self::Values([first, second].into_iter().chain(values).collect()),
        }
    }

    /// A key of values as SQLite returned them, to compare other keys with.
    pub fn of_row(values: impl IntoIterator<Item = trace::Value>) -> Self {
        Self::new(values.into_iter().map(|value| from_stored(&value)))
    }

    pub fn values(&self) -> Vec<Value> {
        match self {
            Self::Integer(number) => vec![Value::Integer(*number)],
            Self::Values(values) => values.to_vec(),
        }
    }

    /// How findings name the object of this class: `Author(1)`.
    pub fn label(&self, class: &str) -> String {
        match self {
            Self::Integer(number) => format!("{class}({number})"),
            Self::Values(values) => {
                let values: Vec<String> = values.iter().map(super::value::shown).collect();
                format!("{class}({})", values.join(", "))
            }
        }
    }

    /// Whether it has nothing but NULL.
    pub fn is_null(&self) -> bool {
        self.values().iter().all(Value::is_null)
    }

    /// Whether any part is NULL.
    pub fn has_null(&self) -> bool {
        match self {
            Self::Integer(_) => false,
            Self::Values(values) => values.iter().any(Value::is_null),
        }
    }
}

/// As its values are equal: a number as SQLite stores it is the number that a program has.
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Integer(one), Self::Integer(other)) => one == other,
            (Self::Values(one), Self::Values(other)) => one == other,
            (Self::Integer(number), Self::Values(values))
            | (Self::Values(values), Self::Integer(number)) => {
                matches!(&values[..], [one] if *one == Value::Integer(*number))
            }
        }
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Integer(number) => number.hash(state),
            Self::Values(values) => values.iter().for_each(|value| value.hash(state)),
        }
    }
}

/// The identity of an object: its class and primary key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    pub mapper: MapperId,
    pub key: Key,
}

/// What a look into the identity map came to.
#[derive(Debug)]
pub enum Found {
    Known(Rc<Instance>),
    Made(Rc<Instance>),
}

/// A session's objects by identity. It holds them weakly, as SQLAlchemy's does: an object that the program has let
/// go of is loaded anew.
#[derive(Debug, Default)]
pub struct IdentityMap {
    objects: RefCell<FastMap<Identity, Weak<Instance>>>,
    /// The session has another one in its place.
    is_over: Cell<bool>,
}

impl IdentityMap {
    pub fn get(&self, identity: &Identity) -> Option<Rc<Instance>> {
        self.objects.borrow().get(identity).and_then(Weak::upgrade)
    }

    pub fn insert(&self, identity: Identity, instance: &Rc<Instance>) {
        let mut objects = self.objects.borrow_mut();
        objects.insert(identity, Rc::downgrade(instance));
    }

    /// Whether the session has another one in its place: it takes in nothing any more.
    pub fn is_over(&self) -> bool {
        self.is_over.get()
    }

    /// The session takes another one.
    pub fn end(&self) {
        self.is_over.set(true);
    }

    /// The object of that identity; when there is none, the one that is made for it is taken in.
    pub fn get_or_insert(&self, identity: &Identity, make: impl FnOnce() -> Rc<Instance>) -> Found {
        let mut objects = self.objects.borrow_mut();
        let place = objects.entry(identity.clone());
        if let Entry::Occupied(known) = &place
            && let Some(known) = known.get().upgrade()
        {
            return Found::Known(known);
        }
        let made = make();
        place.insert_entry(Rc::downgrade(&made));
        Found::Made(made)
    }

    /// Forgets the identity, if this object, or one that is gone, is what it led to.
    pub fn remove(&self, identity: Identity, instance: *const Instance) {
        // While it is being read, a dead entry may stay: it is skipped, and replaced by the next load.
        if let Ok(mut objects) = self.objects.try_borrow_mut()
            && let Entry::Occupied(known) = objects.entry(identity)
            && std::ptr::eq(known.get().as_ptr(), instance)
        {
            known.remove();
        }
    }

    /// Every object that is still alive, in no particular order.
    pub fn instances(&self) -> Vec<Rc<Instance>> {
        let objects = self.objects.borrow();
        objects.values().filter_map(Weak::upgrade).collect()
    }

    pub fn clear(&self) {
        self.objects.borrow_mut().clear();
    }
}
