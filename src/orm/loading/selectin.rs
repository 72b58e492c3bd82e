//! `selectin`: one more statement for up to 500 parents, found by `IN`.

use std::collections::HashMap;
use std::rc::Rc;

use super::loaded::entity_of;
use super::post::{Loader, Target};
use super::{Cell, RunOptions, criteria_of, lazy, provenance_of, run};
use crate::orm::binds;
use crate::orm::entity::{Alias, Entity};
use crate::orm::error::Result;
use crate::orm::identity::Key;
use crate::orm::instance::Instance;
use crate::orm::query::{
    self, FromItem, JoinStep, JoinTarget, RawColumn, RelationshipPath, Select,
};
use crate::orm::relationship::Relationship;
use crate::orm::session::Session;
use crate::orm::sql::expr::{BindValue, Operand, tuple_};
use crate::orm::sql::{BindId, Expr, LabelStyle, Op};
use crate::trace::{self, Direction, Trigger};

/// Parents that one statement serves, as SQLAlchemy has it.
const CHUNK: usize = 500;

/// Loads the relationship for all of the objects.
pub(super) fn load(session: &Rc<Session>, loader: &Loader, objects: &[Target]) -> Result<()> {
    let relationship = &loader.post.relationship;
    match Form::of(relationship) {
        Form::ByChildKey => {
            if let Some(owners) = by_child_key(relationship, objects) {
                return load_by_child_key(session, loader, owners);
            }
            load_by_parent_key(session, loader, objects, Form::WithJoin)
        }
        form => load_by_parent_key(session, loader, objects, form),
    }
}

/// How the parents are told from the rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The parents hold the target's key: a many-to-one.
    ByChildKey,
    /// The target holds the parent's key.
    ByForeignKey,
    /// The secondary table holds it.
    BySecondary,
    /// The parent's table has to be joined.
    WithJoin,
}

impl Form {
    fn of(relationship: &Relationship) -> Self {
        let join = relationship.join();
        let parent = relationship.parent();
        let form = match relationship.direction() {
            Direction::ManyToOne => Self::ByChildKey,
            Direction::ManyToMany => Self::BySecondary,
            Direction::OneToMany => Self::ByForeignKey,
        };
        let holds = match form {
            Self::ByChildKey => relationship.use_get(),
            Self::BySecondary => {
                !relationship.is_self_referential() && join.secondary_stands_for_parent(&parent)
            }
            _ => join.reverse_is_get(&parent),
        };
        if relationship.options.omit_join.unwrap_or(holds) {
            form
        } else {
            Self::WithJoin
        }
    }
}

/// The query of a selectin load and its parameter.
struct Built {
    plan: Rc<query::Plan>,
    keys: BindId,
    key_width: usize,
}

fn build(loader: &Loader, form: Form) -> Result<Built> {
    let relationship = &loader.post.relationship;
    let parent = relationship.parent();
    let element = loader.post.element.as_ref();
    let target = element
        .and_then(|element| element.of_type.clone())
        .unwrap_or_else(|| relationship.target());
    let mut select = Select {
        // As in a lazy load: nobody asks for these columns by name.
        label_style: LabelStyle::None,
        ..Select::default()
    };
    let key_columns: Vec<Expr> = match form {
        Form::ByChildKey => {
            let columns = relationship.mapper().primary_key_columns();
            select.froms.push(FromItem::Entity(target.clone()));
            columns.iter().map(|column| target.adapt(column)).collect()
        }
        Form::ByForeignKey | Form::BySecondary => {
            let pairs = &relationship.join().local_remote_pairs;
            let remote = parent.primary_key_columns().into_iter().filter_map(|key| {
                pairs
                    .iter()
                    .find(|(local, _)| parent.equates(local, &key))
                    .map(|(_, remote)| remote.clone())
            });
            let columns: Vec<Expr> = remote.collect();
            if let (Form::BySecondary, Some(secondary), Some(on)) = (
                form,
                &relationship.join().secondary,
                &relationship.join().secondaryjoin,
            ) {
                select.froms.push(FromItem::From(secondary.clone()));
                select.joins.push(JoinStep {
                    target: JoinTarget::Item {
                        item: FromItem::Entity(target.clone()),
                        on: Some(target.adapt(on)),
                    },
                    left: None,
                    outer: false,
                    full: false,
                });
                columns
            } else {
                select.froms.push(FromItem::Entity(target.clone()));
                columns.iter().map(|column| target.adapt(column)).collect()
            }
        }
        Form::WithJoin => {
            let alias = Entity::Alias(Alias::new(&parent, parent.table.alias(None), None, false));
            select.froms.push(FromItem::Entity(alias.clone()));
            select.joins.push(JoinStep {
                target: JoinTarget::Relationship(RelationshipPath {
                    left: alias.clone(),
                    relationship: Rc::clone(relationship),
                    target: Some(target.clone()),
                    criteria: Vec::new(),
                }),
                left: None,
                outer: false,
                full: false,
            });
            parent
                .primary_key_columns()
                .iter()
                .map(|column| alias.adapt(column))
                .collect()
        }
    };
    let (in_, keys) = in_keys(&key_columns)?;
    select.where_.push(in_);
    select.columns = key_columns.iter().cloned().map(RawColumn::Expr).collect();
    select.columns.push(RawColumn::Entity(target.clone()));
    select.options.clone_from(&loader.plan.select.options);
    select.options.extend(criteria_of(element, &target));
    let mut options = query::CompileOptions::default();
    let step = relationship.step();
    options.current_path = loader.load_path.push(step);
    if loader.recursion_depth.is_some() {
        options.current_path = options.current_path.without_recursion();
    }
    let order_by = relationship.order_by().iter();
    if form == Form::WithJoin {
        select.outermost_order_by = order_by.cloned().collect();
    } else {
        select.order_by = order_by.map(|clause| target.adapt(clause)).collect();
    }
    let plan = Rc::new(query::compile(&Rc::new(select), &options)?);
    Ok(Built {
        plan,
        keys,
        key_width: key_columns.len(),
    })
}

/// `key IN (…)`, its values given with each execution.
pub(super) fn in_keys(columns: &[Expr]) -> Result<(Expr, BindId)> {
    let left = match columns {
        [column] => column.clone(),
        _ => tuple_(
            columns
                .iter()
                .map(|column| Operand::Expr(column.clone()))
                .collect(),
        ),
    };
    let (bind, keys) = binds::expanding("primary_keys", left.ty());
    Ok((
        left.operate(&Op::In, Operand::Expr(bind), &Default::default())?,
        keys,
    ))
}

/// Keys as an IN takes them.
pub(super) fn in_values(keys: &[Key]) -> BindValue {
    if keys.iter().all(|key| key.values().len() == 1) {
        BindValue::List(keys.iter().flat_map(Key::values).collect())
    } else {
        BindValue::Tuples(keys.iter().map(|key| Rc::from(key.values())).collect())
    }
}

/// A parent's key, and an object related to it.
type Related = (Key, Option<Rc<Instance>>);

/// The rows of one chunk: the parent's key and the related object of each; and the number of the statement.
fn execute(
    session: &Rc<Session>,
    loader: &Loader,
    built: &Built,
    keys: &[Key],
    targets: &[&Target],
) -> Result<(u64, Vec<Related>)> {
    let owners: Vec<Rc<Instance>> = targets
        .iter()
        .filter_map(|target| target.instance())
        .collect();
    let mut provenance = provenance_of(Trigger::Selectin, &loader.post.relationship, &owners);
    drop(owners);
    // Sent all the same where each of them has it: then it serves none.
    if targets
        .iter()
        .all(|target| to_set(loader, target).is_none())
    {
        provenance.owners = 0;
        provenance.owner = None;
    }
    let mut options = RunOptions {
        provenance,
        all_eagers: true,
        // What the query before was told of these is not this one's.
        autoflush: true,
        is_flushed: false,
        yield_per: None,
        ..loader.options.clone()
    };
    options.binds = vec![(built.keys, in_values(keys))];
    let loaded = run(session, &built.plan, &options)?;
    let mut found: Vec<Related> = Vec::with_capacity(loaded.cells.len() / loaded.width.max(1));
    let mut seen = std::collections::HashSet::new();
    for row in loaded.rows() {
        let key = Key::of_row(row[..built.key_width].iter().map(|cell| match cell {
            Cell::Value(value, _) => value.clone(),
            _ => trace::Value::Null,
        }));
        let entity = entity_of(&row[built.key_width]);
        // Joined collections behind it repeat the row.
        if !built.plan.needs_unique || seen.insert((key.clone(), entity.as_ref().map(Rc::as_ptr))) {
            found.push((key, entity));
        }
    }
    Ok((loaded.statement, found))
}

/// The objects by the key that they hold of their target, in order; none when one does not know it. One that is gone
/// holds none.
fn by_child_key(
    relationship: &Relationship,
    objects: &[Target],
) -> Option<Vec<(Option<Key>, Target)>> {
    objects
        .iter()
        .map(|target| {
            let Some(instance) = target.instance() else {
                return Some((None, target.clone()));
            };
            let key = lazy::key_of_target(relationship, &instance)?;
            Some(((!key.has_null()).then_some(key), target.clone()))
        })
        .collect()
}

fn load_by_child_key(
    session: &Rc<Session>,
    loader: &Loader,
    objects: Vec<(Option<Key>, Target)>,
) -> Result<()> {
    let built = build(loader, Form::ByChildKey)?;
    let mut keys: Vec<Key> = Vec::new();
    let mut by_key: HashMap<Key, Vec<Target>> = HashMap::new();
    let mut without = Vec::new();
    for (key, target) in objects {
        match key {
            Some(key) => {
                let owners = by_key.entry(key.clone()).or_default();
                if owners.is_empty() {
                    keys.push(key);
                }
                owners.push(target);
            }
            None => without.push(target),
        }
    }
    for chunk in keys.chunks(chunk_size(loader)) {
        let targets: Vec<&Target> = chunk.iter().flat_map(|key| &by_key[key]).collect();
        let (statement, found) = execute(session, loader, &built, chunk, &targets)?;
        let found: HashMap<Key, Option<Rc<Instance>>> = found.into_iter().collect();
        for key in chunk {
            for target in &by_key[key] {
                let related = found.get(key).cloned().flatten();
                set(
                    loader,
                    target,
                    related.into_iter().collect(),
                    Some(statement),
                )?;
            }
        }
    }
    for target in &without {
        set(loader, target, Vec::new(), None)?;
    }
    Ok(())
}

fn load_by_parent_key(
    session: &Rc<Session>,
    loader: &Loader,
    objects: &[Target],
    form: Form,
) -> Result<()> {
    let built = build(loader, form)?;
    for chunk in objects.chunks(chunk_size(loader)) {
        let targets: Vec<&Target> = chunk.iter().collect();
        let keys: Vec<Key> = targets
            .iter()
            .filter_map(|target| target.key.clone())
            .collect();
        let (statement, found) = execute(session, loader, &built, &keys, &targets)?;
        let mut related: HashMap<Key, Vec<Rc<Instance>>> = HashMap::new();
        for (key, instance) in found {
            if let Some(instance) = instance {
                related.entry(key).or_default().push(instance);
            }
        }
        for target in chunk {
            let Some(key) = &target.key else {
                continue;
            };
            let found = related.get(key).cloned().unwrap_or_default();
            if !loader.post.relationship.uselist()
                && found.len() > 1
                && to_set(loader, target).is_some()
            {
                session.warn(&format!(
                    "Multiple rows returned with uselist=False for eagerly-loaded attribute '{}' ",
                    loader.post.relationship.name
                ))?;
            }
            set(loader, target, found, Some(statement))?;
        }
    }
    Ok(())
}

/// The object, if it is to have what is found: it lacks it, or is loaded anew.
fn to_set(loader: &Loader, target: &Target) -> Option<Rc<Instance>> {
    let is_wanted =
        |instance: &Rc<Instance>| target.overwrites || !instance.is_loaded(loader.post.index);
    target.instance().filter(is_wanted)
}

/// Puts what was found into the object, unless it has something that is to stay.
fn set(
    loader: &Loader,
    target: &Target,
    found: Vec<Rc<Instance>>,
    statement: Option<u64>,
) -> Result<()> {
    let Some(instance) = to_set(loader, target) else {
        return Ok(());
    };
    lazy::set_loaded(
        &instance,
        loader.post.index,
        &loader.post.relationship,
        found,
    )?;
    if let Some(statement) = statement {
        instance.note_relationship_load(loader.post.index, statement);
    }
    Ok(())
}

fn chunk_size(loader: &Loader) -> usize {
    loader
        .post
        .element
        .as_ref()
        .and_then(|element| element.settings.chunk_size)
        .unwrap_or(CHUNK)
}
