//! The FROM elements of a select: given, joined, and those of its columns and criteria.

use std::collections::HashSet;

use super::{Select, SelectJoin};
use crate::orm::sql::error::SqlError;
use crate::orm::sql::expr::{ElementId, Expr, ExprKind, Op};
use crate::orm::sql::from::{FromClause, FromKind, Join, can_join, join_condition};

impl Select {
    /// The FROM elements as they would be rendered if nothing enclosed the select.
    ///
    /// # Errors
    /// When a join cannot be made.
    pub fn final_froms(&self) -> Result<Vec<FromClause>, SqlError> {
        let explicit = self.joined_froms()?;
        let mut all = explicit;
        for column in &self.columns {
            column.collect_froms(&mut all);
        }
        for criterion in &self.where_ {
            criterion.collect_froms(&mut all);
        }
        Ok(normalized(all))
    }

    /// The given FROM elements with the joins made on them.
    fn joined_froms(&self) -> Result<Vec<FromClause>, SqlError> {
        let mut froms = self.froms.clone();
        for join in &self.joins {
            self.apply_join(&mut froms, join)?;
        }
        Ok(froms)
    }

    fn apply_join(&self, froms: &mut Vec<FromClause>, join: &SelectJoin) -> Result<(), SqlError> {
        let right = &join.target;
        let mut on = join.on.clone();
        let (left, replaced) = match &join.from {
            None => self.implicit_left(froms, right, on.as_ref())?,
            Some(left) => {
                let indexes = if froms.is_empty() && self.columns.is_empty() {
                    Vec::new()
                } else {
                    matching_left(froms, left)
                };
                if indexes.len() > 1 {
                    return Err(SqlError::invalid(
                        "Can't identify which entity in which to assign the left side of this join.   Please use a \
                         more specific ON clause.",
                    ));
                }
                if let (Some(_), None) = (indexes.first(), &on) {
                    on = Some(join_condition(left, right, None)?);
                }
                (left.clone(), indexes.first().copied())
            }
        };
        match replaced {
            Some(index) => {
                froms[index] = make_join(&froms[index], join, on)?;
            }
            None => froms.push(make_join(&left, join, on)?),
        }
        Ok(())
    }

    fn implicit_left(
        &self,
        froms: &[FromClause],
        right: &FromClause,
        on: Option<&Expr>,
    ) -> Result<(FromClause, Option<usize>), SqlError> {
        let explicit = !froms.is_empty();
        let potential = if explicit {
            froms.to_vec()
        } else {
            let mut all = Vec::new();
            for expr in self.columns.iter().chain(&self.where_) {
                expr.collect_froms(&mut all);
            }
            let mut seen = HashSet::new();
            all.retain(|from| seen.insert(from.id()));
            all
        };
        let indexes = left_to_join_from(&potential, right, on)?;
        match indexes.as_slice() {
            [index] => Ok((potential[*index].clone(), explicit.then_some(*index))),
            [] => Err(SqlError::invalid(format!(
                "Don't know how to join to {}. Please use the .select_from() method to establish an explicit left \
                 side, as well as providing an explicit ON clause if not present already to help resolve the \
                 ambiguity.",
                right.repr()
            ))),
            _ => Err(SqlError::invalid(
                "Can't determine which FROM clause to join from, there are multiple FROMS which can join to this \
                 entity. Please use the .select_from() method to establish an explicit left side, as well as \
                 providing an explicit ON clause if not present already to help resolve the ambiguity.",
            )),
        }
    }
}

fn make_join(
    left: &FromClause,
    join: &SelectJoin,
    on: Option<Expr>,
) -> Result<FromClause, SqlError> {
    match on {
        Some(on) if !matches!(join.target.kind(), FromKind::Join(_)) => {
            Ok(FromClause::new(FromKind::Join(Join {
                left: left.clone(),
                right: join.target.clone(),
                on: Some(on.self_group(Some(&Op::AsBool))),
                outer: join.outer,
                full: join.full,
                entity: None,
            })))
        }
        on => left.join(&join.target, on, join.outer, join.full),
    }
}

/// Each element once, without those that stand inside a join of the others.
pub(in crate::orm::sql) fn normalized(froms: Vec<FromClause>) -> Vec<FromClause> {
    let mut seen = HashSet::new();
    let mut kept: Vec<FromClause> = Vec::new();
    for from in froms {
        if seen.insert(from.id()) {
            kept.push(from);
        }
    }
    let hidden: HashSet<u64> = kept
        .iter()
        .flat_map(FromClause::hidden_froms)
        .map(|from| from.id())
        .collect();
    kept.retain(|from| !hidden.contains(&from.id()));
    kept
}

/// Which of `clauses` a join to `right` can start from.
///
/// # Errors
/// When the column that a foreign key points at is not there.
pub(in crate::orm::sql) fn left_to_join_from(
    clauses: &[FromClause],
    right: &FromClause,
    on: Option<&Expr>,
) -> Result<Vec<usize>, SqlError> {
    let selectables = right.from_objects();
    let columns = match on {
        Some(on) if clauses.len() > 1 => Some(columns_in(on)),
        _ => None,
    };
    let mut found = Vec::new();
    for (index, clause) in clauses.iter().enumerate() {
        for selectable in selectables
            .iter()
            .filter(|selectable| *selectable != clause)
        {
            let joins = match (&columns, on) {
                (Some(columns), _) => {
                    let known: HashSet<ElementId> = clause
                        .columns()
                        .iter()
                        .chain(&selectable.columns())
                        .map(Expr::id)
                        .collect();
                    columns.is_subset(&known)
                }
                (None, Some(_)) => true,
                (None, None) => can_join(clause, selectable)?,
            };
            if joins {
                found.push(index);
                break;
            }
        }
    }
    if found.len() > 1 {
        let hidden: HashSet<u64> = clauses
            .iter()
            .flat_map(FromClause::hidden_froms)
            .map(|from| from.id())
            .collect();
        found.retain(|index| !hidden.contains(&clauses[*index].id()));
    }
    Ok(if found.is_empty() && on.is_some() {
        (0..clauses.len()).collect()
    } else {
        found
    })
}

/// Which of `clauses` holds the given left side.
pub(in crate::orm::sql) fn matching_left(clauses: &[FromClause], left: &FromClause) -> Vec<usize> {
    let selectables = left.from_objects();
    let derived = |from: &FromClause| selectables.iter().any(|s| from.is_derived_from(s));
    let liberal: Vec<usize> = (0..clauses.len())
        .filter(|index| derived(&clauses[*index]))
        .collect();
    if liberal.len() > 1 {
        let conservative: Vec<usize> = liberal
            .iter()
            .copied()
            .filter(|index| {
                let surface = clauses[*index].from_objects();
                selectables
                    .iter()
                    .any(|s| s.from_objects().iter().any(|from| surface.contains(from)))
            })
            .collect();
        if !conservative.is_empty() {
            return conservative;
        }
    }
    liberal
}

fn columns_in(expr: &Expr) -> HashSet<ElementId> {
    let mut found = HashSet::new();
    crate::orm::sql::adapt::visit_deep(expr, &mut |inner| {
        if let ExprKind::Column { .. } = inner.kind() {
            found.insert(inner.id());
        }
    });
    found
}
