//! The N+1 loop at 10,000 authors, and the same statements sent by rusqlite alone.
//!
//! `cargo bench --bench n_plus_one`: compare the two times of one run; machines differ and are noisy, the ratio stays.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lazyscope::python::{Interpreter, RunRequest, interrupt_channel};
use lazyscope::trace::{Event, ScenarioInfo};
use rusqlite::Connection;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const AUTHORS: u64 = 10_000;
const BOOKS_OF_EACH: u64 = 5;

const SCENARIO: &str = r#"
from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship()

class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), index=True)

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Author), [{"id": n, "name": f"Author {n}"} for n in range(1, 10001)])
    session.execute(insert(Book), [{"title": f"Book {n}", "author_id": n % 10000 + 1} for n in range(50000)])
    session.commit()
with Session(engine) as session:
    total = 0
    for author in session.scalars(select(Author)):
        total += len(author.books)
print(total)
"#;

/// The time of one loop: from its first statement to the end of the run.
fn scenario(interpreter: &Interpreter) -> Duration {
    let request = RunRequest {
        info: ScenarioInfo {
            name: "n_plus_one".into(),
            source: SCENARIO.into(),
            ..ScenarioInfo::default()
        },
        code: SCENARIO.into(),
        ..RunRequest::default()
    };
    let (mut begun, mut ended, mut selects) = (None, 0, 0);
    interpreter.run(&request, &mut |event| {
        match event {
            Event::Statement(statement) if statement.sql.starts_with("SELECT") => {
                begun.get_or_insert(statement.start_ns);
                selects += 1;
            }
            Event::Finished { at_ns, .. } => ended = at_ns,
            _ => {}
        }
        Ok(())
    });
    assert_eq!(selects, AUTHORS + 1, "the loop sent what an N+1 sends");
    Duration::from_nanos(ended - begun.unwrap_or(0))
}

fn database() -> Connection {
    let connection = Connection::open_in_memory().expect("there is memory for a database");
    connection
        .execute_batch(
            "CREATE TABLE authors (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL);
             CREATE TABLE books (id INTEGER PRIMARY KEY, title VARCHAR NOT NULL, author_id INTEGER NOT NULL);
             CREATE INDEX ix_books_author_id ON books (author_id);
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
                 INSERT INTO authors SELECT i, 'Author ' || i FROM n;
             WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49999)
                 INSERT INTO books (title, author_id) SELECT 'Book ' || i, i % 10000 + 1 FROM n;",
        )
        .expect("the tables can be made");
    connection
}

/// The same statements, their rows read into values of their own.
fn raw(connection: &Connection) -> u64 {
    let mut authors = connection
        .prepare_cached("SELECT authors.id, authors.name FROM authors")
        .expect("valid SQL");
    let ids: Vec<(i64, String)> = authors
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("the query runs")
        .map(|row| row.expect("a row"))
        .collect();
    let sql = "SELECT books.id, books.title, books.author_id FROM books WHERE ? = books.author_id";
    let mut total = 0;
    for (id, _) in &ids {
        let mut books = connection.prepare_cached(sql).expect("valid SQL");
        let books: Vec<(i64, String, i64)> = books
            .query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .expect("the query runs")
            .map(|row| row.expect("a row"))
            .collect();
        total += books.len() as u64;
        black_box(books);
    }
    total
}

fn n_plus_one(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("n_plus_one");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(AUTHORS + 1));
    let connection = database();
    group.bench_function("rusqlite", |bencher| {
        bencher.iter(|| assert_eq!(raw(&connection), AUTHORS * BOOKS_OF_EACH));
    });
    let (_interrupter, interrupts) = interrupt_channel();
    let interpreter = Interpreter::new(interrupts);
    group.bench_function("lazyscope", |bencher| {
        bencher.iter_custom(|times| (0..times).map(|_| scenario(&interpreter)).sum());
    });
    group.finish();
}

criterion_group!(benches, n_plus_one);
criterion_main!(benches);
