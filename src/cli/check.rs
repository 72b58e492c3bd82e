//! `lazyscope check`.

use std::path::Path;
use std::process::ExitCode;

use lazyscope::scenario::{self, Scenario};
use lazyscope::trace::Status;

use super::headless::Headless;
use super::stdout::Stdout;
use super::summary::{self, counted};
use super::{CheckArguments, FAILED};

/// Runs scenarios and says of each whether it keeps its budgets, a line for each that does not.
pub fn check(arguments: &CheckArguments) -> ExitCode {
    let mut headless = match Headless::start(arguments.limits.limits()) {
        Ok(headless) => headless,
        Err(error) => {
            eprintln!("error: Ctrl-C cannot be listened to: {error}");
            return ExitCode::from(FAILED);
        }
    };
    let mut out = Stdout::new();
    let mut is_right = true;
    for path in &arguments.files {
        if headless.is_interrupted() {
            is_right = false;
            break;
        }
        let wrong = match scenario::load(path) {
            Err(error) => vec![error.to_string()],
            Ok(scenario) => match examine(path, &scenario, arguments, &mut headless) {
                Ok(statements) => {
                    let statements = counted(statements, "statement");
                    out.print(&format!("{}: ok, {statements}\n", path.display()));
                    continue;
                }
                Err(wrong) => wrong,
            },
        };
        is_right = false;
        for line in wrong {
            out.print(&format!("{line}\n"));
        }
    }
    ExitCode::from(if is_right && !out.has_failed() {
        0
    } else {
        FAILED
    })
}

/// The number of statements of a scenario that is right, else what is wrong, a line each.
fn examine(
    path: &Path,
    scenario: &Scenario,
    arguments: &CheckArguments,
    headless: &mut Headless,
) -> Result<u64, Vec<String>> {
    let mut wrong: Vec<String> = scenario
        .problems
        .iter()
        .map(|problem| summary::problem(path, problem))
        .collect();
    let at = |line: String| format!("{}: {line}", path.display());
    let request = scenario
        .request(&[], Vec::new(), arguments.limits.settings())
        .map_err(|error| vec![at(error.to_string())])?;
    let trace = headless.run(request, |_| {});
    if let Some(outcome) = trace
        .outcome()
        .filter(|outcome| outcome.status != Status::Ok)
    {
        wrong.push(match &outcome.error {
            None => at("stopped".to_owned()),
            Some(error) => {
                let line = error
                    .line
                    .map(|line| format!("line {line}: "))
                    .unwrap_or_default();
                let message = error.message.lines().next().unwrap_or_default();
                at(format!("{line}{}: {message}", error.kind))
            }
        });
    }
    wrong.extend(summary::over_budget(&trace).into_iter().map(at));
    if wrong.is_empty() {
        Ok(trace.summary().statements)
    } else {
        Err(wrong)
    }
}
