//! Sets of objects that keep the order in which they were put in.

use std::collections::HashMap;
use std::rc::{Rc, Weak};

use super::instance::Instance;

/// Pointers to objects by the objects' addresses, in order of insertion; removal is as cheap as insertion.
#[derive(Clone, Debug)]
struct Slots<P> {
    slots: Vec<Option<(*const Instance, P)>>,
    places: HashMap<*const Instance, usize>,
}

impl<P> Default for Slots<P> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            places: HashMap::new(),
        }
    }
}

impl<P> Slots<P> {
    fn contains(&self, instance: &Instance) -> bool {
        self.places.contains_key(&std::ptr::from_ref(instance))
    }

    /// True when it was not in yet.
    fn insert(
        &mut self,
        instance: &Rc<Instance>,
        pointer: impl FnOnce(&Rc<Instance>) -> P,
    ) -> bool {
        let key = Rc::as_ptr(instance);
        if self.places.contains_key(&key) {
            return false;
        }
        self.places.insert(key, self.slots.len());
        self.slots.push(Some((key, pointer(instance))));
        true
    }

    fn remove(&mut self, instance: &Instance) -> Option<P> {
        let place = self.places.remove(&std::ptr::from_ref(instance))?;
        let taken = self.slots[place].take();
        if self.slots.len() > 32 && self.places.len() * 2 < self.slots.len() {
            self.compact();
        }
        taken.map(|(_, pointer)| pointer)
    }

    fn compact(&mut self) {
        self.slots.retain(Option::is_some);
        let keys = self.slots.iter().flatten().enumerate();
        self.places = keys.map(|(place, (key, _))| (*key, place)).collect();
    }

    fn iter(&self) -> impl DoubleEndedIterator<Item = &P> {
        self.slots.iter().flatten().map(|(_, pointer)| pointer)
    }
}

/// Objects by identity, in order of insertion.
#[derive(Clone, Debug, Default)]
pub struct Members(Slots<Rc<Instance>>);

impl Members {
    pub fn len(&self) -> usize {
        self.0.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.places.is_empty()
    }

    pub fn contains(&self, instance: &Instance) -> bool {
        self.0.contains(instance)
    }

    /// True when it was not in yet.
    pub fn insert(&mut self, instance: &Rc<Instance>) -> bool {
        self.0.insert(instance, Rc::clone)
    }

    /// Takes it out; the caller drops it when no borrow of this set is held.
    pub fn remove(&mut self, instance: &Instance) -> Option<Rc<Instance>> {
        self.0.remove(instance)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Rc<Instance>> {
        self.0.iter()
    }

    pub fn to_vec(&self) -> Vec<Rc<Instance>> {
        self.iter().cloned().collect()
    }

    pub fn take(&mut self) -> Self {
        std::mem::take(self)
    }
}

impl FromIterator<Rc<Instance>> for Members {
    fn from_iter<I: IntoIterator<Item = Rc<Instance>>>(instances: I) -> Self {
        let mut members = Self::default();
        for instance in instances {
            members.insert(&instance);
        }
        members
    }
}

/// As [`Members`], but the objects are free to go. What is kept of them keeps their addresses from being used again.
#[derive(Clone, Debug, Default)]
pub struct WeakMembers(Slots<Weak<Instance>>);

impl WeakMembers {
    pub fn contains(&self, instance: &Instance) -> bool {
        self.0.contains(instance)
    }

    pub fn insert(&mut self, instance: &Rc<Instance>) {
        self.0.insert(instance, Rc::downgrade);
    }

    pub fn remove(&mut self, instance: &Instance) {
        self.0.remove(instance);
    }

    /// Those still alive, in order.
    pub fn alive(&self) -> Vec<Rc<Instance>> {
        self.0.iter().filter_map(Weak::upgrade).collect()
    }

    pub fn extend(&mut self, other: Self) {
        for instance in other.alive() {
            self.insert(&instance);
        }
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }
}
