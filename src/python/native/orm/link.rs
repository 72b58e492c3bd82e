//! A connection of the program's that a session is bound to: Python's `Connection` knows what is under way on it.

use std::rc::Rc;

use rustpython_vm::vm::thread::with_current_vm;
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use crate::orm::Result;
use crate::orm::transaction::{Joined, Link};
use crate::python::native::errors::host_error;

/// `connection`, and how its transactions are joined.
pub(super) struct Bound {
    pub(super) connection: PyObjectRef,
    pub(super) mode: PyObjectRef,
}

fn asked<T>(ask: impl FnOnce(&VirtualMachine) -> PyResult<T>) -> Result<T> {
    with_current_vm(ask).map_err(host_error)
}

impl Bound {
    /// `connection._joined(mode)` or `connection._joined_nested()`: a transaction, and whether the session ends it.
    fn join(&self, method: &'static str, arguments: Vec<PyObjectRef>) -> Result<Rc<dyn Joined>> {
        asked(|vm| {
            let answer = vm.call_method(&self.connection, method, arguments)?;
            let pair: Vec<PyObjectRef> = answer.try_to_value(vm)?;
            let [transaction, is_ours] = &pair[..] else {
                return Err(vm.new_value_error("expected a transaction and a bool".to_owned()));
            };
            let joined: Rc<dyn Joined> = Rc::new(Shared {
                transaction: transaction.clone(),
                is_ours: is_ours.clone().try_to_bool(vm)?,
            });
            Ok(joined)
        })
    }
}

impl Link for Bound {
    fn begin(&self) -> Result<Rc<dyn Joined>> {
        self.join("_joined", vec![self.mode.clone()])
    }

    fn begin_nested(&self) -> Result<Rc<dyn Joined>> {
        self.join("_joined_nested", Vec::new())
    }

    fn release(&self) -> Result<()> {
        Ok(())
    }

    /// The program has told the connection itself.
    fn begins_once(&self, _begins: Option<bool>) {}
}

struct Shared {
    transaction: PyObjectRef,
    /// Whether the session may commit it.
    is_ours: bool,
}

impl Shared {
    fn end(&self, method: &'static str) -> Result<()> {
        asked(|vm| vm.call_method(&self.transaction, method, ()).map(drop))
    }
}

impl Joined for Shared {
    fn commit(&self) -> Result<()> {
        if self.is_ours {
            self.end("commit")?;
        }
        Ok(())
    }

    fn roll_back(&self) -> Result<()> {
        self.end("rollback")
    }

    fn close(&self) -> Result<()> {
        let is_active = |vm: &VirtualMachine| {
            let found = self.transaction.get_attr("is_active", vm)?;
            found.try_to_bool(vm)
        };
        if self.is_ours && asked(is_active)? {
            self.end("close")?;
        }
        Ok(())
    }
}
