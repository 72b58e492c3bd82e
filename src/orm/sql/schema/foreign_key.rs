//! Foreign keys found from a FROM element, and what they point at.

use std::rc::Rc;

use super::column::{FkTarget, ForeignKey};
use super::constraint::ConstraintKind;
use super::table::Table;
use crate::orm::sql::error::{ErrorKind, SqlError};
use crate::orm::sql::expr::{Expr, ExprKind};
use crate::orm::sql::from::{FromClause, FromKind};

/// A foreign key on a column that some FROM element exports.
pub(in crate::orm::sql) struct ForeignKeyOf {
    /// The exported column.
    pub parent: Expr,
    /// Which constraint it belongs to.
    pub constraint: u64,
    table: Table,
    column: Rc<str>,
    foreign_key: ForeignKey,
}

impl ForeignKeyOf {
    /// The column it points at; else the name of the missing table with the error.
    pub(in crate::orm::sql) fn target(&self) -> Result<Expr, (String, SqlError)> {
        self.table.resolve(&self.column, &self.foreign_key)
    }
}

/// The foreign keys of all columns that the element exports.
pub(in crate::orm::sql) fn foreign_keys_of(from: &FromClause) -> Vec<ForeignKeyOf> {
    let mut found = Vec::new();
    for parent in from.columns() {
        let Some((table, column)) = base_column(&parent) else {
            continue;
        };
        for (constraint, foreign_key) in table.foreign_keys_on(&column) {
            found.push(ForeignKeyOf {
                parent: parent.clone(),
                constraint,
                table: table.clone(),
                column: column.clone(),
                foreign_key,
            });
        }
    }
    found
}

/// Whether a foreign key of `column` leads to `other`, each of them a table's or what a selectable makes of it.
///
/// # Errors
/// When the table or column that a foreign key points at is not there.
pub fn references(column: &Expr, other: &Expr) -> Result<bool, SqlError> {
    let (Some((table, name)), Some((far_table, far_name))) =
        (base_column(column), base_column(other))
    else {
        return Ok(false);
    };
    let is_far = |found: &Expr| {
        base_column(found)
            .is_some_and(|(table, name)| Rc::ptr_eq(&table.0, &far_table.0) && name == far_name)
    };
    Ok(table.referred_columns(&name)?.iter().any(is_far))
}

/// The column of a table that an exported column goes back to.
fn base_column(expr: &Expr) -> Option<(Table, Rc<str>)> {
    let (from, info) = expr.as_column()?;
    info.schema.as_ref()?;
    match from.kind() {
        FromKind::Table(table) => Some((table.clone(), info.name.rc())),
        _ => info.proxies.iter().find_map(|proxy| match proxy.kind() {
            ExprKind::Label { element, .. } => base_column(element),
            _ => base_column(proxy),
        }),
    }
}

impl Table {
    /// The foreign keys on a column, each with the id of its constraint.
    pub(in crate::orm::sql) fn foreign_keys_on(&self, column: &str) -> Vec<(u64, ForeignKey)> {
        let mut found = Vec::new();
        for (id, constraint) in self.0.constraints.borrow().iter() {
            if let ConstraintKind::ForeignKey(pairs) = &constraint.kind {
                found.extend(
                    pairs
                        .iter()
                        .filter(|(name, _)| &**name == column)
                        .map(|(_, foreign_key)| (*id, foreign_key.clone())),
                );
            }
        }
        found
    }

    /// The columns that the foreign keys on a column point at.
    ///
    /// # Errors
    /// When a table or column is not there.
    pub fn referred_columns(&self, column: &str) -> Result<Vec<Expr>, SqlError> {
        self.foreign_keys_on(column)
            .iter()
            .map(|(_, foreign_key)| {
                self.resolve(column, foreign_key)
                    .map_err(|(_, error)| error)
            })
            .collect()
    }

    /// The column that a foreign key on `column` points at.
    pub(super) fn resolve(
        &self,
        column: &str,
        foreign_key: &ForeignKey,
    ) -> Result<Expr, (String, SqlError)> {
        match &foreign_key.target {
            FkTarget::Column { table, key } => {
                let found = table
                    .0
                    .upgrade()
                    .and_then(|inner| Table(inner).from_clause())
                    .and_then(|from| from.column(key));
                found.ok_or_else(|| {
                    (
                        String::new(),
                        SqlError::new(
                            ErrorKind::NoReferencedColumnError,
                            format!(
                                "Could not find the column '{key}' that a foreign key refers to"
                            ),
                        ),
                    )
                })
            }
            FkTarget::Name(spec) => {
                let (table_name, key) = match spec.rsplit_once('.') {
                    Some((table_name, key)) => (table_name.to_owned(), key.to_owned()),
                    None => (spec.to_string(), column.to_owned()),
                };
                let full_name = match (self.schema(), table_name.contains('.')) {
                    (Some(_), false) | (None, _) | (Some(_), true) => table_name.clone(),
                };
                let found = self
                    .metadata()
                    .and_then(|metadata| metadata.table(&full_name));
                let Some(target) = found else {
                    return Err((
                        table_name.clone(),
                        SqlError::new(
                            ErrorKind::NoReferencedTableError,
                            format!(
                                "Foreign key associated with column '{}.{column}' could not find table '{table_name}' \
                                 with which to generate a foreign key to target column '{key}'",
                                self.full_name(),
                            ),
                        ),
                    ));
                };
                target.column(&key).ok_or_else(|| {
                    (
                        table_name.clone(),
                        SqlError::new(
                            ErrorKind::NoReferencedColumnError,
                            format!(
                                "Could not initialize target column for ForeignKey '{spec}' on table '{}': table \
                                 '{table_name}' has no column named '{key}'",
                                self.name(),
                            ),
                        ),
                    )
                })
            }
        }
    }
}
