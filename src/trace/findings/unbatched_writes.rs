use super::detectors::{Bookmark, Detector, Findings, Last};
use super::finding::{Finding, FindingKind, Subject};
use super::remedy::{Remedy, Rewrite};
use super::{Confidence, Explanation};
use crate::trace::folded::Folded;
use crate::trace::hash::FastMap;
use crate::trace::{StatementKind, Trigger};

/// From this many flushes on, one row each is a loop.
const LOOP: usize = 3;

/// Rows were written by a flush or commit each, where one flush for all of them would have sent one statement.
#[derive(Debug, Default)]
pub(crate) struct UnbatchedWrites {
    /// Where flushes came from, by cell and line.
    places: Vec<Place>,
    by_place: FastMap<(u32, u32), u32>,
    /// Rows that the scenario's own statements wrote one by one: for each line, the same done to the same table.
    executed: Vec<Vec<u32>>,
    /// Their numbers, by burst: those of several may be one, as they name other columns.
    by_burst: FastMap<u32, u32>,
}

/// A line that flushes.
#[derive(Debug, Default)]
struct Place {
    /// The first statement of each flush that wrote no table more than one row.
    members: Vec<u32>,
    /// Of each thing that they did, a statement that did it, and how often it was done.
    writes: Vec<(u32, usize)>,
    /// The burst with the most members.
    burst: u32,
    last: Option<Flush>,
    finding: Bookmark,
}

/// The last flush of a line.
#[derive(Debug)]
struct Flush {
    number: Option<u32>,
    /// Its statements so far, as long as it is no batch.
    statements: Vec<u32>,
    last: u32,
    /// It wrote several rows of one table.
    is_batch: bool,
}

impl Detector for UnbatchedWrites {
    #[inline]
    fn concerns(&self, last: &Last<'_>) -> bool {
        matches!(
            last.burst.kind,
            StatementKind::Insert | StatementKind::Update | StatementKind::Delete
        )
    }

    fn statement(&mut self, last: &Last<'_>, findings: &mut Findings) {
        match last.burst.trigger {
            Trigger::Flush => self.flushed(last, findings),
            Trigger::Query => self.executed(last, findings),
            _ => {}
        }
    }

    fn explain(&self, folded: &Folded, finding: &Finding) -> Explanation {
        let Subject::Statements { members, burst } = &finding.subject else {
            return Explanation::default();
        };
        let first = folded.statement(members[0] as usize);
        let last = folded.statement(members[members.len() - 1] as usize);
        let most = folded.bursts.get(*burst);
        let (line, count) = (finding.line, finding.count);
        let table = match (&first.text().facts.writes, &last.text().facts.writes) {
            (Some(table), Some(other)) if table == other => format!(" of {table}"),
            _ => String::new(),
        };
        if first.trigger() == Trigger::Query {
            return Explanation {
                message: format!(
                    "Line {line} wrote {count} rows{table}, each with a statement of its own; one statement with a \
                     list of rows would do."
                ),
                evidence: format!(
                    "A statement of the same kind came {count} times with one row each; the first was statement {}.",
                    first.id()
                ),
                remedies: vec![
                    Remedy::code(match most.kind {
                    StatementKind::Insert => {
                        "session.execute(insert(…), rows)  # once, with a list of rows"
                    }
                    StatementKind::Update => {
                        "session.execute(update(…), rows)  # once, with a list of rows that name their keys"
                    }
                    _ => "session.execute(delete(…).where(….in_(keys)))  # once, after the loop",
                })
                .with(Rewrite::WriteTogether { line })],
            };
        }
        let (verb, remedy) = match most.kind {
            StatementKind::Insert => (
                "inserted",
                "session.add_all(rows)\nsession.commit()  # once, after the loop",
            ),
            StatementKind::Update => ("updated", "session.commit()  # once, after the loop"),
            _ => ("deleted", "session.commit()  # once, after the loop"),
        };
        Explanation {
            message: format!(
                "Line {line} flushed {count} times and {verb} a single row{table} each time; one flush after the \
                 loop would send them together."
            ),
            evidence: format!(
                "{count} flushes, the first with statement {} and the last with statement {}; none of them wrote more \
                 than one row of a table.",
                first.id(),
                last.id()
            ),
            remedies: vec![Remedy::code(remedy).with(Rewrite::WriteAfter { line })],
        }
    }
}

impl UnbatchedWrites {
    fn flushed(&mut self, last: &Last<'_>, findings: &mut Findings) {
        let &Last {
            folded,
            number,
            burst,
            ..
        } = last;
        let index = last.index as u32;
        let places = &mut self.places;
        let at = *self
            .by_place
            .entry((burst.cell, burst.line))
            .or_insert_with(|| {
                places.push(Place {
                    burst: number,
                    ..Place::default()
                });
                places.len() as u32 - 1
            });
        let place = &mut self.places[at as usize];
        let flush = folded.store.flush(index as usize);
        // Without a number, what follows at once is taken to be of the same flush.
        let is_same = place.last.as_ref().is_some_and(|last| match flush {
            Some(_) => last.number == flush,
            None => last.last + 1 == index,
        });
        if !is_same {
            place.last = Some(Flush {
                number: flush,
                statements: Vec::new(),
                last: index,
                is_batch: false,
            });
        }
        place.add(folded, index);
        if folded.bursts.get(place.burst).len() < burst.len() {
            place.burst = number;
        }
        // The low numbers are taken by what the scenario wrote itself.
        let subject = u64::from(at) | 1 << 32;
        // Who writes one thing, then another, is in no loop.
        if place.writes.iter().all(|(_, count)| *count < LOOP) {
            findings.remove(FindingKind::UnbatchedWrites, subject);
            return;
        }
        // Numbers are known to the session layer; what came in between is a guess.
        let confidence = match flush {
            Some(_) => Confidence::Confirmed,
            None => Confidence::Suspected,
        };
        let finding = findings.marked(
            &mut place.finding,
            FindingKind::UnbatchedWrites,
            subject,
            || finding(folded, number, confidence),
        );
        tell(finding, place.burst, &place.members);
    }

    fn executed(&mut self, last: &Last<'_>, findings: &mut Findings) {
        let &Last {
            folded,
            number,
            index,
            burst,
            ..
        } = last;
        if !is_single_row(folded, index) {
            return;
        }
        let executed = &mut self.executed;
        let at = *self.by_burst.entry(number).or_insert_with(|| {
            let known = executed.iter().position(|members| {
                let other = folded.statement(members[0] as usize).burst();
                (other.cell, other.line) == (burst.cell, burst.line)
                    && is_same_write(folded, members[0], index as u32)
            });
            known.unwrap_or_else(|| {
                executed.push(Vec::new());
                executed.len() - 1
            }) as u32
        });
        let members = &mut self.executed[at as usize];
        members.push(index as u32);
        if members.len() >= LOOP {
            let finding = findings.about(FindingKind::UnbatchedWrites, u64::from(at), || {
                finding(folded, number, Confidence::Suspected)
            });
            tell(finding, number, members);
        }
    }
}

impl Place {
    /// Takes in the next statement of the last flush.
    fn add(&mut self, folded: &Folded, index: u32) {
        let Some(flush) = &mut self.last else {
            return;
        };
        flush.last = index;
        if flush.is_batch {
            return;
        }
        let mut before = flush.statements.iter();
        let is_again = before.any(|&before| is_same_write(folded, before, index));
        if is_again || !is_single_row(folded, index as usize) {
            flush.is_batch = true;
            if !flush.statements.is_empty() {
                self.members.pop();
            }
            for &before in &flush.statements {
                let mut writes = self.writes.iter_mut();
                if let Some((_, count)) = writes.find(|it| is_same_write(folded, it.0, before)) {
                    *count -= 1;
                }
            }
            return;
        }
        if flush.statements.is_empty() {
            self.members.push(index);
        }
        flush.statements.push(index);
        let mut writes = self.writes.iter_mut();
        match writes.find(|it| is_same_write(folded, it.0, index)) {
            Some((_, count)) => *count += 1,
            None => self.writes.push((index, 1)),
        }
    }
}

/// Whether two statements do the same to the same table, whatever columns they name.
fn is_same_write(folded: &Folded, a: u32, b: u32) -> bool {
    let [a, b] = [a, b].map(|index| folded.statement(index as usize));
    a.kind() == b.kind() && a.text().facts.writes == b.text().facts.writes
}

fn finding(folded: &Folded, number: u32, confidence: Confidence) -> Finding {
    Finding {
        confidence,
        relationship: None,
        parent: None,
        ..Finding::of_statements(FindingKind::UnbatchedWrites, folded, number)
    }
}

/// Brings a finding up to date.
fn tell(finding: &mut Finding, number: u32, all: &[u32]) {
    if let Subject::Statements { members, burst } = &mut finding.subject {
        *burst = number;
        // Only the last flush may have been taken back.
        members.truncate(all.len());
        while members
            .last()
            .is_some_and(|last| *last != all[members.len() - 1])
        {
            members.pop();
        }
        members.extend_from_slice(&all[members.len()..]);
        finding.count = all.len() as u64;
    }
}

fn is_single_row(folded: &Folded, index: usize) -> bool {
    let failed = folded.store.has_failed(index);
    !failed
        && folded.store.parameters(index).row_count() == 1
        && folded.store.measures(index).rows <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::testing::{Run, select};
    use crate::trace::{Sent, Statement, Value};

    const INSERT: &str = "INSERT INTO books (title) VALUES (?)";
    const ONE: &[&str] = &[INSERT];
    const TWO: &[&str] = &[INSERT, INSERT];

    /// Flushes from line 6, each given by the statements that it sent.
    #[track_caller]
    fn check(flushes: &[&[&str]], expected: &[&str]) {
        for numbered in [true, false] {
            let mut run = Run::new();
            for (number, statements) in flushes.iter().enumerate() {
                run.marker(6, "BEGIN");
                for sql in *statements {
                    let parameter = run.trace.len() as i64;
                    run.send(Statement {
                        line: 6,
                        kind: StatementKind::Insert,
                        trigger: Trigger::Flush,
                        flush: numbered.then_some(number as u32 + 1),
                        rows: 1,
                        ..select(sql, &[parameter])
                    });
                }
                run.marker(6, "COMMIT");
            }
            let confidence = if numbered { "confirmed" } else { "suspected" };
            let expected: Vec<String> = expected
                .iter()
                .map(|rest| format!("unbatched_writes {confidence} - {rest}"))
                .collect();
            assert_eq!(run.findings(), expected);
        }
    }

    #[test]
    fn a_flush_for_each_row() {
        check(&[ONE; 5], &["line 6 cell 1 ×5"]);
        check(&[ONE; 2], &[]);
        check(&[], &[]);
    }

    #[test]
    fn one_flush_is_none_however_many_statements_it_takes() {
        check(&[&[INSERT; 5]], &[]);
        check(&[TWO; 5], &[]);
    }

    #[test]
    fn batches_among_single_rows() {
        check(
            &[&[INSERT], &[INSERT], &[INSERT, INSERT], &[INSERT]],
            &["line 6 cell 1 ×3"],
        );
        check(&[&[INSERT], &[INSERT], &[INSERT, INSERT]], &[]);
        check(
            &[
                &[INSERT],
                &[INSERT],
                &[INSERT],
                &[INSERT, INSERT],
                &[INSERT],
            ],
            &["line 6 cell 1 ×4"],
        );
    }

    #[test]
    fn a_row_of_each_kind_is_no_batch() {
        let flush: &[&str] = &["INSERT INTO authors (name) VALUES (?)", INSERT];
        check(&[flush; 3], &["line 6 cell 1 ×3"]);
        check(&[flush, ONE, ONE, ONE], &["line 6 cell 1 ×4"]);
        // Now the one table, now the other.
        let log: &[&str] = &["INSERT INTO log (message) VALUES (?)"];
        check(&[ONE, log, ONE, log, ONE, log], &["line 6 cell 1 ×6"]);
        // One of each is a piece of work that ends, not a turn of a loop.
        let rename: &[&str] = &["UPDATE authors SET name = ?"];
        check(&[ONE, log, rename, ONE], &[]);
        let other_columns: &[&str] = &["INSERT INTO books (isbn) VALUES (?)"];
        check(&[ONE, other_columns, ONE], &["line 6 cell 1 ×3"]);
    }

    #[test]
    fn a_parent_with_several_children_is_a_batch() {
        let flush: &[&str] = &["INSERT INTO authors (name) VALUES (?)", INSERT, INSERT];
        check(&[flush; 4], &[]);
        let other_columns: &[&str] = &[INSERT, "INSERT INTO books (isbn) VALUES (?)"];
        check(&[other_columns; 4], &[]);
    }

    #[test]
    fn executemany_and_many_rows_are_none() {
        let mut run = Run::new();
        for flush in 1..=4 {
            run.send(Statement {
                line: 6,
                kind: StatementKind::Insert,
                trigger: Trigger::Flush,
                flush: Some(flush),
                parameters: Sent::new(vec![vec![Value::Integer(1)], vec![Value::Integer(2)]], true),
                rows: 2,
                ..select(INSERT, &[])
            });
            run.send(Statement {
                line: 7,
                kind: StatementKind::Insert,
                flush: Some(flush),
                trigger: Trigger::Flush,
                rows: 3,
                ..select("INSERT INTO books (title) VALUES (?), (?), (?)", &[1, 2, 3])
            });
        }
        run.check(&[]);
    }

    #[test]
    fn executed_one_by_one() {
        let mut run = Run::new();
        for _ in 0..4 {
            run.write(6, StatementKind::Insert, INSERT, None);
        }
        run.check(&["unbatched_writes suspected - line 6 cell 1 ×4"]);
        assert_eq!(
            run.explain(FindingKind::UnbatchedWrites).message,
            "Line 6 wrote 4 rows of books, each with a statement of its own; one statement with a list of rows would do."
        );
    }

    #[test]
    fn different_lines_are_no_loop() {
        let mut run = Run::new();
        for line in 1..=5 {
            run.write(line, StatementKind::Insert, INSERT, Some(line));
        }
        run.check(&[]);
    }
}
