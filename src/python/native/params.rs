//! `element.params(name=value)`: a statement with values for its parameters.

use std::rc::Rc;

use rustpython_vm::builtins::{PyBaseExceptionRef, PyDict};
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use super::Module;
use super::node::{Kind, kind_of, text, wrap};
use super::value::to_value;
use crate::orm::Value;
use crate::orm::query::RawColumn;
use crate::orm::sql::adapt::{Replace, replace_expr};
use crate::orm::sql::expr::TextClause;
use crate::orm::sql::{BindValue, Expr, ExprKind, Statement};

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(module, vm; with_params);
    Ok(())
}

/// Values for parameters, by their names.
struct Params(Vec<(String, Value)>);

impl Params {
    fn of(values: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Self> {
        let mut params = Vec::new();
        if let Some(values) = values.downcast_ref::<PyDict>() {
            for (name, value) in values {
                params.push((text(&name, vm)?, to_value(&value, vm)));
            }
        }
        Ok(Self(params))
    }

    fn in_text(&self, words: &TextClause) -> TextClause {
        let given = self.0.iter();
        given.fold(words.clone(), |words, (name, value)| {
            words.with_value(name, value.clone())
        })
    }
}

impl Replace for Params {
    fn expr(&self, expr: &Expr) -> Option<Expr> {
        match expr.kind() {
            ExprKind::Text(words) => Some(self.in_text(words).into_expr()),
            ExprKind::Bind(bind) => {
                let (_, value) = self.0.iter().find(|(name, _)| *name == bind.key.as_str())?;
                let mut bind = bind.clone();
                bind.value = BindValue::Value(value.clone());
                Some(bind.into_expr(expr.ty().clone()))
            }
            _ => None,
        }
    }
}

/// `element.params(name=value)`.
fn with_params(of: PyObjectRef, values: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let params = Params::of(&values, vm)?;
    match kind_of(&of, vm)? {
        Some(Kind::Text(words)) => wrap(Kind::Text(Rc::new(params.in_text(&words))), vm),
        Some(Kind::Expr(expr)) => wrap(Kind::Expr(replace_expr(&expr, &params)), vm),
        Some(Kind::Select(select)) => {
            let mut select = (*select).clone();
            let lists = [
                &mut select.where_,
                &mut select.group_by,
                &mut select.having,
                &mut select.order_by,
            ];
            for clause in lists.into_iter().flatten() {
                *clause = replace_expr(clause, &params);
            }
            for column in &mut select.columns {
                if let RawColumn::Expr(expr) = column {
                    *expr = replace_expr(expr, &params);
                }
            }
            for clause in [&mut select.limit, &mut select.offset]
                .into_iter()
                .flatten()
            {
                *clause = replace_expr(clause, &params);
            }
            match &mut select.from_statement {
                Some(Statement::Text(words)) => *words = Rc::new(params.in_text(words)),
                Some(_) => return Err(lacking(vm)),
                None => {}
            }
            wrap(Kind::Select(Rc::new(select)), vm)
        }
        _ => Err(lacking(vm)),
    }
}

fn lacking(vm: &VirtualMachine) -> PyBaseExceptionRef {
    vm.new_not_implemented_error("Lazyscope does not have params() of this yet".to_owned())
}
