//! Statements that could not be sent: why, and with which values.

use std::rc::Rc;
use std::sync::Arc;

use super::core::Row;
use super::error::{DatabaseError, Error, Unsent};
use super::sql::compile::{CompiledBind, Given};
use super::sql::expr::BindValue;
use super::sql::{Compiled, ErrorKind, SqlError};
use super::value::BindError;
use crate::sqlite;

/// What is said of anything that waits for the driver where nothing awaits.
pub(super) const NOT_AWAITED: &str = "greenlet_spawn has not been called; can't call await_() here. Was IO attempted in an \
                           unexpected place?";

/// A statement that an async program did not await.
pub(super) fn not_awaited(sql: &str) -> Error {
    let cause = BindError::new("sqlalchemy.exc.MissingGreenlet", NOT_AWAITED);
    Error::Unsent(Box::new(Unsent {
        message: cause.shown(),
        statement: Arc::from(sql),
        parameters: Vec::new(),
        cause: Some(Rc::new(cause)),
        code: Some("xd2s"),
        hint: None,
    }))
}

/// The values that are given to a statement, by the names that they are given under: whose parameter is numbered when
/// the statement is compiled has no name yet, and goes by its mark.
pub(super) fn by_name(
    compiled: &Compiled,
    given: &dyn Fn(&CompiledBind) -> Option<BindValue>,
) -> Row {
    let mut row = Row::new();
    for bind in &compiled.binds {
        let Some(value) = given(bind) else { continue };
        let name: Rc<str> = match &bind.base {
            Some(base) => Rc::from(format!("%({} {base})s", bind.id.0)),
            None => Rc::from(&*bind.name),
        };
        if !row.iter().any(|(known, _)| *known == name) {
            row.push((name, value));
        }
    }
    row
}

/// A statement that could not be sent: SQLAlchemy wraps what the type said.
pub(super) fn unsent(error: &SqlError, sql: &Arc<str>) -> Error {
    let (message, code) = match error.kind {
        ErrorKind::StatementError => (error.message.clone(), None),
        // A parameter without a value.
        ErrorKind::InvalidRequestError => (
            format!("(sqlalchemy.exc.InvalidRequestError) {}", error.message),
            Some("cd3x"),
        ),
        kind => return Error::raised(kind.python_name(), error.message.clone()),
    };
    Error::Unsent(Box::new(Unsent {
        message,
        statement: Arc::clone(sql),
        parameters: Vec::new(),
        cause: error.cause.clone(),
        code,
        hint: None,
    }))
}

/// The error of a statement that could not be sent; what the driver itself would refuse is told as it would.
pub(super) fn not_sent(error: &SqlError, compiled: &Compiled, given: Given<'_>) -> Error {
    if error.kind != ErrorKind::Refused {
        let given = vec![by_name(compiled, given)];
        return unsent(error, &compiled.sql).with_given(given);
    }
    match compiled.refused_values(given) {
        Ok((values, Some(at))) => Error::Database(Box::new(DatabaseError {
            kind: sqlite::ErrorKind::Programming,
            message: format!("Error binding parameter {}: {}", at + 1, error.message),
            statement: compiled.sql.to_string(),
            parameters: Vec::new(),
            refused: Some(values),
            executemany: false,
            hint: None,
        })),
        _ => unsent(error, &compiled.sql),
    }
}
