//! The loader options that hold for one statement, sorted out by the paths that they speak of.

use std::collections::HashMap;
use std::rc::Rc;

use super::entity::Entity;
use super::error::{Error, Result};
use super::options::{
    LoadElement, LoadKind, QueryOption, Settings, called, check_kind, no_such_root,
};
use super::path::{Path, Step};
use crate::trace::Strategy;

/// The options that hold for one statement, by path relative to it.
#[derive(Clone, Debug, Default)]
pub struct Loaders {
    by_path: HashMap<Path, Rc<LoadElement>>,
}

impl Loaders {
    /// Sorts options out for a statement.
    ///
    /// `current` is the path that the statement continues (of a lazy load), `roots` the entities it selects.
    ///
    /// # Errors
    /// When an option starts at none of the roots, or two options contradict each other.
    pub fn new(
        options: &[QueryOption],
        current: &Path,
        roots: &[Entity],
        is_refresh: bool,
    ) -> Result<Self> {
        let mut loaders = Self::default();
        for option in options {
            let QueryOption::Load(option) = option else {
                continue;
            };
            for element in &option.elements {
                // A wildcard inside of `options(…)` holds for no statement that follows.
                let is_inside = element.path.len() > 1;
                let follows = is_refresh || is_inside && !current.is_empty();
                if follows && !element.propagates {
                    continue;
                }
                loaders.apply(element, current, roots, is_refresh)?;
            }
        }
        Ok(loaders)
    }

    fn apply(
        &mut self,
        element: &Rc<LoadElement>,
        current: &Path,
        roots: &[Entity],
        is_refresh: bool,
    ) -> Result<()> {
        let group = wildcard_of_group(element);
        let path = match group {
            Some(wildcard) if current.is_empty() => Some(the_root(roots)?.push(wildcard)),
            // It is for the statement's own entity, not for what follows it.
            Some(_) => None,
            None => relative(&element.path, current),
        };
        let Some(path) = path else {
            return Ok(());
        };
        let path = of_root(path, roots);
        if element.kind == LoadKind::Default && element.settings == Settings::default() {
            return Ok(());
        }
        // A wildcard of an entity that is not there is for nothing, and no mistake.
        if current.is_empty()
            && !is_refresh
            && matches!(path.steps().last(), Some(Step::Attribute(..)))
            && let Some(Step::Entity(root)) = path.steps().first()
            && !roots
                .iter()
                .any(|entity| entity.step() == Step::Entity(*root) || entity.id() == *root)
        {
            return Err(no_such_root(*root, &called(element), roots));
        }
        check_kind(element)?;
        // A wildcard of an alias is one of its class as well.
        if let Some(of_class) = wildcard_of_class(&path) {
            self.put(of_class, element)?;
        }
        self.put(path, element)
    }

    fn put(&mut self, path: Path, element: &Rc<LoadElement>) -> Result<()> {
        let reconciled = match self.by_path.get(&path) {
            Some(existing) => reconcile(element, existing)?,
            None => Rc::clone(element),
        };
        self.by_path.insert(path, reconciled);
        Ok(())
    }

    /// The option for an attribute of the entity at `path`: its own, its entity's wildcard, or everyone's.
    pub fn find(&self, path: &Path, attribute: Step, wildcard: Step) -> Option<Rc<LoadElement>> {
        if self.by_path.is_empty() {
            return None;
        }
        self.by_path
            .get(&path.push(attribute))
            .or_else(|| self.by_path.get(&path.push(wildcard)))
            .or_else(|| self.by_path.get(&Path::from_steps(&[wildcard])))
            .cloned()
    }

    /// Refuses that a lazy load leads back along a relationship that an option loads in another way: the load says itself
    /// that it stays lazy.
    ///
    /// # Errors
    /// The two contradict each other.
    pub fn check_left_lazy(&self, path: &Path) -> Result<()> {
        match self.by_path.get(path) {
            Some(existing)
                if !matches!(
                    existing.kind,
                    LoadKind::Default | LoadKind::Relationship(Strategy::Select)
                ) =>
            {
                let lazy = LoadElement {
                    kind: LoadKind::Relationship(Strategy::Select),
                    ..LoadElement::clone(existing)
                };
                Err(in_conflict(&lazy, existing))
            }
            _ => Ok(()),
        }
    }

    /// Whether the attribute at this path has an option of its own.
    pub fn contains(&self, path: &Path) -> bool {
        self.by_path.contains_key(path)
    }
}

/// A path that starts at another class of a root's hierarchy, as starting at that root.
fn of_root(path: Path, roots: &[Entity]) -> Path {
    let Some(Step::Entity(start)) = path.steps().first().copied() else {
        return path;
    };
    if roots.iter().any(|root| root.id() == start) {
        return path;
    }
    let Some(Entity::Mapper(start)) = Entity::find(start) else {
        return path;
    };
    let mut roots = roots.iter().filter(|root| !root.is_alias());
    match roots.find(|root| root.mapper().is_related_to(&start)) {
        Some(root) => root.path().join(&Path::from_steps(&path.steps()[1..])),
        None => path,
    }
}

/// `undefer_group()` without an entity. Other wildcards that have none are everyone's, also in the statements that follow.
fn wildcard_of_group(element: &LoadElement) -> Option<Step> {
    match element.path.steps() {
        [wildcard] if !element.settings.undefer_groups.is_empty() => Some(*wildcard),
        _ => None,
    }
}

/// The path of the statement's only entity.
fn the_root(roots: &[Entity]) -> Result<Path> {
    match roots {
        [root] => Ok(root.path()),
        [] => Err(Error::argument(
            "Query has only expression-based entities - can't find property named \"column:*\".",
        )),
        _ => {
            let shown: Vec<String> = roots.iter().map(Entity::shown).collect();
            let single = shown
                .iter()
                .map(|one| format!("Load({one}).some_option('*')"));
            Err(Error::argument(format!(
                "Can't apply wildcard ('*') or load_only() loader option to multiple entities {}. Specify loader options \
                 for each entity individually, such as {}.",
                shown.join(", "),
                single.collect::<Vec<_>>().join(", ")
            )))
        }
    }
}

/// The path of a wildcard on an alias, as of the class that it is an alias of.
fn wildcard_of_class(path: &Path) -> Option<Path> {
    let [before @ .., Step::Entity(id), wildcard] = path.steps() else {
        return None;
    };
    let Some(Entity::Alias(alias)) = Entity::find(*id) else {
        return None;
    };
    let is_wildcard = matches!(wildcard, Step::AnyColumn | Step::AnyRelationship);
    let of_class = Path::from_steps(before).push(Step::Entity(alias.mapper.id));
    is_wildcard.then(|| of_class.push(*wildcard))
}

/// The path as the continued statement sees it; none when the option lies elsewhere.
fn relative(path: &Path, current: &Path) -> Option<Path> {
    let steps = path.steps();
    if current.is_empty() || !matches!(steps.first(), Some(Step::Entity(_))) {
        return Some(path.clone());
    }
    let shared = steps.len().min(current.len());
    let is_prefix = steps.iter().zip(current.steps()).all(|(own, known)| {
        own == known || *own == Step::AnyRelationship || is_below(*own, *known)
    });
    let rest = &steps[shared..];
    (is_prefix && !rest.is_empty()).then(|| Path::from_steps(rest))
}

/// Whether both are classes, and the first derives from the second.
fn is_below(own: Step, known: Step) -> bool {
    let (Step::Entity(own), Step::Entity(known)) = (own, known) else {
        return false;
    };
    match (Entity::find(own), Entity::find(known)) {
        (Some(Entity::Mapper(own)), Some(Entity::Mapper(known))) => own.is_a(&known),
        _ => false,
    }
}

/// Two options without an entity that each name a group: both groups are loaded.
fn with_both_groups(one: &LoadElement, other: &LoadElement) -> Option<Rc<LoadElement>> {
    let has_groups = |element: &LoadElement| !element.settings.undefer_groups.is_empty();
    (has_groups(one) && has_groups(other)).then(|| {
        let mut both = one.clone();
        let more = other.settings.undefer_groups.iter().cloned();
        both.settings.undefer_groups.extend(more);
        Rc::new(both)
    })
}

fn reconcile(replacement: &Rc<LoadElement>, existing: &Rc<LoadElement>) -> Result<Rc<LoadElement>> {
    if Rc::ptr_eq(replacement, existing)
        || (existing.kind == replacement.kind && existing.settings == replacement.settings)
    {
        return Ok(Rc::clone(replacement));
    }
    if let Some(both) = with_both_groups(replacement, existing) {
        return Ok(both);
    }
    if !matches!(replacement.path.steps().last(), Some(Step::Attribute(..))) {
        return Ok(Rc::clone(replacement));
    }
    let merged = |kept: &LoadElement, other: &LoadElement| {
        let mut merged = kept.clone();
        let settings = &other.settings;
        merged.settings.innerjoin = merged.settings.innerjoin.or(settings.innerjoin);
        merged.settings.recursion_depth =
            merged.settings.recursion_depth.or(settings.recursion_depth);
        merged.settings.alias = merged.settings.alias.or_else(|| settings.alias.clone());
        merged.criteria.extend(other.criteria.iter().cloned());
        Rc::new(merged)
    };
    if replacement.kind == LoadKind::Default {
        return Ok(merged(existing, replacement));
    }
    if existing.kind == LoadKind::Default {
        return Ok(merged(replacement, existing));
    }
    Err(in_conflict(replacement, existing))
}

fn in_conflict(replacement: &LoadElement, existing: &LoadElement) -> Error {
    Error::invalid_request(format!(
        "Loader strategy replacement {} is in conflict with existing strategy {}",
        called(replacement),
        called(existing)
    ))
}
