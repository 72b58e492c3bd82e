//! The options of a query, changed so that they say something else.

use super::edit::{Piece, line_start};
use super::import::Imports;
use super::query::{Spot, Target};
use super::tree::{Expr, ExprCall, Stmt, bytes, bytes_of, called, text};
use crate::trace::LoadStep;

/// What puts the options of `steps` at a query; nothing when it has them.
pub(super) fn put(
    source: &str,
    module: &[Stmt],
    target: &Target<'_>,
    steps: &[LoadStep],
) -> Vec<Piece> {
    let mut imports = Imports::of(module);
    let mut pieces = Vec::new();
    let written = target.options.iter().flat_map(|call| &call.arguments.args);
    // The option that already goes the farthest along the same path, and does not leave it on the way.
    let known = written
        .map(|argument| Known::of(source, argument, &target.entity))
        .map(|known| (known.shared(steps), known))
        .max_by_key(|(shared, _)| *shared)
        .filter(|(shared, known)| [known.calls.len(), steps.len()].contains(shared) && *shared > 0);
    match known {
        Some((shared, known)) => {
            for (call, step) in known.calls.iter().zip(steps) {
                call.rename(step, source, &mut imports, &mut pieces);
            }
            let rest = chained(&steps[shared..]);
            if !rest.is_empty() {
                pieces.push(Piece::insert(known.end, rest));
            }
        }
        None => {
            let option = fresh(target, steps, &mut imports);
            pieces.push(added(source, target, &option));
        }
    }
    if !pieces.is_empty() {
        pieces.extend(imports.added(source, module));
    }
    pieces
}

/// `selectinload(Author.books).selectinload(Book.reviews)`.
fn fresh(target: &Target<'_>, steps: &[LoadStep], imports: &mut Imports) -> String {
    let Some((first, rest)) = steps.split_first() else {
        return String::new();
    };
    let function = imports.call(first.option);
    let attribute = first.key.rsplit('.').next().unwrap_or_default();
    format!("{function}({}.{attribute}){}", target.entity, chained(rest))
}

fn chained(steps: &[LoadStep]) -> String {
    let each = steps.iter();
    each.map(|step| format!(".{}({})", step.option, step.key))
        .collect()
}

/// Puts an option beside those that are there, or where there is none yet.
fn added(source: &str, target: &Target<'_>, option: &str) -> Piece {
    if let Some(call) = target.options.last() {
        return match call.arguments.args.last() {
            Some(last) => Piece::insert(
                bytes(last).end,
                format!("{}{option}", separator(source, bytes(last).start)),
            ),
            None => Piece::insert(bytes(&call.arguments).end - 1, option),
        };
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

/// `session.get(Author, 1, options=[…])`.
fn in_get(call: &ExprCall, option: &str) -> Piece {
    let arguments = &call.arguments;
    let mut keywords = arguments.keywords.iter();
    let is_options = |name: &str| name == "options";
    let known = keywords.find(|it| it.arg.as_ref().is_some_and(|arg| is_options(arg.as_str())));
    if let Some(known) = known {
        if let Expr::List(list) = &known.value {
            return match list.elts.last() {
                Some(last) => Piece::insert(bytes(last).end, format!(", {option}")),
                None => Piece::insert(bytes(list).end - 1, option),
            };
        }
        let end = bytes(&known.value).end;
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
    /// Where the next call of the chain would go.
    end: usize,
}

struct Call<'a> {
    call: &'a ExprCall,
    /// `Author.books`, by the class's own name; none where it is anything else.
    key: Option<String>,
}

impl<'a> Known<'a> {
    fn of(source: &str, option: &'a Expr, entity: &str) -> Self {
        let mut calls = Vec::new();
        let mut at = option;
        while let Expr::Call(call) = at {
            let argument = call.arguments.args.first();
            let key = argument.filter(|argument| argument.is_attribute_expr());
            calls.push(Call {
                call,
                key: key.map(|key| text(source, key).to_owned()),
            });
            match &*call.func {
                Expr::Attribute(method) => at = &method.value,
                _ => break,
            }
        }
        calls.reverse();
        // `Load(Author)` says where a path begins, which each of its keys says as well.
        if calls
            .first()
            .is_some_and(|it| called(it.call) == Some("Load"))
        {
            calls.remove(0);
        }
        if let Some(first) = calls.first_mut()
            && let Some(key) = &mut first.key
            && let Some(attribute) = key
                .strip_prefix(entity)
                .and_then(|rest| rest.strip_prefix('.'))
        {
            // Of an alias, to be compared with the class's.
            *key = format!("*.{attribute}");
        }
        Self {
            calls,
            end: bytes(option).end,
        }
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

impl Call<'_> {
    /// Makes it say what a step says.
    fn rename(
        &self,
        step: &LoadStep,
        source: &str,
        imports: &mut Imports,
        pieces: &mut Vec<Piece>,
    ) {
        let Some(now) = called(self.call).filter(|now| imports.meant(now) != step.option) else {
            return;
        };
        // It says nothing of how, and what follows says enough.
        if imports.meant(now) == "defaultload" {
            return;
        }
        match &*self.call.func {
            Expr::Attribute(method) => {
                let name = bytes_of(method.attr.range);
                pieces.push(Piece::replace(name, step.option));
            }
            function => pieces.push(Piece::replace(bytes(function), imports.call(step.option))),
        }
        // What else it says, as `innerjoin=True`, is about the other strategy.
        if let (Some(argument), [_, ..]) = (
            self.call.arguments.args.first(),
            &*self.call.arguments.keywords,
        ) {
            let all = bytes(&self.call.arguments);
            let argument = text(source, argument);
            pieces.push(Piece::replace(all, format!("({argument})")));
        }
    }
}
