//! The values that statements were sent with, folded where they are many.

use egui::{RichText, Ui};

use crate::trace::{Burst, Parameters, StatementRef, Trace, Value};
use crate::ui::theme::{Theme, font, size};
use crate::ui::widgets::caption;
use crate::ui::words;

/// Values of one statement that are written out; the rest is folded.
const MOST_VALUES: usize = 24;
/// Sets of values that are written out before `…` and the last.
const FIRST: usize = 3;

pub fn of_statement(ui: &mut Ui, statement: StatementRef<'_>) {
    let parameters = statement.parameters();
    let rows = parameters.row_count();
    if parameters.values().is_empty() && rows <= 1 {
        return;
    }
    let text = match parameters.is_many() {
        true => folded(rows, |at| parameters.rows().nth(at).map(set)),
        false => list(parameters.values()),
    };
    let title = match parameters.is_many() {
        true => format!(
            "parameters · {}",
            words::counted(rows as u64, "set", "sets")
        ),
        false => "parameters".to_owned(),
    };
    write(ui, &title, &text);
}

pub fn of_burst(ui: &mut Ui, trace: &Trace, burst: &Burst) {
    let members = burst.members();
    let one = |at: usize| {
        let parameters: Parameters<'_> = trace.statement(*members.get(at)? as usize).parameters();
        Some(match parameters.is_many() {
            true => format!("{} sets", words::count(parameters.row_count() as u64)),
            false => set(parameters.values()),
        })
    };
    if one(0).is_none_or(|text| text.is_empty() || text == "()") {
        return;
    }
    write(ui, "parameters", &folded(members.len(), one));
}

fn write(ui: &mut Ui, title: &str, text: &str) {
    let theme = Theme::of(ui.ctx());
    caption(ui, title);
    let text = RichText::new(text)
        .font(font::code(size::CODE))
        .color(theme.text);
    ui.add(egui::Label::new(text).wrap());
}

/// `1, 2, 3 … 100`
fn folded(count: usize, one: impl Fn(usize) -> Option<String>) -> String {
    let shown = if count <= FIRST + 2 { count } else { FIRST };
    let first: Vec<_> = (0..shown).filter_map(&one).collect();
    match count > shown {
        true => format!(
            "{} … {}",
            first.join(", "),
            one(count - 1).unwrap_or_default()
        ),
        false => first.join(", "),
    }
}

/// One value bare, several in parentheses.
fn set(values: &[Value]) -> String {
    match values {
        [value] => words::value(value),
        values => format!("({})", list(values)),
    }
}

fn list(values: &[Value]) -> String {
    let text: Vec<_> = values.iter().take(MOST_VALUES).map(words::value).collect();
    match (values.len() > MOST_VALUES, values.last()) {
        (true, Some(last)) => format!("{} … {}", text.join(", "), words::value(last)),
        _ => text.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_folded() {
        let number = |at: usize| Some((at + 1).to_string());
        assert_eq!(folded(1, number), "1");
        assert_eq!(folded(5, number), "1, 2, 3, 4, 5");
        assert_eq!(folded(100, number), "1, 2, 3 … 100");
        assert_eq!(set(&[Value::Integer(1), Value::Null]), "(1, NULL)");
        let many: Vec<_> = (1..=30).map(Value::Integer).collect();
        assert!(list(&many).ends_with("24 … 30"));
    }
}
