//! A join along a relationship: which columns equal which, for these two sides.

use std::fmt;
use std::rc::Rc;

use super::RelationshipPath;
use crate::orm::entity::{Alias, Entity};
use crate::orm::mapper::Mapper;
use crate::orm::relationship::Relationship;
use crate::orm::sql::adapt::{Replace, replace_expr};
use crate::orm::sql::expr::{Side, and_};
use crate::orm::sql::from::FromKind;
use crate::orm::sql::{ClauseAdapter, Expr, FromClause};

/// A join made along a relationship.
#[derive(Clone, Debug)]
pub struct OrmJoin {
    pub from: FromClause,
    /// Turns columns of the target and its secondary table into those of this join's right side.
    pub target: TargetAdapter,
}

/// Replaces columns of one side by those of a selectable that has them, the first that does.
#[derive(Clone, Default)]
pub struct TargetAdapter(Vec<ClauseAdapter>);

impl TargetAdapter {
    /// Adds a selectable; columns of the condition that stand on `excluded` are not taken for its own.
    fn step(mut self, selectable: &FromClause, excluded: Option<fn(Side) -> bool>) -> Self {
        let mut adapter = ClauseAdapter::new(selectable);
        adapter.exclude = excluded.map(|is_it| Rc::new(move |expr: &Expr| is_it(expr.side())) as _);
        self.0.push(adapter);
        self
    }

    pub fn traverse(&self, expr: &Expr) -> Expr {
        if self.0.is_empty() {
            expr.clone()
        } else {
            replace_expr(expr, self)
        }
    }
}

impl Replace for TargetAdapter {
    fn expr(&self, expr: &Expr) -> Option<Expr> {
        self.0.iter().find_map(|adapter| adapter.expr(expr))
    }

    fn from(&self, from: &FromClause) -> Option<FromClause> {
        self.0.iter().find_map(|adapter| adapter.from(from))
    }
}

impl fmt::Debug for TargetAdapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let selectables = self.0.iter().map(|adapter| &adapter.selectable);
        f.debug_list().entries(selectables).finish()
    }
}

/// The conditions of a relationship between two selectables.
#[derive(Debug)]
pub struct JoinTargets {
    pub primaryjoin: Expr,
    pub secondaryjoin: Option<Expr>,
    pub secondary: Option<FromClause>,
    pub target: TargetAdapter,
}

/// The relationship's condition between `source` and `destination`, its secondary table under an alias of its own when
/// `alias_secondary`.
pub fn join_targets(
    relationship: &Relationship,
    source: Option<&FromClause>,
    destination: &FromClause,
    alias_secondary: bool,
    criteria: &[Expr],
) -> JoinTargets {
    let join = relationship.join();
    let parent = relationship.parent();
    let mut primaryjoin = join.primaryjoin.clone();
    let mut secondaryjoin = join.secondaryjoin.clone();
    let mut secondary = join.secondary.clone();
    let with_criteria = |join: Expr, adapt: &dyn Fn(&Expr) -> Expr| {
        if criteria.is_empty() {
            join
        } else {
            and_([join].into_iter().chain(criteria.iter().map(adapt)))
        }
    };
    let source = source.filter(|source| **source != parent.table);
    let is_aliased = (alias_secondary && secondary.is_some())
        || *destination != relationship.mapper().table
        || source.is_some();
    if !is_aliased {
        match &mut secondaryjoin {
            Some(join) => *join = with_criteria(join.clone(), &Expr::clone),
            None => primaryjoin = with_criteria(primaryjoin, &Expr::clone),
        }
        return JoinTargets {
            primaryjoin,
            secondaryjoin,
            secondary,
            target: TargetAdapter::default(),
        };
    }
    // Near columns are not taken for the target's, nor far ones for the source's: both may be of one table. The
    // criteria of the moment know no near and far: they are about the target first.
    let local: Option<fn(Side) -> bool> = Some(|side| side.local);
    let target;
    if let Some(plain) = secondary {
        let aliased = plain.flat_alias();
        let mut primary = TargetAdapter::default().step(&aliased, local);
        if let Some(source) = source {
            primary = primary.step(source, None);
        }
        target = TargetAdapter::default()
            .step(destination, None)
            .step(&aliased, local);
        primaryjoin = primary.traverse(&primaryjoin);
        secondary = Some(aliased);
        let traversed = secondaryjoin.map(|join| target.traverse(&join));
        secondaryjoin =
            traversed.map(|join| with_criteria(join, &|criterion| target.traverse(criterion)));
    } else {
        let mut primary = TargetAdapter::default().step(destination, local);
        if let Some(source) = source {
            primary = primary.step(source, Some(|side| side.remote));
        }
        let traversed = primary.traverse(&primaryjoin);
        target = primary;
        primaryjoin = with_criteria(traversed, &|criterion| target.traverse(criterion));
    }
    JoinTargets {
        primaryjoin,
        secondaryjoin,
        secondary,
        target,
    }
}

/// What a join to an entity asks of its rows beside the condition of the relationship.
pub(super) fn asked_of(target: &Entity, criteria: &[Expr]) -> Vec<Expr> {
    let single = target.mapper().single_table_criterion();
    single.into_iter().chain(criteria.iter().cloned()).collect()
}

/// Joins `right` to `left` along a relationship. `on_source` is the entity that the relationship was named of; it is
/// what the near columns are taken from, when it is in `left`.
pub fn join_along(
    left: &FromClause,
    right: &FromClause,
    relationship: &Relationship,
    on_source: &FromClause,
    criteria: &[Expr],
    outer: bool,
    full: bool,
) -> OrmJoin {
    let source = if is_present(on_source, left) {
        on_source
    } else {
        left
    };
    let targets = join_targets(relationship, Some(source), right, true, criteria);
    let from = match (targets.secondary, targets.secondaryjoin) {
        (Some(secondary), Some(secondaryjoin)) if outer => {
            let inner = secondary.join_on(right, secondaryjoin, false);
            join_on(left, &inner, targets.primaryjoin, outer, full)
        }
        (Some(secondary), Some(secondaryjoin)) => {
            let near = join_on(left, &secondary, targets.primaryjoin, false, false);
            join_on(&near, right, secondaryjoin, outer, full)
        }
        _ => join_on(left, right, targets.primaryjoin, outer, full),
    };
    OrmJoin {
        from,
        target: targets.target,
    }
}

/// `join(left, target, Author.books)`: an element of its own.
pub fn joined(left: &FromClause, path: &RelationshipPath, outer: bool, full: bool) -> FromClause {
    let target = path.target();
    joined_to(left, target.selectable(), path, outer, full)
        .joining(target.selectable(), target.id())
}

/// The same, to a selectable that stands for the target.
pub fn joined_to(
    left: &FromClause,
    right: &FromClause,
    path: &RelationshipPath,
    outer: bool,
    full: bool,
) -> FromClause {
    let near = path.left.selectable();
    join_along(
        left,
        right,
        &path.relationship,
        near,
        &asked_of(&path.target(), &path.criteria),
        outer,
        full,
    )
    .from
}

/// A join with its condition given.
pub fn join_on(
    left: &FromClause,
    right: &FromClause,
    on: Expr,
    outer: bool,
    full: bool,
) -> FromClause {
    if full {
        // The condition is given, so there is nothing that could go wrong in finding one.
        return left
            .join(right, Some(on), outer, true)
            .expect("a join with a condition needs no foreign key");
    }
    left.join_on(right, on, outer)
}

/// Whether `from` is one of the elements that `search` is joined of.
pub fn is_present(from: &FromClause, search: &FromClause) -> bool {
    surface(search).contains(from)
}

/// The elements that a FROM is joined of, itself first.
pub fn surface(from: &FromClause) -> Vec<FromClause> {
    match from.kind() {
        FromKind::Join(join) => {
            let mut found = vec![from.clone()];
            found.extend(surface(&join.left));
            found.extend(surface(&join.right));
            found
        }
        FromKind::Grouping(inner) => surface(inner),
        _ => vec![from.clone()],
    }
}

/// The criterion of `Author.books.any(…)` and `Book.author.has(…)` without its EXISTS: the condition between the outer
/// entity and the target, with the target's FROM elements.
pub fn relationship_criterion(path: &RelationshipPath, criterion: Option<Expr>) -> Correlated {
    let relationship = &path.relationship;
    let under_alias = |mapper: &Rc<Mapper>| {
        let selectable = mapper.table.alias(None);
        Entity::Alias(Alias::standing_for(mapper, selectable))
    };
    let target = match (path.target.clone(), relationship.is_self_referential()) {
        // The same table inside and outside: the inner one takes an alias, unless the outer one has.
        (Some(Entity::Mapper(mapper)), true) => under_alias(&mapper),
        (None, true) if !path.left.is_alias() => under_alias(&relationship.mapper()),
        (Some(target), _) => target,
        (None, _) => relationship.target(),
    };
    let targets = join_targets(
        relationship,
        Some(path.left.selectable()),
        target.selectable(),
        false,
        // What `.and_()` says is for joins and loads.
        &asked_of(&relationship.target(), &[]),
    );
    let mut join = targets.primaryjoin;
    let mut froms = vec![target.selectable().clone()];
    if let Some(secondary) = &targets.secondary {
        froms.push(secondary.clone());
    }
    if let Some(secondaryjoin) = targets.secondaryjoin {
        join = and_([join, secondaryjoin]);
    }
    let of_type = path.target.as_ref();
    let single = of_type.and_then(|target| target.mapper().single_table_criterion());
    let criterion = match (single, criterion) {
        (Some(single), Some(criterion)) => Some(and_([single, criterion])),
        (single, criterion) => single.or(criterion),
    };
    let criterion = criterion.map(|criterion| {
        if !path.target.as_ref().is_some_and(Entity::is_alias) {
            targets.target.traverse(&criterion)
        } else {
            criterion
        }
    });
    Correlated {
        join,
        criterion,
        froms,
    }
}

/// A relationship where a condition is expected: that its rows belong together.
pub fn relationship_clause(path: &RelationshipPath) -> Expr {
    let targets = join_targets(
        &path.relationship,
        Some(path.left.selectable()),
        path.target().selectable(),
        false,
        &asked_of(&path.target(), &path.criteria),
    );
    match targets.secondaryjoin {
        Some(secondaryjoin) => and_([targets.primaryjoin, secondaryjoin]),
        None => targets.primaryjoin,
    }
}

/// What an EXISTS over a relationship is made of.
#[derive(Debug)]
pub struct Correlated {
    pub join: Expr,
    pub criterion: Option<Expr>,
    pub froms: Vec<FromClause>,
}
