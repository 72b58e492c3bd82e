//! `Entity`: the base of mapped classes. The object in Python is a handle; its values live in the session layer.

use std::rc::Rc;

use rustpython_vm::builtins::{PyDictRef, PyType, PyTypeRef, PyWeak};
use rustpython_vm::class::PyClassImpl;
use rustpython_vm::function::FuncArgs;
use rustpython_vm::types::Constructor;
use rustpython_vm::{
    AsObject, Py, PyObject, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine, pyclass,
};

use crate::orm::instance::{Instance, Slot};
use crate::python::native::node::class_mapper;
use crate::python::native::value::to_python;
use crate::python::native::{Module, set};

/// An object of a mapped class.
#[pyclass(module = "_lazyscope", name = "Entity")]
#[derive(Debug, PyPayload)]
pub(crate) struct Entity {
    pub(super) instance: Rc<Instance>,
}

#[pyclass(with(Constructor), flags(BASETYPE, HAS_DICT, HAS_WEAKREF))]
impl Entity {}

impl Constructor for Entity {
    type Args = FuncArgs;

    fn slot_new(class: PyTypeRef, _args: FuncArgs, vm: &VirtualMachine) -> PyResult {
        let Some(mapper) = class_mapper(class.as_object(), vm)? else {
            return Err(vm.new_type_error(format!(
                "class {} is not mapped: it has no __tablename__, or is a base of mapped classes",
                class.name()
            )));
        };
        let instance = Instance::new(&mapper);
        mapper
            .mark_class(&instance)
            .map_err(|error| crate::python::native::errors::raise(error, vm))?;
        make(&instance, class, vm).map(Into::into)
    }

    fn py_new(class: &Py<PyType>, _args: FuncArgs, vm: &VirtualMachine) -> PyResult<Self> {
        Err(vm.new_type_error(format!(
            "class {} is made by its own constructor",
            class.name()
        )))
    }
}

/// `orm_new(class)`: a new object of a mapped class.
fn new(class: PyTypeRef, vm: &VirtualMachine) -> PyResult {
    Entity::slot_new(class, FuncArgs::default(), vm)
}

/// `orm_adopt(class, base)`: gives the class the base's `__dict__`, before which a plain class among its bases would
/// come with its own.
fn adopt(class: PyTypeRef, base: PyTypeRef, vm: &VirtualMachine) {
    let name = vm.ctx.intern_str("__dict__");
    if let Some(found) = base.get_direct_attr(name) {
        class.set_attr(name, found);
    }
}

/// What an instance keeps of its object in Python: the object, while it lives, and the attributes that the program put
/// on it beside the mapped ones. They outlive the object as long as the row's instance does.
struct Host {
    object: PyRef<PyWeak>,
    dict: PyDictRef,
}

fn make(instance: &Rc<Instance>, class: PyTypeRef, vm: &VirtualMachine) -> PyResult<PyRef<Entity>> {
    let dict = instance
        .host
        .with::<Host, _>(|host| host.map(|host| host.dict.clone()));
    let dict = dict.unwrap_or_else(|| vm.ctx.new_dict());
    let entity = Entity {
        instance: Rc::clone(instance),
    };
    let object = PyRef::new_ref(entity, class, Some(dict.clone()));
    let weak = object.as_object().downgrade(None, vm)?;
    instance.host.set(Box::new(Host { object: weak, dict }));
    Ok(object)
}

/// The Python object of an instance: the one that is alive, or a new handle.
pub(crate) fn wrap_instance(instance: &Rc<Instance>, vm: &VirtualMachine) -> PyResult {
    let alive = instance
        .host
        .with::<Host, _>(|host| host.and_then(|host| host.object.upgrade()));
    if let Some(object) = alive {
        return Ok(object);
    }
    let class = instance
        .mapper
        .host
        .with::<PyTypeRef, _>(|class| class.cloned());
    match class {
        Some(class) => make(instance, class, vm).map(Into::into),
        None => Err(vm.new_runtime_error(format!(
            "{} has lost its class",
            instance.mapper.class_name()
        ))),
    }
}

pub(super) fn wrap_optional(instance: Option<&Rc<Instance>>, vm: &VirtualMachine) -> PyResult {
    instance.map_or_else(|| Ok(vm.ctx.none()), |instance| wrap_instance(instance, vm))
}

/// The instance of a mapped object; none for any other.
pub(crate) fn instance_of(object: &PyObject) -> Option<Rc<Instance>> {
    object
        .downcast_ref::<Entity>()
        .map(|entity| Rc::clone(&entity.instance))
}

/// The instance of an object that a session was given.
pub(super) fn expect_instance(object: &PyObject, vm: &VirtualMachine) -> PyResult<Rc<Instance>> {
    instance_of(object).ok_or_else(|| {
        let class = object.class();
        let module = class
            .as_object()
            .get_attr("__module__", vm)
            .ok()
            .and_then(|module| module.str(vm).ok())
            .map_or_else(|| "builtins".to_owned(), |module| module.to_string());
        let name = class.name();
        let mut words = format!("Class '{module}.{name}' is not mapped");
        if let Some(class) = object.downcast_ref::<PyType>() {
            let module = class.as_object().get_attr("__module__", vm);
            let module = module.and_then(|module| module.str(vm).map(|text| text.to_string()));
            words.push_str(&format!(
                "; was a class ({}.{}) supplied where an instance was required?",
                module.unwrap_or_default(),
                class.name()
            ));
        }
        crate::python::native::errors::sqlalchemy(
            "sqlalchemy.orm.exc.UnmappedInstanceError",
            &words,
            None,
            vm,
        )
    })
}

pub(super) fn wrap_all(
    instances: &[Rc<Instance>],
    vm: &VirtualMachine,
) -> PyResult<Vec<PyObjectRef>> {
    instances
        .iter()
        .map(|instance| wrap_instance(instance, vm))
        .collect()
}

/// `state(object)`: the words SQLAlchemy has for where an object stands.
fn state(object: PyObjectRef, vm: &VirtualMachine) -> PyResult<&'static str> {
    use crate::orm::instance::Lifecycle;
    Ok(match expect_instance(&object, vm)?.lifecycle() {
        Lifecycle::Transient => "transient",
        Lifecycle::Pending => "pending",
        Lifecycle::Persistent => "persistent",
        Lifecycle::Deleted => "deleted",
        Lifecycle::Detached => "detached",
    })
}

/// `orm_identity(object)`: its primary key; None before it has one.
fn identity(object: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let instance = expect_instance(&object, vm)?;
    let Some(identity) = instance.identity() else {
        return Ok(vm.ctx.none());
    };
    let columns = instance.mapper.primary_key_columns();
    let values: PyResult<Vec<PyObjectRef>> = identity
        .key
        .values()
        .iter()
        .zip(&columns)
        .map(|(value, column)| crate::python::native::value::to_python(value, column.ty(), vm))
        .collect();
    Ok(vm.ctx.new_tuple(values?).into())
}

/// `orm_dict(object)`: what is loaded of its mapped attributes, columns first, and what the program put on it.
fn dict(object: PyObjectRef, vm: &VirtualMachine) -> PyResult<PyDictRef> {
    let instance = expect_instance(&object, vm)?;
    let dict = vm.ctx.new_dict();
    let attributes = instance.mapper.attributes();
    let (columns, relationships): (Vec<_>, Vec<_>) = attributes
        .iter()
        .filter(|attribute| instance.is_loaded(attribute.index))
        .partition(|attribute| attribute.as_column().is_some());
    for attribute in columns.into_iter().chain(relationships) {
        let key = vm.ctx.new_str(&*attribute.key);
        let value = object.get_attr(&key, vm)?;
        dict.set_item(&*key, value, vm)?;
    }
    let own = instance
        .host
        .with::<Host, _>(|host| host.map(|host| host.dict.clone()));
    for (key, value) in own.into_iter().flatten() {
        dict.set_item(&*key, value, vm)?;
    }
    Ok(dict)
}

/// `orm_modified(object)`: whether it has changes that are not flushed.
fn modified(object: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(expect_instance(&object, vm)?.is_modified())
}

/// `orm_expired(object)`: whether all of it was expired and nothing loaded since, and the columns that are.
fn expired(object: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let instance = expect_instance(&object, vm)?;
    let keys: Vec<PyObjectRef> = instance
        .mapper
        .attributes()
        .iter()
        .filter(|attribute| {
            attribute.as_column().is_some()
                && matches!(instance.slot(attribute.index), Slot::Expired)
        })
        .map(|attribute| vm.ctx.new_str(&*attribute.key).into())
        .collect();
    let all = vm.ctx.new_bool(instance.state.borrow().expired).into();
    Ok(vm
        .ctx
        .new_tuple(vec![all, vm.ctx.new_list(keys).into()])
        .into())
}

/// `orm_committed(object)`: pairs of an attribute that was changed since the last flush and what it had before, in a
/// list, which is empty where that is not known.
fn committed(object: PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    let instance = expect_instance(&object, vm)?;
    let mut pairs = Vec::new();
    for attribute in instance.mapper.attributes() {
        let before = {
            let state = instance.state.borrow();
            state.committed.get(&attribute.index).cloned()
        };
        let value = match before {
            None => continue,
            Some(Slot::Unloaded | Slot::Expired) => Vec::new(),
            Some(Slot::Value(value)) => match attribute.as_column() {
                Some(column) => vec![to_python(&value, column.expr.ty(), vm)?],
                None => Vec::new(),
            },
            Some(Slot::One(one)) => vec![wrap_optional(one.as_ref(), vm)?],
            Some(Slot::Many(many)) => {
                let members = many.items.borrow().clone();
                let members: PyResult<Vec<_>> = members
                    .iter()
                    .map(|member| wrap_optional(member.as_ref(), vm))
                    .collect();
                vec![vm.ctx.new_list(members?).into()]
            }
        };
        let key = vm.ctx.new_str(&*attribute.key).into();
        let value = vm.ctx.new_list(value).into();
        pairs.push(vm.ctx.new_tuple(vec![key, value]).into());
    }
    Ok(pairs)
}

/// `orm_make_transient(object)`: as if it had never had a session or a row.
fn make_transient(object: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    crate::orm::lifecycle::make_transient(&expect_instance(&object, vm)?)
        .map_err(|error| crate::python::native::errors::raise(error, vm))
}

/// `orm_make_detached(object)`: as if it had been loaded by its key and let go of.
fn make_detached(object: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    crate::orm::lifecycle::make_transient_to_detached(&expect_instance(&object, vm)?)
        .map_err(|error| crate::python::native::errors::raise(error, vm))
}

/// `orm_was_deleted(object)`: whether its row was deleted in a flush.
fn was_deleted(object: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(expect_instance(&object, vm)?.state.borrow().was_deleted)
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    set(module, "Entity", Entity::make_static_type(), vm)?;
    functions!(
        module, vm;
        orm_new = new,
        orm_adopt = adopt,
        orm_state = state,
        orm_identity = identity,
        orm_make_transient = make_transient,
        orm_make_detached = make_detached,
        orm_was_deleted = was_deleted,
        orm_dict = dict,
        orm_expired = expired,
        orm_committed = committed,
        orm_modified = modified,
    );
    Ok(())
}
