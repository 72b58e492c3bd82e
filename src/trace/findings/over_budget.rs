use super::detectors::{Detector, Findings, Last};
use super::finding::{Finding, FindingKind, Subject};
use super::{Confidence, Explanation};
use crate::trace::folded::Folded;

/// A cell emitted more statements than its header allows.
#[derive(Debug, Default)]
pub(crate) struct OverBudget;

impl Detector for OverBudget {
    #[inline]
    fn concerns(&self, last: &Last<'_>) -> bool {
        last.folded.summary.over_budget
    }

    fn statement(&mut self, last: &Last<'_>, findings: &mut Findings) {
        let folded = last.folded;
        let cell = last.burst.cell;
        let Some(count) = folded.cells.get(cell) else {
            return;
        };
        if !count.is_over_budget() {
            return;
        }
        let finding = findings.about(FindingKind::OverBudget, u64::from(cell), || Finding {
            kind: FindingKind::OverBudget,
            confidence: Confidence::Confirmed,
            relationship: None,
            line: header_line(folded, cell),
            cell,
            parent: None,
            count: 0,
            subject: Subject::Cell(cell),
        });
        finding.count = count.statements;
    }

    fn explain(&self, folded: &Folded, finding: &Finding) -> Explanation {
        let cells = &folded.info.cells;
        let cell = cells.iter().find(|cell| cell.id == finding.cell);
        let title = match cell {
            Some(cell) if !cell.title.is_empty() => format!("“{}”", cell.title),
            _ => format!("Cell {}", finding.cell),
        };
        let budget = cell.and_then(|cell| cell.budget).unwrap_or(0);
        let bursts = folded.bursts.list.iter();
        let largest = bursts
            .filter(|burst| burst.cell == finding.cell && burst.counted)
            .max_by_key(|burst| burst.len());
        let evidence = largest.map_or_else(String::new, |burst| {
            let what = match &burst.relationship {
                Some(relationship) => format!(" for {relationship}"),
                None => String::new(),
            };
            let line = burst.line;
            match (burst.len() as u64, finding.count) {
                (1, 1) => format!("It came from line {line}{what}."),
                (1, _) => "No two of them are alike.".to_string(),
                (all, count) if all == count => format!("All came from line {line}{what}."),
                (some, count) => format!("{some} of the {count} came from line {line}{what}."),
            }
        });
        Explanation {
            message: format!(
                "{title} sent {} {}; its budget is {budget}.",
                finding.count,
                if finding.count == 1 {
                    "statement"
                } else {
                    "statements"
                }
            ),
            evidence,
            remedies: Vec::new(),
        }
    }
}

/// The line of a cell's header, where its budget stands.
fn header_line(folded: &Folded, cell: u32) -> u32 {
    let cells = &folded.info.cells;
    cells
        .iter()
        .find(|info| info.id == cell)
        .map_or(0, |info| info.first_line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::testing::{Run, cell, setup};

    #[track_caller]
    fn check(budget: u64, statements: i64, expected: &[&str]) {
        let mut tight = setup(9);
        tight.budget = Some(0);
        let mut run = Run::with_cells(vec![cell(1, Some(budget)), tight]);
        for n in 0..statements {
            run.marker(3, "BEGIN");
            run.query_with(4, "SELECT a.id FROM a WHERE a.x > ?", &[n]);
        }
        run.send(crate::trace::Statement {
            cell: 9,
            ..crate::trace::Statement::default()
        });
        run.check(expected);
        assert_eq!(run.trace.summary().over_budget, !expected.is_empty());
    }

    #[test]
    fn only_what_counts_is_held_against_the_budget() {
        check(3, 0, &[]);
        check(3, 3, &[]);
        check(3, 4, &["over_budget confirmed - line 1 cell 1 ×4"]);
        check(0, 1, &["over_budget confirmed - line 1 cell 1 ×1"]);
    }

    #[test]
    fn tells_where_most_came_from() {
        let mut run = Run::with_cells(vec![cell(1, Some(1))]);
        let parent = run.query(3, "SELECT a.id FROM a");
        for owner in 1..=3 {
            run.lazy(4, "Author.books", owner, parent);
        }
        let told = run.explain(FindingKind::OverBudget);
        assert_eq!(told.message, "“Cell 1” sent 4 statements; its budget is 1.");
        assert_eq!(
            told.evidence,
            "3 of the 4 came from line 4 for Author.books."
        );
    }
}
