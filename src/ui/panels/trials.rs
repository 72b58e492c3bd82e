//! Every combination of strategies that was tried, the best first.

use egui::{Grid, RichText, ScrollArea, Ui};

use crate::study::{AS_WRITTEN, Kind, Ranked, Strategies, Study, rank};
use crate::ui::command::Command;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};
use crate::ui::widgets::{Pill, caption, pill};
use crate::ui::words;

/// Combinations that are listed; the rest are worse.
const MOST_ROWS: usize = 100;

pub fn show(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let study = state.study.as_ref();
    let study = study.filter(|study| study.kind == Kind::Trials);
    head(ui, state, "every combination tried", study, commands);
    let Some(study) = study else {
        ui.label("Nothing was tried yet.");
        return;
    };
    let theme = Theme::of(ui.ctx());
    let order = "By round trips, then by SQLite's steps. Best is the first that has no price: it prints the same, and nothing new is found in it.";
    let order = RichText::new(order).font(font::small());
    ui.add(egui::Label::new(order.color(theme.text_dim)).wrap());
    let ranked = rank(study, state.round_trip_ns);
    ScrollArea::both()
        .id_salt("trials")
        .auto_shrink(false)
        .show(ui, |ui| {
            // Another row is another grid: what it knows of the heights of its rows is of other rows.
            Grid::new(("trials", ranked.len()))
                .striped(true)
                .spacing([10.0, 5.0])
                .show(ui, |ui| {
                    columns(ui, state);
                    for ranked in ranked.iter().take(MOST_ROWS) {
                        row(ui, state, ranked, commands);
                        ui.end_row();
                    }
                });
        });
}

/// The title of a study with its progress, and the buttons that end it and close it.
pub(super) fn head(
    ui: &mut Ui,
    state: &State,
    title: &str,
    study: Option<&Study>,
    commands: &mut Vec<Command>,
) {
    ui.horizontal(|ui| {
        caption(ui, title);
        if let Some(study) = study {
            let (done, all) = study.progress();
            if study.is_done() {
                let text = match done == all {
                    true => format!("{} runs", words::count(all as u64)),
                    false => format!("stopped after {done} of {all} runs"),
                };
                pill(ui, Pill::Quiet, &text);
            } else {
                let part = done as f32 / all.max(1) as f32;
                let bar = egui::ProgressBar::new(part).desired_width(140.0);
                ui.add(bar.text(format!("{done} of {all}")));
                let stop = ui.button("Stop").accessible_name("Stop the study");
                if stop.clicked() {
                    commands.push(Command::Stop);
                }
            }
            if study.source != state.document.scenario.source {
                pill(ui, Pill::Caution, "the code has changed since");
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button(Command::ToTable.label()).clicked() {
                commands.push(Command::ToTable);
            }
        });
    });
    ui.add_space(4.0);
}

fn columns(ui: &mut Ui, state: &State) {
    let theme = Theme::of(ui.ctx());
    let at = match state.round_trip_ns {
        0 => "time".to_owned(),
        trip => format!("at {}", words::duration(trip as f64)),
    };
    for name in [
        "",
        "strategies",
        "statements",
        "rows",
        "bytes",
        "VM steps",
        at.as_str(),
    ] {
        let text = RichText::new(name).font(font::small());
        let text = text.color(theme.text_dim);
        match name {
            "" | "strategies" => drop(ui.label(text)),
            _ => number(ui, text),
        }
    }
    ui.end_row();
}

fn row(ui: &mut Ui, state: &State, ranked: &Ranked<'_>, commands: &mut Vec<Command>) {
    let strategies = &ranked.job.strategies;
    let used = *strategies == state.document.strategies;
    let name = format!("Use {}", ranked.job.label);
    let button = egui::Button::new("Use").small();
    let use_ = ui.add_enabled(!used, button).accessible_name(name);
    if use_.clicked() {
        commands.push(Command::UseStrategies(strategies.clone()));
    }
    ui.vertical(|ui| {
        ui.spacing_mut().interact_size.y = 16.0;
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.horizontal(|ui| named(ui, state, strategies));
        if has_prices(ranked) {
            ui.horizontal(|ui| prices(ui, ranked));
        }
    });
    let summary = ranked.measured.summary;
    let time = ranked.measured.database_ns(state.round_trip_ns);
    for text in [
        words::count(summary.statements),
        words::count(summary.rows),
        words::bytes(summary.bytes),
        words::count(summary.vm_steps),
        words::duration(time as f64),
    ] {
        number(ui, RichText::new(text).font(font::code(size::CODE)));
    }
}

/// Text at the right end of its column.
fn number(ui: &mut Ui, text: RichText) {
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        ui.add(egui::Label::new(text).extend());
    });
}

/// `courses joined  lessons selectin`, each in its colour; the class stands there where two have the same attribute.
fn named(ui: &mut Ui, state: &State, strategies: &Strategies) {
    let theme = Theme::of(ui.ctx());
    if strategies.is_empty() {
        ui.label(RichText::new(AS_WRITTEN).color(theme.text_dim));
    }
    let attribute = |key: &str| key.rsplit('.').next().unwrap_or(key).to_owned();
    // As they are declared, the outer before the inner.
    let declared = state.trace().relationships().iter();
    let chosen = declared.filter_map(|info| strategies.get_key_value(&info.key));
    for (key, strategy) in chosen {
        let short = attribute(key);
        let is_shared = strategies
            .keys()
            .filter(|it| attribute(it) == short)
            .count()
            > 1;
        let shown = if is_shared { &**key } else { &short };
        ui.label(RichText::new(shown).font(font::code(size::CODE)))
            .on_hover_text(&**key);
        let word = RichText::new(strategy.word()).font(font::strong(size::CODE));
        ui.label(word.color(theme.strategy(*strategy)));
        ui.add_space(4.0);
    }
}

fn has_prices(ranked: &Ranked<'_>) -> bool {
    let measured = ranked.measured;
    ranked.is_best
        || measured.ending.is_some()
        || ranked.prints_other
        || !ranked.new_flaws.is_empty()
}

/// What is to be said for a combination and against it.
fn prices(ui: &mut Ui, ranked: &Ranked<'_>) {
    if ranked.is_best {
        pill(ui, Pill::Good, "best");
    }
    if let Some(ending) = &ranked.measured.ending {
        pill(ui, Pill::Alarm, "stopped").on_hover_text(ending);
    } else if ranked.prints_other {
        pill(ui, Pill::Alarm, "prints something else");
    }
    for flaw in &ranked.new_flaws {
        let text = words::new_finding(flaw.kind, flaw.relationship.as_deref());
        pill(ui, Pill::Caution, &text);
    }
}
