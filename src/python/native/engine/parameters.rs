//! The values that a scenario gives with a statement: a dict, or a list of them.

use rustpython_vm::builtins::{PyDict, PyList, PyTuple};
use rustpython_vm::{PyObject, PyObjectRef, PyResult, VirtualMachine};

use crate::orm::bulk::{Row, Rows};
use crate::orm::sql::{BindValue, SqlType};
use crate::python::native::errors::{raise_bind, sqlalchemy};
use crate::python::native::node::list;
use crate::python::native::statement::key_of;
use crate::python::native::value::to_value;
use crate::trace;

/// One row of values as the driver takes them.
pub(super) fn driver_row(row: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<trace::Value>> {
    list(row, vm)?
        .iter()
        .map(|value| {
            to_value(value, vm)
                .bind(&SqlType::Null)
                .map_err(|error| raise_bind(&error, vm))
        })
        .collect()
}

/// A row of values; its keys are names, columns or attributes. None for what is no dict.
pub(crate) fn row(of: &PyObject, vm: &VirtualMachine) -> PyResult<Option<Row>> {
    let Some(dict) = of.downcast_ref::<PyDict>() else {
        return Ok(None);
    };
    let mut row = Row::new();
    for (key, value) in dict {
        row.push((key_of(&key, vm)?, BindValue::Value(to_value(&value, vm))));
    }
    Ok(Some(row))
}

/// A dict, a list of dicts, or None.
pub(crate) fn rows(of: &PyObject, vm: &VirtualMachine) -> PyResult<Rows> {
    let refused = |words| sqlalchemy("sqlalchemy.exc.ArgumentError", words, None, vm);
    if vm.is_none(of) {
        return Ok(Rows::None);
    }
    if let Some(row) = row(of, vm)? {
        return Ok(if row.is_empty() {
            Rows::None
        } else {
            Rows::One(row)
        });
    }
    if of.downcast_ref::<PyList>().is_none() && of.downcast_ref::<PyTuple>().is_none() {
        return Err(refused("mapping or list expected for parameters"));
    }
    let each = list(of, vm)?.into_iter().map(|one| {
        row(&one, vm)?.ok_or_else(|| refused("List argument must consist only of dictionaries"))
    });
    let rows: PyResult<Vec<Row>> = each.collect();
    let rows = rows?;
    Ok(if rows.is_empty() {
        Rows::None
    } else {
        Rows::Many(rows)
    })
}
