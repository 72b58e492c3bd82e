//! What a lazy load asks: the join condition with parameters in the place of the columns that are at hand.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::{JoinCondition, Pair};
use crate::orm::sql::adapt::{Replace, replace_expr, visit};
use crate::orm::sql::expr::and_;
use crate::orm::sql::expr::{Bind, BindValue};
use crate::orm::sql::{BindId, ElementId, Expr, ExprKind, Op};

/// The criterion of a lazy load: the condition with parameters in the place of the near columns.
#[derive(Debug)]
pub struct LazyClause {
    pub criterion: Expr,
    /// Which column fills each parameter.
    pub binds: Vec<(BindId, Expr)>,
    /// The parameters that stand in the condition itself, with their values.
    pub own: Vec<(BindId, BindValue)>,
    /// The near column that equals each far one.
    pub equated: HashMap<ElementId, Expr>,
}

impl LazyClause {
    /// The criterion for one side: that of the related rows of a parent, or in reverse that of the parents of a row.
    pub(super) fn of(join: &JoinCondition, reverse: bool) -> Self {
        let mut equated: HashMap<ElementId, Expr> = HashMap::new();
        let mut near = HashSet::new();
        for (local, remote) in &join.local_remote_pairs {
            if join.secondaryjoin.is_some() || !reverse {
                equated.insert(remote.id(), local.clone());
            } else {
                equated.insert(local.id(), remote.clone());
            }
            near.insert(local.id());
        }
        if !reverse {
            for (one, other) in &join.target_same {
                for (known, same) in [(one, other), (other, one)] {
                    if let Some(local) = equated.get(&known.id()).cloned() {
                        equated.entry(same.id()).or_insert(local);
                    }
                }
            }
        }
        let is_bound = |column: &Expr| match (reverse, join.secondaryjoin.is_some()) {
            (false, _) => column.side().local,
            (true, true) => near.contains(&column.id()),
            (true, false) => column.side().remote,
        };
        let binder = Binder {
            is_bound: &is_bound,
            made: Default::default(),
        };
        let mut criterion = join.primaryjoin.clone();
        if join.secondaryjoin.is_none() || !reverse {
            criterion = replace_expr(&criterion, &binder);
        }
        if let Some(secondaryjoin) = &join.secondaryjoin {
            let secondaryjoin = if reverse {
                replace_expr(secondaryjoin, &binder)
            } else {
                secondaryjoin.clone()
            };
            criterion = and_([criterion, secondaryjoin]);
        }
        let binds: Vec<(BindId, Expr)> = binder
            .made
            .into_inner()
            .into_iter()
            .map(|(column, _, id)| (id, column))
            .collect();
        let mut own = Vec::new();
        visit(&criterion, &mut |inner| {
            if let Some(bind) = inner.as_bind()
                && !binds.iter().any(|(id, _)| *id == bind.id)
            {
                own.push((bind.id, bind.value.clone()));
            }
        });
        Self {
            criterion,
            binds,
            own,
            equated,
        }
    }

    /// The columns that the parameters are compared with.
    pub fn equated_near(&self) -> Vec<Expr> {
        let mut found = Vec::new();
        visit(&self.criterion, &mut |inner| {
            let ExprKind::Binary {
                left, right, op, ..
            } = inner.kind()
            else {
                return;
            };
            match (left.as_bind(), right.as_bind()) {
                (Some(_), None) if *op == Op::Eq => found.push(right.clone()),
                (None, Some(_)) if *op == Op::Eq => found.push(left.clone()),
                _ => {}
            }
        });
        found
    }
}

struct Binder<'a> {
    is_bound: &'a dyn Fn(&Expr) -> bool,
    made: RefCell<Vec<(Expr, Expr, BindId)>>,
}

impl Replace for Binder<'_> {
    fn expr(&self, expr: &Expr) -> Option<Expr> {
        expr.as_column()?;
        if !(self.is_bound)(expr) {
            return None;
        }
        let mut made = self.made.borrow_mut();
        if let Some((_, bind, _)) = made.iter().find(|(column, ..)| column.id() == expr.id()) {
            return Some(bind.clone());
        }
        let (bind, id) = crate::orm::binds::anonymous("param", expr.ty());
        made.push((expr.clone(), bind.clone(), id));
        Some(bind)
    }
}

/// The parts of a plain conjunction of comparisons; none when it is anything else.
pub(super) fn conjunction(expr: &Expr) -> Option<Vec<(Expr, Expr)>> {
    match expr.kind() {
        ExprKind::Binary {
            left, right, op, ..
        } if *op == Op::Eq => Some(vec![(left.clone(), right.clone())]),
        ExprKind::List {
            op: Op::And,
            clauses,
            ..
        } => clauses
            .iter()
            .map(conjunction)
            .collect::<Option<Vec<_>>>()
            .map(|parts| parts.concat()),
        ExprKind::Grouping(inner) => conjunction(inner),
        _ => None,
    }
}

/// Whether a criterion says that exactly these columns, or those that are the same, equal parameters that are still to
/// be given, and no more.
pub(super) fn equates_exactly(criterion: &Expr, columns: &[Expr], same: &[Pair]) -> bool {
    let Some(parts) = conjunction(criterion) else {
        return false;
    };
    let equated: Option<Vec<Expr>> = parts
        .iter()
        .map(|(left, right)| match (left.as_bind(), right.as_bind()) {
            (Some(bind), None) if is_open(bind) => Some(right.clone()),
            (None, Some(bind)) if is_open(bind) => Some(left.clone()),
            _ => None,
        })
        .collect();
    let is_same = |known: &Expr, column: &Expr| {
        let is_pair =
            |one: &Expr, other: &Expr| one.id() == known.id() && other.id() == column.id();
        known.id() == column.id()
            || same
                .iter()
                .any(|(one, other)| is_pair(one, other) || is_pair(other, one))
    };
    equated.is_some_and(|equated| {
        equated.len() == columns.len()
            && columns
                .iter()
                .all(|column| equated.iter().any(|known| is_same(known, column)))
    })
}

fn is_open(bind: &Bind) -> bool {
    matches!(bind.value, BindValue::Required)
}
