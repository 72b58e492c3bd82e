//! What must not change a finding: the order of statements that have nothing to do with each other, and how many
//! owners there are.

use proptest::prelude::*;

use crate::trace::testing::{Run, select};
use crate::trace::{AccessOutcome, Statement, StatementKind};

/// One step of a run, each independent of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Books(i64),
    Prizes(i64),
    Count(i64),
    Same,
    Insert(u32),
    Begin,
}

fn take(run: &mut Run, step: Step) {
    match step {
        Step::Books(owner) => {
            run.lazy(5, "Author.books", owner, 1);
            run.access(5, "Author.books", AccessOutcome::Emitted, 1, None);
        }
        Step::Prizes(owner) => _ = run.lazy(6, "Author.prizes", owner, 1),
        Step::Count(key) => _ = run.query_with(7, "SELECT count(*) FROM x WHERE x.y = ?", &[key]),
        Step::Same => _ = run.query(8, "SELECT z.a FROM z"),
        Step::Insert(flush) => {
            run.write(
                9,
                StatementKind::Insert,
                "INSERT INTO log VALUES (?)",
                Some(flush),
            );
        }
        Step::Begin => _ = run.marker(9, "BEGIN"),
    }
}

/// The steps of a loop over that many owners.
fn steps(owners: u32) -> Vec<Step> {
    let numbers = 1..=owners;
    let each = numbers.flat_map(|owner| {
        let key = i64::from(owner);
        [
            Step::Books(key),
            Step::Prizes(key),
            Step::Count(key),
            Step::Same,
            Step::Begin,
            Step::Insert(owner),
        ]
    });
    each.collect()
}

/// The findings of these steps, after the query for the owners; sorted, as their order is that of their discovery.
fn findings(steps: &[Step]) -> Vec<String> {
    let mut run = Run::new();
    run.send(Statement {
        line: 4,
        rows: 100,
        ..select("SELECT authors.id FROM authors", &[])
    });
    for &step in steps {
        take(&mut run, step);
    }
    run.finish();
    let mut findings = run.findings();
    findings.sort();
    findings
}

fn with_count(count: u32) -> Vec<String> {
    [
        "duplicate confirmed - line 8 cell 1",
        "n_plus_one confirmed Author.books line 5 cell 1",
        "n_plus_one confirmed Author.prizes line 6 cell 1",
        "n_plus_one suspected - line 7 cell 1",
        "unbatched_writes confirmed - line 9 cell 1",
    ]
    .iter()
    .map(|finding| format!("{finding} ×{count}"))
    .collect()
}

#[test]
fn ten_times_the_owners_change_the_counts_alone() {
    assert_eq!(findings(&steps(7)), with_count(7));
    assert_eq!(findings(&steps(70)), with_count(70));
    assert_eq!(findings(&steps(700)), with_count(700));
}

#[test]
fn without_the_loop_there_is_nothing() {
    assert_eq!(findings(&steps(1)), Vec::<String>::new());
    assert_eq!(findings(&[]), Vec::<String>::new());
}

proptest! {
    #[test]
    fn the_order_of_what_is_unrelated_changes_nothing(
        shuffled in Just(steps(6)).prop_shuffle()
    ) {
        prop_assert_eq!(findings(&shuffled), with_count(6));
    }
}
