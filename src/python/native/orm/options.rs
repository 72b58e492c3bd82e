//! Loader options.

use std::rc::Rc;

use rustpython_vm::builtins::PyDictRef;
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use crate::orm::entity::Entity;
use crate::orm::options::{LoadAttribute, LoadKind, LoadOption, Settings};
use crate::orm::path::Step;
use crate::orm::relationship::InnerJoin;
use crate::python::native::Module;
use crate::python::native::errors::{raise, sqlalchemy};
use crate::python::native::node::{Kind, entity_of, from_of, kind_of, list, option_of, text, wrap};
use crate::trace::Strategy;

/// `opt_new(entity)`: a chain that starts at an entity, or anywhere when None.
fn new(entity: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let option = if vm.is_none(&entity) {
        LoadOption::default()
    } else {
        LoadOption::of(&entity_of(&entity, vm)?)
    };
    wrap(Kind::Option(Rc::new(option)), vm)
}

fn load_kind(word: &str, vm: &VirtualMachine) -> PyResult<LoadKind> {
    Ok(match word {
        "contains_eager" => LoadKind::ContainsEager,
        "defaultload" => LoadKind::Default,
        "defer" => LoadKind::Defer { raiseload: false },
        "defer_raise" => LoadKind::Defer { raiseload: true },
        "undefer" => LoadKind::Undefer,
        other => match Strategy::from_name(other) {
            Some(strategy) => LoadKind::Relationship(strategy),
            None => return Err(vm.new_value_error(format!("no loader option is called {other}"))),
        },
    })
}

/// The attribute that an option is for.
pub(super) fn attribute_of(object: &PyObjectRef, vm: &VirtualMachine) -> PyResult<LoadAttribute> {
    match kind_of(object, vm)? {
        Some(Kind::Relationship(path)) => Ok(LoadAttribute {
            entity: path.left.clone(),
            index: path.relationship.index(),
            of_type: path.target.clone(),
            criteria: path.criteria.clone(),
        }),
        Some(Kind::Expr(expr)) => {
            let entity = expr.entity().and_then(Entity::find);
            let key = expr.annotations().proxy_key.clone();
            let found = entity.zip(key).and_then(|(entity, key)| {
                let mapper = entity.mapper();
                // A synonym is known by its own name.
                let by_key = mapper
                    .attribute_by_key(&key)
                    .map(|attribute| attribute.index);
                let index = by_key.or_else(|| {
                    let columns = mapper.attributes().into_iter();
                    let mut columns = columns
                        .filter(|one| entity.column(one.index).is_some_and(|c| c.same(&expr)));
                    columns.next().map(|one| one.index)
                })?;
                Some(LoadAttribute {
                    entity,
                    index,
                    of_type: None,
                    criteria: Vec::new(),
                })
            });
            found.ok_or_else(|| expected(vm))
        }
        _ => Err(expected(vm)),
    }
}

fn expected(vm: &VirtualMachine) -> rustpython_vm::builtins::PyBaseExceptionRef {
    sqlalchemy(
        "sqlalchemy.exc.ArgumentError",
        "expected ORM mapped attribute for loader strategy argument",
        None,
        vm,
    )
}

/// `opt_entity(option)`: the entity that its paths start at, or None.
fn entity(option: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    match option_of(&option, vm)?.start() {
        Some(entity) => wrap(Kind::Entity(entity), vm),
        None => Ok(vm.ctx.none()),
    }
}

/// `opt_relationship(option, attribute, kind, settings)`.
fn relationship(
    option: PyObjectRef,
    attribute: PyObjectRef,
    kind: PyObjectRef,
    settings: PyDictRef,
    vm: &VirtualMachine,
) -> PyResult {
    let option = option_of(&option, vm)?;
    let attribute = attribute_of(&attribute, vm)?;
    let kind = load_kind(&text(&kind, vm)?, vm)?;
    let settings = self::settings(&settings, vm)?;
    let made = option
        .relationship(&attribute, kind, settings)
        .map_err(|error| raise(error, vm))?;
    wrap(Kind::Option(Rc::new(made)), vm)
}

fn settings(said: &PyDictRef, vm: &VirtualMachine) -> PyResult<Settings> {
    let get = |name: &str| -> PyResult<Option<PyObjectRef>> {
        Ok(said
            .get_item_opt(name, vm)?
            .filter(|found| !vm.is_none(found)))
    };
    let innerjoin = match get("innerjoin")? {
        Some(found)
            if found
                .downcast_ref::<rustpython_vm::builtins::PyStr>()
                .is_some() =>
        {
            Some(if text(&found, vm)? == "unnested" {
                InnerJoin::Unnested
            } else {
                InnerJoin::Nested
            })
        }
        Some(found) => Some(if found.try_to_bool(vm)? {
            InnerJoin::Nested
        } else {
            InnerJoin::No
        }),
        None => None,
    };
    let alias = match get("alias")? {
        Some(found) => match kind_of(&found, vm)? {
            Some(Kind::Entity(entity)) => Some(entity.selectable().clone()),
            _ => Some(from_of(&found, vm)?),
        },
        None => None,
    };
    Ok(Settings {
        innerjoin,
        recursion_depth: get("recursion_depth")?
            .map(|found| found.try_to_value(vm))
            .transpose()?,
        alias,
        undefer_groups: get("undefer_group")?
            .map(|found| text(&found, vm).map(Rc::from))
            .into_iter()
            .collect::<PyResult<_>>()?,
        chunk_size: get("chunksize")?
            .map(|found| found.try_to_value(vm))
            .transpose()?,
    })
}

/// `opt_columns(option, attributes, kind)`.
fn columns(
    option: PyObjectRef,
    attributes: PyObjectRef,
    kind: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let option = option_of(&option, vm)?;
    let attributes = attributes_of(&attributes, vm)?;
    let kind = load_kind(&text(&kind, vm)?, vm)?;
    let made = option
        .columns(&attributes, kind)
        .map_err(|error| raise(error, vm))?;
    wrap(Kind::Option(Rc::new(made)), vm)
}

fn attributes_of(object: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<LoadAttribute>> {
    list(object, vm)?
        .iter()
        .map(|item| attribute_of(item, vm))
        .collect()
}

/// `opt_wildcard(option, of, kind, settings)`, of: "relationship" or "column".
fn wildcard(
    option: PyObjectRef,
    of: PyObjectRef,
    kind: PyObjectRef,
    settings: PyDictRef,
    vm: &VirtualMachine,
) -> PyResult {
    let option = option_of(&option, vm)?;
    let step = if text(&of, vm)? == "column" {
        Step::AnyColumn
    } else {
        Step::AnyRelationship
    };
    let kind = load_kind(&text(&kind, vm)?, vm)?;
    let made = option.wildcard(step, kind, self::settings(&settings, vm)?);
    wrap(Kind::Option(Rc::new(made)), vm)
}

/// `opt_load_only(option, attributes, raiseload)`.
fn load_only(
    option: PyObjectRef,
    attributes: PyObjectRef,
    raiseload: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let option = option_of(&option, vm)?;
    let attributes = attributes_of(&attributes, vm)?;
    let made = option
        .load_only(&attributes, raiseload)
        .map_err(|error| raise(error, vm))?;
    wrap(Kind::Option(Rc::new(made)), vm)
}

/// `opt_expression(option, attribute, expression)`.
fn with_expression(
    option: PyObjectRef,
    attribute: PyObjectRef,
    expression: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let option = option_of(&option, vm)?;
    let attribute = attribute_of(&attribute, vm)?;
    let expression = crate::python::native::node::expression(&expression, vm)?;
    let made = option
        .expression(&attribute, expression)
        .map_err(|error| raise(error, vm))?;
    wrap(Kind::Option(Rc::new(made)), vm)
}

/// `opt_options(option, options)`: options that go on from where the chain is.
fn options(option: PyObjectRef, nested: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let option = option_of(&option, vm)?;
    let nested = list(&nested, vm)?
        .iter()
        .map(|item| option_of(item, vm).map(|nested| LoadOption::clone(&nested)))
        .collect::<PyResult<Vec<_>>>()?;
    let made = option.options(&nested).map_err(|error| raise(error, vm))?;
    wrap(Kind::Option(Rc::new(made)), vm)
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        opt_new = new,
        opt_entity = entity,
        opt_relationship = relationship,
        opt_columns = columns,
        opt_wildcard = wildcard,
        opt_load_only = load_only,
        opt_expression = with_expression,
        opt_options = options,
    );
    Ok(())
}
