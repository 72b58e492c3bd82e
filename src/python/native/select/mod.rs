//! `select()` and what is made of it. A scenario's select is one builder for rows and for mapped classes.

mod asked;
mod clauses;
mod columns;
mod froms;

pub(super) use clauses::{affix, number, ordering_role};
pub(super) use columns::raw_columns;

use std::rc::Rc;

use rustpython_vm::{PyObject, PyObjectRef, PyResult, VirtualMachine};

use crate::orm::options::QueryOption;
use crate::orm::query::Select;
use crate::orm::sql::LabelStyle;
use crate::python::native::Module;
use crate::python::native::errors::sqlalchemy;
use crate::python::native::node::{
    Kind, from_of, kind_of, list, query_option, select_of, text, unknown_word, wrap,
};

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    columns::install(module, vm)?;
    froms::install(module, vm)?;
    clauses::install(module, vm)?;
    asked::install(module, vm)?;
    functions!(module, vm; select_options, select_label_style, select_statement, select_ctes);
    Ok(())
}

fn changed(
    of: &PyObject,
    vm: &VirtualMachine,
    change: impl FnOnce(&mut Select) -> PyResult<()>,
) -> PyResult {
    let mut select = (*select_of(of, vm)?).clone();
    change(&mut select)?;
    wrap(Kind::Select(Rc::new(select)), vm)
}

fn select_options(of: PyObjectRef, options: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let options = query_options(&options, vm)?;
    changed(&of, vm, |select| {
        select.options.extend(options);
        Ok(())
    })
}

/// What `.options()` was given.
pub(in crate::python::native) fn query_options(
    options: &PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Vec<QueryOption>> {
    list(options, vm)?
        .iter()
        .map(|option| match query_option(option, vm)? {
            Some(option) => Ok(option),
            None => Err(sqlalchemy(
                "sqlalchemy.exc.ArgumentError",
                &format!(
                    "ExecutionOption Core or ORM object expected, got {}.",
                    option.repr(vm)?
                ),
                None,
                vm,
            )),
        })
        .collect()
}

pub(super) fn label_style(style: &PyObject, vm: &VirtualMachine) -> PyResult<LabelStyle> {
    Ok(match text(style, vm)?.as_str() {
        "none" => LabelStyle::None,
        "tablename_plus_col" => LabelStyle::TablenamePlusCol,
        "disambiguate_only" => LabelStyle::DisambiguateOnly,
        other => return Err(unknown_word("a label style", other, vm)),
    })
}

fn select_label_style(of: PyObjectRef, style: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let style = label_style(&style, vm)?;
    changed(&of, vm, |select| {
        select.label_style = style;
        Ok(())
    })
}

/// `select_statement(select, statement)`: the statement stands for the SELECT.
fn select_statement(of: PyObjectRef, statement: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let statement = match kind_of(&statement, vm)? {
        // A query over entities stays one: what it loads eagerly is in its statement.
        Some(Kind::Select(inner)) if inner.is_orm() => {
            super::orm::ensure(vm)?;
            crate::orm::query::statement(&inner).map_err(|error| super::errors::raise(error, vm))?
        }
        _ => super::statement::executable(&statement, vm)?,
    };
    changed(&of, vm, |select| {
        select.from_statement = Some(statement);
        Ok(())
    })
}

fn select_ctes(of: PyObjectRef, ctes: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let ctes: PyResult<Vec<_>> = list(&ctes, vm)?
        .iter()
        .map(|cte| from_of(cte, vm))
        .collect();
    let ctes = ctes?;
    changed(&of, vm, |select| {
        select.ctes.extend(ctes);
        Ok(())
    })
}
