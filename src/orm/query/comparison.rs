//! What a query can say with a relationship: `any`, `has`, `contains`, `== object`, `with_parent`.

use std::rc::Rc;

use super::RelationshipPath;
use super::ormjoin::relationship_criterion;
use crate::orm::Value;
use crate::orm::attributes;
use crate::orm::entity::Entity;
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Slot};
use crate::orm::relationship::LazyClause;
use crate::orm::sql::adapt::{Replace, replace_expr};
use crate::orm::sql::expr::{Bind, BindValue, OpOptions, Operand, and_, literal_column, not_, or_};
use crate::orm::sql::{BindId, ClauseAdapter, Expr, Op, Select, SqlType};
use crate::trace::Direction;

/// `EXISTS (SELECT 1 FROM target WHERE …)`.
pub fn exists(path: &RelationshipPath, criterion: Option<Expr>) -> Expr {
    let correlated = relationship_criterion(path, criterion);
    let criterion = match correlated.criterion {
        Some(criterion) => and_([correlated.join, criterion]),
        None => correlated.join,
    };
    let target = correlated.froms[0].clone();
    let select = Select {
        columns: vec![literal_column("1", SqlType::Integer)],
        froms: vec![target],
        where_: vec![criterion],
        correlate_except: Some(correlated.froms),
        ..Select::default()
    };
    select.into_query().exists()
}

/// `Book.author == author`; with none, the related row must be missing.
///
/// # Errors
/// For a collection, which is not compared but asked what it contains.
pub fn equals(path: &RelationshipPath, other: Option<&Rc<Instance>>) -> Result<Expr> {
    let relationship = &path.relationship;
    match other {
        None if relationship.direction() == Direction::ManyToOne => {
            let criterion = nulled(relationship.join().reverse_lazy());
            Ok(path.left.adapt(&criterion))
        }
        None => Ok(not_(&exists(path, None))),
        Some(_) if relationship.uselist() => Err(Error::invalid_request(
            "Can't compare a collection to an object or collection; use contains() to test for membership.",
        )),
        Some(other) => by_target(path, other),
    }
}

/// `Book.author != author`: the foreign key is another one, or none.
///
/// # Errors
/// For a collection.
pub fn differs(path: &RelationshipPath, other: Option<&Rc<Instance>>) -> Result<Expr> {
    let relationship = &path.relationship;
    let Some(other) = other else {
        return match relationship.direction() {
            Direction::ManyToOne => Ok(not_(&equals(path, None)?)),
            _ => Ok(exists(path, None)),
        };
    };
    if relationship.uselist() {
        return equals(path, Some(other));
    }
    let join = relationship.join();
    if relationship.direction() == Direction::ManyToOne && relationship.use_get() {
        let mut criteria = Vec::new();
        for (local, remote) in &join.local_remote_pairs {
            let local = path.left.adapt(local);
            let value = match other.mapper.attribute_of_column(remote) {
                Some(index) => attributes::read(other, index)?,
                None => Slot::Unloaded,
            };
            let Slot::Value(value) = value else { continue };
            let is_other = local.operate(&Op::Ne, Operand::Value(value), &OpOptions::default())?;
            criteria.push(or_([is_other, local.is_null()]));
        }
        return Ok(and_(criteria));
    }
    let mapper = relationship.mapper();
    let mut criteria = Vec::new();
    for (column, &index) in mapper
        .primary_key_columns()
        .iter()
        .zip(mapper.primary_key()?.iter())
    {
        if let Slot::Value(value) = attributes::read(other, index)? {
            criteria.push(column.operate(&Op::Eq, Operand::Value(value), &OpOptions::default())?);
        }
    }
    Ok(not_(&exists(path, Some(and_(criteria)))))
}

/// `Author.books.contains(book)`.
///
/// # Errors
/// For a reference, which is compared with `==`.
pub fn contains(path: &RelationshipPath, other: &Rc<Instance>) -> Result<Expr> {
    if !path.relationship.uselist() {
        return Err(Error::invalid_request(
            "'contains' not implemented for scalar attributes.  Use ==",
        ));
    }
    by_target(path, other)
}

/// The criterion of the rows that are related to `parent`.
///
/// # Errors
/// What reading the parent's key can raise.
pub fn with_parent(path: &RelationshipPath, parent: &Rc<Instance>) -> Result<Expr> {
    let clause = path.relationship.join().lazy();
    let criterion = filled(clause, parent)?;
    Ok(match &path.target {
        Some(target) => target.adapt(&criterion),
        None => replace_expr(&criterion, &OfEntity(path.relationship.target())),
    })
}

/// Columns of a mapped table are those of its class.
struct OfEntity(Entity);

impl Replace for OfEntity {
    fn expr(&self, expr: &Expr) -> Option<Expr> {
        let index = self.0.mapper().attribute_of_column(expr)?;
        self.0.column(index)
    }
}

fn by_target(path: &RelationshipPath, other: &Rc<Instance>) -> Result<Expr> {
    let join = path.relationship.join();
    let mut criterion = filled(join.reverse_lazy(), other)?;
    if let Some(secondary) = &join.secondary {
        criterion = ClauseAdapter::new(&secondary.alias(None)).traverse(&criterion);
    }
    Ok(path.left.adapt(&criterion))
}

/// The clause with the object's values for its parameters.
fn filled(clause: &LazyClause, object: &Rc<Instance>) -> Result<Expr> {
    let mut binds = Vec::new();
    for (id, column) in &clause.binds {
        let value = match object.mapper.attribute_of_column(column) {
            Some(index) => match attributes::read(object, index)? {
                Slot::Value(value) => value,
                _ => Value::Null,
            },
            None => Value::Null,
        };
        binds.push((*id, value));
    }
    Ok(replace_expr(&clause.criterion, &Fill { binds }))
}

/// The clause with NULL for its parameters: `x IS NULL`.
fn nulled(clause: &LazyClause) -> Expr {
    let columns = clause.equated_near();
    and_(columns.iter().map(Expr::is_null))
}

struct Fill {
    binds: Vec<(BindId, Value)>,
}

impl Replace for Fill {
    fn expr(&self, expr: &Expr) -> Option<Expr> {
        let bind = expr.as_bind()?;
        let (_, value) = self.binds.iter().find(|(id, _)| *id == bind.id)?;
        Some(Bind::unique(&bind.base, BindValue::Value(value.clone())).into_expr(expr.ty().clone()))
    }
}
