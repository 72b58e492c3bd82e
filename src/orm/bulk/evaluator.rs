//! Criteria asked of objects rather than rows, where SQLAlchemy's evaluator can.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::orm::Value;
use crate::orm::attributes::{self, Got, Passive};
use crate::orm::entity::Entity;
use crate::orm::error::Result;
use crate::orm::instance::{Instance, Slot};
use crate::orm::mapper::Mapper;
use crate::orm::sql::expr::BindValue;
use crate::orm::sql::types::Affinity;
use crate::orm::sql::{Expr, ExprKind, Op, SqlType};
use crate::orm::value::from_stored;
use crate::trace;

/// Criteria that can be evaluated.
#[derive(Clone, Debug)]
pub struct Evaluator {
    mapper: Rc<Mapper>,
    criteria: Vec<Expr>,
}

/// What an expression is for one object.
#[derive(Clone, Debug)]
pub enum Evaluated {
    Value(Value),
    /// It depends on something that is not loaded.
    Expired,
}

enum Operand {
    Value(trace::Value),
    List(Vec<trace::Value>),
    Expired,
}

impl Evaluator {
    /// Criteria over objects of `mapper`, all of which must hold.
    ///
    /// # Errors
    /// Why they cannot be evaluated, in SQLAlchemy's words.
    pub fn new(mapper: &Rc<Mapper>, criteria: &[Expr]) -> Result<Self, String> {
        let evaluator = Self {
            mapper: Rc::clone(mapper),
            criteria: criteria.to_vec(),
        };
        evaluator
            .criteria
            .iter()
            .try_for_each(|criterion| evaluator.check(criterion))?;
        Ok(evaluator)
    }

    /// Whether all criteria hold for the object; none when that is not known.
    ///
    /// # Errors
    /// None in practice: nothing is loaded.
    pub fn holds(&self, instance: &Rc<Instance>) -> Result<Option<bool>> {
        for criterion in &self.criteria {
            match self.operand(criterion, instance)? {
                Operand::Expired => return Ok(None),
                Operand::Value(value) if is_true(&value) => {}
                _ => return Ok(Some(false)),
            }
        }
        Ok(Some(true))
    }

    /// The value of the one expression.
    ///
    /// # Errors
    /// None in practice: nothing is loaded.
    pub fn value(&self, instance: &Rc<Instance>) -> Result<Evaluated> {
        let Some(expr) = self.criteria.first() else {
            return Ok(Evaluated::Expired);
        };
        Ok(match self.operand(expr, instance)? {
            Operand::Value(value) => Evaluated::Value(Value::Stored(value)),
            Operand::List(_) | Operand::Expired => Evaluated::Expired,
        })
    }

    fn column(&self, expr: &Expr) -> Result<usize, String> {
        let shown = crate::orm::query::shown(expr);
        let Some(entity) = expr.entity().and_then(Entity::find) else {
            return Err(format!("Cannot evaluate column: {shown}"));
        };
        if !self.mapper.is_a(entity.mapper()) {
            let other = entity.mapper();
            return Err(format!(
                "Can't evaluate criteria against alternate class <class '{}.{}'>",
                other.module,
                other.class_name()
            ));
        }
        self.mapper
            .attribute_of_column(expr)
            .ok_or_else(|| format!("Cannot evaluate expression: {shown}"))
    }

    fn check(&self, expr: &Expr) -> Result<(), String> {
        match expr.kind() {
            ExprKind::Column { .. } => self.column(expr).map(|_| ()),
            ExprKind::Bind(_) | ExprKind::Null | ExprKind::True | ExprKind::False => Ok(()),
            ExprKind::Grouping(inner) => self.check(inner),
            ExprKind::List {
                op: Op::And | Op::Or,
                clauses,
                ..
            } => clauses.iter().try_for_each(|clause| self.check(clause)),
            ExprKind::Unary {
                operator: Some(Op::Inv),
                operand,
                ..
            } => self.check(operand),
            ExprKind::Binary {
                left, right, op, ..
            } => {
                self.check(left)?;
                // What stands behind IN is a select of rows, not of one value.
                if matches!(op, Op::In | Op::NotIn)
                    && matches!(right.kind(), ExprKind::ScalarSubquery(_))
                {
                    return Err("Cannot evaluate Select".to_owned());
                }
                self.check(right)?;
                check_operator(op, left.ty(), right.ty())
            }
            ExprKind::Unary {
                operator: Some(Op::Neg),
                ..
            } => Err(
                "Cannot evaluate UnaryExpression with operator <built-in function neg>".to_owned(),
            ),
            kind => Err(format!("Cannot evaluate {}", class_of(kind))),
        }
    }

    fn operand(&self, expr: &Expr, instance: &Rc<Instance>) -> Result<Operand> {
        Ok(match expr.kind() {
            ExprKind::Column { .. } => {
                let Ok(index) = self.column(expr) else {
                    return Ok(Operand::Expired);
                };
                match attributes::get(instance, index, Passive::NO_FETCH)? {
                    Got::Slot(Slot::Value(value)) => Operand::Value(stored(&value, expr.ty())),
                    Got::NoResult => Operand::Expired,
                    _ => Operand::Value(trace::Value::Null),
                }
            }
            ExprKind::Bind(bind) => match &bind.value {
                BindValue::Value(value) => Operand::Value(stored(value, expr.ty())),
                BindValue::List(values) => Operand::List(
                    values
                        .iter()
                        .map(|value| stored(value, expr.ty()))
                        .collect(),
                ),
                BindValue::Late(late) => Operand::Value(stored(&late.read()?, expr.ty())),
                _ => Operand::Expired,
            },
            ExprKind::True => Operand::Value(trace::Value::Integer(1)),
            ExprKind::False => Operand::Value(trace::Value::Integer(0)),
            ExprKind::Grouping(inner) => self.operand(inner, instance)?,
            ExprKind::List { op, clauses, .. } => self.list(op, clauses, instance)?,
            ExprKind::Unary { operand, .. } => match self.operand(operand, instance)? {
                Operand::Value(trace::Value::Null) => Operand::Value(trace::Value::Null),
                Operand::Value(value) => flag(!is_true(&value)),
                other => other,
            },
            ExprKind::Binary {
                left, right, op, ..
            } => {
                let left = self.operand(left, instance)?;
                let right = self.operand(right, instance)?;
                binary(op, left, right)
            }
            _ => Operand::Value(trace::Value::Null),
        })
    }

    fn list(&self, op: &Op, clauses: &[Expr], instance: &Rc<Instance>) -> Result<Operand> {
        let is_and = *op == Op::And;
        let mut has_null = false;
        for clause in clauses {
            match self.operand(clause, instance)? {
                Operand::Expired => return Ok(Operand::Expired),
                Operand::Value(trace::Value::Null) if is_and => {
                    return Ok(Operand::Value(trace::Value::Null));
                }
                Operand::Value(trace::Value::Null) => has_null = true,
                Operand::Value(value) if is_true(&value) != is_and => return Ok(flag(!is_and)),
                _ => {}
            }
        }
        Ok(if has_null {
            Operand::Value(trace::Value::Null)
        } else {
            flag(is_and)
        })
    }
}

fn check_operator(op: &Op, left: &SqlType, right: &SqlType) -> Result<(), String> {
    let is_number = |ty: &SqlType| matches!(ty.affinity(), Affinity::Integer | Affinity::Numeric);
    match op {
        Op::Eq
        | Op::Ne
        | Op::Lt
        | Op::Le
        | Op::Gt
        | Op::Ge
        | Op::Is
        | Op::IsNot
        | Op::In
        | Op::NotIn
        | Op::StartsWith
        | Op::EndsWith => Ok(()),
        Op::Add | Op::Sub | Op::Mul | Op::Mod | Op::TrueDiv
            if is_number(left) && is_number(right) =>
        {
            Ok(())
        }
        Op::Add | Op::Sub | Op::Mul | Op::Mod | Op::TrueDiv => {
            let shown = |ty: &SqlType| ty.ddl().unwrap_or_else(|_| "NULL".to_owned());
            Err(format!(
                "Cannot evaluate math operator \"{}\" for datatypes {}, {}",
                python_name(op),
                shown(left),
                shown(right)
            ))
        }
        Op::Concat if left.is_string() && right.is_string() => Ok(()),
        Op::Custom(custom) => Err(format!(
            "Custom operator '{}' can't be evaluated in Python unless it specifies a callable using `.python_impl`.",
            custom.text
        )),
        Op::FloorDiv => Err(
            "Cannot evaluate BinaryExpression with operator <built-in function floordiv>"
                .to_owned(),
        ),
        other => Err(format!(
            "Cannot evaluate BinaryExpression with operator <function {} at {:p}>",
            python_name(other),
            op
        )),
    }
}

/// The function that SQLAlchemy has for an operator.
fn python_name(op: &Op) -> &'static str {
    match op {
        Op::Add => "add",
        Op::Sub => "sub",
        Op::Mul => "mul",
        Op::Mod => "mod",
        Op::TrueDiv => "truediv",
        Op::Like => "like_op",
        Op::NotLike => "not_like_op",
        Op::ILike => "ilike_op",
        Op::NotILike => "not_ilike_op",
        Op::Contains => "contains_op",
        Op::NotContains => "not_contains_op",
        Op::NotStartsWith => "not_startswith_op",
        Op::NotEndsWith => "not_endswith_op",
        Op::IContains => "icontains_op",
        Op::IStartsWith => "istartswith_op",
        Op::IEndsWith => "iendswith_op",
        Op::Between => "between_op",
        Op::NotBetween => "not_between_op",
        Op::Match => "match_op",
        Op::RegexpMatch => "regexp_match_op",
        Op::NotRegexpMatch => "not_regexp_match_op",
        Op::BitAnd => "bitwise_and_op",
        Op::BitOr => "bitwise_or_op",
        Op::BitXor => "bitwise_xor_op",
        Op::ShiftLeft => "bitwise_lshift_op",
        Op::ShiftRight => "bitwise_rshift_op",
        Op::IsDistinctFrom => "is_distinct_from",
        Op::IsNotDistinctFrom => "is_not_distinct_from",
        Op::JsonGetItem => "json_getitem_op",
        Op::JsonPathGetItem => "json_path_getitem_op",
        _ => "concat_op",
    }
}

/// SQLAlchemy's class of an expression that cannot be evaluated.
fn class_of(kind: &ExprKind) -> &'static str {
    match kind {
        ExprKind::Function(_) => "Function",
        ExprKind::Case(_) => "Case",
        ExprKind::Cast(_) => "Cast",
        ExprKind::Exists(_) => "Select",
        ExprKind::ScalarSubquery(_) => "ScalarSelect",
        ExprKind::SelectGroup(_) => "SelectStatementGrouping",
        ExprKind::Text(_) => "TextClause",
        ExprKind::Collation(_) => "CollationClause",
        ExprKind::Label { .. } => "Label",
        ExprKind::AsBoolean { .. } => "AsBoolean",
        ExprKind::Unary { .. } => "UnaryExpression",
        ExprKind::Tuple(_) => "Tuple",
        ExprKind::List { .. } => "ClauseList",
        _ => "ColumnElement",
    }
}

fn stored(value: &Value, ty: &SqlType) -> trace::Value {
    value.bind(ty).unwrap_or(trace::Value::Null)
}

fn flag(flag: bool) -> Operand {
    Operand::Value(trace::Value::Integer(i64::from(flag)))
}

fn is_true(value: &trace::Value) -> bool {
    match value {
        trace::Value::Null => false,
        trace::Value::Integer(number) => *number != 0,
        trace::Value::Real(number) => *number != 0.0,
        trace::Value::Text(text) => !text.is_empty(),
        trace::Value::Blob(bytes) => !bytes.is_empty(),
    }
}

fn binary(op: &Op, left: Operand, right: Operand) -> Operand {
    let (left, right) = match (left, right) {
        (Operand::Expired, _) | (_, Operand::Expired) => return Operand::Expired,
        (Operand::Value(left), Operand::List(list)) => return member(op, &left, &list),
        (Operand::Value(left), Operand::Value(right)) => (left, right),
        (Operand::List(_), _) => return Operand::Value(trace::Value::Null),
    };
    let is_same = || from_stored(&left) == from_stored(&right);
    match op {
        Op::Is => return flag(is_same()),
        Op::IsNot => return flag(!is_same()),
        _ => {}
    }
    if left == trace::Value::Null || right == trace::Value::Null {
        return Operand::Value(trace::Value::Null);
    }
    let order = || compare(&left, &right);
    match op {
        Op::Eq => flag(is_same()),
        Op::Ne => flag(!is_same()),
        Op::Lt => flag(order() == Some(Ordering::Less)),
        Op::Le => flag(matches!(order(), Some(Ordering::Less | Ordering::Equal))),
        Op::Gt => flag(order() == Some(Ordering::Greater)),
        Op::Ge => flag(matches!(order(), Some(Ordering::Greater | Ordering::Equal))),
        Op::Concat | Op::StartsWith | Op::EndsWith => texts(op, &left, &right),
        _ => Operand::Value(arithmetic(op, &left, &right)),
    }
}

fn member(op: &Op, left: &trace::Value, list: &[trace::Value]) -> Operand {
    if *left == trace::Value::Null {
        return Operand::Value(trace::Value::Null);
    }
    let is_in = list
        .iter()
        .any(|item| from_stored(item) == from_stored(left));
    flag(is_in == (*op == Op::In))
}

fn texts(op: &Op, left: &trace::Value, right: &trace::Value) -> Operand {
    let (trace::Value::Text(left), trace::Value::Text(right)) = (left, right) else {
        return Operand::Value(trace::Value::Null);
    };
    match op {
        Op::StartsWith => flag(left.starts_with(&**right)),
        Op::EndsWith => flag(left.ends_with(&**right)),
        _ => Operand::Value(trace::Value::Text(format!("{left}{right}").into())),
    }
}

fn compare(left: &trace::Value, right: &trace::Value) -> Option<Ordering> {
    match (left, right) {
        (trace::Value::Integer(left), trace::Value::Integer(right)) => Some(left.cmp(right)),
        (trace::Value::Text(left), trace::Value::Text(right)) => Some(left.cmp(right)),
        (trace::Value::Blob(left), trace::Value::Blob(right)) => Some(left.cmp(right)),
        _ => number(left)?.partial_cmp(&number(right)?),
    }
}

fn number(value: &trace::Value) -> Option<f64> {
    match value {
        trace::Value::Integer(number) => Some(*number as f64),
        trace::Value::Real(number) => Some(*number),
        _ => None,
    }
}

/// Arithmetic as Python does it: `/` of integers gives a real number, `%` has the sign of the divisor.
fn arithmetic(op: &Op, left: &trace::Value, right: &trace::Value) -> trace::Value {
    if let (trace::Value::Integer(left), trace::Value::Integer(right)) = (left, right) {
        let whole = match op {
            Op::Add => left.checked_add(*right),
            Op::Sub => left.checked_sub(*right),
            Op::Mul => left.checked_mul(*right),
            Op::Mod if *right != 0 => Some((left % right + right) % right),
            _ => None,
        };
        if let Some(whole) = whole {
            return trace::Value::Integer(whole);
        }
    }
    let (Some(left), Some(right)) = (number(left), number(right)) else {
        return trace::Value::Null;
    };
    match op {
        Op::Add => trace::Value::Real(left + right),
        Op::Sub => trace::Value::Real(left - right),
        Op::Mul => trace::Value::Real(left * right),
        Op::TrueDiv if right != 0.0 => trace::Value::Real(left / right),
        Op::Mod if right != 0.0 => trace::Value::Real(left.rem_euclid(right)),
        _ => trace::Value::Null,
    }
}
