//! Errors of building or compiling SQL, with SQLAlchemy's types and words.

use std::rc::Rc;

use crate::orm::value::BindError;

/// Which of SQLAlchemy's exceptions it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    ArgumentError,
    InvalidRequestError,
    CompileError,
    UnsupportedCompilationError,
    NoForeignKeysError,
    AmbiguousForeignKeysError,
    NoReferencedTableError,
    NoReferencedColumnError,
    CircularDependencyError,
    DuplicateColumnError,
    StatementError,
    NoSuchColumnError,
    /// Python's own `TypeError`.
    TypeError,
    NotImplementedError,
    AttributeError,
    LookupError,
    /// The driver takes no value of that kind.
    Refused,
}

impl ErrorKind {
    /// The qualified name of the exception in Python.
    pub fn python_name(self) -> &'static str {
        match self {
            Self::ArgumentError => "sqlalchemy.exc.ArgumentError",
            Self::InvalidRequestError => "sqlalchemy.exc.InvalidRequestError",
            Self::CompileError => "sqlalchemy.exc.CompileError",
            Self::UnsupportedCompilationError => "sqlalchemy.exc.UnsupportedCompilationError",
            Self::NoForeignKeysError => "sqlalchemy.exc.NoForeignKeysError",
            Self::AmbiguousForeignKeysError => "sqlalchemy.exc.AmbiguousForeignKeysError",
            Self::NoReferencedTableError => "sqlalchemy.exc.NoReferencedTableError",
            Self::NoReferencedColumnError => "sqlalchemy.exc.NoReferencedColumnError",
            Self::CircularDependencyError => "sqlalchemy.exc.CircularDependencyError",
            Self::DuplicateColumnError => "sqlalchemy.exc.DuplicateColumnError",
            Self::StatementError => "sqlalchemy.exc.StatementError",
            Self::NoSuchColumnError => "sqlalchemy.exc.NoSuchColumnError",
            Self::TypeError => "TypeError",
            Self::NotImplementedError => "NotImplementedError",
            Self::AttributeError => "AttributeError",
            Self::LookupError => "LookupError",
            Self::Refused => "sqlalchemy.exc.ProgrammingError",
        }
    }
}

/// What was wrong, in SQLAlchemy's words.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct SqlError {
    pub kind: ErrorKind,
    pub message: String,
    /// What was wrong with a value, when it is that.
    pub cause: Option<Rc<BindError>>,
}

impl SqlError {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            cause: None,
        }
    }

    /// Of a value that cannot be sent.
    pub fn of_value(error: BindError) -> Self {
        if error.is_refused() {
            return Self::new(ErrorKind::Refused, error.message);
        }
        Self {
            cause: Some(Rc::new(error.clone())),
            ..Self::new(ErrorKind::StatementError, error.shown())
        }
    }

    pub fn argument(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::ArgumentError, message)
    }

    pub fn compile(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::CompileError, message)
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequestError, message)
    }
}
