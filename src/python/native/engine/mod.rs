//! Engines: the embedded database of a scenario's `create_engine()`. [`host`] is what the session layer asks of Python,
//! [`parameters`] the values that come with a statement, [`fiber`] what an async program awaits.

mod fiber;
mod host;
mod parameters;

use std::rc::Rc;

use rustpython_vm::vm::thread::with_current_vm;
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

pub(super) use host::warn;
pub(super) use parameters::{row, rows};

use super::Module;
use super::errors::raise;
use super::node::{Kind, engine_of, list, text, unknown_word, wrap};
use super::result::wrap_outcome;
use super::statement::executable;
use super::value::{to_python_stored, to_value};
use crate::orm::transaction::Savepoint;
use crate::orm::{Engine, Value};
use crate::python::run;
use crate::sqlite::Observer;
use crate::trace::{self, Trigger};
use host::Python;
use parameters::driver_row;

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        engine_new,
        engine_id,
        engine_echo,
        engine_listened,
        engine_speaker,
        engine_begins,
        engine_begins_by_default,
        engine_execute,
        engine_send,
        engine_end,
        engine_begin,
        engine_release,
        engine_tell,
        engine_savepoint,
        engine_has_table,
        engine_async,
    );
    fiber::install(module, vm)
}

/// `engine_new(id)`: an engine over an empty database.
fn engine_new(id: u64, vm: &VirtualMachine) -> PyResult {
    let Some(run) = run::current() else {
        return Err(vm.new_runtime_error("an engine belongs to a run".to_owned()));
    };
    let observer: Rc<dyn Observer> = run;
    let engine = Engine::new(id, observer, Rc::new(Python)).map_err(|error| raise(error, vm))?;
    engine
        .define("regexp", regexp)
        .map_err(|error| raise(error, vm))?;
    wrap(Kind::Engine(engine), vm)
}

/// `text REGEXP pattern`, which SQLAlchemy has Python answer: `regexp(pattern, text)`.
fn regexp(arguments: &[trace::Value]) -> Result<trace::Value, String> {
    with_current_vm(|vm| {
        let arguments: Vec<PyObjectRef> = arguments
            .iter()
            .map(|argument| to_python_stored(argument, vm))
            .collect();
        let answer = vm
            .import("_lazyscope_values", 0)
            .and_then(|values| values.get_attr("regexp", vm))
            .and_then(|regexp| regexp.call(arguments, vm));
        match answer.map(|answer| to_value(&answer, vm)) {
            Ok(Value::Bool(found)) => Ok(trace::Value::Integer(i64::from(found))),
            Ok(_) => Ok(trace::Value::Null),
            // All that Python's driver tells of it.
            Err(_) => Err("user-defined function raised exception".to_owned()),
        }
    })
}

fn engine_id(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<u64> {
    Ok(engine_of(&of, vm)?.id)
}

/// `engine_async(engine)`: makes it an async engine.
fn engine_async(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    engine_of(&of, vm)?.is_async.set(true);
    Ok(())
}

fn engine_echo(of: PyObjectRef, echo: bool, vm: &VirtualMachine) -> PyResult<()> {
    engine_of(&of, vm)?.echo.set(echo);
    Ok(())
}

fn engine_listened(of: PyObjectRef, listened: bool, vm: &VirtualMachine) -> PyResult<()> {
    engine_of(&of, vm)?.listened.set(listened);
    Ok(())
}

/// `engine_speaker(engine)`: number of the session that sends, or 0; with a second argument, says who sends from now on.
fn engine_speaker(
    of: PyObjectRef,
    says: rustpython_vm::function::OptionalArg<u64>,
    vm: &VirtualMachine,
) -> PyResult<u64> {
    let engine = engine_of(&of, vm)?;
    let speaker = engine.speaker.get();
    if let rustpython_vm::function::OptionalArg::Present(says) = says {
        engine.speaker.set(says);
    }
    Ok(speaker)
}

/// `engine_begins(engine, begins)`: whether a write opens a transaction; None for as by default.
fn engine_begins(of: PyObjectRef, begins: Option<bool>, vm: &VirtualMachine) -> PyResult<()> {
    let engine = engine_of(&of, vm)?;
    match begins {
        Some(begins) => engine.begins().set(begins),
        None => engine.reset_begins(),
    }
    Ok(())
}

/// `engine_begins_by_default(engine, begins)`.
fn engine_begins_by_default(of: PyObjectRef, begins: bool, vm: &VirtualMachine) -> PyResult<()> {
    let engine = engine_of(&of, vm)?;
    engine.begins_by_default.set(begins);
    engine.reset_begins();
    Ok(())
}

/// `engine_end(engine, "COMMIT" | "ROLLBACK")`.
fn engine_end(of: PyObjectRef, word: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let word = match text(&word, vm)?.as_str() {
        "COMMIT" => "COMMIT",
        "ROLLBACK" => "ROLLBACK",
        other => return Err(unknown_word("an end of a transaction", other, vm)),
    };
    engine_of(&of, vm)?
        .end(word)
        .map_err(|error| raise(error, vm))
}

/// `engine_begin(engine)`: a transaction of a connection begins.
fn engine_begin(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    engine_of(&of, vm)?
        .begin()
        .map_err(|error| raise(error, vm))
}

/// `engine_tell(engine, "checkout" | "checkin")`: what happens to a connection of the program's.
fn engine_tell(of: PyObjectRef, event: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let event = match text(&event, vm)?.as_str() {
        "checkout" => "checkout",
        "checkin" => "checkin",
        other => return Err(unknown_word("an event of a connection", other, vm)),
    };
    engine_of(&of, vm)?
        .tell(event, None)
        .map_err(|error| raise(error, vm))
}

/// `engine_release(engine)`: a connection goes back.
fn engine_release(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    engine_of(&of, vm)?
        .release()
        .map_err(|error| raise(error, vm))
}

/// `engine_savepoint(engine, "begin" | "release" | "roll back", name)`.
fn engine_savepoint(
    of: PyObjectRef,
    step: PyObjectRef,
    name: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let step = match text(&step, vm)?.as_str() {
        "begin" => Savepoint::Begin,
        "release" => Savepoint::Release,
        "roll back" => Savepoint::RollBack,
        other => return Err(unknown_word("a step of a savepoint", other, vm)),
    };
    engine_of(&of, vm)?
        .savepoint(step, &text(&name, vm)?)
        .map_err(|error| raise(error, vm))
}

/// `engine_has_table(engine, name)`.
fn engine_has_table(of: PyObjectRef, name: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    engine_of(&of, vm)?
        .has_table(&text(&name, vm)?)
        .map_err(|error| raise(error, vm))
}

/// `engine_send(engine, sql, rows, ddl)`: a text as it is, with its rows of values; the rows that came back.
fn engine_send(
    of: PyObjectRef,
    sql: PyObjectRef,
    rows: PyObjectRef,
    ddl: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let sql = text(&sql, vm)?;
    let parameters: PyResult<Vec<_>> = list(&rows, vm)?
        .iter()
        .map(|row| driver_row(row, vm))
        .collect();
    let trigger = if ddl { Trigger::Ddl } else { Trigger::Query };
    let outcome = engine_of(&of, vm)?
        .execute_driver_sql(&sql, parameters?, trigger)
        .map_err(|error| raise(error, vm))?;
    wrap_outcome(outcome, vm)
}

/// `engine_execute(engine, statement, parameters)`: a statement of Core's; `parameters` is a dict, a list of dicts, or
/// None. Gives the `Result`.
fn engine_execute(
    of: PyObjectRef,
    statement: PyObjectRef,
    parameters: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let rows = rows(&parameters, vm)?;
    let outcome = engine_of(&of, vm)?
        .execute_core(&executable(&statement, vm)?, rows.sets())
        .map_err(|error| raise(error, vm))?;
    wrap_outcome(outcome, vm)
}
