//! What SQLAlchemy calls the classes of expressions and FROM elements: Python's own errors name them.

use std::borrow::Cow;

use super::node::Kind;
use crate::orm::sql::expr::{Expr, ExprKind, Op};
use crate::orm::sql::from::{FromClause, FromKind};

/// The word that the class for a piece of SQL is registered under, where it has one of its own.
pub(super) fn of(kind: &Kind) -> Option<Cow<'static, str>> {
    match kind {
        Kind::Expr(expr) => of_expr(expr),
        Kind::From(from) => of_from(from).map(Cow::Borrowed),
        _ => None,
    }
}

fn of_expr(expr: &Expr) -> Option<Cow<'static, str>> {
    let name = match expr.kind() {
        ExprKind::Function(function) if function.known => {
            return Some(Cow::Owned(format!("function {}", function.name)));
        }
        ExprKind::Function(_) => "Function",
        ExprKind::Column { .. } => "Column",
        ExprKind::Name { .. } => "ColumnClause",
        ExprKind::Bind(_) => "BindParameter",
        ExprKind::Null => "Null",
        ExprKind::True => "True_",
        ExprKind::False => "False_",
        ExprKind::Unary { .. } => "UnaryExpression",
        ExprKind::AsBoolean { .. } => "AsBoolean",
        ExprKind::Binary { .. } => "BinaryExpression",
        ExprKind::List {
            op: Op::And | Op::Or,
            ..
        } => "BooleanClauseList",
        ExprKind::List { op: Op::Comma, .. } => "ClauseList",
        ExprKind::List { .. } => "ExpressionClauseList",
        ExprKind::Tuple(_) => "Tuple",
        ExprKind::Grouping(_) => "Grouping",
        ExprKind::Case(_) => "Case",
        ExprKind::Cast(_) => "Cast",
        ExprKind::TypeCoerce(_) => "TypeCoerce",
        ExprKind::Extract { .. } => "Extract",
        ExprKind::Over(_) => "Over",
        ExprKind::Filter { .. } => "FunctionFilter",
        ExprKind::WithinGroup { .. } => "WithinGroup",
        ExprKind::Label { .. } => "Label",
        ExprKind::ScalarSubquery(_) => "ScalarSelect",
        ExprKind::Collation(_) => "CollationClause",
        _ => return None,
    };
    Some(Cow::Borrowed(name))
}

fn of_from(from: &FromClause) -> Option<&'static str> {
    Some(match from.kind() {
        FromKind::Alias { .. } => "Alias",
        FromKind::Subquery {
            is_lateral: true, ..
        } => "Lateral",
        FromKind::Subquery { .. } => "Subquery",
        FromKind::Cte(_) => "CTE",
        FromKind::Join(_) => "Join",
        FromKind::Grouping(_) => "FromGrouping",
        FromKind::TableValued { .. } => "TableValuedAlias",
        FromKind::Values(_) => "Values",
        FromKind::Table(_) | FromKind::Text(_) => return None,
    })
}
