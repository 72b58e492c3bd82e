//! The driver: an embedded, in-memory SQLite that tells what it was asked.
//!
//! Every statement goes through [`Connection::execute`], which sends it, counts and times it, and hands back the
//! rows together with the [`Statement`](crate::trace::Statement) event. What a statement is *for* comes in as
//! [`Provenance`]; nothing here knows of mappers, sessions or Python.

mod connection;
mod error;
mod observer;
mod plan;
mod request;
mod rows;

pub use connection::{Connection, HostFunction};
pub use error::{Error, ErrorKind};
pub use observer::{Observer, Position, Stopped};
pub use request::{Provenance, Request, opens_transaction, statement_kind};
pub use rows::{Executed, Failed, Rows};

/// The version of SQLite that is part of the program.
pub fn version() -> &'static str {
    // The C library's own word, not the header's: they could differ where it is linked from the system.
    rusqlite::version()
}
