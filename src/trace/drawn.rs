//! What a time line asks of a trace beyond its lanes, in constant or logarithmic time.

use std::ops::Range;

use super::findings::Subject;
use super::lane::StatementClock;
use super::lod::{Bar, Clock};
use super::{Finding, Trace};

/// From this many members on, statements of one cause are worth a name of their own on the time line.
pub(crate) const REPEATED: usize = 3;

impl Trace {
    /// Indices of the first and the last statement that a finding is about; none for a finding about a whole cell.
    pub fn extent(&self, finding: &Finding) -> Option<(usize, usize)> {
        let ends = |members: &[u32]| Some((*members.first()? as usize, *members.last()? as usize));
        match &finding.subject {
            Subject::Burst(burst) => {
                let burst = self.folded.bursts.get(*burst);
                Some((burst.first(), burst.last()))
            }
            Subject::Statements { members, .. } => ends(members),
            Subject::Told(told) => ends(&told.members),
            Subject::Group { group, .. } => Some(self.detectors.extent_of_group(*group)),
            Subject::Cell(_) => None,
        }
    }

    /// Numbers of the bursts that count and have three members or more, in the order in which they came to that.
    pub fn repeated_bursts(&self) -> &[u32] {
        &self.folded.repeated
    }

    /// One bar over all statements of a lane that start in a window of modelled time; none when none does.
    pub fn bar_over(&self, lane: usize, window: Range<f64>, round_trip_ns: u64) -> Option<Bar> {
        let clock = StatementClock {
            folded: &self.folded,
            round_trip_ns,
        };
        let forest = &self.lanes().get(lane)?.forest;
        let before = |time_ns: f64| {
            let items = forest.items();
            items.partition_point(|&item| clock.start_ns(item) < time_ns)
        };
        let (first, end) = (before(window.start), before(window.end));
        if first >= end {
            return None;
        }
        forest.bar(first..end, &clock)
    }
}

#[cfg(test)]
mod tests {
    use crate::trace::testing::Run;

    #[test]
    fn extents_and_repeated_bursts() {
        let mut run = Run::new();
        let parent = run.query(4, "SELECT authors.id FROM authors");
        for owner in 1..=4 {
            run.lazy(5, "Author.books", owner, parent);
        }
        run.query(6, "SELECT 1");
        run.finish();
        let trace = &run.trace;
        let finding = &trace.findings()[0];
        assert_eq!(trace.extent(finding), Some((1, 4)));
        assert_eq!(trace.repeated_bursts(), [1]);
    }

    #[test]
    fn one_bar_over_a_window() {
        let mut run = Run::new();
        for owner in 1..=9 {
            run.lazy(5, "Author.books", owner, 0);
        }
        // Statements come 10 µs apart, the first at 10 µs, and take 5 µs.
        let bar = |from: f64, to: f64| {
            run.trace
                .bar_over(0, from * 1e3..to * 1e3, 0)
                .map(|bar| (bar.len(), bar.busy_ns))
        };
        assert_eq!(bar(0.0, 1000.0), Some((9, 45_000)));
        assert_eq!(bar(20.0, 40.0), Some((2, 10_000)));
        assert_eq!(bar(21.0, 29.0), None);
        assert_eq!(run.trace.bar_over(7, 0.0..1e9, 0), None);
    }
}
