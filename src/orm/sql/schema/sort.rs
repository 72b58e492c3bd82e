//! The order of tables by what they refer to.

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

/// The name of a table, with that of its schema.
pub(super) fn full_name(from: &FromClause) -> String {
    from.as_table()
        .map(|table| table.full_name().to_string())
        .unwrap_or_default()
}

/// Tables in the order of their foreign keys.
#[derive(Debug)]
pub struct Sorted {
    /// The places that the tables had.
    pub order: Vec<usize>,
    /// The names of those that refer to one another in a circle, in order of the alphabet.
    pub in_cycle: Vec<String>,
}

/// The order of tables by their foreign keys, the given order where these do not say. Those of the tables in a circle
/// count for nothing.
///
/// # Errors
/// When a foreign key points nowhere.
pub fn sort_tables(tables: &[FromClause]) -> Result<Sorted, SqlError> {
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
    let left = match topological(&pairs, tables.len()) {
        Ok(order) => {
            return Ok(Sorted {
                order,
                in_cycle: Vec::new(),
            });
        }
        Err(left) => left,
    };
    let cycles = in_cycles(&pairs, &left);
    let mut in_cycle: Vec<String> = cycles.iter().map(|at| full_name(&tables[*at])).collect();
    in_cycle.sort();
    pairs.retain(|(_, child)| !cycles.contains(child));
    // Without the pairs of the cycles none is left.
    let order = topological(&pairs, tables.len()).unwrap_or_else(|rest| rest);
    Ok(Sorted { order, in_cycle })
}
