//! Constructors of expressions.

use std::rc::Rc;

use super::coerce::{expression, tuple_of};
use super::node::{Bind, BindId, BindValue, Case, Expr, ExprKind};
use super::operate::Operand;
use crate::orm::sql::error::SqlError;
use crate::orm::sql::name::{Name, next_id};
use crate::orm::sql::types::SqlType;
use crate::orm::value::Value;

pub fn null() -> Expr {
    Expr::new(ExprKind::Null, SqlType::Null)
}

pub fn true_() -> Expr {
    Expr::new(ExprKind::True, SqlType::Boolean)
}

pub fn false_() -> Expr {
    Expr::new(ExprKind::False, SqlType::Boolean)
}

/// `column("name")`, of no table.
pub fn column(name: impl AsRef<str>) -> Expr {
    column_with(name, SqlType::Null)
}

pub fn column_with(name: impl AsRef<str>, ty: SqlType) -> Expr {
    Expr::new(
        ExprKind::Name {
            name: Name::new(name),
            literal: false,
        },
        ty,
    )
}

/// `order_by("name")`: the selected label of that name, or a column of the FROM elements.
pub fn textual_label(name: impl AsRef<str>) -> Expr {
    Expr::new(
        ExprKind::TextualLabelReference(Rc::from(name.as_ref())),
        SqlType::Null,
    )
}

/// Text that stands as it is in the place of a column.
pub fn literal_column(text: impl AsRef<str>, ty: SqlType) -> Expr {
    Expr::new(
        ExprKind::Name {
            name: Name::new(text),
            literal: true,
        },
        ty,
    )
}

/// A value as an anonymous parameter (`param_1`).
pub fn literal(value: Value, ty: Option<SqlType>) -> Expr {
    let ty = ty.unwrap_or_else(|| value.sql_type());
    Bind::unique("param", BindValue::Value(value)).into_expr(ty)
}

/// `bindparam(name, value, type_, unique, expanding)`.
pub fn bindparam(
    name: Option<&str>,
    value: BindValue,
    ty: Option<SqlType>,
    unique: bool,
    expanding: bool,
) -> Expr {
    let mut bind = match name {
        Some(name) if !unique => Bind::named(name, value),
        name => Bind::unique(name.unwrap_or("param"), value),
    };
    bind.expanding = expanding;
    let ty = ty.unwrap_or_else(|| match &bind.value {
        BindValue::Value(value) => value.sql_type(),
        BindValue::List(values) => values.first().map_or(SqlType::Null, Value::sql_type),
        BindValue::Required | BindValue::Tuples(_) | BindValue::Late(_) => SqlType::Null,
    });
    bind.into_expr(ty)
}

impl Bind {
    /// An anonymous parameter, named `<base>_<n>` when compiled.
    pub fn unique(base: &str, value: BindValue) -> Self {
        let id = next_id();
        Self {
            id: BindId(id),
            key: Name::anonymous(id, sanitize(base)),
            base: Rc::from(base),
            value,
            unique: true,
            expanding: false,
            expand_op: None,
            literal_execute: false,
            is_crud: false,
        }
    }

    /// A parameter of a fixed name.
    pub fn named(name: &str, value: BindValue) -> Self {
        Self {
            id: BindId(next_id()),
            key: Name::new(name),
            base: Rc::from(name),
            value,
            unique: false,
            expanding: false,
            expand_op: None,
            literal_execute: false,
            is_crud: false,
        }
    }

    pub fn into_expr(self, ty: SqlType) -> Expr {
        Expr::new(ExprKind::Bind(self), ty)
    }
}

/// SQLAlchemy keeps out of a parameter's name what a driver's marks could trip over.
fn sanitize(base: &str) -> String {
    let mut clean = String::with_capacity(base.len());
    let mut in_run = false;
    for character in base.chars() {
        if "%() $.[]:".contains(character) {
            if !in_run {
                clean.push('_');
            }
            in_run = true;
        } else {
            clean.push(character);
            in_run = false;
        }
    }
    clean.trim_matches('_').to_owned()
}

/// `case((when, then), …, value=…, else_=…)`.
///
/// # Errors
/// When an operand cannot stand there.
pub fn case(
    whens: Vec<(Operand, Operand)>,
    value: Option<Operand>,
    else_: Option<Operand>,
) -> Result<Expr, SqlError> {
    let mut coerced = Vec::with_capacity(whens.len());
    for (when, then) in whens {
        coerced.push((
            expression(when, None, None)?.self_group(None),
            expression(then, None, None)?,
        ));
    }
    let value = match value {
        None | Some(Operand::Value(Value::Null)) => None,
        Some(value) => Some(expression(value, None, None)?),
    };
    let else_ = match else_ {
        None | Some(Operand::Value(Value::Null)) => None,
        Some(else_) => Some(expression(else_, None, None)?),
    };
    let ty = coerced
        .iter()
        .rev()
        .map(|(_, then)| then.ty())
        .find(|ty| !ty.is_null())
        .or(else_.as_ref().map(Expr::ty))
        .cloned()
        .unwrap_or(SqlType::Null);
    Ok(Expr::new(
        ExprKind::Case(Rc::new(Case {
            value,
            whens: coerced,
            else_,
        })),
        ty,
    ))
}

/// # Errors
/// When the operand cannot stand there.
pub fn cast(expr: Operand, ty: SqlType) -> Result<Expr, SqlError> {
    let inner = expression(expr, None, Some(&ty))?;
    Ok(Expr::new(ExprKind::Cast(inner), ty))
}

/// # Errors
/// When the operand cannot stand there.
pub fn type_coerce(expr: Operand, ty: SqlType) -> Result<Expr, SqlError> {
    let inner = expression(expr, None, Some(&ty))?;
    let inner = match inner.kind() {
        ExprKind::Bind(_) => inner.with_type(ty.clone()),
        _ => inner,
    };
    Ok(Expr::new(ExprKind::TypeCoerce(inner), ty))
}

/// # Errors
/// When the operand cannot stand there.
pub fn extract(field: &str, expr: Operand) -> Result<Expr, SqlError> {
    Ok(Expr::new(
        ExprKind::Extract {
            field: Rc::from(field),
            expr: expression(expr, None, None)?,
        },
        SqlType::Integer,
    ))
}

/// `tuple_(a, b)`; a list among the members is a tuple inside it.
pub fn tuple_(members: Vec<Operand>) -> Expr {
    let coerced = members
        .into_iter()
        .map(|member| match member {
            Operand::List(inner) => tuple_(inner),
            // Only a list has no place in an expression.
            other => expression(other, None, None).unwrap_or_else(|_| null()),
        })
        .collect();
    tuple_of(coerced)
}

pub fn label(name: Option<&str>, element: &Expr) -> Expr {
    element.label(name)
}
