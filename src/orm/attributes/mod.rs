//! Mapped attributes of objects: reading, setting, appending and removing, and what follows from each.
//!
//! As in SQLAlchemy, a change of one attribute makes events: the history of the object is kept, the other direction
//! of the relationship follows, new objects cascade into the session. Nothing here sends SQL by itself; [`Passive`]
//! says what a read may ask of the loaders.

mod collection;
mod column;
mod events;
mod fetched;
mod history;
mod loader;
mod object;
mod passive;
mod read;
mod replace;
#[cfg(test)]
mod tests;
mod write_only;

pub(super) use collection::collect;
#[cfg(test)]
pub use collection::handle;
pub use collection::{Acting, Handle};
pub use column::{expression, flag_modified, set_expr, set_value};
pub use events::{has_parent, is_orphan, shown};
pub use fetched::{Fetched, Got};
pub use history::{
    ColumnChange, History, ObjectHistory, all_pending, column_history, object_history,
};
pub use object::set_related;
pub use passive::Passive;
pub(super) use read::default_value;
pub use read::{column_value, committed_value, delete, get, read, set_committed};
pub use replace::{replace, set_collection};
pub use write_only::{Write, added, write};
