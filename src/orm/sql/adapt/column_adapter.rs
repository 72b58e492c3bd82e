//! SQLAlchemy's `ColumnAdapter`.

use std::cell::RefCell;
use std::collections::HashMap;

use super::adapter::ClauseAdapter;
use crate::orm::sql::expr::{ElementId, Expr};

/// Adapts and remembers, so that one column always becomes the same expression.
#[derive(Clone)]
pub struct ColumnAdapter {
    pub adapter: ClauseAdapter,
    pub adapt_required: bool,
    memory: RefCell<HashMap<ElementId, Option<Expr>>>,
}

impl ColumnAdapter {
    pub fn new(adapter: ClauseAdapter) -> Self {
        Self {
            adapter,
            adapt_required: false,
            memory: RefCell::new(HashMap::new()),
        }
    }

    /// The expression that stands for `column`; none when adaption is required and there is no such column.
    pub fn column(&self, column: &Expr) -> Option<Expr> {
        if let Some(known) = self.memory.borrow().get(&column.id()) {
            return known
                .as_ref()
                .map(|known| known.annotate(column.annotations().clone()));
        }
        let new = self.adapter.traverse(column);
        let result = if self.adapt_required && new.ptr_eq(column) {
            None
        } else {
            Some(new)
        };
        self.memory.borrow_mut().insert(column.id(), result.clone());
        result
    }

    pub fn traverse(&self, expr: &Expr) -> Expr {
        self.adapter.traverse(expr)
    }
}
