//! Which columns a relationship joins, which side of each is the far one, and what a lazy load asks.

mod by_foreign_keys;
mod columns;
mod lazy;
mod pairs;
mod sides;

pub use lazy::LazyClause;

use std::cell::OnceCell;
use std::collections::HashSet;

use self::by_foreign_keys::{by_foreign_keys, explained};
use self::lazy::{conjunction, equates_exactly};
use self::pairs::Pairs;
use self::sides::Sides;
use crate::orm::error::{Error, Result};
use crate::orm::mapper::Mapper;
use crate::orm::relationship::Resolved;
use crate::orm::sql::compile::{CompileOptions, Style, compile};
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
    /// Columns on the far side.
    remote: HashSet<ElementId>,
    local: HashSet<ElementId>,
    target_primary_key: Vec<Expr>,
    lazy: OnceCell<LazyClause>,
    reverse_lazy: OnceCell<LazyClause>,
}

impl JoinCondition {
    /// Works the condition out from the declaration and the foreign keys.
    ///
    /// # Errors
    /// SQLAlchemy's, when there is no such condition or more than one.
    pub fn determine(name: &str, parent: &Mapper, resolved: &Resolved) -> Result<Self> {
        let target = resolved.target.mapper();
        let (near, far) = (&parent.table, &target.table);
        let secondary = resolved.secondary.clone();
        let between = |left: &FromClause, right: &FromClause| {
            by_foreign_keys(left, right, &resolved.foreign_keys)
                .map_err(|error| explained(error, name, secondary.as_ref()))
        };
        let secondaryjoin = match (&resolved.secondaryjoin, &secondary) {
            (Some(given), _) => Some(given.clone()),
            (None, Some(secondary)) => Some(between(far, secondary)?),
            (None, None) => None,
        };
        let primaryjoin = match &resolved.primaryjoin {
            Some(given) => given.clone(),
            None => between(near, secondary.as_ref().unwrap_or(far))?,
        };
        let sides = Sides::new(name, parent, resolved, &primaryjoin, secondaryjoin.as_ref())?;
        let mut pairs = Pairs::default();
        let synchronize_pairs = pairs.of(&primaryjoin, &sides);
        let secondary_synchronize_pairs = secondaryjoin
            .as_ref()
            .map(|join| pairs.of(join, &sides))
            .unwrap_or_default();
        if synchronize_pairs.is_empty() && !sides.has_foreign(&primaryjoin) {
            return Err(Error::argument(format!(
                "Could not locate any relevant foreign key columns for primary join condition '{}' on \
                 relationship {name}.  Ensure that referencing columns are associated with a ForeignKey or \
                 ForeignKeyConstraint, or are annotated in the join condition with the foreign() annotation.",
                plain_text(&primaryjoin),
            )));
        }
        let direction = sides.direction(name, secondaryjoin.is_some())?;
        Ok(Self {
            primaryjoin,
            secondaryjoin,
            secondary,
            direction,
            synchronize_pairs,
            secondary_synchronize_pairs,
            local_remote_pairs: pairs.local_remote,
            local: sides.local,
            remote: sides.remote,
            target_primary_key: target.primary_key_columns(),
            lazy: OnceCell::new(),
            reverse_lazy: OnceCell::new(),
        })
    }

    pub fn is_remote(&self, column: &Expr) -> bool {
        self.remote.contains(&column.id())
    }

    /// The near columns.
    pub fn local_columns(&self) -> &HashSet<ElementId> {
        &self.local
    }

    /// The far columns.
    pub fn remote_columns(&self) -> &HashSet<ElementId> {
        &self.remote
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
            && equates_exactly(&self.lazy().criterion, &self.target_primary_key)
    }

    /// Whether the reverse criterion is exactly the parent's primary key: selectin needs no join to the parent then.
    pub fn reverse_is_get(&self, parent: &Mapper) -> bool {
        self.secondaryjoin.is_none()
            && equates_exactly(
                &self.reverse_lazy().criterion,
                &parent.primary_key_columns(),
            )
    }

    /// Whether the secondary table alone holds the parent's whole key, so that it can stand for the parent.
    pub fn secondary_stands_for_parent(&self, parent: &Mapper) -> bool {
        let columns: Vec<Expr> = self
            .local_remote_pairs
            .iter()
            .map(|(local, _)| local.clone())
            .collect();
        self.secondaryjoin.is_some()
            && parent
                .primary_key_columns()
                .iter()
                .all(|key| columns.iter().any(|column| column.id() == key.id()))
            && conjunction(&self.primaryjoin).is_some()
    }
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
