//! How each strategy grew, as far as it was measured: its points, and the law that they obey.

use std::collections::BTreeSet;

use super::{Cause, Kind, Measured, Strategies, Study};
use crate::trace::Param;
use crate::trace::law::{Law, fit};

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
}

/// A curve for each strategy of a study of growth, in the order in which they were first run.
pub fn curves(study: &Study) -> Vec<Curve<'_>> {
    let mut curves: Vec<Curve<'_>> = Vec::new();
    let mut others: Vec<(String, u64)> = Vec::new();
    for (job, measured) in study.results() {
        let Some(n) = job.n else { continue };
        if others.is_empty() {
            let Kind::Growth(grows) = &study.kind else {
                continue;
            };
            let others_of_job = job.values.iter().filter(|(name, _)| *name != grows);
            others = others_of_job.filter_map(other).collect();
        }
        let at = curves.iter().position(|curve| curve.label == job.label);
        let at = at.unwrap_or_else(|| {
            curves.push(Curve {
                label: &job.label,
                strategies: &job.strategies,
                points: Vec::new(),
                law: None,
                ending: None,
            });
            curves.len() - 1
        });
        match &measured.ending {
            Some(ending) => curves[at].ending = Some(ending),
            None => curves[at].points.push((n, measured)),
        }
    }
    for curve in &mut curves {
        curve.law = law(&curve.points, &others);
    }
    curves
}

fn other((name, value): (&String, &Param)) -> Option<(String, u64)> {
    match value {
        Param::Integer(value) => Some((name.clone(), u64::try_from(*value).ok()?)),
        _ => None,
    }
}

/// The law of the sum of all causes; each must obey one of its own, else the whole must.
fn law(points: &[(u64, &Measured)], others: &[(String, u64)]) -> Option<Law> {
    let ns: Vec<u64> = points.iter().map(|(n, _)| *n).collect();
    let causes: BTreeSet<&Cause> = points.iter().flat_map(|(_, m)| m.causes.keys()).collect();
    let series: Vec<Vec<u64>> = causes
        .into_iter()
        .map(|cause| {
            let count = |m: &Measured| m.causes.get(cause).copied().unwrap_or_default();
            points.iter().map(|(_, m)| count(m)).collect()
        })
        .collect();
    fit(&ns, &series, others).or_else(|| {
        let whole = points.iter().map(|(_, m)| m.summary.statements).collect();
        fit(&ns, &[whole], others)
    })
}
