//! Constraints and indexes of tables.

use std::rc::Rc;

use super::column::{Column, ForeignKey};
use crate::orm::sql::expr::{Expr, column};

#[derive(Clone, Debug)]
pub struct Constraint {
    pub name: Option<Rc<str>>,
    pub kind: ConstraintKind,
}

#[derive(Clone, Debug)]
pub enum ConstraintKind {
    /// By column names.
    PrimaryKey(Vec<Rc<str>>),
    Unique(Vec<Rc<str>>),
    Check(Expr),
    /// `ForeignKeyConstraint(columns, …)`: each column's name with what it points at.
    ForeignKey(Vec<(Rc<str>, ForeignKey)>),
}

impl Constraint {
    pub fn new(kind: ConstraintKind) -> Self {
        Self { name: None, kind }
    }

    pub fn named(name: impl AsRef<str>, kind: ConstraintKind) -> Self {
        Self {
            name: Some(Rc::from(name.as_ref())),
            kind,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Index {
    pub name: Option<Rc<str>>,
    pub expressions: Vec<Expr>,
    pub unique: bool,
    pub where_: Option<Expr>,
}

impl Index {
    /// The index that `index=True` makes; its name comes from the table's naming convention.
    pub(super) fn on_column(on: &Column, unique: bool) -> Self {
        Self {
            name: None,
            expressions: vec![column(&on.name)],
            unique,
            where_: None,
        }
    }
}
