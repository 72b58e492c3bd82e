//! A query that has been sent, and whose rows the program has yet to read: what they lead to is loaded when it does,
//! from the line that reads, as SQLAlchemy does it.

use std::cell::RefCell;
use std::rc::Rc;

use super::post::PostLoads;
use super::rows::{Loaded, Reader};
use super::{RunOptions, check_yield, note_objects, send};
use crate::orm::Result;
use crate::orm::query::Plan;
use crate::orm::session::Session;
use crate::sqlite::Rows;

/// What is left to do when the program reads.
pub struct Fetch {
    session: Rc<Session>,
    rest: Rest,
}

enum Rest {
    /// The objects are there; the loads that follow them are not sent yet.
    Follow(Rc<RefCell<PostLoads>>),
    /// Rows from a place on.
    Read(Box<Unread>),
}

struct Unread {
    plan: Rc<Plan>,
    options: RunOptions,
    rows: Rows,
    next: usize,
    statement: u64,
    run_id: u64,
}

/// Sends a query of the program. Objects are made now where that sends nothing, else when they are read.
///
/// # Errors
/// As [`super::run`].
pub fn start(
    session: &Rc<Session>,
    plan: &Rc<Plan>,
    options: &RunOptions,
) -> Result<(Loaded, Option<Fetch>)> {
    let mut executed = send(session, plan, options)?;
    let queue = Rc::default();
    let statement = executed.statement.id;
    let reader = Reader::new(session, plan, options, &queue, statement, None);
    let mut reader = match reader {
        Ok(reader) => reader,
        Err(error) => {
            session.engine.record(executed.statement)?;
            return Err(error);
        }
    };
    let fetch = |rest| Fetch {
        session: Rc::clone(session),
        rest,
    };
    if options.yield_per.is_some() || reader.sends_statements() {
        let checked = check_yield(plan, options, &reader);
        let run_id = reader.run_id();
        drop(reader);
        session.engine.record(executed.statement)?;
        checked?;
        let empty = Loaded {
            width: plan.items.len(),
            cells: Vec::new(),
            statement,
        };
        let unread = Unread {
            plan: Rc::clone(plan),
            options: options.clone(),
            rows: executed.rows,
            next: 0,
            statement,
            run_id,
        };
        return Ok((empty, Some(fetch(Rest::Read(Box::new(unread))))));
    }
    let loaded = reader.read(executed.rows.iter());
    note_objects(&mut reader, &mut executed.statement);
    session.engine.record(executed.statement)?;
    drop(reader);
    let waits = !queue.borrow().is_empty();
    Ok((loaded?, waits.then(|| fetch(Rest::Follow(queue)))))
}

impl Fetch {
    /// The program reads: sends what follows the rows that it has, or makes the next objects; none at the end.
    ///
    /// # Errors
    /// As [`super::run`].
    pub fn more(&mut self) -> Result<Option<Loaded>> {
        match &mut self.rest {
            Rest::Follow(queue) => {
                let queue = std::mem::take(queue);
                PostLoads::work_off(&queue, &self.session)?;
                Ok(None)
            }
            Rest::Read(unread) => unread.more(&self.session),
        }
    }

    /// Whether the program wants the rows made objects of so many at a time.
    pub fn is_in_parts(&self) -> bool {
        matches!(&self.rest, Rest::Read(unread) if unread.options.yield_per.is_some())
    }

    /// Whether rows are still to be made objects of.
    pub fn has_rows(&self) -> bool {
        matches!(self.rest, Rest::Read(_))
    }
}

impl Unread {
    fn more(&mut self, session: &Rc<Session>) -> Result<Option<Loaded>> {
        let count = self.options.yield_per.unwrap_or(usize::MAX);
        let rows: Vec<_> = self.rows.iter().skip(self.next).take(count).collect();
        if rows.is_empty() {
            return Ok(None);
        }
        self.next += rows.len();
        let queue = Rc::default();
        let run_id = Some(self.run_id);
        let mut reader = Reader::new(
            session,
            &self.plan,
            &self.options,
            &queue,
            self.statement,
            run_id,
        )?;
        let loaded = reader.read(rows.into_iter())?;
        drop(reader);
        PostLoads::work_off(&queue, session)?;
        Ok(Some(loaded))
    }
}

impl std::fmt::Debug for Fetch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fetch")
    }
}
