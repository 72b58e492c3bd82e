//! What a run *is*: the events a worker sends, and the trace that a window or a file keeps of them.
//!
//! Plain data and folding only: no thread, no window, no database, no serialisation format. [`Trace::push`] folds
//! each event on arrival into columns, bursts, counts, lanes and findings, so that nothing is left to do on a frame.

mod burst;
mod column;
mod compare;
mod counts;
mod drawn;
mod event;
mod findings;
mod folded;
pub mod hash;
mod lane;
pub mod law;
mod ledger;
pub mod lod;
#[cfg(debug_assertions)]
mod looks;
mod parameters;
mod run;
mod shape;
mod statement;
mod store;
#[cfg(test)]
pub(crate) mod testing;
mod text;
pub(crate) mod value;

pub use burst::Burst;
pub use column::Column;
pub use compare::{Comparison, Group, Worse, compare};
pub use counts::{CellCount, CellSpan, LineCounts, Summary};
pub use event::{
    Access, AccessOutcome, Cell, CellKind, Counters, Direction, Error, Event, Extra, Outcome,
    Output, OutputStream, Param, PlanNode, RelationshipInfo, Sample, ScenarioInfo, Settings,
    Statement, StatementKind, Status, Strategy, Trigger, Warning,
};
pub use findings::{
    Confidence, Cost, Explanation, Finding, FindingKind, LoadStep, Remedy, Rewrite, Trial,
};
pub use lane::{Lane, LaneKey};
pub use ledger::{AccessCount, Tick};
#[cfg(debug_assertions)]
pub use looks::looks;
pub use parameters::{Parameters, Sent};
pub use run::Trace;
pub use statement::StatementRef;
pub use value::Value;
