//! Where a query is asked again and again: in a loop of its own function, or in a loop that calls that function.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::chain::{Chain, Names};
use super::edit::{Piece, replaced};
use super::tree::{Expr, ExprCall, Stmt, bytes, calls_of, expressions, keyword, parts, text};
use super::turns::Turns;

/// The turns in which an expression is evaluated, and what it is there.
pub(super) struct Site<'a> {
    source: &'a str,
    pub turns: Turns<'a>,
    /// The call that evaluates it, where it stands in a function without a loop.
    pub call: Option<&'a ExprCall>,
    /// What that call gives the parameters.
    given: BTreeMap<&'a str, &'a Expr>,
    /// Names that do not mean in the loop what they mean in the function.
    foreign: BTreeSet<&'a str>,
}

impl<'a> Site<'a> {
    /// Where a call of the last statement of a chain is made again and again.
    pub fn of(
        source: &'a str,
        module: &'a [Stmt],
        chain: &Chain<'a>,
        own: &[&'a Expr],
        call: &Expr,
    ) -> Option<Self> {
        match Turns::of(chain, own, call) {
            Some(turns) => Some(Self {
                source,
                turns,
                call: None,
                given: BTreeMap::new(),
                foreign: BTreeSet::new(),
            }),
            None => Self::of_caller(source, module, chain),
        }
    }

    /// The only loop that calls the function that a chain ends in.
    fn of_caller(source: &'a str, module: &'a [Stmt], chain: &Chain<'a>) -> Option<Self> {
        let function = chain.function()?;
        if function.is_async || !function.decorator_list.is_empty() {
            return None;
        }
        let calls = calls_of(module, function.name.as_str());
        let mut looped = calls.iter().filter_map(|(call, place)| {
            let line = source[..bytes(*call).start].matches('\n').count() as u32 + 1;
            let chain = Chain::of(source, module, line)?;
            let own = expressions(chain.last());
            let is_here = own.iter().any(|it| bytes(*it) == bytes(*call));
            let turns = Turns::of(&chain, &own, call).filter(|_| is_here)?;
            Some((*call, place, turns))
        });
        let (call, place, turns) = looped.next()?;
        if looped.next().is_some() {
            return None;
        }
        let mut given = BTreeMap::new();
        for (at, parameter) in function.parameters.iter_non_variadic_params().enumerate() {
            let name = parameter.parameter.name.as_str();
            given.insert(name, keyword(call, name).or(call.arguments.args.get(at))?);
        }
        let is_starred = |expr: &Expr| matches!(expr, Expr::Starred(_));
        let mut foreign = BTreeSet::new();
        for stmt in &function.body {
            foreign.extend(Names::of_stmt(stmt).stored);
        }
        let is_changed = given.keys().any(|name| foreign.contains(name));
        if is_changed || call.arguments.args.iter().any(is_starred) {
            return None;
        }
        for around in &place.functions {
            let parameters = around.parameters.iter_non_variadic_params();
            foreign.extend(parameters.map(|it| it.parameter.name.as_str()));
            for stmt in &around.body {
                foreign.extend(Names::of_stmt(stmt).stored);
            }
        }
        Some(Self {
            source,
            turns,
            call: Some(call),
            given,
            foreign,
        })
    }

    /// What an expression reads in the loop; none where a name means something else there.
    fn reads(&self, expr: &'a Expr) -> Option<BTreeSet<&'a str>> {
        let mut reads = BTreeSet::new();
        for name in Names::of(expr).read {
            match self.given.get(name) {
                Some(given) => reads.extend(Names::of(given).read),
                None if self.foreign.contains(name) => return None,
                None => {
                    reads.insert(name);
                }
            }
        }
        Some(reads)
    }

    /// Whether an expression is the same in all turns.
    pub fn keeps(&self, expr: &'a Expr) -> bool {
        let reads = self.reads(expr);
        reads.is_some_and(|reads| self.turns.keeps_all(&reads))
    }

    /// Whether each turn has a key of its own, and what makes it is known before the first turn.
    pub fn has_keys(&self, key: &'a Expr) -> bool {
        let reads = self.reads(key);
        reads.is_some_and(|reads| self.turns.tells(&reads))
    }

    /// An expression as the loop would write it.
    pub fn text(&self, expr: &'a Expr) -> String {
        self.changed(expr, bytes(expr), &[])
    }

    /// A part of an expression, as the loop would write it, with some changes.
    pub fn changed(&self, expr: &'a Expr, part: Range<usize>, changes: &[Piece]) -> String {
        let mut pieces = changes.to_vec();
        for name in parts(expr) {
            let Expr::Name(it) = name else { continue };
            let at = bytes(name);
            let is_in = |range: &Range<usize>| range.start <= at.start && at.end <= range.end;
            let is_changed = changes.iter().any(|piece| is_in(&piece.range));
            let Some(given) = self.given.get(it.id.as_str()).filter(|_| !is_changed) else {
                continue;
            };
            if is_in(&part) {
                pieces.push(Piece::replace(at, self.argument(given)));
            }
        }
        replaced(self.source, part, pieces)
    }

    /// An argument, to stand in the place of a parameter.
    fn argument(&self, given: &Expr) -> String {
        let text = text(self.source, given);
        let is_one = matches!(
            given,
            Expr::Name(_) | Expr::Attribute(_) | Expr::Call(_) | Expr::Subscript(_)
        );
        match is_one || given.is_literal_expr() {
            true => text.to_owned(),
            false => format!("({text})"),
        }
    }
}
