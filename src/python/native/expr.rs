//! Expressions: operators, functions, parameters.

use std::rc::Rc;

use rustpython_vm::builtins::PyDict;
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use super::errors::raise_sql;
use super::node::{
    self, Kind, expr_of, expression, expressions, kind_of, list, operand, optional, optional_text,
    text, text_of, type_of, unknown_word, wrap, wrap_expr,
};
use super::role::{Role, in_operand};
use super::value::{to_python, to_value};
use super::{Module, set};
use crate::orm::sql::expr::{self, CustomOp, Frame, FrameBound, OpOptions, TextClause};
use crate::orm::sql::{BindValue, Expr, ExprKind, Op, Operand, SqlError, SqlType};

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    macro_rules! functions {
        ($($name:ident),* $(,)?) => {$( set(module, stringify!($name), vm.new_function(stringify!($name), $name), vm)?; )*};
    }
    functions!(
        operate,
        reverse_operate,
        unary,
        between,
        collate,
        custom_operate,
        conjunction,
        negation,
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
        func,
        over,
        filter_,
        within_group,
        text_clause,
        text_words,
        text_bindparams,
        text_columns,
        expr_type,
        expr_name,
        expr_key,
        expr_same,
        expr_truth,
        expr_type_as,
        bind_value,
        label_reference,
        retype,
    );
    Ok(())
}

fn made(result: Result<Expr, SqlError>, vm: &VirtualMachine) -> PyResult {
    wrap_expr(result.map_err(|error| raise_sql(error, vm))?, vm)
}

/// The operator of a Python name, as `eq` or `like`.
fn op_of(name: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Op> {
    let name = text(name, vm)?;
    Ok(match name.as_str() {
        "add" => Op::Add,
        "sub" => Op::Sub,
        "mul" => Op::Mul,
        "truediv" => Op::TrueDiv,
        "floordiv" => Op::FloorDiv,
        "mod" => Op::Mod,
        "neg" => Op::Neg,
        "concat" => Op::Concat,
        "bitwise_and" => Op::BitAnd,
        "bitwise_or" => Op::BitOr,
        "bitwise_xor" => Op::BitXor,
        "bitwise_not" => Op::BitNot,
        "bitwise_lshift" => Op::ShiftLeft,
        "bitwise_rshift" => Op::ShiftRight,
        "eq" => Op::Eq,
        "ne" => Op::Ne,
        "lt" => Op::Lt,
        "le" => Op::Le,
        "gt" => Op::Gt,
        "ge" => Op::Ge,
        "is_" => Op::Is,
        "is_not" => Op::IsNot,
        "is_distinct_from" => Op::IsDistinctFrom,
        "is_not_distinct_from" => Op::IsNotDistinctFrom,
        "like" => Op::Like,
        "not_like" => Op::NotLike,
        "ilike" => Op::ILike,
        "not_ilike" => Op::NotILike,
        "contains" => Op::Contains,
        "startswith" => Op::StartsWith,
        "endswith" => Op::EndsWith,
        "icontains" => Op::IContains,
        "istartswith" => Op::IStartsWith,
        "iendswith" => Op::IEndsWith,
        "in_" => Op::In,
        "not_in" => Op::NotIn,
        "match" => Op::Match,
        "regexp_match" => Op::RegexpMatch,
        "regexp_replace" => Op::RegexpReplace,
        "and_" => Op::And,
        "or_" => Op::Or,
        "inv" => Op::Inv,
        "distinct" => Op::Distinct,
        "asc" => Op::Asc,
        "desc" => Op::Desc,
        "nulls_first" => Op::NullsFirst,
        "nulls_last" => Op::NullsLast,
        "getitem" => Op::JsonGetItem,
        "path_getitem" => Op::JsonPathGetItem,
        other => return Err(vm.new_value_error(format!("no operator is called {other}"))),
    })
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
        _ => operand(&right, vm)?,
    };
    made(left.operate(&op, right, &op_options(&options, vm)?), vm)
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
        pairs.push((operand(when, vm)?, operand(then, vm)?));
    }
    let value = optional(&value, operand, vm)?;
    let else_ = optional(&else_, operand, vm)?;
    made(expr::case(pairs, value, else_), vm)
}

fn cast(of: PyObjectRef, ty: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    made(expr::cast(operand(&of, vm)?, type_of(&ty, vm)?), vm)
}

fn type_coerce(of: PyObjectRef, ty: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    made(expr::type_coerce(operand(&of, vm)?, type_of(&ty, vm)?), vm)
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
            _ => operand(argument, vm),
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

fn text_clause(words: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap(Kind::Text(Rc::new(TextClause::new(text(&words, vm)?))), vm)
}

/// The SQL as it was written.
fn text_words(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
    Ok(text_of(&of, vm)?.text.to_string())
}

/// `text_bindparams(text, parameters, values)`: expressions, and a dict of plain values.
fn text_bindparams(
    of: PyObjectRef,
    parameters: PyObjectRef,
    values: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    // A text with columns is still a text.
    let textual = match kind_of(&of, vm)? {
        Some(Kind::Query(crate::orm::sql::Query::Text(textual))) => Some(textual),
        _ => None,
    };
    let clause = match &textual {
        Some(textual) => Rc::clone(&textual.text),
        None => text_of(&of, vm)?,
    };
    let mut clause = clause.bind_params(expressions(&parameters, vm)?);
    if let Some(values) = values.downcast_ref::<PyDict>() {
        for (name, value) in values {
            clause = clause.with_value(&text(&name, vm)?, to_value(&value, vm));
        }
    }
    let text = Rc::new(clause);
    match textual {
        Some(textual) => {
            let made = crate::orm::sql::select::TextualSelect {
                text,
                ..(*textual).clone()
            };
            wrap(Kind::Query(crate::orm::sql::Query::Text(Rc::new(made))), vm)
        }
        None => wrap(Kind::Text(text), vm),
    }
}

/// `text_columns(text, columns, positional)`.
fn text_columns(
    of: PyObjectRef,
    columns: PyObjectRef,
    positional: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let columns = expressions(&columns, vm)?;
    let select = text_of(&of, vm)?.columns(columns, positional);
    wrap(
        Kind::Query(crate::orm::sql::Query::Text(Rc::new(select))),
        vm,
    )
}

fn expr_type(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap(Kind::Type(expression(&of, vm)?.ty().clone()), vm)
}

fn expr_type_as(of: PyObjectRef, ty: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap_expr(expression(&of, vm)?.with_type(type_of(&ty, vm)?), vm)
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

/// The value that a parameter holds.
fn bind_value(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let of = expr_of(&of, vm)?;
    match of.as_bind().map(|bind| &bind.value) {
        Some(BindValue::Value(value)) => to_python(value, of.ty(), vm),
        _ => Ok(vm.ctx.none()),
    }
}

/// An expression for ORDER BY; a string is the name of a label.
fn label_reference(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap_expr(ordering(&of, vm)?, vm)
}

/// As [`label_reference`], for a whole list of clauses.
pub(super) fn orderings(
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
            _ => found.push(role.clause(&clause, vm)?),
        }
    }
    Ok(found)
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

/// The same expression with another type: for functions called with `type_=`.
fn retype(of: PyObjectRef, ty: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    expr_type_as(of, ty, vm)
}
