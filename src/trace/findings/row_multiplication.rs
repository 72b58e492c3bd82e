use super::detectors::{Detector, Findings, Last};
use super::finding::{Finding, FindingKind};
use super::remedy::Remedy;
use super::{Explanation, joined_collections};
use crate::trace::folded::Folded;
use crate::trace::{StatementKind, Strategy};

/// Rows per owner from which on a join sends too much twice.
const MANY_ROWS_EACH: u64 = 5;
/// Repeated rows below which it does not matter.
const FEW_ROWS: u64 = 20;

/// A joined collection returned many more rows than it has distinct owners: what stands in the owner's columns came
/// again with each of them.
///
/// Two sibling collections are told by `cartesian_product`.
#[derive(Debug, Default)]
pub(crate) struct RowMultiplication;

impl Detector for RowMultiplication {
    #[inline]
    fn concerns(&self, last: &Last<'_>) -> bool {
        last.extra.is_some() && last.statement.entities.is_some()
    }

    fn statement(&mut self, last: &Last<'_>, findings: &mut Findings) {
        let (Some(extra), Some(entities)) = (last.extra, last.statement.entities) else {
            return;
        };
        let rows = last.statement.rows;
        if last.burst.kind != StatementKind::Select
            || extra.siblings.is_some()
            || entities == 0
            || rows < entities.saturating_mul(MANY_ROWS_EACH)
            || rows - entities < FEW_ROWS
        {
            return;
        }
        let &Last {
            folded,
            number,
            index,
            ..
        } = last;
        let collections = joined_collections(folded, index);
        let Some(collection) = collections.first() else {
            return;
        };
        let kind = FindingKind::RowMultiplication;
        findings
            .about(kind, u64::from(number), || {
                let mut finding = Finding::of_statements(kind, folded, number);
                finding.relationship = Some(std::sync::Arc::clone(collection));
                finding
            })
            .add(index);
    }

    fn explain(&self, folded: &Folded, finding: &Finding) -> Explanation {
        let (Some(&index), Some(relationship)) =
            (finding.listed().first(), finding.relationship.as_ref())
        else {
            return Explanation::default();
        };
        let statement = folded.statement(index as usize);
        let (rows, entities) = (statement.rows(), statement.entities().unwrap_or(1).max(1));
        let bytes = statement.bytes();
        let (about, repeated) = match statement.repeated_bytes() {
            Some(repeated) => ("", repeated),
            // Unless somebody counted: as if a row were the owner's columns and little else.
            None => ("up to ", bytes / rows.max(1) * (rows - entities)),
        };
        let objects = if entities == 1 { "object" } else { "objects" };
        Explanation {
            message: format!(
                "The join over {relationship} returned {rows} rows for {entities} {objects}: \
                 each came {} times.",
                times(rows, entities)
            ),
            evidence: format!(
                "{rows} rows ÷ {entities} distinct {objects} = {}; {about}{repeated} of {bytes} bytes \
                 were sent more than once.",
                times(rows, entities)
            ),
            remedies: vec![Remedy::load(
                folded,
                relationship,
                Strategy::Selectin,
                Some(statement.id()),
            )],
        }
    }
}

/// How many rows came for each entity, with one decimal where it is not whole.
fn times(rows: u64, entities: u64) -> String {
    match rows % entities {
        0 => (rows / entities).to_string(),
        _ => format!("{:.1}", rows as f64 / entities as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::testing::{Run, joined, select};
    use crate::trace::{Extra, Statement};

    #[track_caller]
    fn check(rows: u64, entities: Option<u64>, keys: &[&str], expected: &[&str]) {
        let mut run = Run::new();
        run.send(Statement {
            line: 4,
            rows,
            bytes: rows * 100,
            entities,
            extra: joined(keys),
            ..select("SELECT a.id FROM a LEFT OUTER JOIN b ON a.id = b.a", &[])
        });
        run.check(expected);
    }

    #[test]
    fn many_rows_for_each_owner() {
        let books: &[&str] = &["Author.books"];
        let found: &[&str] = &["row_multiplication confirmed Author.books line 4 cell 1 ×1"];
        check(500, Some(100), books, found);
        check(50, Some(1), books, found);
        check(400, Some(100), books, &[]);
        check(100, Some(100), books, &[]);
        check(20, Some(2), books, &[]);
        check(0, Some(0), books, &[]);
        check(500, None, books, &[]);
        check(500, Some(100), &[], &[]);
        check(500, Some(100), &["Book.author"], &[]);
        check(500, Some(100), &["Book.author", "Author.books"], found);
        check(500, Some(100), &["Author.books", "Book.reviews"], found);
    }

    #[test]
    fn says_how_much_came_twice() {
        let mut run = Run::new();
        run.send(Statement {
            line: 4,
            rows: 50,
            bytes: 1000,
            entities: Some(10),
            extra: Extra {
                repeated_bytes: Some(400),
                joined: vec!["Author.books".into()],
                ..Extra::default()
            }
            .boxed(),
            ..select(
                "SELECT a.id FROM a JOIN b ON a.id = b.a WHERE a.x = ?",
                &[1],
            )
        });
        let told = run.explain(FindingKind::RowMultiplication);
        assert_eq!(
            told.message,
            "The join over Author.books returned 50 rows for 10 objects: each came 5 times."
        );
        assert_eq!(
            told.evidence,
            "50 rows ÷ 10 distinct objects = 5; 400 of 1000 bytes were sent more than once."
        );
        assert_eq!(
            told.remedies[0].code,
            ".options(selectinload(Author.books))"
        );
    }
}
