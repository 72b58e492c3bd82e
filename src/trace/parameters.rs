use std::ops::Range;

use super::Value;
use super::hash::FastMap;

/// The parameters of all statements, one after the other in one allocation.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    values: Vec<Value>,
    /// Lengths of the rows of the statements that had other than one row.
    rows: FastMap<u32, Box<[u32]>>,
}

impl Arena {
    /// Takes the rows of the statement of that index, which comes after those before it; returns where its values end.
    pub fn push(&mut self, index: u32, rows: Vec<Vec<Value>>, executemany: bool) -> u32 {
        if executemany || rows.len() > 1 {
            let lengths = rows.iter().map(|row| row.len() as u32).collect();
            self.rows.insert(index, lengths);
        }
        for row in rows {
            self.values.extend(row);
        }
        self.values.len() as u32
    }

    /// The values of the statement of that index, which stand there.
    pub fn get(&self, index: usize, at: Range<u32>) -> Parameters<'_> {
        Parameters {
            values: &self.values[at.start as usize..at.end as usize],
            rows: self.rows.get(&(index as u32)).map(|lengths| &**lengths),
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
        let first = arena.push(0, vec![vec![Value::Null]], false);
        let second = arena.push(1, rows.clone(), executemany);
        let third = arena.push(2, vec![vec![Value::Null]], false);
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
