//! The line at the foot: how the run stands, what database, the runs so far, and the keys to begin with.

use egui::{Align, Layout, RichText, Sense, Ui, vec2};

use crate::trace::Status;
use crate::ui::command::Command;
use crate::ui::state::{Phase, State};
use crate::ui::theme::{Theme, font, size};
use crate::ui::words;

/// Runs that have room in the line.
const MOST_RUNS: usize = 6;

pub fn show(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.spacing_mut().interact_size.y = 18.0;
        let small = |text: String, color| RichText::new(text).font(font::small()).color(color);
        let (color, text) = standing(state, theme);
        let (dot, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
        ui.painter().circle_filled(dot.center(), 3.5, color);
        ui.label(small(text, theme.text_dim));
        ui.add_space(12.0);
        ui.label(small(
            format!("SQLite {} · in memory", sqlite_version()),
            theme.text_dim,
        ));
        if !state.document.is_read_only() && !state.records.is_empty() {
            ui.add_space(12.0);
            ui.label(small("runs:".to_owned(), theme.text_dim));
            let from = state.records.len().saturating_sub(MOST_RUNS);
            for (at, record) in state.records.iter().enumerate().skip(from) {
                if at > from {
                    ui.label(small("·".to_owned(), theme.text_faint));
                }
                let came_to = match record.ending() {
                    Some(_) => "stopped".to_owned(),
                    None => words::count(record.trace.summary().statements),
                };
                let text = format!("{} {came_to}", record.label());
                let text = RichText::new(text)
                    .font(font::strong(size::SMALL))
                    .color(super::runs::color(record, theme));
                let button = egui::Button::new(text).frame(false);
                if ui.add(button).on_hover_text("Show this run").clicked() {
                    commands.push(Command::ShowRun(at));
                }
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let hints = "F5 run · W/S zoom · A/D pan · F fit · / search · ? help";
            ui.add(egui::Label::new(small(hints.to_owned(), theme.text_faint)).truncate());
        });
    });
}

fn standing(state: &State, theme: &Theme) -> (egui::Color32, String) {
    let trace = state.trace();
    let wall = words::duration(trace.summary().wall_ns as f64);
    let statements = words::counted(trace.len() as u64, "statement", "statements");
    match (state.phase, trace.outcome().map(|outcome| outcome.status)) {
        (Phase::Running, None) => (theme.accent_line, format!("running · {statements}")),
        (Phase::Paused, None) => (
            theme.caution,
            format!("waiting after {statements} · F10 steps"),
        ),
        (Phase::Stopping, None) => (theme.caution, "stopping".to_owned()),
        (_, None) => (theme.text_faint, "nothing has run yet".to_owned()),
        (_, Some(Status::Ok)) => (theme.text_dim, format!("finished in {wall}")),
        (_, Some(Status::Error)) => (theme.alarm, format!("ended with an error after {wall}")),
        (_, Some(Status::Cancelled)) => (theme.caution, format!("stopped after {wall}")),
        (_, Some(Status::Limit)) => (theme.caution, format!("stopped at a limit after {wall}")),
    }
}

fn sqlite_version() -> &'static str {
    crate::scenario::sqlite_version()
}
