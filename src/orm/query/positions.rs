//! Where the rows of a statement have a column.

use std::collections::HashMap;

use super::compile::Built;
use crate::orm::sql::{Compiled, ElementId, Expr, SqlType};

/// Where the columns of a compiled statement are.
pub(super) struct Rows<'a> {
    pub positions: &'a HashMap<ElementId, Vec<usize>>,
    compiled: &'a Compiled,
}

impl<'a> Rows<'a> {
    pub fn new(built: &'a Built, compiled: &'a Compiled) -> Self {
        Self {
            positions: &built.positions,
            compiled,
        }
    }

    /// The position of a column; of a statement that is not ours, by what it exports or by name.
    pub fn position(&self, column: &Expr) -> Option<usize> {
        if let Some(found) = self.positions.get(&column.id()) {
            return found.first().copied();
        }
        if !self.positions.is_empty() {
            return None;
        }
        let columns = &self.compiled.result_columns;
        let lineage = columns
            .iter()
            .position(|result| result.expr.shares_lineage(column));
        lineage.or_else(|| {
            let name = column.name()?;
            let table = column.as_column().and_then(|(from, _)| from.name());
            let labelled = table.map(|table| format!("{table}_{name}"));
            let is_called =
                |wanted: &str| columns.iter().position(|result| *result.name == *wanted);
            labelled
                .and_then(|label| is_called(&label))
                .or_else(|| is_called(name.as_str()))
        })
    }

    pub fn of_value(&self, index: usize, expr: &Expr) -> (usize, SqlType) {
        let position = self.positions.get(&expr.id()).map_or(index, |found| {
            found
                .iter()
                .copied()
                .find(|&at| at >= index)
                .or_else(|| found.last().copied())
                .unwrap_or(index)
        });
        (position, expr.ty().clone())
    }
}
