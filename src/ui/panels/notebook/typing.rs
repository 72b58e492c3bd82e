//! What Enter and Tab do in code: a new line begins where the one before did, or further in after a colon.

use egui::{Event, Id, Key, Modifiers, TextEdit, Ui};

const STEP: &str = "    ";

/// Puts what is typed in the place of the keys that were pressed since the last frame, if that editor has the focus.
pub fn indent(ui: &Ui, editor: Id, text: &str) {
    if !ui.memory(|memory| memory.has_focus(editor)) {
        return;
    }
    let Some(state) = TextEdit::load_state(ui.ctx(), editor) else {
        return;
    };
    let Some(range) = state.cursor.char_range() else {
        return;
    };
    let at = range.as_sorted_char_range().start;
    ui.input_mut(|input| {
        // What comes after the first such key of a frame is typed at a place that is not known yet.
        let mut keys = input.events.iter_mut().filter(|event| is_plain(event));
        let Some(event) = keys.next() else {
            return;
        };
        let typed = match event {
            Event::Key {
                key: Key::Enter, ..
            } => format!("\n{}", next_indent(text, at.0)),
            _ => STEP.to_owned(),
        };
        // An empty line needs nothing, and a lone newline is the editor's own.
        if typed != "\n" {
            *event = Event::Text(typed);
        }
    });
}

fn is_plain(event: &Event) -> bool {
    matches!(
        event,
        Event::Key {
            key: Key::Enter | Key::Tab,
            pressed: true,
            modifiers: Modifiers::NONE,
            ..
        }
    )
}

/// What a line begins with that is broken off at that character.
fn next_indent(text: &str, at: usize) -> String {
    let end = text.char_indices().nth(at).map_or(text.len(), |(at, _)| at);
    let before = &text[..end];
    let line = before.rsplit('\n').next().unwrap_or(before);
    let code = line.trim_start();
    let blank = &line[..line.len() - code.len()];
    match code.trim_end().ends_with(':') {
        true => format!("{blank}{STEP}"),
        false => blank.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_where_the_one_before_did() {
        let text = "for é in all:\n    print(é)\nend";
        let after = |part: &str| {
            let bytes = text.find(part).expect("it is there") + part.len();
            next_indent(text, text[..bytes].chars().count())
        };
        assert_eq!(after("all:"), "    ");
        assert_eq!(after("for é"), "");
        assert_eq!(after("print(é)"), "    ");
        assert_eq!(after("\n  "), "  ", "in the middle of its blanks");
        assert_eq!(after("end"), "");
    }
}
