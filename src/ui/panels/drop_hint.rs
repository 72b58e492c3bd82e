//! What a file would do that is held over the window.

use egui::{Align2, Area, Frame, Id, Margin, Order, RichText, Ui};

use crate::ui::theme::{Theme, font, size};

pub fn show(ui: &Ui) {
    let names: Vec<String> = ui.input(|input| {
        let paths = input
            .raw
            .hovered_files
            .iter()
            .filter_map(|file| file.path.as_ref());
        let names = paths.filter_map(|path| path.file_name());
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect()
    });
    let hovers = ui.input(|input| !input.raw.hovered_files.is_empty());
    if !hovers {
        return;
    }
    let theme = Theme::of(ui.ctx());
    let text = match names.first() {
        Some(name) => format!("Drop to open {name}"),
        // Some systems tell the name only with the drop.
        None => "Drop a scenario (.py) or a trace (.json) to open it".to_owned(),
    };
    ui.ctx()
        .layer_painter(egui::LayerId::new(
            Order::Foreground,
            Id::unique("drop backdrop"),
        ))
        .rect_filled(ui.ctx().content_rect(), 0.0, theme.backdrop);
    Area::new(Id::unique("drop hint"))
        .order(Order::Tooltip)
        .anchor(Align2::CENTER_CENTER, egui::Vec2::ZERO)
        .show(ui.ctx(), |ui| {
            Frame::window(ui.style())
                .inner_margin(Margin::symmetric(28, 20))
                .show(ui, |ui| {
                    let text = RichText::new(text).font(font::text(size::ROOM));
                    ui.label(text.color(theme.text_strong));
                });
        });
}
