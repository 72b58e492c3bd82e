//! `_lazyscope`, the module through which our Python files reach Rust. One idea a file; each file hands in its
//! functions and classes by `install`. Semantics live in [`orm`](crate::orm): here arguments are unwrapped and
//! answers wrapped.

/// Hands functions into the module: `functions!(module, vm; number, orm_write = write)`, each by its own name or by the
/// one in front of it.
macro_rules! functions {
    (@ $name:ident) => { $name };
    (@ $name:ident $function:path) => { $function };
    ($module:expr, $vm:expr; $($name:ident $(= $function:path)?),* $(,)?) => {$(
        $crate::python::native::set(
            $module,
            stringify!($name),
            $vm.new_function(stringify!($name), functions!(@ $name $($function)?)),
            $vm,
        )?;
    )*};
}

mod class_names;
mod engine;
pub(crate) mod errors;
mod expr;
pub(crate) mod node;
pub(crate) mod orm;
mod params;
mod process;
mod query;
mod reflect;
pub(crate) mod result;
mod role;
mod row;
mod schema;
mod select;
mod statement;
pub(super) mod stream;
mod types;
pub(crate) mod value;

use rustpython_vm::builtins::PyModule;
use rustpython_vm::{PyObjectRef, PyRef, PyResult, VirtualMachine};

/// Makes the module and registers it, so that library files can import it.
pub(super) fn install(vm: &VirtualMachine) -> PyResult<()> {
    let module = vm.new_module("_lazyscope", vm.ctx.new_dict(), None);
    process::install(&module, vm)?;
    stream::install(&module, vm)?;
    node::install(&module, vm)?;
    types::install(&module, vm)?;
    expr::install(&module, vm)?;
    orm::install(&module, vm)?;
    reflect::install(&module, vm)?;
    schema::install(&module, vm)?;
    select::install(&module, vm)?;
    query::install(&module, vm)?;
    params::install(&module, vm)?;
    statement::install(&module, vm)?;
    engine::install(&module, vm)?;
    row::install(&module, vm)?;
    result::install(&module, vm)?;
    let modules = vm.sys_module.get_attr("modules", vm)?;
    modules.set_item("_lazyscope", module.into(), vm)
}

type Module = PyRef<PyModule>;

fn set(
    module: &Module,
    name: &'static str,
    value: impl Into<PyObjectRef>,
    vm: &VirtualMachine,
) -> PyResult<()> {
    module.set_attr(name, value.into(), vm)
}
