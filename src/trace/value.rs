use std::sync::Arc;

/// A value as SQLite stores it: what a statement was sent with, and what a row came back with.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(Arc<str>),
    Blob(Arc<[u8]>),
}
