//! How the run ended: where it stopped, or what it saved beside the run before.

use egui::{Button, Frame, Margin, RichText, Stroke, Ui};

use super::measures;
use crate::ui::command::Command;
use crate::ui::record::Record;
use crate::ui::selection::Target;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};

/// A run that did not come to its end says so, before anything else is said of it.
pub fn show(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let Some(ending) = state.record().ending() else {
        return;
    };
    let theme = Theme::of(ui.ctx());
    Frame::new()
        .fill(theme.card)
        .stroke(Stroke::new(1.0, theme.line))
        .corner_radius(size::CARD_RADIUS)
        .inner_margin(Margin::symmetric(13, 11))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 5.0;
            let title = RichText::new("Not finished").font(font::strong(size::TEXT));
            ui.label(title.color(theme.text_strong));
            let mut said = ending.chars();
            let first = said.next().into_iter().flat_map(char::to_uppercase);
            let said: String = first.chain(said).collect();
            ui.label(RichText::new(said.trim_end_matches('.').to_owned() + ".").color(theme.text));
            let what = "Its numbers are those of a part: nothing is compared or tried with them.";
            ui.label(
                RichText::new(what)
                    .font(font::small())
                    .color(theme.text_dim),
            );
            let error = state.trace().outcome().and_then(|it| it.error.as_ref());
            if let Some(line) = error.and_then(|error| error.line) {
                let show = ui.add(Button::new(format!("Show line {line}")).small());
                if show.clicked() {
                    commands.push(Command::Select(Target::Line(line)));
                }
            }
        });
}

/// What a run without a finding saved, beside the last run before it that had one.
pub fn savings(ui: &mut Ui, state: &State) {
    let theme = Theme::of(ui.ctx());
    let after = state.record();
    let is_like = |before: &&Record| {
        let has_findings = !before.trace.findings().is_empty();
        before.is_complete() && before.values == after.values && has_findings
    };
    let mut earlier = state.records[..state.shown.min(state.records.len())].iter();
    let Some(before) = earlier.rfind(is_like) else {
        return;
    };
    let text = format!("Beside run {} {}:", before.number, before.label());
    ui.label(
        RichText::new(text)
            .font(font::small())
            .color(theme.text_dim),
    );
    let (before, after) = (before.trace.summary(), after.trace.summary());
    ui.scope(|ui| measures::show(ui, state.round_trip_ns, [before, after], ""));
}
