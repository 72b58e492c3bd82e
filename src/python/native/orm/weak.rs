//! What remembers an object of a mapped class without keeping it alive: `_lazyscope.WeakEntity`.

use std::fmt;
use std::rc::{Rc, Weak};

use rustpython_vm::class::PyClassImpl;
use rustpython_vm::{PyObjectRef, PyPayload, PyResult, VirtualMachine, pyclass};

use super::instance::{expect_instance, wrap_instance};
use crate::orm::instance::{Instance, Slot};
use crate::python::native::node::text;
use crate::python::native::value::to_value;
use crate::python::native::{Module, set};

#[pyclass(module = "_lazyscope", name = "WeakEntity")]
#[derive(PyPayload)]
struct WeakEntity(Weak<Instance>);

impl fmt::Debug for WeakEntity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakEntity")
    }
}

#[pyclass]
impl WeakEntity {
    /// The object; None when it is gone.
    #[pymethod]
    fn get(&self, vm: &VirtualMachine) -> PyResult {
        match self.0.upgrade() {
            Some(instance) => wrap_instance(&instance, vm),
            None => Ok(vm.ctx.none()),
        }
    }
}

/// `orm_weak(object)`.
fn weak(object: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let instance = expect_instance(&object, vm)?;
    Ok(WeakEntity(Rc::downgrade(&instance)).into_pyobject(vm))
}

/// `orm_address(object)`: a number that no other object has while this one lives.
fn address(object: PyObjectRef, vm: &VirtualMachine) -> PyResult<usize> {
    let instance = expect_instance(&object, vm)?;
    Ok(Rc::as_ptr(&instance).addr())
}

/// `orm_put(object, key, value)`: puts a value of a column in the place of the one that is there, without event or history.
fn put(
    object: PyObjectRef,
    key: PyObjectRef,
    value: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let instance = expect_instance(&object, vm)?;
    let key = text(&key, vm)?;
    if let Some(attribute) = instance.mapper.attribute_by_key(&key) {
        instance.put(attribute.index, Slot::Value(to_value(&value, vm)));
    }
    Ok(())
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    set(module, "WeakEntity", WeakEntity::make_static_type(), vm)?;
    functions!(module, vm; orm_weak = weak, orm_address = address, orm_put = put);
    Ok(())
}
