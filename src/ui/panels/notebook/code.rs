//! A cell's code: editable in place, with line numbers before it and what each line caused behind it.

use std::sync::Arc;

use egui::{
    Align2, Color32, CornerRadius, Frame, Galley, Id, Margin, Rect, Role, Sense, Shape, TextBuffer,
    TextEdit, Ui, WidgetInfo, pos2, vec2,
};

use super::{typing, wrapping};
use crate::scenario::Cell;
use crate::trace::LineCounts;
use crate::ui::command::Command;
use crate::ui::highlight::{job, python};
use crate::ui::selection::Target;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};
use crate::ui::widgets::Pill;
use crate::ui::words;

/// Room for line numbers.
const NUMBERS: f32 = 34.0;
/// Room after the code, for the shortest way to say what a line caused. It is there whether something was caused or not:
/// code that is typed or run does not move.
const AFTER: f32 = 42.0;
/// Room between that and the cell's edge.
const MARGIN: f32 = 6.0;

/// The text of a cell while it is edited.
#[derive(Default)]
pub struct Editor {
    text: String,
    /// Revision of the document that the text is of.
    revision: Option<u64>,
    /// What was laid out last: code is coloured when it changes, not on every frame.
    coloured: Option<(u64, bool, egui::text::LayoutJob)>,
}

/// Where a line of the code lies.
struct Line {
    number: u32,
    rect: Rect,
    /// Top and right end of the row that leaves most room for what is said behind it.
    emptiest: (f32, f32),
}

impl Editor {
    /// Whether there is no code in it.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn show(
        &mut self,
        ui: &mut Ui,
        state: &State,
        at: usize,
        cell: &Cell,
        reveal: Option<u32>,
        commands: &mut Vec<Command>,
    ) {
        let theme = Theme::of(ui.ctx());
        if self.revision != Some(state.document.revision) {
            let code = state.document.code(at);
            if self.text != code {
                code.clone_into(&mut self.text);
            }
            self.revision = Some(state.document.revision);
        }
        Frame::new()
            .inner_margin(Margin::symmetric(0, 6))
            .show(ui, |ui| {
                let whole = ui.available_rect_before_wrap();
                // What lies behind the text is known only when the text has been laid out.
                let behind = ui.painter().add(Shape::Noop);
                let title = format!("Code of {}", cell.info.title);
                let id = ui.make_persistent_id("code");
                typing::indent(ui, id, &self.text);
                let coloured = &mut self.coloured;
                let mut layouter = |ui: &Ui, text: &dyn TextBuffer, width: f32| {
                    galley(ui, text.as_str(), width, coloured)
                };
                let field = TextEdit::multiline(&mut self.text)
                    .id(id)
                    .code_editor()
                    .frame(Frame::new().inner_margin(Margin {
                        left: NUMBERS as i8 + 6,
                        right: AFTER as i8,
                        top: 0,
                        bottom: 0,
                    }))
                    .desired_rows(1)
                    .desired_width(f32::INFINITY)
                    .interactive(!state.document.is_read_only())
                    .layouter(&mut layouter);
                let output = field.show(ui);
                let response = output.response.response.accessible_name(title);
                if response.changed() {
                    commands.push(Command::EditCell(at, self.text.clone()));
                    // The document will hold this very text: no need to take it back from there.
                    self.revision = Some(state.document.revision + 1);
                }
                let lines = lines(&output.galley, output.galley_pos.y, cell.body_line, whole);
                if response.clicked()
                    && let Some(pos) = response.interact_pointer_pos()
                    && let Some(line) = lines
                        .iter()
                        .find(|line| line.rect.y_range().contains(pos.y))
                {
                    commands.push(Command::Select(Target::Line(line.number)));
                }
                let mut shapes = Vec::new();
                for line in &lines {
                    beside(ui, state, line, theme, &mut shapes, commands);
                    if reveal == Some(line.number) {
                        ui.scroll_to_rect(line.rect.expand2(vec2(0.0, 60.0)), None);
                    }
                }
                ui.painter().set(behind, Shape::Vec(shapes));
            });
    }
}

fn galley(
    ui: &Ui,
    text: &str,
    width: f32,
    coloured: &mut Option<(u64, bool, egui::text::LayoutJob)>,
) -> Arc<Galley> {
    let theme = Theme::of(ui.ctx());
    let hash = egui::util::hash(text);
    let job = match coloured {
        Some((known, is_dark, job)) if *known == hash && *is_dark == theme.is_dark => job.clone(),
        _ => {
            let fresh = job(
                python(text),
                &theme.syntax,
                &font::code(size::CODE),
                size::CODE_LINE,
            );
            *coloured = Some((hash, theme.is_dark, fresh.clone()));
            fresh
        }
    };
    wrapping::lay_out(ui, job, width)
}

/// The lines of the code with their places; a long one takes several rows.
fn lines(galley: &Galley, top: f32, first: u32, whole: Rect) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut starts = true;
    for row in &galley.rows {
        let ys = egui::Rangef::new(top + row.pos.y, top + row.pos.y + size::CODE_LINE);
        let end = (ys.min, row.pos.x + row.size.x);
        match lines.last_mut().filter(|_| !starts) {
            Some(line) => {
                line.rect.max.y = ys.max;
                if end.1 < line.emptiest.1 {
                    line.emptiest = end;
                }
            }
            None => lines.push(Line {
                number: first + lines.len() as u32,
                rect: Rect::from_x_y_ranges(whole.x_range(), ys),
                emptiest: end,
            }),
        }
        starts = row.ends_with_newline;
    }
    lines
}

/// The number before a line, what it caused behind it, and its background.
fn beside(
    ui: &mut Ui,
    state: &State,
    line: &Line,
    theme: &Theme,
    behind: &mut Vec<Shape>,
    commands: &mut Vec<Command>,
) {
    if !ui.is_rect_visible(line.rect) {
        return;
    }
    let matches = state.lines_match();
    let counts = if matches {
        state.trace().line_counts(line.number)
    } else {
        None
    };
    let is_n_plus_one = counts.is_some_and(|counts| counts.n_plus_one);
    let is_selected = state.selected_line() == Some(line.number);
    let runs = matches
        && state
            .trace()
            .current_line()
            .is_some_and(|(at, _)| at == line.number);
    let broke = matches && broke_at(state) == Some(line.number);
    let fill = match (runs, is_n_plus_one || broke, is_selected) {
        (true, ..) => Some(theme.caution_fill),
        (_, true, _) => Some(theme.alarm_row),
        (_, _, true) => Some(theme.selection),
        _ => None,
    };
    let inside = line.rect.shrink2(vec2(1.0, 0.0));
    behind.extend(fill.map(|fill| Shape::rect_filled(inside, CornerRadius::ZERO, fill)));
    if is_selected || runs || broke {
        let mark = Rect::from_min_size(inside.min, vec2(2.0, inside.height()));
        let color = match (runs, broke) {
            (true, _) => theme.caution,
            (false, true) => theme.alarm,
            (false, false) => theme.accent_line,
        };
        behind.push(Shape::rect_filled(mark, CornerRadius::ZERO, color));
    }
    number(ui, line, is_selected, theme, commands);
    if let Some(counts) = counts {
        count(ui, line, counts, theme, commands);
    }
}

/// The line at which the shown run ended with an error.
fn broke_at(state: &State) -> Option<u32> {
    state.trace().outcome()?.error.as_ref()?.line
}

fn number(ui: &mut Ui, line: &Line, is_selected: bool, theme: &Theme, commands: &mut Vec<Command>) {
    let rect = Rect::from_min_size(line.rect.min, vec2(NUMBERS, size::CODE_LINE));
    // Not in the order of the Tab key: a file has many lines, and their statements are reached in the table.
    let sense = Sense::CLICK;
    let response = ui.interact(rect, Id::unique(("line number", line.number)), sense);
    if response.clicked() {
        commands.push(Command::Select(Target::Line(line.number)));
    }
    let color = match is_selected || response.hovered() {
        true => theme.text_dim,
        false => theme.syntax.line_number,
    };
    ui.painter().text(
        pos2(rect.right() - 6.0, rect.center().y),
        Align2::RIGHT_CENTER,
        line.number,
        font::code(size::CODE),
        color,
    );
}

/// `×100 lazy` at the end of a line that caused statements; `×100` where the code leaves no more room.
fn count(
    ui: &mut Ui,
    line: &Line,
    counts: &LineCounts,
    theme: &Theme,
    commands: &mut Vec<Command>,
) {
    let Some((trigger, _)) = counts.most() else {
        return;
    };
    let all = counts.statements();
    let full = match trigger {
        crate::trace::Trigger::Query => format!("×{}", words::count(all)),
        trigger => format!("×{} {}", words::count(all), words::trigger(trigger)),
    };
    let kind = if counts.n_plus_one {
        Pill::Alarm
    } else {
        Pill::Quiet
    };
    let (fill, color) = kind.colors(theme);
    let laid_out = |text: String| {
        let painter = ui.painter();
        painter.layout_no_wrap(text, font::code(size::SMALL), color)
    };
    let code_ends = line.rect.left() + NUMBERS + 6.0 + line.emptiest.1;
    let has_room = |width: f32| code_ends < line.rect.right() - MARGIN - width - 14.0;
    let galley = laid_out(full);
    let (galley, padding) = match has_room(galley.size().x) {
        true => (galley, 14.0),
        false => (laid_out(format!("×{}", words::short_count(all))), 10.0),
    };
    let width = galley.size().x + padding;
    let middle = line.emptiest.0 + size::CODE_LINE / 2.0;
    let rect = Rect::from_center_size(
        pos2(line.rect.right() - MARGIN - width / 2.0, middle),
        vec2(width, size::CODE_LINE - 4.0),
    );
    let response = ui.interact(
        rect,
        Id::unique(("line count", line.number)),
        Sense::click(),
    );
    response.widget_info(|| {
        let alarm = if counts.n_plus_one { ", an N+1" } else { "" };
        let statements = words::counted(all, "statement", "statements");
        let text = format!(
            "Line {}: {statements}, {}{alarm}",
            line.number,
            words::trigger(trigger)
        );
        WidgetInfo::labeled(Role::Button, true, text)
    });
    let painter = ui.painter();
    let fill = if response.hovered() || response.has_focus() {
        theme.button_hovered
    } else {
        fill
    };
    painter.rect_filled(rect, CornerRadius::same(size::BADGE_RADIUS), fill);
    painter.galley(
        rect.center() - galley.size() / 2.0,
        galley,
        Color32::PLACEHOLDER,
    );
    if response.clicked() {
        commands.push(Command::Select(Target::Line(line.number)));
    }
    let causes: Vec<_> = counts
        .by_trigger
        .iter()
        .map(|(trigger, count)| format!("{} {}", words::count(*count), words::trigger(*trigger)))
        .collect();
    let time = words::duration(counts.duration_ns as f64);
    response.on_hover_text(format!("{} · {time} in SQLite", causes.join(", ")));
}
