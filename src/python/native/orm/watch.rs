//! `do_orm_execute`: telling a scenario's listeners of the loads that a session makes by itself.

use std::rc::Rc;

use rustpython_vm::vm::thread::with_current_vm;
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine};

use crate::orm::query::Select;
use crate::orm::session::{OwnLoad, Watcher};
use crate::orm::{Error, Result};
use crate::python::native::errors::host_error;
use crate::python::native::node::{Kind, session_of, wrap};
use crate::python::native::{Module, set};

/// A method of Python's session, held weakly: the session lives no longer for being listened to.
struct Listener {
    session: rustpython_vm::PyRef<rustpython_vm::builtins::PyWeak>,
}

impl Watcher for Listener {
    fn before_load(&self, select: &Rc<Select>, load: OwnLoad) -> Result<()> {
        let Some(session) = self.session.upgrade() else {
            return Ok(());
        };
        with_current_vm(|vm| tell(&session, select, load, vm))
            .map_err(|error| -> Error { host_error(error) })
    }
}

fn tell(
    session: &PyObjectRef,
    select: &Rc<Select>,
    load: OwnLoad,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let statement = wrap(Kind::Select(Rc::clone(select)), vm)?;
    vm.call_method(
        session,
        "_before_execute",
        (
            statement,
            load == OwnLoad::Relationship,
            load == OwnLoad::Columns,
        ),
    )?;
    Ok(())
}

/// `session_watch(native, session)`: `session._before_execute` is called before each load of its own.
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
    set(
        module,
        "session_watch",
        vm.new_function("session_watch", watch),
        vm,
    )
}
