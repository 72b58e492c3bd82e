//! SQL text held against what SQLAlchemy 2.1.9 gives for the same statements over SQLite.

#![allow(
    clippy::unwrap_used,
    reason = "a test tells what went wrong by panicking"
)]

mod adapt;
mod expressions;
mod fixture;
mod schema;
mod selects;
mod writes;
