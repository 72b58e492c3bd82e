//! A quick check: a question with answers to pick from.

use egui::{Frame, Margin, RichText, Ui};

use super::View;
use crate::scenario::QuickCheck;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};
use crate::ui::widgets::card;

pub fn show(ui: &mut Ui, _state: &State, at: usize, check: &QuickCheck, view: &mut View) {
    let theme = Theme::of(ui.ctx());
    let View {
        markdown, answers, ..
    } = view;
    let picked = answers.get(&at).copied();
    let mut now = None;
    let mut content = |ui: &mut Ui| {
        Frame::new()
            .inner_margin(Margin::symmetric(11, 9))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = 5.0;
                egui_commonmark::CommonMarkViewer::new().show(ui, markdown, &check.question);
                rings(ui, theme);
                for (number, answer) in check.answers.iter().enumerate() {
                    let is_picked = picked == Some(number);
                    let color = match (is_picked, answer.is_right) {
                        (true, true) => theme.good,
                        (true, false) => theme.alarm_text,
                        (false, _) => theme.text,
                    };
                    let text = RichText::new(plain(&answer.text)).color(color);
                    let radio = ui
                        .horizontal_wrapped(|ui| ui.radio(is_picked, text))
                        .inner
                        .accessible_name(plain(&answer.text));
                    if radio.clicked() {
                        now = Some(number);
                    }
                    if is_picked {
                        let verdict = if answer.is_right {
                            "Right"
                        } else {
                            "Not quite"
                        };
                        let text = match &answer.explanation {
                            Some(explanation) => format!("{verdict}: {}", plain(explanation)),
                            None => format!("{verdict}."),
                        };
                        ui.indent(("why", number), |ui| {
                            ui.label(
                                RichText::new(text)
                                    .font(font::text(size::TEXT - 0.5))
                                    .color(color),
                            );
                        });
                    }
                }
            });
    };
    card(ui, "Quick check", |_| {}, Some(&mut content));
    if let Some(number) = now {
        answers.insert(at, number);
    }
}

/// CommonMark's marks taken away, where a label takes plain text alone.
fn plain(text: &str) -> String {
    text.replace(['*', '`'], "")
}

/// Radio buttons as thin rings: egui fills them like buttons.
fn rings(ui: &mut Ui, theme: &Theme) {
    ui.spacing_mut().interact_size.y = size::CODE_LINE;
    ui.spacing_mut().icon_width = 13.0;
    ui.spacing_mut().icon_width_inner = 7.0;
    let widgets = &mut ui.visuals_mut().widgets;
    for (state, ring) in [
        (&mut widgets.inactive, theme.text_dim),
        (&mut widgets.hovered, theme.text_strong),
        (&mut widgets.active, theme.accent_line),
    ] {
        state.bg_fill = theme.card;
        state.bg_stroke = egui::Stroke::new(1.3, ring);
        state.expansion = 0.0;
    }
}
