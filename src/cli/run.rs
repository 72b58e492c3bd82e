//! `lazyscope run`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use lazyscope::export::json;
use lazyscope::scenario::{self, LoadError, Scenario, did_you_mean, nearest};
use lazyscope::study::Trying;
use lazyscope::trace::{Event, OutputStream, Param, Settings, Status, Strategy, Trace};

use super::headless::Headless;
use super::stdout::{self, Stdout};
use super::{FAILED, RunArguments, USAGE, summary};

/// Why there was no run, or nothing came of it.
struct Refused {
    status: u8,
    message: String,
}

impl Refused {
    fn usage(message: impl ToString) -> Self {
        Self {
            status: USAGE,
            message: message.to_string(),
        }
    }

    fn failed(message: impl ToString) -> Self {
        Self {
            status: FAILED,
            message: message.to_string(),
        }
    }
}

/// Runs a scenario and tells what came of it.
pub fn run(arguments: &RunArguments) -> ExitCode {
    ExitCode::from(try_run(arguments).unwrap_or_else(|refused| {
        eprintln!("error: {}", refused.message);
        refused.status
    }))
}

fn try_run(arguments: &RunArguments) -> Result<u8, Refused> {
    let scenario = scenario::load(&arguments.file).map_err(|error| match error {
        LoadError::Missing { .. } => Refused::usage(error),
        error => Refused::failed(error),
    })?;
    for problem in &scenario.problems {
        eprintln!("{}", summary::problem(&arguments.file, problem));
    }
    check_out(arguments.json.as_deref())?;
    let values = values(&scenario, arguments)?;
    let mut headless = Headless::start(arguments.limits.limits())
        .map_err(|error| Refused::failed(format!("Ctrl-C cannot be listened to: {error}")))?;
    let mut out = Stdout::new();
    let mut trace = execute(&scenario, &values, &mut headless, arguments, &mut out)?;
    let strangers = strangers(&arguments.strategies, &trace);
    // A scenario that failed before its mappings were known says nothing about them.
    let is_known = !trace.relationships().is_empty() || has_status(&trace, Status::Ok);
    if is_known && let Some(stranger) = strangers.first() {
        return Err(Refused::usage(unknown_relationship(stranger, &trace)));
    }
    if arguments.tries {
        tried(&scenario, &values, &mut headless, arguments, &mut trace)?;
    }
    if let Some(out) = &arguments.json {
        write(&trace, out).map_err(Refused::failed)?;
    }
    eprint!(
        "{}{}{}",
        summary::warnings(&trace),
        summary::ending(&trace),
        summary::summary(&trace, arguments.tries)
    );
    let is_right = has_status(&trace, Status::Ok)
        && !trace.summary().over_budget
        && scenario.problems.is_empty()
        && !out.has_failed();
    Ok(if is_right { 0 } else { FAILED })
}

fn has_status(trace: &Trace, status: Status) -> bool {
    trace
        .outcome()
        .is_some_and(|outcome| outcome.status == status)
}

/// Whether the document will have a place: better known before a long run than after it.
fn check_out(out: Option<&Path>) -> Result<(), Refused> {
    let Some(out) = out.filter(|out| *out != Path::new("-")) else {
        return Ok(());
    };
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    if out.is_dir() {
        return Err(Refused::usage(format!(
            "--json {}: that is a folder; name a file in it",
            out.display()
        )));
    }
    match folder {
        Some(folder) if !folder.is_dir() => Err(Refused::usage(format!(
            "--json {}: there is no folder {}",
            out.display(),
            folder.display()
        ))),
        _ => Ok(()),
    }
}

/// Runs it, printing its output as it comes. While it is not certain that each strategy is for a relationship that
/// there is, output waits: an error in the question is then told without half an answer before it.
fn execute(
    scenario: &Scenario,
    values: &[(String, Param)],
    headless: &mut Headless,
    arguments: &RunArguments,
    out: &mut Stdout,
) -> Result<Trace, Refused> {
    let request = scenario
        .request(
            values,
            arguments.strategies.clone(),
            arguments.limits.settings(),
        )
        .map_err(Refused::usage)?;
    let prints = arguments.json.as_deref() != Some(Path::new("-"));
    let mut awaited: Vec<&str> = arguments
        .strategies
        .iter()
        .map(|(key, _)| key.as_str())
        .collect();
    let mut waiting = String::new();
    let trace = headless.run(request, |event| match event {
        Event::Relationship(info) => {
            awaited.retain(|key| **key != *info.key);
            if awaited.is_empty() && !waiting.is_empty() {
                out.print(&std::mem::take(&mut waiting));
            }
        }
        Event::Output(output) if output.stream == OutputStream::Stderr => {
            // Whoever closed standard error does not want it.
            let _ = io::stderr().write_all(output.text.as_bytes());
        }
        Event::Output(output) if prints && awaited.is_empty() => out.print(&output.text),
        Event::Output(output) if prints => waiting.push_str(&output.text),
        _ => {}
    });
    if trace.relationships().is_empty() && !has_status(&trace, Status::Ok) {
        out.print(&waiting);
    }
    Ok(trace)
}

/// Runs the scenario again with each remedy, and puts what came of it beside the remedy.
fn tried(
    scenario: &Scenario,
    values: &[(String, Param)],
    headless: &mut Headless,
    arguments: &RunArguments,
    trace: &mut Trace,
) -> Result<(), Refused> {
    let strategies = arguments.strategies.iter();
    let strategies = strategies.map(|(key, strategy)| (key.as_str().into(), *strategy));
    let mut trying = Trying::of(
        trace,
        &strategies.collect(),
        &values.iter().cloned().collect(),
    );
    let settings = Settings {
        statement_limit: trace.len() as u64 * 2 + 1_000,
        ..arguments.limits.settings()
    };
    while !headless.is_interrupted()
        && let Some(next) = trying.start_next()
    {
        let values: Vec<_> = next.values.into_iter().collect();
        let strategies = next.strategies.into_iter();
        let strategies = strategies.map(|(key, strategy)| (key.to_string(), strategy));
        let changed = Scenario::parse(&scenario.name, &next.source);
        let request = changed
            .request(&values, strategies.collect(), settings)
            .map_err(Refused::usage)?;
        let began = Instant::now();
        headless.follow(request, |event| {
            trying.push(event);
        });
        trying.spend(began.elapsed());
    }
    trace.set_trials(trying.trials(trace));
    Ok(())
}

fn values(scenario: &Scenario, arguments: &RunArguments) -> Result<Vec<(String, Param)>, Refused> {
    let values = arguments.params.iter().map(|(name, text)| {
        let value = scenario.value(name, text)?;
        Ok((name.clone(), value))
    });
    values
        .collect::<Result<_, _>>()
        .map_err(|error: scenario::ValueError| Refused::usage(error))
}

/// The relationships of `--strategy` that the scenario does not have.
fn strangers<'a>(strategies: &'a [(String, Strategy)], trace: &Trace) -> Vec<&'a str> {
    let keys = strategies.iter().map(|(key, _)| key.as_str());
    keys.filter(|key| trace.relationship(key).is_none())
        .collect()
}

fn unknown_relationship(key: &str, trace: &Trace) -> String {
    let known: Vec<&str> = trace
        .relationships()
        .iter()
        .map(|info| &*info.key)
        .collect();
    let meant = did_you_mean(nearest(key, known.iter().copied()));
    match known.as_slice() {
        [] => format!("there is no relationship {key:?}; the scenario has none"),
        known => format!(
            "there is no relationship {key:?}{meant}; the scenario has {}",
            known.join(", ")
        ),
    }
}

fn write(trace: &Trace, out: &Path) -> Result<(), String> {
    let done = if out == Path::new("-") {
        write_to(trace, io::stdout().lock())
    } else {
        File::create(out).and_then(|file| write_to(trace, file))
    };
    match done {
        Err(error) if stdout::is_closed(&error) => Ok(()),
        Err(error) => Err(format!(
            "the trace cannot be written to {}: {error}",
            out.display()
        )),
        Ok(()) => Ok(()),
    }
}

fn write_to(trace: &Trace, out: impl Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    json::write(trace, &mut out)?;
    out.flush()
}
