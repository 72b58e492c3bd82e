use std::rc::Rc;

use super::save::put_fetched;
use crate::orm::Value;
use crate::orm::error::{Error, Result};
use crate::orm::instance::Instance;
use crate::orm::mapper::Mapper;
use crate::orm::sql::schema::{Column, Default_, ServerDefault};
use crate::orm::sql::{Expr, FromClause};
use crate::orm::version::Version;

/// The columns of a mapper's table, as writing needs to know them.
pub struct Shape {
    pub mapper: Rc<Mapper>,
    pub table: FromClause,
    pub name: Rc<str>,
    pub columns: Vec<ShapeColumn>,
    /// Positions of the primary key.
    pub primary_key: Vec<usize>,
    /// The column whose value SQLite makes up.
    pub autoincrement: Option<usize>,
    /// Position of the column that counts its rows' versions, and how.
    pub version: Option<(usize, Rc<Version>)>,
}

pub struct ShapeColumn {
    pub expr: Expr,
    pub schema: Rc<Column>,
    /// The attribute that holds it; none for a column that is not mapped.
    pub attribute: Option<usize>,
}

/// What a row gives a column.
#[derive(Clone, Debug)]
pub enum Given {
    Missing,
    Value(Value),
    Sql(Expr),
}

impl Given {
    pub fn is_value(&self) -> bool {
        matches!(self, Self::Value(_))
    }

    pub fn is_sql(&self) -> bool {
        matches!(self, Self::Sql(_))
    }

    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

/// The tables of the mappers whose objects a step writes, each worked out once.
#[derive(Default)]
pub struct Shapes(Vec<Rc<Shape>>);

impl Shapes {
    /// The objects that have a row in that table, each with the table as its mapper has it.
    ///
    /// # Errors
    /// As [`Shape::of`].
    pub fn of(
        &mut self,
        table: &FromClause,
        instances: &[Rc<Instance>],
    ) -> Result<Vec<(Rc<Shape>, Rc<Instance>)>> {
        let mut found = Vec::with_capacity(instances.len());
        for instance in instances {
            let shapes = self.of_mapper(&instance.mapper)?;
            let shape = shapes.iter().find(|shape| shape.table == *table);
            found.extend(shape.map(|shape| (Rc::clone(shape), Rc::clone(instance))));
        }
        Ok(found)
    }

    /// The tables of a mapper.
    ///
    /// # Errors
    /// As [`Shape::of`].
    pub fn of_mapper(&mut self, mapper: &Rc<Mapper>) -> Result<Vec<Rc<Shape>>> {
        let known = self.0.iter().filter(|shape| shape.mapper.id == mapper.id);
        let known: Vec<_> = known.cloned().collect();
        if !known.is_empty() {
            return Ok(known);
        }
        let tables = mapper.tables();
        let made = tables
            .iter()
            .map(|table| Shape::of(mapper, table).map(Rc::new));
        let made = made.collect::<Result<Vec<_>>>()?;
        self.0.extend(made.iter().cloned());
        Ok(made)
    }
}

impl ShapeColumn {
    pub fn is_key(&self) -> bool {
        self.schema.primary_key
    }

    /// A default that is SQL: the database knows the value, not the program.
    pub fn has_sql_default(&self) -> bool {
        matches!(self.schema.default, Some(Default_::Sql(_)))
    }

    /// Whether an INSERT without it leaves it to the database.
    pub fn is_left_to_database(&self) -> bool {
        self.schema.server_default.is_some() || self.has_sql_default()
    }

    /// Whether the database is what fills it in when nothing is given: the program has no value of its own for it.
    pub fn is_filled_by_database(&self) -> bool {
        self.has_sql_default()
            || self.schema.default.is_none() && self.schema.server_default.is_some()
    }

    /// Whether any UPDATE makes its value unknown.
    pub fn changes_with_update(&self) -> bool {
        self.schema.server_onupdate
            || matches!(
                self.schema.server_default,
                Some(ServerDefault::Computed { .. })
            )
            || matches!(self.schema.onupdate, Some(Default_::Sql(_)))
    }

    /// `table.column`, as messages name it.
    pub fn shown(&self) -> String {
        crate::orm::query::shown(&self.expr)
    }
}

impl Shape {
    /// One of the tables of a mapper.
    ///
    /// # Errors
    /// When the mapper is not mapped to a table.
    pub fn of(mapper: &Rc<Mapper>, table: &FromClause) -> Result<Self> {
        let mut shape = Self::of_table(mapper, table)?;
        mapper.primary_key()?;
        let said = shape.positions(&mapper.primary_key_columns());
        if !said.is_empty() {
            shape.primary_key = said;
        }
        Ok(shape)
    }

    fn of_table(mapper: &Rc<Mapper>, from: &FromClause) -> Result<Self> {
        let Some(table) = from.as_table() else {
            return Err(Error::invalid_request(
                "objects that are not mapped to a table cannot be flushed",
            ));
        };
        let columns: Vec<ShapeColumn> = from
            .columns()
            .into_iter()
            .filter_map(|expr| {
                let schema = expr.as_column()?.1.schema.clone()?;
                Some(ShapeColumn {
                    attribute: mapper.attribute_of_column(&expr),
                    schema,
                    expr,
                })
            })
            .collect();
        let position = |key: &Rc<str>| columns.iter().position(|column| column.schema.key == *key);
        let mut shape = Self {
            mapper: Rc::clone(mapper),
            name: Rc::clone(table.name()),
            primary_key: Vec::new(),
            autoincrement: table
                .autoincrement_column()
                .and_then(|column| position(&column.key)),
            version: None,
            table: from.clone(),
            columns,
        };
        shape.primary_key = shape.positions(&from.primary_key());
        shape.version = mapper.version().and_then(|version| {
            let at = shape.positions(std::slice::from_ref(&version.column));
            Some((*at.first()?, version))
        });
        Ok(shape)
    }

    /// Where these columns stand among those of the table.
    fn positions(&self, columns: &[Expr]) -> Vec<usize> {
        let position = |wanted: &Expr| {
            self.columns
                .iter()
                .position(|column| column.expr.id() == wanted.id())
        };
        columns.iter().filter_map(position).collect()
    }

    /// The attribute that holds the version of its rows, and the version that a row is given.
    pub fn version_given<'a>(&self, given: &'a [Given]) -> Option<(usize, &'a Value)> {
        let (at, version) = self.version.as_ref()?;
        match &given[*at] {
            Given::Value(value) => Some((version.attribute, value)),
            Given::Missing | Given::Sql(_) => None,
        }
    }

    /// An object whose row was written has its version from now on.
    pub fn put_version(&self, instance: &Rc<Instance>, given: &[Given]) {
        if let Some((attribute, version)) = self.version_given(given) {
            put_fetched(instance, attribute, version.clone());
        }
    }

    /// The columns that an INSERT gives back, as SQLAlchemy asks for them. `many`: its rows' keys are all wanted;
    /// `wants_defaults`: what the database fills in is wanted too.
    pub fn returning(&self, given: &[Given], many: bool, wants_defaults: bool) -> Vec<usize> {
        let asks = many || wants_defaults || self.mapper.version().is_some();
        // One row's key is known from SQLite without asking, where there is such a key.
        if !asks && self.autoincrement.is_some() {
            return Vec::new();
        }
        let mut returned = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let is_version = self.version.as_ref().is_some_and(|known| known.0 == at);
            let is_default = (wants_defaults || is_version) && column.is_filled_by_database();
            let is_wanted = match &given[at] {
                Given::Value(_) => column.is_key() && self.autoincrement == Some(at) && asks,
                Given::Sql(_) => column.is_key() || is_default || is_version,
                Given::Missing if column.is_key() => {
                    self.autoincrement == Some(at) || column.is_filled_by_database()
                }
                Given::Missing => is_default,
            };
            if is_wanted {
                returned.push(at);
            }
        }
        returned
    }

    /// Whether rows of one INSERT can be told apart when it gives them back: by a key that the program gives.
    pub fn has_client_side_key(&self) -> bool {
        self.autoincrement.is_none()
            && !self.primary_key.is_empty()
            && self
                .primary_key
                .iter()
                .all(|&at| !self.columns[at].is_left_to_database())
    }
}
