//! The clauses of a SELECT: criteria, order and grouping, limits, flags, words before and after.

use rustpython_vm::{PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::changed;
use crate::orm::query::Select;
use crate::orm::sql::Expr;
use crate::orm::sql::select::limit_param;
use crate::python::native::Module;
use crate::python::native::expr::orderings;
use crate::python::native::node::{Kind, expression, kind_of, list, text, unknown_word};
use crate::python::native::role::Role;

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(module, vm; select_criteria, select_order, select_number, select_flag, select_affix);
    Ok(())
}

/// The clause of a select that is a list of expressions, by its word.
fn clause_list(
    which: &PyObject,
    vm: &VirtualMachine,
) -> PyResult<fn(&mut Select) -> &mut Vec<Expr>> {
    Ok(match text(which, vm)?.as_str() {
        "where" => |select| &mut select.where_,
        "having" => |select| &mut select.having,
        "group_by" => |select| &mut select.group_by,
        "order_by" => |select| &mut select.order_by,
        "prefix" => |select| &mut select.prefixes,
        "suffix" => |select| &mut select.suffixes,
        other => return Err(unknown_word("a clause of a select", other, vm)),
    })
}

/// `select_criteria(select, "where" | "having", clauses)`.
fn select_criteria(
    of: PyObjectRef,
    which: PyObjectRef,
    clauses: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let clauses = Role::Criterion.clauses(&clauses, vm)?;
    let clause = clause_list(&which, vm)?;
    changed(&of, vm, |select| {
        clause(select).extend(clauses);
        Ok(())
    })
}

pub(in crate::python::native) fn ordering_role(which: &str) -> Role {
    if which == "group_by" {
        Role::GroupBy
    } else {
        Role::OrderBy
    }
}

/// `select_order(select, "order_by" | "group_by", clauses, reset)`.
fn select_order(
    of: PyObjectRef,
    which: PyObjectRef,
    clauses: PyObjectRef,
    reset: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let role = ordering_role(&text(&which, vm)?);
    let clauses = orderings(role, &clauses, vm)?;
    let clause = clause_list(&which, vm)?;
    changed(&of, vm, |select| {
        let into = clause(select);
        if reset {
            into.clear();
        }
        into.extend(clauses);
        Ok(())
    })
}

/// A number, an expression, or None.
pub(in crate::python::native) fn number(
    of: &PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Option<Expr>> {
    if vm.is_none(of) {
        return Ok(None);
    }
    if let Some(Kind::Expr(expr)) = kind_of(of, vm)? {
        return Ok(Some(expr));
    }
    match of.clone().try_to_value::<i64>(vm) {
        Ok(number) => Ok(Some(limit_param(number))),
        Err(_) => expression(of, vm).map(Some),
    }
}

/// `select_number(select, "limit" | "offset", number)`.
fn select_number(
    of: PyObjectRef,
    which: PyObjectRef,
    count: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let count = number(&count, vm)?;
    let clause: fn(&mut Select) -> &mut Option<Expr> = match text(&which, vm)?.as_str() {
        "limit" => |select| &mut select.limit,
        "offset" => |select| &mut select.offset,
        other => return Err(unknown_word("a clause of a select", other, vm)),
    };
    changed(&of, vm, |select| {
        *clause(select) = count;
        Ok(())
    })
}

/// `select_flag(select, "distinct" | "legacy_names" | "without_eager_loads", value)`.
fn select_flag(of: PyObjectRef, which: PyObjectRef, value: bool, vm: &VirtualMachine) -> PyResult {
    let flag: fn(&mut Select) -> &mut bool = match text(&which, vm)?.as_str() {
        "distinct" => |select| &mut select.distinct,
        "legacy_names" => |select| &mut select.has_legacy_names,
        "without_eager_loads" => |select| &mut select.without_eager_loads,
        other => return Err(unknown_word("a flag of a select", other, vm)),
    };
    changed(&of, vm, |select| {
        *flag(select) = value;
        Ok(())
    })
}

/// `select_affix(select, "prefix" | "suffix", clauses)`.
fn select_affix(
    of: PyObjectRef,
    which: PyObjectRef,
    clauses: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let clauses: PyResult<Vec<Expr>> = list(&clauses, vm)?
        .iter()
        .map(|clause| affix(clause, vm))
        .collect();
    let clauses = clauses?;
    let clause = clause_list(&which, vm)?;
    changed(&of, vm, |select| {
        clause(select).extend(clauses);
        Ok(())
    })
}

/// Words as they stand.
pub(in crate::python::native) fn affix(clause: &PyObject, vm: &VirtualMachine) -> PyResult<Expr> {
    if clause
        .downcast_ref::<rustpython_vm::builtins::PyStr>()
        .is_some()
    {
        return Ok(crate::orm::sql::expr::TextClause::new(text(clause, vm)?).into_expr());
    }
    expression(clause, vm)
}
