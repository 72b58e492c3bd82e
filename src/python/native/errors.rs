//! From the session layer's errors to Python's exceptions, and back.

use std::any::Any;
use std::fmt;
use std::rc::Rc;

use rustpython_vm::builtins::{PyBaseException, PyBaseExceptionRef};
use rustpython_vm::vm::thread::with_current_vm;
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine};

use super::value::{bind_to_python, parameters_to_python, to_python};
use crate::orm::error::{DatabaseError, HostError, Unsent};
use crate::orm::sql::{SqlError, SqlType};
use crate::orm::{BindError, Error};
use crate::python::halt;

/// The exception for an error of the session layer.
pub(crate) fn raise(error: Error, vm: &VirtualMachine) -> PyBaseExceptionRef {
    match error {
        Error::Raised {
            class,
            message,
            code,
        } => sqlalchemy(class, &message, code, vm),
        Error::Unsent(error) => unsent(&error, vm).unwrap_or_else(|failed| failed),
        Error::Database(error) => database(&error, vm).unwrap_or_else(|failed| failed),
        Error::Host(error) => match error.as_any().downcast_ref::<Raised>() {
            Some(raised) => raised.0.clone(),
            None => vm.new_runtime_error(error.to_string()),
        },
        Error::Stopped => halt::stopped(vm),
    }
}

pub(super) fn raise_sql(error: SqlError, vm: &VirtualMachine) -> PyBaseExceptionRef {
    raise(error.into(), vm)
}

pub(super) fn raise_bind(error: &BindError, vm: &VirtualMachine) -> PyBaseExceptionRef {
    let raised = error.raised.as_ref();
    let raised = raised.and_then(|raised| raised.as_any().downcast_ref::<Raised>());
    if let Some(Raised(exception)) = raised {
        return exception.clone();
    }
    sqlalchemy(&error.kind, &error.message, None, vm)
}

/// An exception of SQLAlchemy's, or one of Python's own, by its qualified name.
pub(super) fn sqlalchemy(
    class: &str,
    message: &str,
    code: Option<&str>,
    vm: &VirtualMachine,
) -> PyBaseExceptionRef {
    make(class, message, code, vm).unwrap_or_else(|failed| failed)
}

fn make(
    class: &str,
    message: &str,
    code: Option<&str>,
    vm: &VirtualMachine,
) -> PyResult<PyBaseExceptionRef> {
    let (module, name) = class.rsplit_once('.').unwrap_or(("builtins", class));
    let from = vm.ctx.new_tuple(vec![vm.ctx.new_str(name).into()]);
    let module = vm.call_method(
        vm.builtins.as_object(),
        "__import__",
        (module.to_owned(), vm.ctx.none(), vm.ctx.none(), from, 0),
    )?;
    let class = module.get_attr(vm.ctx.intern_str(name), vm)?;
    let exception = class.call((message.to_owned(),), vm)?;
    if let Some(code) = code {
        exception.set_attr("code", vm.ctx.new_str(code), vm)?;
    }
    as_exception(exception, vm)
}

/// `sqlalchemy.exc.IntegrityError` and its like, with the driver's error inside.
fn database(error: &DatabaseError, vm: &VirtualMachine) -> PyResult<PyBaseExceptionRef> {
    let module = vm.import("sqlalchemy.exc", 0)?.get_attr("exc", vm)?;
    let parameters = match &error.refused {
        Some(values) => {
            let values: PyResult<Vec<PyObjectRef>> = values
                .iter()
                .map(|value| to_python(value, &SqlType::Null, vm))
                .collect();
            vm.ctx.new_tuple(values?).into()
        }
        None => parameters_to_python(&error.parameters, error.executemany, vm)?,
    };
    let exception = vm.call_method(
        &module,
        "_database_error",
        (
            error.kind.name().to_owned(),
            error.message.clone(),
            error.statement.clone(),
            parameters,
            error.executemany,
            error.hint.clone(),
        ),
    )?;
    as_exception(exception, vm)
}

/// `sqlalchemy.exc.StatementError` of what did not reach the driver.
fn unsent(error: &Unsent, vm: &VirtualMachine) -> PyResult<PyBaseExceptionRef> {
    let module = vm.import("sqlalchemy.exc", 0)?.get_attr("exc", vm)?;
    let rows = error.parameters.iter().map(|row| {
        let shown = vm.ctx.new_dict();
        for (name, value) in row {
            shown.set_item(&**name, bind_to_python(value, &SqlType::Null, vm)?, vm)?;
        }
        Ok(shown.into())
    });
    let rows: PyResult<Vec<PyObjectRef>> = rows.collect();
    let cause = error.cause.as_ref().map(|cause| raise_bind(cause, vm));
    let exception = vm.call_method(
        &module,
        "_unsent",
        (
            error.message.clone(),
            error.statement.to_string(),
            vm.ctx.new_list(rows?),
            cause,
            error.code.map(ToOwned::to_owned),
            error.hint.clone(),
        ),
    )?;
    as_exception(exception, vm)
}

fn as_exception(object: PyObjectRef, vm: &VirtualMachine) -> PyResult<PyBaseExceptionRef> {
    object
        .downcast::<PyBaseException>()
        .map_err(|object| vm.new_type_error(format!("{} is no exception", object.class().name())))
}

/// An exception of the scenario's on its way through the session layer.
pub(super) struct Raised(pub PyBaseExceptionRef);

impl HostError for Raised {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn class(&self) -> String {
        let class = self.0.class();
        let module = with_current_vm(|vm| {
            let module = class.as_object().get_attr("__module__", vm)?.str(vm)?;
            PyResult::Ok(module.to_string())
        });
        match module.as_deref() {
            Ok("builtins") | Err(_) => class.name().to_string(),
            Ok(module) => format!("{module}.{}", class.name()),
        }
    }

    fn is_exit(&self) -> bool {
        with_current_vm(|vm| !self.0.fast_isinstance(vm.ctx.exceptions.exception_type))
    }
}

impl fmt::Debug for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raised({})", self.0.class().name())
    }
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = with_current_vm(|vm| self.0.as_object().str(vm).map(|text| text.to_string()));
        f.write_str(text.as_deref().unwrap_or("<exception str() failed>"))
    }
}

/// The session layer's form of an exception.
pub(super) fn host_error(exception: PyBaseExceptionRef) -> Error {
    Error::Host(Rc::new(Raised(exception)))
}
