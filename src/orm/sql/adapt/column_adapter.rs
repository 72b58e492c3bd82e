//! SQLAlchemy's `ColumnAdapter`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::adapter::ClauseAdapter;
use crate::orm::sql::expr::{ElementId, Expr};

/// Adapts and remembers, so that one column always becomes the same expression; may wrap other adapters that are asked
/// first.
#[derive(Clone)]
pub struct ColumnAdapter {
    pub adapter: ClauseAdapter,
    pub wrapped: Vec<Rc<ColumnAdapter>>,
    pub adapt_required: bool,
    pub allow_label_resolve: bool,
    memory: RefCell<HashMap<ElementId, Option<Expr>>>,
}

impl ColumnAdapter {
    pub fn new(adapter: ClauseAdapter) -> Self {
        Self {
            adapter,
            wrapped: Vec::new(),
            adapt_required: false,
            allow_label_resolve: true,
            memory: RefCell::new(HashMap::new()),
        }
    }

    /// This adapter applied to what `inner` has made of a column (`inner.wrap(outer)` in SQLAlchemy).
    pub fn wrapping(mut self, inner: Rc<ColumnAdapter>) -> Self {
        self.wrapped.push(inner);
        self
    }

    /// The expression that stands for `column`; none when adaption is required and there is no such column.
    pub fn column(&self, column: &Expr) -> Option<Expr> {
        if let Some(known) = self.memory.borrow().get(&column.id()) {
            return known
                .as_ref()
                .map(|known| known.annotate(column.annotations().clone()));
        }
        let mut adapted = column.clone();
        for inner in &self.wrapped {
            adapted = inner.column(&adapted)?;
        }
        let new = self.adapter.traverse(&adapted);
        let result = if self.adapt_required && new.ptr_eq(column) {
            None
        } else {
            Some(new)
        };
        self.memory.borrow_mut().insert(column.id(), result.clone());
        result
    }

    pub fn traverse(&self, expr: &Expr) -> Expr {
        let mut adapted = expr.clone();
        for inner in &self.wrapped {
            adapted = inner.traverse(&adapted);
        }
        self.adapter.traverse(&adapted)
    }
}
