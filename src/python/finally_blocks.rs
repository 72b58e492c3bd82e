//! `finally` blocks that a jump passes through.
//!
//! RustPython's compiler writes the block out again at each `return`, `break` and `continue` that leaves its `try`, but
//! has the scopes within it (those of comprehensions, generators and lambdas) only once, in the order of the text: the
//! second time it takes somebody else's, or finds none. So such an expression becomes a function without parameters that
//! is made before the `try`, and the block calls it: it sees the same names, at the same time, and the block has no
//! scopes of its own. What cannot stand in a function of its own (an `await`, a `:=`) stays where it is.

use std::cell::Cell;

use ruff_text_size::{Ranged, TextRange};
use rustpython_vm::compiler::ast::helpers::any_over_expr;
use rustpython_vm::compiler::ast::visitor::transformer::{
    Transformer, walk_body, walk_expr, walk_stmt,
};
use rustpython_vm::compiler::ast::{
    Arguments, AtomicNodeIndex, Comprehension, ExceptHandler, Expr, ExprCall, ExprContext,
    ExprLambda, ExprName, ModModule, Stmt, StmtAssign, StmtIf, StmtPass,
};

use super::with_blocks::always;

/// Takes the scopes out of every `finally` block of a module that is compiled several times.
pub(super) fn take_scopes_out(module: &mut ModModule) {
    let blocks = FinallyBlocks {
        taken: Cell::new(0),
        in_class: Cell::new(false),
    };
    walk_body(&blocks, &mut module.body);
}

struct FinallyBlocks {
    /// How many expressions were taken out so far: their names are numbered.
    taken: Cell<usize>,
    /// A function within a class's body does not see its names.
    in_class: Cell<bool>,
}

impl Transformer for FinallyBlocks {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        let scope = match stmt {
            Stmt::ClassDef(_) => Some(true),
            Stmt::FunctionDef(_) => Some(false),
            _ => None,
        };
        let outer = self.in_class.get();
        self.in_class.set(scope.unwrap_or(outer));
        walk_stmt(self, stmt);
        self.in_class.set(outer);

        if outer {
            return;
        }
        let Stmt::Try(block) = stmt else {
            return;
        };
        let jumps = [&block.body, &block.orelse]
            .into_iter()
            .chain(
                block
                    .handlers
                    .iter()
                    .map(|ExceptHandler::ExceptHandler(handler)| &handler.body),
            )
            .any(|body| can_jump(body));
        if !jumps {
            return;
        }
        let scopes = Scopes {
            blocks: self,
            made: Cell::default(),
        };
        walk_body(&scopes, &mut block.finalbody);
        let mut body = scopes.made.take();
        if body.is_empty() {
            return;
        }
        let range = block.range;
        body.push(std::mem::replace(
            stmt,
            Stmt::Pass(StmtPass {
                node_index: AtomicNodeIndex::NONE,
                range,
            }),
        ));
        *stmt = Stmt::If(StmtIf {
            node_index: AtomicNodeIndex::NONE,
            range,
            test: Box::new(always(range)),
            body,
            elif_else_clauses: Vec::new(),
        });
    }
}

/// Takes the expressions with a scope of their own out of one `finally` block.
struct Scopes<'a> {
    blocks: &'a FinallyBlocks,
    /// The assignments that make them functions.
    made: Cell<Vec<Stmt>>,
}

impl Transformer for Scopes<'_> {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        // What is defined within is a scope as a whole, and has its own names.
        if !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&self, expr: &mut Expr) {
        if !has_scope(expr) || any_over_expr(expr, &needs_its_function) {
            walk_expr(self, expr);
            return;
        }
        let range = expr.range();
        let number = self.blocks.taken.get();
        self.blocks.taken.set(number + 1);
        // No name that a text can have.
        let name = format!(".finally{number}");
        let called = call(&name, range);
        let body = Box::new(std::mem::replace(expr, called));
        let function = Expr::Lambda(ExprLambda {
            node_index: AtomicNodeIndex::NONE,
            range,
            parameters: None,
            body,
        });
        let mut made = self.made.take();
        made.push(Stmt::Assign(StmtAssign {
            node_index: AtomicNodeIndex::NONE,
            range,
            targets: vec![named(&name, ExprContext::Store, range)],
            value: Box::new(function),
        }));
        self.made.set(made);
    }
}

fn call(name: &str, range: TextRange) -> Expr {
    Expr::Call(ExprCall {
        node_index: AtomicNodeIndex::NONE,
        range,
        func: Box::new(named(name, ExprContext::Load, range)),
        arguments: Arguments {
            range,
            node_index: AtomicNodeIndex::NONE,
            args: Box::default(),
            keywords: Box::default(),
        },
    })
}

fn named(name: &str, ctx: ExprContext, range: TextRange) -> Expr {
    Expr::Name(ExprName {
        node_index: AtomicNodeIndex::NONE,
        range,
        id: name.into(),
        ctx,
    })
}

fn has_scope(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::ListComp(_)
            | Expr::SetComp(_)
            | Expr::DictComp(_)
            | Expr::Generator(_)
            | Expr::Lambda(_)
    )
}

fn needs_its_function(expr: &Expr) -> bool {
    let is_async = |generators: &[Comprehension]| generators.iter().any(|each| each.is_async);
    match expr {
        Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_) | Expr::Named(_) => true,
        Expr::ListComp(comprehension) => is_async(&comprehension.generators),
        Expr::SetComp(comprehension) => is_async(&comprehension.generators),
        Expr::DictComp(comprehension) => is_async(&comprehension.generators),
        Expr::Generator(comprehension) => is_async(&comprehension.generators),
        _ => false,
    }
}

/// Whether these statements can leave what they stand in: a `return`, or a jump of a loop, be it of one within.
fn can_jump(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match stmt {
        Stmt::Return(_) | Stmt::Break(_) | Stmt::Continue(_) => true,
        Stmt::If(block) => {
            can_jump(&block.body)
                || block
                    .elif_else_clauses
                    .iter()
                    .any(|clause| can_jump(&clause.body))
        }
        Stmt::For(block) => can_jump(&block.body) || can_jump(&block.orelse),
        Stmt::While(block) => can_jump(&block.body) || can_jump(&block.orelse),
        Stmt::With(block) => can_jump(&block.body),
        Stmt::Match(block) => block.cases.iter().any(|case| can_jump(&case.body)),
        Stmt::Try(block) => {
            can_jump(&block.body)
                || can_jump(&block.orelse)
                || can_jump(&block.finalbody)
                || block
                    .handlers
                    .iter()
                    .any(|ExceptHandler::ExceptHandler(handler)| can_jump(&handler.body))
        }
        _ => false,
    })
}
