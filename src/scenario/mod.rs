//! Scenarios: the file format (cells, parameters, quick checks), the catalogue of those at hand, and the runner, which
//! owns the one worker thread with its interpreter: commands go down to it, events come up.
//!
//! No window here, and no SQL: what a run means is the trace's business.

mod catalogue;
mod check;
mod format;
mod header;
mod lines;
mod literal;
mod near;
mod parameter;
mod problem;
mod recent;
mod runner;
mod spec;

pub use crate::python::{Cancelled, RunRequest, rewrite, sqlite_version};
pub use catalogue::{BUNDLED, Bundled, LoadError, bundled, bundled_at, load, name_of};
pub use check::{Answer, QuickCheck};
pub use format::{Cell, Content, Scenario, ValueError, did_you_mean};
pub use near::nearest;
pub use parameter::{Bounds, Parameter, ParameterKind};
pub use problem::Problem;
pub use recent::Recent;
pub use runner::{Engine, Limits, Pace, RunId, Runner, Sink, State};
