//! Runs written by hand, for the timeline's tests.

use std::sync::Arc;

use crate::trace::*;

/// A run under construction; what is sent takes 20 µs and comes 10 µs after the last.
pub struct Sample {
    pub trace: Trace,
    now_ns: u64,
    cell: u32,
}

impl Sample {
    /// Cell 1 is the setup, cells 2 and 3 count.
    pub fn new(relationships: &[&str]) -> Self {
        let cell = |id: u32, title: &str, setup, budget| Cell {
            id,
            kind: CellKind::Code,
            title: title.to_owned(),
            first_line: id * 20,
            last_line: id * 20 + 19,
            setup,
            budget,
        };
        let mut trace = Trace::new();
        trace.push(Event::Started(Box::new(ScenarioInfo {
            name: "sample".into(),
            title: "A sample".into(),
            cells: vec![
                cell(1, "Models", true, None),
                cell(2, "List page", false, Some(3)),
                cell(3, "Detail page", false, None),
            ],
            ..ScenarioInfo::default()
        })));
        for key in relationships {
            trace.push(Event::Relationship(Box::new(RelationshipInfo {
                key: Arc::from(*key),
                target: "Target".into(),
                direction: Direction::OneToMany,
                uselist: true,
                declared: Strategy::Select,
                active: Strategy::Select,
                line: None,
            })));
        }
        Self {
            trace,
            now_ns: 0,
            cell: 2,
        }
    }

    pub fn cell(&mut self, cell: u32) {
        self.cell = cell;
        let at_ns = self.now_ns;
        let line = cell * 20 + 1;
        self.trace.push(Event::Line { line, cell, at_ns });
    }

    /// Python is busy for so long.
    pub fn wait(&mut self, ns: u64) {
        self.now_ns += ns;
    }

    pub fn send(&mut self, statement: Statement) -> u64 {
        let id = self.trace.len() as u64 + 1;
        let duration_ns = statement.duration_ns.max(20_000);
        self.trace.push(Event::Statement(Box::new(Statement {
            id,
            cell: self.cell,
            start_ns: self.now_ns,
            duration_ns,
            ..statement
        })));
        self.now_ns += duration_ns + 10_000;
        id
    }

    pub fn query(&mut self, line: u32, sql: &str) -> u64 {
        self.send(Statement {
            line,
            sql: Arc::from(sql),
            rows: 100,
            ..Statement::default()
        })
    }

    pub fn load(&mut self, trigger: Trigger, line: u32, key: &str, owner: i64, parent: u64) -> u64 {
        let class = key.split('.').next().unwrap_or(key);
        self.send(Statement {
            line,
            sql: Arc::from(format!("SELECT id FROM x WHERE ? = x.owner /* {key} */")),
            parameters: Sent::row(vec![Value::Integer(owner)]),
            trigger,
            relationship: Some(Arc::from(key)),
            parent: Some(parent),
            owners: 1,
            owner: Some(Arc::from(format!("{class}({owner})"))),
            rows: 5,
            ..Statement::default()
        })
    }

    pub fn write(&mut self, line: u32, kind: StatementKind) -> u64 {
        let parameters = Sent::row(vec![Value::Integer(self.trace.len() as i64)]);
        self.send(Statement {
            line,
            kind,
            sql: Arc::from(format!("{kind:?} x")),
            parameters,
            trigger: Trigger::Flush,
            flush: Some(1),
            ..Statement::default()
        })
    }

    pub fn read(&mut self, line: u32, key: &str, outcome: AccessOutcome, count: u64) {
        self.trace.push(Event::Access(Access {
            relationship: Arc::from(key),
            cell: self.cell,
            line,
            outcome,
            count,
            first_reads: count,
            statement: None,
            at_ns: self.now_ns,
        }));
        self.now_ns += 1_000;
    }

    pub fn finish(mut self) -> Trace {
        self.trace.push(Event::Finished {
            outcome: Outcome {
                status: Status::Ok,
                error: None,
            },
            at_ns: self.now_ns,
        });
        self.trace
    }
}

/// 203 statements of setup, one query, then one lazy load for each of so many owners.
pub fn n_plus_one(owners: i64) -> Trace {
    let mut run = Sample::new(&["Author.books", "Book.author"]);
    run.cell(1);
    for _ in 0..203 {
        run.write(21, StatementKind::Insert);
    }
    run.cell(2);
    let parent = run.query(40, "SELECT authors.id FROM authors");
    for owner in 1..=owners {
        run.load(Trigger::Lazy, 42, "Author.books", owner, parent);
    }
    run.finish()
}

/// Three levels, each loaded lazily in the loop of the one above, then reads that needed no SQL, then a flush.
pub fn three_levels(authors: i64) -> Trace {
    let mut run = Sample::new(&["Author.books", "Book.reviews", "Review.book"]);
    run.cell(2);
    let parent = run.query(40, "SELECT authors.id FROM authors");
    for author in 1..=authors {
        let books = run.load(Trigger::Lazy, 42, "Author.books", author, parent);
        for book in 0..3 {
            let key = author * 10 + book;
            run.load(Trigger::Lazy, 44, "Book.reviews", key, books);
            run.read(45, "Review.book", AccessOutcome::IdentityMap, 4);
        }
    }
    run.cell(3);
    run.wait(500_000);
    for _ in 0..4 {
        run.write(62, StatementKind::Insert);
    }
    run.finish()
}
