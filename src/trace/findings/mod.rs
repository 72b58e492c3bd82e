//! What is worth saying about a run: one file a kind of finding.
//!
//! A detector looks at each statement when it has been folded, keeps what little it needs, and explains a finding
//! when asked. It works in constant time a statement; sentences are made only when somebody reads them.

use std::sync::Arc;

use super::folded::Folded;

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
mod seen;
#[cfg(test)]
mod tests;
mod unbatched_writes;
mod unused_eager_load;

pub(crate) use detectors::Detectors;
pub(crate) use finding::Subject;
pub use finding::{Confidence, Explanation, Finding, FindingKind};
pub use remedy::{Cost, LoadStep, Remedy, Rewrite, Trial};

/// The collections that a statement loaded by joining.
pub(crate) fn joined_collections(folded: &Folded, index: usize) -> Vec<Arc<str>> {
    let joined = folded.statement(index).joined().iter();
    joined
        .filter(|key| folded.relationship(key).is_some_and(|info| info.uselist))
        .cloned()
        .collect()
}
