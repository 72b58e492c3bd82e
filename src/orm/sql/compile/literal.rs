//! Values written into SQL text.

use crate::orm::sql::error::SqlError;
use crate::orm::sql::types::SqlType;
use crate::orm::value::Value;
use crate::trace;

/// A string as a SQL literal.
pub(in crate::orm::sql) fn literal_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A value as a SQL literal of that type.
pub(super) fn literal_value(value: &Value, ty: &SqlType) -> Result<String, SqlError> {
    if value.is_null() {
        return Ok("NULL".to_owned());
    }
    let stored = ty
        .bind(value)
        .map_err(|error| SqlError::compile(error.message))?;
    Ok(match stored {
        trace::Value::Null => "NULL".to_owned(),
        trace::Value::Integer(number) => number.to_string(),
        trace::Value::Real(number) => format!("{number:?}"),
        trace::Value::Text(text) => literal_text(&text),
        trace::Value::Blob(bytes) => literal_text(&String::from_utf8_lossy(&bytes)),
    })
}
