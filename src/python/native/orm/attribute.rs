//! Mapped attributes. Reading one of an object that has it runs no Python code.

use std::cell::RefCell;
use std::rc::Rc;

use rustpython_vm::class::PyClassImpl;
use rustpython_vm::function::PySetterValue;
use rustpython_vm::types::GetDescriptor;
use rustpython_vm::{
    AsObject, PyObject, PyObjectRef, PyPayload, PyResult, VirtualMachine, pyclass,
};

use super::collection::{instances_of, wrap_collection};
use super::instance::{Entity, wrap_optional};
use crate::orm::attributes::{self, ColumnChange, Passive};
use crate::orm::collection::{Shape, objects};
use crate::orm::instance::{Instance, Slot};
use crate::orm::mapper::Mapper;
use crate::orm::sql::SqlType;
use crate::python::native::Module;
use crate::python::native::errors::raise;
use crate::python::native::node::{Kind, kind_of};
use crate::python::native::value::{is_processed, to_python, to_value};

/// A mapped attribute, as it stands in its class.
#[pyclass(module = "_lazyscope", name = "Attribute")]
#[derive(Debug, PyPayload)]
pub(crate) struct Attribute {
    index: usize,
    /// Type of the column; none for a relationship.
    ty: Option<SqlType>,
    /// What the class itself answers with: `Author.name`, a SQL expression.
    of_class: RefCell<PyObjectRef>,
}

#[pyclass(with(GetDescriptor), flags(HAS_WEAKREF))]
impl Attribute {
    #[pyslot]
    fn descr_set(
        zelf: &PyObject,
        object: PyObjectRef,
        value: PySetterValue<PyObjectRef>,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let attribute = Self::_as_pyref(zelf, vm)?;
        let Some(entity) = object.downcast_ref::<Entity>() else {
            return Err(
                vm.new_type_error("a mapped attribute is set on objects of its class".to_owned())
            );
        };
        match value {
            PySetterValue::Assign(value) => {
                assign(&entity.instance, attribute.index, &attribute.ty, &value, vm)
            }
            PySetterValue::Delete => attributes::delete(&entity.instance, attribute.index)
                .map_err(|error| raise(error, vm)),
        }
    }
}

impl GetDescriptor for Attribute {
    fn descr_get(
        zelf: PyObjectRef,
        object: Option<PyObjectRef>,
        _class: Option<PyObjectRef>,
        vm: &VirtualMachine,
    ) -> PyResult {
        let attribute = Self::_as_pyref(&zelf, vm)?;
        let Some(object) = object.filter(|object| !vm.is_none(object)) else {
            return Ok(attribute.of_class.borrow().clone());
        };
        let Some(entity) = object.downcast_ref::<Entity>() else {
            return Err(vm.new_type_error(
                "a mapped attribute is read from objects of its class".to_owned(),
            ));
        };
        let slot = attributes::read(&entity.instance, attribute.index)
            .map_err(|error| raise(error, vm))?;
        show(
            &entity.instance,
            attribute.index,
            slot,
            attribute.ty.as_ref(),
            vm,
        )
    }
}

/// What a slot is in Python. A value that took converting is kept converted, so that it is the same object again.
fn show(
    instance: &Rc<Instance>,
    index: usize,
    slot: Slot,
    ty: Option<&SqlType>,
    vm: &VirtualMachine,
) -> PyResult {
    match slot {
        Slot::Value(value) => {
            let ty = ty.unwrap_or(&SqlType::Null);
            let object = to_python(&value, ty, vm)?;
            if is_processed(ty)
                && matches!(value, crate::orm::Value::Stored(_))
                && !vm.is_none(&object)
            {
                instance.put(index, Slot::Value(to_value(&object, vm)));
            }
            Ok(object)
        }
        Slot::One(related) => wrap_optional(related.as_ref(), vm),
        Slot::Many(collection) => wrap_collection(instance, index, &collection, vm),
        Slot::Unloaded | Slot::Expired => Ok(vm.ctx.none()),
    }
}

fn assign(
    instance: &Rc<Instance>,
    index: usize,
    ty: &Option<SqlType>,
    value: &PyObject,
    vm: &VirtualMachine,
) -> PyResult<()> {
    if DONT_SET.with_borrow(|known| known.as_ref().is_some_and(|known| value.is(known))) {
        return Ok(());
    }
    let done = if ty.is_some() {
        match kind_of(value, vm)? {
            Some(Kind::Expr(expr)) => attributes::set_expr(instance, index, expr),
            _ => attributes::set_value(instance, index, to_value(value, vm)),
        }
    } else if let Some(shape) = collection_shape(&instance.mapper, index) {
        attributes::set_collection(instance, index, instances_of(value, &shape, vm)?)
    } else if vm.is_none(value) {
        attributes::set_related(instance, index, None)
    } else {
        let related = super::instance::instance_of(value).ok_or_else(|| not_mapped(value, vm))?;
        attributes::set_related(instance, index, Some(related))
    };
    done.map_err(|error| raise(error, vm))
}

thread_local! {
    /// What a dataclass's `__init__` assigns where an argument was not given: nothing.
    static DONT_SET: RefCell<Option<PyObjectRef>> = const { RefCell::new(None) };
}

/// `orm_dont_set(object)`.
fn dont_set(object: PyObjectRef, _vm: &VirtualMachine) {
    DONT_SET.set(Some(object));
}

fn not_mapped(
    value: &PyObject,
    vm: &VirtualMachine,
) -> rustpython_vm::builtins::PyBaseExceptionRef {
    vm.new_attribute_error(format!(
        "'{}' object has no attribute '_sa_instance_state'",
        value.class().name()
    ))
}

fn collection_shape(mapper: &Mapper, index: usize) -> Option<Shape> {
    let attribute = mapper.attribute(index);
    let relationship = attribute.as_relationship()?;
    relationship.uselist().then(|| relationship.shape().clone())
}

/// `orm_attribute(class, key, of_class)`: the descriptor of a mapped attribute.
fn attribute(
    class: PyObjectRef,
    key: PyObjectRef,
    of_class: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let key = crate::python::native::node::text(&key, vm)?;
    let mapper = crate::python::native::node::class_mapper(&class, vm)?
        .ok_or_else(|| vm.new_type_error("the class is not mapped".to_owned()))?;
    let found = mapper.attribute_by_key(&key).ok_or_else(|| {
        vm.new_attribute_error(format!(
            "{} has no mapped attribute {key}",
            mapper.class_name()
        ))
    })?;
    Ok(Attribute {
        index: found.index,
        ty: found.as_column().map(|column| column.expr.ty().clone()),
        of_class: RefCell::new(of_class),
    }
    .into_ref(&vm.ctx)
    .into())
}

/// `orm_loaded(object, key)`: whether the attribute has a value without loading.
fn loaded(object: PyObjectRef, key: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    let instance = super::instance::expect_instance(&object, vm)?;
    let key = crate::python::native::node::text(&key, vm)?;
    Ok(instance
        .mapper
        .attribute_by_key(&key)
        .is_some_and(|attribute| instance.is_loaded(attribute.index)))
}

/// The place of an attribute of an object.
fn placed(
    object: &PyObject,
    key: &PyObject,
    vm: &VirtualMachine,
) -> PyResult<(Rc<Instance>, Rc<crate::orm::Attribute>)> {
    let instance = super::instance::expect_instance(object, vm)?;
    let key = crate::python::native::node::text(key, vm)?;
    match instance.mapper.attribute_by_key(&key) {
        Some(attribute) => Ok((instance, attribute)),
        None => {
            let class = instance.mapper.class_name();
            Err(vm.new_key_error(vm.ctx.new_str(format!("{class}.{key}")).into()))
        }
    }
}

/// `orm_flag_modified(object, key)`: the next flush writes the attribute.
fn flag_modified(object: PyObjectRef, key: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let (instance, attribute) = placed(&object, &key, vm)?;
    attributes::flag_modified(&instance, attribute.index).map_err(|error| raise(error, vm))
}

/// `orm_set_committed(object, key, value)`: puts a value as if it had been loaded.
fn set_committed(
    object: PyObjectRef,
    key: PyObjectRef,
    value: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let (instance, attribute) = placed(&object, &key, vm)?;
    let done = match attribute.as_relationship() {
        None => {
            let slot = Slot::Value(to_value(&value, vm));
            attributes::set_committed(&instance, attribute.index, slot).map(|_| ())
        }
        Some(relationship) => {
            let found = match collection_shape(&instance.mapper, attribute.index) {
                Some(shape) => {
                    objects(&instances_of(&value, &shape, vm)?).map_err(|error| raise(error, vm))?
                }
                None if vm.is_none(&value) => Vec::new(),
                None => vec![super::instance::expect_instance(&value, vm)?],
            };
            crate::orm::loading::lazy::set_loaded(&instance, attribute.index, relationship, found)
        }
    };
    done.map_err(|error| raise(error, vm))
}

/// `orm_history(object, key, loads)`: what was added to the attribute, left as it was and taken from it; `loads` says
/// whether it may be loaded for that.
fn history(object: PyObjectRef, key: PyObjectRef, loads: bool, vm: &VirtualMachine) -> PyResult {
    let instance = super::instance::expect_instance(&object, vm)?;
    let key = crate::python::native::node::text(&key, vm)?;
    let Some(attribute) = instance.mapper.attribute_by_key(&key) else {
        return Err(vm.new_attribute_error(format!(
            "{} has no mapped attribute {key}",
            instance.mapper.class_name()
        )));
    };
    let passive = if loads {
        Passive::OFF.without(Passive::INIT_OK)
    } else {
        Passive::NO_INITIALIZE
    };
    let parts = match attribute.as_column() {
        Some(column) => {
            let history = attributes::column_history(&instance, attribute.index, passive)
                .map_err(|error| raise(error, vm))?;
            let ty = column.expr.ty();
            let show = |change: &ColumnChange| match change {
                ColumnChange::Value(value) => to_python(value, ty, vm),
                ColumnChange::Sql(sql) => {
                    crate::python::native::node::wrap(Kind::Expr(sql.clone()), vm)
                }
            };
            [&history.added, &history.unchanged, &history.deleted]
                .map(|part| part.iter().map(show).collect::<PyResult<Vec<_>>>())
        }
        None => {
            let history = attributes::object_history(&instance, attribute.index, passive)
                .map_err(|error| raise(error, vm))?;
            [&history.added, &history.unchanged, &history.deleted].map(|part| {
                part.iter()
                    .map(|one| wrap_optional(one.as_ref(), vm))
                    .collect::<PyResult<Vec<_>>>()
            })
        }
    };
    let [added, unchanged, deleted] = parts;
    let parts = [added?, unchanged?, deleted?].map(|part| vm.ctx.new_list(part).into());
    Ok(vm.ctx.new_tuple(parts.into()).into())
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    Attribute::make_static_type();
    functions!(
        module, vm;
        orm_history = history,
        orm_flag_modified = flag_modified,
        orm_set_committed = set_committed,
        orm_dont_set = dont_set,
        orm_attribute = attribute,
        orm_loaded = loaded,
    );
    Ok(())
}
