//! The values that a session layer moves between a program and SQLite.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;

use super::error::HostError;
use super::sql::expr::BindValue;
use super::sql::types::SqlType;
use crate::trace;

/// A value of the program's side: a bind parameter's, a default's, an attribute's.
#[derive(Clone, Debug)]
pub enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Real(f64),
    Text(Rc<str>),
    Blob(Rc<[u8]>),
    /// An object of the host language (a date, a decimal, an enum's member, …).
    Object(Rc<dyn HostObject>),
    /// As SQLite returned it, the type's result processing still to do.
    Stored(trace::Value),
}

/// An opaque object of the host language.
pub trait HostObject: fmt::Debug {
    fn as_any(&self) -> &dyn Any;

    /// The host language's own equality.
    fn equals(&self, other: &dyn HostObject) -> bool;

    /// The host language's own hash; equal objects have equal hashes.
    fn hash_code(&self) -> u64;

    /// The value that SQLite is sent for it in a place of this type.
    ///
    /// # Errors
    /// When objects of its kind have no place in a column of that type.
    fn bind(&self, ty: &SqlType) -> Result<trace::Value, BindError>;

    /// For an object that stands for a decorated type: what SQLite is sent for `value`.
    ///
    /// # Errors
    /// When the decorator refuses the value.
    fn bind_value(&self, value: &Value, ty: &SqlType) -> Result<trace::Value, BindError> {
        match (value, ty) {
            (Value::Object(object), _) => object.bind(ty),
            (_, SqlType::Decorated { like, .. }) => like.bind(value),
            _ => ty.bind(value),
        }
    }

    /// Whether a program that reads what is stored in a column of this type sees the same as in `value`. Asked of the
    /// value itself, or where that is a plain one of the object that stands for the decorated type.
    fn equals_stored(&self, value: &Value, stored: &trace::Value, ty: &SqlType) -> bool;

    /// The values that one goes through in it: for a parameter that takes as many as there are.
    ///
    /// # Errors
    /// What the host language raises of an object that cannot be gone through.
    fn elements(&self) -> Result<BindValue, BindError>;

    /// The type that a bind parameter takes from the object alone (a date is a `Date`).
    fn sql_type(&self) -> SqlType {
        SqlType::Null
    }
}

/// Why a value could not be sent: the host's own exception type and words.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct BindError {
    /// Python's name of the exception, with its module unless that is `builtins`.
    pub kind: Cow<'static, str>,
    pub message: String,
    /// The exception itself, where a function of the program raised it.
    pub raised: Option<Rc<dyn HostError>>,
}

impl BindError {
    pub fn new(kind: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            message: message.into(),
            raised: None,
        }
    }

    /// Of what a function of the program raised.
    pub fn raised(error: Rc<dyn HostError>) -> Self {
        Self {
            raised: Some(Rc::clone(&error)),
            ..Self::new(error.class(), error.to_string())
        }
    }

    /// Of a value that no type takes and the driver does not either.
    pub fn refused(class: &str) -> Self {
        Self::new(Self::REFUSED, format!("type '{class}' is not supported"))
    }

    pub fn is_refused(&self) -> bool {
        self.kind == Self::REFUSED
    }

    const REFUSED: &'static str = "sqlite3.ProgrammingError";

    /// The exception as SQLAlchemy shows it in the error around it.
    pub fn shown(&self) -> String {
        let module = if self.kind.contains('.') {
            ""
        } else {
            "builtins."
        };
        format!("({module}{}) {}", self.kind, self.message)
    }
}

impl Value {
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Rc::from(text.as_ref()))
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null | Self::Stored(trace::Value::Null))
    }

    /// The type that a literal of this value has by itself, as `literal(5)` is an integer.
    pub fn sql_type(&self) -> SqlType {
        match self {
            Self::Null | Self::Stored(_) => SqlType::Null,
            Self::Bool(_) => SqlType::Boolean,
            Self::Integer(_) => SqlType::Integer,
            Self::Real(_) => SqlType::Double,
            Self::Text(_) => SqlType::String(None),
            Self::Blob(_) => SqlType::LargeBinary,
            Self::Object(object) => object.sql_type(),
        }
    }

    /// Whether both are the same to a program that reads them from a column of this type.
    pub fn is_same(&self, other: &Self, ty: &SqlType) -> bool {
        let (stored, value) = match (self, other) {
            (Self::Stored(_), Self::Stored(_)) => return self == other,
            (Self::Stored(stored), value) | (value, Self::Stored(stored)) => (stored, value),
            _ => return self == other,
        };
        match (value, ty) {
            (Self::Object(object), _) => object.equals_stored(value, stored, ty),
            (_, SqlType::Decorated { host, .. }) => host.equals_stored(value, stored, ty),
            _ => self == other,
        }
    }

    /// The value that SQLite is sent for it in a place of this type.
    ///
    /// # Errors
    /// When the type refuses the value.
    pub fn bind(&self, ty: &SqlType) -> Result<trace::Value, BindError> {
        ty.bind(self)
    }
}

/// Equality as Python sees it: `1 == 1.0 == True`.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        use Value::{Blob, Bool, Integer, Null, Object, Real, Stored, Text};
        match (self, other) {
            (Null, Null) => true,
            (Text(a), Text(b)) => a == b,
            (Blob(a), Blob(b)) => a == b,
            (Object(a), Object(b)) => Rc::ptr_eq(a, b) || a.equals(b.as_ref()),
            (Stored(a), Stored(b)) => a == b,
            (Bool(a), Bool(b)) => a == b,
            (Integer(a), Integer(b)) => a == b,
            (Real(a), Real(b)) => a == b,
            (Bool(a), Integer(b)) | (Integer(b), Bool(a)) => i64::from(*a) == *b,
            (Bool(a), Real(b)) | (Real(b), Bool(a)) => f64::from(u8::from(*a)) == *b,
            (Integer(a), Real(b)) | (Real(b), Integer(a)) => *a as f64 == *b,
            (Stored(a), b) | (b, Stored(a)) => from_stored(a) == *b,
            _ => false,
        }
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Null => 0u8.hash(state),
            Self::Bool(flag) => i64::from(*flag).hash(state),
            Self::Integer(number) => number.hash(state),
            Self::Real(number) if number.fract() == 0.0 && number.abs() < 9.0e18 => {
                (*number as i64).hash(state);
            }
            Self::Real(number) => number.to_bits().hash(state),
            Self::Text(text) => text.hash(state),
            Self::Blob(bytes) => bytes.hash(state),
            Self::Object(object) => object.hash_code().hash(state),
            Self::Stored(stored) => from_stored(stored).hash(state),
        }
    }
}

/// A stored value that needs no result processing, as the program would hold it.
pub fn from_stored(stored: &trace::Value) -> Value {
    match stored {
        trace::Value::Null => Value::Null,
        trace::Value::Integer(number) => Value::Integer(*number),
        trace::Value::Real(number) => Value::Real(*number),
        trace::Value::Text(text) => Value::Text(Rc::from(&**text)),
        trace::Value::Blob(bytes) => Value::Blob(Rc::from(&**bytes)),
    }
}

/// A plain value as SQLite stores it, where no type has a say; none for a host object.
pub fn to_stored(value: &Value) -> Option<trace::Value> {
    Some(match value {
        Value::Null => trace::Value::Null,
        Value::Bool(flag) => trace::Value::Integer(i64::from(*flag)),
        Value::Integer(number) => trace::Value::Integer(*number),
        Value::Real(number) => trace::Value::Real(*number),
        Value::Text(text) => trace::Value::Text(Arc::from(&**text)),
        Value::Blob(bytes) => trace::Value::Blob(Arc::from(&**bytes)),
        Value::Stored(stored) => stored.clone(),
        Value::Object(_) => return None,
    })
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

/// A key's part as Python prints it, for naming an object in a trace.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Null => "None".into(),
        Value::Bool(flag) => if *flag { "True" } else { "False" }.into(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => format!("{number:?}"),
        Value::Text(text) => format!("'{text}'"),
        Value::Blob(bytes) => format!("b'…' ({} bytes)", bytes.len()),
        Value::Object(object) => format!("{object:?}"),
        Value::Stored(stored) => shown(&from_stored(stored)),
    }
}
