//! OpenTelemetry's trace data as OTLP JSON, with its names for database spans.
//! (<https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding>,
//! <https://opentelemetry.io/docs/specs/semconv/database/database-spans/>)

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io;

use serde_json::{Value, json};

use super::name;
use crate::trace::{StatementRef, Trace};

/// `SPAN_KIND_INTERNAL` and `SPAN_KIND_CLIENT`.
const INTERNAL: u32 = 1;
const CLIENT: u32 = 3;
/// `STATUS_CODE_ERROR`.
const ERROR: u32 = 2;

/// Writes a trace as one resource with one span for the run and one for each statement; `began_unix_ns` is when the
/// run began. A statement's span is a child of the run's, as it does not run within its parent statement; the parent
/// is a link.
///
/// # Errors
/// Those of `out`.
pub fn write(trace: &Trace, began_unix_ns: u64, mut out: impl io::Write) -> io::Result<()> {
    let ids = Ids::of(trace, began_unix_ns);
    let resource = json!({"attributes": [text("service.name", &trace.info().name)]});
    let scope = json!({"name": "lazyscope", "version": env!("CARGO_PKG_VERSION")});
    let run = json!({
        "traceId": ids.trace,
        "spanId": ids.span(0),
        "name": trace.info().title,
        "kind": INTERNAL,
        "startTimeUnixNano": began_unix_ns.to_string(),
        "endTimeUnixNano": (began_unix_ns + trace.summary().wall_ns).to_string(),
    });
    write!(
        out,
        "{{\"resourceSpans\":[{{\"resource\":{resource},\"scopeSpans\":[{{\"scope\":{scope},\"spans\":[\n{run}"
    )?;
    for statement in trace.statements() {
        let span = span(statement, &ids, began_unix_ns, &trace.info().name);
        write!(out, ",\n{span}")?;
    }
    writeln!(out, "\n]}}]}}]}}")
}

fn span(statement: StatementRef<'_>, ids: &Ids, began_unix_ns: u64, scenario: &str) -> Value {
    let start = began_unix_ns + statement.start_ns();
    let mut attributes = vec![
        text("db.system.name", "sqlite"),
        text("db.query.text", statement.sql()),
        text("db.operation.name", &statement.kind().name().to_uppercase()),
        number("db.response.returned_rows", statement.rows()),
        text("code.file.path", &format!("{scenario}.py")),
        number("code.line.number", u64::from(statement.line())),
        text("lazyscope.trigger", statement.trigger().name()),
    ];
    if let [table, ..] = statement.tables().as_slice() {
        attributes.push(text("db.collection.name", table));
    }
    if let Some(relationship) = statement.relationship() {
        attributes.push(text("lazyscope.relationship", relationship));
    }
    if let Some(owner) = statement.owner() {
        attributes.push(text("lazyscope.owner", owner));
    }
    let links: Vec<Value> = statement
        .parent()
        .map(|parent| json!({"traceId": ids.trace, "spanId": ids.span(parent)}))
        .into_iter()
        .collect();
    let mut span = json!({
        "traceId": ids.trace,
        "spanId": ids.span(statement.id()),
        "parentSpanId": ids.span(0),
        "name": name::statement(statement),
        "kind": CLIENT,
        "startTimeUnixNano": start.to_string(),
        "endTimeUnixNano": (start + statement.duration_ns()).to_string(),
        "attributes": attributes,
        "links": links,
    });
    if let Some(message) = statement.error() {
        span["status"] = json!({"code": ERROR, "message": message});
    }
    span
}

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

/// Integers are texts in OTLP's JSON, as they may have 64 bits.
fn number(key: &str, value: u64) -> Value {
    json!({"key": key, "value": {"intValue": value.to_string()}})
}

/// Ids in hexadecimal, the same whenever the same run is written.
struct Ids {
    trace: String,
    seed: u64,
}

impl Ids {
    fn of(trace: &Trace, began_unix_ns: u64) -> Self {
        let mut hasher = DefaultHasher::new();
        (&trace.info().name, &trace.info().source, began_unix_ns).hash(&mut hasher);
        let high = hasher.finish();
        "low".hash(&mut hasher);
        // An id of zeros means none.
        let seed = hasher.finish() | 1;
        Self {
            trace: format!("{high:016x}{seed:016x}"),
            seed,
        }
    }

    /// The id of a statement's span; 0 is the run's.
    fn span(&self, id: u64) -> String {
        format!("{:016x}", self.seed.wrapping_add(id).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::testing::Run;

    #[test]
    fn spans_with_links_to_their_causes() {
        let mut run = Run::new();
        let authors = run.query(4, "SELECT authors.id FROM authors");
        run.lazy(5, "Author.books", 1, authors);
        run.finish();
        let mut out = Vec::new();
        write(&run.trace, 1_000_000_000, &mut out).expect("a vector takes all");
        let document: Value = serde_json::from_slice(&out).expect("JSON");
        let spans = &document["resourceSpans"][0]["scopeSpans"][0]["spans"];
        assert_eq!(spans.as_array().map(Vec::len), Some(3));
        let (root, query, lazy) = (&spans[0], &spans[1], &spans[2]);
        assert_eq!(root["traceId"].as_str().map(str::len), Some(32));
        assert_eq!(root["spanId"].as_str().map(str::len), Some(16));
        assert_eq!(query["name"], "SELECT authors");
        assert_eq!(query["parentSpanId"], root["spanId"]);
        assert_eq!(query["startTimeUnixNano"], "1000010000");
        assert_eq!(lazy["links"][0]["spanId"], query["spanId"]);
        assert_eq!(lazy["traceId"], root["traceId"]);
        let mut again = Vec::new();
        write(&run.trace, 1_000_000_000, &mut again).expect("a vector takes all");
        assert_eq!(out, again);
    }
}
