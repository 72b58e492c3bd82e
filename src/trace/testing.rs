//! Runs written by hand, for the tests of this module.

use std::sync::Arc;

use super::*;

/// A run under construction; statements come 10 µs apart and take 5.
pub(crate) struct Run {
    pub trace: Trace,
    now_ns: u64,
}

impl Run {
    /// Cell 1 is ordinary code (lines 1 to 999), cell 9 a setup cell.
    pub fn new() -> Self {
        Self::with_cells(vec![cell(1, None), cell(2, None), setup(9)])
    }

    pub fn with_cells(cells: Vec<Cell>) -> Self {
        let mut run = Self {
            trace: Trace::new(),
            now_ns: 0,
        };
        run.event(Event::Started(Box::new(ScenarioInfo {
            name: "test".into(),
            title: "Test".into(),
            cells,
            ..ScenarioInfo::default()
        })));
        for (key, target, direction, uselist) in [
            ("Author.books", "Book", Direction::OneToMany, true),
            ("Author.prizes", "Prize", Direction::OneToMany, true),
            ("Book.author", "Author", Direction::ManyToOne, false),
            ("Book.reviews", "Review", Direction::OneToMany, true),
        ] {
            run.event(Event::Relationship(Box::new(RelationshipInfo {
                key: key.into(),
                target: target.into(),
                direction,
                uselist,
                declared: Strategy::Select,
                active: Strategy::Select,
                line: None,
            })));
        }
        run
    }

    pub fn event(&mut self, event: Event) {
        self.trace.push(event);
    }

    /// Sends a statement; its id and times are filled in. Returns the id.
    pub fn send(&mut self, mut statement: Statement) -> u64 {
        self.now_ns += 10_000;
        statement.id = self.trace.len() as u64 + 1;
        statement.start_ns = self.now_ns;
        if statement.duration_ns == 0 {
            statement.duration_ns = 5_000;
        }
        if statement.cell == 0 {
            statement.cell = 1;
        }
        let id = statement.id;
        self.event(Event::Statement(Box::new(statement)));
        id
    }

    /// The scenario's own query from that line.
    pub fn query(&mut self, line: u32, sql: &str) -> u64 {
        self.query_with(line, sql, &[])
    }

    pub fn query_with(&mut self, line: u32, sql: &str, parameters: &[i64]) -> u64 {
        self.send(Statement {
            line,
            rows: 10,
            ..select(sql, parameters)
        })
    }

    /// A lazy load of `relationship` for the owner of that key.
    pub fn lazy(&mut self, line: u32, relationship: &str, owner: i64, parent: u64) -> u64 {
        self.send(Statement {
            line,
            ..load(Trigger::Lazy, relationship, owner, parent)
        })
    }

    pub fn marker(&mut self, line: u32, sql: &str) -> u64 {
        self.send(Statement {
            line,
            kind: StatementKind::Transaction,
            trigger: Trigger::Transaction,
            ..select(sql, &[])
        })
    }

    /// A write of one row by a flush.
    pub fn write(&mut self, line: u32, kind: StatementKind, sql: &str, flush: Option<u32>) -> u64 {
        let trigger = match flush {
            Some(_) => Trigger::Flush,
            None => Trigger::Query,
        };
        let parameter = self.trace.len() as i64;
        self.send(Statement {
            line,
            kind,
            trigger,
            flush,
            rows: 1,
            ..select(sql, &[parameter])
        })
    }

    pub fn access(
        &mut self,
        line: u32,
        relationship: &str,
        outcome: AccessOutcome,
        count: u64,
        statement: Option<u64>,
    ) {
        self.event(Event::Access(Access {
            relationship: relationship.into(),
            cell: 1,
            line,
            outcome,
            count,
            first_reads: count,
            statement,
            at_ns: self.now_ns + 7_000,
        }));
    }

    pub fn finish(&mut self) {
        self.event(Event::Finished {
            outcome: Outcome {
                status: Status::Ok,
                error: None,
            },
            at_ns: self.now_ns + 20_000,
        });
    }

    /// `kind confidence relationship line N cell N ×N`, a line a finding.
    pub fn findings(&self) -> Vec<String> {
        let findings = self.trace.findings().iter();
        findings
            .map(|finding| {
                assert_eq!(
                    self.trace.members(finding).len() as u64,
                    finding.count,
                    "{finding:?}"
                );
                let explanation = self.trace.explain(finding);
                assert!(explanation.message.ends_with('.'), "{explanation:?}");
                format!(
                    "{} {} {} line {} cell {} ×{}",
                    finding.kind.name(),
                    finding.confidence.name(),
                    finding.relationship.as_deref().unwrap_or("-"),
                    finding.line,
                    finding.cell,
                    finding.count
                )
            })
            .collect()
    }

    /// Holds the findings against those expected, in order.
    #[track_caller]
    pub fn check(&self, expected: &[&str]) {
        assert_eq!(self.findings(), expected);
    }

    /// The sentence of the only finding of that kind.
    #[track_caller]
    pub fn explain(&self, kind: FindingKind) -> Explanation {
        let mut findings = self.trace.findings().iter().filter(|f| f.kind == kind);
        let finding = findings.next().expect("a finding of that kind");
        assert!(findings.next().is_none(), "more than one {kind:?}");
        self.trace.explain(finding)
    }
}

pub(crate) fn cell(id: u32, budget: Option<u64>) -> Cell {
    Cell {
        id,
        kind: CellKind::Code,
        title: format!("Cell {id}"),
        first_line: id * 1000 - 999,
        last_line: id * 1000,
        setup: false,
        budget,
    }
}

pub(crate) fn setup(id: u32) -> Cell {
    Cell {
        setup: true,
        ..cell(id, None)
    }
}

pub(crate) fn select(sql: &str, parameters: &[i64]) -> Statement {
    Statement {
        sql: Arc::from(sql),
        parameters: Sent::row(parameters.iter().map(|&n| Value::Integer(n)).collect()),
        ..Statement::default()
    }
}

/// That these relationships are joined.
pub(crate) fn joined(keys: &[&str]) -> Option<Box<Extra>> {
    Extra {
        joined: keys.iter().map(|&key| key.into()).collect(),
        ..Extra::default()
    }
    .boxed()
}

/// A load of `relationship` for one owner.
pub(crate) fn load(trigger: Trigger, relationship: &str, owner: i64, parent: u64) -> Statement {
    let class = relationship.split('.').next().unwrap_or_default();
    Statement {
        trigger,
        relationship: Some(relationship.into()),
        owners: 1,
        owner: Some(format!("{class}({owner})").into()),
        parent: Some(parent),
        rows: 5,
        ..select(
            &format!("SELECT x.id FROM x /* {relationship} */ WHERE ? = x.owner_id"),
            &[owner],
        )
    }
}
