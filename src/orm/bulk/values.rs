//! `session.execute(insert(Author).values(…))`: an INSERT of a class that has its values in it.

use super::{Outcome, Returned, Write, returned_columns};
use crate::orm::core::{compile_for, inserted_key, with_defaults};
use crate::orm::error::Result;
use crate::orm::session::Session;
use crate::orm::sql::Insert;

/// Inserts what the statement says.
///
/// # Errors
/// SQLite's, and what Core refuses.
pub fn execute(session: &Session, write: &Write, statement: &Insert) -> Result<Outcome> {
    let mut insert = statement.clone();
    insert.returning = returned_columns(write)?;
    let statement = insert.into_statement();
    let compiled = compile_for(&statement, &[])?;
    for warning in &compiled.warnings {
        session.warn(warning)?;
    }
    let rows = with_defaults(&session.engine, &statement, &compiled, &[])?;
    let mut outcome = Outcome::default();
    let mut returned = Returned::new(session, write);
    super::send(session, &compiled, &rows, &mut |sent| {
        outcome.rowcount += sent.rowcount;
        outcome.last_insert_rowid = Some(sent.executed.last_insert_rowid);
        returned.take(&compiled, sent.executed)
    })?;
    outcome.returned = returned.finish()?;
    outcome.is_insert = true;
    outcome.inserted_key = inserted_key(&statement, &rows.sent, outcome.last_insert_rowid);
    Ok(outcome)
}
