//! The table of bursts and statements. Only the rows in sight are looked at, however many there are.

mod rows;

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align2, Color32, CornerRadius, FontId, Painter, Rect, RichText, Role, ScrollArea, Sense,
    Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use crate::trace::{LaneKey, StatementRef, Trace};
use crate::ui::command::Command;
use crate::ui::highlight::brief;
use crate::ui::panels::timeline;
use crate::ui::selection::Target;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};
use crate::ui::words;
use rows::{Column, Row, Rows};

const HEAD: f32 = 26.0;
const FOOT: f32 = 26.0;

/// The width of a column that is not shown.
const HIDDEN: f32 = 0.0;
/// Place of the statement among the columns.
const STATEMENT: usize = 2;

/// What the table remembers between frames.
#[derive(Default)]
pub struct View {
    rows: Rows,
    revealed: u64,
}

impl View {
    /// Whether statements that do not count have rows.
    pub fn shows_all(&self) -> bool {
        self.rows.shows_all
    }
}

/// Where the columns lie.
struct Columns {
    /// Left and right edge of each of `Column::ALL`.
    edges: [(f32, f32); 7],
}

pub fn show(ui: &mut Ui, state: &State, view: &mut View, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let trace = state.trace();
    view.rows.update(state.shown, trace);
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    let whole = ui.available_rect_before_wrap();
    let columns = Columns::fit(whole, trace);
    head(ui, &columns, &mut view.rows, theme);
    let has_foot = view.rows.has_uncounted();
    let room = ui.available_height() - if has_foot { FOOT } else { 0.0 };
    let reveal = (view.revealed != state.reveal)
        .then(|| place(state, &mut view.rows))
        .flatten();
    view.revealed = state.reveal;
    ScrollArea::vertical()
        .id_salt("statements")
        .max_height(room)
        .min_scrolled_height(room)
        .auto_shrink(false)
        .show_viewport(ui, |ui, viewport| {
            let count = view.rows.len();
            ui.set_height(count as f32 * size::ROW);
            let top = ui.max_rect().top();
            if let Some(row) = reveal {
                let at = top + row as f32 * size::ROW;
                // With a row to spare above and below, so that what follows is seen too.
                let rect = Rect::from_x_y_ranges(
                    ui.max_rect().x_range(),
                    at - size::ROW..=at + 2.0 * size::ROW,
                );
                ui.scroll_to_rect(rect, None);
            }
            let first = (viewport.min.y / size::ROW).floor().max(0.0) as usize;
            let last = ((viewport.max.y / size::ROW).ceil() as usize).min(count);
            for at in first..last {
                let Some(row) = view.rows.get(at, trace) else {
                    break;
                };
                let min = pos2(whole.left(), top + at as f32 * size::ROW);
                let rect = Rect::from_min_size(min, vec2(whole.width(), size::ROW));
                ui.scope_builder(UiBuilder::new().max_rect(rect).id_salt(("row", at)), |ui| {
                    self::row(ui, state, row, rect, &columns, &mut view.rows, commands);
                });
            }
            if count == 0 {
                ui.add_space(18.0);
                let text = match state.is_running() {
                    true => "No statement yet.",
                    false => "No statements.",
                };
                ui.vertical_centered(|ui| ui.label(RichText::new(text).color(theme.text_faint)));
            }
        });
    if has_foot {
        foot(ui, whole, &mut view.rows, trace, theme);
    }
}

/// The place of what is selected; what does not count gets its row when it is selected elsewhere.
fn place(state: &State, rows: &mut Rows) -> Option<usize> {
    let trace = state.trace();
    let selected = state.selected_burst()?;
    if !trace.bursts()[selected].counted && !rows.shows_all {
        rows.shows_all = true;
        rows.resort();
        rows.update(state.shown, trace);
    }
    match state.selection.target {
        Target::Statement(id) => rows.place_of_statement(trace.statement_by_id(id)?.index(), trace),
        _ => rows.place_of_burst(u32::try_from(selected).ok()?),
    }
}

impl Columns {
    /// The statement gets what the others leave; their widths follow what they hold.
    fn fit(whole: Rect, trace: &Trace) -> Self {
        const DIGIT: f32 = 7.3;
        /// Of the text's font, where most letters are small.
        const LETTER: f32 = 6.3;
        /// `query`, `commit`; and before a relationship, `lazy`.
        const WORD: usize = 5;
        let width = whole.width();
        let digits = trace.len().max(1).to_string().len() as f32;
        let number = (2.0 * digits + 1.0) * DIGIT + 12.0;
        // Thousands have their comma.
        let counted = digits + ((digits - 1.0) / 3.0).floor();
        let count = (counted + 1.0) * DIGIT + 10.0;
        let rows = (counted + 1.0) * DIGIT + 10.0;
        // Where there is little room, why it was sent is left to the colour and the detail.
        let widest = match width {
            width if width > 800.0 => 170.0,
            width if width > 560.0 => 132.0,
            width if width > 470.0 => 104.0,
            _ => HIDDEN,
        };
        let names = trace.lanes().iter().filter_map(|lane| match &lane.key {
            LaneKey::Relationship(name) => Some(name.chars().count() + 1),
            _ => None,
        });
        let letters = WORD + names.max().unwrap_or(WORD);
        let why = (letters as f32 * LETTER + 12.0).min(widest);
        let tight = if why > HIDDEN { 0.0 } else { 4.0 };
        let fixed = [
            number - tight,
            40.0 - tight,
            0.0,
            why,
            count.max(46.0) - tight,
            rows.max(44.0) - tight,
            74.0,
        ];
        let statement = (width - fixed.iter().sum::<f32>() - 12.0).max(60.0);
        let mut left = whole.left() + 10.0;
        let edges = std::array::from_fn(|at| {
            let width = if at == STATEMENT {
                statement
            } else {
                fixed[at]
            };
            let edge = (left, (left + width - 8.0).max(left));
            left += width;
            edge
        });
        Self { edges }
    }

    fn rect(&self, column: Column, row: Rect) -> Rect {
        let at = Column::ALL
            .iter()
            .position(|other| *other == column)
            .unwrap_or(0);
        let (left, right) = self.edges[at];
        Rect::from_x_y_ranges(left..=right.min(row.right()), row.y_range())
    }
}

fn head(ui: &mut Ui, columns: &Columns, rows: &mut Rows, theme: &Theme) {
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    for column in Column::ALL {
        let rect = columns.rect(column, head);
        if rect.width() <= HIDDEN {
            continue;
        }
        let response = ui.interact(
            rect,
            ui.scope_id().with(("head", column.title())),
            Sense::click(),
        );
        let is_sorted = rows.sort == column;
        response.widget_info(|| {
            let name = if column == Column::Number {
                "number"
            } else {
                column.title()
            };
            WidgetInfo::selected(
                Role::ColumnHeader,
                true,
                is_sorted,
                format!("Sort by {name}"),
            )
        });
        if response.clicked() {
            rows.is_ascending = if is_sorted {
                !rows.is_ascending
            } else {
                !column.is_measure()
            };
            rows.sort = column;
            rows.resort();
        }
        let arrow = match (
            is_sorted && (column != Column::Number || !rows.is_ascending),
            rows.is_ascending,
        ) {
            (false, _) => "",
            (true, true) => " ↑",
            (true, false) => " ↓",
        };
        let is_lit = response.hovered() || response.has_focus() || is_sorted && !arrow.is_empty();
        let color = if is_lit { theme.text } else { theme.text_dim };
        let text = format!("{}{arrow}", column.title());
        ui.painter().text(
            rect.left_center(),
            Align2::LEFT_CENTER,
            text,
            font::small(),
            color,
        );
    }
    ui.painter()
        .hline(head.x_range(), head.bottom(), Stroke::new(1.0, theme.line));
}

fn foot(ui: &mut Ui, whole: Rect, rows: &mut Rows, trace: &Trace, theme: &Theme) {
    let rect = Rect::from_min_size(
        pos2(whole.left(), whole.bottom() - FOOT),
        vec2(whole.width(), FOOT),
    );
    ui.scope_builder(
        UiBuilder::new().max_rect(rect.shrink2(vec2(10.0, 0.0))),
        |ui| {
            ui.horizontal_centered(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let text = match rows.hidden(trace) {
                    0 => "Setup and transactions are shown, though they do not count.".to_owned(),
                    hidden => format!(
                        "{} of setup and transactions not shown",
                        words::counted(hidden, "statement", "statements")
                    ),
                };
                ui.label(
                    RichText::new(text)
                        .font(font::small())
                        .color(theme.text_faint),
                );
                let action = if rows.shows_all { "Hide" } else { "Show" };
                let link = ui.link(RichText::new(action).font(font::small()));
                if link
                    .accessible_name(format!("{action} statements that do not count"))
                    .clicked()
                {
                    rows.shows_all = !rows.shows_all;
                    rows.resort();
                }
            });
        },
    );
}

/// The texts of a row.
struct Cells {
    number: String,
    line: String,
    statement: String,
    why: String,
    count: String,
    rows: String,
    time: String,
}

impl Cells {
    fn of_burst(trace: &Trace, number: u32, round_trip_ns: u64) -> Self {
        let burst = &trace.bursts()[number as usize];
        let first = trace.statement(burst.first());
        let (from, to) = (burst.first() + 1, burst.last() + 1);
        let trips = if burst.counted {
            burst.len() as u64 * round_trip_ns
        } else {
            0
        };
        Self {
            number: match (burst.len(), to - from + 1) {
                (1, _) => from.to_string(),
                (members, span) if members == span => format!("{from}–{to}"),
                _ => format!("{from}…{to}"),
            },
            line: line_text(burst.line),
            statement: brief(first.sql()),
            why: words::why(burst.trigger, burst.relationship.as_deref()),
            count: match burst.len() {
                1 => "1".to_owned(),
                many => format!("×{}", words::count(many as u64)),
            },
            rows: words::count(burst.rows),
            time: words::duration((burst.duration_ns + trips) as f64),
        }
    }

    fn of_statement(statement: StatementRef<'_>, round_trip_ns: u64) -> Self {
        let trip = if statement.is_counted() {
            round_trip_ns
        } else {
            0
        };
        Self {
            number: statement.id().to_string(),
            line: line_text(statement.line()),
            statement: brief(statement.sql()),
            why: match statement.owner() {
                Some(owner) => owner.to_string(),
                None => words::why(
                    statement.trigger(),
                    statement.relationship().map(|key| &**key),
                ),
            },
            count: String::new(),
            rows: words::count(statement.rows()),
            time: words::duration((statement.duration_ns() + trip) as f64),
        }
    }

    fn spoken(&self) -> String {
        let Self {
            number,
            line,
            statement,
            why,
            count,
            rows,
            time,
        } = self;
        format!("Statement {number}, line {line}: {statement}, {why} {count}, {rows} rows, {time}")
    }
}

fn line_text(line: u32) -> String {
    if line == 0 {
        "–".to_owned()
    } else {
        line.to_string()
    }
}

fn row(
    ui: &mut Ui,
    state: &State,
    row: Row,
    rect: Rect,
    columns: &Columns,
    rows: &mut Rows,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui.ctx());
    let trace = state.trace();
    let trip = state.round_trip_ns;
    let (cells, statement, burst_number) = match row {
        Row::Burst(number) => {
            let first = trace.statement(trace.bursts()[number as usize].first());
            (Cells::of_burst(trace, number, trip), first, number)
        }
        Row::Member(index) => {
            let statement = trace.statement(index as usize);
            (
                Cells::of_statement(statement, trip),
                statement,
                statement.burst_number(),
            )
        }
    };
    let burst = &trace.bursts()[burst_number as usize];
    let is_member = matches!(row, Row::Member(_));
    let is_many = !is_member && burst.len() > 1;
    let is_selected = is_selected(state, row, burst_number);
    let response = ui.interact(rect, ui.scope_id().with("select"), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_selected, cells.spoken()));
    if response.clicked() {
        commands.push(Command::Select(match row {
            Row::Burst(number) if is_many => Target::Burst(number),
            _ => Target::Statement(statement.id()),
        }));
    }
    let mut toggles = is_many && response.double_clicked();
    if is_many {
        let at = columns.rect(Column::Statement, rect);
        let arrow = Rect::from_min_size(pos2(at.left() + 14.0, rect.top()), vec2(18.0, size::ROW));
        let fold = ui.interact(arrow, ui.scope_id().with("fold"), Sense::click());
        fold.widget_info(|| {
            let action = if rows.is_unfolded(burst_number) {
                "Fold"
            } else {
                "Unfold"
            };
            WidgetInfo::labeled(Role::Button, true, format!("{action} {}", cells.number))
        });
        toggles |= fold.clicked();
        if fold.has_focus() {
            ui.painter().rect_stroke(
                arrow.shrink(2.0),
                3.0,
                Stroke::new(1.0, theme.accent_line),
                egui::StrokeKind::Inside,
            );
        }
    }
    paint(ui, rect, &response, is_selected, theme);
    let look = Look {
        is_member,
        unfolds: is_many.then(|| rows.is_unfolded(burst_number)),
        square: square(trace, statement, burst.is_n_plus_one(), theme),
        count: if burst.is_n_plus_one() && is_many {
            theme.alarm_text
        } else {
            theme.text
        },
        text: match (statement.error().is_some(), burst.counted) {
            (true, _) => theme.failed,
            (false, true) => theme.text,
            (false, false) => theme.text_faint,
        },
        is_hit: state.search.is_hit(burst_number),
    };
    paint_cells(&ui.painter_at(rect), rect, columns, &cells, &look, theme);
    if toggles {
        rows.toggle(burst_number, trace);
    }
}

fn is_selected(state: &State, row: Row, burst: u32) -> bool {
    match (state.selection.target, row) {
        (Target::Burst(selected), Row::Burst(_)) => selected == burst,
        (Target::Statement(id), Row::Member(index)) => id == u64::from(index) + 1,
        (Target::Statement(id), Row::Burst(_)) => {
            let burst = &state.trace().bursts()[burst as usize];
            burst.len() == 1 && id == burst.first() as u64 + 1
        }
        (Target::Line(line), Row::Burst(_)) => state.trace().bursts()[burst as usize].line == line,
        (Target::Finding(_), Row::Burst(_)) => state.selected_burst() == Some(burst as usize),
        _ => false,
    }
}

fn square(
    trace: &Trace,
    statement: StatementRef<'_>,
    is_n_plus_one: bool,
    theme: &Theme,
) -> Color32 {
    match (
        statement.error().is_some() || is_n_plus_one,
        statement.is_counted(),
    ) {
        (true, _) => theme.alarm,
        (false, true) => timeline::color(trace, statement, theme),
        (false, false) => theme.setup,
    }
}

fn paint(ui: &Ui, rect: Rect, response: &egui::Response, is_selected: bool, theme: &Theme) {
    let fill = match (is_selected, response.hovered()) {
        (true, _) => theme.selection,
        (false, true) => theme.row_hovered,
        (false, false) => return outline(ui, rect, response, theme),
    };
    ui.painter().rect_filled(rect, CornerRadius::ZERO, fill);
    outline(ui, rect, response, theme);
}

fn outline(ui: &Ui, rect: Rect, response: &egui::Response, theme: &Theme) {
    if response.has_focus() {
        let stroke = Stroke::new(1.0, theme.accent_line);
        ui.painter()
            .rect_stroke(rect, CornerRadius::ZERO, stroke, egui::StrokeKind::Inside);
    }
}

/// How a row's cells look.
struct Look {
    is_member: bool,
    /// Whether it is unfolded, for a row that can be.
    unfolds: Option<bool>,
    square: Color32,
    count: Color32,
    text: Color32,
    is_hit: bool,
}

fn paint_cells(
    painter: &Painter,
    row: Rect,
    columns: &Columns,
    cells: &Cells,
    look: &Look,
    theme: &Theme,
) {
    let code = font::code(size::CODE);
    let text = |column, text: &str, font: &FontId, color| {
        let rect = columns.rect(column, row);
        if rect.width() > HIDDEN {
            let mut job = LayoutJob::simple_singleline(text.to_owned(), font.clone(), color);
            job.wrap = TextWrapping::truncate_at_width(rect.width());
            let galley = painter.layout_job(job);
            let top = rect.center().y - galley.size().y / 2.0;
            painter.galley(pos2(rect.left(), top), galley, color);
        }
    };
    text(
        Column::Number,
        &cells.number,
        &code,
        if look.is_member {
            theme.text_dim
        } else {
            look.text
        },
    );
    text(Column::Line, &cells.line, &code, look.text);
    text(
        Column::Why,
        &cells.why,
        &font::text(size::TEXT - 0.5),
        look.text,
    );
    text(Column::Count, &cells.count, &code, look.count);
    text(Column::Rows, &cells.rows, &code, look.text);
    text(Column::Time, &cells.time, &code, look.text);
    let statement = columns.rect(Column::Statement, row);
    let indent = if look.is_member { 30.0 } else { 0.0 };
    let middle = row.center().y;
    let square = Rect::from_center_size(
        pos2(statement.left() + indent + 5.0, middle),
        vec2(9.0, 9.0),
    );
    painter.rect_filled(square, CornerRadius::same(2), look.square);
    let mut left = square.right() + 7.0;
    if let Some(is_unfolded) = look.unfolds {
        let arrow = if is_unfolded { "▾" } else { "▸" };
        painter.text(
            pos2(left, middle),
            Align2::LEFT_CENTER,
            arrow,
            code.clone(),
            theme.text_dim,
        );
        left += 14.0;
    }
    let room = Rect::from_x_y_ranges(left..=statement.right().max(left), row.y_range());
    let color = if look.is_hit { theme.search } else { look.text };
    let mut job = LayoutJob::simple_singleline(cells.statement.clone(), code, color);
    job.wrap = TextWrapping::truncate_at_width(room.width());
    let galley = painter.layout_job(job);
    painter.galley(pos2(left, middle - galley.size().y / 2.0), galley, color);
    painter.hline(
        row.x_range(),
        row.bottom() - 0.5,
        Stroke::new(1.0, theme.faint_line),
    );
}
