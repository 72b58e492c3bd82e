//! What the scenario printed.

use egui::{Frame, Margin, RichText, ScrollArea, Ui};

use crate::ui::record::Lines;
use crate::ui::theme::{Theme, font, size};
use crate::ui::widgets::{Pill, card, pill};
use crate::ui::words;

/// Height at which it begins to scroll.
const TALLEST: f32 = 220.0;

pub fn show(ui: &mut Ui, lines: &Lines) {
    let theme = Theme::of(ui.ctx());
    let count = words::counted(lines.len() as u64, "line", "lines");
    let mut content = |ui: &mut Ui| {
        Frame::new()
            .inner_margin(Margin::symmetric(11, 8))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = 0.0;
                let height = size::CODE_LINE - 2.0;
                ScrollArea::both()
                    .id_salt("output")
                    .max_height(TALLEST)
                    .auto_shrink([false, true])
                    .stick_to_bottom(true)
                    .show_rows(ui, height, lines.len(), |ui, rows| {
                        for row in rows {
                            let text = RichText::new(shortened(lines.get(row)))
                                .font(font::code(size::CODE - 0.5))
                                .line_height(Some(height))
                                .color(theme.text);
                            ui.add(egui::Label::new(text).extend());
                        }
                    });
            });
    };
    card(
        ui,
        "Output",
        |ui| drop(pill(ui, Pill::Quiet, &count)),
        Some(&mut content),
    );
}

/// A line that may be laid out within a frame.
fn shortened(line: &str) -> String {
    const LONGEST: usize = 2_000;
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} bytes)", &line[..end], line.len()),
        None => line.replace('\t', "    "),
    }
}
