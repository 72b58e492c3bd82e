use std::any::Any;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use super::core::Row;
use super::sql::SqlError;
use super::value::{BindError, Value};
use crate::{sqlite, trace};

/// What can end an operation of the session layer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// One of SQLAlchemy's exceptions, or of Python's own, with its words.
    #[error("{message}")]
    Raised {
        /// The qualified name, as `sqlalchemy.exc.InvalidRequestError`; bare for Python's own.
        class: &'static str,
        message: String,
        /// The page of SQLAlchemy's documentation that explains it (`bhk3`).
        code: Option<&'static str>,
    },
    /// A statement could not be sent.
    #[error("{}", .0.message)]
    Unsent(Box<Unsent>),
    /// SQLite refused a statement.
    #[error("(sqlite3.{}) {}", .0.kind.name(), .0.message)]
    Database(Box<DatabaseError>),
    /// An exception of the scenario's own, raised in a function that the session layer called.
    #[error("{0}")]
    Host(Rc<dyn HostError>),
    /// The run was stopped.
    #[error("the run was stopped")]
    Stopped,
}

/// Why a statement could not be sent, with the statement.
#[derive(Clone, Debug)]
pub struct Unsent {
    pub message: String,
    pub statement: Arc<str>,
    /// The values that came with it, by name.
    pub parameters: Vec<Row>,
    /// What was wrong with a value, or what a function that was to make one raised.
    pub cause: Option<Rc<BindError>>,
    pub code: Option<&'static str>,
    /// Said in front when an autoflush was to send it.
    pub hint: Option<String>,
}

/// What SQLite had against a statement, with the statement.
#[derive(Clone, Debug)]
pub struct DatabaseError {
    pub kind: sqlite::ErrorKind,
    pub message: String,
    pub statement: String,
    pub parameters: Vec<Vec<trace::Value>>,
    /// The values of the one execution that the driver did not take, as the program gave them.
    pub refused: Option<Vec<Value>>,
    pub executemany: bool,
    /// Said in front when an autoflush sent it.
    pub hint: Option<String>,
}

impl DatabaseError {
    /// The whole message, as SQLAlchemy words it; `parameters` is how Python prints them.
    pub fn text(&self, parameters: &str) -> String {
        let name = self.kind.name();
        let page = match self.kind {
            sqlite::ErrorKind::Integrity => "gkpj",
            sqlite::ErrorKind::Operational => "e3q8",
            sqlite::ErrorKind::Programming => "f405",
            sqlite::ErrorKind::Interface => "rvf5",
            sqlite::ErrorKind::Data => "9h9h",
            sqlite::ErrorKind::Database => "4xp6",
        };
        let hint = self
            .hint
            .as_ref()
            .map(|hint| format!("({hint})\n"))
            .unwrap_or_default();
        let has_parameters = self.parameters.iter().any(|row| !row.is_empty());
        let parameters = if has_parameters {
            format!("\n[parameters: {parameters}]")
        } else {
            String::new()
        };
        format!(
            "{hint}(sqlite3.{name}) {}\n[SQL: {}]{parameters}\n(Background on this error at: https://sqlalche.me/e/21/{page})",
            self.message, self.statement,
        )
    }
}

/// An exception of the host language on its way through the session layer.
pub trait HostError: fmt::Debug + fmt::Display {
    fn as_any(&self) -> &dyn Any;

    /// The name of its class, with its module unless that is `builtins`.
    fn class(&self) -> String;

    /// Whether it asks the program to end: such passes through as it is.
    fn is_exit(&self) -> bool;
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn raised(class: &'static str, message: impl Into<String>) -> Self {
        Self::Raised {
            class,
            message: message.into(),
            code: None,
        }
    }

    /// `sqlalchemy.exc.InvalidRequestError`, the most common one.
    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::raised("sqlalchemy.exc.InvalidRequestError", message)
    }

    /// That SQLAlchemy has something that is not here.
    pub fn not_yet(what: &str) -> Self {
        Self::raised(
            "sqlalchemy._missing.NotYet",
            format!("Lazyscope does not have {what} yet"),
        )
    }

    /// `sqlalchemy.exc.ArgumentError`.
    pub fn argument(message: impl Into<String>) -> Self {
        Self::raised("sqlalchemy.exc.ArgumentError", message)
    }

    /// What a function of the program raised that was to make a value of a statement: the statement was not sent.
    pub fn while_preparing(self, sql: &Arc<str>, rows: impl FnOnce() -> Vec<Row>) -> Self {
        match self {
            Self::Host(error) if !error.is_exit() => {
                let cause = BindError::raised(error);
                Self::Unsent(Box::new(Unsent {
                    message: cause.shown(),
                    statement: Arc::clone(sql),
                    parameters: rows(),
                    cause: Some(Rc::new(cause)),
                    code: None,
                    hint: None,
                }))
            }
            other => other,
        }
    }

    /// Of a statement that could not be sent: these are the values that the program gave with it.
    pub fn with_given(self, rows: Vec<Row>) -> Self {
        match self {
            Self::Unsent(mut unsent) => {
                unsent.parameters = match &rows[..] {
                    [none] if none.is_empty() => Vec::new(),
                    _ => rows,
                };
                Self::Unsent(unsent)
            }
            other => other,
        }
    }

    /// Names the page of the documentation that explains it.
    pub fn with_code(self, page: &'static str) -> Self {
        match self {
            Self::Raised { class, message, .. } => Self::Raised {
                class,
                message,
                code: Some(page),
            },
            Self::Unsent(mut unsent) => {
                unsent.code = Some(page);
                Self::Unsent(unsent)
            }
            other => other,
        }
    }
}

impl From<SqlError> for Error {
    fn from(error: SqlError) -> Self {
        Self::raised(error.kind.python_name(), error.message)
    }
}
