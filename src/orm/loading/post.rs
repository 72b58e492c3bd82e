//! The loads that follow a query's rows, in the order in which SQLAlchemy sends them.

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::rc::{Rc, Weak};

use super::kept::OutermostFound;
use super::subquery::SubqueryLoad;
use super::{RunOptions, immediate, selectin};
use crate::orm::error::{Error, Result};
use crate::orm::identity::Key;
use crate::orm::instance::Instance;
use crate::orm::path::{Path, Step};
use crate::orm::query::Plan;
use crate::orm::query::plan::{EntityPlan, PostLoadPlan};
use crate::orm::relationship::Relationship;
use crate::orm::session::Session;
use crate::trace::Strategy;
use crate::trace::hash::FastMap;

/// Loads that wait, by the path of the objects that they are for.
#[derive(Default)]
pub struct PostLoads {
    by_path: Vec<PostLoad>,
    /// What the subquery loads of the query that the queue belongs to find.
    pub(super) found: Rc<OutermostFound>,
    pub(super) asked: Asked,
}

/// What the outermost query was told: its loads do not go by it, but the subquery loads that follow one of them do.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub populate_existing: bool,
    pub autoflush: bool,
    pub yield_per: Option<usize>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            populate_existing: false,
            autoflush: true,
            yield_per: None,
        }
    }
}

struct PostLoad {
    path: Path,
    loaders: Vec<Loader>,
    objects: Vec<Target>,
    /// Where each object is among them.
    places: FastMap<*const Instance, usize>,
}

/// One relationship to load, for every object at a path.
#[derive(Clone)]
pub(super) struct Loader {
    pub post: PostLoadPlan,
    /// Path of the objects, from the very first statement.
    pub load_path: Path,
    /// The query that it follows.
    pub plan: Rc<Plan>,
    pub options: RunOptions,
    pub recursion_depth: Option<i64>,
    /// The relationship goes round once more than allowed: only what is known already is used.
    pub known_only: bool,
}

/// An object to load for. Where objects are filled anew, what one of them held may be gone before its turn comes: it is
/// loaded for all the same.
#[derive(Clone)]
pub(super) struct Target {
    instance: Weak<Instance>,
    pub key: Option<Key>,
    /// What it has is replaced.
    pub overwrites: bool,
}

impl Target {
    /// The object, unless nobody holds it any more.
    pub fn instance(&self) -> Option<Rc<Instance>> {
        self.instance.upgrade()
    }
}

impl PostLoads {
    /// The queue of a query of the program's.
    pub(super) fn of_query(options: &RunOptions) -> Rc<RefCell<Self>> {
        Rc::new(RefCell::new(Self {
            asked: Asked {
                populate_existing: options.populate_existing,
                autoflush: options.autoflush,
                yield_per: options.yield_per,
            },
            ..Self::default()
        }))
    }

    /// Enters a relationship to be loaded for the objects that the plan's rows will make; a subquery load is handed
    /// back, as the rows themselves ask for it.
    pub(super) fn register(
        queue: &Rc<RefCell<Self>>,
        entity: &EntityPlan,
        post: &PostLoadPlan,
        plan: &Rc<Plan>,
        options: &RunOptions,
    ) -> Result<Option<SubqueryLoad>> {
        let relationship = &post.relationship;
        if relationship.is_write_only() {
            return Err(not_populated(relationship));
        }
        let mut recursion_depth = post
            .element
            .as_ref()
            .and_then(|element| element.settings.recursion_depth);
        // Only this round is counted in the loads that follow.
        let mut next = Vec::new();
        let mut goes_on = true;
        let is_unlimited = recursion_depth == Some(-1);
        if let Some(depth) = recursion_depth {
            if !relationship.is_self_referential() {
                return Err(Error::invalid_request(format!(
                    "recursion_depth option on relationship {} not valid for non-self-referential relationship",
                    relationship.name
                )));
            }
            let known = options
                .recursion
                .iter()
                .find(|(name, _)| *name == relationship.name);
            let left = known.map_or(depth, |(_, left)| *left);
            recursion_depth = Some(left);
            if !is_unlimited {
                goes_on = left >= 0;
                if goes_on {
                    next.push((std::sync::Arc::clone(&relationship.name), left - 1));
                }
            }
        }
        let step = relationship.step();
        let load_path = entity.load_path.push(step);
        let has_own_option = post.element.as_ref().is_some_and(|element| {
            matches!(element.path.steps().last(), Some(Step::Attribute(..)))
        });
        if !has_own_option && goes_on {
            goes_on = match relationship.options.join_depth {
                Some(depth) => load_path.len() / 2 <= depth,
                None => !load_path.contains_mapper(&relationship.mapper()),
            };
        }
        let mut queue = queue.borrow_mut();
        let is_there = queue.by_path.iter().any(|entry| {
            entry.path == entity.load_path
                && entry
                    .loaders
                    .iter()
                    .any(|loader| Rc::ptr_eq(&loader.post.relationship, relationship))
        });
        let known_only = !goes_on || is_there;
        // A refresh has one object: whatever the strategy, its relationships are loaded one by one.
        let strategy = match post.strategy {
            Strategy::Selectin | Strategy::Subquery if options.refresh.is_some() => {
                Strategy::Immediate
            }
            other => other,
        };
        if known_only && strategy != Strategy::Immediate {
            return Ok(None);
        }
        if strategy == Strategy::Subquery {
            return SubqueryLoad::new(entity, post, plan, options).map(Some);
        }
        let loader = Loader {
            post: PostLoadPlan {
                strategy,
                ..post.clone()
            },
            load_path: entity.load_path.clone(),
            plan: Rc::clone(plan),
            options: RunOptions {
                recursion: next,
                ..options.clone()
            },
            recursion_depth,
            known_only,
        };
        match queue
            .by_path
            .iter_mut()
            .find(|entry| entry.path == entity.load_path)
        {
            Some(entry) => {
                let same = entry
                    .loaders
                    .iter_mut()
                    .find(|known| Rc::ptr_eq(&known.post.relationship, relationship));
                match same {
                    Some(known) => *known = loader,
                    None => entry.loaders.push(loader),
                }
            }
            None => queue.by_path.push(PostLoad {
                path: entity.load_path.clone(),
                loaders: vec![loader],
                objects: Vec::new(),
                places: FastMap::default(),
            }),
        }
        Ok(None)
    }

    /// Whether loads wait for the objects at this path.
    pub(super) fn is_waiting_at(&self, path: &Path) -> bool {
        self.by_path.iter().any(|entry| entry.path == *path)
    }

    /// Adds an object that has been read at this path.
    pub(super) fn add(&mut self, path: &Path, instance: &Rc<Instance>, overwrites: bool) {
        let Some(entry) = self.by_path.iter_mut().find(|entry| entry.path == *path) else {
            return;
        };
        match entry.places.entry(Rc::as_ptr(instance)) {
            Entry::Occupied(known) => entry.objects[*known.get()].overwrites = overwrites,
            Entry::Vacant(place) => {
                place.insert(entry.objects.len());
                entry.objects.push(Target {
                    instance: Rc::downgrade(instance),
                    key: instance.identity().map(|identity| identity.key),
                    overwrites,
                });
            }
        }
    }

    /// Runs what waits, and what that adds, until nothing does.
    pub fn work_off(queue: &Rc<RefCell<Self>>, session: &Rc<Session>) -> Result<()> {
        loop {
            let level = std::mem::take(&mut queue.borrow_mut().by_path);
            if level.is_empty() {
                return Ok(());
            }
            for entry in level {
                if entry.objects.is_empty() {
                    continue;
                }
                for loader in &entry.loaders {
                    let mut loader = loader.clone();
                    loader.options.queue = Some(Rc::clone(queue));
                    loader.options.refresh = None;
                    // Subquery loads behind it repeat its own query, not the one that it follows.
                    loader.options.origin = None;
                    loader.options.binds.clear();
                    match loader.post.strategy {
                        Strategy::Selectin => selectin::load(session, &loader, &entry.objects)?,
                        _ => immediate::load(session, &loader, &entry.objects)?,
                    }
                }
            }
        }
    }
}

/// An eager load of a collection that no object holds.
pub fn not_populated(relationship: &Relationship) -> Error {
    Error::invalid_request(format!(
        "'{}' does not support object population - eager loading cannot be applied.",
        relationship.name
    ))
}
