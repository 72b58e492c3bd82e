//! Writes that a scenario executes by its session: INSERT, UPDATE and DELETE of classes and tables, and the bulk methods.

use std::rc::Rc;

use rustpython_vm::builtins::{PyDict, PyDictRef, PyList, PyTuple};
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::instance::expect_instance;
use crate::orm::bulk::{Row, Rows, Synchronize, Write, Written};
use crate::orm::sql::{BindValue, Statement};
use crate::orm::{Entity, Error, Mapper};
use crate::python::native::errors::{raise, sqlalchemy};
use crate::python::native::node::{Kind, kind_of, list, session_of, text};
use crate::python::native::result::{
    CursorFacts, InsertFacts, ResultClass, wrap_result, wrap_rows,
};
use crate::python::native::row::Keys;
use crate::python::native::select::raw_columns;
use crate::python::native::statement::key_of;
use crate::python::native::value::to_value;
use crate::python::native::{Module, set};

fn done<T>(result: Result<T, Error>, vm: &VirtualMachine) -> PyResult<T> {
    result.map_err(|error| raise(error, vm))
}

/// A row of values; its keys are names, columns or attributes.
fn row(of: &PyObject, vm: &VirtualMachine) -> PyResult<Row> {
    let Some(dict) = of.downcast_ref::<PyDict>() else {
        return Err(vm.new_type_error("List argument must consist only of dictionaries".to_owned()));
    };
    let mut row = Vec::new();
    for (key, value) in dict {
        row.push((key_of(&key, vm)?, BindValue::Value(to_value(&value, vm))));
    }
    Ok(row)
}

fn rows(params: &PyObject, vm: &VirtualMachine) -> PyResult<Rows> {
    if vm.is_none(params) {
        return Ok(Rows::None);
    }
    let is_list =
        params.downcast_ref::<PyList>().is_some() || params.downcast_ref::<PyTuple>().is_some();
    if !is_list {
        let row = row(params, vm)?;
        return Ok(if row.is_empty() {
            Rows::None
        } else {
            Rows::One(row)
        });
    }
    let all: PyResult<Vec<Row>> = list(params, vm)?.iter().map(|one| row(one, vm)).collect();
    let all = all?;
    Ok(if all.is_empty() {
        Rows::None
    } else {
        Rows::Many(all)
    })
}

/// The class that a statement is about, when it is about one.
fn mapper_of(statement: &PyObject, vm: &VirtualMachine) -> PyResult<Option<Rc<Mapper>>> {
    let Some(entity) = vm.get_attribute_opt(statement.to_owned(), "_entity")? else {
        return Ok(None);
    };
    Ok(match kind_of(&entity, vm)? {
        Some(Kind::Entity(Entity::Mapper(mapper))) => Some(mapper),
        _ => None,
    })
}

fn statement_of(statement: &PyObject, vm: &VirtualMachine) -> PyResult<Statement> {
    match kind_of(statement, vm)? {
        Some(Kind::Statement(statement)) => Ok((*statement).clone()),
        Some(Kind::Text(text)) => Ok(Statement::Text(text)),
        _ => Err(vm.new_type_error("expected an INSERT, UPDATE or DELETE".to_owned())),
    }
}

fn synchronize(said: &PyObject, vm: &VirtualMachine) -> PyResult<Synchronize> {
    if vm.is_none(said) || said.is(&vm.ctx.false_value) {
        return Ok(Synchronize::Off);
    }
    let word = said.downcast_ref::<rustpython_vm::builtins::PyStr>();
    match word.map(ToString::to_string).as_deref() {
        Some("auto") => Ok(Synchronize::Auto),
        Some("evaluate") => Ok(Synchronize::Evaluate),
        Some("fetch") => Ok(Synchronize::Fetch),
        _ => Err(sqlalchemy(
            "sqlalchemy.exc.ArgumentError",
            "Valid strategies for session synchronization are 'auto', 'evaluate', 'fetch', False",
            None,
            vm,
        )),
    }
}

/// `session_dml(session, statement, params, options)`.
fn execute(
    session: PyObjectRef,
    statement: PyObjectRef,
    params: PyObjectRef,
    options: PyDictRef,
    vm: &VirtualMachine,
) -> PyResult {
    let session = session_of(&session, vm)?;
    let mut write = Write::new(statement_of(&statement, vm)?, mapper_of(&statement, vm)?);
    write.rows = rows(&params, vm)?;
    if let Some(returning) = vm.get_attribute_opt(statement, "_returning")? {
        write.returning = raw_columns(&returning, vm)?;
    }
    if let Some(said) = options.get_item_opt("synchronize_session", vm)? {
        write.synchronize = synchronize(&said, vm)?;
    }
    let flag = |name: &str, default: bool| -> PyResult<bool> {
        options
            .get_item_opt(name, vm)?
            .map_or(Ok(default), |said| said.try_to_bool(vm))
    };
    write.autoflush = flag("autoflush", true)?;
    write.populate_existing = flag("populate_existing", false)?;
    write.render_nulls = flag("render_nulls", false)?;
    wrap(&write, done(session.execute_write(&write), vm)?, vm)
}

/// What a write by a class says of itself: objects that it returned, nothing when it was a matter of many rows, and
/// otherwise what the cursor says.
fn wrap(write: &Write, written: Written, vm: &VirtualMachine) -> PyResult {
    let is_insert = matches!(write.statement, Statement::Insert(_));
    let has_rows = written.returned.is_some();
    let by_rows = write.mapper.is_some()
        && match write.rows {
            Rows::None => false,
            Rows::One(_) => is_insert,
            Rows::Many(_) => true,
        };
    if write.mapper.is_some()
        && let Some(returned) = written.returned
    {
        return wrap_result(returned, vm);
    }
    let nothing = |class| {
        wrap_rows(
            class,
            Keys::default(),
            crate::orm::loading::Loaded::default(),
            None,
            false,
            vm,
        )
    };
    if by_rows {
        let result = nothing(ResultClass::Iterator)?;
        result.set_attr("_has_rows", vm.ctx.new_bool(!is_insert), vm)?;
        return Ok(result);
    }
    let result = match written.returned {
        Some(returned) => wrap_result(returned, vm)?,
        None => nothing(ResultClass::Cursor)?,
    };
    CursorFacts {
        changes: written.rowcount,
        has_rows,
        rowid: written.last_insert_rowid,
        insert: is_insert.then_some(InsertFacts {
            is_many: matches!(&write.rows, Rows::Many(rows) if rows.len() > 1),
            key: written.inserted_primary_key,
        }),
    }
    .tell(&result, vm)?;
    Ok(result)
}

/// `session_many(session, text, rows, options)`: a text that is executed for each row.
fn execute_many(
    session: PyObjectRef,
    statement: PyObjectRef,
    params: PyObjectRef,
    _options: PyDictRef,
    vm: &VirtualMachine,
) -> PyResult {
    let session = session_of(&session, vm)?;
    let mut write = Write::new(statement_of(&statement, vm)?, None);
    write.rows = rows(&params, vm)?;
    wrap(&write, done(session.execute_write(&write), vm)?, vm)
}

/// `session_bulk(session, kind, entity, rows, render_nulls)`: `insert` or `update` of rows given as dicts.
fn bulk(
    session: PyObjectRef,
    kind: PyObjectRef,
    entity: PyObjectRef,
    given: PyObjectRef,
    render_nulls: bool,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let session = session_of(&session, vm)?;
    let Some(Kind::Entity(Entity::Mapper(mapper))) = kind_of(&entity, vm)? else {
        return Err(vm.new_type_error("expected a mapped class".to_owned()));
    };
    let given: PyResult<Vec<Row>> = list(&given, vm)?.iter().map(|one| row(one, vm)).collect();
    let given = given?;
    let result = if text(&kind, vm)? == "update" {
        session.bulk_update(&mapper, &given)
    } else {
        session.bulk_insert(&mapper, &given, render_nulls)
    };
    done(result, vm)
}

/// `session_bulk_save(session, objects)`.
fn bulk_save(session: PyObjectRef, objects: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let objects: PyResult<Vec<_>> = list(&objects, vm)?
        .iter()
        .map(|object| expect_instance(object, vm))
        .collect();
    done(session_of(&session, vm)?.bulk_save(&objects?), vm)
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    set(
        module,
        "session_dml",
        vm.new_function("session_dml", execute),
        vm,
    )?;
    set(
        module,
        "session_many",
        vm.new_function("session_many", execute_many),
        vm,
    )?;
    set(
        module,
        "session_bulk",
        vm.new_function("session_bulk", bulk),
        vm,
    )?;
    set(
        module,
        "session_bulk_save",
        vm.new_function("session_bulk_save", bulk_save),
        vm,
    )
}
