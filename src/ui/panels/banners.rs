//! What went wrong, and what wants an answer, across the top of the window.

use egui::collapsing_header::CollapsingState;
use egui::{Align, Frame, Layout, Margin, RichText, ScrollArea, Ui};

use crate::ui::banner::{Banner, Kind};
use crate::ui::command::Command;
use crate::ui::selection::Target;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};

/// Banners that are shown before they scroll.
const TALLEST: f32 = 190.0;

pub fn show(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("banners")
        .max_height(TALLEST)
        .show(ui, |ui| {
            if state.document.offered.is_some() {
                changed_on_disk(ui, state, commands);
            }
            for (at, banner) in state.banners.iter().enumerate() {
                ui.push_id(at, |ui| show_one(ui, banner, at, commands));
            }
        });
}

fn show_one(ui: &mut Ui, banner: &Banner, at: usize, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let (fill, color, mark) = match banner.kind {
        Kind::Run | Kind::Open | Kind::Write => (theme.alarm_fill, theme.alarm_text, "⚠"),
        Kind::Scenario => (theme.caution_fill, theme.caution, "⚠"),
        Kind::Done(_) | Kind::Changed => (theme.good_fill, theme.good, "✓"),
    };
    Frame::new()
        .fill(fill)
        .inner_margin(Margin::symmetric(14, 6))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            let id = ui.make_persistent_id(("more", &banner.text));
            let mut fold = CollapsingState::load_with_default_open(ui.ctx(), id, false);
            ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
                let close = ui.add(egui::Button::new("×").small().frame_when_inactive(false));
                if close
                    .on_hover_text("Dismiss")
                    .accessible_name("Dismiss")
                    .clicked()
                {
                    commands.push(Command::DismissBanner(at));
                }
                let back = Command::TakeBack;
                if banner.kind == Kind::Changed {
                    let button = ui.add(egui::Button::new(back.label()).small());
                    if button.on_hover_text(back.tooltip()).clicked() {
                        commands.push(back);
                    }
                }
                if let Some(line) = banner.line {
                    let show = ui.add(egui::Button::new(format!("Line {line}")).small());
                    if show.on_hover_text("Show this line").clicked() {
                        commands.push(Command::Select(Target::Line(line)));
                    }
                }
                if banner.more.is_some() {
                    let text = if fold.is_open() {
                        "▾ Traceback"
                    } else {
                        "▸ Traceback"
                    };
                    let button = ui.add(egui::Button::new(text).small());
                    if button.accessible_name("Traceback").clicked() {
                        fold.toggle(ui);
                    }
                }
                ui.with_layout(Layout::top_down(Align::LEFT), |ui| {
                    let text = RichText::new(format!("{mark}  {}", banner.text)).color(color);
                    ui.add(egui::Label::new(text).wrap());
                });
            });
            let more = banner.more.as_deref().unwrap_or_default();
            fold.show_body_unindented(ui, |ui| {
                let text = RichText::new(more.trim_end()).font(font::code(size::SMALL + 0.5));
                ui.add(egui::Label::new(text.color(theme.text)).wrap());
            });
        });
}

fn changed_on_disk(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    Frame::new()
        .fill(theme.caution_fill)
        .inner_margin(Margin::symmetric(14, 6))
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                let name = &state.document.scenario.name;
                let lost = if state.document.is_edited() {
                    " What you changed here would be lost."
                } else {
                    ""
                };
                let text = format!("{name}.py was changed by another program.{lost}");
                ui.label(RichText::new(text).color(theme.caution));
                for command in [Command::TakeDiskVersion, Command::KeepShownVersion] {
                    if ui
                        .button(command.label())
                        .on_hover_text(command.tooltip())
                        .clicked()
                    {
                        commands.push(command);
                    }
                }
            });
        });
}
