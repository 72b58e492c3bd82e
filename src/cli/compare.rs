//! `lazyscope compare`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use lazyscope::export::json;
use lazyscope::trace::{Comparison, Finding, Group, Param, Status, Trace, Worse, compare};

use super::stdout::Stdout;
use super::summary::{counted, milliseconds};
use super::{CompareArguments, FAILED, USAGE};

/// Groups of statements that are listed of those that came and of those that went.
const MOST_GROUPS: usize = 20;
/// Characters of a statement's shape that are printed.
const LONGEST_SHAPE: usize = 90;

/// Tells how two traces differ, and whether the second is worse.
pub fn run(arguments: &CompareArguments) -> ExitCode {
    let CompareArguments { before, after } = arguments;
    let traces = [before, after].map(|path| {
        read(path).map_err(|problem| eprintln!("error: {}: {problem}", path.display()))
    });
    let [Ok(before), Ok(after)] = traces else {
        return ExitCode::from(USAGE);
    };
    let comparison = compare(&before, &after);
    let mut out = Stdout::new();
    out.print(&report(&before, &after, &comparison));
    ExitCode::from(if comparison.worse.is_empty() && !out.has_failed() {
        0
    } else {
        FAILED
    })
}

fn read(path: &Path) -> Result<Trace, String> {
    if path.is_dir() {
        return Err("that is a folder; name a trace (.json)".to_owned());
    }
    let bytes = fs::read(path).map_err(|error| format!("it cannot be read: {error}"))?;
    json::read_bytes(&bytes).map_err(|error| error.to_string())
}

fn report(before: &Trace, after: &Trace, comparison: &Comparison) -> String {
    let mut text = String::new();
    parameters(&mut text, before, after);
    totals(&mut text, before, after);
    findings(&mut text, before, after, comparison);
    statements(&mut text, comparison);
    if comparison.prints_other {
        text.push_str("\nThey print different things.\n");
    }
    let _ = writeln!(text, "\n{}", verdict(before, after, comparison));
    text
}

/// What the runs were not run alike with.
fn parameters(text: &mut String, before: &Trace, after: &Trace) {
    let (had, has) = (before.info(), after.info());
    if had.name != has.name {
        let _ = writeln!(
            text,
            "These are two scenarios: {} and {}.\n",
            had.name, has.name
        );
    }
    let of = |params: &[(String, Param)], name: &str| {
        let found = params.iter().find(|(other, _)| other == name);
        found.map_or_else(|| "none".to_owned(), |(_, value)| said(value))
    };
    let names = has
        .params
        .iter()
        .chain(had.params.iter().filter(|(name, _)| {
            // Each name once.
            !has.params.iter().any(|(other, _)| other == name)
        }));
    let mut differ = false;
    for (name, _) in names {
        let (a, b) = (of(&had.params, name), of(&has.params, name));
        if a != b {
            let _ = writeln!(text, "{name} was {a}, and is {b}.");
            differ = true;
        }
    }
    if differ {
        text.push('\n');
    }
}

fn said(value: &Param) -> String {
    match value {
        Param::Integer(value) => value.to_string(),
        Param::Number(value) => value.to_string(),
        Param::Boolean(value) => value.to_string(),
        Param::Text(value) => format!("{value:?}"),
    }
}

fn totals(text: &mut String, before: &Trace, after: &Trace) {
    let (a, b) = (before.summary(), after.summary());
    // Both at the round trip of the second, or they would not compare.
    let trip = after.info().settings.round_trip_ns;
    let at = format!("at {} a round trip", milliseconds(trip));
    type Row<'a> = (&'a str, u64, u64, fn(u64) -> String);
    let count: fn(u64) -> String = |count| count.to_string();
    let rows: [Row<'_>; 6] = [
        ("statements", a.statements, b.statements, count),
        ("rows", a.rows, b.rows, count),
        ("bytes", a.bytes, b.bytes, count),
        ("VM steps", a.vm_steps, b.vm_steps, count),
        ("in SQLite", a.sql_ns, b.sql_ns, milliseconds),
        (&at, a.database_ns(trip), b.database_ns(trip), milliseconds),
    ];
    let mut row = |title: &str, before: &str, after: &str, difference: &str| {
        let _ = writeln!(text, "{title:<22}{before:>13}{after:>13}{difference:>13}");
    };
    row("", "before", "after", "difference");
    for (title, a, b, shown) in rows {
        let difference = match b.checked_sub(a) {
            Some(0) => "-".to_owned(),
            Some(more) => format!("+{}", shown(more)),
            None => format!("-{}", shown(a - b)),
        };
        row(title, &shown(a), &shown(b), &difference);
    }
}

fn findings(text: &mut String, before: &Trace, after: &Trace, comparison: &Comparison) {
    let Comparison {
        findings_went: went,
        findings_came: came,
        ..
    } = comparison;
    let stayed = after.findings().len() - came.len();
    text.push_str("\nfindings\n");
    for &number in went {
        finding(text, '-', before, &before.findings()[number]);
    }
    for &number in came {
        finding(text, '+', after, &after.findings()[number]);
    }
    let _ = writeln!(text, "  = {stayed} stayed");
}

fn finding(text: &mut String, sign: char, trace: &Trace, finding: &Finding) {
    let _ = writeln!(
        text,
        "  {sign} {} ({}), line {}: {}",
        finding.kind.title(),
        finding.confidence.name(),
        finding.line,
        trace.explain(finding).message
    );
}

fn statements(text: &mut String, comparison: &Comparison) {
    text.push_str("\nstatements\n");
    for (sign, groups) in [('-', &comparison.went), ('+', &comparison.came)] {
        for group in groups.iter().take(MOST_GROUPS) {
            statement(text, sign, group);
        }
        let rest = groups.get(MOST_GROUPS..).unwrap_or_default();
        if !rest.is_empty() {
            let count: u64 = rest.iter().map(|group| group.count).sum();
            let _ = writeln!(text, "  {sign} {count} of other shapes");
        }
    }
    let _ = writeln!(text, "  = {} stayed", comparison.stayed);
}

fn statement(text: &mut String, sign: char, group: &Group) {
    let relationship = match &group.relationship {
        Some(relationship) => format!(" {relationship}"),
        None => String::new(),
    };
    let shape: String = group.shape.split_whitespace().collect::<Vec<_>>().join(" ");
    let shape = match shape.char_indices().nth(LONGEST_SHAPE) {
        Some((end, _)) => format!("{}…", &shape[..end]),
        None => shape,
    };
    let _ = writeln!(
        text,
        "  {sign} {} {}{relationship}, line {}: {shape}",
        group.count,
        group.trigger.name(),
        group.line
    );
}

/// Whether the second is worse, and why.
fn verdict(before: &Trace, after: &Trace, comparison: &Comparison) -> String {
    if !comparison.worse.is_empty() {
        let reasons: Vec<_> = comparison.worse.iter().map(reason).collect();
        return format!("worse: {}", reasons.join("; "));
    }
    let (a, b) = (before.summary(), after.summary());
    let less = [
        (a.statements.saturating_sub(b.statements), "statement"),
        (comparison.findings_went.len() as u64, "finding"),
        (a.rows.saturating_sub(b.rows), "row"),
    ];
    let less: Vec<_> = less
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} fewer", counted(count, what)))
        .collect();
    match less.is_empty() {
        true => "not worse".to_owned(),
        false => format!("better: {}", less.join("; ")),
    }
}

fn reason(worse: &Worse) -> String {
    match worse {
        Worse::Ending(Status::Error) => "it ended with an error".to_owned(),
        Worse::Ending(Status::Limit) => "it ran into a limit".to_owned(),
        Worse::Ending(_) => "it was stopped".to_owned(),
        Worse::Statements(more) => format!("{} more", counted(*more, "statement")),
        Worse::Rows(more) => format!(
            "{} more, and no statement saved by them",
            counted(*more, "row")
        ),
        Worse::Findings(came) => counted(*came, "new finding"),
    }
}
