//! All keys, by what they are for.

use egui::{Grid, RichText, ScrollArea, Ui};

use crate::ui::command::{Command, Group, keys_text};
use crate::ui::theme::{Theme, font, size};
use crate::ui::widgets::{caption, modal};

/// What the mouse does, which no command stands for.
const MOUSE: [(&str, &str); 5] = [
    ("Wheel", "zoom the timeline at the pointer; with Shift, pan"),
    ("Drag", "select a stretch of time, with its totals"),
    (
        "Click",
        "select a statement, a burst, a line of code, everywhere at once",
    ),
    ("Drop", "open a scenario or a trace"),
    (
        "Enter, Shift+Enter",
        "in the search: the next hit, the one before",
    ),
];

pub fn show(ui: &mut Ui, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let room = ui.ctx().content_rect().size();
    let shown = modal(ui.ctx(), "help").show(ui.ctx(), |ui| {
        ui.spacing_mut().interact_size.y = 18.0;
        ui.set_width(620.0_f32.min(room.x - 60.0));
        ui.heading("Keys");
        ScrollArea::vertical()
            .max_height((room.y - 140.0).max(160.0))
            .show(ui, |ui| {
                for group in Group::ALL {
                    ui.add_space(8.0);
                    caption(ui, group.title());
                    Grid::new(group.title())
                        .num_columns(2)
                        .spacing([18.0, 4.0])
                        .show(ui, |ui| {
                            for command in Command::ALL
                                .iter()
                                .filter(|command| command.group() == group)
                            {
                                let keys: Vec<_> = match command {
                                    Command::Help => vec!["?".to_owned(), "F1".to_owned()],
                                    _ => command
                                        .shortcuts()
                                        .iter()
                                        .map(|keys| keys_text(ui.ctx(), keys))
                                        .collect(),
                                };
                                if keys.is_empty() {
                                    continue;
                                }
                                ui.label(
                                    RichText::new(keys.join(", "))
                                        .font(font::code(size::CODE))
                                        .color(theme.text_strong),
                                );
                                ui.label(RichText::new(sentence(command)).color(theme.text_dim));
                                ui.end_row();
                            }
                        });
                }
                ui.add_space(8.0);
                caption(ui, "mouse");
                Grid::new("mouse")
                    .num_columns(2)
                    .spacing([18.0, 4.0])
                    .show(ui, |ui| {
                        for (what, does) in MOUSE {
                            ui.label(
                                RichText::new(what)
                                    .font(font::code(size::CODE))
                                    .color(theme.text_strong),
                            );
                            ui.label(RichText::new(does).color(theme.text_dim));
                            ui.end_row();
                        }
                    });
                ui.add_space(8.0);
                let note =
                    "Letters and digits are typed, not obeyed, while a text field has the focus.";
                ui.label(
                    RichText::new(note)
                        .font(font::small())
                        .color(theme.text_faint),
                );
            });
        ui.add_space(6.0);
        if ui.button("Close").clicked() {
            commands.push(Command::CloseOverlay);
        }
    });
    if shown.should_close() {
        commands.push(Command::CloseOverlay);
    }
}

/// What a command does; those that differ in a word only are told by their names.
fn sentence(command: &Command) -> &'static str {
    match command {
        Command::Choose(_) => command.label(),
        _ => command.tooltip(),
    }
}
