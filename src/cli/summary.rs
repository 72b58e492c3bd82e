//! What a run comes to, in words for standard error.

use std::fmt::Write;
use std::path::Path;

use lazyscope::scenario::Problem;
use lazyscope::trace::{Cell, Outcome, Status, Summary, Trace, Trial};

/// A run's statements, cells over their budget, findings and end; with `tries`, also what came of trying each remedy.
pub fn summary(trace: &Trace, tries: bool) -> String {
    let summary = trace.summary();
    let round_trip_ns = trace.info().settings.round_trip_ns;
    let mut text = format!(
        "{}: {}, {}, {} in SQLite, {} with a round trip of {} each\n",
        trace.info().title,
        counted(summary.statements, "statement"),
        counted(summary.rows, "row"),
        milliseconds(summary.sql_ns),
        milliseconds(summary.database_ns(round_trip_ns)),
        milliseconds(round_trip_ns),
    );
    for line in over_budget(trace) {
        let _ = writeln!(text, "  {line}");
    }
    let is_told = |kind| kind == lazyscope::trace::FindingKind::OverBudget;
    for finding in trace
        .findings()
        .iter()
        .filter(|finding| !is_told(finding.kind))
    {
        let explanation = trace.explain(finding);
        let _ = writeln!(
            text,
            "  {} ({}), line {}: {}",
            finding.kind.title(),
            finding.confidence.name(),
            finding.line,
            explanation.message
        );
        for remedy in explanation.remedies {
            let _ = writeln!(text, "    try {}", remedy.code.replace('\n', "\n        "));
            let untried = || "not tried".to_owned();
            let tried = tries.then(|| remedy.trial.map_or_else(untried, |it| tried(summary, &it)));
            if let Some(tried) = tried {
                let _ = writeln!(text, "        {tried}");
            }
        }
    }
    text
}

/// What came of trying a remedy.
fn tried(before: Summary, trial: &Trial) -> String {
    let mut parts = Vec::new();
    match (&trial.refused, trial.cost) {
        (Some(because), _) if trial.cost.is_none() => return because.clone(),
        (Some(because), _) => parts.push(format!("tried, and {because}")),
        (None, Some(cost)) => {
            let each = [
                (before.statements, cost.statements, "statements"),
                (before.rows, cost.rows, "rows"),
                (before.bytes, cost.bytes, "bytes"),
                (before.vm_steps, cost.vm_steps, "VM steps"),
            ];
            let each = each.map(|(a, b, what)| match a == b {
                true => format!("{b} {what}"),
                false => format!("{a} → {b} {what}"),
            });
            parts.push(format!("tried: {}", each.join(", ")));
        }
        (None, None) => {}
    }
    if trial.refused.is_none() {
        let new = trial.new_findings.iter();
        parts.extend(new.map(|(kind, about)| {
            format!(
                "makes {} {}",
                kind.title(),
                about.as_deref().unwrap_or_default()
            )
            .trim_end()
            .to_owned()
        }));
        if trial.prints_other {
            parts.push("prints something else".to_owned());
        }
    }
    parts.join("; ")
}

/// A line for each cell that is over its budget.
pub fn over_budget(trace: &Trace) -> Vec<String> {
    let cells = trace.cells().iter();
    let over = cells.filter(|cell| trace.cell_count(cell.id).is_over_budget());
    over.map(|cell| {
        let count = trace.cell_count(cell.id);
        format!(
            "{}: {}, {} allowed",
            named(cell),
            counted(count.statements, "statement"),
            count.budget.unwrap_or_default()
        )
    })
    .collect()
}

fn named(cell: &Cell) -> String {
    match cell.title.as_str() {
        "" => format!("the cell of line {}", cell.first_line),
        title => format!("{title} (line {})", cell.first_line),
    }
}

/// How a run that did not end well ended; nothing for one that did.
pub fn ending(trace: &Trace) -> String {
    let Some(Outcome { status, error }) = trace.outcome() else {
        return String::new();
    };
    match (status, error) {
        (Status::Ok, _) => String::new(),
        (Status::Cancelled, _) => "stopped\n".to_owned(),
        (_, None) => "failed\n".to_owned(),
        (Status::Limit, Some(error)) => match error.line {
            Some(line) => format!("{}.py, line {line}: {}\n", trace.info().name, error.message),
            None => format!("{}.py: {}\n", trace.info().name, error.message),
        },
        (Status::Error, Some(error)) if error.traceback.is_empty() => {
            format!("{}: {}\n", error.kind, error.message)
        }
        (Status::Error, Some(error)) => format!("{}\n", error.traceback.trim_end()),
    }
}

/// The scenario's warnings and problems, with where they are.
pub fn warnings(trace: &Trace) -> String {
    let lines = trace.warnings().iter().map(|warning| {
        format!(
            "{}.py:{}: warning: {}\n",
            trace.info().name,
            warning.line,
            warning.message
        )
    });
    lines.collect()
}

/// A line for what is wrong in a file.
pub fn problem(path: &Path, problem: &Problem) -> String {
    format!(
        "{}:{}: {}; {}",
        path.display(),
        problem.line,
        problem.wrong,
        problem.right
    )
}

/// `1 statement`, `2 statements`.
pub fn counted(count: u64, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}

/// `12.3 ms`.
pub fn milliseconds(ns: u64) -> String {
    format!("{:.1} ms", ns as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lazyscope::scenario::Scenario;
    use lazyscope::trace::{Event, Settings, Statement};

    #[test]
    fn a_cell_over_its_budget_is_named() {
        let scenario = Scenario::parse(
            "page",
            "# %% A budget=1\nx\n# %% budget=0\ny\n# %% B budget=9\n",
        );
        let request = scenario
            .request(&[], Vec::new(), Settings::default())
            .expect("right");
        let mut trace = Trace::new();
        trace.push(Event::Started(Box::new(request.info)));
        for cell in [0, 0, 1, 2] {
            trace.push(Event::Statement(Box::new(Statement {
                cell,
                ..Statement::default()
            })));
        }
        let expected = [
            "A (line 1): 2 statements, 1 allowed",
            "the cell of line 3: 1 statement, 0 allowed",
        ];
        assert_eq!(over_budget(&trace), expected);
        assert!(summary(&trace, false).starts_with("page: 4 statements, 0 rows, "));
    }
}
