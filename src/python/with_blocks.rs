//! `with` blocks that an exception leaves.
//!
//! RustPython's compiler is not CPython's in two things here, and both are put right around it:
//!
//! - It takes the handlers that are open after a `with` from the first way that leads there. Where the block always
//!   raises, only the way over a suppressed exception does, and on that one the `with`'s own handler is still counted:
//!   every statement behind it would be handled by the wrong one, with values missing from the stack. So each block
//!   stands in an `if` that always holds and that the compiler cannot see through: its end can be reached.
//! - An exception that `__exit__` lets through is raised again without the one before it becoming the current one. It
//!   would stay in `sys.exc_info()`, keep alive what its frames hold, and be the context of exceptions that have nothing
//!   to do with it. So it is raised again where CPython does that: in reach of the cleanup that follows.

use ruff_text_size::{Ranged, TextRange};
use rustpython_vm::compiler::CodeObject;
use rustpython_vm::compiler::ast::visitor::transformer::{Transformer, walk_stmt};
use rustpython_vm::compiler::ast::{
    AtomicNodeIndex, Expr, ExprContext, ExprList, ExprUnaryOp, ModModule, Stmt, StmtIf, UnaryOp,
};
use rustpython_vm::compiler::core::bytecode::{
    ConstantData, ExceptionTableEntry, Instruction, OpArgByte, decode_exception_table,
    encode_exception_table,
};

/// Gives every `with` of a module an end that the compiler takes to be reachable.
pub(super) fn make_ends_reachable(module: &mut ModModule) {
    for stmt in &mut module.body {
        WithBlocks.visit_stmt(stmt);
    }
}

struct WithBlocks;

impl Transformer for WithBlocks {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        walk_stmt(self, stmt);
        if let Stmt::With(with) = stmt
            && let Some(first) = with.body.first()
        {
            let range = first.range();
            with.body = vec![Stmt::If(StmtIf {
                node_index: AtomicNodeIndex::NONE,
                range,
                test: Box::new(always(range)),
                body: std::mem::take(&mut with.body),
                elif_else_clauses: Vec::new(),
            })];
        }
    }
}

/// `not []`, which is true, and no constant.
pub(super) fn always(range: TextRange) -> Expr {
    let empty = Expr::List(ExprList {
        node_index: AtomicNodeIndex::NONE,
        range,
        elts: Vec::new(),
        ctx: ExprContext::Load,
    });
    Expr::UnaryOp(ExprUnaryOp {
        node_index: AtomicNodeIndex::NONE,
        range,
        op: UnaryOp::Not,
        operand: Box::new(empty),
    })
}

/// Values that the compiler lets a `with`'s raise take from the stack beside the exception; no other raise has so many.
const TAKEN_BY_WITH: u8 = 2;

/// Lets the cleanup of each `with` handle what its `__exit__` lets through: the exception before is restored there.
pub(super) fn clean_up_reraised(code: &mut CodeObject) {
    let mut table = decode_exception_table(&code.exceptiontable);
    let mut units = code.instructions.to_vec();
    let mut cleanup = None;
    let mut handled = Vec::new();
    for (at, unit) in (0u32..).zip(&mut units) {
        match unit.op {
            Instruction::WithExceptStart => {
                let covers = |entry: &&ExceptionTableEntry| entry.start <= at && at < entry.end;
                cleanup = table.iter().find(covers).copied();
            }
            Instruction::Reraise { .. } if u8::from(unit.arg) == TAKEN_BY_WITH => {
                if let Some(cleanup) = cleanup.take() {
                    // The cleanup takes the values itself.
                    unit.arg = OpArgByte::from(0);
                    handled.push(ExceptionTableEntry {
                        start: at,
                        end: at + 1,
                        ..cleanup
                    });
                }
            }
            _ => {}
        }
    }
    // The first entry that covers an instruction is its own.
    table.splice(..0, handled);
    code.exceptiontable = encode_exception_table(&table);
    code.instructions = units.into();
    code.constants = code
        .constants
        .iter()
        .cloned()
        .map(|constant| match constant {
            ConstantData::Code { mut code } => {
                clean_up_reraised(&mut code);
                ConstantData::Code { code }
            }
            other => other,
        })
        .collect();
}
