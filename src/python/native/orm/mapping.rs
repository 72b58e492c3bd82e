//! Mapping classes: what a declarative class says, told to the session layer.

use std::rc::Rc;

use rustpython_vm::builtins::{PyDictRef, PyTypeRef};
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use crate::orm::entity::{Alias, Entity};
use crate::orm::inheritance::Inherits;
use crate::orm::mapper::{ColumnAttribute, EagerDefaults, Mapper, Mapping};
use crate::orm::relationship::{Cascade, InnerJoin, Options, PassiveDeletes, Relationship, Toggle};
use crate::orm::sql::FromKind;
use crate::orm::version::Version;
use crate::python::native::Module;
use crate::python::native::errors::{raise, sqlalchemy};
use crate::python::native::node::{
    Kind, entity_of, expr_of, from_of, optional, optional_text, registry_of, text, wrap,
};
use crate::python::native::value::{Host, to_value};
use crate::python::run;
use crate::trace::{Event, Strategy};

/// `orm_registry()`: a registry of mappers, for a declarative base.
fn registry(vm: &VirtualMachine) -> PyResult {
    let registry = Rc::new(crate::orm::Registry::default());
    super::keep_registry(&registry);
    wrap(Kind::Registry(registry), vm)
}

/// `orm_mapper(registry, class, table, primary_key, confirm_deleted_rows, inherits, inherit_condition)`: the mapper of a
/// class, still without attributes; without columns for its primary key it has the table's, or that of the mapper that
/// it inherits from. A tuple takes as many arguments as it has members.
fn mapper(
    registry: PyObjectRef,
    class: PyTypeRef,
    table: PyObjectRef,
    primary_key: Vec<PyObjectRef>,
    confirms_deletes: bool,
    inherits: (PyObjectRef, PyObjectRef),
    vm: &VirtualMachine,
) -> PyResult {
    let registry = registry_of(&registry, vm)?;
    let module = class.as_object_module(vm)?;
    let key = primary_key.iter().map(|column| expr_of(column, vm));
    let (parent, condition) = inherits;
    let condition = optional(&condition, expr_of, vm)?;
    let parent = optional(&parent, entity_of, vm)?;
    let mapper = Mapper::new(Mapping {
        class_name: &class.name(),
        module: &module,
        table: optional(&table, from_of, vm)?,
        key: key.collect::<PyResult<Vec<_>>>()?,
        confirms_deletes,
        inherits: parent.map(|parent| Inherits {
            parent: Rc::clone(parent.mapper()),
            condition,
        }),
    });
    let mapper = mapper.map_err(|error| raise(error, vm))?;
    mapper.host.set(Box::new(class));
    crate::orm::entity::register(&mapper);
    registry.add(&mapper);
    wrap(Kind::Entity(Entity::Mapper(mapper)), vm)
}

trait ClassModule {
    fn as_object_module(&self, vm: &VirtualMachine) -> PyResult<String>;
}

impl ClassModule for PyTypeRef {
    fn as_object_module(&self, vm: &VirtualMachine) -> PyResult<String> {
        use rustpython_vm::AsObject;
        Ok(self
            .as_object()
            .get_attr("__module__", vm)?
            .str(vm)?
            .to_string())
    }
}

/// `orm_add_column(mapper, key, column, options)`; options: deferred, group, raiseload, active_history.
fn add_column(
    mapper: PyObjectRef,
    key: PyObjectRef,
    column: PyObjectRef,
    options: PyDictRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let mapper = Rc::clone(entity_of(&mapper, vm)?.mapper());
    let options = Said { options, vm };
    mapper.add_column(
        &text(&key, vm)?,
        ColumnAttribute {
            expr: expr_of(&column, vm)?,
            same: Vec::new(),
            deferred: options.flag("deferred")?,
            group: options.text("group")?.map(Rc::from),
            raiseload: options.flag("raiseload")?,
            active_history: options.flag("active_history")?,
            from_query: options.flag("from_query")?,
            unset: options.get("unset")?.map(|value| to_value(&value, vm)),
        },
    );
    Ok(())
}

/// `orm_labeled(expression)`: the expression of a `column_property()` as rows have it: under its own label, or one that
/// is made for it.
fn labeled(expr: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let expr = crate::python::native::node::expression(&expr, vm)?;
    let labeled = match expr.kind() {
        crate::orm::sql::ExprKind::Label { .. } => expr,
        _ => expr.label(None),
    };
    wrap(Kind::Expr(labeled), vm)
}

/// What was said by keyword.
struct Said<'a> {
    options: PyDictRef,
    vm: &'a VirtualMachine,
}

impl Said<'_> {
    fn get(&self, name: &str) -> PyResult<Option<PyObjectRef>> {
        let found = self.options.get_item_opt(name, self.vm)?;
        Ok(found.filter(|found| !self.vm.is_none(found)))
    }

    fn flag(&self, name: &str) -> PyResult<bool> {
        self.get(name)?
            .map_or(Ok(false), |found| found.try_to_bool(self.vm))
    }

    fn text(&self, name: &str) -> PyResult<Option<String>> {
        self.get(name)?
            .map(|found| text(&found, self.vm))
            .transpose()
    }
}

/// `orm_add_relationship(mapper, key, options)`: declares a relationship, to be configured later.
fn add_relationship(
    mapper: PyObjectRef,
    key: PyObjectRef,
    options: PyDictRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let mapper = Rc::clone(entity_of(&mapper, vm)?.mapper());
    let key = text(&key, vm)?;
    let said = Said { options, vm };
    let lazy = said.text("lazy")?.unwrap_or_else(|| "select".into());
    let Some(lazy) = Strategy::from_name(&lazy) else {
        return Err(sqlalchemy(
            "sqlalchemy.exc.ArgumentError",
            &format!(
                "Can't find strategy (('lazy', '{lazy}'),) for {}.{key}",
                mapper.class_name()
            ),
            None,
            vm,
        ));
    };
    let cascade = match said.text("cascade")? {
        Some(words) => Cascade::parse(&words).map_err(|error| raise(error, vm))?,
        None if said.flag("viewonly")? => {
            Cascade::parse("merge").map_err(|error| raise(error, vm))?
        }
        None => Cascade::default(),
    };
    let uselist = said
        .get("uselist")?
        .map(|found| found.try_to_bool(vm))
        .transpose()?;
    let innerjoin = match said.get("innerjoin")? {
        Some(found)
            if found
                .downcast_ref::<rustpython_vm::builtins::PyStr>()
                .is_some() =>
        {
            if text(&found, vm)? == "unnested" {
                InnerJoin::Unnested
            } else {
                InnerJoin::Nested
            }
        }
        Some(found) if found.clone().try_to_bool(vm)? => InnerJoin::Nested,
        _ => InnerJoin::No,
    };
    let passive_deletes = match said.get("passive_deletes")? {
        Some(found)
            if found
                .downcast_ref::<rustpython_vm::builtins::PyStr>()
                .is_some() =>
        {
            PassiveDeletes::All
        }
        Some(found) if found.clone().try_to_bool(vm)? => PassiveDeletes::Yes,
        _ => PassiveDeletes::No,
    };
    let options = Options {
        lazy,
        uselist,
        back_populates: said.text("back_populates")?.map(Rc::from),
        cascade,
        innerjoin,
        join_depth: said
            .get("join_depth")?
            .map(|found| found.try_to_value(vm))
            .transpose()?,
        viewonly: said.flag("viewonly")?,
        single_parent: said.flag("single_parent")?,
        passive_deletes,
        passive_updates: !said.flag("active_updates")?,
        post_update: said.flag("post_update")?,
        active_history: said.flag("active_history")?,
        distinct_target_key: said
            .get("distinct_target_key")?
            .map(|found| found.try_to_bool(vm))
            .transpose()?,
        omit_join: said
            .get("omit_join")?
            .map(|found| found.try_to_bool(vm))
            .transpose()?,
        line: said
            .get("line")?
            .map(|found| found.try_to_value(vm))
            .transpose()?,
    };
    let toggle = toggled(&format!("{}.{key}", mapper.class_name()));
    mapper.add_relationship(Relationship::new(&mapper, &key, options, toggle));
    Ok(())
}

/// `orm_check_key(mapper)`: raises when no attribute holds the primary key.
fn check_key(mapper: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let mapper = Rc::clone(entity_of(&mapper, vm)?.mapper());
    mapper
        .primary_key()
        .map(|_| ())
        .map_err(|error| raise(error, vm))
}

/// `orm_eager_defaults(mapper, flag)`: whether what the database fills in comes back with any write, or with none.
fn eager_defaults(mapper: PyObjectRef, flag: bool, vm: &VirtualMachine) -> PyResult<()> {
    let when = if flag {
        EagerDefaults::Always
    } else {
        EagerDefaults::Never
    };
    entity_of(&mapper, vm)?.mapper().eager_defaults.set(when);
    Ok(())
}

/// `orm_version(mapper, key, column, generator)`: which attribute counts the versions of its rows, and the function that makes
/// the next one; None where the program sets it by itself.
fn version(
    mapper: PyObjectRef,
    key: PyObjectRef,
    column: PyObjectRef,
    generator: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let mapper = Rc::clone(entity_of(&mapper, vm)?.mapper());
    let Some(attribute) = mapper.attribute_by_key(&text(&key, vm)?) else {
        return Ok(());
    };
    let generator = (!vm.is_none(&generator)).then(|| Rc::new(Host(generator)) as Rc<_>);
    mapper.set_version(Version {
        attribute: attribute.index,
        column: expr_of(&column, vm)?,
        generator,
    });
    Ok(())
}

/// `orm_fail(mapper, words)`: whoever uses the mapper from now on is told why it could not be configured.
fn fail(mapper: PyObjectRef, words: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let words = text(&words, vm)?;
    let mapper = Rc::clone(entity_of(&mapper, vm)?.mapper());
    *mapper.failure.borrow_mut() = Some(Rc::from(words));
    Ok(())
}

/// `orm_announce(mapper)`: tells the trace of the mapper's relationships, now that they are configured.
fn announce(mapper: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let mapper = Rc::clone(entity_of(&mapper, vm)?.mapper());
    let Some(run) = run::current() else {
        return Ok(());
    };
    // Of a mapping that failed, some are not known.
    for relationship in mapper
        .relationships()
        .iter()
        .filter(|one| one.is_configured())
    {
        let event = Event::Relationship(Box::new(relationship.info()));
        crate::sqlite::Observer::event(&*run, event)
            .map_err(|_| crate::python::halt::stopped(vm))?;
    }
    Ok(())
}

/// `orm_alias(entity, from, name, adapt_on_names, flat)`.
fn alias(
    entity: PyObjectRef,
    from: PyObjectRef,
    name: PyObjectRef,
    adapt_on_names: bool,
    flat: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let entity = entity_of(&entity, vm)?;
    let name = optional_text(&name, vm)?;
    let from = optional(&from, from_of, vm)?;
    let selectable = match from {
        Some(from) => from,
        None => match entity.selectable().kind() {
            FromKind::Subquery { .. } | FromKind::Cte(_) => entity.selectable().alias(None),
            _ if flat => entity.mapper().table.flat_alias_named(name.as_deref()),
            _ => entity.mapper().table.alias(name.as_deref()),
        },
    };
    let alias = Alias::new(entity.mapper(), selectable, name.as_deref(), adapt_on_names);
    wrap(Kind::Entity(Entity::Alias(alias)), vm)
}

/// What was put from outside in the place of a relationship's own strategy.
fn toggled(relationship: &str) -> Toggle {
    run::current().map_or_else(Toggle::default, |run| run.toggle(relationship))
}

/// `orm_toggled(name)`: the name of that strategy for `Author.books`; None without one.
fn toggled_name(relationship: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    Ok(match toggled(&text(&relationship, vm)?).strategy {
        Some(strategy) => vm.ctx.new_str(strategy.name()).into(),
        None => vm.ctx.none(),
    })
}

/// `orm_column(entity, key)`: a mapped column as a SQL expression over that entity.
fn column(entity: PyObjectRef, key: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let entity = entity_of(&entity, vm)?;
    let key = text(&key, vm)?;
    let column = entity
        .mapper()
        .attribute_by_key(&key)
        .and_then(|attribute| entity.column(attribute.index));
    match column {
        Some(column) => wrap(Kind::Expr(column), vm),
        None => Err(vm.new_attribute_error(format!("{} has no column {key}", entity.name()))),
    }
}

/// `orm_keys(entity)`: keys of the mapped attributes in order, and whether each is a relationship.
fn keys(entity: PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    let entity = entity_of(&entity, vm)?;
    let pair = |attribute: Rc<crate::orm::Attribute>| -> PyObjectRef {
        let key = vm.ctx.new_str(&*attribute.key).into();
        let is_relationship = vm
            .ctx
            .new_bool(attribute.as_relationship().is_some())
            .into();
        vm.ctx.new_tuple(vec![key, is_relationship]).into()
    };
    Ok(entity.mapper().attributes().into_iter().map(pair).collect())
}

/// `orm_is_same(a, b)`: whether two nodes are one entity.
fn is_same(a: PyObjectRef, b: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(entity_of(&a, vm)? == entity_of(&b, vm)?)
}

/// `orm_class(entity)`: the class that an entity, or an alias of it, is of.
fn class(entity: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let entity = entity_of(&entity, vm)?;
    let class = entity
        .mapper()
        .host
        .with::<PyTypeRef, _>(|class| class.cloned());
    Ok(class.map_or_else(|| vm.ctx.none(), Into::into))
}

/// `orm_facts(entity)`: its name, and whether it is an alias.
fn facts(entity: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let entity = entity_of(&entity, vm)?;
    let name = match entity.row_name() {
        Some(name) => vm.ctx.new_str(&*name).into(),
        None => vm.ctx.none(),
    };
    let is_alias = vm.ctx.new_bool(entity.is_alias()).into();
    Ok(vm.ctx.new_tuple(vec![name, is_alias]).into())
}

/// `expr_entity(expression)`: the entity that its first mapped column belongs to; None without one.
fn expr_entity(expr: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    match Entity::of_expr(&expr_of(&expr, vm)?) {
        Some(entity) => wrap(Kind::Entity(entity), vm),
        None => Ok(vm.ctx.none()),
    }
}

/// `expr_attribute(expression)`: the key of the mapped attribute that it is as it stands; None for anything else.
fn expr_attribute(expr: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    Ok(match &expr_of(&expr, vm)?.annotations().proxy_key {
        Some(key) => vm.ctx.new_str(&**key).into(),
        None => vm.ctx.none(),
    })
}

/// `orm_attribute_of(entity, expression, key)`: the expression as an attribute of that entity, which rows know by that
/// key; its own name, where it has one, stays in the SQL.
fn attribute_of(
    entity: PyObjectRef,
    expr: PyObjectRef,
    key: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let entity = entity_of(&entity, vm)?;
    let expr = expr_of(&expr, vm)?;
    let expr = expr
        .with_entity(entity.id())
        .with_proxy_key(text(&key, vm)?);
    wrap(Kind::Expr(expr), vm)
}

/// `orm_table(entity)`: its table, or the alias that it is over.
fn table(entity: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap(Kind::From(entity_of(&entity, vm)?.selectable().clone()), vm)
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        orm_labeled = labeled,
        orm_registry = registry,
        orm_mapper = mapper,
        orm_add_column = add_column,
        orm_add_relationship = add_relationship,
        orm_announce = announce,
        orm_alias = alias,
        orm_column = column,
        orm_attribute_of = attribute_of,
        orm_toggled = toggled_name,
        orm_keys = keys,
        orm_is_same = is_same,
        orm_class = class,
        expr_entity,
        expr_attribute,
        orm_check_key = check_key,
        orm_eager_defaults = eager_defaults,
        orm_version = version,
        orm_fail = fail,
        orm_facts = facts,
        orm_table = table,
    );
    Ok(())
}
