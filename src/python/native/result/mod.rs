//! Results: rows on their way to the scenario. A [`Cursor`] is what a statement returned; a [`View`] reads it as rows,
//! as values or as mappings, each once or as often as they came.

mod cells;
mod cursor;
mod view;

use std::rc::Rc;

use rustpython_vm::builtins::PyTypeRef;
use rustpython_vm::class::PyClassImpl;
use rustpython_vm::{AsObject, PyObjectRef, PyPayload, PyResult, VirtualMachine};

use self::cursor::Cursor;
use self::view::View;
use crate::orm::core::Outcome;
use crate::orm::execute::{QueryResult, ResultRows};
use crate::orm::loading::Loaded;
use crate::orm::query::plan::Item;
use crate::orm::sql::SqlType;
use crate::python::native::node::class_named;
use crate::python::native::row::{Column, Keys};
use crate::python::native::value::to_python;
use crate::python::native::{Module, set};

/// Makes the `Result` of what a statement returned.
pub(crate) fn wrap_result(result: QueryResult, vm: &VirtualMachine) -> PyResult {
    let columns = result.plan.items.iter().map(|item| match item {
        Item::Entity(plan) => Column::Entity(plan.mapper.entity()),
        Item::Value { position, .. } => result
            .plan
            .compiled
            .result_columns
            .get(*position)
            .map_or(Column::Unknown, |column| Column::Expr(column.expr.clone())),
        Item::Bundle { .. } => Column::Unknown,
    });
    let keys = Keys {
        is_orm: result.plan.select.is_orm() || result.plan.select.from_statement.is_some(),
        names: result.plan.keys.clone(),
        columns: columns.collect(),
    };
    let class = if keys.is_orm {
        ResultClass::Orm
    } else {
        ResultClass::Cursor
    };
    wrap_rows(class, keys, result.rows, result.plan.needs_unique, vm)
}

/// What a program takes a result for.
#[derive(Clone, Copy, Debug)]
pub(super) enum ResultClass {
    /// What the driver has, with its counts and keys.
    Cursor,
    /// Objects and columns that a session made of it.
    Orm,
    /// What is left of many statements: nothing.
    Iterator,
}

/// Makes the `Result` of a statement that may return rows.
pub(super) fn wrap_outcome(outcome: Outcome, vm: &VirtualMachine) -> PyResult {
    let returns_rows = outcome.returned.is_some();
    let result = match outcome.returned {
        Some(returned) => wrap_result(returned, vm)?,
        None => empty(ResultClass::Cursor, vm)?,
    };
    result.set_attr("rowcount", vm.ctx.new_int(outcome.rowcount), vm)?;
    result.set_attr("_has_rows", vm.ctx.new_bool(returns_rows), vm)?;
    if let Some(rowid) = outcome.last_insert_rowid {
        result.set_attr("lastrowid", vm.ctx.new_int(rowid), vm)?;
    }
    result.set_attr("is_insert", vm.ctx.new_bool(outcome.is_insert), vm)?;
    match outcome.inserted_key.known() {
        Ok(key) => {
            let key: PyResult<Vec<PyObjectRef>> = key
                .iter()
                .map(|value| to_python(value, &SqlType::Null, vm))
                .collect();
            result.set_attr("_inserted_primary_key", vm.ctx.new_tuple(key?), vm)?;
        }
        Err(why) => result.set_attr("_no_primary_key", vm.ctx.new_str(why), vm)?,
    }
    Ok(result)
}

/// The `Result` of many statements of which nothing is left.
pub(super) fn nothing(has_rows: bool, vm: &VirtualMachine) -> PyResult {
    let result = empty(ResultClass::Iterator, vm)?;
    result.set_attr("_has_rows", vm.ctx.new_bool(has_rows), vm)?;
    Ok(result)
}

fn empty(class: ResultClass, vm: &VirtualMachine) -> PyResult {
    let rows = ResultRows::Read(Loaded::default());
    wrap_rows(class, Keys::default(), rows, false, vm)
}

/// Makes a `Result` of rows.
pub(super) fn wrap_rows(
    class: ResultClass,
    keys: Keys,
    rows: ResultRows,
    needs_unique: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let view = View::of(Cursor::new(Rc::new(keys), rows, needs_unique));
    let class: PyTypeRef = class_named(
        match class {
            ResultClass::Cursor => "cursor result",
            ResultClass::Orm => "orm result",
            ResultClass::Iterator => "iterator result",
        },
        vm,
    )?;
    class.as_object().call((view.into_ref(&vm.ctx),), vm)
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    set(module, "View", View::make_static_type(), vm)
}
