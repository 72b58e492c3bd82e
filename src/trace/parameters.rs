use std::ops::Range;

use super::Value;
use super::hash::FastMap;

/// Values in one chunk, if no statement needs more.
const CHUNK: usize = 1 << 13;

/// The parameters of all statements, one after the other. Those of one statement stand together; nothing moves once it
/// is here.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    chunks: Vec<Chunk>,
    /// Lengths of the rows of the statements that had other than one row.
    rows: FastMap<u32, Box<[u32]>>,
}

#[derive(Debug)]
struct Chunk {
    /// How many values stand in the chunks before it.
    before: u32,
    values: Vec<Value>,
}

impl Arena {
    /// Takes out what the statement of that index, which comes after those before it, was sent with; returns where its
    /// values end.
    #[inline]
    pub fn push(&mut self, index: u32, sent: &mut Sent) -> u32 {
        if let Some(lengths) = sent.rows.take() {
            self.rows.insert(index, lengths);
        }
        let values = &mut sent.values;
        let chunk = match self.chunks.last_mut() {
            Some(last) if values.len() <= last.values.capacity() - last.values.len() => last,
            _ => self.chunk_for(values.len()),
        };
        // One is what most have, and needs no call to copy it.
        if values.len() == 1 {
            chunk.values.extend(values.pop());
        } else {
            chunk.values.append(values);
        }
        chunk.before + chunk.values.len() as u32
    }

    /// The last chunk, where so many values more have their place now.
    #[cold]
    fn chunk_for(&mut self, count: usize) -> &mut Chunk {
        let end = self
            .chunks
            .last()
            .map_or(0, |last| last.before + last.values.len() as u32);
        match self.chunks.last_mut() {
            // As a column's, the first one grows with what comes.
            Some(last) if last.values.len() + count <= CHUNK => {
                let room = (last.values.len() + count).next_power_of_two();
                last.values.reserve_exact(room - last.values.len());
            }
            last => {
                let room = if last.is_some() { CHUNK } else { 4 };
                self.chunks.push(Chunk {
                    before: end,
                    values: Vec::with_capacity(count.max(room)),
                });
            }
        }
        self.chunks.last_mut().expect("one was there, or was made")
    }

    /// The values of the statement of that index, which stand there.
    pub fn get(&self, index: usize, at: Range<u32>) -> Parameters<'_> {
        let chunk = self
            .chunks
            .partition_point(|chunk| chunk.before <= at.start)
            .checked_sub(1)
            .map(|number| &self.chunks[number]);
        // Where there are no values the chunk that they would stand in need not be there.
        let values = chunk.filter(|_| !at.is_empty()).map_or(&[][..], |chunk| {
            let from = (at.start - chunk.before) as usize;
            &chunk.values[from..from + at.len()]
        });
        Parameters {
            values,
            rows: self.rows.get(&(index as u32)).map(|lengths| &**lengths),
        }
    }
}

/// What a statement is sent with: a row of values, or many rows at once. One row is one allocation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sent {
    /// All values, row after row.
    values: Vec<Value>,
    /// Lengths of the rows, unless there is one row and it was not sent as one of many.
    rows: Option<Box<[u32]>>,
}

impl Sent {
    /// One row, as most statements have.
    pub fn row(values: Vec<Value>) -> Self {
        Self { values, rows: None }
    }

    /// The rows of an executemany, or else the only one.
    pub fn new(mut rows: Vec<Vec<Value>>, executemany: bool) -> Self {
        if !executemany && rows.len() <= 1 {
            return Self::row(rows.pop().unwrap_or_default());
        }
        Self {
            rows: Some(rows.iter().map(|row| row.len() as u32).collect()),
            values: rows.into_iter().flatten().collect(),
        }
    }

    pub fn get(&self) -> Parameters<'_> {
        Parameters {
            values: &self.values,
            rows: self.rows.as_deref(),
        }
    }
}

/// What one statement was sent with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters<'a> {
    values: &'a [Value],
    rows: Option<&'a [u32]>,
}

impl<'a> Parameters<'a> {
    /// All values, row after row.
    pub fn values(self) -> &'a [Value] {
        self.values
    }

    /// True when the statement was sent once with many rows of values.
    pub fn is_many(self) -> bool {
        self.rows.is_some()
    }

    /// Number of rows of values; 1 for a statement without parameters.
    pub fn row_count(self) -> usize {
        self.rows.map_or(1, <[u32]>::len)
    }

    /// The rows of values; one, maybe empty, unless the statement was an executemany.
    pub fn rows(self) -> impl Iterator<Item = &'a [Value]> {
        let single = [self.values.len() as u32];
        let mut rest = self.values;
        (0..self.row_count()).map(move |row| {
            let length = self.rows.map_or(single[0], |lengths| lengths[row]);
            let (row, after) = rest.split_at(length as usize);
            rest = after;
            row
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rows: &[&[i64]], executemany: bool, expected_rows: usize) {
        let rows: Vec<Vec<Value>> = rows
            .iter()
            .map(|row| row.iter().map(|&n| Value::Integer(n)).collect())
            .collect();
        let mut arena = Arena::default();
        let first = arena.push(0, &mut Sent::row(vec![Value::Null]));
        let second = arena.push(1, &mut Sent::new(rows.clone(), executemany));
        let third = arena.push(2, &mut Sent::row(vec![Value::Null]));
        let got = arena.get(1, first..second);
        assert_eq!(got.row_count(), expected_rows);
        assert_eq!(got.is_many(), executemany);
        if rows.is_empty() {
            assert!(got.values().is_empty());
        } else {
            assert!(got.rows().eq(rows.iter().map(Vec::as_slice)));
        }
        assert_eq!(arena.get(0, 0..first).values(), [Value::Null]);
        assert_eq!(arena.get(2, second..third).values(), [Value::Null]);
    }

    #[test]
    fn values_of_a_statement_stand_together() {
        let mut arena = Arena::default();
        let mut ends = vec![0];
        // Some fill a chunk to its end, some need one of their own.
        for count in [3, 0, CHUNK - 4, 2, 3 * CHUNK, 0, 1, CHUNK, 5] {
            let index = ends.len() as u32 - 1;
            let row = (0..count)
                .map(|number| Value::Integer((index as usize * 100_000 + number) as i64))
                .collect();
            ends.push(arena.push(index, &mut Sent::row(row)));
        }
        for (index, at) in ends.windows(2).enumerate() {
            let values = arena.get(index, at[0]..at[1]).values();
            assert_eq!(values.len() as u32, at[1] - at[0]);
            for (number, value) in values.iter().enumerate() {
                assert_eq!(*value, Value::Integer((index * 100_000 + number) as i64));
            }
        }
    }

    #[test]
    fn rows_come_back() {
        check(&[], false, 1);
        check(&[&[]], false, 1);
        check(&[&[1, 2]], false, 1);
        check(&[&[1, 2], &[3, 4], &[5, 6]], true, 3);
        check(&[&[1, 2], &[3]], true, 2);
        check(&[&[1]], true, 1);
        check(&[], true, 0);
    }
}
