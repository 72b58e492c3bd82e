//! A million statements, streamed as a run streams them, folded into bursts, shapes, counts, lanes and findings.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use lazyscope::trace::{
    Access, AccessOutcome, Counters, Event, Sent, Statement, StatementKind, Trace, Trigger, Value,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const STATEMENTS: u64 = 1_000_000;
/// Events that are handed over at a time; so few that the batch itself costs nothing.
const BATCH: usize = 256;

/// A loop over authors that reads their books, with a transaction marker and an insert now and then: what an N+1 of
/// three levels sends.
struct Stream {
    id: u64,
    books_id: u64,
    authors: Arc<str>,
    books: Arc<str>,
    reviews: Arc<str>,
    begin: Arc<str>,
    insert: Arc<str>,
    author_books: Arc<str>,
    book_reviews: Arc<str>,
}

impl Stream {
    fn new() -> Self {
        Self {
            id: 0,
            books_id: 1,
            authors: "SELECT authors.id, authors.name FROM authors ORDER BY authors.id".into(),
            books: "SELECT books.id AS books_id FROM books WHERE ? = books.author_id".into(),
            reviews: "SELECT reviews.id AS reviews_id FROM reviews WHERE ? = reviews.book_id"
                .into(),
            begin: "BEGIN".into(),
            insert: "INSERT INTO log (message) VALUES (?)".into(),
            author_books: "Author.books".into(),
            book_reviews: "Book.reviews".into(),
        }
    }

    /// The next batch of events; an empty one after the last.
    fn next(&mut self) -> Vec<Event> {
        let mut events = Vec::with_capacity(BATCH);
        while events.len() < BATCH && self.id < STATEMENTS {
            self.id += 1;
            let id = self.id;
            if id % 5 == 3 {
                events.push(Event::Access(Access {
                    relationship: Arc::clone(&self.author_books),
                    cell: 1,
                    line: 42,
                    outcome: AccessOutcome::Emitted,
                    count: 1,
                    first_reads: 1,
                    statement: Some(id - 1),
                    at_ns: id * 1_500,
                }));
            }
            events.push(Event::Statement(Box::new(self.statement(id))));
        }
        events
    }

    fn statement(&mut self, id: u64) -> Statement {
        let statement = Statement {
            id,
            cell: 1,
            start_ns: id * 1_500,
            duration_ns: 900 + id % 700,
            rows: 5,
            bytes: 120,
            counters: Counters {
                vm_steps: 60,
                ..Counters::default()
            },
            parameters: Sent::row(vec![Value::Integer(id as i64)]),
            ..Statement::default()
        };
        match id {
            1 => Statement {
                sql: Arc::clone(&self.authors),
                line: 40,
                ..statement
            },
            _ if id.is_multiple_of(100) => Statement {
                sql: Arc::clone(&self.begin),
                kind: StatementKind::Transaction,
                trigger: Trigger::Transaction,
                line: 44,
                ..statement
            },
            _ if id % 100 == 1 => Statement {
                sql: Arc::clone(&self.insert),
                kind: StatementKind::Insert,
                trigger: Trigger::Flush,
                flush: Some((id / 100) as u32),
                line: 44,
                ..statement
            },
            _ if id % 5 == 2 => {
                self.books_id = id;
                Statement {
                    sql: Arc::clone(&self.books),
                    relationship: Some(Arc::clone(&self.author_books)),
                    owner: Some(format!("Author({id})").into()),
                    parent: Some(1),
                    line: 42,
                    ..lazy(statement)
                }
            }
            _ => Statement {
                sql: Arc::clone(&self.reviews),
                relationship: Some(Arc::clone(&self.book_reviews)),
                owner: Some(format!("Book({id})").into()),
                parent: Some(self.books_id),
                line: 43,
                ..lazy(statement)
            },
        }
    }
}

fn lazy(statement: Statement) -> Statement {
    Statement {
        trigger: Trigger::Lazy,
        owners: 1,
        entities: Some(5),
        ..statement
    }
}

/// Folds the whole stream; the time that folding alone took.
fn fold_all() -> (Trace, Duration) {
    let mut stream = Stream::new();
    let mut trace = Trace::new();
    let mut time = Duration::ZERO;
    loop {
        let events = stream.next();
        if events.is_empty() {
            assert_eq!(trace.len() as u64, STATEMENTS);
            return (trace, time);
        }
        let start = Instant::now();
        for event in events {
            trace.push(event);
        }
        time += start.elapsed();
    }
}

fn fold(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("trace");
    group.sample_size(10);
    group.bench_function("fold one million statements", |bencher| {
        bencher.iter_custom(|times| (0..times).map(|_| black_box(fold_all()).1).sum());
    });
    let (trace, _) = fold_all();
    // What a frame asks of the time line: every lane over the whole run, folded to 1400 bars at most.
    group.bench_function("bars of all lanes, zoomed out", |bencher| {
        let length = trace.modelled_length(1_000_000);
        bencher.iter(|| {
            (0..trace.lanes().len())
                .map(|lane| {
                    trace
                        .bars(lane, 0.0..length, length / 1400.0, 1_000_000)
                        .len()
                })
                .sum::<usize>()
        });
    });
    group.bench_function("bars of all lanes, zoomed in", |bencher| {
        let middle = trace.modelled_length(1_000_000) / 2.0;
        bencher.iter(|| {
            (0..trace.lanes().len())
                .map(|lane| {
                    trace
                        .bars(lane, middle..middle + 1e9, 1e9 / 1400.0, 1_000_000)
                        .len()
                })
                .sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, fold);
criterion_main!(benches);
