//! Savepoints, of sessions and of connections.

use crate::orm::engine::Engine;
use crate::orm::error::Result;
use crate::sqlite::Provenance;
use crate::trace::Trigger;

/// What is done with a savepoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Savepoint {
    Begin,
    Release,
    /// The savepoint stays open after it, as SQLite has it.
    RollBack,
}

impl Engine {
    /// Begins or ends a savepoint; its name is one that needs no quotes.
    ///
    /// # Errors
    /// SQLite's.
    pub fn savepoint(&self, step: Savepoint, name: &str) -> Result<()> {
        let (event, words) = match step {
            Savepoint::Begin => ("savepoint", "SAVEPOINT"),
            Savepoint::Release => ("release_savepoint", "RELEASE SAVEPOINT"),
            Savepoint::RollBack => ("rollback_savepoint", "ROLLBACK TO SAVEPOINT"),
        };
        self.ledger.flush(self)?;
        self.tell(event, Some(name))?;
        let provenance = Provenance::of(Trigger::Transaction);
        let executed = self.send(
            &format!("{words} {name}"),
            vec![Vec::new()],
            false,
            provenance,
        )?;
        self.record(executed.statement)
    }
}
