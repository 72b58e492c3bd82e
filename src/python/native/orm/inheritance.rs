//! Classes that derive from mapped classes: what the mapping says of them, told to the session layer.

use std::rc::Rc;

use rustpython_vm::builtins::PyTypeRef;
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use crate::orm::inheritance::Discriminator;
use crate::orm::mapper::Mapper;
use crate::python::native::Module;
use crate::python::native::errors::raise;
use crate::python::native::node::{Kind, entity_of, expr_of, optional_text, text, wrap, wrap_expr};
use crate::python::native::value::to_value;

fn mapper_of(entity: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Rc<Mapper>> {
    Ok(Rc::clone(entity_of(entity, vm)?.mapper()))
}

/// `orm_inherit(mapper, key)`: the mapper has an attribute of its parent.
fn inherit(mapper: PyObjectRef, key: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let mapper = mapper_of(&mapper, vm)?;
    let key = text(&key, vm)?;
    let parent = mapper.parent();
    if let Some(attribute) = parent.and_then(|parent| parent.attribute_by_key(&key)) {
        mapper.inherit(&attribute);
    }
    Ok(())
}

/// `orm_discriminate(mapper, expression, key)`: what tells of which class a row is; the attribute that holds it, or None
/// where none does.
fn discriminate(
    mapper: PyObjectRef,
    expr: PyObjectRef,
    key: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let mapper = mapper_of(&mapper, vm)?;
    let key = optional_text(&key, vm)?;
    let attribute = key.and_then(|key| mapper.attribute_by_key(&key));
    mapper.set_discriminator(Discriminator {
        expr: expr_of(&expr, vm)?,
        attribute: attribute.map(|attribute| attribute.index),
    });
    Ok(())
}

/// `orm_discriminator(mapper)`: what tells of which class a row is; None when nothing does.
fn discriminator(mapper: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    match mapper_of(&mapper, vm)?.discriminator() {
        Some(found) => wrap_expr(found.expr, vm),
        None => Ok(vm.ctx.none()),
    }
}

/// `orm_polymorphic_identity(mapper, value)`: by which value its rows are known. The class that rows with that value were
/// of before; None without one.
fn polymorphic_identity(mapper: PyObjectRef, value: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let mapper = mapper_of(&mapper, vm)?;
    let before = mapper
        .set_polymorphic_identity(to_value(&value, vm))
        .map_err(|error| raise(error, vm))?;
    let class = before.and_then(|before| before.host.with::<PyTypeRef, _>(|class| class.cloned()));
    Ok(class.map_or_else(|| vm.ctx.none(), Into::into))
}

/// `orm_polymorphic_abstract(mapper)`: no row is of this very class.
fn polymorphic_abstract(mapper: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    mapper_of(&mapper, vm)?.set_polymorphic_abstract();
    Ok(())
}

/// `orm_columns(mapper, key)`: the columns that an attribute holds, its own first.
fn columns(
    mapper: PyObjectRef,
    key: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Vec<PyObjectRef>> {
    let attribute = mapper_of(&mapper, vm)?.attribute_by_key(&text(&key, vm)?);
    let column = attribute
        .as_ref()
        .and_then(|attribute| attribute.as_column());
    let columns = column
        .into_iter()
        .flat_map(|column| [&column.expr].into_iter().chain(&column.same));
    columns
        .map(|column| wrap(Kind::Expr(column.clone()), vm))
        .collect()
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        orm_inherit = inherit,
        orm_discriminate = discriminate,
        orm_discriminator = discriminator,
        orm_polymorphic_identity = polymorphic_identity,
        orm_polymorphic_abstract = polymorphic_abstract,
        orm_columns = columns,
    );
    Ok(())
}
