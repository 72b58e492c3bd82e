//! Rows of the table between the two sides of a many-to-many.

use std::rc::Rc;
use std::sync::Arc;

use super::flush::Flush;
use super::parameters::{self, Parameters, default_value};
use super::send;
use crate::orm::Value;
use crate::orm::binds;
use crate::orm::error::{Error, Result};
use crate::orm::instance::Instance;
use crate::orm::relationship::Relationship;
use crate::orm::sql::compile::{CompileOptions, compile};
use crate::orm::sql::expr::and_;
use crate::orm::sql::{Delete, Expr, FromClause, Insert};
use crate::sqlite::Provenance;

/// A row: its columns with their values.
pub type Row = Vec<(Expr, Value)>;

fn provenance(flush: &Flush, relationship: &Relationship, owners: &[Rc<Instance>]) -> Provenance {
    let mut provenance = send::provenance(flush, owners);
    provenance.relationship = Some(Arc::clone(&relationship.name));
    provenance
}

fn key(column: &Expr) -> Rc<str> {
    column
        .as_column()
        .map_or_else(|| Rc::from(""), |(_, info)| info.key.rc())
}

fn value_of(row: &Row, column: &Expr) -> Option<Value> {
    row.iter()
        .find(|(known, _)| known.id() == column.id())
        .map(|(_, value)| value.clone())
}

/// # Errors
/// SQLite's, and `StaleDataError` when rows are gone.
pub fn delete(
    flush: &Flush,
    relationship: &Relationship,
    table: &FromClause,
    rows: &[Row],
    owners: &[Rc<Instance>],
) -> Result<()> {
    let mut criteria = Vec::new();
    let mut ids = Vec::new();
    for column in table.columns() {
        if value_of(&rows[0], &column).is_some() {
            let (bind, id) = binds::named(&key(&column), column.ty());
            criteria.push(column.equals(&bind));
            ids.push((column, id));
        }
    }
    let delete = Delete::new(table).where_(and_(criteria));
    let compiled = compile(&delete.into_statement(), &CompileOptions::default())?;
    let parameters: Vec<Parameters> = rows
        .iter()
        .map(|row| Parameters {
            by_id: ids
                .iter()
                .filter_map(|(column, id)| Some((*id, value_of(row, column)?)))
                .collect(),
            ..Parameters::default()
        })
        .collect();
    let matched = send::run(
        flush,
        &compiled,
        &parameters,
        provenance(flush, relationship, owners),
    )?;
    if matched == rows.len() as u64 {
        return Ok(());
    }
    Err(Error::raised(
        "sqlalchemy.orm.exc.StaleDataError",
        format!(
            "DELETE statement on table '{}' expected to delete {} row(s); Only {matched} were matched.",
            table
                .name()
                .map_or_else(String::new, |name| name.to_string()),
            rows.len(),
        ),
    ))
}

/// # Errors
/// SQLite's, and what a default of the program raises.
pub fn insert(
    flush: &Flush,
    relationship: &Relationship,
    table: &FromClause,
    rows: &[Row],
    owners: &[Rc<Instance>],
) -> Result<()> {
    let keys = table
        .columns()
        .iter()
        .filter(|column| value_of(&rows[0], column).is_some())
        .map(key)
        .collect();
    let compiled = compile(
        &Insert::new(table).into_statement(),
        &CompileOptions {
            column_keys: Some(keys),
            for_executemany: rows.len() > 1,
            ..CompileOptions::default()
        },
    )?;
    let host = &flush.session.engine.host;
    let given = |row: &Row| Parameters {
        named: row
            .iter()
            .map(|(column, value)| (key(column), value.clone()))
            .collect(),
        ..Parameters::default()
    };
    let parameters = parameters::of_rows(&compiled, rows, given, |_, parameters| {
        for prefetch in &compiled.prefetch {
            let column = &prefetch.column;
            let default = column.default.as_ref();
            if let Some(value) = default_value(host.as_ref(), default, &parameters.named)? {
                parameters.put_default(&column.key, value);
            }
        }
        Ok(())
    })?;
    send::run(
        flush,
        &compiled,
        &parameters,
        provenance(flush, relationship, owners),
    )?;
    Ok(())
}
