//! How each relationship is loaded: a row each, with the four strategies side by side and the rest behind `⋯`.

use std::collections::HashSet;
use std::sync::Arc;

use egui::{
    Align, Button, Layout, Popup, Rect, RichText, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2,
};

use super::top_bar;
use crate::trace::{FindingKind, RelationshipInfo, Strategy, Trace, Trigger};
use crate::ui::command::Command;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};
use crate::ui::widgets::{Pill, Segment, caption, pill, segments};
use crate::ui::words;

/// The strategies that stand in the row; all others are behind `⋯`.
const SHOWN: [Strategy; 4] = [
    Strategy::Select,
    Strategy::Selectin,
    Strategy::Joined,
    Strategy::Raise,
];
const BEHIND: [Strategy; 4] = [
    Strategy::Subquery,
    Strategy::Immediate,
    Strategy::RaiseOnSql,
    Strategy::Noload,
];

/// Lines that are shown before they scroll.
const MOST_LINES: usize = 4;

/// What the panel has worked out of the shown trace.
#[derive(Default)]
pub struct View {
    /// Number of the run, and how many of its findings were looked at.
    known: (usize, usize),
    /// The relationships that are loaded owner by owner.
    n_plus_one: HashSet<Arc<str>>,
    /// What a query's own options decide, of the last run that is over: while another runs the rows stay as they are.
    set_by_options: Vec<(Arc<str>, u32, &'static str)>,
    /// The run that this is of.
    told_of: Option<usize>,
}

/// What a relationship's row says.
struct Row<'a> {
    info: &'a RelationshipInfo,
    chosen: Option<Strategy>,
    is_n_plus_one: bool,
    options: Option<(u32, &'static str)>,
    /// It wins over them.
    wins: bool,
    is_selected: bool,
    is_enabled: bool,
}

/// What a relationship takes of a line beside its name, and a letter of the name and of the hint.
const ROW_WIDTH: f32 = 334.0;
const NAME_LETTER: f32 = 7.25;
const HINT_LETTER: f32 = 6.2;
/// What the switch takes that makes a toggle win over options.
const SWITCH: f32 = 112.0;

/// What the word before the first line takes.
const CAPTION: f32 = 66.0;

/// How many relationships stand side by side in that width, so that each is seen whole.
fn in_a_line(state: &State, view: &View, width: f32) -> usize {
    let widths = state.document.relationships.iter().map(|info| {
        let hint = view.options(&info.key).map_or(0, |set| hint(set).len() + 2);
        let wins = state.document.overrides.contains(&info.key);
        let switch = if hint > 0 || wins { SWITCH } else { 0.0 };
        let name = NAME_LETTER * info.key.len() as f32;
        ROW_WIDTH + name + switch + HINT_LETTER * hint as f32
    });
    let widest = widths.fold(ROW_WIDTH, f32::max);
    ((width - CAPTION) / widest).floor().max(1.0) as usize
}

/// What a row says where a query's own options decide.
fn hint((line, option): (u32, &str)) -> String {
    format!("line {line} sets {option}")
}

/// The height that the rows take in that width; none when there are none.
pub fn height(state: &State, view: &View, width: f32) -> f32 {
    let rows = state.document.relationships.len();
    match rows.div_ceil(in_a_line(state, view, width)).min(MOST_LINES) {
        0 => 0.0,
        lines => 14.0 + size::LOADING_ROW * lines as f32,
    }
}

pub fn show(ui: &mut Ui, state: &State, view: &View, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let columns = in_a_line(state, view, ui.available_width());
    let relationships = &state.document.relationships;
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("loading rows")
        .auto_shrink(false)
        .show_rows(
            ui,
            size::LOADING_ROW,
            relationships.len().div_ceil(columns),
            |ui, lines| {
                for line in lines {
                    let (whole, _) = ui.allocate_exact_size(
                        vec2(ui.available_width(), size::LOADING_ROW),
                        Sense::hover(),
                    );
                    if line == 0 {
                        let place = Rect::from_min_size(whole.min, vec2(CAPTION, whole.height()));
                        let inside = UiBuilder::new()
                            .max_rect(place)
                            .layout(Layout::left_to_right(Align::Center));
                        ui.scope_builder(inside, |ui| caption(ui, "loading"));
                    }
                    let width = (whole.width() - CAPTION) / columns as f32;
                    let first = line * columns;
                    for (at, info) in relationships.iter().enumerate().skip(first).take(columns) {
                        let row = Row {
                            info,
                            chosen: state.document.strategies.get(&info.key).copied(),
                            is_n_plus_one: view.n_plus_one.contains(&info.key),
                            options: view.options(&info.key),
                            wins: state.document.overrides.contains(&info.key),
                            is_selected: state.selection.relationship.as_ref() == Some(&info.key),
                            is_enabled: !state.document.is_read_only(),
                        };
                        let left = whole.left() + CAPTION + width * (at - first) as f32;
                        let place = Rect::from_min_size(
                            pos2(left, whole.top()),
                            vec2(width, whole.height()),
                        );
                        let inside = UiBuilder::new()
                            .max_rect(place)
                            .id_salt(&info.key)
                            .layout(Layout::left_to_right(Align::Center));
                        ui.scope_builder(inside, |ui| relationship(ui, &row, theme, commands));
                    }
                }
            },
        );
}

fn relationship(ui: &mut Ui, row: &Row<'_>, theme: &Theme, commands: &mut Vec<Command>) {
    let Row { info, chosen, .. } = row;
    let color = if row.is_selected {
        theme.accent_line
    } else {
        theme.text_strong
    };
    let name = ui
        .add(
            Button::new(
                RichText::new(&*info.key)
                    .font(font::code(size::CODE))
                    .color(color),
            )
            .frame_when_inactive(false)
            .small(),
        )
        .on_hover_text("Click to let the keys 1 to 4 set this relationship");
    if name.clicked() {
        commands.push(Command::SelectRelationship(Arc::clone(&info.key)));
    }
    let cardinality = words::cardinality(info.direction, info.uselist);
    pill(ui, Pill::Quiet, cardinality)
        .on_hover_text(words::cardinality_spoken(info.direction, info.uselist))
        .accessible_name(words::cardinality_spoken(info.direction, info.uselist));
    let choice = ui.add_enabled_ui(row.is_enabled, |ui| {
        let active = chosen.unwrap_or(info.declared);
        let choices: Vec<_> = SHOWN
            .iter()
            .map(|&strategy| Segment {
                text: strategy.word(),
                name: format!("{} {}", info.key, strategy.word()),
                tooltip: tooltip(strategy),
                is_chosen: strategy == active,
                fill: match strategy == Strategy::Select && row.is_n_plus_one {
                    true => theme.segment_lazy,
                    false => theme.segment,
                },
            })
            .collect();
        if let Some(at) = segments(ui, &choices) {
            commands.push(Command::SetStrategy(Arc::clone(&info.key), Some(SHOWN[at])));
        }
        more(ui, row, active, commands);
    });
    if !row.is_enabled {
        choice.response.on_hover_text(top_bar::READ_ONLY);
    }
    if let Some(set) = row.options {
        let text = hint(set);
        let said = RichText::new(&text).font(font::small());
        let label = egui::Label::new(said.color(theme.text_dim));
        ui.add(label.truncate().show_tooltip_when_elided(false))
            .on_hover_text(format!(
                "{text}: a query's own options decide for that query, whatever is chosen here."
            ));
    }
    // Where it has no room the menu has it.
    let has_room = ui.available_width() > SWITCH * 0.75;
    if row.wins || row.options.is_some() && has_room {
        ui.add_enabled_ui(row.is_enabled, |ui| over_options(ui, row, commands));
    }
}

/// The switch that makes what is chosen here win over the options of queries.
fn over_options(ui: &mut Ui, row: &Row<'_>, commands: &mut Vec<Command>) {
    let key = &row.info.key;
    let text = if row.wins {
        "wins over options"
    } else {
        "win over it"
    };
    let text = RichText::new(text).font(font::small());
    let button = ui.add(Button::new(text).small().selected(row.wins));
    let response = button
        .accessible_name(format!("{key} wins over options"))
        .on_hover_text(match row.wins {
            true => "Queries' own options for this relationship are left aside. Click to let them decide again.",
            false => "Leave queries' own options for this relationship aside, and run with what is chosen here.",
        });
    if response.clicked() {
        commands.push(Command::Override(Arc::clone(key), !row.wins));
    }
}

fn more(ui: &mut Ui, row: &Row<'_>, active: Strategy, commands: &mut Vec<Command>) {
    let info = row.info;
    let text = match BEHIND.contains(&active) {
        true => active.word(),
        false => "⋯",
    };
    let response = ui
        .add(Button::new(text).small().selected(BEHIND.contains(&active)))
        .on_hover_text("More strategies")
        .accessible_name(format!("{} more strategies", info.key));
    Popup::menu(&response)
        .accessible_name(format!("Strategies of {}", info.key))
        .show(|ui| {
            let as_written = format!("as written ({})", info.declared.word());
            if ui
                .add(Button::selectable(row.chosen.is_none(), as_written))
                .clicked()
            {
                commands.push(Command::SetStrategy(Arc::clone(&info.key), None));
            }
            ui.separator();
            let wins = Button::selectable(row.wins, "win over the options of queries");
            if ui.add(wins).clicked() {
                commands.push(Command::Override(Arc::clone(&info.key), !row.wins));
            }
            ui.separator();
            for strategy in BEHIND {
                let item = Button::selectable(row.chosen == Some(strategy), strategy.word());
                if ui.add(item).on_hover_text(tooltip(strategy)).clicked() {
                    commands.push(Command::SetStrategy(Arc::clone(&info.key), Some(strategy)));
                }
            }
        });
}

/// What a strategy does, in a sentence.
fn tooltip(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::Select => "A statement for each owner, when its attribute is first read.",
        Strategy::Selectin => "One more statement for all owners of a result, 500 at a time.",
        Strategy::Joined => "In the same statement as the owners, by a join.",
        Strategy::Raise => "Reading what is not loaded is an error.",
        Strategy::RaiseOnSql => "Reading what would take a statement is an error.",
        Strategy::Subquery => {
            "One more statement for all owners, which repeats the first as a subquery."
        }
        Strategy::Immediate => "A statement for each owner, as soon as the owners are loaded.",
        Strategy::Noload => "Never loaded: the attribute reads as empty.",
        Strategy::WriteOnly => "Only ever written to; read by a query of its own.",
        Strategy::Dynamic => "Read by a query each time.",
    }
}

impl View {
    /// Works out which relationships the queries' own options decide and which are an N+1, from what is new.
    pub fn look(&mut self, state: &State) {
        let (record, trace) = (state.record(), state.trace());
        let findings = trace.findings();
        if self.known.0 != record.number || self.known.1 > findings.len() {
            self.n_plus_one.clear();
            self.known = (record.number, 0);
        }
        for finding in &findings[self.known.1..] {
            if finding.kind == FindingKind::NPlusOne {
                self.n_plus_one.extend(finding.relationship.clone());
            }
        }
        self.known.1 = findings.len();
        if record.is_finished() && self.told_of != Some(record.number) {
            self.told_of = Some(record.number);
            self.set_by_options.clear();
            self.look_for_options(trace);
        }
    }

    fn look_for_options(&mut self, trace: &Trace) {
        for burst in trace.bursts() {
            let first = trace.statement(burst.first());
            for key in first.joined() {
                self.add(trace, key, burst.line, Strategy::Joined);
            }
            let by = match burst.trigger {
                Trigger::Selectin => Strategy::Selectin,
                Trigger::Subquery => Strategy::Subquery,
                Trigger::Immediate => Strategy::Immediate,
                _ => continue,
            };
            // What is refreshed is loaded at once, and no option said so.
            let parent = trace.parent(burst.first());
            let is_refreshed = parent.is_some_and(|it| it.trigger() == Trigger::Refresh);
            if let Some(key) = burst.relationship.as_ref().filter(|_| !is_refreshed) {
                self.add(trace, key, burst.line, by);
            }
        }
    }

    fn add(&mut self, trace: &Trace, key: &Arc<str>, line: u32, by: Strategy) {
        let is_other = trace
            .relationship(key)
            .is_some_and(|info| info.active != by);
        if is_other && self.options(key).is_none() {
            let option = match by {
                Strategy::Joined => "joinedload",
                Strategy::Subquery => "subqueryload",
                Strategy::Immediate => "immediateload",
                _ => "selectinload",
            };
            self.set_by_options.push((Arc::clone(key), line, option));
        }
    }

    fn options(&self, key: &str) -> Option<(u32, &'static str)> {
        let found = self
            .set_by_options
            .iter()
            .find(|(other, ..)| **other == *key)?;
        Some((found.1, found.2))
    }
}
