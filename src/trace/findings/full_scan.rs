use super::detectors::{Detector, Findings, Last};
use super::finding::{Finding, FindingKind};
use super::remedy::{Remedy, Rewrite};
use super::{Confidence, Explanation};
use crate::trace::folded::Folded;
use crate::trace::shape::{Facts, Key, Role};
use crate::trace::statement::StatementRef;
use crate::trace::{Counters, PlanNode, StatementKind};

/// Members from which on a burst's scans add up.
const BURST: usize = 3;
/// Rows from which on a table is not small, for a statement of a burst.
const LARGE: u64 = 500;
/// The same for a statement that came alone: it is slow by itself.
const VERY_LARGE: u64 = 5_000;
/// A scan for at least this part of the rows stepped through is what it takes.
const FEW: u64 = 10;

/// A statement of a burst, or a slow one, read a whole table for a few rows, and an index would have found them.
///
/// By SQLite's own count of the rows that it stepped through in scans, and its plan.
#[derive(Debug, Default)]
pub(crate) struct FullScan {
    /// By number of the burst: scans that are only worth telling when there are more of them.
    waiting: Vec<Vec<u32>>,
}

impl Detector for FullScan {
    #[inline]
    fn concerns(&self, last: &Last<'_>) -> bool {
        // From one row to the next is a step: one less than there are rows.
        steps_of(&last.statement.counters) + 1 >= LARGE
    }

    fn statement(&mut self, last: &Last<'_>, findings: &mut Findings) {
        let &Last {
            folded,
            number,
            index,
            burst,
            statement,
            ..
        } = last;
        let steps = steps_of(&statement.counters);
        let reads = matches!(
            burst.kind,
            StatementKind::Select | StatementKind::Update | StatementKind::Delete
        );
        if !reads || statement.rows.saturating_mul(FEW) > steps {
            return;
        }
        if wanted_index(folded, index).is_none() {
            return;
        }
        if self.waiting.len() <= number as usize {
            self.waiting.resize_with(number as usize + 1, Vec::new);
        }
        let kind = FindingKind::FullScan;
        let subject = u64::from(number);
        let waiting = &mut self.waiting[number as usize];
        let known = findings.is_known(kind, subject);
        if !known && steps + 1 < VERY_LARGE && waiting.len() + 1 < BURST {
            waiting.push(index as u32);
            return;
        }
        let finding = findings.about(kind, subject, || {
            Finding::of_statements(kind, folded, number)
        });
        finding.confidence = match plan_scans(folded, index) {
            Some(_) => Confidence::Confirmed,
            None => Confidence::Suspected,
        };
        for before in waiting.drain(..) {
            finding.add(before as usize);
        }
        finding.add(index);
    }

    fn explain(&self, folded: &Folded, finding: &Finding) -> Explanation {
        let Some(&index) = finding.listed().first() else {
            return Explanation::default();
        };
        let statement = folded.statement(index as usize);
        let Some(wanted) = wanted_index(folded, index as usize) else {
            return Explanation::default();
        };
        let table = wanted.table.unwrap_or("its table");
        let columns = wanted_columns(statement, wanted);
        let (column, index_on) = match columns.as_slice() {
            [] | [_] => (
                wanted.column.to_owned(),
                format!("an index on {}", wanted.column),
            ),
            several => {
                let each: Vec<_> = several.iter().map(|it| format!("one on {it}")).collect();
                (
                    several.join(" or "),
                    format!("an index for each, {},", each.join(" and ")),
                )
            }
        };
        let steps = steps_of(&statement.counters());
        let each = match finding.count {
            1 => format!("Statement {} went", statement.id()),
            count => format!("Each of {count} statements from line {} went", finding.line),
        };
        let plan = match plan_scans(folded, index as usize) {
            Some(detail) => format!("SQLite's plan says “{detail}”; "),
            None => String::new(),
        };
        Explanation {
            message: match wanted.is_order {
                false => format!(
                    "{each} through all of {table} to find a few rows by {column}; {index_on} would lead straight to \
                     them."
                ),
                true => format!(
                    "{each} through all of {table} and sorted it by {column} for the first few rows; {index_on} has \
                     them in order."
                ),
            },
            evidence: format!(
                "{plan}statement {} stepped through {steps} rows{}.",
                statement.id(),
                match statement.text().facts.aggregates {
                    // Of how many rows an answer was made, nobody counts.
                    true => String::new(),
                    false => format!(" and used {}", statement.rows()),
                }
            ),
            remedies: vec![
                Remedy {
                    rewrite: wanted.table.map(|table| Rewrite::Index {
                        table: table.to_owned(),
                        columns: columns.iter().map(|it| (*it).to_owned()).collect(),
                    }),
                    ..Remedy::code(lines(&columns, |column| {
                        format!("{column}: Mapped[…] = mapped_column(…, index=True)")
                    }))
                },
                Remedy::code(lines(&columns, |column| {
                    format!("CREATE INDEX ix_{table}_{column} ON {table} ({column})")
                })),
            ],
        }
    }
}

/// The columns that want an index for the scan: all that a row may be found by, where one of several is enough. An index
/// of one of them would leave the others to be looked for.
fn wanted_columns<'a>(statement: StatementRef<'a>, wanted: Wanted<'a>) -> Vec<&'a str> {
    let mut columns = vec![wanted.column];
    if !wanted.is_order && statement.text().facts.either {
        for key in
            compared(&statement.text().facts).filter(|key| key.table.as_deref() == wanted.table)
        {
            if !columns.contains(&key.column.as_str()) {
                columns.push(&key.column);
            }
        }
    }
    columns
}

fn lines(columns: &[&str], line: impl Fn(&str) -> String) -> String {
    let lines: Vec<_> = columns.iter().map(|column| line(column)).collect();
    lines.join("\n")
}

/// Rows that a statement stepped through in scans, also to make an index for this once.
fn steps_of(counters: &Counters) -> u64 {
    counters
        .full_scan_steps
        .saturating_add(counters.auto_indexes)
}

/// An index that would have helped.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Wanted<'a> {
    table: Option<&'a str>,
    column: &'a str,
    /// The table was scanned to sort it.
    is_order: bool,
}

impl<'a> Wanted<'a> {
    fn of(key: &'a Key) -> Self {
        Self {
            table: key.table.as_deref(),
            column: &key.column,
            is_order: false,
        }
    }
}

/// The index that a scan has wanted. With a plan, it is one of a table that was scanned: of a column that a value is
/// compared with, that leads to another table where one is, or that sorts the first rows of all.
fn wanted_index(folded: &Folded, index: usize) -> Option<Wanted<'_>> {
    let text = folded.texts.get(folded.store.text(index));
    let facts = &text.facts;
    let Some(plan) = &text.plan else {
        return compared(facts).next().map(Wanted::of);
    };
    let details = || plan.iter().map(|node| node.detail.as_str());
    // SQLite made it by itself, for this once.
    if let Some((name, column)) = details().find_map(automatic) {
        return Some(Wanted {
            table: Some(table_of(facts, name)),
            column,
            is_order: false,
        });
    }
    let scanned: Vec<&str> = details().filter_map(scanned).collect();
    // With one table there is no doubt which one is meant.
    let one_table = facts.reads.len() + usize::from(facts.writes.is_some()) == 1;
    let is_scanned = |key: &Key| {
        let is_it = |table: &str| {
            let mut names = scanned.iter().map(|name| table_of(facts, name));
            names.any(|name| name.eq_ignore_ascii_case(table))
        };
        !scanned.is_empty() && (one_table || key.table.as_deref().is_none_or(is_it))
    };
    let by_value = compared(facts).find(|key| is_scanned(key));
    let by_join = || {
        let mut ends = facts.joins.iter().flat_map(|[a, b]| [(a, b), (b, a)]);
        let is_narrowed =
            |other: &Key| !is_scanned(other) && compared(facts).any(|key| key.table == other.table);
        ends.find(|(key, other)| is_scanned(key) && is_narrowed(other))
            .map(|(key, _)| key)
    };
    let by_order = || {
        let sorts = details().any(|detail| detail == "USE TEMP B-TREE FOR ORDER BY");
        let key = facts.first_by.as_ref()?;
        (sorts && is_scanned(key)).then(|| Wanted {
            is_order: true,
            ..Wanted::of(key)
        })
    };
    // For each row of the query around it, the whole table again.
    let by_correlation = || {
        let inside: Vec<&str> = correlated(plan).filter_map(self::scanned).collect();
        let is_inside = |key: &Key| {
            let mut tables = inside.iter().map(|name| table_of(facts, name));
            tables.any(|table| key.table.as_deref() == Some(table))
        };
        let mut ends = facts.joins.iter().flat_map(|[a, b]| [(a, b), (b, a)]);
        ends.find(|(key, other)| is_inside(key) && !is_inside(other))
            .map(|(key, _)| key)
    };
    let found = by_value
        .or_else(by_join)
        .or_else(by_correlation)
        .map(Wanted::of);
    found.or_else(by_order)
}

/// The columns that values are compared with: first those that are to equal one.
fn compared(facts: &Facts) -> impl Iterator<Item = &Key> {
    let keys = facts.slots.iter().filter_map(|slot| match &slot.role {
        Role::Key(key) => Some(key),
        _ => None,
    });
    let ranges = facts.slots.iter().filter_map(|slot| match &slot.role {
        Role::Range(key) => Some(key),
        _ => None,
    });
    // What is beyond a bound or has no value may be nearly all, and who counts or sums takes it all.
    let many = facts.nulls.iter().chain(ranges);
    let many = many.filter(|_| !facts.aggregates);
    // No index of a column has what a function makes of it.
    keys.chain(many).filter(|key| key.function.is_none())
}

/// The table that a plan calls by its alias.
fn table_of<'a>(facts: &'a Facts, name: &'a str) -> &'a str {
    let mut aliases = facts.aliases.iter();
    aliases
        .find(|(alias, _)| alias.eq_ignore_ascii_case(name))
        .map_or(name, |(_, table)| table)
}

/// The lines of a plan that are run once for each row of what is around them.
fn correlated(plan: &[PlanNode]) -> impl Iterator<Item = &str> {
    let of_row = |node: &&PlanNode| node.detail.starts_with("CORRELATED ");
    let tops: Vec<i64> = plan.iter().filter(of_row).map(|node| node.id).collect();
    let is_inside = move |node: &&PlanNode| {
        let parent = |id: i64| {
            plan.iter()
                .find(|node| node.id == id)
                .map(|node| node.parent)
        };
        let mut around = std::iter::successors(Some(node.parent), |&id| parent(id));
        around.any(|id| tops.contains(&id))
    };
    plan.iter()
        .filter(is_inside)
        .map(|node| node.detail.as_str())
}

/// The table (or alias) that a line of a plan scans whole.
fn scanned(detail: &str) -> Option<&str> {
    let rest = detail.strip_prefix("SCAN ")?;
    let rest = rest.strip_prefix("TABLE ").unwrap_or(rest);
    rest.split_whitespace().next()
}

/// The table (or alias) and the first column of an index that a line of a plan makes for its own statement.
fn automatic(detail: &str) -> Option<(&str, &str)> {
    let (name, index) = detail
        .strip_prefix("SEARCH ")?
        .split_once(" USING AUTOMATIC ")?;
    // What else the table is there for stands behind its name.
    let name = name.split_whitespace().next()?;
    let (_, columns) = index.split_once('(')?;
    let end = columns.find(['=', '>', '<'])?;
    Some((name, &columns[..end]))
}

/// The line of the plan that tells of a scan.
fn plan_scans(folded: &Folded, index: usize) -> Option<&str> {
    let plan: &[PlanNode] = folded.texts.get(folded.store.text(index)).plan.as_ref()?;
    let mut details = plan.iter().map(|node| node.detail.as_str());
    details.find(|detail| scanned(detail).is_some() || automatic(detail).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::testing::{Run, select};
    use crate::trace::{Counters, Event, PlanNode, Statement};

    const BY_AUTHOR: &str = "SELECT b.id FROM books AS b WHERE ? = b.author_id";

    fn run(sql: &str, plan: Option<&str>, statements: usize, steps: u64, rows: u64) -> Run {
        let mut run = Run::new();
        if let Some(plan) = plan {
            run.event(Event::Plan {
                sql: sql.into(),
                nodes: vec![PlanNode {
                    id: 2,
                    parent: 0,
                    detail: plan.into(),
                }],
            });
        }
        for _ in 0..statements {
            run.send(Statement {
                line: 4,
                rows,
                counters: Counters {
                    full_scan_steps: steps,
                    ..Counters::default()
                },
                // Equal parameters: this is not about N+1.
                ..select(sql, &[1])
            });
        }
        run
    }

    #[track_caller]
    fn check(run: &Run, expected: &[&str]) {
        let found = run
            .findings()
            .into_iter()
            .filter(|f| f.starts_with("full_scan"));
        assert!(found.eq(expected.iter().copied()), "{:?}", run.findings());
    }

    const SCAN: Option<&str> = Some("SCAN b");

    #[test]
    fn scans_in_a_burst() {
        let found = ["full_scan confirmed - line 4 cell 1 ×5"];
        check(&run(BY_AUTHOR, SCAN, 5, 2000, 5), &found);
        check(&run(BY_AUTHOR, SCAN, 2, 2000, 5), &[]);
        check(&run(BY_AUTHOR, SCAN, 5, 100, 5), &[]);
        check(&run(BY_AUTHOR, SCAN, 5, 2000, 1000), &[]);
        check(
            &run(BY_AUTHOR, Some("SEARCH b USING INDEX x (a=?)"), 5, 2000, 5),
            &[],
        );
        check(&run("SELECT b.id FROM books AS b", SCAN, 5, 2000, 5), &[]);
        check(
            &run(BY_AUTHOR, None, 5, 2000, 5),
            &["full_scan suspected - line 4 cell 1 ×5"],
        );
    }

    #[test]
    fn a_slow_one() {
        check(
            &run(BY_AUTHOR, SCAN, 1, 50_000, 5),
            &["full_scan confirmed - line 4 cell 1 ×1"],
        );
        check(&run(BY_AUTHOR, SCAN, 1, 4_000, 5), &[]);
        check(
            &run(
                "SELECT count(*) FROM books",
                Some("SCAN books"),
                1,
                50_000,
                1,
            ),
            &[],
        );
    }

    #[test]
    fn names_the_index() {
        let run = run(BY_AUTHOR, SCAN, 3, 999, 5);
        let told = run.explain(FindingKind::FullScan);
        assert_eq!(
            told.message,
            "Each of 3 statements from line 4 went through all of books to find a few rows by author_id; \
             an index on author_id would lead straight to them."
        );
        assert_eq!(
            told.evidence,
            "SQLite's plan says “SCAN b”; statement 1 stepped through 999 rows and used 5."
        );
        assert_eq!(
            told.remedies[1].code,
            "CREATE INDEX ix_books_author_id ON books (author_id)"
        );
    }
}
