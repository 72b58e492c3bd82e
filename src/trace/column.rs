use std::ops::{Index, IndexMut, Range};

/// Values in one chunk, as many as a power of two.
const CHUNK: usize = 1 << CHUNK_BITS;
const CHUNK_BITS: u32 = 13;

/// A vector that only grows and never moves what it holds: to copy a million statements from one room to a larger one,
/// time and again while a run streams in, costs as much as to take them in.
#[derive(Debug)]
pub(crate) struct Column<T> {
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

    #[inline]
    pub fn push(&mut self, value: T) {
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => last.push(value),
            last => {
                // A short trace is to stay small: its one chunk grows as vectors do.
                let room = if last.is_some() { CHUNK } else { 0 };
                let mut chunk = Vec::with_capacity(room);
                chunk.push(value);
                self.chunks.push(chunk);
            }
        }
    }

    /// The first index in the range whose value is not `before`; the values there are parted so.
    pub fn partition_point(&self, range: Range<usize>, before: impl Fn(&T) -> bool) -> usize {
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
            column.push(number * 2);
        }
        for number in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 4] {
            assert_eq!(column[number], number * 2);
        }
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
            let found = column.partition_point(0..column.len(), |&number| number < point);
            assert_eq!(found, point);
        }
        assert_eq!(column.partition_point(7..9, |_| true), 9);
        assert_eq!(column.partition_point(7..9, |_| false), 7);
    }
}
