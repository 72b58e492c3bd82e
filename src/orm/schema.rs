//! What the database knows of its own schema.

use super::engine::Engine;
use super::error::Result;
use crate::sqlite::Provenance;
use crate::trace::Trigger;

impl Engine {
    /// Whether a table of that name is there, looked for as SQLAlchemy does: in the main schema, then among temporary
    /// ones.
    ///
    /// # Errors
    /// SQLite's.
    pub fn has_table(&self, name: &str) -> Result<bool> {
        let quoted = name.replace('"', "\"\"");
        for schema in ["main", "temp"] {
            let sql = format!("PRAGMA {schema}.table_info(\"{quoted}\")");
            let executed =
                self.send(&sql, vec![Vec::new()], false, Provenance::of(Trigger::Ddl))?;
            let is_known = !executed.rows.is_empty();
            self.record(executed.statement)?;
            if is_known {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
