//! A table of the schema.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use super::column::{Autoincrement, Column, FkTarget, ServerDefault, WeakTable};
use super::constraint::{Constraint, ConstraintKind, Index};
use super::metadata::{MetaData, MetaInner};
use crate::orm::sql::error::SqlError;
use crate::orm::sql::expr::Expr;
use crate::orm::sql::from::{ColumnInfo, FromClause, FromKind};
use crate::orm::sql::name::{Name, next_id};
use crate::orm::sql::types::Affinity;

/// A table; clones are the same table.
#[derive(Clone, Debug)]
pub struct Table(pub(super) Rc<TableInner>);

#[derive(Debug)]
pub struct TableInner {
    pub(super) name: Rc<str>,
    pub(super) schema: Option<Rc<str>>,
    pub(super) metadata: Weak<MetaInner>,
    pub(super) columns: RefCell<Vec<Rc<ColumnInfo>>>,
    /// Each with the number by which foreign keys of one constraint are told to belong together.
    pub(super) constraints: RefCell<Vec<(u64, Constraint)>>,
    pub(super) indexes: RefCell<Vec<Index>>,
}

impl Table {
    /// A table of that name (`schema.name` for one in a schema) in `metadata`, as a FROM element.
    ///
    /// # Errors
    /// When there is one already.
    #[expect(clippy::new_ret_no_self, reason = "a table is used as a FROM element")]
    pub fn new(
        metadata: &MetaData,
        name: impl AsRef<str>,
        columns: Vec<Column>,
        constraints: Vec<Constraint>,
    ) -> Result<FromClause, SqlError> {
        let full_name = name.as_ref();
        if metadata.table(full_name).is_some() {
            return Err(SqlError::invalid(format!(
                "Table '{full_name}' is already defined for this MetaData instance.  Specify 'extend_existing=True' \
                 to redefine options and columns on an existing Table object."
            )));
        }
        let (schema, name) = match full_name.rsplit_once('.') {
            Some((schema, name)) => (Some(Rc::from(schema)), name),
            None => (None, full_name),
        };
        let table = Self(Rc::new(TableInner {
            name: Rc::from(name),
            schema,
            metadata: Rc::downgrade(&metadata.0),
            columns: RefCell::default(),
            constraints: RefCell::default(),
            indexes: RefCell::default(),
        }));
        let from = FromClause::new(FromKind::Table(table.clone()));
        metadata.0.tables.borrow_mut().push(from.clone());
        // The constraints given stand before those that columns bring with them.
        let (keys, others): (Vec<_>, Vec<_>) = constraints
            .into_iter()
            .partition(|constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey(_)));
        for constraint in others {
            table.append_constraint(constraint);
        }
        for column in columns {
            table.append_column(column);
        }
        for constraint in keys {
            table.append_constraint(constraint);
        }
        Ok(from)
    }

    /// `table("name", column("x"), …)`: of no metadata.
    pub fn lightweight(name: impl AsRef<str>, columns: Vec<Column>) -> FromClause {
        let table = Self(Rc::new(TableInner {
            name: Rc::from(name.as_ref()),
            schema: None,
            metadata: Weak::new(),
            columns: RefCell::default(),
            constraints: RefCell::default(),
            indexes: RefCell::default(),
        }));
        for column in columns {
            table.append_column(column);
        }
        FromClause::new(FromKind::Table(table))
    }

    pub fn name(&self) -> &Rc<str> {
        &self.0.name
    }

    pub fn schema(&self) -> Option<&Rc<str>> {
        self.0.schema.as_ref()
    }

    pub fn metadata(&self) -> Option<MetaData> {
        self.0.metadata.upgrade().map(MetaData)
    }

    /// `schema.name`, or the name.
    pub fn full_name(&self) -> Rc<str> {
        match &self.0.schema {
            Some(schema) => Rc::from(format!("{schema}.{}", self.0.name).as_str()),
            None => self.0.name.clone(),
        }
    }

    /// The table as a FROM element, when its metadata still lives.
    pub fn from_clause(&self) -> Option<FromClause> {
        self.metadata()?
            .tables()
            .into_iter()
            .find(|from| from.as_table() == Some(self))
    }

    /// A reference for a foreign key that names its target by object.
    pub fn weak(&self) -> WeakTable {
        WeakTable(Rc::downgrade(&self.0))
    }

    pub(in crate::orm::sql) fn infos(&self) -> Vec<Rc<ColumnInfo>> {
        self.0.columns.borrow().clone()
    }

    /// The columns as declared, in order.
    pub fn schema_columns(&self) -> Vec<Rc<Column>> {
        self.0
            .columns
            .borrow()
            .iter()
            .filter_map(|info| info.schema.clone())
            .collect()
    }

    /// Adds a column, or replaces the one of its key; foreign keys, `index` and `unique` on it take effect.
    pub fn append_column(&self, column: Column) -> Rc<Column> {
        let column = Rc::new(column);
        for foreign_key in &column.foreign_keys {
            let mut constraint = Constraint::new(ConstraintKind::ForeignKey(vec![(
                column.name.clone(),
                foreign_key.clone(),
            )]));
            constraint.name = foreign_key.name.clone();
            self.append_constraint(constraint);
        }
        if column.index {
            self.append_index(Index::on_column(&column, column.unique));
        } else if column.unique {
            self.append_constraint(Constraint::new(ConstraintKind::Unique(vec![
                column.name.clone(),
            ])));
        }
        let mut info = ColumnInfo::new(
            Name::from(column.name.clone()),
            Name::from(column.key.clone()),
            column.ty.clone(),
            Vec::new(),
        );
        info.schema = Some(column.clone());
        info.primary_key = column.primary_key;
        let info = Rc::new(info);
        let mut columns = self.0.columns.borrow_mut();
        match columns.iter().position(|known| known.key == info.key) {
            Some(at) => columns[at] = info,
            None => columns.push(info),
        }
        column
    }

    pub fn append_constraint(&self, constraint: Constraint) {
        if let ConstraintKind::PrimaryKey(names) = &constraint.kind {
            let mut columns = self.0.columns.borrow_mut();
            for info in columns.iter_mut() {
                let Some(column) = info.schema.clone() else {
                    continue;
                };
                if names.contains(&column.name) && !column.primary_key {
                    let column = Rc::new(Column {
                        primary_key: true,
                        nullable: false,
                        ..(*column).clone()
                    });
                    let mut new = ColumnInfo::new(
                        info.name.clone(),
                        info.key.clone(),
                        info.ty.clone(),
                        Vec::new(),
                    );
                    new.schema = Some(column);
                    new.primary_key = true;
                    *info = Rc::new(new);
                }
            }
        }
        self.0
            .constraints
            .borrow_mut()
            .push((next_id(), constraint));
    }

    pub fn append_index(&self, index: Index) {
        self.0.indexes.borrow_mut().push(index);
    }

    pub fn constraints(&self) -> Vec<Constraint> {
        self.0
            .constraints
            .borrow()
            .iter()
            .map(|(_, constraint)| constraint.clone())
            .collect()
    }

    pub fn indexes(&self) -> Vec<Index> {
        self.0.indexes.borrow().clone()
    }

    /// The columns of the primary key: in the order of an explicit constraint, else of declaration.
    pub fn primary_key_columns(&self) -> Vec<Rc<Column>> {
        let columns = self.schema_columns();
        for constraint in self.constraints() {
            if let ConstraintKind::PrimaryKey(names) = &constraint.kind {
                return names
                    .iter()
                    .filter_map(|name| columns.iter().find(|column| column.name == *name).cloned())
                    .collect();
            }
        }
        columns
            .into_iter()
            .filter(|column| column.primary_key)
            .collect()
    }

    /// The foreign keys of the table, resolved: (column here, column there), by constraint.
    ///
    /// # Errors
    /// When a table or column is not there.
    pub fn foreign_key_constraints(&self) -> Result<Vec<Vec<(Expr, Expr)>>, SqlError> {
        self.resolved_keys(|_| true)
    }

    fn resolved_keys(
        &self,
        is_wanted: impl Fn(&Constraint) -> bool,
    ) -> Result<Vec<Vec<(Expr, Expr)>>, SqlError> {
        let Some(from) = self.from_clause() else {
            return Ok(Vec::new());
        };
        let mut all = Vec::new();
        for constraint in self.constraints().into_iter().filter(|one| is_wanted(one)) {
            let ConstraintKind::ForeignKey(pairs) = &constraint.kind else {
                continue;
            };
            let mut resolved = Vec::with_capacity(pairs.len());
            for (name, foreign_key) in pairs {
                let here = from
                    .columns()
                    .into_iter()
                    .find(|column| column.name().is_some_and(|known| known.as_str() == &**name));
                let there = self
                    .resolve(name, foreign_key)
                    .map_err(|(_, error)| error)?;
                if let Some(here) = here {
                    resolved.push((here, there));
                }
            }
            all.push(resolved);
        }
        Ok(all)
    }

    /// The tables that have to be there before it: those that its foreign keys point at, itself left out, and those
    /// whose key is to come by ALTER (`use_alter`).
    ///
    /// # Errors
    /// When a table or column is not there.
    pub fn referred_tables(&self) -> Result<Vec<FromClause>, SqlError> {
        let mut tables: Vec<FromClause> = Vec::new();
        let is_inline = |constraint: &Constraint| match &constraint.kind {
            ConstraintKind::ForeignKey(pairs) => !pairs.iter().any(|(_, key)| key.use_alter),
            _ => false,
        };
        for pairs in self.resolved_keys(is_inline)? {
            let Some((target, _)) = pairs.first().and_then(|(_, there)| there.as_column()) else {
                continue;
            };
            if target.as_table() != Some(self) && !tables.contains(target) {
                tables.push(target.clone());
            }
        }
        Ok(tables)
    }

    /// The column whose value SQLite makes up when an INSERT has none.
    pub fn autoincrement_column(&self) -> Option<Rc<Column>> {
        let key = self.primary_key_columns();
        let can = |column: &Column, explicit: bool| {
            column.ty.affinity() == Affinity::Integer
                && (explicit
                    || (column.default.is_none()
                        && matches!(column.server_default, None | Some(ServerDefault::Identity))
                        && (self.foreign_keys_on(&column.name).is_empty()
                            || column.autoincrement == Autoincrement::IgnoreFk)))
        };
        if let [only] = key.as_slice() {
            return match only.autoincrement {
                Autoincrement::False => None,
                Autoincrement::True => can(only, true).then(|| only.clone()),
                Autoincrement::Auto | Autoincrement::IgnoreFk => {
                    can(only, false).then(|| only.clone())
                }
            };
        }
        key.into_iter()
            .find(|column| column.autoincrement == Autoincrement::True && can(column, true))
    }
}

impl FkTarget {
    /// A column of a table, by object.
    pub fn column(table: &Table, key: impl AsRef<str>) -> Self {
        Self::Column {
            table: table.weak(),
            key: Rc::from(key.as_ref()),
        }
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
