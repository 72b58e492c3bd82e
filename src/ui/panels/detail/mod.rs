//! What is selected, in full: the finding with its evidence and remedies, the SQL, its parameters, first rows, plan and
//! counters, and the chain of cause back to the first query.

mod chain;
mod end;
mod finding;
mod measures;
mod parameters;
mod remedies;
mod statement;

use egui::{Frame, Margin, RichText, ScrollArea, Ui};

use crate::trace::{Burst, StatementRef};
use crate::ui::command::Command;
use crate::ui::selection::Target;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font};
use crate::ui::widgets::caption;
use crate::ui::words;

/// Findings that are listed where nothing is selected.
const MOST_FINDINGS: usize = 50;

/// What the panel remembers between frames.
#[derive(Default)]
pub struct View {
    formatted: statement::Formatted,
}

pub fn show(ui: &mut Ui, state: &State, view: &mut View, commands: &mut Vec<Command>) {
    ScrollArea::vertical()
        .id_salt("detail")
        .auto_shrink(false)
        .show(ui, |ui| {
            Frame::new()
                .inner_margin(Margin::symmetric(14, 12))
                .show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    ui.spacing_mut().item_spacing.y = 8.0;
                    match state.selected_statement() {
                        Some(selected) => of_statement(ui, state, selected, view, commands),
                        None => overview(ui, state, commands),
                    }
                });
        });
}

/// Nothing is selected: what was found, and what to do first.
fn overview(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let dim = |text: &str| RichText::new(text).color(theme.text_dim);
    end::show(ui, state, commands);
    // A finding that is about no statement is selected: a cell over its budget.
    let selected = match state.selection.target {
        Target::Finding(number) => Some(number as usize),
        Target::Line(line) => {
            ui.label(dim(&format!("Line {line} caused no statement.")));
            None
        }
        _ => None,
    };
    let findings = state.trace().findings();
    if findings.is_empty() {
        let is_complete = state.record().is_complete();
        let text = match (is_complete, state.trace().is_empty()) {
            (true, true) => "The run sent no statement.",
            (true, false) => "Nothing to find fault with. Select a statement to see all of it.",
            (false, true) => return,
            (false, false) => "Select a statement, here or on the timeline, to see all of it.",
        };
        ui.label(dim(text));
        if is_complete {
            end::savings(ui, state);
        }
        return;
    }
    if let Some(number) = selected.filter(|number| *number < findings.len()) {
        finding::show(ui, state, number, commands);
        return;
    }
    caption(
        ui,
        &words::counted(findings.len() as u64, "finding", "findings"),
    );
    for number in 0..findings.len().min(MOST_FINDINGS) {
        finding::show(ui, state, number, commands);
    }
    if findings.len() > MOST_FINDINGS {
        ui.label(dim(&format!(
            "and {} more",
            words::count((findings.len() - MOST_FINDINGS) as u64)
        )));
    }
}

fn of_statement(
    ui: &mut Ui,
    state: &State,
    selected: StatementRef<'_>,
    view: &mut View,
    commands: &mut Vec<Command>,
) {
    let trace = state.trace();
    let burst_number = selected.burst_number() as usize;
    let burst = selected.burst();
    match state.selection.target {
        Target::Finding(number) => finding::show(ui, state, number as usize, commands),
        _ => {
            let findings: Vec<_> = trace.findings_of_burst(burst_number).take(4).collect();
            for number in findings {
                finding::show(ui, state, number, commands);
            }
        }
    }
    let is_burst = burst.len() > 1 && !matches!(state.selection.target, Target::Statement(_));
    title(ui, selected, burst, is_burst);
    statement::sql(ui, selected, &mut view.formatted);
    if let Some(error) = selected.error() {
        let theme = Theme::of(ui.ctx());
        ui.label(RichText::new(format!("SQLite: {error}")).color(theme.alarm_text));
    }
    match is_burst {
        true => parameters::of_burst(ui, trace, burst),
        false => parameters::of_statement(ui, selected),
    }
    statement::plan(ui, trace, selected);
    statement::sample(ui, selected, is_burst);
    statement::counters(ui, selected, burst, is_burst, state.round_trip_ns);
    chain::show(ui, trace, selected, commands);
}

fn title(ui: &mut Ui, selected: StatementRef<'_>, burst: &Burst, is_burst: bool) {
    let theme = Theme::of(ui.ctx());
    let why = words::why(burst.trigger, burst.relationship.as_deref());
    let what = match is_burst {
        true => format!(
            "{} · {why}",
            words::counted(burst.len() as u64, "statement", "statements")
        ),
        false => format!("Statement {} · {why}", words::count(selected.id())),
    };
    let whose = match (is_burst, selected.owner()) {
        (false, Some(owner)) => format!(" · for {owner}"),
        (false, None) if selected.owners() > 1 => {
            format!(
                " · for {}",
                words::counted(u64::from(selected.owners()), "owner", "owners")
            )
        }
        _ => String::new(),
    };
    let line = if burst.line > 0 {
        format!(" · line {}", burst.line)
    } else {
        String::new()
    };
    let text = format!("{what}{line}{whose}");
    ui.label(
        RichText::new(text)
            .font(font::small())
            .color(theme.text_dim),
    );
}
