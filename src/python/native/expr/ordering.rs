//! What ORDER BY and GROUP BY take: expressions, and the names of labels.

use std::rc::Rc;

use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use crate::orm::sql::{Expr, ExprKind, SqlType};
use crate::python::native::Module;
use crate::python::native::node::{Kind, expression, kind_of, list, text, wrap_expr};
use crate::python::native::role::Role;

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(module, vm; label_reference);
    Ok(())
}

/// An expression for ORDER BY; a string is the name of a label.
fn label_reference(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap_expr(ordering(&of, vm)?, vm)
}

/// As [`label_reference`], for a whole list of clauses.
pub(in crate::python::native) fn orderings(
    role: Role,
    clauses: &PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Vec<Expr>> {
    let mut found = Vec::new();
    for clause in list(clauses, vm)? {
        match (name_in_order(&clause, vm)?, kind_of(&clause, vm)?) {
            (Some(name), _) => found.push(name),
            // Rows can be grouped by an object, which stands for its columns.
            (None, Some(Kind::Entity(entity))) if role == Role::GroupBy => {
                found.extend(entity.selectable().columns());
            }
            (None, None) => match parts(&clause, vm)? {
                Some(columns) => found.extend(orderings(role, &columns, vm)?),
                None => found.push(role.clause(&clause, vm)?),
            },
            _ => found.push(role.clause(&clause, vm)?),
        }
    }
    Ok(found)
}

/// The columns of a composite or a bundle.
fn parts(of: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
    vm.get_attribute_opt(of.clone(), "exprs")
}

fn ordering(of: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Expr> {
    match name_in_order(of, vm)? {
        Some(name) => Ok(name),
        None => expression(of, vm),
    }
}

/// The name of a label.
fn name_in_order(of: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<Expr>> {
    if of
        .downcast_ref::<rustpython_vm::builtins::PyStr>()
        .is_none()
    {
        return Ok(None);
    }
    let name = text(of, vm)?;
    Ok(Some(Expr::new(
        ExprKind::TextualLabelReference(Rc::from(name.as_str())),
        SqlType::Null,
    )))
}
