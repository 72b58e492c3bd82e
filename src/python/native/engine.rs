//! Engines: the embedded database of a scenario's `create_engine()`, and what the session layer asks of Python.

use std::rc::Rc;

use rustpython_vm::builtins::{PyDict, PyList, PyTuple};
use rustpython_vm::vm::thread::with_current_vm;
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine};

use super::errors::{host_error, raise, raise_sql};
use super::node::{Kind, engine_of, list, text, wrap};
use super::result::{CursorFacts, InsertFacts, ResultClass, wrap_rows};
use super::row::{Column, Keys};
use super::statement::executable;
use super::value::{Host, parameters_to_python, to_python, to_value};
use super::{Module, expr, set};
use crate::orm::bulk::{inserted_key, rowcount};
use crate::orm::engine::{Host as EngineHost, Replaced, Rows};
use crate::orm::execute::QueryResult;
use crate::orm::loading::{Cell, Loaded};
use crate::orm::query::compile_core;
use crate::orm::sql::compile::{CompiledBind, Given, ManyExecution, Prefetch};
use crate::orm::sql::schema::Default_;
use crate::orm::sql::{BindValue, CompileOptions, Compiled, SqlType, Statement, compile};
use crate::orm::{Engine, Error, HostObject, Value};
use crate::python::run;
use crate::sqlite::{Executed, Observer, Provenance};
use crate::trace::{self, Trigger};

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    macro_rules! functions {
        ($($name:ident),* $(,)?) => {$( set(module, stringify!($name), vm.new_function(stringify!($name), $name), vm)?; )*};
    }
    functions!(
        engine_new,
        engine_id,
        engine_echo,
        engine_listened,
        engine_execute,
        engine_send,
        engine_end,
        engine_in_transaction,
        engine_was_used,
    );
    Ok(())
}

/// What the session layer asks of the scenario's side: a Python module of ours answers.
#[derive(Debug)]
struct Python;

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

/// What listeners are told of an execution: the engine, the statement, its parameters, and whether they are many.
fn execution(
    engine: &Engine,
    sql: &str,
    parameters: &[Vec<trace::Value>],
    rows: Rows,
    vm: &VirtualMachine,
) -> PyResult<Vec<PyObjectRef>> {
    Ok(vec![
        vm.ctx.new_int(engine.id).into(),
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
    let parameters: PyResult<Vec<_>> = parameters.iter().map(|row| values(row, vm)).collect();
    Ok(Some(Replaced {
        sql: text(sql, vm)?,
        parameters: parameters?,
    }))
}

/// One row of values as the driver takes them.
fn values(row: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<trace::Value>> {
    list(row, vm)?
        .iter()
        .map(|value| {
            to_value(value, vm)
                .bind(&crate::orm::sql::SqlType::Null)
                .map_err(|error| super::errors::raise_bind(&error, vm))
        })
        .collect()
}

/// Warns the program, as SQLAlchemy does.
pub(super) fn warn(message: &str, vm: &VirtualMachine) -> PyResult<()> {
    Python
        .call("warn", vec![vm.ctx.new_str(message).into()], vm)
        .map(drop)
}

impl EngineHost for Python {
    fn warn(&self, message: &str) -> Result<(), Error> {
        self.tell("warn", |vm| Ok(vec![vm.ctx.new_str(message).into()]))
    }

    fn log(&self, line: &str) -> Result<(), Error> {
        let log = || self.tell("log", |vm| Ok(vec![vm.ctx.new_str(line).into()]));
        match run::current() {
            Some(run) => run.logging(log),
            None => log(),
        }
    }

    fn before_execute(
        &self,
        engine: &Engine,
        sql: &str,
        parameters: &[Vec<trace::Value>],
        rows: Rows,
    ) -> Result<Option<Replaced>, Error> {
        with_current_vm(|vm| {
            execution(engine, sql, parameters, rows, vm)
                .and_then(|arguments| self.call("before_execute", arguments, vm))
                .and_then(|answer| replaced(&answer, rows, vm))
                .map_err(host_error)
        })
    }

    fn after_execute(
        &self,
        engine: &Engine,
        sql: &str,
        parameters: &[Vec<trace::Value>],
        rows: Rows,
        count: i64,
    ) -> Result<(), Error> {
        with_current_vm(|vm| {
            let count = vm.ctx.new_int(count).into();
            execution(engine, sql, parameters, rows, vm)
                .and_then(|mut arguments| {
                    arguments.push(count);
                    self.call("after_execute", arguments, vm)
                })
                .map(|_| ())
                .map_err(host_error)
        })
    }

    fn transaction(&self, engine: &Engine, event: &'static str) -> Result<(), Error> {
        self.tell("transaction", |vm| {
            Ok(vec![
                vm.ctx.new_int(engine.id).into(),
                vm.ctx.new_str(event).into(),
            ])
        })
    }

    fn call_default(
        &self,
        function: &Rc<dyn HostObject>,
        current: &[(Rc<str>, Value)],
    ) -> Result<Value, Error> {
        let Some(Host(function)) = function.as_any().downcast_ref::<Host>() else {
            return Ok(Value::Null);
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

/// `engine_new(id)`: an engine over an empty database.
fn engine_new(id: u64, vm: &VirtualMachine) -> PyResult {
    let Some(run) = run::current() else {
        return Err(vm.new_runtime_error("an engine belongs to a run".to_owned()));
    };
    let observer: Rc<dyn Observer> = run;
    let engine = Engine::new(id, observer, Rc::new(Python)).map_err(|error| raise(error, vm))?;
    wrap(Kind::Engine(engine), vm)
}

fn engine_id(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<u64> {
    Ok(engine_of(&of, vm)?.id)
}

fn engine_echo(of: PyObjectRef, echo: bool, vm: &VirtualMachine) -> PyResult<()> {
    engine_of(&of, vm)?.echo.set(echo);
    Ok(())
}

fn engine_listened(of: PyObjectRef, listened: bool, vm: &VirtualMachine) -> PyResult<()> {
    engine_of(&of, vm)?.listened.set(listened);
    Ok(())
}

/// `engine_end(engine, "COMMIT" | "ROLLBACK")`.
fn engine_end(of: PyObjectRef, word: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let word = if text(&word, vm)? == "COMMIT" {
        "COMMIT"
    } else {
        "ROLLBACK"
    };
    engine_of(&of, vm)?
        .end(word)
        .map_err(|error| raise(error, vm))
}

/// `engine_was_used(engine)`: whether anything was sent; with a second argument, says so.
fn engine_was_used(
    of: PyObjectRef,
    says: rustpython_vm::function::OptionalArg<bool>,
    vm: &VirtualMachine,
) -> PyResult<bool> {
    let engine = engine_of(&of, vm)?;
    if let rustpython_vm::function::OptionalArg::Present(says) = says {
        engine.was_used.set(says);
    }
    Ok(engine.was_used.get())
}

fn engine_in_transaction(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(engine_of(&of, vm)?.in_transaction())
}

/// `engine_send(engine, sql, rows, ddl)`: a text as it is, with its rows of values; the rows that came back.
fn engine_send(
    of: PyObjectRef,
    sql: PyObjectRef,
    rows: PyObjectRef,
    ddl: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let engine = engine_of(&of, vm)?;
    let sql = text(&sql, vm)?;
    let mut parameters = Vec::new();
    for row in list(&rows, vm)? {
        parameters.push(values(&row, vm)?);
    }
    let many = parameters.len() > 1;
    if parameters.is_empty() {
        parameters.push(Vec::new());
    }
    let trigger = if ddl { Trigger::Ddl } else { Trigger::Query };
    let executed = engine
        .send(&sql, parameters, many, Provenance::of(trigger))
        .map_err(|error| raise(error, vm))?;
    answer(&engine, executed, None, None, vm)
}

/// `engine_execute(engine, statement, parameters)`: a statement of Core's; `parameters` is a dict, a list of dicts, or
/// None. Gives the `Result`.
fn engine_execute(
    of: PyObjectRef,
    statement: PyObjectRef,
    parameters: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let engine = engine_of(&of, vm)?;
    let statement = executable(&statement, vm)?;
    execute(&engine, &statement, &parameters, vm)
}

/// Executes a statement of Core's with what a scenario gave as parameters.
pub(super) fn execute(
    engine: &Rc<Engine>,
    statement: &Statement,
    parameters: &PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let rows = rows_of(parameters, vm)?;
    let is_dml = matches!(
        statement,
        Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_)
    );
    if !is_dml && !matches!(statement, Statement::Text(_)) {
        let plan = compile_core(statement).map_err(|error| raise(error, vm))?;
        for warning in &plan.warnings {
            engine
                .host
                .warn(warning)
                .map_err(|error| raise(error, vm))?;
        }
        let row = rows.into_iter().next().unwrap_or_default();
        let given = |bind: &CompiledBind| row.value(bind, vm);
        let executed = engine
            .execute(&plan.compiled, &given, Provenance::of(Trigger::Query))
            .map_err(|error| raise(error, vm))?;
        let loaded = loaded(&executed, Some(&plan.compiled));
        engine
            .record(executed.statement)
            .map_err(|error| raise(error, vm))?;
        let result = QueryResult {
            plan: Rc::new(plan),
            loaded,
            fetch: None,
        };
        return super::result::wrap_result(result, vm);
    }
    let keys = rows
        .first()
        .filter(|_| is_dml)
        .map(Row::keys)
        .filter(|keys| !keys.is_empty());
    let keys = keys.map(|keys| of_table(statement, keys));
    let many = rows.len() > 1;
    let options = CompileOptions {
        column_keys: keys,
        for_executemany: many,
        ..CompileOptions::default()
    };
    let compiled = compile(statement, &options).map_err(|error| raise_sql(error, vm))?;
    for warning in &compiled.warnings {
        engine
            .host
            .warn(warning)
            .map_err(|error| raise(error, vm))?;
    }
    if many {
        execute_many(engine, statement, &compiled, rows, vm)
    } else {
        execute_one(engine, statement, &compiled, rows, vm)
    }
}

/// Those of the keys that are columns of the statement's table; others are parameters of its clauses.
fn of_table(statement: &Statement, mut keys: Vec<Rc<str>>) -> Vec<Rc<str>> {
    let table = match statement {
        Statement::Insert(insert) => &insert.table,
        Statement::Update(update) => &update.table,
        Statement::Delete(delete) => &delete.table,
        _ => return keys,
    };
    keys.retain(|key| table.column(key).is_some());
    keys
}

fn execute_one(
    engine: &Rc<Engine>,
    statement: &Statement,
    compiled: &Compiled,
    rows: Vec<Row>,
    vm: &VirtualMachine,
) -> PyResult {
    let row = rows.into_iter().next().unwrap_or_default().with_defaults(
        &compiled.prefetch,
        engine,
        vm,
    )?;
    let given = |bind: &CompiledBind| row.value(bind, vm);
    let executed = engine
        .execute(compiled, &given, Provenance::of(Trigger::Query))
        .map_err(|error| raise(error, vm))?;
    let insert = matches!(statement, Statement::Insert(_)).then(|| {
        let row: Vec<_> = row
            .known(vm)
            .into_iter()
            .map(|(key, value)| (key, BindValue::Value(value)))
            .collect();
        InsertFacts {
            is_many: false,
            key: inserted_key(statement, &row, Some(executed.last_insert_rowid)),
        }
    });
    answer(engine, executed, Some(compiled), insert, vm)
}

fn execute_many(
    engine: &Rc<Engine>,
    statement: &Statement,
    compiled: &Compiled,
    rows: Vec<Row>,
    vm: &VirtualMachine,
) -> PyResult {
    let rows: PyResult<Vec<Row>> = rows
        .into_iter()
        .map(|row| row.with_defaults(&compiled.prefetch, engine, vm))
        .collect();
    let rows = rows?;
    let values: Vec<_> = rows
        .iter()
        .map(|row| move |bind: &CompiledBind| row.value(bind, vm))
        .collect();
    let given: Vec<Given<'_>> = values.iter().map(|value| value as Given<'_>).collect();
    let execution = compiled
        .execute_many(&given)
        .map_err(|error| raise_sql(error, vm))?;
    let insert = matches!(statement, Statement::Insert(_)).then_some(InsertFacts {
        is_many: true,
        key: None,
    });
    match execution {
        ManyExecution::Rows { sql, parameters } => {
            let executed = engine
                .send(&sql, parameters, true, Provenance::of(Trigger::Query))
                .map_err(|error| raise(error, vm))?;
            answer(engine, executed, Some(compiled), insert, vm)
        }
        ManyExecution::Batches(batches) => {
            let mut all: Option<Loaded> = None;
            let mut keys = Keys::default();
            let mut facts = CursorFacts {
                changes: 0,
                has_rows: true,
                rowid: None,
                insert,
            };
            for (batch, _) in batches {
                let executed = engine
                    .send_batch(&batch.sql, batch.parameters, Provenance::of(Trigger::Query))
                    .map_err(|error| raise(error, vm))?;
                facts.changes += i64::try_from(executed.rows.len()).unwrap_or(i64::MAX);
                facts.rowid = Some(executed.last_insert_rowid);
                let part = loaded(&executed, Some(compiled));
                keys = keys_of(&executed, Some(compiled));
                engine
                    .record(executed.statement)
                    .map_err(|error| raise(error, vm))?;
                match &mut all {
                    Some(all) => all.cells.extend(part.cells),
                    None => all = Some(part),
                }
            }
            let rows = all.unwrap_or_default();
            let result = wrap_rows(ResultClass::Cursor, keys, rows, None, false, vm)?;
            facts.tell(&result, vm)?;
            Ok(result)
        }
    }
}

/// Records a statement and makes the `Result` of what came back.
fn answer(
    engine: &Rc<Engine>,
    executed: Executed,
    compiled: Option<&Compiled>,
    insert: Option<InsertFacts>,
    vm: &VirtualMachine,
) -> PyResult {
    let keys = keys_of(&executed, compiled);
    let is_many = insert.as_ref().is_some_and(|insert| insert.is_many);
    let facts = CursorFacts {
        changes: rowcount(&executed),
        has_rows: !executed.rows.columns().is_empty(),
        rowid: (!is_many).then_some(executed.last_insert_rowid),
        insert,
    };
    let loaded = loaded(&executed, compiled);
    engine
        .record(executed.statement)
        .map_err(|error| raise(error, vm))?;
    let result = wrap_rows(ResultClass::Cursor, keys, loaded, None, false, vm)?;
    facts.tell(&result, vm)?;
    Ok(result)
}

fn keys_of(executed: &Executed, compiled: Option<&Compiled>) -> Keys {
    let columns = executed.rows.columns();
    let described = compiled.map_or(&[][..], |compiled| &compiled.result_columns[..]);
    Keys {
        is_orm: false,
        names: columns
            .iter()
            .enumerate()
            .map(|(index, name)| {
                let key = described.get(index).and_then(|column| column.key.clone());
                Rc::from(key.as_deref().unwrap_or(name))
            })
            .collect(),
        columns: (0..columns.len())
            .map(|index| {
                described
                    .get(index)
                    .map_or(Column::Unknown, |column| Column::Expr(column.expr.clone()))
            })
            .collect(),
    }
}

fn loaded(executed: &Executed, compiled: Option<&Compiled>) -> Loaded {
    let described = compiled.map_or(&[][..], |compiled| &compiled.result_columns[..]);
    let types: Vec<_> = (0..executed.rows.columns().len())
        .map(|index| {
            described
                .get(index)
                .map_or(crate::orm::sql::SqlType::Null, |column| column.ty.clone())
        })
        .collect();
    Loaded {
        width: types.len(),
        cells: executed
            .rows
            .iter()
            .flat_map(|row| {
                row.iter()
                    .zip(&types)
                    .map(|(value, ty)| Cell::Value(value.clone(), ty.clone()))
            })
            .collect(),
        statement: executed.statement.id,
    }
}

/// One set of parameters, by key.
#[derive(Default)]
struct Row(Vec<(Rc<str>, PyObjectRef)>);

impl Row {
    fn keys(&self) -> Vec<Rc<str>> {
        self.0.iter().map(|(key, _)| Rc::clone(key)).collect()
    }

    fn value(&self, bind: &CompiledBind, vm: &VirtualMachine) -> Option<BindValue> {
        let (_, value) = self.0.iter().find(|(key, _)| **key == *bind.name)?;
        let is_list =
            value.downcast_ref::<PyList>().is_some() || value.downcast_ref::<PyTuple>().is_some();
        expr::bound(value, bind.expanding && is_list, vm).ok()
    }

    /// What the row has so far.
    fn known(&self, vm: &VirtualMachine) -> Vec<(Rc<str>, Value)> {
        let row = self.0.iter();
        row.map(|(key, value)| (Rc::clone(key), to_value(value, vm)))
            .collect()
    }

    /// With the defaults that the program makes for columns it did not name.
    fn with_defaults(
        mut self,
        prefetch: &[Prefetch],
        engine: &Engine,
        vm: &VirtualMachine,
    ) -> PyResult<Self> {
        for wanted in prefetch {
            if self.0.iter().any(|(key, _)| **key == *wanted.name) {
                continue;
            }
            let default = wanted
                .column
                .default
                .as_ref()
                .or(wanted.column.onupdate.as_ref());
            let value = match default {
                Some(Default_::Scalar(value)) => value.clone(),
                Some(Default_::Callable(function)) => engine
                    .host
                    .call_default(function, &self.known(vm))
                    .map_err(|error| raise(error, vm))?,
                _ => continue,
            };
            let value = to_python(&value, &wanted.column.ty, vm)?;
            self.0.push((Rc::from(&*wanted.name), value));
        }
        Ok(self)
    }
}

/// A dict, a list of dicts, or None, as sets of parameters.
fn rows_of(parameters: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<Row>> {
    if vm.is_none(parameters) {
        return Ok(Vec::new());
    }
    if let Some(dict) = parameters.downcast_ref::<PyDict>() {
        let mut row = Vec::new();
        for (key, value) in dict {
            row.push((super::statement::key_of(&key, vm)?, value));
        }
        return Ok(vec![Row(row)]);
    }
    let mut rows = Vec::new();
    for one in list(parameters, vm)? {
        if one.downcast_ref::<PyDict>().is_none() {
            let words = "List argument must consist only of dictionaries";
            return Err(super::errors::sqlalchemy(
                "sqlalchemy.exc.ArgumentError",
                words,
                None,
                vm,
            ));
        }
        rows.extend(rows_of(&one, vm)?);
    }
    Ok(rows)
}
