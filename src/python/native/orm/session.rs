//! Sessions: each function takes the node of one.

use std::rc::Rc;

use rustpython_vm::builtins::{PyDictRef, PyTuple};
use rustpython_vm::{PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::instance::{expect_instance, wrap_all, wrap_instance, wrap_optional};
use super::link::Bound;
use crate::orm::execute::ExecuteOptions;
use crate::orm::instance::Instance;
use crate::orm::options::QueryOption;
use crate::orm::transaction::{Chain, Own, TransactionId};
use crate::orm::{Error, Session, SessionOptions, loading};
use crate::python::native::Module;
use crate::python::native::engine::row;
use crate::python::native::errors::raise;
use crate::python::native::node::{
    Kind, engine_of, entity_of, kind_of, list, query_option, session_of, text, unknown_word, wrap,
};
use crate::python::native::result::wrap_result;
use crate::python::native::value::to_value;

fn done<T>(result: Result<T, Error>, vm: &VirtualMachine) -> PyResult<T> {
    result.map_err(|error| raise(error, vm))
}

/// `session_new(engine, connection, mode, (autoflush, expire_on_commit, autobegin), begins, number)`: the connection is one of
/// the program's, whose transactions are joined in that mode, or None.
fn new(
    engine: PyObjectRef,
    connection: PyObjectRef,
    mode: PyObjectRef,
    options: PyObjectRef,
    begins: Option<bool>,
    number: u64,
    vm: &VirtualMachine,
) -> PyResult {
    let said: Vec<bool> = options.try_to_value(vm)?;
    let [autoflush, expire_on_commit, autobegin] = said[..] else {
        return Err(vm.new_value_error("a session has three options".to_owned()));
    };
    let options = SessionOptions {
        autoflush,
        expire_on_commit,
        autobegin,
    };
    let engine = engine_of(&engine, vm)?;
    let session = if vm.is_none(&connection) {
        let link = Rc::new(Own::new(&engine, begins, number));
        Session::over(link, engine, options, number)
    } else {
        let link = Rc::new(Bound { connection, mode });
        Session::over(link, engine, options, number)
    };
    super::keep_session(&session);
    wrap(Kind::Session(session), vm)
}

/// Attributes of an object's class by name; None for all.
fn attributes(
    instance: &Instance,
    names: &PyObject,
    vm: &VirtualMachine,
) -> PyResult<Option<Vec<usize>>> {
    if vm.is_none(names) {
        return Ok(None);
    }
    let find = |name: PyObjectRef| {
        let name = text(&name, vm)?;
        instance
            .mapper
            .attribute_by_key(&name)
            .map(|attribute| attribute.index)
            .ok_or_else(|| vm.new_key_error(vm.ctx.new_str(name.as_str()).into()))
    };
    list(names, vm)?
        .into_iter()
        .map(find)
        .collect::<PyResult<Vec<_>>>()
        .map(Some)
}

macro_rules! plain {
    ($($name:ident => $method:ident, $what:literal;)*) => {$(
        #[doc = $what]
        fn $name(session: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
            done(session_of(&session, vm)?.$method(), vm)
        }
    )*};
}

plain! {
    commit => commit, "`session_commit(session)`";
    rollback => rollback, "`session_rollback(session)`";
    close => close, "`session_close(session)`";
    expire_all => expire_all, "`session_expire_all(session)`";
    expunge_all => expunge_all, "`session_expunge_all(session)`";
}

/// `session_flush(session, objects)`: of what has changed only those, or with None all of it.
fn flush(session: PyObjectRef, objects: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let session = session_of(&session, vm)?;
    if vm.is_none(&objects) {
        return done(session.flush(), vm);
    }
    let objects: PyResult<Vec<_>> = list(&objects, vm)?
        .iter()
        .map(|object| expect_instance(object, vm))
        .collect();
    done(session.flush_some(&objects?), vm)
}

fn add(session: PyObjectRef, object: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let instance = expect_instance(&object, vm)?;
    done(session_of(&session, vm)?.add(&instance), vm)
}

fn delete(session: PyObjectRef, object: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let instance = expect_instance(&object, vm)?;
    done(session_of(&session, vm)?.delete(&instance), vm)
}

fn expunge(session: PyObjectRef, object: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let instance = expect_instance(&object, vm)?;
    done(session_of(&session, vm)?.expunge(&instance), vm)
}

fn expire(
    session: PyObjectRef,
    object: PyObjectRef,
    names: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let instance = expect_instance(&object, vm)?;
    let names = attributes(&instance, &names, vm)?;
    done(session_of(&session, vm)?.expire(&instance, names), vm)
}

fn refresh(
    session: PyObjectRef,
    object: PyObjectRef,
    names: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let instance = expect_instance(&object, vm)?;
    let names = attributes(&instance, &names, vm)?;
    done(session_of(&session, vm)?.refresh(&instance, names), vm)
}

fn merge(
    session: PyObjectRef,
    object: PyObjectRef,
    load: bool,
    options: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    // What is no object is only looked at when all is flushed.
    let instance = match expect_instance(&object, vm) {
        Err(refused) if load => {
            done(session_of(&session, vm)?.autoflush(), vm)?;
            return Err(refused);
        }
        instance => instance?,
    };
    let options = options_of(&options, vm)?;
    let merged = done(
        session_of(&session, vm)?.merge(&instance, load, options),
        vm,
    )?;
    wrap_instance(&merged, vm)
}

fn contains(session: PyObjectRef, object: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    let instance = expect_instance(&object, vm)?;
    Ok(session_of(&session, vm)?.contains(&instance))
}

/// `session_objects(session, which)`: new, dirty, deleted, or all.
fn objects(
    session: PyObjectRef,
    which: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Vec<PyObjectRef>> {
    let session = session_of(&session, vm)?;
    let found = match text(&which, vm)?.as_str() {
        "new" => session.pending(),
        "dirty" => session.dirty(),
        "deleted" => session.deleted(),
        "all" => session.objects(),
        other => return Err(unknown_word("a set of a session's objects", other, vm)),
    };
    wrap_all(&found, vm)
}

/// `session_is_modified(session, object, include_collections)`.
fn is_modified(
    session: PyObjectRef,
    object: PyObjectRef,
    include_collections: bool,
    vm: &VirtualMachine,
) -> PyResult<bool> {
    let instance = expect_instance(&object, vm)?;
    done(
        session_of(&session, vm)?.is_modified(&instance, include_collections),
        vm,
    )
}

fn in_transaction(session: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(session_of(&session, vm)?.in_transaction())
}

/// `session_transaction(session, nested)`: the outermost transaction, or the innermost savepoint, with those around it;
/// empty when there is none.
fn transaction(session: PyObjectRef, nested: bool, vm: &VirtualMachine) -> PyResult {
    let session = session_of(&session, vm)?;
    Ok(wrap_chain(
        &if nested {
            session.nested_transaction()
        } else {
            session.root_transaction()
        },
        vm,
    ))
}

/// Pairs of number and origin, the transaction itself first.
pub(super) fn wrap_chain(chain: &Chain, vm: &VirtualMachine) -> PyObjectRef {
    let pairs = chain.iter().map(|(TransactionId(id), kind)| {
        let origin = vm.ctx.new_str(kind.origin());
        let pair = vec![vm.ctx.new_int(*id).into(), origin.into()];
        vm.ctx.new_tuple(pair).into()
    });
    vm.ctx.new_tuple(pairs.collect()).into()
}

fn in_nested_transaction(session: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(session_of(&session, vm)?.in_nested_transaction())
}

/// `session_is_active(session)`.
fn is_active(session: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(session_of(&session, vm)?.is_active())
}

/// `session_begin(session, nested)`: the new transaction, with those around it.
fn begin(session: PyObjectRef, nested: bool, vm: &VirtualMachine) -> PyResult {
    let session = session_of(&session, vm)?;
    let chain = if nested {
        session.begin_nested()
    } else {
        session.begin()
    };
    done(chain, vm).map(|chain| wrap_chain(&chain, vm))
}

/// `session_is_connected(session)`: whether the database knows of its transaction.
fn is_connected(session: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(session_of(&session, vm)?.is_connected())
}

/// `session_begins_once(session, begins)`: whether writes of the next transaction open one at the driver.
fn begins_once(session: PyObjectRef, begins: Option<bool>, vm: &VirtualMachine) -> PyResult<()> {
    session_of(&session, vm)?.link.begins_once(begins);
    Ok(())
}

/// `session_connect(session)`: begins what is to be begun before a statement.
fn connect(session: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let session = session_of(&session, vm)?;
    done(session.connect().map(drop), vm)
}

/// `session_end(session, transaction, commit)`.
fn end(session: PyObjectRef, id: u64, commit: bool, vm: &VirtualMachine) -> PyResult<()> {
    let session = session_of(&session, vm)?;
    let id = TransactionId(id);
    done(
        if commit {
            session.commit_transaction(id)
        } else {
            session.rollback_transaction(id)
        },
        vm,
    )
}

/// `session_enter(session, transaction)`: a `with` block of it begins; gives the one that it is in.
fn enter(session: PyObjectRef, id: u64, vm: &VirtualMachine) -> PyResult<Option<u64>> {
    Ok(session_of(&session, vm)?
        .enter(TransactionId(id))
        .map(|TransactionId(id)| id))
}

/// `session_leave(session, transaction, outer, failed)`: its `with` block ends.
fn leave(
    session: PyObjectRef,
    id: u64,
    outer: Option<u64>,
    failed: bool,
    vm: &VirtualMachine,
) -> PyResult<()> {
    done(
        session_of(&session, vm)?.leave(TransactionId(id), outer.map(TransactionId), failed),
        vm,
    )
}

/// `session_transaction_is_active(session, transaction)`.
fn transaction_is_active(session: PyObjectRef, id: u64, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(session_of(&session, vm)?.is_transaction_active(TransactionId(id)))
}

/// `session_set(session, autoflush, expire_on_commit)`.
fn set_options(
    session: PyObjectRef,
    autoflush: bool,
    expire_on_commit: bool,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let session = session_of(&session, vm)?;
    session.options.set(SessionOptions {
        autoflush,
        expire_on_commit,
        ..session.options.get()
    });
    Ok(())
}

/// `session_autoflush(session, by)`: enters (+1) or leaves (-1) a `no_autoflush` block.
fn autoflush(session: PyObjectRef, by: i32, vm: &VirtualMachine) -> PyResult<()> {
    let session = session_of(&session, vm)?;
    session
        .no_autoflush
        .set(session.no_autoflush.get().saturating_add_signed(by));
    Ok(())
}

/// `session_of(object)`: number of the session that an object belongs to; 0 for none.
fn of_object(object: PyObjectRef, vm: &VirtualMachine) -> PyResult<u64> {
    let instance = expect_instance(&object, vm)?;
    Ok(instance.session().map_or(0, |session| session.number()))
}

/// What `options=` was given.
fn options_of(options: &PyObject, vm: &VirtualMachine) -> PyResult<Vec<QueryOption>> {
    list(options, vm)?
        .iter()
        .map(|option| match query_option(option, vm)? {
            Some(option) => Ok(option),
            None => Err(vm.new_type_error(format!(
                "expected a loader option, got {}",
                option.repr(vm)?
            ))),
        })
        .collect()
}

/// `session_get(session, entity, key, options, populate_existing, for_update)`.
fn get(
    session: PyObjectRef,
    entity: PyObjectRef,
    key: PyObjectRef,
    options: PyObjectRef,
    how: (bool, bool),
    vm: &VirtualMachine,
) -> PyResult {
    let (populate_existing, for_update) = how;
    let terms = loading::get::Terms {
        populate_existing,
        for_update,
    };
    let session = session_of(&session, vm)?;
    let entity = entity_of(&entity, vm)?;
    let values = match key.downcast_ref::<PyTuple>() {
        Some(parts) => parts.iter().map(|part| to_value(part, vm)).collect(),
        None => vec![to_value(&key, vm)],
    };
    let options = options_of(&options, vm)?;
    let found = done(
        loading::get::get(&session, &entity, values, options, terms),
        vm,
    )?;
    wrap_optional(found.as_ref(), vm)
}

/// Options of an execution, from a dict: parameters, populate_existing, yield_per, autoflush.
pub(super) fn execute_options(said: &PyDictRef, vm: &VirtualMachine) -> PyResult<ExecuteOptions> {
    let get = |name: &str| -> PyResult<Option<PyObjectRef>> {
        Ok(said
            .get_item_opt(name, vm)?
            .filter(|found| !vm.is_none(found)))
    };
    let mut options = ExecuteOptions {
        populate_existing: get("populate_existing")?
            .map_or(Ok(false), |found| found.try_to_bool(vm))?,
        // Parts of no rows are no parts.
        yield_per: get("yield_per")?
            .map(|found| found.try_to_value(vm))
            .transpose()?
            .filter(|size| *size > 0),
        autoflush: get("autoflush")?
            .map(|found| found.try_to_bool(vm))
            .transpose()?,
        ..ExecuteOptions::default()
    };
    if let Some(parameters) = get("parameters")? {
        options.parameters = row(&parameters, vm)?
            .ok_or_else(|| vm.new_type_error("parameters are given as a dict".to_owned()))?;
    }
    Ok(options)
}

/// `session_select(session, statement, options)`: executes a statement that returns rows.
fn select(
    session: PyObjectRef,
    statement: PyObjectRef,
    options: PyDictRef,
    vm: &VirtualMachine,
) -> PyResult {
    let session = session_of(&session, vm)?;
    let options = execute_options(&options, vm)?;
    let result = match kind_of(&statement, vm)? {
        Some(Kind::Select(select)) => session.execute_select(&select, &options),
        Some(Kind::Query(query)) => session.execute_core(&query.statement(), &options),
        Some(Kind::Expr(expr)) => {
            session.execute_core(&crate::orm::sql::Statement::Expr(expr), &options)
        }
        _ => return Err(vm.new_type_error("expected a statement that returns rows".to_owned())),
    };
    wrap_result(done(result, vm)?, vm)
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        session_new = new,
        session_flush = flush,
        session_commit = commit,
        session_rollback = rollback,
        session_close = close,
        session_begin = begin,
        session_connect = connect,
        session_is_connected = is_connected,
        session_begins_once = begins_once,
        session_end = end,
        session_enter = enter,
        session_leave = leave,
        session_transaction_is_active = transaction_is_active,
        session_set = set_options,
        session_in_nested_transaction = in_nested_transaction,
        session_is_active = is_active,
        session_expire_all = expire_all,
        session_expunge_all = expunge_all,
        session_add = add,
        session_delete = delete,
        session_expunge = expunge,
        session_expire = expire,
        session_refresh = refresh,
        session_merge = merge,
        session_contains = contains,
        session_objects = objects,
        session_is_modified = is_modified,
        session_in_transaction = in_transaction,
        session_transaction = transaction,
        session_autoflush = autoflush,
        session_of = of_object,
        session_get = get,
        session_select = select,
    );
    Ok(())
}
