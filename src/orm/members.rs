//! Sets of objects that keep the order in which they were put in.

use std::collections::HashMap;
use std::rc::{Rc, Weak};

use super::instance::Instance;

/// Objects by identity, in order of insertion; removal is as cheap as insertion.
#[derive(Clone, Debug, Default)]
pub struct Members {
    slots: Vec<Option<Rc<Instance>>>,
    places: HashMap<*const Instance, usize>,
}

impl Members {
    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    pub fn contains(&self, instance: &Instance) -> bool {
        self.places.contains_key(&std::ptr::from_ref(instance))
    }

    /// True when it was not in yet.
    pub fn insert(&mut self, instance: &Rc<Instance>) -> bool {
        let key = Rc::as_ptr(instance);
        if self.places.contains_key(&key) {
            return false;
        }
        self.places.insert(key, self.slots.len());
        self.slots.push(Some(Rc::clone(instance)));
        true
    }

    /// Takes it out; the caller drops it when no borrow of this set is held.
    pub fn remove(&mut self, instance: &Instance) -> Option<Rc<Instance>> {
        let place = self.places.remove(&std::ptr::from_ref(instance))?;
        let taken = self.slots[place].take();
        if self.slots.len() > 32 && self.places.len() * 2 < self.slots.len() {
            self.compact();
        }
        taken
    }

    fn compact(&mut self) {
        self.slots.retain(Option::is_some);
        self.places = self
            .slots
            .iter()
            .enumerate()
            .filter_map(|(place, slot)| Some((Rc::as_ptr(slot.as_ref()?), place)))
            .collect();
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Rc<Instance>> {
        self.slots.iter().flatten()
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

/// As [`Members`], but the objects are free to go.
#[derive(Clone, Debug, Default)]
pub struct WeakMembers {
    order: Vec<*const Instance>,
    members: HashMap<*const Instance, Weak<Instance>>,
}

impl WeakMembers {
    pub fn contains(&self, instance: &Instance) -> bool {
        self.members.contains_key(&std::ptr::from_ref(instance))
    }

    pub fn insert(&mut self, instance: &Rc<Instance>) {
        let key = Rc::as_ptr(instance);
        // The weak pointer keeps the address from being used again while it is in here.
        if self.members.insert(key, Rc::downgrade(instance)).is_none() {
            self.order.push(key);
        }
    }

    pub fn remove(&mut self, instance: &Instance) {
        let key = std::ptr::from_ref(instance);
        if self.members.remove(&key).is_some() {
            self.order.retain(|known| *known != key);
        }
    }

    /// Those still alive, in order.
    pub fn alive(&self) -> Vec<Rc<Instance>> {
        self.order
            .iter()
            .filter_map(|key| self.members.get(key)?.upgrade())
            .collect()
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
