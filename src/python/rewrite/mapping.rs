//! Defaults on the mapping: `relationship(lazy="selectin")`.

use super::NotFound;
use super::edit::Piece;
use super::tree::{Expr, ExprCall, Stmt, bytes, called, everywhere};
use crate::trace::LoadStep;

/// What makes the strategies of `steps` the defaults of their relationships.
pub(super) fn change(module: &[Stmt], steps: &[LoadStep]) -> Result<Vec<Piece>, NotFound> {
    let mut pieces = Vec::new();
    for step in steps {
        let found = step.strategy.zip(declaration(module, step));
        let Some((strategy, call)) = found else {
            return Err(NotFound::NoRelationship {
                key: step.key.to_string(),
            });
        };
        let value = format!("\"{}\"", strategy.name());
        let arguments = &call.arguments;
        let mut keywords = arguments.keywords.iter();
        let lazy = keywords.find(|it| it.arg.as_ref().is_some_and(|arg| arg.as_str() == "lazy"));
        let args = arguments.args.iter().map(|it| bytes(it).end);
        let keywords = arguments.keywords.iter().map(|it| bytes(it).end);
        pieces.push(match (lazy, args.chain(keywords).max()) {
            (Some(lazy), _) => Piece::replace(bytes(&lazy.value), value),
            (None, Some(end)) => Piece::insert(end, format!(", lazy={value}")),
            (None, None) => Piece::insert(bytes(arguments).end - 1, format!("lazy={value}")),
        });
    }
    Ok(pieces)
}

/// The `relationship(…)` that declares what a step loads.
fn declaration<'a>(module: &'a [Stmt], step: &LoadStep) -> Option<&'a ExprCall> {
    let attribute = step.key.rsplit('.').next()?;
    let class = everywhere(module).into_iter().find_map(|stmt| match stmt {
        Stmt::ClassDef(class) if class.name.as_str() == step.class() => Some(class),
        _ => None,
    })?;
    let is_it = |target: &Expr| matches!(target, Expr::Name(it) if it.id.as_str() == attribute);
    let value = class.body.iter().find_map(|stmt| match stmt {
        Stmt::AnnAssign(it) if is_it(&it.target) => it.value.as_deref(),
        Stmt::Assign(it) if it.targets.iter().any(is_it) => Some(&*it.value),
        _ => None,
    })?;
    match value {
        Expr::Call(call) if called(call) == Some("relationship") => Some(call),
        _ => None,
    }
}
