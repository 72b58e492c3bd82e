//! Collections of relationships: their objects in order, and the shape that the program sees them in.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use super::attributes::{Acting, Handle};
use super::error::{Error, Result};
use super::instance::{HostSlot, Instance};

/// What a collection holds: an object, or the `None` that a program may put in. The flush refuses that.
pub type Member = Option<Rc<Instance>>;

/// A collection of a relationship. The program's view of it wraps this one, so identity is kept.
#[derive(Debug, Default)]
pub struct Collection {
    pub items: RefCell<Vec<Member>>,
    pub shape: Shape,
    /// For whom the host's class changes it just now; none when the program does so by itself.
    pub(super) acting: RefCell<Option<Acting>>,
    /// Its object was expired: whoever still changes it is warned.
    pub(super) is_invalidated: Cell<bool>,
    /// The host's view while one is alive.
    pub host: HostSlot,
}

/// What a collection is beside its objects.
#[derive(Clone, Debug, Default)]
pub enum Shape {
    #[default]
    List,
    /// Holds an object once.
    Set,
    /// A class of the host's, which is asked to take in and to let go: a dictionary knows its keys.
    Host(Rc<dyn CollectionHost>),
}

/// A collection class of the host's. It tells the [`Handle`] what it does.
pub trait CollectionHost: fmt::Debug {
    fn as_any(&self) -> &dyn Any;

    /// What may be put in its place: `list`, `set` or `dict`.
    fn kind(&self) -> &'static str;

    /// Takes an object in.
    ///
    /// # Errors
    /// What the class raised.
    fn add(&self, of: &Handle, item: &Member) -> Result<()>;

    /// Lets go of an object.
    ///
    /// # Errors
    /// What the class raised, also when it does not hold the object.
    fn remove(&self, of: &Handle, item: &Member) -> Result<()>;
}

impl Shape {
    /// What may be put in its place.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Set => "set",
            Self::Host(host) => host.kind(),
        }
    }
}

impl Collection {
    /// A list of these objects.
    pub fn new(items: Vec<Rc<Instance>>) -> Rc<Self> {
        Self::of_members(items.into_iter().map(Some).collect())
    }

    /// A list of these.
    pub fn of_members(items: Vec<Member>) -> Rc<Self> {
        Rc::new(Self {
            items: RefCell::new(items),
            ..Self::default()
        })
    }

    /// An empty collection.
    pub fn of(shape: &Shape) -> Rc<Self> {
        Rc::new(Self {
            shape: shape.clone(),
            ..Self::default()
        })
    }

    pub fn len(&self) -> usize {
        self.items.borrow().len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.borrow().is_empty()
    }

    pub fn contains(&self, member: &Member) -> bool {
        self.place(member).is_some()
    }

    /// Where it is held first.
    pub fn place(&self, member: &Member) -> Option<usize> {
        let address = address(member);
        let items = self.items.borrow();
        items.iter().position(|item| self::address(item) == address)
    }
}

/// What a member is known by.
pub fn address(member: &Member) -> Option<*const Instance> {
    member.as_ref().map(Rc::as_ptr)
}

/// The objects of a collection, for what cannot do with anything else.
///
/// # Errors
/// When it holds `None`.
pub fn objects(members: &[Member]) -> Result<Vec<Rc<Instance>>> {
    members.iter().map(object).collect()
}

/// The object that a member is.
///
/// # Errors
/// When it is `None`.
pub fn object(member: &Member) -> Result<Rc<Instance>> {
    member.clone().ok_or_else(|| {
        Error::raised(
            "AttributeError",
            "'NoneType' object has no attribute '_sa_instance_state'",
        )
    })
}
