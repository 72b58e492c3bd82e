//! Columns that are not there: deferred, or expired.

use std::rc::Rc;
use std::sync::Arc;

use super::{Passive, RunOptions, derived, run};
use crate::orm::Value;
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Slot};
use crate::orm::mapper::Mapper;
use crate::orm::options::LoadKind;
use crate::orm::query::{self, Select};
use crate::orm::session::Session;
use crate::orm::sql::BindId;
use crate::orm::sql::expr::BindValue;
use crate::sqlite::Provenance;
use crate::trace::Trigger;

/// Reads a column of an object, loading it if need be; none when the object has no row to load it from.
///
/// # Errors
/// `DetachedInstanceError`, `ObjectDeletedError`, a `raiseload` option's error, and what a load can raise.
pub fn read(instance: &Rc<Instance>, index: usize, passive: Passive) -> Result<Option<Value>> {
    match instance.slot(index) {
        Slot::Value(value) => return Ok(Some(value)),
        _ if is_from_query(instance, index) => return Ok(None),
        // A deferred column has a load of its own, expired or not.
        Slot::Expired if !is_deferred(instance, index) => {
            if !passive.sql {
                return Ok(None);
            }
            refresh_expired(instance, Some(index), passive)?;
        }
        _ if !instance.is_persistent() || was_never_set(instance, index) => return Ok(None),
        _ => {
            if !passive.sql {
                return Ok(None);
            }
            load_deferred(instance, index)?;
        }
    }
    Ok(instance.value(index))
}

/// Whether it takes a statement to know the column.
pub fn takes_statement(instance: &Instance, index: usize) -> bool {
    match instance.slot(index) {
        Slot::Value(_) => false,
        _ if is_from_query(instance, index) => false,
        Slot::Expired if !is_deferred(instance, index) => true,
        _ => instance.is_persistent() && !was_never_set(instance, index),
    }
}

/// A column of an object with a row that has no value, and none to be loaded.
pub(super) fn is_unset(instance: &Instance, index: usize) -> bool {
    let is_unloaded = matches!(instance.slot(index), Slot::Unloaded);
    is_unloaded && instance.is_persistent() && was_never_set(instance, index)
}

fn is_deferred(instance: &Instance, index: usize) -> bool {
    let attribute = instance.mapper.attribute(index);
    attribute.as_column().is_some_and(|column| column.deferred)
}

/// Its value comes with a query that says what it is: it is not loaded by itself.
fn is_from_query(instance: &Instance, index: usize) -> bool {
    instance
        .mapper
        .attribute(index)
        .as_column()
        .is_some_and(|column| column.from_query)
}

/// A column that the program gave no value when it made the object: until it is expired, or a query that came past the
/// object has deferred it, there is nothing to read.
fn was_never_set(instance: &Instance, index: usize) -> bool {
    let has_loader = instance.state.borrow().loaders.contains_key(&index);
    !instance.is_from_row.get() && !has_loader && !is_deferred(instance, index)
}

/// Loads all that is expired of an object, in one statement: relationships that are loaded eagerly come along, deferred
/// columns wait to be read. What comes from queries comes with its default. `read` is the column that somebody asked for.
fn refresh_expired(instance: &Rc<Instance>, read: Option<usize>, passive: Passive) -> Result<()> {
    let expired: Vec<usize> = instance
        .mapper
        .attributes()
        .iter()
        .filter(|attribute| {
            let column = attribute.as_column();
            column.is_none_or(|column| !column.deferred)
        })
        .map(|attribute| attribute.index)
        .filter(|index| {
            matches!(instance.slot(*index), Slot::Expired)
                && !instance.state.borrow().committed.contains_key(index)
        })
        .collect();
    let name = read.map(|index| attribute_name(instance, index));
    load_attributes(instance, expired, Trigger::Refresh, name, passive.autoflush)?;
    settle(instance);
    Ok(())
}

/// An attribute as findings name it: `Author.bio`.
fn attribute_name(instance: &Instance, index: usize) -> Arc<str> {
    let mapper = &instance.mapper;
    format!("{}.{}", mapper.class_name(), mapper.attribute(index).key).into()
}

/// What a refresh has left expired is just not loaded: its own loader brings it.
pub fn settle(instance: &Instance) {
    for index in 0..instance.mapper.places() {
        if matches!(instance.slot(index), Slot::Expired) {
            instance.put(index, Slot::Unloaded);
        }
    }
}

/// After a refresh: relationships and deferred columns wait to be read. Columns that an option left out stay expired, and
/// are loaded together.
pub fn settle_what_waits(instance: &Instance) {
    for attribute in instance.mapper.attributes() {
        let waits = attribute
            .as_column()
            .is_none_or(|column| column.deferred || column.from_query);
        if waits && matches!(instance.slot(attribute.index), Slot::Expired) {
            instance.put(attribute.index, Slot::Unloaded);
        }
    }
}

/// Which attributes a load by key is to fill.
#[derive(Clone, Debug)]
pub enum Wanted {
    All,
    These(Vec<usize>),
    /// Those that the program named: relationships among them are loaded at once.
    Named(Vec<usize>),
}

/// Loads a deferred column, and those of its group that are missing too.
fn load_deferred(instance: &Rc<Instance>, index: usize) -> Result<()> {
    let attribute = instance.mapper.attribute(index);
    let Some(column) = attribute.as_column() else {
        return Ok(());
    };
    let option = instance.state.borrow().loaders.get(&index).cloned();
    let name = attribute_name(instance, index);
    let group: Vec<usize> = match &column.group {
        Some(group) => instance
            .mapper
            .attributes()
            .iter()
            .filter(|other| {
                other
                    .as_column()
                    .is_some_and(|other| other.group.as_ref() == Some(group))
            })
            .map(|other| other.index)
            .filter(|other| !instance.state.borrow().committed.contains_key(other))
            .collect(),
        None => vec![index],
    };
    if instance.session().is_none() {
        return Err(Error::raised(
            "sqlalchemy.orm.exc.DetachedInstanceError",
            format!(
                "Parent instance {} is not bound to a Session; deferred load operation of attribute '{}' cannot proceed",
                instance_shown(instance),
                attribute.key
            ),
        )
        .with_code("bhk3"));
    }
    let forbidden = match option.as_ref().map(|option| option.kind) {
        Some(LoadKind::Defer { raiseload }) => raiseload,
        _ => column.raiseload,
    };
    if forbidden {
        return Err(Error::invalid_request(format!(
            "'{name}' is not available due to raiseload=True"
        )));
    }
    load_attributes(instance, group, Trigger::Lazy, Some(name), true)
}

fn load_attributes(
    instance: &Rc<Instance>,
    attributes: Vec<usize>,
    trigger: Trigger,
    name: Option<Arc<str>>,
    autoflush: bool,
) -> Result<()> {
    let Some(session) = instance.session() else {
        return Err(Error::raised(
            "sqlalchemy.orm.exc.DetachedInstanceError",
            format!(
                "Instance {} is not bound to a Session; attribute refresh operation cannot proceed",
                instance_shown(instance)
            ),
        )
        .with_code("bhk3"));
    };
    let load = Load {
        instance,
        trigger,
        name,
        autoflush,
    };
    let wanted = Wanted::These(attributes);
    let is_there = match &wanted {
        Wanted::These(attributes) => match derived::select(instance, attributes)? {
            Some(select) => load.send(&session, select, Vec::new(), wanted)?,
            None => load.by_key(&session, wanted)?,
        },
        _ => load.by_key(&session, wanted)?,
    };
    if !is_there && instance.is_persistent() {
        return Err(Error::raised(
            "sqlalchemy.orm.exc.ObjectDeletedError",
            format!(
                "Instance '{}' has been deleted, or its row is otherwise not present.",
                instance_shown(instance)
            ),
        ));
    }
    Ok(())
}

/// Loads an object's row by its key, into the object; false when there is no such row.
///
/// # Errors
/// What a load can raise.
pub fn load_by_key(
    session: &Rc<Session>,
    instance: &Rc<Instance>,
    wanted: Wanted,
    trigger: Trigger,
    name: Option<Arc<str>>,
    autoflush: bool,
) -> Result<bool> {
    let load = Load {
        instance,
        trigger,
        name,
        autoflush,
    };
    load.by_key(session, wanted)
}

/// A load of what an object lacks.
struct Load<'a> {
    instance: &'a Rc<Instance>,
    trigger: Trigger,
    name: Option<Arc<str>>,
    autoflush: bool,
}

impl Load<'_> {
    fn by_key(self, session: &Rc<Session>, wanted: Wanted) -> Result<bool> {
        let mapper = &self.instance.mapper;
        let identity = match self.instance.identity() {
            Some(identity) => identity,
            None => match mapper.identity_of(self.instance)? {
                Some(identity) => identity,
                None => return Ok(false),
            },
        };
        let mut select = Select::of(&mapper.entity());
        let clause = mapper.get_clause();
        select.where_.push(clause.criterion.clone());
        let binds = clause
            .binds
            .iter()
            .copied()
            .zip(identity.key.values())
            .map(|(bind, value)| (bind, BindValue::Value(value)))
            .collect();
        self.send(session, select, binds, wanted)
    }

    /// Sends the query; false when there is no row.
    fn send(
        self,
        session: &Rc<Session>,
        mut select: Select,
        binds: Vec<(BindId, BindValue)>,
        wanted: Wanted,
    ) -> Result<bool> {
        let instance = self.instance;
        let context = instance.state.borrow().load.clone();
        let is_asked_for = matches!(wanted, Wanted::Named(_));
        let only = match wanted {
            Wanted::All => None,
            Wanted::These(attributes) => Some(attributes),
            Wanted::Named(attributes) => Some(with_key(&instance.mapper, attributes)?),
        };
        let refreshed = only.clone();
        let mut options = query::CompileOptions {
            is_refresh: true,
            is_asked_for,
            only,
            ..query::CompileOptions::default()
        };
        if let Some(context) = &context
            && !context.options.is_empty()
        {
            select.options.clone_from(&context.options);
            options.current_path = context.path.parent();
        }
        let plan = Rc::new(query::compile(&Rc::new(select), &options)?);
        let mut provenance = Provenance::of(self.trigger);
        provenance.relationship = self.name;
        provenance.owners = 1;
        provenance.owner = Some(Arc::from(instance.label()));
        provenance.parent = instance.state.borrow().loaded_by;
        let mut run_options = RunOptions::new(provenance);
        run_options.autoflush = self.autoflush;
        run_options.refresh = Some(Rc::clone(instance));
        run_options.refreshed = refreshed;
        run_options.binds = binds;
        Ok(!run(session, &plan, &run_options)?.cells.is_empty())
    }
}

/// As SQLAlchemy does, the primary key comes along when the program names relationships: their loads go by it.
fn with_key(mapper: &Mapper, mut attributes: Vec<usize>) -> Result<Vec<usize>> {
    let names_relationship = attributes
        .iter()
        .any(|&index| mapper.attribute(index).as_relationship().is_some());
    if names_relationship {
        for &index in mapper.primary_key()?.iter() {
            if !attributes.contains(&index) {
                attributes.push(index);
            }
        }
    }
    Ok(attributes)
}

/// An object that the identity map has: if it is expired, its row may be gone. What was set since does not tell that it
/// is there.
pub(super) fn still_there(
    session: &Rc<Session>,
    instance: Rc<Instance>,
    passive: Passive,
) -> Result<Option<Rc<Instance>>> {
    if !instance.state.borrow().expired || !passive.related {
        return Ok(Some(instance));
    }
    match refresh_expired(&instance, None, passive) {
        Ok(()) => Ok(Some(instance)),
        Err(Error::Raised {
            class: "sqlalchemy.orm.exc.ObjectDeletedError",
            ..
        }) => {
            session.register_deleted(&[instance])?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// An object as SQLAlchemy's messages show it: `<Author at 0x7f…>`.
pub fn instance_shown(instance: &Instance) -> String {
    format!(
        "<{} at {:#x}>",
        instance.mapper.class_name(),
        std::ptr::from_ref(instance).addr()
    )
}
