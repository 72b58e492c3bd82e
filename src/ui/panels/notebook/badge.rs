//! What a cell's title says of its run: what it sent, beside what it may send.

use egui::{Response, Ui};

use crate::scenario::Cell;
use crate::trace::{CellCount, Status};
use crate::ui::state::State;
use crate::ui::widgets::{Pill, pill};
use crate::ui::words;

/// How far the shown run came in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Nothing has run yet.
    NotRun,
    /// What has run is other code.
    Edited,
    /// It runs, and more may come.
    Running,
    /// The run broke or was stopped in it.
    Unfinished,
    /// The run broke or was stopped before it.
    NotReached,
    Finished,
}

fn standing(state: &State, cell: &Cell) -> Standing {
    let trace = state.trace();
    if trace.info().source.is_empty() {
        return Standing::NotRun;
    }
    if !state.lines_match() {
        return Standing::Edited;
    }
    let Some(outcome) = trace.outcome() else {
        return Standing::Running;
    };
    if outcome.status == Status::Ok {
        return Standing::Finished;
    }
    // Cells run in their order. The error may be in a function that an earlier one has made.
    let broke_in = outcome.error.as_ref().and_then(|error| {
        let line = error.line?;
        let mut cells = trace.cells().iter();
        cells.find(|cell| (cell.first_line..=cell.last_line).contains(&line))
    });
    let last_seen = trace.cell_spans().last().map(|span| span.cell);
    let reached = broke_in.map(|cell| cell.id).max(last_seen);
    match reached.map(|reached| cell.info.id.cmp(&reached)) {
        Some(std::cmp::Ordering::Less) => Standing::Finished,
        Some(std::cmp::Ordering::Equal) => Standing::Unfinished,
        Some(std::cmp::Ordering::Greater) | None => Standing::NotReached,
    }
}

/// The badge of a cell that counts.
pub fn show(ui: &mut Ui, state: &State, cell: &Cell, counts: CellCount) {
    let standing = standing(state, cell);
    let sent = words::counted(counts.statements, "statement", "statements");
    let Some(budget) = cell.info.budget else {
        match standing {
            Standing::Unfinished => drop(unfinished(ui, &sent, "")),
            _ if counts.statements > 0 => drop(pill(ui, Pill::Quiet, &sent)),
            _ => {}
        }
        return;
    };
    let of_budget = format!(
        "{} of {} allowed",
        words::count(counts.statements),
        words::count(budget)
    );
    let allowed = format!("; its budget is {}", words::count(budget));
    let response = match standing {
        Standing::NotRun => pill(ui, Pill::Quiet, "not run yet"),
        Standing::Edited => pill(ui, Pill::Quiet, "edited, not run"),
        // What is too much is too much, whatever would have come yet.
        _ if counts.is_over_budget() => pill(ui, Pill::Alarm, &of_budget),
        Standing::Running => pill(ui, Pill::Quiet, &of_budget),
        Standing::Unfinished => {
            unfinished(ui, &sent, &allowed);
            return;
        }
        Standing::NotReached => pill(ui, Pill::Quiet, "not reached"),
        Standing::Finished => pill(ui, Pill::Good, &of_budget),
    };
    response.on_hover_text("Statements of this cell, and the budget in its header");
}

fn unfinished(ui: &mut Ui, sent: &str, allowed: &str) -> Response {
    let why = format!("The run did not come to the end of this cell: it sent {sent}{allowed}.");
    pill(ui, Pill::Quiet, "not finished").on_hover_text(why)
}
