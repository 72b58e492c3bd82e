//! The session layer: SQLAlchemy's part, written anew.
//!
//! `sql` is its Core (expressions, statements, their text); what maps objects stands on it. Plain library: no Python,
//! no window, no clock of its own.

pub mod attributes;
pub mod binds;
pub mod bulk;
pub mod collection;
pub mod core;
pub mod criteria;
pub mod engine;
pub mod entity;
pub mod error;
pub mod execute;
pub mod few;
pub mod host;
pub mod identity;
pub mod inheritance;
pub mod instance;
pub mod ledger;
pub mod lifecycle;
pub mod listening;
pub mod loaders;
pub mod loading;
pub mod mapper;
pub mod members;
pub mod options;
pub mod path;
pub mod query;
pub mod relationship;
pub mod schema;
pub mod session;
pub mod sql;
#[cfg(test)]
pub mod testing;
pub mod transaction;
pub mod unit_of_work;
mod unsent;
pub mod value;
pub mod version;

pub use collection::Collection;
pub use engine::Engine;
pub use entity::{Alias, Entity};
pub use error::{Error, HostError, Result};
pub use host::Host;
pub use instance::{Instance, Parent, Slot};
pub use mapper::{Attribute, AttributeKind, ColumnAttribute, Mapper, Registry};
pub use relationship::Relationship;
pub use session::{Session, SessionOptions};
pub use transaction::TransactionId;
pub use value::{BindError, HostObject, Value};
