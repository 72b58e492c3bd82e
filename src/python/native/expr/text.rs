//! `text()`: SQL as the scenario writes it, its parameters and its columns.

use std::rc::Rc;

use rustpython_vm::builtins::PyDict;
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use crate::orm::sql::expr::TextClause;
use crate::python::native::Module;
use crate::python::native::errors::sqlalchemy;
use crate::python::native::node::{Kind, expressions, kind_of, text, text_of, wrap};
use crate::python::native::value::to_value;

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(module, vm; text_clause, text_words, text_bindparams, text_columns);
    Ok(())
}

fn text_clause(words: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap(Kind::Text(Rc::new(TextClause::new(text(&words, vm)?))), vm)
}

/// The SQL as it was written.
fn text_words(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
    Ok(text_of(&of, vm)?.text.to_string())
}

/// `text_bindparams(text, parameters, values)`: expressions, and a dict of plain values.
fn text_bindparams(
    of: PyObjectRef,
    parameters: PyObjectRef,
    values: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    // A text with columns is still a text.
    let textual = match kind_of(&of, vm)? {
        Some(Kind::Query(crate::orm::sql::Query::Text(textual))) => Some(textual),
        _ => None,
    };
    let clause = match &textual {
        Some(textual) => Rc::clone(&textual.text),
        None => text_of(&of, vm)?,
    };
    let known = |name: &str| {
        clause.bind(name).map(drop).ok_or_else(|| {
            let words =
                format!("This text() construct doesn't define a bound parameter named '{name}'");
            sqlalchemy("sqlalchemy.exc.ArgumentError", &words, None, vm)
        })
    };
    let parameters = expressions(&parameters, vm)?;
    for bind in parameters.iter().filter_map(|expr| expr.as_bind()) {
        known(&bind.base)?;
    }
    let mut bound = clause.bind_params(parameters);
    if let Some(values) = values.downcast_ref::<PyDict>() {
        for (name, value) in values {
            let name = text(&name, vm)?;
            known(&name)?;
            bound = bound.with_value(&name, to_value(&value, vm));
        }
    }
    let clause = bound;
    let text = Rc::new(clause);
    match textual {
        Some(textual) => {
            let made = crate::orm::sql::select::TextualSelect {
                text,
                ..(*textual).clone()
            };
            wrap(Kind::Query(crate::orm::sql::Query::Text(Rc::new(made))), vm)
        }
        None => wrap(Kind::Text(text), vm),
    }
}

/// `text_columns(text, columns, positional)`.
fn text_columns(
    of: PyObjectRef,
    columns: PyObjectRef,
    positional: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let columns = expressions(&columns, vm)?;
    let select = text_of(&of, vm)?.columns(columns, positional);
    wrap(
        Kind::Query(crate::orm::sql::Query::Text(Rc::new(select))),
        vm,
    )
}
