//! Freeing what a run leaves behind.
//!
//! The collector does not look into all that can refer in a circle (what a function's annotations are made of, some
//! closures), so circles through these would stay for ever, and with them the whole `__main__`. Once a scenario is
//! over nobody runs its functions again: they are taken apart by hand.

use rustpython_vm::builtins::{PyDictRef, PyFunction, PyStr, PyTuple, PyType};
use rustpython_vm::function::PySetterValue;
use rustpython_vm::gc_state::gc_state;
use rustpython_vm::{AsObject, Py, PyObject, VirtualMachine};

/// Frees the objects of a run; `globals` was its `__main__`.
pub(super) fn free(globals: &PyDictRef, vm: &VirtualMachine) {
    globals.clear();
    gc_state().collect_force(2);
    let mut taken_apart = false;
    for generation in 0..3 {
        for object in gc_state().get_objects(Some(generation)) {
            taken_apart |= take_apart(&object, globals, vm);
        }
    }
    if taken_apart {
        gc_state().collect_force(2);
    }
    keep();
}

/// What is alive now is the library: later collections need not look at it.
pub(super) fn keep() {
    gc_state().freeze();
}

fn take_apart(object: &PyObject, globals: &PyDictRef, vm: &VirtualMachine) -> bool {
    if let Some(class) = object.downcast_ref::<PyType>() {
        let module = class.__module__(vm);
        let ours = module
            .downcast_ref::<PyStr>()
            .is_some_and(|name| name.as_bytes() == b"__main__");
        if ours {
            empty_class(class, vm);
        }
        return ours;
    }
    if object.downcast_ref::<PyFunction>().is_some() {
        let ours = object
            .get_attr("__globals__", vm)
            .is_ok_and(|found| found.is(globals));
        if ours {
            empty_function(object, vm);
        }
        return ours;
    }
    false
}

fn empty_class(class: &Py<PyType>, vm: &VirtualMachine) {
    // Through the slot of `type`, which forgets cached lookups, and not through a metaclass of the scenario's.
    let Some(set) = vm.ctx.types.type_type.slots.setattro.load() else {
        return;
    };
    let names: Vec<_> = class
        .attributes
        .read()
        .keys()
        .map(|name| name.to_owned())
        .collect();
    for name in names {
        if name.as_bytes() != b"__module__" {
            // Some of what is there cannot be deleted, and need not be.
            let _ = set(class.as_object(), name, PySetterValue::Delete, vm);
        }
    }
}

fn empty_function(function: &PyObject, vm: &VirtualMachine) {
    if let Ok(closure) = function.get_attr("__closure__", vm)
        && let Some(cells) = closure.downcast_ref::<PyTuple>()
    {
        for cell in cells.iter() {
            let _ = cell.del_attr("cell_contents", vm);
        }
    }
    let _ = function.set_attr("__annotate__", vm.ctx.none(), vm);
}
