//! Which side of a relationship each column of its condition stands on.

use std::collections::HashSet;

use super::columns::{columns_of, compared_columns};
use crate::orm::error::{Error, Result};
use crate::orm::mapper::Mapper;
use crate::orm::relationship::Resolved;
use crate::orm::sql::schema::references;
use crate::orm::sql::{ElementId, Expr};
use crate::trace::Direction;

/// The columns by the side of the condition that they stand on.
pub(super) struct Sides {
    pub(super) remote: HashSet<ElementId>,
    pub(super) local: HashSet<ElementId>,
    pub(super) foreign: HashSet<ElementId>,
    near_columns: HashSet<ElementId>,
    far_columns: HashSet<ElementId>,
    mentioned: Vec<Expr>,
}

impl Sides {
    pub(super) fn new(
        name: &str,
        parent: &Mapper,
        resolved: &Resolved,
        primaryjoin: &Expr,
        secondaryjoin: Option<&Expr>,
    ) -> Result<Self> {
        let ids = |columns: Vec<Expr>| columns.iter().map(Expr::id).collect::<HashSet<_>>();
        let near_columns = ids(parent.table.columns());
        let far_columns = ids(resolved.target.mapper().table.columns());
        let secondary_columns = resolved
            .secondary
            .as_ref()
            .map(|secondary| ids(secondary.columns()))
            .unwrap_or_default();
        let mut mentioned = columns_of(primaryjoin);
        mentioned.extend(secondaryjoin.map(columns_of).unwrap_or_default());
        let mut foreign: HashSet<ElementId> = if resolved.foreign_keys.is_empty() {
            let mut foreign = HashSet::new();
            for join in [Some(primaryjoin), secondaryjoin].into_iter().flatten() {
                for (left, right) in compared_columns(join) {
                    if references(&left, &right)? {
                        foreign.insert(left.id());
                    } else if references(&right, &left)? {
                        foreign.insert(right.id());
                    } else if secondary_columns.contains(&left.id())
                        && !secondary_columns.contains(&right.id())
                    {
                        foreign.insert(left.id());
                    } else if secondary_columns.contains(&right.id())
                        && !secondary_columns.contains(&left.id())
                    {
                        foreign.insert(right.id());
                    }
                }
            }
            foreign
        } else {
            resolved.foreign_keys.iter().map(Expr::id).collect()
        };
        foreign.extend(annotated(&mentioned, |marks| marks.foreign));
        let is_self_referential = resolved.target.mapper().id == parent.id;
        let marked: HashSet<ElementId> = annotated(&mentioned, |marks| marks.remote).collect();
        let given: HashSet<ElementId> = resolved.remote_side.iter().map(Expr::id).collect();
        let remote: HashSet<ElementId> = if !marked.is_empty() {
            marked
        } else if !given.is_empty() {
            given
        } else if resolved.secondary.is_some() {
            mentioned
                .iter()
                .map(Expr::id)
                .filter(|id| secondary_columns.contains(id))
                .collect()
        } else if is_self_referential {
            compared_columns(primaryjoin)
                .into_iter()
                .flat_map(|(left, right)| [left.id(), right.id()])
                .filter(|id| foreign.contains(id))
                .collect()
        } else {
            mentioned
                .iter()
                .map(Expr::id)
                .filter(|id| far_columns.contains(id) && !near_columns.contains(id))
                .collect()
        };
        if remote.is_empty() {
            return Err(Error::argument(format!(
                "Relationship {name} could not determine any unambiguous local/remote column pairs based on join \
                 condition and remote_side arguments.  Consider using the remote() annotation to accurately mark those \
                 elements of the join condition that are on the remote side of the relationship.",
            )));
        }
        let local = near_columns
            .iter()
            .copied()
            .filter(|id| !remote.contains(id))
            .collect();
        Ok(Self {
            remote,
            local,
            foreign,
            near_columns,
            far_columns,
            mentioned,
        })
    }

    pub(super) fn has_foreign(&self, primaryjoin: &Expr) -> bool {
        columns_of(primaryjoin)
            .iter()
            .any(|column| self.foreign.contains(&column.id()))
    }

    pub(super) fn direction(&self, name: &str, has_secondary: bool) -> Result<Direction> {
        if has_secondary {
            return Ok(Direction::ManyToMany);
        }
        let foreign_on = |side: &HashSet<ElementId>| {
            self.mentioned
                .iter()
                .any(|column| self.foreign.contains(&column.id()) && side.contains(&column.id()))
        };
        match (
            foreign_on(&self.far_columns),
            foreign_on(&self.near_columns),
        ) {
            (true, true) => {
                let far_foreign = self.remote.iter().any(|id| self.foreign.contains(id));
                let far_plain = self.remote.iter().any(|id| !self.foreign.contains(id));
                match (far_foreign, far_plain) {
                    (true, false) => Ok(Direction::OneToMany),
                    (false, true) => Ok(Direction::ManyToOne),
                    _ => Err(Error::argument(format!(
                        "Can't determine relationship direction for relationship '{name}' - foreign key columns within \
                         the join condition are present in both the parent and the child's mapped tables.  Ensure that \
                         only those columns referring to a parent column are marked as foreign, either via the \
                         foreign() annotation or via the foreign_keys argument.",
                    ))),
                }
            }
            (true, false) => Ok(Direction::OneToMany),
            (false, true) => Ok(Direction::ManyToOne),
            (false, false) => Err(Error::argument(format!(
                "Can't determine relationship direction for relationship '{name}' - foreign key columns are present in \
                 neither the parent nor the child's mapped tables",
            ))),
        }
    }
}

fn annotated<'a>(
    columns: &'a [Expr],
    mark: impl Fn(&crate::orm::sql::expr::Annotations) -> bool + 'a,
) -> impl Iterator<Item = ElementId> + 'a {
    columns
        .iter()
        .filter(move |column| mark(column.annotations()))
        .map(Expr::id)
}
