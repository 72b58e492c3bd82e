//! One flush: which objects take part, and what is to become of them. `steps` puts what is to be done in order, and does it.

mod steps;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::dependency::Dependency;
use super::graph::{DependencyKey, Graph, Step};
use crate::orm::attributes::{self, ObjectHistory, Passive};
use crate::orm::error::Result;
use crate::orm::instance::Instance;
use crate::orm::mapper::{Mapper, MapperId};
use crate::orm::members::Members;
use crate::orm::relationship::Relationship;
use crate::orm::session::Session;
use crate::orm::sql::{ElementId, Expr};

type Address = *const Instance;

/// What is to become of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fate {
    deletes: bool,
    /// Nothing is sent for it: the database has changed its row by itself, or another object has taken it over.
    is_listed_only: bool,
}

/// An operation along a relationship, named in the warning when its object is not in the session.
pub type Along<'a> = Option<(&'static str, &'a Relationship)>;

/// Looks at a relationship's objects before the steps are sorted: it may bring further objects in.
#[derive(Debug)]
struct Preprocess {
    dependency: Rc<Dependency>,
    processed: HashSet<Address>,
    is_planned: bool,
}

/// A flush on its way.
pub struct Flush {
    pub session: Rc<Session>,
    /// Number of the flush in the run; none where a bulk method sends.
    pub number: Option<u32>,
    pub graph: Graph,
    /// Steps for whole classes that are replaced by steps for single objects.
    pub cycles: HashSet<usize>,
    fates: HashMap<Address, Fate>,
    /// Objects by mapper, in the order in which they came.
    mappers: Vec<(Rc<Mapper>, Members)>,
    preprocesses: Vec<Preprocess>,
    dependencies: HashMap<MapperId, Vec<Rc<Dependency>>>,
    histories: HashMap<(Address, usize), (Rc<ObjectHistory>, Passive)>,
    changed_columns: HashMap<(Address, usize), bool>,
    children_added: HashMap<DependencyKey, HashSet<Address>>,
    links: HashMap<String, HashSet<(Address, Address)>>,
    pub post_updates: HashMap<MapperId, (Members, HashSet<ElementId>)>,
    cascaded_keys: HashSet<(Address, ElementId)>,
    /// Relationships that changed an object's foreign key.
    causes: HashMap<Address, Arc<str>>,
}

impl Flush {
    pub fn new(session: &Rc<Session>) -> Self {
        Self {
            session: Rc::clone(session),
            number: None,
            graph: Graph::default(),
            cycles: HashSet::new(),
            fates: HashMap::new(),
            mappers: Vec::new(),
            preprocesses: Vec::new(),
            dependencies: HashMap::new(),
            histories: HashMap::new(),
            changed_columns: HashMap::new(),
            children_added: HashMap::new(),
            links: HashMap::new(),
            post_updates: HashMap::new(),
            cascaded_keys: HashSet::new(),
            causes: HashMap::new(),
        }
    }

    pub fn has_work(&self) -> bool {
        !self.fates.is_empty()
    }

    /// Takes an object in; false when it is not in the session.
    fn register(
        &mut self,
        instance: &Rc<Instance>,
        fate: Fate,
        cancels_delete: bool,
        along: Along<'_>,
    ) -> Result<bool> {
        if !self.session.contains(instance) {
            let is_deleted = instance.lifecycle() == crate::orm::instance::Lifecycle::Deleted;
            if let (Some((operation, relationship)), false) = (along, is_deleted) {
                self.session.warn(&format!(
                    "Object of type <{}> not in session, {operation} operation along '{}' will not proceed",
                    instance.mapper.class_name(),
                    relationship.name,
                ))?;
            }
            return Ok(false);
        }
        match self.fates.get_mut(&Rc::as_ptr(instance)) {
            Some(known) => {
                if !fate.is_listed_only && (fate.deletes || cancels_delete) {
                    *known = Fate {
                        deletes: fate.deletes,
                        is_listed_only: false,
                    };
                }
            }
            None => {
                let at = self.mapper_place(&instance.mapper)?;
                self.mappers[at].1.insert(instance);
                self.fates.insert(Rc::as_ptr(instance), fate);
            }
        }
        Ok(true)
    }

    pub fn register_save(&mut self, instance: &Rc<Instance>, along: Along<'_>) -> Result<bool> {
        let fate = Fate {
            deletes: false,
            is_listed_only: false,
        };
        self.register(instance, fate, false, along)
    }

    /// It is saved, even if it was to be deleted.
    pub fn register_saved_after_all(
        &mut self,
        instance: &Rc<Instance>,
        along: Along<'_>,
    ) -> Result<bool> {
        let fate = Fate {
            deletes: false,
            is_listed_only: false,
        };
        self.register(instance, fate, true, along)
    }

    pub fn register_delete(&mut self, instance: &Rc<Instance>, along: Along<'_>) -> Result<bool> {
        let fate = Fate {
            deletes: true,
            is_listed_only: false,
        };
        self.register(instance, fate, false, along)
    }

    pub fn register_listed(&mut self, instance: &Rc<Instance>, along: Along<'_>) -> Result<bool> {
        let fate = Fate {
            deletes: false,
            is_listed_only: true,
        };
        self.register(instance, fate, false, along)
    }

    fn mapper_place(&mut self, mapper: &Rc<Mapper>) -> Result<usize> {
        let known = self
            .mappers
            .iter()
            .position(|(known, _)| known.id == mapper.id);
        if let Some(at) = known {
            return Ok(at);
        }
        self.mappers.push((Rc::clone(mapper), Members::default()));
        let at = self.mappers.len() - 1;
        let saves = self.graph.step(Step::SaveAll(mapper.base()));
        let deletes = self.graph.step(Step::DeleteAll(mapper.base()));
        self.graph.before(saves, deletes);
        for relationship in mapper.relationships() {
            if relationship.options.viewonly {
                continue;
            }
            let dependency = Dependency::new(&relationship)?;
            let mut known = self.preprocesses.iter();
            if known.any(|known| known.dependency.key() == dependency.key()) {
                continue;
            }
            self.preprocesses.push(Preprocess {
                dependency,
                processed: HashSet::new(),
                is_planned: false,
            });
        }
        Ok(at)
    }

    pub fn has_mapper(&self, mapper: &Mapper) -> bool {
        self.mappers.iter().any(|(known, _)| known.id == mapper.id)
    }

    pub fn is_deleted(&self, instance: &Rc<Instance>) -> bool {
        self.fates
            .get(&Rc::as_ptr(instance))
            .is_some_and(|fate| fate.deletes)
    }

    /// The object's row is updated for another object: nothing is sent for it any more.
    pub fn list_only(&mut self, instance: &Rc<Instance>) {
        if let Some(fate) = self.fates.get_mut(&Rc::as_ptr(instance)) {
            fate.is_listed_only = true;
        }
    }

    /// The objects of a mapper and of those that derive from it, class by class.
    fn members_of(&self, mapper: &Mapper) -> impl Iterator<Item = &Rc<Instance>> {
        let classes = mapper.descendants().into_iter();
        let known =
            classes.filter_map(|class| self.mappers.iter().find(|(known, _)| known.id == class.id));
        known.flat_map(|(_, members)| members.iter())
    }

    /// The objects of a mapper, and of those that derive from it, for which something is to be sent.
    fn objects(&self, mapper: &Mapper, deletes: bool) -> Vec<Rc<Instance>> {
        let wanted = Fate {
            deletes,
            is_listed_only: false,
        };
        self.members_of(mapper)
            .filter(|instance| self.fates.get(&Rc::as_ptr(instance)) == Some(&wanted))
            .cloned()
            .collect()
    }

    /// History of a relationship, asked once: what is loaded for it stays loaded while the flush lasts.
    pub fn history(
        &mut self,
        instance: &Rc<Instance>,
        index: usize,
        passive: Passive,
    ) -> Result<Rc<ObjectHistory>> {
        let key = (Rc::as_ptr(instance), index);
        let terms = match self.histories.get(&key) {
            Some((history, asked)) => {
                if asked.has(Passive::SQL_OK) || !passive.has(Passive::SQL_OK) {
                    return Ok(Rc::clone(history));
                }
                Passive::OFF
            }
            None => passive,
        };
        let history = Rc::new(attributes::object_history(
            instance,
            index,
            terms | Passive::LOAD_AGAINST_COMMITTED | Passive::NO_RAISE,
        )?);
        self.histories.insert(key, (Rc::clone(&history), passive));
        Ok(history)
    }

    /// Whether a column has another value than its row, as it was when the flush first asked: what the flush itself
    /// carries over from another object does not count.
    pub fn is_column_changed(&mut self, instance: &Rc<Instance>, index: usize) -> Result<bool> {
        let key = (Rc::as_ptr(instance), index);
        if let Some(&is_changed) = self.changed_columns.get(&key) {
            return Ok(is_changed);
        }
        let history = attributes::column_history(instance, index, Passive::NO_INITIALIZE)?;
        let is_changed = !history.deleted.is_empty();
        self.changed_columns.insert(key, is_changed);
        Ok(is_changed)
    }

    /// The histories that it has looked up.
    pub fn into_histories(self) -> Vec<Rc<ObjectHistory>> {
        let found = self.histories.into_values();
        found.map(|(history, _)| history).collect()
    }

    pub fn note_dependency(&mut self, dependency: &Rc<Dependency>) {
        let known = self
            .dependencies
            .entry(dependency.parent.base().id)
            .or_default();
        if !known.iter().any(|known| known.key() == dependency.key()) {
            known.push(Rc::clone(dependency));
        }
    }

    pub fn note_child_added(&mut self, dependency: DependencyKey, child: &Rc<Instance>) {
        self.children_added
            .entry(dependency)
            .or_default()
            .insert(Rc::as_ptr(child));
    }

    pub fn was_child_added(&self, dependency: DependencyKey, child: &Rc<Instance>) -> bool {
        self.children_added
            .get(&dependency)
            .is_some_and(|children| children.contains(&Rc::as_ptr(child)))
    }

    pub fn was_linked(&self, direction: &str, parent: &Rc<Instance>, child: &Rc<Instance>) -> bool {
        self.links
            .get(direction)
            .is_some_and(|links| links.contains(&(Rc::as_ptr(parent), Rc::as_ptr(child))))
    }

    pub fn note_links(&mut self, direction: &str, links: &[(Rc<Instance>, Rc<Instance>)]) {
        self.links.entry(direction.to_owned()).or_default().extend(
            links
                .iter()
                .map(|(one, other)| (Rc::as_ptr(one), Rc::as_ptr(other))),
        );
    }

    pub fn register_post_update<'a>(
        &mut self,
        instance: &Rc<Instance>,
        columns: impl Iterator<Item = &'a Expr>,
    ) {
        let (members, known) = self
            .post_updates
            .entry(instance.mapper.base().id)
            .or_default();
        members.insert(instance);
        known.extend(columns.map(Expr::id));
    }

    /// The database has carried a new primary key over to this object's row.
    pub fn note_cascaded_key(&mut self, instance: &Rc<Instance>, from: &Expr, to: &Expr) {
        let is_key = |column: &Expr| column.as_column().is_some_and(|(_, info)| info.primary_key);
        if is_key(from) && is_key(to) {
            self.cascaded_keys.insert((Rc::as_ptr(instance), to.id()));
        }
    }

    pub fn is_key_cascaded(&self, instance: &Rc<Instance>, column: &Expr) -> bool {
        self.cascaded_keys
            .contains(&(Rc::as_ptr(instance), column.id()))
    }

    pub fn note_cause(&mut self, instance: &Rc<Instance>, relationship: &Relationship) {
        self.causes
            .insert(Rc::as_ptr(instance), Arc::clone(&relationship.name));
    }

    pub fn cause(&self, instance: &Rc<Instance>) -> Option<Arc<str>> {
        self.causes.get(&Rc::as_ptr(instance)).cloned()
    }

    /// The step that saves or deletes one object, and whether it deletes; none for an object that takes no part.
    pub fn step_of(&mut self, instance: Option<&Rc<Instance>>) -> (Option<usize>, bool) {
        let fate =
            instance.and_then(|instance| Some((instance, *self.fates.get(&Rc::as_ptr(instance))?)));
        match fate {
            None => (None, false),
            Some((instance, fate)) if fate.deletes => (
                Some(self.graph.step(Step::DeleteOne(Rc::clone(instance)))),
                true,
            ),
            Some((instance, _)) => (
                Some(self.graph.step(Step::SaveOne(Rc::clone(instance)))),
                false,
            ),
        }
    }

    /// Enters an order of steps; what is none of them is passed over.
    pub fn order(&mut self, edges: &[(Option<usize>, Option<usize>)]) {
        for edge in edges {
            if let (Some(first), Some(then)) = *edge {
                self.graph.before(first, then);
            }
        }
    }

    /// The rows are as the objects are: clean, persistent or deleted.
    ///
    /// # Errors
    /// When an object has no identity after all.
    pub fn finish(&mut self) -> Result<()> {
        let mut deleted = Vec::new();
        let mut saved = Vec::new();
        for (_, members) in &self.mappers {
            for instance in members.iter() {
                if self.is_deleted(instance) {
                    deleted.push(Rc::clone(instance));
                } else {
                    saved.push(Rc::clone(instance));
                }
            }
        }
        self.session.register_deleted(&deleted)?;
        super::finish::register_persistent(&self.session, &saved)
    }
}
