use super::hash::FastMap;
use super::{StatementKind, Trigger};

/// What one line of the scenario caused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineCounts {
    /// Statements by trigger, in the order in which the triggers first came; transaction markers and PRAGMA aside.
    pub by_trigger: Vec<(Trigger, u64)>,
    /// Nanoseconds in SQLite.
    pub duration_ns: u64,
    /// Whether some of them are an N+1.
    pub n_plus_one: bool,
}

impl LineCounts {
    /// All statements of the line.
    pub fn statements(&self) -> u64 {
        self.by_trigger.iter().map(|(_, count)| count).sum()
    }

    /// The trigger that caused most of them, with its count.
    pub fn most(&self) -> Option<(Trigger, u64)> {
        let mut most: Option<(Trigger, u64)> = None;
        for &(trigger, count) in &self.by_trigger {
            if most.is_none_or(|(_, other)| count > other) {
                most = Some((trigger, count));
            }
        }
        most
    }
}

/// What one cell emitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CellCount {
    /// Statements that count: none of a `setup` cell, no transaction markers, no PRAGMA.
    pub statements: u64,
    /// Statements of any kind.
    pub all: u64,
    /// Rows that its SELECTs returned.
    pub rows: u64,
    /// Nanoseconds in SQLite, of the statements that count.
    pub duration_ns: u64,
    /// What its header allows.
    pub budget: Option<u64>,
}

impl CellCount {
    pub fn is_over_budget(&self) -> bool {
        self.budget.is_some_and(|budget| self.statements > budget)
    }
}

/// A run of time spent in one cell, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellSpan {
    pub cell: u32,
    pub start_ns: u64,
    pub end_ns: u64,
}

/// Totals of a run so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Statements that a database would have answered: no transaction markers, no PRAGMA, nothing of `setup` cells.
    pub statements: u64,
    /// Rows returned by the SELECTs among them.
    pub rows: u64,
    /// Bytes of the values in those rows.
    pub bytes: u64,
    /// Steps of SQLite's virtual machine for them.
    pub vm_steps: u64,
    /// Time in SQLite for them, nanoseconds.
    pub sql_ns: u64,
    /// Time of the whole run, nanoseconds.
    pub wall_ns: u64,
    /// Relationship reads that took no statement, because what they asked for was there.
    pub avoided: u64,
    /// Some cell is over its budget.
    pub over_budget: bool,
}

impl Summary {
    /// Time for the database when each statement also costs a network round trip, in nanoseconds.
    pub fn database_ns(&self, round_trip_ns: u64) -> u64 {
        self.sql_ns
            .saturating_add(self.statements.saturating_mul(round_trip_ns))
    }
}

/// Whether a database over a network would have answered it.
pub(crate) fn is_answered(kind: StatementKind) -> bool {
    !matches!(kind, StatementKind::Transaction | StatementKind::Pragma)
}

/// Counts of things that go by a number of their own, such as lines and cells, which come from a file and so may be
/// any. A burst looks its place up once.
#[derive(Debug)]
pub(crate) struct ByNumber<T> {
    counts: Vec<T>,
    places: FastMap<u32, u32>,
}

impl<T> Default for ByNumber<T> {
    fn default() -> Self {
        Self {
            counts: Vec::new(),
            places: FastMap::default(),
        }
    }
}

impl<T: Default> ByNumber<T> {
    /// The place of that number, which may be new.
    pub fn place(&mut self, number: u32) -> u32 {
        *self.places.entry(number).or_insert_with(|| {
            self.counts.push(T::default());
            self.counts.len() as u32 - 1
        })
    }

    pub fn at(&mut self, place: u32) -> &mut T {
        &mut self.counts[place as usize]
    }

    pub fn get(&self, number: u32) -> Option<&T> {
        self.places
            .get(&number)
            .map(|&place| &self.counts[place as usize])
    }
}

impl LineCounts {
    /// The place of a trigger among those of the line, which may be new.
    pub(crate) fn place(&mut self, trigger: Trigger) -> u32 {
        let known = self.by_trigger.iter().position(|(t, _)| *t == trigger);
        let place = known.unwrap_or_else(|| {
            self.by_trigger.push((trigger, 0));
            self.by_trigger.len() - 1
        });
        place as u32
    }

    /// Counts a statement of the trigger at that place.
    pub(crate) fn push(&mut self, place: u32, duration_ns: u64) {
        self.duration_ns += duration_ns;
        self.by_trigger[place as usize].1 += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_their_main_trigger() {
        let mut line = LineCounts::default();
        assert_eq!(line.most(), None);
        for trigger in [Trigger::Query, Trigger::Lazy, Trigger::Lazy] {
            let place = line.place(trigger);
            line.push(place, 5);
        }
        assert_eq!(line.statements(), 3);
        assert_eq!(line.most(), Some((Trigger::Lazy, 2)));
        assert_eq!(line.duration_ns, 15);
    }

    #[test]
    fn a_round_trip_is_paid_per_statement() {
        let summary = Summary {
            statements: 101,
            sql_ns: 5,
            ..Summary::default()
        };
        assert_eq!(summary.database_ns(0), 5);
        assert_eq!(summary.database_ns(1_000_000), 101_000_005);
    }

    #[test]
    fn budgets() {
        let mut cell = CellCount {
            statements: 3,
            ..CellCount::default()
        };
        assert!(!cell.is_over_budget());
        cell.budget = Some(3);
        assert!(!cell.is_over_budget());
        cell.statements = 4;
        assert!(cell.is_over_budget());
    }
}
