//! Whether there is anything mapped in a query, as its rows' names tell: where there is not, they are those of the cursor.

use super::{FromItem, JoinTarget, RawColumn, Select};
use crate::orm::sql::{Expr, ExprKind, FromClause, FromKind, Query};

impl Select {
    /// Whether a column, an element that it selects from or a criterion comes of a mapped class, by way of a subquery too.
    pub fn is_mapped(&self) -> bool {
        let column = |column: &RawColumn| match column {
            RawColumn::Entity(_) | RawColumn::Bundle { .. } => true,
            RawColumn::Expr(expr) => is_mapped(expr),
        };
        let item = |item: &FromItem| match item {
            FromItem::Entity(_) => true,
            FromItem::From(from) => is_mapped_from(from),
        };
        self.columns.iter().any(column)
            || self.froms.iter().any(item)
            || self.where_.iter().any(is_mapped)
            || self.joins.iter().any(|step| match &step.target {
                JoinTarget::Relationship(_) => true,
                JoinTarget::Item { item: target, .. } => item(target),
            })
    }
}

fn is_mapped(expr: &Expr) -> bool {
    match expr.kind() {
        // What stands in these is not told to the outside.
        ExprKind::Over(_) | ExprKind::Exists(_) => false,
        ExprKind::ScalarSubquery(query) | ExprKind::SelectGroup(query) => is_mapped_query(query),
        ExprKind::Column { from, .. } => expr.entity().is_some() || is_mapped_from(from),
        ExprKind::From(from) => is_mapped_from(from),
        _ => expr.children().iter().any(is_mapped),
    }
}

fn is_mapped_from(from: &FromClause) -> bool {
    match from.kind() {
        FromKind::Subquery { query, .. } => is_mapped_query(query),
        FromKind::Cte(cte) => is_mapped_query(&cte.query),
        FromKind::Alias { element, .. } | FromKind::Grouping(element) => is_mapped_from(element),
        FromKind::Join(join) => is_mapped_from(&join.left) || is_mapped_from(&join.right),
        _ => false,
    }
}

fn is_mapped_query(query: &Query) -> bool {
    match query {
        Query::Select(select) => !select.entities.is_empty(),
        Query::Compound(compound) => compound.selects.iter().any(is_mapped_query),
        _ => false,
    }
}
