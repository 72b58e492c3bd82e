//! Which colour a statement or a read has, and which finding is how loud.

use super::scene::{Alarm, Mark};
use crate::trace::{
    AccessOutcome, Confidence, FindingKind, StatementKind, StatementRef, Trace, Trigger,
};

/// The mark of a statement.
pub fn of_statement(trace: &Trace, statement: StatementRef<'_>) -> Mark {
    if statement.error().is_some() {
        return Mark::Failed;
    }
    match statement.kind() {
        StatementKind::Transaction | StatementKind::Pragma => return Mark::Transaction,
        _ if !statement.is_counted() && is_setup(trace, statement.cell()) => return Mark::Setup,
        StatementKind::Ddl => return Mark::Ddl,
        StatementKind::Insert | StatementKind::Update | StatementKind::Delete => {
            return Mark::Write;
        }
        StatementKind::Select | StatementKind::Other => {}
    }
    match statement.trigger() {
        Trigger::Lazy => Mark::Lazy,
        Trigger::Selectin => Mark::Selectin,
        Trigger::Joined => Mark::Joined,
        Trigger::Subquery => Mark::Subquery,
        Trigger::Immediate => Mark::Immediate,
        Trigger::Refresh => Mark::Refresh,
        Trigger::Query | Trigger::Get if statement.burst().is_n_plus_one() => Mark::Repeated,
        Trigger::Query | Trigger::Get if !statement.joined().is_empty() => Mark::Joined,
        Trigger::Query | Trigger::Get => Mark::Query,
        Trigger::Flush => Mark::Write,
        Trigger::Ddl => Mark::Ddl,
        Trigger::Transaction => Mark::Transaction,
    }
}

/// Whether a cell's statements are folded away.
pub fn is_setup(trace: &Trace, cell: u32) -> bool {
    trace
        .cells()
        .iter()
        .any(|known| known.id == cell && known.setup)
}

/// The mark of the relationship read of that number.
pub fn of_tick(trace: &Trace, tick: u32) -> Mark {
    let outcome = trace
        .ticks()
        .get(tick as usize)
        .and_then(|tick| trace.accesses().get(tick.access as usize))
        .map(|access| access.outcome);
    match outcome {
        Some(AccessOutcome::Raised | AccessOutcome::Detached) => Mark::Refused,
        _ => Mark::Read,
    }
}

/// How loudly a finding is shown.
pub fn alarm(kind: FindingKind, confidence: Confidence) -> Alarm {
    match (kind, confidence) {
        (_, Confidence::Suspected) => Alarm::Suspected,
        (FindingKind::NPlusOne, Confidence::Confirmed) => Alarm::Confirmed,
        (FindingKind::UnusedEagerLoad | FindingKind::FullScan, _) => Alarm::Suspected,
        (_, Confidence::Confirmed) => Alarm::Confirmed,
    }
}

/// A finding's kind where there is little room.
pub fn tag(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::NPlusOne => "N+1",
        FindingKind::Duplicate => "Duplicate",
        FindingKind::RowMultiplication => "Rows",
        FindingKind::CartesianProduct => "Cartesian",
        FindingKind::UnusedEagerLoad => "Unused",
        FindingKind::PageOfRows => "Page",
        FindingKind::FullScan => "Scan",
        FindingKind::UnbatchedWrites => "Writes",
        FindingKind::OverBudget => "Budget",
    }
}
