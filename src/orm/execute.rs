//! `session.execute()` of a query, and what its result needs to know.

use std::rc::Rc;

use super::core::{self, Row};
use super::error::Result;
use super::loading::{self, Fetch, Loaded, RunOptions};
use super::query::{self, Plan, Select};
use super::session::Session;
use super::sql::{self, Statement};
use crate::sqlite::Provenance;
use crate::trace::Trigger;

/// What the program gives beside the statement.
#[derive(Clone, Debug, Default)]
pub struct ExecuteOptions {
    /// Parameters by name.
    pub parameters: Row,
    pub populate_existing: bool,
    pub yield_per: Option<usize>,
    pub autoflush: Option<bool>,
}

/// What a statement returned.
#[derive(Debug)]
pub enum ResultRows {
    Unread(Box<Fetch>),
    Read(Loaded),
}

impl ResultRows {
    /// What has been read already.
    pub fn read(&self) -> Option<&Loaded> {
        match self {
            Self::Unread(_) => None,
            Self::Read(loaded) => Some(loaded),
        }
    }
}

/// The rows of a query, and how they were made.
#[derive(Debug)]
pub struct QueryResult {
    pub plan: Rc<Plan>,
    pub rows: ResultRows,
}

impl Session {
    /// Executes a query over entities.
    ///
    /// # Errors
    /// SQLAlchemy's and SQLite's, or that the run was stopped.
    pub fn execute_select(
        &self,
        select: &Rc<Select>,
        options: &ExecuteOptions,
    ) -> Result<QueryResult> {
        let autoflush = options.autoflush.unwrap_or(true);
        if autoflush {
            self.autoflush()?;
        }
        // A session that cannot send says so before anybody looks at the statement.
        self.connect()?;
        let result = if let Some(statement @ Statement::Text(_)) = &select.from_statement {
            self.execute_text(select, statement, options)
        } else {
            let plan = query::compile(select, &query::CompileOptions::of(select))?;
            self.run_plan(Rc::new(plan), options)
        };
        result.map_err(|error| error.with_given(vec![options.parameters.clone()]))
    }

    /// Executes any other statement that returns rows.
    ///
    /// # Errors
    /// As [`Session::execute_select`].
    pub fn execute_core(
        &self,
        statement: &Statement,
        options: &ExecuteOptions,
    ) -> Result<QueryResult> {
        self.connect()?;
        let plan = query::compile_core(statement)?;
        self.run_plan(Rc::new(plan), options)
            .map_err(|error| error.with_given(vec![options.parameters.clone()]))
    }

    /// Executes a text whose rows are objects: only its cursor knows the columns.
    fn execute_text(
        &self,
        select: &Rc<Select>,
        statement: &Statement,
        options: &ExecuteOptions,
    ) -> Result<QueryResult> {
        let compiled = sql::compile(statement, &sql::CompileOptions::default())?;
        let run_options = run_options(&compiled, options)?;
        self.flush_reads()?;
        let given = |bind: &_| run_options.given(bind);
        let executed =
            self.connect()?
                .execute(&compiled, &given, Provenance::of(Trigger::Query))?;
        let names: Vec<String> = executed.rows.columns().to_vec();
        let plan = match query::compile_text(select, compiled, &names) {
            Ok(plan) => Rc::new(plan),
            Err(error) => {
                self.engine.record(executed.statement)?;
                return Err(error);
            }
        };
        let fetch = Fetch::of(&self.rc(), &plan, &run_options, executed)?;
        Ok(QueryResult {
            plan,
            rows: ResultRows::Unread(Box::new(fetch)),
        })
    }

    fn run_plan(&self, plan: Rc<Plan>, options: &ExecuteOptions) -> Result<QueryResult> {
        let run_options = run_options(&plan.compiled, options)?;
        let fetch = loading::start(&self.rc(), &plan, &run_options)?;
        Ok(QueryResult {
            plan,
            rows: ResultRows::Unread(Box::new(fetch)),
        })
    }
}

fn run_options(compiled: &sql::Compiled, options: &ExecuteOptions) -> Result<RunOptions> {
    let mut run_options = RunOptions::new(Provenance::of(Trigger::Query));
    run_options.parameters.clone_from(&options.parameters);
    core::expand(compiled, &mut run_options.parameters)?;
    run_options.populate_existing = options.populate_existing;
    run_options.yield_per = options.yield_per;
    run_options.autoflush = options.autoflush.unwrap_or(true);
    run_options.is_flushed = true;
    Ok(run_options)
}
