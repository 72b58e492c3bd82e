//! Which columns a relationship joins, which side of each is the far one, and what a lazy load asks.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::Resolved;
use crate::orm::error::{Error, Result};
use crate::orm::mapper::Mapper;
use crate::orm::sql::adapt::{Replace, replace_expr, visit};
use crate::orm::sql::compile::{CompileOptions, Style, compile};
use crate::orm::sql::expr::and_;
use crate::orm::sql::from::join_condition;
use crate::orm::sql::{
    BindId, ElementId, ErrorKind, Expr, ExprKind, FromClause, Op, SqlError, Statement,
};
use crate::trace::Direction;

/// A pair of columns that the condition equates.
pub type Pair = (Expr, Expr);

impl LazyClause {
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

/// The criterion of a lazy load: the condition with parameters in the place of the near columns.
#[derive(Debug)]
pub struct LazyClause {
    pub criterion: Expr,
    /// Which column fills each parameter.
    pub binds: Vec<(BindId, Expr)>,
    /// The near column that equals each far one.
    pub equated: HashMap<ElementId, Expr>,
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
        self.lazy.get_or_init(|| self.lazy_clause(false))
    }

    /// The criterion by which the parents of one related row are found.
    pub fn reverse_lazy(&self) -> &LazyClause {
        self.reverse_lazy.get_or_init(|| self.lazy_clause(true))
    }

    fn lazy_clause(&self, reverse: bool) -> LazyClause {
        let mut equated = HashMap::new();
        let mut near = HashSet::new();
        for (local, remote) in &self.local_remote_pairs {
            if self.secondaryjoin.is_some() || !reverse {
                equated.insert(remote.id(), local.clone());
            } else {
                equated.insert(local.id(), remote.clone());
            }
            near.insert(local.id());
        }
        let is_bound = |column: &Expr| match (reverse, self.secondaryjoin.is_some()) {
            (false, _) => self.local.contains(&column.id()) && !self.remote.contains(&column.id()),
            (true, true) => near.contains(&column.id()),
            (true, false) => self.remote.contains(&column.id()),
        };
        let binder = Binder {
            is_bound: &is_bound,
            made: Default::default(),
        };
        let mut criterion = self.primaryjoin.clone();
        if self.secondaryjoin.is_none() || !reverse {
            criterion = replace_expr(&criterion, &binder);
        }
        if let Some(secondaryjoin) = &self.secondaryjoin {
            let secondaryjoin = if reverse {
                replace_expr(secondaryjoin, &binder)
            } else {
                secondaryjoin.clone()
            };
            criterion = and_([criterion, secondaryjoin]);
        }
        let binds = binder
            .made
            .into_inner()
            .into_iter()
            .map(|(column, _, id)| (id, column))
            .collect();
        LazyClause {
            criterion,
            binds,
            equated,
        }
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

struct Binder<'a> {
    is_bound: &'a dyn Fn(&Expr) -> bool,
    made: std::cell::RefCell<Vec<(Expr, Expr, BindId)>>,
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

/// The columns by the side of the condition that they stand on.
struct Sides {
    remote: HashSet<ElementId>,
    local: HashSet<ElementId>,
    foreign: HashSet<ElementId>,
    near_columns: HashSet<ElementId>,
    far_columns: HashSet<ElementId>,
    mentioned: Vec<Expr>,
}

impl Sides {
    fn new(
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

    fn has_foreign(&self, primaryjoin: &Expr) -> bool {
        columns_of(primaryjoin)
            .iter()
            .any(|column| self.foreign.contains(&column.id()))
    }

    fn direction(&self, name: &str, has_secondary: bool) -> Result<Direction> {
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

#[derive(Default)]
struct Pairs {
    local_remote: Vec<Pair>,
}

impl Pairs {
    /// The pairs to synchronise; (local, remote) pairs are collected on the way.
    fn of(&mut self, join: &Expr, sides: &Sides) -> Vec<Pair> {
        let mut synchronized = Vec::new();
        for (op, left, right) in comparisons(join) {
            let is_remote = |column: &Expr| sides.remote.contains(&column.id());
            let pair = match (is_remote(&left), is_remote(&right)) {
                (false, true) => Some((left.clone(), right.clone())),
                (true, false) => Some((right.clone(), left.clone())),
                _ => None,
            };
            if let Some(pair) = pair
                && !self
                    .local_remote
                    .iter()
                    .any(|(l, r)| l.id() == pair.0.id() && r.id() == pair.1.id())
            {
                self.local_remote.push(pair);
            }
            if op == Op::Eq {
                if sides.foreign.contains(&right.id()) {
                    synchronized.push((left, right));
                } else if sides.foreign.contains(&left.id()) {
                    synchronized.push((right, left));
                }
            }
        }
        synchronized
    }
}

/// Every column mentioned, each once.
fn columns_of(expr: &Expr) -> Vec<Expr> {
    let mut found: Vec<Expr> = Vec::new();
    visit(expr, &mut |inner| {
        if inner.as_column().is_some() && !found.iter().any(|known| known.id() == inner.id()) {
            found.push(inner.clone());
        }
    });
    found
}

/// Every comparison of one column with another.
fn comparisons(expr: &Expr) -> Vec<(Op, Expr, Expr)> {
    let mut found = Vec::new();
    visit(expr, &mut |inner| {
        if let ExprKind::Binary {
            left, right, op, ..
        } = inner.kind()
            && op.is_comparison()
            && let (Some(left), Some(right)) = (lone_column(left), lone_column(right))
        {
            found.push((op.clone(), left, right));
        }
    });
    found
}

/// The one column in an expression such as `cast(a.b)`.
fn lone_column(expr: &Expr) -> Option<Expr> {
    let mut columns = columns_of(expr);
    (columns.len() == 1).then(|| columns.remove(0))
}

fn compared_columns(expr: &Expr) -> Vec<Pair> {
    comparisons(expr)
        .into_iter()
        .map(|(_, left, right)| (left, right))
        .collect()
}

/// Whether a foreign key of `column` leads to `other`.
fn references(column: &Expr, other: &Expr) -> Result<bool, SqlError> {
    let table = column.as_column().and_then(|(from, _)| from.as_table());
    let (Some(table), Some(name)) = (table, column.name()) else {
        return Ok(false);
    };
    let referred = table.referred_columns(name.as_str())?;
    Ok(referred.iter().any(|far| far.id() == other.id()))
}

/// The condition that the foreign keys give; `considered` limits which columns count as one.
fn by_foreign_keys(
    left: &FromClause,
    right: &FromClause,
    considered: &[Expr],
) -> Result<Expr, SqlError> {
    if considered.is_empty() {
        return join_condition(left, right, None);
    }
    let is_considered = |column: &Expr| considered.iter().any(|known| known.id() == column.id());
    let belongs = |column: &Expr, from: &FromClause| {
        column.as_column().is_some_and(|(owner, _)| owner == from)
    };
    let mut found: Vec<Vec<Expr>> = Vec::new();
    let sides = if left == right {
        vec![(left, right)]
    } else {
        vec![(left, right), (right, left)]
    };
    for (referred, referring) in sides {
        let Some(table) = referring.as_table() else {
            continue;
        };
        for constraint in table.foreign_key_constraints()? {
            let criteria: Vec<Expr> = constraint
                .iter()
                .filter(|(near, far)| is_considered(near) && belongs(far, referred))
                .map(|(near, far)| far.equals(near))
                .collect();
            if !criteria.is_empty() {
                found.push(criteria);
            }
        }
        if !found.is_empty() {
            break;
        }
    }
    match found.len() {
        1 => Ok(and_(found.remove(0))),
        0 => Err(SqlError::new(
            ErrorKind::NoForeignKeysError,
            "there is no foreign key between them",
        )),
        _ => Err(SqlError::new(
            ErrorKind::AmbiguousForeignKeysError,
            "there is more than one foreign key",
        )),
    }
}

fn explained(error: SqlError, name: &str, secondary: Option<&FromClause>) -> Error {
    let via = secondary
        .and_then(|secondary| Some(format!(" via secondary table '{}'", secondary.name()?)));
    let is_secondary = via.is_some();
    let via = via.unwrap_or_default();
    let start = format!(
        "Could not determine join condition between parent/child tables on relationship {name} - "
    );
    match error.kind {
        ErrorKind::NoForeignKeysError => {
            let specify = if is_secondary {
                "'primaryjoin' and 'secondaryjoin' expressions."
            } else {
                "a 'primaryjoin' expression."
            };
            Error::raised(
                error.kind.python_name(),
                format!(
                    "{start}there are no foreign keys linking these tables{via}.  Ensure that referencing columns are \
                     associated with a ForeignKey or ForeignKeyConstraint, or specify {specify}"
                ),
            )
        }
        ErrorKind::AmbiguousForeignKeysError => {
            let reference = if is_secondary {
                "reference from the secondary table to each of the parent and child tables."
            } else {
                "reference to the parent table."
            };
            Error::raised(
                error.kind.python_name(),
                format!(
                    "{start}there are multiple foreign key paths linking the tables{via}.  Specify the 'foreign_keys' \
                     argument, providing a list of those columns which should be counted as containing a foreign key \
                     {reference}"
                ),
            )
        }
        _ => error.into(),
    }
}

/// The parts of a plain conjunction of comparisons; none when it is anything else.
fn conjunction(expr: &Expr) -> Option<Vec<(Expr, Expr)>> {
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

/// Whether a criterion says that exactly these columns equal parameters, and no more.
fn equates_exactly(criterion: &Expr, columns: &[Expr]) -> bool {
    let Some(parts) = conjunction(criterion) else {
        return false;
    };
    let equated: Option<Vec<Expr>> = parts
        .iter()
        .map(|(left, right)| match (left.as_bind(), right.as_bind()) {
            (Some(_), None) => Some(right.clone()),
            (None, Some(_)) => Some(left.clone()),
            _ => None,
        })
        .collect();
    equated.is_some_and(|equated| {
        equated.len() == columns.len()
            && columns
                .iter()
                .all(|column| equated.iter().any(|known| known.id() == column.id()))
    })
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
