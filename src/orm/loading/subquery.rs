//! `subquery`: one more statement, in which the first query comes again as a subquery. It is sent with the first row
//! that needs it.

use std::cell::{Cell as StdCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::kept::Found;
use super::loaded::entity_of;
use super::{Cell, RunOptions, criteria_of, lazy, provenance_of, run};
use crate::orm::entity::{Alias, Entity};
use crate::orm::error::{Error, Result};
use crate::orm::identity::Key;
use crate::orm::instance::Instance;
use crate::orm::path::{Path, Step};
use crate::orm::query::plan::{EntityPlan, PostLoadPlan};
use crate::orm::query::{
    self, FromItem, JoinStep, JoinTarget, Plan, RawColumn, RelationshipPath, Select,
};
use crate::orm::relationship::Relationship;
use crate::orm::session::Session;
use crate::orm::sql::{ElementId, Expr, LabelStyle};
use crate::trace::{self, Trigger};

/// The query that subquery loads repeat, when they follow one another: the very first.
#[derive(Clone)]
pub struct Origin {
    select: Rc<Select>,
    /// The path from that query's entity.
    path: Path,
}

/// Related objects by the key that their parents hold; loaded with the first question.
pub(super) struct SubqueryLoad {
    pub post: PostLoadPlan,
    path: Path,
    plan: Rc<Plan>,
    options: RunOptions,
    shared: Shared,
}

/// What the subquery loads of one execution have found: its parts share it.
#[derive(Clone, Default)]
pub(super) struct Subqueries(Rc<RefCell<Vec<(Path, Shared)>>>);

/// What a load has found, and the number of its statement.
#[derive(Clone, Default)]
struct Shared {
    found: Rc<Found>,
    statement: Rc<StdCell<u64>>,
}

impl Subqueries {
    /// The load goes by what an earlier part has found.
    pub fn share(&self, load: &mut SubqueryLoad) {
        let path = load.path.push(load.post.relationship.step());
        let mut known = self.0.borrow_mut();
        match known.iter().find(|(at, _)| *at == path) {
            Some((_, shared)) => load.shared = shared.clone(),
            None => known.push((path, load.shared.clone())),
        }
    }
}

impl SubqueryLoad {
    /// What it finds.
    pub fn found(&self) -> &Rc<Found> {
        &self.shared.found
    }

    /// # Errors
    /// When the rows do not have the columns that the parents are known by.
    pub fn new(
        entity: &EntityPlan,
        post: &PostLoadPlan,
        plan: &Rc<Plan>,
        options: &RunOptions,
    ) -> Result<Self> {
        if let Err(missing) = &post.near {
            return Err(Error::raised(
                "sqlalchemy.exc.NoSuchColumnError",
                format!("Could not locate column in row for column '{missing}'"),
            ));
        }
        Ok(Self {
            post: post.clone(),
            path: entity.path.clone(),
            plan: Rc::clone(plan),
            options: options.clone(),
            shared: Shared::default(),
        })
    }

    /// Sends the statement, unless it has been sent.
    pub fn ensure(
        &self,
        session: &Rc<Session>,
        owner: &Rc<Instance>,
    ) -> Result<&HashMap<Key, Vec<Rc<Instance>>>> {
        if let Some(found) = self.shared.found.get() {
            return Ok(found);
        }
        let found = self.load(session, owner)?;
        Ok(self.shared.found.get_or_init(|| found))
    }

    /// Puts the related objects into one that has just been read.
    pub fn fill(
        &self,
        session: &Rc<Session>,
        instance: &Rc<Instance>,
        row: &[trace::Value],
    ) -> Result<()> {
        let relationship = &self.post.relationship;
        let found = self.ensure(session, instance)?;
        let near = self.post.near.iter().flatten();
        let values = near.map(|&position| row[position].clone());
        let related = found.get(&Key::of_row(values)).cloned().unwrap_or_default();
        if !relationship.uselist() && related.len() > 1 {
            session.warn(&format!(
                "Multiple rows returned with uselist=False for eagerly-loaded attribute '{}' ",
                relationship.name
            ))?;
        }
        lazy::set_loaded(instance, self.post.index, relationship, related)?;
        instance.note_relationship_load(self.post.index, self.shared.statement.get());
        Ok(())
    }

    fn load(
        &self,
        session: &Rc<Session>,
        owner: &Rc<Instance>,
    ) -> Result<HashMap<Key, Vec<Rc<Instance>>>> {
        let relationship = &self.post.relationship;
        let step = relationship.step();
        let path = self.path.push(step);
        let (origin, rewritten, whole) = match &self.options.origin {
            None => (Rc::clone(&self.plan.select), path.clone(), path),
            Some(origin) => (
                Rc::clone(&origin.select),
                origin.path.join(&path),
                self.plan.compile_options.current_path.join(&path),
            ),
        };
        let mut select = self.select(&origin, &rewritten, &whole)?;
        select.outermost_order_by = relationship.order_by().to_vec();
        let compile_options = query::CompileOptions {
            current_path: whole,
            ..query::CompileOptions::default()
        };
        let plan = Rc::new(query::compile(&Rc::new(select), &compile_options)?);
        if let Some(queue) = &self.options.queue {
            let (sql, path) = (&plan.compiled.sql, &plan.compile_options.current_path);
            let compiled = &session.engine.compiled;
            compiled.enter(sql, path, &queue.borrow().found);
        }
        let mut provenance =
            provenance_of(Trigger::Subquery, relationship, std::slice::from_ref(owner));
        // It serves every owner of the first query; how many those are is not known yet.
        provenance.owners = 0;
        provenance.owner = None;
        let mut options = RunOptions {
            provenance,
            origin: Some(Origin {
                select: origin,
                path: rewritten,
            }),
            refresh: None,
            all_eagers: true,
            is_flushed: false,
            ..self.options.clone()
        };
        if let Some(queue) = &self.options.queue {
            let asked = queue.borrow().asked;
            options.populate_existing |= asked.populate_existing;
            options.autoflush = asked.autoflush;
            options.yield_per = asked.yield_per;
        }
        let loaded = run(session, &plan, &options)?;
        self.shared.statement.set(loaded.statement);
        let mut found: HashMap<Key, Vec<Rc<Instance>>> = HashMap::new();
        let mut seen = HashSet::new();
        for row in loaded.rows() {
            let key = Key::of_row(row[1..].iter().map(|cell| match cell {
                Cell::Value(value, _) => value.clone(),
                _ => trace::Value::Null,
            }));
            if let Some(instance) = entity_of(&row[0])
                && seen.insert((key.clone(), Rc::as_ptr(&instance)))
            {
                found.entry(key).or_default().push(instance);
            }
        }
        Ok(found)
    }

    /// The query: from the first one as a subquery, along the path, to the target.
    fn select(&self, origin: &Rc<Select>, rewritten: &Path, whole: &Path) -> Result<Select> {
        let relationship = &self.post.relationship;
        let element = self.post.element.as_ref();
        let target = element
            .and_then(|element| element.of_type.clone())
            .unwrap_or_else(|| relationship.target());
        let left = leftmost(origin, rewritten)?;
        let hops = hops(whole);
        let parent = relationship.parent();
        let last = if hops.len() < 2 {
            left.clone()
        } else {
            Entity::Alias(Alias::standing_for(&parent, parent.table.alias(None)))
        };
        let mut select = Select {
            columns: vec![RawColumn::Entity(target.clone())],
            options: self.plan.select.options.clone(),
            label_style: LabelStyle::TablenamePlusCol,
            ..Select::default()
        };
        select.options.extend(criteria_of(element, &target));
        select.columns.extend(
            relationship
                .near_columns()
                .iter()
                .map(|column| RawColumn::Expr(last.adapt(column))),
        );
        let mut from = left;
        for (index, hop) in hops.iter().enumerate() {
            let to = if index + 1 == hops.len() {
                target.clone()
            } else if index + 2 == hops.len() {
                last.clone()
            } else {
                let mapper = hop.mapper();
                Entity::Alias(Alias::standing_for(&mapper, mapper.table.alias(None)))
            };
            select.joins.push(JoinStep {
                target: JoinTarget::Relationship(RelationshipPath {
                    left: from,
                    relationship: Rc::clone(hop),
                    target: Some(to.clone()),
                    criteria: Vec::new(),
                }),
                left: None,
                outer: false,
                full: false,
            });
            from = to;
        }
        Ok(select)
    }
}

/// The relationships along a path.
fn hops(path: &Path) -> Vec<Rc<Relationship>> {
    path.steps()
        .iter()
        .filter_map(|step| match step {
            Step::Attribute(mapper, index) => Entity::find(*mapper)?
                .mapper()
                .attribute(*index)
                .as_relationship()
                .cloned(),
            _ => None,
        })
        .collect()
}

/// The first query as a subquery of only the columns that the path starts with, as an alias of its entity.
fn leftmost(origin: &Rc<Select>, path: &Path) -> Result<Entity> {
    let relationships = hops(path);
    let first = &relationships[0];
    let mapper = first.parent();
    let entity = match path.steps().first() {
        Some(root @ Step::Entity(id)) => origin
            .entities()
            .into_iter()
            .find(|entity| entity.step() == *root)
            .or_else(|| Entity::find(*id)),
        _ => None,
    };
    let entity = entity.unwrap_or_else(|| mapper.entity());
    let mut select = Select::clone(origin);
    if select.froms.is_empty() && select.joins.is_empty() {
        select.froms = origin
            .entities()
            .into_iter()
            .map(FromItem::Entity)
            .collect();
    } else if select.froms.is_empty() {
        // The joins start from one of the entities; naming it keeps it when its columns go.
        select.froms = origin
            .entities()
            .into_iter()
            .map(FromItem::Entity)
            .collect();
    }
    let columns: Vec<Expr> = first
        .near_columns()
        .iter()
        .map(|column| entity.adapt(column))
        .collect();
    // A part of a key, or no key, may come several times.
    let near = first.near_columns();
    let is_near = |key: &Expr| near.iter().any(|column| column.id() == key.id());
    let has_key = near.iter().all(|column| {
        let table = column.as_column().map(|(from, _)| from.primary_key());
        table.is_none_or(|key| key.iter().all(is_near))
    });
    let is_distinct = first.options.distinct_target_key;
    select.distinct |= is_distinct.unwrap_or(!has_key);
    if select.limit.is_none() && select.offset.is_none() {
        select.order_by.clear();
    }
    let selected: HashSet<ElementId> = columns.iter().map(Expr::id).collect();
    let mut raw: Vec<RawColumn> = columns.into_iter().map(RawColumn::Expr).collect();
    if select.distinct {
        let ordered_by = query::ordered_by(&select.order_by).into_iter();
        raw.extend(
            ordered_by
                .filter(|column| !selected.contains(&column.id()))
                .map(RawColumn::Expr),
        );
    }
    select.columns = raw;
    select.label_style = LabelStyle::TablenamePlusCol;
    select.options.clear();
    select.correlate = Some(Vec::new());
    let subquery = query::lower(&Rc::new(select))?.subquery(None);
    Ok(Entity::Alias(Alias::standing_for(&mapper, subquery)))
}
