//! Keys and dropped files, as commands.

use egui::{Context, Key, KeyboardShortcut, Modifiers, Popup};

use crate::ui::command::Command;
use crate::ui::state::State;

/// The commands whose keys were pressed since the last frame. Keys that mean something in a text field mean only that
/// while one has the focus.
pub fn commands(context: &Context, state: &State) -> Vec<Command> {
    let mut pressed = Vec::new();
    let in_text = context.text_edit_focused();
    let in_overlay = state.overlay.is_some();
    for command in Command::ALL {
        if !state.allows(&command) {
            continue;
        }
        for shortcut in command.shortcuts() {
            let is_text = types_text(shortcut);
            if shortcut.logical_key == Key::Escape || is_text && (in_text || in_overlay) {
                continue;
            }
            if consume(context, shortcut) {
                pressed.push(command.clone());
            }
        }
    }
    // Menus and overlays close themselves.
    if !in_overlay && !Popup::is_any_open(context) && consume(context, &ESCAPE) {
        pressed.push(state.escape());
    }
    pressed
}

const ESCAPE: KeyboardShortcut = KeyboardShortcut::new(Modifiers::NONE, Key::Escape);

/// Presses of a shortcut. egui lets extra modifiers pass where they may only make a symbol (Shift on some keyboards),
/// so keys that mean another thing with Shift are asked for exactly.
fn consume(context: &Context, shortcut: &KeyboardShortcut) -> bool {
    let with_shift = shortcut.modifiers.shift;
    context.input_mut(|input| {
        let exact = matches!(
            shortcut.logical_key,
            Key::F5 | Key::Slash | Key::Enter | Key::F | Key::A | Key::D | Key::S | Key::W
        );
        if exact && input.modifiers.shift != with_shift {
            return false;
        }
        input.consume_shortcut(shortcut)
    })
}

/// Whether a text field takes this key for itself.
fn types_text(shortcut: &KeyboardShortcut) -> bool {
    let bare = shortcut.modifiers == Modifiers::NONE || shortcut.modifiers == Modifiers::SHIFT;
    // Taking back what was typed is the text field's own business.
    let undoes = shortcut.logical_key == Key::Z;
    undoes
        || bare
            && !matches!(
                shortcut.logical_key,
                Key::F1 | Key::F5 | Key::F10 | Key::F11 | Key::Escape
            )
}

/// Files that were dropped on the window.
pub fn dropped(context: &Context) -> Vec<Command> {
    context.input(|input| {
        let files = input.raw.dropped_files.iter();
        files
            .map(|file| Command::OpenFile(file.path().to_owned()))
            .collect()
    })
}
