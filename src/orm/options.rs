//! Loader options: `.options(selectinload(Author.books).joinedload(Book.tags))`.

use std::rc::Rc;

use super::criteria::LoaderCriteria;
use super::entity::Entity;
use super::error::{Error, Result};
use super::path::{Path, Step};
use super::relationship::{InnerJoin, Relationship};
use super::sql::{Expr, FromClause};
use crate::trace::Strategy;

/// What `.options(…)` takes.
#[derive(Clone, Debug)]
pub enum QueryOption {
    Load(Rc<LoadOption>),
    /// `with_loader_criteria()`.
    Criteria(Rc<LoaderCriteria>),
}

impl QueryOption {
    /// Whether objects loaded under it keep it for their own lazy loads.
    pub fn propagates(&self) -> bool {
        match self {
            Self::Load(option) => option.propagates(),
            Self::Criteria(criteria) => criteria.propagates,
        }
    }
}

/// What an option says of one path.
#[derive(Clone, Debug)]
pub struct LoadElement {
    /// Ends in an attribute or a wildcard. One step alone is a wildcard for every entity.
    pub path: Path,
    pub kind: LoadKind,
    pub settings: Settings,
    /// `Author.books.and_(…)`.
    pub criteria: Vec<Expr>,
    /// `Author.books.of_type(…)`.
    pub of_type: Option<Entity>,
    /// Whether lazy loads of the loaded objects keep it.
    pub propagates: bool,
    /// How SQLAlchemy names the target in messages: `Author.books`.
    pub shown: String,
}

impl LoadElement {
    /// A relationship is to be loaded when it is read.
    pub fn lazy(path: Path, relationship: &Relationship) -> Self {
        Self {
            path,
            kind: LoadKind::Relationship(Strategy::Select),
            settings: Settings::default(),
            criteria: Vec::new(),
            of_type: None,
            propagates: false,
            shown: relationship.name.to_string(),
        }
    }

    /// The same, one round further along a self-referential relationship.
    pub fn once_more(&self) -> Self {
        let steps = self.path.steps();
        let mut round = steps[steps.len().saturating_sub(2)..].to_vec();
        // It starts at what the relationship leads to, though the first one may have started at an alias.
        if let [entity, attribute] = &mut round[..]
            && let Some(relationship) = relationship_at(*attribute)
        {
            *entity = relationship.target().step();
        }
        Self {
            path: self.path.join(&Path::from_steps(&round)),
            ..self.clone()
        }
    }

    /// The whole path: `Author.books -> Book.tags`.
    fn path_shown(&self) -> String {
        let steps = self.path.steps();
        let entity = |at: usize| match steps.get(at) {
            Some(Step::Entity(id)) => Entity::find(*id),
            _ => None,
        };
        let mut parts = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            let Step::Attribute(mapper, index) = step else {
                continue;
            };
            let Some(owner) = at
                .checked_sub(1)
                .and_then(entity)
                .or_else(|| Entity::find(*mapper))
            else {
                continue;
            };
            let Some(of) = Entity::find(*mapper) else {
                continue;
            };
            let key = &of.mapper().attribute(*index).key;
            let mut part = format!("{}.{key}", called_in_options(&owner));
            if let Some(target @ Entity::Alias(_)) = entity(at + 1) {
                part = format!("{part}.of_type({})", called_in_options(&target));
            }
            parts.push(part);
        }
        if parts.is_empty() {
            return self.shown.clone();
        }
        parts.join(" -> ")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadKind {
    Relationship(Strategy),
    /// The joins of the query itself load it.
    ContainsEager,
    Defer {
        raiseload: bool,
    },
    Undefer,
    /// `with_expression()`: the criteria are the expression.
    Expression,
    /// `defaultload()`: only what is said below it counts.
    Default,
}

/// Settings beside the strategy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    pub innerjoin: Option<InnerJoin>,
    /// Times that a self-referential relationship is followed; -1 for as long as there is something.
    pub recursion_depth: Option<i64>,
    /// `contains_eager(alias=…)`.
    pub alias: Option<FromClause>,
    pub undefer_groups: Vec<Rc<str>>,
    pub chunk_size: Option<usize>,
}

impl LoadAttribute {
    /// An eager load of a derived class brings the other objects of the collection too, and that class's columns with
    /// those that have them; which takes `with_polymorphic()`.
    fn check_kind(&self, kind: LoadKind, relationship: &Relationship) -> Result<()> {
        let is_eager = matches!(
            kind,
            LoadKind::Relationship(
                Strategy::Joined | Strategy::Selectin | Strategy::Subquery | Strategy::Immediate
            )
        );
        match &self.of_type {
            Some(entity)
                if is_eager
                    && !entity.is_alias()
                    && entity.mapper().id != relationship.target().mapper().id =>
            {
                Err(Error::not_yet(&format!(
                    "eager loads of a derived class, as {},",
                    self.shown()
                )))
            }
            _ => Ok(()),
        }
    }
}

/// The target of an option: an attribute of an entity.
#[derive(Clone, Debug)]
pub struct LoadAttribute {
    pub entity: Entity,
    pub index: usize,
    pub of_type: Option<Entity>,
    pub criteria: Vec<Expr>,
}

impl LoadAttribute {
    fn relationship(&self) -> Option<Rc<Relationship>> {
        self.entity
            .mapper()
            .attribute(self.index)
            .as_relationship()
            .cloned()
    }

    fn shown(&self) -> String {
        format!(
            "{}.{}",
            called_in_options(&self.entity),
            self.entity.mapper().attribute(self.index).key
        )
    }
}

/// A chain of options, as one call of `selectinload(…).joinedload(…)` builds it.
#[derive(Clone, Debug, Default)]
pub struct LoadOption {
    pub elements: Vec<Rc<LoadElement>>,
    /// Where the next call of the chain goes on: the entity that the last one led to.
    tail: Option<(Path, Entity)>,
}

impl LoadOption {
    /// `Load(Author)`: options relative to an entity.
    pub fn of(entity: &Entity) -> Self {
        Self {
            elements: Vec::new(),
            tail: Some((entity.path(), entity.clone())),
        }
    }

    /// The entity that its paths start at.
    pub fn start(&self) -> Option<Entity> {
        let path = match (self.elements.first(), &self.tail) {
            (Some(element), _) => &element.path,
            (None, Some((path, _))) => path,
            (None, None) => return None,
        };
        match path.steps().first() {
            Some(Step::Entity(entity)) => Entity::find(*entity),
            _ => None,
        }
    }

    /// Options that are given as they are.
    pub fn of_elements(elements: impl IntoIterator<Item = Rc<LoadElement>>) -> Self {
        Self {
            elements: elements.into_iter().collect(),
            tail: None,
        }
    }

    /// Adds an option for a relationship, and goes on from its target.
    ///
    /// # Errors
    /// When the attribute does not belong to the entity that the chain has reached.
    pub fn relationship(
        &self,
        attribute: &LoadAttribute,
        kind: LoadKind,
        settings: Settings,
    ) -> Result<Self> {
        let Some(relationship) = attribute.relationship() else {
            // A statement that is compiled with it says what is wrong.
            return self.columns(std::slice::from_ref(attribute), kind);
        };
        attribute.check_kind(kind, &relationship)?;
        let base = self.link(attribute)?;
        let path = base.push(relationship.step());
        let target = attribute
            .of_type
            .clone()
            .unwrap_or_else(|| relationship.target());
        let mut option = self.clone();
        option.elements.push(Rc::new(LoadElement {
            path: path.clone(),
            kind,
            criteria: attribute.criteria.clone(),
            of_type: attribute.of_type.clone(),
            propagates: kind != LoadKind::ContainsEager,
            shown: attribute.shown(),
            settings: settings.clone(),
        }));
        let onward = path.push(target.step());
        if settings.recursion_depth.is_some_and(|depth| depth != 0)
            && let Some(element) = option.elements.last().cloned()
        {
            option.elements.push(Rc::new(element.once_more()));
        }
        option.tail = Some((onward, target));
        Ok(option)
    }

    /// Adds an option for columns; the chain stays where it is.
    ///
    /// # Errors
    /// When a column does not belong to the entity that the chain has reached.
    pub fn columns(&self, attributes: &[LoadAttribute], kind: LoadKind) -> Result<Self> {
        let mut option = self.clone();
        for attribute in attributes {
            let base = option.link(attribute)?;
            option.elements.push(Rc::new(LoadElement {
                path: base.push(attribute.entity.mapper().attribute(attribute.index).step()),
                kind,
                settings: Settings::default(),
                criteria: Vec::new(),
                of_type: None,
                propagates: true,
                shown: attribute.shown(),
            }));
        }
        Ok(option)
    }

    /// `with_expression()`: what an attribute is to be in this query.
    ///
    /// # Errors
    /// As [`LoadOption::columns`].
    pub fn expression(&self, attribute: &LoadAttribute, expression: Expr) -> Result<Self> {
        let attributes = std::slice::from_ref(attribute);
        let mut option = self.columns(attributes, LoadKind::Expression)?;
        if let Some(last) = option.elements.pop() {
            option.elements.push(Rc::new(LoadElement {
                criteria: vec![expression],
                ..LoadElement::clone(&last)
            }));
        }
        Ok(option)
    }

    /// Adds an option for every relationship or column of the entity reached, or of every entity when none is. The
    /// latter is for one statement, and those that load along with it.
    pub fn wildcard(&self, step: Step, kind: LoadKind, settings: Settings) -> Self {
        let path = self
            .tail
            .as_ref()
            .map_or_else(Path::default, |(path, _)| path.clone())
            .push(step);
        let mut option = self.clone();
        option.elements.push(Rc::new(LoadElement {
            path,
            kind,
            settings,
            criteria: Vec::new(),
            of_type: None,
            propagates: self.tail.is_some(),
            shown: "*".into(),
        }));
        option
    }

    /// `load_only()`: these columns and no others of their entity.
    ///
    /// # Errors
    /// As [`LoadOption::columns`].
    pub fn load_only(&self, attributes: &[LoadAttribute], raiseload: bool) -> Result<Self> {
        let mut option = self.columns(attributes, LoadKind::Undefer)?;
        let mut paths = attributes.iter().map(|attribute| attribute.entity.path());
        if self.tail.is_none()
            && let Some(first) = paths.next()
            && paths.any(|path| path != first)
        {
            return Err(Error::argument(
                "Can't apply wildcard ('*') or load_only() loader option to multiple entities in the same option. Use \
                 separate options per entity.",
            ));
        }
        if option.tail.is_none()
            && let Some(first) = attributes.first()
        {
            option.tail = Some((first.entity.path(), first.entity.clone()));
        }
        Ok(option.wildcard(
            Step::AnyColumn,
            LoadKind::Defer { raiseload },
            Settings::default(),
        ))
    }

    /// `.options(…)`: options that start at the entity this chain has reached.
    ///
    /// # Errors
    /// When one of them starts elsewhere.
    pub fn options(&self, nested: &[Self]) -> Result<Self> {
        let mut option = self.clone();
        let Some((base, entity)) = &self.tail else {
            return Ok(option);
        };
        for inner in nested {
            for element in &inner.elements {
                let steps = element.path.steps();
                let rest = match steps.first() {
                    Some(Step::Entity(root)) => {
                        let is_linked = Step::Entity(*root) == entity.step()
                            || Entity::find(*root).is_some_and(|root| is_member(entity, &root));
                        if !is_linked {
                            return Err(does_not_link(
                                base,
                                entity,
                                &shown_at(element, 1),
                                Entity::find(*root).as_ref(),
                            ));
                        }
                        &steps[1..]
                    }
                    _ => steps,
                };
                let path = base.join(&Path::from_steps(rest));
                option.elements.push(Rc::new(LoadElement {
                    path,
                    ..LoadElement::clone(element)
                }));
            }
        }
        Ok(option)
    }

    /// Whether objects loaded under it keep it for their own lazy loads.
    pub fn propagates(&self) -> bool {
        self.elements.iter().any(|element| element.propagates)
    }

    fn link(&self, attribute: &LoadAttribute) -> Result<Path> {
        match &self.tail {
            None => Ok(attribute.entity.path()),
            Some((path, entity)) if is_member(entity, &attribute.entity) => Ok(path.clone()),
            Some((path, entity)) => Err(does_not_link(
                path,
                entity,
                &attribute.shown(),
                Some(&attribute.entity),
            )),
        }
    }
}

/// Whether attributes of `of` are attributes of what a path has come to.
fn is_member(entity: &Entity, of: &Entity) -> bool {
    match (entity, of) {
        (Entity::Mapper(mapper), Entity::Mapper(of)) => mapper.is_a(of),
        _ => entity == of,
    }
}

/// `of` is the entity that the option speaks of, where the chain has come to `entity`.
fn does_not_link(path: &Path, entity: &Entity, shown: &str, of: Option<&Entity>) -> Error {
    if path.len() <= 1 {
        return Error::argument(format!(
            "ORM mapped attribute \"{shown}\" does not link mapped class \"{}\"",
            called_in_options(entity)
        ));
    }
    let before = path.steps()[path.len() - 2];
    let relationship = shown_step(before);
    let is_of_type = relationship_at(before).is_some_and(|found| found.target() != *entity);
    if is_of_type {
        return Error::argument(format!(
            "ORM mapped entity or attribute \"{shown}\" does not link from relationship \"{relationship}.of_type({})\".",
            called_in_options(entity)
        ));
    }
    let advice = match of {
        Some(of) if matches!(entity, Entity::Mapper(_)) && of.mapper().id == entity.mapper().id => {
            let alias = called_in_options(of);
            format!(
                "  Did you mean to use \"{relationship}.of_type({alias})\" or \
                 \"loadopt.options(selectin_polymorphic({}, [{alias}]), ...)\" ?",
                entity.mapper().class_name()
            )
        }
        _ => String::new(),
    };
    Error::argument(format!(
        "ORM mapped entity or attribute \"{shown}\" does not link from relationship \"{relationship}\".{advice}"
    ))
}

/// How messages of options call an entity: `Author`, `aliased(Author)`.
fn called_in_options(entity: &Entity) -> String {
    match entity {
        Entity::Mapper(mapper) => mapper.class_name().to_string(),
        alias @ Entity::Alias(_) => alias.shown(),
    }
}

fn relationship_at(step: Step) -> Option<Rc<Relationship>> {
    match step {
        Step::Attribute(mapper, index) => Entity::find(mapper)?
            .mapper()
            .attribute(index)
            .as_relationship()
            .cloned(),
        _ => None,
    }
}

/// `Author.books`.
fn shown_step(step: Step) -> String {
    match step {
        Step::Attribute(mapper, index) => Entity::find(mapper).map_or_else(String::new, |entity| {
            let mapper = entity.mapper();
            format!("{}.{}", mapper.class_name(), mapper.attribute(index).key)
        }),
        _ => "*".to_owned(),
    }
}

/// What stands at a place of an option's path.
fn shown_at(element: &LoadElement, at: usize) -> String {
    element
        .path
        .steps()
        .get(at)
        .map_or_else(|| element.shown.clone(), |step| shown_step(*step))
}

/// Refuses a relationship's strategy for a column, and the other way round.
pub(super) fn check_kind(element: &LoadElement) -> Result<()> {
    let Some(step @ Step::Attribute(mapper, index)) = element.path.steps().last().copied() else {
        return Ok(());
    };
    let Some(entity) = Entity::find(mapper) else {
        return Ok(());
    };
    let is_relationship = entity.mapper().attribute(index).as_relationship().is_some();
    let (loader, wants_relationship) = match element.kind {
        LoadKind::Default => return Ok(()),
        LoadKind::Defer { .. } => ("deferred column loader", false),
        LoadKind::Undefer => ("column loader", false),
        LoadKind::Expression => ("expression column loader", false),
        LoadKind::ContainsEager => ("joined loader", true),
        LoadKind::Relationship(strategy) => (
            match strategy {
                Strategy::Joined => "joined loader",
                Strategy::Selectin => "select in loader",
                Strategy::Subquery => "subquery loader",
                Strategy::Immediate => "immediate loader",
                Strategy::Noload => "no loader",
                _ => "lazy loader",
            },
            true,
        ),
    };
    if is_relationship == wants_relationship {
        return Ok(());
    }
    let (is, meant) = if is_relationship {
        ("relationship", "column property")
    } else {
        ("column property", "relationship property")
    };
    Err(Error::raised(
        "sqlalchemy.orm.exc.LoaderStrategyException",
        format!(
            "Can't apply \"{loader}\" strategy to property \"{}\", which is a \"{is}\"; this loader strategy is \
             intended to be used with a \"{meant}\".",
            shown_step(step)
        ),
    ))
}

/// The option as it is written.
pub(super) fn called(element: &LoadElement) -> String {
    let function = match element.kind {
        LoadKind::Relationship(strategy) => match strategy {
            Strategy::Select => "lazyload",
            Strategy::Selectin => "selectinload",
            Strategy::Joined => "joinedload",
            Strategy::Raise | Strategy::RaiseOnSql => "raiseload",
            Strategy::Subquery => "subqueryload",
            Strategy::Immediate => "immediateload",
            Strategy::Noload => "noload",
            Strategy::WriteOnly | Strategy::Dynamic => "lazyload",
        },
        LoadKind::ContainsEager => "contains_eager",
        LoadKind::Defer { .. } => "defer",
        LoadKind::Undefer => "undefer",
        LoadKind::Expression => "with_expression",
        LoadKind::Default => "defaultload",
    };
    format!("{function}({})", element.path_shown())
}

pub(super) fn no_such_root(root: super::sql::EntityId, shown: &str, roots: &[Entity]) -> Error {
    let name = Entity::find(root).map_or_else(String::new, |entity| {
        format!("Mapped class {}", called_in_options(&entity))
    });
    if roots.is_empty() {
        return Error::argument(format!(
            "Query has only expression-based entities; attribute loader option {shown} can't be applied here."
        ));
    }
    let roots: Vec<String> = roots.iter().map(called_in_options).collect();
    Error::argument(format!(
        "{name} referenced in option {shown} does not apply to any of the root entities in this query, e.g. {}. Please \
         specify the full path from one of the root entities to the target attribute. ",
        roots.join(", ")
    ))
}
