//! An engine: one embedded database, and what watches the statements sent to it.

use std::cell::{Cell, RefCell};
use std::fmt::{self, Write};
use std::rc::{Rc, Weak};

use super::core::Row;
use super::error::{Error, Result};
use super::host::{Batch, Host, Rows, Wait};
use super::ledger::Ledger;
use super::loading::CompiledCache;
use super::sql::compile::{CompiledBind, Execution, Given, ManyExecution};
use super::sql::expr::{BindId, BindValue};
use super::sql::{Compiled, ErrorKind, SqlError};
use super::unit_of_work::FailedFlushes;
use super::unsent::{NOT_AWAITED, by_name, not_awaited, not_sent, unsent};
use super::{BindError, Value};
use crate::sqlite::{self, Connection, Executed, HostFunction, Observer, Provenance, Request};
use crate::trace;

thread_local! {
    /// The engines of the run on this thread.
    static OPEN: RefCell<Vec<Weak<Engine>>> = const { RefCell::new(Vec::new()) };
}

/// Tells the reads of relationships that engines have gathered and no statement has sent along: a program need not
/// close its sessions, and may read what it has after closing them. Called at the end of a run, while the engines
/// still are.
pub fn flush_reads() {
    let engines =
        OPEN.with_borrow(|open| open.iter().filter_map(Weak::upgrade).collect::<Vec<_>>());
    for engine in engines {
        // A run that was stopped wants to know nothing more.
        let _ = engine.ledger.flush(&engine);
    }
}

/// An engine.
pub struct Engine {
    pub id: u64,
    connection: Connection,
    pub host: Rc<dyn Host>,
    /// `echo=True`: each statement is logged.
    pub echo: Cell<bool>,
    /// Whether anything listens to statements.
    pub listened: Cell<bool>,
    /// Number of the session that sends, for listeners; 0 for a connection of the program's.
    pub speaker: Cell<u64>,
    /// The one connection to the database has been handed out once.
    is_connected: Cell<bool>,
    /// Whether writes open a transaction, unless a connection is told otherwise.
    pub begins_by_default: Cell<bool>,
    runs: Cell<u64>,
    flushes: Cell<u32>,
    /// Reads of relationships that have not been told yet.
    pub ledger: Ledger,
    /// An async engine: whoever does not await cannot send.
    pub is_async: Cell<bool>,
    pub compiled: CompiledCache,
    /// What failed flushes keep alive.
    pub failed_flushes: FailedFlushes,
}

impl Engine {
    /// An engine over an empty database.
    ///
    /// # Errors
    /// SQLite's.
    pub fn new(id: u64, observer: Rc<dyn Observer>, host: Rc<dyn Host>) -> Result<Rc<Self>> {
        let connection = Connection::open(observer, u32::try_from(id).unwrap_or(u32::MAX))
            .map_err(|error| database_error(error, "", &[], false))?;
        let engine = Rc::new(Self {
            id,
            connection,
            host,
            echo: Cell::new(false),
            listened: Cell::new(false),
            speaker: Cell::new(0),
            is_connected: Cell::new(false),
            begins_by_default: Cell::new(true),
            runs: Cell::new(0),
            flushes: Cell::new(0),
            ledger: Ledger::default(),
            is_async: Cell::new(false),
            compiled: CompiledCache::default(),
            failed_flushes: FailedFlushes::default(),
        });
        OPEN.with_borrow_mut(|open| {
            open.retain(|engine| engine.strong_count() > 0);
            open.push(Rc::downgrade(&engine));
        });
        Ok(engine)
    }

    /// Gives SQL a function of the host's.
    ///
    /// # Errors
    /// SQLite's.
    pub fn define(&self, name: &str, function: HostFunction) -> Result<()> {
        self.connection
            .define(name, function)
            .map_err(|error| database_error(error, "", &[], false))
    }

    /// A number that no other load of this engine has.
    pub fn next_run_id(&self) -> u64 {
        self.runs.set(self.runs.get() + 1);
        self.runs.get()
    }

    pub fn observer(&self) -> &Rc<dyn Observer> {
        self.connection.observer()
    }

    /// Sends a compiled statement. The event is the caller's to record, with [`Engine::record`].
    ///
    /// # Errors
    /// A value that cannot be sent, what a listener raised, or SQLite's error.
    pub fn execute(
        &self,
        compiled: &Compiled,
        given: &dyn Fn(&CompiledBind) -> Option<BindValue>,
        provenance: Provenance,
    ) -> Result<Executed> {
        let execution = self.prepare(compiled, given)?;
        self.check_awaited(&execution.sql, || vec![by_name(compiled, given)])?;
        self.send(
            &execution.sql,
            vec![execution.parameters],
            false,
            provenance,
        )
    }

    /// The text and values of one execution, not yet sent.
    ///
    /// # Errors
    /// A value that cannot be sent.
    pub fn prepare(
        &self,
        compiled: &Compiled,
        given: &dyn Fn(&CompiledBind) -> Option<BindValue>,
    ) -> Result<Execution> {
        let late = late_values(compiled, given)?;
        let given = |bind: &CompiledBind| {
            given(bind).or_else(|| {
                let (_, value) = late.iter().find(|(id, _)| *id == bind.id)?;
                Some(BindValue::Value(value.clone()))
            })
        };
        compiled
            .execute(&given)
            .map_err(|error| not_sent(&error, compiled, &given))
    }

    /// As [`Engine::prepare`], for several rows of values.
    ///
    /// # Errors
    /// A value that cannot be sent.
    pub fn prepare_many(&self, compiled: &Compiled, rows: &[Given<'_>]) -> Result<ManyExecution> {
        compiled.execute_many(rows).map_err(|error| {
            let refused = rows.iter().position(|row| compiled.execute(*row).is_err());
            let Some(at) = refused else {
                return unsent(&error, &compiled.sql);
            };
            let mut error = error;
            if at > 0 && error.kind == ErrorKind::InvalidRequestError {
                let _ = write!(error.message, ", in parameter group {at}");
            }
            not_sent(&error, compiled, rows[at])
        })
    }

    /// Whether a write opens a transaction at the driver.
    pub fn begins(&self) -> &Cell<bool> {
        &self.connection.begins
    }

    /// A connection comes back that was told otherwise.
    pub fn reset_begins(&self) {
        self.connection.begins.set(self.begins_by_default.get());
    }

    /// Number of the next flush, 1 for the first.
    pub fn next_flush(&self) -> u32 {
        self.flushes.set(self.flushes.get() + 1);
        self.flushes.get()
    }

    /// Sends a text with its rows of values.
    ///
    /// # Errors
    /// What a listener raised, or SQLite's error.
    pub fn send(
        &self,
        sql: &str,
        parameters: Vec<Vec<trace::Value>>,
        executemany: bool,
        provenance: Provenance,
    ) -> Result<Executed> {
        self.send_rows(sql, parameters, Rows::of(executemany), provenance)
    }

    /// As [`Engine::send`], of a text that has several rows written into it.
    ///
    /// # Errors
    /// As [`Engine::send`].
    pub fn send_batch(
        &self,
        sql: &str,
        parameters: Vec<trace::Value>,
        batch: Batch,
        provenance: Provenance,
    ) -> Result<Executed> {
        self.send_rows(sql, vec![parameters], Rows::Batch(batch), provenance)
    }

    /// Nobody but what an async program awaits may send. The values are those that the statement came with, by name.
    ///
    /// # Errors
    /// When nothing awaits.
    pub(super) fn check_awaited(&self, sql: &str, given: impl FnOnce() -> Vec<Row>) -> Result<()> {
        if !self.is_async.get() || self.host.is_awaited() {
            return Ok(());
        }
        Err(not_awaited(sql).with_given(given()))
    }

    fn send_rows(
        &self,
        sql: &str,
        mut parameters: Vec<Vec<trace::Value>>,
        rows: Rows,
        provenance: Provenance,
    ) -> Result<Executed> {
        let executemany = rows == Rows::Many;
        self.check_awaited(sql, Vec::new)?;
        // For a cursor; other tasks may send meanwhile.
        let speaker = self.speaker.get();
        self.wait(Wait::Call)?;
        self.speaker.set(speaker);
        let watched = self.listened.get();
        let number = self.next_run_id();
        let mut sql = std::borrow::Cow::Borrowed(sql);
        if watched
            && let Some(replaced) =
                self.host
                    .before_execute(self, number, &sql, &parameters, rows)?
        {
            sql = std::borrow::Cow::Owned(replaced.sql);
            parameters = replaced.parameters;
        }
        let sql = &*sql;
        let shown = (watched || self.echo.get()).then(|| parameters.clone());
        if self.echo.get()
            && let Some(parameters) = &shown
        {
            self.host.log(sql)?;
            let shown = self.host.show_parameters(parameters, executemany);
            self.host.log_parameters(&shown, rows)?;
        }
        let request = Request {
            sql,
            parameters,
            executemany,
            provenance,
        };
        self.wait(Wait::Execute)?;
        match self.connection.execute(request) {
            Ok(executed) => {
                self.wait_later(Wait::Executed {
                    fetches: !executed.rows.columns().is_empty(),
                });
                self.wait_later(Wait::Call);
                if let Some(parameters) = shown.filter(|_| watched) {
                    let count = row_count(sql, &executed);
                    let told = self
                        .host
                        .after_execute(self, number, sql, &parameters, rows, count);
                    if let Err(error) = told {
                        // It was sent, whatever a listener makes of it.
                        self.record(executed.statement)?;
                        return Err(error);
                    }
                }
                Ok(executed)
            }
            Err(failed) => {
                self.wait_later(Wait::Executed { fetches: false });
                self.wait_later(Wait::Call);
                let error = database_error(failed.error, sql, &failed.parameters, executemany);
                Err(match error {
                    Error::Database(_) if watched => self.host.refused(self, error),
                    other => other,
                })
            }
        }
    }

    /// The turn goes to the other tasks of an async program.
    fn wait(&self, wait: Wait) -> Result<()> {
        if self.is_async.get() {
            self.host.wait(wait)?;
        }
        Ok(())
    }

    /// What was executed is to be told before anything else is sent: so the turn goes later.
    fn wait_later(&self, wait: Wait) {
        if self.is_async.get() {
            self.host.wait_later(wait);
        }
    }

    /// Puts an executed statement into the trace.
    ///
    /// # Errors
    /// That the run was stopped.
    pub fn record(&self, statement: Box<trace::Statement>) -> Result<()> {
        self.connection
            .record(statement)
            .map_err(|error| database_error(error, "", &[], false))
    }

    /// Has an executed statement wait for its rows to be read.
    ///
    /// # Errors
    /// That the run was stopped.
    pub fn hold(&self, statement: Box<trace::Statement>) -> Result<()> {
        self.connection
            .hold(statement)
            .map_err(|error| database_error(error, "", &[], false))
    }

    /// Tells the program's listeners of a transaction or of the connection.
    ///
    /// # Errors
    /// What a listener raised.
    pub fn tell(&self, event: &'static str, name: Option<&str>) -> Result<()> {
        let connects = event == "checkout" && !self.is_connected.replace(true);
        if self.listened.get() {
            if connects {
                self.host.transaction(self, "connect", None)?;
            }
            self.host.transaction(self, event, name)?;
        }
        Ok(())
    }

    /// What SQLAlchemy logs as `BEGIN (implicit)`: SQLite begins with the first write.
    ///
    /// # Errors
    /// What a listener raised.
    pub fn begin(&self) -> Result<()> {
        self.tell("begin", None)?;
        if self.echo.get() {
            self.host.log(if self.begins().get() {
                "BEGIN (implicit)"
            } else {
                "BEGIN (implicit; DBAPI should not BEGIN due to autocommit mode)"
            })?;
        }
        Ok(())
    }

    /// Ends the transaction with `COMMIT` or `ROLLBACK`; SQLite is told when it has one open.
    ///
    /// # Errors
    /// SQLite's.
    pub fn end(&self, word: &'static str) -> Result<()> {
        let event = if word == "COMMIT" {
            "commit"
        } else {
            "rollback"
        };
        self.tell(event, None)?;
        if self.echo.get() {
            self.host.log(match word {
                _ if self.begins().get() => word,
                "COMMIT" => {
                    "COMMIT using DBAPI connection.commit(), has no effect due to autocommit mode"
                }
                _ => {
                    "ROLLBACK using DBAPI connection.rollback(); set skip_autocommit_rollback to prevent fully"
                }
            })?;
        }
        if self.is_async.get() && !self.host.is_awaited() {
            let error = Error::raised("sqlalchemy.exc.MissingGreenlet", NOT_AWAITED);
            return Err(error.with_code("xd2s"));
        }
        self.end_at_driver(word)
    }

    /// A connection goes back. A transaction that is still open at the driver is rolled back without a word to anyone,
    /// whoever else has begun it: there is one driver's connection for all.
    ///
    /// # Errors
    /// SQLite's.
    pub fn release(&self) -> Result<()> {
        self.end_at_driver("ROLLBACK")
    }

    fn end_at_driver(&self, word: &'static str) -> Result<()> {
        self.wait(Wait::Call)?;
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.connection
            .transaction(word)
            .map_err(|error| database_error(error, word, &[], false))
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Engine#{}", self.id)
    }
}

/// What the driver's cursor has for `rowcount`: of a write that returns rows, nothing yet.
pub(super) fn row_count(sql: &str, executed: &Executed) -> i64 {
    let word = sql.split_ascii_whitespace().next().unwrap_or_default();
    let is_write = ["INSERT", "UPDATE", "DELETE", "REPLACE"]
        .iter()
        .any(|write| word.eq_ignore_ascii_case(write));
    match (is_write, executed.rows.columns().is_empty()) {
        (false, _) => -1,
        (true, false) => 0,
        (true, true) => i64::try_from(executed.changes).unwrap_or(i64::MAX),
    }
}

/// The values that are only read now, but for those that are given. Reading them may send statements.
fn late_values(
    compiled: &Compiled,
    given: &dyn Fn(&CompiledBind) -> Option<BindValue>,
) -> Result<Vec<(BindId, Value)>> {
    let mut values: Vec<(BindId, Value)> = Vec::new();
    for bind in &compiled.binds {
        if let BindValue::Late(late) = &bind.value
            && !values.iter().any(|(id, _)| *id == bind.id)
            && given(bind).is_none()
        {
            let value = late.read().map_err(|error| match error {
                Error::Raised { class, message, .. } => {
                    let error = SqlError::of_value(BindError::new(class, message));
                    unsent(&error, &compiled.sql)
                }
                other => other,
            })?;
            values.push((bind.id, value));
        }
    }
    Ok(values)
}

fn database_error(
    error: sqlite::Error,
    sql: &str,
    parameters: &[Vec<trace::Value>],
    executemany: bool,
) -> Error {
    match error {
        sqlite::Error::Stopped(_) => Error::Stopped,
        sqlite::Error::Sqlite { kind, message } => {
            Error::Database(Box::new(super::error::DatabaseError {
                kind,
                message,
                statement: sql.to_owned(),
                parameters: parameters.to_vec(),
                refused: None,
                executemany,
                hint: None,
            }))
        }
    }
}
