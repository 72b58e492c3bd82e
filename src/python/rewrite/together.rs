//! What each turn of a loop writes with a statement of its own, written after the loop with one.

use super::NotFound;
use super::ahead::unawaited;
use super::chain::{Chain, Names, behind, fresh, indent};
use super::edit::{Piece, line_start};
use super::tree::{CmpOp, Expr, ExprAttribute, ExprCall, Stmt, bytes, called, flat, text};

/// The rows that a line writes one by one, gathered in its loop and written after it.
pub(super) fn write_together(
    source: &str,
    module: &[Stmt],
    line: u32,
) -> Result<Vec<Piece>, NotFound> {
    let found = || {
        let chain = Chain::of(source, module, line)?;
        let stmt = chain.last();
        let Stmt::Expr(it) = stmt else { return None };
        let (Expr::Call(execute), is_awaited) = unawaited(&it.value) else {
            return None;
        };
        let (Expr::Attribute(method), Some("execute")) = (&*execute.func, called(execute)) else {
            return None;
        };
        let Write {
            row,
            statement,
            sent: [before, after],
        } = Write::of(source, execute)?;
        let mut used = Names::of(&method.value).read;
        used.extend(Names::of(statement).read);
        let outermost = chain
            .loops()
            .take_while(|stmt| Names::of_stmt(stmt).stored.is_disjoint(&used))
            .last()?;
        // What leaves the function would leave the rows unwritten.
        let is_left = |stmt: &&Stmt| matches!(stmt, Stmt::Return(_));
        if flat(std::slice::from_ref(outermost)).iter().any(is_left) {
            return None;
        }
        let name = fresh(source, "rows");
        let indent = indent(source, outermost)?;
        let session = text(source, &*method.value);
        let wait = if is_awaited { "await " } else { "" };
        // Without rows there is nothing to write.
        let written = format!(
            "{indent}if {name}:\n{indent}    {wait}{session}.execute({before}{name}{after})"
        );
        let (end, has_newline) = behind(source, outermost);
        Some(vec![
            Piece::insert(
                line_start(source, bytes(outermost).start),
                format!("{indent}{name} = []\n"),
            ),
            Piece::replace(bytes(stmt), format!("{name}.append({row})")),
            Piece::insert(
                end,
                match has_newline {
                    true => format!("{written}\n"),
                    false => format!("\n{written}"),
                },
            ),
        ])
    };
    found().ok_or(NotFound::NoLoop { line })
}

/// A write of one row, taken apart.
struct Write<'a> {
    /// What a turn adds to the rows.
    row: String,
    /// What is the same in all turns.
    statement: &'a Expr,
    /// What is executed: the rows go between.
    sent: [String; 2],
}

impl<'a> Write<'a> {
    fn of(source: &str, execute: &'a ExprCall) -> Option<Self> {
        if !execute.arguments.keywords.is_empty() {
            return None;
        }
        let with_rows = |statement: &'a Expr, row: String| Self {
            row,
            statement,
            sent: [format!("{}, ", text(source, statement)), String::new()],
        };
        let statement = match &*execute.arguments.args {
            [statement, row] => return Some(with_rows(statement, text(source, row).to_owned())),
            [statement] => statement,
            _ => return None,
        };
        let (last, inner) = method_of(statement)?;
        let (first, innermost) = method_of(inner).unwrap_or((last, inner));
        let is_one = std::ptr::eq(first, last);
        let verb = match innermost {
            Expr::Call(call) => called(call)?,
            _ => return None,
        };
        let values = |call: &ExprCall| values(source, call);
        match (verb, called(first)?, called(last)?) {
            ("insert", "values", _) if is_one => Some(with_rows(inner, values(last)?)),
            ("update", "where", "values") | ("update", "values", "where") if !is_one => {
                let (criterion, set) = match called(first) {
                    Some("where") => (first, last),
                    _ => (last, first),
                };
                let (column, key) = by_key(criterion)?;
                let key = format!("\"{}\": {}", column.attr.as_str(), text(source, key));
                let set = values(set)?;
                let row = match set.strip_prefix('{') {
                    Some(rest) => format!("{{{key}, {rest}"),
                    None => format!("{{{key}, **{set}}}"),
                };
                Some(with_rows(innermost, row))
            }
            ("delete", "where", _) if is_one => {
                let (column, key) = by_key(last)?;
                let (of, column) = (text(source, inner), text(source, column));
                Some(Self {
                    row: text(source, key).to_owned(),
                    statement: inner,
                    sent: [format!("{of}.where({column}.in_("), "))".to_owned()],
                })
            }
            _ => None,
        }
    }
}

/// A call of a method, and what it is called on.
fn method_of(expr: &Expr) -> Option<(&ExprCall, &Expr)> {
    match expr {
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(method) if matches!(&*method.value, Expr::Call(_)) => {
                Some((call, &method.value))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The arguments of `.values(…)` as a dict.
fn values(source: &str, call: &ExprCall) -> Option<String> {
    let arguments = &call.arguments;
    match (&*arguments.args, &*arguments.keywords) {
        ([row], []) => Some(text(source, row).to_owned()),
        ([], keywords) if !keywords.is_empty() => {
            let pairs = keywords.iter().map(|it| match &it.arg {
                Some(name) => format!("\"{}\": {}", name.as_str(), text(source, &it.value)),
                None => format!("**{}", text(source, &it.value)),
            });
            Some(format!("{{{}}}", pairs.collect::<Vec<_>>().join(", ")))
        }
        _ => None,
    }
}

/// The column and the key of `.where(Book.id == key)`.
fn by_key(call: &ExprCall) -> Option<(&ExprAttribute, &Expr)> {
    let [Expr::Compare(it)] = &*call.arguments.args else {
        return None;
    };
    match (&*it.left, &*it.ops, &*it.comparators) {
        (Expr::Attribute(column), [CmpOp::Eq], [key]) => Some((column, key)),
        _ => None,
    }
}
