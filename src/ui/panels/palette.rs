//! The command palette: any command by its name, any scenario by its title.

use egui::{
    Align2, Key, Modifiers, RichText, Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, vec2,
};

use crate::scenario::BUNDLED;
use crate::ui::command::Command;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};
use crate::ui::widgets::modal;

/// What was typed, and which of the entries is marked.
#[derive(Default)]
pub struct View {
    text: String,
    marked: usize,
    last_frame: u64,
}

struct Entry {
    command: Command,
    label: String,
    keys: String,
}

pub fn show(ui: &mut Ui, state: &State, view: &mut View, commands: &mut Vec<Command>) {
    let frame = ui.ctx().cumulative_frame_nr();
    if frame > view.last_frame + 1 {
        view.text.clear();
        view.marked = 0;
    }
    view.last_frame = frame;
    let shown = modal(ui.ctx(), "palette").show(ui.ctx(), |ui| {
        ui.set_width(520.0_f32.min(ui.ctx().content_rect().width() - 40.0));
        let (up, down) = ui.input_mut(|input| {
            (
                input.consume_key(Modifiers::NONE, Key::ArrowUp),
                input.consume_key(Modifiers::NONE, Key::ArrowDown),
            )
        });
        let field = TextEdit::singleline(&mut view.text)
            .hint_text("What to do")
            .desired_width(f32::INFINITY);
        let response = ui.add(field).accessible_name("Command");
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if !response.has_focus() {
            response.request_focus();
        }
        if response.changed() {
            view.marked = 0;
        }
        let entries = entries(ui.ctx(), state, &view.text);
        let last = entries.len().saturating_sub(1);
        view.marked = match (up, down) {
            (true, _) => view.marked.saturating_sub(1),
            (_, true) => view.marked + 1,
            _ => view.marked,
        }
        .min(last);
        let moved = up || down;
        ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (at, entry) in entries.iter().enumerate() {
                let clicked = row(ui, entry, at == view.marked, moved);
                if clicked || (entered && at == view.marked) {
                    commands.push(Command::CloseOverlay);
                    commands.push(entry.command.clone());
                }
            }
            if entries.is_empty() {
                ui.label("No command is called that.");
            }
        });
    });
    if shown.should_close() {
        commands.push(Command::CloseOverlay);
    }
}

/// What matches the words typed: those that are called so, then those that say of themselves that they do it, each in
/// the order of the registry.
fn entries(context: &egui::Context, state: &State, text: &str) -> Vec<Entry> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let commands = Command::ALL.into_iter().map(|command| Entry {
        label: command.label().to_owned(),
        keys: command.shortcut_text(context).unwrap_or_default(),
        command,
    });
    let scenarios = BUNDLED.iter().map(|bundled| Entry {
        command: Command::OpenBundled(bundled.name.to_owned()),
        label: format!(
            "Open {}",
            super::top_bar::title_of(bundled.source, bundled.name)
        ),
        keys: String::new(),
    });
    let allowed = commands
        .chain(scenarios)
        .filter(|entry| state.allows(&entry.command) && entry.command != Command::Palette);
    let holds = |text: &str| {
        let text = text.to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let (mut found, others): (Vec<Entry>, Vec<Entry>) =
        allowed.partition(|entry| holds(&entry.label));
    found.extend(others.into_iter().filter(|entry| {
        let all = format!("{} {}", entry.label, entry.command.tooltip());
        holds(&all)
    }));
    found
}

fn row(ui: &mut Ui, entry: &Entry, is_marked: bool, moved: bool) -> bool {
    let theme = Theme::of(ui.ctx());
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, true, is_marked, &entry.label));
    if is_marked || response.hovered() {
        ui.painter().rect_filled(
            rect,
            5.0,
            if is_marked {
                theme.selection
            } else {
                theme.row_hovered
            },
        );
    }
    let inside = rect.shrink2(vec2(8.0, 0.0));
    let painter = ui.painter();
    painter.text(
        inside.left_center(),
        Align2::LEFT_CENTER,
        &entry.label,
        font::body(),
        theme.text_strong,
    );
    painter.text(
        inside.right_center(),
        Align2::RIGHT_CENTER,
        &entry.keys,
        font::code(size::SMALL),
        theme.text_dim,
    );
    if is_marked && moved {
        response.scroll_to_me(None);
    }
    let tooltip = entry.command.tooltip();
    let clicked = response.clicked();
    if !tooltip.is_empty() {
        response.on_hover_text(RichText::new(tooltip));
    }
    clicked
}
