//! `select`: a relationship is loaded when it is read.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::post::PostLoads;
use super::{LoadContext, Passive, RunOptions, columns, criteria_of, provenance_of, run};
use crate::orm::Value;
use crate::orm::attributes;
use crate::orm::error::{Error, Result};
use crate::orm::identity::Key;
use crate::orm::instance::{Instance, Slot};
use crate::orm::options::{LoadElement, LoadKind, QueryOption};
use crate::orm::path::Path;
use crate::orm::query::{self, FromItem, Plan, Select};
use crate::orm::relationship::Relationship;
use crate::orm::sql::LabelStyle;
use crate::orm::sql::expr::BindValue;
use crate::trace::{AccessOutcome, Strategy, Trigger};

/// What came of a lazy load.
#[derive(Debug)]
pub enum Outcome {
    Loaded {
        found: Vec<Rc<Instance>>,
        /// The statement that it took, if any.
        statement: Option<u64>,
    },
    /// The attribute has its value: refreshing the object for the keys that the load goes by brought it along.
    WasSet,
    /// There is nothing to load from: the object has no row, or its key is not known.
    Empty,
    /// It would take a statement, and none may be sent.
    NotAllowed,
    /// It is not to be loaded so: the error, and what the ledger calls it.
    Refused { error: Error, why: AccessOutcome },
}

impl Outcome {
    /// The outcome of who takes a refusal for the error that it is.
    pub(super) fn permitted(self) -> Result<Self> {
        match self {
            Self::Refused { error, .. } => Err(error),
            other => Ok(other),
        }
    }
}

/// In whose service a lazy load is made.
pub(super) struct LazyLoad {
    pub trigger: Trigger,
    pub element: Option<Rc<LoadElement>>,
    /// The path that options are looked up from, where it is not the object's own.
    pub from: Option<Path>,
    pub recursion: Vec<(Arc<str>, i64)>,
    pub queue: Option<Rc<RefCell<PostLoads>>>,
    /// Options beside those that the object was loaded with.
    pub extra: Vec<QueryOption>,
}

impl LazyLoad {
    fn plain(element: Option<Rc<LoadElement>>) -> Self {
        Self {
            trigger: Trigger::Lazy,
            element,
            from: None,
            recursion: Vec::new(),
            queue: None,
            extra: Vec::new(),
        }
    }
}

/// Reads a relationship of an object, loading it if need be. This is `author.books`.
///
/// # Errors
/// `DetachedInstanceError`, the `raise` strategies' error, and what a load can raise.
pub fn read(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    passive: Passive,
) -> Result<Slot> {
    let slot = instance.slot(index);
    if slot.is_loaded() {
        instance.note_read(relationship, AccessOutcome::Loaded, index)?;
        return Ok(slot);
    }
    let element = instance.state.borrow().loaders.get(&index).cloned();
    let outcome = load(
        instance,
        index,
        relationship,
        passive,
        &LazyLoad::plain(element),
    )?;
    let note = |outcome| instance.note_read(relationship, outcome, index);
    match outcome {
        Outcome::Loaded { found, statement } => {
            // Without an object nobody was asked: the foreign key is NULL.
            let is_known = !found.is_empty();
            set_loaded(instance, index, relationship, found)?;
            match statement {
                Some(statement) => instance.note_relationship_load(index, statement),
                None => instance.forget_relationship_load(index),
            }
            note(if statement.is_some() {
                AccessOutcome::Emitted
            } else if is_known {
                AccessOutcome::IdentityMap
            } else {
                AccessOutcome::Loaded
            })?;
            Ok(instance.slot(index))
        }
        Outcome::WasSet => {
            note(AccessOutcome::Loaded)?;
            Ok(instance.slot(index))
        }
        Outcome::Empty => {
            // Nothing is stored: what is read becomes the value when it is changed.
            Ok(attributes::default_value(instance, index))
        }
        Outcome::NotAllowed => Ok(Slot::Unloaded),
        Outcome::Refused { error, why } => {
            note(why)?;
            Err(error)
        }
    }
}

/// As [`read`], for the session layer itself: nothing is stored, and the ledger does not know of it.
///
/// # Errors
/// As [`read`].
pub fn fetch(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    passive: Passive,
) -> Result<Outcome> {
    let element = instance.state.borrow().loaders.get(&index).cloned();
    load(
        instance,
        index,
        relationship,
        passive,
        &LazyLoad::plain(element),
    )?
    .permitted()
}

/// Stores what a load found, as the value that the database has.
///
/// # Errors
/// What a collection class of the host's raised.
pub fn set_loaded(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Relationship,
    found: Vec<Rc<Instance>>,
) -> Result<()> {
    let slot = if relationship.uselist() {
        Slot::Many(attributes::collect(instance, relationship, found)?)
    } else {
        Slot::One(found.into_iter().next())
    };
    attributes::set_committed(instance, index, slot).map(|_| ())
}

/// Loads a relationship of one object.
pub(super) fn load(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    passive: Passive,
    load: &LazyLoad,
) -> Result<Outcome> {
    if !instance.is_persistent() {
        return Ok(Outcome::Empty);
    }
    let strategy = match load.element.as_ref().map(|element| element.kind) {
        Some(LoadKind::Relationship(strategy)) => relationship.by_option(strategy),
        _ => relationship.active,
    };
    if strategy == Strategy::Noload && load.trigger != Trigger::Immediate {
        return Ok(Outcome::Empty);
    }
    let has_criteria = load
        .element
        .as_ref()
        .is_some_and(|element| !element.criteria.is_empty());
    let use_get = relationship.use_get() && !has_criteria;
    if !passive.sql && !use_get {
        return Ok(Outcome::NotAllowed);
    }
    if strategy == Strategy::Raise && passive.raise && (!use_get || passive.related) {
        return Ok(raised(relationship, "raise"));
    }
    let Some(session) = instance.session() else {
        if !passive.raise {
            return Ok(Outcome::NotAllowed);
        }
        let error = Error::raised(
            "sqlalchemy.orm.exc.DetachedInstanceError",
            format!(
                "Parent instance {} is not bound to a Session; lazy load operation of attribute '{}' cannot proceed",
                columns::instance_shown(instance),
                relationship.key
            ),
        )
        .with_code("bhk3");
        return Ok(Outcome::Refused {
            error,
            why: AccessOutcome::Detached,
        });
    };
    // Who asks what the database has of an attribute that is there is not told what is there.
    let may_be_set = load.trigger == Trigger::Immediate || !instance.is_loaded(index);
    if use_get {
        let Some(key) = target_key(relationship, instance, passive)? else {
            return Ok(Outcome::NotAllowed);
        };
        if may_be_set && instance.is_loaded(index) {
            return Ok(Outcome::WasSet);
        }
        if key.is_null() {
            return Ok(Outcome::Loaded {
                found: Vec::new(),
                statement: None,
            });
        }
        let mapper = relationship.mapper();
        let identity = mapper.identity_of_key(key.clone());
        if let Some(known) = session.lookup(&identity) {
            if known.state.borrow().expired && !passive.sql {
                return Ok(Outcome::NotAllowed);
            }
            // One whose row is gone is asked for once more.
            if let Some(known) = columns::still_there(&session, known, passive)? {
                // An object of another class of the hierarchy is not what was asked for.
                let is_one = known.mapper.is_a(&mapper);
                return Ok(Outcome::Loaded {
                    found: if is_one { vec![known] } else { Vec::new() },
                    statement: None,
                });
            }
        }
        if !passive.sql || !passive.related {
            return Ok(Outcome::NotAllowed);
        }
        if strategy == Strategy::RaiseOnSql && passive.raise {
            return Ok(raised(relationship, "raise_on_sql"));
        }
        let plan = plan(instance, relationship, load, Some(&key))?;
        let clause = mapper.get_clause();
        let values = key.values();
        let mut options = run_options(instance, relationship, load, passive);
        options.binds = clause
            .binds
            .iter()
            .copied()
            .zip(values)
            .map(|(bind, value)| (bind, BindValue::Value(value)))
            .collect();
        let loaded = run(&session, &plan, &options)?;
        return Ok(Outcome::Loaded {
            found: loaded.unique_entities(),
            statement: Some(loaded.statement),
        });
    }
    // The values go first: an expired parent is refreshed before its relationship is loaded.
    let mut values = relationship.join().lazy().own.clone();
    for (bind, column) in &relationship.join().lazy().binds {
        let Some(value) = column_value(&relationship.parent(), instance, column, passive)? else {
            return Ok(Outcome::Loaded {
                found: Vec::new(),
                statement: None,
            });
        };
        values.push((*bind, BindValue::Value(value)));
    }
    if may_be_set && instance.is_loaded(index) {
        return Ok(Outcome::WasSet);
    }
    if strategy == Strategy::RaiseOnSql && passive.raise {
        return Ok(raised(relationship, "raise_on_sql"));
    }
    let plan = plan(instance, relationship, load, None)?;
    let mut options = run_options(instance, relationship, load, passive);
    options.binds = values;
    let loaded = run(&session, &plan, &options)?;
    let found = loaded.unique_entities();
    if !relationship.uselist() && found.len() > 1 {
        session.warn(&format!(
            "Multiple rows returned with uselist=False for lazily-loaded attribute '{}' ",
            relationship.name
        ))?;
    }
    Ok(Outcome::Loaded {
        found,
        statement: Some(loaded.statement),
    })
}

fn raised(relationship: &Relationship, lazy: &str) -> Outcome {
    Outcome::Refused {
        error: Error::invalid_request(format!(
            "'{}' is not available due to lazy='{lazy}'",
            relationship.name
        )),
        why: AccessOutcome::Raised,
    }
}

fn run_options(
    instance: &Rc<Instance>,
    relationship: &Relationship,
    load: &LazyLoad,
    passive: Passive,
) -> RunOptions {
    let mut options = RunOptions::new(provenance_of(
        load.trigger,
        relationship,
        std::slice::from_ref(instance),
    ));
    options.owner = Some(Rc::clone(instance));
    options.all_eagers = false;
    options.autoflush = passive.autoflush;
    options.recursion.clone_from(&load.recursion);
    options.queue.clone_from(&load.queue);
    options
}

/// The plan of the relationship's lazy load from where this object was found; made once for each such place.
fn plan(
    instance: &Instance,
    relationship: &Rc<Relationship>,
    load: &LazyLoad,
    key: Option<&Key>,
) -> Result<Rc<Plan>> {
    let context = instance.state.borrow().load.clone();
    let step = relationship.step();
    let has_criteria = load
        .element
        .as_ref()
        .is_some_and(|element| !element.criteria.is_empty());
    let base = match (&load.from, &context) {
        (Some(path), _) => path.clone(),
        (None, Some(context)) if !context.options.is_empty() || has_criteria => {
            context.path.clone()
        }
        (None, _) => instance.mapper.entity().path(),
    };
    let path = base.push(step);
    let options = context
        .as_ref()
        .map(|context| context.options.clone())
        .unwrap_or_default();
    let has_null = key.is_some_and(Key::has_null);
    let is_plain = !has_criteria && !has_null && load.from.is_none();
    if is_plain && let Some(plan) = known_plan(relationship, context.as_deref(), &path) {
        return Ok(plan);
    }
    let target = relationship.target();
    let mut select = Select::of(&target);
    // Columns of what is joined keep their names too, though some come twice: nobody asks for them by name.
    // A dynamic collection is a query of the 1.x style, and knows nothing of what led to it.
    let is_query = relationship.active == Strategy::Dynamic;
    select.label_style = match is_query {
        true => LabelStyle::TablenamePlusCol,
        false => LabelStyle::None,
    };
    if let Some(key) = key {
        select.where_.push(relationship.mapper().criterion_of(key));
    } else {
        if let Some(secondary) = &relationship.join().secondary {
            select.froms.push(FromItem::Entity(target.clone()));
            select.froms.push(FromItem::From(secondary.clone()));
        }
        select
            .where_
            .push(relationship.join().lazy().criterion.clone());
        select.order_by = relationship.order_by().to_vec();
    }
    let compile_options = match is_query {
        true => query::CompileOptions::default(),
        false => {
            select.options = options;
            select
                .options
                .extend(criteria_of(load.element.as_ref(), &target));
            select.options.extend(load.extra.iter().cloned());
            query::CompileOptions {
                current_path: path.clone(),
                left_lazy: match key {
                    Some(_) => Vec::new(),
                    None => leading_back(relationship),
                },
                ..query::CompileOptions::default()
            }
        }
    };
    let plan = Rc::new(query::compile(&Rc::new(select), &compile_options)?);
    if is_plain {
        keep_plan(relationship, context.as_deref(), path, &plan);
    }
    Ok(plan)
}

fn known_plan(
    relationship: &Relationship,
    context: Option<&LoadContext>,
    path: &Path,
) -> Option<Rc<Plan>> {
    match context {
        Some(context) if !context.options.is_empty() => {
            let plans = context.plans.borrow();
            plans
                .iter()
                .find(|(name, _)| *name == relationship.name)
                .map(|(_, plan)| Rc::clone(plan))
        }
        _ => relationship.plan(path),
    }
}

fn keep_plan(
    relationship: &Relationship,
    context: Option<&LoadContext>,
    path: Path,
    plan: &Rc<Plan>,
) {
    match context {
        Some(context) if !context.options.is_empty() => {
            context
                .plans
                .borrow_mut()
                .push((Arc::clone(&relationship.name), Rc::clone(plan)));
        }
        _ => relationship.keep_plan(path, plan),
    }
}

/// The many-to-ones behind a one-to-many: the parent is known already, so they are not loaded eagerly again.
fn leading_back(relationship: &Relationship) -> Vec<Rc<Relationship>> {
    relationship
        .reverse()
        .into_iter()
        .filter(|reverse| {
            reverse.use_get()
                && matches!(
                    reverse.active,
                    Strategy::Joined
                        | Strategy::Selectin
                        | Strategy::Subquery
                        | Strategy::Immediate
                        | Strategy::Noload
                )
        })
        .collect()
}

/// The key of a many-to-one's target, from the object's foreign keys, without loading anything; none when it is not
/// known.
pub(super) fn key_of_target(relationship: &Relationship, instance: &Instance) -> Option<Key> {
    let equated = &relationship.join().lazy().equated;
    let mapper = relationship.mapper();
    let values: Option<Vec<Value>> = mapper
        .primary_key_columns()
        .iter()
        .map(|column| {
            let index = instance
                .mapper
                .attribute_of_column(equated.get(&column.id())?)?;
            instance.value(index)
        })
        .collect();
    Some(mapper.key(values?))
}

fn target_key(
    relationship: &Relationship,
    instance: &Rc<Instance>,
    passive: Passive,
) -> Result<Option<Key>> {
    let equated = &relationship.join().lazy().equated;
    let mapper = relationship.mapper();
    let parent = relationship.parent();
    let mut values = Vec::new();
    for column in mapper.primary_key_columns() {
        let Some(near) = equated.get(&column.id()) else {
            return Ok(None);
        };
        match column_value(&parent, instance, near, passive)? {
            Some(value) => values.push(value),
            None => return Ok(None),
        }
    }
    Ok(Some(mapper.key(values)))
}

/// The object's value of one of its mapper's columns, loaded if it may be; none when there is none to be had.
fn column_value(
    parent: &crate::orm::Mapper,
    instance: &Rc<Instance>,
    column: &crate::orm::sql::Expr,
    passive: Passive,
) -> Result<Option<Value>> {
    let Some(index) = parent.attribute_of_column(column) else {
        return Ok(None);
    };
    if passive.committed
        && let Some(before) = instance.state.borrow().committed.get(&index)
    {
        // Overwritten without having been read: SQLAlchemy takes it for NULL.
        return Ok(Some(match before {
            Slot::Value(value) => value.clone(),
            _ => Value::Null,
        }));
    }
    // Nobody gave it a value and no row had one. The history of the relationship knows it for what it is.
    if !passive.committed && columns::is_unset(instance, index) {
        return Ok(Some(Value::Null));
    }
    columns::read(instance, index, passive)
}
