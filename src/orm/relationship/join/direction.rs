//! Which way a relationship leads: the foreign keys say.

use std::collections::HashSet;

use super::columns::occurrences;
use super::pairs::ids_where;
use crate::orm::error::{Error, Result};
use crate::orm::sql::{ElementId, Expr, FromClause};
use crate::trace::Direction;

/// The direction of a relationship without a table between.
///
/// # Errors
/// When the foreign keys say both or neither.
pub(super) fn direction(
    name: &str,
    primaryjoin: &Expr,
    near: &FromClause,
    far: &FromClause,
) -> Result<Direction> {
    let columns = occurrences(primaryjoin);
    let foreign = ids_where(&columns, |column| column.side().foreign);
    let is_on = |side: &FromClause| side.columns().iter().any(|c| foreign.contains(&c.id()));
    match (is_on(far), is_on(near)) {
        (true, false) => return Ok(Direction::OneToMany),
        (false, true) => return Ok(Direction::ManyToOne),
        (false, false) => {
            return Err(Error::argument(format!(
                "Can't determine relationship direction for relationship '{name}' - foreign key columns are present in \
                 neither the parent nor the child's mapped tables",
            )));
        }
        (true, true) => {}
    }
    let mut far_keys = ids_where(&columns, |c| c.side().foreign && c.side().remote);
    let mut near_keys = ids_where(&columns, |c| c.side().foreign && !c.side().remote);
    if !far_keys.is_empty() && !near_keys.is_empty() {
        // A column that is compared with itself says nothing.
        let remote = ids_where(&columns, |c| c.side().remote);
        let local = ids_where(&columns, |c| c.side().local);
        let both: HashSet<ElementId> = remote.intersection(&local).copied().collect();
        far_keys.retain(|id| !both.contains(id));
        near_keys.retain(|id| !both.contains(id));
    }
    match (far_keys.is_empty(), near_keys.is_empty()) {
        (false, true) => Ok(Direction::OneToMany),
        (true, false) => Ok(Direction::ManyToOne),
        _ => Err(Error::argument(format!(
            "Can't determine relationship direction for relationship '{name}' - foreign key columns within the join \
             condition are present in both the parent and the child's mapped tables.  Ensure that only those columns \
             referring to a parent column are marked as foreign, either via the foreign() annotation or via the \
             foreign_keys argument.",
        ))),
    }
}
