//! The columns in a join condition, and what it compares.

use super::Pair;
use crate::orm::sql::adapt::visit;
use crate::orm::sql::{Expr, ExprKind, Op};

/// Every column mentioned, each once.
pub(super) fn columns_of(expr: &Expr) -> Vec<Expr> {
    let mut found: Vec<Expr> = Vec::new();
    visit(expr, &mut |inner| {
        if inner.as_column().is_some() && !found.iter().any(|known| known.id() == inner.id()) {
            found.push(inner.clone());
        }
    });
    found
}

/// Every comparison of one column with another.
pub(super) fn comparisons(expr: &Expr) -> Vec<(Op, Expr, Expr)> {
    let mut found = Vec::new();
    visit(expr, &mut |inner| {
        if let ExprKind::Binary {
            left, right, op, ..
        } = inner.kind()
            && op.is_comparison()
            && let (Some(left), Some(right)) = (lone_column(left), lone_column(right))
        {
            found.push((op.clone(), left, right));
        }
    });
    found
}

/// The one column in an expression such as `cast(a.b)`.
fn lone_column(expr: &Expr) -> Option<Expr> {
    let mut columns = columns_of(expr);
    (columns.len() == 1).then(|| columns.remove(0))
}

pub(super) fn compared_columns(expr: &Expr) -> Vec<Pair> {
    comparisons(expr)
        .into_iter()
        .map(|(_, left, right)| (left, right))
        .collect()
}
