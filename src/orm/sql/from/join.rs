//! Joins, and the condition that foreign keys give them.

use super::{FromClause, FromKind, Join};
use crate::orm::sql::adapt::ClauseAdapter;
use crate::orm::sql::error::{ErrorKind, SqlError};
use crate::orm::sql::expr::{EntityId, Expr, and_};
use crate::orm::sql::schema::foreign_keys_of;

/// The pairs of columns (there, here) that one foreign key constraint relates.
type Candidates = Vec<(u64, Vec<(Expr, Expr)>)>;

impl FromClause {
    /// `self JOIN right ON on`; without `on` the foreign keys say.
    ///
    /// # Errors
    /// When there is none, or more than one way.
    pub fn join(
        &self,
        right: &FromClause,
        on: Option<Expr>,
        outer: bool,
        full: bool,
    ) -> Result<FromClause, SqlError> {
        let right = right.grouped_as_right_side();
        let on = match on {
            Some(on) => on.self_group(Some(&crate::orm::sql::expr::Op::AsBool)),
            None => match self.kind() {
                FromKind::Join(join) => join_condition(self, &right, Some(&join.right))?,
                _ => join_condition(self, &right, None)?,
            },
        };
        Ok(Self::new(FromKind::Join(Join {
            left: self.clone(),
            right,
            on: Some(on),
            outer,
            full,
            entity: None,
        })))
    }

    /// A join with its ON given.
    pub fn join_on(&self, right: &FromClause, on: Expr, outer: bool) -> FromClause {
        Self::new(FromKind::Join(Join {
            left: self.clone(),
            right: right.grouped_as_right_side(),
            on: Some(on.self_group(Some(&crate::orm::sql::expr::Op::AsBool))),
            outer,
            full: false,
            entity: None,
        }))
    }

    /// The join with one more condition.
    pub fn also_on(&self, criterion: Expr) -> FromClause {
        let FromKind::Join(join) = self.kind() else {
            return self.clone();
        };
        let on = join.on.iter().cloned().chain([criterion]);
        Self::new(FromKind::Join(Join {
            on: Some(and_(on)),
            ..join.clone()
        }))
    }

    /// Says which mapped entity it is that a join has on its right.
    pub fn joining(&self, right: &FromClause, entity: EntityId) -> FromClause {
        match self.kind() {
            FromKind::Join(join) if join.right == *right => Self::new(FromKind::Join(Join {
                entity: Some(entity),
                ..join.clone()
            })),
            FromKind::Join(join) => Self::new(FromKind::Join(Join {
                right: join.right.joining(right, entity),
                ..join.clone()
            })),
            FromKind::Grouping(inner) => {
                Self::new(FromKind::Grouping(inner.joining(right, entity)))
            }
            _ => self.clone(),
        }
    }

    /// An alias; a join's sides have each an alias of their own, instead of a subquery.
    pub fn flat_alias(&self) -> FromClause {
        self.flat_alias_named(None)
    }

    /// The same, under that name; the sides of a join have it before their own.
    pub fn flat_alias_named(&self, name: Option<&str>) -> FromClause {
        match self.kind() {
            FromKind::Grouping(element) => element.flat_alias_named(name),
            FromKind::Join(join) => {
                let side = |side: &FromClause| match (name, side.kind()) {
                    (Some(name), FromKind::Join(_) | FromKind::Grouping(_)) => {
                        side.flat_alias_named(Some(name))
                    }
                    (Some(name), _) => side.alias(Some(&format!("{name}_{}", side.description()))),
                    (None, _) => side.flat_alias(),
                };
                let (left, right) = (side(&join.left), side(&join.right));
                let on = join.on.as_ref().map(|on| {
                    let right = ClauseAdapter::new(&right);
                    right.traverse(&ClauseAdapter::new(&left).traverse(on))
                });
                Self::new(FromKind::Join(Join {
                    left,
                    right: right.grouped_as_right_side(),
                    on,
                    ..join.clone()
                }))
            }
            _ => self.alias(name),
        }
    }

    fn grouped_as_right_side(&self) -> FromClause {
        match self.kind() {
            FromKind::Join(_) => Self::new(FromKind::Grouping(self.clone())),
            _ => self.clone(),
        }
    }

    /// The tables inside, through aliases and joins but not subqueries.
    fn table_names(&self) -> Vec<String> {
        self.from_objects()
            .iter()
            .filter_map(|from| from.as_table().map(|table| table.name().to_string()))
            .collect()
    }
}

/// The condition that joins two elements by their foreign keys.
///
/// # Errors
/// When there is no foreign key between them, or several; `left_subset` is the part of `left` to look at first.
pub fn join_condition(
    left: &FromClause,
    right: &FromClause,
    left_subset: Option<&FromClause>,
) -> Result<Expr, SqlError> {
    let candidates = scan(left, right, left_subset)?;
    let same_pairs = |a: &[(Expr, Expr)], b: &[(Expr, Expr)]| {
        a.len() == b.len()
            && a.iter()
                .zip(b)
                .all(|(a, b)| a.0.same(&b.0) && a.1.same(&b.1))
    };
    let Some((_, pairs)) = candidates.first() else {
        let hint = match right.kind() {
            FromKind::Grouping(_) => {
                " Perhaps you meant to convert the right side to a subquery using alias()?"
            }
            _ => "",
        };
        return Err(SqlError::new(
            ErrorKind::NoForeignKeysError,
            format!(
                "Can't find any foreign key relationships between '{}' and '{}'.{hint}",
                left.description(),
                right.description()
            ),
        ));
    };
    if candidates
        .iter()
        .any(|(_, others)| !same_pairs(pairs, others))
    {
        return Err(SqlError::new(
            ErrorKind::AmbiguousForeignKeysError,
            format!(
                "Can't determine join between '{}' and '{}'; tables have more than one foreign key constraint \
                 relationship between them. Please specify the 'onclause' of this join explicitly.",
                left.description(),
                right.description()
            ),
        ));
    }
    let mut criteria: Vec<Expr> = pairs.iter().map(|(x, y)| x.equals(y)).collect();
    Ok(if criteria.len() == 1 {
        criteria.remove(0)
    } else {
        and_(criteria)
    })
}

/// Whether foreign keys relate the two.
///
/// # Errors
/// When the column that one of them points at is not there.
pub fn can_join(left: &FromClause, right: &FromClause) -> Result<bool, SqlError> {
    let subset = match left.kind() {
        FromKind::Join(join) => Some(&join.right),
        _ => None,
    };
    Ok(!scan(left, right, subset)?.is_empty())
}

fn scan(
    left: &FromClause,
    right: &FromClause,
    left_subset: Option<&FromClause>,
) -> Result<Candidates, SqlError> {
    let mut found: Candidates = Vec::new();
    for side in left_subset.into_iter().chain([left]) {
        collect(right, side, &mut found)?;
        if side != right {
            collect(side, right, &mut found)?;
        }
        if !found.is_empty() {
            break;
        }
    }
    Ok(found)
}

/// The foreign keys of `from` that point into `to`.
fn collect(from: &FromClause, to: &FromClause, found: &mut Candidates) -> Result<(), SqlError> {
    for foreign_key in foreign_keys_of(from) {
        let target = match foreign_key.target() {
            Ok(target) => target,
            Err((missing_table, error)) => {
                if to.table_names().contains(&missing_table) {
                    return Err(error);
                }
                continue;
            }
        };
        if let Some(column) = to.corresponding_column(&target, false) {
            let pair = (column, foreign_key.parent.clone());
            match found
                .iter_mut()
                .find(|(id, _)| *id == foreign_key.constraint)
            {
                Some((_, pairs)) => pairs.push(pair),
                None => found.push((foreign_key.constraint, vec![pair])),
            }
        }
    }
    Ok(())
}
