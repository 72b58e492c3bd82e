//! Paints a scene. Reads it and the theme, and decides nothing.

use egui::{
    Align2, Color32, CornerRadius, FontId, Painter, Pos2, Rangef, Rect, Shape, Stroke, StrokeKind,
    pos2,
};

use super::layout::Layout;
use super::scene::{Alarm, Band, Bar, Bracket, Lane, LaneKey, Link, Mark, Marked, Picked, Scene};
use crate::ui::theme::{Theme, font, size};

/// Bars from this width on have round corners; below, they would cost more than they show.
const ROUND_FROM_PX: f32 = 5.0;

/// A folded bar says how many it holds when the number fits with this much on either side.
const COUNT_MARGIN_PX: f32 = 3.0;

/// Paints everything but what follows the pointer.
pub fn paint(painter: &Painter, scene: &Scene, layout: &Layout, theme: &Theme) {
    painter.rect_filled(layout.all, 0.0, theme.background);
    let time = painter.with_clip_rect(layout.time_area().intersect(painter.clip_rect()));
    ruler(&time, scene, layout, theme);
    for band_ in &scene.bands {
        band(&time, band_, layout, theme);
    }
    for bracket_ in &scene.brackets {
        bracket(&time, bracket_, layout, theme);
    }
    lanes(painter, scene, layout, theme);
    if let Some(marked) = &scene.range {
        range(&time, marked, layout, theme);
    }
    if let Some(x) = scene.head_px {
        upright(&time, x, layout, theme.good);
    }
}

/// The line under the pointer, with its time on the ruler.
pub fn pointer(painter: &Painter, x: f32, label: &str, layout: &Layout, theme: &Theme) {
    let painter = painter.with_clip_rect(layout.time_area().intersect(painter.clip_rect()));
    upright(&painter, f64::from(x), layout, theme.accent_line);
    let galley = painter.layout_no_wrap(label.to_owned(), font::small(), theme.on_accent);
    let width = galley.size().x + 10.0;
    let left = (x - width / 2.0)
        .max(layout.ruler.left())
        .min(layout.ruler.right() - width);
    let tag = Rect::from_min_size(
        pos2(left, layout.ruler.top() + 3.0),
        egui::vec2(width, layout.ruler.height() - 6.0),
    );
    painter.rect_filled(tag, 4.0, theme.accent);
    let text = tag.center() - galley.size() / 2.0;
    painter.galley(text, galley, theme.on_accent);
}

fn upright(painter: &Painter, x: f64, layout: &Layout, colour: Color32) {
    let area = layout.time_area();
    painter.vline(x as f32, area.y_range(), Stroke::new(1.0, colour));
}

fn ruler(painter: &Painter, scene: &Scene, layout: &Layout, theme: &Theme) {
    let area = layout.ruler;
    for tick in &scene.ticks {
        let x = scene.axis.x_of(tick.time_ns) as f32;
        match &tick.label {
            Some(label) => {
                let ys = Rangef::new(area.top() + 5.0, area.bottom() - 5.0);
                painter.vline(x, ys, Stroke::new(1.0, theme.line));
                painter.text(
                    pos2(x + 5.0, area.center().y),
                    Align2::LEFT_CENTER,
                    label,
                    font::small(),
                    theme.text_dim,
                );
            }
            None => {
                let ys = Rangef::new(area.bottom() - 5.0, area.bottom() - 2.0);
                painter.vline(x, ys, Stroke::new(1.0, theme.line));
            }
        }
    }
}

fn band(painter: &Painter, band: &Band, layout: &Layout, theme: &Theme) {
    let rect = Rect::from_x_y_ranges(
        band.left_px as f32..=(band.right_px as f32 - 1.0).max(band.left_px as f32 + 1.0),
        layout.bands.y_range(),
    );
    let (fill, colour) = match band.setup {
        true => (theme.faint_line, theme.text_faint),
        false => (theme.band, theme.text),
    };
    painter.rect_filled(rect, 3.0, fill);
    let mut inside = in_sight(rect, painter, 7.0);
    let left = fitting(painter, inside, &[&band.title], font::small(), colour, 24.0);
    if let (Some(over), Some(used)) = (&band.over, left) {
        inside.min.x = used + 10.0;
        fitting(
            painter,
            inside,
            &[over],
            font::small(),
            theme.alarm_text,
            70.0,
        );
    }
}

fn bracket(painter: &Painter, bracket: &Bracket, layout: &Layout, theme: &Theme) {
    let rect = Rect::from_x_y_ranges(
        bracket.left_px as f32..=bracket.right_px as f32,
        layout.bracket_row(bracket.row).y_range(),
    );
    let (fill, line, text) = match bracket.alarm {
        Alarm::Confirmed => (theme.alarm_fill, theme.alarm, theme.alarm_text),
        Alarm::Suspected => (theme.caution_fill, theme.caution, theme.caution),
        Alarm::Note => (theme.band, theme.text_faint, theme.text),
    };
    let radius = CornerRadius {
        nw: 5,
        ne: 5,
        sw: 0,
        se: 0,
    };
    painter.rect_filled(rect, radius, fill);
    let width = if bracket.is_picked { 2.0 } else { 1.0 };
    // Open below, towards the statements that it spans: the bottom edge of its frame is cut off.
    let above = painter.with_clip_rect(
        painter.clip_rect().intersect(
            rect.expand2(egui::vec2(1.0, 1.0))
                .with_max_y(rect.bottom() - 1.0),
        ),
    );
    above.rect_stroke(rect, radius, Stroke::new(width, line), StrokeKind::Inside);
    let mut inside = in_sight(rect, painter, 10.0);
    if !bracket.tag.is_empty() {
        let tag = painter.layout_no_wrap(bracket.tag.clone(), font::strong(size::SMALL), text);
        if tag.size().x > inside.width() {
            return;
        }
        let advance = tag.size().x + 7.0;
        let at = pos2(inside.left(), inside.center().y - tag.size().y / 2.0);
        painter.galley(at, tag, text);
        inside.min.x += advance;
    }
    let texts: Vec<&str> = bracket.texts.iter().map(String::as_str).collect();
    fitting(painter, inside, &texts, font::small(), text, 40.0);
}

fn lanes(painter: &Painter, scene: &Scene, layout: &Layout, theme: &Theme) {
    let both = layout.lanes.with_min_x(layout.all.left());
    let names = painter.with_clip_rect(both.intersect(painter.clip_rect()));
    let bars = painter.with_clip_rect(layout.lanes.intersect(painter.clip_rect()));
    for (at, lane) in scene.lanes.iter().enumerate() {
        if !layout.shows_lane(at) {
            continue;
        }
        let area = layout.lane(at);
        names.hline(
            area.x_range(),
            area.top(),
            Stroke::new(1.0, theme.faint_line),
        );
        name(&names, lane, layout.lane_label(at), theme);
        for bar_ in &lane.bars {
            bar(&bars, bar_, lane, layout.bars(at), theme);
        }
    }
    for link_ in &scene.links {
        link(&bars, link_, layout, theme);
    }
    scroll_bar(painter, layout, theme);
}

fn name(painter: &Painter, lane: &Lane, area: Rect, theme: &Theme) {
    let colour = match lane.total {
        0 => theme.text_faint,
        _ => theme.text_dim,
    };
    let inside = area
        .shrink2(egui::vec2(14.0, 0.0))
        .with_max_x(area.right() - 4.0);
    fitting(painter, inside, &[&lane.name], font::body(), colour, 10.0);
}

fn bar(painter: &Painter, bar: &Bar, lane: &Lane, ys: Rangef, theme: &Theme) {
    let fill = colour(bar.mark, theme);
    // Reads are ticks: thin, and lower than statements.
    let ys = match lane.key {
        LaneKey::NoSql => ys.shrink(ys.span() * 0.15),
        _ => ys,
    };
    let rect = Rect::from_x_y_ranges(bar.left_px as f32..=bar.right_px as f32, ys);
    let radius = match rect.width() {
        width if width < ROUND_FROM_PX => 0.0,
        _ => 3.0,
    };
    painter.rect_filled(rect, radius, fill);
    match bar.picked {
        Picked::No => {}
        Picked::Kin => {
            let below = Rect::from_x_y_ranges(rect.x_range(), ys.max + 1.0..=ys.max + 3.0);
            painter.rect_filled(below, 0.0, fill);
        }
        Picked::Itself => {
            let frame = rect.expand(2.0);
            let stroke = Stroke::new(2.0, theme.text_strong);
            painter.rect_stroke(frame, radius + 2.0, stroke, StrokeKind::Inside);
        }
    }
    if bar.count > 1 {
        let inside = in_sight(rect, painter, COUNT_MARGIN_PX);
        let full = format!("×{}", crate::ui::words::count(bar.count));
        let short = format!("×{}", short_count(bar.count));
        let texts = [full.as_str(), short.as_str()];
        count(painter, inside, &texts, readable_on(fill, theme));
    } else if bar.mark == Mark::Failed && rect.width() > 7.0 {
        let font = font::strong(size::SMALL);
        painter.text(
            rect.center(),
            Align2::CENTER_CENTER,
            "!",
            font,
            readable_on(fill, theme),
        );
    }
}

/// The first of the texts that fits, in the middle; nothing when none does.
fn count(painter: &Painter, inside: Rect, texts: &[&str], colour: Color32) {
    for text in texts {
        let galley = painter.layout_no_wrap((*text).to_owned(), font::text(10.0), colour);
        if galley.size().x <= inside.width() {
            let at = inside.center() - galley.size() / 2.0;
            painter.galley(at, galley, colour);
            return;
        }
    }
}

/// The colour of a mark.
pub fn colour(mark: Mark, theme: &Theme) -> Color32 {
    match mark {
        Mark::Setup => theme.setup,
        Mark::Transaction => theme.transaction,
        Mark::Ddl => theme.ddl,
        Mark::Read => theme.read,
        Mark::Write => theme.write,
        Mark::Query => theme.query,
        Mark::Joined => theme.joined,
        Mark::Selectin => theme.selectin,
        Mark::Subquery => theme.subquery,
        Mark::Immediate => theme.immediate,
        Mark::Refresh => theme.refresh,
        Mark::Lazy => theme.lazy,
        Mark::Repeated => theme.alarm,
        Mark::Refused => theme.refused,
        Mark::Failed => theme.failed,
    }
}

/// The darkest or the lightest colour of the theme, whichever is easier to read on a fill.
fn readable_on(fill: Color32, theme: &Theme) -> Color32 {
    [theme.background, theme.text_strong]
        .into_iter()
        .max_by(|&a, &b| contrast(fill, a).total_cmp(&contrast(fill, b)))
        .expect("there are two")
}

/// The contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
fn contrast(a: Color32, b: Color32) -> f32 {
    let luminance = |colour: Color32| {
        let rgba = egui::Rgba::from(colour);
        0.2126 * rgba.r() + 0.7152 * rgba.g() + 0.0722 * rgba.b()
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    (a / b).max(b / a)
}

fn link(painter: &Painter, link: &Link, layout: &Layout, theme: &Theme) {
    let from = pos2(link.from_px as f32, layout.bars(link.from_lane).max);
    let to_bars = layout.bars(link.to_lane);
    let below = link.to_lane > link.from_lane;
    let (from, to) = match below {
        true => (from, pos2(link.to_px as f32, to_bars.min)),
        false => (
            pos2(from.x, layout.bars(link.from_lane).min),
            pos2(link.to_px as f32, to_bars.max),
        ),
    };
    let bend = ((to.y - from.y) / 2.0).clamp(-40.0, 40.0);
    let points = [
        from,
        pos2(from.x, from.y + bend),
        pos2(to.x, to.y - bend),
        to,
    ];
    painter.add(egui::epaint::CubicBezierShape::from_points_stroke(
        points,
        false,
        Color32::TRANSPARENT,
        Stroke::new(1.0, theme.text_dim),
    ));
    painter.circle_filled(to, 2.0, theme.text_dim);
}

fn range(painter: &Painter, marked: &Marked, layout: &Layout, theme: &Theme) {
    let area = layout.time_area().with_min_y(layout.bands.top());
    let rect = Rect::from_x_y_ranges(
        marked.left_px as f32..=marked.right_px as f32,
        area.y_range(),
    );
    painter.rect_filled(rect, 0.0, theme.accent_line.gamma_multiply(0.14));
    for x in [rect.left(), rect.right()] {
        painter.vline(x, area.y_range(), Stroke::new(1.0, theme.accent_line));
    }
    let galley = painter.layout_no_wrap(marked.totals.clone(), font::small(), theme.text_strong);
    let width = galley.size().x + 14.0;
    let middle = in_sight(rect, painter, 0.0).center().x;
    let left = (middle - width / 2.0)
        .min(layout.lanes.right() - width - 4.0)
        .max(layout.lanes.left() + 4.0);
    let card = Rect::from_min_size(
        pos2(left, layout.all.bottom() - 26.0),
        egui::vec2(width, 22.0),
    );
    painter.rect(
        card,
        4.0,
        theme.panel,
        Stroke::new(1.0, theme.accent_line),
        StrokeKind::Inside,
    );
    let at = card.center() - galley.size() / 2.0;
    painter.galley(at, galley, theme.text_strong);
}

fn scroll_bar(painter: &Painter, layout: &Layout, theme: &Theme) {
    if let Some(handle) = layout.scroll_handle() {
        painter.rect_filled(handle, 3.0, theme.text_faint.gamma_multiply(0.6));
    }
}

/// The ring around what the keyboard is at.
pub fn focus(painter: &Painter, rect: Rect, theme: &Theme) {
    let stroke = Stroke::new(1.5, theme.accent_line);
    painter.rect_stroke(rect.shrink(1.0), 4.0, stroke, StrokeKind::Inside);
}

/// What of a rectangle is in sight, less a margin left and right: text in it stays readable while its start is far
/// to the left.
fn in_sight(rect: Rect, painter: &Painter, margin: f32) -> Rect {
    let clip = painter.clip_rect();
    Rect::from_x_y_ranges(
        rect.left().max(clip.left()) + margin..=rect.right().min(clip.right()) - margin,
        rect.y_range(),
    )
}

/// Writes the first of the texts that fits, else the last one cut short with an ellipsis, else nothing when there
/// is less than `least_px` of room. Gives the right edge of what was written.
fn fitting(
    painter: &Painter,
    inside: Rect,
    texts: &[&str],
    font: FontId,
    colour: Color32,
    least_px: f32,
) -> Option<f32> {
    let at = |height: f32| -> Pos2 { pos2(inside.left(), inside.center().y - height / 2.0) };
    for text in texts {
        let galley = painter.layout_no_wrap((*text).to_owned(), font.clone(), colour);
        if galley.size().x <= inside.width() {
            let right = inside.left() + galley.size().x;
            painter.galley(at(galley.size().y), galley, colour);
            return Some(right);
        }
    }
    let last = texts.last()?;
    if inside.width() < least_px {
        return None;
    }
    let mut job = egui::text::LayoutJob::simple_singleline((*last).to_owned(), font, colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(inside.width());
    let galley = painter.layout_job(job);
    painter.add(Shape::galley(at(galley.size().y), galley, colour));
    Some(inside.right())
}

/// A count in at most four characters: `950`, `12k`, `3.4M`.
fn short_count(count: u64) -> String {
    match count {
        0..1_000 => count.to_string(),
        1_000..10_000 => format!("{:.1}k", count as f64 / 1e3),
        10_000..1_000_000 => format!("{}k", count / 1000),
        _ => format!("{:.1}M", count as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::{DARK, LIGHT};

    #[test]
    fn counts_get_short() {
        for (count, expected) in [
            (7, "7"),
            (999, "999"),
            (1_000, "1.0k"),
            (12_345, "12k"),
            (999_999, "999k"),
            (3_400_000, "3.4M"),
        ] {
            assert_eq!(short_count(count), expected);
        }
    }

    const MARKS: [Mark; 15] = [
        Mark::Setup,
        Mark::Transaction,
        Mark::Ddl,
        Mark::Read,
        Mark::Write,
        Mark::Query,
        Mark::Joined,
        Mark::Selectin,
        Mark::Subquery,
        Mark::Immediate,
        Mark::Refresh,
        Mark::Lazy,
        Mark::Repeated,
        Mark::Refused,
        Mark::Failed,
    ];

    #[test]
    fn counts_are_readable_on_every_bar_of_both_themes() {
        for theme in [&DARK, &LIGHT] {
            for mark in MARKS {
                let fill = colour(mark, theme);
                let ratio = contrast(fill, readable_on(fill, theme));
                assert!(ratio >= 4.5, "{mark:?}: {ratio:.1}, dark {}", theme.is_dark);
            }
        }
    }
}
