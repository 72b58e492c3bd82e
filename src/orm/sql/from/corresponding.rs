//! Which column of one element stands for a column of another.

use std::collections::HashSet;

use super::FromClause;
use crate::orm::sql::expr::{ElementId, Expr};

impl FromClause {
    /// The column of this element that stands for `column`: SQLAlchemy's `corresponding_column`.
    pub fn corresponding_column(&self, column: &Expr, require_embedded: bool) -> Option<Expr> {
        corresponding(self.columns(), column, require_embedded)
    }
}

/// The candidate that stands for `column`: the one that has most of its lineage, and of those the nearest.
fn corresponding(candidates: Vec<Expr>, column: &Expr, require_embedded: bool) -> Option<Expr> {
    if let Some(same) = candidates.iter().find(|candidate| candidate.same(column)) {
        return Some(same.clone());
    }
    let target = column.proxy_set();
    let mut selected: Option<(Expr, usize)> = None;
    for candidate in candidates {
        let lineage = candidate.proxy_set();
        let shared = target.iter().filter(|id| lineage.contains(id)).count();
        if shared == 0 || (require_embedded && !embedded(&lineage, &target)) {
            continue;
        }
        let better = match &selected {
            None => true,
            Some((best, best_shared)) => {
                shared > *best_shared
                    || (shared == *best_shared
                        && distance(&candidate, column) < distance(best, column))
            }
        };
        if better {
            selected = Some((candidate, shared));
        }
    }
    selected.map(|(expr, _)| expr)
}

fn embedded(lineage: &HashSet<ElementId>, target: &HashSet<ElementId>) -> bool {
    target.iter().all(|id| lineage.contains(id))
}

fn distance(candidate: &Expr, column: &Expr) -> usize {
    let mut list = Vec::new();
    candidate.proxy_list(&mut list);
    list.iter()
        .filter(|proxy| proxy.shares_lineage(column))
        .count()
}
