//! Functions of SQL, and what narrows or windows them.

use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use super::made;
use crate::orm::sql::expr::{Frame, FrameBound};
use crate::orm::sql::{Operand, expr};
use crate::python::native::Module;
use crate::python::native::node::{
    Kind, expression, expressions, kind_of, list, optional, text, type_of, value_operand, wrap_expr,
};
use crate::python::native::role::Role;

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(module, vm; func, over, filter_, within_group);
    Ok(())
}

/// `func(parts, arguments, type)`.
fn func(
    parts: PyObjectRef,
    arguments: PyObjectRef,
    ty: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let parts: PyResult<Vec<String>> = list(&parts, vm)?
        .iter()
        .map(|part| text(part, vm))
        .collect();
    let parts = parts?;
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let arguments: PyResult<Vec<_>> = list(&arguments, vm)?
        .iter()
        .map(|argument| match kind_of(argument, vm)? {
            Some(Kind::Entity(_) | Kind::From(_)) => {
                Role::Element.clause(argument, vm).map(Operand::Expr)
            }
            _ => value_operand(argument, vm),
        })
        .collect();
    let ty = optional(&ty, type_of, vm)?;
    made(expr::func(&parts, arguments?, ty), vm)
}

fn frame(bounds: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<Frame>> {
    if vm.is_none(bounds) {
        return Ok(None);
    }
    let bounds = list(bounds, vm)?;
    let [start, end] = &bounds[..] else {
        return Err(vm.new_type_error("a frame has a start and an end".to_owned()));
    };
    let offset = |bound: &PyObjectRef| {
        optional(
            bound,
            |bound, vm| bound.to_owned().try_to_value::<i64>(vm),
            vm,
        )
    };
    Ok(Some(Frame {
        start: FrameBound::from_offset(offset(start)?),
        end: FrameBound::from_offset(offset(end)?),
    }))
}

/// `over(function, partition_by, order_by, rows, range, groups)`.
fn over(
    of: PyObjectRef,
    partition_by: PyObjectRef,
    order_by: PyObjectRef,
    rows: PyObjectRef,
    range: PyObjectRef,
    groups: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let of = expression(&of, vm)?;
    let partition_by = expressions(&partition_by, vm)?;
    let order_by = expressions(&order_by, vm)?;
    let (rows, range, groups) = (frame(&rows, vm)?, frame(&range, vm)?, frame(&groups, vm)?);
    wrap_expr(of.over(partition_by, order_by, rows, range, groups), vm)
}

fn filter_(of: PyObjectRef, criteria: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let criteria = expressions(&criteria, vm)?;
    wrap_expr(expression(&of, vm)?.filter(criteria), vm)
}

fn within_group(of: PyObjectRef, order_by: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let order_by = expressions(&order_by, vm)?;
    wrap_expr(expression(&of, vm)?.within_group(order_by), vm)
}
