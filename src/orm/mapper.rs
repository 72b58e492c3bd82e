//! How a class is mapped: its table, its attributes, its primary key.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::rc::{Rc, Weak};

use super::Value;
use super::entity::Entity;
use super::error::{Error, Result};
use super::identity::{Identity, Key};
use super::inheritance::{Inherits, Place};
use super::instance::{HostSlot, Instance};
use super::path::Step;
use super::relationship::Relationship;
use super::sql::{BindId, ElementId, EntityId, Expr, FromClause, SqlType};
use super::value::from_stored;
use super::version::Version;
use crate::trace::{self, hash::FastMap};

/// Number of a mapper; it is the number of its entity too.
pub type MapperId = EntityId;

/// A mapped attribute.
#[derive(Debug)]
pub struct Attribute {
    pub key: Rc<str>,
    /// Its place, the same in every mapper of a hierarchy that has it.
    pub index: usize,
    /// The mapper that gave it that place.
    pub owner: MapperId,
    pub kind: AttributeKind,
}

#[derive(Debug)]
pub enum AttributeKind {
    Column(ColumnAttribute),
    Relationship(Rc<Relationship>),
}

/// An attribute that holds a column, or the value of a SQL expression.
#[derive(Debug)]
pub struct ColumnAttribute {
    /// The column of the mapper's table, or the expression of a `column_property()`.
    pub expr: Expr,
    /// Columns of the tables that the mapper inherits from, which always have the same value.
    pub same: Vec<Expr>,
    pub deferred: bool,
    /// Deferred columns of one group load together.
    pub group: Option<Rc<str>>,
    /// A deferred column that may not be loaded by a touch.
    pub raiseload: bool,
    pub active_history: bool,
    /// What an object without a value answers with: the default of a dataclass's argument.
    pub unset: Option<Value>,
    /// `query_expression()`: its value comes from the query that says what it is, and from nowhere else.
    pub from_query: bool,
}

impl Attribute {
    /// The step of a path that it is.
    pub fn step(&self) -> Step {
        Step::Attribute(self.owner, self.index)
    }

    pub fn as_column(&self) -> Option<&ColumnAttribute> {
        match &self.kind {
            AttributeKind::Column(column) => Some(column),
            AttributeKind::Relationship(_) => None,
        }
    }

    /// Whether it holds a column of JSON, where None is a value of its own.
    pub fn holds_json(&self) -> bool {
        self.as_column().is_some_and(|column| {
            let ty = column.expr.ty();
            matches!(
                ty,
                SqlType::Json {
                    none_as_null: false
                }
            )
        })
    }

    pub fn as_relationship(&self) -> Option<&Rc<Relationship>> {
        match &self.kind {
            AttributeKind::Column(_) => None,
            AttributeKind::Relationship(relationship) => Some(relationship),
        }
    }
}

/// When what the database fills in is asked for with the statement that writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EagerDefaults {
    Never,
    /// With an INSERT.
    #[default]
    Auto,
    /// With an UPDATE too; what does not come back is loaded at once.
    Always,
}

/// What a mapper is made of.
pub struct Mapping<'a> {
    pub class_name: &'a str,
    pub module: &'a str,
    /// Its own table; none for one that shares its parent's.
    pub table: Option<FromClause>,
    /// What was said to be the primary key; that of the parent or of the table when that is nothing.
    pub key: Vec<Expr>,
    pub confirms_deletes: bool,
    pub inherits: Option<Inherits>,
}

/// A mapped class.
pub struct Mapper {
    pub id: MapperId,
    class_name: Rc<str>,
    /// The module that the class was defined in: `__main__`.
    pub module: Rc<str>,
    /// What its rows are read from: its table, joined to those of the mappers that it derives from.
    pub table: FromClause,
    /// Its own table; that of its parent where it has none.
    pub local_table: FromClause,
    /// What was said to be the primary key; the table's own when that is nothing.
    said_key: Vec<Expr>,
    /// Whether a DELETE that finds no row is warned of.
    pub confirms_deletes: bool,
    pub(super) inheritance: Place,
    /// By place; there are gaps where other mappers of the hierarchy have attributes.
    attributes: RefCell<Vec<Option<Rc<Attribute>>>>,
    /// The places in the order in which attributes are loaded.
    order: RefCell<Vec<usize>>,
    by_key: RefCell<HashMap<Rc<str>, usize>>,
    by_column: RefCell<FastMap<ElementId, usize>>,
    primary_key: OnceCell<Rc<[usize]>>,
    key_types: OnceCell<Box<[SqlType]>>,
    /// What the database fills in and does not come back is loaded when it is read.
    pub eager_defaults: Cell<EagerDefaults>,
    get_clause: OnceCell<GetClause>,
    pub(super) own_version: OnceCell<Rc<Version>>,
    /// Compiled statements of the unit of work.
    pub(super) writes: super::unit_of_work::Statements,
    /// Relationships of any class that lead here with `delete-orphan`.
    delete_orphans: RefCell<Vec<(Weak<Mapper>, Rc<str>)>>,
    /// The host's class.
    pub host: HostSlot,
    /// Who listens to its objects.
    pub listener: RefCell<Option<Rc<dyn super::listening::ObjectListener>>>,
    /// Why its relationships could not be configured.
    pub failure: RefCell<Option<Rc<str>>>,
    this: Weak<Mapper>,
}

/// `table.id = :pk_1`, what a load by primary key is filtered with.
#[derive(Clone)]
pub struct GetClause {
    pub criterion: Expr,
    /// The same, column by column.
    parts: Vec<Expr>,
    /// The parameter of each primary key column, in order.
    pub binds: Rc<[BindId]>,
}

impl Mapper {
    /// A mapper, still without attributes.
    ///
    /// # Errors
    /// When the tables of the mapper and of the one that it derives from cannot be joined.
    pub fn new(mapping: Mapping<'_>) -> Result<Rc<Self>> {
        let id = super::entity::next_entity_id();
        let local_table = match (&mapping.table, &mapping.inherits) {
            (Some(table), _) => Some(table.clone()),
            (None, Some(inherits)) => Some(inherits.parent.local_table.clone()),
            (None, None) => None,
        };
        let (inheritance, table) = Place::new(id, mapping.table, mapping.inherits)?;
        let mapper = Rc::new_cyclic(|this| Self {
            said_key: mapping.key,
            confirms_deletes: mapping.confirms_deletes,
            id,
            class_name: Rc::from(mapping.class_name),
            module: Rc::from(mapping.module),
            local_table: local_table.unwrap_or_else(|| table.clone()),
            table,
            inheritance,
            attributes: RefCell::default(),
            order: RefCell::default(),
            by_key: RefCell::default(),
            by_column: RefCell::default(),
            primary_key: OnceCell::new(),
            key_types: OnceCell::new(),
            eager_defaults: Cell::default(),
            get_clause: OnceCell::new(),
            own_version: OnceCell::new(),
            writes: super::unit_of_work::Statements::default(),
            delete_orphans: RefCell::default(),
            host: HostSlot::default(),
            listener: RefCell::default(),
            failure: RefCell::default(),
            this: Weak::clone(this),
        });
        mapper.enter_hierarchy();
        Ok(mapper)
    }

    pub fn class_name(&self) -> &Rc<str> {
        &self.class_name
    }

    /// How SQLAlchemy's messages show it: `Mapper[Author(authors)]`.
    pub fn shown(&self) -> String {
        let table = self
            .local_table
            .as_table()
            .map_or_else(String::new, |table| table.name().to_string());
        format!("Mapper[{}({table})]", self.class_name)
    }

    pub fn entity(&self) -> Entity {
        Entity::Mapper(self.rc())
    }

    /// The shared pointer to this mapper.
    pub fn rc(&self) -> Rc<Self> {
        self.this
            .upgrade()
            .expect("a mapper that is borrowed is alive")
    }

    /// Adds a column attribute; attributes are loaded in the order they were added in.
    pub fn add_column(&self, key: &str, mut column: ColumnAttribute) -> Rc<Attribute> {
        let inherited = self
            .parent()
            .and_then(|parent| parent.attribute_by_key(key));
        if let Some(known) = inherited.as_ref().and_then(|known| known.as_column())
            && known.expr.id() != column.expr.id()
            && column.expr.as_column().is_some()
        {
            column.same.push(known.expr.clone());
            column.same.extend(known.same.iter().cloned());
        }
        let columns: Vec<ElementId> = [&column.expr]
            .into_iter()
            .chain(&column.same)
            .map(Expr::id)
            .collect();
        let attribute = self.add(key, AttributeKind::Column(column));
        for column in columns {
            self.by_column.borrow_mut().insert(column, attribute.index);
        }
        attribute
    }

    pub fn add_relationship(&self, relationship: Rc<Relationship>) -> Rc<Attribute> {
        let key = Rc::clone(&relationship.key);
        self.add(&key, AttributeKind::Relationship(relationship))
    }

    fn add(&self, key: &str, kind: AttributeKind) -> Rc<Attribute> {
        let place = |of: &Self| {
            let known = of.attribute_by_key(key)?;
            Some((known.index, known.owner))
        };
        // What overrides an attribute of the parent takes its place.
        let known = place(self).or_else(|| self.parent().and_then(|parent| place(parent)));
        let (index, owner) = known.unwrap_or_else(|| (self.take_place(), self.id));
        let attribute = Rc::new(Attribute {
            key: Rc::from(key),
            index,
            owner,
            kind,
        });
        self.put(&attribute);
        for child in self.children() {
            child.inherit(&attribute);
        }
        attribute
    }

    /// Takes an attribute of the parent over, as those that derive from this mapper do then.
    pub fn inherit(&self, attribute: &Rc<Attribute>) {
        if self.attribute_by_key(&attribute.key).is_some() {
            return;
        }
        if let Some(column) = attribute.as_column() {
            let columns = [&column.expr].into_iter().chain(&column.same);
            let mut known = self.by_column.borrow_mut();
            known.extend(columns.map(|column| (column.id(), attribute.index)));
        }
        self.put(attribute);
        for child in self.children() {
            child.inherit(attribute);
        }
    }

    fn put(&self, attribute: &Rc<Attribute>) {
        let index = attribute.index;
        let mut attributes = self.attributes.borrow_mut();
        if index >= attributes.len() {
            attributes.resize(index + 1, None);
        }
        if attributes[index].replace(Rc::clone(attribute)).is_none() {
            self.order.borrow_mut().push(index);
            let key = Rc::clone(&attribute.key);
            self.by_key.borrow_mut().insert(key, index);
        }
    }

    /// Places that an object's attributes take, gaps among them.
    pub fn places(&self) -> usize {
        self.attributes.borrow().len()
    }

    /// The attribute at a place.
    ///
    /// # Panics
    /// When another mapper of the hierarchy has it, and this one does not.
    pub fn attribute(&self, index: usize) -> Rc<Attribute> {
        let attributes = self.attributes.borrow();
        let found = attributes[index].as_ref();
        Rc::clone(found.expect("an attribute of this mapper"))
    }

    /// Whether it has the attribute at that place.
    pub fn has(&self, index: usize) -> bool {
        matches!(self.attributes.borrow().get(index), Some(Some(_)))
    }

    /// The attributes, in the order in which they are loaded.
    pub fn attributes(&self) -> Vec<Rc<Attribute>> {
        let attributes = self.attributes.borrow();
        let order = self.order.borrow();
        order
            .iter()
            .filter_map(|&index| attributes[index].clone())
            .collect()
    }

    /// Where an attribute comes among those that are loaded.
    pub fn rank(&self, index: usize) -> usize {
        let order = self.order.borrow();
        let known = order.iter().position(|&known| known == index);
        known.unwrap_or(usize::MAX)
    }

    pub fn attribute_by_key(&self, key: &str) -> Option<Rc<Attribute>> {
        self.by_key
            .borrow()
            .get(key)
            .map(|&index| self.attribute(index))
    }

    pub fn relationships(&self) -> Vec<Rc<Relationship>> {
        self.attributes()
            .iter()
            .filter_map(|attribute| attribute.as_relationship().cloned())
            .collect()
    }

    /// A relationship leads here with `delete-orphan`: without it, an object has no place.
    pub(super) fn add_delete_orphan(&self, parent: Weak<Mapper>, key: &Rc<str>) {
        self.delete_orphans
            .borrow_mut()
            .push((parent, Rc::clone(key)));
    }

    /// The relationships that lead here with `delete-orphan`.
    pub fn delete_orphans(&self) -> Vec<Rc<Relationship>> {
        let of_class = |(parent, key): &(Weak<Mapper>, Rc<str>)| {
            let attribute = parent.upgrade()?.attribute_by_key(key)?;
            attribute.as_relationship().cloned()
        };
        let mut found = self
            .parent()
            .map_or_else(Vec::new, |parent| parent.delete_orphans());
        found.extend(self.delete_orphans.borrow().iter().filter_map(of_class));
        found
    }

    /// Index of the attribute that holds this column of the mapper's table.
    pub fn attribute_of_column(&self, column: &Expr) -> Option<usize> {
        self.by_column.borrow().get(&column.id()).copied()
    }

    /// Attributes of the primary key's columns, in order.
    ///
    /// # Errors
    /// When the table has no primary key, or no attribute holds it.
    pub fn primary_key(&self) -> Result<Rc<[usize]>> {
        if let Some(known) = self.primary_key.get() {
            return Ok(Rc::clone(known));
        }
        let columns = self.primary_key_columns();
        let found: Option<Rc<[usize]>> = columns
            .iter()
            .map(|column| self.attribute_of_column(column))
            .collect();
        match found {
            Some(found) if !found.is_empty() => {
                Ok(Rc::clone(self.primary_key.get_or_init(|| found)))
            }
            _ => Err(Error::argument(format!(
                "Mapper {} could not assemble any primary key columns for mapped table '{}'",
                self.shown(),
                self.table
                    .name()
                    .map_or_else(String::new, |name| name.to_string()),
            ))),
        }
    }

    pub fn primary_key_columns(&self) -> Vec<Expr> {
        if !self.said_key.is_empty() {
            return self.said_key.clone();
        }
        match self.parent() {
            Some(parent) => parent.primary_key_columns(),
            None => self.table.primary_key(),
        }
    }

    /// The key that these primary key values make, as the database has them: a UUID and its text are one key.
    pub fn key(&self, values: impl IntoIterator<Item = Value>) -> Key {
        Key::new(values.into_iter().zip(self.key_types()).map(|(value, ty)| {
            match (&value, ty.is_stored_as_given()) {
                (Value::Stored(stored), true) => from_stored(stored),
                (Value::Stored(_), false) | (Value::Null, _) => value,
                (Value::Object(_), true) => match value.bind(ty) {
                    Ok(stored) => from_stored(&stored),
                    Err(_) => value,
                },
                (_, true) => value,
                // What the type refuses is refused when it is sent.
                (_, false) => value.bind(ty).map_or(value, Value::Stored),
            }
        }))
    }

    /// The types of the primary key's columns.
    fn key_types(&self) -> &[SqlType] {
        self.key_types.get_or_init(|| {
            let columns = self.primary_key_columns();
            columns.iter().map(|column| column.ty().clone()).collect()
        })
    }

    /// The identity of the row with these primary key values.
    pub fn identity(&self, values: impl IntoIterator<Item = Value>) -> Identity {
        self.identity_of_key(self.key(values))
    }

    pub fn identity_of_key(&self, key: Key) -> Identity {
        Identity {
            mapper: self.identity_mapper(),
            key,
        }
    }

    /// The identity that a row has, by its key's values as SQLite returned them.
    pub fn identity_of_row(&self, values: impl IntoIterator<Item = trace::Value>) -> Identity {
        self.identity_of_key(self.key(values.into_iter().map(Value::Stored)))
    }

    /// The identity that the object's own values give it; none while one is missing.
    ///
    /// # Errors
    /// As [`Mapper::primary_key`].
    pub fn identity_of(&self, instance: &Instance) -> Result<Option<Identity>> {
        let primary_key = self.primary_key()?;
        let values: Option<Vec<Value>> = primary_key
            .iter()
            .map(|&index| instance.value(index))
            .collect();
        Ok(values.map(|values| self.identity(values)))
    }

    /// What a load of this key is filtered with: a part that is NULL is no parameter.
    pub fn criterion_of(&self, key: &Key) -> Expr {
        let clause = self.get_clause();
        if !key.has_null() {
            return clause.criterion.clone();
        }
        let columns = self.primary_key_columns();
        let parts = clause.parts.iter().zip(&columns).zip(key.values());
        super::sql::expr::and_(parts.map(|((part, column), value)| {
            if value.is_null() {
                column.is_null()
            } else {
                part.clone()
            }
        }))
    }

    /// The criterion of a load by primary key.
    pub fn get_clause(&self) -> &GetClause {
        self.get_clause.get_or_init(|| {
            let mut binds = Vec::new();
            let mut criteria = Vec::new();
            for (index, column) in self.primary_key_columns().into_iter().enumerate() {
                let (bind, id) = super::binds::named(&format!("pk_{}", index + 1), column.ty());
                binds.push(id);
                criteria.push(column.equals(&bind));
            }
            GetClause {
                criterion: super::sql::expr::and_(criteria.clone()),
                parts: criteria,
                binds: binds.into(),
            }
        })
    }
}

impl fmt::Debug for Mapper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

/// The mappers of one declarative base, in order of declaration.
#[derive(Debug, Default)]
pub struct Registry {
    mappers: RefCell<Vec<Rc<Mapper>>>,
}

impl Registry {
    pub fn add(&self, mapper: &Rc<Mapper>) {
        self.mappers.borrow_mut().push(Rc::clone(mapper));
    }

    pub fn mappers(&self) -> Vec<Rc<Mapper>> {
        self.mappers.borrow().clone()
    }

    /// Lets go of everything: mappers, relationships and the plans made for them point at one another.
    pub fn dispose(&self) {
        for mapper in self.mappers.borrow_mut().drain(..) {
            for relationship in mapper.relationships() {
                relationship.forget_plans();
            }
            mapper.attributes.borrow_mut().clear();
            mapper.order.borrow_mut().clear();
            mapper.host.take();
            drop(mapper.listener.take());
        }
    }
}
