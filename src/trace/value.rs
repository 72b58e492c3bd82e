use std::hash::Hasher;
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

/// Mixes values into a hash, each with its type.
pub(crate) fn hash_values(values: &[Value], hasher: &mut impl Hasher) {
    for value in values {
        match value {
            Value::Null => hasher.write_u8(0),
            Value::Integer(number) => {
                hasher.write_u8(1);
                hasher.write_u64(*number as u64);
            }
            Value::Real(number) => {
                hasher.write_u8(2);
                hasher.write_u64(number.to_bits());
            }
            Value::Text(text) => {
                hasher.write_u8(3);
                hasher.write(text.as_bytes());
            }
            Value::Blob(bytes) => {
                hasher.write_u8(4);
                hasher.write(bytes);
            }
        }
    }
}
