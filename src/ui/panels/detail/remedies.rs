//! What to do about a finding: the remedies that were tried and found better, each with its price and its code.

use std::ops::Range;

use egui::collapsing_header::CollapsingState;
use egui::text::{LayoutJob, TextFormat};
use egui::{Button, Frame, Margin, RichText, Ui};

use super::measures;
use crate::scenario::rewrite::DiffLine;
use crate::study::{Offer, Tried, Trying, Way, Written};
use crate::trace::{Finding, Remedy, Strategy};
use crate::ui::command::Command;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};
use crate::ui::widgets::{Pill, pill};
use crate::ui::words;

/// Remedies of which only the code is known that are listed.
const MOST_CODES: usize = 2;

pub fn show(
    ui: &mut Ui,
    state: &State,
    number: usize,
    finding: &Finding,
    remedies: &[Remedy],
    commands: &mut Vec<Command>,
) {
    let can_try = !state.document.is_read_only() && state.lines_match();
    let trying = state.record().trying.as_ref().filter(|_| can_try);
    let mut known = Vec::new();
    if let Some(trying) = trying {
        let offers = trying.offers(number, finding, state.round_trip_ns);
        known.extend(
            offers
                .iter()
                .map(|offer| (&offer.way.paths, &offer.way.rewrite)),
        );
        let (good, bad): (Vec<_>, Vec<_>) = offers.iter().partition(|it| it.refused.is_none());
        for (at, offer) in good.iter().enumerate() {
            self::offer(ui, state, offer, at, commands);
        }
        progress(ui, trying, number, commands);
        for offer in bad {
            refused(ui, offer, remedies);
        }
    }
    // Of those that were not tried, and will not be, there is the code alone.
    let is_awaited = trying.is_some_and(|trying| trying.is_awaited(number));
    let told = remedies.iter().filter(|remedy| {
        let can_be_tried = remedy.can_be_tried();
        let is_known = known.contains(&(&remedy.paths, &remedy.rewrite));
        !can_be_tried || !(is_awaited || is_known)
    });
    for remedy in told.take(MOST_CODES).filter(|it| !it.code.is_empty()) {
        code(ui, &remedy.code, "not tried");
    }
}

/// What is being tried right now.
fn progress(ui: &mut Ui, trying: &Trying, number: usize, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let Some((way, at, all)) = trying.progress().filter(|_| trying.is_awaited(number)) else {
        return;
    };
    ui.horizontal(|ui| {
        let text = format!("trying {}… {at} of {all}", way.word());
        ui.label(RichText::new(text).color(theme.text_dim));
        let stop = Command::StopTrying;
        let button = ui.add(Button::new(RichText::new("Stop").font(font::small())).small());
        let button = button.accessible_name(stop.label());
        if button.on_hover_text(stop.tooltip()).clicked() {
            commands.push(stop);
        }
    });
}

/// The first is shown whole; those after it as a line each, which opens, so that the statement below stays in sight.
fn offer(ui: &mut Ui, state: &State, offer: &Offer<'_>, at: usize, commands: &mut Vec<Command>) {
    let is_first = at == 0;
    if is_first {
        ui.horizontal_wrapped(|ui| {
            headline(ui, offer, is_first, commands);
            offer.replayed.iter().for_each(|it| prices(ui, it));
        });
        details(ui, state, offer, is_first, commands);
        return;
    }
    ui.separator();
    let way = offer.way;
    let fold = ui.make_persistent_id(("remedy", &way.paths, &way.rewrite));
    let mut fold = CollapsingState::load_with_default_open(ui.ctx(), fold, false);
    ui.horizontal_wrapped(|ui| {
        headline(ui, offer, is_first, commands);
        if let Some(tried) = offer.replayed.as_ref().or(offer.rerun.as_ref()) {
            measures::statements(ui, [offer.before.summary, tried.measured.summary]);
        }
        let arrow = if fold.is_open() { "▾" } else { "▸" };
        let text = RichText::new(format!("{arrow} More")).font(font::small());
        let more = ui.add(Button::new(text).frame_when_inactive(false));
        if more
            .accessible_name(format!("More of {}", way.word()))
            .clicked()
        {
            fold.toggle(ui);
        }
    });
    if let Some(replayed) = offer.replayed.as_ref().filter(|it| !it.is_clean()) {
        ui.horizontal_wrapped(|ui| prices(ui, replayed));
    }
    fold.show_body_unindented(ui, |ui| details(ui, state, offer, is_first, commands));
}

/// What runs it, or what it is called where only its code does.
fn headline(ui: &mut Ui, offer: &Offer<'_>, is_first: bool, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let way = offer.way;
    if let (Some(replayed), Some(toggles)) = (&offer.replayed, &way.toggles) {
        let text = format!("Try {}", way.word());
        // What comes first and has no price is what to take.
        let button = button(text, is_first && replayed.is_clean(), theme);
        if ui.add(button).on_hover_text(tooltip(way)).clicked() {
            commands.push(Command::UseStrategies(toggles.clone()));
        }
    } else if !is_first {
        ui.label(way.word());
    }
}

/// What it costs in all, and the code that says it.
fn details(
    ui: &mut Ui,
    state: &State,
    offer: &Offer<'_>,
    is_first: bool,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui.ctx());
    let way = offer.way;
    if let (Some(replayed), Some(_)) = (&offer.replayed, &way.toggles) {
        let summaries = [offer.before.summary, replayed.measured.summary];
        ui.scope(|ui| measures::show(ui, state.round_trip_ns, summaries, ""));
    }
    let (Some(Ok(written)), Some(rerun)) = (&way.written, &offer.rerun) else {
        if let Some(because) = &offer.code_refused {
            let text = format!("No change of the code was found for it: {because}.");
            let text = RichText::new(text).font(font::small());
            ui.label(text.color(theme.text_dim));
        }
        return;
    };
    change(ui, state, written, offer, (rerun, is_first), commands);
}

fn tooltip(way: &Way) -> String {
    let each = way.paths.iter().flatten().map(|step| {
        let how = step.strategy.map_or(step.option, Strategy::word);
        format!("{} loaded by {how}", step.key)
    });
    format!("Run again with {}", each.collect::<Vec<_>>().join(" and "))
}

/// A button, filled where it is what to press.
fn button(text: String, is_recommended: bool, theme: &Theme) -> Button<'static> {
    let text = RichText::new(text);
    match is_recommended {
        true => Button::new(text.font(font::strong(size::TEXT)).color(theme.on_accent))
            .fill(theme.accent),
        false => Button::new(text),
    }
}

/// What is to be said against a run.
fn prices(ui: &mut Ui, tried: &Tried<'_>) {
    if tried.prints_other {
        pill(ui, Pill::Alarm, "prints something else");
    }
    for flaw in &tried.new_flaws {
        let text = words::new_finding(flaw.kind, flaw.relationship.as_deref());
        pill(ui, Pill::Caution, &text);
    }
}

/// Whether two runs are to be told apart: a strategy is for every query, an option for one.
fn differ(a: &Tried<'_>, b: &Tried<'_>) -> bool {
    let counts = |it: &Tried<'_>| (it.measured.summary.statements, it.measured.summary.rows);
    counts(a) != counts(b) || a.new_flaws != b.new_flaws || a.prints_other != b.prints_other
}

/// What puts the change into the editor, with the change as a diff folded away beneath it.
fn change(
    ui: &mut Ui,
    state: &State,
    written: &Written,
    offer: &Offer<'_>,
    (rerun, is_first): (&Tried<'_>, bool),
    commands: &mut Vec<Command>,
) {
    let way = offer.way;
    let theme = Theme::of(ui.ctx());
    let fold = ui.make_persistent_id(("code of remedy", &way.paths, &way.rewrite));
    let mut fold = CollapsingState::load_with_default_open(ui.ctx(), fold, false);
    if let Some(because) = &written.default_because {
        let text = format!("On the mapping, so for every query: {because}.");
        ui.label(
            RichText::new(text)
                .font(font::small())
                .color(theme.text_dim),
        );
    }
    let replayed = offer.replayed.as_ref();
    if replayed.is_none_or(|replayed| differ(replayed, rerun)) {
        let name = if replayed.is_some() {
            "with this code:"
        } else {
            ""
        };
        let summaries = [offer.before.summary, rerun.measured.summary];
        ui.scope(|ui| measures::show(ui, state.round_trip_ns, summaries, name));
        if !rerun.is_clean() {
            ui.horizontal_wrapped(|ui| prices(ui, rerun));
        }
    }
    let is_recommended = is_first && rerun.is_clean() && !replayed.is_some_and(Tried::is_clean);
    ui.horizontal(|ui| {
        // Lower than what is to be pressed first.
        ui.spacing_mut().interact_size.y = 22.0;
        ui.spacing_mut().button_padding = egui::vec2(9.0, 2.0);
        let arrow = if fold.is_open() { "▾" } else { "▸" };
        let text = RichText::new(format!("{arrow} The code")).font(font::small());
        let name = format!("The code of {}", way.word());
        let header = ui.add(Button::new(text).frame_when_inactive(false));
        if header.accessible_name(name).clicked() {
            fold.toggle(ui);
        }
        let name = format!("Apply {}", way.word());
        let note = format!("{} {}", last_key(way), way.word());
        let note = note.trim_start().to_owned();
        let command = Command::ApplyRemedy(written.source.clone(), note);
        let button = button(command.label().to_owned(), is_recommended, theme);
        let button = ui.add(button).accessible_name(name);
        if button.on_hover_text(command.tooltip()).clicked() {
            commands.push(command);
        }
        let copy = ui
            .button("Copy")
            .accessible_name(format!("Copy {}", way.word()));
        if copy.on_hover_text("Copy the lines that are new").clicked() {
            let lines = written.edit.diff(&state.document.scenario.source);
            let added = lines.iter().filter_map(|line| match line {
                DiffLine::Added(_, text) => Some(text.as_str()),
                DiffLine::Removed(..) => None,
            });
            ui.ctx().copy_text(added.collect::<Vec<_>>().join("\n"));
        }
    });
    fold.show_body_unindented(ui, |ui| {
        diff(ui, &written.edit.diff(&state.document.scenario.source));
    });
}

fn last_key(way: &Way) -> &str {
    let key = way
        .paths
        .iter()
        .flatten()
        .last()
        .map_or("", |step| &step.key);
    key.rsplit('.').next().unwrap_or(key)
}

fn diff(ui: &mut Ui, lines: &[DiffLine]) {
    let theme = Theme::of(ui.ctx());
    Frame::new()
        .fill(theme.card)
        .corner_radius(size::BUTTON_RADIUS)
        .inner_margin(Margin::symmetric(8, 5))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 2.0;
            for (at, line) in lines.iter().enumerate() {
                let (number, sign, text, color, other) = match line {
                    DiffLine::Removed(number, text) => {
                        (number, '-', text, theme.alarm_text, lines.get(at + 1))
                    }
                    DiffLine::Added(number, text) => {
                        let before = at.checked_sub(1).and_then(|at| lines.get(at));
                        (number, '+', text, theme.good, before)
                    }
                };
                let new = changed_part(line, other);
                let plain = TextFormat::simple(font::code(size::SMALL + 0.5), theme.text_dim);
                let strong = TextFormat::simple(font::code(size::SMALL + 0.5), color);
                let mut job = LayoutJob::default();
                job.append(&format!("{number:>3} {sign} "), 0.0, strong.clone());
                // What stays is there to be recognised; what changes is what to look at.
                job.append(&text[..new.start], 0.0, plain.clone());
                job.append(&text[new.clone()], 0.0, strong);
                job.append(&text[new.end..], 0.0, plain);
                ui.add(egui::Label::new(job).wrap());
            }
        });
}

/// The bytes of a line that are not in the line of the other side; all of them where there is none.
fn changed_part(line: &DiffLine, other: Option<&DiffLine>) -> Range<usize> {
    let (text, other) = match (line, other) {
        (DiffLine::Added(_, text), Some(DiffLine::Removed(_, other)))
        | (DiffLine::Removed(_, text), Some(DiffLine::Added(_, other))) => (text, other),
        (DiffLine::Added(_, text) | DiffLine::Removed(_, text), _) => return 0..text.len(),
    };
    let same = |(a, b): &(char, char)| a == b;
    let length = |(a, _): (char, char)| a.len_utf8();
    let pairs = text.chars().zip(other.chars());
    let start: usize = pairs.take_while(same).map(length).sum();
    let behind = text[start..]
        .chars()
        .rev()
        .zip(other[start..].chars().rev());
    let end: usize = behind.take_while(same).map(length).sum();
    slid(text, start..text.len() - end)
}

/// The same insertion where it reads as code: `.options(…)` rather than `ptions(…).o`, which come to the same.
fn slid(text: &str, part: Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let is_start = |at: usize| matches!(bytes.get(at), Some(b'.' | b','));
    let can_slide = |by: &usize| {
        let (before, last) = (part.start.checked_sub(by + 1), part.end.checked_sub(by + 1));
        before.is_some_and(|at| Some(bytes[at]) == last.map(|at| bytes[at]) && bytes[at].is_ascii())
    };
    let most = (0..part.len()).take_while(can_slide).count();
    let by = (0..=most).find(|by| is_start(part.start - by)).unwrap_or(0);
    part.start - by..part.end - by
}

/// A remedy that is none, as far as trying it has shown; or that could not be tried, with what to write by hand.
fn refused(ui: &mut Ui, offer: &Offer<'_>, remedies: &[Remedy]) {
    let theme = Theme::of(ui.ctx());
    let because = offer.refused.as_deref().unwrap_or_default();
    let way = offer.way;
    let is_untried = !offer.was_run;
    if is_untried
        && let Some(remedy) = remedies
            .iter()
            .find(|it| it.rewrite == way.rewrite && it.paths == way.paths)
    {
        code(ui, &remedy.code, because);
        return;
    }
    let text = format!("{} was tried: {because}", way.word());
    ui.label(
        RichText::new(text)
            .font(font::small())
            .color(theme.text_dim),
    );
}

/// Code that nobody has tried, and why.
fn code(ui: &mut Ui, code: &str, untried: &str) {
    let theme = Theme::of(ui.ctx());
    ui.spacing_mut().interact_size.y = 16.0;
    let text = RichText::new(code)
        .font(font::code(size::SMALL + 0.5))
        .color(theme.text_dim);
    ui.add(egui::Label::new(text).wrap());
    ui.horizontal_wrapped(|ui| {
        let text = RichText::new("Copy")
            .font(font::small())
            .color(theme.text_dim);
        let copy = ui.add(Button::new(text).small());
        if copy.accessible_name(format!("Copy {code}")).clicked() {
            ui.ctx().copy_text(code.to_owned());
        }
        let text = RichText::new(untried)
            .font(font::small())
            .color(theme.text_dim);
        ui.label(text);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The changed part of the second of two lines, in brackets.
    #[track_caller]
    fn check(before: &str, after: &str, expected: &str) {
        let line = DiffLine::Added(1, after.to_owned());
        let part = changed_part(&line, Some(&DiffLine::Removed(1, before.to_owned())));
        let (head, rest) = after.split_at(part.start);
        let (part, tail) = rest.split_at(part.len());
        assert_eq!(format!("{head}[{part}]{tail}"), expected);
    }

    #[test]
    fn what_changed_in_a_line_is_what_reads_as_code() {
        check(
            "select(A).order_by(A.id)",
            "select(A).options(x(A.b)).order_by(A.id)",
            "select(A)[.options(x(A.b))].order_by(A.id)",
        );
        check("import a, b", "import a, ab, b", "import a[, ab], b");
        check("x(A, b)", "x(A)", "x(A[])");
        check("aé", "aéé", "aé[é]");
        check("same", "same", "same[]");
    }
}
