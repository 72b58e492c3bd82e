//! A map that is nearly always empty.

use std::collections::hash_map::Entry;
use std::hash::Hash;

use crate::trace::hash::FastMap;

/// A map that most objects have nothing in for as long as they live: an empty one is a null pointer.
#[derive(Clone, Debug)]
pub struct Few<K, V>(Option<Box<FastMap<K, V>>>);

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: Eq + Hash, V> Few<K, V> {
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|map| map.is_empty())
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        self.0.as_ref()?.get(key)
    }

    pub fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.get_or_insert_default().insert(key, value)
    }

    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.0.as_mut()?.remove(key)
    }

    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        self.0.get_or_insert_default().entry(key)
    }

    pub fn clear(&mut self) {
        self.0 = None;
    }
}
