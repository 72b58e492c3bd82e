use super::detectors::{Detector, Findings};
use super::finding::{Finding, FindingKind, Subject};
use super::remedy::Remedy;
use super::{Confidence, Explanation};
use crate::trace::folded::Folded;
use crate::trace::hash::FastMap;
use crate::trace::{StatementKind, Trigger};

/// From this many flushes on, one row each is a loop.
const LOOP: usize = 3;

/// Rows were written by a flush or commit each, where one flush for all of them would have sent one statement.
#[derive(Debug, Default)]
pub(crate) struct UnbatchedWrites {
    /// By number of the burst.
    rows: FastMap<u32, Rows>,
    /// By cell and line, the burst that is told of: where each flush writes a row of several tables, one of them.
    told: FastMap<(u32, u32), u32>,
}

/// The single rows that a burst wrote.
#[derive(Debug, Default)]
struct Rows {
    members: Vec<u32>,
    /// The last statement of the burst, and number of its flush, where it has one.
    last: Option<(u32, Option<u32>)>,
    /// The last flush wrote more than one row: it is a batch.
    is_batch: bool,
}

impl Detector for UnbatchedWrites {
    fn statement(&mut self, folded: &Folded, number: u32, findings: &mut Findings) {
        let burst = folded.bursts.get(number);
        let is_write = matches!(
            burst.kind,
            StatementKind::Insert | StatementKind::Update | StatementKind::Delete
        );
        match burst.trigger {
            Trigger::Flush if is_write => self.flushed(folded, number, findings),
            Trigger::Query if is_write => self.executed(folded, number, findings),
            _ => {}
        }
    }

    fn explain(&self, folded: &Folded, finding: &Finding) -> Explanation {
        let Subject::Statements { members, .. } = &finding.subject else {
            return Explanation::default();
        };
        let first = folded.statement(members[0] as usize);
        let table = match &first.text().facts.writes {
            Some(table) => format!(" of {table}"),
            None => String::new(),
        };
        let (line, count) = (finding.line, finding.count);
        if first.trigger() == Trigger::Query {
            return Explanation {
                message: format!(
                    "Line {line} wrote {count} rows{table} with a statement each, where one with all rows would do."
                ),
                evidence: format!(
                    "The same shape of SQL came {count} times with one row each; the first was statement {}.",
                    first.id()
                ),
                remedies: vec![Remedy::code(
                    "session.execute(insert(…), rows)  # once, with a list of rows",
                )],
            };
        }
        Explanation {
            message: format!(
                "{count} flushes from line {line} wrote one row{table} each; one flush after the loop would \
                 write them together."
            ),
            evidence: format!(
                "Each of the {count} statements was sent by a flush of its own, from statement {} on.",
                first.id()
            ),
            remedies: vec![Remedy::code(
                "session.add_all(rows)\nsession.commit()  # once, after the loop",
            )],
        }
    }
}

impl UnbatchedWrites {
    fn flushed(&mut self, folded: &Folded, number: u32, findings: &mut Findings) {
        let burst = folded.bursts.get(number);
        let index = burst.last() as u32;
        let flush = folded.store.flush(index as usize);
        let rows = self.rows.entry(number).or_default();
        // Without a number, what follows at once is taken to be of the same flush.
        let is_same = match (rows.last.replace((index, flush)), flush) {
            (None, _) => false,
            (Some((_, last)), Some(_)) => last == flush,
            (Some((last, _)), None) => last + 1 == index,
        };
        if !is_same {
            rows.is_batch = !is_single_row(folded, index as usize);
            if !rows.is_batch {
                rows.members.push(index);
            }
        } else if !std::mem::replace(&mut rows.is_batch, true) {
            rows.members.pop();
        }
        let subject = u64::from(number);
        if rows.members.len() < LOOP {
            findings.remove(FindingKind::UnbatchedWrites, subject);
            return;
        }
        let told = self.told.entry((burst.cell, burst.line)).or_insert(number);
        if *told != number {
            return;
        }
        // Numbers are known to the session layer; what came in between is a guess.
        let confidence = match flush {
            Some(_) => Confidence::Confirmed,
            None => Confidence::Suspected,
        };
        report(folded, number, confidence, &rows.members, findings);
    }

    fn executed(&mut self, folded: &Folded, number: u32, findings: &mut Findings) {
        let index = folded.bursts.get(number).last();
        if !is_single_row(folded, index) {
            return;
        }
        let rows = self.rows.entry(number).or_default();
        rows.members.push(index as u32);
        if rows.members.len() >= LOOP {
            report(
                folded,
                number,
                Confidence::Suspected,
                &rows.members,
                findings,
            );
        }
    }
}

/// Makes or brings up to date the finding about these statements.
fn report(
    folded: &Folded,
    number: u32,
    confidence: Confidence,
    members: &[u32],
    findings: &mut Findings,
) {
    let kind = FindingKind::UnbatchedWrites;
    let finding = findings.about(kind, u64::from(number), || Finding {
        parent: None,
        relationship: None,
        confidence,
        subject: Subject::Statements {
            burst: number,
            members: Vec::new(),
        },
        ..Finding::of_burst(kind, folded, number)
    });
    if let Subject::Statements { members: known, .. } = &mut finding.subject {
        // Only the last flush may have been taken back.
        known.truncate(members.len());
        while known
            .last()
            .is_some_and(|last| *last != members[known.len() - 1])
        {
            known.pop();
        }
        known.extend_from_slice(&members[known.len()..]);
        finding.count = known.len() as u64;
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
    use crate::trace::{Statement, Value};

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
        // The account that the first flush writes too is none of the loop.
        check(&[flush, ONE, ONE, ONE], &["line 6 cell 1 ×4"]);
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
                executemany: true,
                parameters: vec![vec![Value::Integer(1)], vec![Value::Integer(2)]],
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
            "Line 6 wrote 4 rows of books with a statement each, where one with all rows would do."
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
