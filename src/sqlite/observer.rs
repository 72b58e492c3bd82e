use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::trace::{Event, Statement};

/// Where in the scenario the run stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Cell of the outermost line of the file on the stack.
    pub cell: u32,
    /// Innermost line of the file on the stack; 0 when none is.
    pub line: u32,
}

/// The run was stopped from outside, or has met a limit: unwind, and send nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the run was stopped")]
pub struct Stopped;

/// Whoever runs the scenario: it knows the place and the time, and takes what happens.
pub trait Observer {
    fn position(&self) -> Position;
    /// Nanoseconds since the run began.
    fn now_ns(&self) -> u64;
    /// Takes an event; may block until there is room for it.
    ///
    /// # Errors
    /// [`Stopped`] when the run is to end here.
    fn event(&self, event: Event) -> Result<(), Stopped>;
    /// Takes a statement whose rows the program has yet to read. Before any other statement it is told as it is.
    ///
    /// # Errors
    /// [`Stopped`] when the run is to end here.
    fn hold(&self, statement: Box<Statement>) -> Result<(), Stopped>;
    /// The program reads: the statement, unless it has been told already, to be completed and told.
    fn release(&self, id: u64) -> Option<Box<Statement>>;
    /// Number of the next statement of the run, 1 for the first; each call takes one.
    fn next_statement_id(&self) -> u64;
    /// True as soon as the run is to end; polled while SQLite works on a long statement.
    fn stop_flag(&self) -> Arc<AtomicBool>;
}
