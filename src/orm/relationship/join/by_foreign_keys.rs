//! The join condition that the foreign keys give.

use crate::orm::error::{Error, Result};
use crate::orm::sql::expr::and_;
use crate::orm::sql::from::join_condition;
use crate::orm::sql::{ErrorKind, Expr, FromClause, SqlError};

/// The condition that the foreign keys give; those of `first`, a part of `left`, go before others. `considered` limits
/// which columns count as one.
pub(super) fn by_foreign_keys(
    left: &FromClause,
    right: &FromClause,
    first: &FromClause,
    considered: &[Expr],
) -> Result<Expr, SqlError> {
    if considered.is_empty() {
        let part = (first != left).then_some(first);
        return join_condition(left, right, part);
    }
    let is_considered = |column: &Expr| considered.iter().any(|known| known.id() == column.id());
    let belongs = |column: &Expr, from: &FromClause| {
        let parts = from.from_objects();
        column
            .as_column()
            .is_some_and(|(owner, _)| parts.contains(owner))
    };
    let mut found: Vec<Vec<Expr>> = Vec::new();
    let sides = if left == right {
        vec![(left, right)]
    } else {
        vec![(left, right), (right, left)]
    };
    for (referred, referring) in sides {
        let parts = referring.from_objects();
        let mut constraints = Vec::new();
        for table in parts.iter().filter_map(FromClause::as_table) {
            constraints.extend(table.foreign_key_constraints()?);
        }
        for constraint in constraints {
            let criteria: Vec<Expr> = constraint
                .iter()
                .filter(|(near, far)| is_considered(near) && belongs(far, referred))
                .map(|(near, far)| far.equals(near))
                .collect();
            if !criteria.is_empty() {
                found.push(criteria);
            }
        }
        if !found.is_empty() {
            break;
        }
    }
    match found.len() {
        1 => Ok(and_(found.remove(0))),
        0 => Err(SqlError::new(
            ErrorKind::NoForeignKeysError,
            "there is no foreign key between them",
        )),
        _ => Err(SqlError::new(
            ErrorKind::AmbiguousForeignKeysError,
            "there is more than one foreign key",
        )),
    }
}

pub(super) fn explained(error: SqlError, name: &str, secondary: Option<&FromClause>) -> Error {
    let via = secondary
        .and_then(|secondary| Some(format!(" via secondary table '{}'", secondary.name()?)));
    let is_secondary = via.is_some();
    let via = via.unwrap_or_default();
    let start = format!(
        "Could not determine join condition between parent/child tables on relationship {name} - "
    );
    match error.kind {
        ErrorKind::NoForeignKeysError => {
            let specify = if is_secondary {
                "'primaryjoin' and 'secondaryjoin' expressions."
            } else {
                "a 'primaryjoin' expression."
            };
            Error::raised(
                error.kind.python_name(),
                format!(
                    "{start}there are no foreign keys linking these tables{via}.  Ensure that referencing columns are \
                     associated with a ForeignKey or ForeignKeyConstraint, or specify {specify}"
                ),
            )
        }
        ErrorKind::AmbiguousForeignKeysError => {
            let reference = if is_secondary {
                "reference from the secondary table to each of the parent and child tables."
            } else {
                "reference to the parent table."
            };
            Error::raised(
                error.kind.python_name(),
                format!(
                    "{start}there are multiple foreign key paths linking the tables{via}.  Specify the 'foreign_keys' \
                     argument, providing a list of those columns which should be counted as containing a foreign key \
                     {reference}"
                ),
            )
        }
        _ => error.into(),
    }
}
