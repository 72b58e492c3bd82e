//! The command line: the window, or a run without one.

mod check;
mod compare;
mod headless;
mod run;
mod stdout;
mod summary;
mod window;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use lazyscope::scenario::{Limits, did_you_mean, nearest};
use lazyscope::trace::{Settings, Strategy};

/// A scenario failed, or one of its cells is over its budget.
const FAILED: u8 = 1;
/// What was asked for cannot be.
const USAGE: u8 = 2;

/// See what SQL a piece of SQLAlchemy code really runs, and why.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// A scenario (.py) or a trace (.json) to open in the window
    file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a scenario without a window: its output, then a summary on standard error
    Run(RunArguments),
    /// Hold scenarios against their budgets: exit status 1 when a cell is over, or a scenario fails
    Check(CheckArguments),
    /// Lay two traces beside each other: exit status 1 when the second is worse
    #[command(after_help = WORSE)]
    Compare(CompareArguments),
}

/// What makes a run worse than another.
const WORSE: &str = "\
The second is worse when it sends more statements, has a finding that the first does not have (its line may have \
moved), did not come to its end where the first did, or fetches more rows without saving a statement by them. When \
only the second came to its end, it is not worse. Time, bytes and VM steps are shown, and decide nothing: time differs \
from run to run, the others from one SQLite to the next.

Exit status: 0 not worse, 1 worse, 2 a file is no trace.";

#[derive(Debug, Args)]
struct RunArguments {
    /// The scenario; those that come with Lazyscope are found by name alone
    file: PathBuf,
    /// Write the trace here as JSON; - is standard output, which then holds nothing else
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
    /// Load a relationship another way, as in Author.books=selectin; may be given again
    #[arg(long = "strategy", value_name = "RELATIONSHIP=STRATEGY", value_parser = strategy)]
    strategies: Vec<(String, Strategy)>,
    /// Give a parameter another value, as in N=1000; may be given again
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    params: Vec<(String, String)>,
    /// Run the scenario again with each remedy of its findings, and tell what came of it
    #[arg(long = "try")]
    tries: bool,
    #[command(flatten)]
    limits: LimitArguments,
}

#[derive(Debug, Args)]
struct CheckArguments {
    /// The scenarios
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    limits: LimitArguments,
}

#[derive(Debug, Args)]
struct CompareArguments {
    /// A trace of the run before, as `lazyscope run --json` writes it
    before: PathBuf,
    /// A trace of the run after
    after: PathBuf,
}

#[derive(Clone, Copy, Debug, Args)]
struct LimitArguments {
    /// End a run that computes for longer; 0 is without limit
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    time_limit: u64,
    /// End a run after this many statements
    #[arg(long, value_name = "N", default_value_t = Settings::default().statement_limit)]
    statement_limit: u64,
}

impl LimitArguments {
    fn limits(self) -> Limits {
        Limits {
            wall: (self.time_limit > 0).then(|| Duration::from_secs(self.time_limit)),
            ..Limits::default()
        }
    }

    fn settings(self) -> Settings {
        Settings {
            statement_limit: self.statement_limit,
            ..Settings::default()
        }
    }
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Run(arguments)) => run::run(&arguments),
        Some(Command::Check(arguments)) => check::check(&arguments),
        Some(Command::Compare(arguments)) => compare::run(&arguments),
        None => window::open(arguments.file),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

/// What a toggle can be set to.
const STRATEGIES: [&str; 9] = [
    "lazy",
    "select",
    "selectin",
    "joined",
    "raise",
    "raise_on_sql",
    "subquery",
    "immediate",
    "noload",
];

fn strategy(text: &str) -> Result<(String, Strategy), String> {
    let (relationship, name) = pair(text)
        .map_err(|_| "write it as RELATIONSHIP=STRATEGY, as in Author.books=selectin".to_owned())?;
    STRATEGIES
        .contains(&name.as_str())
        .then(|| Strategy::from_name(&name))
        .flatten()
        .map(|strategy| (relationship, strategy))
        .ok_or_else(|| {
            format!(
                "there is no strategy {name:?}{}; there are {}",
                did_you_mean(nearest(&name, STRATEGIES)),
                STRATEGIES.join(", ")
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[track_caller]
    fn check(text: &str, expected: Result<(&str, Strategy), &str>) {
        let expected = expected.map(|(key, strategy)| (key.to_owned(), strategy));
        assert_eq!(strategy(text), expected.map_err(str::to_owned));
    }

    #[test]
    fn strategies() {
        check(
            "Author.books=selectin",
            Ok(("Author.books", Strategy::Selectin)),
        );
        check("Author.books=lazy", Ok(("Author.books", Strategy::Select)));
        check(
            "Author.books=select",
            Ok(("Author.books", Strategy::Select)),
        );
        let known = "there are lazy, select, selectin, joined, raise, raise_on_sql, subquery, immediate, noload";
        check(
            "Author.books=selectni",
            Err(&format!(
                "there is no strategy \"selectni\" (did you mean \"selectin\"?); {known}"
            )),
        );
        check(
            "a=dynamic",
            Err(&format!("there is no strategy \"dynamic\"; {known}")),
        );
        check(
            "selectin",
            Err("write it as RELATIONSHIP=STRATEGY, as in Author.books=selectin"),
        );
    }
}
