//! From a scenario's text to code that the interpreter runs as CPython would.

use rustpython_vm::builtins::PyCode;
use rustpython_vm::compiler::codegen::compile::compile_program;
use rustpython_vm::compiler::core::SourceFileBuilder;
use rustpython_vm::compiler::{CompileError, parser};
use rustpython_vm::{PyRef, VirtualMachine};

use super::{finally_blocks, lines, with_blocks};

/// Compiles a scenario.
///
/// # Errors
/// What is no Python.
pub(super) fn compile(
    source: &str,
    file: &str,
    vm: &VirtualMachine,
) -> Result<PyRef<PyCode>, CompileError> {
    let file = SourceFileBuilder::new(file, source).finish();
    let parsed = parser::parse_module(source)
        .map_err(|error| CompileError::from_ruff_parse_error(error, &file))?;
    let mut module = parsed.into_syntax();
    finally_blocks::take_scopes_out(&mut module);
    with_blocks::make_ends_reachable(&mut module);
    let mut code = compile_program(&module, file, vm.compile_opts())?;
    with_blocks::clean_up_reraised(&mut code);
    lines::move_lines(&module, source, &mut code);
    Ok(vm.ctx.new_code(code))
}
