//! Operators, by the names that the modules have for them.

use std::rc::Rc;

use rustpython_vm::builtins::PyDict;
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use super::made;
use crate::orm::sql::expr::{CustomOp, OpOptions};
use crate::orm::sql::{Expr, Op, Operand, SqlType, expr};
use crate::python::native::Module;
use crate::python::native::node::{
    expression, list, operand, optional, optional_text, text, type_of, unknown_word, wrap_expr,
};
use crate::python::native::role::{Role, in_operand};
use crate::python::native::value::to_value;

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        operate,
        reverse_operate,
        unary,
        between,
        collate,
        custom_operate,
        conjunction,
        negation,
    );
    Ok(())
}

/// The operators that have a name in Python, as `eq` or `like`.
const NAMED: &[(&str, Op)] = &[
    ("add", Op::Add),
    ("sub", Op::Sub),
    ("mul", Op::Mul),
    ("truediv", Op::TrueDiv),
    ("floordiv", Op::FloorDiv),
    ("mod", Op::Mod),
    ("neg", Op::Neg),
    ("concat", Op::Concat),
    ("bitwise_and", Op::BitAnd),
    ("bitwise_or", Op::BitOr),
    ("bitwise_xor", Op::BitXor),
    ("bitwise_not", Op::BitNot),
    ("bitwise_lshift", Op::ShiftLeft),
    ("bitwise_rshift", Op::ShiftRight),
    ("eq", Op::Eq),
    ("ne", Op::Ne),
    ("lt", Op::Lt),
    ("le", Op::Le),
    ("gt", Op::Gt),
    ("ge", Op::Ge),
    ("is_", Op::Is),
    ("is_not", Op::IsNot),
    ("is_distinct_from", Op::IsDistinctFrom),
    ("is_not_distinct_from", Op::IsNotDistinctFrom),
    ("like", Op::Like),
    ("not_like", Op::NotLike),
    ("ilike", Op::ILike),
    ("not_ilike", Op::NotILike),
    ("contains", Op::Contains),
    ("startswith", Op::StartsWith),
    ("endswith", Op::EndsWith),
    ("icontains", Op::IContains),
    ("istartswith", Op::IStartsWith),
    ("iendswith", Op::IEndsWith),
    ("in_", Op::In),
    ("not_in", Op::NotIn),
    ("match", Op::Match),
    ("regexp_match", Op::RegexpMatch),
    ("regexp_replace", Op::RegexpReplace),
    ("and_", Op::And),
    ("or_", Op::Or),
    ("inv", Op::Inv),
    ("distinct", Op::Distinct),
    ("asc", Op::Asc),
    ("desc", Op::Desc),
    ("nulls_first", Op::NullsFirst),
    ("nulls_last", Op::NullsLast),
    ("getitem", Op::JsonGetItem),
    ("path_getitem", Op::JsonPathGetItem),
    ("between", Op::Between),
    ("not_between", Op::NotBetween),
    ("not_contains", Op::NotContains),
    ("not_startswith", Op::NotStartsWith),
    ("not_endswith", Op::NotEndsWith),
    ("not_icontains", Op::NotIContains),
    ("not_istartswith", Op::NotIStartsWith),
    ("not_iendswith", Op::NotIEndsWith),
    ("not_match", Op::NotMatch),
    ("not_regexp_match", Op::NotRegexpMatch),
];

fn op_of(name: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Op> {
    let name = text(name, vm)?;
    NAMED
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, op)| op.clone())
        .ok_or_else(|| vm.new_value_error(format!("no operator is called {name}")))
}

/// The name of an operator; None for one that a program made.
pub(super) fn name_of(op: &Op) -> Option<&'static str> {
    NAMED
        .iter()
        .find(|(_, known)| known == op)
        .map(|(name, _)| *name)
}

/// `operate(name, left, right, options)`; options are `escape`, `autoescape`, `symmetric` and `flags`.
fn operate(
    name: PyObjectRef,
    left: PyObjectRef,
    right: PyObjectRef,
    options: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let op = op_of(&name, vm)?;
    let left = expression(&left, vm)?;
    let right = match op {
        Op::In | Op::NotIn => in_operand(&right, vm)?,
        _ => one_operand(&left, &right, vm)?,
    };
    made(left.operate(&op, right, &op_options(&options, vm)?), vm)
}

/// The other side of an operator: a list is a value like any other, but where it stands for a row.
fn one_operand(left: &Expr, right: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Operand> {
    if crate::python::native::orm::instance_of(right).is_some() {
        return Err(Role::Operand.unfit(right, vm));
    }
    Ok(match operand(right, vm)? {
        Operand::List(_) if !matches!(left.ty(), SqlType::Tuple(_)) => {
            Operand::Value(to_value(right, vm))
        }
        other => other,
    })
}

fn op_options(options: &PyObjectRef, vm: &VirtualMachine) -> PyResult<OpOptions> {
    let mut read = OpOptions::default();
    let Some(options) = options.downcast_ref::<PyDict>() else {
        return Ok(read);
    };
    for (name, value) in options {
        match text(&name, vm)?.as_str() {
            "escape" => {
                read.escape = optional_text(&value, vm)?.map(|text| Rc::from(text.as_str()))
            }
            "flags" => read.flags = optional_text(&value, vm)?.map(|text| Rc::from(text.as_str())),
            "autoescape" => read.autoescape = value.try_to_bool(vm)?,
            "symmetric" => read.symmetric = value.try_to_bool(vm)?,
            other => {
                return Err(vm.new_type_error(format!("unexpected keyword argument '{other}'")));
            }
        }
    }
    Ok(read)
}

fn reverse_operate(
    name: PyObjectRef,
    right: PyObjectRef,
    left: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let op = op_of(&name, vm)?;
    let right = expression(&right, vm)?;
    let left = operand(&left, vm)?;
    made(right.reverse_operate(&op, left), vm)
}

fn unary(name: PyObjectRef, of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let op = op_of(&name, vm)?;
    wrap_expr(expression(&of, vm)?.unary(&op), vm)
}

fn between(
    of: PyObjectRef,
    low: PyObjectRef,
    high: PyObjectRef,
    symmetric: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let (low, high) = (operand(&low, vm)?, operand(&high, vm)?);
    made(expression(&of, vm)?.between(low, high, symmetric), vm)
}

fn collate(of: PyObjectRef, collation: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let collation = text(&collation, vm)?;
    wrap_expr(expression(&of, vm)?.collate(collation), vm)
}

/// `column.op(text, precedence, is_comparison, return_type)(other)`.
fn custom_operate(
    left: PyObjectRef,
    right: PyObjectRef,
    how: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let how = list(&how, vm)?;
    let [op, precedence, is_comparison, return_type] = &how[..] else {
        return Err(vm.new_type_error("an operator is described by four things".to_owned()));
    };
    let op = Op::Custom(Rc::new(CustomOp {
        text: Rc::from(text(op, vm)?.as_str()),
        precedence: precedence.clone().try_to_value(vm)?,
        is_comparison: is_comparison.clone().try_to_bool(vm)?,
        natural_self_precedent: false,
        eager_grouping: false,
        return_type: optional(return_type, type_of, vm)?,
    }));
    let right = operand(&right, vm)?;
    made(
        expression(&left, vm)?.operate(&op, right, &OpOptions::default()),
        vm,
    )
}

/// `conjunction("and_" or "or_", clauses)`.
fn conjunction(name: PyObjectRef, clauses: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let clauses = Role::Criterion.clauses(&clauses, vm)?;
    wrap_expr(
        match text(&name, vm)?.as_str() {
            "and_" => expr::and_(clauses),
            "or_" => expr::or_(clauses),
            other => return Err(unknown_word("a conjunction", other, vm)),
        },
        vm,
    )
}

fn negation(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap_expr(expr::not_(&expression(&of, vm)?), vm)
}
