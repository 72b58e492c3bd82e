use std::ops::{Index, IndexMut, Range};

/// Values in one chunk, as many as a power of two.
const CHUNK: usize = 1 << CHUNK_BITS;
const CHUNK_BITS: u32 = 13;

/// A vector that only grows and never moves what it holds: to copy a million statements from one room to a larger one,
/// time and again while a run streams in, costs as much as to take them in.
#[derive(Clone, Debug)]
pub struct Column<T> {
    /// All full but the last.
    chunks: Vec<Vec<T>>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T> Column<T> {
    pub fn len(&self) -> usize {
        match self.chunks.last() {
            Some(last) => (self.chunks.len() - 1) * CHUNK + last.len(),
            None => 0,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        match self.chunks.last_mut() {
            Some(last) if last.len() < last.capacity() => last.push(value),
            _ => self.push_with_room(value),
        }
    }

    /// Appends a value where there is no room left for it.
    #[cold]
    fn push_with_room(&mut self, value: T) {
        match self.chunks.last_mut() {
            // A short trace is to stay small: its one chunk grows as vectors do.
            Some(last) if last.len() < CHUNK => last.push(value),
            last => {
                let room = if last.is_some() { CHUNK } else { 0 };
                let mut chunk = Vec::with_capacity(room);
                chunk.push(value);
                self.chunks.push(chunk);
            }
        }
    }

    pub fn get(&self, index: usize) -> Option<&T> {
        self.chunks
            .get(index >> CHUNK_BITS)?
            .get(index & (CHUNK - 1))
    }

    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.chunks
            .get_mut(index >> CHUNK_BITS)?
            .get_mut(index & (CHUNK - 1))
    }

    pub fn first(&self) -> Option<&T> {
        self.chunks.first()?.first()
    }

    pub fn last(&self) -> Option<&T> {
        self.chunks.last()?.last()
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flatten()
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
        &self.chunks[index >> CHUNK_BITS][index & (CHUNK - 1)]
    }
}

impl<T> IndexMut<usize> for Column<T> {
    #[inline]
    fn index_mut(&mut self, index: usize) -> &mut T {
        &mut self.chunks[index >> CHUNK_BITS][index & (CHUNK - 1)]
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
