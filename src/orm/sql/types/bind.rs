//! What SQLite is sent for a value of the program: SQLAlchemy's bind processors.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::{Affinity, EnumType, SqlType};
use crate::orm::value::{self, BindError, HostObject, Value};
use crate::trace;

impl SqlType {
    /// The value that SQLite is sent for `value` in a place of this type.
    ///
    /// # Errors
    /// When the type refuses the value.
    pub fn bind(&self, value: &Value) -> Result<trace::Value, BindError> {
        match (self, value) {
            (_, Value::Stored(stored)) => Ok(stored.clone()),
            (Self::Decorated { host, .. }, _) => host.bind_value(value, self),
            (_, Value::Object(object)) => object.bind(self),
            (Self::Spelled { like, .. }, _) => like.bind(value),
            (Self::Json { none_as_null: true }, Value::Null) => Ok(trace::Value::Null),
            (Self::Json { .. }, _) => match JSON.with_borrow(Clone::clone) {
                Some(host) => host.bind_value(value, self),
                None => json(value),
            },
            (_, Value::Null) => Ok(trace::Value::Null),
            (Self::Enum(enumeration), _) => enum_name(enumeration, value, self),
            (Self::Uuid { as_uuid }, _) => uuid(value, *as_uuid),
            _ => self.bind_plain(value),
        }
    }

    fn bind_plain(&self, value: &Value) -> Result<trace::Value, BindError> {
        let only = |what: &str, takes: &str| {
            Err(type_error(format!(
                "SQLite {what} type only accepts Python {takes} objects as input."
            )))
        };
        match self.affinity() {
            Affinity::Numeric | Affinity::Float => float(value),
            Affinity::Boolean => match value {
                Value::Bool(flag) => Ok(trace::Value::Integer(i64::from(*flag))),
                Value::Integer(number @ (0 | 1)) => Ok(trace::Value::Integer(*number)),
                Value::Integer(number) => Err(BindError::new(
                    "ValueError",
                    format!("Value {number} is not None, True, or False"),
                )),
                other => Err(type_error(format!(
                    "Not a boolean value: {}",
                    crate::orm::sql::expr::repr(other)
                ))),
            },
            Affinity::Binary if !matches!(value, Value::Blob(_)) => Err(type_error(format!(
                "memoryview: a bytes-like object is required, not '{}'",
                python_type(value)
            ))),
            Affinity::Date => only("Date", "date"),
            Affinity::DateTime => only("DateTime", "datetime and date"),
            Affinity::Time => only("Time", "time"),
            Affinity::Interval => Err(type_error(format!(
                "unsupported operand type(s) for +: 'datetime.datetime' and '{}'",
                python_type(value)
            ))),
            _ => Ok(value::to_stored(value).unwrap_or(trace::Value::Null)),
        }
    }
}

fn type_error(message: String) -> BindError {
    BindError::new("TypeError", message)
}

fn python_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Integer(_) => "int",
        Value::Real(_) => "float",
        Value::Text(_) => "str",
        Value::Blob(_) => "bytes",
        Value::Object(_) | Value::Stored(_) => "object",
    }
}

/// Numbers that are no integers are sent as floats: SQLite has no decimals.
fn float(value: &Value) -> Result<trace::Value, BindError> {
    let refused = || {
        BindError::new(
            "ValueError",
            format!(
                "could not convert string to float: {}",
                crate::orm::sql::expr::repr(value)
            ),
        )
    };
    Ok(trace::Value::Real(match value {
        Value::Bool(flag) => f64::from(u8::from(*flag)),
        Value::Integer(number) => *number as f64,
        Value::Real(number) => *number,
        Value::Text(text) => text.trim().parse().map_err(|_| refused())?,
        _ => return Err(refused()),
    }))
}

fn enum_name(
    enumeration: &EnumType,
    value: &Value,
    ty: &SqlType,
) -> Result<trace::Value, BindError> {
    match (value, &enumeration.members) {
        (_, Some(members)) => members.bind_value(value, ty),
        (Value::Text(text), None) if !enumeration.validates || enumeration.has(text) => {
            Ok(trace::Value::Text(Arc::from(&**text)))
        }
        (_, None) => {
            let shown = match value {
                Value::Text(text) => text.to_string(),
                other => crate::orm::sql::expr::repr(other),
            };
            Err(BindError::new("LookupError", enumeration.refusal(&shown)))
        }
    }
}

fn uuid(value: &Value, as_uuid: bool) -> Result<trace::Value, BindError> {
    match value {
        Value::Text(text) if !as_uuid => Ok(trace::Value::Text(Arc::from(text.replace('-', "")))),
        other => Err(BindError::new(
            "AttributeError",
            format!(
                "'{}' object has no attribute '{}'",
                python_type(other),
                if as_uuid { "hex" } else { "replace" }
            ),
        )),
    }
}

thread_local! {
    /// What makes the text of JSON values in this run, where the program said so.
    static JSON: RefCell<Option<Rc<dyn HostObject>>> = const { RefCell::new(None) };
}

/// Says what makes the text of JSON values; none for the usual way.
pub fn use_json(host: Option<Rc<dyn HostObject>>) {
    let before = JSON.replace(host);
    drop(before);
}

/// A plain value as Python's `json.dumps` writes it.
fn json(value: &Value) -> Result<trace::Value, BindError> {
    let text = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => format!("{number:?}"),
        Value::Text(text) => json_string(text),
        _ => {
            return Err(type_error(
                "Object of type bytes is not JSON serializable".to_owned(),
            ));
        }
    };
    Ok(trace::Value::Text(Arc::from(text)))
}

fn json_string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            ' '..='~' => quoted.push(character),
            other => {
                let mut units = [0; 2];
                for unit in other.encode_utf16(&mut units) {
                    quoted.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ty: &SqlType, value: Value, expected: trace::Value) {
        assert_eq!(ty.bind(&value).unwrap(), expected);
    }

    #[track_caller]
    fn check_refused(ty: &SqlType, value: Value, kind: &str, message: &str) {
        let error = ty.bind(&value).unwrap_err();
        assert_eq!((&*error.kind, error.message.as_str()), (kind, message));
    }

    #[test]
    fn values_become_what_sqlite_stores() {
        let text = |text: &str| trace::Value::Text(Arc::from(text));
        check(
            &SqlType::NUMERIC,
            Value::Integer(5),
            trace::Value::Real(5.0),
        );
        check(&SqlType::FLOAT, "1".into(), trace::Value::Real(1.0));
        check(
            &SqlType::Boolean,
            Value::Bool(true),
            trace::Value::Integer(1),
        );
        check(&SqlType::Integer, "x".into(), text("x"));
        let json = |none_as_null| SqlType::Json { none_as_null };
        check(&json(false), Value::Null, text("null"));
        check(&json(true), Value::Null, trace::Value::Null);
        check(&json(false), "a\"b\u{e9}".into(), text("\"a\\\"b\\u00e9\""));
        check(&SqlType::Uuid { as_uuid: false }, "a-b".into(), text("ab"));
        check(&SqlType::Date, Value::Null, trace::Value::Null);
    }

    #[test]
    fn a_type_refuses_what_it_cannot_hold() {
        check_refused(
            &SqlType::Boolean,
            Value::Integer(5),
            "ValueError",
            "Value 5 is not None, True, or False",
        );
        check_refused(
            &SqlType::Boolean,
            "x".into(),
            "TypeError",
            "Not a boolean value: 'x'",
        );
        check_refused(
            &SqlType::DATETIME,
            "x".into(),
            "TypeError",
            "SQLite DateTime type only accepts Python datetime and date objects as input.",
        );
        check_refused(
            &SqlType::FLOAT,
            "x".into(),
            "ValueError",
            "could not convert string to float: 'x'",
        );
        check_refused(
            &SqlType::Uuid { as_uuid: true },
            "x".into(),
            "AttributeError",
            "'str' object has no attribute 'hex'",
        );
    }
}
