use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::functions::FunctionFlags;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, StatementStatus};

use super::{
    Error, ErrorKind, Executed, Failed, Observer, Provenance, Request, Rows, opens_transaction,
    plan, statement_kind,
};
use crate::trace::hash::FastMap;
use crate::trace::{
    Counters, Event, Extra, Sample, Sent, Statement, StatementKind, Trigger, Value,
};

/// Prepared statements that are kept; an N+1 over a dozen relationships fits many times.
const CACHED_STATEMENTS: usize = 256;
/// SQLite asks whether to go on after this many of its virtual machine's steps: some tenths of a millisecond.
const STEPS_BETWEEN_POLLS: i32 = 20_000;
/// Rows kept for showing, with the first statement of each text and the first statements of a run.
const SAMPLE_ROWS: usize = 5;
const SAMPLED_STATEMENTS: u64 = 2_000;
/// Texts in a sample are cut to this many bytes.
const SAMPLE_TEXT_BYTES: usize = 200;

/// Names of a statement's columns.
type Names = Arc<[String]>;

/// The names of a text's columns, as they were at a state of the schema; none before it was executed.
type Known = Option<(u32, Names)>;

/// A function that SQL may call: its arguments, and what it answers or the words of its error.
pub type HostFunction = fn(&[Value]) -> Result<Value, String>;

/// An in-memory database and the one connection to it.
pub struct Connection {
    sqlite: rusqlite::Connection,
    observer: Rc<dyn Observer>,
    /// Whether a write opens a transaction, which the driver's autocommit mode leaves to the program.
    pub begins: Cell<bool>,
    /// Its number in the trace.
    database: u32,
    /// Every text that was sent: the first statement of each tells its plan, and all share the text and the names of
    /// its columns.
    known: RefCell<FastMap<Arc<str>, Known>>,
    /// Rises with each change of the schema: names of columns from before no longer hold.
    schema: Cell<u32>,
    stop: Arc<AtomicBool>,
}

impl Connection {
    /// Opens an empty database, which the trace calls by this number.
    ///
    /// # Errors
    /// SQLite's, when there is no memory for it.
    pub fn open(observer: Rc<dyn Observer>, database: u32) -> Result<Self, Error> {
        let mut sqlite = rusqlite::Connection::open_in_memory()?;
        sqlite.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        // The bundled SQLite checks foreign keys unasked; Python's does only after a PRAGMA.
        sqlite.set_db_config(
            rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY,
            false,
        )?;
        let stop = observer.stop_flag();
        let flag = Arc::clone(&stop);
        sqlite.progress_handler(
            STEPS_BETWEEN_POLLS,
            Some(move || flag.load(Ordering::Relaxed)),
        )?;
        Ok(Self {
            sqlite,
            observer,
            begins: Cell::new(true),
            database,
            known: Default::default(),
            schema: Cell::new(0),
            stop,
        })
    }

    /// Gives SQL a function of the host's, which answers alike whenever it is asked alike.
    ///
    /// # Errors
    /// SQLite's, when there is no memory for it.
    pub fn define(&self, name: &str, function: HostFunction) -> Result<(), Error> {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        self.sqlite
            .create_scalar_function(name, -1, flags, move |context| {
                let arguments: Vec<Value> = (0..context.len())
                    .map(|place| owned(context.get_raw(place)))
                    .collect();
                let answer = function(&arguments)
                    .map_err(|words| rusqlite::Error::UserFunctionError(words.into()))?;
                Ok(match answer {
                    Value::Null => rusqlite::types::Value::Null,
                    Value::Integer(number) => number.into(),
                    Value::Real(number) => number.into(),
                    Value::Text(text) => text.to_string().into(),
                    Value::Blob(bytes) => bytes.to_vec().into(),
                })
            })?;
        Ok(())
    }

    pub fn observer(&self) -> &Rc<dyn Observer> {
        &self.observer
    }

    /// True while no transaction is open.
    pub fn is_autocommit(&self) -> bool {
        self.sqlite.is_autocommit()
    }

    /// Sends a statement and reads all of its rows.
    ///
    /// As Python's `sqlite3` does, a write outside of a transaction opens one first; that `BEGIN` is traced too.
    /// The event is handed back to be passed to [`Connection::record`]; that of a failed statement is recorded here.
    ///
    /// # Errors
    /// SQLite's own, or that the run was stopped.
    pub fn execute(&self, request: Request<'_>) -> Result<Executed, Failed> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(super::Stopped.into());
        }
        let kind = statement_kind(request.sql);
        let writes = matches!(
            kind,
            StatementKind::Insert | StatementKind::Update | StatementKind::Delete
        );
        if self.begins.get() && opens_transaction(request.sql) && self.sqlite.is_autocommit() {
            self.transaction("BEGIN")?;
        }
        let (sql, columns) = self.introduce(request.sql, kind)?;
        let position = self.observer.position();
        let id = self.observer.next_statement_id();
        let start_ns = self.observer.now_ns();
        let mut outcome = self.step(
            &sql,
            columns,
            &request.parameters,
            request.executemany,
            id,
            writes,
        );
        let duration_ns = self.observer.now_ns().saturating_sub(start_ns);
        // A rollback takes back a change of the schema too.
        if matches!(kind, StatementKind::Ddl | StatementKind::Transaction) {
            self.forget_columns();
        }

        let (rows, bytes, counters, sample) = match &mut outcome {
            Ok(done) => (
                if done.rows.columns().is_empty() {
                    done.changes
                } else {
                    done.rows.len() as u64
                },
                done.bytes,
                done.counters,
                done.sample.take(),
            ),
            Err(_) => (0, 0, Counters::default(), None),
        };
        let Provenance {
            trigger,
            relationship,
            parent,
            owners,
            owner,
            joined,
            siblings,
            unjoined,
            flush,
        } = request.provenance;
        let extra = Extra {
            joined,
            siblings,
            unjoined,
            database: self.database,
            error: outcome.as_ref().err().map(ToString::to_string),
            sample,
            ..Extra::default()
        };
        // Whoever asked is told what a statement that failed was sent with.
        let refused = match &outcome {
            Ok(_) => Vec::new(),
            Err(_) => request.parameters.clone(),
        };
        let statement = Box::new(Statement {
            id,
            cell: position.cell,
            line: position.line,
            kind,
            sql,
            parameters: Sent::new(request.parameters, request.executemany),
            trigger,
            relationship,
            parent,
            owners,
            owner,
            start_ns,
            duration_ns,
            rows,
            bytes,
            entities: None,
            flush,
            counters,
            extra: extra.boxed(),
        });
        match outcome {
            Ok(done) => Ok(Executed {
                rows: done.rows,
                changes: done.changes,
                last_insert_rowid: self.sqlite.last_insert_rowid(),
                statement,
            }),
            Err(error) => {
                self.record(statement)?;
                Err(Failed {
                    error,
                    parameters: refused,
                })
            }
        }
    }

    /// Puts an executed statement into the trace.
    ///
    /// # Errors
    /// That the run was stopped.
    pub fn record(&self, statement: Box<Statement>) -> Result<(), Error> {
        Ok(self.observer.event(Event::Statement(statement))?)
    }

    /// As [`Connection::record`], of a statement whose rows the program has yet to read.
    ///
    /// # Errors
    /// That the run was stopped.
    pub fn hold(&self, statement: Box<Statement>) -> Result<(), Error> {
        Ok(self.observer.hold(statement)?)
    }

    /// Sends `BEGIN`, `COMMIT`, `ROLLBACK` or a savepoint.
    ///
    /// # Errors
    /// SQLite's own, or that the run was stopped.
    pub fn transaction(&self, sql: &str) -> Result<(), Error> {
        let provenance = Provenance::of(Trigger::Transaction);
        let done = self
            .execute(Request {
                sql,
                parameters: vec![Vec::new()],
                executemany: false,
                provenance,
            })
            .map_err(|failed| failed.error)?;
        self.record(done.statement)
    }

    /// The shared text, and the names of its columns where they are known; the first time, its plan goes ahead of it.
    fn introduce(
        &self,
        sql: &str,
        kind: StatementKind,
    ) -> Result<(Arc<str>, Option<Names>), Error> {
        if let Some((known, columns)) = self.known.borrow().get_key_value(sql) {
            let columns = columns.as_ref();
            let fresh = columns.filter(|(schema, _)| *schema == self.schema.get());
            return Ok((Arc::clone(known), fresh.map(|(_, names)| Arc::clone(names))));
        }
        let text: Arc<str> = Arc::from(sql);
        self.known.borrow_mut().insert(Arc::clone(&text), None);
        let planned = matches!(
            kind,
            StatementKind::Select
                | StatementKind::Insert
                | StatementKind::Update
                | StatementKind::Delete
        );
        // A statement that cannot be explained cannot be run either, and running it tells why.
        if planned && let Ok(nodes) = plan::explain(&self.sqlite, sql) {
            self.observer.event(Event::Plan {
                sql: Arc::clone(&text),
                nodes,
            })?;
        }
        Ok((text, None))
    }

    /// The names of a statement's columns, from now on shared by all statements of its text until the schema changes.
    fn learn_columns(&self, sql: &str, statement: &CachedStatement<'_>) -> Names {
        let columns: Names = statement.column_names().map(ToString::to_string).collect();
        if let Some(place) = self.known.borrow_mut().get_mut(sql) {
            *place = Some((self.schema.get(), Arc::clone(&columns)));
        }
        columns
    }

    /// After a change of the schema the same text may have other columns.
    fn forget_columns(&self) {
        self.schema.set(self.schema.get().wrapping_add(1));
    }

    fn step(
        &self,
        sql: &str,
        columns: Option<Names>,
        parameters: &[Vec<Value>],
        executemany: bool,
        id: u64,
        writes: bool,
    ) -> Result<Stepped, Error> {
        let mut statement = self.sqlite.prepare_cached(sql)?;
        if executemany && statement.readonly() {
            // As Python's `sqlite3` has it.
            return Err(Error::Sqlite {
                kind: ErrorKind::Programming,
                message: "executemany() can only execute DML statements.".to_owned(),
            });
        }
        let columns = columns.unwrap_or_else(|| self.learn_columns(sql, &statement));
        let mut done = Stepped {
            rows: Rows::new(Arc::clone(&columns)),
            changes: 0,
            bytes: 0,
            counters: Counters::default(),
            sample: None,
        };
        let stepped = parameters
            .iter()
            .try_for_each(|row| done.step(&mut statement, row, columns.len()));
        // Also after a failure, as the next of the text begins at nothing.
        done.counters = counters(&statement);
        statement.clear_bindings();
        stepped?;
        if !writes {
            // SQLite tells of the last write, however long ago it was.
            done.changes = 0;
        }
        if id <= SAMPLED_STATEMENTS && !done.rows.is_empty() {
            done.sample = Some(Arc::new(sample(&done.rows)));
        }
        Ok(done)
    }
}

struct Stepped {
    rows: Rows,
    changes: u64,
    bytes: u64,
    counters: Counters,
    sample: Option<Arc<Sample>>,
}

impl Stepped {
    fn step(
        &mut self,
        statement: &mut CachedStatement<'_>,
        row: &[Value],
        width: usize,
    ) -> Result<(), Error> {
        bind(statement, row)?;
        if width == 0 {
            self.changes += statement.raw_execute()? as u64;
            return Ok(());
        }
        self.read(statement, width)
    }

    fn read(&mut self, statement: &mut CachedStatement<'_>, width: usize) -> Result<(), Error> {
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let mut bytes = 0;
            let values = (0..width).map(|index| {
                let value = row.get_ref(index).unwrap_or(ValueRef::Null);
                bytes += size(value);
                owned(value)
            });
            self.rows.push(values);
            self.bytes += bytes;
        }
        Ok(())
    }
}

fn bind(statement: &mut CachedStatement<'_>, row: &[Value]) -> Result<(), Error> {
    let needed = statement.parameter_count();
    if needed != row.len() {
        return Err(rusqlite::Error::InvalidParameterCount(row.len(), needed).into());
    }
    for (index, value) in row.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, ToSqlOutput::Borrowed(borrowed(value)))?;
    }
    Ok(())
}

fn borrowed(value: &Value) -> ValueRef<'_> {
    match value {
        Value::Null => ValueRef::Null,
        Value::Integer(number) => ValueRef::Integer(*number),
        Value::Real(number) => ValueRef::Real(*number),
        Value::Text(text) => ValueRef::Text(text.as_bytes()),
        Value::Blob(bytes) => ValueRef::Blob(bytes),
    }
}

fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(bytes) => Value::Text(match std::str::from_utf8(bytes) {
            Ok(text) => Arc::from(text),
            Err(_) => Arc::from(String::from_utf8_lossy(bytes)),
        }),
        ValueRef::Blob(bytes) => Value::Blob(Arc::from(bytes)),
    }
}

/// Bytes that a value takes on the wire: eight for a number, its length for text and blobs.
fn size(value: ValueRef<'_>) -> u64 {
    match value {
        ValueRef::Null => 0,
        ValueRef::Integer(_) | ValueRef::Real(_) => 8,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len() as u64,
    }
}

fn counters(statement: &CachedStatement<'_>) -> Counters {
    let take = |status| u64::try_from(statement.reset_status(status)).unwrap_or(0);
    Counters {
        vm_steps: take(StatementStatus::VmStep),
        full_scan_steps: take(StatementStatus::FullscanStep),
        sorts: take(StatementStatus::Sort),
        auto_indexes: take(StatementStatus::AutoIndex),
    }
}

fn sample(rows: &Rows) -> Sample {
    let cut = |value: &Value| match value {
        Value::Text(text) if text.len() > SAMPLE_TEXT_BYTES => {
            let end = (0..=SAMPLE_TEXT_BYTES)
                .rev()
                .find(|&at| text.is_char_boundary(at))
                .unwrap_or(0);
            Value::Text(format!("{}…", &text[..end]).into())
        }
        Value::Blob(bytes) if bytes.len() > SAMPLE_TEXT_BYTES => {
            Value::Blob(Arc::from(&bytes[..SAMPLE_TEXT_BYTES]))
        }
        other => other.clone(),
    };
    Sample {
        columns: rows.columns().to_vec(),
        rows: rows
            .iter()
            .take(SAMPLE_ROWS)
            .map(|row| row.iter().map(cut).collect())
            .collect(),
    }
}
