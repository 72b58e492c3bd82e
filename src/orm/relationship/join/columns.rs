//! The columns in a join condition, and what it compares.

use crate::orm::sql::adapt::visit;
use crate::orm::sql::{Expr, ExprKind, Op};

pub(super) fn is_column(expr: &Expr) -> bool {
    expr.as_column().is_some()
}

/// Every occurrence of a column.
pub(super) fn occurrences(expr: &Expr) -> Vec<Expr> {
    let mut found = Vec::new();
    visit(expr, &mut |inner| {
        if is_column(inner) {
            found.push(inner.clone());
        }
    });
    found
}

/// Every comparison, as one of each column on its left with each on its right.
pub(super) fn comparisons(expr: &Expr) -> Vec<(Op, Expr, Expr)> {
    let mut found = Vec::new();
    collect(expr, &mut found);
    found
}

/// The pairs of columns that a condition equates.
pub fn equated(condition: &Expr) -> Vec<(Expr, Expr)> {
    let equal = comparisons(condition).into_iter();
    equal
        .filter(|(op, ..)| *op == Op::Eq)
        .map(|(_, left, right)| (left, right))
        .collect()
}

fn collect(expr: &Expr, found: &mut Vec<(Op, Expr, Expr)>) {
    match expr.kind() {
        ExprKind::Binary {
            left, right, op, ..
        } if op.is_comparison() => {
            for left in occurrences(left) {
                for right in occurrences(right) {
                    found.push((op.clone(), left.clone(), right));
                }
            }
        }
        _ => {
            for child in expr.children() {
                collect(&child, found);
            }
        }
    }
}
