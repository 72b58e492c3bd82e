//! The search line over the table.

use egui::{Key, Modifiers, RichText, TextEdit, Ui};

use crate::ui::command::Command;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font};
use crate::ui::words;

/// Whether the line has taken the focus since it opened.
#[derive(Default)]
pub struct View {
    has_taken_focus: bool,
    /// Frame at which it was shown last, to notice that it was opened anew.
    last_frame: u64,
}

pub fn show(ui: &mut Ui, state: &State, view: &mut View, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let frame = ui.ctx().cumulative_frame_nr();
    if frame > view.last_frame + 1 {
        view.has_taken_focus = false;
    }
    view.last_frame = frame;
    ui.horizontal(|ui| {
        let mut text = state.search.text.clone();
        let field = TextEdit::singleline(&mut text)
            .hint_text("SQL, table, relationship, or line 42")
            .desired_width((ui.available_width() - 260.0).max(120.0));
        let response = ui.add(field).accessible_name("Search");
        if !view.has_taken_focus {
            response.request_focus();
            view.has_taken_focus = true;
        }
        if response.changed() {
            commands.push(Command::SetSearch(text));
        }
        if response.has_focus() || response.lost_focus() {
            let (back, on, close) = ui.input_mut(|input| {
                (
                    input.consume_key(Modifiers::SHIFT, Key::Enter),
                    input.consume_key(Modifiers::NONE, Key::Enter),
                    input.consume_key(Modifiers::NONE, Key::Escape),
                )
            });
            if back {
                commands.push(Command::PreviousHit);
            } else if on {
                commands.push(Command::NextHit);
            }
            if close {
                commands.push(Command::CloseSearch);
            } else if back || on {
                response.request_focus();
            }
        }
        let hits = state.search.hits().len() as u64;
        let found = words::counted(hits, "hit", "hits");
        let found = match (state.search.text.trim().is_empty(), state.search.hidden()) {
            (true, _) => String::new(),
            (false, 0) => found,
            (false, hidden) => format!("{found}, {} not shown", words::count(hidden as u64)),
        };
        ui.label(
            RichText::new(found)
                .font(font::small())
                .color(theme.text_dim),
        );
        for (command, text) in [
            (Command::PreviousHit, "↑"),
            (Command::NextHit, "↓"),
            (Command::CloseSearch, "×"),
        ] {
            let button = ui.add_enabled(
                hits > 0 || command == Command::CloseSearch,
                egui::Button::new(text).small(),
            );
            if button
                .on_hover_text(command.label())
                .accessible_name(command.label())
                .clicked()
            {
                commands.push(command);
            }
        }
    });
}
