//! An index on a column, where its class or table declares it.

use super::NotFound;
use super::edit::Piece;
use super::import::Imports;
use super::tree::{Expr, ExprCall, Stmt, bytes, called, everywhere, expressions, string};

/// What gives some columns of a table an index each.
pub(super) fn add(
    source: &str,
    module: &[Stmt],
    table: &str,
    columns: &[String],
) -> Result<Vec<Piece>, NotFound> {
    let statements = everywhere(module);
    let mut imports = Imports::of(module);
    let mut pieces = Vec::new();
    for column in columns {
        let found = statements.iter().find_map(|stmt| match stmt {
            Stmt::ClassDef(class) if is_named(&class.body, table) => in_class(&class.body, column),
            _ => None,
        });
        match found.or_else(|| in_table(&statements, table, column)) {
            Some(Declared::Call(call)) => pieces.push(indexed(call)),
            Some(Declared::Bare(end)) => {
                let function = imports.call("mapped_column");
                pieces.push(Piece::insert(end, format!(" = {function}(index=True)")));
            }
            None => {
                return Err(NotFound::NoColumn {
                    table: table.to_owned(),
                    column: column.clone(),
                });
            }
        }
    }
    pieces.extend(imports.added(source, module));
    Ok(pieces)
}

/// How a column is declared.
enum Declared<'a> {
    /// By a call: `mapped_column(…)`, `Column(…)`.
    Call(&'a ExprCall),
    /// By its type alone, which ends at that byte.
    Bare(usize),
}

/// Whether it is the body of the class of a table.
fn is_named(body: &[Stmt], table: &str) -> bool {
    body.iter().any(|stmt| match stmt {
        Stmt::Assign(it) => {
            let is_it =
                |target: &Expr| matches!(target, Expr::Name(it) if it.id.as_str() == "__tablename__");
            it.targets.iter().any(is_it)
                && string(&it.value).is_some_and(|name| name.eq_ignore_ascii_case(table))
        }
        _ => false,
    })
}

/// The attribute of a column: that of its name, unless it gives the column another.
fn in_class<'a>(body: &'a [Stmt], column: &str) -> Option<Declared<'a>> {
    body.iter().find_map(|stmt| {
        let (target, value) = match stmt {
            Stmt::AnnAssign(it) => (&*it.target, it.value.as_deref()),
            Stmt::Assign(it) => (it.targets.first()?, Some(&*it.value)),
            _ => return None,
        };
        let Expr::Name(attribute) = target else {
            return None;
        };
        let is_it = |name: &str| name.eq_ignore_ascii_case(column);
        match (stmt, value) {
            (_, Some(Expr::Call(call))) if is_column(call) => {
                let named = call.arguments.args.first().and_then(string);
                let name = named.unwrap_or(attribute.id.as_str());
                is_it(name).then_some(Declared::Call(call))
            }
            (Stmt::AnnAssign(it), None) if is_it(attribute.id.as_str()) => {
                Some(Declared::Bare(bytes(&*it.annotation).end))
            }
            _ => None,
        }
    })
}

/// A column of `Table("name", metadata, Column("column", …))`.
fn in_table<'a>(statements: &[&'a Stmt], table: &str, column: &str) -> Option<Declared<'a>> {
    let calls = statements.iter().flat_map(|stmt| expressions(stmt));
    let mut tables = calls.filter_map(|expr| match expr {
        Expr::Call(call) if called(call) == Some("Table") => Some(call),
        _ => None,
    });
    let is_named = |call: &&ExprCall, name: &str| {
        let first = call.arguments.args.first().and_then(string);
        first.is_some_and(|first| first.eq_ignore_ascii_case(name))
    };
    let table = tables.find(|call| is_named(call, table))?;
    let mut columns = table
        .arguments
        .args
        .iter()
        .filter_map(|argument| match argument {
            Expr::Call(call) if is_column(call) => Some(call),
            _ => None,
        });
    columns
        .find(|call| is_named(call, column))
        .map(Declared::Call)
}

fn is_column(call: &ExprCall) -> bool {
    matches!(called(call), Some("mapped_column" | "Column"))
}

fn indexed(call: &ExprCall) -> Piece {
    let arguments = &call.arguments;
    let mut keywords = arguments.keywords.iter();
    let index = keywords.find(|it| it.arg.as_ref().is_some_and(|arg| arg.as_str() == "index"));
    let args = arguments.args.iter().map(|it| bytes(it).end);
    let ends = args.chain(arguments.keywords.iter().map(|it| bytes(it).end));
    match (index, ends.max()) {
        (Some(index), _) => Piece::replace(bytes(&index.value), "True"),
        (None, Some(end)) => Piece::insert(end, ", index=True"),
        (None, None) => Piece::insert(bytes(arguments).end - 1, "index=True"),
    }
}
