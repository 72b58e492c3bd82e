//! The numbers of the run: statements, rows, time, and what needed no statement.

use egui::{Color32, RichText, Ui};

use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};
use crate::ui::words;

pub fn show(ui: &mut Ui, state: &State) {
    let theme = Theme::of(ui.ctx());
    let summary = state.trace().summary();
    let budget: Option<u64> = state
        .trace()
        .cells()
        .iter()
        .filter_map(|cell| cell.budget)
        .reduce(|a, b| a + b);
    let noun = if summary.statements == 1 {
        "statement"
    } else {
        "statements"
    };
    let statements = match budget {
        Some(budget) => format!("{noun} · budget {}", words::count(budget)),
        None => noun.to_owned(),
    };
    let alarm = if summary.over_budget {
        theme.alarm
    } else {
        theme.text_strong
    };
    egui::ScrollArea::horizontal()
        .id_salt("numbers")
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 26.0;
                number(ui, words::count(summary.statements), &statements, alarm, STATEMENTS);
                number(
                    ui,
                    words::count(summary.rows),
                    if summary.rows == 1 {
                        "row fetched"
                    } else {
                        "rows fetched"
                    },
                    theme.text_strong,
                    "Rows that these statements returned.",
                );
                let time = words::duration(summary.database_ns(state.round_trip_ns) as f64);
                number(
                    ui,
                    time,
                    &words::at_round_trip(state.round_trip_ns),
                    theme.text_strong,
                    "Time for the database: in SQLite, and a modelled round trip for each statement.",
                );
                number(
                    ui,
                    words::duration(summary.sql_ns as f64),
                    "in SQLite",
                    theme.text_strong,
                    "Time that SQLite itself took for these statements, as it was measured.",
                );
                number(
                    ui,
                    words::count(summary.avoided),
                    if summary.avoided == 1 {
                        "read that needed no SQL"
                    } else {
                        "reads that needed no SQL"
                    },
                    theme.text_strong,
                    "Reads of a relationship that sent nothing: what they asked for was loaded already.",
                );
            });
        });
}

const STATEMENTS: &str = "Statements that a database over a network would have answered. Setup cells and transactions do not count. The budget is the sum of those in the cells' headers.";

fn number(ui: &mut Ui, value: String, caption: &str, color: Color32, tooltip: &str) {
    let theme = Theme::of(ui.ctx());
    let shown = ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let response = ui.add(
            egui::Label::new(
                RichText::new(&value)
                    .font(font::strong(size::NUMBER))
                    .color(color),
            )
            .extend(),
        );
        response.accessible_name(format!("{value} {caption}"));
        ui.add(
            egui::Label::new(
                RichText::new(caption)
                    .font(font::small())
                    .color(theme.text_dim),
            )
            .extend(),
        );
    });
    shown.response.on_hover_text(tooltip);
}
