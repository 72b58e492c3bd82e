//! Rounded labels and captions.

use egui::{Align2, Color32, CornerRadius, Response, RichText, Role, Sense, Ui, WidgetInfo, vec2};

use crate::ui::theme::{Theme, font, size};

/// How much a pill wants to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pill {
    Quiet,
    Alarm,
    Caution,
    Good,
}

impl Pill {
    /// Its fill and its text.
    pub fn colors(self, theme: &Theme) -> (Color32, Color32) {
        match self {
            Self::Quiet => (theme.badge, theme.text_dim),
            Self::Alarm => (theme.alarm_fill, theme.alarm_text),
            Self::Caution => (theme.caution_fill, theme.caution),
            Self::Good => (theme.good_fill, theme.good),
        }
    }
}

/// A rounded label.
pub fn pill(ui: &mut Ui, kind: Pill, text: &str) -> Response {
    let (fill, color) = kind.colors(Theme::of(ui.ctx()));
    let galley =
        ui.painter()
            .layout_no_wrap(text.to_owned(), font::strong(size::SMALL - 0.5), color);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(14.0, 4.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    if ui.is_rect_visible(rect) {
        ui.painter()
            .rect_filled(rect, CornerRadius::same(size::BADGE_RADIUS), fill);
        let at = Align2::CENTER_CENTER
            .anchor_size(rect.center(), galley.size())
            .min;
        ui.painter().galley(at, galley, color);
    }
    response
}

/// A small heading in capitals.
pub fn caption(ui: &mut Ui, text: &str) -> Response {
    let theme = Theme::of(ui.ctx());
    ui.label(
        RichText::new(text.to_uppercase())
            .font(font::small())
            .color(theme.text_faint),
    )
    // Capitals are for the eye; some screen readers would spell them.
    .accessible_name(text)
}
