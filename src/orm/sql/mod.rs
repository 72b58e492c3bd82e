//! SQL as a tree: schema, expressions, selects and their kin, and the compiler that gives them SQLAlchemy's text.
//!
//! Nodes are immutable and shared (`Rc`), so one thread owns a tree. Identity counts as it does in SQLAlchemy: a
//! [`FromClause`] is itself and no other, a column is known by its [`ElementId`]. Nothing here knows of objects,
//! sessions or the host language, and nothing executes.

pub mod adapt;
pub mod compile;
pub mod dml;
pub mod error;
pub mod expr;
pub mod from;
pub mod name;
pub mod schema;
pub mod select;
pub mod types;

pub use adapt::{ClauseAdapter, ColumnAdapter};
pub use compile::{CompileOptions, Compiled, compile};
pub use dml::{Delete, Insert, Update};
pub use error::{ErrorKind, SqlError};
pub use expr::{Bind, BindId, BindValue, ElementId, EntityId, Expr, ExprKind, Op, Operand};
pub use from::{FromClause, FromKind};
pub use name::Name;
pub use schema::{Column, ForeignKey, MetaData, Table};
pub use select::{CompoundSelect, KeyNaming, LabelStyle, Query, Select, Statement, TextualSelect};
pub use types::SqlType;
