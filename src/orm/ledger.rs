//! The ledger of relationship reads: what was read, from where, and what it took.

use std::cell::RefCell;
use std::sync::Arc;

use super::engine::Engine;
use super::error::{Error, Result};
use crate::trace::{Access, AccessOutcome, Event};

/// Folds reads that are alike into one event.
#[derive(Debug, Default)]
pub struct Ledger {
    open: RefCell<Option<Access>>,
}

impl Ledger {
    /// Enters one read.
    ///
    /// # Errors
    /// That the run was stopped.
    pub fn note(
        &self,
        engine: &Engine,
        relationship: &Arc<str>,
        outcome: AccessOutcome,
        statement: Option<u64>,
        is_first: bool,
    ) -> Result<()> {
        let observer = engine.observer();
        let position = observer.position();
        if let Some(open) = self.open.borrow_mut().as_mut()
            && open.line == position.line
            && open.cell == position.cell
            && open.outcome == outcome
            && open.statement == statement
            && *open.relationship == **relationship
        {
            open.count += 1;
            open.first_reads += u64::from(is_first);
            return Ok(());
        }
        let next = Access {
            relationship: Arc::clone(relationship),
            cell: position.cell,
            line: position.line,
            outcome,
            count: 1,
            first_reads: u64::from(is_first),
            statement,
            at_ns: observer.now_ns(),
        };
        let done = self.open.borrow_mut().replace(next);
        send(engine, done)
    }

    /// Sends what has been gathered.
    ///
    /// # Errors
    /// That the run was stopped.
    pub fn flush(&self, engine: &Engine) -> Result<()> {
        let done = self.open.borrow_mut().take();
        send(engine, done)
    }
}

fn send(engine: &Engine, access: Option<Access>) -> Result<()> {
    let Some(access) = access else { return Ok(()) };
    engine
        .observer()
        .event(Event::Access(access))
        .map_err(|_| Error::Stopped)
}
