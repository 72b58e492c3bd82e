//! The runs of the scenario so far, on one scale of time.

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align2, Color32, CornerRadius, Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2,
    vec2,
};

use super::timeline;
use crate::ui::command::Command;
use crate::ui::record::Record;
use crate::ui::state::State;
use crate::ui::theme::{Theme, font, size};
use crate::ui::widgets::caption;
use crate::ui::words;

/// Runs that have room before they scroll.
pub const SHOWN: usize = 5;

const ROW: f32 = 25.0;
const LABEL: std::ops::RangeInclusive<f32> = 140.0..=260.0;
const TOTALS: f32 = 124.0;

/// The height at which all runs are seen.
pub fn ideal_height(state: &State) -> f32 {
    44.0 + ROW * state.records.len().clamp(1, SHOWN) as f32
}

pub fn show(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    caption(ui, "runs of this scenario, on one scale");
    let trip = state.round_trip_ns;
    let longest = state
        .records
        .iter()
        .map(|record| length(record, trip))
        .fold(1.0, f64::max);
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("runs")
        .auto_shrink(false)
        .stick_to_bottom(true)
        .show_rows(ui, ROW, state.records.len(), |ui, rows| {
            for at in rows {
                row(ui, state, at, longest, commands);
            }
        });
}

/// How long a run took on the timeline up to its last statement or read, its setup left out.
pub(super) fn length(record: &Record, round_trip_ns: u64) -> f64 {
    let bounds = timeline::bounds(&record.trace, round_trip_ns);
    bounds.last_ns - bounds.origin_ns
}

/// The colour that a run goes by.
pub fn color(record: &Record, theme: &Theme) -> Color32 {
    if let Some(strategy) = record.strategies.values().next() {
        return theme.strategy(*strategy);
    }
    match record.has_n_plus_one {
        true => theme.lazy,
        false => theme.query,
    }
}

/// One run, on a scale on which the longest fills the row; a click shows it.
pub(super) fn row(
    ui: &mut Ui,
    state: &State,
    at: usize,
    longest: f64,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui.ctx());
    let record = &state.records[at];
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::click());
    let summary = record.trace.summary();
    let length = length(record, state.round_trip_ns);
    let time = summary.database_ns(state.round_trip_ns);
    let name = format!("{} {}", record.number, record.label());
    let totals = format!(
        "{} · {}",
        words::count(summary.statements),
        words::duration(time as f64)
    );
    let ending = record.ending();
    response.widget_info(|| {
        let ending = ending.as_deref().unwrap_or_default();
        let text = format!("Run {name}: {totals} {ending}");
        WidgetInfo::selected(Role::Button, true, at == state.shown, text.trim_end())
    });
    if response.clicked() {
        commands.push(Command::ShowRun(at));
    }
    if !ui.is_rect_visible(rect) {
        return;
    }
    let painter = ui.painter_at(rect);
    if at == state.shown && state.records.len() > 1 || response.hovered() || response.has_focus() {
        let fill = if at == state.shown {
            theme.selection
        } else {
            theme.row_hovered
        };
        painter.rect_filled(rect, CornerRadius::same(4), fill);
    }
    let middle = rect.center().y;
    let swatch = Rect::from_center_size(pos2(rect.left() + 9.0, middle), vec2(9.0, 9.0));
    painter.rect_filled(swatch, CornerRadius::same(2), color(record, theme));
    let label = (width * 0.24).clamp(*LABEL.start(), *LABEL.end());
    let mut job = LayoutJob::simple_singleline(name.clone(), font::code(size::CODE), theme.text);
    job.wrap = TextWrapping::truncate_at_width(label - 20.0 - 8.0);
    let shown = painter.layout_job(job);
    let is_cut = shown.elided;
    let at = pos2(rect.left() + 20.0, middle - shown.size().y / 2.0);
    painter.galley(at, shown, theme.text);
    painter.text(
        pos2(rect.right() - 4.0, middle),
        Align2::RIGHT_CENTER,
        match ending.is_some() {
            true => words::count(summary.statements),
            false => totals,
        },
        font::code(size::CODE),
        theme.text,
    );
    let area = Rect::from_x_y_ranges(
        rect.left() + label..=(rect.right() - TOTALS).max(rect.left() + label + 10.0),
        middle - 6.5..=middle + 6.5,
    );
    bars(&painter, record, state.round_trip_ns, area, longest, theme);
    if let Some(ending) = &ending {
        how_it_ended(&painter, ending, area, (length / longest) as f32, theme);
    }
    let more: Vec<String> = is_cut.then_some(name).into_iter().chain(ending).collect();
    if !more.is_empty() {
        response.on_hover_text(RichText::new(more.join("\n")));
    }
}

/// Why a run did not come to its end: after its bars, or over their end where they leave no room.
fn how_it_ended(painter: &egui::Painter, ending: &str, area: Rect, part: f32, theme: &Theme) {
    const LEAST: f32 = 180.0;
    let after = area.left() + part * area.width() + 8.0;
    let left = after.min(area.right() - LEAST).max(area.left());
    let mut job = LayoutJob::simple_singleline(ending.to_owned(), font::small(), theme.refused);
    job.wrap = TextWrapping::truncate_at_width(area.right() - left);
    let galley = painter.layout_job(job);
    let at = pos2(left, area.center().y - galley.size().y / 2.0);
    if left < after {
        let behind = Rect::from_min_size(at, galley.size()).expand2(vec2(5.0, 1.0));
        painter.rect_filled(behind, CornerRadius::same(3), theme.background);
    }
    painter.galley(at, galley, theme.refused);
}

/// The statements of a run, as on the timeline but all lanes in one.
fn bars(
    painter: &egui::Painter,
    record: &Record,
    trip: u64,
    area: Rect,
    longest: f64,
    theme: &Theme,
) {
    let trace = &record.trace;
    let per_ns = f64::from(area.width()) / longest;
    let from_ns = timeline::bounds(trace, trip).origin_ns;
    let px = 1.0 / per_ns;
    for number in 0..trace.lanes().len() {
        for bar in trace.bars(number, from_ns..from_ns + longest, 2.0 * px, trip) {
            let statement = trace.statement(bar.worst as usize);
            if !statement.is_counted() {
                continue;
            }
            let left = area.left() + ((bar.start_ns - from_ns) * per_ns) as f32;
            let right = area.left() + ((bar.end_ns - from_ns) * per_ns) as f32;
            let fill = timeline::color(trace, statement, theme);
            let gap = if right - left > 3.0 { 1.0 } else { 0.0 };
            let rect = Rect::from_x_y_ranges(left..=(right - gap).max(left + 1.5), area.y_range());
            painter.rect_filled(rect, CornerRadius::same(1), fill);
        }
    }
}
