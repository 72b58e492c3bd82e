//! What of a lane is visible: single statements where there is room, and one bar for neighbours where there is none.
//!
//! The trace's levels of detail give pieces a few pixels wide. Here they grow together into bars that have room to say
//! how many they hold.

use super::scene::Mark;
use crate::trace::lod;
use crate::ui::time_view::Axis;

/// Neighbours whose starts are closer than this fold into one bar.
const PITCH_PX: f64 = 4.0;

/// A folded bar is about this wide, so that it has room to say how many it holds.
const SEGMENT_PX: f64 = 72.0;

/// A folded bar is not cut where less than this would be left over.
const SHORTEST_PX: f64 = 24.0;

/// The least width a bar is shown with; a statement never becomes too thin to see or to hit.
const THINNEST_PX: f64 = 2.0;

/// Neighbours along a lane, or one alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Folded {
    /// Positions along the lane of the first and the last member.
    pub first: usize,
    pub last: usize,
    pub start_ns: f64,
    pub end_ns: f64,
    /// Sum of the members' weights.
    pub weight: u64,
    /// Of its worst member.
    pub mark: Mark,
}

impl Folded {
    fn is_single(&self) -> bool {
        self.first == self.last
    }
}

/// Which times a lane must be asked for, and how finely, to fold it for an axis.
#[derive(Clone, Copy, Debug)]
pub struct Grain {
    segment_ns: f64,
    pitch_ns: f64,
    /// What is shorter than this may be folded by the trace already.
    pub piece_ns: f64,
    /// From where on: whole segments, so that a pan does not cut bars anew.
    pub from_ns: f64,
}

impl Grain {
    pub fn new(axis: Axis) -> Self {
        // Powers of two of time: the cuts stay where they are while the view moves and zooms a little.
        let power = |px: f64| (px * axis.ns_per_px()).log2().floor().exp2();
        let segment_ns = power(SEGMENT_PX * std::f64::consts::SQRT_2);
        Self {
            segment_ns,
            pitch_ns: PITCH_PX * axis.ns_per_px(),
            piece_ns: power(PITCH_PX),
            from_ns: (axis.view.start_ns() / segment_ns).floor() * segment_ns,
        }
    }
}

/// The bars of a lane from the pieces that the trace gave, from left to right. Every member is in exactly one.
pub fn fold(
    pieces: impl Iterator<Item = lod::Bar>,
    grain: Grain,
    mark_of: impl Fn(u32) -> Mark,
) -> Vec<Folded> {
    let mut bars: Vec<Folded> = Vec::new();
    // Whether the last bar is of one run with the bar before it, cut only for its length.
    let mut was_cut = false;
    for piece in pieces {
        let piece = Folded {
            first: piece.first,
            last: piece.last,
            start_ns: piece.start_ns,
            end_ns: piece.end_ns,
            weight: piece.weight,
            mark: mark_of(piece.worst),
        };
        let neighbours = bars.last().is_some_and(|bar| touch(bar, &piece, grain));
        if neighbours {
            let bar = bars.last_mut().expect("it touches a bar");
            if !is_cut(bar, &piece, grain) {
                take_in(bar, piece);
                continue;
            }
        } else {
            heal(&mut bars, was_cut, grain);
        }
        was_cut = neighbours;
        bars.push(piece);
    }
    heal(&mut bars, was_cut, grain);
    bars
}

/// Whether a piece is too close to the bar before it to be told apart.
fn touch(bar: &Folded, piece: &Folded, grain: Grain) -> bool {
    if bar.is_single() && piece.is_single() {
        return piece.start_ns - bar.start_ns < grain.pitch_ns;
    }
    let stands_alone =
        |one: &Folded| one.is_single() && one.end_ns - one.start_ns >= grain.pitch_ns;
    !stands_alone(bar) && !stands_alone(piece) && piece.start_ns - bar.end_ns < grain.pitch_ns
}

fn is_cut(bar: &Folded, piece: &Folded, grain: Grain) -> bool {
    let segment = |time_ns: f64| (time_ns / grain.segment_ns).floor();
    let shortest_ns = grain.pitch_ns * (SHORTEST_PX / PITCH_PX);
    segment(bar.start_ns) != segment(piece.start_ns) && piece.start_ns - bar.start_ns >= shortest_ns
}

/// Gives what is left over at the end of a run back to the bar before it.
fn heal(bars: &mut Vec<Folded>, was_cut: bool, grain: Grain) {
    let shortest_ns = grain.pitch_ns * (SHORTEST_PX / PITCH_PX);
    if was_cut
        && bars.len() >= 2
        && let Some(last) = bars.pop_if(|last| last.end_ns - last.start_ns < shortest_ns)
    {
        let previous = bars.last_mut().expect("there were two");
        take_in(previous, last);
    }
}

fn take_in(bar: &mut Folded, piece: Folded) {
    bar.last = piece.last;
    bar.end_ns = piece.end_ns;
    bar.weight += piece.weight;
    bar.mark = bar.mark.max(piece.mark);
}

/// Left and right edges on the screen: bars are parted by a pixel or two, and none is thinner than can be seen.
pub fn edges(bars: &[Folded], axis: Axis) -> Vec<(f64, f64)> {
    let mut next_left = f64::INFINITY;
    let mut edges: Vec<_> = bars
        .iter()
        .rev()
        .map(|bar| {
            let left = axis.x_of(bar.start_ns);
            let gap = if next_left - left >= 6.0 { 2.0 } else { 1.0 };
            let right = axis
                .x_of(bar.end_ns)
                .min(next_left - gap)
                .max(left + THINNEST_PX);
            next_left = left;
            (left, right)
        })
        .collect();
    edges.reverse();
    edges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::lod::{Clock, Forest, Leaf, Leaves};
    use crate::ui::time_view::TimeView;

    /// Members by start and end, in milliseconds.
    struct Plain(Vec<(f64, f64)>);

    impl Clock for Plain {
        fn start_ns(&self, item: u32) -> f64 {
            self.0[item as usize].0 * 1e6
        }
        fn end_ns(&self, item: u32) -> f64 {
            self.0[item as usize].1 * 1e6
        }
    }

    impl Leaves for Plain {
        fn leaf(&self, _: u32) -> Leaf {
            Leaf {
                rank: 0,
                busy_ns: 0,
                weight: 1,
            }
        }
    }

    fn every_ms(count: usize) -> Plain {
        Plain((0..count).map(|n| (n as f64, n as f64 + 0.9)).collect())
    }

    fn axis(start_ms: f64, end_ms: f64) -> Axis {
        Axis::new(TimeView::new(start_ms * 1e6, end_ms * 1e6), 0.0, 1000.0)
    }

    fn folded(lane: &Plain, axis: Axis) -> Vec<Folded> {
        let mut forest = Forest::default();
        for item in 0..lane.0.len() as u32 {
            forest.push(item, lane.leaf(item));
        }
        let grain = Grain::new(axis);
        let pieces = forest.bars(grain.from_ns..axis.view.end_ns(), grain.piece_ns, lane);
        fold(pieces, grain, |_| Mark::Query)
    }

    #[track_caller]
    fn check(lane: &Plain, axis: Axis, expected: &str) {
        let bars = folded(lane, axis);
        let text: Vec<_> = bars
            .iter()
            .zip(edges(&bars, axis))
            .map(|(bar, (left, right))| {
                format!("{}×{} {left:.0}-{right:.0}", bar.first, bar.weight)
            })
            .collect();
        assert_eq!(text.join(", "), expected);
    }

    #[test]
    fn single_statements_where_there_is_room() {
        check(
            &every_ms(3),
            axis(0.0, 10.0),
            "0×1 0-90, 1×1 100-190, 2×1 200-290",
        );
        check(&Plain(vec![]), axis(0.0, 10.0), "");
        check(&Plain(vec![(5.0, 5.0)]), axis(0.0, 10.0), "0×1 500-502");
    }

    #[test]
    fn neighbours_fold_and_the_gap_between_groups_stays() {
        let lane = Plain(vec![
            (0.0, 0.1),
            (0.1, 0.2),
            (0.2, 0.3),
            (50.0, 50.1),
            (50.1, 50.2),
        ]);
        check(&lane, axis(0.0, 100.0), "0×3 0-3, 3×2 500-502");
        check(&lane, axis(0.0, 10.0), "0×1 0-8, 1×1 10-18, 2×1 20-30");
    }

    #[test]
    fn a_long_one_among_short_ones_stands_alone() {
        let mut members = vec![(0.0, 0.1), (0.1, 0.2), (0.2, 20.0)];
        members.extend([(20.0, 20.1), (20.1, 20.2)]);
        check(
            &Plain(members),
            axis(0.0, 100.0),
            "0×2 0-2, 2×1 2-198, 3×2 200-202",
        );
    }

    #[test]
    fn what_began_before_the_view_and_still_runs_is_in_it() {
        let lane = Plain(vec![(0.0, 5.0), (6.0, 7.0)]);
        check(&lane, axis(4.0, 5.0), "0×1 -4000-1000");
    }

    #[track_caller]
    fn check_complete(lane: &Plain, axis: Axis) {
        let bars = folded(lane, axis);
        for pair in bars.windows(2) {
            assert_eq!(pair[0].last + 1, pair[1].first, "{pair:?}");
        }
        for (at, (start, end)) in lane.0.iter().enumerate() {
            let in_view = *end * 1e6 >= axis.view.start_ns() && *start * 1e6 <= axis.view.end_ns();
            let shown = bars.iter().any(|bar| (bar.first..=bar.last).contains(&at));
            assert!(shown || !in_view, "statement {at} is not shown");
        }
    }

    fn uneven(count: u32) -> Plain {
        let mut at = 0.0;
        let members = (0..count).map(|n| {
            let gap = f64::from(n.wrapping_mul(2_654_435_761) % 97) / 10.0;
            let start = at;
            at += gap;
            (start, start + gap / 3.0)
        });
        Plain(members.collect())
    }

    #[test]
    fn no_statement_is_dropped_at_any_zoom() {
        for lane in [every_ms(3000), uneven(3000)] {
            for span in [1.0, 17.0, 250.0, 3000.0, 30_000.0] {
                for start in [-10.0, 0.0, 0.5, 333.3, 2990.0] {
                    check_complete(&lane, axis(start, start + span));
                }
            }
        }
    }

    #[test]
    fn the_number_of_bars_follows_the_pixels() {
        let lane = every_ms(100_000);
        for end in [1e3, 1e4, 1e5] {
            let bars = folded(&lane, axis(0.0, end)).len();
            assert!((8..=40).contains(&bars), "{bars} bars for {end} ms");
        }
    }

    #[test]
    fn folded_bars_have_room_for_their_count() {
        let lane = every_ms(5_000);
        for end in [700.0, 1234.0, 3000.0, 4321.0, 4900.0] {
            let axis = axis(0.0, end);
            for bar in folded(&lane, axis) {
                let width = (bar.end_ns - bar.start_ns) / axis.ns_per_px();
                assert!((20.0..=150.0).contains(&width), "{width} px at {end} ms");
            }
        }
    }

    #[test]
    fn a_pan_moves_bars_and_does_not_cut_them_anew() {
        let lane = every_ms(100_000);
        let cuts = |start: f64| -> Vec<_> {
            let bars = folded(&lane, axis(start, start + 10_000.0));
            let inner = &bars[1..bars.len() - 1];
            inner.iter().map(|bar| (bar.first, bar.last)).collect()
        };
        let (here, there) = (cuts(20_000.0), cuts(20_333.0));
        let shared = here.iter().filter(|bar| there.contains(bar)).count();
        assert!(shared >= here.len() - 2, "{here:?}\n{there:?}");
    }
}
