//! What a cell of a row is to the scenario, and what tells rows apart.

use std::rc::Rc;

use rustpython_vm::{PyObjectRef, PyPayload, PyResult, VirtualMachine};

use crate::orm::Value;
use crate::orm::loading::Cell as Loaded;
use crate::orm::query::BundleForm;
use crate::python::native::orm::wrap_instance;
use crate::python::native::row::{Keys, Row};
use crate::python::native::value::{Host, to_python};

/// The cell as Python has it.
pub(super) fn value(cell: &Loaded, vm: &VirtualMachine) -> PyResult {
    match cell {
        Loaded::Entity(Some(instance)) => wrap_instance(instance, vm),
        Loaded::Entity(None) => Ok(vm.ctx.none()),
        Loaded::Value(stored, ty) => to_python(&Value::Stored(stored.clone()), ty, vm),
        Loaded::Bundle(bundle) => {
            let values: PyResult<Vec<PyObjectRef>> =
                bundle.cells.iter().map(|cell| value(cell, vm)).collect();
            let mut values = values?;
            match &bundle.form {
                BundleForm::Single if values.len() == 1 => return Ok(values.swap_remove(0)),
                BundleForm::Made(make) => {
                    let Some(Host(make)) = make.as_any().downcast_ref::<Host>() else {
                        return Ok(vm.ctx.none());
                    };
                    return make.call((vm.ctx.new_list(values),), vm);
                }
                BundleForm::Single | BundleForm::Row => {}
            }
            let keys = Keys {
                is_orm: true,
                names: bundle.keys.clone(),
                columns: Vec::new(),
            };
            Ok(Row {
                keys: Rc::new(keys),
                values: values.into_boxed_slice(),
            }
            .into_ref(&vm.ctx)
            .into())
        }
    }
}

/// What tells rows apart: objects by themselves, values by their equality.
pub(super) fn identity(
    cells: &[Loaded],
    values: &[PyObjectRef],
    vm: &VirtualMachine,
) -> PyObjectRef {
    let mut parts: Vec<PyObjectRef> = cells
        .iter()
        .zip(values)
        .map(|(cell, value)| match cell {
            Loaded::Entity(Some(instance)) => vm.ctx.new_int(Rc::as_ptr(instance).addr()).into(),
            _ => value.clone(),
        })
        .collect();
    if parts.len() == 1 {
        return parts.swap_remove(0);
    }
    vm.ctx.new_tuple(parts).into()
}
