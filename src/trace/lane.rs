use std::ops::Range;
use std::sync::Arc;

use super::burst::Burst;
use super::folded::Folded;
use super::lod::{Bar, Clock, Forest, Leaf, Leaves};
use super::{StatementKind, Trigger};

/// A row of the time line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LaneKey {
    /// What the scenario executed itself: queries and `session.get`.
    Queries,
    /// What one relationship, deferred or expired column asked for.
    Relationship(Arc<str>),
    /// Inserts, updates, deletes, DDL, and the markers of transactions.
    Writes,
}

/// A row of the time line with its statements, folded at every level of detail. Its items are statement indices.
#[derive(Debug)]
pub struct Lane {
    pub key: LaneKey,
    pub forest: Forest,
}

/// All lanes, in the order in which their first statements came.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    pub list: Vec<Lane>,
}

impl LaneKey {
    pub(crate) fn of(
        kind: StatementKind,
        trigger: Trigger,
        relationship: Option<&Arc<str>>,
    ) -> Self {
        use StatementKind::{Other, Pragma, Select};
        match relationship {
            _ if !matches!(kind, Select | Pragma | Other) => Self::Writes,
            Some(relationship) => Self::Relationship(Arc::clone(relationship)),
            None if matches!(
                trigger,
                Trigger::Flush | Trigger::Ddl | Trigger::Transaction
            ) =>
            {
                Self::Writes
            }
            None => Self::Queries,
        }
    }
}

impl Lanes {
    /// Number of the lane with that key, which may be new.
    pub fn find(&mut self, key: LaneKey) -> u32 {
        let found = self.list.iter().position(|lane| lane.key == key);
        let number = found.unwrap_or_else(|| {
            self.list.push(Lane {
                key,
                forest: Forest::default(),
            });
            self.list.len() - 1
        });
        number as u32
    }
}

/// The time of statements when each also costs a modelled round trip.
pub(crate) struct StatementClock<'a> {
    pub folded: &'a Folded,
    pub round_trip_ns: u64,
}

impl Clock for StatementClock<'_> {
    fn start_ns(&self, item: u32) -> f64 {
        self.folded
            .modelled_start(item as usize, self.round_trip_ns)
    }

    fn end_ns(&self, item: u32) -> f64 {
        self.folded.modelled_end(item as usize, self.round_trip_ns)
    }
}

impl Leaves for StatementClock<'_> {
    fn leaf(&self, item: u32) -> Leaf {
        self.folded.leaf(item)
    }
}

impl Leaves for Folded {
    fn leaf(&self, item: u32) -> Leaf {
        let index = item as usize;
        let burst = self.bursts.get(self.store.burst(index));
        let busy_ns = self.store.duration_ns(index);
        Leaf::of_statement(burst, busy_ns, self.store.has_failed(index))
    }
}

impl Leaf {
    /// A member of that burst.
    pub(crate) fn of_statement(burst: &Burst, busy_ns: u64, has_failed: bool) -> Self {
        // Failures before findings before the slowest.
        let rank = u64::from(has_failed) << 63 | u64::from(burst.n_plus_one) << 62 | busy_ns >> 2;
        Self {
            rank,
            busy_ns,
            weight: u64::from(burst.counted),
        }
    }

    /// So many reads at once.
    pub(crate) fn of_reads(count: u32) -> Self {
        Self {
            rank: u64::from(count),
            busy_ns: 0,
            weight: u64::from(count),
        }
    }
}

/// The time of ticks of relationship reads.
pub(crate) struct TickClock<'a> {
    pub folded: &'a Folded,
    pub round_trip_ns: u64,
}

impl Clock for TickClock<'_> {
    fn start_ns(&self, item: u32) -> f64 {
        let (tick, trips) = self.folded.tick(item);
        tick.at_ns as f64 + f64::from(trips) * self.round_trip_ns as f64
    }

    fn end_ns(&self, item: u32) -> f64 {
        self.start_ns(item)
    }
}

impl Leaves for TickClock<'_> {
    fn leaf(&self, item: u32) -> Leaf {
        let (tick, _) = self.folded.tick(item);
        Leaf::of_reads(tick.count)
    }
}

impl Folded {
    /// The bars of a lane in a window of modelled time.
    pub(crate) fn bars(
        &self,
        lane: usize,
        window: Range<f64>,
        min_ns: f64,
        round_trip_ns: u64,
    ) -> Vec<Bar> {
        let clock = StatementClock {
            folded: self,
            round_trip_ns,
        };
        let Some(lane) = self.lanes.list.get(lane) else {
            return Vec::new();
        };
        lane.forest.bars(window, min_ns, &clock).collect()
    }

    /// The bars of the lane of reads that took no statement, in a window of modelled time.
    pub(crate) fn tick_bars(
        &self,
        window: Range<f64>,
        min_ns: f64,
        round_trip_ns: u64,
    ) -> Vec<Bar> {
        let clock = TickClock {
            folded: self,
            round_trip_ns,
        };
        self.ticks.bars(window, min_ns, &clock).collect()
    }
}
