//! SQLAlchemy's linter: FROM elements that no comparison connects make a cartesian product.

use std::collections::HashSet;

use super::compiler::Compiler;
use crate::orm::sql::expr::Expr;
use crate::orm::sql::from::FromClause;

/// The FROM elements of one statement and what connects them.
#[derive(Default)]
pub(super) struct Linter {
    froms: Vec<(FromClause, String)>,
    edges: HashSet<(u64, u64)>,
}

impl Linter {
    pub(super) fn add_from(&mut self, from: &FromClause, name: &str) {
        if !self.froms.iter().any(|(known, _)| known == from) {
            self.froms.push((from.clone(), name.to_owned()));
        }
    }

    pub(super) fn connect(&mut self, left: &[FromClause], right: &[FromClause]) {
        for a in left {
            for b in right {
                self.edges.insert((a.id(), b.id()));
            }
        }
    }

    /// The warning, when some elements cannot be reached from the last one.
    pub(super) fn warning(&self, statement: &str) -> Option<String> {
        let (start, start_name) = self.froms.last()?;
        let mut reached = HashSet::from([start.id()]);
        let mut todo = vec![start.id()];
        while let Some(node) = todo.pop() {
            for (a, b) in &self.edges {
                for (from, to) in [(a, b), (b, a)] {
                    if *from == node && reached.insert(*to) {
                        todo.push(*to);
                    }
                }
            }
        }
        let rest: Vec<String> = self
            .froms
            .iter()
            .filter(|(from, _)| !reached.contains(&from.id()))
            .map(|(_, name)| format!("\"{name}\""))
            .collect();
        if rest.is_empty() {
            return None;
        }
        Some(format!(
            "{statement} statement has a cartesian product between FROM element(s) {} and FROM element \
             \"{start_name}\".  Apply join condition(s) between each element to resolve.",
            rest.join(", ")
        ))
    }
}

impl Compiler<'_> {
    pub(super) fn lint_from(&mut self, from: &FromClause, name: &str) {
        if let Some(linter) = self.linters.last_mut() {
            linter.add_from(from, name);
        }
    }

    pub(super) fn lint_comparison(&mut self, left: &Expr, right: &Expr) {
        if let Some(linter) = self.linters.last_mut() {
            linter.connect(&left.from_objects(), &right.from_objects());
        }
    }

    pub(super) fn lint_join(&mut self, left: &FromClause, right: &FromClause) {
        if let Some(linter) = self.linters.last_mut() {
            linter.connect(&left.from_objects(), &right.from_objects());
        }
    }

    /// Ends the linting of a statement.
    pub(super) fn finish_lint(&mut self, statement: &str) {
        if let Some(warning) = self
            .linters
            .pop()
            .and_then(|linter| linter.warning(statement))
        {
            self.unjoined = true;
            self.warn(warning);
        }
    }
}
