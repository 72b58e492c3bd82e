//! Classes that derive from mapped classes: what the mappers of one hierarchy share, and which of them a row is of.
//!
//! A mapper has a parent or none. An attribute has the same place in every mapper of the hierarchy that has it, so an
//! object is read in one way whichever of its classes asks.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use super::Value;
use super::attributes;
use super::error::{Error, Result};
use super::identity::Key;
use super::instance::Instance;
use super::mapper::{Mapper, MapperId};
use super::relationship::equated;
use super::sql::expr::{OpOptions, Operand};
use super::sql::from::join_condition;
use super::sql::schema::topological;
use super::sql::{ErrorKind, Expr, FromClause, Op, SqlType};

/// The mapper that another one derives from.
#[derive(Debug)]
pub struct Inherits {
    pub parent: Rc<Mapper>,
    /// How the tables are joined, where the program said it; the foreign keys say it else.
    pub condition: Option<Expr>,
}

/// What the mappers of one hierarchy have in common.
#[derive(Debug, Default)]
struct Hierarchy {
    /// Places of attributes that are taken.
    places: Cell<usize>,
    /// The mapper of each polymorphic identity, as the database has that.
    by_identity: RefCell<Vec<(Key, Weak<Mapper>)>>,
}

/// What tells of which class a row is.
#[derive(Clone, Debug)]
pub struct Discriminator {
    pub expr: Expr,
    /// The attribute that holds it; none for an expression, which is read and kept nowhere.
    pub attribute: Option<usize>,
}

/// Where a mapper stands in its hierarchy.
#[derive(Debug)]
pub(super) struct Place {
    pub parent: Option<Rc<Mapper>>,
    /// How its table is joined to its parent's; none where it has no table of its own.
    pub condition: Option<Expr>,
    children: RefCell<Vec<Weak<Mapper>>>,
    hierarchy: Rc<Hierarchy>,
    discriminator: OnceCell<Discriminator>,
    identity: RefCell<Option<Value>>,
    is_abstract: Cell<bool>,
    /// The mapper that identities name.
    identity_of: Cell<MapperId>,
}

impl Place {
    /// The place of a mapper of that number, and what its rows are read from: its own table, joined to its parent's.
    pub fn new(
        id: MapperId,
        table: Option<FromClause>,
        inherits: Option<Inherits>,
    ) -> Result<(Self, FromClause)> {
        let mut place = Self {
            parent: None,
            condition: None,
            children: RefCell::default(),
            hierarchy: Rc::default(),
            discriminator: OnceCell::new(),
            identity: RefCell::default(),
            is_abstract: Cell::default(),
            identity_of: Cell::new(id),
        };
        let Some(Inherits { parent, condition }) = inherits else {
            let table = table.ok_or_else(|| Error::argument("a mapper needs a table"))?;
            return Ok((place, table));
        };
        place.hierarchy = Rc::clone(&parent.inheritance.hierarchy);
        let rows = match table {
            Some(table) if table != parent.local_table => {
                let condition = match condition {
                    Some(condition) => condition,
                    None => own_condition(&parent.local_table, &table)?,
                };
                let rows = parent.table.join_on(&table, condition.clone(), false);
                place.condition = Some(condition);
                rows
            }
            _ => parent.table.clone(),
        };
        place.parent = Some(parent);
        Ok((place, rows))
    }
}

/// # Errors
/// When no foreign key, or more than one, leads from the table to that of the parent.
fn own_condition(parent: &FromClause, table: &FromClause) -> Result<Expr> {
    join_condition(parent, table, None).map_err(|error| {
        let (near, far) = (parent.description(), table.description());
        match error.kind {
            ErrorKind::NoForeignKeysError => Error::raised(
                "sqlalchemy.exc.NoForeignKeysError",
                format!(
                    "Can't determine the inherit condition between inherited table '{near}' and inheriting table '{far}'; \
                     tables have no foreign key relationships established.  Please ensure the inheriting table has a \
                     foreign key relationship to the inherited table, or provide an 'on clause' using the \
                     'inherit_condition' mapper argument."
                ),
            ),
            ErrorKind::AmbiguousForeignKeysError => Error::raised(
                "sqlalchemy.exc.AmbiguousForeignKeysError",
                format!(
                    "Can't determine the inherit condition between inherited table '{near}' and inheriting table '{far}'; \
                     tables have more than one foreign key relationship established.  Please specify the 'on clause' \
                     using the 'inherit_condition' mapper argument."
                ),
            ),
            _ => error.into(),
        }
    })
}

impl Mapper {
    /// The mapper that it derives from.
    pub fn parent(&self) -> Option<&Rc<Self>> {
        self.inheritance.parent.as_ref()
    }

    /// The mapper at the root of its hierarchy: itself, when it derives from none.
    pub fn base(&self) -> Rc<Self> {
        self.parent()
            .map_or_else(|| self.rc(), |parent| parent.base())
    }

    /// Itself, its parent, and so on to the root.
    pub fn to_root(&self) -> Vec<Rc<Self>> {
        let mut found = vec![self.rc()];
        while let Some(parent) = found.last().and_then(|last| last.parent().cloned()) {
            found.push(parent);
        }
        found
    }

    /// Itself and those that derive from it, level by level.
    pub fn descendants(&self) -> Vec<Rc<Self>> {
        let mut found = vec![self.rc()];
        let mut at = 0;
        while let Some(next) = found.get(at).cloned() {
            found.extend(next.children());
            at += 1;
        }
        found
    }

    pub(super) fn children(&self) -> Vec<Rc<Self>> {
        let children = self.inheritance.children.borrow();
        children.iter().filter_map(Weak::upgrade).collect()
    }

    /// Whether it is `other`, or derives from it.
    pub fn is_a(&self, other: &Self) -> bool {
        self.id == other.id || self.parent().is_some_and(|parent| parent.is_a(other))
    }

    /// Whether both are of one hierarchy.
    pub fn is_related_to(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inheritance.hierarchy, &other.inheritance.hierarchy)
    }

    /// Whether it derives from another one whose table it shares.
    pub fn is_single(&self) -> bool {
        self.parent().is_some() && self.inheritance.condition.is_none()
    }

    /// Its parent knows of it.
    pub(super) fn enter_hierarchy(&self) {
        if let Some(parent) = self.parent() {
            let children = &parent.inheritance.children;
            children.borrow_mut().push(Rc::downgrade(&self.rc()));
        }
    }

    /// The next place for an attribute of this hierarchy.
    pub(super) fn take_place(&self) -> usize {
        let places = &self.inheritance.hierarchy.places;
        places.replace(places.get() + 1)
    }

    /// The mapper that identities name: that of the hierarchy's root, unless rows do not tell this class apart.
    pub(super) fn identity_mapper(&self) -> MapperId {
        self.inheritance.identity_of.get()
    }

    /// Says what tells of which class a row is. Mappers that derive from this one go by it too.
    pub fn set_discriminator(&self, discriminator: Discriminator) {
        // The first one stands.
        let _ = self.inheritance.discriminator.set(discriminator);
    }

    /// What tells of which class a row is.
    pub fn discriminator(&self) -> Option<Discriminator> {
        let own = self.inheritance.discriminator.get().cloned();
        own.or_else(|| self.parent()?.discriminator())
    }

    /// Says by which value of the discriminator its rows are known. The mapper that had it before is handed back.
    ///
    /// # Errors
    /// A value that the discriminator's type refuses.
    pub fn set_polymorphic_identity(&self, value: Value) -> Result<Option<Rc<Self>>> {
        if let Some(parent) = self.parent() {
            let named = parent.identity_mapper();
            self.inheritance.identity_of.set(named);
        }
        let key = self.key_of_identity(&value)?;
        *self.inheritance.identity.borrow_mut() = Some(value);
        let mut known = self.inheritance.hierarchy.by_identity.borrow_mut();
        let before = known.iter().position(|(known, _)| *known == key);
        let before = before.and_then(|at| known.remove(at).1.upgrade());
        known.push((key, Rc::downgrade(&self.rc())));
        Ok(before)
    }

    pub fn polymorphic_identity(&self) -> Option<Value> {
        self.inheritance.identity.borrow().clone()
    }

    /// No row is of this very class.
    pub fn set_polymorphic_abstract(&self) {
        self.inheritance.is_abstract.set(true);
    }

    pub fn is_polymorphic_abstract(&self) -> bool {
        self.inheritance.is_abstract.get()
    }

    /// A value of the discriminator as the database has it.
    fn key_of_identity(&self, value: &Value) -> Result<Key> {
        let ty = self
            .discriminator()
            .map_or(SqlType::Null, |found| found.expr.ty().clone());
        let stored = value
            .bind(&ty)
            .map_err(|error| Error::raised("sqlalchemy.exc.StatementError", error.shown()))?;
        Ok(Key::of_row([stored]))
    }

    /// The mappers of the hierarchy that rows can be of, by what the discriminator has for each.
    pub fn polymorphic_map(&self) -> Vec<(Key, Rc<Self>)> {
        let known = self.inheritance.hierarchy.by_identity.borrow();
        let alive = known.iter();
        alive
            .filter_map(|(key, mapper)| Some((key.clone(), mapper.upgrade()?)))
            .collect()
    }

    /// The polymorphic identities of the class and of those that derive from it.
    pub fn polymorphic_identities(&self) -> Vec<Option<Value>> {
        let concrete = self.descendants().into_iter();
        concrete
            .filter(|mapper| !mapper.is_polymorphic_abstract())
            .map(|mapper| mapper.polymorphic_identity())
            .collect()
    }

    /// What tells the rows of a class from others of the table that it shares with its parent.
    pub fn single_table_criterion(&self) -> Option<Expr> {
        if !self.is_single() {
            return None;
        }
        let discriminator = self.discriminator()?.expr.with_entity(self.id);
        let identities = self.polymorphic_identities().into_iter();
        let mut values: Vec<Value> = Vec::new();
        for identity in identities.map(|identity| identity.unwrap_or(Value::Null)) {
            if !values.contains(&identity) {
                values.push(identity);
            }
        }
        let values = values.into_iter().map(Operand::Value).collect();
        discriminator
            .operate(&Op::In, Operand::List(values), &OpOptions::default())
            .ok()
    }

    /// A new object says of which class it is.
    ///
    /// # Errors
    /// When no object may be of this very class.
    pub fn mark_class(&self, instance: &Rc<Instance>) -> Result<()> {
        let Some(Discriminator {
            attribute: Some(attribute),
            ..
        }) = self.discriminator()
        else {
            return Ok(());
        };
        let identity = self.polymorphic_identity();
        if identity.is_none() && self.is_polymorphic_abstract() {
            return Err(Error::invalid_request(format!(
                "Can't instantiate class for {}; mapper is marked polymorphic_abstract=True",
                self.shown()
            )));
        }
        attributes::set_value(instance, attribute, identity.unwrap_or(Value::Null))
    }

    /// What the discriminator of an object has, where no class that derives from its own goes by it.
    pub fn strange_identity(&self, instance: &Instance) -> Option<Value> {
        let value = instance.value(self.discriminator()?.attribute?)?;
        let key = self.key_of_identity(&value).ok()?;
        let mut known = self.polymorphic_map().into_iter();
        let is_known = known.any(|(known, mapper)| known == key && mapper.is_a(self));
        (!is_known).then_some(value)
    }

    /// The tables of its rows, that of the root first.
    pub fn tables(&self) -> Vec<FromClause> {
        let mut found: Vec<FromClause> = Vec::new();
        for mapper in self.to_root().into_iter().rev() {
            if !found.contains(&mapper.local_table) {
                found.push(mapper.local_table.clone());
            }
        }
        found
    }

    /// The tables of all mappers that derive from it, each after those that it refers to.
    ///
    /// # Errors
    /// When a foreign key points nowhere.
    pub fn sorted_tables(&self) -> Result<Vec<FromClause>> {
        let mut tables: Vec<(FromClause, Rc<Self>)> = Vec::new();
        for mapper in self.descendants() {
            if !tables.iter().any(|(table, _)| *table == mapper.local_table) {
                tables.push((mapper.local_table.clone(), mapper));
            }
        }
        if tables.len() < 2 {
            return Ok(tables.into_iter().map(|(table, _)| table).collect());
        }
        let mut pairs = Vec::new();
        for (child, (from, mapper)) in tables.iter().enumerate() {
            let above = mapper
                .parent()
                .map_or_else(Vec::new, |parent| parent.tables());
            let referred = match from.as_table() {
                Some(table) => table.referred_tables()?,
                None => Vec::new(),
            };
            for (parent, (other, _)) in tables.iter().enumerate() {
                let is_above = above.contains(other);
                let is_below = tables[parent].1.is_a(mapper);
                if parent != child && (is_above || referred.contains(other) && !is_below) {
                    pairs.push((parent, child));
                }
            }
        }
        // Tables that refer to one another stay in the order of the classes.
        let order =
            topological(&pairs, tables.len()).unwrap_or_else(|_| (0..tables.len()).collect());
        Ok(order.into_iter().map(|at| tables[at].0.clone()).collect())
    }

    /// The columns that the joins of the hierarchy's tables equate, each with the other.
    pub fn equated_columns(&self) -> Vec<(Expr, Expr)> {
        let all = self.base().descendants().into_iter();
        all.filter_map(|mapper| Some(equated(mapper.inherit_condition()?)))
            .flatten()
            .collect()
    }

    /// The columns of the parent's tables that those of its own table take their values from, each with that column.
    pub fn inherited_keys(&self) -> Vec<(Expr, Expr)> {
        let pairs = self.inherit_condition().map_or_else(Vec::new, equated);
        let is_own = |column: &Expr| {
            column
                .as_column()
                .is_some_and(|(from, _)| *from == self.local_table)
        };
        let directed = pairs.into_iter();
        directed
            .map(|(one, other)| {
                if is_own(&one) {
                    (other, one)
                } else {
                    (one, other)
                }
            })
            .collect()
    }

    /// Whether both columns always have the same value in a row.
    pub fn equates(&self, one: &Expr, other: &Expr) -> bool {
        let is_pair = |left: &Expr, right: &Expr| left.id() == one.id() && right.id() == other.id();
        one.id() == other.id()
            || self
                .equated_columns()
                .iter()
                .any(|(left, right)| is_pair(left, right) || is_pair(right, left))
    }

    /// How its table is joined to its parent's; none where it has no table of its own.
    pub fn inherit_condition(&self) -> Option<&Expr> {
        self.inheritance.condition.as_ref()
    }
}
