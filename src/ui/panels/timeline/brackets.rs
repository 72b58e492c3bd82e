//! Where the brackets of bursts go: rows for those that overlap in time, and one bracket for those that are too
//! narrow and too close to be told apart. None is left out.

use super::scene::Bracket;

/// A bracket is at least this wide.
const THINNEST_PX: f64 = 6.0;

/// Brackets both narrower than this become one where they touch.
const NARROW_PX: f64 = 14.0;

/// Gives each range a row such that those of one row do not overlap, as far as `most_rows` rows suffice; what finds
/// none shares the last row. The ranges (start and end) are in order of start, longer ones first.
///
/// Rows come from the times of the whole trace and not from what is in view, so a pan or a zoom moves no bracket up
/// or down.
pub fn rows(ranges: &[(f64, f64)], most_rows: usize) -> Vec<usize> {
    let most_rows = most_rows.max(1);
    let mut ends: Vec<f64> = Vec::new();
    ranges
        .iter()
        .map(|&(start, end)| {
            let free = ends.iter().position(|&row_end| row_end <= start);
            let row = match free {
                Some(row) => row,
                None if ends.len() < most_rows => {
                    ends.push(end);
                    ends.len() - 1
                }
                None => most_rows - 1,
            };
            ends[row] = ends[row].max(end);
            row
        })
        .collect()
}

/// Joins brackets of a row that overlap on the screen, and gives the thin ones their least width. They come in
/// order of their left edge.
pub fn join(brackets: Vec<Bracket>, row_count: usize) -> Vec<Bracket> {
    let mut last_of_row: Vec<Option<usize>> = vec![None; row_count.max(1)];
    let mut joined: Vec<Bracket> = Vec::with_capacity(brackets.len());
    for mut bracket in brackets {
        bracket.right_px = bracket.right_px.max(bracket.left_px + THINNEST_PX);
        let last = &mut last_of_row[bracket.row];
        if let Some(previous) = last.map(|at| &mut joined[at]) {
            let narrow = |bracket: &Bracket| bracket.right_px - bracket.left_px < NARROW_PX;
            // A bracket that was widened reaches a little into its neighbour; more than that is a true overlap.
            let overlap = previous.right_px - bracket.left_px;
            if overlap > THINNEST_PX || overlap > 0.0 && narrow(previous) && narrow(&bracket) {
                take_in(previous, bracket);
                continue;
            }
            if overlap > 0.0 {
                bracket.left_px = previous.right_px;
                bracket.right_px = bracket.right_px.max(bracket.left_px + THINNEST_PX);
            }
        }
        *last = Some(joined.len());
        joined.push(bracket);
    }
    joined
}

fn take_in(into: &mut Bracket, other: Bracket) {
    into.count += other.count;
    into.right_px = into.right_px.max(other.right_px);
    into.alarm = into.alarm.max(other.alarm);
    into.is_picked |= other.is_picked;
    if into.tag != other.tag {
        into.tag.clear();
    }
    into.texts = vec![format!("{} bursts", into.count), format!("×{}", into.count)];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panels::timeline::scene::Alarm;
    use crate::ui::selection::Target;

    fn number(bracket: &Bracket) -> u32 {
        match bracket.target {
            Target::Burst(number) => number,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn overlapping_ranges_get_rows_of_their_own() {
        let ranges = [
            (0.0, 10.0),
            (1.0, 9.0),
            (2.0, 3.0),
            (4.0, 5.0),
            (10.0, 11.0),
        ];
        assert_eq!(rows(&ranges, 3), [0, 1, 2, 2, 0]);
        assert_eq!(rows(&ranges, 2), [0, 1, 1, 1, 0]);
        assert_eq!(rows(&ranges, 0), [0, 0, 0, 0, 0]);
        assert_eq!(rows(&[], 3), [0usize; 0]);
    }

    #[track_caller]
    fn check(edges: &[(f64, f64)], expected: &str) {
        let brackets = edges
            .iter()
            .enumerate()
            .map(|(finding, &(left_px, right_px))| Bracket {
                target: Target::Burst(finding as u32),
                count: 1,
                row: 0,
                left_px,
                right_px,
                alarm: Alarm::Suspected,
                is_picked: false,
                tag: "N+1".into(),
                texts: Vec::new(),
            })
            .collect();
        let text: Vec<_> = join(brackets, 1)
            .iter()
            .map(|b| {
                format!(
                    "{}×{} {:.0}-{:.0}",
                    number(b),
                    b.count,
                    b.left_px,
                    b.right_px
                )
            })
            .collect();
        assert_eq!(text.join(", "), expected);
    }

    #[test]
    fn thin_brackets_stay_visible_and_join_where_they_touch() {
        check(&[(100.0, 100.0)], "0×1 100-106");
        check(
            &[(100.0, 100.1), (103.0, 103.2), (200.0, 300.0)],
            "0×2 100-109, 2×1 200-300",
        );
        check(
            &[(100.0, 100.1), (101.0, 300.0)],
            "0×1 100-106, 1×1 106-300",
        );
        check(&[(0.0, 300.0), (100.0, 200.0)], "0×2 0-300");
        check(&[(0.0, 100.0), (100.0, 200.0)], "0×1 0-100, 1×1 100-200");
    }

    #[test]
    fn no_burst_vanishes_however_many_there_are() {
        let edges: Vec<_> = (0..10_000)
            .map(|n| (f64::from(n) * 0.1, f64::from(n) * 0.1 + 0.05))
            .collect();
        let brackets: Vec<_> = edges
            .iter()
            .enumerate()
            .map(|(finding, &(left_px, right_px))| Bracket {
                target: Target::Burst(finding as u32),
                count: 1,
                row: finding % 3,
                left_px,
                right_px,
                alarm: Alarm::Note,
                is_picked: false,
                tag: String::new(),
                texts: Vec::new(),
            })
            .collect();
        let joined = join(brackets, 3);
        assert!(joined.len() < 600);
        assert_eq!(joined.iter().map(|b| b.count).sum::<usize>(), 10_000);
    }
}
