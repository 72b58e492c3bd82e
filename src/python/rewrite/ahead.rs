//! What each turn of a loop asks for by a key of its own, asked for before the loop with one query.

use std::ops::Range;

use super::NotFound;
use super::chain::{Chain, behind, fresh};
use super::edit::{Piece, line_start};
use super::import::core;
use super::tree::{CmpOp, Expr, ExprAttribute, ExprCall, Stmt, bytes, called, expressions, text};
use super::turns::{Ahead, Turns};

/// Parts of a query that leave the rows of each key what they were when many keys are asked for.
const BY_KEY: [&str; 7] = [
    "filter",
    "join",
    "options",
    "order_by",
    "select",
    "select_from",
    "where",
];

/// What `session.get` of a line asks for in each turn of its loop, with one query before it.
pub(super) fn fetch_ahead(
    source: &str,
    module: &[Stmt],
    line: u32,
    column: &str,
) -> Result<Vec<Piece>, NotFound> {
    let found = || {
        let chain = Chain::of(source, module, line)?;
        let own = expressions(chain.last());
        let get = own.iter().find_map(|expr| match expr {
            Expr::Call(call) if matches!(called(call), Some("get" | "get_one")) => Some(call),
            _ => None,
        })?;
        let (Expr::Attribute(method), [class, key, ..]) = (&*get.func, &*get.arguments.args) else {
            return None;
        };
        let turns = Turns::of(&chain, &own, get)?;
        if !turns.has_keys(key) || !turns.keeps(&method.value) {
            return None;
        }
        let mut ahead = Ahead::of(source, &turns)?;
        let keys = turns.keys(source, text(source, key), &mut ahead);
        let select = core(source, module, "select", &mut ahead.pieces);
        let class = text(source, class);
        let of = format!("{class}.{column}.in_({keys})");
        let session = text(source, &*method.value);
        let query = format!("{session}.scalars({select}({class}).where({of}))");
        let query = awaited(query, is_awaited(&own, get));
        // A session does not hold on to what nobody else does.
        ahead.line(&format!("{} = {query}.all()", fresh(source, "loaded")));
        Some(ahead.done())
    };
    found().ok_or(NotFound::NoLoop { line })
}

/// The objects of that class that a line refreshes one by one, all of them filled again before its loop.
pub(super) fn refresh_ahead(
    source: &str,
    module: &[Stmt],
    line: u32,
    class: &str,
    column: &str,
) -> Result<Vec<Piece>, NotFound> {
    let found = || {
        let chain = Chain::of(source, module, line)?;
        let stmt = chain.last();
        let Stmt::Expr(it) = stmt else { return None };
        let (Expr::Call(refresh), is_awaited) = unawaited(&it.value) else {
            return None;
        };
        let (Expr::Attribute(method), Some("refresh"), [object]) =
            (&*refresh.func, called(refresh), &*refresh.arguments.args)
        else {
            return None;
        };
        let turns = Turns::of(&chain, &expressions(stmt), refresh)?;
        let is_whole = refresh.arguments.keywords.is_empty();
        if !is_whole || !turns.has_keys(object) || !turns.keeps(&method.value) {
            return None;
        }
        let mut ahead = Ahead::of(source, &turns)?;
        let key = format!("{}.{column}", text(source, object));
        let keys = turns.keys(source, &key, &mut ahead);
        let select = core(source, module, "select", &mut ahead.pieces);
        let session = text(source, &*method.value);
        let query = format!(
            "{session}.scalars({select}({class}).where({class}.{column}.in_({keys})), \
             execution_options={{\"populate_existing\": True}})"
        );
        ahead.line(&format!("{}.all()", awaited(query, is_awaited)));
        // A block must not be left empty.
        ahead.pieces.push(match chain.is_alone() {
            true => Piece::replace(bytes(stmt), "pass"),
            false => Piece::replace(
                line_start(source, bytes(stmt).start)..behind(source, stmt).0,
                "",
            ),
        });
        Some(ahead.done())
    };
    found().ok_or(NotFound::NoLoop { line })
}

/// The query that a line sends for each key, sent for the keys of all turns before its loop, and its answers looked up.
pub(super) fn ask_ahead(source: &str, module: &[Stmt], line: u32) -> Result<Vec<Piece>, NotFound> {
    let found = || {
        let chain = Chain::of(source, module, line)?;
        let own = expressions(chain.last());
        let gone_through = iters(chain.last(), &own);
        let asked = own.iter().find_map(|expr| {
            let is_gone_through = gone_through.contains(&bytes(*expr));
            Asked::of(expr, is_gone_through)
        })?;
        let turns = Turns::of(&chain, &own, asked.call)?;
        let calls = calls_of(asked.select)?;
        let by_key = calls
            .iter()
            .filter(|call| matches!(called(call), Some("where" | "filter")))
            .flat_map(|call| &call.arguments.args)
            .find_map(|criterion| ByKey::of(criterion, &turns))?;
        // But for the key it is one query in all turns.
        let arguments = calls.iter().flat_map(|call| {
            let keywords = call.arguments.keywords.iter().map(|it| &it.value);
            call.arguments.args.iter().chain(keywords)
        });
        let mut rest = arguments.filter(|it| bytes(*it) != bytes(by_key.criterion));
        if !turns.keeps(asked.session) || !rest.all(|it| turns.keeps(it)) {
            return None;
        }
        let selected = calls.last()?;
        let [what] = &*selected.arguments.args else {
            return None;
        };
        let mut ahead = Ahead::of(source, &turns)?;
        let (key, column) = (text(source, by_key.key), text(source, by_key.column));
        let keys = turns.keys(source, key, &mut ahead);
        let whole = bytes(asked.select);
        let part = bytes(by_key.criterion);
        let (select, tail) = (
            &source[whole.start..part.start],
            &source[part.end..whole.end],
        );
        let session = text(source, asked.session);
        let answer = if asked.is_value {
            if !matches!(what, Expr::Call(call) if called(call) == Some("count")) {
                return None;
            }
            let at = bytes(what).start - whole.start;
            let (before, after) = select.split_at(at);
            let query = format!(
                "{session}.execute({before}{column}, {after}{column}.in_({keys}){tail}.group_by({column}))"
            );
            let name = fresh(source, "counts");
            let query = awaited(query, asked.is_awaited);
            ahead.line(&format!("{name} = dict({query}.all())"));
            format!("{name}.get({key}, 0)")
        } else {
            // Objects of the class whose column it is.
            if text(source, what) != text(source, &*by_key.column.value) {
                return None;
            }
            let query = format!("{session}.scalars({select}{column}.in_({keys}){tail})");
            let (name, row) = (fresh(source, "found"), fresh(source, "row"));
            ahead.line(&format!("{name} = {{}}"));
            ahead.line(&format!(
                "for {row} in {}:",
                awaited(query, asked.is_awaited)
            ));
            let attribute = by_key.column.attr.as_str();
            ahead.line(&format!(
                "    {name}.setdefault({row}.{attribute}, []).append({row})"
            ));
            match asked.answer {
                "all" | "scalars" => format!("{name}.get({key}, [])"),
                "one" => format!("{name}[{key}][0]"),
                _ => format!("next(iter({name}.get({key}, [])), None)"),
            }
        };
        ahead
            .pieces
            .push(Piece::replace(bytes(asked.whole), answer));
        Some(ahead.done())
    };
    found().ok_or(NotFound::NoLoop { line })
}

/// A query that is sent, and what is taken of its answer.
struct Asked<'a> {
    /// All of the expression that is the answer.
    whole: &'a Expr,
    call: &'a ExprCall,
    session: &'a Expr,
    select: &'a Expr,
    /// `all`, `first`, `one` or `one_or_none`; `scalars` where a loop goes through it; `scalar` for the one value that the
    /// query has.
    answer: &'a str,
    is_value: bool,
    is_awaited: bool,
}

impl<'a> Asked<'a> {
    /// The query that an expression sends, where it is one; whose rows a loop may go through one by one.
    fn of(expr: &'a Expr, is_gone_through: bool) -> Option<Self> {
        let (Expr::Call(outer), is_outer_awaited) = unawaited(expr) else {
            return None;
        };
        let Expr::Attribute(method) = &*outer.func else {
            return None;
        };
        let answer = method.attr.as_str();
        let (call, is_awaited) = match answer {
            "scalar" => (outer, is_outer_awaited),
            "scalars" if is_gone_through => (outer, is_outer_awaited),
            "all" | "first" | "one" | "one_or_none" if !is_outer_awaited => {
                match unawaited(&method.value) {
                    (Expr::Call(inner), is_awaited) if called(inner) == Some("scalars") => {
                        (inner, is_awaited)
                    }
                    _ => return None,
                }
            }
            _ => return None,
        };
        let (Expr::Attribute(method), [select]) = (&*call.func, &*call.arguments.args) else {
            return None;
        };
        call.arguments.keywords.is_empty().then_some(Self {
            whole: expr,
            call,
            session: &method.value,
            select,
            answer,
            is_value: answer == "scalar",
            is_awaited,
        })
    }
}

/// `Book.author_id == author.id`: a column that is compared with a key of each turn.
struct ByKey<'a> {
    criterion: &'a Expr,
    column: &'a ExprAttribute,
    key: &'a Expr,
}

impl<'a> ByKey<'a> {
    fn of(criterion: &'a Expr, turns: &Turns<'_>) -> Option<Self> {
        let Expr::Compare(it) = criterion else {
            return None;
        };
        let (left, [right]) = (&*it.left, &*it.comparators) else {
            return None;
        };
        let is_equal = matches!(&*it.ops, [CmpOp::Eq]);
        let sides = [(left, right), (right, left)];
        sides.into_iter().find_map(|(column, key)| match column {
            Expr::Attribute(attribute)
                if is_equal && turns.keeps(column) && turns.has_keys(key) =>
            {
                Some(Self {
                    criterion,
                    column: attribute,
                    key,
                })
            }
            _ => None,
        })
    }
}

/// What the loop that a statement is, and the comprehensions in it, go through.
fn iters(stmt: &Stmt, own: &[&Expr]) -> Vec<Range<usize>> {
    let mut iters: Vec<_> = own
        .iter()
        .filter_map(|expr| match expr {
            Expr::ListComp(it) => Some(&it.generators),
            Expr::SetComp(it) => Some(&it.generators),
            Expr::DictComp(it) => Some(&it.generators),
            Expr::Generator(it) => Some(&it.generators),
            _ => None,
        })
        .flatten()
        .map(|generator| bytes(&generator.iter))
        .collect();
    if let Stmt::For(it) = stmt {
        iters.push(bytes(&*it.iter));
    }
    iters
}

/// The calls that make a query, `select` the last; none when one of them does more than to choose rows.
fn calls_of(select: &Expr) -> Option<Vec<&ExprCall>> {
    let mut calls = Vec::new();
    let mut next = select;
    loop {
        let Expr::Call(call) = next else { return None };
        let name = called(call)?;
        if !BY_KEY.contains(&name) {
            return None;
        }
        calls.push(call);
        match &*call.func {
            Expr::Attribute(method) if name != "select" => next = &method.value,
            _ => return (name == "select").then_some(calls),
        }
    }
}

/// What is awaited, where something is, and whether it is.
pub(super) fn unawaited(expr: &Expr) -> (&Expr, bool) {
    match expr {
        Expr::Await(it) => (&it.value, true),
        other => (other, false),
    }
}

fn is_awaited(own: &[&Expr], call: &ExprCall) -> bool {
    own.iter().any(|expr| match unawaited(expr) {
        (inner, true) => bytes(inner) == bytes(call),
        _ => false,
    })
}

fn awaited(query: String, is_awaited: bool) -> String {
    match is_awaited {
        true => format!("(await {query})"),
        false => query,
    }
}
