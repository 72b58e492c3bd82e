//! What the session layer asks of the scenario's side: to warn, to log, to tell listeners, to call a default.

use std::rc::Rc;

use rustpython_vm::vm::thread::with_current_vm;
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine};

use super::fiber;
use super::parameters::driver_row;
use crate::orm::error::Unsent;
use crate::orm::host::{Host as EngineHost, Replaced, Rows, Wait};
use crate::orm::sql::SqlType;
use crate::orm::{Engine, Error, HostObject, Value};
use crate::python::native::errors::{host_error, raise};
use crate::python::native::node::{list, text};
use crate::python::native::value::{Host, parameters_to_python, to_python, to_value};
use crate::python::run;
use crate::trace;

/// What the session layer asks of the scenario's side: a Python module of ours answers.
#[derive(Debug)]
pub(super) struct Python;

impl Python {
    fn call(
        &self,
        name: &'static str,
        arguments: Vec<PyObjectRef>,
        vm: &VirtualMachine,
    ) -> PyResult {
        let from = vm.ctx.new_tuple(vec![vm.ctx.new_str(name).into()]);
        let module = vm.call_method(
            vm.builtins.as_object(),
            "__import__",
            (
                "sqlalchemy.engine._host".to_owned(),
                vm.ctx.none(),
                vm.ctx.none(),
                from,
                0,
            ),
        )?;
        module
            .get_attr(vm.ctx.intern_str(name), vm)?
            .call(arguments, vm)
    }

    fn tell(
        &self,
        name: &'static str,
        arguments: impl FnOnce(&VirtualMachine) -> PyResult<Vec<PyObjectRef>>,
    ) -> Result<(), Error> {
        with_current_vm(|vm| {
            let arguments = arguments(vm).map_err(host_error)?;
            self.call(name, arguments, vm)
                .map(|_| ())
                .map_err(host_error)
        })
    }
}

/// What listeners are told of an execution: the engine, its number, the statement, its parameters, and whether they are many.
fn execution(
    engine: &Engine,
    number: u64,
    sql: &str,
    parameters: &[Vec<trace::Value>],
    rows: Rows,
    vm: &VirtualMachine,
) -> PyResult<Vec<PyObjectRef>> {
    Ok(vec![
        vm.ctx.new_int(engine.id).into(),
        vm.ctx.new_int(number).into(),
        vm.ctx.new_str(sql).into(),
        parameters_to_python(parameters, rows == Rows::Many, vm)?,
        vm.ctx.new_bool(rows != Rows::One).into(),
    ])
}

/// The statement and parameters that a listener gave back.
fn replaced(answer: &PyObjectRef, rows: Rows, vm: &VirtualMachine) -> PyResult<Option<Replaced>> {
    if vm.is_none(answer) {
        return Ok(None);
    }
    let pair = list(answer, vm)?;
    let [sql, parameters] = &pair[..] else {
        return Err(vm.new_value_error(
            "a listener with retval=True returns a statement and its parameters".to_owned(),
        ));
    };
    let parameters = if rows == Rows::Many {
        list(parameters, vm)?
    } else {
        vec![parameters.clone()]
    };
    let parameters: PyResult<Vec<_>> = parameters.iter().map(|row| driver_row(row, vm)).collect();
    Ok(Some(Replaced {
        sql: text(sql, vm)?,
        parameters: parameters?,
    }))
}

/// Warns the program, as SQLAlchemy does.
pub(crate) fn warn(message: &str, vm: &VirtualMachine) -> PyResult<()> {
    Python
        .call("warn", vec![vm.ctx.new_str(message).into()], vm)
        .map(drop)
}

/// Does what writes to the log: it is not the scenario that prints then.
fn logging<T>(log: impl FnOnce() -> T) -> T {
    match run::current() {
        Some(run) => run.logging(log),
        None => log(),
    }
}

impl EngineHost for Python {
    fn warn(&self, message: &str) -> Result<(), Error> {
        self.tell("warn", |vm| Ok(vec![vm.ctx.new_str(message).into()]))
    }

    fn log(&self, line: &str) -> Result<(), Error> {
        logging(|| self.tell("log", |vm| Ok(vec![vm.ctx.new_str(line).into()])))
    }

    fn log_parameters(&self, shown: &str, rows: Rows) -> Result<(), Error> {
        let tell = |vm: &VirtualMachine| {
            let batch = match rows {
                Rows::Batch(batch) => Some(batch),
                Rows::One | Rows::Many => None,
            };
            let (number, words) = batch.map_or((0, String::new()), |batch| {
                (batch.number, batch.to_string())
            });
            Ok(vec![
                vm.ctx.new_str(shown).into(),
                vm.ctx.new_bool(rows != Rows::One).into(),
                vm.ctx.new_int(number).into(),
                vm.ctx.new_str(words).into(),
            ])
        };
        logging(|| self.tell("log_parameters", tell))
    }

    fn before_execute(
        &self,
        engine: &Engine,
        number: u64,
        sql: &str,
        parameters: &[Vec<trace::Value>],
        rows: Rows,
    ) -> Result<Option<Replaced>, Error> {
        with_current_vm(|vm| {
            execution(engine, number, sql, parameters, rows, vm)
                .and_then(|arguments| self.call("before_execute", arguments, vm))
                .and_then(|answer| replaced(&answer, rows, vm))
                .map_err(host_error)
        })
    }

    fn after_execute(
        &self,
        engine: &Engine,
        number: u64,
        sql: &str,
        parameters: &[Vec<trace::Value>],
        rows: Rows,
        count: i64,
    ) -> Result<(), Error> {
        with_current_vm(|vm| {
            let count = vm.ctx.new_int(count).into();
            execution(engine, number, sql, parameters, rows, vm)
                .and_then(|mut arguments| {
                    arguments.push(count);
                    self.call("after_execute", arguments, vm)
                })
                .map(|_| ())
                .map_err(host_error)
        })
    }

    fn transaction(
        &self,
        engine: &Engine,
        event: &'static str,
        name: Option<&str>,
    ) -> Result<(), Error> {
        self.tell("transaction", |vm| {
            let name = name.map_or_else(|| vm.ctx.none(), |name| vm.ctx.new_str(name).into());
            Ok(vec![
                vm.ctx.new_int(engine.id).into(),
                vm.ctx.new_str(event).into(),
                name,
            ])
        })
    }

    fn refused(&self, engine: &Engine, error: Error) -> Error {
        let told = self.tell("refused", |vm| {
            let exception = raise(error.clone(), vm);
            Ok(vec![vm.ctx.new_int(engine.id).into(), exception.into()])
        });
        told.err().unwrap_or(error)
    }

    fn call_default(
        &self,
        function: &Rc<dyn HostObject>,
        current: &[(Rc<str>, Value)],
    ) -> Result<Value, Error> {
        let Some(Host(function)) = function.as_any().downcast_ref::<Host>() else {
            return Err(Error::raised(
                "builtins.TypeError",
                "a default is a function of the program",
            ));
        };
        with_current_vm(|vm| {
            let known = || -> PyResult {
                let known = vm.ctx.new_dict();
                for (key, value) in current {
                    known.set_item(&**key, to_python(value, &SqlType::Null, vm)?, vm)?;
                }
                Ok(known.into())
            };
            let made = known()
                .and_then(|known| self.call("call_default", vec![function.clone(), known], vm))
                .map_err(host_error)?;
            Ok(to_value(&made, vm))
        })
    }

    fn next_version(
        &self,
        function: &Rc<dyn HostObject>,
        before: &Value,
        ty: &SqlType,
    ) -> Result<Value, Error> {
        let Some(Host(function)) = function.as_any().downcast_ref::<Host>() else {
            return Err(Error::raised(
                "builtins.TypeError",
                "a generator of versions is a function of the program",
            ));
        };
        with_current_vm(|vm| {
            let made = to_python(before, ty, vm)
                .and_then(|before| function.call((before,), vm))
                .map_err(host_error)?;
            Ok(to_value(&made, vm))
        })
    }

    fn is_awaited(&self) -> bool {
        fiber::is_running()
    }

    fn wait(&self, wait: Wait) -> Result<(), Error> {
        fiber::wait(wait).map_err(host_error)
    }

    fn wait_later(&self, wait: Wait) {
        fiber::wait_later(wait);
    }

    fn show_unsent(&self, error: &Unsent) -> String {
        with_current_vm(|vm| {
            let exception = raise(Error::Unsent(Box::new(error.clone())), vm);
            exception
                .as_object()
                .str(vm)
                .map_or_else(|_| error.message.clone(), |shown| shown.to_string())
        })
    }

    fn show_parameters(&self, parameters: &[Vec<trace::Value>], many: bool) -> String {
        with_current_vm(|vm| {
            let shown = parameters_to_python(parameters, many, vm)
                .and_then(|parameters| {
                    self.call(
                        "show_parameters",
                        vec![parameters, vm.ctx.new_bool(many).into()],
                        vm,
                    )
                })
                .and_then(|shown| shown.str(vm));
            shown.map_or_else(|_| String::new(), |shown| shown.to_string())
        })
    }
}
