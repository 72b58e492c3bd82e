use std::sync::Arc;

use super::detectors::{Detector, Findings, Last};
use super::finding::{Finding, FindingKind};
use super::remedy::Remedy;
use super::{Confidence, Explanation};
use crate::trace::folded::Folded;
use crate::trace::statement::StatementRef;
use crate::trace::{Extra, StatementKind, Strategy, Trigger};

/// Rows of two tables were combined each with each: two sibling collections joined in one statement, or tables in a
/// `FROM` with nothing between them.
#[derive(Debug, Default)]
pub(crate) struct CartesianProduct;

impl Detector for CartesianProduct {
    #[inline]
    fn concerns(&self, last: &Last<'_>) -> bool {
        let is_known = |extra: &Extra| extra.siblings.is_some() || extra.unjoined;
        last.burst.kind == StatementKind::Select
            && (last.extra.is_some_and(is_known) || !last.facts.unconnected.is_empty())
    }

    fn statement(&mut self, last: &Last<'_>, findings: &mut Findings) {
        let &Last {
            folded,
            number,
            index,
            burst,
            facts,
            extra,
            ..
        } = last;
        let kind = FindingKind::CartesianProduct;
        if let Some(siblings) = extra.and_then(|extra| extra.siblings.as_ref()) {
            let Some(confidence) = multiplies(folded.statement(index), siblings) else {
                return;
            };
            let finding = findings.about(kind, u64::from(number), || {
                let mut finding = Finding::of_statements(kind, folded, number);
                finding.relationship = Some(Arc::clone(&siblings[0]));
                finding
            });
            finding.confidence = confidence;
            finding.add(index);
            return;
        }
        let is_unjoined = extra.is_some_and(|extra| extra.unjoined);
        if burst.trigger != Trigger::Query || facts.unconnected.is_empty() && !is_unjoined {
            return;
        }
        let finding = findings.about(kind, u64::from(number), || {
            Finding::of_statements(kind, folded, number)
        });
        finding.confidence = match is_unjoined {
            true => Confidence::Confirmed,
            false => Confidence::Suspected,
        };
        finding.add(index);
    }

    fn explain(&self, folded: &Folded, finding: &Finding) -> Explanation {
        let Some(&index) = finding.listed().first() else {
            return Explanation::default();
        };
        let statement = folded.statement(index as usize);
        let rows = statement.rows();
        if let Some([first, second]) = statement.siblings() {
            let objects = match statement.entities() {
                Some(1) => "1 object".to_string(),
                Some(entities) => format!("{entities} objects"),
                None => "its objects".to_string(),
            };
            let parent = Some(statement.id());
            // What is joined to be loaded can be loaded otherwise; what is joined to be counted or compared cannot.
            let remedies = match is_loading(statement, [first, second]) {
                true => all_but_one(&siblings_in(folded, statement, [first, second]))
                    .map(|keys| Remedy::load_all(folded, &keys, Strategy::Selectin, parent))
                    .collect(),
                false => vec![
                    Remedy::code(format!(
                        ".where({second}.any(…))  # in place of a join that filters"
                    )),
                    Remedy::code(
                        "select(func.count()).where(…).scalar_subquery()  # one for each, in place of joins that are counted",
                    ),
                ],
            };
            return Explanation {
                message: format!(
                    "{first} and {second} were joined in one statement: for each object, every row of one came \
                     with every row of the other."
                ),
                evidence: match statement.entities() {
                    Some(_) => format!(
                        "{rows} rows for {objects}; statement {} joins both collections.",
                        statement.id()
                    ),
                    None => format!(
                        "Statement {} joins both collections: what it counts or sums of one is multiplied by the other.",
                        statement.id()
                    ),
                },
                remedies,
            };
        }
        let facts = &statement.text().facts;
        let tables = match facts.unconnected.as_slice() {
            [] => facts.reads.join(" and "),
            tables => names(tables),
        };
        Explanation {
            message: format!(
                "Nothing says how {tables} belong together, so every row of one came with every row of the other."
            ),
            evidence: format!("Statement {} returned {rows} rows.", statement.id()),
            remedies: vec![Remedy::code(
                ".join(…)  # or a .where() that compares their columns",
            )],
        }
    }
}

/// Tables as a sentence names them; a shape numbers those that come again.
fn names(tables: &[String]) -> String {
    let named = tables.iter().map(|table| match table.split_once('#') {
        Some((table, _)) => format!("{table} (again)"),
        None => table.clone(),
    });
    named.collect::<Vec<_>>().join(" and ")
}

/// All joined collections that multiply each other: the two that were found, and others of the same owner.
fn siblings_in<'a>(
    folded: &Folded,
    statement: StatementRef<'a>,
    pair: [&'a Arc<str>; 2],
) -> Vec<&'a Arc<str>> {
    let owner = super::remedy::class_of(pair[0]);
    let is_sibling = |key: &&Arc<str>| {
        super::remedy::class_of(key) == owner
            && folded.relationship(key).is_some_and(|info| info.uselist)
            && !pair.contains(key)
    };
    let others = statement.joined().iter().filter(is_sibling);
    pair.into_iter().chain(others).collect()
}

/// What to load otherwise, so that one of them may stay joined: all but the first, all but the second, and so on.
fn all_but_one<'a>(siblings: &[&'a Arc<str>]) -> impl Iterator<Item = Vec<&'a Arc<str>>> {
    (0..siblings.len()).map(|stays| {
        let mut others = siblings.to_vec();
        others.remove(stays);
        others
    })
}

/// Whether at least one of the collections is joined to be loaded.
fn is_loading(statement: StatementRef<'_>, siblings: [&Arc<str>; 2]) -> bool {
    siblings.iter().any(|key| statement.joined().contains(key))
}

/// Whether two collections joined to one entity made a product of rows; none when they did not.
///
/// Loading both is one whatever the data. Who only filters by them may have narrowed each down to one row: then the
/// rows tell, where objects were asked for; where values were, nobody knows.
fn multiplies(statement: StatementRef<'_>, siblings: &[Arc<str>; 2]) -> Option<Confidence> {
    if is_loading(statement, siblings.each_ref()) {
        return Some(Confidence::Confirmed);
    }
    match statement.entities() {
        Some(entities) => (statement.rows() > entities).then_some(Confidence::Confirmed),
        None => Some(Confidence::Suspected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::testing::{Run, select};
    use crate::trace::{Extra, Statement};

    const SIBLINGS: [&str; 2] = ["Author.books", "Author.prizes"];

    /// 600 rows with siblings among what was joined, of which `joined` are loaded.
    #[track_caller]
    fn check_siblings(joined: &[&str], entities: Option<u64>, expected: &[&str]) {
        let mut run = Run::new();
        run.send(Statement {
            line: 4,
            rows: 600,
            entities,
            extra: Extra {
                joined: joined.iter().map(|&key| key.into()).collect(),
                siblings: Some(SIBLINGS.map(Arc::from)),
                ..Extra::default()
            }
            .boxed(),
            ..select("SELECT a.id FROM a LEFT OUTER JOIN b ON a.id = b.a", &[])
        });
        run.check(expected);
    }

    #[test]
    fn sibling_collections() {
        let sure = ["cartesian_product confirmed Author.books line 4 cell 1 ×1"];
        check_siblings(&SIBLINGS, Some(100), &sure);
        check_siblings(
            &["Author.books", "Book.reviews", "Author.prizes"],
            Some(100),
            &sure,
        );
        // Loaded or not, it is the rows that were multiplied.
        check_siblings(&[], Some(100), &sure);
        check_siblings(&[], Some(600), &[]);
        check_siblings(&SIBLINGS, Some(600), &sure);
        let unsure = ["cartesian_product suspected Author.books line 4 cell 1 ×1"];
        check_siblings(&[], None, &unsure);
    }

    #[track_caller]
    fn check_sql(sql: &str, unjoined: bool, expected: &[&str]) {
        let mut run = Run::new();
        run.send(Statement {
            line: 4,
            extra: Extra {
                unjoined,
                ..Extra::default()
            }
            .boxed(),
            ..select(sql, &[])
        });
        run.check(expected);
    }

    #[test]
    fn tables_with_nothing_between() {
        let sure = ["cartesian_product confirmed - line 4 cell 1 ×1"];
        let unsure = ["cartesian_product suspected - line 4 cell 1 ×1"];
        check_sql("SELECT a.x, b.x FROM a, b", false, &unsure);
        check_sql("SELECT a.x, b.x FROM a, b", true, &sure);
        check_sql("SELECT a.x FROM a, b WHERE x = a.y", true, &sure);
        check_sql("SELECT a.x FROM a, b WHERE a.x = b.x", false, &[]);
        check_sql("SELECT a.x FROM a JOIN b ON a.x = b.x", false, &[]);
    }

    #[test]
    fn says_what_was_combined() {
        let mut run = Run::new();
        run.query(4, "SELECT p.x FROM authors AS p, authors AS q");
        let told = run.explain(FindingKind::CartesianProduct);
        assert_eq!(
            told.message,
            "Nothing says how authors and authors (again) belong together, \
             so every row of one came with every row of the other."
        );
    }
}
