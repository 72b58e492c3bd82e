//! Two runs beside each other: which statements came, which went, which stayed; likewise findings; and whether the second
//! is worse.
//!
//! A statement of one run is the same as one of the other when it has the same shape and served the same owner. What is
//! alike is counted, so order does not matter; nor does the line, which moves when code is written above it. Of those
//! that are alike, those of the same line stay first.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::hash::FastMap;
use super::{Finding, FindingKind, Status, Trace, Trigger};

/// How two runs differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Statements that both have.
    pub stayed: u64,
    /// Groups of statements that only the first has, the largest first.
    pub went: Vec<Group>,
    /// Groups of statements that only the second has, the largest first.
    pub came: Vec<Group>,
    /// Numbers of the findings that only the first has.
    pub findings_went: Vec<usize>,
    /// Numbers of the findings that only the second has.
    pub findings_came: Vec<usize>,
    /// Whether they printed something else.
    pub prints_other: bool,
    /// Why the second is worse; nothing when it is not.
    pub worse: Vec<Worse>,
}

/// Statements of one cause and shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub trigger: Trigger,
    pub relationship: Option<Arc<str>>,
    pub shape: Arc<str>,
    pub line: u32,
    pub count: u64,
    /// Index of the first of them in its run.
    pub first: usize,
}

/// One reason why the second of two runs is worse.
///
/// All of them are counted, and the same program counts the same anywhere. Time is not among them, as it differs from
/// run to run; nor are bytes and SQLite's steps, which a new column or another SQLite changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worse {
    /// The first came to its end, the second did not.
    Ending(Status),
    /// It sends so many statements more.
    Statements(u64),
    /// It fetches so many rows more, and saves no statement by it.
    Rows(u64),
    /// It has so many findings that the first does not have.
    Findings(u64),
}

/// What makes two statements the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key<'a> {
    shape: &'a str,
    owner: Option<&'a str>,
}

/// The same, of one line.
type LineKey<'a> = (Key<'a>, u32);

/// The statements that count of a run, by what makes them the same.
#[derive(Default)]
struct Counts<'a> {
    all: FastMap<Key<'a>, u64>,
    by_line: FastMap<LineKey<'a>, u64>,
}

/// Compares the statements that count of two runs. Takes time in proportion to their number.
pub fn compare(before: &Trace, after: &Trace) -> Comparison {
    let (had, has) = (Counts::of(before), Counts::of(after));
    let went = only_in(before, &had, &has);
    let came = only_in(after, &has, &had);
    let gone: u64 = went.iter().map(|group| group.count).sum();
    let findings_came = findings_only_in(after, before);
    Comparison {
        stayed: before.summary().statements - gone,
        worse: worse(before, after, findings_came.len() as u64),
        findings_went: findings_only_in(before, after),
        findings_came,
        prints_other: !before
            .printed()
            .flat_map(str::bytes)
            .eq(after.printed().flat_map(str::bytes)),
        went,
        came,
    }
}

fn worse(before: &Trace, after: &Trace, findings_came: u64) -> Vec<Worse> {
    let status = |trace: &Trace| trace.outcome().map(|outcome| outcome.status);
    let (had, has) = (before.summary(), after.summary());
    let more = |had: u64, has: u64| has.checked_sub(had).filter(|more| *more > 0);
    let ending = status(after).filter(|ending| {
        *ending != Status::Ok && status(before).is_none_or(|before| before == Status::Ok)
    });
    let is_mended = status(after) == Some(Status::Ok)
        && status(before).is_some_and(|before| before != Status::Ok);
    if is_mended {
        // A run that stopped early did less; that says nothing against one that did all.
        return Vec::new();
    }
    let rows = more(had.rows, has.rows).filter(|_| has.statements >= had.statements);
    [
        ending.map(Worse::Ending),
        more(had.statements, has.statements).map(Worse::Statements),
        rows.map(Worse::Rows),
        Some(findings_came)
            .filter(|came| *came > 0)
            .map(Worse::Findings),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn key(trace: &Trace, index: usize) -> LineKey<'_> {
    let statement = trace.statement(index);
    let key = Key {
        shape: statement.shape(),
        owner: statement.owner().map(|owner| &**owner),
    };
    (key, statement.line())
}

impl<'a> Counts<'a> {
    fn of(trace: &'a Trace) -> Self {
        let mut counts = Self::default();
        for statement in trace.statements().filter(|s| s.is_counted()) {
            let key = key(trace, statement.index());
            *counts.all.entry(key.0).or_default() += 1;
            *counts.by_line.entry(key).or_default() += 1;
        }
        counts
    }
}

/// What one has more of than the other.
fn surplus<K: Copy + Eq + std::hash::Hash>(
    own: &FastMap<K, u64>,
    other: &FastMap<K, u64>,
) -> FastMap<K, u64> {
    let more = own.iter().map(|(key, count)| {
        let others = other.get(key).copied().unwrap_or_default();
        (*key, count.saturating_sub(others))
    });
    more.filter(|(_, more)| *more > 0).collect()
}

/// What a run has more of than the other one, by burst.
fn only_in(trace: &Trace, own: &Counts<'_>, other: &Counts<'_>) -> Vec<Group> {
    let mut surplus_of_all = surplus(&own.all, &other.all);
    let mut surplus_of_line = surplus(&own.by_line, &other.by_line);
    let mut groups: BTreeMap<u32, Group> = BTreeMap::new();
    // From the end, so that of what came again the later ones are the surplus.
    for statement in trace.statements().rev().filter(|s| s.is_counted()) {
        let index = statement.index();
        let key = key(trace, index);
        let (Some(left), Some(left_of_line)) = (
            surplus_of_all.get_mut(&key.0).filter(|left| **left > 0),
            surplus_of_line.get_mut(&key).filter(|left| **left > 0),
        ) else {
            continue;
        };
        *left -= 1;
        *left_of_line -= 1;
        let group = groups
            .entry(statement.burst_number())
            .or_insert_with(|| Group {
                trigger: statement.trigger(),
                relationship: statement.relationship().cloned(),
                shape: Arc::clone(statement.shape()),
                line: statement.line(),
                count: 0,
                first: index,
            });
        group.count += 1;
        group.first = index;
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| (std::cmp::Reverse(group.count), group.first));
    groups
}

/// What makes two findings the same: not their line, which moves, nor how much there is of them.
#[derive(PartialEq, Eq, Hash)]
struct FindingKey<'a> {
    kind: FindingKind,
    relationship: Option<&'a str>,
    /// What it is about where it is about no relationship: a shape, or a cell's title.
    about: Option<&'a str>,
}

fn finding_key<'a>(trace: &'a Trace, finding: &'a Finding) -> FindingKey<'a> {
    let relationship = finding.relationship.as_deref();
    let title = || {
        let mut cells = trace.cells().iter();
        let cell = cells.find(|cell| cell.id == finding.cell)?;
        Some(cell.title.as_str())
    };
    let shape = || Some(&**trace.shape_of_burst(finding.burst()?));
    FindingKey {
        kind: finding.kind,
        relationship,
        about: match (finding.kind, relationship) {
            (_, Some(_)) => None,
            (FindingKind::OverBudget, None) => title(),
            (_, None) => shape(),
        },
    }
}

/// Numbers of the findings that a run has more of than the other one; the later ones of those that are alike.
fn findings_only_in(trace: &Trace, other: &Trace) -> Vec<usize> {
    let mut others: FastMap<FindingKey<'_>, u64> = FastMap::default();
    for finding in other.findings() {
        *others.entry(finding_key(other, finding)).or_default() += 1;
    }
    let findings = trace.findings().iter().enumerate();
    let only = findings.filter(|(_, finding)| {
        let left = others.entry(finding_key(trace, finding)).or_default();
        let is_known = *left > 0;
        *left = left.saturating_sub(1);
        !is_known
    });
    only.map(|(number, _)| number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::testing::{Run, select};
    use crate::trace::{AccessOutcome, Event, Outcome, Statement, Status, Trigger};

    fn lazy(owners: i64) -> Run {
        let mut run = Run::new();
        let parent = run.query(4, "SELECT authors.id FROM authors");
        for owner in 1..=owners {
            run.lazy(5, "Author.books", owner, parent);
        }
        run.finish();
        run
    }

    fn selectin() -> Run {
        let mut run = Run::new();
        let parent = run.query(4, "SELECT authors.id FROM authors");
        run.send(Statement {
            line: 4,
            trigger: Trigger::Selectin,
            relationship: Some("Author.books".into()),
            parent: Some(parent),
            owners: 4,
            ..select("SELECT b FROM b WHERE b.author_id IN (?, ?)", &[1, 2])
        });
        run.access(5, "Author.books", AccessOutcome::Loaded, 4, Some(2));
        run.finish();
        run
    }

    /// `stayed 1, went lazy ×4, came selectin ×1`.
    #[track_caller]
    fn check(before: &Run, after: &Run, expected: &str) {
        let comparison = compare(&before.trace, &after.trace);
        let groups = |word: &str, groups: &[Group]| -> String {
            let named = groups
                .iter()
                .map(|group| format!(", {word} {:?} ×{}", group.trigger, group.count));
            named.collect()
        };
        let text = format!(
            "stayed {}{}{}",
            comparison.stayed,
            groups("went", &comparison.went),
            groups("came", &comparison.came)
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn a_hundred_went_and_one_came() {
        check(
            &lazy(4),
            &selectin(),
            "stayed 1, went Lazy ×4, came Selectin ×1",
        );
        check(
            &selectin(),
            &lazy(4),
            "stayed 1, went Selectin ×1, came Lazy ×4",
        );
    }

    #[test]
    fn the_same_run_differs_in_nothing() {
        check(&lazy(4), &lazy(4), "stayed 5");
    }

    #[test]
    fn owners_tell_statements_apart() {
        check(&lazy(4), &lazy(6), "stayed 5, came Lazy ×2");
    }

    #[test]
    fn a_line_that_moved_is_the_same_line() {
        let mut moved = Run::new();
        moved.query(9, "SELECT authors.id FROM authors");
        moved.query(12, "SELECT authors.id FROM authors");
        moved.finish();
        let mut before = Run::new();
        before.query(4, "SELECT authors.id FROM authors");
        before.finish();
        check(&before, &moved, "stayed 1, came Query ×1");
        before.query(12, "SELECT authors.id FROM authors");
        check(&before, &moved, "stayed 2");
        // Of two that are alike, the one of the known line stayed.
        let mut twice = Run::new();
        twice.query(4, "SELECT authors.id FROM authors");
        twice.query(12, "SELECT authors.id FROM authors");
        let mut once = Run::new();
        once.query(12, "SELECT authors.id FROM authors");
        assert_eq!(compare(&twice.trace, &once.trace).went[0].line, 4);
    }

    #[track_caller]
    fn check_worse(before: &Run, after: &Run, expected: &[Worse]) {
        assert_eq!(compare(&before.trace, &after.trace).worse, expected);
    }

    #[test]
    fn more_statements_and_new_findings_are_worse() {
        check_worse(&lazy(4), &lazy(4), &[]);
        check_worse(&lazy(4), &selectin(), &[]);
        let worse = [Worse::Statements(3), Worse::Rows(20), Worse::Findings(1)];
        check_worse(&selectin(), &lazy(4), &worse);
        // The finding is the same, there is more of it.
        let worse = [Worse::Statements(2), Worse::Rows(10)];
        check_worse(&lazy(4), &lazy(6), &worse);
        check_worse(&lazy(6), &lazy(4), &[]);
        let comparison = compare(&lazy(4).trace, &selectin().trace);
        assert_eq!(comparison.findings_went.len(), 1);
        assert!(comparison.findings_came.is_empty());
    }

    #[test]
    fn rows_are_worse_only_when_nothing_is_saved_by_them() {
        let run = |statements: u64, rows: u64| {
            let mut run = Run::new();
            for number in 0..statements {
                run.send(Statement {
                    line: 4,
                    rows,
                    ..select(&format!("SELECT c{number} FROM t"), &[])
                });
            }
            run.finish();
            run
        };
        check_worse(&run(2, 5), &run(2, 6), &[Worse::Rows(2)]);
        check_worse(&run(2, 5), &run(1, 60), &[]);
        check_worse(&run(2, 5), &run(2, 4), &[]);
    }

    #[test]
    fn an_ending_is_worse_than_an_end() {
        let ended = |status: Status| {
            let mut run = Run::new();
            run.query(4, "SELECT 1");
            run.event(Event::Finished {
                outcome: Outcome {
                    status,
                    error: None,
                },
                at_ns: 9,
            });
            run
        };
        let ok = ended(Status::Ok);
        for status in [Status::Error, Status::Limit, Status::Cancelled] {
            check_worse(&ok, &ended(status), &[Worse::Ending(status)]);
            check_worse(&ended(status), &ok, &[]);
            check_worse(&ended(Status::Error), &ended(status), &[]);
        }
        check_worse(&ended(Status::Error), &lazy(9), &[]);
    }

    #[test]
    fn setup_and_markers_do_not_count() {
        let mut run = Run::new();
        run.marker(4, "BEGIN (implicit)");
        run.query(4, "SELECT 1");
        run.finish();
        let mut other = Run::new();
        other.query(4, "SELECT 1");
        other.finish();
        check(&run, &other, "stayed 1");
    }
}
