//! INSERT, UPDATE and DELETE.

use std::rc::Rc;

use super::expr::{Expr, Operand};
use super::from::FromClause;
use super::select::{Query, Statement};

/// Values of one row, by the keys of the columns.
pub type RowValues = Vec<(Rc<str>, Operand)>;

#[derive(Clone, Debug)]
pub struct Insert {
    pub table: FromClause,
    /// `values(…)`; empty when the values come with the execution.
    pub values: RowValues,
    /// `values([{…}, {…}])`: rows in one VALUES.
    pub multi_values: Vec<RowValues>,
    /// `from_select(names, select)`.
    pub select: Option<(Vec<Rc<str>>, Query)>,
    pub returning: Vec<Expr>,
    /// RETURNING in the order of the parameters, as the unit of work asks for.
    pub sort_by_parameter_order: bool,
    pub on_conflict: Option<OnConflict>,
    pub prefixes: Vec<Expr>,
    /// No defaults of the program are run.
    pub inline: bool,
    pub ctes: Vec<FromClause>,
}

/// SQLite's `ON CONFLICT`.
#[derive(Clone, Debug)]
pub struct OnConflict {
    /// Column names or expressions of the index.
    pub elements: Vec<Expr>,
    pub index_where: Option<Expr>,
    /// None is DO NOTHING.
    pub update: Option<RowValues>,
    pub where_: Option<Expr>,
}

#[derive(Clone, Debug)]
pub struct Update {
    pub table: FromClause,
    pub values: RowValues,
    /// `ordered_values()`: rendered in this order rather than the table's.
    pub preserve_order: bool,
    pub where_: Vec<Expr>,
    pub returning: Vec<Expr>,
    pub prefixes: Vec<Expr>,
    pub inline: bool,
    pub ctes: Vec<FromClause>,
}

#[derive(Clone, Debug)]
pub struct Delete {
    pub table: FromClause,
    pub where_: Vec<Expr>,
    pub returning: Vec<Expr>,
    pub prefixes: Vec<Expr>,
    pub ctes: Vec<FromClause>,
}

impl Insert {
    pub fn new(table: &FromClause) -> Self {
        Self {
            table: table.clone(),
            values: Vec::new(),
            multi_values: Vec::new(),
            select: None,
            returning: Vec::new(),
            sort_by_parameter_order: false,
            on_conflict: None,
            prefixes: Vec::new(),
            inline: false,
            ctes: Vec::new(),
        }
    }

    pub fn into_statement(self) -> Statement {
        Statement::Insert(Rc::new(self))
    }
}

impl Update {
    pub fn new(table: &FromClause) -> Self {
        Self {
            table: table.clone(),
            values: Vec::new(),
            preserve_order: false,
            where_: Vec::new(),
            returning: Vec::new(),
            prefixes: Vec::new(),
            inline: false,
            ctes: Vec::new(),
        }
    }

    pub fn where_(mut self, criterion: Expr) -> Self {
        self.where_.push(criterion);
        self
    }

    pub fn into_statement(self) -> Statement {
        Statement::Update(Rc::new(self))
    }
}

impl Delete {
    pub fn new(table: &FromClause) -> Self {
        Self {
            table: table.clone(),
            where_: Vec::new(),
            returning: Vec::new(),
            prefixes: Vec::new(),
            ctes: Vec::new(),
        }
    }

    pub fn where_(mut self, criterion: Expr) -> Self {
        self.where_.push(criterion);
        self
    }

    pub fn into_statement(self) -> Statement {
        Statement::Delete(Rc::new(self))
    }
}
