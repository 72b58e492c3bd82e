//! The statements around a line, and the loops among them.

use std::collections::BTreeSet;

use rustpython_vm::compiler::ast::StmtFunctionDef;
use rustpython_vm::compiler::ast::visitor::{Visitor, walk_expr, walk_stmt};

use super::edit::{line_end, line_start};
use super::tree::{Expr, Stmt, bodies, bytes, expressions, line_bytes};

/// The statements that a line stands in, from the module's to the one whose own code the line is.
pub(super) struct Chain<'a> {
    all: Vec<&'a Stmt>,
    /// How many of them stand outside of the function that the line is in.
    outside: usize,
}

impl<'a> Chain<'a> {
    pub fn of(source: &str, module: &'a [Stmt], line: u32) -> Option<Self> {
        let wanted = line_bytes(source, line);
        let touches = |stmt: &&Stmt| {
            let whole = bytes(*stmt);
            whole.start < wanted.end && whole.end > wanted.start
        };
        let mut all = vec![module.iter().find(touches)?];
        while let Some(inner) = all.last().and_then(|last| {
            let mut inner = bodies(last).into_iter().flatten();
            inner.find(touches)
        }) {
            all.push(inner);
        }
        let is_scope = |stmt: &&Stmt| matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
        let outside = all.iter().rposition(is_scope).map_or(0, |at| at + 1);
        (outside < all.len()).then_some(Self { all, outside })
    }

    /// The statement whose own code the line is.
    pub fn last(&self) -> &'a Stmt {
        self.all[self.all.len() - 1]
    }

    /// The function that it stands in, where that is no method.
    pub fn function(&self) -> Option<&'a StmtFunctionDef> {
        let around = self.outside.checked_sub(2).map(|at| self.all[at]);
        match self.all[self.outside.checked_sub(1)?] {
            Stmt::FunctionDef(function) if !matches!(around, Some(Stmt::ClassDef(_))) => {
                Some(function)
            }
            _ => None,
        }
    }

    /// The statements around it in its function, the innermost first.
    pub fn around(&self) -> impl Iterator<Item = &'a Stmt> {
        let around = &self.all[self.outside..self.all.len() - 1];
        around.iter().rev().copied()
    }

    /// The loops around it in its function, the innermost first.
    pub fn loops(&self) -> impl Iterator<Item = &'a Stmt> {
        self.around().filter(|stmt| is_loop(stmt))
    }

    /// Whether the last statement has its block to itself.
    pub fn is_alone(&self) -> bool {
        let Some(parent) = self.around().next() else {
            return false;
        };
        let is_it = |body: &[Stmt]| matches!(body, [only] if std::ptr::eq(only, self.last()));
        bodies(parent).into_iter().any(is_it)
    }

    /// Whether the last statement of another chain was always run before this one, in the same function.
    pub fn follows(&self, other: &Self) -> bool {
        let depth = other.all.len() - 1;
        self.outside == other.outside
            && self.all.len() > depth
            && self.all[..depth]
                .iter()
                .zip(&other.all)
                .all(|(a, b)| std::ptr::eq(*a, *b))
            && bytes(self.all[depth]).start >= bytes(other.last()).end
            && match depth.checked_sub(1) {
                Some(parent) => bodies(self.all[parent]).iter().any(|body| {
                    let has = |stmt: &Stmt| body.iter().any(|it| std::ptr::eq(it, stmt));
                    has(self.all[depth]) && has(other.last())
                }),
                None => true,
            }
    }
}

/// Whether a line, or what it is a part of in its function, is run again and again.
pub(super) fn is_in_loop(source: &str, module: &[Stmt], line: u32) -> bool {
    Chain::of(source, module, line).is_some_and(|chain| {
        let is_comprehension = |expr: &Expr| {
            expr.is_list_comp_expr()
                || expr.is_set_comp_expr()
                || expr.is_dict_comp_expr()
                || expr.is_generator_expr()
        };
        chain.loops().next().is_some()
            || expressions(chain.last()).into_iter().any(is_comprehension)
    })
}

pub(super) fn is_loop(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::For(_) | Stmt::While(_))
}

/// The names that some code gives a value, and those that it reads.
#[derive(Default)]
pub(super) struct Names<'a> {
    pub stored: BTreeSet<&'a str>,
    pub read: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    pub fn of_stmt(stmt: &'a Stmt) -> Self {
        let mut names = Self::default();
        names.visit_stmt(stmt);
        names
    }

    pub fn of(expr: &'a Expr) -> Self {
        let mut names = Self::default();
        names.visit_expr(expr);
        names
    }
}

impl<'a> Visitor<'a> for Names<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr {
            let names = match name.ctx.is_load() {
                true => &mut self.read,
                false => &mut self.stored,
            };
            names.insert(name.id.as_str());
        }
        walk_expr(self, expr);
    }
}

/// What stands before a statement in its line, when that is nothing but blanks.
pub(super) fn indent<'a>(source: &'a str, stmt: &Stmt) -> Option<&'a str> {
    let start = bytes(stmt).start;
    let indent = &source[line_start(source, start)..start];
    indent.trim().is_empty().then_some(indent)
}

/// Behind the last line of a statement, and whether that line has an end.
pub(super) fn behind(source: &str, stmt: &Stmt) -> (usize, bool) {
    let end = line_end(source, bytes(stmt).end);
    match end == source.len() {
        true => (end, false),
        false => (end + 1, true),
    }
}

/// A name like that one which the source does not have.
pub(super) fn fresh(source: &str, name: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let is_taken = |name: &str| source.split(|c| !is_word(c)).any(|word| word == name);
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or_default()
}
