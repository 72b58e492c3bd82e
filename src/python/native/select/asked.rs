//! What the modules ask of a SELECT that is there.

use std::rc::Rc;

use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use crate::orm::Entity;
use crate::orm::options::QueryOption;
use crate::orm::query::{FromItem, JoinTarget, RawColumn};
use crate::orm::sql::{BindValue, ExprKind, SqlType};
use crate::python::native::Module;
use crate::python::native::node::{Kind, kind_of, select_of, wrap, wrap_expr};
use crate::python::native::value::to_python;

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        select_has_froms,
        select_offset,
        select_all_options,
        select_criteria_options,
        select_calls,
        select_is_limited,
        select_where,
        select_is_orm,
        select_filter_targets,
        select_is_from_statement,
    );
    Ok(())
}

/// Whether it says what it selects from, or what it joins.
fn select_has_froms(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    let select = select_of(&of, vm)?;
    Ok(!select.froms.is_empty() || !select.joins.is_empty())
}

/// Its OFFSET, when that is a number.
fn select_offset(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let select = select_of(&of, vm)?;
    let value = select
        .offset
        .as_ref()
        .and_then(|offset| match offset.kind() {
            ExprKind::Bind(bind) => match &bind.value {
                BindValue::Value(value) => Some(value.clone()),
                _ => None,
            },
            _ => None,
        });
    value.map_or_else(
        || Ok(vm.ctx.none()),
        |value| to_python(&value, &SqlType::Integer, vm),
    )
}

/// `select_all_options(select)`: what `.options()` was given.
fn select_all_options(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    let select = select_of(&of, vm)?;
    let options = select.options.iter().map(|option| match option {
        QueryOption::Criteria(criteria) => Kind::Criteria(Rc::clone(criteria)),
        QueryOption::Load(option) => Kind::Option(option.clone()),
    });
    options.map(|kind| wrap(kind, vm)).collect()
}

/// `select_criteria_options(select)`: those of its options that hold for entities wherever they are read.
fn select_criteria_options(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    select_of(&of, vm)?
        .options
        .iter()
        .filter_map(|option| match option {
            QueryOption::Criteria(criteria) => Some(wrap(Kind::Criteria(Rc::clone(criteria)), vm)),
            QueryOption::Load(_) => None,
        })
        .collect()
}

/// `select_calls(select)`: the methods of a query that it is not as it would be without, as messages name them.
fn select_calls(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    let select = select_of(&of, vm)?;
    let has_froms = !select.froms.is_empty() || !select.joins.is_empty();
    let calls = [
        (select.limit.is_some(), "limit()"),
        (select.offset.is_some(), "offset()"),
        (!select.order_by.is_empty(), "order_by()"),
        (!select.group_by.is_empty(), "group_by()"),
        (select.distinct, "distinct()"),
        (
            has_froms,
            "join(), outerjoin(), select_from(), or from_self()",
        ),
    ];
    Ok(calls
        .into_iter()
        .filter(|(is_called, _)| *is_called)
        .map(|(_, name)| vm.ctx.new_str(name).into())
        .collect())
}

/// `select_is_limited(select)`: whether it has a LIMIT or an OFFSET.
fn select_is_limited(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    let select = select_of(&of, vm)?;
    Ok(select.limit.is_some() || select.offset.is_some())
}

/// The criteria of its WHERE.
fn select_where(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let criteria: PyResult<Vec<_>> = select_of(&of, vm)?
        .where_
        .iter()
        .map(|criterion| wrap_expr(criterion.clone(), vm))
        .collect();
    Ok(vm.ctx.new_list(criteria?).into())
}

fn select_is_orm(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(match kind_of(&of, vm)? {
        Some(Kind::Select(select)) => {
            select.is_orm() || select.from_statement.is_some() || select.has_legacy_names
        }
        _ => false,
    })
}

/// The classes, aliases and FROM elements that `filter_by()` looks for a name in: those joined, those named, and those
/// of the columns.
fn select_filter_targets(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let select = select_of(&of, vm)?;
    let mut items: Vec<FromItem> = Vec::new();
    let mut add = |item: FromItem| {
        let known = items.iter().any(|known| match (known, &item) {
            (FromItem::Entity(known), FromItem::Entity(item)) => known == item,
            (known, item) => known.selectable() == item.selectable(),
        });
        if !known {
            items.push(item);
        }
    };
    for column in &select.columns {
        match column {
            RawColumn::Entity(entity) => add(FromItem::Entity(entity.clone())),
            RawColumn::Expr(expr) => match Entity::of_expr(expr) {
                Some(entity) => add(FromItem::Entity(entity)),
                None => expr
                    .from_objects()
                    .into_iter()
                    .map(FromItem::From)
                    .for_each(&mut add),
            },
            RawColumn::Bundle { .. } => {}
        }
    }
    for from in &select.froms {
        match from {
            FromItem::From(from) => from
                .from_objects()
                .into_iter()
                .map(FromItem::From)
                .for_each(&mut add),
            entity @ FromItem::Entity(_) => add(entity.clone()),
        }
    }
    for step in &select.joins {
        match &step.target {
            JoinTarget::Relationship(path) => add(FromItem::Entity(path.target())),
            JoinTarget::Item { item, .. } => add(item.clone()),
        }
    }
    let nodes: PyResult<Vec<_>> = items
        .into_iter()
        .map(|item| match item {
            FromItem::Entity(entity) => wrap(Kind::Entity(entity), vm),
            FromItem::From(from) => wrap(Kind::From(from), vm),
        })
        .collect();
    Ok(vm.ctx.new_list(nodes?).into())
}

/// Whether it stands for another statement.
fn select_is_from_statement(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(select_of(&of, vm)?.from_statement.is_some())
}
