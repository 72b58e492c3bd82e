//! Traces as files: one file (or folder) a format. The serde types live here and nowhere else.

pub mod chrome;
pub mod csv;
mod format;
pub mod json;
mod name;
pub mod otlp;
pub mod speedscope;

pub use format::Format;
