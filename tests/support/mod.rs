//! What the tests of the window share: the window without a screen, and an engine that answers like the N+1 scenario
//! does, with the same times on every run.

use std::sync::Arc;

use egui_kittest::Harness;
use lazyscope::python::{Cancelled, RunRequest};
use lazyscope::scenario::{Engine, Sink};
use lazyscope::trace::{
    Access, AccessOutcome, Counters, Direction, Error, Event, Extra, Outcome, Output, OutputStream,
    Param, PlanNode, RelationshipInfo, Sample, Sent, Settings, Statement, StatementKind, Status,
    Strategy, Trace, Trigger, Value,
};
use lazyscope::ui::{App, Launch};

const AUTHORS: &str = "SELECT authors.id, authors.name \nFROM authors";
const BOOKS: &str = "SELECT books.id AS books_id, books.title AS books_title, books.author_id AS books_author_id \nFROM books \nWHERE ? = books.author_id";
const BOOKS_IN: &str = "SELECT books.author_id AS books_author_id, books.id AS books_id, books.title AS books_title \nFROM books \nWHERE books.author_id IN (?, ?, ?)";
const JOINED: &str = "SELECT authors.id, authors.name, books_1.id AS id_1, books_1.title, books_1.author_id \nFROM authors LEFT OUTER JOIN books AS books_1 ON authors.id = books_1.author_id";

/// An engine that knows one scenario.
pub fn engine() -> Engine {
    Engine::new(
        || ((), ()),
        |()| {},
        |()| {
            |request: &RunRequest, sink: Sink<'_>| {
                // Whoever stops listening has all that he wants.
                let _ = run(request, sink);
            }
        },
    )
}

fn line_of(source: &str, wanted: &str) -> u32 {
    let at = source.lines().position(|line| line.contains(wanted));
    at.map_or(0, |at| at as u32 + 1)
}

struct Run<'a, 'b> {
    sink: Sink<'b>,
    request: &'a RunRequest,
    cell: u32,
    at_ns: u64,
    id: u64,
}

/// What the scenario sends for these strategies, statement by statement.
///
/// # Errors
/// That nobody listens any more.
pub fn run(request: &RunRequest, sink: Sink<'_>) -> Result<(), Cancelled> {
    let source = &request.info.source;
    let (query, read) = (
        line_of(source, "session.scalars("),
        line_of(source, "len(author.books)"),
    );
    let authors =
        request
            .info
            .params
            .iter()
            .find_map(|(name, value)| match (name.as_str(), value) {
                ("N", Param::Integer(n)) => Some(*n as u64),
                _ => None,
            });
    let authors = authors.unwrap_or(100);
    let toggled = |key: &str| {
        let set = request.strategies.iter().find(|(other, _)| other == key);
        set.map(|(_, strategy)| *strategy)
    };
    let wins = |key: &str| request.overrides.iter().any(|other| other == key);
    let strategy = |key: &str| {
        let option = |name: &str| source.contains(&format!(".options({name}({key}))"));
        match toggled(key) {
            Some(strategy) if wins(key) => strategy,
            _ if option("selectinload") => Strategy::Selectin,
            None if source.contains("relationship(lazy=\"selectin\")") => Strategy::Selectin,
            _ if option("joinedload") => Strategy::Joined,
            Some(strategy) => strategy,
            None => Strategy::Select,
        }
    };
    let mut run = Run {
        sink,
        request,
        cell: 0,
        at_ns: 0,
        id: 0,
    };
    run.send(Event::Started(Box::new(request.info.clone())))?;
    for (key, target, direction) in [
        ("Author.books", "Book", Direction::OneToMany),
        ("Book.author", "Author", Direction::ManyToOne),
    ] {
        run.send(Event::Relationship(Box::new(RelationshipInfo {
            key: key.into(),
            target: target.to_owned(),
            direction,
            uselist: direction == Direction::OneToMany,
            declared: Strategy::Select,
            active: toggled(key).unwrap_or(Strategy::Select),
            line: None,
        })))?;
    }
    run.setup()?;
    run.list_page(query, read, authors, strategy("Author.books"))
}

impl Run<'_, '_> {
    fn send(&mut self, event: Event) -> Result<(), Cancelled> {
        (self.sink)(event)
    }

    fn enter(&mut self, line: u32) -> Result<(), Cancelled> {
        let cells = &self.request.info.cells;
        let cell = cells
            .iter()
            .find(|cell| (cell.first_line..=cell.last_line).contains(&line));
        self.cell = cell.map_or(0, |cell| cell.id);
        self.send(Event::Line {
            line,
            cell: self.cell,
            at_ns: self.at_ns,
        })
    }

    fn statement(&mut self, duration_ns: u64, statement: Statement) -> Result<(), Cancelled> {
        self.id += 1;
        self.at_ns += 12_000;
        let statement = Statement {
            id: self.id,
            cell: self.cell,
            start_ns: self.at_ns,
            duration_ns,
            ..statement
        };
        self.at_ns += duration_ns;
        self.send(Event::Statement(Box::new(statement)))
    }

    fn setup(&mut self) -> Result<(), Cancelled> {
        let line = line_of(&self.request.info.source, "create_all");
        self.enter(line)?;
        for (sql, kind, trigger) in [
            (
                "CREATE TABLE authors (\n\tid INTEGER NOT NULL\n)",
                StatementKind::Ddl,
                Trigger::Ddl,
            ),
            (
                "CREATE TABLE books (\n\tid INTEGER NOT NULL\n)",
                StatementKind::Ddl,
                Trigger::Ddl,
            ),
            (
                "BEGIN (implicit)",
                StatementKind::Transaction,
                Trigger::Transaction,
            ),
            (
                "INSERT INTO authors (id, name) VALUES (?, ?)",
                StatementKind::Insert,
                Trigger::Query,
            ),
        ] {
            self.statement(
                30_000,
                Statement {
                    line,
                    kind,
                    trigger,
                    sql: sql.into(),
                    ..Statement::default()
                },
            )?;
        }
        Ok(())
    }

    fn plan(&mut self, sql: &str, detail: &str) -> Result<(), Cancelled> {
        self.send(Event::Plan {
            sql: sql.into(),
            nodes: vec![PlanNode {
                id: 3,
                parent: 0,
                detail: detail.to_owned(),
            }],
        })
    }

    fn list_page(
        &mut self,
        query: u32,
        read: u32,
        authors: u64,
        strategy: Strategy,
    ) -> Result<(), Cancelled> {
        self.enter(query)?;
        self.plan(AUTHORS, "SCAN authors")?;
        let is_joined = strategy == Strategy::Joined;
        self.statement(
            110_000,
            Statement {
                line: query,
                sql: if is_joined { JOINED } else { AUTHORS }.into(),
                rows: if is_joined { authors * 5 } else { authors },
                bytes: authors * 20,
                entities: Some(authors),
                counters: counters(authors * 8),
                extra: Extra {
                    joined: if is_joined {
                        vec!["Author.books".into()]
                    } else {
                        Vec::new()
                    },
                    sample: Some(Arc::new(Sample {
                        columns: vec!["id".to_owned(), "name".to_owned()],
                        rows: (1..=5)
                            .map(|n| {
                                vec![Value::Integer(n), Value::Text(format!("Ursula {n}").into())]
                            })
                            .collect(),
                    })),
                    ..Extra::default()
                }
                .boxed(),
                ..Statement::default()
            },
        )?;
        let root = self.id;
        let shared: Arc<str> = BOOKS.into();
        if strategy == Strategy::Selectin {
            self.statement(
                240_000,
                self.books(
                    query,
                    BOOKS_IN.into(),
                    Trigger::Selectin,
                    root,
                    authors as u32,
                ),
            )?;
        }
        self.enter(read)?;
        if strategy == Strategy::Raise {
            return self.raised(read);
        }
        self.plan(
            BOOKS,
            "SEARCH books USING INDEX ix_books_author_id (author_id=?)",
        )?;
        for n in 1..=authors {
            let is_lazy = strategy == Strategy::Select;
            if is_lazy {
                let mut books = self.books(read, Arc::clone(&shared), Trigger::Lazy, root, 1);
                books.parameters = Sent::row(vec![Value::Integer(n as i64)]);
                books.owner = Some(format!("Author({n})").into());
                self.statement(18_000 + n % 7 * 1_000, books)?;
            }
            self.send(Event::Access(Access {
                relationship: "Author.books".into(),
                cell: self.cell,
                line: read,
                outcome: if is_lazy {
                    AccessOutcome::Emitted
                } else {
                    AccessOutcome::Loaded
                },
                count: 1,
                first_reads: 1,
                statement: Some(self.id),
                at_ns: self.at_ns,
            }))?;
        }
        let total = authors * 5;
        self.send(Event::Output(Output {
            line: read + 1,
            stream: OutputStream::Stdout,
            is_log: false,
            after_statement: self.id,
            text: format!("{total} books of {authors} authors\n"),
        }))?;
        self.finish(Outcome {
            status: Status::Ok,
            error: None,
        })
    }

    fn books(
        &self,
        line: u32,
        sql: Arc<str>,
        trigger: Trigger,
        parent: u64,
        owners: u32,
    ) -> Statement {
        Statement {
            line,
            sql,
            trigger,
            relationship: Some("Author.books".into()),
            parent: Some(parent),
            owners,
            rows: u64::from(owners) * 5,
            bytes: u64::from(owners) * 120,
            counters: counters(u64::from(owners) * 61),
            ..Statement::default()
        }
    }

    fn raised(&mut self, line: u32) -> Result<(), Cancelled> {
        let message = "'Author.books' is not available due to lazy='raise'".to_owned();
        self.finish(Outcome {
            status: Status::Error,
            error: Some(Error {
                kind: "sqlalchemy.exc.InvalidRequestError".to_owned(),
                traceback: format!("Traceback (most recent call last):\n  File \"n_plus_one.py\", line {line}\n{message}"),
                message,
                line: Some(line),
            }),
        })
    }

    fn finish(&mut self, outcome: Outcome) -> Result<(), Cancelled> {
        let at_ns = self.at_ns + 40_000;
        self.send(Event::Finished { outcome, at_ns })
    }
}

fn counters(vm_steps: u64) -> Counters {
    Counters {
        vm_steps,
        ..Counters::default()
    }
}

/// The window without a screen, on what it was launched with.
#[allow(
    dead_code,
    reason = "not every test that shares this file opens a window"
)]
pub fn window(launch: Launch, size: [f32; 2]) -> Harness<'static, Slot> {
    window_with(engine(), launch, size)
}

/// The same with another engine.
#[allow(
    dead_code,
    reason = "not every test that shares this file opens a window"
)]
pub fn window_with(engine: Engine, launch: Launch, size: [f32; 2]) -> Harness<'static, Slot> {
    let slot = Slot {
        launch: Some((engine, launch)),
        app: None,
    };
    Harness::builder().with_size(size).build_ui_state(
        |ui, slot: &mut Slot| match slot.launch.take() {
            // The first frame has no fonts yet: opening the window brings them.
            Some((engine, launch)) => slot.app = Some(App::new(ui.ctx(), engine, launch)),
            None => slot.app.as_mut().expect("the first frame made it").show(ui),
        },
        slot,
    )
}

/// The window, once its first frame has made it.
pub struct Slot {
    launch: Option<(Engine, Launch)>,
    app: Option<App>,
}

/// The trace document of the first scenario as this engine runs it.
#[allow(dead_code, reason = "not every test that shares this file needs one")]
pub fn write_trace(path: &std::path::Path) {
    let scenario = lazyscope::scenario::BUNDLED[0].scenario();
    let request = scenario
        .request(&[], Vec::new(), Settings::default())
        .expect("its own values");
    let mut trace = Trace::new();
    run(&request, &mut |event| {
        trace.push(event);
        Ok(())
    })
    .expect("nothing stops it");
    let mut file = std::fs::File::create(path).expect("a folder to write to");
    lazyscope::export::json::write(&trace, &mut file).expect("room to write");
}
