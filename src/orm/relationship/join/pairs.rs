//! The pairs of columns that a join condition compares, and those that a flush fills.

use super::Pair;
use super::columns::comparisons;
use super::sides::Sides;
use crate::orm::sql::{Expr, Op};

#[derive(Default)]
pub(super) struct Pairs {
    pub(super) local_remote: Vec<Pair>,
}

impl Pairs {
    /// The pairs to synchronise; (local, remote) pairs are collected on the way.
    pub(super) fn of(&mut self, join: &Expr, sides: &Sides) -> Vec<Pair> {
        let mut synchronized = Vec::new();
        for (op, left, right) in comparisons(join) {
            let is_remote = |column: &Expr| sides.remote.contains(&column.id());
            let pair = match (is_remote(&left), is_remote(&right)) {
                (false, true) => Some((left.clone(), right.clone())),
                (true, false) => Some((right.clone(), left.clone())),
                _ => None,
            };
            if let Some(pair) = pair
                && !self
                    .local_remote
                    .iter()
                    .any(|(l, r)| l.id() == pair.0.id() && r.id() == pair.1.id())
            {
                self.local_remote.push(pair);
            }
            if op == Op::Eq {
                if sides.foreign.contains(&right.id()) {
                    synchronized.push((left, right));
                } else if sides.foreign.contains(&left.id()) {
                    synchronized.push((right, left));
                }
            }
        }
        synchronized
    }
}
