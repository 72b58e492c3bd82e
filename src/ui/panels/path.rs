//! Asks for a path in the window, where the system has no file dialog to ask with.

use std::path::PathBuf;

use egui::{Key, Modifiers, RichText, TextEdit, Ui};

use crate::ui::command::Command;
use crate::ui::state::PathWanted;
use crate::ui::theme::{Theme, font};
use crate::ui::widgets::modal;

/// What was typed so far.
#[derive(Default)]
pub struct View {
    text: String,
}

pub fn show(ui: &mut Ui, wanted: &PathWanted, view: &mut View, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let (title, button) = match wanted {
        PathWanted::Open => ("Open a scenario or a trace", "Open"),
        PathWanted::Save => ("Save the scenario as", "Save"),
        PathWanted::Export(_) => ("Export the trace to", "Export"),
    };
    let shown = modal(ui.ctx(), "path").show(ui.ctx(), |ui| {
        ui.set_width(480.0_f32.min(ui.ctx().content_rect().width() - 40.0));
        ui.heading(title);
        let why = "This system has no file dialog to offer; write the path of the file.";
        ui.label(RichText::new(why).font(font::small()).color(theme.text_dim));
        let field = TextEdit::singleline(&mut view.text).desired_width(f32::INFINITY);
        let response = ui.add(field).accessible_name("Path");
        if !response.has_focus() && !response.lost_focus() {
            response.request_focus();
        }
        let entered = response.lost_focus()
            && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            let is_typed = !view.text.trim().is_empty();
            if (ui
                .add_enabled(is_typed, egui::Button::new(button))
                .clicked()
                || entered)
                && is_typed
            {
                let path = PathBuf::from(view.text.trim());
                view.text.clear();
                commands.push(Command::CloseOverlay);
                commands.push(match wanted {
                    PathWanted::Open => Command::OpenFile(path),
                    PathWanted::Save => Command::SaveTo(path),
                    PathWanted::Export(format) => Command::ExportTo(*format, path),
                });
            }
            if ui.button("Cancel").clicked() {
                commands.push(Command::CloseOverlay);
            }
        });
    });
    if shown.should_close() {
        commands.push(Command::CloseOverlay);
    }
}
