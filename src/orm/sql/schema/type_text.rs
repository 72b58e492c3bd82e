//! A type's text in DDL and CAST.

use crate::orm::sql::error::SqlError;
use crate::orm::sql::types::SqlType;

impl SqlType {
    /// The text for SQLite, as `VARCHAR(30)`.
    ///
    /// # Errors
    /// When the type is not known.
    pub fn ddl(&self) -> Result<String, SqlError> {
        Ok(match self {
            Self::Null => {
                return Err(SqlError::compile(
                    "Can't generate DDL for NullType(); did you forget to specify a type on this Column?",
                ));
            }
            Self::Integer => "INTEGER".to_owned(),
            Self::SmallInteger => "SMALLINT".to_owned(),
            Self::BigInteger => "BIGINT".to_owned(),
            Self::Float { .. } => "FLOAT".to_owned(),
            Self::Double => "DOUBLE".to_owned(),
            Self::Numeric {
                precision, scale, ..
            } => match (precision, scale) {
                (None, _) => "NUMERIC".to_owned(),
                (Some(precision), None) => format!("NUMERIC({precision})"),
                (Some(precision), Some(scale)) => format!("NUMERIC({precision}, {scale})"),
            },
            Self::Boolean => "BOOLEAN".to_owned(),
            Self::String(length) | Self::Unicode(length) => sized("VARCHAR", *length),
            Self::Text(length) => sized("TEXT", *length),
            Self::UnicodeText => "TEXT".to_owned(),
            Self::Date => "DATE".to_owned(),
            Self::DateTime { .. } | Self::Interval => "DATETIME".to_owned(),
            Self::Time { .. } => "TIME".to_owned(),
            Self::LargeBinary => "BLOB".to_owned(),
            Self::Json { .. } => "JSON".to_owned(),
            Self::Enum(enumeration) => {
                let longest = enumeration
                    .names
                    .iter()
                    .map(|name| name.chars().count())
                    .max()
                    .unwrap_or(0);
                let longest = u32::try_from(longest).unwrap_or(u32::MAX);
                sized("VARCHAR", Some(enumeration.length.unwrap_or(longest)))
            }
            Self::Uuid { .. } => "CHAR(32)".to_owned(),
            Self::Tuple(_) => {
                return Err(SqlError::compile("A tuple has no type in DDL"));
            }
            Self::Spelled { ddl, .. } => ddl.to_string(),
            Self::Decorated { like, .. } => like.ddl()?,
        })
    }
}

fn sized(name: &str, length: Option<u32>) -> String {
    match length {
        Some(length) if length > 0 => format!("{name}({length})"),
        _ => name.to_owned(),
    }
}
