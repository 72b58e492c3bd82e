//! What is selected: one thing, in the timeline, the table, the code and the detail at once.

use std::sync::Arc;

/// The one selection that all panels share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    pub target: Target,
    /// The relationship that the keys 1 to 4 set: of the selected statements, or the row of the loading bar clicked last.
    pub relationship: Option<Arc<str>>,
}

/// What a selection may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Target {
    #[default]
    Nothing,
    /// A statement, by its id (1-based).
    Statement(u64),
    /// A burst, by its number in the trace.
    Burst(u32),
    /// A finding, by its number in the trace, with all its members.
    Finding(u32),
    /// All statements of a line of the scenario.
    Line(u32),
}
