use super::*;
use crate::trace::testing::{Run, cell, load, select, setup};
use crate::trace::{AccessOutcome, Statement, StatementKind};

const AUTHORS: &str = "SELECT authors.id FROM authors";

fn lazies(run: &mut Run, line: u32, relationship: &str, owners: std::ops::RangeInclusive<i64>) {
    let parent = run.query(line - 1, AUTHORS);
    for owner in owners {
        run.lazy(line, relationship, owner, parent);
    }
}

#[test]
fn a_loop_of_lazy_reads() {
    let mut run = Run::new();
    lazies(&mut run, 42, "Author.books", 1..=3);
    run.check(&["n_plus_one confirmed Author.books line 42 cell 1 ×3"]);
    let told = run.explain(FindingKind::NPlusOne);
    assert_eq!(
        told.message,
        "3 owners of Author.books were loaded one by one from line 42."
    );
    assert_eq!(
        told.evidence,
        "Each was sent when the attribute was read, from Author(1) to Author(3); \
         statement 1 of line 41 had loaded the owners."
    );
    let code: Vec<_> = told.remedies.iter().map(|r| r.code.as_str()).collect();
    assert_eq!(
        code,
        [
            ".options(selectinload(Author.books))",
            ".options(joinedload(Author.books))"
        ]
    );
    assert!(run.trace.line_counts(42).expect("a line").n_plus_one);
    assert!(!run.trace.line_counts(41).expect("a line").n_plus_one);
}

#[test]
fn one_owner_is_none_and_two_are_few() {
    let mut run = Run::new();
    lazies(&mut run, 42, "Author.books", 1..=1);
    run.check(&[]);
    let mut run = Run::new();
    lazies(&mut run, 42, "Author.books", 1..=2);
    run.check(&["n_plus_one suspected Author.books line 42 cell 1 ×2"]);
    assert!(
        run.explain(FindingKind::NPlusOne)
            .message
            .contains("Two are little evidence")
    );
}

#[test]
fn one_owner_read_again_is_none() {
    let mut run = Run::new();
    let parent = run.query(41, AUTHORS);
    for _ in 0..5 {
        run.marker(43, "BEGIN");
        run.lazy(42, "Author.books", 1, parent);
    }
    assert!(!run.findings().iter().any(|f| f.starts_with("n_plus_one")));
}

#[test]
fn what_comes_in_between_does_not_part_them() {
    let mut run = Run::new();
    let parent = run.query(41, AUTHORS);
    for owner in 1..=4 {
        let books = run.lazy(42, "Author.books", owner, parent);
        run.lazy(43, "Book.reviews", owner * 10, books);
        run.lazy(43, "Book.reviews", owner * 10 + 1, books);
        run.marker(44, "BEGIN");
        run.write(
            44,
            StatementKind::Insert,
            "INSERT INTO log VALUES (?)",
            Some(1),
        );
    }
    let findings = run.findings();
    assert_eq!(
        findings[..2],
        [
            "n_plus_one confirmed Book.reviews line 43 cell 1 ×8",
            "n_plus_one confirmed Author.books line 42 cell 1 ×4",
        ]
    );
    let nested = run.trace.explain(&run.trace.findings()[0]);
    assert_eq!(
        nested.remedies[0].code,
        ".options(selectinload(Author.books).selectinload(Book.reviews))"
    );
}

#[test]
fn lines_and_cells_part_them() {
    let mut run = Run::with_cells(vec![cell(1, None), cell(2, None), setup(9)]);
    lazies(&mut run, 42, "Author.books", 1..=3);
    lazies(&mut run, 52, "Author.books", 4..=6);
    for cell in [2, 9] {
        for owner in 7..=9 {
            run.send(Statement {
                cell,
                line: 52,
                ..load(Trigger::Lazy, "Author.books", owner, 1)
            });
        }
    }
    let n_plus_one: Vec<_> = run
        .findings()
        .into_iter()
        .filter(|f| f.starts_with("n_plus_one"))
        .collect();
    assert_eq!(
        n_plus_one,
        [
            "n_plus_one confirmed Author.books line 42 cell 1 ×3",
            "n_plus_one confirmed Author.books line 52 cell 1 ×3",
            "n_plus_one confirmed Author.books line 52 cell 2 ×3",
        ]
    );
}

fn selectin(run: &mut Run, owner: i64, owners: u32, parent: u64) {
    run.send(Statement {
        line: 42,
        owners,
        owner: (owners == 1).then(|| format!("Author({owner})").into()),
        ..load(Trigger::Selectin, "Author.books", owner, parent)
    });
}

#[test]
fn chunks_of_selectin_are_none() {
    let mut run = Run::new();
    let parent = run.query(41, AUTHORS);
    for (chunk, owners) in [500, 500, 1].into_iter().enumerate() {
        selectin(&mut run, chunk as i64, owners, parent);
    }
    run.check(&[]);
}

#[test]
fn subqueries_of_pages_are_none() {
    let mut run = Run::new();
    for page in 1..=4 {
        let parent = run.query_with(41, "SELECT a.id FROM a LIMIT 10 OFFSET ?", &[page]);
        run.send(Statement {
            line: 41,
            owners: 0,
            owner: None,
            ..load(Trigger::Subquery, "Author.books", page, parent)
        });
    }
    run.check(&[]);
}

#[test]
fn selectin_for_single_owners_in_a_loop() {
    let mut run = Run::new();
    for owner in 1..=4 {
        let parent = run.query_with(41, "SELECT a.id FROM a WHERE a.x > ?", &[owner]);
        selectin(&mut run, owner, 1, parent);
        if owner == 1 {
            run.check(&[]);
        }
        // A page of several in between is no member.
        let parent = run.query_with(41, "SELECT a.id FROM a WHERE a.x > ?", &[owner + 50]);
        selectin(&mut run, owner + 50, 2, parent);
    }
    run.check(&["n_plus_one confirmed Author.books line 42 cell 1 ×4"]);
    assert_eq!(
        run.explain(FindingKind::NPlusOne).remedies[0].code,
        "select(Author).where(….in_(keys)).options(selectinload(Author.books))  # once, before the loop"
    );
}

#[test]
fn levels_of_one_eager_load_are_none() {
    // A chain of nodes: each level has one, and came by the level above.
    let mut run = Run::new();
    let mut parent = run.query(41, "SELECT a.id FROM a WHERE a.x = 1");
    for level in 1..=5 {
        parent = run.send(Statement {
            line: 41,
            ..load(Trigger::Selectin, "Author.books", level, parent)
        });
    }
    run.check(&[]);
}

#[test]
fn a_refresh_for_a_relationship_is_told_by_its_loads() {
    let mut run = Run::new();
    let root = run.query(41, AUTHORS);
    for owner in 1..=3 {
        let refresh = run.send(Statement {
            line: 42,
            ..load(Trigger::Refresh, "Author.books", owner, root)
        });
        run.send(Statement {
            line: 42,
            ..load(Trigger::Immediate, "Author.books", owner, refresh)
        });
    }
    run.check(&["n_plus_one confirmed Author.books line 42 cell 1 ×3"]);
    assert_eq!(
        run.explain(FindingKind::NPlusOne).remedies[0].code,
        ".options(selectinload(Author.books))"
    );
}

#[test]
fn immediate_and_expired_count_too() {
    let mut run = Run::new();
    for owner in 1..=3 {
        run.send(Statement {
            line: 7,
            ..load(Trigger::Immediate, "Author.books", owner, 1)
        });
    }
    for owner in 1..=3 {
        run.send(Statement {
            line: 8,
            relationship: None,
            ..load(Trigger::Refresh, "Author.name", owner, 1)
        });
    }
    for owner in 1..=3 {
        run.send(Statement {
            line: 9,
            ..load(Trigger::Lazy, "Author.bio", owner, 1)
        });
    }
    for owner in 1..=3 {
        run.send(Statement {
            line: 10,
            ..load(Trigger::Refresh, "Author.name", owner, 1)
        });
    }
    run.check(&[
        "n_plus_one confirmed Author.books line 7 cell 1 ×3",
        "n_plus_one confirmed - line 8 cell 1 ×3",
        "n_plus_one confirmed Author.bio line 9 cell 1 ×3",
        "n_plus_one confirmed Author.name line 10 cell 1 ×3",
    ]);
    let told = |at: usize| run.trace.explain(&run.trace.findings()[at]).message;
    assert_eq!(
        told(2),
        "Author.bio is deferred: it was loaded for 3 Author objects one by one from line 9."
    );
    assert_eq!(
        told(3),
        "Author.name had expired: 3 Author objects were refreshed one by one from line 10."
    );
    let told = run.trace.explain(&run.trace.findings()[1]);
    assert_eq!(
        told.message,
        "3 Author objects were refreshed one by one from line 8."
    );
    let told = run.trace.explain(&run.trace.findings()[2]);
    assert_eq!(told.remedies[0].code, ".options(undefer(Author.bio))");
}

#[test]
fn to_one_tells_how_many_were_there_already() {
    let mut run = Run::new();
    let parent = run.query(41, "SELECT books.id FROM books");
    for owner in 1..=3 {
        run.lazy(42, "Book.author", owner, parent);
        run.access(42, "Book.author", AccessOutcome::Emitted, 1, None);
        run.access(42, "Book.author", AccessOutcome::IdentityMap, 2, None);
    }
    run.check(&["n_plus_one confirmed Book.author line 42 cell 1 ×3"]);
    let told = run.explain(FindingKind::NPlusOne);
    assert_eq!(
        told.message,
        "3 of 9 owners of Book.author were loaded one by one from line 42; \
         the rest were already in the session."
    );
    assert_eq!(told.remedies[0].code, ".options(joinedload(Book.author))");
}

/// Queries from one line, each with these parameters.
#[track_caller]
fn check_queries(trigger: Trigger, sql: &str, parameters: &[&[i64]], expected: &[&str]) {
    let mut run = Run::new();
    for row in parameters {
        run.send(Statement {
            line: 42,
            trigger,
            ..select(sql, row)
        });
    }
    let n_plus_one = run
        .findings()
        .into_iter()
        .filter(|f| f.starts_with("n_plus_one"));
    assert!(n_plus_one.eq(expected.iter().copied()), "{sql}");
}

#[test]
fn by_hand_is_suspected() {
    let by_key = "SELECT b.id FROM b WHERE b.author_id = ?";
    let found = ["n_plus_one suspected - line 42 cell 1 ×4"];
    let each: &[&[i64]] = &[&[1], &[2], &[3], &[4]];
    check_queries(Trigger::Query, by_key, each, &found);
    check_queries(Trigger::Get, by_key, each, &found);
    let count = "SELECT count(*) FROM b WHERE ? = b.author_id AND b.x = 3 LIMIT 1";
    check_queries(Trigger::Query, count, each, &found);
    check_queries(Trigger::Query, by_key, &[&[1], &[2], &[2], &[3]], &found);
    // Two keys are no loop.
    check_queries(Trigger::Query, by_key, &[&[1], &[2], &[1], &[2]], &[]);
    check_queries(Trigger::Query, by_key, &[&[1], &[1], &[1], &[1]], &[]);
}

#[test]
fn pages_and_batches_are_none() {
    let rows: &[&[i64]] = &[&[1, 0], &[1, 10], &[1, 20], &[1, 30]];
    let growing: &[&[i64]] = &[&[1, 1], &[2, 2], &[3, 3], &[4, 4]];
    let found = ["n_plus_one suspected - line 42 cell 1 ×4"];
    for sql in [
        "SELECT b.id FROM b WHERE b.x = ? LIMIT 10 OFFSET ?",
        "SELECT b.id FROM b WHERE b.x = ? AND b.id > ? ORDER BY b.id LIMIT 10",
        "SELECT b.id FROM b WHERE b.x = ? AND b.id IN (?, 5)",
    ] {
        check_queries(Trigger::Query, sql, rows, &[]);
        // What comes with the key changes with it.
        check_queries(Trigger::Query, sql, growing, &found);
    }
    let between = "SELECT b.id FROM b WHERE b.d BETWEEN ? AND ?";
    check_queries(Trigger::Query, between, rows, &[]);
    check_queries(Trigger::Query, between, growing, &[]);
    // The key of the row where the last page ended.
    let keyset = "SELECT b.id FROM b WHERE b.d > ? OR b.d = ? AND b.id > ? LIMIT 10";
    let ends: &[&[i64]] = &[&[1, 1, 7], &[2, 2, 9], &[3, 3, 4], &[4, 4, 6]];
    check_queries(Trigger::Query, keyset, ends, &[]);
    // A page is told from the loop at last, even when its keys came first.
    let late: &[&[i64]] = &[&[1, 1], &[2, 1], &[3, 1], &[3, 2]];
    check_queries(
        Trigger::Query,
        "SELECT b.id FROM b WHERE b.x = ? AND b.id > ?",
        late,
        &[],
    );
}

#[test]
fn a_key_within_a_function() {
    let sql = "SELECT g.id FROM g WHERE lower(g.mail) = ?";
    let mut run = Run::new();
    for key in 1..=3 {
        run.send(Statement {
            line: 42,
            ..select(sql, &[key])
        });
    }
    run.check(&["n_plus_one suspected - line 42 cell 1 ×3"]);
    let told = run.explain(FindingKind::NPlusOne);
    assert!(told.evidence.contains("for lower(g.mail);"));
    assert!(
        told.remedies[0]
            .code
            .contains("func.lower(….mail).in_(keys)")
    );
}

#[test]
fn by_hand_with_values_in_the_text() {
    let mut run = Run::new();
    for owner in 1..=3 {
        run.query(
            42,
            &format!("SELECT b.id FROM b WHERE b.author_id = {owner}"),
        );
    }
    run.check(&["n_plus_one suspected - line 42 cell 1 ×3"]);
    let told = run.explain(FindingKind::NPlusOne);
    assert_eq!(
        told.evidence,
        "The same shape of SQL came 3 times, with other values for b.author_id; \
         the first was statement 1, the last 3."
    );
    assert_eq!(
        told.remedies[0].code,
        "select(…).where(….author_id.in_(keys))  # once, before the loop"
    );
}

/// A query of the scenario for the collection of one owner, that the object does not hold.
fn of_collection(run: &mut Run, sql: &str, owner: i64, key: i64) {
    run.send(Statement {
        line: 42,
        relationship: Some("Author.books".into()),
        owners: 1,
        owner: Some(format!("Author({owner})").into()),
        parent: Some(1),
        ..select(sql, &[owner, key])
    });
}

#[test]
fn a_collection_that_is_a_query_is_known() {
    const ALL: &str = "SELECT b.id FROM b WHERE ? = b.author_id AND b.x > ?";
    const COUNT: &str = "SELECT count(*) FROM b WHERE ? = b.author_id AND b.x > ?";
    let mut run = Run::new();
    run.query(41, AUTHORS);
    for owner in 1..=3 {
        of_collection(&mut run, COUNT, owner, owner);
        of_collection(&mut run, ALL, owner, owner);
    }
    let found = "n_plus_one confirmed Author.books line 42 cell 1 ×3";
    run.check(&[found, found]);
    let told = run.trace.explain(&run.trace.findings()[0]);
    assert_eq!(
        told.message,
        "3 owners of Author.books were loaded one by one from line 42."
    );
    assert_eq!(
        told.evidence,
        "Each was a query for the collection of one owner, from Author(1) to Author(3); \
         statement 1 of line 41 had loaded the owners."
    );
}

#[test]
fn a_collection_asked_by_one_key_after_another() {
    let mut run = Run::new();
    run.query(41, AUTHORS);
    let by_key = "SELECT b.id FROM b WHERE ? = b.author_id AND b.x = ?";
    for key in 1..=4 {
        of_collection(&mut run, by_key, 1, key);
    }
    run.check(&["n_plus_one suspected - line 42 cell 1 ×4"]);
    for key in 1..=4 {
        of_collection(&mut run, by_key, 2, key);
    }
    run.check(&["n_plus_one suspected Author.books line 42 cell 1 ×8"]);
}
