//! Joined eager loading: the target's columns in the same rows, under an alias of its own.

use std::collections::HashMap;
use std::rc::Rc;

use super::compile::{ColumnList, State};
use super::entities::{Clauses, DraftEntity, Scope, entity_clauses, strategy_of};
use super::ormjoin::{OrmJoin, TargetAdapter, asked_of, is_present, join_along};
use crate::orm::entity::{Alias, Entity};
use crate::orm::error::{Error, Result};
use crate::orm::mapper::MapperId;
use crate::orm::options::{LoadElement, LoadKind};
use crate::orm::path::{Path, Step};
use crate::orm::relationship::{InnerJoin, Relationship};
use crate::orm::sql::adapt::visit;
use crate::orm::sql::from::FromKind;
use crate::orm::sql::{EntityId, Expr, FromClause};
use crate::trace::Strategy;

/// A join that is made once every entity has been set up.
pub(super) struct PendingJoin {
    root: usize,
    root_entity: Entity,
    path: Path,
    relationship: Rc<Relationship>,
    /// The columns of the near side.
    near: Clauses,
    is_from_root: bool,
    pub(super) far: Entity,
    innerjoin: InnerJoin,
    behind_outer_join: bool,
    criteria: Vec<Expr>,
}

/// What joined loads are attached to: one of the query's FROM elements, or a selected entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anchor {
    From(usize),
    Entity(usize),
}

/// A collection that rows are multiplied by.
pub(super) struct JoinedCollection {
    /// The place of the entity that it is joined to.
    near: Path,
    relationship: Rc<Relationship>,
    /// An eager load joins it, or reads it from a join of the query's own; else it is that join.
    is_loaded: bool,
}

impl JoinedCollection {
    /// Whether both are one collection of one entity, as far as is known: a join of the query's own may be the one
    /// that a load reads from.
    fn is_same(&self, other: &Self) -> bool {
        let may_be_read = !(self.is_loaded && other.is_loaded) || self.near == other.near;
        self.relationship.name == other.relationship.name && may_be_read
    }
}

/// Whether that attribute is a relationship to one object.
fn is_to_one(mapper: EntityId, index: usize) -> bool {
    Entity::find(mapper).is_some_and(|entity| {
        let attribute = entity.mapper().attribute(index);
        let relationship = attribute.as_relationship();
        relationship.is_some_and(|relationship| !relationship.uselist())
    })
}

/// The joins made so far, by what they are attached to.
#[derive(Default)]
pub(super) struct EagerJoins {
    by_anchor: Vec<(Anchor, FromClause)>,
    /// The element where a wrapped query takes the place of the entity.
    stop_on: HashMap<u64, FromClause>,
    memos: HashMap<u64, Memo>,
}

/// What a join of ours joins, for splicing another one into it.
#[derive(Clone, Debug)]
struct Memo {
    left: Option<MapperId>,
    right: Option<Path>,
    target: TargetAdapter,
}

impl EagerJoins {
    pub fn joins(&self) -> impl Iterator<Item = FromClause> {
        self.by_anchor.iter().map(|(_, join)| join.clone())
    }

    /// Each join with the element that it starts from.
    pub fn with_starts(&self) -> impl Iterator<Item = (&FromClause, Option<&FromClause>)> {
        self.by_anchor
            .iter()
            .map(|(_, join)| (join, self.stop_on.get(&join.id())))
    }
}

impl State<'_> {
    /// Sets the relationship up to be loaded by joining; none when it would go round for ever.
    pub fn set_up_joined(
        &mut self,
        scope: &Scope,
        _index: usize,
        relationship: &Rc<Relationship>,
        path: &Path,
        element: Option<&Rc<LoadElement>>,
    ) -> Result<Option<DraftEntity>> {
        let is_user_defined =
            element.is_some_and(|element| element.kind == LoadKind::ContainsEager);
        if relationship.uselist() && !self.select.is_from_write() {
            self.multi_row = true;
        }
        let of_type = element.and_then(|element| element.of_type.clone());
        let target = of_type.clone().unwrap_or_else(|| relationship.target());
        let mut behind_outer_join = scope.behind_outer_join;
        let (adapter, list);
        if let (true, Some(element)) = (is_user_defined, element) {
            adapter = match (&element.settings.alias, &of_type) {
                (Some(alias), _) => Clauses::From(alias.clone()),
                (None, Some(entity)) => entity_clauses(entity),
                (None, None) => Clauses::Own,
            };
            list = ColumnList::Primary;
        } else {
            if self.goes_round(path, relationship) {
                return Ok(None);
            }
            let far = match &of_type {
                Some(alias @ Entity::Alias(_)) => alias.clone(),
                _ => {
                    let selectable = target.selectable().flat_alias();
                    Entity::Alias(Alias::standing_for(target.mapper(), selectable))
                }
            };
            let innerjoin = element
                .and_then(|element| element.settings.innerjoin)
                .unwrap_or(relationship.options.innerjoin);
            if innerjoin == InnerJoin::No {
                behind_outer_join = true;
            }
            self.pending.push(PendingJoin {
                root: scope.root,
                root_entity: scope.root_entity.clone(),
                path: path.clone(),
                relationship: Rc::clone(relationship),
                near: scope.adapter.clone(),
                is_from_root: scope.list == ColumnList::Primary && scope.path.len() == 1,
                far: far.clone(),
                innerjoin,
                behind_outer_join,
                criteria: asked_of(&far, &self.join_criteria(relationship, element)?),
            });
            adapter = Clauses::Entity(far);
            list = ColumnList::Secondary;
            self.adding_joins = true;
        }
        self.joined_relationships.push(Rc::clone(relationship));
        self.multiply_by(path.parent(), relationship, None);
        let inner = Scope {
            root: scope.root,
            root_entity: scope.root_entity.clone(),
            mapper: Rc::clone(target.mapper()),
            path: path.push(if of_type.is_some() {
                target.step()
            } else {
                Step::Entity(relationship.mapper().id)
            }),
            adapter,
            list,
            behind_outer_join,
        };
        self.set_up_entity(inner, false).map(Some)
    }

    /// A text, and what a write returns, are taken for what joins as the mapping and the options say, though nothing of it
    /// is read. An option for what a write returns says nothing of its own step.
    pub fn take_for_joined(
        &mut self,
        path: &Path,
        relationship: &Rc<Relationship>,
        element: Option<&Rc<LoadElement>>,
    ) {
        let is_user_defined =
            element.is_some_and(|element| element.kind == LoadKind::ContainsEager);
        if strategy_of(element, relationship) != Strategy::Joined {
            return;
        }
        if element.is_none() || self.select.is_from_text() {
            self.multi_row |= relationship.uselist();
        }
        if !is_user_defined && self.goes_round(path, relationship) {
            return;
        }
        let near = path.push(Step::Entity(relationship.mapper().id));
        for relationship in relationship.mapper().relationships() {
            let step = relationship.step();
            let element = self.loaders.find(&near, step, Step::AnyRelationship);
            self.take_for_joined(&near.push(step), &relationship, element.as_ref());
        }
    }

    /// Whether joins that no option asks for would lead back to where they began.
    fn goes_round(&self, path: &Path, relationship: &Relationship) -> bool {
        !self.loaders.contains(path)
            && match relationship.options.join_depth {
                Some(depth) => path.len() / 2 > depth,
                None => path.contains_mapper(&relationship.mapper()),
            }
    }

    fn join_criteria(
        &self,
        relationship: &Relationship,
        element: Option<&Rc<LoadElement>>,
    ) -> Result<Vec<Expr>> {
        let mut criteria = element.map_or_else(Vec::new, |element| element.criteria.clone());
        if let Some(of_statement) = &self.criteria {
            criteria.extend(of_statement.of_eager_join(&relationship.mapper())?);
        }
        Ok(criteria)
    }

    /// Remembers that each row of what stands at `near` comes once for every member of that collection. A join of the
    /// query's own says where it leads to; that of an eager load is known by its path.
    pub(super) fn multiply_by(
        &mut self,
        near: Path,
        relationship: &Rc<Relationship>,
        far: Option<Path>,
    ) {
        match far {
            Some(far) if !relationship.uselist() => self.joined_ones.push((far, near)),
            _ if !relationship.uselist() => {}
            far => self.joined_collections.push(JoinedCollection {
                near,
                relationship: Rc::clone(relationship),
                is_loaded: far.is_none(),
            }),
        }
    }

    /// The first two different collections that are joined to one row: to one entity, or to what it has one of.
    pub(super) fn siblings(&self) -> Option<[Rc<Relationship>; 2]> {
        let joins = &self.joined_collections;
        joins.iter().enumerate().find_map(|(at, first)| {
            let row = self.row_of(&first.near);
            let mut rest = joins[at + 1..].iter();
            rest.find(|second| !second.is_same(first) && self.row_of(&second.near) == row)
                .map(|second| [&first.relationship, &second.relationship].map(Rc::clone))
        })
    }

    /// The place whose rows those at `place` come with one by one: to-one steps multiply nothing.
    fn row_of(&self, place: &Path) -> Path {
        let mut steps = place.steps();
        // Each join is gone back over once: those of a circle have no first.
        for _ in 0..=self.joined_ones.len() {
            while let [before @ .., Step::Attribute(mapper, index), _] = steps
                && is_to_one(*mapper, *index)
            {
                steps = before;
            }
            let mut ones = self.joined_ones.iter();
            match ones.find(|(far, _)| far.steps() == steps) {
                Some((_, near)) => steps = near.steps(),
                None => break,
            }
        }
        Path::from_steps(steps)
    }

    /// Makes a join that was put off.
    pub fn create_eager_join(&mut self, pending: PendingJoin) -> Result<()> {
        let root = pending.root_entity.selectable().clone();
        let mut anchor = Anchor::Entity(pending.root);
        let mut start = root.clone();
        let is_known = self
            .eager
            .by_anchor
            .iter()
            .any(|(known, _)| *known == anchor);
        if !is_known && !self.is_wrapped() && !self.froms.is_empty() {
            let matches: Vec<usize> = (0..self.froms.len())
                .filter(|&index| is_present(&root, &self.froms[index].from))
                .collect();
            match matches[..] {
                [] => {}
                [index] => {
                    anchor = Anchor::From(index);
                    start = self.froms[index].from.clone();
                }
                _ => {
                    return Err(Error::invalid_request(
                        "Can't identify which query entity in which to joined eager load from.   Please use an exact \
                         match when specifying the join path.",
                    ));
                }
            }
        }
        let slot = self
            .eager
            .by_anchor
            .iter()
            .position(|(known, _)| *known == anchor);
        let towrap = slot.map_or(start, |slot| self.eager.by_anchor[slot].1.clone());
        let relationship = &pending.relationship;
        let parent = relationship.parent();
        let source = pending.near.selectable().unwrap_or(&parent.table).clone();
        let far = pending.far.selectable();
        let is_inner = pending.innerjoin != InnerJoin::No;
        let on_outside =
            !pending.behind_outer_join || !is_inner || pending.innerjoin == InnerJoin::Unnested;
        let join = if on_outside {
            let outer = !is_inner
                || (pending.behind_outer_join && matches!(towrap.kind(), FromKind::Join(_)));
            let made = join_along(
                &towrap,
                far,
                relationship,
                &source,
                &pending.criteria,
                outer,
                false,
            );
            let memo = Memo {
                left: Some(parent.id),
                right: Some(pending.path.push(Step::Entity(relationship.mapper().id))),
                target: made.target.clone(),
            };
            self.eager.memos.insert(made.from.id(), memo);
            made
        } else {
            self.splice_inner(&pending, &towrap, &source)?
        };
        self.eager.stop_on.insert(join.from.id(), root);
        match slot {
            Some(slot) => self.eager.by_anchor[slot].1 = join.from.clone(),
            None => self.eager.by_anchor.push((anchor, join.from.clone())),
        }
        if pending.is_from_root {
            // A wrapped query has to hand the near columns of the join out, deferred or not.
            let mut near = Vec::new();
            let tables = parent.tables();
            visit(&relationship.join().primaryjoin, &mut |inner| {
                if inner
                    .as_column()
                    .is_some_and(|(from, _)| tables.contains(from))
                {
                    near.push(inner.clone());
                }
            });
            for column in near {
                if let Some(column) = pending.near.column(&column) {
                    self.append(&column, ColumnList::Primary);
                }
            }
        }
        for clause in relationship.order_by() {
            self.eager_order_by.push(join.target.traverse(clause));
        }
        Ok(())
    }

    /// Puts an inner join behind an outer one: inside it, on its right side.
    fn splice_inner(
        &mut self,
        pending: &PendingJoin,
        towrap: &FromClause,
        source: &FromClause,
    ) -> Result<OrmJoin> {
        let Some(Step::Entity(onto)) = pending.path.steps().iter().rev().nth(1).copied() else {
            return Err(Error::argument("a joined load starts at an entity"));
        };
        let splice = Splice {
            pending,
            onto,
            source,
        };
        self.eager
            .splice(&splice, towrap, None, None, true)
            .ok_or_else(|| {
                Error::invalid_request("assertion failed attempting to produce joined eager loads")
            })
    }
}

/// An inner join looking for its place.
struct Splice<'a> {
    pending: &'a PendingJoin,
    /// The mapper that it joins from.
    onto: MapperId,
    source: &'a FromClause,
}

impl EagerJoins {
    fn splice(
        &mut self,
        splice: &Splice<'_>,
        at: &FromClause,
        inside: Option<MapperId>,
        existing: Option<&Path>,
        is_outermost: bool,
    ) -> Option<OrmJoin> {
        match at.kind() {
            FromKind::Grouping(inner) => self.splice(splice, inner, inside, existing, false),
            FromKind::Join(join) if self.memos.contains_key(&at.id()) => {
                let memo = self.memos[&at.id()].clone();
                let right_mapper = memo
                    .right
                    .as_ref()
                    .and_then(|path| match path.steps().last() {
                        Some(Step::Entity(mapper)) => Some(*mapper),
                        _ => None,
                    });
                let on = join.on.clone()?;
                if let Some(inner) = self.splice(splice, &join.right, right_mapper, None, false) {
                    let target = inner.target.clone();
                    let flat = !join.outer
                        && matches!(inner.from.kind(), FromKind::Join(spliced) if !spliced.outer);
                    let from = if flat {
                        self.flatten(&join.left, &inner.from, on, &memo)
                    } else {
                        let from = join.left.join_on(&inner.from, on, join.outer);
                        self.memos.insert(
                            from.id(),
                            Memo {
                                left: memo.left,
                                right: None,
                                target: target.clone(),
                            },
                        );
                        from
                    };
                    return Some(OrmJoin { from, target });
                }
                let inner =
                    self.splice(splice, &join.left, memo.left, memo.right.as_ref(), false)?;
                let from = inner.from.join_on(&join.right, on, join.outer);
                let target = inner.target.clone();
                self.memos.insert(
                    from.id(),
                    Memo {
                        left: None,
                        right: memo.right,
                        target: target.clone(),
                    },
                );
                Some(OrmJoin { from, target })
            }
            _ if is_outermost => None,
            _ => {
                if inside != Some(splice.onto) {
                    return None;
                }
                let path = &splice.pending.path;
                if let Some(existing) = existing
                    && existing.len() > 2
                    && existing.steps()[..existing.len() - 2] != path.steps()[..path.len() - 1]
                {
                    return None;
                }
                let pending = splice.pending;
                let made = join_along(
                    at,
                    pending.far.selectable(),
                    &pending.relationship,
                    splice.source,
                    &pending.criteria,
                    false,
                    false,
                );
                let right = Some(path.push(Step::Entity(pending.relationship.mapper().id)));
                self.memos.insert(
                    made.from.id(),
                    Memo {
                        left: inside,
                        right,
                        target: made.target.clone(),
                    },
                );
                Some(made)
            }
        }
    }

    /// `a JOIN (b JOIN c)` as `a JOIN b JOIN c`.
    fn flatten(
        &mut self,
        left: &FromClause,
        spliced: &FromClause,
        on: Expr,
        memo: &Memo,
    ) -> FromClause {
        let FromKind::Join(inner) = spliced.kind() else {
            return left.join_on(spliced, on, false);
        };
        let inner_memo = self.memos.get(&spliced.id()).cloned();
        let near = left.join_on(&inner.left, on, false);
        let near_right = inner_memo.as_ref().and_then(|memo| memo.left).map(Path::of);
        self.memos.insert(
            near.id(),
            Memo {
                left: memo.left,
                right: near_right,
                target: memo.target.clone(),
            },
        );
        let Some(inner_on) = inner.on.clone() else {
            return near;
        };
        let from = near.join_on(&inner.right, inner_on, inner.outer);
        let target = inner_memo
            .as_ref()
            .map(|memo| memo.target.clone())
            .unwrap_or_default();
        self.memos.insert(
            from.id(),
            Memo {
                left: None,
                right: inner_memo.and_then(|memo| memo.right),
                target,
            },
        );
        from
    }
}
