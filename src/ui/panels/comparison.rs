//! Two runs over each other: on one scale of time, their totals side by side, and which statements came, went and
//! stayed.

use egui::{Grid, RichText, ScrollArea, Ui};

use super::runs;
use super::trials::head;
use crate::trace::{Comparison, Group, compare};
use crate::ui::command::Command;
use crate::ui::record::Record;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};
use crate::ui::words;

/// Groups that are listed of those that came and of those that went.
const MOST_GROUPS: usize = 30;

/// The comparison that was made last: made again only when one of the runs is another.
#[derive(Default)]
pub struct View {
    of: Option<[usize; 2]>,
    comparison: Comparison,
}

pub fn show(ui: &mut Ui, state: &State, view: &mut View, commands: &mut Vec<Command>) {
    head(ui, state, "two runs over each other", None, commands);
    let Some(before) = other(state) else {
        ui.label("There is one run only: change a strategy or a parameter, and compare.");
        return;
    };
    let after = state.record();
    // A run that grows would be compared anew on each frame, and takes longer each time.
    let is_over = before.is_finished() && after.is_finished();
    let of = [before.number, after.number];
    if is_over && view.of != Some(of) {
        view.comparison = compare(&before.trace, &after.trace);
        view.of = Some(of);
    }
    let theme = Theme::of(ui.ctx());
    choice(ui, state, before, commands);
    ui.scope(|ui| strips(ui, state, before, after, commands));
    ScrollArea::vertical()
        .id_salt("comparison")
        .auto_shrink(false)
        .show(ui, |ui| {
            // What a run that stopped did not send it did not save either.
            let cut_off = [before, after].map(|record| record.ending().map(|why| (record, why)));
            let is_fair = cut_off.iter().all(Option::is_none);
            for (record, why) in cut_off.into_iter().flatten() {
                let text = format!(
                    "Run {} {why}. Its numbers are those of a part.",
                    name(record)
                );
                ui.label(RichText::new(text).color(theme.caution));
            }
            totals(ui, state, before, after, is_fair);
            ui.add_space(8.0);
            if is_over {
                findings(ui, before, after, &view.comparison, is_fair);
                changes(ui, &view.comparison, is_fair);
            } else {
                ui.label("What is new and what is gone is told when the run is over.");
            }
        });
}

/// The run that the one shown is compared with.
fn other(state: &State) -> Option<&Record> {
    let shown = state.record().number;
    let is_other = |record: &&Record| record.number != shown;
    let chosen = state
        .records
        .iter()
        .find(|r| Some(r.number) == state.compared);
    chosen.filter(is_other).or_else(|| {
        let earlier = state.records[..state.shown.min(state.records.len())].last();
        earlier.or_else(|| state.records.iter().find(is_other))
    })
}

fn name(record: &Record) -> String {
    format!("{} {}", record.number, record.label())
}

fn choice(ui: &mut Ui, state: &State, before: &Record, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.label("Run");
        egui::ComboBox::from_id_salt("compared with")
            .selected_text(name(before))
            .show_ui(ui, |ui| {
                for (at, record) in state.records.iter().enumerate() {
                    let is_shown = record.number == state.record().number;
                    let chosen = record.number == before.number;
                    if !is_shown && ui.selectable_label(chosen, name(record)).clicked() {
                        commands.push(Command::CompareWith(at));
                    }
                }
            })
            .response
            .accessible_name("Compare with run");
        ui.label(format!("and run {}, which is shown", name(state.record())));
    });
}

/// Both runs on one scale of time, one right above the other.
fn strips(
    ui: &mut Ui,
    state: &State,
    before: &Record,
    after: &Record,
    commands: &mut Vec<Command>,
) {
    let lengths = [before, after].map(|record| runs::length(record, state.round_trip_ns));
    let longest = lengths.into_iter().fold(1.0, f64::max);
    ui.spacing_mut().item_spacing.y = 0.0;
    for number in [before.number, after.number] {
        let at = state.records.iter().position(|it| it.number == number);
        if let Some(at) = at {
            runs::row(ui, state, at, longest, commands);
        }
    }
    ui.add_space(6.0);
}

fn totals(ui: &mut Ui, state: &State, before: &Record, after: &Record, is_fair: bool) {
    let theme = Theme::of(ui.ctx());
    let trip = state.round_trip_ns;
    let (a, b) = (before.trace.summary(), after.trace.summary());
    let count = |n: f64| words::count(n as u64);
    let bytes = |n: f64| words::bytes(n as u64);
    let time: fn(f64) -> String = words::duration;
    let at = words::at_round_trip(trip);
    type Row<'a> = (&'a str, u64, u64, &'a dyn Fn(f64) -> String);
    let rows: [Row<'_>; 6] = [
        ("statements", a.statements, b.statements, &count),
        ("rows", a.rows, b.rows, &count),
        ("bytes", a.bytes, b.bytes, &bytes),
        ("VM steps", a.vm_steps, b.vm_steps, &count),
        ("in SQLite", a.sql_ns, b.sql_ns, &time),
        (&at, a.database_ns(trip), b.database_ns(trip), &time),
    ];
    ui.spacing_mut().interact_size.y = 18.0;
    Grid::new("totals")
        .striped(true)
        .spacing([28.0, 4.0])
        .show(ui, |ui| {
            for title in ["", &name(before), &name(after), "difference"] {
                let title = RichText::new(title).font(font::small());
                ui.label(title.color(theme.text_dim));
            }
            ui.end_row();
            for (title, a, b, text) in rows {
                ui.label(title);
                for value in [a, b] {
                    let text = format!("{:>9}", text(value as f64));
                    ui.label(RichText::new(text).font(font::code(size::CODE)));
                }
                let (sign, color) = match b.cmp(&a) {
                    std::cmp::Ordering::Less => ("−", theme.good),
                    std::cmp::Ordering::Equal => ("", theme.text_dim),
                    std::cmp::Ordering::Greater => ("+", theme.alarm_text),
                };
                let color = if is_fair { color } else { theme.text_dim };
                let difference = match a.abs_diff(b) {
                    0 => "the same".to_owned(),
                    difference => format!("{sign}{}", text(difference as f64)),
                };
                let difference = format!("{difference:>10}");
                let difference = RichText::new(difference).font(font::code(size::CODE));
                ui.label(difference.color(color));
                ui.end_row();
            }
        });
}

/// The findings that went and those that came.
fn findings(ui: &mut Ui, before: &Record, after: &Record, comparison: &Comparison, is_fair: bool) {
    let theme = Theme::of(ui.ctx());
    for (sign, trace, numbers, word, color) in [
        (
            "−",
            &before.trace,
            &comparison.findings_went,
            "gone",
            theme.good,
        ),
        (
            "+",
            &after.trace,
            &comparison.findings_came,
            "new",
            theme.alarm_text,
        ),
    ] {
        for finding in numbers.iter().filter_map(|at| trace.findings().get(*at)) {
            let about = match &finding.relationship {
                Some(relationship) => format!(" {relationship}"),
                None => String::new(),
            };
            let text = format!(
                "{sign} {word}: {}{about} · line {}",
                finding.kind.title(),
                finding.line
            );
            let color = if is_fair { color } else { theme.text_dim };
            ui.label(RichText::new(text).color(color))
                .on_hover_text(trace.explain(finding).message);
        }
    }
    if comparison.prints_other && is_fair {
        ui.label(RichText::new("They print different things.").color(theme.caution));
    }
}

fn changes(ui: &mut Ui, comparison: &Comparison, is_fair: bool) {
    let theme = Theme::of(ui.ctx());
    for (sign, title, groups, color) in [
        ("−", "gone", &comparison.went, theme.good),
        ("+", "new", &comparison.came, theme.alarm_text),
    ] {
        let color = if is_fair { color } else { theme.text_dim };
        for group in groups.iter().take(MOST_GROUPS) {
            let text = format!("{sign} {title}: {}", said(group));
            ui.label(RichText::new(text).color(color))
                .on_hover_text(&*group.shape);
        }
        if let Some(more) = groups.len().checked_sub(MOST_GROUPS + 1) {
            ui.label(format!("{sign} {} more", more + 1));
        }
    }
    let stayed = words::counted(comparison.stayed, "statement", "statements");
    ui.label(RichText::new(format!("= in both: {stayed}")).color(theme.text_dim));
}

/// `100 statements, lazy Author.books · line 42`.
fn said(group: &Group) -> String {
    let count = words::counted(group.count, "statement", "statements");
    let why = words::why(group.trigger, group.relationship.as_deref());
    format!("{count}, {why} · line {}", group.line)
}
