use super::*;
use crate::trace::{
    Direction, Error, Outcome, Output, RelationshipInfo, ScenarioInfo, Statement, Strategy, Trigger,
};

const SOURCE: &str = "\
from sqlalchemy.orm import Session
authors = session.scalars(select(Author)).all()
print([author.books for author in authors])
";

/// A run of the scenario above: its events, by what loads the books.
fn run(source: &str, strategy: Strategy, output: &str) -> Vec<Event> {
    let info = ScenarioInfo {
        source: source.into(),
        ..ScenarioInfo::default()
    };
    let relationship = RelationshipInfo {
        key: "Author.books".into(),
        target: "Book".into(),
        direction: Direction::OneToMany,
        uselist: true,
        declared: Strategy::Select,
        active: strategy,
        line: None,
    };
    let query = Statement {
        id: 1,
        line: 2,
        sql: "SELECT authors.id FROM authors".into(),
        rows: 5,
        ..Statement::default()
    };
    let mut events = vec![
        Event::Started(Box::new(info)),
        Event::Relationship(Box::new(relationship)),
        Event::Statement(Box::new(query)),
    ];
    let loads = match strategy {
        Strategy::Select => 5,
        Strategy::Selectin => 1,
        _ => 0,
    };
    for owner in 1..=loads {
        events.push(Event::Statement(Box::new(Statement {
            id: owner + 1,
            line: 3,
            sql: "SELECT books.id FROM books WHERE ? = books.author_id".into(),
            trigger: if loads == 1 {
                Trigger::Selectin
            } else {
                Trigger::Lazy
            },
            relationship: Some("Author.books".into()),
            parent: Some(1),
            owners: 5 / loads as u32,
            owner: (loads > 1).then(|| format!("Author({owner})").into()),
            start_ns: owner * 10,
            rows: 15 / loads,
            ..Statement::default()
        })));
    }
    if strategy == Strategy::Selectin {
        events.push(Event::Access(crate::trace::Access {
            relationship: "Author.books".into(),
            cell: 0,
            line: 3,
            outcome: crate::trace::AccessOutcome::Loaded,
            count: 5,
            first_reads: 5,
            statement: Some(2),
            at_ns: 90,
        }));
    }
    events.push(Event::Output(Output {
        line: 3,
        after_statement: 1,
        text: output.to_owned(),
        stream: crate::trace::OutputStream::default(),
        is_log: false,
    }));
    let error = (strategy == Strategy::Joined).then(|| Error {
        kind: "sqlalchemy.exc.InvalidRequestError".to_owned(),
        message: "The unique() method must be invoked".to_owned(),
        line: Some(2),
        traceback: String::new(),
    });
    let status = match error {
        Some(_) => Status::Error,
        None => Status::Ok,
    };
    let outcome = Outcome { status, error };
    events.push(Event::Finished { outcome, at_ns: 99 });
    events
}

fn trace() -> Trace {
    let mut trace = Trace::new();
    for event in run(SOURCE, Strategy::Select, "x") {
        trace.push(event);
    }
    trace
}

/// Tries all, each run printing that; tells the offers, a line each.
fn tried(selectin_prints: &str) -> Vec<String> {
    let trace = trace();
    let mut trying = Trying::of(&trace, &Strategies::new(), &BTreeMap::new());
    assert!(trying.is_awaited(0));
    while let Some(next) = trying.start_next() {
        assert!(trying.start_next().is_none(), "one at a time");
        let (way, ..) = trying.progress().expect("it is trying");
        let strategy = way.paths[0][0].strategy.expect("a relationship");
        let says = |option: &str| next.source.contains(option);
        let is_written = says("selectinload(Author") || says("joinedload(Author");
        assert_ne!(is_written, next.strategies.contains_key("Author.books"));
        let output = match strategy {
            Strategy::Selectin => selectin_prints,
            _ => "x",
        };
        for event in run(&next.source, strategy, output) {
            trying.push(event);
        }
    }
    assert!(trying.is_done() && !trying.is_awaited(0));
    let offers = trying.offers(0, &trace.findings()[0], 1_000);
    let told = offers.iter().map(|offer| {
        let statements = offer.after().map(|after| after.measured.summary.statements);
        let clean = if offer.is_clean() { " clean" } else { "" };
        let refused = offer.refused.as_deref().unwrap_or_default();
        format!("{}{clean} {statements:?} {refused}", offer.way.word())
    });
    told.collect()
}

#[test]
fn what_is_better_is_offered_and_what_breaks_is_told() {
    assert_eq!(
        tried("x"),
        [
            "selectin clean Some(2) ",
            "joined None it stops: The unique() method must be invoked"
        ]
    );
}

#[test]
fn nothing_is_held_against_a_run_that_did_not_come_to_its_end() {
    let mut events = run(SOURCE, Strategy::Select, "");
    events.pop();
    let outcome = Outcome {
        status: Status::Cancelled,
        error: None,
    };
    events.push(Event::Finished { outcome, at_ns: 99 });
    let mut trace = Trace::new();
    for event in events {
        trace.push(event);
    }
    assert!(!trace.findings().is_empty());
    let mut trying = Trying::of(&trace, &Strategies::new(), &BTreeMap::new());
    assert!(trying.start_next().is_none() && !trying.is_awaited(0));
    assert!(trying.offers(0, &trace.findings()[0], 1_000).is_empty());
}

#[test]
fn another_output_is_a_price() {
    assert_eq!(tried("y")[0], "selectin Some(2) ");
}

#[test]
fn a_run_that_is_put_off_is_made_again() {
    let mut trying = Trying::of(&trace(), &Strategies::new(), &BTreeMap::new());
    let first = trying.start_next().expect("a run");
    trying.put_off();
    assert_eq!(trying.start_next(), Some(first));
    trying.stop();
    assert!(trying.is_done() && trying.start_next().is_none());
}

#[test]
fn trying_has_an_end() {
    let mut trying = Trying::of(&trace(), &Strategies::new(), &BTreeMap::new());
    trying.spend(Duration::from_secs(50));
    assert!(!trying.is_done());
    trying.spend(Duration::from_secs(50));
    assert!(trying.is_done());
}
