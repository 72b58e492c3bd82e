//! What a scenario may not reach, and the words it is told so with.

use rustpython_vm::builtins::{PyDict, PyStr, PyStrRef};
use rustpython_vm::function::FuncArgs;
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::nesting;

/// Modules that reach out of the process. Library files may import those that have a stand-in; a scenario may not,
/// except for those whose stand-in tells itself what it cannot do (`os`, `sqlite3`, `threading`).
const OUTSIDE: &[&str] = &[
    "_thread",
    "concurrent",
    "ctypes",
    "fcntl",
    "ftplib",
    "glob",
    "http",
    "mmap",
    "multiprocessing",
    "nt",
    "pathlib",
    "posix",
    "pty",
    "resource",
    "select",
    "selectors",
    "shutil",
    "signal",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "subprocess",
    "tempfile",
    "urllib.error",
    "urllib.request",
    "urllib.response",
    "urllib.robotparser",
    "webbrowser",
];

/// Puts our own functions in the place of those builtins that reach out, or that a source text could bring down.
pub(super) fn install(vm: &VirtualMachine) -> PyResult<()> {
    let builtins = vm.builtins.as_object();
    let forbid = |name: &'static str, what: &'static str| {
        let function = vm.new_function(
            name,
            move |_args: FuncArgs, vm: &VirtualMachine| -> PyResult<()> {
                Err(vm.new_runtime_error(format!("a scenario cannot {what}")))
            },
        );
        builtins.set_attr(name, function, vm)
    };
    forbid("open", "open files: nothing in it touches the disk")?;
    forbid("input", "read input: nobody is there to type it")?;
    forbid(
        "breakpoint",
        "stop in a debugger: use the window's Step instead",
    )?;

    let import = builtins.get_attr("__import__", vm)?;
    let guarded = vm.new_function(
        "__import__",
        move |args: FuncArgs, vm: &VirtualMachine| -> PyResult {
            guarded_import(&import, args, vm)
        },
    );
    builtins.set_attr("__import__", guarded, vm)?;
    for name in ["compile", "eval", "exec"] {
        let original = builtins.get_attr(name, vm)?;
        let guarded = vm.new_function(
            name,
            move |args: FuncArgs, vm: &VirtualMachine| -> PyResult {
                check_source(args.args.first(), vm)?;
                original.call(args, vm)
            },
        );
        builtins.set_attr(name, guarded, vm)?;
    }
    Ok(())
}

/// Checks a source before it is parsed; anything but text is left to whoever takes it.
fn check_source(source: Option<&PyObjectRef>, vm: &VirtualMachine) -> PyResult<()> {
    let Some(source) = source.and_then(|source| source.downcast_ref::<PyStr>()) else {
        return Ok(());
    };
    nesting::check(&source.to_string_lossy()).map_err(|deep| {
        let message = format!("{} (line {})", deep.what, deep.line);
        vm.new_exception_msg(vm.ctx.exceptions.memory_error.to_owned(), message.into())
    })
}

/// `__import__(name, globals, locals, fromlist, level)`, with words of ours for what a scenario cannot import.
fn guarded_import(import: &PyObject, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
    let name = args
        .args
        .first()
        .and_then(|name| name.downcast_ref::<PyStr>())
        .map(|name| name.to_string_lossy().into_owned());
    let from_scenario = args
        .args
        .get(1)
        .is_some_and(|globals| is_scenario(globals, vm));
    let Some(name) = name.filter(|_| from_scenario) else {
        return import.call(args, vm);
    };
    let package = name.split('.').next().unwrap_or_default();
    if OUTSIDE.contains(&package) || OUTSIDE.contains(&name.as_str()) {
        let words = format!(
            "a scenario cannot import {name}: it runs without files, processes, threads and network"
        );
        return Err(vm.new_import_error(words, vm.ctx.new_str(name.as_str())));
    }
    import.call(args, vm).map_err(|error| {
        if !error.fast_isinstance(vm.ctx.exceptions.module_not_found_error) {
            return error;
        }
        let words = if package == "sqlalchemy" {
            format!("Lazyscope does not have {name} yet")
        } else {
            format!("No module named '{name}'. A scenario can import sqlalchemy and the modules of Python that do not reach outside")
        };
        let class = vm.ctx.exceptions.module_not_found_error.to_owned();
        let told = vm.new_exception_msg(class, words.into());
        // An exception always has a dict to take it.
        let _ = told.as_object().set_attr("name", vm.ctx.new_str(name.as_str()), vm);
        told
    })
}

fn is_scenario(globals: &PyObject, vm: &VirtualMachine) -> bool {
    globals
        .downcast_ref::<PyDict>()
        .and_then(|globals| globals.get_item_opt("__name__", vm).ok().flatten())
        .and_then(|name| name.downcast::<PyStr>().ok())
        .is_some_and(|name: PyStrRef| name.as_bytes() == b"__main__")
}
