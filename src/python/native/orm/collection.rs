//! `InstrumentedList`: the list that `author.books` is. It shows the collection of the session layer, and every change
//! goes there; `lib/` adds the rest of a list's methods on top.

use std::rc::{Rc, Weak};

use rustpython_vm::builtins::{PyTypeRef, PyWeak};
use rustpython_vm::class::PyClassImpl;
use rustpython_vm::protocol::{PyIterReturn, PySequenceMethods};
use rustpython_vm::types::{AsSequence, IterNext, Iterable, SelfIter};
use rustpython_vm::{
    Py, PyObject, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine, atomic_func, pyclass,
};

use super::instance::{instance_of, wrap_instance};
use crate::orm::attributes;
use crate::orm::instance::{Collection, Instance};
use crate::orm::mapper::Mapper;
use crate::python::native::errors::{raise, sqlalchemy};
use crate::python::native::{Module, set};

/// The program's view of a collection.
#[pyclass(module = "_lazyscope", name = "Collection")]
#[derive(Debug, PyPayload)]
pub(crate) struct List {
    /// A list does not keep the object alive that it belongs to: whoever holds only the list cannot change it.
    owner: Weak<Instance>,
    mapper: Rc<Mapper>,
    index: usize,
    collection: Rc<Collection>,
}

#[pyclass(with(AsSequence, Iterable), flags(BASETYPE, HAS_DICT, HAS_WEAKREF))]
impl List {
    /// The object whose collection it is, to be told of a change.
    fn owner(&self, vm: &VirtualMachine) -> PyResult<Rc<Instance>> {
        self.owner.upgrade().ok_or_else(|| {
            let class = self.mapper.class_name();
            let key = &self.mapper.attribute(self.index).key;
            sqlalchemy(
                "sqlalchemy.orm.exc.ObjectDereferencedError",
                &format!(
                    "Can't emit change event for attribute '{class}.{key}' - parent object of type <{class}> has been \
                     garbage collected."
                ),
                None,
                vm,
            )
        })
    }

    fn at(&self, index: isize, vm: &VirtualMachine) -> PyResult {
        let items = self.collection.items.borrow();
        let length = items.len() as isize;
        let place = if index < 0 { index + length } else { index };
        let item = usize::try_from(place)
            .ok()
            .and_then(|place| items.get(place))
            .cloned();
        drop(items);
        match item {
            Some(item) => wrap_instance(&item, vm),
            None => Err(vm.new_index_error("list index out of range".to_owned())),
        }
    }

    /// The members as a plain list.
    #[pymethod]
    fn _items(&self, vm: &VirtualMachine) -> PyResult {
        let items = self.collection.items.borrow().clone();
        Ok(vm
            .ctx
            .new_list(super::instance::wrap_all(&items, vm)?)
            .into())
    }

    #[pymethod]
    fn _append(&self, item: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let item = member(&item, vm)?;
        attributes::append(&self.owner(vm)?, self.index, &item).map_err(|error| raise(error, vm))
    }

    #[pymethod]
    fn _insert(&self, position: usize, item: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let item = member(&item, vm)?;
        attributes::insert(&self.owner(vm)?, self.index, position, &item)
            .map_err(|error| raise(error, vm))
    }

    #[pymethod]
    fn _remove(&self, item: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let Some(item) = instance_of(&item) else {
            return Err(vm.new_value_error("list.remove(x): x not in list".to_owned()));
        };
        if !self.collection.contains(&item) {
            return Err(vm.new_value_error("list.remove(x): x not in list".to_owned()));
        }
        attributes::remove(&self.owner(vm)?, self.index, &item).map_err(|error| raise(error, vm))
    }

    /// Puts the same members into another order; no event tells of it.
    #[pymethod]
    fn _reorder(&self, items: Vec<PyObjectRef>, vm: &VirtualMachine) -> PyResult<()> {
        let items = items
            .iter()
            .map(|item| member(item, vm))
            .collect::<PyResult<Vec<_>>>()?;
        *self.collection.items.borrow_mut() = items;
        Ok(())
    }
}

fn member(item: &PyObject, vm: &VirtualMachine) -> PyResult<Rc<Instance>> {
    instance_of(item).ok_or_else(|| {
        vm.new_attribute_error(format!(
            "'{}' object has no attribute '_sa_instance_state'",
            item.class().name()
        ))
    })
}

impl AsSequence for List {
    fn as_sequence() -> &'static PySequenceMethods {
        static METHODS: PySequenceMethods = PySequenceMethods {
            length: atomic_func!(|seq, _vm| Ok(List::sequence_downcast(seq).collection.len())),
            item: atomic_func!(|seq, index, vm| List::sequence_downcast(seq).at(index, vm)),
            contains: atomic_func!(|seq, target, _vm| {
                let list = List::sequence_downcast(seq);
                Ok(instance_of(target).is_some_and(|instance| list.collection.contains(&instance)))
            }),
            ..PySequenceMethods::NOT_IMPLEMENTED
        };
        &METHODS
    }
}

impl Iterable for List {
    fn iter(zelf: PyRef<Self>, vm: &VirtualMachine) -> PyResult {
        Ok(ListIterator {
            list: zelf,
            next: std::cell::Cell::new(0),
        }
        .into_ref(&vm.ctx)
        .into())
    }
}

/// Goes over a collection; members added on the way are met too, as in a list.
#[pyclass(module = "_lazyscope", name = "CollectionIterator")]
#[derive(Debug, PyPayload)]
pub(crate) struct ListIterator {
    list: PyRef<List>,
    next: std::cell::Cell<usize>,
}

#[pyclass(with(IterNext, Iterable))]
impl ListIterator {}

impl SelfIter for ListIterator {}

impl IterNext for ListIterator {
    fn next(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<PyIterReturn> {
        let place = zelf.next.get();
        let item = zelf.list.collection.items.borrow().get(place).cloned();
        match item {
            Some(item) => {
                zelf.next.set(place + 1);
                Ok(PyIterReturn::Return(wrap_instance(&item, vm)?))
            }
            None => Ok(PyIterReturn::StopIteration(None)),
        }
    }
}

thread_local! {
    static CLASS: std::cell::RefCell<Option<PyTypeRef>> = const { std::cell::RefCell::new(None) };
}

/// The list of a collection: the one that is alive, or a new one.
pub(super) fn wrap_collection(
    owner: &Rc<Instance>,
    index: usize,
    collection: &Rc<Collection>,
    vm: &VirtualMachine,
) -> PyResult {
    let alive = collection
        .host
        .with::<PyRef<PyWeak>, _>(|weak| weak.and_then(|weak| weak.upgrade()));
    if let Some(list) = alive {
        return Ok(list);
    }
    let list = List {
        owner: Rc::downgrade(owner),
        mapper: Rc::clone(&owner.mapper),
        index,
        collection: Rc::clone(collection),
    };
    let class = CLASS
        .with_borrow(Clone::clone)
        .unwrap_or_else(|| List::class(&vm.ctx).to_owned());
    let object: PyObjectRef = list.into_ref_with_type(vm, class)?.into();
    collection.host.set(Box::new(object.downgrade(None, vm)?));
    Ok(object)
}

/// The members of what a collection is set to.
pub(super) fn instances_of(value: &PyObject, vm: &VirtualMachine) -> PyResult<Vec<Rc<Instance>>> {
    if vm.is_none(value) || value.class().slots.iter.load().is_none() {
        return Err(vm.new_type_error(format!(
            "Incompatible collection type: {} is not list-like",
            if vm.is_none(value) {
                "None".to_owned()
            } else {
                value.class().name().to_string()
            }
        )));
    }
    let items: Vec<PyObjectRef> = value.to_owned().try_to_value(vm)?;
    items.iter().map(|item| member(item, vm)).collect()
}

/// `orm_list_class(class)`: the Python class that collections come out as.
fn list_class(class: PyTypeRef, _vm: &VirtualMachine) {
    CLASS.set(Some(class));
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    ListIterator::make_static_type();
    set(module, "Collection", List::make_static_type(), vm)?;
    set(
        module,
        "orm_list_class",
        vm.new_function("orm_list_class", list_class),
        vm,
    )
}
