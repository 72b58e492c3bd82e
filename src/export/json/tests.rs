use super::{Error, read, read_bytes, write};
use crate::trace::testing::{Run, cell, load, select, setup};
use crate::trace::{
    AccessOutcome, Cost, Counters, Event, Extra, FindingKind, Outcome, Output, OutputStream, Param,
    PlanNode, Sample, ScenarioInfo, Sent, Settings, Statement, StatementKind, Status, Trace, Trial,
    Trigger, Value, Warning,
};

fn text(trace: &Trace) -> String {
    let mut out = Vec::new();
    write(trace, &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("JSON is text")
}

/// A run with something of everything.
fn rich() -> Trace {
    let mut run = Run::with_cells(vec![cell(1, Some(2)), setup(9)]);
    run.event(Event::Started(Box::new(ScenarioInfo {
        name: "rich".into(),
        title: "Rich “ä”".into(),
        source: "N = 3\nprint('\\u0000')\n".into(),
        params: vec![
            ("N".into(), Param::Integer(3)),
            ("ratio".into(), Param::Number(0.5)),
        ],
        settings: Settings {
            round_trip_ns: 7,
            statement_limit: 1000,
        },
        cells: vec![cell(1, Some(2)), setup(9)],
    })));
    run.event(Event::Plan {
        sql: "SELECT a.id FROM a".into(),
        nodes: vec![PlanNode {
            id: 2,
            parent: 0,
            detail: "SCAN a".into(),
        }],
    });
    run.marker(3, "BEGIN");
    run.send(Statement {
        cell: 9,
        line: 2,
        kind: StatementKind::Insert,
        trigger: Trigger::Flush,
        flush: Some(1),
        parameters: Sent::new(
            vec![
                vec![Value::Integer(1), Value::Blob(vec![1, 0xfe].into())],
                vec![Value::Null, Value::Real(0.1 + 0.2)],
            ],
            true,
        ),
        rows: 2,
        ..select("INSERT INTO a VALUES (?, ?)", &[])
    });
    let parent = run.send(Statement {
        line: 4,
        rows: 1200,
        bytes: 1 << 33,
        entities: Some(200),
        counters: Counters {
            vm_steps: 1 << 40,
            full_scan_steps: 3,
            sorts: 1,
            auto_indexes: 2,
        },
        extra: Extra {
            repeated_bytes: Some(1 << 32),
            joined: vec!["Author.prizes".into()],
            joined_owners: vec![200],
            siblings: Some(["Author.books".into(), "Author.prizes".into()]),
            unjoined: true,
            database: 2,
            error: None,
            sample: Some(std::sync::Arc::new(Sample {
                columns: vec!["id".into(), "name".into()],
                rows: vec![vec![Value::Integer(1), Value::Text("Ursula".into())]],
            })),
        }
        .boxed(),
        ..select("SELECT a.id FROM a", &[])
    });
    for owner in 1..=3 {
        run.access(5, "Author.books", AccessOutcome::Loaded, 2, Some(parent));
        run.lazy(5, "Author.books", owner, parent);
        run.access(5, "Author.books", AccessOutcome::Emitted, 1, None);
    }
    run.send(Statement {
        line: 8,
        owners: 3,
        owner: None,
        extra: Extra {
            error: Some("no such table: x".into()),
            ..Extra::default()
        }
        .boxed(),
        ..load(Trigger::Selectin, "Book.reviews", 1, 4)
    });
    run.event(Event::Output(Output {
        line: 5,
        stream: OutputStream::Stdout,
        is_log: true,
        after_statement: 4,
        text: "Ursula: 5\n".into(),
    }));
    run.event(Event::Warning(Warning {
        line: 4,
        message: "careful".into(),
    }));
    run.event(Event::Finished {
        outcome: Outcome {
            status: Status::Error,
            error: Some(crate::trace::Error {
                kind: "sqlalchemy.exc.OperationalError".into(),
                message: "no such table: x".into(),
                line: Some(8),
                traceback: "Traceback…".into(),
            }),
        },
        at_ns: 999_999,
    });
    run.trace.set_trials(vec![vec![None, Some(trial())]]);
    run.trace
}

fn trial() -> Trial {
    Trial {
        refused: Some("it does not help here".into()),
        cost: Some(Cost {
            statements: 2,
            rows: 3,
            bytes: 4,
            vm_steps: 1 << 40,
        }),
        new_findings: vec![(FindingKind::Duplicate, Some("Author.books".into()))],
        prints_other: true,
        diff: vec!["-4 x".into(), "+4 y".into()],
    }
}

#[test]
fn a_document_comes_back_whole() {
    let first = text(&rich());
    let trace = read(&first).expect("our own");
    assert_eq!(text(&trace), first);
    let remedies = trace.explain(&trace.findings()[0]).remedies;
    assert_eq!(remedies[0].trial, None);
    assert_eq!(remedies[1].trial.as_deref(), Some(&trial()));
    assert_eq!(trace.len(), 7);
    assert_eq!(trace.statement(1).parameters().row_count(), 2);
    assert_eq!(trace.statement(2).counters().vm_steps, 1 << 40);
    assert_eq!(trace.burst_of(3), trace.burst_of(4));
    assert!(trace.bursts()[trace.burst_of(3)].is_n_plus_one());
    let found: Vec<_> = trace
        .findings()
        .iter()
        .map(|f| (f.kind.name(), f.count))
        .collect();
    assert_eq!(
        found,
        [
            ("cartesian_product", 1),
            ("n_plus_one", 3),
            ("over_budget", 5)
        ]
    );
    assert_eq!(trace.findings()[1].burst(), Some(trace.burst_of(3)));
    assert!(trace.plan("SELECT a.id FROM a").is_some());
}

#[test]
fn keys_stand_in_the_order_of_the_format() {
    let text = text(&rich());
    let keys = |line: &str| -> Vec<String> {
        line.split('"')
            .skip(1)
            .step_by(2)
            .map(str::to_string)
            .collect()
    };
    let top: Vec<String> = text
        .lines()
        .filter(|line| line.starts_with("  \""))
        .filter_map(|line| keys(line).into_iter().next())
        .collect();
    assert_eq!(
        top,
        [
            "format",
            "version",
            "generator",
            "scenario",
            "settings",
            "relationships",
            "cells",
            "statements",
            "accesses",
            "findings",
            "output",
            "warnings",
            "outcome",
            "summary",
            "plans",
            "spans",
            "stderr"
        ]
    );
    let statement = text
        .lines()
        .find(|l| l.contains("\"id\": 4,"))
        .expect("there");
    let json: serde_json::Value =
        serde_json::from_str(statement.trim().trim_end_matches(',')).expect("one a line");
    assert_eq!(json["owner"], "Author(1)");
    assert_eq!(json["parent"], 3);
    assert!(
        statement
            .trim_start()
            .starts_with("{\"id\": 4, \"cell\": 1, \"line\": 5, \"kind\": \"select\", \"sql\": ")
    );
    assert!(
        text.contains("\"parameters\": [[1, {\"blob\": \"01fe\"}], [null, 0.30000000000000004]]")
    );
}

#[test]
fn an_empty_run_and_a_running_one() {
    for trace in [Trace::new(), Run::new().trace] {
        let first = text(&trace);
        let back = read(&first).expect("our own");
        assert_eq!(text(&back), first);
        assert!(back.outcome().is_none());
    }
}

#[test]
fn a_foreign_document_with_the_least_keys() {
    let trace = read(
        r#"{"version": 1, "format": "lazyscope-trace", "made": [1, {"x": 2}], "statements": [
            {"sql": "SELECT 1", "kind": "select"},
            {"id": 2, "sql": "SELECT a FROM b WHERE c = ?", "kind": "select", "parameters": [1], "new": {}}
        ], "accesses": [{"relationship": "A.b", "outcome": "loaded", "count": 4}],
        "findings": [{"kind": "n_plus_one", "confidence": "suspected", "statements": [1, 2], "count": 2,
                      "message": "So they say.", "remedy": {"code": "x"}}]}"#,
    )
    .expect("enough");
    assert_eq!(trace.len(), 2);
    assert_eq!(
        trace.statement(1).parameters().values(),
        [Value::Integer(1)]
    );
    assert_eq!(trace.avoided(), 4);
    let told = trace.explain(&trace.findings()[0]);
    assert_eq!(
        (told.message.as_str(), told.remedies.len()),
        ("So they say.", 1)
    );
}

#[test]
fn without_findings_they_are_found_anew() {
    let whole = text(&rich());
    let mut document: serde_json::Value = serde_json::from_str(&whole).expect("JSON");
    document
        .as_object_mut()
        .expect("an object")
        .remove("findings");
    let trace = read(&document.to_string()).expect("still a trace");
    let kinds: Vec<_> = trace.findings().iter().map(|f| f.kind.name()).collect();
    assert!(kinds.contains(&"n_plus_one"));
}

#[test]
fn raw_sql_from_elsewhere_goes_by_its_shape() {
    let statements: Vec<String> = (1..=4)
        .map(|key| {
            format!(
                r#"{{"kind": "select", "sql": "SELECT b.x FROM b WHERE b.a = {key} -- {key}"}}"#
            )
        })
        .collect();
    let document = format!(
        r#"{{"format": "lazyscope-trace", "version": 1, "statements": [{}], "findings": []}}"#,
        statements.join(", ")
    );
    let trace = read(&document).expect("enough");
    let found: Vec<_> = trace
        .findings()
        .iter()
        .map(|finding| {
            (
                finding.kind.name(),
                finding.confidence.name(),
                finding.count,
            )
        })
        .collect();
    assert_eq!(found, [("n_plus_one", "suspected", 4)]);
}

#[track_caller]
fn check_error(document: &str, expected: &str) {
    let error = read(document).expect_err("wrong");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn errors_say_what_and_where_and_what_would_be_right() {
    check_error(
        " \n",
        "the file is empty; a trace is one JSON object with \"format\": \"lazyscope-trace\"",
    );
    check_error(
        "SELECT 1",
        "line 1, column 1: not JSON (expected value); a trace is one JSON object",
    );
    check_error(
        "[1, 2]",
        "not a trace: \"format\" is missing, and would have to be \"lazyscope-trace\"",
    );
    check_error(
        r#"{"format": "speedscope"}"#,
        "not a trace: \"format\" is \"speedscope\", and would have to be \"lazyscope-trace\"",
    );
    check_error(
        r#"{"format": "lazyscope-trace", "version": 2}"#,
        "\"version\" is 2, and this Lazyscope reads version 1; \
         open it with the Lazyscope that wrote it, or export it there as version 1",
    );
    check_error(
        "{\"format\": \"lazyscope-trace\", \"version\": 1,\n \"statements\": [{\"sql\": \"x\", \"kind\": \"selct\"}]}",
        "line 2, column 44: invalid value: string \"selct\", expected a kind of statement: \
         one of select, insert, update, delete, ddl, pragma, transaction, other",
    );
    check_error(
        r#"{"format": "lazyscope-trace", "version": 1, "statements": [{"id": 7, "sql": "x", "kind": "select"}]}"#,
        "statements[0].id: is 7; ids count up from 1, so 1 would be right",
    );
    check_error(
        r#"{"format": "lazyscope-trace", "version": 1, "statements": [{"parent": 1, "sql": "x", "kind": "select"}]}"#,
        "statements[0].parent: is 1; a parent comes before its statement, here below 1",
    );
    check_error(
        r#"{"format": "lazyscope-trace", "version": 1, "findings": [{"kind": "duplicate", "confidence": "confirmed", "statements": [3]}]}"#,
        "findings[0]: names statement 3, and the document has 1 to 0",
    );
}

#[test]
fn every_cut_is_an_error_and_none_a_panic() {
    let whole = text(&rich());
    let end = whole.trim_end().len();
    for cut in (1..end).filter(|&cut| whole.is_char_boundary(cut)) {
        let error = read(&whole[..cut]).expect_err("cut off");
        assert!(
            matches!(error, Error::Truncated { .. }),
            "cut at {cut}: {error}"
        );
    }
}

#[test]
fn bytes_that_are_no_text() {
    let error = read_bytes(b"{\"format\": \"\xff\"}").expect_err("no text");
    assert!(matches!(error, Error::NotUtf8 { at: 12 }), "{error}");
    assert!(read_bytes(format!("\u{feff}{}", text(&rich())).as_bytes()).is_ok());
}
