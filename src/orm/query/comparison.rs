//! What a query can say with a relationship: `any`, `has`, `contains`, `== object`, `with_parent`.

use std::collections::HashSet;
use std::rc::Rc;

use super::RelationshipPath;
use super::ormjoin::relationship_criterion;
use crate::orm::Value;
use crate::orm::attributes;
use crate::orm::entity::Entity;
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Slot};
use crate::orm::loading::{self, columns};
use crate::orm::relationship::LazyClause;
use crate::orm::sql::adapt::{Replace, replace_expr, visit};
use crate::orm::sql::expr::{
    Bind, BindValue, LateValue, OpOptions, Operand, and_, literal_column, not_, or_,
};
use crate::orm::sql::{BindId, ClauseAdapter, EntityId, Expr, Op, Select, SqlType};
use crate::trace::{Direction, Trigger};

/// `EXISTS (SELECT 1 FROM target WHERE …)`.
pub fn exists(path: &RelationshipPath, criterion: Option<Expr>) -> Expr {
    let correlated = relationship_criterion(path, criterion);
    let entity = path.target().id();
    let single = single_table_criteria(entity, correlated.criterion.as_ref());
    let asked = [correlated.join].into_iter().chain(correlated.criterion);
    let criterion = and_(asked.chain(single));
    let target = correlated.froms[0].clone();
    let select = Select {
        columns: vec![literal_column("1", SqlType::Integer)],
        froms: vec![target],
        where_: vec![criterion],
        correlate_except: Some(correlated.froms),
        entities: vec![entity],
        ..Select::default()
    };
    select.into_query().exists()
}

/// What tells an entity, and those that a criterion names, from others of the tables that they share.
fn single_table_criteria(target: EntityId, criterion: Option<&Expr>) -> Vec<Expr> {
    let mut entities = vec![target];
    if let Some(criterion) = criterion {
        visit(criterion, &mut |inner| entities.extend(inner.entity()));
    }
    let mut seen = HashSet::new();
    entities.retain(|entity| seen.insert(*entity));
    let found = entities.into_iter().filter_map(Entity::find);
    found
        .filter_map(|entity| entity.single_table_criterion())
        .collect()
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
            Ok(of_left(path, &criterion))
        }
        None => Ok(not_(&exists(path, None))),
        Some(_) if relationship.uselist() => Err(Error::invalid_request(
            "Can't compare a collection to an object or collection; use contains() to test for membership.",
        )),
        Some(other) => Ok(by_target(path, other)),
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
            let base = local.key().map_or_else(|| "param".into(), |key| key.rc());
            let value = Bind::unique(&base, late(other, remote)).into_expr(local.ty().clone());
            let is_other = local.operate(&Op::Ne, Operand::Expr(value), &OpOptions::default())?;
            criteria.push(or_([is_other, local.is_null()]));
        }
        return Ok(and_(criteria));
    }
    is_not(path, other)
}

/// None of the related rows is that of the object.
fn is_not(path: &RelationshipPath, other: &Rc<Instance>) -> Result<Expr> {
    let relationship = &path.relationship;
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

/// # Errors
/// For a reference, which contains nothing.
pub fn check_contains(path: &RelationshipPath) -> Result<()> {
    if path.relationship.uselist() {
        return Ok(());
    }
    Err(Error::invalid_request(
        "'contains' not implemented for scalar attributes.  Use ==",
    ))
}

/// `Author.books.contains(book)`.
///
/// # Errors
/// For a reference, which is compared with `==`.
pub fn contains(path: &RelationshipPath, other: &Rc<Instance>) -> Result<Expr> {
    check_contains(path)?;
    let contains = by_target(path, other);
    if path.relationship.join().secondary.is_none() {
        return Ok(contains);
    }
    Ok(contains.negated_as(&is_not(path, other)?))
}

/// The criterion of the rows that are related to `parent`, with the table between under an alias.
pub fn with_parent(path: &RelationshipPath, parent: &Rc<Instance>) -> Expr {
    let criterion = filled(path.relationship.join().lazy(), parent, &late);
    related(path, &with_secondary_aliased(path, &criterion))
}

/// The criterion of the rows of a collection that `parent` never holds, with the table between as it is. A statement
/// that has it is sent for the sake of that relationship of that object.
pub fn of_collection(path: &RelationshipPath, parent: &Rc<Instance>) -> Expr {
    let relationship = &path.relationship;
    let value = |parent: &Rc<Instance>, column: &Expr| match late(parent, column) {
        BindValue::Late(value) => {
            let (relationship, parent) = (Rc::clone(relationship), Rc::clone(parent));
            BindValue::Late(value.because(move || {
                let owners = std::slice::from_ref(&parent);
                loading::provenance_of(Trigger::Query, &relationship, owners)
            }))
        }
        other => other,
    };
    related(path, &filled(relationship.join().lazy(), parent, &value))
}

fn related(path: &RelationshipPath, criterion: &Expr) -> Expr {
    match &path.target {
        Some(target) => target.adapt(criterion),
        None => replace_expr(criterion, &OfEntity(path.relationship.target())),
    }
}

/// Columns of a mapped table are those of its class.
struct OfEntity(Entity);

impl Replace for OfEntity {
    fn expr(&self, expr: &Expr) -> Option<Expr> {
        let index = self.0.mapper().attribute_of_column(expr)?;
        self.0.column(index)
    }
}

fn by_target(path: &RelationshipPath, other: &Rc<Instance>) -> Expr {
    let join = path.relationship.join();
    let criterion = filled(join.reverse_lazy(), other, &late);
    let criterion = with_secondary_aliased(path, &criterion);
    of_left(path, &criterion)
}

/// A criterion over the parent's table, of the entity that the relationship was named of.
fn of_left(path: &RelationshipPath, criterion: &Expr) -> Expr {
    match &path.left {
        Entity::Mapper(_) => replace_expr(criterion, &OfEntity(path.left.clone())),
        alias => alias.adapt(criterion),
    }
}

fn with_secondary_aliased(path: &RelationshipPath, criterion: &Expr) -> Expr {
    match &path.relationship.join().secondary {
        Some(secondary) => ClauseAdapter::new(&secondary.alias(None)).traverse(criterion),
        None => criterion.clone(),
    }
}

/// The clause with the object's values for its parameters, each as `value` has it.
fn filled(
    clause: &LazyClause,
    object: &Rc<Instance>,
    value: &dyn Fn(&Rc<Instance>, &Expr) -> BindValue,
) -> Expr {
    let binds = clause
        .binds
        .iter()
        .map(|(id, column)| (*id, value(object, column)))
        .collect();
    replace_expr(&clause.criterion, &Fill { binds })
}

/// The object's value of a column, as it is when the statement is executed; if it cannot be had then, as it was last
/// known.
fn late(object: &Rc<Instance>, column: &Expr) -> BindValue {
    let Some(index) = object.mapper.attribute_of_column(column) else {
        return BindValue::Value(Value::Null);
    };
    let (object, column) = (Rc::clone(object), column.clone());
    let known = object.value(index);
    BindValue::Late(LateValue::new(move || {
        let value = match value_now(&object, index)? {
            Some(value) => value,
            None => known
                .clone()
                .ok_or_else(|| unknown(&object, &column, index))?,
        };
        if value.is_null()
            && let Some(session) = object.session()
        {
            session.warn(&format!(
                "Got None for value of column {}; this is unsupported for a relationship comparison and will not \
                 currently produce an IS comparison (but may in a future release)",
                super::shown(&column)
            ))?;
        }
        Ok(value)
    }))
}

fn value_now(object: &Rc<Instance>, index: usize) -> Result<Option<Value>> {
    if object.session().is_none() || !object.is_persistent() {
        return Ok(object.value(index));
    }
    Ok(match attributes::read(object, index)? {
        Slot::Value(value) => Some(value),
        _ => None,
    })
}

fn unknown(object: &Rc<Instance>, column: &Expr, index: usize) -> Error {
    let why = match object.slot(index) {
        Slot::Expired => "the object is detached and the value was expired",
        _ => "no value has been set for this column",
    };
    Error::invalid_request(format!(
        "Can't resolve value for column {} on object {}; {why}",
        super::shown(column),
        columns::instance_shown(object)
    ))
}

/// The clause with NULL for its parameters: `x IS NULL`.
fn nulled(clause: &LazyClause) -> Expr {
    let columns = clause.equated_near();
    and_(columns.iter().map(Expr::is_null))
}

struct Fill {
    binds: Vec<(BindId, BindValue)>,
}

impl Replace for Fill {
    fn expr(&self, expr: &Expr) -> Option<Expr> {
        let bind = expr.as_bind()?;
        let (_, value) = self.binds.iter().find(|(id, _)| *id == bind.id)?;
        Some(Bind::unique(&bind.base, value.clone()).into_expr(expr.ty().clone()))
    }
}
