//! Tables, columns and constraints, and the DDL that creates them.

mod column;
mod constraint;
mod ddl;
mod foreign_key;
mod metadata;
pub mod reflect;
mod sort;
mod table;
mod type_text;

pub use column::{Autoincrement, Column, Default_, FkTarget, ForeignKey, ServerDefault, WeakTable};
pub use constraint::{Constraint, ConstraintKind, Index};
pub use ddl::{constraint_name, create_index, create_table, drop_index, drop_table, index_name};
pub(in crate::orm::sql) use foreign_key::foreign_keys_of;
pub use foreign_key::references;
pub use metadata::MetaData;
pub use sort::{sort_tables, topological};
pub use table::Table;
