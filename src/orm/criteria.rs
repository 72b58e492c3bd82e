//! Criteria that hold for an entity wherever a statement reads it: `with_loader_criteria()`, and `.and_()` on a loader
//! option in the statement that the option leads to.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use super::entity::Entity;
use super::error::{Error, Result};
use super::mapper::Mapper;
use super::options::QueryOption;
use super::sql::compile::EntityCriteria;
use super::sql::expr::and_;
use super::sql::{EntityId, Expr, FromClause};

/// A criterion, and what it is about.
#[derive(Clone)]
pub struct LoaderCriteria {
    pub about: About,
    pub criterion: Criterion,
    /// It is held against aliases of the entity too.
    pub include_aliases: bool,
    /// Loads of the objects found keep it.
    pub propagates: bool,
}

/// Tells whether a mapper's class derives from the base class.
pub type Derives = Rc<dyn Fn(&Mapper) -> Result<bool>>;

/// Makes the criterion of an entity.
pub type Makes = Rc<dyn Fn(&Entity) -> Result<Expr>>;

/// What a criterion is about.
#[derive(Clone)]
pub enum About {
    Entity(Entity),
    /// The mapped classes that derive from a base class.
    Derived(Derives),
}

/// The criterion itself.
#[derive(Clone)]
pub enum Criterion {
    /// Over the class, whichever alias of it is read.
    Expr(Expr),
    /// What the program makes of an entity.
    Made(Makes),
}

impl LoaderCriteria {
    /// What an option adds for the entity that it loads.
    pub fn of_option(entity: &Entity, criteria: &[Expr]) -> Self {
        Self {
            about: About::Entity(entity.clone()),
            criterion: Criterion::Expr(and_(criteria.iter().cloned())),
            include_aliases: false,
            propagates: true,
        }
    }

    /// Whether it is about the mapper of an entity.
    fn concerns(&self, mapper: &Mapper) -> Result<bool> {
        match &self.about {
            About::Entity(entity) => Ok(mapper.is_a(entity.mapper())),
            About::Derived(derives) => derives(mapper),
        }
    }

    fn holds_for(&self, entity: &Entity) -> Result<bool> {
        if !self.concerns(entity.mapper())? {
            return Ok(false);
        }
        Ok(self.include_aliases
            || match &self.about {
                About::Entity(about) => about.id() == entity.id(),
                About::Derived(_) => false,
            })
    }

    fn made_for(&self, entity: &Entity) -> Result<Expr> {
        match &self.criterion {
            Criterion::Expr(expr) => Ok(entity.adapt(expr)),
            Criterion::Made(make) => Ok(entity.adapt(&make(entity)?)),
        }
    }
}

impl fmt::Debug for LoaderCriteria {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoaderCriteria")
            .field("include_aliases", &self.include_aliases)
            .field("propagates", &self.propagates)
            .finish_non_exhaustive()
    }
}

/// The criteria among the options of a statement, for those who compile it.
#[derive(Clone, Debug, Default)]
pub struct StatementCriteria {
    criteria: Rc<[Rc<LoaderCriteria>]>,
    /// What the program's own function raised.
    error: Rc<RefCell<Option<Error>>>,
}

impl StatementCriteria {
    /// None where no option is one.
    pub fn of(options: &[QueryOption]) -> Option<Self> {
        let criteria: Vec<_> = options
            .iter()
            .filter_map(|option| match option {
                QueryOption::Criteria(criteria) => Some(Rc::clone(criteria)),
                QueryOption::Load(_) => None,
            })
            .collect();
        (!criteria.is_empty()).then(|| Self {
            criteria: criteria.into(),
            error: Rc::default(),
        })
    }

    /// What an eager load adds to the join that it makes: whichever alias that goes by.
    ///
    /// # Errors
    /// What the program's function raises.
    pub fn of_eager_join(&self, mapper: &Rc<Mapper>) -> Result<Vec<Expr>> {
        let entity = mapper.entity();
        let mut found = Vec::new();
        for criteria in &*self.criteria {
            if criteria.propagates && criteria.concerns(mapper)? {
                found.push(criteria.made_for(&entity)?);
            }
        }
        Ok(found)
    }

    /// # Errors
    /// What the program's function raised while the statement was compiled.
    pub fn check(&self) -> Result<()> {
        self.error.borrow_mut().take().map_or(Ok(()), Err)
    }

    fn find(&self, entity: &Entity) -> Result<Vec<Expr>> {
        let mut found = Vec::new();
        for criteria in &*self.criteria {
            if criteria.holds_for(entity)? {
                found.push(criteria.made_for(entity)?);
            }
        }
        Ok(found)
    }
}

impl EntityCriteria for StatementCriteria {
    fn of(&self, entity: EntityId) -> Vec<Expr> {
        let found =
            Entity::find(entity).map_or_else(|| Ok(Vec::new()), |entity| self.find(&entity));
        found.unwrap_or_else(|error| {
            self.error.borrow_mut().get_or_insert(error);
            Vec::new()
        })
    }

    fn selectable(&self, entity: EntityId) -> Option<FromClause> {
        Entity::find(entity).map(|entity| entity.selectable().clone())
    }
}
