use super::detectors::{Detector, Findings, Last};
use super::finding::{Finding, FindingKind};
use super::remedy::{Remedy, Rewrite};
use super::{Confidence, Explanation, joined_collections};
use crate::trace::folded::Folded;
use crate::trace::{StatementKind, Strategy, Value};

/// A `LIMIT` counted the rows of a join: the page holds fewer owners than were asked for, or cuts the last one's
/// children.
///
/// A page that SQLAlchemy wraps in a query of its own counts owners, and has no join beside its limit.
#[derive(Debug, Default)]
pub(crate) struct PageOfRows;

impl Detector for PageOfRows {
    #[inline]
    fn concerns(&self, last: &Last<'_>) -> bool {
        last.facts.limit_of_join.is_some()
    }

    fn statement(&mut self, last: &Last<'_>, findings: &mut Findings) {
        let Some(entities) = last.statement.entities else {
            return;
        };
        let &Last {
            folded,
            number,
            index,
            ..
        } = last;
        let rows = last.statement.rows;
        // With fewer rows than the limit nothing was cut.
        if last.burst.kind != StatementKind::Select
            || rows == 0
            || limit(folded, index).is_none_or(|limit| rows < limit)
        {
            return;
        }
        // Where each object came once, the last one's collection may be cut all the same; and may as well be whole.
        let collection = joined_collections(folded, index).into_iter().next();
        let confidence = match entities < rows {
            true => Confidence::Confirmed,
            false if collection.is_some() => Confidence::Suspected,
            false => return,
        };
        let kind = FindingKind::PageOfRows;
        let finding = findings.about(kind, u64::from(number), || {
            let mut finding = Finding::of_statements(kind, folded, number);
            finding.confidence = confidence;
            finding.relationship = collection;
            finding
        });
        finding.confidence = finding.confidence.max(confidence);
        finding.add(index);
    }

    fn explain(&self, folded: &Folded, finding: &Finding) -> Explanation {
        let Some(&index) = finding.listed().first() else {
            return Explanation::default();
        };
        let statement = folded.statement(index as usize);
        let limit = limit(folded, index as usize).unwrap_or(0);
        let entities = statement.entities().unwrap_or(0);
        let over = match &finding.relationship {
            Some(relationship) => format!(" over {relationship}"),
            None => String::new(),
        };
        let remedies = match &finding.relationship {
            Some(relationship) => vec![Remedy::load(
                folded,
                relationship,
                Strategy::Selectin,
                Some(statement.id()),
            )],
            None => vec![
                Remedy::code(
                    ".where(….any(…))  # in place of the join, so that the limit counts objects",
                )
                .with(Rewrite::CountOwners {
                    line: statement.line(),
                    collections: folded.collections(),
                }),
            ],
        };
        let rows = statement.rows();
        Explanation {
            message: match entities {
                1 => format!(
                    "The limit of {limit} counted the rows of the join{over}: the page holds 1 object, which may \
                     miss some of its rows."
                ),
                _ => format!(
                    "The limit of {limit} counted the rows of the join{over}: the page holds {entities} objects, \
                     and the last of them may miss some of its rows."
                ),
            },
            evidence: format!(
                "Statement {} returned {rows} {}, its limit, with {entities} distinct {}.",
                statement.id(),
                if rows == 1 { "row" } else { "rows" },
                if entities == 1 { "object" } else { "objects" }
            ),
            remedies,
        }
    }
}

/// The value of a limit that stands beside a join.
fn limit(folded: &Folded, index: usize) -> Option<u64> {
    let facts = &folded.texts.get(folded.store.text(index)).facts;
    let slot = facts.limit_of_join? as usize;
    let limit = match &facts.slots.get(slot)?.literal {
        Some(literal) => literal.parse().ok()?,
        None => {
            let before = &facts.slots[..slot];
            let position = before.iter().filter(|slot| slot.literal.is_none()).count();
            match folded.store.parameters(index).values().get(position)? {
                Value::Integer(limit) => *limit,
                _ => return None,
            }
        }
    };
    u64::try_from(limit).ok().filter(|&limit| limit > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Statement;
    use crate::trace::testing::{Run, joined, select};

    const PAGE: &str =
        "SELECT a.id, b.id FROM a JOIN b ON a.id = b.a WHERE a.x = ? LIMIT ? OFFSET ?";

    #[track_caller]
    fn check(sql: &str, rows: u64, entities: Option<u64>, keys: &[&str], expected: &[&str]) {
        let mut run = Run::new();
        let parameters: &[i64] = if sql.contains('?') { &[7, 10, 0] } else { &[] };
        run.send(Statement {
            line: 4,
            rows,
            entities,
            extra: joined(keys),
            ..select(sql, parameters)
        });
        run.check(expected);
    }

    #[test]
    fn limits_beside_a_join() {
        let books: &[&str] = &["Author.books"];
        let found = ["page_of_rows confirmed Author.books line 4 cell 1 ×1"];
        check(PAGE, 10, Some(4), books, &found);
        check(
            PAGE,
            10,
            Some(4),
            &[],
            &["page_of_rows confirmed - line 4 cell 1 ×1"],
        );
        let literal = PAGE
            .replace("LIMIT ? OFFSET ?", "LIMIT 10")
            .replace("a.x = ?", "1");
        check(&literal, 10, Some(4), books, &found);
        check(PAGE, 9, Some(4), books, &[]);
        check(
            PAGE,
            10,
            Some(10),
            books,
            &["page_of_rows suspected Author.books line 4 cell 1 ×1"],
        );
        check(PAGE, 10, Some(10), &[], &[]);
        check(PAGE, 10, Some(10), &["Book.author"], &[]);
        check(PAGE, 10, None, books, &[]);
        check("SELECT a.id FROM a LIMIT 10", 10, Some(4), &[], &[]);
        let wrapped = "SELECT q.id, b.id FROM (SELECT a.id AS id FROM a WHERE a.x = ? LIMIT ? OFFSET ?) AS q \
                       LEFT OUTER JOIN b ON q.id = b.a";
        check(wrapped, 10, Some(4), books, &[]);
    }

    #[test]
    fn says_what_the_page_holds() {
        let mut run = Run::new();
        run.send(Statement {
            line: 4,
            rows: 10,
            entities: Some(2),
            extra: joined(&["Author.books"]),
            ..select(PAGE, &[7, 10, 0])
        });
        let told = run.explain(FindingKind::PageOfRows);
        assert_eq!(
            told.message,
            "The limit of 10 counted the rows of the join over Author.books: the page holds 2 objects, \
             and the last of them may miss some of its rows."
        );
    }
}
