//! A framed part of the notebook: a title, what is said beside it, and its content.

use egui::{Frame, Layout, Margin, Response, RichText, Stroke, Ui};

use crate::ui::theme::{Theme, font, size};

/// Shows a card. `beside` fills the right end of its title line; a card without `content` is its title alone.
pub fn card(
    ui: &mut Ui,
    title: &str,
    beside: impl FnOnce(&mut Ui),
    content: Option<&mut dyn FnMut(&mut Ui)>,
) -> Response {
    let theme = Theme::of(ui.ctx());
    Frame::new()
        .fill(theme.card)
        .stroke(Stroke::new(1.0, theme.line))
        .corner_radius(size::CARD_RADIUS)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.set_width(ui.available_width());
            Frame::new()
                .inner_margin(Margin::symmetric(11, 3))
                .show(ui, |ui| {
                    ui.horizontal(|ui| {
                        ui.set_min_height(size::CONTROL - 4.0);
                        let title = RichText::new(title)
                            .font(font::strong(size::TEXT - 0.5))
                            .color(theme.text_strong);
                        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
                            beside(ui);
                            ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| {
                                ui.add(egui::Label::new(title).truncate());
                            });
                        });
                    });
                });
            if let Some(content) = content {
                let left = ui.max_rect().x_range();
                ui.painter()
                    .hline(left, ui.cursor().top(), Stroke::new(1.0, theme.line));
                content(ui);
            }
        })
        .response
}
