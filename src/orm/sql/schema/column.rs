//! Columns of tables, and the foreign keys on them.

use std::rc::{Rc, Weak};

use super::table::TableInner;
use crate::orm::sql::expr::Expr;
use crate::orm::sql::types::SqlType;
use crate::orm::value::{HostObject, Value};

/// A column as it was declared.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: Rc<str>,
    /// The key in `table.c`; the name unless said otherwise.
    pub key: Rc<str>,
    pub ty: SqlType,
    pub primary_key: bool,
    pub nullable: bool,
    pub default: Option<Default_>,
    pub onupdate: Option<Default_>,
    pub server_default: Option<ServerDefault>,
    pub server_onupdate: bool,
    pub index: bool,
    pub unique: bool,
    pub autoincrement: Autoincrement,
    pub foreign_keys: Vec<ForeignKey>,
    pub comment: Option<Rc<str>>,
}

/// The default that the program's side gives a column of an INSERT (or an UPDATE).
#[derive(Clone, Debug)]
pub enum Default_ {
    Scalar(Value),
    /// Called for each row by the host.
    Callable(Rc<dyn HostObject>),
    Sql(Expr),
}

/// What stands after DEFAULT in DDL.
#[derive(Clone, Debug)]
pub enum ServerDefault {
    /// A string, rendered as a literal.
    Text(Rc<str>),
    /// `text()` or another expression.
    Sql(Expr),
    /// `FetchedValue()`: there is one, but not in DDL.
    Fetched,
    /// `Computed()`.
    Computed {
        sql: Expr,
        persisted: Option<bool>,
    },
    Identity,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Autoincrement {
    #[default]
    Auto,
    True,
    False,
    IgnoreFk,
}

#[derive(Clone, Debug)]
pub struct ForeignKey {
    pub target: FkTarget,
    pub name: Option<Rc<str>>,
    pub ondelete: Option<Rc<str>>,
    pub onupdate: Option<Rc<str>>,
    pub use_alter: bool,
    pub deferrable: Option<bool>,
    pub initially: Option<Rc<str>>,
}

/// What a foreign key points at.
#[derive(Clone, Debug)]
pub enum FkTarget {
    /// `"table.column"`, resolved when first needed.
    Name(Rc<str>),
    Column {
        table: WeakTable,
        key: Rc<str>,
    },
}

/// A table that does not keep its target alive.
#[derive(Clone, Debug)]
pub struct WeakTable(pub(super) Weak<TableInner>);

impl Column {
    pub fn new(name: impl AsRef<str>, ty: SqlType) -> Self {
        let name: Rc<str> = Rc::from(name.as_ref());
        Self {
            key: name.clone(),
            name,
            ty,
            primary_key: false,
            nullable: true,
            default: None,
            onupdate: None,
            server_default: None,
            server_onupdate: false,
            index: false,
            unique: false,
            autoincrement: Autoincrement::Auto,
            foreign_keys: Vec::new(),
            comment: None,
        }
    }

    pub fn primary_key(mut self) -> Self {
        self.primary_key = true;
        self.nullable = false;
        self
    }

    pub fn not_null(mut self) -> Self {
        self.nullable = false;
        self
    }

    pub fn references(mut self, target: impl AsRef<str>) -> Self {
        self.foreign_keys.push(ForeignKey::new(target));
        self
    }
}

impl ForeignKey {
    pub fn new(target: impl AsRef<str>) -> Self {
        Self::with_target(FkTarget::Name(Rc::from(target.as_ref())))
    }

    pub fn with_target(target: FkTarget) -> Self {
        Self {
            target,
            name: None,
            ondelete: None,
            onupdate: None,
            use_alter: false,
            deferrable: None,
            initially: None,
        }
    }
}
