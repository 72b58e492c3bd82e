//! Expressions: operators, functions, parameters.

mod asked;
mod function;
mod operator;
mod ordering;
mod text;

pub(super) use ordering::orderings;

use std::rc::Rc;

use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use crate::orm::sql::{BindValue, Expr, SqlError, SqlType, expr};
use crate::python::native::Module;
use crate::python::native::errors::raise_sql;
use crate::python::native::node::{
    expression, list, operand, optional, optional_text, text, type_of, unknown_word, value_operand,
    wrap_expr,
};
use crate::python::native::value::to_value;

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    operator::install(module, vm)?;
    function::install(module, vm)?;
    text::install(module, vm)?;
    ordering::install(module, vm)?;
    asked::install(module, vm)?;
    functions!(
        module, vm;
        constant,
        literal,
        bindparam,
        column,
        literal_column,
        case,
        cast,
        type_coerce,
        extract,
        tuple_,
        label,
        expr_type_as,
        retype,
    );
    Ok(())
}

fn made(result: Result<Expr, SqlError>, vm: &VirtualMachine) -> PyResult {
    wrap_expr(result.map_err(|error| raise_sql(error, vm))?, vm)
}

/// `null`, `true` or `false`.
fn constant(name: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap_expr(
        match text(&name, vm)?.as_str() {
            "true" => expr::true_(),
            "false" => expr::false_(),
            "null" => expr::null(),
            other => return Err(unknown_word("a constant", other, vm)),
        },
        vm,
    )
}

fn literal(value: PyObjectRef, ty: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let ty = optional(&ty, type_of, vm)?;
    wrap_expr(expr::literal(to_value(&value, vm), ty), vm)
}

/// `bindparam(name, has_value, value, type, unique, expanding)`.
fn bindparam(
    name: PyObjectRef,
    value: PyObjectRef,
    ty: PyObjectRef,
    unique: bool,
    expanding: bool,
    has_value: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let name = optional_text(&name, vm)?;
    let value = if has_value {
        bound(&value, expanding, vm)?
    } else {
        BindValue::Required
    };
    let ty = optional(&ty, type_of, vm)?;
    wrap_expr(
        expr::bindparam(name.as_deref(), value, ty, unique, expanding),
        vm,
    )
}

/// A value for a parameter; a list for an expanding one.
pub(super) fn bound(
    value: &PyObjectRef,
    expanding: bool,
    vm: &VirtualMachine,
) -> PyResult<BindValue> {
    if expanding {
        elements(value, vm)
    } else {
        Ok(BindValue::Value(to_value(value, vm)))
    }
}

/// The values that an object is gone through for, as an IN takes them; tuples when its elements are.
pub(super) fn elements(of: &rustpython_vm::PyObject, vm: &VirtualMachine) -> PyResult<BindValue> {
    let items = list(of, vm)?;
    let is_row = |item: &PyObjectRef| {
        item.downcast_ref::<rustpython_vm::builtins::PyTuple>()
            .is_some()
            || item
                .downcast_ref::<rustpython_vm::builtins::PyList>()
                .is_some()
    };
    if items.first().is_some_and(is_row) {
        let rows: PyResult<Vec<Rc<[crate::orm::Value]>>> = items
            .iter()
            .map(|item| {
                Ok(list(item, vm)?
                    .iter()
                    .map(|value| to_value(value, vm))
                    .collect())
            })
            .collect();
        return Ok(BindValue::Tuples(rows?.into()));
    }
    Ok(BindValue::List(
        items.iter().map(|item| to_value(item, vm)).collect(),
    ))
}

fn column(name: PyObjectRef, ty: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let ty = optional(&ty, type_of, vm)?.unwrap_or(SqlType::Null);
    wrap_expr(expr::column_with(text(&name, vm)?, ty), vm)
}

fn literal_column(words: PyObjectRef, ty: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let ty = optional(&ty, type_of, vm)?.unwrap_or(SqlType::Null);
    wrap_expr(expr::literal_column(text(&words, vm)?, ty), vm)
}

fn case(
    whens: PyObjectRef,
    value: PyObjectRef,
    else_: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let mut pairs = Vec::new();
    for pair in list(&whens, vm)? {
        let pair = list(&pair, vm)?;
        let [when, then] = &pair[..] else {
            return Err(
                vm.new_type_error("case() takes pairs of a condition and a value".to_owned())
            );
        };
        pairs.push((operand(when, vm)?, value_operand(then, vm)?));
    }
    let value = optional(&value, operand, vm)?;
    let else_ = optional(&else_, value_operand, vm)?;
    made(expr::case(pairs, value, else_), vm)
}

fn cast(of: PyObjectRef, ty: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    made(expr::cast(value_operand(&of, vm)?, type_of(&ty, vm)?), vm)
}

fn type_coerce(of: PyObjectRef, ty: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    made(
        expr::type_coerce(value_operand(&of, vm)?, type_of(&ty, vm)?),
        vm,
    )
}

fn extract(field: PyObjectRef, of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    made(expr::extract(&text(&field, vm)?, operand(&of, vm)?), vm)
}

fn tuple_(members: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let members: PyResult<Vec<_>> = list(&members, vm)?
        .iter()
        .map(|member| operand(member, vm))
        .collect();
    wrap_expr(expr::tuple_(members?), vm)
}

fn label(of: PyObjectRef, name: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let name = optional_text(&name, vm)?;
    wrap_expr(expression(&of, vm)?.label(name.as_deref()), vm)
}

fn expr_type_as(of: PyObjectRef, ty: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap_expr(expression(&of, vm)?.with_type(type_of(&ty, vm)?), vm)
}

/// The same expression with another type: for functions called with `type_=`.
fn retype(of: PyObjectRef, ty: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    expr_type_as(of, ty, vm)
}
