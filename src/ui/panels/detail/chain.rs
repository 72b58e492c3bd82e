//! The chain of cause: from the first query down to the statement, and on to what it led to.

use egui::{Button, RichText, Ui};

use crate::trace::{StatementRef, Trace};
use crate::ui::command::Command;
use crate::ui::highlight::brief;
use crate::ui::selection::Target;
use crate::ui::theme::{Theme, font, size};
use crate::ui::widgets::caption;
use crate::ui::words;

/// Links of the chain that are shown; a longer one loses its middle.
const LONGEST: usize = 12;
/// Children that are looked at for what a statement led to.
const MOST_CHILDREN: usize = 2_000;
/// Bursts among them that are named.
const MOST_BURSTS: usize = 4;

pub fn show(ui: &mut Ui, trace: &Trace, statement: StatementRef<'_>, commands: &mut Vec<Command>) {
    let chain = ancestors(trace, statement);
    let led_to = led_to(trace, statement);
    if chain.len() < 2 && led_to.is_empty() {
        return;
    }
    caption(ui, "cause");
    ui.spacing_mut().item_spacing.y = 1.0;
    ui.spacing_mut().interact_size.y = 18.0;
    ui.spacing_mut().button_padding.y = 1.0;
    let hidden = chain.len().saturating_sub(LONGEST);
    for (depth, link) in chain.iter().enumerate() {
        if hidden > 0 && depth == 1 {
            ui.label(format!(
                "  … {}",
                words::counted(hidden as u64, "more", "more")
            ));
        }
        if (1..=hidden).contains(&depth) {
            continue;
        }
        let text = format!(
            "{} · line {} · {}",
            words::count(link.id()),
            link.line(),
            brief(link.sql())
        );
        let target = Target::Statement(link.id());
        step(
            ui,
            depth - hidden.min(depth),
            &text,
            link.id() == statement.id(),
            target,
            commands,
        );
    }
    for (burst, count) in led_to {
        let first = &trace.bursts()[burst as usize];
        let why = words::why(first.trigger, first.relationship.as_deref());
        let text = format!("×{} {why} · line {}", words::count(count), first.line);
        step(
            ui,
            chain.len() - hidden,
            &text,
            false,
            Target::Burst(burst),
            commands,
        );
    }
}

fn step(
    ui: &mut Ui,
    depth: usize,
    text: &str,
    is_here: bool,
    target: Target,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui.ctx());
    ui.horizontal(|ui| {
        ui.add_space(depth.min(8) as f32 * 12.0);
        let mark = if depth > 0 { "└ " } else { "" };
        let color = if is_here {
            theme.text_strong
        } else {
            theme.accent_line
        };
        let text = RichText::new(format!("{mark}{text}"))
            .font(font::code(size::SMALL + 0.5))
            .color(color);
        let link = ui.add_enabled(!is_here, Button::new(text).frame(false).truncate());
        if link.clicked() {
            commands.push(Command::Select(target));
        }
    });
}

/// The statement and those before it whose rows led to it, the first query first.
fn ancestors<'a>(trace: &'a Trace, statement: StatementRef<'a>) -> Vec<StatementRef<'a>> {
    let mut chain = vec![statement];
    let mut at = statement;
    while let Some(parent) = trace.parent(at.index()) {
        chain.push(parent);
        at = parent;
    }
    chain.reverse();
    chain
}

/// The bursts that a statement's rows led to, each with how many of its children are in it.
fn led_to(trace: &Trace, statement: StatementRef<'_>) -> Vec<(u32, u64)> {
    let mut bursts: Vec<(u32, u64)> = Vec::new();
    for child in trace.children(statement.index()).take(MOST_CHILDREN) {
        let Some(child) = trace.statement_by_id(child) else {
            continue;
        };
        let number = child.burst_number();
        match bursts.iter().position(|(other, _)| *other == number) {
            Some(at) => bursts[at].1 += 1,
            None if bursts.len() < MOST_BURSTS => bursts.push((number, 1)),
            None => break,
        }
    }
    bursts
}
