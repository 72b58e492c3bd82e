//! Sending the statements of a flush, with what they are for.

use std::rc::Rc;
use std::sync::Arc;

use super::flush::Flush;
use crate::orm::Value;
use crate::orm::core::Row;
use crate::orm::engine;
use crate::orm::error::Result;
use crate::orm::instance::Instance;
use crate::orm::sql::compile::CompiledBind;
use crate::orm::sql::expr::BindValue;
use crate::orm::sql::{BindId, Compiled};
use crate::sqlite::{Executed, Provenance};
use crate::trace::{self, Trigger};

/// The parameters of one row: those known by name, and those known by their id.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    pub named: Vec<(Rc<str>, Value)>,
    pub by_id: Vec<(BindId, Value)>,
    /// Which of the named the columns' defaults have given.
    pub defaulted: Vec<Rc<str>>,
}

impl Parameters {
    /// The values by their names, of a statement that is not sent.
    fn by_name(&self, compiled: &Compiled) -> Row {
        let mut row = engine::by_name(compiled, &|bind| self.given(bind));
        row.retain(|(name, _)| !self.defaulted.contains(name));
        row
    }

    pub fn given(&self, bind: &CompiledBind) -> Option<BindValue> {
        let by_id = self.by_id.iter().find(|(id, _)| *id == bind.id);
        let value = match by_id {
            Some((_, value)) => value,
            None => {
                let (_, value) = self.named.iter().find(|(name, _)| **name == *bind.name)?;
                value
            }
        };
        Some(BindValue::Value(value.clone()))
    }
}

/// What a statement of this flush is for.
pub fn provenance(flush: &Flush, owners: &[Rc<Instance>]) -> Provenance {
    let mut provenance = Provenance::of(Trigger::Flush);
    provenance.flush = Some(flush.number);
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

fn by_name(compiled: &Compiled, rows: &[Parameters]) -> Vec<Row> {
    rows.iter().map(|row| row.by_name(compiled)).collect()
}

/// Sends a text that has the values of several rows written into it.
///
/// # Errors
/// As [`send`].
pub fn send_text(
    flush: &Flush,
    sql: &str,
    parameters: Vec<trace::Value>,
    provenance: Provenance,
) -> Result<Executed> {
    let engine = flush.session.connect()?;
    flush.session.flush_reads()?;
    engine.send_batch(sql, parameters, provenance)
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
