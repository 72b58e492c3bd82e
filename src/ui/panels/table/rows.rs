//! Which rows the table has: bursts in the order chosen, the members of those unfolded beneath them.

use std::collections::BTreeSet;

use crate::trace::Trace;
use crate::ui::highlight::brief;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Number,
    Line,
    Statement,
    Why,
    Count,
    Rows,
    Time,
}

impl Column {
    pub const ALL: [Self; 7] = [
        Self::Number,
        Self::Line,
        Self::Statement,
        Self::Why,
        Self::Count,
        Self::Rows,
        Self::Time,
    ];

    /// Its head.
    pub fn title(self) -> &'static str {
        match self {
            Self::Number => "#",
            Self::Line => "line",
            Self::Statement => "statement",
            Self::Why => "why",
            Self::Count => "count",
            Self::Rows => "rows",
            Self::Time => "time",
        }
    }

    /// Whether its large values are the interesting ones, so that it is first sorted from them down.
    pub fn is_measure(self) -> bool {
        matches!(self, Self::Count | Self::Rows | Self::Time)
    }
}

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    Burst(u32),
    /// A statement (by index) of the unfolded burst above it.
    Member(u32),
}

/// The rows, kept in step with a growing trace.
#[derive(Debug)]
pub struct Rows {
    /// Bursts in the order in which they are shown.
    order: Vec<u32>,
    unfolded: BTreeSet<u32>,
    /// For each unfolded burst that is shown, in order: its place in `order`, and how many members it has.
    open: Vec<(usize, usize)>,
    pub sort: Column,
    pub is_ascending: bool,
    /// Whether statements that do not count (setup, transactions) have rows.
    pub shows_all: bool,
    /// Run, bursts and statements that the order was made of.
    known: Option<(usize, usize, usize)>,
    /// Bursts that do not count.
    uncounted: Vec<u32>,
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            order: Vec::new(),
            unfolded: BTreeSet::new(),
            open: Vec::new(),
            sort: Column::Number,
            is_ascending: true,
            shows_all: false,
            known: None,
            uncounted: Vec::new(),
        }
    }
}

impl Rows {
    /// Takes in what the trace has grown by. Costs time in the number of bursts when it has grown and is sorted,
    /// in the number of new ones when it is not, and next to nothing when nothing is new.
    pub fn update(&mut self, run: usize, trace: &Trace) {
        let bursts = trace.bursts();
        let now = (run, bursts.len(), trace.len());
        if self.known != Some(now) {
            let (known_run, known_bursts, _) = self.known.unwrap_or((usize::MAX, 0, 0));
            let starts_over =
                known_run != run || known_bursts > bursts.len() || self.sort != Column::Number;
            if known_run != run {
                self.unfolded.clear();
            }
            let from = if starts_over { 0 } else { known_bursts };
            if starts_over || !self.is_ascending {
                self.order.clear();
            }
            let from = if self.order.is_empty() { 0 } else { from };
            let new = (from..bursts.len())
                .filter(|&at| self.shows_all || bursts[at].counted)
                .map(|at| at as u32);
            self.order.extend(new);
            self.sort(trace);
            if from == 0 {
                self.uncounted = (0..bursts.len() as u32)
                    .filter(|at| !bursts[*at as usize].counted)
                    .collect();
            } else {
                let new = (from..bursts.len()).map(|at| at as u32);
                self.uncounted
                    .extend(new.filter(|at| !bursts[*at as usize].counted));
            }
            self.known = Some(now);
            self.find_open(trace);
        }
    }

    /// Sorts anew; members stay in their order.
    pub fn resort(&mut self) {
        self.known = self
            .known
            .map(|(_, _, statements)| (usize::MAX - 1, 0, statements));
    }

    fn sort(&mut self, trace: &Trace) {
        let bursts = trace.bursts();
        let burst = |at: &u32| &bursts[*at as usize];
        match self.sort {
            Column::Number => {}
            Column::Line => self.order.sort_by_key(|at| (burst(at).line, *at)),
            Column::Statement => self
                .order
                .sort_by_cached_key(|at| (brief(trace.statement(burst(at).first()).sql()), *at)),
            Column::Why => self.order.sort_by_cached_key(|at| {
                let burst = burst(at);
                (
                    crate::ui::words::trigger(burst.trigger),
                    burst.relationship.clone(),
                    *at,
                )
            }),
            Column::Count => self.order.sort_by_key(|at| (burst(at).len(), *at)),
            Column::Rows => self.order.sort_by_key(|at| (burst(at).rows, *at)),
            Column::Time => self.order.sort_by_key(|at| (burst(at).duration_ns, *at)),
        }
        if !self.is_ascending {
            self.order.reverse();
        }
    }

    fn find_open(&mut self, trace: &Trace) {
        self.open.clear();
        if self.unfolded.is_empty() {
            return;
        }
        for (place, burst) in self.order.iter().enumerate() {
            if self.unfolded.contains(burst) {
                self.open
                    .push((place, trace.bursts()[*burst as usize].len()));
            }
        }
    }

    pub fn is_unfolded(&self, burst: u32) -> bool {
        self.unfolded.contains(&burst)
    }

    /// Folds or unfolds a burst.
    pub fn toggle(&mut self, burst: u32, trace: &Trace) {
        if !self.unfolded.remove(&burst) {
            self.unfolded.insert(burst);
        }
        self.find_open(trace);
    }

    /// Statements that have no row because they do not count. Looks at each of their bursts, which are as many as a
    /// scenario's setup has lines.
    pub fn hidden(&self, trace: &Trace) -> u64 {
        if self.shows_all {
            return 0;
        }
        self.uncounted
            .iter()
            .map(|at| trace.bursts()[*at as usize].len() as u64)
            .sum()
    }

    /// Whether there are statements that do not count.
    pub fn has_uncounted(&self) -> bool {
        !self.uncounted.is_empty()
    }

    pub fn len(&self) -> usize {
        self.order.len() + self.open.iter().map(|(_, members)| members).sum::<usize>()
    }

    /// The row at that place.
    pub fn get(&self, row: usize, trace: &Trace) -> Option<Row> {
        let mut before = 0;
        for &(place, members) in &self.open {
            if row <= place + before {
                break;
            }
            let within = row - place - before - 1;
            if within < members {
                let burst = &trace.bursts()[self.order[place] as usize];
                return burst
                    .members()
                    .get(within)
                    .map(|member| Row::Member(*member));
            }
            before += members;
        }
        self.order.get(row - before).map(|burst| Row::Burst(*burst))
    }

    /// The place of a burst; none when it has no row.
    pub fn place_of_burst(&self, burst: u32) -> Option<usize> {
        let place = match self.sort == Column::Number && self.is_ascending {
            true => self.order.binary_search(&burst).ok()?,
            false => self.order.iter().position(|other| *other == burst)?,
        };
        let before: usize = self
            .open
            .iter()
            .take_while(|(at, _)| *at < place)
            .map(|(_, members)| members)
            .sum();
        Some(place + before)
    }

    /// The place of a statement (by index); unfolds its burst when it is one of many.
    pub fn place_of_statement(&mut self, index: usize, trace: &Trace) -> Option<usize> {
        let number = trace.burst_of(index) as u32;
        let burst = &trace.bursts()[number as usize];
        if burst.len() == 1 {
            return self.place_of_burst(number);
        }
        if !self.is_unfolded(number) {
            self.toggle(number, trace);
        }
        let within = burst.members().position(&(index as u32))?;
        Some(self.place_of_burst(number)? + 1 + within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Event, Statement, Trigger};

    /// A query, a hundred lazy loads, two more queries.
    fn trace() -> Trace {
        let mut trace = Trace::new();
        let mut push = |line, trigger, rows| {
            let relationship = (trigger == Trigger::Lazy).then(|| "Author.books".into());
            trace.push(Event::Statement(Box::new(Statement {
                line,
                trigger,
                relationship,
                rows,
                sql: format!("SELECT {line}").into(),
                ..Statement::default()
            })));
        };
        push(40, Trigger::Query, 100);
        for _ in 0..100 {
            push(42, Trigger::Lazy, 5);
        }
        push(50, Trigger::Query, 1);
        push(60, Trigger::Query, 7);
        trace
    }

    #[test]
    fn bursts_unfold_in_place() {
        let trace = trace();
        let mut rows = Rows::default();
        rows.update(0, &trace);
        assert_eq!(rows.len(), 4);
        rows.toggle(1, &trace);
        assert_eq!(rows.len(), 104);
        for (row, expected) in [
            (0, Row::Burst(0)),
            (1, Row::Burst(1)),
            (2, Row::Member(1)),
            (101, Row::Member(100)),
            (102, Row::Burst(2)),
            (103, Row::Burst(3)),
        ] {
            assert_eq!(rows.get(row, &trace), Some(expected), "row {row}");
        }
        assert_eq!(rows.get(104, &trace), None);
        assert_eq!(rows.place_of_burst(3), Some(103));
        assert_eq!(rows.place_of_statement(50, &trace), Some(51));
        rows.toggle(1, &trace);
        assert_eq!(
            rows.place_of_statement(50, &trace),
            Some(51),
            "unfolds what it has to"
        );
    }

    #[test]
    fn columns_sort_both_ways() {
        let trace = trace();
        let mut rows = Rows::default();
        let mut check = |sort, is_ascending, expected: [u32; 4]| {
            rows.sort = sort;
            rows.is_ascending = is_ascending;
            rows.resort();
            rows.update(0, &trace);
            assert_eq!(rows.order, expected, "{sort:?}");
        };
        check(Column::Number, false, [3, 2, 1, 0]);
        check(Column::Rows, false, [1, 0, 3, 2]);
        check(Column::Rows, true, [2, 3, 0, 1]);
        check(Column::Count, false, [1, 3, 2, 0]);
        check(Column::Number, true, [0, 1, 2, 3]);
    }

    #[test]
    fn rows_grow_with_the_trace() {
        let mut trace = trace();
        let mut rows = Rows::default();
        rows.update(0, &trace);
        trace.push(Event::Statement(Box::new(Statement {
            line: 70,
            ..Statement::default()
        })));
        rows.update(0, &trace);
        assert_eq!(rows.order, [0, 1, 2, 3, 4]);
        rows.update(1, &Trace::new());
        assert_eq!(rows.len(), 0);
    }
}
