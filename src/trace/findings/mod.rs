//! What is worth saying about a run: one file a kind of finding.
//!
//! A detector looks at each statement when it has been folded, keeps what little it needs, and explains a finding
//! when asked. It works in constant time a statement; sentences are made only when somebody reads them.

use std::sync::Arc;

use super::folded::Folded;
use super::statement::StatementRef;

mod cartesian_product;
mod detectors;
mod duplicate;
mod finding;
mod full_scan;
mod n_plus_one;
mod over_budget;
mod page_of_rows;
mod remedy;
mod row_multiplication;
#[cfg(test)]
mod tests;
mod unbatched_writes;
mod unused_eager_load;

pub(crate) use detectors::Detectors;
pub(crate) use finding::Subject;
pub use finding::{Confidence, Explanation, Finding, FindingKind};
pub use remedy::{Cost, LoadStep, Remedy, Rewrite, Trial};

/// Mixes values into a hash, each with its type.
pub(crate) fn hash_values(values: &[crate::trace::Value], hasher: &mut impl std::hash::Hasher) {
    use crate::trace::Value;
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

/// The collections that a statement loaded by joining.
pub(crate) fn joined_collections(folded: &Folded, index: usize) -> Vec<Arc<str>> {
    let joined = folded.statement(index).joined().iter();
    joined
        .filter(|key| folded.relationship(key).is_some_and(|info| info.uselist))
        .cloned()
        .collect()
}

/// Whether one of several conditions is enough for a row to be found.
pub(crate) fn asks_either(statement: StatementRef<'_>) -> bool {
    statement.shape().contains(" OR ")
}
