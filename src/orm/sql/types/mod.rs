//! SQL types: what a column is declared with, what an operator returns, how a value is sent.

mod arithmetic;
mod bind;

use std::rc::Rc;

pub use bind::use_json;

use crate::orm::sql::error::{ErrorKind, SqlError};
use crate::orm::value::HostObject;
use crate::trace;

/// A SQL type by SQLAlchemy's name.
#[derive(Clone, Debug)]
pub enum SqlType {
    /// Unknown (`NullType`).
    Null,
    Integer,
    SmallInteger,
    BigInteger,
    Float {
        precision: Option<u32>,
        asdecimal: bool,
    },
    Double,
    Numeric {
        precision: Option<u32>,
        scale: Option<u32>,
        asdecimal: bool,
    },
    Boolean,
    String(Option<u32>),
    Text(Option<u32>),
    Unicode(Option<u32>),
    UnicodeText,
    Date,
    DateTime {
        timezone: bool,
    },
    Time {
        timezone: bool,
    },
    Interval,
    LargeBinary,
    Json {
        /// None is SQL's NULL, and no value of JSON's.
        none_as_null: bool,
    },
    Enum(Rc<EnumType>),
    Uuid {
        as_uuid: bool,
    },
    Tuple(Rc<[SqlType]>),
    /// Another spelling in DDL (`CHAR(10)`, `TIMESTAMP`) of a type that otherwise is `like`.
    Spelled {
        ddl: Rc<str>,
        like: Rc<SqlType>,
    },
    /// A type that the host language decorates (`TypeDecorator`): values pass through the host.
    Decorated {
        like: Rc<SqlType>,
        host: Rc<dyn HostObject>,
    },
}

/// An enumeration of strings, or of a host's enum class.
#[derive(Clone, Debug)]
pub struct EnumType {
    /// The stored names, in order.
    pub names: Vec<Rc<str>>,
    /// The type's name, which a CHECK constraint takes.
    pub name: Option<Rc<str>>,
    pub create_constraint: bool,
    pub length: Option<u32>,
    /// Strings that are none of the names are refused.
    pub validates: bool,
    /// What the host looks its members up in; none for strings, which are their own names.
    pub members: Option<Rc<dyn HostObject>>,
}

impl EnumType {
    /// # Errors
    /// When a stored value is none of its names.
    pub fn check(&self, stored: &trace::Value) -> Result<(), SqlError> {
        let text = match stored {
            trace::Value::Null => return Ok(()),
            trace::Value::Text(text) => text.to_string(),
            trace::Value::Integer(number) => number.to_string(),
            trace::Value::Real(number) => number.to_string(),
            trace::Value::Blob(_) => String::from("b''"),
        };
        if self.has(&text) {
            return Ok(());
        }
        Err(SqlError::new(ErrorKind::LookupError, self.refusal(&text)))
    }

    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| **known == *name)
    }

    /// The words for a value that is none of its members.
    pub fn refusal(&self, shown: &str) -> String {
        format!(
            "'{shown}' is not among the defined enum values. Enum name: {}. Possible values: {}",
            self.name.as_deref().unwrap_or("None"),
            self.listed()
        )
    }

    /// The names as SQLAlchemy lists them: all up to four, else the first three and the last.
    fn listed(&self) -> String {
        let names: Vec<String> = self.names.iter().map(|name| shortened(name)).collect();
        match names.as_slice() {
            [] => "None".to_owned(),
            [first, second, third, .., last] if names.len() > 4 => {
                format!("{first}, {second}, {third}, ..., {last}")
            }
            _ => names.join(", "),
        }
    }
}

/// As the message has it.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(11) {
        Some((end, _)) => format!("{}..", &name[..end]),
        None => name.to_owned(),
    }
}

/// What kind of value a type holds: the types of one affinity are the same to an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Affinity {
    Null,
    Integer,
    Numeric,
    Float,
    Boolean,
    String,
    Date,
    DateTime,
    Time,
    Interval,
    Binary,
    Json,
    Enum,
    Uuid,
    Tuple,
}

impl SqlType {
    pub const FLOAT: Self = Self::Float {
        precision: None,
        asdecimal: false,
    };
    pub const NUMERIC: Self = Self::Numeric {
        precision: None,
        scale: None,
        asdecimal: true,
    };
    pub const DATETIME: Self = Self::DateTime { timezone: false };
    pub const TIME: Self = Self::Time { timezone: false };

    /// Whether SQLite stores, and a program reads, just the plain value that was given: nothing is done to it on its way.
    pub fn is_stored_as_given(&self) -> bool {
        match self {
            Self::Spelled { like, .. } => like.is_stored_as_given(),
            Self::Decorated { .. } => false,
            _ => matches!(
                self.affinity(),
                Affinity::Null | Affinity::Integer | Affinity::String | Affinity::Binary
            ),
        }
    }

    pub fn affinity(&self) -> Affinity {
        match self {
            Self::Null => Affinity::Null,
            Self::Integer | Self::SmallInteger | Self::BigInteger => Affinity::Integer,
            Self::Float { .. } | Self::Double => Affinity::Float,
            Self::Numeric { .. } => Affinity::Numeric,
            Self::Boolean => Affinity::Boolean,
            Self::String(_) | Self::Text(_) | Self::Unicode(_) | Self::UnicodeText => {
                Affinity::String
            }
            Self::Date => Affinity::Date,
            Self::DateTime { .. } => Affinity::DateTime,
            Self::Time { .. } => Affinity::Time,
            Self::Interval => Affinity::Interval,
            Self::LargeBinary => Affinity::Binary,
            Self::Json { .. } => Affinity::Json,
            Self::Enum(_) => Affinity::Enum,
            Self::Uuid { .. } => Affinity::Uuid,
            Self::Tuple(_) => Affinity::Tuple,
            Self::Spelled { like, .. } | Self::Decorated { like, .. } => like.affinity(),
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether values of it concatenate: strings and enumerations.
    pub fn is_string(&self) -> bool {
        matches!(self.affinity(), Affinity::String | Affinity::Enum)
    }
}
