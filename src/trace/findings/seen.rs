//! Which statements are equal to which.

use std::hash::Hasher;

use crate::trace::folded::Folded;
use crate::trace::hash::FastHasher;
use crate::trace::value::hash_values;

/// The last of each set of equal statements: an open table of indices, eight bytes each, so that a million statements
/// that are all different cost little.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// A hash, and an index and one, 0 when free; as many as a power of two.
    slots: Vec<(u32, u32)>,
    used: usize,
}

impl Seen {
    /// Puts a statement in the place of the last one equal to it, unless that one is later.
    pub fn insert(&mut self, folded: &Folded, index: usize) {
        if let Some(other) = self.replace(folded, index)
            && other as usize > index
        {
            self.replace(folded, other as usize);
        }
    }

    /// Puts a statement in the place of the last one equal to it, which is returned.
    pub fn replace(&mut self, folded: &Folded, index: usize) -> Option<u32> {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let hash = hash(folded, index);
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let entry = &mut self.slots[slot];
            match *entry {
                (_, 0) => {
                    *entry = (hash, index as u32 + 1);
                    self.used += 1;
                    return None;
                }
                (other, before) if other == hash && equal(folded, before as usize - 1, index) => {
                    entry.1 = index as u32 + 1;
                    return Some(before - 1);
                }
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        let slots = std::mem::replace(&mut self.slots, vec![(0, 0); size]);
        let mask = size - 1;
        for entry in slots.into_iter().filter(|(_, before)| *before > 0) {
            let mut slot = entry.0 as usize & mask;
            while self.slots[slot].1 != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = entry;
        }
    }
}

fn hash(folded: &Folded, index: usize) -> u32 {
    let mut hasher = FastHasher::default();
    hasher.write_u32(folded.store.text(index));
    hasher.write_u32(folded.bursts.get(folded.store.burst(index)).cell);
    hasher.write_u32(folded.store.database(index));
    hash_values(folded.store.parameters(index).values(), &mut hasher);
    hasher.finish() as u32
}

fn equal(folded: &Folded, a: usize, b: usize) -> bool {
    let store = &folded.store;
    let cell = |index: usize| folded.bursts.get(store.burst(index)).cell;
    store.text(a) == store.text(b)
        && cell(a) == cell(b)
        && store.database(a) == store.database(b)
        && store.parameters(a) == store.parameters(b)
}
