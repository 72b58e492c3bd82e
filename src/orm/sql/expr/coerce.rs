//! Coercion: a value becomes a parameter of the type that the other side suggests.

use std::rc::Rc;

use super::build;
use super::node::{Bind, BindValue, Expr, ExprKind};
use super::op::Op;
use super::operate::Operand;
use crate::orm::sql::error::SqlError;
use crate::orm::sql::types::SqlType;
use crate::orm::value::Value;

impl Expr {
    /// A parameter for `value` beside this expression, named after it.
    pub fn bind_param(&self, value: Value) -> Expr {
        let ty = self.ty().coerce_compared(&value);
        Bind::unique(&self.bind_base(), BindValue::Value(value)).into_expr(ty)
    }

    /// What a parameter beside this expression is named after.
    fn bind_base(&self) -> Rc<str> {
        let base = match self.kind() {
            ExprKind::Column { info, .. } => Some(&info.key),
            ExprKind::Name { name, .. } => Some(name),
            ExprKind::Function(function) => return function.name.clone(),
            _ => None,
        };
        match base {
            Some(name) if !name.is_anonymous() => name.rc(),
            _ => Rc::from("param"),
        }
    }

    /// The other side of a binary operator.
    pub(super) fn coerce_binary(&self, other: Operand) -> Result<Expr, SqlError> {
        Ok(match other {
            Operand::Expr(expr) => {
                let untyped = expr.ty().is_null() && !self.ty().is_null();
                match expr.kind() {
                    ExprKind::Bind(_) if untyped => expr.with_type(self.ty().clone()),
                    ExprKind::Grouping(inner)
                        if untyped && matches!(inner.kind(), ExprKind::Bind(_)) =>
                    {
                        inner.with_type(self.ty().clone()).grouping()
                    }
                    _ => expr,
                }
            }
            Operand::Value(value) => self.bind_param(value),
            Operand::Query(query) => query.scalar_subquery(),
            Operand::List(members) => match (self.kind(), self.ty()) {
                (ExprKind::Tuple(_), SqlType::Tuple(types)) => {
                    let mut coerced = Vec::with_capacity(members.len());
                    for (member, ty) in members.into_iter().zip(types.iter()) {
                        coerced.push(match member {
                            Operand::Value(value) => {
                                let ty = ty.coerce_compared(&value);
                                Bind::unique("param", BindValue::Value(value)).into_expr(ty)
                            }
                            other => expression(other, None, None)?,
                        });
                    }
                    tuple_of(coerced)
                }
                _ => {
                    return Err(SqlError::argument(
                        "SQL expression element or literal value expected, got a list.",
                    ));
                }
            },
        })
    }

    /// The right side of IN: a list of values is one expanding parameter, a list with expressions a list.
    pub(super) fn coerce_in(&self, other: Operand, op: &Op) -> Result<Expr, SqlError> {
        match other {
            Operand::Query(query) => Ok(query.scalar_subquery()),
            Operand::List(members) => {
                if members.iter().all(is_literal) {
                    Ok(self.expanding(&members, op))
                } else {
                    let mut clauses = Vec::with_capacity(members.len());
                    for member in members {
                        let clause = match member {
                            Operand::Expr(expr) => expr,
                            Operand::Value(value) => self.bind_param(value),
                            other => self.coerce_binary(other)?,
                        };
                        clauses.push(clause.self_group(Some(&Op::Comma)));
                    }
                    let list = Expr::new(
                        ExprKind::List {
                            op: Op::Comma,
                            clauses,
                            group: true,
                        },
                        SqlType::Null,
                    );
                    Ok(list.self_group(Some(op)))
                }
            }
            Operand::Expr(expr) => Ok(match expr.kind() {
                ExprKind::Bind(bind) => {
                    let mut bind = bind.clone();
                    bind.expanding = true;
                    bind.expand_op = Some(op.clone());
                    let ty = if expr.ty().is_null() {
                        self.ty().clone()
                    } else {
                        expr.ty().clone()
                    };
                    bind.into_expr(ty)
                }
                _ => expr,
            }),
            Operand::Value(value) => Err(SqlError::argument(format!(
                "IN expression list, SELECT construct, or bound parameter object expected, got {}.",
                crate::orm::sql::expr::text::repr(&value)
            ))),
        }
    }

    fn expanding(&self, members: &[Operand], op: &Op) -> Expr {
        let (value, ty) = match (self.ty(), members.first()) {
            (SqlType::Tuple(types), Some(Operand::List(_))) | (SqlType::Tuple(types), None) => {
                let rows: Vec<Rc<[Value]>> = members.iter().map(row_values).collect();
                let ty = match rows.first() {
                    Some(first) => SqlType::Tuple(
                        types
                            .iter()
                            .zip(first.iter())
                            .map(|(ty, value)| ty.coerce_compared(value))
                            .collect(),
                    ),
                    None => self.ty().clone(),
                };
                (BindValue::Tuples(Rc::from(rows)), ty)
            }
            _ => {
                let values: Vec<Value> = members.iter().filter_map(plain_value).collect();
                let ty = values.first().map_or_else(
                    || self.ty().clone(),
                    |first| self.ty().coerce_compared(first),
                );
                (BindValue::List(Rc::from(values)), ty)
            }
        };
        let mut bind = Bind::unique(&self.bind_base(), value);
        bind.expanding = true;
        bind.expand_op = Some(op.clone());
        bind.into_expr(ty)
    }
}

fn is_literal(member: &Operand) -> bool {
    match member {
        Operand::Value(_) => true,
        Operand::List(members) => members.iter().all(is_literal),
        _ => false,
    }
}

fn plain_value(member: &Operand) -> Option<Value> {
    match member {
        Operand::Value(value) => Some(value.clone()),
        _ => None,
    }
}

fn row_values(member: &Operand) -> Rc<[Value]> {
    match member {
        Operand::List(members) => members.iter().filter_map(plain_value).collect(),
        Operand::Value(value) => Rc::from(vec![value.clone()]),
        _ => Rc::from(Vec::new()),
    }
}

/// An operand that stands alone: an argument of a function, a result of CASE. A value is a parameter named `name`.
pub(in crate::orm::sql) fn expression(
    operand: Operand,
    name: Option<&str>,
    ty: Option<&SqlType>,
) -> Result<Expr, SqlError> {
    Ok(match operand {
        Operand::Expr(expr) => expr,
        Operand::Value(Value::Null) => build::null(),
        Operand::Value(value) => {
            let ty = ty.cloned().unwrap_or_else(|| value.sql_type());
            Bind::unique(name.unwrap_or("param"), BindValue::Value(value)).into_expr(ty)
        }
        Operand::Query(query) => query.scalar_subquery(),
        Operand::List(_) => {
            return Err(SqlError::argument(
                "SQL expression element or literal value expected, got a list.",
            ));
        }
    })
}

pub(super) fn tuple_of(members: Vec<Expr>) -> Expr {
    let types = members.iter().map(|member| member.ty().clone()).collect();
    let members = members
        .iter()
        .map(|member| member.self_group(Some(&Op::Comma)))
        .collect();
    Expr::new(ExprKind::Tuple(members), SqlType::Tuple(types))
}
