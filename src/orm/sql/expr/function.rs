//! `func.name(…)` and what may follow: FILTER, OVER, WITHIN GROUP.

use std::rc::Rc;

use super::boolean::and_;
use super::build::literal_column;
use super::coerce::expression;
use super::node::{Expr, ExprKind};
use super::op::Op;
use super::operate::Operand;
use crate::orm::sql::error::SqlError;
use crate::orm::sql::types::SqlType;

/// A SQL function with its arguments.
#[derive(Clone, Debug)]
pub struct Function {
    /// The parts before the name, as `pg_catalog` in `func.pg_catalog.now()`.
    pub packages: Vec<Rc<str>>,
    pub name: Rc<str>,
    pub args: Vec<Expr>,
    /// One of the functions that SQLAlchemy knows.
    pub known: bool,
}

/// `func.a.b.name(args)`: the last part is the name. A name that SQLAlchemy knows gets its type from there.
///
/// # Errors
/// When an argument cannot stand there.
pub fn func(
    parts: &[&str],
    args: impl IntoIterator<Item = Operand>,
    ty: Option<SqlType>,
) -> Result<Expr, SqlError> {
    let (given, packages) = parts.split_last().unwrap_or((&"", &[]));
    let lower = given.to_lowercase();
    let known = packages.is_empty() && is_known(&lower);
    let name: &str = if known { &lower } else { given };
    let mut coerced = Vec::new();
    for arg in args {
        coerced.push(expression(arg, Some(name), None)?);
    }
    if known && name == "count" && coerced.is_empty() {
        coerced.push(literal_column("*", SqlType::Null));
    }
    let ty = ty.unwrap_or_else(|| {
        if known {
            return_type(name, &coerced)
        } else {
            SqlType::Null
        }
    });
    let args = coerced
        .iter()
        .map(|arg| arg.self_group(Some(&Op::Comma)))
        .collect();
    Ok(Expr::new(
        ExprKind::Function(Rc::new(Function {
            packages: packages.iter().map(|part| Rc::from(*part)).collect(),
            name: Rc::from(name),
            args,
            known,
        })),
        ty,
    ))
}

/// The names that are classes of their own in SQLAlchemy.
fn is_known(name: &str) -> bool {
    matches!(
        name,
        "coalesce"
            | "max"
            | "min"
            | "sum"
            | "now"
            | "pow"
            | "concat"
            | "char_length"
            | "random"
            | "count"
            | "current_date"
            | "current_time"
            | "current_timestamp"
            | "current_user"
            | "localtime"
            | "localtimestamp"
            | "session_user"
            | "sysdate"
            | "user"
            | "array_agg"
            | "any"
            | "all"
            | "some"
            | "mode"
            | "percentile_cont"
            | "percentile_disc"
            | "rank"
            | "dense_rank"
            | "percent_rank"
            | "cume_dist"
            | "cube"
            | "rollup"
            | "grouping_sets"
            | "aggregate_strings"
    )
}

fn return_type(name: &str, args: &[Expr]) -> SqlType {
    match name {
        "coalesce" | "max" | "min" | "sum" | "pow" => args
            .iter()
            .map(Expr::ty)
            .find(|ty| !ty.is_null())
            .cloned()
            .unwrap_or(SqlType::Null),
        "count" | "char_length" | "rank" | "dense_rank" => SqlType::Integer,
        "percent_rank" | "cume_dist" => SqlType::NUMERIC,
        "now" | "current_timestamp" | "localtime" | "localtimestamp" | "sysdate" => {
            SqlType::DATETIME
        }
        "current_date" => SqlType::Date,
        "current_time" => SqlType::TIME,
        "concat" | "current_user" | "session_user" | "user" | "aggregate_strings" => {
            SqlType::String(None)
        }
        _ => SqlType::Null,
    }
}

/// A window.
#[derive(Clone, Debug)]
pub struct Over {
    pub element: Expr,
    pub partition_by: Vec<Expr>,
    pub order_by: Vec<Expr>,
    pub range: Option<Frame>,
    pub rows: Option<Frame>,
    pub groups: Option<Frame>,
}

/// `BETWEEN start AND end` of a window.
#[derive(Clone, Debug)]
pub struct Frame {
    pub start: FrameBound,
    pub end: FrameBound,
}

#[derive(Clone, Debug)]
pub enum FrameBound {
    Unbounded,
    CurrentRow,
    Preceding(Expr),
    Following(Expr),
}

impl FrameBound {
    /// A bound as SQLAlchemy takes it: none is unbounded, 0 the current row, negative before it, positive after.
    pub fn from_offset(offset: Option<i64>) -> Self {
        let bind = |rows: i64| {
            super::build::literal(
                crate::orm::value::Value::Integer(rows),
                Some(SqlType::Integer),
            )
        };
        match offset {
            None => Self::Unbounded,
            Some(0) => Self::CurrentRow,
            Some(rows) if rows < 0 => Self::Preceding(bind(-rows)),
            Some(rows) => Self::Following(bind(rows)),
        }
    }
}

fn by_list(clauses: Vec<Expr>) -> Vec<Expr> {
    clauses
        .iter()
        .map(|clause| clause.self_group(Some(&Op::Comma)))
        .collect()
}

impl Expr {
    pub fn over(
        &self,
        partition_by: Vec<Expr>,
        order_by: Vec<Expr>,
        rows: Option<Frame>,
        range: Option<Frame>,
        groups: Option<Frame>,
    ) -> Expr {
        Expr::new(
            ExprKind::Over(Rc::new(Over {
                element: self.clone(),
                partition_by: by_list(partition_by),
                order_by: by_list(order_by),
                range,
                rows,
                groups,
            })),
            self.ty().clone(),
        )
    }

    /// `FILTER (WHERE …)`.
    pub fn filter(&self, criteria: Vec<Expr>) -> Expr {
        if criteria.is_empty() {
            return self.clone();
        }
        let mut criteria = criteria.into_iter();
        let mut all = criteria.next().unwrap_or_else(super::build::true_);
        for criterion in criteria {
            all = and_([all, criterion]);
        }
        Expr::new(
            ExprKind::Filter {
                function: self.clone(),
                criteria: vec![all],
            },
            self.ty().clone(),
        )
    }

    pub fn within_group(&self, order_by: Vec<Expr>) -> Expr {
        let ordered_set = matches!(self.kind(), ExprKind::Function(function)
            if matches!(&*function.name, "mode" | "percentile_cont" | "percentile_disc"));
        let ty = match order_by.first() {
            Some(first) if ordered_set => first.ty().clone(),
            _ => self.ty().clone(),
        };
        Expr::new(
            ExprKind::WithinGroup {
                function: self.clone(),
                order_by: by_list(order_by),
            },
            ty,
        )
    }
}
