use std::ops::{Index, IndexMut, Range};

/// Values in one chunk, as many as a power of two.
const CHUNK: usize = 1 << CHUNK_BITS;
const CHUNK_BITS: u32 = 13;

/// A vector that only grows and never moves what it holds: to copy a million statements from one room to a larger one,
/// time and again while a run streams in, costs as much as to take them in.
#[derive(Clone, Debug)]
pub struct Column<T> {
    /// The chunks that are full.
    full: Vec<Vec<T>>,
    /// The last one: it is at hand, as nearly every look is for its room.
    open: Vec<T>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self {
            full: Vec::new(),
            open: Vec::new(),
        }
    }
}

impl<T> Column<T> {
    pub fn len(&self) -> usize {
        self.full.len() * CHUNK + self.open.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        if self.open.len() == self.open.capacity() {
            self.make_room();
        }
        self.open.push(value);
    }

    /// A new chunk where the last one is full. A short trace is to stay small: its one chunk grows as vectors do.
    #[cold]
    fn make_room(&mut self) {
        if self.open.len() >= CHUNK {
            let full = std::mem::replace(&mut self.open, Vec::with_capacity(CHUNK));
            self.full.push(full);
        }
    }

    pub fn get(&self, index: usize) -> Option<&T> {
        self.chunk(index >> CHUNK_BITS)?.get(index & (CHUNK - 1))
    }

    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        let number = index >> CHUNK_BITS;
        let chunk = match number == self.full.len() {
            true => &mut self.open,
            false => self.full.get_mut(number)?,
        };
        chunk.get_mut(index & (CHUNK - 1))
    }

    fn chunk(&self, number: usize) -> Option<&Vec<T>> {
        match number == self.full.len() {
            true => Some(&self.open),
            false => self.full.get(number),
        }
    }

    pub fn first(&self) -> Option<&T> {
        self.chunk(0)?.first()
    }

    pub fn last(&self) -> Option<&T> {
        let last = || self.full.last()?.last();
        self.open.last().or_else(last)
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.full.iter().flatten().chain(&self.open)
    }

    /// The first index whose value is not `before`; the values are parted so.
    pub fn partition_point(&self, before: impl Fn(&T) -> bool) -> usize {
        self.partition_point_in(0..self.len(), before)
    }

    /// The same within a range.
    pub fn partition_point_in(&self, range: Range<usize>, before: impl Fn(&T) -> bool) -> usize {
        let Range { mut start, mut end } = range;
        while start < end {
            let middle = start.midpoint(end);
            if before(&self[middle]) {
                start = middle + 1;
            } else {
                end = middle;
            }
        }
        start
    }
}

impl<T: Ord> Column<T> {
    /// The index of a value; the values are in order, each once.
    pub fn position(&self, value: &T) -> Option<usize> {
        let at = self.partition_point(|other| other < value);
        (self.get(at)? == value).then_some(at)
    }
}

impl<T> Index<usize> for Column<T> {
    type Output = T;

    #[inline]
    fn index(&self, index: usize) -> &T {
        self.get(index).expect("an index below the length")
    }
}

impl<T> IndexMut<usize> for Column<T> {
    #[inline]
    fn index_mut(&mut self, index: usize) -> &mut T {
        self.get_mut(index).expect("an index below the length")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_is_there_over_the_edges_of_chunks() {
        let mut column = Column::default();
        for number in 0..3 * CHUNK + 5 {
            assert_eq!(column.len(), number);
            assert_eq!(column.is_empty(), number == 0);
            column.push(number * 2);
            assert_eq!(column.last(), Some(&(number * 2)));
        }
        assert_eq!(column.first(), Some(&0));
        assert!(
            column
                .iter()
                .copied()
                .eq((0..column.len()).map(|at| at * 2))
        );
        for number in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 4] {
            assert_eq!(column[number], number * 2);
            assert_eq!(column.get(number), Some(&(number * 2)));
            assert_eq!(column.position(&(number * 2)), Some(number));
            assert_eq!(column.position(&(number * 2 + 1)), None);
        }
        assert_eq!(column.get(column.len()), None);
        column[CHUNK] = 0;
        assert_eq!(column[CHUNK], 0);
    }

    #[test]
    fn a_point_is_found_within_its_range() {
        let mut column = Column::default();
        for number in 0..2 * CHUNK {
            column.push(number);
        }
        for point in [0, 1, CHUNK - 1, CHUNK, 2 * CHUNK] {
            let found = column.partition_point(|&number| number < point);
            assert_eq!(found, point);
        }
        assert_eq!(column.partition_point_in(7..9, |_| true), 9);
        assert_eq!(column.partition_point_in(7..9, |_| false), 7);
    }
}
