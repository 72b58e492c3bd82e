//! Plays programs for `random_programs.py`: reads one on each line of standard input, as JSON, and writes what it did on
//! a line of standard output.

mod observe;

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use lazyscope::scenario::Scenario;
use lazyscope::trace::{Settings, Strategy};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use observe::{Observed, observe, on_worker};

#[derive(Deserialize)]
struct Program {
    name: String,
    source: String,
    strategies: BTreeMap<String, String>,
}

fn main() {
    on_worker(|interpreter| {
        for line in io::stdin().lock().lines() {
            let line = line.expect("readable input");
            let program: Program = serde_json::from_str(&line).expect("a program");
            let strategies = program.strategies.into_iter().map(|(key, name)| {
                let strategy = Strategy::from_name(&name).expect("a known strategy");
                (key, strategy)
            });
            let request = Scenario::parse(&program.name, &program.source)
                .request(&[], strategies.collect(), Settings::default())
                .expect("a program without parameters");
            let told = told(&observe(interpreter, request));
            let mut out = io::stdout().lock();
            writeln!(out, "{told}").expect("somebody reads this");
        }
    });
}

fn told(observed: &Observed) -> Json {
    let statements: Json = observed
        .statements
        .iter()
        .map(|(line, sql, rows)| {
            let rows: Json = serde_json::from_str(rows).expect("rows of parameters");
            json!([line, sql, rows])
        })
        .collect();
    let error = observed
        .error
        .as_ref()
        .map(|(kind, message, line)| json!({"type": kind, "message": message, "line": line}));
    json!({
        "statements": statements,
        "output": observed.output,
        "warnings": observed.warnings,
        "error": error,
    })
}
