//! Telling a scenario's listeners of what sessions and mapped objects do.

use std::rc::Rc;

use rustpython_vm::builtins::PyTuple;
use rustpython_vm::vm::thread::with_current_vm;
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine};

use crate::orm::instance::{Instance, Slot};
use crate::orm::listening::{Change, ObjectEvent, ObjectListener, Stage};
use crate::orm::query::Select;
use crate::orm::relationship::Relationship;
use crate::orm::session::{BeforeLoad, OwnLoad, SessionEvent, Watcher};
use crate::orm::sql::SqlType;
use crate::orm::transaction::Chain;
use crate::orm::{Error, Result, Value};
use crate::python::native::Module;
use crate::python::native::errors::host_error;
use crate::python::native::node::{Kind, entity_of, list, select_of, session_of, wrap};
use crate::python::native::value::{bind_to_python, to_python, to_value};

/// A method of Python's session, held weakly: the session lives no longer for being listened to.
struct Listener {
    session: rustpython_vm::PyRef<rustpython_vm::builtins::PyWeak>,
}

impl Watcher for Listener {
    fn before_load(&self, select: &Rc<Select>, load: &BeforeLoad<'_>) -> Result<Rc<Select>> {
        let Some(session) = self.session.upgrade() else {
            return Ok(Rc::clone(select));
        };
        with_current_vm(|vm| tell(&session, select, load, vm))
            .map_err(|error| -> Error { host_error(error) })
    }

    fn happened(&self, event: SessionEvent, instance: Option<&Rc<Instance>>) -> Result<()> {
        let Some(session) = self.session.upgrade() else {
            return Ok(());
        };
        with_current_vm(|vm| {
            let instance = instance.map_or_else(
                || Ok(vm.ctx.none()),
                |instance| super::instance::wrap_instance(instance, vm),
            );
            vm.call_method(&session, "_happened", (event.name(), instance?))
                .map(|_| ())
        })
        .map_err(|error| -> Error { host_error(error) })
    }

    fn transaction(&self, event: SessionEvent, chain: &Chain) -> Result<()> {
        let Some(session) = self.session.upgrade() else {
            return Ok(());
        };
        with_current_vm(|vm| {
            let chain = super::session::wrap_chain(chain, vm);
            vm.call_method(&session, "_transaction_happened", (event.name(), chain))
                .map(|_| ())
        })
        .map_err(|error| -> Error { host_error(error) })
    }
}

/// An object of Python's that listens to a mapper: `happened` and `changing`.
struct ObjectWatch(PyObjectRef);

impl ObjectListener for ObjectWatch {
    fn happened(
        &self,
        event: ObjectEvent,
        instance: &Rc<Instance>,
        attributes: Option<&[usize]>,
    ) -> Result<()> {
        with_current_vm(|vm| {
            let object = super::instance::wrap_instance(instance, vm)?;
            let names = attributes.map_or_else(
                || vm.ctx.none(),
                |attributes| {
                    let names = attributes.iter().map(|&index| {
                        let key = &*instance.mapper.attribute(index).key;
                        vm.ctx.new_str(key).into()
                    });
                    vm.ctx.new_list(names.collect()).into()
                },
            );
            vm.call_method(&self.0, "happened", (event.name(), object, names))
                .map(|_| ())
        })
        .map_err(|error| -> Error { host_error(error) })
    }

    fn changing(
        &self,
        stage: Stage,
        instance: &Rc<Instance>,
        index: usize,
        change: Change,
        began_with: Option<&Relationship>,
    ) -> Result<Change> {
        with_current_vm(|vm| self.ask(stage, instance, index, change, began_with, vm))
            .map_err(|error| -> Error { host_error(error) })
    }

    fn unset(&self, instance: &Rc<Instance>, index: usize) -> Result<Option<Value>> {
        with_current_vm(|vm| {
            let key = vm.ctx.new_str(&*instance.mapper.attribute(index).key);
            let owner = super::instance::wrap_instance(instance, vm)?;
            // A tuple of the value, or None where nobody has one.
            let answer = vm.call_method(&self.0, "unset", (owner, key))?;
            let value = match answer.downcast_ref::<PyTuple>() {
                Some(answer) => answer.first().map(|value| to_value(value, vm)),
                None => None,
            };
            Ok(value)
        })
        .map_err(|error| -> Error { host_error(error) })
    }
}

impl ObjectWatch {
    fn ask(
        &self,
        stage: Stage,
        instance: &Rc<Instance>,
        index: usize,
        change: Change,
        began_with: Option<&Relationship>,
        vm: &VirtualMachine,
    ) -> PyResult<Change> {
        let attribute = instance.mapper.attribute(index);
        let ty = attribute
            .as_column()
            .map_or(SqlType::Null, |column| column.expr.ty().clone());
        let object = |instance: &Option<Rc<Instance>>| match instance {
            Some(instance) => super::instance::wrap_instance(instance, vm),
            None => Ok(vm.ctx.none()),
        };
        // A tuple of the old value, or None when it is not known.
        let slot = |slot: &Slot| -> PyResult {
            let old = match slot {
                Slot::Value(value) => to_python(value, &ty, vm)?,
                Slot::One(one) => object(one)?,
                _ => return Ok(vm.ctx.none()),
            };
            Ok(vm.ctx.new_tuple(vec![old]).into())
        };
        let (event, value, old) = match &change {
            Change::Set { new, old } => ("set", to_python(new, &ty, vm)?, slot(old)?),
            Change::Refer { new, old } => ("set", object(new)?, slot(old)?),
            Change::Append(item) => ("append", object(item)?, vm.ctx.none()),
            Change::Remove(item) => ("remove", object(item)?, vm.ctx.none()),
            Change::Replace(items) => {
                let items = items.iter().map(&object).collect::<PyResult<Vec<_>>>()?;
                let items = vm.ctx.new_list(items).into();
                ("bulk_replace", items, vm.ctx.none())
            }
        };
        let owner = super::instance::wrap_instance(instance, vm)?;
        let key = vm.ctx.new_str(&*attribute.key);
        let began_with = began_with.map(|other| vm.ctx.new_str(&*other.key));
        let arguments: [PyObjectRef; 7] = [
            vm.ctx.new_str(stage.name()).into(),
            vm.ctx.new_str(event).into(),
            owner,
            key.into(),
            value,
            old,
            vm.unwrap_or_none(began_with.map(Into::into)),
        ];
        let answer = vm.call_method(&self.0, "changing", arguments.to_vec())?;
        let answered = || -> PyResult<Option<Rc<Instance>>> {
            if vm.is_none(&answer) {
                return Ok(None);
            }
            super::instance::expect_instance(&answer, vm).map(Some)
        };
        Ok(match change {
            Change::Set { old, .. } => Change::Set {
                new: to_value(&answer, vm),
                old,
            },
            Change::Refer { old, .. } => Change::Refer {
                new: answered()?,
                old,
            },
            Change::Append(_) => Change::Append(answered()?),
            removed @ Change::Remove(_) => removed,
            Change::Replace(_) => {
                let items = list(&answer, vm)?;
                let items = items.iter().map(|item| {
                    let is_object = !vm.is_none(item);
                    is_object
                        .then(|| super::instance::expect_instance(item, vm))
                        .transpose()
                });
                Change::Replace(items.collect::<PyResult<Vec<_>>>()?)
            }
        })
    }
}

/// `orm_listen(mapper, listener)`: the object whose `happened` and `changing` are called; None for nobody.
fn listen(mapper: PyObjectRef, listener: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let mapper = Rc::clone(entity_of(&mapper, vm)?.mapper());
    let watch: Option<Rc<dyn ObjectListener>> = if vm.is_none(&listener) {
        None
    } else {
        Some(Rc::new(ObjectWatch(listener)))
    };
    drop(mapper.listener.replace(watch));
    Ok(())
}

fn tell(
    session: &PyObjectRef,
    select: &Rc<Select>,
    load: &BeforeLoad<'_>,
    vm: &VirtualMachine,
) -> PyResult<Rc<Select>> {
    let owner = load.owner.map_or_else(
        || Ok(vm.ctx.none()),
        |owner| super::instance::wrap_instance(owner, vm),
    )?;
    let given = vm.ctx.new_dict();
    for (name, value) in &load.given {
        given.set_item(&**name, bind_to_python(value, &SqlType::Null, vm)?, vm)?;
    }
    let statement = wrap(Kind::Select(Rc::clone(select)), vm)?;
    let answer = vm.call_method(
        session,
        "_before_execute",
        (
            statement,
            load.kind == OwnLoad::Relationship,
            load.kind == OwnLoad::Columns,
            owner,
            given,
            load.repeats,
        ),
    )?;
    select_of(&answer, vm)
}

/// `session_watch(native, session)`: `session._before_execute` is called before each load of its own, and
/// `session._happened` for everything else.
fn watch(native: PyObjectRef, session: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let listener = Listener {
        session: session.as_object().downgrade(None, vm)?,
    };
    let old = session_of(&native, vm)?
        .watcher
        .replace(Some(Rc::new(listener)));
    drop(old);
    Ok(())
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(module, vm; orm_listen = listen, session_watch = watch);
    Ok(())
}
