//! What library files need of the process: random bytes, sleep, warnings.

use std::time::{Duration, Instant};

use rustpython_vm::builtins::PyBytesRef;
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use super::Module;
use crate::python::{belongings, halt, run};

/// Longest sleep between two looks whether the run is to end.
const NAP: Duration = Duration::from_millis(5);

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(module, vm; imported, sleep, urandom, warned);
    Ok(())
}

/// `time.sleep`, which a stop ends.
fn sleep(seconds: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let seconds = seconds.try_float(vm)?.to_f64();
    if seconds.is_nan() || seconds < 0.0 {
        return Err(vm.new_value_error("sleep length must be non-negative".to_owned()));
    }
    let length = Duration::try_from_secs_f64(seconds)
        .map_err(|_| vm.new_overflow_error("timestamp too large to convert".to_owned()))?;
    let begun = Instant::now();
    while let Some(left) = length
        .checked_sub(begun.elapsed())
        .filter(|left| !left.is_zero())
    {
        vm.check_signals()?;
        std::thread::sleep(left.min(NAP));
    }
    vm.check_signals()
}

fn urandom(count: usize, vm: &VirtualMachine) -> PyResult<PyBytesRef> {
    let function = vm
        .import("_random", 0)?
        .get_attr("Random", vm)?
        .call((), vm)?;
    let bytes = vm.call_method(&function, "getrandbits", (count.max(1) * 8,))?;
    vm.call_method(&bytes, "to_bytes", (count.max(1), "little"))?
        .downcast()
        .map_err(|_| vm.new_type_error("to_bytes gave no bytes".to_owned()))
}

/// Takes a module that has just been imported: what it is now, it is to be before the next run.
fn imported(module: PyObjectRef, vm: &VirtualMachine) {
    belongings::note(module, vm);
}

/// Takes a `warnings.WarningMessage`: a warning that no filter kept away.
fn warned(warning: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let message = warning.get_attr("message", vm)?.str(vm)?.to_string();
    match run::current() {
        Some(run) => run.warn(message, vm).map_err(|_| halt::stopped(vm)),
        None => Ok(()),
    }
}
