//! `session.execute()` of a query, and what its result needs to know.

use std::rc::Rc;

use super::error::Result;
use super::loading::{self, Loaded, RunOptions};
use super::query::{self, Plan, Select};
use super::session::Session;
use super::sql::Statement;
use super::sql::expr::BindValue;
use crate::sqlite::Provenance;
use crate::trace::Trigger;

/// What the program gives beside the statement.
#[derive(Clone, Debug, Default)]
pub struct ExecuteOptions {
    /// Parameters by name.
    pub parameters: Vec<(Rc<str>, BindValue)>,
    pub populate_existing: bool,
    pub yield_per: Option<usize>,
    pub autoflush: Option<bool>,
}

/// The rows of a query, and how they were made.
#[derive(Debug)]
pub struct QueryResult {
    pub plan: Rc<Plan>,
    pub loaded: Loaded,
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
        let plan = query::compile(select, &query::CompileOptions::default())?;
        self.run_plan(Rc::new(plan), options)
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
        let plan = query::compile_core(statement)?;
        self.run_plan(Rc::new(plan), options)
    }

    fn run_plan(&self, plan: Rc<Plan>, options: &ExecuteOptions) -> Result<QueryResult> {
        let mut run_options = RunOptions::new(Provenance::of(Trigger::Query));
        run_options.parameters.clone_from(&options.parameters);
        run_options.populate_existing = options.populate_existing;
        run_options.yield_per = options.yield_per;
        run_options.autoflush = false;
        let loaded = loading::run(&self.rc(), &plan, &run_options)?;
        Ok(QueryResult { plan, loaded })
    }
}
