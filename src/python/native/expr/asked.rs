//! What the modules ask of an expression that is there.

use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use super::operator::name_of;
use crate::orm::sql::{BindValue, ExprKind, Op};
use crate::python::native::node::{Kind, expr_of, expression, wrap, wrap_expr};
use crate::python::native::value::to_python;
use crate::python::native::{Module, node};

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(module, vm; expr_operands, expr_type, expr_name, expr_key, expr_same, expr_truth, bind_facts, bind_value);
    Ok(())
}

fn expr_type(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap(Kind::Type(expression(&of, vm)?.ty().clone()), vm)
}

/// The name of a column, label or function; None for what has none.
fn expr_name(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<String>> {
    Ok(expr_of(&of, vm)?.name().map(|name| name.to_string()))
}

fn expr_key(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<String>> {
    Ok(expr_of(&of, vm)?.key().map(|name| name.to_string()))
}

/// Whether two objects hold the same expression.
fn expr_same(one: PyObjectRef, other: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(
        match (node::kind_of(&one, vm)?, node::kind_of(&other, vm)?) {
            (Some(Kind::Expr(one)), Some(Kind::Expr(other))) => one.same(&other),
            _ => false,
        },
    )
}

/// Operator, left and right side of a comparison or calculation; the operator is None when the program made it.
/// None for anything else.
fn expr_operands(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let of = expr_of(&of, vm)?;
    let ExprKind::Binary {
        left, op, right, ..
    } = of.kind()
    else {
        return Ok(vm.ctx.none());
    };
    let name = match name_of(op) {
        Some(name) => vm.ctx.new_str(name).into(),
        None => vm.ctx.none(),
    };
    let parts = vec![
        name,
        wrap_expr(left.clone(), vm)?,
        wrap_expr(right.clone(), vm)?,
    ];
    Ok(vm.ctx.new_tuple(parts).into())
}

/// Python's truth of a comparison: whether both sides are the same; None for anything else.
fn expr_truth(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<bool>> {
    let of = expr_of(&of, vm)?;
    Ok(match of.kind() {
        ExprKind::Binary {
            left,
            op: Op::Eq,
            right,
            ..
        } => Some(left.same(right)),
        ExprKind::Binary {
            left,
            op: Op::Ne,
            right,
            ..
        } => Some(!left.same(right)),
        _ => None,
    })
}

/// What is asked of a parameter by name; None for what is no parameter.
fn bind_facts(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let Some(bind) = expr_of(&of, vm)?.as_bind().cloned() else {
        return Ok(vm.ctx.none());
    };
    let value = bind_value(of, vm)?;
    let facts = vm.ctx.new_dict();
    facts.set_item("value", value.clone(), vm)?;
    facts.set_item("effective_value", value, vm)?;
    facts.set_item("callable", vm.ctx.none(), vm)?;
    facts.set_item("unique", vm.ctx.new_bool(bind.unique).into(), vm)?;
    facts.set_item("expanding", vm.ctx.new_bool(bind.expanding).into(), vm)?;
    let is_required = matches!(bind.value, BindValue::Required);
    facts.set_item("required", vm.ctx.new_bool(is_required).into(), vm)?;
    Ok(facts.into())
}

/// The value that a parameter holds.
fn bind_value(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let of = expr_of(&of, vm)?;
    match of.as_bind().map(|bind| &bind.value) {
        Some(BindValue::Value(value)) => to_python(value, of.ty(), vm),
        _ => Ok(vm.ctx.none()),
    }
}
