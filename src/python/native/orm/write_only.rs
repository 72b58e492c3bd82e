//! Collections that are only written to, and those that are queries.

use std::rc::Rc;

use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use super::configure::relationship_of;
use super::instance::{expect_instance, instance_of, wrap_all};
use crate::orm::attributes::{self, Write};
use crate::orm::instance::Instance;
use crate::orm::relationship::Relationship;
use crate::python::native::Module;
use crate::python::native::errors::raise;
use crate::python::native::node::{text, wrap_expr};

/// An object with one of its relationships.
type Held = (Rc<Instance>, usize, Rc<Relationship>);

fn held(object: &PyObjectRef, key: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Held> {
    let instance = expect_instance(object, vm)?;
    let key = text(key, vm)?;
    let found = instance
        .mapper
        .attribute_by_key(&key)
        .and_then(|attribute| {
            let relationship = attribute.as_relationship()?;
            Some((attribute.index, Rc::clone(relationship)))
        });
    let Some((index, relationship)) = found else {
        return Err(vm.new_attribute_error(format!("no relationship {key}")));
    };
    Ok((instance, index, relationship))
}

fn member(item: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Rc<Instance>> {
    instance_of(item).ok_or_else(|| {
        vm.new_attribute_error(format!(
            "'{}' object has no attribute '_sa_instance_state'",
            item.class().name()
        ))
    })
}

/// `orm_write(object, key, adds, item)`: adds to the collection, or removes from it.
fn write(
    object: PyObjectRef,
    key: PyObjectRef,
    adds: bool,
    item: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let (instance, index, relationship) = held(&object, &key, vm)?;
    let change = if adds { Write::Add } else { Write::Remove };
    attributes::write(&instance, index, &relationship, change, &member(&item, vm)?)
        .map_err(|error| raise(error, vm))
}

/// `orm_write_all(object, key, items)`: puts others in the place of all members.
fn write_all(
    object: PyObjectRef,
    key: PyObjectRef,
    items: Vec<PyObjectRef>,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let (instance, index, _) = held(&object, &key, vm)?;
    let items = items.iter().map(|item| member(item, vm).map(Some));
    let items: PyResult<Vec<_>> = items.collect();
    attributes::set_collection(&instance, index, items?).map_err(|error| raise(error, vm))
}

/// `orm_written(object, key)`: what was added and not flushed yet.
fn written(
    object: PyObjectRef,
    key: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Vec<PyObjectRef>> {
    let (instance, index, relationship) = held(&object, &key, vm)?;
    let added = attributes::added(&instance, index, &relationship);
    wrap_all(&added.map_err(|error| raise(error, vm))?, vm)
}

/// `orm_pairs(mapper, key)`: the attributes of the parent that a flush copies from, each with the column that it copies
/// to.
fn pairs(mapper: PyObjectRef, key: PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    let relationship = relationship_of(&mapper, &key, vm)?;
    let parent = relationship.parent();
    let pairs = relationship.join().synchronize_pairs.iter();
    pairs
        .filter_map(|(from, to)| {
            let attribute = parent.attribute(parent.attribute_of_column(from)?);
            let key = vm.ctx.new_str(&*attribute.key).into();
            Some(wrap_expr(to.clone(), vm).map(|to| vm.ctx.new_tuple(vec![key, to]).into()))
        })
        .collect()
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        orm_write = write,
        orm_write_all = write_all,
        orm_written = written,
        orm_pairs = pairs,
    );
    Ok(())
}
