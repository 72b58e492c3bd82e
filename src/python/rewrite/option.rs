//! The options of a query, changed so that they say something else.

use super::NotFound;
use super::edit::{Piece, line_start};
use super::import::Imports;
use super::join;
use super::mapping::group_of;
use super::query::{Spot, Target};
use super::tree::{Expr, ExprCall, Stmt, bytes, bytes_of, called, keyword, text};
use crate::trace::LoadStep;

/// A query whose options are being changed.
pub(super) struct Options<'a, 't> {
    source: &'a str,
    module: &'a [Stmt],
    target: &'t Target<'a>,
    imports: Imports,
    pieces: Vec<Piece>,
}

impl<'a, 't> Options<'a, 't> {
    pub fn of(source: &'a str, module: &'a [Stmt], target: &'t Target<'a>) -> Self {
        Self {
            source,
            module,
            target,
            imports: Imports::of(module),
            pieces: Vec::new(),
        }
    }

    /// Has them say the options of `steps`, which a line needs; changes nothing when they do.
    pub fn put(&mut self, line: u32, steps: &[LoadStep]) -> Result<(), NotFound> {
        let written = self.target.written().into_iter();
        // The option that already goes the farthest along the same path, and does not leave it on the way.
        let known = written
            .flat_map(|argument| Known::all_of(self.source, argument, &self.target.entity))
            .map(|known| (known.shared(steps), known))
            .max_by_key(|(shared, _)| *shared)
            .filter(|(shared, known)| {
                [known.calls.len(), steps.len()].contains(shared) && *shared > 0
            });
        let Some((shared, known)) = known else {
            let (first, rest) = steps.split_first().ok_or(NotFound::AlreadySaid { line })?;
            let attribute = first.key.rsplit('.').next().unwrap_or_default();
            let attribute = format!("{}.{attribute}", self.target.entity);
            let option = self.said(first, &attribute)? + &self.chained(rest)?;
            self.pieces.push(added(self.source, self.target, &option));
            return Ok(());
        };
        for (call, step) in known.calls.iter().zip(steps) {
            self.rename(call, step, line)?;
        }
        let Some((next, rest)) = steps[shared..].split_first() else {
            return Ok(());
        };
        let piece = match known.more {
            More::Behind(end) => Piece::insert(end, self.chained(&steps[shared..])?),
            More::Within(call) => {
                let option = self.said(next, &next.key)? + &self.chained(rest)?;
                one_more(self.source, call, &option)
            }
        };
        self.pieces.push(piece);
        Ok(())
    }

    /// All that changes.
    pub fn done(mut self) -> Vec<Piece> {
        if !self.pieces.is_empty() {
            self.pieces
                .extend(self.imports.added(self.source, self.module));
        }
        self.pieces
    }

    /// A step at the head of an option: `selectinload(Author.books)`.
    fn said(&mut self, step: &LoadStep, attribute: &str) -> Result<String, NotFound> {
        let argument = self.argument(step, attribute)?;
        Ok(format!("{}({argument})", self.imports.call(step.option)))
    }

    /// The steps behind others: `.selectinload(Author.books).selectinload(Book.reviews)`.
    fn chained(&self, steps: &[LoadStep]) -> Result<String, NotFound> {
        let each = steps.iter().map(|step| {
            let argument = self.argument(step, &step.key)?;
            Ok(format!(".{}({argument})", step.option))
        });
        each.collect()
    }

    fn argument(&self, step: &LoadStep, attribute: &str) -> Result<String, NotFound> {
        if step.option != "undefer_group" {
            return Ok(format!("{attribute}{}", step.settings()));
        }
        let group = group_of(self.module, &step.key).ok_or_else(|| NotFound::NoGroup {
            key: step.key.to_string(),
        })?;
        Ok(format!("{group:?}"))
    }

    /// Makes a call of an option say what a step says.
    fn rename(&mut self, call: &Call<'_>, step: &LoadStep, line: u32) -> Result<(), NotFound> {
        let (Some(name), Some(attribute)) = (called(call.call), call.attribute) else {
            return Ok(());
        };
        let now = self.imports.meant(name).to_owned();
        let is_deep_enough = !step.is_recursive || keyword(call.call, "recursion_depth").is_some();
        // It says nothing of how, and what follows says enough.
        if now == step.option && is_deep_enough || now == "defaultload" {
            return Ok(());
        }
        let mut argument = text(self.source, attribute).to_owned();
        if now == "contains_eager" && step.is_collection {
            // Its rows come from a join of the query, which goes on making many rows of an owner.
            let (source, module) = (self.source, self.module);
            let unjoined = join::take_out(source, module, self.target, &step.key, true);
            let unjoined = unjoined.ok_or_else(|| NotFound::NeedsJoin {
                line,
                key: step.key.to_string(),
            })?;
            self.pieces.extend(unjoined.pieces);
            argument += &unjoined
                .narrowed_to
                .map_or(String::new(), |to| format!(".and_({to})"));
        }
        match &*call.call.func {
            Expr::Attribute(method) => {
                let name = bytes_of(method.attr.range);
                self.pieces.push(Piece::replace(name, step.option));
            }
            function => {
                let name = self.imports.call(step.option);
                self.pieces.push(Piece::replace(bytes(function), name));
            }
        }
        // What else it says, as `innerjoin=True`, is about the other strategy.
        argument += step.settings();
        let arguments = bytes(&call.call.arguments);
        let said = format!("({argument})");
        if self.source[arguments.clone()] != said {
            self.pieces.push(Piece::replace(arguments, said));
        }
        Ok(())
    }
}

/// Puts an option beside those that are there, or where there is none yet.
fn added(source: &str, target: &Target<'_>, option: &str) -> Piece {
    if let Some(call) = target.options().next_back() {
        return one_more(source, call, option);
    }
    match target.spot {
        Spot::Within(call) => in_get(call, option),
        Spot::Behind(at) => {
            // In a chain that is written one call a line, this is one more.
            let rest = &source[at..];
            let next = rest.trim_start();
            let blank = &rest[..rest.len() - next.len()];
            let indent = blank
                .rfind('\n')
                .filter(|_| next.starts_with('.'))
                .map_or("", |newline| &blank[newline..]);
            Piece::insert(at, format!("{indent}.options({option})"))
        }
    }
}

/// One more argument of a call of `.options(…)`.
fn one_more(source: &str, call: &ExprCall, option: &str) -> Piece {
    match call.arguments.args.last() {
        Some(last) => Piece::insert(
            bytes(last).end,
            format!("{}{option}", separator(source, bytes(last).start)),
        ),
        None => Piece::insert(bytes(&call.arguments).end - 1, option),
    }
}

/// `session.get(Author, 1, options=[…])`.
fn in_get(call: &ExprCall, option: &str) -> Piece {
    let arguments = &call.arguments;
    if let Some(known) = keyword(call, "options") {
        if let Expr::List(list) = known {
            return match list.elts.last() {
                Some(last) => Piece::insert(bytes(last).end, format!(", {option}")),
                None => Piece::insert(bytes(list).end - 1, option),
            };
        }
        let end = bytes(known).end;
        return Piece::insert(end, format!(" + [{option}]"));
    }
    let args = arguments.args.iter().map(|it| bytes(it).end);
    let keywords = arguments.keywords.iter().map(|it| bytes(it).end);
    let end = args
        .chain(keywords)
        .max()
        .unwrap_or(bytes(arguments).start + 1);
    Piece::insert(end, format!(", options=[{option}]"))
}

/// What parts an item from the one before it: a new line where that one begins a line.
pub(super) fn separator(source: &str, before: usize) -> String {
    let start = line_start(source, before);
    let indent = &source[start..before];
    match indent.trim().is_empty() && start > 0 {
        true => format!(",\n{indent}"),
        false => ", ".to_owned(),
    }
}

/// An option as the source writes it.
struct Known<'a> {
    /// `selectinload(Author.books)`, then `.selectinload(Book.reviews)`.
    calls: Vec<Call<'a>>,
    /// Where the next step would go.
    more: More<'a>,
}

#[derive(Clone, Copy)]
enum More<'a> {
    /// As one more call behind this byte.
    Behind(usize),
    /// Among the arguments of `.options(…)` behind its calls.
    Within(&'a ExprCall),
}

#[derive(Clone)]
struct Call<'a> {
    call: &'a ExprCall,
    /// What it is about, whichever alias or part of that is meant.
    attribute: Option<&'a Expr>,
    /// `Author.books`, by the class's own name; none where it is anything else.
    key: Option<String>,
}

impl<'a> Known<'a> {
    /// The paths that an option goes: one, or one for each that stands in an `.options(…)` of it.
    fn all_of(source: &str, option: &'a Expr, entity: &str) -> Vec<Self> {
        let mut found = Vec::new();
        Self::collect(source, option, &[], &mut found);
        for first in found.iter_mut().filter_map(|known| known.calls.first_mut()) {
            if let Some(key) = &mut first.key
                && let Some(attribute) = key
                    .strip_prefix(entity)
                    .and_then(|rest| rest.strip_prefix('.'))
            {
                // Of an alias, to be compared with the class's.
                *key = format!("*.{attribute}");
            }
        }
        found
    }

    fn collect(source: &str, option: &'a Expr, before: &[Call<'a>], found: &mut Vec<Self>) {
        let mut chain = Vec::new();
        let mut at = option;
        while let Expr::Call(call) = at {
            chain.push(call);
            match &*call.func {
                Expr::Attribute(method) => at = &method.value,
                _ => break,
            }
        }
        let mut calls = before.to_vec();
        let mut more = More::Behind(bytes(option).end);
        for call in chain.into_iter().rev() {
            match called(call) {
                Some("options") => {
                    for argument in &call.arguments.args {
                        Self::collect(source, argument, &calls, found);
                    }
                    more = More::Within(call);
                }
                // It says where a path begins, which each of its keys says as well.
                Some("Load") if calls.is_empty() => {}
                _ => calls.push(Call::of(source, call)),
            }
        }
        found.push(Self { calls, more });
    }

    /// How many of its calls go along the path of `steps`, from the first on.
    fn shared(&self, steps: &[LoadStep]) -> usize {
        let pairs = self.calls.iter().zip(steps).enumerate();
        pairs
            .take_while(|(at, (call, step))| {
                let attribute = step.key.rsplit('.').next().unwrap_or_default();
                call.key.as_deref().is_some_and(|key| {
                    key == &*step.key || (*at == 0 && key.strip_prefix("*.") == Some(attribute))
                })
            })
            .count()
    }
}

impl<'a> Call<'a> {
    fn of(source: &str, call: &'a ExprCall) -> Self {
        let argument = call.arguments.args.first();
        let mut attribute = argument;
        // `Author.books.of_type(alias)`, `Author.books.and_(…)`.
        while let Some(Expr::Call(part)) = attribute {
            attribute = match &*part.func {
                Expr::Attribute(method) => Some(&method.value),
                _ => None,
            };
        }
        let attribute = attribute.filter(|it| it.is_attribute_expr());
        let key = attribute.map(|attribute| text(source, attribute).to_owned());
        // What it narrows a collection to is not to be lost.
        let is_narrowed =
            matches!(argument, Some(Expr::Call(part)) if called(part) == Some("and_"));
        Self {
            call,
            attribute: if is_narrowed { argument } else { attribute },
            key,
        }
    }
}
