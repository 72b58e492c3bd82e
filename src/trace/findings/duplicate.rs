use super::detectors::{Detector, Findings, Last};
use super::finding::{Finding, FindingKind, Subject};
use super::remedy::{Remedy, Rewrite};
use super::seen::Seen;
use super::{Confidence, Explanation};
use crate::trace::StatementKind;
use crate::trace::folded::Folded;
use crate::trace::hash::FastMap;
use crate::trace::shape::{Facts, Transaction};

/// The same statement with the same parameters came again in one cell, and nothing was written in between that could
/// change its answer.
///
/// Repeats inside an N+1 are left to that finding: they have the same cause. What an N+1 has asked may be asked again
/// elsewhere; its statements are only looked through when a statement of their shape comes alone.
#[derive(Debug, Default)]
pub(crate) struct Duplicate {
    seen: Seen,
    /// The bursts that are N+1s.
    n_plus_ones: Vec<Unseen>,
    /// By number of the database, what was written to it.
    databases: FastMap<u32, Written>,
    /// The group that the last of some equal statements belongs to.
    group_of: FastMap<u32, u32>,
    by_place: FastMap<(u32, u32), u32>,
    groups: Vec<Group>,
}

/// Members of an N+1 that are not among those seen.
#[derive(Debug)]
struct Unseen {
    burst: u32,
    /// Position among the members of the first of them.
    from: usize,
}

/// When a database was last written.
#[derive(Debug, Default)]
struct Written {
    /// By table, the index after that of the last statement that wrote it.
    tables: FastMap<String, u32>,
    /// Tables written since the last commit, which a rollback changes once more.
    uncommitted: Vec<String>,
    /// The index after that of the last statement that may have changed anything.
    all: u32,
    /// A write to one table may be one to others.
    is_linked: bool,
}

/// Equal statements (of one shape, first repeated from one line).
#[derive(Debug)]
struct Group {
    /// Statements whose answer was asked for again.
    originals: Vec<u32>,
    repeats: Vec<u32>,
    /// Burst of the first repeat.
    burst: u32,
}

impl Detector for Duplicate {
    #[inline]
    fn concerns(&self, last: &Last<'_>) -> bool {
        // Those of an N+1 are never told here.
        !is_question(last) || !last.burst.n_plus_one
    }

    fn statement(&mut self, last: &Last<'_>, findings: &mut Findings) {
        if is_question(last) {
            self.asked(last, findings);
        } else {
            self.wrote(last);
        }
    }

    fn explain(&self, folded: &Folded, finding: &Finding) -> Explanation {
        let Subject::Group { group, .. } = finding.subject else {
            return Explanation::default();
        };
        let group = &self.groups[group as usize];
        let first = folded.statement(group.originals[0] as usize);
        let facts = &first.text().facts;
        let tables = match facts.reads.len() {
            0 => "the database".to_string(),
            _ => facts.reads.join(" and "),
        };
        let repeat = folded.statement(group.repeats[0] as usize);
        let message = match group.originals.len() {
            1 => format!(
                "The same statement with the same parameters was sent {}; \
                 line {} asks again what was already answered.",
                match finding.count {
                    2 => "twice".to_string(),
                    count => format!("{count} times"),
                },
                finding.line
            ),
            _ => format!(
                "{} statements from line {} ask again what was already answered.",
                group.repeats.len(),
                finding.line
            ),
        };
        Explanation {
            message,
            evidence: format!(
                "Statement {} of line {} had the answer for statement {}, and nothing was written to {tables} \
                 in between.",
                first.id(),
                first.line(),
                repeat.id()
            ),
            remedies: vec![
                Remedy::code("rows = session.scalars(…).all()  # once, and keep them").with(
                    Rewrite::KeepAnswer {
                        first: first.line(),
                        line: finding.line,
                    },
                ),
            ],
        }
    }
}

#[inline]
fn is_question(last: &Last<'_>) -> bool {
    last.burst.kind == StatementKind::Select && last.burst.counted
}

impl Duplicate {
    /// Indices of the statements of a group, in order.
    pub fn members(&self, group: u32) -> Vec<u32> {
        let group = &self.groups[group as usize];
        let mut members = [group.originals.as_slice(), &group.repeats].concat();
        members.sort_unstable();
        members
    }

    /// Indices of a group's first original and its last repeat.
    pub fn extent(&self, group: u32) -> (usize, usize) {
        let group = &self.groups[group as usize];
        let last = group.repeats[group.repeats.len() - 1];
        (group.originals[0] as usize, last as usize)
    }

    /// A burst turned out to be an N+1, which accounts for its repeats.
    pub fn give_up(&mut self, burst: u32, members: usize, findings: &mut Findings) {
        // Those before the one that made it an N+1 have been seen.
        self.n_plus_ones.push(Unseen {
            burst,
            from: members - 1,
        });
        for (number, group) in self.groups.iter().enumerate() {
            if group.burst == burst {
                findings.remove(FindingKind::Duplicate, number as u64);
            }
        }
    }

    fn asked(&mut self, last: &Last<'_>, findings: &mut Findings) {
        let &Last {
            folded,
            number,
            index,
            burst,
            facts,
            ..
        } = last;
        if facts.is_volatile || facts.changes_all || last.has_failed() {
            return;
        }
        self.catch_up(folded, last);
        let Some(before) = self.seen.replace(folded, index) else {
            return;
        };
        let group = self.group_of.remove(&before);
        let database = folded.store.database(index);
        let changed = self
            .databases
            .get(&database)
            .is_some_and(|written| written.since(before, facts));
        if changed {
            return;
        }
        let group = group.unwrap_or_else(|| {
            let shape = folded.texts.get(folded.store.text(index)).shape;
            let number = *self.by_place.entry((number, shape)).or_insert_with(|| {
                self.groups.push(Group {
                    originals: Vec::new(),
                    repeats: Vec::new(),
                    burst: number,
                });
                self.groups.len() as u32 - 1
            });
            self.groups[number as usize].originals.push(before);
            number
        });
        self.group_of.insert(index as u32, group);
        let known = &mut self.groups[group as usize];
        known.repeats.push(index as u32);
        let count = (known.originals.len() + known.repeats.len()) as u64;
        let finding = findings.about(FindingKind::Duplicate, u64::from(group), || Finding {
            kind: FindingKind::Duplicate,
            // Of statements that nobody knows the line of, the texts are all that is known.
            confidence: match burst.line {
                0 => Confidence::Suspected,
                _ => Confidence::Confirmed,
            },
            relationship: burst.relationship.clone(),
            line: burst.line,
            cell: burst.cell,
            parent: folded.statement(index).parent(),
            count: 0,
            subject: Subject::Group {
                group,
                burst: number,
            },
        });
        finding.count = count;
    }

    /// Sees what N+1s have asked that may be what is asked now.
    fn catch_up(&mut self, folded: &Folded, last: &Last<'_>) {
        let shape = folded.texts.get(folded.store.text(last.index)).shape;
        for unseen in &mut self.n_plus_ones {
            let burst = folded.bursts.get(unseen.burst);
            if burst.shape != shape || burst.cell != last.burst.cell {
                continue;
            }
            for at in unseen.from..burst.len() {
                self.seen.insert(folded, burst.members()[at] as usize);
            }
            unseen.from = burst.len();
        }
    }

    fn wrote(&mut self, last: &Last<'_>) {
        let facts = last.facts;
        let is_none = facts.transaction.is_none() && facts.writes.is_none();
        if is_none && !facts.changes_all && !facts.links {
            return;
        }
        let database = last.folded.store.database(last.index);
        let written = self.databases.entry(database).or_default();
        written.write(last.index as u32 + 1, facts);
    }
}

impl Written {
    /// Whether the answer to a statement may have changed since the one at that index.
    fn since(&self, before: u32, facts: &Facts) -> bool {
        let mut tables = facts.reads.iter();
        self.all > before
            || tables.any(|table| {
                self.tables
                    .get(table)
                    .is_some_and(|&written| written > before)
            })
    }

    fn write(&mut self, after: u32, facts: &Facts) {
        self.is_linked |= facts.links;
        let is_write = facts.writes.is_some() || facts.transaction == Some(Transaction::Rollback);
        if facts.changes_all || self.is_linked && is_write {
            self.all = after;
        }
        match facts.transaction {
            Some(Transaction::Commit) => self.uncommitted.clear(),
            Some(Transaction::Rollback) => {
                for table in self.uncommitted.drain(..) {
                    self.tables.insert(table, after);
                }
            }
            None => {}
        }
        if let Some(table) = &facts.writes {
            match self.tables.get_mut(table) {
                Some(written) => *written = after,
                None => {
                    self.tables.insert(table.clone(), after);
                }
            }
            if !self.uncommitted.contains(table) {
                self.uncommitted.push(table.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::testing::{Run, load, select};
    use crate::trace::{Extra, Sent, Statement, Trigger, Value};

    const BOOKS: &str = "SELECT books.id FROM books JOIN authors ON books.a = authors.id";

    /// The same query before and after something else.
    #[track_caller]
    fn check(between: impl FnOnce(&mut Run), expected: &[&str]) {
        let mut run = Run::new();
        run.query_with(5, BOOKS, &[1]);
        between(&mut run);
        run.query_with(7, BOOKS, &[1]);
        run.check(expected);
    }

    const FOUND: [&str; 1] = ["duplicate confirmed - line 7 cell 1 ×2"];

    fn write(run: &mut Run, kind: StatementKind, sql: &str) {
        run.write(6, kind, sql, Some(1));
    }

    #[test]
    fn the_same_again() {
        check(|_| {}, &FOUND);
        check(|run| _ = run.query(6, "SELECT 1"), &FOUND);
        check(|run| _ = run.marker(6, "COMMIT"), &FOUND);
        check(
            |run| write(run, StatementKind::Insert, "INSERT INTO logs VALUES (?)"),
            &FOUND,
        );
    }

    #[test]
    fn without_a_line_it_is_suspected() {
        let mut run = Run::new();
        for _ in 0..2 {
            run.query_with(0, BOOKS, &[1]);
        }
        run.check(&["duplicate suspected - line 0 cell 1 ×2"]);
    }

    #[test]
    fn not_after_what_may_change_the_answer() {
        for (kind, sql) in [
            (StatementKind::Insert, "INSERT INTO Books VALUES (?)"),
            (StatementKind::Update, "UPDATE \"authors\" SET x = ?"),
            (StatementKind::Delete, "DELETE FROM books WHERE id = ?"),
            (StatementKind::Ddl, "DROP TABLE x"),
        ] {
            check(|run| write(run, kind, sql), &[]);
        }
    }

    #[test]
    fn a_rollback_changes_what_was_not_committed() {
        let insert = |run: &mut Run, table: &str| {
            let sql = format!("INSERT INTO {table} VALUES (?)");
            write(run, StatementKind::Insert, &sql);
            run.query_with(6, BOOKS, &[1]);
        };
        for end in [
            "ROLLBACK",
            "rollback",
            "ROLLBACK TO SAVEPOINT sa_savepoint_1",
        ] {
            check(|run| _ = run.marker(6, end), &FOUND);
            let mut run = Run::new();
            insert(&mut run, "books");
            run.marker(6, end);
            run.query_with(7, BOOKS, &[1]);
            run.check(&[]);
        }
        let mut run = Run::new();
        insert(&mut run, "books");
        run.marker(6, "RELEASE SAVEPOINT sa_savepoint_1");
        run.marker(6, "ROLLBACK");
        run.query_with(7, BOOKS, &[1]);
        run.check(&[]);
        let mut run = Run::new();
        insert(&mut run, "books");
        run.marker(6, "COMMIT");
        run.marker(6, "ROLLBACK");
        run.query_with(7, BOOKS, &[1]);
        run.check(&FOUND);
        let mut run = Run::new();
        insert(&mut run, "logs");
        run.marker(6, "ROLLBACK");
        run.query_with(7, BOOKS, &[1]);
        run.check(&FOUND);
    }

    #[test]
    fn once_more_after_a_write_counts_anew() {
        let mut run = Run::new();
        run.query(5, BOOKS);
        write(
            &mut run,
            StatementKind::Insert,
            "INSERT INTO books VALUES (?)",
        );
        run.query(7, BOOKS);
        run.check(&[]);
        run.query(8, BOOKS);
        run.check(&["duplicate confirmed - line 8 cell 1 ×2"]);
    }

    #[test]
    fn other_parameters_cells_and_chance_are_other_questions() {
        let mut run = Run::new();
        run.query_with(5, BOOKS, &[1]);
        run.query_with(5, BOOKS, &[2]);
        run.send(Statement {
            cell: 2,
            line: 5,
            ..select(BOOKS, &[1])
        });
        run.send(Statement {
            line: 5,
            parameters: Sent::row(vec![Value::Real(1.0)]),
            ..select(BOOKS, &[])
        });
        run.query(6, "SELECT random()");
        run.query(6, "SELECT random()");
        for _ in 0..2 {
            run.send(Statement {
                cell: 9,
                ..select(BOOKS, &[5])
            });
        }
        run.check(&[]);
    }

    #[test]
    fn what_links_tables_makes_each_write_one_to_all() {
        for link in [
            "CREATE VIEW v AS SELECT * FROM logs",
            "CREATE TEMP TRIGGER IF NOT EXISTS t AFTER INSERT ON logs BEGIN SELECT 1; END",
            "PRAGMA foreign_keys = ON",
        ] {
            let mut run = Run::new();
            run.write(3, StatementKind::Ddl, link, None);
            run.query_with(5, BOOKS, &[1]);
            write(
                &mut run,
                StatementKind::Insert,
                "INSERT INTO logs VALUES (?)",
            );
            run.query_with(7, BOOKS, &[1]);
            run.check(&[]);
            run.query_with(8, BOOKS, &[1]);
            run.check(&["duplicate confirmed - line 8 cell 1 ×2"]);
        }
    }

    #[test]
    fn each_database_answers_for_itself() {
        let mut run = Run::new();
        let sent_to = |database| {
            Extra {
                database,
                ..Extra::default()
            }
            .boxed()
        };
        let ask = |run: &mut Run, database: u32| {
            run.send(Statement {
                line: 5 + database,
                extra: sent_to(database),
                ..select(BOOKS, &[])
            });
        };
        ask(&mut run, 1);
        ask(&mut run, 2);
        run.check(&[]);
        run.send(Statement {
            kind: StatementKind::Insert,
            extra: sent_to(2),
            ..select("INSERT INTO books VALUES (?)", &[1])
        });
        ask(&mut run, 2);
        run.check(&[]);
        ask(&mut run, 1);
        run.check(&["duplicate confirmed - line 6 cell 1 ×2"]);
    }

    #[test]
    fn from_three_lines_and_in_a_loop() {
        let mut run = Run::new();
        for line in [5, 6, 7] {
            run.query(line, BOOKS);
        }
        for _ in 0..3 {
            for key in [1, 2] {
                run.query_with(9, BOOKS, &[key]);
            }
        }
        run.check(&[
            "duplicate confirmed - line 6 cell 1 ×3",
            "duplicate confirmed - line 9 cell 1 ×6",
        ]);
        let told = run.trace.explain(&run.trace.findings()[0]);
        assert_eq!(
            told.message,
            "The same statement with the same parameters was sent 3 times; \
             line 6 asks again what was already answered."
        );
        assert_eq!(
            told.evidence,
            "Statement 1 of line 5 had the answer for statement 2, \
             and nothing was written to books and authors in between."
        );
    }

    #[test]
    fn one_owner_loaded_again_and_again() {
        let mut run = Run::new();
        for _ in 0..3 {
            run.send(Statement {
                line: 4,
                ..load(Trigger::Lazy, "Author.books", 1, 1)
            });
        }
        run.check(&["duplicate confirmed Author.books line 4 cell 1 ×3"]);
    }

    #[test]
    fn repeats_of_an_n_plus_one_are_its_own() {
        let mut run = Run::new();
        for line in [4, 5, 4] {
            for owner in 1..=3 {
                run.lazy(line, "Author.books", owner, 1);
            }
        }
        run.check(&[
            "n_plus_one confirmed Author.books line 4 cell 1 ×6",
            "n_plus_one confirmed Author.books line 5 cell 1 ×3",
        ]);
        let mut run = Run::new();
        for key in [1, 1, 1, 2, 2, 3] {
            run.query_with(8, "SELECT a.x FROM a WHERE a.id = ?", &[key]);
        }
        run.check(&["n_plus_one suspected - line 8 cell 1 ×6"]);
    }

    #[test]
    fn many_different_ones_and_one_repeat() {
        let mut run = Run::new();
        for key in 0..1000 {
            run.query_with(8, "SELECT a.x FROM a WHERE a.id > ?", &[key]);
        }
        run.query_with(9, "SELECT a.x FROM a WHERE a.id > ?", &[500]);
        run.check(&["duplicate confirmed - line 9 cell 1 ×2"]);
    }
}
