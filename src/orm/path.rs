//! Where in the graph of entities and relationships something is loaded.

use std::rc::Rc;

use super::entity::Entity;
use super::mapper::Mapper;
use super::sql::EntityId;

/// A step of a path; entities and attributes alternate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    Entity(EntityId),
    /// An attribute, by its mapper and index.
    Attribute(EntityId, usize),
    /// Every relationship of the entity before it; of any entity, when nothing is.
    AnyRelationship,
    /// Every column of the entity before it.
    AnyColumn,
}

/// A path such as `Author → books → Book → tags`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path(Rc<[Step]>);

impl Default for Path {
    fn default() -> Self {
        Self(Rc::from([]))
    }
}

impl Path {
    pub fn of(entity: EntityId) -> Self {
        Self(Rc::from([Step::Entity(entity)]))
    }

    pub fn from_steps(steps: &[Step]) -> Self {
        Self(Rc::from(steps))
    }

    pub fn push(&self, step: Step) -> Self {
        Self(self.0.iter().copied().chain([step]).collect())
    }

    pub fn join(&self, rest: &Self) -> Self {
        Self(self.0.iter().chain(rest.0.iter()).copied().collect())
    }

    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn parent(&self) -> Self {
        Self(Rc::from(&self.0[..self.0.len().saturating_sub(1)]))
    }

    /// Whether it comes past a class, or an alias of it.
    pub fn contains_mapper(&self, mapper: &Mapper) -> bool {
        self.0.iter().any(|step| match step {
            Step::Entity(entity) => {
                *entity == mapper.id
                    || Entity::find(*entity).is_some_and(|entity| entity.mapper().is_a(mapper))
            }
            _ => false,
        })
    }

    /// For a path that goes round in a self-referential relationship: the path without the last round, so that the
    /// options given for the first round hold for each.
    pub fn without_recursion(&self) -> Self {
        let Some(Step::Attribute(mapper, index)) = self.0.last().copied() else {
            return self.clone();
        };
        let first = self
            .0
            .iter()
            .position(|step| *step == Step::Attribute(mapper, index));
        match first {
            Some(at) if at + 1 < self.0.len() => Self(Rc::from(&self.0[..=at])),
            _ => self.clone(),
        }
    }
}
