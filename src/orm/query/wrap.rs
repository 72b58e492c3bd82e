//! A query with LIMIT and a joined collection: the query becomes a subquery, so that LIMIT counts entities and not rows.

use std::collections::HashMap;

use super::compile::{Built, State};
use crate::orm::error::Result;
use crate::orm::sql::expr::ExprKind;
use crate::orm::sql::from::FromKind;
use crate::orm::sql::{self, ClauseAdapter, ElementId, Expr, FromClause};

impl State<'_> {
    /// `SELECT … FROM (SELECT … LIMIT …) AS anon_1 LEFT OUTER JOIN …`.
    pub fn build_wrapped(&mut self) -> Result<Built> {
        let mut inner_columns = self.primary.clone();
        for column in ordered_by(&self.select.order_by) {
            let is_there = inner_columns.iter().any(|known| match known.kind() {
                ExprKind::Label { element, .. } => element.id() == column.id(),
                _ => known.id() == column.id(),
            });
            if !is_there && !self.has_seen(&column) {
                inner_columns.push(column);
            }
        }
        let froms = self.froms.iter().map(|slot| slot.from.clone()).collect();
        let inner = self
            .core_select(inner_columns.clone(), froms)
            .into_query()
            .subquery(None);
        let exported = inner.columns();
        let mut positions: HashMap<ElementId, Vec<usize>> = HashMap::new();
        for (index, column) in inner_columns.iter().enumerate() {
            positions.entry(column.id()).or_default().push(index);
        }
        for (index, column) in self.secondary.iter().enumerate() {
            positions
                .entry(column.id())
                .or_default()
                .push(exported.len() + index);
        }
        let mut from = inner.clone();
        for (join, start) in self.eager.with_starts() {
            from = splice(&from, join, start);
        }
        let adapter = ClauseAdapter::new(&inner);
        let order_by: Vec<Expr> = self
            .select
            .order_by
            .iter()
            .map(|clause| adapter.traverse(&unreferenced(clause)))
            .chain(self.eager_order_by.iter().cloned())
            .collect();
        let columns = exported
            .into_iter()
            .chain(self.secondary.iter().cloned())
            .collect();
        let outer = sql::Select {
            columns,
            froms: vec![from],
            label_style: self.label_style(),
            nameless: self.nameless.clone(),
            ..sql::Select::default()
        }
        .order_by(order_by);
        Ok(Built {
            statement: outer.into_query().statement(),
            positions,
        })
    }
}

/// Hangs a tree of joins onto `left` in the place of its own leftmost element.
fn splice(left: &FromClause, joins: &FromClause, start: Option<&FromClause>) -> FromClause {
    let adapter = ClauseAdapter::new(left);
    fn go(
        at: &FromClause,
        left: &FromClause,
        start: Option<&FromClause>,
        adapter: &ClauseAdapter,
    ) -> FromClause {
        match at.kind() {
            FromKind::Join(join) if start != Some(at) => {
                let inner = go(&join.left, left, start, adapter);
                match &join.on {
                    Some(on) => inner.join_on(&join.right, adapter.traverse(on), join.outer),
                    None => inner,
                }
            }
            _ => left.clone(),
        }
    }
    go(joins, left, start, &adapter)
}

/// An ORDER BY element without the mark that lets it be rendered as a label.
fn unreferenced(clause: &Expr) -> Expr {
    match clause.kind() {
        ExprKind::LabelReference(inner) => inner.clone(),
        _ => clause.clone(),
    }
}

/// What is ordered by, without ASC and DESC, and without labels but those of subqueries.
pub fn ordered_by(clauses: &[Expr]) -> Vec<Expr> {
    fn unwrap(clause: &Expr, found: &mut Vec<Expr>) {
        match clause.kind() {
            ExprKind::LabelReference(inner) | ExprKind::Grouping(inner) => unwrap(inner, found),
            ExprKind::Unary {
                operand,
                modifier: Some(op),
                ..
            } if op.is_ordering_modifier() => unwrap(operand, found),
            ExprKind::Label { element, .. } if !is_scalar_subquery(element) => {
                unwrap(element, found);
            }
            ExprKind::TextualLabelReference(_) | ExprKind::Text(_) => {}
            _ => {
                if !found.iter().any(|known| known.id() == clause.id()) {
                    found.push(clause.clone());
                }
            }
        }
    }
    let mut found = Vec::new();
    for clause in clauses {
        unwrap(clause, &mut found);
    }
    found
}

fn is_scalar_subquery(expr: &Expr) -> bool {
    match expr.kind() {
        ExprKind::ScalarSubquery(_) => true,
        ExprKind::Grouping(inner) => is_scalar_subquery(inner),
        _ => false,
    }
}
