//! Operators applied: what stands on the other side is coerced, the type of the result decided.

use std::rc::Rc;

use super::boolean::{self, binary};
use super::build;
use super::node::{Expr, ExprKind, Modifiers};
use super::op::Op;
use crate::orm::sql::error::{ErrorKind, SqlError};
use crate::orm::sql::select::Query;
use crate::orm::sql::types::SqlType;
use crate::orm::value::Value;

/// The other side of an operator, before it is coerced.
#[derive(Clone, Debug)]
pub enum Operand {
    Expr(Expr),
    /// A plain value: becomes a bind parameter, or NULL, true, false where SQLAlchemy makes them so.
    Value(Value),
    /// The list of an IN, or a tuple.
    List(Vec<Operand>),
    /// A select in the place of a value or list.
    Query(Query),
}

/// What an operator takes by keyword.
#[derive(Clone, Debug, Default)]
pub struct OpOptions {
    pub escape: Option<Rc<str>>,
    pub autoescape: bool,
    pub symmetric: bool,
    pub flags: Option<Rc<str>>,
}

impl Expr {
    /// `self <op> other`.
    ///
    /// # Errors
    /// When the operand cannot stand there, in SQLAlchemy's words.
    pub fn operate(&self, op: &Op, other: Operand, options: &OpOptions) -> Result<Expr, SqlError> {
        match op {
            Op::And => Ok(boolean::and_([self.clone(), constant(other)?])),
            Op::Or => Ok(boolean::or_([self.clone(), constant(other)?])),
            Op::In | Op::NotIn => {
                let right = self.coerce_in(other, op)?;
                Ok(binary(
                    self,
                    &right,
                    op.clone(),
                    op.negation(),
                    Modifiers::default(),
                    SqlType::Boolean,
                ))
            }
            Op::Contains
            | Op::StartsWith
            | Op::EndsWith
            | Op::IContains
            | Op::IStartsWith
            | Op::IEndsWith => {
                let (other, escape) = autoescaped(other, options)?;
                let modifiers = Modifiers {
                    escape,
                    autoescape: options.autoescape,
                    ..Modifiers::default()
                };
                self.compare(op, other, modifiers)
            }
            Op::RegexpMatch | Op::NotRegexpMatch => {
                let right = self.coerce_binary(other)?;
                let modifiers = Modifiers {
                    flags: options.flags.clone(),
                    ..Modifiers::default()
                };
                Ok(binary(
                    self,
                    &right,
                    op.clone(),
                    op.negation(),
                    modifiers,
                    SqlType::Null,
                ))
            }
            Op::Custom(custom) => {
                let right = self.coerce_binary(other)?;
                let ty = match (&custom.return_type, custom.is_comparison) {
                    (Some(ty), _) => ty.clone(),
                    (None, true) => SqlType::Boolean,
                    (None, false) => self.ty().adapt_operator(op, right.ty()).1,
                };
                Ok(construct(self, &right, op.clone(), ty))
            }
            op if op.is_comparison() => {
                let modifiers = Modifiers {
                    escape: options.escape.clone(),
                    ..Modifiers::default()
                };
                self.compare(op, other, modifiers)
            }
            op => {
                let right = self.coerce_binary(other)?;
                let (op, ty) = self.ty().adapt_operator(op, right.ty());
                Ok(construct(self, &right, op, ty))
            }
        }
    }

    /// `other <op> self`, as in `1 + column`.
    ///
    /// # Errors
    /// As [`Expr::operate`].
    pub fn reverse_operate(&self, op: &Op, other: Operand) -> Result<Expr, SqlError> {
        let left = self.coerce_binary(other)?;
        match op {
            Op::And => Ok(boolean::and_([left, self.clone()])),
            Op::Or => Ok(boolean::or_([left, self.clone()])),
            op if op.is_comparison() => Ok(binary(
                &left,
                self,
                op.clone(),
                op.negation(),
                Modifiers::default(),
                SqlType::Boolean,
            )),
            op => {
                let (op, ty) = left.ty().adapt_operator(op, self.ty());
                Ok(construct(&left, self, op, ty))
            }
        }
    }

    /// A comparison; NULL, true and false beside it read as SQLAlchemy reads them.
    fn compare(&self, op: &Op, other: Operand, modifiers: Modifiers) -> Result<Expr, SqlError> {
        if let Operand::Expr(right) = &other
            && let Some(mirrored) = self.reflected_comparison(op, right)
        {
            return right.compare(&mirrored, Operand::Expr(self.clone()), modifiers);
        }
        let boolean = |right: &Expr, op: &Op, negate: Option<Op>, modifiers: Modifiers| {
            Ok(binary(
                self,
                right,
                op.clone(),
                negate,
                modifiers,
                SqlType::Boolean,
            ))
        };
        match as_constant(&other) {
            Some(constant) => {
                let is_bool = !matches!(constant.kind(), ExprKind::Null);
                match op {
                    Op::Eq | Op::Ne if is_bool => boolean(&constant, op, op.negation(), modifiers),
                    Op::IsDistinctFrom | Op::IsNotDistinctFrom => {
                        boolean(&constant, op, op.negation(), modifiers)
                    }
                    Op::Eq | Op::Is => {
                        boolean(&constant, &Op::Is, Some(Op::IsNot), Modifiers::default())
                    }
                    Op::Ne | Op::IsNot => {
                        boolean(&constant, &Op::IsNot, Some(Op::Is), Modifiers::default())
                    }
                    _ => Err(SqlError::argument(
                        "Only '=', '!=', 'is_()', 'is_not()', 'is_distinct_from()', \
                         'is_not_distinct_from()' operators can be used with None/True/False",
                    )),
                }
            }
            None => {
                let right = self.coerce_binary(other)?;
                boolean(&right, op, op.negation(), modifiers)
            }
        }
    }

    /// Python asks the right operand of a comparison first when its class is derived from the left one's, so that
    /// SQLAlchemy's `column() < table.c.x` becomes `table.x > column`. The operator that the right side is then asked
    /// for, if so.
    fn reflected_comparison(&self, op: &Op, right: &Expr) -> Option<Op> {
        let mirrored = match op {
            Op::Eq => Op::Eq,
            Op::Ne => Op::Ne,
            Op::Lt => Op::Gt,
            Op::Le => Op::Ge,
            Op::Gt => Op::Lt,
            Op::Ge => Op::Le,
            _ => return None,
        };
        let of_schema = |expr: &Expr| {
            expr.as_column()
                .is_some_and(|(_, info)| info.schema.is_some())
        };
        let derived = match (self.kind(), right.kind()) {
            (ExprKind::Column { .. } | ExprKind::Name { .. }, ExprKind::Column { .. }) => {
                // An attribute of an entity is no column to Python.
                !of_schema(self) && of_schema(right) && right.entity().is_none()
            }
            (ExprKind::Function(left), ExprKind::Function(right)) => !left.known && right.known,
            (ExprKind::Unary { .. }, ExprKind::Exists(_) | ExprKind::AsBoolean { .. }) => true,
            _ => false,
        };
        derived.then_some(mirrored)
    }

    /// `-x`, `~x` (bitwise), `x.distinct()`, `x.asc()` and the other operators of one operand; `Inv` negates.
    pub fn unary(&self, op: &Op) -> Expr {
        match op {
            Op::Inv => boolean::not_(self),
            op if op.is_ordering_modifier() => Expr::new(
                ExprKind::Unary {
                    operator: None,
                    modifier: Some(op.clone()),
                    operand: self.self_group(Some(op)),
                },
                SqlType::Null,
            ),
            op => Expr::new(
                ExprKind::Unary {
                    operator: Some(op.clone()),
                    modifier: None,
                    operand: self.self_group(Some(op)),
                },
                self.ty().clone(),
            ),
        }
    }

    /// # Errors
    /// When a bound cannot stand there.
    pub fn between(&self, low: Operand, high: Operand, symmetric: bool) -> Result<Expr, SqlError> {
        let bounds = Expr::new(
            ExprKind::List {
                op: Op::And,
                clauses: vec![self.coerce_binary(low)?, self.coerce_binary(high)?],
                group: false,
            },
            SqlType::Null,
        );
        let modifiers = Modifiers {
            symmetric,
            ..Modifiers::default()
        };
        Ok(binary(
            self,
            &bounds,
            Op::Between,
            Some(Op::NotBetween),
            modifiers,
            SqlType::Null,
        ))
    }

    pub fn collate(&self, collation: impl AsRef<str>) -> Expr {
        let collation = Expr::new(
            ExprKind::Collation(Rc::from(collation.as_ref())),
            SqlType::String(None),
        );
        binary(
            self,
            &collation,
            Op::Collate,
            None,
            Modifiers::default(),
            self.ty().clone(),
        )
    }

    /// `self = other` of two expressions.
    pub fn equals(&self, other: &Expr) -> Expr {
        if self.reflected_comparison(&Op::Eq, other).is_some() {
            return other.equals(self);
        }
        let right = match other.kind() {
            ExprKind::Bind(_) if other.ty().is_null() => other.with_type(self.ty().clone()),
            _ => other.clone(),
        };
        binary(
            self,
            &right,
            Op::Eq,
            Some(Op::Ne),
            Modifiers::default(),
            SqlType::Boolean,
        )
    }

    /// `self IN (…)` with these values, as an expanding parameter.
    pub fn in_values(&self, values: Vec<Value>) -> Expr {
        let members = Operand::List(values.into_iter().map(Operand::Value).collect());
        match self.operate(&Op::In, members, &OpOptions::default()) {
            Ok(expr) => expr,
            // A list of plain values is always coerced.
            Err(error) => unreachable!("{error}"),
        }
    }

    pub fn is_null(&self) -> Expr {
        self.is_constant(Op::Is, Op::IsNot)
    }

    fn is_constant(&self, op: Op, negate: Op) -> Expr {
        binary(
            self,
            &build::null(),
            op,
            Some(negate),
            Modifiers::default(),
            SqlType::Boolean,
        )
    }

    pub fn asc(&self) -> Expr {
        self.unary(&Op::Asc)
    }

    pub fn desc(&self) -> Expr {
        self.unary(&Op::Desc)
    }
}

/// A binary expression, flattened where the operator is associative: `a + b + c`.
fn construct(left: &Expr, right: &Expr, op: Op, ty: SqlType) -> Expr {
    if op.is_associative() {
        let left_flat = flattened(left, &op, &ty);
        let right_flat = flattened(right, &op, &ty);
        if left_flat.is_some() || right_flat.is_some() {
            let mut clauses = left_flat.unwrap_or_else(|| vec![left.clone()]);
            clauses.extend(right_flat.unwrap_or_else(|| vec![right.clone()]));
            let clauses = clauses
                .iter()
                .map(|clause| clause.self_group(Some(&op)))
                .collect();
            return Expr::new(
                ExprKind::List {
                    op,
                    clauses,
                    group: true,
                },
                ty,
            );
        }
    }
    binary(left, right, op, None, Modifiers::default(), ty)
}

fn flattened(expr: &Expr, op: &Op, ty: &SqlType) -> Option<Vec<Expr>> {
    if expr.ty().affinity() != ty.affinity() {
        return None;
    }
    match expr.ungroup().kind() {
        ExprKind::Binary {
            left,
            right,
            op: inner,
            ..
        } if inner == op => Some(vec![left.clone(), right.clone()]),
        ExprKind::List {
            op: inner, clauses, ..
        } if inner == op => Some(clauses.clone()),
        _ => None,
    }
}

/// NULL, true or false, given as a value or as an expression.
fn as_constant(operand: &Operand) -> Option<Expr> {
    match operand {
        Operand::Value(Value::Null) => Some(build::null()),
        Operand::Value(Value::Bool(true)) => Some(build::true_()),
        Operand::Value(Value::Bool(false)) => Some(build::false_()),
        Operand::Expr(expr) => match expr.kind() {
            ExprKind::Null | ExprKind::True | ExprKind::False => Some(expr.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// A clause of AND or OR: an expression, or a constant.
fn constant(operand: Operand) -> Result<Expr, SqlError> {
    match as_constant(&operand) {
        Some(constant) => Ok(constant),
        None => super::coerce::expression(operand, None, None),
    }
}

/// The text with its wildcards escaped, and the escape character, when that was asked for.
fn autoescaped(
    other: Operand,
    options: &OpOptions,
) -> Result<(Operand, Option<Rc<str>>), SqlError> {
    if !options.autoescape {
        return Ok((other, options.escape.clone()));
    }
    let escape = options.escape.clone().unwrap_or_else(|| Rc::from("/"));
    let Operand::Value(Value::Text(text)) = &other else {
        return Err(SqlError::new(
            ErrorKind::TypeError,
            "String value expected when autoescape=True",
        ));
    };
    let mut escaped = text.to_string();
    if &*escape != "%" && &*escape != "_" {
        escaped = escaped.replace(&*escape, &format!("{escape}{escape}"));
    }
    escaped = escaped
        .replace('%', &format!("{escape}%"))
        .replace('_', &format!("{escape}_"));
    Ok((Operand::Value(Value::text(escaped)), Some(escape)))
}

impl From<Expr> for Operand {
    fn from(expr: Expr) -> Self {
        Self::Expr(expr)
    }
}

impl From<&Expr> for Operand {
    fn from(expr: &Expr) -> Self {
        Self::Expr(expr.clone())
    }
}

impl From<Value> for Operand {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl From<i64> for Operand {
    fn from(value: i64) -> Self {
        Self::Value(value.into())
    }
}

impl From<f64> for Operand {
    fn from(value: f64) -> Self {
        Self::Value(value.into())
    }
}

impl From<bool> for Operand {
    fn from(value: bool) -> Self {
        Self::Value(value.into())
    }
}

impl From<&str> for Operand {
    fn from(value: &str) -> Self {
        Self::Value(value.into())
    }
}

impl From<Query> for Operand {
    fn from(query: Query) -> Self {
        Self::Query(query)
    }
}
