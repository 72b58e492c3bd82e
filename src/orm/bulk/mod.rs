//! INSERT, UPDATE and DELETE that the program executes itself, of classes and of tables.
//!
//! Those of classes keep the session's objects in step: what an UPDATE sets is set in them too, and what a DELETE
//! deletes leaves the session. No objects are made, no events happen.

mod criteria;
mod evaluator;
mod insert;
mod save;
#[cfg(test)]
mod tests;
mod update;
mod values;

use std::cell::RefCell;
use std::rc::Rc;

pub use super::core::Row;
use super::core::{self, Outcome, Sent};
use super::error::{Error, Result};
use super::execute::{QueryResult, ResultRows};
use super::loading::{self, Loaded, PostLoads, RunOptions};
use super::mapper::Mapper;
use super::options::QueryOption;
use super::query::{self, Plan, RawColumn, Select};
use super::session::Session;
use super::sql::{Compiled, Expr, FromClause, Statement};
use crate::sqlite::{Executed, Provenance};
use crate::trace::Trigger;
pub use save::BulkSave;

/// What comes with the execution.
#[derive(Clone, Debug, Default)]
pub enum Rows {
    #[default]
    None,
    One(Row),
    Many(Vec<Row>),
}

impl Rows {
    /// The sets of values, however they were given.
    pub fn sets(&self) -> &[Row] {
        match self {
            Self::None => &[],
            Self::One(row) => std::slice::from_ref(row),
            Self::Many(rows) => rows,
        }
    }
}

/// `synchronize_session`: how objects in the session follow an UPDATE or DELETE.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synchronize {
    /// By the criteria where they can be evaluated, else by the rows that came back.
    #[default]
    Auto,
    Evaluate,
    Fetch,
    Off,
}

/// A write to execute.
#[derive(Clone, Debug)]
pub struct Write {
    /// INSERT, UPDATE or DELETE; values are known by the keys of columns.
    pub statement: Statement,
    /// The class that it is about; none for one of a table.
    pub mapper: Option<Rc<Mapper>>,
    /// What it returns, as the program said it.
    pub returning: Vec<RawColumn>,
    pub options: Vec<QueryOption>,
    pub rows: Rows,
    pub synchronize: Synchronize,
    pub autoflush: bool,
    pub populate_existing: bool,
    /// `render_nulls=True`: None is written rather than left out.
    pub render_nulls: bool,
}

impl Write {
    pub fn new(statement: Statement, mapper: Option<Rc<Mapper>>) -> Self {
        Self {
            statement,
            mapper,
            returning: Vec::new(),
            options: Vec::new(),
            rows: Rows::None,
            synchronize: Synchronize::Auto,
            autoflush: true,
            populate_existing: false,
            render_nulls: false,
        }
    }
}

impl Session {
    /// Executes an INSERT, UPDATE or DELETE.
    ///
    /// # Errors
    /// SQLAlchemy's and SQLite's, or that the run was stopped.
    pub fn execute_write(&self, write: &Write) -> Result<Outcome> {
        let Some(mapper) = &write.mapper else {
            self.autoflush()?;
            return self.execute_on_connection(&write.statement, write.rows.sets());
        };
        if write.autoflush {
            self.autoflush()?;
        }
        match (&write.statement, &write.rows) {
            (Statement::Insert(statement), Rows::None) => {
                check_tables(mapper)?;
                values::execute(self, write, statement)
            }
            (Statement::Insert(statement), Rows::One(row)) => {
                insert::execute(self, write, mapper, statement, std::slice::from_ref(row))
            }
            (Statement::Insert(statement), Rows::Many(rows)) => {
                insert::execute(self, write, mapper, statement, rows)
            }
            (Statement::Update(statement), Rows::Many(rows)) => {
                update::execute(self, write, mapper, statement, rows)
            }
            (Statement::Delete(_), Rows::Many(_)) => Err(Error::invalid_request(
                "Bulk ORM DELETE not supported right now. Statement may be invoked at the Core level using \
                 session.connection().execute(stmt, parameters)",
            )),
            _ => criteria::execute(self, write, mapper),
        }
    }
}

/// Rows that lie in several tables are not written by statements of the program.
///
/// # Errors
/// That there is no such write yet.
fn check_tables(mapper: &Mapper) -> Result<()> {
    if mapper.tables().len() < 2 {
        return Ok(());
    }
    Err(Error::not_yet(&format!(
        "bulk writes of joined-table inheritance, as of {}, which has several tables,",
        mapper.class_name()
    )))
}

/// Sends a write with its rows of values; each execution is handed on before the next is sent.
///
/// # Errors
/// SQLite's, a value that cannot be sent, and those of `take`.
fn send(
    session: &Session,
    compiled: &Compiled,
    sets: &core::Sets,
    take: &mut dyn FnMut(Sent) -> Result<()>,
) -> Result<()> {
    let engine = session.connect()?;
    session.flush_reads()?;
    core::send(engine, compiled, sets, take)
}

fn provenance() -> Provenance {
    Provenance::of(Trigger::Query)
}

/// Collects what the statements of one write return.
struct Returned<'a> {
    session: &'a Session,
    write: &'a Write,
    plan: Option<Rc<Plan>>,
    loaded: Loaded,
    /// Loads that follow the rows of all the statements.
    queue: Rc<RefCell<PostLoads>>,
}

impl<'a> Returned<'a> {
    fn new(session: &'a Session, write: &'a Write) -> Self {
        Self {
            session,
            write,
            plan: None,
            loaded: Loaded::default(),
            queue: Rc::default(),
        }
    }

    /// Takes the rows of one statement, if it returns any, and records it. Its columns are those of `compiled`.
    fn take(&mut self, compiled: &Compiled, executed: Executed) -> Result<()> {
        if compiled.result_columns.is_empty() {
            return self.session.engine.record(executed.statement);
        }
        let plan = match &self.plan {
            Some(plan) => Rc::clone(plan),
            None => {
                let select = returned_select(self.write);
                let plan = Rc::new(query::compile_returning(&select, compiled.clone())?);
                self.plan = Some(Rc::clone(&plan));
                plan
            }
        };
        let mut options = RunOptions::new(provenance());
        options.populate_existing = self.write.populate_existing;
        options.autoflush = false;
        options.queue = Some(Rc::clone(&self.queue));
        let loaded = loading::read(&self.session.rc(), &plan, &options, executed)?;
        self.loaded.width = loaded.width;
        self.loaded.statement = loaded.statement;
        self.loaded.cells.extend(loaded.cells);
        Ok(())
    }

    /// What they returned, if anything.
    fn finish(self) -> Result<Option<QueryResult>> {
        let Some(plan) = self.plan else {
            return Ok(None);
        };
        PostLoads::work_off(&self.queue, &self.session.rc())?;
        Ok(Some(QueryResult {
            plan,
            rows: ResultRows::Read(self.loaded),
        }))
    }
}

/// What the program wants returned, as a query over the rows of the write.
fn returned_select(write: &Write) -> Rc<Select> {
    Rc::new(Select {
        columns: write.returning.clone(),
        options: write.options.clone(),
        from_statement: Some(write.statement.clone()),
        ..Select::default()
    })
}

/// The columns that it takes.
fn returned_columns(write: &Write) -> Result<Vec<Expr>> {
    if write.returning.is_empty() {
        return Ok(Vec::new());
    }
    query::returned(&returned_select(write))
}

/// The same with the primary key.
fn with_key(table: &FromClause, wanted: Vec<Expr>) -> Vec<Expr> {
    with_columns(table, &table.primary_key(), wanted)
}

/// The same with some columns of the table, in its order; what is no column of it comes last.
fn with_columns(table: &FromClause, added: &[Expr], wanted: Vec<Expr>) -> Vec<Expr> {
    let is_in = |columns: &[Expr], column: &Expr| columns.iter().any(|c| c.id() == column.id());
    let own = table.columns();
    let mut columns: Vec<Expr> = own
        .iter()
        .filter(|column| is_in(added, column) || is_in(&wanted, column))
        .cloned()
        .collect();
    columns.extend(wanted.into_iter().filter(|column| !is_in(&own, column)));
    columns
}
