//! Sending the statements of a flush, with what they are for.

use std::rc::Rc;
use std::sync::Arc;

use super::flush::Flush;
use super::parameters::{Parameters, by_name};
use crate::orm::error::Result;
use crate::orm::host::Batch;
use crate::orm::instance::Instance;
use crate::orm::sql::Compiled;
use crate::sqlite::{Executed, Provenance};
use crate::trace::{self, Trigger};

/// What a statement of this flush is for.
pub fn provenance(flush: &Flush, owners: &[Rc<Instance>]) -> Provenance {
    let Some(number) = flush.number else {
        return Provenance::of(Trigger::Query);
    };
    let mut provenance = Provenance::of(Trigger::Flush);
    provenance.flush = Some(number);
    provenance.owners = u32::try_from(owners.len()).unwrap_or(u32::MAX);
    if let [owner] = owners
        && owner.is_persistent()
    {
        provenance.owner = Some(Arc::from(owner.label()));
    }
    provenance
}

/// Sends a statement with its rows of parameters; more than one row makes it an executemany. `finish` may complete
/// the event with what the rows told.
///
/// # Errors
/// SQLite's, a value that cannot be sent, or that the session's transaction is unusable.
pub fn send(
    flush: &Flush,
    compiled: &Compiled,
    rows: &[Parameters],
    provenance: Provenance,
) -> Result<Executed> {
    let engine = flush.session.connect()?;
    for warning in &compiled.warnings {
        engine.host.warn(warning)?;
    }
    flush.session.flush_reads()?;
    let mut sql = None;
    let mut parameters = Vec::with_capacity(rows.len());
    for row in rows {
        let execution = engine
            .prepare(compiled, &|bind| row.given(bind))
            .map_err(|error| error.with_given(by_name(compiled, rows)))?;
        parameters.push(execution.parameters);
        sql.get_or_insert(execution.sql);
    }
    let sql = sql.unwrap_or_else(|| Arc::clone(&compiled.sql));
    check_awaited(flush, compiled, rows)?;
    engine.send(&sql, parameters, rows.len() > 1, provenance)
}

/// Nobody but what an async program awaits may send.
///
/// # Errors
/// When nothing awaits.
pub fn check_awaited(flush: &Flush, compiled: &Compiled, rows: &[Parameters]) -> Result<()> {
    let engine = &flush.session.engine;
    engine.check_awaited(&compiled.sql, || by_name(compiled, rows))
}

/// Sends a text that has the values of several rows written into it.
///
/// # Errors
/// As [`send`].
pub fn send_text(
    flush: &Flush,
    sql: &str,
    parameters: Vec<trace::Value>,
    batch: Batch,
    provenance: Provenance,
) -> Result<Executed> {
    let engine = flush.session.connect()?;
    flush.session.flush_reads()?;
    engine.send_batch(sql, parameters, batch, provenance)
}

/// Sends a statement whose rows tell nothing; the number of rows that it changed is given back.
///
/// # Errors
/// As [`send`].
pub fn run(
    flush: &Flush,
    compiled: &Compiled,
    rows: &[Parameters],
    provenance: Provenance,
) -> Result<u64> {
    let executed = send(flush, compiled, rows, provenance)?;
    flush.session.engine.record(executed.statement)?;
    Ok(executed.changes)
}
