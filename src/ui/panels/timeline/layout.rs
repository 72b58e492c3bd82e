//! Where the parts of the timeline lie on the screen: ruler, cell bands, burst brackets and lanes, from top to bottom.

use egui::{Pos2, Rect, pos2, vec2};

/// Width of the column with the lanes' names; a narrow window gets a narrower one.
const LABELS_PX: f32 = 150.0;
const RULER_PX: f32 = 24.0;
const BAND_PX: f32 = 20.0;
const BRACKET_PX: f32 = 26.0;
const GAP_PX: f32 = 5.0;
const LANE_PX: f32 = 37.0;
/// Lanes shrink to this before they scroll.
const LEAST_LANE_PX: f32 = 24.0;
const BAR_PX: f32 = 21.0;

/// The rectangles of one frame. All but `lanes` stay where they are when the lanes scroll.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    pub all: Rect,
    pub ruler: Rect,
    pub bands: Rect,
    pub brackets: Rect,
    /// What the lanes are seen through.
    pub lanes: Rect,
    pub lane_px: f32,
    pub lane_count: usize,
    /// How far the lanes are scrolled, already kept within what there is.
    pub scroll_px: f32,
}

impl Layout {
    /// Where the time axis lies in a rectangle: its left edge and its width.
    pub fn axis(all: Rect) -> (f32, f32) {
        let labels_px = LABELS_PX.min(all.width() * 0.25);
        (all.left() + labels_px, all.width() - labels_px)
    }

    /// In how many rows brackets may overlap in a rectangle of that height, so that lanes have room too.
    pub fn most_bracket_rows(height: f32) -> usize {
        match height {
            height if height < 170.0 => 1,
            height if height < 230.0 => 2,
            _ => 3,
        }
    }

    /// Lays out `lane_count` lanes and `bracket_rows` rows of brackets in a rectangle.
    pub fn new(all: Rect, bracket_rows: usize, lane_count: usize, scroll_px: f32) -> Self {
        let (left, _) = Self::axis(all);
        let row = |top: f32, height: f32| {
            Rect::from_min_max(
                pos2(left, top.min(all.bottom())),
                pos2(all.right(), (top + height).min(all.bottom())),
            )
        };
        let ruler = row(all.top(), RULER_PX);
        let bands = row(ruler.bottom(), BAND_PX);
        let brackets_px = bracket_rows as f32 * (BRACKET_PX + 2.0);
        let brackets = row(bands.bottom() + GAP_PX, brackets_px);
        let lanes = row(brackets.bottom() + GAP_PX, f32::INFINITY);
        let lane_px = (lanes.height() / lane_count.max(1) as f32)
            .clamp(LEAST_LANE_PX, LANE_PX)
            .floor();
        let most = (lane_px * lane_count as f32 - lanes.height()).max(0.0);
        Self {
            all,
            ruler,
            bands,
            brackets,
            lanes,
            lane_px,
            lane_count,
            scroll_px: scroll_px.clamp(0.0, most),
        }
    }

    /// The height at which nothing scrolls and no lane is squeezed.
    pub fn ideal_height(bracket_rows: usize, lane_count: usize) -> f32 {
        RULER_PX
            + BAND_PX
            + 2.0 * GAP_PX
            + bracket_rows as f32 * (BRACKET_PX + 2.0)
            + lane_count as f32 * LANE_PX
    }

    /// How far the lanes can be scrolled; zero when all of them are in sight.
    pub fn most_scroll_px(&self) -> f32 {
        (self.lane_px * self.lane_count as f32 - self.lanes.height()).max(0.0)
    }

    /// The handle of the lanes' scroll bar; none when all lanes are in sight.
    pub fn scroll_handle(&self) -> Option<Rect> {
        let content = self.lane_px * self.lane_count as f32;
        let most = self.most_scroll_px();
        if most <= 0.0 || content <= 0.0 {
            return None;
        }
        let part = self.lanes.height() / content;
        let height = (self.lanes.height() * part)
            .max(18.0)
            .min(self.lanes.height());
        let top = self.lanes.top() + (self.lanes.height() - height) * (self.scroll_px / most);
        Some(Rect::from_min_size(
            pos2(self.lanes.right() - 7.0, top),
            vec2(6.0, height),
        ))
    }

    /// A row of brackets, counted from the top.
    pub fn bracket_row(&self, row: usize) -> Rect {
        let top = self.brackets.top() + row as f32 * (BRACKET_PX + 2.0);
        Rect::from_min_size(
            pos2(self.brackets.left(), top),
            vec2(self.brackets.width(), BRACKET_PX),
        )
    }

    /// A lane where its bars go; it may lie outside of [`Self::lanes`] when scrolled away.
    pub fn lane(&self, at: usize) -> Rect {
        let top = self.lanes.top() + at as f32 * self.lane_px - self.scroll_px;
        Rect::from_min_size(
            pos2(self.lanes.left(), top),
            vec2(self.lanes.width(), self.lane_px),
        )
    }

    /// The space for a lane's name.
    pub fn lane_label(&self, at: usize) -> Rect {
        let lane = self.lane(at);
        Rect::from_min_max(
            pos2(self.all.left(), lane.top()),
            pos2(lane.left(), lane.bottom()),
        )
    }

    /// The height that the bars of a lane take.
    pub fn bars(&self, at: usize) -> egui::Rangef {
        let lane = self.lane(at);
        let half = (BAR_PX.min(self.lane_px - 6.0) / 2.0).round();
        let middle = lane.center().y.round();
        egui::Rangef::new(middle - half, middle + half)
    }

    /// The lane at a place, its name's column included.
    pub fn lane_at(&self, pos: Pos2) -> Option<usize> {
        if pos.y < self.lanes.top() || pos.y >= self.lanes.bottom() {
            return None;
        }
        let at = ((pos.y - self.lanes.top() + self.scroll_px) / self.lane_px) as usize;
        (at < self.lane_count).then_some(at)
    }

    /// Whether any of a lane is in sight.
    pub fn shows_lane(&self, at: usize) -> bool {
        let lane = self.lane(at);
        lane.bottom() > self.lanes.top() && lane.top() < self.lanes.bottom()
    }

    /// Everything right of the names, where x is time.
    pub fn time_area(&self) -> Rect {
        Rect::from_min_max(self.ruler.left_top(), self.all.right_bottom())
    }

    /// The scroll at which a lane is wholly in sight, as near to the present one as can be.
    pub fn scroll_to(&self, at: usize) -> f32 {
        let top = at as f32 * self.lane_px;
        let least = top + self.lane_px - self.lanes.height();
        self.scroll_px.max(least).min(top).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(height: f32, lane_count: usize, scroll_px: f32) -> Layout {
        let all = Rect::from_min_size(pos2(10.0, 20.0), vec2(1000.0, height));
        Layout::new(all, 1, lane_count, scroll_px)
    }

    #[test]
    fn parts_follow_each_other_and_share_the_axis() {
        let layout = layout(400.0, 5, 0.0);
        assert!(layout.ruler.bottom() <= layout.bands.top());
        assert!(layout.bands.bottom() <= layout.brackets.top());
        assert!(layout.brackets.bottom() <= layout.lanes.top());
        assert_eq!(layout.lanes.bottom(), layout.all.bottom());
        for part in [layout.bands, layout.brackets, layout.lanes, layout.lane(3)] {
            assert_eq!(part.x_range(), layout.ruler.x_range());
        }
    }

    #[test]
    fn lanes_shrink_and_then_scroll() {
        assert_eq!(layout(400.0, 5, 0.0).lane_px, LANE_PX);
        assert_eq!(layout(400.0, 5, 50.0).scroll_px, 0.0);
        let squeezed = layout(240.0, 5, 50.0);
        assert!(squeezed.lane_px < LANE_PX && squeezed.most_scroll_px() == 0.0);
        let scrolled = layout(240.0, 30, 1e9);
        assert_eq!(scrolled.lane_px, LEAST_LANE_PX);
        assert_eq!(scrolled.lane(29).bottom(), scrolled.all.bottom());
        assert!(scrolled.shows_lane(29) && !scrolled.shows_lane(0));
    }

    #[test]
    fn a_place_finds_its_lane() {
        let layout = layout(240.0, 30, 100.0);
        for at in 0..30 {
            if layout.shows_lane(at) && layout.lanes.contains(layout.lane(at).center()) {
                assert_eq!(layout.lane_at(layout.lane(at).center()), Some(at));
            }
        }
        assert_eq!(layout.lane_at(layout.ruler.center()), None);
    }

    #[test]
    fn scrolling_to_a_lane_moves_no_farther_than_needed() {
        let at_rest = layout(240.0, 30, 0.0);
        assert_eq!(at_rest.scroll_to(0), 0.0);
        let there = layout(240.0, 30, at_rest.scroll_to(20));
        assert!(there.lane(20).bottom() <= there.lanes.bottom() + 0.01);
        assert_eq!(there.scroll_to(20), there.scroll_px);
    }

    #[test]
    fn a_pane_too_low_for_anything_lays_out_without_negative_sizes() {
        let layout = layout(10.0, 5, 0.0);
        for part in [layout.ruler, layout.bands, layout.brackets, layout.lanes] {
            assert!(part.height() >= 0.0, "{part:?}");
        }
    }
}
