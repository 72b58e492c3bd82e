//! Statements of Core's that the program executes itself, on a connection or on a session: compiled for the values that
//! come with them, sent once or for many rows, and read as rows of values.

use std::rc::Rc;

use super::engine::{Engine, row_count};
use super::error::Result;
use super::execute::{QueryResult, ResultRows};
use super::host::Batch;
use super::loading::{Cell, Loaded};
use super::query;
use super::session::Session;
use super::sql::compile::{CompiledBind, Execution, Given, ManyExecution, ResultColumn};
use super::sql::expr::{BindValue, Operand};
use super::sql::schema::Default_;
use super::sql::{CompileOptions, Compiled, FromClause, SqlError, SqlType, Statement, compile};
use super::unit_of_work::default_value;
use super::unsent::unsent;
use super::value::{BindError, Value};
use crate::sqlite::{Executed, Provenance, Rows};
use crate::trace::{self, Trigger};

/// Values by name: keys of columns (of attributes, for a class), and names of the statement's parameters.
pub type Row = Vec<(Rc<str>, BindValue)>;

/// What came of a statement.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What `cursor.rowcount` says.
    pub rowcount: i64,
    /// The rows that it returned; none when it is not one that returns rows.
    pub returned: Option<QueryResult>,
    /// Of a statement that was sent for one row of values.
    pub last_insert_rowid: Option<i64>,
    pub is_insert: bool,
    pub inserted_key: InsertedKey,
}

/// The primary key of the row that an INSERT has made.
#[derive(Debug, Default)]
pub enum InsertedKey {
    Known(Vec<Value>),
    #[default]
    NotAnInsert,
    ManyRows,
    /// The program asked for what it wants of the row.
    Returned,
    /// The text went to the driver as it was.
    NotCompiled,
}

impl InsertedKey {
    /// The key, or why there is none in SQLAlchemy's words.
    pub fn known(&self) -> std::result::Result<&[Value], &'static str> {
        match self {
            Self::Known(key) => Ok(key),
            Self::NotAnInsert => Err("Statement is not an insert() expression construct."),
            Self::ManyRows => Err(
                "This statement was an executemany call; if primary key returning is supported, please use \
                 .inserted_primary_key_rows.",
            ),
            Self::Returned => Err("Can't call inserted_primary_key when returning() is used."),
            Self::NotCompiled => Err("Statement is not a compiled expression construct."),
        }
    }
}

/// One execution of a statement.
pub(super) struct Sent {
    pub executed: Executed,
    /// What `cursor.rowcount` says of it.
    pub rowcount: i64,
}

impl Engine {
    /// Executes a statement of Core's with as many sets of values as there are.
    ///
    /// # Errors
    /// What Core refuses, a value that cannot be sent, what the program's defaults and listeners raise, and SQLite's.
    pub fn execute_core(&self, statement: &Statement, rows: &[Row]) -> Result<Outcome> {
        self.ledger.flush(self)?;
        let compiled = compile_for(statement, rows)?;
        for warning in &compiled.warnings {
            self.host.warn(warning)?;
        }
        let rows = with_defaults(self, statement, &compiled, rows)?;
        let mut answer = Answer::default();
        send(self, &compiled, &rows, &mut |sent| {
            answer.take(self, &compiled, sent)
        })?;
        let rowid = answer.last_insert_rowid;
        if rows.sent.len() > 1 {
            answer.last_insert_rowid = None;
        }
        Ok(Outcome {
            is_insert: matches!(statement, Statement::Insert(_)),
            inserted_key: inserted_key(statement, &rows.sent, rowid),
            ..answer.outcome(compiled)
        })
    }

    /// Sends a text as it is, with its rows of values.
    ///
    /// # Errors
    /// What the program's listeners raise, and SQLite's.
    pub fn execute_driver_sql(
        &self,
        sql: &str,
        mut parameters: Vec<Vec<trace::Value>>,
        trigger: Trigger,
    ) -> Result<Outcome> {
        let many = parameters.len() > 1;
        if parameters.is_empty() {
            parameters.push(Vec::new());
        }
        let executed = self.send(sql, parameters, many, Provenance::of(trigger))?;
        let compiled = Compiled::of_driver(sql);
        let rowcount = row_count(sql, &executed);
        let mut answer = Answer::default();
        answer.take(self, &compiled, Sent { executed, rowcount })?;
        Ok(Outcome {
            inserted_key: InsertedKey::NotCompiled,
            ..answer.outcome(compiled)
        })
    }
}

impl Session {
    /// Executes a statement as the session's connection does it: one that is about no class.
    ///
    /// # Errors
    /// As [`Engine::execute_core`].
    pub fn execute_on_connection(&self, statement: &Statement, rows: &[Row]) -> Result<Outcome> {
        self.connect()?.execute_core(statement, rows)
    }
}

/// Gathers what the executions of one statement return.
#[derive(Default)]
struct Answer {
    rowcount: i64,
    last_insert_rowid: Option<i64>,
    /// Names as the cursor has them; none without rows.
    names: Vec<String>,
    loaded: Loaded,
}

impl Answer {
    fn take(&mut self, engine: &Engine, compiled: &Compiled, sent: Sent) -> Result<()> {
        let Sent { executed, rowcount } = sent;
        self.rowcount += rowcount;
        self.last_insert_rowid = Some(executed.last_insert_rowid);
        self.read(&executed.rows, &compiled.result_columns);
        self.loaded.statement = executed.statement.id;
        engine.record(executed.statement)
    }

    fn read(&mut self, rows: &Rows, described: &[ResultColumn]) {
        self.names = rows.columns().to_vec();
        self.loaded.width = self.names.len();
        let types: Vec<_> = described.iter().map(|column| &column.ty).collect();
        for row in rows.iter() {
            let cells = row.iter().enumerate().map(|(index, value)| {
                let ty = types.get(index).map_or(SqlType::Null, |ty| (*ty).clone());
                Cell::Value(value.clone(), ty)
            });
            self.loaded.cells.extend(cells);
        }
    }

    fn outcome(self, compiled: Compiled) -> Outcome {
        let returned = (!self.names.is_empty()).then(|| QueryResult {
            plan: Rc::new(query::plan_values(compiled, &self.names)),
            rows: ResultRows::Read(self.loaded),
        });
        Outcome {
            rowcount: self.rowcount,
            returned,
            last_insert_rowid: self.last_insert_rowid,
            ..Outcome::default()
        }
    }
}

/// Compiles a statement for these rows of values.
///
/// # Errors
/// What Core refuses.
pub(super) fn compile_for(statement: &Statement, rows: &[Row]) -> Result<Compiled> {
    let keys: Vec<Rc<str>> = match (table_of(statement), rows.first()) {
        // Other names are parameters of its clauses.
        (Some(table), Some(row)) => row
            .iter()
            .map(|(key, _)| Rc::clone(key))
            .filter(|key| table.column(key).is_some())
            .collect(),
        _ => Vec::new(),
    };
    Ok(compile(
        statement,
        &CompileOptions {
            column_keys: (!keys.is_empty()).then_some(keys),
            for_executemany: rows.len() > 1,
            lint: true,
            ..CompileOptions::default()
        },
    )?)
}

/// The table whose columns take values.
fn table_of(statement: &Statement) -> Option<&FromClause> {
    match statement {
        Statement::Insert(insert) => Some(&insert.table),
        Statement::Update(update) => Some(&update.table),
        _ => None,
    }
}

/// The sets of values of one write.
pub(super) struct Sets {
    /// As the program gave them, none where that is nothing: what an error tells.
    given: Vec<Row>,
    /// As they are sent.
    pub sent: Vec<Row>,
}

/// The rows that are sent: with the values of the program's defaults, and with the elements of what is given to
/// parameters that take as many values as there are. One row, when the program gave none.
///
/// # Errors
/// What a function of the program raises, and what cannot be gone through.
pub(super) fn with_defaults(
    engine: &Engine,
    statement: &Statement,
    compiled: &Compiled,
    given: &[Row],
) -> Result<Sets> {
    let is_update = matches!(statement, Statement::Update(_));
    let mut sent = match given {
        [] => vec![Row::new()],
        given => given.to_vec(),
    };
    let given = match given {
        [one] if one.is_empty() => Vec::new(),
        given => given.to_vec(),
    };
    if let (Some(table), [first, others @ ..]) = (table_of(statement), &mut sent[..]) {
        // The first row says which columns the program supplies.
        for row in others {
            row.retain(|(key, _)| is_given(first, key) || table.column(key).is_none());
        }
    }
    for row in &mut sent {
        expand(compiled, row)?;
        add_defaults(engine, compiled, is_update, row)
            .map_err(|error| error.while_preparing(&compiled.sql, || given.clone()))?;
    }
    Ok(Sets { given, sent })
}

/// Adds to a row what the program's defaults say.
fn add_defaults(
    engine: &Engine,
    compiled: &Compiled,
    is_update: bool,
    row: &mut Row,
) -> Result<()> {
    for prefetch in &compiled.prefetch {
        let default = if is_update {
            &prefetch.column.onupdate
        } else {
            &prefetch.column.default
        };
        let current = match default {
            Some(Default_::Callable(_)) => current_parameters(compiled, row),
            _ => Vec::new(),
        };
        if let Some(value) = default_value(engine.host.as_ref(), default.as_ref(), &current)? {
            row.push((Rc::from(&*prefetch.name), BindValue::Value(value)));
        }
    }
    Ok(())
}

fn is_given(row: &[(Rc<str>, BindValue)], name: &str) -> bool {
    row.iter().any(|(key, _)| **key == *name)
}

/// What a function for a default sees of the row: each parameter of the statement with its value so far.
fn current_parameters(compiled: &Compiled, row: &Row) -> Vec<(Rc<str>, Value)> {
    let mut current: Vec<(Rc<str>, Value)> = Vec::new();
    for bind in &compiled.binds {
        if current.iter().any(|(name, _)| **name == *bind.name) {
            continue;
        }
        let value = match given(row, bind).unwrap_or_else(|| bind.value.clone()) {
            BindValue::Value(value) => value,
            _ => Value::Null,
        };
        current.push((Rc::from(&*bind.name), value));
    }
    current
}

/// Puts the elements of a value in its place, where the parameter takes as many values as there are.
///
/// # Errors
/// What the program's object raises when it is gone through.
pub(super) fn expand(compiled: &Compiled, row: &mut Row) -> Result<()> {
    for bind in compiled.binds.iter().filter(|bind| bind.expanding) {
        for (name, value) in row.iter_mut() {
            if **name == *bind.name
                && let BindValue::Value(whole) = value
            {
                *value = elements(whole)
                    .map_err(|error| unsent(&SqlError::of_value(error), &compiled.sql))?;
            }
        }
    }
    Ok(())
}

/// The values that a value is made of, as Python goes through it.
fn elements(value: &Value) -> std::result::Result<BindValue, BindError> {
    let not_iterable = |class: &str| {
        Err(BindError::new(
            "TypeError",
            format!("'{class}' object is not iterable"),
        ))
    };
    match value {
        Value::Null => Ok(BindValue::List(Rc::from([]))),
        Value::Text(text) => {
            let letters = text.chars().map(|letter| Value::text(letter.to_string()));
            Ok(BindValue::List(letters.collect()))
        }
        Value::Blob(bytes) => {
            let numbers = bytes.iter().map(|byte| Value::Integer(i64::from(*byte)));
            Ok(BindValue::List(numbers.collect()))
        }
        Value::Object(object) => object.elements(),
        Value::Bool(_) => not_iterable("bool"),
        Value::Integer(_) => not_iterable("int"),
        Value::Real(_) => not_iterable("float"),
        Value::Stored(_) => Ok(BindValue::List(Rc::from([value.clone()]))),
    }
}

/// The value that the program gave a parameter.
pub(super) fn given(row: &[(Rc<str>, BindValue)], bind: &CompiledBind) -> Option<BindValue> {
    row.iter()
        .find(|(name, _)| **name == *bind.name)
        .map(|(_, value)| value.clone())
}

/// Sends a statement with its rows of values. Each execution is handed on before the next is sent: when that one fails,
/// what went before it has happened all the same, and is to be recorded by whoever takes it.
///
/// # Errors
/// SQLite's, a value that cannot be sent, and those of `take`.
pub(super) fn send(
    engine: &Engine,
    compiled: &Compiled,
    sets: &Sets,
    take: &mut dyn FnMut(Sent) -> Result<()>,
) -> Result<()> {
    send_rows(engine, compiled, &sets.sent, take)
        .map_err(|error| error.with_given(sets.given.clone()))
}

fn send_rows(
    engine: &Engine,
    compiled: &Compiled,
    rows: &[Row],
    take: &mut dyn FnMut(Sent) -> Result<()>,
) -> Result<()> {
    let mut provenance = Provenance::of(Trigger::Query);
    provenance.unjoined = compiled.unjoined;
    let counted = |executed: Executed| Sent {
        rowcount: row_count(&executed.statement.sql, &executed),
        executed,
    };
    if let [row] = rows {
        let executed = engine.execute(compiled, &|bind| given(row, bind), provenance)?;
        return take(counted(executed));
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
            let executed = engine.send(&sql, parameters, true, provenance)?;
            take(counted(executed))
        }
        ManyExecution::Batches(batches, order) => {
            let total = batches.len();
            engine.check_awaited(&compiled.sql, Vec::new)?;
            for (at, (execution, rows)) in batches.into_iter().enumerate() {
                let batch = Batch::new(at, total, order);
                let Execution { sql, parameters } = execution;
                let executed = engine.send_batch(&sql, parameters, batch, provenance.clone())?;
                take(Sent {
                    rowcount: i64::try_from(rows).unwrap_or(i64::MAX),
                    executed,
                })?;
            }
            Ok(())
        }
    }
}

/// The primary key of the row that was inserted, as far as the program or SQLite's last rowid tell it.
pub(super) fn inserted_key(
    statement: &Statement,
    rows: &[Row],
    last_insert_rowid: Option<i64>,
) -> InsertedKey {
    let [row] = rows else {
        return InsertedKey::ManyRows;
    };
    let Statement::Insert(insert) = statement else {
        return InsertedKey::NotAnInsert;
    };
    if !insert.returning.is_empty() {
        return InsertedKey::Returned;
    }
    let autoincrement = insert
        .table
        .as_table()
        .and_then(|table| table.autoincrement_column());
    // Of rows that are written into the text, or come from a SELECT, nobody knows which is meant.
    let is_of_one_row = insert.multi_values.is_empty() && insert.select.is_none();
    let key = insert.table.primary_key().into_iter().map(|column| {
        let key = column.key();
        let key = key.as_ref().map_or("", |key| key.as_str());
        let of_row = row
            .iter()
            .find(|(known, _)| **known == *key)
            .and_then(|(_, value)| plain(value));
        let of_statement = || {
            let mut values = insert.values.iter();
            let (_, operand) = values.find(|(known, _)| **known == *key)?;
            match operand {
                Operand::Value(value) => Some(value.clone()),
                Operand::Expr(expr) => plain(&expr.as_bind()?.value),
                _ => None,
            }
        };
        let is_autoincrement = autoincrement
            .as_ref()
            .is_some_and(|known| *known.key == *key);
        let found = of_row
            .or_else(of_statement)
            .filter(|value| !value.is_null());
        match found {
            Some(value) => value,
            None if is_autoincrement && is_of_one_row => {
                last_insert_rowid.map_or(Value::Null, Value::Integer)
            }
            None => Value::Null,
        }
    });
    InsertedKey::Known(key.collect())
}

fn plain(value: &BindValue) -> Option<Value> {
    match value {
        BindValue::Value(value) => Some(value.clone()),
        _ => None,
    }
}
