//! An interpreter on a thread with the stack that it wants, and what a run of it came to.

use std::collections::BTreeMap;

use lazyscope::python::{Interpreter, interrupt_channel};
use lazyscope::scenario::RunRequest;
use lazyscope::trace::{Event, OutputStream, Statement, StatementKind, Value};
use serde_json::{Value as Json, json};

/// As the runner gives its worker.
const STACK_BYTES: usize = 256 << 20;

/// Does `work` where an interpreter may live.
pub fn on_worker<T: Send + 'static>(work: impl FnOnce(&Interpreter) -> T + Send + 'static) -> T {
    let worker = std::thread::Builder::new()
        .name("conformance".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            let (_interrupter, receiver) = interrupt_channel();
            work(&Interpreter::new(receiver))
        })
        .expect("a thread starts");
    worker
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// What a run did, in the form that a recording has.
#[derive(Debug, Default)]
pub struct Observed {
    /// Line, text and rows of parameters, as JSON; without schema and transaction statements.
    pub statements: Vec<(u64, String, String)>,
    /// Every statement as it was told, schema and transactions too.
    pub told: Vec<Statement>,
    pub relationships: BTreeMap<String, Json>,
    pub output: String,
    pub warnings: Vec<String>,
    /// Type, message and line.
    pub error: Option<(String, String, Option<u64>)>,
    pub traceback: String,
}

/// Runs a request to its end.
pub fn observe(interpreter: &Interpreter, request: RunRequest) -> Observed {
    let mut observed = Observed::default();
    interpreter.run(&request, &mut |event| {
        observed.take(event);
        Ok(())
    });
    observed
}

impl Observed {
    fn take(&mut self, event: Event) {
        match event {
            Event::Relationship(info) => {
                let described = json!({
                    "declared": info.declared.name(),
                    "active": info.active.name(),
                    "direction": format!("{:?}", info.direction).to_uppercase(),
                    "uselist": info.uselist,
                    "target": info.target,
                });
                self.relationships.insert(info.key.to_string(), described);
            }
            Event::Statement(statement) => {
                let is_told = !matches!(
                    statement.kind,
                    StatementKind::Ddl | StatementKind::Pragma | StatementKind::Transaction
                );
                if is_told && !is_silent(&statement.sql) {
                    let row = |values: &[Value]| values.iter().map(value).collect::<Json>();
                    let parameters: Json = statement.parameters.get().rows().map(row).collect();
                    let sql = statement.sql.to_string();
                    self.statements
                        .push((u64::from(statement.line), sql, rows(&parameters)));
                }
                self.told.push(*statement);
            }
            Event::Output(output) if output.stream == OutputStream::Stdout => {
                self.output.push_str(&output.text)
            }
            Event::Warning(warning) => self.warnings.push(warning.message),
            Event::Finished { outcome, .. } => {
                if let Some(error) = outcome.error {
                    self.error = Some((error.kind, error.message, error.line.map(u64::from)));
                    self.traceback = error.traceback;
                }
            }
            _ => {}
        }
    }
}

fn value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Integer(integer) => json!(integer),
        Value::Real(real) => json!(real),
        Value::Text(text) => json!(&**text),
        Value::Blob(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({ "blob": digits })
        }
    }
}

/// Rows of parameters as comparable text: 1 and 1.0 differ, true and 1 do not, and one row is as good as a list of it.
pub fn rows(parameters: &Json) -> String {
    fn plain(value: &Json) -> Json {
        match value {
            Json::Bool(value) => json!(i64::from(*value)),
            Json::Array(values) => values.iter().map(plain).collect(),
            value => value.clone(),
        }
    }
    let parameters = plain(parameters);
    match parameters.as_array() {
        Some(rows) if !rows.is_empty() && rows.iter().all(Json::is_array) => parameters.to_string(),
        _ => json!([parameters]).to_string(),
    }
}

/// Schema and transaction statements, which are told apart from the others.
pub fn is_silent(sql: &str) -> bool {
    const SILENT: [&str; 10] = [
        "PRAGMA",
        "CREATE",
        "DROP",
        "ALTER",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT",
        "RELEASE",
        "",
    ];
    let word = sql.split_whitespace().next().unwrap_or_default();
    SILENT.contains(&word.to_uppercase().as_str())
}
