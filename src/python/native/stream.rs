//! `sys.stdout` and `sys.stderr`: what is written becomes events.

use rustpython_vm::builtins::{PyStrRef, PyTypeRef};
use rustpython_vm::class::PyClassImpl;
use rustpython_vm::function::ArgIterable;
use rustpython_vm::{PyPayload, PyResult, VirtualMachine, pyclass};

use super::{Module, set};
use crate::python::{halt, run};
use crate::trace::OutputStream;

/// A stream for text that goes into the trace of the run in progress.
#[pyclass(module = "_lazyscope", name = "Stream")]
#[derive(Debug, PyPayload)]
pub(crate) struct Stream {
    name: &'static str,
    stream: OutputStream,
}

#[pyclass]
impl Stream {
    #[pymethod]
    fn write(&self, text: PyStrRef, vm: &VirtualMachine) -> PyResult<usize> {
        let length = text.char_len();
        if let Some(run) = run::current() {
            run.print(self.stream, &text.as_wtf8().to_string_lossy(), vm)
                .map_err(|_| halt::stopped(vm))?;
        }
        Ok(length)
    }

    #[pymethod]
    fn writelines(&self, lines: ArgIterable<PyStrRef>, vm: &VirtualMachine) -> PyResult<()> {
        for line in lines.iter(vm)? {
            self.write(line?, vm)?;
        }
        Ok(())
    }

    #[pymethod]
    fn flush(&self, vm: &VirtualMachine) -> PyResult<()> {
        match run::current() {
            Some(run) => run.flush_output().map_err(|_| halt::stopped(vm)),
            None => Ok(()),
        }
    }

    #[pymethod]
    fn isatty(&self) -> bool {
        false
    }

    #[pymethod]
    fn writable(&self) -> bool {
        true
    }

    #[pymethod]
    fn readable(&self) -> bool {
        false
    }

    #[pymethod]
    fn fileno(&self, vm: &VirtualMachine) -> PyResult<()> {
        Err(vm.new_os_error(format!(
            "{} of a scenario has no file descriptor",
            self.name
        )))
    }

    #[pygetset]
    fn name(&self) -> &'static str {
        self.name
    }

    #[pygetset]
    fn encoding(&self) -> &'static str {
        "utf-8"
    }

    #[pygetset]
    fn errors(&self) -> &'static str {
        "strict"
    }

    #[pygetset]
    fn closed(&self) -> bool {
        false
    }
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    let class: PyTypeRef = Stream::make_static_type();
    set(module, "Stream", class, vm)
}

/// Points `sys.stdout` and `sys.stderr` at the trace.
pub(crate) fn redirect(vm: &VirtualMachine) -> PyResult<()> {
    for (attribute, original, name, stream) in [
        ("stdout", "__stdout__", "<stdout>", OutputStream::Stdout),
        ("stderr", "__stderr__", "<stderr>", OutputStream::Stderr),
    ] {
        let object = Stream { name, stream }.into_ref(&vm.ctx);
        vm.sys_module.set_attr(attribute, object.clone(), vm)?;
        vm.sys_module.set_attr(original, object, vm)?;
    }
    Ok(())
}
