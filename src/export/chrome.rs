//! The Trace Event Format of Chrome and Perfetto: each statement a slice, each lane a thread.
//! (<https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>)

use std::io;

use serde_json::json;

use super::name;
use crate::trace::Trace;

/// Thread of the bands of cells; lanes come after it.
const CELLS: usize = 1;

/// Writes a trace for Perfetto or `chrome://tracing`.
///
/// # Errors
/// Those of `out`.
pub fn write(trace: &Trace, mut out: impl io::Write) -> io::Result<()> {
    write!(out, "{{\"displayTimeUnit\":\"ns\",\"traceEvents\":[")?;
    write_thread(&mut out, CELLS, "cells")?;
    for (number, lane) in trace.lanes().iter().enumerate() {
        write!(out, ",")?;
        write_thread(&mut out, CELLS + 1 + number, name::lane(&lane.key))?;
    }
    for span in trace.cell_spans() {
        let event = json!({
            "ph": "X", "pid": 1, "tid": CELLS, "cat": "cell",
            "name": name::cell(trace, span.cell),
            "ts": micros(span.start_ns), "dur": micros(span.end_ns - span.start_ns.min(span.end_ns)),
        });
        write!(out, ",\n{event}")?;
    }
    for statement in trace.statements() {
        let event = json!({
            "ph": "X", "pid": 1, "tid": CELLS + 1 + trace.lane_of(statement.index()),
            "cat": statement.trigger().name(),
            "name": name::statement(statement),
            "ts": micros(statement.start_ns()), "dur": micros(statement.duration_ns()),
            "args": {
                "id": statement.id(),
                "sql": &**statement.sql(),
                "line": statement.line(),
                "parent": statement.parent(),
                "owner": statement.owner().map(|owner| &**owner),
                "rows": statement.rows(),
                "vm_steps": statement.counters().vm_steps,
                "error": statement.error(),
            },
        });
        write!(out, ",\n{event}")?;
    }
    writeln!(out, "\n]}}")
}

fn write_thread(out: &mut impl io::Write, thread: usize, name: &str) -> io::Result<()> {
    let event = json!({
        "ph": "M", "pid": 1, "tid": thread, "name": "thread_name", "args": {"name": name},
    });
    write!(out, "\n{event}")
}

/// The format's microseconds, with the nanoseconds as fractions.
fn micros(ns: u64) -> f64 {
    ns as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::testing::Run;

    #[test]
    fn slices_on_threads() {
        let mut run = Run::new();
        let parent = run.query(4, "SELECT authors.id FROM authors");
        run.lazy(5, "Author.books", 1, parent);
        run.finish();
        let mut out = Vec::new();
        write(&run.trace, &mut out).expect("a vector takes all");
        let document: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
        let events = document["traceEvents"].as_array().expect("an array");
        let told: Vec<_> = events
            .iter()
            .map(|event| {
                let name = match event["args"]["name"].as_str() {
                    Some(name) => name,
                    None => event["name"].as_str().unwrap_or("?"),
                };
                format!(
                    "{} {} {name}",
                    event["ph"].as_str().unwrap_or("?"),
                    event["tid"]
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "M 1 cells",
                "M 2 queries",
                "M 3 Author.books",
                "X 1 Cell 1",
                "X 2 SELECT authors",
                "X 3 Author.books",
            ]
        );
        assert_eq!(events[5]["ts"], 20.0);
        assert_eq!(events[5]["dur"], 5.0);
        assert_eq!(events[5]["args"]["parent"], 1);
    }

    #[test]
    fn an_empty_trace_is_a_document_too() {
        let mut out = Vec::new();
        write(&Trace::new(), &mut out).expect("a vector takes all");
        let _: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
    }
}
