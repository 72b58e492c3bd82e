//! Roles: what may stand at a place in a statement, and what is said of anything else.

use rustpython_vm::builtins::{PyBaseExceptionRef, PyStr};
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::errors::sqlalchemy;
use super::node::{Kind, kind_of, lowered, text};
use crate::orm::Value;
use crate::orm::query;
use crate::orm::sql::expr::{false_, null, true_};
use crate::orm::sql::{Expr, FromClause, FromKind, Operand, Select};

/// A place in a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// WHERE, HAVING and what is in a conjunction.
    Criterion,
    OrderBy,
    GroupBy,
    On,
    From,
    JoinTarget,
    /// The right side of IN.
    InElement,
    /// An argument of a function.
    Element,
    /// A side of an operator.
    Operand,
    /// One of a UNION.
    SetMember,
}

/// What is said of text in the place of an expression.
pub(super) fn textual(words: &str, vm: &VirtualMachine) -> String {
    let mut shown: String = words.chars().take(25).collect();
    if shown.len() < words.len() {
        shown.push_str("...");
    }
    let shown = vm.ctx.new_str(shown);
    let shown = shown
        .as_object()
        .repr(vm)
        .map_or_else(|_| words.to_owned(), |shown| shown.to_string());
    format!("Textual SQL expression {shown} should be explicitly declared as text({shown})")
}

impl Role {
    /// What SQLAlchemy calls what may stand there.
    fn name(self) -> &'static str {
        match self {
            Self::Criterion => "SQL expression for WHERE/HAVING role",
            Self::OrderBy => "ORDER BY expression",
            Self::GroupBy => "GROUP BY expression",
            Self::On => "ON clause, typically a SQL expression or ORM relationship attribute",
            Self::From => "FROM expression, such as a Table or alias() object",
            Self::JoinTarget => {
                "Join target, typically a FROM expression, or ORM relationship attribute"
            }
            Self::InElement => "IN expression list, SELECT construct, or bound parameter object",
            Self::Element => "SQL expression element",
            Self::Operand => "SQL expression element or literal value",
            Self::SetMember => "SELECT construct for inclusion in a UNION or other set construct",
        }
    }

    /// What could have been meant by a FROM element at this place.
    fn hint(self, from: &FromClause) -> &'static str {
        match self {
            Self::Element | Self::Operand if matches!(from.kind(), FromKind::Table(_)) => {
                " To create a column expression from a FROM clause row as a whole, use the .table_valued() method."
            }
            Self::SetMember => " To SELECT from any FROM clause, use the .select() method.",
            _ => "",
        }
    }

    /// The error for something that cannot stand there.
    pub(super) fn unfit(self, object: &PyObject, vm: &VirtualMachine) -> PyBaseExceptionRef {
        let shown = match object.repr(vm) {
            Ok(shown) => shown.to_string(),
            Err(failed) => return failed,
        };
        let hint = match kind_of(object, vm) {
            Ok(Some(Kind::From(from))) => self.hint(&from),
            _ => "",
        };
        let words = format!("{} expected, got {shown}.{hint}", self.name());
        sqlalchemy("sqlalchemy.exc.ArgumentError", &words, None, vm)
    }

    /// The expression that the object is at this place.
    pub(super) fn clause(self, object: &PyObject, vm: &VirtualMachine) -> PyResult<Expr> {
        match kind_of(object, vm)? {
            Some(Kind::Expr(expr)) => Ok(expr),
            Some(Kind::Text(words)) => Ok((*words).clone().into_expr()),
            Some(Kind::Select(select)) => scalar(lowered(&select, vm)?.scalar_subquery(), vm),
            Some(Kind::Query(query)) => scalar(query.scalar_subquery(), vm),
            Some(Kind::From(from)) => match from.kind() {
                FromKind::Subquery { query, .. } => scalar(query.scalar_subquery(), vm),
                _ => Err(self.unfit(object, vm)),
            },
            Some(Kind::Relationship(path)) => {
                super::orm::ensure(vm)?;
                Ok(query::relationship_clause(&path))
            }
            Some(Kind::Unset) => super::node::expression(object, vm),
            Some(_) => Err(self.unfit(object, vm)),
            None => self.constant(object, vm),
        }
    }

    /// None and the truth values stand for themselves where something is to hold.
    fn constant(self, object: &PyObject, vm: &VirtualMachine) -> PyResult<Expr> {
        if !matches!(self, Self::Criterion | Self::On) {
            return Err(self.unfit(object, vm));
        }
        if object.downcast_ref::<PyStr>().is_some() && self == Self::Criterion {
            let words = text(object, vm)?;
            let message = textual(&words, vm);
            return Err(sqlalchemy(
                "sqlalchemy.exc.ArgumentError",
                &message,
                None,
                vm,
            ));
        }
        match super::value::to_value(object, vm) {
            Value::Null => Ok(null()),
            Value::Bool(true) => Ok(true_()),
            Value::Bool(false) => Ok(false_()),
            _ => Err(self.unfit(object, vm)),
        }
    }

    pub(super) fn clauses(self, objects: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<Expr>> {
        super::node::list(objects, vm)?
            .iter()
            .map(|object| self.clause(object, vm))
            .collect()
    }
}

/// A query where a value is expected: what it selects, which SQLAlchemy wants to be said.
pub(super) fn scalar(subquery: Expr, vm: &VirtualMachine) -> PyResult<Expr> {
    super::engine::warn(
        "implicitly coercing SELECT object to scalar subquery; please use the .scalar_subquery() method to produce a \
         scalar subquery.",
        vm,
    )?;
    Ok(subquery)
}

/// The right side of IN.
pub(super) fn in_operand(object: &PyObject, vm: &VirtualMachine) -> PyResult<Operand> {
    match kind_of(object, vm)? {
        Some(Kind::Select(select)) => lowered(&select, vm).map(Operand::Query),
        Some(Kind::Query(query)) => Ok(Operand::Query(query)),
        Some(Kind::From(from)) => {
            let what = match from.kind() {
                FromKind::Table(_) => "Table",
                FromKind::Subquery { .. } => "Subquery",
                FromKind::Alias { .. } => "Alias",
                FromKind::Cte(_) => "CTE",
                _ => return Err(Role::InElement.unfit(object, vm)),
            };
            super::engine::warn(
                &format!(
                    "Coercing {what} object into a select() for use in IN(); please pass a select() construct explicitly"
                ),
                vm,
            )?;
            let select = Select {
                columns: from.columns(),
                ..Select::default()
            };
            Ok(Operand::Query(select.into_query()))
        }
        Some(Kind::Entity(_) | Kind::Relationship(_)) => Err(Role::InElement.unfit(object, vm)),
        _ => super::node::operand(object, vm),
    }
}
