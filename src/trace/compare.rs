//! Two runs beside each other: which statements came, which went, which stayed.
//!
//! A statement of one run is the same as one of the other when it has the same shape and served the same owner; where
//! no owner is known, the same shape from the same line. What is alike is counted, so order does not matter.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::hash::FastMap;
use super::{Trace, Trigger};

/// How two runs differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Statements that both have.
    pub stayed: u64,
    /// Groups of statements that only the first has, the largest first.
    pub went: Vec<Group>,
    /// Groups of statements that only the second has, the largest first.
    pub came: Vec<Group>,
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

/// What makes two statements the same.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key<'a> {
    shape: &'a str,
    owner: Option<&'a str>,
    /// Where no owner tells statements apart.
    line: u32,
}

/// Compares the statements that count of two runs. Takes time in proportion to their number.
pub fn compare(before: &Trace, after: &Trace) -> Comparison {
    let (had, has) = (counted(before), counted(after));
    let mut comparison = Comparison {
        went: only_in(before, &had, &has),
        came: only_in(after, &has, &had),
        ..Comparison::default()
    };
    let went: u64 = comparison.went.iter().map(|group| group.count).sum();
    comparison.stayed = before.summary().statements - went;
    comparison
}

fn key(trace: &Trace, index: usize) -> Key<'_> {
    let statement = trace.statement(index);
    let owner = statement.owner().map(|owner| &**owner);
    Key {
        shape: statement.shape(),
        owner,
        line: if owner.is_some() { 0 } else { statement.line() },
    }
}

fn counted(trace: &Trace) -> FastMap<Key<'_>, u64> {
    let mut counts = FastMap::default();
    for statement in trace
        .statements()
        .filter(|statement| statement.is_counted())
    {
        *counts.entry(key(trace, statement.index())).or_default() += 1;
    }
    counts
}

/// What a run has more of than the other one, by burst.
fn only_in(
    trace: &Trace,
    own: &FastMap<Key<'_>, u64>,
    other: &FastMap<Key<'_>, u64>,
) -> Vec<Group> {
    let mut surplus: FastMap<Key<'_>, u64> = own
        .iter()
        .filter_map(|(key, count)| {
            let more = count.saturating_sub(other.get(key).copied().unwrap_or_default());
            (more > 0).then(|| (key.clone(), more))
        })
        .collect();
    let mut groups: BTreeMap<u32, Group> = BTreeMap::new();
    // From the end, so that of what came again the later ones are the surplus.
    for statement in trace.statements().rev().filter(|s| s.is_counted()) {
        let index = statement.index();
        let Some(left) = surplus
            .get_mut(&key(trace, index))
            .filter(|left| **left > 0)
        else {
            continue;
        };
        *left -= 1;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::testing::{Run, select};
    use crate::trace::{Statement, Trigger};

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
