//! Parameters that the session layer makes itself and fills when it executes.

use super::sql::expr::{Bind, BindValue};
use super::sql::{BindId, Expr, SqlType};

/// A parameter of its own name (`pk_1`).
pub fn named(name: &str, ty: &SqlType) -> (Expr, BindId) {
    let bind = Bind::named(name, BindValue::Required);
    let id = bind.id;
    (bind.into_expr(ty.clone()), id)
}

/// A parameter whose name is numbered when compiled (`param_1`).
pub fn anonymous(base: &str, ty: &SqlType) -> (Expr, BindId) {
    let bind = Bind::unique(base, BindValue::Required);
    let id = bind.id;
    (bind.into_expr(ty.clone()), id)
}

/// The parameter of an IN that takes as many values as are given (`primary_keys`).
pub fn expanding(name: &str, ty: &SqlType) -> (Expr, BindId) {
    let mut bind = Bind::named(name, BindValue::Required);
    bind.expanding = true;
    let id = bind.id;
    (bind.into_expr(ty.clone()), id)
}
