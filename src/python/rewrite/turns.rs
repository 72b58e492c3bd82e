//! What a loop goes through, and what of it is known before its first turn.

use std::collections::BTreeSet;

use ruff_text_size::Ranged;

use super::chain::{Chain, Names, fresh, indent};
use super::edit::{Piece, line_start};
use super::tree::{Expr, Stmt, bytes, parts, text};

/// What a loop goes through.
pub(super) struct Turns<'a> {
    pub target: &'a Expr,
    iter: &'a Expr,
    /// All names of the loop.
    all: Names<'a>,
    /// The statement that all of it comes after.
    before: &'a Stmt,
}

impl<'a> Turns<'a> {
    /// The turns in which an expression of the last statement of a chain is evaluated: those of a comprehension in that
    /// statement, or of the loop around it.
    pub fn of(chain: &Chain<'a>, own: &[&'a Expr], call: &impl Ranged) -> Option<Self> {
        comprehension(own, call, chain.last()).or_else(|| for_loop(chain))
    }

    /// Whether each turn has a key of its own, and what makes it is known before the first turn.
    pub fn has_keys(&self, key: &Expr) -> bool {
        self.tells(&Names::of(key).read)
    }

    /// The same of a key that reads these names.
    pub fn tells(&self, reads: &BTreeSet<&str>) -> bool {
        let told = Names::of(self.target).stored;
        let is_late = |name: &&str| self.all.stored.contains(*name) && !told.contains(*name);
        !reads.is_disjoint(&told) && !reads.iter().any(is_late)
    }

    /// Whether an expression is the same in all turns.
    pub fn keeps(&self, expr: &Expr) -> bool {
        self.keeps_all(&Names::of(expr).read)
    }

    /// Whether these names mean the same in all turns.
    pub fn keeps_all(&self, reads: &BTreeSet<&str>) -> bool {
        reads.is_disjoint(&self.all.stored)
    }

    /// The session that what is gone through was asked of, where its query stands there.
    pub fn session(&self) -> Option<&'a Expr> {
        parts(self.iter).into_iter().find_map(|part| match part {
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(method)
                    if ["execute", "query", "scalars"].contains(&method.attr.as_str()) =>
                {
                    Some(&*method.value)
                }
                _ => None,
            },
            _ => None,
        })
    }

    /// The keys of all turns, as a list. What can be gone through only once is made a list first.
    pub fn keys(&self, source: &str, key: &str, ahead: &mut Ahead<'_>) -> String {
        let rows = self.rows(source, ahead);
        let target = text(source, self.target);
        match key == target && is_literal(self.iter) {
            true => rows,
            false => format!("[{key} for {target} in {rows}]"),
        }
    }

    /// The same where each turn has several keys: all of them, one after the other by that name.
    pub fn all_keys(
        &self,
        source: &str,
        keys: &[String],
        name: &str,
        ahead: &mut Ahead<'_>,
    ) -> String {
        let rows = self.rows(source, ahead);
        let target = text(source, self.target);
        let keys = keys.join(", ");
        format!("[{name} for {target} in {rows} for {name} in ({keys})]")
    }

    fn rows(&self, source: &str, ahead: &mut Ahead<'_>) -> String {
        let mut rows = text(source, self.iter).to_owned();
        if !is_read_again(self.iter) {
            let name = fresh(source, "rows");
            ahead.line(&format!("{name} = list({rows})"));
            ahead
                .pieces
                .push(Piece::replace(bytes(self.iter), name.clone()));
            rows = name;
        }
        rows
    }
}

/// The lines that come before a loop, and what else changes.
pub(super) struct Ahead<'a> {
    at: usize,
    indent: &'a str,
    lines: String,
    pub pieces: Vec<Piece>,
}

impl<'a> Ahead<'a> {
    pub fn of(source: &'a str, turns: &Turns<'_>) -> Option<Self> {
        let indent = indent(source, turns.before)?;
        Some(Self {
            at: line_start(source, bytes(turns.before).start),
            indent,
            lines: String::new(),
            pieces: Vec::new(),
        })
    }

    pub fn line(&mut self, code: &str) {
        self.lines += &format!("{}{code}\n", self.indent);
    }

    /// All that changes.
    pub fn done(mut self) -> Vec<Piece> {
        self.pieces.push(Piece::insert(self.at, self.lines));
        self.pieces
    }
}

fn for_loop<'a>(chain: &Chain<'a>) -> Option<Turns<'a>> {
    let stmt = chain.loops().next()?;
    match stmt {
        Stmt::For(it) if !it.is_async => Some(Turns {
            target: &it.target,
            iter: &it.iter,
            all: Names::of_stmt(stmt),
            before: stmt,
        }),
        _ => None,
    }
}

/// The comprehension that a call of a statement stands in.
fn comprehension<'a>(own: &[&'a Expr], call: &impl Ranged, stmt: &'a Stmt) -> Option<Turns<'a>> {
    let (expr, generators) = own.iter().rev().find_map(|expr| {
        let generators = match expr {
            Expr::ListComp(it) => &it.generators,
            Expr::SetComp(it) => &it.generators,
            Expr::DictComp(it) => &it.generators,
            Expr::Generator(it) => &it.generators,
            _ => return None,
        };
        // What it goes through is evaluated once.
        let call = bytes(call);
        let is_in = |part: std::ops::Range<usize>| part.start <= call.start && call.end <= part.end;
        let is_gone_through = generators.first().is_some_and(|it| is_in(bytes(&it.iter)));
        (is_in(bytes(*expr)) && !is_gone_through).then_some((*expr, generators))
    })?;
    match &**generators {
        [only] if !only.is_async => Some(Turns {
            target: &only.target,
            iter: &only.iter,
            all: Names::of(expr),
            before: stmt,
        }),
        _ => None,
    }
}

/// Whether the keys themselves stand there.
fn is_literal(iter: &Expr) -> bool {
    matches!(iter, Expr::List(_) | Expr::Tuple(_)) || is_range(iter)
}

fn is_range(iter: &Expr) -> bool {
    match iter {
        Expr::Call(call) => matches!(&*call.func, Expr::Name(it) if it.id.as_str() == "range"),
        _ => false,
    }
}

/// Whether what a loop goes through is the same when it is gone through once more.
fn is_read_again(iter: &Expr) -> bool {
    match iter {
        Expr::Name(_) | Expr::Attribute(_) | Expr::List(_) | Expr::Tuple(_) | Expr::Set(_) => true,
        other => is_range(other),
    }
}
