//! Walking the syntax tree: what a line runs, and what a name stands for there.

use std::ops::Range;

use ruff_text_size::{Ranged, TextRange};
use rustpython_vm::compiler::ast::{
    self, ExceptHandler, StmtClassDef, StmtFunctionDef,
    visitor::{Visitor, walk_expr, walk_stmt},
};

use super::edit::line_end;

pub(super) use rustpython_vm::compiler::ast::{CmpOp, Expr, ExprAttribute, ExprCall, Stmt};

/// The bytes of a node.
pub(super) fn bytes(node: &impl Ranged) -> Range<usize> {
    bytes_of(node.range())
}

pub(super) fn bytes_of(range: TextRange) -> Range<usize> {
    range.start().to_usize()..range.end().to_usize()
}

/// The bodies of a compound statement, in order.
pub(super) fn bodies(stmt: &Stmt) -> Vec<&[Stmt]> {
    match stmt {
        Stmt::FunctionDef(function) => vec![&function.body],
        Stmt::ClassDef(class) => vec![&class.body],
        Stmt::For(it) => vec![&it.body, &it.orelse],
        Stmt::While(it) => vec![&it.body, &it.orelse],
        Stmt::If(it) => {
            let clauses = it.elif_else_clauses.iter();
            let mut all: Vec<&[Stmt]> = vec![&it.body];
            all.extend(clauses.map(|clause| clause.body.as_slice()));
            all
        }
        Stmt::With(it) => vec![&it.body],
        Stmt::Match(it) => it.cases.iter().map(|case| case.body.as_slice()).collect(),
        Stmt::Try(it) => {
            let handlers = it.handlers.iter();
            let mut all: Vec<&[Stmt]> = vec![&it.body];
            all.extend(handlers.map(|ExceptHandler::ExceptHandler(it)| it.body.as_slice()));
            all.extend([it.orelse.as_slice(), &it.finalbody]);
            all
        }
        _ => Vec::new(),
    }
}

/// A statement, and the functions that it stands in, the innermost last.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    pub stmt: &'a Stmt,
    pub functions: Vec<&'a StmtFunctionDef>,
}

/// The statements whose own code, that is, without the blocks below them, touches some bytes.
pub(super) fn touching<'a>(body: &'a [Stmt], bytes: &Range<usize>) -> Vec<Place<'a>> {
    let mut found = Vec::new();
    touching_in(body, bytes, &mut Vec::new(), &mut found);
    found
}

fn touching_in<'a>(
    body: &'a [Stmt],
    wanted: &Range<usize>,
    functions: &mut Vec<&'a StmtFunctionDef>,
    found: &mut Vec<Place<'a>>,
) {
    let touches = |range: &Range<usize>| range.start < wanted.end && range.end > wanted.start;
    for stmt in body {
        let whole = bytes(stmt);
        if !touches(&whole) {
            continue;
        }
        let known = found.len();
        let inner = bodies(stmt);
        let first = inner.iter().find_map(|body| body.first());
        let place = Place {
            stmt,
            functions: functions.clone(),
        };
        if let Stmt::FunctionDef(function) = stmt {
            functions.push(function);
        }
        for body in inner {
            touching_in(body, wanted, functions, found);
        }
        if matches!(stmt, Stmt::FunctionDef(_)) {
            functions.pop();
        }
        let head = whole.start..first.map_or(whole.end, |first| bytes(first).start);
        // The test of an `elif` stands in no block and after the first.
        if touches(&head) || found.len() == known {
            found.push(place);
        }
    }
}

/// All expressions of a statement, those of the blocks below it left out.
pub(super) fn expressions(stmt: &Stmt) -> Vec<&Expr> {
    let mut own = Own::default();
    walk_stmt(&mut own, stmt);
    own.found
}

/// An expression and all in it.
pub(super) fn parts(expr: &Expr) -> Vec<&Expr> {
    let mut own = Own::default();
    own.visit_expr(expr);
    own.found
}

#[derive(Default)]
struct Own<'a> {
    found: Vec<&'a Expr>,
}

impl<'a> Visitor<'a> for Own<'a> {
    fn visit_stmt(&mut self, _: &'a Stmt) {}

    fn visit_annotation(&mut self, _: &'a Expr) {}

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.found.push(expr);
        walk_expr(self, expr);
    }
}

/// The statements of a scope with those of the blocks in it, but not of the functions and classes in it.
pub(super) fn flat(body: &[Stmt]) -> Vec<&Stmt> {
    let mut all = Vec::new();
    for stmt in body {
        all.push(stmt);
        if !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            for inner in bodies(stmt) {
                all.extend(flat(inner));
            }
        }
    }
    all
}

/// Every statement, wherever it stands.
pub(super) fn everywhere(body: &[Stmt]) -> Vec<&Stmt> {
    let mut all = Vec::new();
    for stmt in body {
        all.push(stmt);
        for inner in bodies(stmt) {
            all.extend(everywhere(inner));
        }
    }
    all
}

/// What a name stands for.
pub(super) enum Binding<'a> {
    Value {
        value: &'a Expr,
        place: Place<'a>,
        /// Nothing else uses that value.
        is_used_once: bool,
    },
    /// That parameter of that function.
    Parameter(&'a StmtFunctionDef, usize),
    Function(&'a StmtFunctionDef),
}

/// What a name stands for at a place of a module.
pub(super) fn binding<'a>(
    module: &'a [Stmt],
    place: &Place<'a>,
    name: &str,
) -> Option<Binding<'a>> {
    for (depth, function) in place.functions.iter().enumerate().rev() {
        let functions = &place.functions[..=depth];
        if let Some(found) = bound_in(&function.body, functions, place, name) {
            return Some(found);
        }
        let mut parameters = function.parameters.iter_non_variadic_params();
        let is_it = |p: &ast::ParameterWithDefault| p.parameter.name.as_str() == name;
        if let Some(at) = parameters.position(is_it) {
            return Some(Binding::Parameter(function, at));
        }
    }
    bound_in(module, &[], place, name)
}

fn bound_in<'a>(
    body: &'a [Stmt],
    functions: &[&'a StmtFunctionDef],
    place: &Place<'a>,
    name: &str,
) -> Option<Binding<'a>> {
    let statements = flat(body);
    let values: Vec<_> = statements
        .iter()
        .filter_map(|stmt| Some((*stmt, assigned(stmt, name)?)))
        .collect();
    let is_here = |stmt: &Stmt| functions.len() == place.functions.len() && is_before(stmt, place);
    let before = values.iter().rev().find(|(stmt, _)| is_here(stmt));
    if let Some((stmt, value)) = before.or(values.last()) {
        let later = values
            .iter()
            .find(|(later, _)| bytes(later).start >= bytes(stmt).end);
        let until = later.map_or(usize::MAX, |(later, _)| bytes(later).start);
        // What a function reads, it reads whenever it is called.
        let in_functions = loads_in(&everywhere(body), name) - loads_in(&statements, name);
        let here: Vec<_> = statements
            .iter()
            .copied()
            .filter(|it| (bytes(stmt).end..=until).contains(&bytes(it).start))
            .collect();
        let is_used_once = match before {
            Some(_) => {
                in_functions == 0 && loads_in(&here, name) == 1 && is_sure(body, stmt, place)
            }
            None => values.len() == 1 && loads_in(&everywhere(body), name) == 1,
        };
        return Some(Binding::Value {
            value,
            place: Place {
                stmt,
                functions: functions.to_vec(),
            },
            is_used_once,
        });
    }
    statements.iter().find_map(|stmt| match stmt {
        Stmt::FunctionDef(function) if function.name.as_str() == name => {
            Some(Binding::Function(function))
        }
        _ => None,
    })
}

/// Whether an assignment was always run when a place after it is: it stands in the same block, or in one around it.
fn is_sure(body: &[Stmt], stmt: &Stmt, place: &Place<'_>) -> bool {
    let at = bytes(stmt);
    let is_here = body.iter().any(|other| bytes(other) == at);
    if is_here {
        let last = body.last().map_or(0, |last| bytes(last).end);
        return bytes(place.stmt).end <= last;
    }
    let around = body
        .iter()
        .find(|other| bytes(other).start <= at.start && at.end <= bytes(other).end);
    around.is_some_and(|around| {
        let mut inner = bodies(around).into_iter();
        inner.any(|body| is_sure(body, stmt, place))
    })
}

fn is_before(stmt: &Stmt, place: &Place<'_>) -> bool {
    bytes(stmt).end <= bytes(place.stmt).start
}

/// The value that a statement gives to a name.
fn assigned<'a>(stmt: &'a Stmt, name: &str) -> Option<&'a Expr> {
    let is_it = |target: &Expr| matches!(target, Expr::Name(it) if it.id.as_str() == name);
    match stmt {
        Stmt::Assign(it) if it.targets.iter().any(is_it) => Some(&it.value),
        Stmt::AnnAssign(it) if is_it(&it.target) => it.value.as_deref(),
        _ => None,
    }
}

fn loads_in(statements: &[&Stmt], name: &str) -> usize {
    statements.iter().map(|stmt| loads(stmt, name)).sum()
}

/// How often a statement reads a name, the blocks below it left out.
fn loads(stmt: &Stmt, name: &str) -> usize {
    let reads =
        |expr: &&Expr| matches!(expr, Expr::Name(it) if it.id.as_str() == name && it.ctx.is_load());
    expressions(stmt).into_iter().filter(reads).count()
}

/// Where a function is called by its name: each call with its place.
pub(super) fn calls_of<'a>(module: &'a [Stmt], name: &str) -> Vec<(&'a ExprCall, Place<'a>)> {
    let mut calls = Vec::new();
    collect_calls(module, name, &mut Vec::new(), &mut calls);
    calls
}

fn collect_calls<'a>(
    body: &'a [Stmt],
    name: &str,
    functions: &mut Vec<&'a StmtFunctionDef>,
    calls: &mut Vec<(&'a ExprCall, Place<'a>)>,
) {
    for stmt in body {
        for expr in expressions(stmt) {
            if let Expr::Call(call) = expr
                && matches!(&*call.func, Expr::Name(it) if it.id.as_str() == name)
            {
                let functions = functions.clone();
                calls.push((call, Place { stmt, functions }));
            }
        }
        if let Stmt::FunctionDef(function) = stmt {
            functions.push(function);
        }
        for inner in bodies(stmt) {
            collect_calls(inner, name, functions, calls);
        }
        if matches!(stmt, Stmt::FunctionDef(_)) {
            functions.pop();
        }
    }
}

/// The bytes of a (1-based) line without the blanks before it.
pub(super) fn line_bytes(source: &str, line: u32) -> Range<usize> {
    let start = match line {
        0 | 1 => 0,
        line => source
            .match_indices('\n')
            .nth(line as usize - 2)
            .map_or(source.len(), |(at, _)| at + 1),
    };
    let end = line_end(source, start);
    let blanks = source[start..end].len() - source[start..end].trim_start().len();
    start + blanks..end
}

/// The text of a string literal.
pub(super) fn string(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::StringLiteral(it) => Some(it.value.to_str()),
        _ => None,
    }
}

/// A node as its source writes it.
pub(super) fn text<'a>(source: &'a str, node: &impl Ranged) -> &'a str {
    &source[bytes(node)]
}

/// The argument that a call gives by that name.
pub(super) fn keyword<'a>(call: &'a ExprCall, name: &str) -> Option<&'a Expr> {
    let mut keywords = call.arguments.keywords.iter();
    let is_it = |arg: &str| arg == name;
    let found = keywords.find(|it| it.arg.as_ref().is_some_and(|arg| is_it(arg.as_str())));
    found.map(|it| &it.value)
}

/// The class of that name, wherever it stands.
pub(super) fn class<'a>(module: &'a [Stmt], name: &str) -> Option<&'a StmtClassDef> {
    everywhere(module).into_iter().find_map(|stmt| match stmt {
        Stmt::ClassDef(class) if class.name.as_str() == name => Some(class),
        _ => None,
    })
}

/// The names of all classes.
pub(super) fn classes(module: &[Stmt]) -> impl Iterator<Item = &str> {
    let statements = everywhere(module).into_iter();
    statements.filter_map(|stmt| match stmt {
        Stmt::ClassDef(class) => Some(class.name.as_str()),
        _ => None,
    })
}

/// The value that a class gives an attribute: none where it has an annotation alone.
pub(super) fn attribute<'a>(class: &'a StmtClassDef, name: &str) -> Option<&'a Expr> {
    class.body.iter().find_map(|stmt| assigned(stmt, name))
}

/// The annotation of an attribute of a class.
pub(super) fn annotation<'a>(class: &'a StmtClassDef, name: &str) -> Option<&'a Expr> {
    class.body.iter().find_map(|stmt| match stmt {
        Stmt::AnnAssign(it) => match &*it.target {
            Expr::Name(target) if target.id.as_str() == name => Some(&*it.annotation),
            _ => None,
        },
        _ => None,
    })
}

/// The name of what is called: `select` of `select(…)` and of `sa.select(…)`.
pub(super) fn called(call: &ExprCall) -> Option<&str> {
    match &*call.func {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}
