use std::sync::Arc;

use super::column::Column;
use super::hash::FastMap;
use super::parameters::{Arena, Parameters};
use super::{Counters, Extra, Statement};

/// The statements of a run in columns: about a hundred bytes each, and nothing allocated for one that is like those
/// before it. What is looked at together stands together: a search by time touches times alone. To take in a statement
/// costs what it costs to write its bytes, so a row has room for what nearly all statements say, and no more.
///
/// What all members of a burst have in common (cell, line, kind, trigger, relationship) stands in the burst.
#[derive(Debug, Default)]
pub(crate) struct Store {
    times: Column<Times>,
    rows: Column<Row>,
    parameters: Arena,
    /// The measures that a row has no room for.
    wide: FastMap<u32, Wide>,
    /// The numbers of flushes, each with the index of the statement from which on it holds; 0 for none.
    flushes: Column<(u32, u32)>,
    /// What few statements have.
    extras: FastMap<u32, Box<Extra>>,
    failed: FastMap<u32, ()>,
}

/// When a statement ran.
#[derive(Clone, Copy, Debug)]
struct Times {
    start_ns: u64,
    /// `IS_LONG` when it is in the wide table.
    duration_ns: u32,
    /// Statements before this one that a database would have answered.
    trips_before: u32,
}

/// What a statement is, why it was sent, and its measures, which nearly all fit.
#[derive(Debug)]
struct Row {
    burst: u32,
    /// Number of its text in `Texts`.
    text: u32,
    /// Id of the parent, 0 for none.
    parent: u32,
    owner: Option<Arc<str>>,
    /// Where its parameters end.
    parameters_end: u32,
    kin: Kin,
    owners: u16,
    rows: u16,
    bytes: u16,
    vm_steps: u16,
    full_scan_steps: u16,
    /// Distinct entities in the rows; `UNKNOWN` where nobody counted.
    entities: u16,
    sorts: u8,
    auto_indexes: u8,
    /// The measures are in the wide table.
    is_wide: bool,
    /// Some facts stand among the extras.
    has_extra: bool,
}

/// The children of a statement stand in a ring, by id: each knows the next, and the last the first. 0 for none.
#[derive(Clone, Copy, Debug, Default)]
struct Kin {
    last_child: u32,
    next_sibling: u32,
}

/// Measures of one statement, whatever they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wide {
    pub duration_ns: u64,
    pub rows: u64,
    pub bytes: u64,
    pub counters: Counters,
    pub entities: Option<u64>,
    pub owners: u32,
}

/// In `Times::duration_ns`: it is in the wide table.
const IS_LONG: u32 = u32::MAX;

/// In `Row::entities`: not counted.
const UNKNOWN: u16 = u16::MAX;

impl Store {
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Appends a statement, whose text and burst have been found already. What it owns is taken out of it.
    #[inline]
    pub fn push(&mut self, statement: &mut Statement, text: u32, burst: u32, trips_before: u32) {
        let index = self.len() as u32;
        let id = index + 1;
        // A parent comes before its children; what says otherwise is a foreign file's mistake, and no parent.
        let parent = match statement.parent {
            Some(parent) if parent >= 1 && parent < u64::from(id) => parent as u32,
            _ => 0,
        };
        let has_extra = statement.extra.is_some();
        if let Some(extra) = statement.extra.take() {
            self.push_extra(index, extra);
        }
        let flush = statement.flush.unwrap_or(0);
        if flush != self.flushes.last().map_or(0, |(_, last)| *last) {
            self.flushes.push((index, flush));
        }
        let measures = Wide::of(statement);
        let is_wide = !measures.is_narrow();
        if is_wide {
            self.wide.insert(index, measures);
        }
        let counters = measures.counters;
        self.times.push(Times {
            start_ns: statement.start_ns,
            duration_ns: u32::try_from(measures.duration_ns).unwrap_or(IS_LONG),
            trips_before,
        });
        let next_sibling = self.add_to_parent(parent, id);
        // Of measures that are in the wide table nobody reads what is here.
        self.rows.push(Row {
            burst,
            text,
            parent,
            owner: statement.owner.take(),
            parameters_end: self.parameters.push(index, &mut statement.parameters),
            kin: Kin {
                last_child: 0,
                next_sibling,
            },
            owners: measures.owners as u16,
            rows: measures.rows as u16,
            bytes: measures.bytes as u16,
            vm_steps: counters.vm_steps as u16,
            full_scan_steps: counters.full_scan_steps as u16,
            entities: measures
                .entities
                .map_or(UNKNOWN, |entities| entities as u16),
            sorts: counters.sorts as u8,
            auto_indexes: counters.auto_indexes as u8,
            is_wide,
            has_extra,
        });
    }

    fn push_extra(&mut self, index: u32, extra: Box<Extra>) {
        if extra.error.is_some() {
            self.failed.insert(index, ());
        }
        self.extras.insert(index, extra);
    }

    /// Puts the next statement behind the other children of its parent; returns the first of them.
    fn add_to_parent(&mut self, parent: u32, id: u32) -> u32 {
        if parent == 0 {
            return 0;
        }
        let parent = &mut self.rows[parent as usize - 1].kin;
        match std::mem::replace(&mut parent.last_child, id) {
            0 => id,
            before => {
                let before = &mut self.rows[before as usize - 1].kin;
                std::mem::replace(&mut before.next_sibling, id)
            }
        }
    }

    pub fn measures(&self, index: usize) -> Wide {
        let row = &self.rows[index];
        if row.is_wide {
            let wide = self.wide.get(&(index as u32));
            return wide.copied().unwrap_or_default();
        }
        Wide {
            duration_ns: u64::from(self.times[index].duration_ns),
            entities: (row.entities != UNKNOWN).then(|| u64::from(row.entities)),
            owners: u32::from(row.owners),
            rows: u64::from(row.rows),
            bytes: u64::from(row.bytes),
            counters: Counters {
                vm_steps: u64::from(row.vm_steps),
                full_scan_steps: u64::from(row.full_scan_steps),
                sorts: u64::from(row.sorts),
                auto_indexes: u64::from(row.auto_indexes),
            },
        }
    }

    pub fn burst(&self, index: usize) -> u32 {
        self.rows[index].burst
    }

    /// Number of its text in `Texts`.
    pub fn text(&self, index: usize) -> u32 {
        self.rows[index].text
    }

    /// Id of the parent, 0 for none.
    pub fn parent(&self, index: usize) -> u32 {
        self.rows[index].parent
    }

    pub fn owners(&self, index: usize) -> u32 {
        let row = &self.rows[index];
        match row.is_wide {
            true => self.measures(index).owners,
            false => u32::from(row.owners),
        }
    }

    pub fn owner(&self, index: usize) -> Option<&Arc<str>> {
        self.rows[index].owner.as_ref()
    }

    pub fn start_ns(&self, index: usize) -> u64 {
        self.times[index].start_ns
    }

    pub fn duration_ns(&self, index: usize) -> u64 {
        match self.times[index].duration_ns {
            IS_LONG => self.measures(index).duration_ns,
            duration => u64::from(duration),
        }
    }

    /// Statements before this one that a database would have answered.
    pub fn trips_before(&self, index: usize) -> u32 {
        self.times[index].trips_before
    }

    /// Index of the first statement that began at `at_ns` or later; it is looked for from the end.
    pub fn first_from(&self, at_ns: u64) -> usize {
        let mut reach = 1;
        let len = self.len();
        while reach <= len && self.times[len - reach].start_ns >= at_ns {
            reach *= 2;
        }
        let from = len.saturating_sub(reach);
        self.times
            .partition_point_in(from..len, |times| times.start_ns < at_ns)
    }

    pub fn has_failed(&self, index: usize) -> bool {
        !self.failed.is_empty() && self.failed.contains_key(&(index as u32))
    }

    pub fn entities(&self, index: usize) -> Option<u64> {
        self.measures(index).entities
    }

    pub fn flush(&self, index: usize) -> Option<u32> {
        let after = self
            .flushes
            .partition_point(|(from, _)| *from as usize <= index);
        let (_, flush) = self.flushes[after.checked_sub(1)?];
        (flush > 0).then_some(flush)
    }

    pub fn extra(&self, index: usize) -> Option<&Extra> {
        if !self.rows[index].has_extra {
            return None;
        }
        self.extras.get(&(index as u32)).map(|extra| &**extra)
    }

    /// Number of the database that it was sent to.
    pub fn database(&self, index: usize) -> u32 {
        self.extra(index).map_or(1, |extra| extra.database)
    }

    pub fn parameters(&self, index: usize) -> Parameters<'_> {
        let start = match index {
            0 => 0,
            _ => self.rows[index - 1].parameters_end,
        };
        let end = self.rows[index].parameters_end;
        self.parameters.get(index, start..end)
    }

    /// Ids of the statements that this one led to, in order.
    pub fn children(&self, index: usize) -> impl Iterator<Item = u64> + '_ {
        let kin = |id: u32| self.rows[id as usize - 1].kin;
        let last = self.rows[index].kin.last_child;
        let first = (last > 0).then(|| kin(last).next_sibling);
        std::iter::successors(first, move |&id| (id != last).then(|| kin(id).next_sibling))
            .map(u64::from)
    }
}

impl Wide {
    fn of(statement: &Statement) -> Self {
        Self {
            duration_ns: statement.duration_ns,
            rows: statement.rows,
            bytes: statement.bytes,
            counters: statement.counters,
            entities: statement.entities,
            owners: statement.owners,
        }
    }

    /// Whether a row has room for all of them.
    fn is_narrow(&self) -> bool {
        let counters = self.counters;
        let long = self.rows
            | self.bytes
            | counters.vm_steps
            | counters.full_scan_steps
            | self.entities.unwrap_or(0)
            | u64::from(self.owners);
        let short = counters.sorts | counters.auto_indexes;
        self.duration_ns < u64::from(IS_LONG)
            && long < u64::from(UNKNOWN)
            && short <= u64::from(u8::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(store: &mut Store, mut statement: Statement) {
        store.push(&mut statement, 0, 0, 0);
    }

    #[test]
    fn measures_of_any_size_come_back() {
        let edges = [u64::from(u8::MAX), u64::from(UNKNOWN), u64::from(IS_LONG)];
        let around = edges.iter().flat_map(|edge| [edge - 1, *edge, edge + 1]);
        for size in around.chain([0, 7, 1 << 40]) {
            let expected = Wide {
                duration_ns: size,
                rows: size,
                bytes: size,
                counters: Counters {
                    vm_steps: size,
                    full_scan_steps: size,
                    sorts: size,
                    auto_indexes: 0,
                },
                entities: Some(size),
                owners: size as u32,
            };
            let mut store = Store::default();
            push(
                &mut store,
                Statement {
                    duration_ns: size,
                    rows: size,
                    bytes: size,
                    counters: expected.counters,
                    entities: expected.entities,
                    owners: expected.owners,
                    ..Statement::default()
                },
            );
            assert_eq!(store.measures(0), expected);
            assert_eq!(store.duration_ns(0), size);
            assert_eq!(store.entities(0), expected.entities);
            assert_eq!(store.owners(0), expected.owners);
        }
    }

    #[test]
    fn a_flush_is_known_by_its_first_statement() {
        let mut store = Store::default();
        let flushes = [None, Some(1), Some(1), None, None, Some(2), Some(3), None];
        for flush in flushes {
            push(
                &mut store,
                Statement {
                    flush,
                    ..Statement::default()
                },
            );
        }
        assert!(
            (0..flushes.len())
                .map(|index| store.flush(index))
                .eq(flushes)
        );
        assert_eq!(store.flushes.len(), 5);
    }

    #[test]
    fn children_in_order_and_no_parent_from_the_future() {
        let mut store = Store::default();
        for parent in [None, Some(1), Some(2), Some(1), Some(9), Some(0)] {
            push(
                &mut store,
                Statement {
                    parent,
                    ..Statement::default()
                },
            );
        }
        assert!(store.children(0).eq([2, 4]));
        assert!(store.children(1).eq([3]));
        assert_eq!(store.children(4).count(), 0);
        let parents: Vec<u32> = (0..6).map(|index| store.parent(index)).collect();
        assert_eq!(parents, [0, 1, 2, 1, 0, 0]);
    }

    #[test]
    fn the_first_from_a_time_on() {
        let mut store = Store::default();
        assert_eq!(store.first_from(5), 0);
        for start_ns in [10, 20, 20, 30, 40, 50, 60, 70, 80, 90] {
            push(
                &mut store,
                Statement {
                    start_ns,
                    ..Statement::default()
                },
            );
        }
        for (at_ns, expected) in [
            (0, 0),
            (10, 0),
            (11, 1),
            (20, 1),
            (21, 3),
            (55, 6),
            (90, 9),
            (91, 10),
        ] {
            assert_eq!(store.first_from(at_ns), expected, "at {at_ns}");
        }
    }
}
