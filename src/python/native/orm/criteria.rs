//! `with_loader_criteria()`.

use std::rc::Rc;

use rustpython_vm::builtins::PyTypeRef;
use rustpython_vm::vm::thread::with_current_vm;
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use crate::orm::criteria::{About, Criterion, LoaderCriteria};
use crate::orm::error::Error;
use crate::orm::mapper::Mapper;
use crate::orm::{Entity, Result};
use crate::python::native::Module;
use crate::python::native::errors::host_error;
use crate::python::native::node::{Kind, expression, kind_of, wrap};

/// `criteria_new(entity or base class, criterion or function, include_aliases, propagate_to_loaders)`.
fn new(
    about: PyObjectRef,
    criterion: PyObjectRef,
    include_aliases: bool,
    propagates: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let about = match kind_of(&about, vm)? {
        Some(Kind::Entity(entity)) => About::Entity(entity),
        _ => {
            let base: PyTypeRef = about.try_into_value(vm)?;
            About::Derived(Rc::new(move |mapper| Ok(is_derived(mapper, &base))))
        }
    };
    let criterion = if criterion.is_callable() {
        Criterion::Made(Rc::new(move |entity| made(&criterion, entity)))
    } else {
        Criterion::Expr(expression(&criterion, vm)?)
    };
    let criteria = LoaderCriteria {
        about,
        criterion,
        include_aliases,
        propagates,
    };
    wrap(Kind::Criteria(Rc::new(criteria)), vm)
}

fn is_derived(mapper: &Mapper, base: &PyTypeRef) -> bool {
    mapper
        .host
        .with::<PyTypeRef, _>(|class| class.is_some_and(|class| class.fast_issubclass(base)))
}

/// What the program's function says of an entity: of the class, or of the alias.
fn made(function: &PyObjectRef, entity: &Entity) -> Result<crate::orm::sql::Expr> {
    with_current_vm(|vm| {
        let class = entity
            .mapper()
            .host
            .with::<PyTypeRef, _>(|class| class.cloned());
        let argument = match class {
            Some(class) if !entity.is_alias() => class.into(),
            _ => wrap(Kind::Entity(entity.clone()), vm)?,
        };
        let made = function.call((argument,), vm)?;
        expression(&made, vm)
    })
    .map_err(|error| -> Error { host_error(error) })
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(module, vm; criteria_new = new);
    Ok(())
}
