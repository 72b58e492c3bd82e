//! Writes of tables, and those of classes that need no more than their text.

use std::rc::Rc;

use super::{Returned, Row, Rows, Write, Written, given, provenance, returned_columns};
use crate::orm::Value;
use crate::orm::engine::Engine;
use crate::orm::error::Result;
use crate::orm::execute::QueryResult;
use crate::orm::loading::{self, Loaded, RunOptions};
use crate::orm::mapper::Mapper;
use crate::orm::query;
use crate::orm::session::Session;
use crate::orm::sql::compile::{CompileOptions, Given, ManyExecution, compile};
use crate::orm::sql::expr::{BindValue, Operand};
use crate::orm::sql::schema::Default_;
use crate::orm::sql::{Compiled, Statement};
use crate::orm::unit_of_work::default_value;
use crate::sqlite::Executed;

/// Executes a write as its text says, with one or many rows of values.
///
/// # Errors
/// SQLite's, and what Core refuses.
pub fn execute(session: &Session, write: &Write, mapper: Option<&Rc<Mapper>>) -> Result<Written> {
    let rows: Vec<Row> = match &write.rows {
        Rows::None => vec![Vec::new()],
        Rows::One(row) => vec![row.clone()],
        Rows::Many(rows) => rows.clone(),
    };
    let many = rows.len() > 1;
    let statement = match (mapper, &write.statement) {
        (Some(_), Statement::Insert(insert)) if !write.returning.is_empty() => {
            let mut insert = (**insert).clone();
            insert.returning = returned_columns(&write.returning);
            insert.into_statement()
        }
        _ => write.statement.clone(),
    };
    let compiled = compile_for(&statement, rows.first(), many)?;
    for warning in &compiled.warnings {
        session.warn(warning)?;
    }
    let rows = with_defaults(&session.engine, &statement, &compiled, rows)?;
    let mut written = Written::default();
    let mut returned = Returned::new(session, write);
    let mut loaded: Option<Loaded> = None;
    for executed in send(session, &compiled, &rows)? {
        let has_rows = !compiled.result_columns.is_empty();
        written.rowcount += if many && has_rows {
            i64::try_from(executed.rows.len()).unwrap_or(i64::MAX)
        } else {
            rowcount(&executed)
        };
        written.last_insert_rowid = Some(executed.last_insert_rowid);
        if !has_rows {
            session.engine.record(executed.statement)?;
        } else if mapper.is_some() {
            returned.take(&compiled, executed)?;
        } else {
            let plan = Rc::new(query::compile_core(&statement)?);
            let more = loading::read(
                &session.rc(),
                &plan,
                &RunOptions::new(provenance()),
                executed,
            )?;
            match &mut loaded {
                Some(loaded) => loaded.cells.extend(more.cells),
                None => loaded = Some(more),
            }
        }
    }
    written.returned = match loaded {
        Some(loaded) => Some(QueryResult {
            plan: Rc::new(query::compile_core(&statement)?),
            loaded,
            fetch: None,
        }),
        None => returned.finish(),
    };
    if !many {
        written.inserted_primary_key =
            inserted_key(&statement, &rows[0], written.last_insert_rowid);
    }
    Ok(written)
}

/// Compiles a write for these values.
///
/// # Errors
/// What Core refuses.
pub fn compile_for(statement: &Statement, row: Option<&Row>, many: bool) -> Result<Compiled> {
    let table = match statement {
        Statement::Insert(insert) => Some((&insert.table, true)),
        Statement::Update(update) => Some((&update.table, false)),
        _ => None,
    };
    let keys = match (table, row) {
        (Some((table, is_insert)), Some(row)) if !row.is_empty() => Some(
            row.iter()
                .map(|(key, _)| Rc::clone(key))
                .filter(|key| is_insert || table.column(key).is_some())
                .collect(),
        ),
        _ => None,
    };
    Ok(compile(
        statement,
        &CompileOptions {
            column_keys: keys,
            for_executemany: many,
            lint: true,
            ..CompileOptions::default()
        },
    )?)
}

/// Gives each row the values of the program's defaults.
///
/// # Errors
/// What a function of the program raises.
pub fn with_defaults(
    engine: &Engine,
    statement: &Statement,
    compiled: &Compiled,
    mut rows: Vec<Row>,
) -> Result<Vec<Row>> {
    let is_update = matches!(statement, Statement::Update(_));
    for row in &mut rows {
        for prefetch in &compiled.prefetch {
            let default = if is_update {
                &prefetch.column.onupdate
            } else {
                &prefetch.column.default
            };
            let current = match default {
                Some(Default_::Callable(_)) => known(row),
                _ => Vec::new(),
            };
            if let Some(value) = default_value(engine.host.as_ref(), default.as_ref(), &current)? {
                row.push((Rc::from(&*prefetch.name), BindValue::Value(value)));
            }
        }
    }
    Ok(rows)
}

/// What a row has so far.
fn known(row: &Row) -> Vec<(Rc<str>, Value)> {
    let values = row.iter().filter_map(|(key, value)| match value {
        BindValue::Value(value) => Some((Rc::clone(key), value.clone())),
        _ => None,
    });
    values.collect()
}

/// Sends a write with its rows of values. The events are the caller's to record.
///
/// # Errors
/// SQLite's, and a value that cannot be sent.
pub fn send(session: &Session, compiled: &Compiled, rows: &[Row]) -> Result<Vec<Executed>> {
    let engine = session.connect()?;
    session.flush_reads()?;
    if let [row] = rows {
        return Ok(vec![engine.execute(
            compiled,
            &|bind| given(row, bind),
            provenance(),
        )?]);
    }
    let closures: Vec<Box<dyn Fn(&_) -> _>> = rows
        .iter()
        .map(|row| -> Box<dyn Fn(&_) -> _> { Box::new(move |bind| given(row, bind)) })
        .collect();
    let closures: Vec<Given<'_>> = closures
        .iter()
        .map(|closure| &**closure as Given<'_>)
        .collect();
    match engine.prepare_many(compiled, &closures)? {
        ManyExecution::Rows { sql, parameters } => {
            Ok(vec![engine.send(&sql, parameters, true, provenance())?])
        }
        ManyExecution::Batches(batches) => batches
            .into_iter()
            .map(|(execution, _)| {
                engine.send_batch(&execution.sql, execution.parameters, provenance())
            })
            .collect(),
    }
}

/// What `cursor.rowcount` says.
pub fn rowcount(executed: &Executed) -> i64 {
    i64::try_from(executed.changes).unwrap_or(i64::MAX)
}

/// The primary key of the one row that was inserted, as far as the program or SQLite's last rowid tell it.
pub fn inserted_key(statement: &Statement, row: &Row, rowid: Option<i64>) -> Option<Vec<Value>> {
    let Statement::Insert(insert) = statement else {
        return None;
    };
    if !insert.returning.is_empty() || !insert.multi_values.is_empty() || insert.select.is_some() {
        return None;
    }
    let autoincrement = insert.table.as_table()?.autoincrement_column();
    let key = insert.table.primary_key().into_iter().map(|column| {
        let key = column.key()?;
        let of_statement = insert
            .values
            .iter()
            .find(|(known, _)| **known == *key.as_str())
            .and_then(|(_, operand)| match operand {
                Operand::Value(value) => Some(value.clone()),
                Operand::Expr(expr) => match &expr.as_bind()?.value {
                    BindValue::Value(value) => Some(value.clone()),
                    _ => None,
                },
                _ => None,
            });
        let of_row = row
            .iter()
            .find(|(known, _)| **known == *key.as_str())
            .and_then(|(_, value)| match value {
                BindValue::Value(value) => Some(value.clone()),
                _ => None,
            });
        let is_autoincrement = autoincrement
            .as_ref()
            .is_some_and(|known| *known.key == *key.as_str());
        let found = of_row.or(of_statement).filter(|value| !value.is_null());
        Some(match found {
            Some(value) => value,
            None if is_autoincrement => rowid.map_or(Value::Null, Value::Integer),
            None => Value::Null,
        })
    });
    key.collect()
}
