//! The names by which a row knows what is in it.

use std::rc::Rc;

use super::entities::DraftItem;
use super::positions::Rows;
use super::{RawColumn, Select};
use crate::orm::sql::{Compiled, Expr, KeyNaming, LabelStyle, Query, Statement};

/// The name by which a bundle knows an item.
pub(super) fn bundle_key(column: &RawColumn) -> Rc<str> {
    match column {
        RawColumn::Entity(entity) => entity.row_name().unwrap_or_default(),
        RawColumn::Bundle { name, .. } => Rc::clone(name),
        RawColumn::Expr(expr) => expr_key(expr),
    }
}

fn expr_key(expr: &Expr) -> Rc<str> {
    expr.annotations()
        .proxy_key
        .clone()
        .or_else(|| expr.key().map(|name| name.shown()))
        .unwrap_or_else(|| Rc::from(""))
}

/// The names by which a row knows its items; none where an item has no name.
pub(super) fn row_names(
    select: &Select,
    drafts: &[DraftItem],
    rows: &Rows<'_>,
    compiled: &Compiled,
) -> Vec<Rc<str>> {
    let is_orm = select.is_mapped();
    let is_legacy = select.has_legacy_names;
    let mut naming = KeyNaming::new(match &select.from_statement {
        Some(Statement::Query(Query::Select(inner))) => inner.label_style,
        Some(Statement::Query(Query::Compound(_))) | None => select.label_style,
        Some(_) => LabelStyle::None,
    });
    let columns = select.columns.iter().zip(drafts);
    columns
        .map(|(column, draft)| match (column, draft) {
            (RawColumn::Expr(expr), DraftItem::Value { index, .. }) => {
                if !is_orm {
                    let (position, _) = rows.of_value(*index, expr);
                    if let Some(result) = compiled.result_columns.get(position) {
                        return Rc::from(&**result.key.as_ref().unwrap_or(&result.name));
                    }
                }
                if is_legacy {
                    return expr_key(expr);
                }
                naming
                    .key_of(expr)
                    .map_or_else(|| Rc::from(""), |name| name.shown())
            }
            _ => bundle_key(column),
        })
        .collect()
}
