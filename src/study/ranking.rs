//! Which combination of strategies is best, and at what price.

use super::{Flaw, Job, Kind, Measured, Study};

/// A combination that was tried, as it stands among the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked<'a> {
    pub job: &'a Job,
    pub measured: &'a Measured,
    /// Whether it is the scenario as it is written.
    pub is_baseline: bool,
    /// The best that has no price: faster than what is written, the same output, nothing new found.
    pub is_best: bool,
    /// What was found that the scenario as written does not have.
    pub new_flaws: Vec<&'a Flaw>,
    /// Whether it printed something else than the scenario as written.
    pub prints_other: bool,
}

impl Ranked<'_> {
    /// Whether it may be recommended without a word of warning.
    fn is_clean(&self) -> bool {
        self.new_flaws.is_empty() && !self.prints_other && self.measured.ending.is_none()
    }
}

/// The combinations that are done, the best first: those that came to their end with the same output before the
/// others, then by what they cost at that round trip, then by rows.
pub fn rank(study: &Study, round_trip_ns: u64) -> Vec<Ranked<'_>> {
    let mut results = study.results();
    let Some((first_job, baseline)) = results.next().filter(|_| study.kind == Kind::Trials) else {
        return Vec::new();
    };
    let mut ranked: Vec<Ranked<'_>> = std::iter::once((first_job, baseline))
        .chain(results)
        .enumerate()
        .map(|(at, (job, measured))| Ranked {
            job,
            measured,
            is_baseline: at == 0,
            is_best: false,
            new_flaws: measured.new_flaws(baseline),
            prints_other: measured.output != baseline.output,
        })
        .collect();
    ranked.sort_by_key(|ranked| {
        let measured = ranked.measured;
        (
            measured.ending.is_some(),
            ranked.prints_other,
            measured.cost(round_trip_ns),
            measured.summary.rows,
        )
    });
    let clean = ranked.iter_mut().find(|ranked| ranked.is_clean());
    if let Some(best) = clean
        && !best.is_baseline
        && best.measured.summary.statements < baseline.summary.statements
    {
        best.is_best = true;
    }
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Strategies;
    use crate::trace::{Event, Outcome, Output, OutputStream, Statement, Status, Trigger};
    use std::collections::BTreeMap;

    /// Runs by label: how many lazy loads of one relationship they make, and what they print.
    fn study(runs: &[(&str, u64, &str)]) -> Study {
        let jobs = runs.iter().map(|(label, ..)| Job {
            label: (*label).to_owned(),
            strategies: Strategies::new(),
            values: BTreeMap::new(),
            n: None,
            varied: None,
            source: None,
        });
        let mut study = Study::new(Kind::Trials, jobs.collect(), "".into());
        for (_, loads, text) in runs {
            study.start_next().expect("another run");
            study.push(Event::Started(Box::default()));
            for id in 1..=*loads {
                study.push(Event::Statement(Box::new(Statement {
                    id,
                    line: 5,
                    sql: "SELECT 1 WHERE ? = x".into(),
                    trigger: Trigger::Lazy,
                    relationship: Some("Author.books".into()),
                    owners: 1,
                    owner: Some(format!("Author({id})").into()),
                    start_ns: id * 10,
                    duration_ns: 1,
                    ..Statement::default()
                })));
            }
            study.push(Event::Output(Output {
                line: 6,
                stream: OutputStream::Stdout,
                is_log: false,
                after_statement: 1,
                text: (*text).to_owned(),
            }));
            let outcome = Outcome {
                status: Status::Ok,
                error: None,
            };
            study.push(Event::Finished { outcome, at_ns: 9 });
        }
        study
    }

    #[track_caller]
    fn check(runs: &[(&str, u64, &str)], expected: &str) {
        let study = study(runs);
        let text: Vec<_> = rank(&study, 1_000)
            .iter()
            .map(|ranked| {
                let best = if ranked.is_best { " best" } else { "" };
                let other = if ranked.prints_other { " other" } else { "" };
                let new = if ranked.new_flaws.is_empty() {
                    ""
                } else {
                    " flawed"
                };
                format!("{}{best}{other}{new}", ranked.job.label)
            })
            .collect();
        assert_eq!(text.join(", "), expected);
    }

    #[test]
    fn fewer_statements_come_first_and_other_output_last() {
        check(
            &[("as written", 9, "x"), ("a", 2, "x"), ("b", 5, "x")],
            "a best, b, as written",
        );
        check(
            &[("as written", 9, "x"), ("a", 1, "y"), ("b", 5, "x")],
            "b best, as written, a other",
        );
    }

    #[test]
    fn what_is_written_is_never_called_better_than_itself() {
        check(
            &[("as written", 1, "x"), ("a", 9, "x")],
            "as written, a flawed",
        );
        check(&[("as written", 1, "x"), ("a", 1, "x")], "as written, a");
    }
}
