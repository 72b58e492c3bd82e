//! A query that has been sent, and whose rows the program has yet to read: objects are made of them when it does, and what
//! they lead to is loaded from the line that reads, as SQLAlchemy does it.

use std::rc::Rc;

use super::loaded::Loaded;
use super::post::PostLoads;
use super::rows::{Execution, Reader};
use super::{RunOptions, check_yield, note_objects, send};
use crate::orm::Result;
use crate::orm::query::Plan;
use crate::orm::session::Session;
use crate::sqlite::{Executed, Rows};

/// Rows that are not read yet.
pub struct Fetch {
    session: Rc<Session>,
    plan: Rc<Plan>,
    options: RunOptions,
    execution: Execution,
    /// None when all have been read.
    rows: Option<Rows>,
    next: usize,
    /// How many of them are made objects of at a time; none for all.
    part: Option<usize>,
}

/// Sends a query of the program.
///
/// # Errors
/// As [`super::run`].
pub fn start(session: &Rc<Session>, plan: &Rc<Plan>, options: &RunOptions) -> Result<Fetch> {
    let executed = send(session, plan, options)?;
    Fetch::of(session, plan, options, executed)
}

impl Fetch {
    /// Of the rows of a statement that was sent.
    ///
    /// # Errors
    /// What is found out before the first row is read.
    pub fn of(
        session: &Rc<Session>,
        plan: &Rc<Plan>,
        options: &RunOptions,
        executed: Executed,
    ) -> Result<Self> {
        let execution = Execution::new(session, executed.statement.id);
        let queue = PostLoads::of_query(options);
        let checked = Reader::new(session, plan, options, &queue, execution.clone())
            .and_then(|reader| check_yield(plan, options, &reader));
        if let Err(error) = checked {
            session.engine.record(executed.statement)?;
            return Err(error);
        }
        session.engine.hold(executed.statement)?;
        Ok(Self {
            session: Rc::clone(session),
            plan: Rc::clone(plan),
            options: options.clone(),
            execution,
            rows: Some(executed.rows),
            next: 0,
            part: options.yield_per,
        })
    }

    /// The program reads: makes the next objects, and sends what follows them; none at the end.
    ///
    /// # Errors
    /// As [`super::run`].
    pub fn more(&mut self) -> Result<Option<Loaded>> {
        let Some(rows) = self.rows.take() else {
            return Ok(None);
        };
        let count = self.part.unwrap_or(usize::MAX);
        let part: Vec<_> = (self.next..rows.len())
            .take(count)
            .map(|at| rows.row(at))
            .collect();
        let queue = PostLoads::of_query(&self.options);
        let execution = self.execution.clone();
        let mut reader = Reader::new(&self.session, &self.plan, &self.options, &queue, execution)?;
        let read = part.len();
        let engine = &self.session.engine;
        let statement = engine.observer().release(self.execution.statement);
        let loaded = match statement {
            Some(statement) if reader.sends_statements() => {
                // What the rows send comes after this statement, in the trace too.
                engine.record(statement)?;
                reader.read(part.into_iter())
            }
            Some(mut statement) => {
                let loaded = reader.read(part.into_iter());
                if !self.is_in_parts() {
                    note_objects(&mut reader, &mut statement);
                }
                engine.record(statement)?;
                loaded
            }
            None => reader.read(part.into_iter()),
        }?;
        drop(reader);
        PostLoads::work_off(&queue, &self.session)?;
        self.next += read;
        if self.is_in_parts() {
            self.rows = Some(rows).filter(|_| read > 0);
        }
        Ok((read > 0 || !self.is_in_parts()).then_some(loaded))
    }

    /// Whether the program wants the rows made objects of so many at a time.
    pub fn is_in_parts(&self) -> bool {
        self.part.is_some()
    }

    /// From here on, so many rows at a time, or all that are left.
    pub fn read_in_parts_of(&mut self, part: Option<usize>) {
        self.part = part;
    }
}

impl std::fmt::Debug for Fetch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fetch")
    }
}
