//! What is selected, in one sentence for a room.

use egui::{RichText, Ui};

use crate::trace::{Burst, StatementRef, Trigger};
use crate::ui::selection::Target;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};
use crate::ui::words;

pub fn show(ui: &mut Ui, state: &State) {
    let theme = Theme::of(ui.ctx());
    let text = RichText::new(words::with_thousands(&sentence(state)))
        .font(font::text(size::ROOM))
        .color(theme.text_strong);
    ui.add(egui::Label::new(text).wrap());
}

fn sentence(state: &State) -> String {
    let trace = state.trace();
    let Some(selected) = state.selected_statement() else {
        let summary = trace.summary();
        let statements = words::counted(summary.statements, "statement", "statements");
        let rows = words::counted(summary.rows, "row", "rows");
        return match trace.findings().first() {
            Some(finding) => format!("{statements}, {rows}. {}", trace.explain(finding).message),
            None => format!("{statements}, {rows}."),
        };
    };
    let burst = selected.burst();
    if burst.len() > 1 && !matches!(state.selection.target, Target::Statement(_)) {
        let finding = trace
            .findings_of_burst(selected.burst_number() as usize)
            .next();
        return match finding {
            Some(number) => trace.explain(&trace.findings()[number]).message,
            None => of_burst(burst),
        };
    }
    of_statement(selected)
}

fn of_burst(burst: &Burst) -> String {
    let statements = words::counted(burst.len() as u64, "statement", "statements");
    let why = words::why(burst.trigger, burst.relationship.as_deref());
    format!("{statements} from line {}: {why}.", burst.line)
}

fn of_statement(statement: StatementRef<'_>) -> String {
    let (id, line) = (statement.id(), statement.line());
    let rows = words::counted(statement.rows(), "row", "rows");
    let what = statement
        .relationship()
        .map_or("what was asked for", |key| &**key);
    let owners = u64::from(statement.owners());
    let whose = match statement.owner() {
        Some(owner) => format!(" of {owner}"),
        None if owners > 1 => format!(" of {} owners at once", words::count(owners)),
        None => String::new(),
    };
    match statement.trigger() {
        Trigger::Query => format!("Line {line} asked for statement {id}, and {rows} came."),
        Trigger::Get => {
            format!("Line {line} got one object by its key, which took statement {id}.")
        }
        Trigger::Lazy => format!(
            "Line {line} read {what}{whose}; it was not loaded, and that took statement {id}."
        ),
        Trigger::Selectin | Trigger::Subquery | Trigger::Immediate | Trigger::Joined => format!(
            "Statement {id} loads {what}{whose}, by {}, before anything reads it.",
            words::trigger(statement.trigger())
        ),
        Trigger::Refresh => format!(
            "Line {line} touched an object whose values had expired; statement {id} read them anew."
        ),
        Trigger::Flush => format!("Statement {id} writes what had changed in the session."),
        Trigger::Ddl => format!("Statement {id} makes the schema."),
        Trigger::Transaction => format!("Statement {id} begins or ends a transaction."),
    }
}
