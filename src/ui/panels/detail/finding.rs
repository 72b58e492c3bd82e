//! A finding in words, with what to try.

use egui::{Button, Frame, Margin, RichText, Stroke, Ui};

use super::remedies;
use crate::trace::{Confidence, Finding};
use crate::ui::command::Command;
use crate::ui::selection::Target;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};
use crate::ui::widgets::{Pill, pill};
use crate::ui::words;

pub fn show(ui: &mut Ui, state: &State, number: usize, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let trace = state.trace();
    let Some(finding) = trace.findings().get(number) else {
        return;
    };
    let explanation = trace.explain(finding);
    let is_sure = finding.confidence == Confidence::Confirmed;
    let (fill, line, color) = match is_sure {
        true => (theme.alarm_row, theme.alarm_line, theme.alarm_text),
        false => (theme.caution_fill, theme.caution_line, theme.caution),
    };
    Frame::new()
        .fill(fill)
        .stroke(Stroke::new(1.0, line))
        .corner_radius(size::CARD_RADIUS)
        .inner_margin(Margin::symmetric(13, 11))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 5.0;
            ui.horizontal_wrapped(|ui| {
                let title = RichText::new(title(finding))
                    .font(font::strong(size::TEXT))
                    .color(color);
                // Its name leads to its statements; in the list of findings that is how one is opened.
                let link = ui.add(Button::new(title).frame(false));
                if link.on_hover_text("Show its statements").clicked() {
                    commands.push(Command::Select(target(finding, number)));
                }
                let kind = if is_sure { Pill::Alarm } else { Pill::Caution };
                let why = match is_sure {
                    true => "The session layer made these statements and knows their cause.",
                    false => "The SQL alone suggests it, or there is little of it.",
                };
                pill(ui, kind, finding.confidence.name()).on_hover_text(why);
            });
            let message = words::with_thousands(&explanation.message);
            ui.label(RichText::new(message).color(theme.text_strong));
            if !explanation.evidence.is_empty() {
                let evidence = words::with_thousands(&explanation.evidence);
                ui.label(RichText::new(evidence).color(theme.text_dim));
            }
            let remedies = &explanation.remedies;
            // Two findings may have the same remedy.
            ui.push_id(number, |ui| {
                remedies::show(ui, state, number, finding, remedies, commands);
            });
        });
}

fn title(finding: &Finding) -> String {
    match &finding.relationship {
        Some(relationship) => format!("{} · {relationship}", finding.kind.title()),
        None => finding.kind.title().to_owned(),
    }
}

fn target(finding: &Finding, number: usize) -> Target {
    match finding.burst() {
        Some(burst) => Target::Burst(burst as u32),
        None => Target::Finding(number as u32),
    }
}
