//! What is done again and again, done once: after a loop, or with the answer kept.

use super::NotFound;
use super::chain::{Chain, Names, behind, fresh, indent, is_loop};
use super::edit::{Piece, line_start};
use super::tree::{Expr, Stmt, bytes, called, expressions, text};

/// Methods whose answer may be kept: it is a value or a list, and no cursor that is read once.
const ANSWERS: [&str; 10] = [
    "all",
    "count",
    "first",
    "get",
    "get_one",
    "one",
    "one_or_none",
    "scalar",
    "scalar_one",
    "scalar_one_or_none",
];

/// The flush or commit of a line, once after its loop.
pub(super) fn write_after(
    source: &str,
    module: &[Stmt],
    line: u32,
) -> Result<Vec<Piece>, NotFound> {
    let found = || {
        let chain = Chain::of(source, module, line)?;
        let stmt = chain.last();
        let Stmt::Expr(it) = stmt else { return None };
        let call = match &*it.value {
            Expr::Await(it) => &*it.value,
            other => other,
        };
        let Expr::Call(call) = call else { return None };
        if !matches!(called(call), Some("commit" | "flush")) {
            return None;
        }
        // Directly in its loop, and not alone there: a block must not be left empty.
        let used = Names::of_stmt(stmt).read;
        let loops = chain.around().take_while(|stmt| is_loop(stmt));
        let outermost = loops
            .take_while(|stmt| Names::of_stmt(stmt).stored.is_disjoint(&used))
            .last()?;
        let own = chain.around().next()?;
        let body: &[Stmt] = match own {
            Stmt::For(it) => &it.body,
            Stmt::While(it) => &it.body,
            _ => return None,
        };
        if body.len() < 2 {
            return None;
        }
        indent(source, stmt)?;
        let from = line_start(source, bytes(stmt).start);
        let (to, _) = behind(source, stmt);
        let (end, has_newline) = behind(source, outermost);
        let moved = format!("{}{}", indent(source, outermost)?, text(source, stmt));
        Some(match (to == end, has_newline) {
            (true, _) => vec![Piece::replace(from..to, format!("{moved}\n"))],
            (false, true) => vec![
                Piece::replace(from..to, ""),
                Piece::insert(end, format!("{moved}\n")),
            ],
            (false, false) => vec![
                Piece::replace(from..to, ""),
                Piece::insert(end, format!("\n{moved}")),
            ],
        })
    };
    found().ok_or(NotFound::NoLoop { line })
}

/// The answer of the first line kept for the other; where both are one, for all turns of its loop.
pub(super) fn keep_answer(
    source: &str,
    module: &[Stmt],
    first: u32,
    line: u32,
) -> Result<Vec<Piece>, NotFound> {
    let found = || {
        let again = Chain::of(source, module, line)?;
        let asked = answers(again.last());
        if first == line {
            return asked
                .into_iter()
                .find_map(|answer| before_loops(source, &again, answer));
        }
        let had = Chain::of(source, module, first)?;
        if !again.follows(&had) {
            return None;
        }
        let known = answers(had.last());
        let mut pairs = known
            .iter()
            .flat_map(|a| asked.iter().map(move |b| (*a, *b)));
        let (answer, repeat) = pairs.find(|(a, b)| text(source, *a) == text(source, *b))?;
        let mut pieces = Vec::new();
        let name = match name_of(had.last(), answer) {
            Some(name) => name.to_owned(),
            None => {
                let name = fresh(source, "answer");
                pieces = kept(source, had.last(), answer, &name)?;
                name
            }
        };
        pieces.push(Piece::replace(bytes(repeat), name));
        Some(pieces)
    };
    found().ok_or(NotFound::NoAnswer { line })
}

/// The session that a line works with keeps what it has loaded when it commits.
pub(super) fn keep_loaded(
    source: &str,
    module: &[Stmt],
    line: u32,
) -> Result<Vec<Piece>, NotFound> {
    let found = || {
        let chain = Chain::of(source, module, line)?;
        let call = chain.around().find_map(|stmt| {
            let Stmt::With(with) = stmt else { return None };
            with.items.iter().find_map(|item| match &item.context_expr {
                Expr::Call(call) if item.optional_vars.is_some() => Some(call),
                _ => None,
            })
        })?;
        let arguments = &call.arguments;
        let args = arguments.args.iter().map(|it| bytes(it).end);
        let keywords = arguments.keywords.iter().map(|it| bytes(it).end);
        Some(vec![match args.chain(keywords).max() {
            Some(end) => Piece::insert(end, ", expire_on_commit=False"),
            None => Piece::insert(bytes(arguments).end - 1, "expire_on_commit=False"),
        }])
    };
    found().ok_or(NotFound::NoSession { line })
}

/// The calls of a statement whose answer may be kept, the outermost first.
fn answers(stmt: &Stmt) -> Vec<&Expr> {
    let is_answer = |expr: &Expr| match expr {
        Expr::Call(call) => {
            matches!(&*call.func, Expr::Attribute(method) if ANSWERS.contains(&method.attr.as_str()))
        }
        _ => false,
    };
    let own = expressions(stmt).into_iter();
    own.filter(|expr| match expr {
        Expr::Await(it) => is_answer(&it.value),
        other => is_answer(other),
    })
    .collect()
}

/// An answer that no turn of its loops changes, asked for before them.
fn before_loops(source: &str, chain: &Chain<'_>, answer: &Expr) -> Option<Vec<Piece>> {
    let used = Names::of(answer).read;
    let outermost = chain
        .loops()
        .take_while(|stmt| Names::of_stmt(stmt).stored.is_disjoint(&used))
        .last()?;
    kept(source, outermost, answer, &fresh(source, "answer"))
}

/// An answer given a name before a statement, and the name in its place.
fn kept(source: &str, before: &Stmt, answer: &Expr, name: &str) -> Option<Vec<Piece>> {
    let at = line_start(source, bytes(before).start);
    let line = format!(
        "{}{name} = {}\n",
        indent(source, before)?,
        text(source, answer)
    );
    Some(vec![
        Piece::insert(at, line),
        Piece::replace(bytes(answer), name),
    ])
}

/// The name that a statement gives to a value.
fn name_of<'a>(stmt: &'a Stmt, value: &Expr) -> Option<&'a str> {
    match stmt {
        Stmt::Assign(it) if bytes(&*it.value) == bytes(value) => match &*it.targets {
            [Expr::Name(name)] => Some(name.id.as_str()),
            _ => None,
        },
        _ => None,
    }
}
