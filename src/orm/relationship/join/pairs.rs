//! The pairs of columns that a join condition compares, and those that a flush fills.

use std::collections::HashSet;

use super::Pair;
use super::columns::comparisons;
use crate::orm::sql::{ElementId, Expr, Op};

/// Collects the (local, remote) pairs of a relationship's conditions.
pub(super) struct Pairs<'a> {
    pub(super) local_remote: Vec<Pair>,
    /// Whether the relationship's classes, or the table between them, have a column.
    pub(super) is_mapped: &'a dyn Fn(&Expr) -> bool,
}

impl Pairs<'_> {
    /// The pairs to synchronise; (local, remote) pairs are collected on the way.
    pub(super) fn of(&mut self, join: &Expr) -> Vec<Pair> {
        let mut synchronized = Vec::new();
        for (op, left, right) in comparisons(join) {
            match (left.side().remote, right.side().remote) {
                (false, true) => self.add(&left, &right),
                (true, false) => self.add(&right, &left),
                _ => {}
            }
            if op == Op::Eq && (self.is_mapped)(&left) && (self.is_mapped)(&right) {
                if right.side().foreign {
                    synchronized.push((left, right));
                } else if left.side().foreign {
                    synchronized.push((right, left));
                }
            }
        }
        synchronized
    }

    fn add(&mut self, local: &Expr, remote: &Expr) {
        let is_known = self
            .local_remote
            .iter()
            .any(|(near, far)| near.id() == local.id() && far.id() == remote.id());
        if !is_known && (self.is_mapped)(local) {
            self.local_remote.push((local.clone(), remote.clone()));
        }
    }
}

pub(super) fn ids_where(columns: &[Expr], is_it: impl Fn(&Expr) -> bool) -> HashSet<ElementId> {
    columns
        .iter()
        .filter(|column| is_it(column))
        .map(Expr::id)
        .collect()
}
