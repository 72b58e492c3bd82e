//! What the mapping says, and its defaults: `relationship(lazy="selectin")`.

use super::NotFound;
use super::edit::Piece;
use super::tree::{
    Expr, ExprCall, Stmt, annotation, attribute, bytes, called, class, keyword, parts, string, text,
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

/// What a relationship orders its objects by.
pub(super) fn declared_order(source: &str, module: &[Stmt], key: &str) -> Option<String> {
    let Expr::Call(call) = declared(module, key)? else {
        return None;
    };
    let order = keyword(call, "order_by")?;
    let text = string(order).unwrap_or(text(source, order));
    Some(text.trim_matches(['[', ']', '(', ')']).to_owned())
}

/// The column by which the objects of a collection lead to its owner, and the owner's that it holds, where that is all
/// that there is to it.
pub(super) fn foreign_key(source: &str, module: &[Stmt], key: &str) -> Option<[String; 2]> {
    let (of, _) = key.split_once('.')?;
    let Expr::Call(relationship) = declared(module, key)? else {
        return None;
    };
    if ["secondary", "primaryjoin"]
        .iter()
        .any(|it| keyword(relationship, it).is_some())
    {
        return None;
    }
    let table = string(attribute(class(module, of)?, "__tablename__")?)?;
    let target = class(module, target_of(source, module, key)?)?;
    let foreign_keys = keyword(relationship, "foreign_keys").map(|it| text(source, it));
    let mut found = target.body.iter().filter_map(|stmt| {
        let (name, value) = match stmt {
            Stmt::AnnAssign(it) => (&*it.target, it.value.as_deref()?),
            Stmt::Assign(it) => (it.targets.first()?, &*it.value),
            _ => return None,
        };
        let Expr::Name(name) = name else { return None };
        let name = name.id.as_str();
        let mut references = parts(value).into_iter().filter_map(|part| match part {
            Expr::Call(call) if called(call) == Some("ForeignKey") => {
                call.arguments.args.first().and_then(string)
            }
            _ => None,
        });
        let (to, column) = references.next()?.rsplit_once('.')?;
        let is_meant = foreign_keys.is_none_or(|keys| keys.contains(&format!(".{name}")));
        (to == table && is_meant).then(|| [name.to_owned(), column.to_owned()])
    });
    found.next().filter(|_| found.next().is_none())
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
