//! What each turn of a loop asks for by a key of its own, asked for before the loop with one query.

use super::NotFound;
use super::chain::{Chain, behind, fresh};
use super::edit::{Piece, line_start};
use super::import::core;
use super::site::Site;
use super::tree::{Expr, Stmt, bytes, called, expressions, text};
use super::turns::{Ahead, Turns};

/// What `session.get` of a line asks for in each turn of its loop, with one query before it. There may be several of
/// one class in the line.
pub(super) fn fetch_ahead(
    source: &str,
    module: &[Stmt],
    line: u32,
    columns: &[String],
) -> Result<Vec<Piece>, NotFound> {
    let found = || {
        let chain = Chain::of(source, module, line)?;
        let own = expressions(chain.last());
        let gets = own.iter().filter_map(|expr| Get::of(expr));
        let gets: Vec<_> = gets.collect();
        let first = gets.first()?;
        let is_like = |get: &&Get<'_>| {
            let alike = [(get.class, first.class), (get.session, first.session)];
            alike
                .iter()
                .all(|(a, b)| text(source, *a) == text(source, *b))
        };
        let site = Site::of(source, module, &chain, &own, first.whole)?;
        let gets: Vec<_> = gets.iter().filter(is_like).collect();
        if !site.keeps(first.session)
            || !site.keeps(first.class)
            || !gets.iter().all(|get| site.has_keys(get.key))
        {
            return None;
        }
        let mut ahead = Ahead::of(source, &site.turns)?;
        let texts: Vec<_> = gets.iter().map(|get| site.text(get.key)).collect();
        let keys = match texts.as_slice() {
            [key] => site.turns.keys(source, key, &mut ahead),
            several => {
                let name = fresh(source, "key");
                site.turns.all_keys(source, several, &name, &mut ahead)
            }
        };
        let select = core(source, module, "select", &mut ahead.pieces);
        let class = site.text(first.class);
        let named: Vec<_> = columns.iter().map(|it| format!("{class}.{it}")).collect();
        let of = match named.as_slice() {
            [column] => format!("{column}.in_({keys})"),
            several => {
                let tuple = core(source, module, "tuple_", &mut ahead.pieces);
                format!("{tuple}({}).in_({keys})", several.join(", "))
            }
        };
        let session = site.text(first.session);
        let query = format!("{session}.scalars({select}({class}).where({of}))");
        let query = awaited(query, is_awaited(&own, first.whole));
        // A session does not hold on to what nobody else does.
        ahead.line(&format!("{} = {query}.all()", fresh(source, "loaded")));
        Some(ahead.done())
    };
    found().ok_or(NotFound::NoLoop { line })
}

/// `session.get(Author, key)`.
struct Get<'a> {
    whole: &'a Expr,
    session: &'a Expr,
    class: &'a Expr,
    key: &'a Expr,
}

impl<'a> Get<'a> {
    fn of(whole: &'a Expr) -> Option<Self> {
        let Expr::Call(call) = whole else { return None };
        match (&*call.func, &*call.arguments.args) {
            (Expr::Attribute(method), [class, key, ..])
                if matches!(called(call), Some("get" | "get_one")) =>
            {
                Some(Self {
                    whole,
                    session: &method.value,
                    class,
                    key,
                })
            }
            _ => None,
        }
    }
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

/// What is awaited, where something is, and whether it is.
pub(super) fn unawaited(expr: &Expr) -> (&Expr, bool) {
    match expr {
        Expr::Await(it) => (&it.value, true),
        other => (other, false),
    }
}

fn is_awaited(own: &[&Expr], call: &Expr) -> bool {
    own.iter().any(|expr| match unawaited(expr) {
        (inner, true) => bytes(inner) == bytes(call),
        _ => false,
    })
}

pub(super) fn awaited(query: String, is_awaited: bool) -> String {
    match is_awaited {
        true => format!("(await {query})"),
        false => query,
    }
}
