//! The order of tables by what they refer to.

use super::metadata::MetaData;
use crate::orm::sql::error::SqlError;
use crate::orm::sql::from::FromClause;

/// Sorts `items` so that the first of each pair (by index) comes before the second, otherwise in the given order; as
/// SQLAlchemy's `topological.sort`.
///
/// # Errors
/// The indexes of the items that are left when there is a cycle.
pub fn topological(pairs: &[(usize, usize)], count: usize) -> Result<Vec<usize>, Vec<usize>> {
    let mut todo: Vec<usize> = (0..count).collect();
    let mut sorted = Vec::with_capacity(count);
    while !todo.is_empty() {
        let ready: Vec<usize> = todo
            .iter()
            .copied()
            .filter(|node| {
                !pairs
                    .iter()
                    .any(|(parent, child)| child == node && todo.contains(parent))
            })
            .collect();
        if ready.is_empty() {
            return Err(todo);
        }
        todo.retain(|node| !ready.contains(node));
        sorted.extend(ready);
    }
    Ok(sorted)
}

/// The members of cycles among `items`: those that can reach themselves.
fn in_cycles(pairs: &[(usize, usize)], items: &[usize]) -> Vec<usize> {
    items
        .iter()
        .copied()
        .filter(|start| {
            let mut reached = vec![*start];
            let mut at = 0;
            while at < reached.len() {
                let from = reached[at];
                for (parent, child) in pairs {
                    if *parent == from {
                        if child == start {
                            return true;
                        }
                        if !reached.contains(child) {
                            reached.push(*child);
                        }
                    }
                }
                at += 1;
            }
            false
        })
        .collect()
}

impl MetaData {
    /// Those that others refer to first; with the warning when there is a cycle.
    ///
    /// # Errors
    /// When a foreign key points nowhere.
    pub fn sorted_tables(&self) -> Result<(Vec<FromClause>, Option<String>), SqlError> {
        let mut tables = self.tables();
        tables.sort_by_key(full_name);
        sort_tables(tables)
    }
}

fn full_name(from: &FromClause) -> String {
    from.as_table()
        .map(|table| table.full_name().to_string())
        .unwrap_or_default()
}

/// The tables in the order of their foreign keys, the given order where these do not say.
pub(super) fn sort_tables(
    tables: Vec<FromClause>,
) -> Result<(Vec<FromClause>, Option<String>), SqlError> {
    let mut pairs = Vec::new();
    for (child, from) in tables.iter().enumerate() {
        let Some(table) = from.as_table() else {
            continue;
        };
        for referred in table.referred_tables()? {
            if let Some(parent) = tables.iter().position(|other| *other == referred) {
                pairs.push((parent, child));
            }
        }
    }
    let mut warning = None;
    let order = match topological(&pairs, tables.len()) {
        Ok(order) => order,
        Err(left) => {
            let cycles = in_cycles(&pairs, &left);
            let mut names: Vec<String> = cycles.iter().map(|at| full_name(&tables[*at])).collect();
            names.sort();
            warning = Some(format!(
                "Cannot correctly sort tables; there are unresolvable cycles between tables \"{}\", which is usually \
                 caused by mutually dependent foreign key constraints.  Foreign key constraints involving these \
                 tables will not be considered; this warning may raise an error in a future release.",
                names.join(", ")
            ));
            pairs.retain(|(_, child)| !cycles.contains(child));
            // Without the pairs of the cycles none is left.
            topological(&pairs, tables.len()).unwrap_or_else(|rest| rest)
        }
    };
    let sorted = order.into_iter().map(|at| tables[at].clone()).collect();
    Ok((sorted, warning))
}
