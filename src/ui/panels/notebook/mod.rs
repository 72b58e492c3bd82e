//! The scenario as a notebook: prose, code with what each line caused, quick checks, and what it printed.

mod badge;
mod check;
mod code;
mod output;
mod typing;
mod wrapping;

use std::collections::{HashMap, HashSet};

use egui::{Frame, Margin, RichText, ScrollArea, Ui};
use egui_commonmark::{CommonMarkCache, CommonMarkViewer};

use crate::scenario::{Cell, Content};
use crate::trace::CellCount;
use crate::ui::command::Command;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};
use crate::ui::widgets::{Pill, card, pill};
use crate::ui::words;

/// What the notebook remembers between frames.
#[derive(Default)]
pub struct View {
    markdown: CommonMarkCache,
    /// Setup cells that were opened.
    opened: HashSet<usize>,
    /// Which answer was picked last, by cell.
    answers: HashMap<usize, usize>,
    /// The code being edited, by cell: a field needs a text of its own.
    editors: HashMap<usize, code::Editor>,
    /// Cell at the top of what is seen.
    top_cell: usize,
    /// Selection that was scrolled to.
    revealed: u64,
    /// Line that the run stood at when it was scrolled to.
    followed: u32,
}

impl View {
    /// Number of the cell at the top of what is seen.
    pub fn top_cell(&self) -> usize {
        self.top_cell
    }
}

pub fn show(ui: &mut Ui, state: &State, view: &mut View, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let to_show = state.cell_to_show;
    let reveal = (view.revealed != state.reveal)
        .then(|| state.selected_line())
        .flatten();
    view.revealed = state.reveal;
    ScrollArea::vertical()
        .id_salt("notebook")
        .auto_shrink(false)
        .show(ui, |ui| {
            Frame::new()
                .inner_margin(Margin::symmetric(12, 11))
                .show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 11.0;
                    let top = ui.clip_rect().top();
                    let mut top_cell = None;
                    for (at, cell) in state.document.scenario.cells.iter().enumerate() {
                        let response = ui
                            .push_id(("cell", at), |ui| match &cell.content {
                                Content::Markdown(text) => markdown(ui, text, view, theme),
                                Content::Check(question) => {
                                    check::show(ui, state, at, question, view)
                                }
                                Content::Code => {
                                    code_cell(ui, state, at, cell, reveal, view, commands)
                                }
                            })
                            .response;
                        if to_show == Some(at) {
                            response.scroll_to_me(Some(egui::Align::TOP));
                        }
                        if top_cell.is_none() && response.rect.bottom() > top + 20.0 {
                            top_cell = Some(at);
                        }
                    }
                    view.top_cell = top_cell.unwrap_or(0);
                    if !state.record().output.is_empty() {
                        output::show(ui, &state.record().output);
                    }
                });
        });
    if to_show.is_some() {
        commands.push(Command::CellShown);
    }
}

fn markdown(ui: &mut Ui, text: &str, view: &mut View, theme: &Theme) {
    let (title, body) = heading(text);
    let mut content = |ui: &mut Ui| {
        prose(ui, body, &mut view.markdown, theme);
    };
    match (title, body.trim().is_empty()) {
        (Some(title), true) => {
            card(ui, title, |_| {}, None);
        }
        (Some(title), false) => {
            card(ui, title, |_| {}, Some(&mut content));
        }
        (None, _) => content(ui),
    }
}

/// CommonMark in the notebook's measure.
fn prose(ui: &mut Ui, text: &str, cache: &mut CommonMarkCache, theme: &Theme) {
    Frame::new()
        .inner_margin(Margin::symmetric(11, 9))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 5.0;
            // Each run of a line's text is a widget: a line is as high as its text, not as a button.
            ui.spacing_mut().interact_size.y = ui.text_style_height(&egui::TextStyle::Body);
            ui.visuals_mut().override_text_color = Some(theme.text);
            CommonMarkViewer::new().show(ui, cache, text);
        });
}

/// A cell's first heading, which becomes the card's title, and what follows it.
fn heading(text: &str) -> (Option<&str>, &str) {
    let text = text.trim_start_matches('\n');
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.trim_start_matches('#') {
        title if title.len() < first.len() && title.starts_with(' ') => (Some(title.trim()), rest),
        _ => (None, text),
    }
}

fn code_cell(
    ui: &mut Ui,
    state: &State,
    at: usize,
    cell: &Cell,
    reveal: Option<u32>,
    view: &mut View,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui.ctx());
    let info = &cell.info;
    let runs_here = state.trace().current_line().map(|(line, _)| line);
    let holds = |line: u32| (info.first_line..=info.last_line).contains(&line);
    // A line to be seen opens the cell that it is folded away in.
    if reveal.is_some_and(holds) && info.setup {
        view.opened.insert(at);
    }
    let is_open = !info.setup || view.opened.contains(&at);
    let title = match info.title.trim() {
        "" if info.setup => "Setup",
        "" => "Code",
        title => title,
    };
    let counts = match state.lines_match() {
        true => state.trace().cell_count(info.id),
        false => CellCount::default(),
    };
    let mut toggled = false;
    let beside = |ui: &mut Ui| {
        if info.setup {
            let fold = ui
                .add(
                    egui::Button::new(if is_open { "▾" } else { "▸" })
                        .small()
                        .frame_when_inactive(false),
                )
                .accessible_name(format!(
                    "{} {title}",
                    if is_open { "Fold" } else { "Unfold" }
                ));
            toggled = fold.clicked();
            let text = match counts.all {
                0 => "setup".to_owned(),
                hidden => format!("setup · {} hidden", words::count(hidden)),
            };
            pill(ui, Pill::Quiet, &text)
                .on_hover_text("Statements of setup cells are in the trace, but not counted.");
        } else {
            badge::show(ui, state, cell, counts);
        }
    };
    let follow = runs_here.filter(|line| holds(*line) && *line != view.followed);
    if let Some(line) = follow {
        view.followed = line;
    }
    let editor = view.editors.entry(at).or_default();
    let mut content = |ui: &mut Ui| {
        editor.show(
            ui,
            state,
            at,
            cell,
            reveal.or(follow).filter(|line| holds(*line)),
            commands,
        );
    };
    match is_open {
        true => card(ui, title, beside, Some(&mut content)),
        false => card(ui, title, beside, None),
    };
    if toggled && !view.opened.remove(&at) {
        view.opened.insert(at);
    }
    if is_open
        && view.editors.get(&at).is_some_and(code::Editor::is_empty)
        && !state.document.is_read_only()
    {
        ui.label(
            RichText::new("This cell is empty.")
                .font(font::text(size::SMALL))
                .color(theme.text_faint),
        );
    }
}
