//! Relationships as a class has them: `Author.books`, and what a query can say with one.

use std::rc::Rc;

use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use super::configure::relationship_of;
use super::instance::{expect_instance, instance_of};
use crate::orm::query::{RelationshipPath, comparison};
use crate::python::native::Module;
use crate::python::native::errors::{raise, sqlalchemy};
use crate::python::native::node::{Kind, entity_of, kind_of, list, optional, wrap, wrap_expr};
use crate::python::native::role::Role;

fn path_of(object: &PyObjectRef, vm: &VirtualMachine) -> PyResult<RelationshipPath> {
    match kind_of(object, vm)? {
        Some(Kind::Relationship(path)) => Ok(*path),
        _ => Err(vm.new_type_error("expected a relationship of a mapped class".to_owned())),
    }
}

fn wrap_path(path: RelationshipPath, vm: &VirtualMachine) -> PyResult {
    wrap(Kind::Relationship(Box::new(path)), vm)
}

/// `path_new(entity, key)`: a relationship of an entity or of an alias.
fn new(entity: PyObjectRef, key: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let relationship = relationship_of(&entity, &key, vm)?;
    wrap_path(
        RelationshipPath {
            left: entity_of(&entity, vm)?,
            relationship,
            target: None,
            criteria: Vec::new(),
        },
        vm,
    )
}

/// `path_of_type(path, entity)`.
fn of_type(path: PyObjectRef, entity: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let path = path_of(&path, vm)?;
    wrap_path(
        RelationshipPath {
            target: Some(entity_of(&entity, vm)?),
            ..path
        },
        vm,
    )
}

/// `path_and(path, criteria)`.
fn and(path: PyObjectRef, criteria: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let mut path = path_of(&path, vm)?;
    for criterion in list(&criteria, vm)? {
        path.criteria.push(Role::Criterion.clause(&criterion, vm)?);
    }
    wrap_path(path, vm)
}

/// `path_target(path)`: the entity it leads to.
fn target(path: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    super::ensure(vm)?;
    wrap(Kind::Entity(path_of(&path, vm)?.target()), vm)
}

/// `path_left(path)`: the entity it starts from.
fn left(path: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap(Kind::Entity(path_of(&path, vm)?.left), vm)
}

/// `path_uselist(path)`.
fn uselist(path: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    super::ensure(vm)?;
    Ok(path_of(&path, vm)?.relationship.uselist())
}

/// `path_exists(path, criterion)`: `any()` and `has()`.
fn exists(path: PyObjectRef, criterion: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let path = path_of(&path, vm)?;
    let criterion = optional(
        &criterion,
        |criterion, vm| Role::Criterion.clause(criterion, vm),
        vm,
    )?;
    wrap_expr(comparison::exists(&path, criterion), vm)
}

/// `path_equals(path, object)`: `Book.author == author`, `Book.author == None`.
fn equals(path: PyObjectRef, other: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let path = path_of(&path, vm)?;
    let other = compared(&path, &other, vm)?;
    let criterion = comparison::equals(&path, other.as_ref()).map_err(|error| raise(error, vm))?;
    wrap_expr(criterion, vm)
}

/// `path_differs(path, object)`: `Book.author != author`.
fn differs(path: PyObjectRef, other: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let path = path_of(&path, vm)?;
    let other = compared(&path, &other, vm)?;
    let criterion = comparison::differs(&path, other.as_ref()).map_err(|error| raise(error, vm))?;
    wrap_expr(criterion, vm)
}

/// `path_contains(path, object)`: `Author.books.contains(book)`.
fn contains(path: PyObjectRef, other: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let path = path_of(&path, vm)?;
    comparison::check_contains(&path).map_err(|error| raise(error, vm))?;
    let Some(other) = compared(&path, &other, vm)? else {
        return Err(vm.new_type_error("contains() takes an object".to_owned()));
    };
    let criterion = comparison::contains(&path, &other).map_err(|error| raise(error, vm))?;
    wrap_expr(criterion, vm)
}

/// `path_with_parent(object, path)`.
fn with_parent(object: PyObjectRef, path: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let path = path_of(&path, vm)?;
    let parent = expect_instance(&object, vm)?;
    wrap_expr(comparison::with_parent(&path, &parent), vm)
}

/// `path_of_collection(object, path)`.
fn of_collection(object: PyObjectRef, path: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let path = path_of(&path, vm)?;
    let parent = expect_instance(&object, vm)?;
    wrap_expr(comparison::of_collection(&path, &parent), vm)
}

/// What a relationship is compared with: an object, or None.
fn compared(
    path: &RelationshipPath,
    other: &rustpython_vm::PyObject,
    vm: &VirtualMachine,
) -> PyResult<Option<Rc<crate::orm::Instance>>> {
    optional(
        other,
        |other, vm| {
            instance_of(other).ok_or_else(|| {
                let words = format!(
                    "Mapped instance expected for relationship comparison to object.   Classes, queries and other SQL \
                     elements are not accepted in this context; for comparison with a subquery, use \
                     {}.has(**criteria).",
                    path.relationship.name
                );
                sqlalchemy("sqlalchemy.exc.ArgumentError", &words, None, vm)
            })
        },
        vm,
    )
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        path_differs = differs,
        path_new = new,
        path_of_type = of_type,
        path_and = and,
        path_target = target,
        path_left = left,
        path_uselist = uselist,
        path_exists = exists,
        path_equals = equals,
        path_contains = contains,
        path_with_parent = with_parent,
        path_of_collection = of_collection,
    );
    Ok(())
}
