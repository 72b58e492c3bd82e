//! What is said of the thing under the pointer.

use egui::{RichText, Ui};

use super::scene::{Bar, Lane, LaneKey, Mark};
use super::words;
use crate::trace::{AccessOutcome, Trace};
use crate::ui::theme::{Theme, font, size};
use crate::ui::words as spoken;

/// At most so much of a statement's text; the detail panel has all of it.
const MOST_SQL_CHARS: usize = 240;

/// The tooltip of a bar.
pub fn bar(
    ui: &mut Ui,
    trace: &Trace,
    lane: &Lane,
    bar: &Bar,
    time_ns: f64,
    round_trip_ns: u64,
    theme: &Theme,
) {
    ui.label(RichText::new(words::bar(lane, bar)).font(font::strong(size::TEXT)));
    match lane.key {
        LaneKey::NoSql => reads(ui, trace, bar, theme),
        _ if bar.is_folded() => {
            let time = spoken::duration(time_ns);
            dim(ui, &format!("{time} in all"), theme);
            dim(ui, "Double-click to unfold", theme);
        }
        _ => statement(ui, trace, bar, round_trip_ns, theme),
    }
}

fn statement(ui: &mut Ui, trace: &Trace, bar: &Bar, round_trip_ns: u64, theme: &Theme) {
    let Some(statement) = trace.statement_by_id(bar.first) else {
        return;
    };
    let mut sql: String = statement.sql().chars().take(MOST_SQL_CHARS).collect();
    if sql.len() < statement.sql().len() {
        sql.push('…');
    }
    ui.label(RichText::new(sql).font(font::code(size::SMALL)));
    let mut facts = Vec::new();
    if statement.line() > 0 {
        facts.push(format!("line {}", statement.line()));
    }
    if let Some(owner) = statement.owner() {
        facts.push(format!("for {owner}"));
    }
    facts.push(match statement.rows() {
        1 => "1 row".to_owned(),
        rows => format!("{} rows", spoken::count(rows)),
    });
    facts.push(format!(
        "{} in SQLite",
        spoken::duration(statement.duration_ns() as f64)
    ));
    if statement.is_counted() && round_trip_ns > 0 {
        facts.push(format!(
            "{} round trip",
            spoken::duration(round_trip_ns as f64)
        ));
    }
    dim(ui, &facts.join(" · "), theme);
    if let Some(error) = statement.error() {
        ui.label(RichText::new(error).color(theme.alarm_text));
    }
}

fn reads(ui: &mut Ui, trace: &Trace, bar: &Bar, theme: &Theme) {
    let Some(tick) = trace.ticks().get(bar.first as usize - 1) else {
        return;
    };
    let Some(access) = trace.accesses().get(tick.access as usize) else {
        return;
    };
    let why = match access.outcome {
        AccessOutcome::Emitted => "took a statement",
        AccessOutcome::Loaded => "was loaded already",
        AccessOutcome::IdentityMap => "was in the session already",
        AccessOutcome::Raised => "was refused by its strategy",
        AccessOutcome::Detached => "had no session to load from",
    };
    let first = if bar.is_folded() { "first: " } else { "" };
    let text = format!(
        "{first}{} {why} · line {}",
        access.relationship, access.line
    );
    dim(ui, &text, theme);
    if let (Some(statement), false) = (tick.statement_id(), bar.mark == Mark::Refused) {
        dim(ui, &format!("loaded by statement {statement}"), theme);
    }
}

fn dim(ui: &mut Ui, text: &str, theme: &Theme) {
    ui.label(
        RichText::new(text)
            .font(font::small())
            .color(theme.text_dim),
    );
}
