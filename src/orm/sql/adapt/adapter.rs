//! SQLAlchemy's `ClauseAdapter`.

use std::rc::Rc;

use super::replace::{Replace, replace_expr};
use crate::orm::sql::expr::{Expr, ExprKind};
use crate::orm::sql::from::{FromClause, FromKind};

/// Which expressions an adapter is for.
pub type Choice = Rc<dyn Fn(&Expr) -> bool>;

/// Each column becomes the one of `selectable` that corresponds to it.
#[derive(Clone)]
pub struct ClauseAdapter {
    pub selectable: FromClause,
    /// Only these are adapted.
    pub include: Option<Choice>,
    /// These are not.
    pub exclude: Option<Choice>,
    /// Fall back to the column of the same name.
    pub adapt_on_names: bool,
    /// Only columns of elements that these are derived from are adapted.
    pub adapt_from: Option<Vec<FromClause>>,
    /// Labels are made anew with what they stand for.
    pub anonymize_labels: bool,
}

impl ClauseAdapter {
    pub fn new(selectable: &FromClause) -> Self {
        Self {
            selectable: selectable.clone(),
            include: None,
            exclude: None,
            adapt_on_names: false,
            adapt_from: None,
            anonymize_labels: false,
        }
    }

    pub fn traverse(&self, expr: &Expr) -> Expr {
        replace_expr(expr, self)
    }

    fn corresponding(&self, column: &Expr) -> Option<Expr> {
        if let Some(found) = self.selectable.corresponding_column(column, true) {
            return Some(found);
        }
        if self.adapt_on_names {
            let name = column.name()?;
            return self.selectable.column(name.as_str());
        }
        None
    }
}

impl Replace for ClauseAdapter {
    fn anonymizes_labels(&self) -> bool {
        self.anonymize_labels
    }

    fn expr(&self, expr: &Expr) -> Option<Expr> {
        match expr.kind() {
            // What is no column to SQLAlchemy, or always the same one, is looked into but not replaced.
            ExprKind::Text(_)
            | ExprKind::Null
            | ExprKind::True
            | ExprKind::False
            | ExprKind::From(_)
            | ExprKind::Collation(_)
            | ExprKind::LabelReference(_)
            | ExprKind::TextualLabelReference(_) => return None,
            _ => {}
        }
        if self.include.as_ref().is_some_and(|include| !include(expr)) {
            return None;
        }
        if self.exclude.as_ref().is_some_and(|exclude| exclude(expr)) {
            return None;
        }
        if expr
            .as_column()
            .is_some_and(|(from, _)| *from == self.selectable)
        {
            return Some(expr.clone());
        }
        if let Some(only) = &self.adapt_from
            && !only
                .iter()
                .any(|from| from.corresponding_column(expr, false).is_some())
        {
            return None;
        }
        let found = self.corresponding(expr)?;
        Some(found.annotate(expr.annotations().clone()))
    }

    fn from(&self, from: &FromClause) -> Option<FromClause> {
        if self.selectable.is_derived_from(from) {
            let wanted = self
                .adapt_from
                .as_ref()
                .is_none_or(|only| only.iter().any(|base| base.is_derived_from(from)));
            return wanted.then(|| self.selectable.clone());
        }
        // An alias of a table is an element of its own, whatever the table becomes.
        match from.kind() {
            FromKind::Alias { element, .. } if element.as_table().is_some() => Some(from.clone()),
            _ => None,
        }
    }
}
