//! `.join(…)`: from which of the query's elements, and on what.

use std::rc::Rc;

use super::compile::{FromSlot, State};
use super::ormjoin::{asked_of, is_present, join_along, surface};
use super::{FromItem, JoinStep, JoinTarget, RawColumn, RelationshipPath};
use crate::orm::entity::Entity;
use crate::orm::error::{Error, Result};
use crate::orm::path::Path;
use crate::orm::sql::adapt::visit;
use crate::orm::sql::from::{can_join, join_condition};
use crate::orm::sql::{Expr, FromClause};

impl State<'_> {
    /// Adds one join to the query's FROM elements.
    pub fn join(&mut self, step: &JoinStep) -> Result<()> {
        match &step.target {
            JoinTarget::Relationship(path) => self.join_relationship(step, path),
            JoinTarget::Item { item, on } => self.join_item(step, item, on.as_ref()),
        }
    }

    fn join_relationship(&mut self, step: &JoinStep, path: &RelationshipPath) -> Result<()> {
        let target = path.target();
        let edge = (
            path.left.clone(),
            target.clone(),
            Rc::clone(&path.relationship.key),
        );
        if self.joined_edges.contains(&edge) {
            return Ok(());
        }
        if let Some(given) = &step.left
            && *given.selectable() != *path.left.selectable()
        {
            return Err(Error::invalid_request(format!(
                "explicit from clause {} does not match left side of relationship attribute {}",
                match given {
                    FromItem::Entity(entity) => entity.shown(),
                    FromItem::From(_) => shown(given),
                },
                path.relationship.name
            )));
        }
        if path.left == target {
            return Err(Error::invalid_request(format!(
                "Can't construct a join from {} to {}, they are the same entity",
                path.left.shown(),
                target.shown()
            )));
        }
        if !target.mapper().is_related_to(&path.relationship.mapper()) {
            return Err(Error::invalid_request(format!(
                "Join target {} does not correspond to the right side of join condition {}",
                target.shown(),
                path.relationship.name
            )));
        }
        self.joined_edges.push(edge);
        let near = Path::from_steps(&[path.left.step()]);
        let far = Path::from_steps(&[target.step()]);
        self.multiply_by(near, &path.relationship, Some(far));
        let source = path.left.selectable();
        let place = self.place_of(source)?;
        let left = place.map_or_else(|| source.clone(), |index| self.froms[index].from.clone());
        let made = join_along(
            &left,
            target.selectable(),
            &path.relationship,
            source,
            &asked_of(&target, &path.criteria),
            step.outer,
            step.full,
        );
        self.put(
            place,
            FromSlot {
                from: made.from.joining(target.selectable(), target.id()),
                target: Some(made.target),
            },
        );
        Ok(())
    }

    fn join_item(&mut self, step: &JoinStep, item: &FromItem, on: Option<&Expr>) -> Result<()> {
        let right = item.selectable();
        let (place, left, explicit) = match &step.left {
            Some(given) => {
                let place = self.place_of(given.selectable())?;
                let left = place.map_or_else(
                    || given.selectable().clone(),
                    |index| self.froms[index].from.clone(),
                );
                (place, left, Some(given.selectable().clone()))
            }
            None => {
                let (place, left) = self.implicit_left(item, on)?;
                (place, left, None)
            }
        };
        if left == *right {
            let shown = shown(item);
            return Err(Error::invalid_request(format!(
                "Can't construct a join from {shown} to {shown}, they are the same entity"
            )));
        }
        let on = match (on, explicit) {
            (Some(on), _) => Some(on.clone()),
            (None, Some(explicit)) => Some(join_condition(&explicit, right, None)?),
            (None, None) => None,
        };
        let mut from = left.join(right, on, step.outer, step.full)?;
        if let FromItem::Entity(entity) = item {
            if let Some(criterion) = entity.single_table_criterion() {
                from = from.also_on(criterion);
            }
            from = from.joining(right, entity.id());
        }
        self.put(place, FromSlot::plain(&from));
        Ok(())
    }

    fn put(&mut self, place: Option<usize>, slot: FromSlot) {
        match place {
            Some(index) => self.froms[index] = slot,
            None => self.froms.push(slot),
        }
    }

    /// The FROM element that this one is part of.
    fn place_of(&self, from: &FromClause) -> Result<Option<usize>> {
        let places: Vec<usize> = (0..self.froms.len())
            .filter(|&index| is_present(from, &self.froms[index].from))
            .collect();
        match places[..] {
            [] => Ok(None),
            [index] => Ok(Some(index)),
            _ => Err(Error::invalid_request(
                "Can't identify which entity in which to assign the left side of this join.   Please use a more \
                 specific ON clause.",
            )),
        }
    }

    /// The left side of a join that does not name it: the one element or selected entity that can be joined from.
    fn implicit_left(
        &self,
        right: &FromItem,
        on: Option<&Expr>,
    ) -> Result<(Option<usize>, FromClause)> {
        let target = right.selectable();
        let (candidates, are_froms): (Vec<FromClause>, bool) = if self.froms.is_empty() {
            (self.selected_elements(target), false)
        } else {
            (
                self.froms.iter().map(|slot| slot.from.clone()).collect(),
                true,
            )
        };
        if candidates.is_empty() && !are_froms && self.select.columns.is_empty() {
            return Err(Error::invalid_request(
                "No entities to join from; please use select_from() to establish the left entity/selectable of this join",
            ));
        }
        match joinable(&candidates, target, on)?[..] {
            [index] => Ok((are_froms.then_some(index), candidates[index].clone())),
            [] => Err(Error::invalid_request(format!(
                "Don't know how to join to {}. Please use the .select_from() method to establish an explicit left side, \
                 as well as providing an explicit ON clause if not present already to help resolve the ambiguity.",
                shown(right)
            ))),
            _ => Err(Error::invalid_request(
                "Can't determine which FROM clause to join from, there are multiple FROMS which can join to this entity. \
                 Please use the .select_from() method to establish an explicit left side, as well as providing an \
                 explicit ON clause if not present already to help resolve the ambiguity.",
            )),
        }
    }

    /// The elements of what is selected, each once, but for the one that is joined to.
    fn selected_elements(&self, target: &FromClause) -> Vec<FromClause> {
        fn add(found: &mut Vec<FromClause>, from: &FromClause, target: &FromClause) {
            if from != target && !found.contains(from) {
                found.push(from.clone());
            }
        }
        fn collect(columns: &[RawColumn], found: &mut Vec<FromClause>, target: &FromClause) {
            for column in columns {
                match column {
                    RawColumn::Entity(entity) => add(found, entity.selectable(), target),
                    RawColumn::Expr(expr) => match Entity::of_expr(expr) {
                        Some(entity) => add(found, entity.selectable(), target),
                        None => {
                            if let Some(from) = expr.from_objects().first() {
                                add(found, from, target);
                            }
                        }
                    },
                    RawColumn::Bundle { columns, .. } => collect(columns, found, target),
                }
            }
        }
        let mut found = Vec::new();
        collect(&self.select.columns, &mut found, target);
        found
    }
}

/// Which of the candidates the target can be joined to.
fn joinable(
    candidates: &[FromClause],
    target: &FromClause,
    on: Option<&Expr>,
) -> Result<Vec<usize>> {
    let mut mentioned = Vec::new();
    if let (Some(on), true) = (on, candidates.len() > 1) {
        visit(on, &mut |inner| {
            if let Some((from, _)) = inner.as_column() {
                mentioned.push(from.clone());
            }
        });
    }
    let starts = |candidate: &FromClause| -> Result<bool> {
        if *candidate == *target {
            return Ok(false);
        }
        if !mentioned.is_empty() {
            let parts = surface(candidate);
            return Ok(mentioned
                .iter()
                .all(|from| from == target || parts.contains(from)));
        }
        Ok(on.is_some() || can_join(candidate, target)?)
    };
    let mut found = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        if starts(candidate)? {
            found.push(index);
        }
    }
    if found.len() > 1 {
        let hidden = |index: usize| {
            candidates.iter().enumerate().any(|(other, candidate)| {
                other != index
                    && *candidate != candidates[index]
                    && is_present(&candidates[index], candidate)
            })
        };
        found.retain(|&index| !hidden(index));
    }
    if found.is_empty() && on.is_some() {
        return Ok((0..candidates.len()).collect());
    }
    Ok(found)
}

fn shown(item: &FromItem) -> String {
    match item {
        FromItem::Entity(entity) => {
            let kind = if entity.is_alias() {
                "AliasedInsp"
            } else {
                "Mapper"
            };
            let mapper = entity.mapper();
            let address = Rc::as_ptr(mapper);
            format!("<{kind} at {address:p}; {}>", mapper.class_name())
        }
        FromItem::From(from) => from
            .name()
            .map_or_else(|| "join".into(), |name| name.to_string()),
    }
}
