//! Which columns a relationship joins, which side of each is the far one, and what a lazy load asks.

mod by_foreign_keys;
mod columns;
mod direction;
mod lazy;
mod pairs;
mod sides;

pub use columns::equated;
pub use lazy::LazyClause;

use std::cell::OnceCell;
use std::collections::HashSet;

use self::by_foreign_keys::{by_foreign_keys, explained};
use self::columns::occurrences;
use self::direction::direction;
use self::lazy::{conjunction, equates_exactly};
use self::pairs::{Pairs, ids_where};
use self::sides::{Columns, Sides, has};
use crate::orm::entity::Entity;
use crate::orm::error::{Error, Result};
use crate::orm::mapper::Mapper;
use crate::orm::relationship::Resolved;
use crate::orm::sql::adapt::replace_expr;
use crate::orm::sql::compile::{CompileOptions, Style, compile};
use crate::orm::sql::expr::Side;
use crate::orm::sql::{ElementId, Expr, FromClause, Statement};
use crate::trace::Direction;

/// A pair of columns that the condition equates.
pub type Pair = (Expr, Expr);

/// How the parent's table and the target's are joined.
#[derive(Debug)]
pub struct JoinCondition {
    pub primaryjoin: Expr,
    pub secondaryjoin: Option<Expr>,
    pub secondary: Option<FromClause>,
    pub direction: Direction,
    /// (source, destination): the foreign key on the right is filled from the left.
    pub synchronize_pairs: Vec<Pair>,
    /// The same between the target and the secondary table.
    pub secondary_synchronize_pairs: Vec<Pair>,
    /// (local, remote).
    pub local_remote_pairs: Vec<Pair>,
    local: HashSet<ElementId>,
    /// The program marked far columns, or foreign keys, itself.
    was_remote: bool,
    was_foreign: bool,
    /// A comparison of what is not just columns leaves open which side is the far one.
    pub is_unclear: bool,
    target_primary_key: Vec<Expr>,
    /// Columns of the target that always have the same value.
    target_same: Vec<Pair>,
    lazy: OnceCell<LazyClause>,
    reverse_lazy: OnceCell<LazyClause>,
}

impl JoinCondition {
    /// Works the condition out from the declaration and the foreign keys.
    ///
    /// # Errors
    /// SQLAlchemy's, when there is no such condition or more than one.
    pub fn determine(
        name: &str,
        parent: &Mapper,
        resolved: &Resolved,
        is_written: bool,
    ) -> Result<Self> {
        let (near, far) = (&parent.table, resolved.target.selectable());
        let secondary = resolved.secondary.clone();
        let far_first = match &resolved.target {
            Entity::Mapper(mapper) => &mapper.local_table,
            Entity::Alias(alias) => &alias.selectable,
        };
        let between = |left: &FromClause, right: &FromClause, first: &FromClause| {
            by_foreign_keys(left, right, first, &resolved.foreign_keys)
                .map_err(|error| explained(error, name, secondary.as_ref()))
        };
        let secondaryjoin = match (&resolved.secondaryjoin, &secondary) {
            (Some(given), _) => Some(given.clone()),
            (None, Some(secondary)) => Some(between(far, secondary, far_first)?),
            (None, None) => None,
        };
        let primaryjoin = match &resolved.primaryjoin {
            Some(given) => given.clone(),
            None => between(near, secondary.as_ref().unwrap_or(far), &parent.local_table)?,
        };
        let sides = Sides::mark(parent, resolved, primaryjoin, secondaryjoin)?;
        let (primaryjoin, secondaryjoin) = (sides.primaryjoin, sides.secondaryjoin);
        let mapped: HashSet<ElementId> = [Some(near), Some(far), secondary.as_ref()]
            .into_iter()
            .flatten()
            .flat_map(|from| from.columns())
            .map(|column| column.id())
            .collect();
        let is_mapped = |column: &Expr| mapped.contains(&column.id());
        let mut pairs = Pairs {
            local_remote: Vec::new(),
            is_mapped: &is_mapped,
        };
        let synchronize_pairs = pairs.of(&primaryjoin);
        let mut secondary_synchronize_pairs = Vec::new();
        check_foreign(
            name,
            "primary",
            &primaryjoin,
            is_written,
            &synchronize_pairs,
        )?;
        if let Some(join) = &secondaryjoin {
            secondary_synchronize_pairs = pairs.of(join);
            check_foreign(
                name,
                "secondary",
                join,
                is_written,
                &secondary_synchronize_pairs,
            )?;
        }
        let direction = match secondaryjoin {
            Some(_) => Direction::ManyToMany,
            None => direction(name, &primaryjoin, near, far)?,
        };
        if pairs.local_remote.is_empty() {
            return Err(Error::argument(format!(
                "Relationship {name} could not determine any unambiguous local/remote column pairs based on join \
                 condition and remote_side arguments.  Consider using the remote() annotation to accurately mark those \
                 elements of the join condition that are on the remote side of the relationship.",
            )));
        }
        let local = ids_where(&occurrences(&primaryjoin), |column| column.side().local);
        Ok(Self {
            direction,
            synchronize_pairs: plain(synchronize_pairs),
            secondary_synchronize_pairs: plain(secondary_synchronize_pairs),
            local_remote_pairs: plain(pairs.local_remote),
            local,
            was_remote: sides.was_remote,
            was_foreign: sides.was_foreign,
            is_unclear: sides.is_unclear,
            primaryjoin,
            secondaryjoin,
            secondary,
            target_primary_key: resolved.target.mapper().primary_key_columns(),
            target_same: resolved.target.mapper().equated_columns(),
            lazy: OnceCell::new(),
            reverse_lazy: OnceCell::new(),
        })
    }

    /// The near columns.
    pub fn local_columns(&self) -> &HashSet<ElementId> {
        &self.local
    }

    /// The conditions of the relationship that leads back: what the program marked of this one is turned round.
    pub fn backwards(&self) -> (Expr, Option<Expr>) {
        let unsided = |join: &Expr| {
            let mark = |column: &Expr| {
                Some(Side {
                    foreign: column.side().foreign,
                    ..Side::default()
                })
            };
            replace_expr(join, &Columns(&mark))
        };
        if let Some(secondaryjoin) = &self.secondaryjoin {
            return (unsided(secondaryjoin), Some(unsided(&self.primaryjoin)));
        }
        let turned = |column: &Expr| {
            let Side {
                foreign,
                remote,
                local,
            } = column.side();
            Some(match (self.was_remote, self.was_foreign) {
                (true, _) => Side {
                    foreign,
                    remote: local,
                    local: remote,
                },
                (false, true) => Side {
                    foreign,
                    ..Side::default()
                },
                (false, false) => Side::default(),
            })
        };
        (replace_expr(&self.primaryjoin, &Columns(&turned)), None)
    }

    /// The criterion by which the related rows of one parent are found.
    pub fn lazy(&self) -> &LazyClause {
        self.lazy.get_or_init(|| LazyClause::of(self, false))
    }

    /// The criterion by which the parents of one related row are found.
    pub fn reverse_lazy(&self) -> &LazyClause {
        self.reverse_lazy.get_or_init(|| LazyClause::of(self, true))
    }

    /// Whether the lazy criterion is exactly "the target's primary key equals these": it can be answered by identity.
    pub fn is_get(&self) -> bool {
        self.secondaryjoin.is_none()
            && equates_exactly(
                &self.lazy().criterion,
                &self.target_primary_key,
                &self.target_same,
            )
    }

    /// Whether the reverse criterion is exactly the parent's primary key: selectin needs no join to the parent then.
    pub fn reverse_is_get(&self, parent: &Mapper) -> bool {
        self.secondaryjoin.is_none()
            && equates_exactly(
                &self.reverse_lazy().criterion,
                &parent.primary_key_columns(),
                &parent.equated_columns(),
            )
    }

    /// Whether the secondary table alone holds the parent's whole key, so that it can stand for the parent: nothing else
    /// is asked of the two.
    pub fn secondary_stands_for_parent(&self, parent: &Mapper) -> bool {
        let key = parent.primary_key_columns();
        let is_key = |column: &Expr| key.iter().any(|known| parent.equates(known, column));
        let pairs: Vec<&Pair> = self
            .synchronize_pairs
            .iter()
            .filter(|(near, _)| is_key(near))
            .collect();
        let Some(parts) = conjunction(&self.primaryjoin) else {
            return false;
        };
        let is_part = |(near, between): &&Pair| {
            parts.iter().any(|(left, right)| {
                (left.same(near) && right.same(between)) || (right.same(near) && left.same(between))
            })
        };
        self.secondaryjoin.is_some()
            && key
                .iter()
                .all(|column| pairs.iter().any(|(near, _)| parent.equates(near, column)))
            && parts.len() == pairs.len()
            && pairs.iter().all(is_part)
    }
}

/// # Errors
/// When the condition has no foreign key, or none that a flush could fill.
fn check_foreign(
    name: &str,
    which: &str,
    join: &Expr,
    is_written: bool,
    synchronized: &[Pair],
) -> Result<()> {
    let has_foreign = has(join, |side| side.foreign);
    if (is_written && !synchronized.is_empty()) || (!is_written && has_foreign) {
        return Ok(());
    }
    let shown = plain_text(join);
    Err(Error::argument(if is_written && has_foreign {
        format!(
            "Could not locate any simple equality expressions involving locally mapped foreign key columns for {which} \
             join condition '{shown}' on relationship {name}.  Ensure that referencing columns are associated with a \
             ForeignKey or ForeignKeyConstraint, or are annotated in the join condition with the foreign() annotation. \
             To allow comparison operators other than '==', the relationship can be marked as viewonly=True."
        )
    } else {
        format!(
            "Could not locate any relevant foreign key columns for {which} join condition '{shown}' on relationship \
             {name}.  Ensure that referencing columns are associated with a ForeignKey or ForeignKeyConstraint, or are \
             annotated in the join condition with the foreign() annotation."
        )
    }))
}

/// The columns of pairs as they are outside of the condition.
fn plain(pairs: Vec<Pair>) -> Vec<Pair> {
    let plain = |column: &Expr| column.with_side(Side::default());
    pairs
        .iter()
        .map(|(one, other)| (plain(one), plain(other)))
        .collect()
}

/// The expression as Python's `str()` shows it.
fn plain_text(expr: &Expr) -> String {
    let options = CompileOptions {
        style: Style::Plain,
        ..CompileOptions::default()
    };
    compile(&Statement::Expr(expr.clone()), &options)
        .map_or_else(|error| error.message, |compiled| compiled.sql.to_string())
}
