//! What `author.books` is to a program: a view of the session layer's collection, whose every change goes there. `lib/`
//! adds the methods of lists, sets and dictionaries on top.

use std::any::Any;
use std::cell::OnceCell;
use std::rc::{Rc, Weak};

use rustpython_vm::builtins::{PyBaseExceptionRef, PyDictRef, PyType, PyTypeRef, PyWeak};
use rustpython_vm::class::PyClassImpl;
use rustpython_vm::function::FuncArgs;
use rustpython_vm::protocol::{PyIterReturn, PySequenceMethods};
use rustpython_vm::types::{AsSequence, Constructor, IterNext, Iterable, SelfIter};
use rustpython_vm::vm::thread::with_current_vm;
use rustpython_vm::{
    AsObject, Py, PyObject, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine, atomic_func,
    pyclass,
};

use super::instance::{instance_of, wrap_instance};
use crate::orm::attributes::Handle;
use crate::orm::collection::{Collection, CollectionHost, Member, Shape};
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Slot};
use crate::orm::mapper::Mapper;
use crate::python::native::errors::{host_error, raise, sqlalchemy};
use crate::python::native::{Module, set};

/// The program's view of a collection.
#[pyclass(module = "_lazyscope", name = "Collection")]
#[derive(Debug, PyPayload)]
pub(crate) struct View {
    bound: OnceCell<Bound>,
}

/// What a view shows.
#[derive(Debug, Default)]
struct Bound {
    /// None where the program made the collection by itself.
    owner: Option<Owner>,
    collection: Rc<Collection>,
}

#[derive(Debug)]
struct Owner {
    /// A view does not keep the object alive that it belongs to: whoever holds only the view cannot change it.
    instance: Weak<Instance>,
    mapper: Rc<Mapper>,
    index: usize,
}

impl Owner {
    fn is_viewonly(&self) -> bool {
        let attribute = self.mapper.attribute(self.index);
        let relationship = attribute.as_relationship();
        relationship.is_some_and(|relationship| relationship.options.viewonly)
    }
}

impl View {
    fn bound(&self) -> &Bound {
        self.bound.get_or_init(Bound::default)
    }

    fn collection(&self) -> &Rc<Collection> {
        &self.bound().collection
    }

    /// The collection with the object that is to be told of a change.
    fn handle(&self, vm: &VirtualMachine) -> PyResult<Handle> {
        let bound = self.bound();
        let owner = match &bound.owner {
            // What changes nothing of its owner needs none.
            Some(owner) if owner.is_viewonly() => owner.instance.upgrade(),
            Some(owner) => Some(owner.instance.upgrade().ok_or_else(|| {
                let class = owner.mapper.class_name();
                let key = &owner.mapper.attribute(owner.index).key;
                sqlalchemy(
                    "sqlalchemy.orm.exc.ObjectDereferencedError",
                    &format!(
                        "Can't emit change event for attribute '{class}.{key}' - parent object of type <{class}> has \
                         been garbage collected."
                    ),
                    None,
                    vm,
                )
            })?),
            None => None,
        };
        Ok(Handle {
            owner,
            index: bound.owner.as_ref().map_or(0, |owner| owner.index),
            list: Rc::clone(&bound.collection),
        })
    }

    fn at(&self, index: isize, vm: &VirtualMachine) -> PyResult {
        let items = self.collection().items.borrow();
        let length = items.len() as isize;
        let place = if index < 0 { index + length } else { index };
        let item = usize::try_from(place)
            .ok()
            .and_then(|place| items.get(place))
            .cloned();
        drop(items);
        match item {
            Some(item) => wrap_member(&item, vm),
            None => Err(vm.new_index_error("list index out of range".to_owned())),
        }
    }
}

#[pyclass(
    with(AsSequence, Iterable, Constructor),
    flags(BASETYPE, HAS_DICT, HAS_WEAKREF)
)]
impl View {
    /// The members as a plain list.
    #[pymethod]
    fn _items(&self, vm: &VirtualMachine) -> PyResult {
        let items = self.collection().items.borrow().clone();
        let items = items.iter().map(|item| wrap_member(item, vm));
        Ok(vm.ctx.new_list(items.collect::<PyResult<_>>()?).into())
    }

    #[pymethod]
    fn _append(&self, item: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let done = self.handle(vm)?.append(&member(&item, vm)?);
        done.map_err(|error| raise(error, vm))
    }

    #[pymethod]
    fn _insert(&self, position: usize, item: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let done = self.handle(vm)?.insert(position, &member(&item, vm)?);
        done.map_err(|error| raise(error, vm))
    }

    /// Takes out a member; whether it is one is asked before.
    #[pymethod]
    fn _remove(&self, item: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let done = self.handle(vm)?.remove(&member(&item, vm)?);
        done.map_err(|error| raise(error, vm))
    }

    #[pymethod]
    fn _set(&self, position: usize, item: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let done = self.handle(vm)?.set(position, &member(&item, vm)?);
        done.map_err(|error| raise(error, vm))
    }

    #[pymethod]
    fn _delete(&self, position: usize, vm: &VirtualMachine) -> PyResult<()> {
        let done = self.handle(vm)?.delete(position);
        done.map_err(|error| raise(error, vm))
    }

    #[pymethod]
    fn _pop(&self, position: usize, vm: &VirtualMachine) -> PyResult {
        let item = self.handle(vm)?.pop(position);
        wrap_member(&item.map_err(|error| raise(error, vm))?, vm)
    }

    #[pymethod]
    fn _clear(&self, vm: &VirtualMachine) -> PyResult<()> {
        let done = self.handle(vm)?.clear();
        done.map_err(|error| raise(error, vm))
    }

    // For classes that keep more than an order: they tell what comes and goes, and then what is held.

    #[pymethod]
    fn _entering(&self, item: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        let item = self.handle(vm)?.entering(&member(&item, vm)?);
        wrap_member(&item.map_err(|error| raise(error, vm))?, vm)
    }

    #[pymethod]
    fn _staying(&self, item: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let done = self.handle(vm)?.staying(&member(&item, vm)?);
        done.map_err(|error| raise(error, vm))
    }

    #[pymethod]
    fn _leaving(&self, item: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let done = self.handle(vm)?.leaving(&member(&item, vm)?);
        done.map_err(|error| raise(error, vm))
    }

    #[pymethod]
    fn _popping(&self, vm: &VirtualMachine) -> PyResult<()> {
        let done = self.handle(vm)?.popping();
        done.map_err(|error| raise(error, vm))
    }

    /// Whether it is the collection that its object holds.
    #[pymethod]
    fn _is_attached(&self) -> bool {
        let bound = self.bound();
        let Some(owner) = &bound.owner else {
            return false;
        };
        owner.instance.upgrade().is_some_and(|instance| {
            matches!(
                instance.slot(owner.index),
                Slot::Many(list) if Rc::ptr_eq(&list, &bound.collection)
            )
        })
    }

    /// These are the members, in this order; no event tells of it.
    #[pymethod]
    fn _hold(&self, items: Vec<PyObjectRef>, vm: &VirtualMachine) -> PyResult<()> {
        let items = items
            .iter()
            .map(|item| member(item, vm))
            .collect::<PyResult<Vec<_>>>()?;
        let gone = self.collection().items.replace(items);
        drop(gone);
        Ok(())
    }
}

impl Constructor for View {
    type Args = FuncArgs;

    fn slot_new(class: PyTypeRef, _args: FuncArgs, vm: &VirtualMachine) -> PyResult {
        let view = Self {
            bound: OnceCell::new(),
        };
        view.into_ref_with_type(vm, class).map(Into::into)
    }

    fn py_new(_class: &Py<PyType>, _args: FuncArgs, _vm: &VirtualMachine) -> PyResult<Self> {
        Ok(Self {
            bound: OnceCell::new(),
        })
    }
}

fn wrap_member(member: &Member, vm: &VirtualMachine) -> PyResult {
    match member {
        Some(instance) => wrap_instance(instance, vm),
        None => Ok(vm.ctx.none()),
    }
}

fn member(item: &PyObject, vm: &VirtualMachine) -> PyResult<Member> {
    if vm.is_none(item) {
        return Ok(None);
    }
    instance_of(item).map(Some).ok_or_else(|| {
        vm.new_attribute_error(format!(
            "'{}' object has no attribute '_sa_instance_state'",
            item.class().name()
        ))
    })
}

impl AsSequence for View {
    fn as_sequence() -> &'static PySequenceMethods {
        static METHODS: PySequenceMethods = PySequenceMethods {
            length: atomic_func!(|seq, _vm| Ok(View::sequence_downcast(seq).collection().len())),
            item: atomic_func!(|seq, index, vm| View::sequence_downcast(seq).at(index, vm)),
            contains: atomic_func!(|seq, target, vm| {
                let view = View::sequence_downcast(seq);
                Ok(member(target, vm).is_ok_and(|member| view.collection().contains(&member)))
            }),
            ..PySequenceMethods::NOT_IMPLEMENTED
        };
        &METHODS
    }
}

impl Iterable for View {
    fn iter(zelf: PyRef<Self>, vm: &VirtualMachine) -> PyResult {
        Ok(ViewIterator {
            view: zelf,
            next: std::cell::Cell::new(0),
        }
        .into_ref(&vm.ctx)
        .into())
    }
}

/// Goes over a collection; members added on the way are met too, as in a list.
#[pyclass(module = "_lazyscope", name = "CollectionIterator")]
#[derive(Debug, PyPayload)]
pub(crate) struct ViewIterator {
    view: PyRef<View>,
    next: std::cell::Cell<usize>,
}

#[pyclass(with(IterNext, Iterable))]
impl ViewIterator {}

impl SelfIter for ViewIterator {}

impl IterNext for ViewIterator {
    fn next(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<PyIterReturn> {
        let place = zelf.next.get();
        let item = zelf.view.collection().items.borrow().get(place).cloned();
        match item {
            Some(item) => {
                zelf.next.set(place + 1);
                Ok(PyIterReturn::Return(wrap_member(&item, vm)?))
            }
            None => Ok(PyIterReturn::StopIteration(None)),
        }
    }
}

thread_local! {
    /// The Python classes that lists and sets come out as.
    static CLASSES: std::cell::RefCell<Option<(PyTypeRef, PyTypeRef)>> = const { std::cell::RefCell::new(None) };
}

/// A collection class of the program's: what makes one, and what lists, sets and dictionaries it is like.
#[derive(Debug)]
struct HostClass {
    factory: PyObjectRef,
    kind: &'static str,
}

impl HostClass {
    fn call(&self, of: &Handle, method: &'static str, item: &Member) -> Result<()> {
        let Some(owner) = &of.owner else {
            return Ok(());
        };
        with_current_vm(|vm| {
            let view = wrap_collection(owner, of.index, &of.list, vm)?;
            let item = wrap_member(item, vm)?;
            vm.call_method(&view, method, (item,)).map(|_| ())
        })
        .map_err(|exception| with_current_vm(|vm| of_collection(exception, vm)))
    }
}

/// That something is not in a collection is an error of the session layer's own: where a chain of events takes out what
/// is not in, it is none.
fn of_collection(exception: PyBaseExceptionRef, vm: &VirtualMachine) -> Error {
    let exceptions = &vm.ctx.exceptions;
    for (class, name) in [
        (exceptions.key_error, "KeyError"),
        (exceptions.index_error, "IndexError"),
        (exceptions.value_error, "ValueError"),
    ] {
        if exception.fast_isinstance(class) {
            let words = exception.as_object().str(vm);
            return Error::raised(
                name,
                words.map_or_else(|_| String::new(), |words| words.to_string()),
            );
        }
    }
    host_error(exception)
}

impl CollectionHost for HostClass {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn kind(&self) -> &'static str {
        self.kind
    }

    fn add(&self, of: &Handle, item: &Member) -> Result<()> {
        self.call(of, "_sa_appender", item)
    }

    fn remove(&self, of: &Handle, item: &Member) -> Result<()> {
        self.call(of, "_sa_remover", item)
    }
}

/// What a relationship's `collection_class` means: a kind, and what makes the class unless it is the kind's own.
pub(super) fn shape(kind: &str, factory: Option<PyObjectRef>) -> Shape {
    let kind = match kind {
        "set" => "set",
        "dict" => "dict",
        _ => "list",
    };
    match (factory, kind) {
        (None, "set") => Shape::Set,
        (None, _) => Shape::List,
        (Some(factory), kind) => Shape::Host(Rc::new(HostClass { factory, kind })),
    }
}

/// What a collection keeps of its view in Python: the view, while it lives, and what a class of the program's keeps
/// beside the members, for as long as the collection lives.
struct Seen {
    view: PyRef<PyWeak>,
    kept: Option<(PyTypeRef, PyDictRef)>,
}

/// The view of a collection: the one that is alive, or a new one.
pub(super) fn wrap_collection(
    owner: &Rc<Instance>,
    index: usize,
    collection: &Rc<Collection>,
    vm: &VirtualMachine,
) -> PyResult {
    let seen = collection
        .host
        .with::<Seen, _>(|seen| seen.map(|seen| (seen.view.upgrade(), seen.kept.clone())));
    let kept = match seen {
        Some((Some(view), _)) => return Ok(view),
        Some((None, kept)) => kept,
        None => None,
    };
    let bound = Bound {
        owner: Some(Owner {
            instance: Rc::downgrade(owner),
            mapper: Rc::clone(&owner.mapper),
            index,
        }),
        collection: Rc::clone(collection),
    };
    let view = |bound| View {
        bound: OnceCell::from(bound),
    };
    let (object, kept): (PyObjectRef, _) = match (&collection.shape, kept) {
        (_, Some((class, dict))) => {
            let made = PyRef::new_ref(view(bound), class.clone(), Some(dict.clone()));
            (made.into(), Some((class, dict)))
        }
        (Shape::Host(host), None) => {
            let made = made_by_class(host.as_ref(), bound, vm)?;
            let kept = made.dict().map(|dict| (made.class().to_owned(), dict));
            (made, kept)
        }
        (shape, None) => {
            let class = CLASSES.with_borrow(|classes| match (classes, shape) {
                (Some((_, set)), Shape::Set) => set.clone(),
                (Some((list, _)), _) => list.clone(),
                (None, _) => View::class(&vm.ctx).to_owned(),
            });
            (view(bound).into_ref_with_type(vm, class)?.into(), None)
        }
    };
    collection.host.set(Box::new(Seen {
        view: object.downgrade(None, vm)?,
        kept,
    }));
    Ok(object)
}

/// A new view, made by the relationship's own class.
fn made_by_class(host: &dyn CollectionHost, bound: Bound, vm: &VirtualMachine) -> PyResult {
    let class = host
        .as_any()
        .downcast_ref::<HostClass>()
        .ok_or_else(|| vm.new_runtime_error("a collection without its class".to_owned()))?;
    let made = class.factory.call((), vm)?;
    let view = made
        .downcast_ref::<View>()
        .ok_or_else(|| vm.new_type_error("not a collection class".to_owned()))?;
    let _ = view.bound.set(bound);
    Ok(made)
}

/// The members of what a collection is set to.
pub(super) fn instances_of(
    value: &PyObject,
    shape: &Shape,
    vm: &VirtualMachine,
) -> PyResult<Vec<Member>> {
    let wanted = shape.kind();
    if kind_of_collection(value, vm)? != Some(wanted) {
        let given = if vm.is_none(value) {
            "None".to_owned()
        } else {
            value.class().name().to_string()
        };
        return Err(vm.new_type_error(format!(
            "Incompatible collection type: {given} is not {wanted}-like"
        )));
    }
    let items: Vec<PyObjectRef> = if wanted == "dict" {
        vm.call_method(value, "values", ())?.try_to_value(vm)?
    } else {
        value.to_owned().try_to_value(vm)?
    };
    items.iter().map(|item| member(item, vm)).collect()
}

/// What a value is like: a list, a set or a dictionary, by its class or by what it can do.
fn kind_of_collection(value: &PyObject, vm: &VirtualMachine) -> PyResult<Option<&'static str>> {
    let types = &vm.ctx.types;
    for (kind, class) in [
        ("list", types.list_type),
        ("set", types.set_type),
        ("dict", types.dict_type),
    ] {
        if value.is_instance(class.as_object(), vm)? {
            return Ok(Some(kind));
        }
    }
    for (kind, method) in [("list", "append"), ("set", "add"), ("dict", "set")] {
        if vm
            .get_attribute_opt(value.to_owned(), vm.ctx.intern_str(method))?
            .is_some()
        {
            return Ok(Some(kind));
        }
    }
    Ok(None)
}

/// `orm_collection_classes(list, set)`: the Python classes that collections come out as.
fn collection_classes(list: PyTypeRef, set: PyTypeRef, _vm: &VirtualMachine) {
    CLASSES.set(Some((list, set)));
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    ViewIterator::make_static_type();
    set(module, "Collection", View::make_static_type(), vm)?;
    functions!(module, vm; orm_collection_classes = collection_classes);
    Ok(())
}
