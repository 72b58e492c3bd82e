use std::sync::Arc;

use crate::trace::{Statement, Value};

/// There is room for so many rows at once: most statements return few.
const FIRST_ROWS: usize = 8;

/// Rows as SQLite returned them, in one allocation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    columns: Arc<[String]>,
    values: Vec<Value>,
    count: usize,
}

impl Rows {
    pub(super) fn new(columns: Arc<[String]>) -> Self {
        Self {
            columns,
            values: Vec::new(),
            count: 0,
        }
    }

    pub(super) fn push(&mut self, row: impl Iterator<Item = Value>) {
        if self.values.is_empty() {
            self.values.reserve(FIRST_ROWS * self.columns.len());
        }
        self.values.extend(row);
        self.count += 1;
    }

    /// Names of the columns, as the cursor names them.
    pub fn columns(&self) -> &Arc<[String]> {
        &self.columns
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub fn row(&self, index: usize) -> &[Value] {
        let width = self.columns.len();
        &self.values[index * width..(index + 1) * width]
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[Value]> {
        (0..self.count).map(|index| self.row(index))
    }
}

/// What came of a statement.
#[derive(Debug)]
pub struct Executed {
    pub rows: Rows,
    /// Rows changed by a write.
    pub changes: u64,
    pub last_insert_rowid: i64,
    /// The event to record; the caller may add what it learned from the rows (`entities`) before it does.
    pub statement: Box<Statement>,
}

/// A statement that SQLite refused; its event has been recorded.
#[derive(Debug)]
pub struct Failed {
    pub error: super::Error,
    /// What it was sent with.
    pub parameters: Vec<Vec<Value>>,
}

impl From<super::Error> for Failed {
    fn from(error: super::Error) -> Self {
        Self {
            error,
            parameters: Vec::new(),
        }
    }
}

impl From<super::Stopped> for Failed {
    fn from(stopped: super::Stopped) -> Self {
        super::Error::from(stopped).into()
    }
}
