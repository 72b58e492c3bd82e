//! Writes that a scenario executes by its session: INSERT, UPDATE and DELETE of classes and tables, and the bulk methods.

use std::rc::Rc;

use rustpython_vm::builtins::PyDictRef;
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::instance::expect_instance;
use crate::orm::bulk::{BulkSave, Row, Rows, Synchronize, Write};
use crate::orm::core::Outcome;
use crate::orm::sql::Statement;
use crate::orm::{Entity, Error, Mapper, Value};
use crate::python::native::Module;
use crate::python::native::engine::{row, rows};
use crate::python::native::errors::{raise, sqlalchemy};
use crate::python::native::node::{Kind, kind_of, list, session_of, text, unknown_word};
use crate::python::native::result::{nothing, wrap_outcome, wrap_result};
use crate::python::native::select::{query_options, raw_columns};
use crate::python::native::statement::executable;
use crate::python::native::value::to_python;

fn done<T>(result: Result<T, Error>, vm: &VirtualMachine) -> PyResult<T> {
    result.map_err(|error| raise(error, vm))
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
    if let Some(options) = vm.get_attribute_opt(statement.clone(), "_options")? {
        write.options = query_options(&options, vm)?;
    }
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
fn wrap(write: &Write, outcome: Outcome, vm: &VirtualMachine) -> PyResult {
    if write.mapper.is_none() {
        return wrap_outcome(outcome, vm);
    }
    if let Some(returned) = outcome.returned {
        return wrap_result(returned, vm);
    }
    let is_insert = matches!(write.statement, Statement::Insert(_));
    match write.rows {
        Rows::One(_) if !is_insert => wrap_outcome(outcome, vm),
        Rows::None => wrap_outcome(outcome, vm),
        Rows::One(_) | Rows::Many(_) => nothing(!is_insert, vm),
    }
}

/// `session_core(session, statement, params, autoflush)`: a statement that goes to the connection as it is.
fn execute_core(
    session: PyObjectRef,
    statement: PyObjectRef,
    params: PyObjectRef,
    autoflush: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let session = session_of(&session, vm)?;
    let rows = rows(&params, vm)?;
    if autoflush {
        done(session.autoflush(), vm)?;
    }
    let outcome = session.execute_on_connection(&executable(&statement, vm)?, rows.sets());
    wrap_outcome(done(outcome, vm)?, vm)
}

/// `session_bulk(session, kind, entity, rows, render_nulls)`: `insert` or `update` of rows given as dicts, or `keys`, an insert
/// that gives the primary keys of its rows back.
fn bulk(
    session: PyObjectRef,
    kind: PyObjectRef,
    entity: PyObjectRef,
    given: PyObjectRef,
    render_nulls: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let session = session_of(&session, vm)?;
    let Some(Kind::Entity(Entity::Mapper(mapper))) = kind_of(&entity, vm)? else {
        return Err(vm.new_type_error("expected a mapped class".to_owned()));
    };
    let not_a_dict = || vm.new_type_error("bulk operations take dictionaries".to_owned());
    let given: PyResult<Vec<Row>> = list(&given, vm)?
        .iter()
        .map(|one| row(one, vm)?.ok_or_else(not_a_dict))
        .collect();
    let given = given?;
    let result = match text(&kind, vm)?.as_str() {
        "insert" => session.bulk_insert(&mapper, &given, render_nulls),
        "update" => session.bulk_update(&mapper, &given),
        "keys" => {
            let keys = session.bulk_insert_for_keys(&mapper, &given, render_nulls);
            return keys_to_python(&mapper, &done(keys, vm)?, vm);
        }
        other => return Err(unknown_word("a bulk operation", other, vm)),
    };
    done(result, vm).map(|()| vm.ctx.none())
}

/// The keys of rows, each as a dict by the names of attributes.
fn keys_to_python(mapper: &Mapper, keys: &[Vec<Value>], vm: &VirtualMachine) -> PyResult {
    let primary_key = done(mapper.primary_key(), vm)?;
    let columns = mapper.primary_key_columns();
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        let dict = vm.ctx.new_dict();
        for ((&index, column), value) in primary_key.iter().zip(&columns).zip(key) {
            let name = &*mapper.attribute(index).key;
            dict.set_item(name, to_python(value, column.ty(), vm)?, vm)?;
        }
        found.push(dict.into());
    }
    Ok(vm.ctx.new_list(found).into())
}

/// `session_bulk_save(session, objects, returns_keys, changed_only, keeps_order)`.
fn bulk_save(
    session: PyObjectRef,
    objects: PyObjectRef,
    returns_keys: bool,
    changed_only: bool,
    keeps_order: bool,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let how = BulkSave {
        returns_keys,
        changed_only,
        keeps_order,
    };
    let objects: PyResult<Vec<_>> = list(&objects, vm)?
        .iter()
        .map(|object| expect_instance(object, vm))
        .collect();
    done(session_of(&session, vm)?.bulk_save(&objects?, how), vm)
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        session_dml = execute,
        session_core = execute_core,
        session_bulk = bulk,
        session_bulk_save = bulk_save,
    );
    Ok(())
}
