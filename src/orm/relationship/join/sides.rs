//! Which side of a relationship each occurrence of a column in its condition is of, and which holds the foreign key.
//!
//! One column may stand on both sides of a condition, so it is its occurrences that are marked, not the columns.

use std::cell::RefCell;
use std::collections::HashSet;

use super::columns::is_column;
use crate::orm::entity::Entity;
use crate::orm::error::Result;
use crate::orm::mapper::Mapper;
use crate::orm::relationship::Resolved;
use crate::orm::sql::adapt::{Replace, replace_expr, visit};
use crate::orm::sql::expr::Side;
use crate::orm::sql::from::FromKind;
use crate::orm::sql::schema::references;
use crate::orm::sql::{ElementId, Expr, ExprKind, FromClause, SqlError};

/// A relationship's conditions while they are being marked.
pub(super) struct Sides<'a> {
    pub(super) primaryjoin: Expr,
    pub(super) secondaryjoin: Option<Expr>,
    /// Whether the program itself marked far columns, and foreign keys.
    pub(super) was_remote: bool,
    pub(super) was_foreign: bool,
    /// A comparison of what is not just columns leaves open which side is the far one.
    pub(super) is_unclear: bool,
    resolved: &'a Resolved,
    parent: &'a Mapper,
}

impl<'a> Sides<'a> {
    /// # Errors
    /// When what a foreign key points at is not there.
    pub(super) fn mark(
        parent: &'a Mapper,
        resolved: &'a Resolved,
        primaryjoin: Expr,
        secondaryjoin: Option<Expr>,
    ) -> Result<Self> {
        let mut sides = Self {
            was_remote: has(&primaryjoin, |side| side.remote),
            was_foreign: has(&primaryjoin, |side| side.foreign),
            is_unclear: false,
            primaryjoin,
            secondaryjoin,
            resolved,
            parent,
        };
        if !sides.was_foreign {
            sides.mark_foreign()?;
        }
        if !sides.was_remote {
            sides.mark_remote();
        }
        let near = ids(&parent.table);
        sides.in_primary(&Columns(&|column| {
            let side = column.side();
            (!side.remote && near.contains(&column.id())).then_some(Side {
                local: true,
                ..side
            })
        }));
        Ok(sides)
    }

    fn far(&self) -> &FromClause {
        self.resolved.target.selectable()
    }

    fn in_primary(&mut self, with: &dyn Replace) {
        self.primaryjoin = replace_expr(&self.primaryjoin, with);
    }

    fn in_both(&mut self, with: &dyn Replace) {
        self.in_primary(with);
        if let Some(join) = &mut self.secondaryjoin {
            *join = replace_expr(join, with);
        }
    }

    fn mark_foreign(&mut self) -> Result<(), SqlError> {
        if !self.resolved.foreign_keys.is_empty() {
            let given: HashSet<ElementId> =
                self.resolved.foreign_keys.iter().map(Expr::id).collect();
            self.in_both(&Columns(&|column| foreign_if(column, &given)));
            return Ok(());
        }
        let between = self.resolved.secondary.as_ref().map(ids);
        let failed = RefCell::new(None);
        let holder = |left: &Expr, right: &Expr| -> Result<Option<Holder>, SqlError> {
            if is_column(left) && is_column(right) {
                if references(left, right)? {
                    return Ok(Some(Holder::Left));
                }
                if references(right, left)? {
                    return Ok(Some(Holder::Right));
                }
            }
            let Some(between) = &between else {
                return Ok(None);
            };
            Ok(
                match (between.contains(&left.id()), between.contains(&right.id())) {
                    (true, false) => Some(Holder::Left),
                    (false, true) => Some(Holder::Right),
                    _ => None,
                },
            )
        };
        self.in_both(&Comparisons(&|left, right| {
            if left.side().foreign || right.side().foreign {
                return None;
            }
            match holder(left, right) {
                Ok(Some(Holder::Left)) => Some((foreign(left), right.clone())),
                Ok(Some(Holder::Right)) => Some((left.clone(), foreign(right))),
                Ok(None) => None,
                Err(error) => {
                    failed.borrow_mut().get_or_insert(error);
                    None
                }
            }
        }));
        failed.into_inner().map_or(Ok(()), Err)
    }

    fn mark_remote(&mut self) {
        let given: HashSet<ElementId> = self.resolved.remote_side.iter().map(Expr::id).collect();
        if let Some(secondary) = &self.resolved.secondary {
            let between = ids(secondary);
            self.in_both(&Columns(&|column| remote_if(column, &between)));
        } else if !given.is_empty() {
            if self.refers_to_parent() {
                self.mark_self_referential(&|column| given.contains(&column.id()), true);
            } else {
                self.in_primary(&Columns(&|column| remote_if(column, &given)));
            }
        } else if self.refers_to_parent() {
            // What holds the foreign key is the far side of a one-to-many.
            self.mark_self_referential(&|column| column.side().foreign, false);
        } else if overlap(&self.parent.table, self.far()) {
            self.mark_overlapping();
        } else {
            let far = ids(self.far());
            self.in_primary(&Columns(&|column| remote_if(column, &far)));
        }
    }

    /// Whether columns are compared that are both in both tables.
    fn refers_to_parent(&self) -> bool {
        let is_of = |column: &Expr, table: &FromClause| {
            column
                .as_column()
                .is_some_and(|(from, _)| table.is_derived_from(from))
        };
        let (near, far) = (&self.parent.table, self.far());
        let mut found = false;
        visit(&self.primaryjoin, &mut |inner| {
            if let ExprKind::Binary { left, right, .. } = inner.kind() {
                found |= [left, right]
                    .into_iter()
                    .all(|column| is_of(column, near) && is_of(column, far));
            }
        });
        found
    }

    fn mark_self_referential(&mut self, is_remote: &dyn Fn(&Expr) -> bool, was_given: bool) {
        let unclear = std::cell::Cell::new(false);
        self.in_primary(&Comparisons(&|left, right| {
            if !is_column(left) || !is_column(right) {
                unclear.set(unclear.get() || !was_given);
                return None;
            }
            let far_left = is_remote(left);
            let far_right = is_remote(right) && left.id() != right.id();
            Some((
                if far_left { remote(left) } else { left.clone() },
                if far_right {
                    remote(right)
                } else {
                    right.clone()
                },
            ))
        }));
        self.is_unclear |= unclear.get();
    }

    /// The two share a table, though the condition does not compare it with itself.
    fn mark_overlapping(&mut self) {
        let (near, far) = (ids(&self.parent.table), ids(self.far()));
        let target = self.resolved.target.clone();
        let is_other = target.mapper().id != self.parent.id;
        let unclear = std::cell::Cell::new(false);
        let of_target = |expr: &Expr| {
            let entity = expr.entity().and_then(Entity::find);
            is_other && entity.is_some_and(|entity| entity.mapper().id == target.mapper().id)
        };
        let far_of = |left: &Expr, right: &Expr| {
            if is_column(left) && is_column(right) {
                let is_far = far.contains(&right.id()) && near.contains(&left.id());
                return (false, is_far);
            }
            match (of_target(right), of_target(left)) {
                (true, _) => (false, true),
                (false, true) => (true, false),
                (false, false) => {
                    unclear.set(true);
                    (false, false)
                }
            }
        };
        self.in_primary(&Comparisons(&|left, right| {
            let (first, second) = (far_of(left, right), far_of(right, left));
            let marked = |expr: &Expr, is_far| if is_far { remote(expr) } else { expr.clone() };
            Some((
                marked(left, first.0 || second.1),
                marked(right, first.1 || second.0),
            ))
        }));
        self.is_unclear |= unclear.get();
    }
}

/// Which side of a comparison holds the foreign key.
enum Holder {
    Left,
    Right,
}

/// The columns that a selectable exports.
fn ids(from: &FromClause) -> HashSet<ElementId> {
    from.columns().iter().map(Expr::id).collect()
}

/// Whether two selectables have an element in common.
fn overlap(one: &FromClause, other: &FromClause) -> bool {
    fn surface(from: &FromClause, found: &mut Vec<FromClause>) {
        found.push(from.clone());
        match from.kind() {
            FromKind::Join(join) => {
                surface(&join.left, found);
                surface(&join.right, found);
            }
            FromKind::Grouping(inner) => surface(inner, found),
            _ => {}
        }
    }
    let (mut here, mut there) = (Vec::new(), Vec::new());
    surface(one, &mut here);
    surface(other, &mut there);
    here.iter().any(|from| there.contains(from))
}

pub(super) fn has(join: &Expr, is_it: impl Fn(Side) -> bool) -> bool {
    let mut found = false;
    visit(join, &mut |inner| found |= is_it(inner.side()));
    found
}

fn foreign(column: &Expr) -> Expr {
    column.with_side(Side {
        foreign: true,
        ..column.side()
    })
}

fn remote(column: &Expr) -> Expr {
    column.with_side(Side {
        remote: true,
        ..column.side()
    })
}

fn foreign_if(column: &Expr, those: &HashSet<ElementId>) -> Option<Side> {
    those.contains(&column.id()).then_some(Side {
        foreign: true,
        ..column.side()
    })
}

fn remote_if(column: &Expr, those: &HashSet<ElementId>) -> Option<Side> {
    those.contains(&column.id()).then_some(Side {
        remote: true,
        ..column.side()
    })
}

/// Marks each column that it says a side of.
pub(super) struct Columns<'a>(pub(super) &'a dyn Fn(&Expr) -> Option<Side>);

impl Replace for Columns<'_> {
    fn expr(&self, expr: &Expr) -> Option<Expr> {
        expr.as_column()?;
        (self.0)(expr).map(|side| expr.with_side(side))
    }
}

/// The two operands of a binary expression, marked; none leaves them.
type MarkBoth<'a> = dyn Fn(&Expr, &Expr) -> Option<(Expr, Expr)> + 'a;

/// Marks the operands of each binary expression.
struct Comparisons<'a>(&'a MarkBoth<'a>);

impl Replace for Comparisons<'_> {
    fn expr(&self, expr: &Expr) -> Option<Expr> {
        let ExprKind::Binary {
            left,
            right,
            op,
            negate,
            modifiers,
        } = expr.kind()
        else {
            return None;
        };
        let (left, right) = (replace_expr(left, self), replace_expr(right, self));
        let (left, right) = (self.0)(&left, &right).unwrap_or((left, right));
        Some(expr.rebuilt(ExprKind::Binary {
            left,
            right,
            op: op.clone(),
            negate: negate.clone(),
            modifiers: modifiers.clone(),
        }))
    }
}
