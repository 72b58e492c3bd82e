//! How each strategy grew, as far as it was measured: its points, and the law that they obey.

use std::collections::BTreeSet;

use super::{Cause, Job, Kind, Measured, Strategies, Study};
use crate::trace::Param;
use crate::trace::law::{Law, Probe, Series, fit};

/// The runs of one strategy at rising values of a parameter.
#[derive(Debug)]
pub struct Curve<'a> {
    pub label: &'a str,
    pub strategies: &'a Strategies,
    /// The parameter's values, rising, each with what was measured.
    pub points: Vec<(u64, &'a Measured)>,
    /// The law of its statements; none when none fits, or too little is known yet.
    pub law: Option<Law>,
    /// Why it went no further.
    pub ending: Option<&'a str>,
    /// Runs with another value of another parameter.
    varied: Vec<Varied<'a>>,
}

#[derive(Debug)]
struct Varied<'a> {
    n: u64,
    name: &'a str,
    value: u64,
    measured: &'a Measured,
}

/// A curve for each strategy of a study of growth, in the order in which they were first run.
pub fn curves(study: &Study) -> Vec<Curve<'_>> {
    let mut curves: Vec<Curve<'_>> = Vec::new();
    let mut others: Vec<(String, u64)> = Vec::new();
    for (job, measured) in study.results() {
        let Some(n) = job.n else { continue };
        let at = curves.iter().position(|curve| curve.label == job.label);
        let at = at.unwrap_or_else(|| {
            curves.push(Curve {
                label: &job.label,
                strategies: &job.strategies,
                points: Vec::new(),
                law: None,
                ending: None,
                varied: Vec::new(),
            });
            curves.len() - 1
        });
        let curve = &mut curves[at];
        match (&job.varied, &measured.ending) {
            (Some(name), None) => curve.varied.extend(varied(job, n, name, measured)),
            // It says nothing of the curve itself.
            (Some(_), Some(_)) => {}
            (None, Some(ending)) => curve.ending = Some(ending),
            (None, None) => {
                curve.points.push((n, measured));
                if others.is_empty() {
                    others = other_parameters(study, job);
                }
            }
        }
    }
    for curve in &mut curves {
        curve.law = law(curve, &others);
    }
    curves
}

fn varied<'a>(job: &Job, n: u64, name: &'a str, measured: &'a Measured) -> Option<Varied<'a>> {
    let value = whole(job.values.get(name)?)?;
    Some(Varied {
        n,
        name,
        value,
        measured,
    })
}

/// The whole-number parameters of a run but the one that grows.
fn other_parameters(study: &Study, job: &Job) -> Vec<(String, u64)> {
    let Kind::Growth(grows) = &study.kind else {
        return Vec::new();
    };
    let others = job.values.iter().filter(|(name, _)| *name != grows);
    others
        .filter_map(|(name, value)| Some((name.clone(), whole(value)?)))
        .collect()
}

fn whole(value: &Param) -> Option<u64> {
    match value {
        Param::Integer(value) => u64::try_from(*value).ok(),
        _ => None,
    }
}

/// The law of the sum of all causes; each must obey one of its own, else the whole must.
fn law(curve: &Curve<'_>, others: &[(String, u64)]) -> Option<Law> {
    let ns: Vec<u64> = curve.points.iter().map(|(n, _)| *n).collect();
    let causes = curve.points.iter().flat_map(|(_, m)| m.causes.keys());
    let causes: BTreeSet<&Cause> = causes.collect();
    let series = |count: &dyn Fn(&Measured) -> u64| Series {
        counts: curve.points.iter().map(|(_, m)| count(m)).collect(),
        probes: curve
            .varied
            .iter()
            .map(|varied| Probe {
                n: varied.n,
                parameter: varied.name.to_owned(),
                value: varied.value,
                count: count(varied.measured),
            })
            .collect(),
    };
    let each = causes
        .into_iter()
        .map(|cause| series(&|measured| measured.causes.get(cause).copied().unwrap_or_default()));
    let each: Vec<Series> = each.collect();
    fit(&ns, &each, others).or_else(|| {
        fit(
            &ns,
            &[series(&|measured| measured.summary.statements)],
            others,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Event, Outcome, Statement, Status};
    use std::collections::BTreeMap;

    /// A study whose runs send as many statements as that says of N and M.
    fn laws(counts: &dyn Fn(u64, u64) -> u64, varied: bool) -> Vec<String> {
        let job = |n: u64, m: u64, varied: bool| Job {
            label: "lazy".into(),
            strategies: Strategies::new(),
            values: BTreeMap::from([
                ("N".to_owned(), Param::Integer(n as i64)),
                ("M".to_owned(), Param::Integer(m as i64)),
            ]),
            n: Some(n),
            varied: varied.then(|| "M".to_owned()),
            source: None,
        };
        let mut jobs: Vec<Job> = [1, 2, 5, 10].map(|n| job(n, 3, false)).to_vec();
        if varied {
            jobs.insert(2, job(5, 4, true));
        }
        let wanted: Vec<(u64, u64)> = jobs
            .iter()
            .map(|job| {
                let of = |name: &str| job.values.get(name).and_then(whole);
                (of("N").unwrap_or_default(), of("M").unwrap_or_default())
            })
            .collect();
        let mut study = Study::new(Kind::Growth("N".into()), jobs, "".into());
        for (n, m) in wanted {
            study.start_next().expect("one more");
            study.push(Event::Started(Box::default()));
            for id in 1..=counts(n, m) {
                study.push(Event::Statement(Box::new(Statement {
                    id,
                    ..Statement::default()
                })));
            }
            let outcome = Outcome {
                status: Status::Ok,
                error: None,
            };
            study.push(Event::Finished { outcome, at_ns: 5 });
        }
        let curves = curves(&study);
        assert_eq!(curves[0].points.len(), 4, "what was varied is no point");
        let laws = curves.iter().map(|curve| curve.law.as_ref());
        laws.map(|law| law.map_or_else(String::new, Law::to_string))
            .collect()
    }

    #[test]
    fn a_factor_is_named_once_its_parameter_was_varied() {
        assert_eq!(laws(&|n, m| 1 + n * m, true), ["1 + N·M"]);
        assert_eq!(laws(&|n, m| 1 + n * m, false), ["1 + 3·N"]);
        assert_eq!(laws(&|n, _| 1 + n * 3, true), ["1 + 3·N"]);
    }
}
