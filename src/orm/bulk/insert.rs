//! `session.execute(insert(Author), [{…}, {…}])`: rows by the names of attributes.

use std::rc::Rc;

use super::{Outcome, Returned, Row, Write, check_tables, returned_columns, send, with_columns};
use crate::orm::Value;
use crate::orm::core::with_defaults;
use crate::orm::error::Result;
use crate::orm::mapper::Mapper;
use crate::orm::session::Session;
use crate::orm::sql::compile::{CompileOptions, compile};
use crate::orm::sql::expr::BindValue;
use crate::orm::sql::schema::Column;
use crate::orm::sql::{Expr, FromClause, Insert};
use crate::orm::unit_of_work::insert_for_keys;

/// Inserts rows, those with the same columns together.
///
/// # Errors
/// SQLite's, and what a default of the program raises.
pub fn execute(
    session: &Session,
    write: &Write,
    mapper: &Rc<Mapper>,
    statement: &Insert,
    rows: &[Row],
) -> Result<Outcome> {
    check_tables(mapper)?;
    let returns = !write.returning.is_empty();
    let rows = by_columns(session, mapper, rows, write.render_nulls)?;
    let mut written = Outcome::default();
    let mut returned = Returned::new(session, write);
    for group in rows.chunk_by(|(one, _), (other, _)| is_same_set(one, other)) {
        let mut insert = statement.clone();
        insert.returning = if returns {
            let generated = generated_key(&insert.table, &group[0].0);
            with_columns(&insert.table, &generated, returned_columns(write)?)
        } else {
            Vec::new()
        };
        let keys = group[0]
            .0
            .iter()
            .filter(|key| !insert.values.iter().any(|(known, _)| known == *key))
            .cloned()
            .collect();
        let statement = insert.into_statement();
        let compiled = compile(
            &statement,
            &CompileOptions {
                column_keys: Some(keys),
                for_executemany: group.len() > 1,
                ..CompileOptions::default()
            },
        )?;
        let group: Vec<Row> = group.iter().map(|(_, row)| row.clone()).collect();
        let sent = with_defaults(&session.engine, &statement, &compiled, &group)?;
        send(session, &compiled, &sent, &mut |sent| {
            written.rowcount += sent.rowcount;
            written.last_insert_rowid = Some(sent.executed.last_insert_rowid);
            returned.take(&compiled, sent.executed)
        })?;
    }
    written.returned = returned.finish()?;
    Ok(written)
}

/// As SQLAlchemy's `return_defaults=True`: row by row where that is needed for it, the primary key of each is given back.
///
/// # Errors
/// As [`execute`].
pub fn with_keys_back(
    session: &Session,
    mapper: &Rc<Mapper>,
    rows: &[Row],
    render_nulls: bool,
) -> Result<Vec<Vec<Value>>> {
    check_tables(mapper)?;
    let rows = by_columns(session, mapper, rows, render_nulls)?;
    let rows: Vec<Row> = rows.into_iter().map(|(_, values)| values).collect();
    insert_for_keys(&session.rc(), mapper, &rows)
}

fn by_columns(
    session: &Session,
    mapper: &Mapper,
    rows: &[Row],
    render_nulls: bool,
) -> Result<Vec<(Vec<Rc<str>>, Row)>> {
    let mut rows: Vec<(Vec<Rc<str>>, Row)> = rows
        .iter()
        .map(|row| by_column(mapper, row, render_nulls))
        .collect();
    for (keys, values) in &mut rows {
        put_version(session, mapper, keys, values)?;
    }
    Ok(rows)
}

/// The columns of the primary key whose values the database makes, given or not: these come back too.
fn generated_key(table: &FromClause, given: &[Rc<str>]) -> Vec<Expr> {
    let Some(schema) = table.as_table() else {
        return Vec::new();
    };
    let autoincrement = schema.autoincrement_column();
    let is_generated = |column: &Column| match &autoincrement {
        Some(known) if known.key == column.key => true,
        _ => column.default.is_none() && !given.contains(&column.key),
    };
    let columns = schema.primary_key_columns().into_iter();
    columns
        .filter(|column| is_generated(column))
        .filter_map(|column| table.column(&column.key))
        .collect()
}

/// The row by the keys of columns; names that are no attributes may be parameters of the statement. None of an
/// attribute is left to the column's default.
fn by_column(mapper: &Mapper, row: &Row, render_nulls: bool) -> (Vec<Rc<str>>, Row) {
    let mut keys = Vec::new();
    let mut values = Vec::new();
    for (name, value) in row {
        let column = mapper
            .attribute_by_key(name)
            .and_then(|attribute| Some(attribute.as_column()?.expr.clone()))
            .and_then(|expr| expr.as_column().map(|(_, info)| info.key.rc()));
        let is_null = matches!(value, BindValue::Value(value) if value.is_null());
        let is_json = mapper
            .attribute_by_key(name)
            .is_some_and(|attribute| attribute.holds_json());
        match column {
            Some(_) if is_null && !render_nulls && !is_json => {}
            Some(key) => {
                keys.push(Rc::clone(&key));
                values.push((key, value.clone()));
            }
            None => values.push((Rc::clone(name), value.clone())),
        }
    }
    if let (Some(discriminator), Some(identity)) =
        (mapper.discriminator(), mapper.polymorphic_identity())
        && discriminator.attribute.is_some()
        && let Some((_, info)) = discriminator.expr.as_column()
        && !keys.contains(&info.key.rc())
    {
        keys.push(info.key.rc());
        values.push((info.key.rc(), BindValue::Value(identity)));
    }
    (keys, values)
}

/// A row starts with the first version, whatever was said of it.
fn put_version(
    session: &Session,
    mapper: &Mapper,
    keys: &mut Vec<Rc<str>>,
    values: &mut Row,
) -> Result<()> {
    let Some(version) = mapper.version() else {
        return Ok(());
    };
    let Some(first) = version.next(session.engine.host.as_ref(), None)? else {
        return Ok(());
    };
    let Some((_, info)) = version.column.as_column() else {
        return Ok(());
    };
    let key = info.key.rc();
    values.retain(|(known, _)| *known != key);
    values.push((Rc::clone(&key), BindValue::Value(first)));
    if !keys.contains(&key) {
        keys.push(key);
    }
    Ok(())
}

fn is_same_set(one: &[Rc<str>], other: &[Rc<str>]) -> bool {
    one.len() == other.len() && one.iter().all(|key| other.contains(key))
}
