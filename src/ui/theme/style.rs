//! egui's own style, set from the theme: what buttons, fields, menus and scroll bars look like.

use egui::style::{HandleShape, ScrollStyle, WidgetVisuals};
use egui::{Context, CornerRadius, Margin, Shadow, Stroke, Style, TextStyle, Visuals, vec2};

use super::fonts::{self, font};
use super::palette::{DARK, LIGHT, Theme};

/// Sizes, in points.
pub mod size {
    /// Captions, units, column heads, badges.
    pub const SMALL: f32 = 11.0;
    /// What most of the window is written in.
    pub const TEXT: f32 = 13.0;
    /// Code and table cells.
    pub const CODE: f32 = 12.0;
    /// A heading inside of prose.
    pub const HEADING: f32 = 15.0;
    /// The name of the program.
    pub const BRAND: f32 = 14.5;
    /// The large numbers.
    pub const NUMBER: f32 = 24.0;

    /// Corners of cards and findings, of buttons, of badges.
    pub const CARD_RADIUS: u8 = 8;
    pub const BUTTON_RADIUS: u8 = 6;
    pub const BADGE_RADIUS: u8 = 9;

    pub const TOP_BAR: f32 = 44.0;
    pub const LOADING_ROW: f32 = 30.0;
    pub const NUMBERS: f32 = 68.0;
    pub const STATUS_BAR: f32 = 26.0;
    /// What the notebook takes of the window, and the detail of what is right of it.
    pub const NOTEBOOK: f32 = 0.275;
    pub const NOTEBOOK_LEAST: f32 = 330.0;
    pub const NOTEBOOK_MOST: f32 = 460.0;
    pub const DETAIL: f32 = 0.35;
    pub const DETAIL_LEAST: f32 = 290.0;
    /// With less than this a study or a comparison takes the place of the detail as well.
    pub const STUDY_BESIDE_DETAIL: f32 = 900.0;
    /// With less height than this under the numbers it takes the place of the timeline too.
    pub const STUDY_UNDER_TIMELINE: f32 = 560.0;
    /// A row of the table.
    pub const ROW: f32 = 27.0;
    /// A line of code.
    pub const CODE_LINE: f32 = 20.0;
    /// What most people in a room can read.
    pub const ROOM: f32 = 16.0;
    /// From here on, there is room for every button.
    pub const WIDE: f32 = 1240.0;
    /// Below this, panels are shown one at a time.
    pub const COMPACT: egui::Vec2 = egui::vec2(880.0, 560.0);
    /// What a finger or a careful pointer needs at least.
    pub const CONTROL: f32 = 28.0;
}

/// Gives the context both styles and the fonts.
pub fn install(context: &Context) {
    context.set_fonts(fonts::definitions());
    context.set_style_of(egui::Theme::Dark, style(&DARK));
    context.set_style_of(egui::Theme::Light, style(&LIGHT));
}

fn style(theme: &Theme) -> Style {
    let mut style = Style {
        text_styles: [
            (TextStyle::Small, font::small()),
            (TextStyle::Body, font::body()),
            (TextStyle::Button, font::body()),
            (TextStyle::Heading, font::strong(size::HEADING)),
            (TextStyle::Monospace, font::code(size::CODE)),
        ]
        .into(),
        visuals: visuals(theme),
        animation_time: 0.08,
        ..Style::default()
    };
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(8.0, 6.0);
    spacing.button_padding = vec2(11.0, 5.0);
    spacing.interact_size = vec2(28.0, size::CONTROL);
    spacing.menu_margin = Margin::same(6);
    spacing.window_margin = Margin::same(14);
    spacing.slider_width = 90.0;
    spacing.slider_rail_height = 4.0;
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 9.0;
    spacing.icon_spacing = 5.0;
    spacing.tooltip_width = 420.0;
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        ..ScrollStyle::thin()
    };
    style.interaction.tooltip_delay = 0.35;
    style.url_in_tooltip = true;
    style
}

fn visuals(theme: &Theme) -> Visuals {
    let mut visuals = match theme.is_dark {
        true => Visuals::dark(),
        false => Visuals::light(),
    };
    let widget = |fill, line, text| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, line),
        corner_radius: CornerRadius::same(size::BUTTON_RADIUS),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    let widgets = &mut visuals.widgets;
    widgets.noninteractive = widget(theme.panel, theme.line, theme.text);
    widgets.inactive = widget(theme.button, theme.line, theme.text);
    widgets.hovered = widget(theme.button_hovered, theme.text_faint, theme.text_strong);
    widgets.active = widget(theme.button_pressed, theme.accent_line, theme.text_strong);
    widgets.open = widget(theme.button_hovered, theme.line, theme.text_strong);
    visuals.weak_text_color = Some(theme.text_dim);
    visuals.selection.bg_fill = match theme.is_dark {
        true => theme.accent.gamma_multiply(0.55),
        false => theme.accent.gamma_multiply(0.25),
    };
    visuals.selection.stroke = Stroke::new(1.0, theme.text_strong);
    visuals.hyperlink_color = theme.accent_line;
    visuals.faint_bg_color = theme.row_hovered;
    visuals.extreme_bg_color = theme.field;
    visuals.text_edit_bg_color = Some(theme.field);
    visuals.code_bg_color = theme.badge;
    visuals.warn_fg_color = theme.caution;
    visuals.error_fg_color = theme.alarm;
    visuals.panel_fill = theme.panel;
    visuals.window_fill = theme.panel;
    visuals.window_stroke = Stroke::new(1.0, theme.line);
    visuals.window_corner_radius = CornerRadius::same(size::CARD_RADIUS);
    visuals.menu_corner_radius = CornerRadius::same(size::CARD_RADIUS);
    let shadow = Shadow {
        offset: [0, 6],
        blur: 18,
        spread: 0,
        color: theme.backdrop,
    };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    visuals.slider_trailing_fill = false;
    visuals.handle_shape = HandleShape::Circle;
    visuals.text_cursor.stroke = Stroke::new(1.5, theme.accent_line);
    visuals
}
