//! Each recorded case again, here: the same statements, lines, output, warnings, relationships and error as under the
//! real SQLAlchemy; and SQLite itself sees no other statements than the trace has. `tests/conformance/README.md` says how
//! the recordings are made.
//!
//! `CONFORMANCE=tree cargo test --test conformance` holds only those whose name contains that, and tells how each of
//! them differs.

mod observe;
mod witness;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs};

use lazyscope::python::Interpreter;
use lazyscope::scenario::Scenario;
use lazyscope::trace::{Settings, Strategy};
use serde_json::Value as Json;

use observe::{Observed, observe, on_worker};

/// What came of all cases.
struct Played {
    cases: usize,
    /// How cases differ from what was recorded, each with its name in the first line.
    differing: Vec<String>,
    /// How SQLite's own trace differs from ours.
    unseen: Vec<String>,
}

/// Plays the recorded cases whose names contain `CONFORMANCE`; once, for all the tests.
fn played() -> &'static Played {
    static PLAYED: OnceLock<Played> = OnceLock::new();
    PLAYED.get_or_init(|| {
        witness::install();
        on_worker(play)
    })
}

fn play(interpreter: &Interpreter) -> Played {
    let filter = filter();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = fs::read_dir(root.join("tests/conformance/recorded"))
        .expect("the recordings are there")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.to_string_lossy().contains(&filter))
        .collect();
    files.sort();
    let mut played = Played {
        cases: 0,
        differing: Vec::new(),
        unseen: Vec::new(),
    };
    for file in files {
        let recorded: Json = serde_json::from_str(&fs::read_to_string(&file).expect("a text"))
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = file
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let scenario = Scenario::parse(&name, &source(&name));
        for (case, results) in recorded["runs"].as_object().expect("runs by name") {
            witness::take();
            let observed = observe(interpreter, request(&scenario, case));
            if let Some(unseen) = witness::difference(&witness::take(), &observed.told) {
                played.unseen.push(format!("{name} {case}\n  {unseen}"));
            }
            let results = results.as_array().expect("results");
            let differences: Vec<String> = results
                .iter()
                .map(|result| differences(&Expected::read(&recorded, result), &observed, case))
                .collect();
            played.cases += 1;
            if differences.iter().all(|text| !text.is_empty()) {
                played
                    .differing
                    .push(format!("{name} {case}\n{}", differences[0]));
            }
        }
    }
    played
}

fn filter() -> String {
    env::var("CONFORMANCE").unwrap_or_default()
}

#[test]
fn sqlite_runs_what_the_trace_has_and_nothing_else() {
    let Played { cases, unseen, .. } = played();
    assert!(
        unseen.is_empty(),
        "{}\n{} of {cases} cases differ",
        unseen.join("\n"),
        unseen.len()
    );
}

#[test]
fn scenarios_do_what_they_do_under_sqlalchemy() {
    let filter = filter();
    let Played {
        cases,
        differing: failures,
        ..
    } = played();
    // One of each recording is enough to begin with; whoever asks for one recording wants all.
    let mut told: Vec<&str> = failures.iter().map(String::as_str).collect();
    if filter.is_empty() {
        told.dedup_by_key(|failure| recording(failure));
    }
    let names: Vec<&str> = failures.iter().map(|failure| case(failure)).collect();
    assert!(
        failures.is_empty(),
        "{}\n{} of {cases} cases differ:\n{}",
        told.join("\n"),
        failures.len(),
        names.join("\n")
    );
    assert!(
        *cases >= 750 || !filter.is_empty(),
        "only {cases} cases were found"
    );
}

/// The line of a failure that names its case.
fn case(failure: &str) -> &str {
    failure.lines().next().unwrap_or_default()
}

/// The name that a failure begins with.
fn recording(failure: &str) -> &str {
    failure.split(' ').next().unwrap_or_default()
}

fn source(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["scenarios", "tests/conformance/cases"]
        .iter()
        .find_map(|place| fs::read_to_string(root.join(place).join(format!("{name}.py"))).ok())
        .unwrap_or_else(|| panic!("{name}.json is a recording of no scenario that is here"))
}

fn request(scenario: &Scenario, case: &str) -> lazyscope::scenario::RunRequest {
    let strategies = case.split_once('=').map(|(key, strategy)| {
        let strategy = Strategy::from_name(strategy).expect("recorded with a known strategy");
        (key.to_owned(), strategy)
    });
    scenario
        .request(&[], strategies.into_iter().collect(), Settings::default())
        .expect("the parameters are as written")
}

/// What SQLAlchemy did.
struct Expected {
    /// Line, text and rows of parameters, as JSON.
    statements: Vec<(u64, String, String)>,
    relationships: BTreeMap<String, Json>,
    output: String,
    warnings: Vec<String>,
    /// Type, message and line.
    error: Option<(String, String, Option<u64>)>,
}

impl Expected {
    fn read(recorded: &Json, result: &Json) -> Self {
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        let rows = recorded["statements"].as_array().expect("statements");
        let spans = result["statements"]
            .as_array()
            .expect("numbers of statements");
        let numbers = spans.iter().flat_map(|span| {
            let end = |at: usize| span.get(at).unwrap_or(span).as_u64().expect("a number");
            end(0)..=end(1)
        });
        let statements = numbers
            .map(|number| &rows[usize::try_from(number).expect("a small number")])
            .map(|row| {
                (
                    row[0].as_u64().unwrap_or_default(),
                    text(&row[1]),
                    observe::rows(&row[2]),
                )
            })
            .filter(|(_, sql, _)| !observe::is_silent(sql))
            .collect();
        let relationships = &recorded["relationships"]
            [result["relationships"].as_u64().expect("a number") as usize];
        let known = relationships.as_object().into_iter().flatten();
        let error = &result["error"];
        Self {
            statements,
            relationships: known
                .filter(|(_, info)| !info.is_null())
                .map(|(key, info)| (key.clone(), info.clone()))
                .collect(),
            output: masked(&text(&result["stdout"])),
            warnings: warnings(
                result["warnings"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(text),
            ),
            error: (!error.is_null()).then(|| {
                (
                    text(&error["type"]),
                    masked(&text(&error["message"])),
                    error["line"].as_u64(),
                )
            }),
        }
    }
}

/// What differs, a paragraph each; empty when nothing does.
fn differences(expected: &Expected, observed: &Observed, case: &str) -> String {
    let mut told = String::new();
    if let Some(at) = (0..expected.statements.len().max(observed.statements.len()))
        .find(|at| expected.statements.get(*at) != observed.statements.get(*at))
    {
        let (want, have) = (expected.statements.len(), observed.statements.len());
        let _ = writeln!(told, "  statement {} of {want}, {have} here", at + 1);
        for (who, statements) in [
            ("expected", &expected.statements),
            ("here    ", &observed.statements),
        ] {
            let _ = match statements.get(at) {
                Some((line, sql, rows)) => {
                    writeln!(told, "    {who} line {line}: {sql:?} {:.200}", rows)
                }
                None => writeln!(told, "    {who} nothing more"),
            };
        }
    }
    let output = masked(&observed.output);
    if expected.output != output {
        let _ = writeln!(
            told,
            "  output: expected {:?}\n               here {output:?}",
            expected.output
        );
    }
    let error = observed
        .error
        .as_ref()
        .map(|(kind, message, line)| (kind.clone(), masked(message), *line));
    if expected.error != error {
        let _ = writeln!(
            told,
            "  error: expected {:?}\n              here {error:?}",
            expected.error
        );
        if expected.error.is_none() {
            let _ = writeln!(told, "{}", observed.traceback);
        }
    }
    let warned = warnings(observed.warnings.iter().cloned());
    if expected.warnings != warned {
        let _ = writeln!(
            told,
            "  warnings: expected {:?}\n                 here {warned:?}",
            expected.warnings
        );
    }
    for (key, info) in &expected.relationships {
        let mut info = info.clone();
        info["active"] = match case.split_once('=') {
            Some((other, strategy)) if other == key => {
                Json::from(Strategy::from_name(strategy).expect("known").name())
            }
            _ => info["declared"].clone(),
        };
        let here = observed.relationships.get(key);
        if here != Some(&info) {
            let _ = writeln!(
                told,
                "  relationship {key}: expected {info}\n    here {here:?}"
            );
        }
    }
    told
}

/// Without memory addresses, names made of them, and links to the web.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['0', '%', '(']) {
        let (before, here) = rest.split_at(at);
        masked.push_str(before);
        if let Some(hexadecimal) = here.strip_prefix("0x") {
            masked.push_str("0x");
            rest = hexadecimal.trim_start_matches(|c: char| c.is_ascii_hexdigit());
        } else if let Some(name) = here.strip_prefix("%(")
            && let Some((digits, after)) = name.split_once(' ')
            && !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            masked.push_str("%(N ");
            rest = after;
        } else if here.starts_with("(Background on this error at: ")
            && let Some(end) = here.find(')')
        {
            masked.truncate(masked.trim_end().len());
            rest = &here[end + 1..];
        } else {
            masked.push_str(&here[..1]);
            rest = &here[1..];
        }
    }
    masked.push_str(rest);
    masked.trim_end_matches(' ').to_owned()
}

/// In any order, and with the elements of a cartesian product in any order.
fn warnings(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts
        .map(|text| {
            let text = masked(&text);
            let Some((head, rest)) = text.split_once("FROM element(s) ") else {
                return text;
            };
            let Some((elements, tail)) = rest.split_once(" and") else {
                return text;
            };
            let mut elements: Vec<&str> = elements.split(", ").collect();
            elements.sort_unstable();
            format!("{head}FROM element(s) {} and{tail}", elements.join(" "))
        })
        .collect();
    texts.sort();
    texts
}
