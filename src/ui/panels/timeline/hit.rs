//! What of the timeline lies under a place on the screen.

use egui::Pos2;

use super::layout::Layout;
use super::scene::{Bar, Scene};

/// A bar is hit from this far beside it, so that a thin one need not be aimed at.
const NEAR_PX: f64 = 3.0;

/// What is under the pointer; the numbers are positions in the scene's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// Above the lanes, and on nothing else.
    Ruler,
    Band(usize),
    Bracket(usize),
    Bar {
        lane: usize,
        bar: usize,
    },
    /// In a lane, beside its bars.
    Lane(usize),
    /// On a lane's name.
    Label(usize),
}

/// What a place hits, if it is on the timeline at all.
pub fn hit(scene: &Scene, layout: &Layout, pos: Pos2) -> Option<Hit> {
    if !layout.all.contains(pos) {
        return None;
    }
    if let Some(lane) = layout.lane_at(pos) {
        if pos.x < layout.lanes.left() {
            return Some(Hit::Label(lane));
        }
        let bars = &scene.lanes.get(lane)?.bars;
        let on_bars = layout.bars(lane).expand(2.0).contains(pos.y);
        return Some(match nearest(bars, f64::from(pos.x)) {
            Some(bar) if on_bars => Hit::Bar { lane, bar },
            _ => Hit::Lane(lane),
        });
    }
    if pos.x < layout.ruler.left() {
        return None;
    }
    let x = f64::from(pos.x);
    let bracket = scene.brackets.iter().position(|bracket| {
        layout.bracket_row(bracket.row).y_range().contains(pos.y)
            && (bracket.left_px..=bracket.right_px).contains(&x)
    });
    if let Some(bracket) = bracket {
        return Some(Hit::Bracket(bracket));
    }
    let band = scene.bands.iter().position(|band| {
        layout.bands.y_range().contains(pos.y) && (band.left_px..=band.right_px).contains(&x)
    });
    Some(band.map_or(Hit::Ruler, Hit::Band))
}

/// The bar at `x`, or the nearest one that is near enough. Bars are in order and do not overlap.
fn nearest(bars: &[Bar], x: f64) -> Option<usize> {
    let after = bars.partition_point(|bar| bar.left_px <= x);
    let distance = |at: usize| {
        let bar = &bars[at];
        (bar.left_px - x).max(x - bar.right_px).max(0.0)
    };
    [after.checked_sub(1), Some(after)]
        .into_iter()
        .flatten()
        .filter(|&at| at < bars.len() && distance(at) <= NEAR_PX)
        .min_by(|&a, &b| distance(a).total_cmp(&distance(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panels::timeline::scene::{Mark, Picked};

    fn bars(edges: &[(f64, f64)]) -> Vec<Bar> {
        edges
            .iter()
            .map(|&(left_px, right_px)| Bar {
                members: 0..1,
                first: 1,
                last: 1,
                count: 1,
                left_px,
                right_px,
                mark: Mark::Query,
                picked: Picked::No,
            })
            .collect()
    }

    #[test]
    fn the_bar_under_or_beside_the_pointer() {
        let bars = bars(&[(10.0, 20.0), (22.0, 24.0), (100.0, 102.0)]);
        for (x, expected) in [
            (6.0, None),
            (7.5, Some(0)),
            (15.0, Some(0)),
            (20.5, Some(0)),
            (21.5, Some(1)),
            (23.0, Some(1)),
            (26.5, Some(1)),
            (50.0, None),
            (98.0, Some(2)),
            (104.9, Some(2)),
            (105.1, None),
        ] {
            assert_eq!(nearest(&bars, x), expected, "at {x}");
        }
        assert_eq!(nearest(&[], 5.0), None);
    }
}
