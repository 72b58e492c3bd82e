//! What a SELECT reads from: FROM elements, joins, and what it correlates to.

use rustpython_vm::builtins::PyStr;
use rustpython_vm::{PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::changed;
use crate::orm::query::{FromItem, JoinStep, JoinTarget};
use crate::orm::sql::{FromClause, FromKind};
use crate::orm::{Entity, query};
use crate::python::native::Module;
use crate::python::native::errors::{raise_sql, sqlalchemy};
use crate::python::native::node::{Kind, kind_of, list, optional, text, wrap};
use crate::python::native::role::Role;

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(module, vm; select_from, select_join, from_join, select_correlate);
    Ok(())
}

fn from_item(role: Role, of: &PyObject, vm: &VirtualMachine) -> PyResult<FromItem> {
    match kind_of(of, vm)? {
        Some(Kind::Entity(entity)) => Ok(FromItem::Entity(entity)),
        Some(Kind::From(from)) => Ok(FromItem::From(from)),
        Some(Kind::Text(words)) => Ok(FromItem::From(FromClause::new(FromKind::Text(
            (*words).clone().into_expr(),
        )))),
        Some(Kind::Expr(expr))
            if role == Role::JoinTarget && expr.entity().and_then(Entity::find).is_some() =>
        {
            let entity = expr.entity().and_then(Entity::find);
            let owner = entity.map_or_else(String::new, |entity| entity.name().to_string());
            let key = expr.annotations().proxy_key.clone().unwrap_or_default();
            Err(sqlalchemy(
                "sqlalchemy.exc.ArgumentError",
                &format!("Join target {owner}.{key} does not refer to a mapped entity"),
                None,
                vm,
            ))
        }
        None if role == Role::From && of.downcast_ref::<PyStr>().is_some() => {
            let words = text(of, vm)?;
            let words = crate::python::native::role::textual(&words, vm);
            Err(sqlalchemy("sqlalchemy.exc.ArgumentError", &words, None, vm))
        }
        _ => Err(role.unfit(of, vm)),
    }
}

fn select_from(of: PyObjectRef, froms: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let froms: PyResult<Vec<_>> = list(&froms, vm)?
        .iter()
        .map(|from| from_item(Role::From, from, vm))
        .collect();
    let froms = froms?;
    changed(&of, vm, |select| {
        select.froms.extend(froms);
        Ok(())
    })
}

/// `select_join(select, left, target, on, outer, full)`.
fn select_join(
    of: PyObjectRef,
    left: PyObjectRef,
    target: PyObjectRef,
    on: PyObjectRef,
    outer: bool,
    full: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let left = optional(&left, |left, vm| from_item(Role::From, left, vm), vm)?;
    let mut target = join_target(&target, &on, vm)?;
    changed(&of, vm, |select| {
        if let JoinTarget::Relationship(path) = &mut target {
            path.left = select.reading(&path.left);
        }
        select.joins.push(JoinStep {
            target,
            left,
            outer,
            full,
        });
        Ok(())
    })
}

/// `from_join(left, right, on, outer, full)`: a FROM element of two, which may be mapped; what leads from one to the
/// other may be a relationship.
fn from_join(
    left: PyObjectRef,
    right: PyObjectRef,
    on: PyObjectRef,
    outer: bool,
    full: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let left = from_item(Role::From, &left, vm)?;
    let right = from_item(Role::From, &right, vm)?;
    let from = match optional(&on, kind_of, vm)?.flatten() {
        Some(Kind::Relationship(mut path)) => {
            super::super::orm::ensure(vm)?;
            if let FromItem::Entity(entity) = right {
                path.target = Some(entity);
                query::joined(left.selectable(), &path, outer, full)
            } else {
                query::joined_to(left.selectable(), right.selectable(), &path, outer, full)
            }
        }
        _ => {
            let on = optional(&on, |on, vm| Role::On.clause(on, vm), vm)?;
            let joined = left
                .selectable()
                .join(right.selectable(), on, outer, full)
                .map_err(|error| raise_sql(error, vm))?;
            match right {
                FromItem::Entity(entity) => joined.joining(entity.selectable(), entity.id()),
                FromItem::From(_) => joined,
            }
        }
    };
    wrap(Kind::From(from), vm)
}

fn join_target(target: &PyObject, on: &PyObject, vm: &VirtualMachine) -> PyResult<JoinTarget> {
    if let Some(Kind::Relationship(path)) = kind_of(target, vm)? {
        if !vm.is_none(on) {
            return Err(sqlalchemy(
                "sqlalchemy.exc.InvalidRequestError",
                "No 'on clause' argument may be passed when joining to a relationship path as a target",
                None,
                vm,
            ));
        }
        return Ok(JoinTarget::Relationship(*path));
    }
    // `join(alias, Author.books)`: the relationship, to that target.
    if let Some(Kind::Relationship(path)) = optional(on, kind_of, vm)?.flatten() {
        let mut path = *path;
        if let FromItem::Entity(entity) = from_item(Role::JoinTarget, target, vm)? {
            path.target = Some(entity);
        }
        return Ok(JoinTarget::Relationship(path));
    }
    Ok(JoinTarget::Item {
        item: from_item(Role::JoinTarget, target, vm)?,
        on: optional(on, |on, vm| Role::On.clause(on, vm), vm)?,
    })
}

/// `select_correlate(select, froms, except)`; None instead of a list correlates nothing.
fn select_correlate(
    of: PyObjectRef,
    froms: PyObjectRef,
    except: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let froms = if vm.is_none(&froms) {
        Vec::new()
    } else {
        let froms: PyResult<Vec<_>> = list(&froms, vm)?
            .iter()
            .map(|from| from_item(Role::From, from, vm).map(|item| item.selectable().clone()))
            .collect();
        froms?
    };
    changed(&of, vm, |select| {
        if except {
            select
                .correlate_except
                .get_or_insert_default()
                .extend(froms);
        } else {
            select.correlate.get_or_insert_default().extend(froms);
        }
        Ok(())
    })
}
