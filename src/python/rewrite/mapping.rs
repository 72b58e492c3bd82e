//! What the mapping says, and its defaults: `relationship(lazy="selectin")`.

use super::NotFound;
use super::edit::Piece;
use super::tree::{
    Expr, ExprCall, Stmt, annotation, attribute, bytes, called, class, keyword, string, text,
};
use crate::trace::LoadStep;

/// What makes the strategies of `steps` the defaults of their relationships.
pub(super) fn change<'a>(
    module: &[Stmt],
    steps: impl Iterator<Item = &'a LoadStep>,
) -> Result<Vec<Piece>, NotFound> {
    let mut pieces = Vec::new();
    for step in steps {
        let strategy = step.strategy.filter(|_| !step.is_recursive);
        let found = strategy.zip(declaration(module, step));
        let Some((strategy, call)) = found else {
            return Err(NotFound::NoRelationship {
                key: step.key.to_string(),
            });
        };
        let value = format!("\"{}\"", strategy.name());
        let arguments = &call.arguments;
        let lazy = keyword(call, "lazy");
        let args = arguments.args.iter().map(|it| bytes(it).end);
        let keywords = arguments.keywords.iter().map(|it| bytes(it).end);
        pieces.push(match (lazy, args.chain(keywords).max()) {
            (Some(lazy), _) => Piece::replace(bytes(lazy), value),
            (None, Some(end)) => Piece::insert(end, format!(", lazy={value}")),
            (None, None) => Piece::insert(bytes(arguments).end - 1, format!("lazy={value}")),
        });
    }
    Ok(pieces)
}

/// The `relationship(…)` that declares what a step loads.
fn declaration<'a>(module: &'a [Stmt], step: &LoadStep) -> Option<&'a ExprCall> {
    match declared(module, &step.key)? {
        Expr::Call(call) if called(call) == Some("relationship") => Some(call),
        _ => None,
    }
}

/// The value of an attribute, such as `Author.books`, in its class.
pub(super) fn declared<'a>(module: &'a [Stmt], key: &str) -> Option<&'a Expr> {
    let (of, name) = key.split_once('.')?;
    attribute(class(module, of)?, name)
}

/// The class that a relationship leads to.
pub(super) fn target_of<'a>(source: &str, module: &'a [Stmt], key: &str) -> Option<&'a str> {
    let (of, name) = key.split_once('.')?;
    let said = match declared(module, key) {
        Some(Expr::Call(call)) if called(call) == Some("relationship") => {
            call.arguments.args.first().map(|it| text(source, it))
        }
        _ => None,
    };
    let annotated = || {
        let annotation = annotation(class(module, of)?, name)?;
        Some(text(source, annotation))
    };
    let words = said.or_else(annotated)?;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = words.split(|c| !is_word(c));
    words.find_map(|word| class(module, word).map(|class| class.name.as_str()))
}

/// The group of a deferred column.
pub(super) fn group_of<'a>(module: &'a [Stmt], key: &str) -> Option<&'a str> {
    let Expr::Call(call) = declared(module, key)? else {
        return None;
    };
    let named = match called(call)? {
        "deferred" | "column_property" => "group",
        _ => "deferred_group",
    };
    keyword(call, named).and_then(string)
}
