//! The lines that CPython gives to calls of methods.
//!
//! A call stands at the line that it begins on; but CPython takes a call of a method whose expression runs over several
//! lines for standing where the method's name does, so that each link of a chain has a line of its own:
//!
//! ```python
//! authors = (
//!     session.scalars(query)
//!     .all()                    # here the rows are read
//! )
//! ```
//!
//! RustPython leaves such calls at the line where the chain begins. Here they are moved, in the syntax tree.
//! Source: `update_start_location_to_match_attr` and `maybe_optimize_method_call` in CPython's `Python/compile.c`.

use std::cell::Cell;

use ruff_source_file::SourceFileBuilder;
use ruff_text_size::{Ranged, TextRange};
use rustpython_vm::builtins::PyCode;
use rustpython_vm::compiler::ast::visitor::transformer::{Transformer, walk_expr};
use rustpython_vm::compiler::ast::{Expr, ExprCall, Mod};
use rustpython_vm::compiler::{Mode, codegen, parser};
use rustpython_vm::{PyRef, VirtualMachine};

/// Compiles a program, its calls of methods at the lines where CPython has them; none where that changes nothing, or
/// where the program does not compile at all.
pub(super) fn compile(source: &str, file: &str, vm: &VirtualMachine) -> Option<PyRef<PyCode>> {
    let parsed = parser::parse(source, parser::Mode::Module.into()).ok()?;
    let Mod::Module(mut module) = parsed.into_syntax() else {
        return None;
    };
    let mover = Mover {
        source,
        has_moved: Cell::new(false),
    };
    mover.visit_body(&mut module.body);
    if !mover.has_moved.get() {
        return None;
    }
    let file = SourceFileBuilder::new(file, source).finish();
    let code =
        codegen::compile::compile_top(Mod::Module(module), file, Mode::Exec, vm.compile_opts());
    Some(vm.ctx.new_code(code.ok()?))
}

struct Mover<'a> {
    source: &'a str,
    has_moved: Cell<bool>,
}

impl Transformer for Mover<'_> {
    fn visit_expr(&self, expr: &mut Expr) {
        walk_expr(self, expr);
        if let Expr::Call(call) = expr
            && let Some(name) = self.far_name(call)
        {
            call.range = TextRange::new(name.start(), call.range.end());
            self.has_moved.set(true);
        }
    }
}

impl Mover<'_> {
    /// The name of the method, where it stands on a later line than the beginning of the call.
    fn far_name(&self, call: &ExprCall) -> Option<TextRange> {
        let Expr::Attribute(method) = &*call.func else {
            return None;
        };
        // Arguments that are unpacked are gathered first, and make it a call like any other.
        let unpacks = call.arguments.args.iter().any(Expr::is_starred_expr)
            || call
                .arguments
                .keywords
                .iter()
                .any(|keyword| keyword.arg.is_none());
        if unpacks {
            return None;
        }
        let before = TextRange::new(call.range.start(), method.attr.range().start());
        self.source[before]
            .contains('\n')
            .then(|| method.attr.range())
    }
}
