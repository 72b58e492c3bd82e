//! `session.execute(insert(Author), [{…}, {…}])`: rows by the names of attributes.

use std::rc::Rc;

use super::{Outcome, Returned, Row, Write, check_tables, returned_columns, send, with_key};
use crate::orm::core::with_defaults;
use crate::orm::error::Result;
use crate::orm::mapper::Mapper;
use crate::orm::session::Session;
use crate::orm::sql::Insert;
use crate::orm::sql::compile::{CompileOptions, compile};
use crate::orm::sql::expr::BindValue;

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
    let rows: Vec<(Vec<Rc<str>>, Row)> = rows
        .iter()
        .map(|row| by_column(mapper, row, write.render_nulls))
        .collect();
    let mut written = Outcome::default();
    let mut returned = Returned::new(session, write);
    for group in rows.chunk_by(|(one, _), (other, _)| is_same_set(one, other)) {
        let mut insert = statement.clone();
        insert.returning = if returns {
            with_key(&insert.table, returned_columns(write)?)
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
        match column {
            Some(_) if is_null && !render_nulls => {}
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

fn is_same_set(one: &[Rc<str>], other: &[Rc<str>]) -> bool {
    one.len() == other.len() && one.iter().all(|key| other.contains(key))
}
