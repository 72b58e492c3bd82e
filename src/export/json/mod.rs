//! Our own trace document: written, and read back without loss. `docs/trace-format.md` says what stands in it.

mod document;
mod error;
mod layout;
mod names;
mod read;
#[cfg(test)]
mod tests;
mod value;
mod write;

pub use error::Error;
pub use read::{read, read_bytes};
pub(super) use write::parameters_json;
pub use write::write;

/// What `"format"` says in every document.
pub const FORMAT: &str = "lazyscope-trace";
/// The version that is written and read.
pub const VERSION: u64 = 1;
