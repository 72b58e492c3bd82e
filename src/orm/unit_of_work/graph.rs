//! The steps of a flush and their order.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::dependency::Dependency;
use super::topology;
use crate::orm::attributes::shown;
use crate::orm::error::{Error, Result};
use crate::orm::instance::Instance;
use crate::orm::mapper::{Mapper, MapperId};

/// A dependency, by its mapper and attribute.
pub type DependencyKey = (MapperId, usize);

/// A step of a flush.
#[derive(Clone, Debug)]
pub enum Step {
    /// Carries keys over, for all parents of a relationship.
    ProcessAll(Rc<Dependency>, bool),
    PostUpdateAll(Rc<Mapper>, bool),
    SaveAll(Rc<Mapper>),
    DeleteAll(Rc<Mapper>),
    /// The same for single objects, where whole classes depend on themselves.
    ProcessOne(Rc<Dependency>, bool, Rc<Instance>),
    SaveOne(Rc<Instance>),
    DeleteOne(Rc<Instance>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    ProcessAll(DependencyKey, bool),
    PostUpdateAll(MapperId, bool),
    SaveAll(MapperId),
    DeleteAll(MapperId),
    ProcessOne(DependencyKey, bool, *const Instance),
    SaveOne(*const Instance),
    DeleteOne(*const Instance),
}

impl Step {
    fn key(&self) -> Key {
        match self {
            Self::ProcessAll(dependency, deletes) => Key::ProcessAll(dependency.key(), *deletes),
            Self::PostUpdateAll(mapper, deletes) => Key::PostUpdateAll(mapper.id, *deletes),
            Self::SaveAll(mapper) => Key::SaveAll(mapper.id),
            Self::DeleteAll(mapper) => Key::DeleteAll(mapper.id),
            Self::ProcessOne(dependency, deletes, instance) => {
                Key::ProcessOne(dependency.key(), *deletes, Rc::as_ptr(instance))
            }
            Self::SaveOne(instance) => Key::SaveOne(Rc::as_ptr(instance)),
            Self::DeleteOne(instance) => Key::DeleteOne(Rc::as_ptr(instance)),
        }
    }

    /// Where nothing else decides, SQLAlchemy goes by these names.
    fn sort_key(&self) -> (&'static str, String, bool) {
        match self {
            Self::ProcessAll(dependency, deletes) => {
                ("ProcessAll", dependency.sort_key.clone(), *deletes)
            }
            Self::PostUpdateAll(mapper, deletes) => ("PostUpdateAll", sort_key(mapper), *deletes),
            Self::SaveAll(mapper) => ("SaveUpdateAll", sort_key(mapper), false),
            Self::DeleteAll(mapper) => ("DeleteAll", sort_key(mapper), false),
            Self::ProcessOne(dependency, ..) => {
                ("ProcessState", dependency.sort_key.clone(), false)
            }
            Self::SaveOne(instance) => ("ProcessState", sort_key(&instance.mapper.base()), false),
            Self::DeleteOne(instance) => ("DeleteState", sort_key(&instance.mapper.base()), false),
        }
    }
}

impl Step {
    /// How SQLAlchemy's messages show it.
    fn shown(&self) -> String {
        let truth = |deletes: &bool| if *deletes { "True" } else { "False" };
        match self {
            Self::ProcessAll(dependency, deletes) => {
                format!(
                    "_ProcessAll({}, isdelete={})",
                    dependency.shown(),
                    truth(deletes)
                )
            }
            Self::PostUpdateAll(mapper, deletes) => {
                format!(
                    "_PostUpdateAll({}, isdelete={})",
                    mapper.shown(),
                    truth(deletes)
                )
            }
            Self::SaveAll(mapper) => format!("_SaveUpdateAll({})", mapper.shown()),
            Self::DeleteAll(mapper) => format!("_DeleteAll({})", mapper.shown()),
            Self::ProcessOne(dependency, deletes, instance) => format!(
                "_ProcessState({}, {}, delete={})",
                dependency.shown(),
                shown(instance),
                truth(deletes)
            ),
            Self::SaveOne(instance) => format!("_SaveUpdateState({})", shown(instance)),
            Self::DeleteOne(instance) => format!("_DeleteState({})", shown(instance)),
        }
    }
}

/// The name that a mapper is sorted by: `__main__.Author`.
pub fn sort_key(mapper: &Mapper) -> String {
    format!("{}.{}", mapper.module, mapper.class_name())
}

/// Steps, and which comes before which.
#[derive(Debug, Default)]
pub struct Graph {
    steps: Vec<(Step, bool)>,
    places: HashMap<Key, usize>,
    edges: Vec<(usize, usize)>,
    known_edges: HashSet<(usize, usize)>,
}

impl Graph {
    /// The place of a step; it is entered when it was not there.
    pub fn step(&mut self, step: Step) -> usize {
        let key = step.key();
        if let Some(&place) = self.places.get(&key) {
            return place;
        }
        let place = self.steps.len();
        self.places.insert(key, place);
        self.steps.push((step, true));
        place
    }

    pub fn get(&self, place: usize) -> &Step {
        &self.steps[place].0
    }

    pub fn is_enabled(&self, place: usize) -> bool {
        self.steps[place].1
    }

    /// The step is not taken: others do its work.
    pub fn disable(&mut self, place: usize) {
        self.steps[place].1 = false;
    }

    pub fn before(&mut self, first: usize, then: usize) {
        if self.known_edges.insert((first, then)) {
            self.edges.push((first, then));
        }
    }

    pub fn all_before(&mut self, edges: &[(usize, usize)]) {
        for &(first, then) in edges {
            self.before(first, then);
        }
    }

    pub fn edges(&self) -> &[(usize, usize)] {
        &self.edges
    }

    pub fn take_edges(&mut self) -> Vec<(usize, usize)> {
        self.known_edges.clear();
        std::mem::take(&mut self.edges)
    }

    /// Every enabled step but those given, in the order in which SQLAlchemy considers them.
    pub fn sorted(&self, without: &HashSet<usize>) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.steps.len())
            .filter(|place| self.is_enabled(*place) && !without.contains(place))
            .collect();
        places.sort_by_cached_key(|&place| self.get(place).sort_key());
        places
    }

    /// What comes before a circle has been sent when it is found, as SQLAlchemy does it. The error lists what is in it.
    ///
    /// # Errors
    /// The circle.
    pub fn unless_circular(&self, steps: &[usize], is_circular: bool) -> Result<()> {
        if !is_circular {
            return Ok(());
        }
        let considered: HashSet<usize> = steps.iter().copied().collect();
        let edges: Vec<(usize, usize)> = self
            .edges
            .iter()
            .copied()
            .filter(|(first, then)| considered.contains(first) && considered.contains(then))
            .collect();
        let shown: Vec<String> = self
            .sort(topology::cycles(&edges))
            .into_iter()
            .map(|place| self.get(place).shown())
            .collect();
        Err(Error::raised(
            "sqlalchemy.exc.CircularDependencyError",
            format!("Circular dependency detected. ({})", shown.join(", ")),
        ))
    }

    /// As [`Graph::sorted`], of these steps.
    pub fn sort(&self, places: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut places: Vec<usize> = places.into_iter().collect();
        places.sort_unstable();
        places.sort_by_cached_key(|&place| self.get(place).sort_key());
        places
    }
}
