//! From tree to text.
//!
//! [`compile`] gives a statement its SQLite text once; the [`Compiled`] is then executed any number of times with other
//! values, each known by its parameter's [`BindId`](super::expr::BindId) or name.

mod binds;
mod compiler;
mod criteria;
mod cte;
mod delete_update;
mod execute;
mod expr;
mod from;
mod function;
mod insert;
mod lint;
mod literal;
mod operator;
mod quoting;
mod select;

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use super::error::SqlError;
use super::expr::{BindId, BindValue, EntityId, Expr, literal_column};
use super::from::FromClause;
use super::schema::Column;
use super::select::Statement;
use super::types::SqlType;
use crate::trace;

pub use execute::Given;
pub(in crate::orm::sql) use literal::literal_text;
pub use quoting::quote;

/// Which text is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// What SQLite is sent: `?`.
    #[default]
    Sqlite,
    /// What `str(statement)` shows, with SQLAlchemy's default dialect: `:name_1`.
    Plain,
}

#[derive(Clone, Debug, Default)]
pub struct CompileOptions {
    pub style: Style,
    /// For INSERT and UPDATE: the keys of the columns whose values come with the execution.
    pub column_keys: Option<Vec<Rc<str>>>,
    /// The statement will be executed for several rows.
    pub for_executemany: bool,
    /// Values are written into the text (`literal_binds`).
    pub literal_binds: bool,
    /// Look for FROM elements that nothing joins.
    pub lint: bool,
    /// What holds for entities wherever they are read.
    pub criteria: Option<Rc<dyn EntityCriteria>>,
}

/// Criteria by entity, for each select that reads its rows.
pub trait EntityCriteria: fmt::Debug {
    fn of(&self, entity: EntityId) -> Vec<Expr>;

    /// The FROM element that its rows come from.
    fn selectable(&self, entity: EntityId) -> Option<FromClause>;
}

/// A statement's text and what is needed to execute it and read its rows.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The text; expanding parameters stand in it as `__[POSTCOMPILE_name]` until execution.
    pub sql: Arc<str>,
    /// In the order of their placeholders; one that stands in several places is there several times.
    pub binds: Vec<CompiledBind>,
    pub result_columns: Vec<ResultColumn>,
    /// SQLAlchemy's warnings, as that about a cartesian product.
    pub warnings: Vec<String>,
    /// The linter found FROM elements that nothing connects.
    pub unjoined: bool,
    /// Columns whose default the program must supply for each row, with the parameter that takes it.
    pub prefetch: Vec<Prefetch>,
    segments: Rc<[Segment]>,
    many: Option<Rc<ManyValues>>,
}

impl Compiled {
    /// A text that goes to the driver as it is: only its cursor knows what it returns.
    pub fn of_driver(sql: &str) -> Self {
        Self {
            sql: Arc::from(sql),
            binds: Vec::new(),
            result_columns: Vec::new(),
            warnings: Vec::new(),
            unjoined: false,
            prefetch: Vec::new(),
            segments: Rc::from([]),
            many: None,
        }
    }
}

impl ResultColumn {
    /// A column of which only the cursor's name is known.
    pub fn of_cursor(name: &str) -> Self {
        Self {
            name: name.into(),
            key: None,
            ty: SqlType::Null,
            expr: literal_column(name, SqlType::Null),
        }
    }
}

/// A default that only the program can make.
#[derive(Clone, Debug)]
pub struct Prefetch {
    pub column: Rc<Column>,
    /// The name of the parameter.
    pub name: Arc<str>,
}

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Text(String),
    /// The placeholder of `binds[index]`.
    Bind(usize),
}

/// How an INSERT with RETURNING is executed for many rows.
#[derive(Clone, Debug)]
struct ManyValues {
    /// `VALUES (…)` begins and ends in these segments.
    values: std::ops::Range<usize>,
    order: BatchOrder,
}

/// In which order an INSERT of many rows gives them back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchOrder {
    Any,
    /// As they were given: something in the rows tells them apart.
    Given,
    /// Each row is a statement of its own, since the order of the returned rows counts and nothing tells them apart.
    RowAtATime,
}

/// A placeholder.
#[derive(Clone, Debug)]
pub struct CompiledBind {
    pub id: BindId,
    /// Its name in this statement, as `name_1`.
    pub name: Arc<str>,
    /// What its name was made of, where it is numbered.
    pub base: Option<Rc<str>>,
    pub ty: SqlType,
    /// What it holds when no other value is given.
    pub value: BindValue,
    pub expanding: bool,
    pub literal_execute: bool,
    not_in: bool,
}

/// A column of the rows that a statement returns.
#[derive(Clone, Debug)]
pub struct ResultColumn {
    /// As the cursor names it; empty for text, whose columns the cursor tells.
    pub name: Arc<str>,
    /// As a `Row` names it (`row.key`); none where the cursor tells.
    pub key: Option<Arc<str>>,
    pub ty: SqlType,
    /// The expression as it was selected.
    pub expr: Expr,
}

/// What is sent to SQLite.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    pub sql: Arc<str>,
    pub parameters: Vec<trace::Value>,
}

/// What is sent to SQLite for several rows of parameters.
#[derive(Clone, Debug, PartialEq)]
pub enum ManyExecution {
    /// One statement, executed for each row: an `executemany`.
    Rows {
        sql: Arc<str>,
        parameters: Vec<Vec<trace::Value>>,
    },
    /// Statements one after the other, each for a number of rows, that RETURN (SQLAlchemy's "insertmanyvalues").
    Batches(Vec<(Execution, usize)>, BatchOrder),
}

/// The text of a statement.
///
/// # Errors
/// In SQLAlchemy's words, when it has none.
pub fn compile(statement: &Statement, options: &CompileOptions) -> Result<Compiled, SqlError> {
    compiler::Compiler::new(options).compile(statement)
}

/// The text of an expression in DDL: no table names, values written out.
pub(in crate::orm::sql) fn render_ddl(expr: &Expr) -> Result<String, SqlError> {
    let options = CompileOptions {
        literal_binds: true,
        ..CompileOptions::default()
    };
    compiler::Compiler::new(&options).ddl_expression(expr)
}
