//! INSERT: rows with the same columns go together; a key or default that the database makes is asked for.

use std::rc::Rc;
use std::sync::Arc;

use super::flush::Flush;
use super::parameters::{self, Parameters, put_defaults};
use super::save::{put_fetched, put_stored};
use super::send;
use super::shape::{Given, Shape};
use super::statements::{Which, Write};
use crate::orm::Value;
use crate::orm::attributes;
use crate::orm::error::{Error, Result};
use crate::orm::host::{Batch, Host};
use crate::orm::instance::{Instance, Slot};
use crate::orm::lifecycle::expire_attributes;
use crate::orm::mapper::EagerDefaults;
use crate::orm::sql::compile::{BatchOrder, CompileOptions, compile};
use crate::orm::sql::expr::Operand;
use crate::orm::sql::{Insert, SqlType};
use crate::sqlite::Executed;
use crate::trace;

/// Rows that one text may insert at once.
const ROWS_AT_ONCE: usize = 1_000;
/// Parameters that one text may have.
const PARAMETERS_AT_ONCE: usize = 32_766;

/// An object and what its row is given.
pub struct Row {
    pub shape: Rc<Shape>,
    pub instance: Rc<Instance>,
    pub given: Vec<Given>,
    /// Whether the object has what its row has from now on; else only its key is put into it.
    pub follows: bool,
}

impl Row {
    fn of(host: &dyn Host, shape: &Rc<Shape>, instance: &Rc<Instance>) -> Result<Self> {
        let mut given: Vec<Given> = shape
            .columns
            .iter()
            .map(|column| {
                let Some(attribute) = column.attribute else {
                    return Given::Missing;
                };
                if let Some(sql) = attributes::expression(instance, attribute) {
                    return Given::Sql(sql);
                }
                let is_json = matches!(
                    column.schema.ty,
                    SqlType::Json {
                        none_as_null: false
                    }
                );
                match instance.slot(attribute) {
                    Slot::Value(value) if value.is_null() && is_json => {
                        // None is a value of its own in JSON.
                        Given::Value(Value::Null)
                    }
                    Slot::Value(value) if !value.is_null() => Given::Value(value),
                    _ => {
                        let has_default = column.schema.default.is_some()
                            || column.schema.server_default.is_some();
                        if column.is_key() || has_default || is_json {
                            Given::Missing
                        } else {
                            Given::Value(Value::Null)
                        }
                    }
                }
            })
            .collect();
        if let Some((at, version)) = &shape.version
            && let Some(first) = version.next(host, None)?
        {
            given[*at] = Given::Value(first);
        }
        Ok(Self {
            shape: Rc::clone(shape),
            instance: Rc::clone(instance),
            given,
            follows: true,
        })
    }

    fn has_sql(&self) -> bool {
        self.given.iter().any(Given::is_sql)
    }

    fn has_key(&self) -> bool {
        let mut key = self.shape.primary_key.iter();
        key.all(|&at| self.given[at].is_value())
    }

    /// Whether nothing is left to the database that is to come back.
    fn has_defaults(&self) -> bool {
        self.shape.mapper.eager_defaults.get() == EagerDefaults::Never
            || self.shape.columns.iter().enumerate().all(|(at, column)| {
                column.attribute.is_none()
                    || !column.is_left_to_database()
                    || self.given[at].is_value()
            })
    }

    /// What the rows of one statement have in common.
    fn kind(&self) -> (Vec<bool>, bool, bool, bool) {
        let plain = self.given.iter().map(Given::is_value).collect();
        (plain, self.has_sql(), self.has_key(), self.has_defaults())
    }
}

/// Inserts the rows of new objects into one table, in order.
///
/// # Errors
/// SQLite's, and what a default of the program raises.
pub fn run(flush: &mut Flush, instances: &[(Rc<Shape>, Rc<Instance>)]) -> Result<()> {
    let host = Rc::clone(&flush.session.engine.host);
    let rows = instances
        .iter()
        .map(|(shape, instance)| Row::of(host.as_ref(), shape, instance))
        .collect::<Result<Vec<_>>>()?;
    send(flush, &rows)
}

/// Sends rows, those with the same columns together.
///
/// # Errors
/// As [`run`].
pub fn send(flush: &Flush, rows: &[Row]) -> Result<()> {
    for group in rows.chunk_by(|one, other| one.kind() == other.kind()) {
        let Some(first) = group.first() else { continue };
        let has_defaults = first.has_defaults();
        let has_sql = first.has_sql();
        if first.has_key() && has_defaults && !has_sql {
            insert_known(flush, group)?;
        } else if group.len() > 1 && !has_sql {
            insert_many(flush, group, !has_defaults)?;
        } else {
            for row in group {
                insert_one(flush, row, !has_defaults)?;
            }
        }
    }
    Ok(())
}

/// The statement, with the values that are SQL written into it.
fn statement(flush: &Flush, row: &Row, returning: &[usize], many: bool) -> Result<Rc<Write>> {
    let shape = &row.shape;
    let make = || {
        warn_without_key(flush, shape, &row.given)?;
        let mut insert = Insert::new(&shape.table);
        for (column, given) in shape.columns.iter().zip(&row.given) {
            if let Given::Sql(sql) = given {
                insert
                    .values
                    .push((Rc::clone(&column.schema.key), Operand::Expr(sql.clone())));
            }
        }
        insert.returning = returning
            .iter()
            .map(|&at| shape.columns[at].expr.clone())
            .collect();
        let keys = shape
            .columns
            .iter()
            .zip(&row.given)
            .filter(|(_, given)| given.is_value())
            .map(|(column, _)| Rc::clone(&column.schema.key))
            .collect();
        let compiled = compile(
            &insert.into_statement(),
            &CompileOptions {
                column_keys: Some(keys),
                for_executemany: many,
                ..CompileOptions::default()
            },
        )?;
        Ok(Write {
            compiled,
            key: Vec::new(),
        })
    };
    if row.has_sql() {
        return make().map(Rc::new);
    }
    let which = Which::Insert {
        given: row.given.iter().map(Given::is_value).collect(),
        returning: returning.to_vec(),
        many,
    };
    shape.mapper.writes.get_or_make(&shape.table, which, make)
}

/// The parameters of the rows of one statement: what they were given, and what the program's defaults give them.
fn parameters(flush: &Flush, write: &Write, rows: &[Row]) -> Result<Vec<Parameters>> {
    let host = &flush.session.engine.host;
    parameters::of_rows(
        &write.compiled,
        rows,
        |row| parameters::of_given(&row.shape, &row.given),
        |row, parameters| {
            parameters::add_defaults(
                host.as_ref(),
                &row.shape,
                &row.given,
                |column| &column.default,
                parameters,
            )
        },
    )
}

/// After its INSERT an object has what the row has; what only the database knows is loaded when it is read.
fn settle(row: &Row, parameters: &Parameters, returned: &[usize]) -> Result<()> {
    if !row.follows {
        return Ok(());
    }
    let shape = &row.shape;
    // A key that an INSERT gives back is not told of.
    let told = returned.iter().copied();
    let told: Vec<usize> = told.filter(|&at| !shape.columns[at].is_key()).collect();
    put_defaults(shape, &row.instance, &row.given, parameters, &told)?;
    let unknown: Vec<usize> = shape
        .columns
        .iter()
        .enumerate()
        .filter(|(at, column)| {
            let is_unknown = match &row.given[*at] {
                Given::Value(_) => false,
                Given::Sql(_) => true,
                Given::Missing => column.is_filled_by_database(),
            };
            is_unknown && !column.is_key() && !returned.contains(at)
        })
        .filter_map(|(_, column)| column.attribute)
        .collect();
    expire_attributes(&row.instance, &unknown)
}

/// Rows whose keys and values are all known: one statement, nothing comes back.
fn insert_known(flush: &Flush, group: &[Row]) -> Result<()> {
    let many = group.len() > 1;
    let write = statement(flush, &group[0], &[], many)?;
    let rows = parameters(flush, &write, group)?;
    let owners: Vec<Rc<Instance>> = group.iter().map(|row| Rc::clone(&row.instance)).collect();
    let mut executed = send::send(
        flush,
        &write.compiled,
        &rows,
        send::provenance(flush, &owners),
    )?;
    for (row, parameters) in group.iter().zip(&rows) {
        settle(row, parameters, &[])?;
    }
    name_owner(&mut executed, &owners)?;
    flush.session.engine.record(executed.statement)
}

/// One row: its key comes from SQLite's last rowid, or with what else it gives back.
fn insert_one(flush: &Flush, row: &Row, wants_defaults: bool) -> Result<()> {
    let shape = &row.shape;
    let returning = shape.returning(&row.given, false, wants_defaults);
    let write = statement(flush, row, &returning, false)?;
    let all = parameters(flush, &write, std::slice::from_ref(row))?;
    let owners = [Rc::clone(&row.instance)];
    let executed = send::send(
        flush,
        &write.compiled,
        &all,
        send::provenance(flush, &owners),
    )?;
    take_back(flush, row, &all[0], &returning, executed)
}

/// Many rows whose keys or defaults are wanted. SQLite gives rows back in no certain order: where the program gives
/// the key they are told apart by it, else each row is sent by itself.
fn insert_many(flush: &Flush, group: &[Row], wants_defaults: bool) -> Result<()> {
    let shape = &group[0].shape;
    let mut returning = shape.returning(&group[0].given, true, wants_defaults);
    let in_one_text = shape.has_client_side_key();
    if in_one_text && !returning.is_empty() {
        for &at in &shape.primary_key {
            if !returning.contains(&at) {
                returning.push(at);
            }
        }
    }
    let write = statement(flush, &group[0], &returning, true)?;
    let all = parameters(flush, &write, group)?;
    if !in_one_text {
        for (at, (row, parameters)) in group.iter().zip(&all).enumerate() {
            let owners = [Rc::clone(&row.instance)];
            let batch = Batch::new(at, group.len(), BatchOrder::RowAtATime);
            let engine = &flush.session.engine;
            let execution = engine.prepare(&write.compiled, &|bind| parameters.given(bind))?;
            send::check_awaited(flush, &write.compiled, &all)?;
            let executed = send::send_text(
                flush,
                &execution.sql,
                execution.parameters,
                batch,
                send::provenance(flush, &owners),
            )?;
            take_back(flush, row, parameters, &returning, executed)?;
        }
        return Ok(());
    }
    let at_once = batch_size(write.compiled.binds.len());
    let total = group.len().div_ceil(at_once);
    let chunks = group.chunks(at_once).zip(all.chunks(at_once));
    for (at, (rows, parameters)) in chunks.enumerate() {
        let batch = Batch::new(at, total, BatchOrder::Given);
        insert_batch(flush, rows, &write, parameters, &returning, batch)?;
    }
    Ok(())
}

/// How many rows go into one text.
pub fn batch_size(parameters_of_a_row: usize) -> usize {
    match parameters_of_a_row {
        0 => ROWS_AT_ONCE,
        count => (PARAMETERS_AT_ONCE / count).clamp(1, ROWS_AT_ONCE),
    }
}

/// The text for `count` rows, made of that for one.
pub fn repeat_values(sql: &str, count: usize) -> String {
    let Some(start) = sql.find(") VALUES (").map(|at| at + ") VALUES ".len()) else {
        return sql.to_owned();
    };
    let end = sql[start..]
        .rfind(" RETURNING ")
        .map_or(sql.len(), |at| start + at);
    let values = &sql[start..end];
    format!(
        "{}{}{}",
        &sql[..start],
        vec![values; count].join(", "),
        &sql[end..]
    )
}

fn insert_batch(
    flush: &Flush,
    rows: &[Row],
    write: &Write,
    all: &[Parameters],
    returning: &[usize],
    batch: Batch,
) -> Result<()> {
    let shape = &rows[0].shape;
    let engine = flush.session.connect()?;
    send::check_awaited(flush, &write.compiled, all)?;
    let mut values = Vec::new();
    let mut keys = Vec::new();
    for parameters in all {
        let execution = engine.prepare(&write.compiled, &|bind| parameters.given(bind))?;
        values.extend(execution.parameters);
        keys.push(stored_key(shape, parameters)?);
    }
    let owners: Vec<Rc<Instance>> = rows.iter().map(|row| Rc::clone(&row.instance)).collect();
    let sql = repeat_values(&write.compiled.sql, rows.len());
    let executed = send::send_text(flush, &sql, values, batch, send::provenance(flush, &owners))?;
    for ((row, parameters), key) in rows.iter().zip(all).zip(&keys) {
        let returned = executed.rows.iter().find(|returned| {
            shape.primary_key.iter().zip(key).all(|(at, part)| {
                returning
                    .iter()
                    .position(|place| place == at)
                    .is_some_and(|place| returned[place] == *part)
            })
        });
        if let Some(returned) = returned {
            put_returned(row, returning, returned);
        }
        put_key(row, parameters);
        settle(row, parameters, returning)?;
    }
    engine.record(executed.statement)
}

fn stored_key(shape: &Shape, parameters: &Parameters) -> Result<Vec<trace::Value>> {
    shape
        .primary_key
        .iter()
        .map(|&at| {
            let column = &shape.columns[at];
            let value = parameters
                .named
                .iter()
                .find(|(key, _)| *key == column.schema.key)
                .map_or(Value::Null, |(_, value)| value.clone());
            value
                .bind(&column.schema.ty)
                .map_err(|error| Error::raised("sqlalchemy.exc.StatementError", error.shown()))
        })
        .collect()
}

/// A key that a default of the program has given.
fn put_key(row: &Row, parameters: &Parameters) {
    let shape = &row.shape;
    for &at in &shape.primary_key {
        let column = &shape.columns[at];
        let value = parameters
            .named
            .iter()
            .find(|(key, _)| *key == column.schema.key);
        if let (Some(attribute), Some((_, value))) = (column.attribute, value)
            && row
                .instance
                .value(attribute)
                .is_none_or(|known| known.is_null())
        {
            put_fetched(&row.instance, attribute, value.clone());
        }
    }
}

fn put_returned(row: &Row, returning: &[usize], values: &[trace::Value]) {
    let shape = &row.shape;
    for (&at, value) in returning.iter().zip(values) {
        let column = &shape.columns[at];
        let Some(attribute) = column.attribute else {
            continue;
        };
        let is_known = column.is_key()
            && !row.given[at].is_sql()
            && row
                .instance
                .value(attribute)
                .is_some_and(|known| !known.is_null());
        if !is_known {
            put_stored(&row.instance, attribute, value);
        }
    }
}

fn take_back(
    flush: &Flush,
    row: &Row,
    parameters: &Parameters,
    returning: &[usize],
    mut executed: Executed,
) -> Result<()> {
    if let Some(values) = executed.rows.iter().next() {
        put_returned(row, returning, values);
    }
    put_key(row, parameters);
    let shape = &row.shape;
    if returning.is_empty()
        && let Some(at) = shape.autoincrement
        && let Some(attribute) = shape.columns[at].attribute
        && row
            .instance
            .value(attribute)
            .is_none_or(|known| known.is_null())
    {
        let key = Value::Integer(executed.last_insert_rowid);
        put_fetched(&row.instance, attribute, key);
    }
    settle(row, parameters, returning)?;
    name_owner(&mut executed, std::slice::from_ref(&row.instance))?;
    flush.session.engine.record(executed.statement)
}

/// Now that the row has a key, the trace can name its object.
fn name_owner(executed: &mut Executed, owners: &[Rc<Instance>]) -> Result<()> {
    if let [owner] = owners
        && let Some(identity) = owner.mapper.identity_of(owner)?
    {
        let values: Vec<String> = identity
            .key
            .values()
            .iter()
            .map(crate::orm::value::shown)
            .collect();
        let label = format!("{}({})", owner.mapper.class_name(), values.join(", "));
        executed.statement.owner = Some(Arc::from(label));
    }
    Ok(())
}

/// A primary key that nobody gives: SQLAlchemy warns before SQLite refuses.
fn warn_without_key(flush: &Flush, shape: &Shape, given: &[Given]) -> Result<()> {
    for &at in &shape.primary_key {
        let column = &shape.columns[at];
        let is_given = !given[at].is_missing()
            || shape.autoincrement == Some(at)
            || column.schema.default.is_some()
            || column.schema.server_default.is_some()
            || column.schema.nullable;
        if is_given {
            continue;
        }
        let mut words = format!(
            "Column '{table}.{name}' is marked as a member of the primary key for table '{table}', but has no \
             Python-side or server-side default generator indicated, nor does it indicate 'autoincrement=True' or \
             'nullable=True', and no explicit value is passed.  Primary key columns typically may not store NULL.",
            table = shape.name,
            name = column.schema.name,
        );
        if shape.primary_key.len() > 1 {
            words.push_str(
                " Note that as of SQLAlchemy 1.1, 'autoincrement=True' must be indicated explicitly for composite \
                 (e.g. multicolumn) primary keys if AUTO_INCREMENT/SERIAL/IDENTITY behavior is expected for one of the \
                 columns in the primary key. CREATE TABLE statements are impacted by this change as well on most \
                 backends.",
            );
        }
        flush.session.warn(&words)?;
    }
    Ok(())
}
