//! What a SELECT selects: classes, columns, tables, text, bundles.

use std::rc::Rc;

use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::changed;
use crate::orm::query::{BundleForm, FromItem, RawColumn, Select};
use crate::orm::sql::expr::literal_column;
use crate::orm::sql::{ClauseAdapter, Expr, ExprKind, FromClause, SqlType};
use crate::orm::{Alias, Entity};
use crate::python::native::Module;
use crate::python::native::errors::sqlalchemy;
use crate::python::native::node::{
    Kind, Node, expression, from_of, kind_of, list, select_of, text, wrap, wrap_expr,
};
use crate::python::native::value::Host;

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        select,
        select_columns,
        select_replace_columns,
        select_adapt,
        select_entity_from,
        select_raw_columns,
    );
    Ok(())
}

fn is_number(of: &PyObject, vm: &VirtualMachine) -> bool {
    use rustpython_vm::builtins::{PyFloat, PyInt};
    of.downcast_ref::<PyFloat>().is_some()
        || of.downcast_ref::<PyInt>().is_some() && !of.class().is(vm.ctx.types.bool_type)
}

/// What `select()` takes; a table stands for all of its columns.
pub(in crate::python::native) fn raw_columns(
    of: &PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Vec<RawColumn>> {
    let mut columns = Vec::new();
    for column in list(of, vm)? {
        match kind_of(&column, vm)? {
            Some(Kind::From(from)) => {
                columns.extend(from.columns().into_iter().map(RawColumn::Expr))
            }
            _ => columns.push(raw_column(&column, vm)?),
        }
    }
    Ok(columns)
}

/// What the columns of a bundle become: its `_make` makes one object of them.
fn bundle_form(of: &PyObject, vm: &VirtualMachine) -> PyResult<BundleForm> {
    if let Some(make) = vm.get_attribute_opt(of.to_owned(), "_make")? {
        return Ok(BundleForm::Made(Rc::new(Host(make))));
    }
    let is_single = of.get_attr("single_entity", vm)?.try_to_bool(vm)?;
    Ok(if is_single {
        BundleForm::Single
    } else {
        BundleForm::Row
    })
}

/// What `select()` takes: classes, columns, tables, text, bundles.
fn raw_column(of: &PyObject, vm: &VirtualMachine) -> PyResult<RawColumn> {
    if let Some(columns) = vm.get_attribute_opt(of.to_owned(), "exprs")?
        && of.downcast_ref::<Node>().is_none()
    {
        let columns: PyResult<Vec<_>> = list(&columns, vm)?
            .iter()
            .map(|column| raw_column(column, vm))
            .collect();
        let name = of.get_attr("name", vm)?;
        return Ok(RawColumn::Bundle {
            name: Rc::from(text(&name, vm)?.as_str()),
            columns: columns?,
            form: bundle_form(of, vm)?,
        });
    }
    Ok(match kind_of(of, vm)? {
        Some(Kind::Entity(entity)) => RawColumn::Entity(entity),
        Some(Kind::From(from)) => RawColumn::Expr(Expr::new(ExprKind::From(from), SqlType::Null)),
        Some(Kind::Expr(expr)) => RawColumn::Expr(expr),
        // A relationship is the condition that its rows belong together.
        Some(Kind::Relationship(path)) => {
            super::super::orm::ensure(vm)?;
            RawColumn::Expr(crate::orm::query::relationship_clause(&path))
        }
        Some(Kind::Text(words)) => RawColumn::Expr((*words).clone().into_expr()),
        Some(Kind::Select(_) | Kind::Query(_)) => RawColumn::Expr(expression(of, vm)?),
        None if vm.is_none(of) => RawColumn::Expr(crate::orm::sql::expr::null()),
        None if is_number(of, vm) => RawColumn::Expr(literal_column(
            &*of.str(vm)?.to_string_lossy(),
            SqlType::Null,
        )),
        None if of
            .downcast_ref::<rustpython_vm::builtins::PyStr>()
            .is_some() =>
        {
            let words = text(of, vm)?;
            return Err(sqlalchemy(
                "sqlalchemy.exc.ArgumentError",
                &format!(
                    "Textual column expression '{words}' should be explicitly declared with text('{words}'), or use \
                     column('{words}') for more specificity"
                ),
                None,
                vm,
            ));
        }
        _ => {
            let shown = of
                .repr(vm)
                .map_or_else(|_| String::new(), |text| text.to_string());
            let hint = if of
                .downcast_ref::<rustpython_vm::builtins::PyList>()
                .is_some()
            {
                ". Did you mean to say select(...)?".replace("...", shown.trim_matches(['[', ']']))
            } else {
                String::new()
            };
            return Err(sqlalchemy(
                "sqlalchemy.exc.ArgumentError",
                &format!(
                    "Column expression, FROM clause, or other columns clause element expected, got {shown}{}",
                    if hint.is_empty() { "." } else { &hint }
                ),
                None,
                vm,
            ));
        }
    })
}

/// `select(columns)`.
fn select(columns: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let select = Select {
        columns: raw_columns(&columns, vm)?,
        ..Select::default()
    };
    wrap(Kind::Select(Rc::new(select)), vm)
}

/// `select_columns(select, columns)`: more of them.
fn select_columns(of: PyObjectRef, columns: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let columns = raw_columns(&columns, vm)?;
    changed(&of, vm, |select| {
        select.columns.extend(columns);
        Ok(())
    })
}

/// `select_replace_columns(select, columns)`: others instead.
fn select_replace_columns(of: PyObjectRef, columns: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let columns = raw_columns(&columns, vm)?;
    changed(&of, vm, |select| {
        select.replaced.extend(select.entities());
        select.columns = columns;
        Ok(())
    })
}

/// `select_adapt(from, clauses)`: expressions over what the FROM element selects, as expressions over it.
fn select_adapt(
    from: PyObjectRef,
    clauses: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Vec<PyObjectRef>> {
    let adapter = ClauseAdapter::new(&from_of(&from, vm)?);
    list(&clauses, vm)?
        .iter()
        .map(|clause| match kind_of(clause, vm)? {
            Some(Kind::Expr(expr)) => wrap_expr(adapter.traverse(&expr), vm),
            _ => Ok(clause.clone()),
        })
        .collect()
}

/// `select_entity_from(select, from)`: what the query selects, read from a FROM element that has it.
fn select_entity_from(of: PyObjectRef, from: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let select = select_of(&of, vm)?;
    let from = from_of(&from, vm)?;
    let adapter = ClauseAdapter::new(&from);
    let columns = select
        .columns
        .iter()
        .map(|column| read_from(column, &from, &adapter))
        .collect();
    let made = Select {
        columns,
        froms: vec![FromItem::From(from)],
        options: select.options.clone(),
        label_style: select.label_style,
        has_legacy_names: select.has_legacy_names,
        ..Select::default()
    };
    wrap(Kind::Select(Rc::new(made)), vm)
}

fn read_from(column: &RawColumn, from: &FromClause, adapter: &ClauseAdapter) -> RawColumn {
    match column {
        RawColumn::Entity(entity) => RawColumn::Entity(Entity::Alias(Alias::standing_for(
            entity.mapper(),
            from.clone(),
        ))),
        RawColumn::Expr(expr) => RawColumn::Expr(adapter.traverse(expr)),
        RawColumn::Bundle {
            name,
            columns,
            form,
        } => RawColumn::Bundle {
            name: Rc::clone(name),
            columns: columns
                .iter()
                .map(|column| read_from(column, from, adapter))
                .collect(),
            form: form.clone(),
        },
    }
}

/// What it selects: entities and expressions as they were given.
fn select_raw_columns(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    select_of(&of, vm)?
        .columns
        .iter()
        .map(|column| match column {
            RawColumn::Entity(entity) => wrap(Kind::Entity(entity.clone()), vm),
            RawColumn::Expr(expr) => wrap_expr(expr.clone(), vm),
            RawColumn::Bundle { name, .. } => Ok(vm.ctx.new_str(&**name).into()),
        })
        .collect()
}
