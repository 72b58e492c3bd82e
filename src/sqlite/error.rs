use super::Stopped;

/// What SQLite, or the run around it, had against a statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("{message}")]
    Sqlite { kind: ErrorKind, message: String },
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The class of exception that Python's `sqlite3` raises for it (PEP 249).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    Integrity,
    Operational,
    Programming,
    Interface,
    Data,
    Database,
}

impl ErrorKind {
    /// The name of the class in `sqlite3`, the same as in `sqlalchemy.exc`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Integrity => "IntegrityError",
            Self::Operational => "OperationalError",
            Self::Programming => "ProgrammingError",
            Self::Interface => "InterfaceError",
            Self::Data => "DataError",
            Self::Database => "DatabaseError",
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error {
            rusqlite::Error::SqliteFailure(failure, message) => {
                let kind = match failure.code {
                    Code::ConstraintViolation | Code::TypeMismatch => ErrorKind::Integrity,
                    Code::TooBig => ErrorKind::Data,
                    Code::DatabaseCorrupt => ErrorKind::Database,
                    Code::ApiMisuse => ErrorKind::Interface,
                    Code::OperationInterrupted => return Self::Stopped(Stopped),
                    _ => ErrorKind::Operational,
                };
                Self::Sqlite {
                    kind,
                    message: message.unwrap_or_else(|| failure.to_string()),
                }
            }
            rusqlite::Error::SqlInputError { msg, .. } => Self::Sqlite {
                kind: ErrorKind::Operational,
                message: msg,
            },
            rusqlite::Error::MultipleStatement => Self::Sqlite {
                kind: ErrorKind::Programming,
                message: "You can only execute one statement at a time.".into(),
            },
            rusqlite::Error::InvalidParameterCount(given, needed) => Self::Sqlite {
                kind: ErrorKind::Programming,
                message: format!(
                    "Incorrect number of bindings supplied. The current statement uses {needed}, and there are {given} supplied."
                ),
            },
            other => Self::Sqlite {
                kind: ErrorKind::Operational,
                message: other.to_string(),
            },
        }
    }
}
