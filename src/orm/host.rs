//! What the session layer asks of the program's side, and what it tells it.

use std::fmt;
use std::rc::Rc;

use super::HostObject;
use super::engine::Engine;
use super::error::{Error, Result, Unsent};
use super::sql::SqlType;
use super::sql::compile::BatchOrder;
use super::value::Value;
use crate::trace;

/// What the session layer asks of whoever runs the program.
pub trait Host {
    /// A warning, as `warnings.warn(message, SAWarning)` gives it.
    ///
    /// # Errors
    /// When the program made warnings into errors.
    fn warn(&self, message: &str) -> Result<()>;
    /// A line of the engine's log, for `echo=True`.
    ///
    /// # Errors
    /// When it cannot be printed any more.
    fn log(&self, line: &str) -> Result<()>;
    /// The line of the log that follows a statement: how it came about, and its parameters.
    ///
    /// # Errors
    /// When it cannot be printed any more.
    fn log_parameters(&self, shown: &str, rows: Rows) -> Result<()>;
    /// `before_cursor_execute`: the program's listeners on this engine. One of them may put another text and other
    /// values in place. The execution has a number, as others may come before its end.
    ///
    /// # Errors
    /// What a listener raised.
    fn before_execute(
        &self,
        engine: &Engine,
        number: u64,
        sql: &str,
        parameters: &[Vec<trace::Value>],
        rows: Rows,
    ) -> Result<Option<Replaced>>;
    /// `after_cursor_execute`.
    ///
    /// # Errors
    /// What a listener raised.
    fn after_execute(
        &self,
        engine: &Engine,
        number: u64,
        sql: &str,
        parameters: &[Vec<trace::Value>],
        rows: Rows,
        count: i64,
    ) -> Result<()>;
    /// `begin`, `commit`, `rollback`, those of a savepoint, whose name comes along, and `checkout` and `checkin` of the
    /// connection.
    ///
    /// # Errors
    /// What a listener raised.
    fn transaction(&self, engine: &Engine, event: &'static str, name: Option<&str>) -> Result<()>;
    /// `handle_error`: the database has refused a statement. What a listener raises takes the error's place.
    fn refused(&self, engine: &Engine, error: Error) -> Error;
    /// The value of a column default that is a function of the program.
    ///
    /// # Errors
    /// What the function raised.
    fn call_default(
        &self,
        function: &Rc<dyn HostObject>,
        current: &[(Rc<str>, Value)],
    ) -> Result<Value>;
    /// The version of a row that had `before`, by the program's function.
    ///
    /// # Errors
    /// What the function raised.
    fn next_version(
        &self,
        function: &Rc<dyn HostObject>,
        before: &Value,
        ty: &SqlType,
    ) -> Result<Value>;
    /// Whether this is a call that an async program awaits: nobody else may send.
    fn is_awaited(&self) -> bool;
    /// An async program's turn goes to its other tasks while the driver works.
    ///
    /// # Errors
    /// What the program threw in while it was waiting.
    fn wait(&self, wait: Wait) -> Result<()>;
    /// As [`Host::wait`], but the turn need not go before the next wait, or the end of what is awaited.
    fn wait_later(&self, wait: Wait);
    /// Values as Python prints a tuple of them, for the log and for error messages.
    fn show_parameters(&self, parameters: &[Vec<trace::Value>], many: bool) -> String;
    /// The message of a statement that could not be sent, as `str(error)` gives it.
    fn show_unsent(&self, unsent: &Unsent) -> String;
}

/// What an async driver is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// One call of it.
    Call,
    /// The call that executes. No other execution of the same connection may come in between.
    Execute,
    /// The end of an execution, with the call that fetches its rows if there are any.
    Executed { fetches: bool },
}

/// How many rows of values a statement goes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    One,
    /// One statement for each row: an executemany.
    Many,
    /// Several rows written into one text: for listeners an executemany, for the driver one statement.
    Batch(Batch),
}

/// One of the statements that insert many rows and give them back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// From 1.
    pub number: usize,
    pub total: usize,
    pub order: BatchOrder,
}

impl Batch {
    /// Of several, that at a place.
    pub fn new(at: usize, total: usize, order: BatchOrder) -> Self {
        Self {
            number: at + 1,
            total,
            order,
        }
    }
}

impl fmt::Display for Batch {
    /// As the log says it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = match self.order {
            BatchOrder::Any => "unordered",
            BatchOrder::Given => "ordered",
            BatchOrder::RowAtATime => "ordered; batch not supported",
        };
        write!(f, "{}/{} ({order})", self.number, self.total)
    }
}

impl Rows {
    pub fn of(executemany: bool) -> Self {
        if executemany { Self::Many } else { Self::One }
    }
}

/// What a listener has put in place of a statement.
#[derive(Clone, Debug)]
pub struct Replaced {
    pub sql: String,
    pub parameters: Vec<Vec<trace::Value>>,
}
