//! A choice of one among few, side by side.

use egui::{Color32, CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use crate::ui::theme::{Theme, font, size};

/// One of the choices.
pub struct Segment<'a> {
    pub text: &'a str,
    /// What a screen reader says: the text alone may not tell what it is a choice of.
    pub name: String,
    pub tooltip: &'a str,
    pub is_chosen: bool,
    /// The fill when it is chosen.
    pub fill: Color32,
}

/// Shows the choices; tells which was clicked.
pub fn segments(ui: &mut Ui, choices: &[Segment<'_>]) -> Option<usize> {
    let theme = Theme::of(ui.ctx());
    let galleys: Vec<_> = choices
        .iter()
        .map(|choice| {
            let (font, color) = match choice.is_chosen {
                true => (font::strong(size::TEXT - 0.5), theme.text_strong),
                false => (font::text(size::TEXT - 0.5), theme.text_dim),
            };
            ui.painter()
                .layout_no_wrap(choice.text.to_owned(), font, color)
        })
        .collect();
    let height = size::CONTROL - 4.0;
    let widths: Vec<f32> = galleys
        .iter()
        .map(|galley| galley.size().x + 20.0)
        .collect();
    let (whole, group) = ui.allocate_exact_size(vec2(widths.iter().sum(), height), Sense::hover());
    let mut clicked = None;
    let mut left = whole.left();
    for (at, choice) in choices.iter().enumerate() {
        let rect = Rect::from_min_size(egui::pos2(left, whole.top()), vec2(widths[at], height));
        left += widths[at];
        let response = ui
            .interact(rect, group.id.with(at), Sense::click())
            .on_hover_cursor(egui::CursorIcon::PointingHand);
        response.widget_info(|| {
            WidgetInfo::selected(
                Role::RadioButton,
                ui.is_enabled(),
                choice.is_chosen,
                &choice.name,
            )
        });
        if ui.is_rect_visible(rect) {
            let radius = size::BUTTON_RADIUS;
            let corners = CornerRadius {
                nw: if at == 0 { radius } else { 0 },
                sw: if at == 0 { radius } else { 0 },
                ne: if at + 1 == choices.len() { radius } else { 0 },
                se: if at + 1 == choices.len() { radius } else { 0 },
            };
            let fill = match (choice.is_chosen, response.hovered()) {
                (true, _) => choice.fill,
                (false, true) => theme.button_hovered,
                (false, false) => Color32::TRANSPARENT,
            };
            let painter = ui.painter();
            painter.rect_filled(rect, corners, fill);
            if at > 0 {
                painter.vline(rect.left(), rect.y_range(), Stroke::new(1.0, theme.line));
            }
            if response.has_focus() {
                let inside = rect.shrink(1.0);
                painter.rect_stroke(
                    inside,
                    corners,
                    Stroke::new(1.5, theme.accent_line),
                    StrokeKind::Inside,
                );
            }
            let galley = galleys[at].clone();
            painter.galley(rect.center() - galley.size() / 2.0, galley, theme.text);
        }
        if response.clicked() {
            clicked = Some(at);
        }
        if !choice.tooltip.is_empty() {
            response.on_hover_text(choice.tooltip);
        }
    }
    let radius = CornerRadius::same(size::BUTTON_RADIUS);
    ui.painter().rect_stroke(
        whole,
        radius,
        Stroke::new(1.0, theme.line),
        StrokeKind::Inside,
    );
    clicked
}
