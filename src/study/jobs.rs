//! Which runs a study makes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Strategies;
use crate::scenario::{Parameter, ParameterKind};
use crate::trace::{LaneKey, Param, Strategy, Trace};

/// What a study is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Every combination of strategies over the relationships that the scenario touches.
    Trials,
    /// Rising values of this parameter, for each strategy.
    Growth(String),
    /// What findings suggest.
    Remedies,
}

/// One run of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// What the run goes by: runs of one label differ only in the value of the parameter.
    pub label: String,
    pub strategies: Strategies,
    pub values: BTreeMap<String, Param>,
    /// The value of the parameter that grows.
    pub n: Option<u64>,
    /// Another parameter, which has another value than in the other runs: whether a count follows it.
    pub varied: Option<String>,
    /// The text to run where it is not the scenario's own.
    pub source: Option<Arc<str>>,
}

/// What a run as the scenario says is called.
pub const AS_WRITTEN: &str = "as written";

/// Strategies that a combination is made of.
const TRIED: [Strategy; 3] = [Strategy::Select, Strategy::Selectin, Strategy::Joined];

/// Strategies whose growth is measured.
const GROWN: [Strategy; 4] = [
    Strategy::Select,
    Strategy::Selectin,
    Strategy::Joined,
    Strategy::Subquery,
];

/// With so many relationships there are 81 combinations; with more, those beyond keep what the scenario says.
const MOST_RELATIONSHIPS: usize = 4;

/// Other parameters are varied at the first of the rising values from each of these on: a small one, which tells of loops,
/// and one that fills several chunks of `selectin`.
const VARIED_FROM: [u64; 2] = [5, 1_000];

/// Statements of the heaviest run of a study, as far as can be told before: values that promise more are left out.
const MOST_N: u64 = 10_000;

/// The relationships that a run has touched, in order of declaration.
fn touched(trace: &Trace) -> Vec<Arc<str>> {
    let is_touched = |key: &Arc<str>| {
        trace
            .lanes()
            .iter()
            .any(|lane| lane.key == LaneKey::Relationship(Arc::clone(key)))
            || trace
                .accesses()
                .iter()
                .any(|access| access.relationship == *key)
    };
    let declared = trace.relationships().iter().map(|info| &info.key);
    declared.filter(|key| is_touched(key)).cloned().collect()
}

/// Every combination of lazy, selectin and joined over the relationships that a run has touched; the scenario as it
/// is written comes first.
pub fn trials(trace: &Trace, values: &BTreeMap<String, Param>) -> Vec<Job> {
    let mut combinations = vec![Strategies::new()];
    for key in touched(trace).into_iter().take(MOST_RELATIONSHIPS) {
        combinations = combinations
            .into_iter()
            .flat_map(|combination| {
                let key = Arc::clone(&key);
                TRIED.map(move |strategy| {
                    let mut combination = combination.clone();
                    combination.insert(Arc::clone(&key), strategy);
                    combination
                })
            })
            .collect();
    }
    let job = |strategies: Strategies| Job {
        label: label(&strategies),
        strategies,
        values: values.clone(),
        n: None,
        varied: None,
        source: None,
    };
    let chosen = combinations.into_iter().filter(|c| !c.is_empty()).map(job);
    std::iter::once(job(Strategies::new()))
        .chain(chosen)
        .collect()
}

/// `books selectin, reviews lazy`; a combination of one is its strategy alone.
fn label(strategies: &Strategies) -> String {
    match strategies.len() {
        0 => AS_WRITTEN.to_owned(),
        _ => strategies
            .iter()
            .map(|(key, strategy)| {
                let attribute = key.rsplit('.').next().unwrap_or(key);
                format!("{attribute} {}", strategy.word())
            })
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// Rising values of a parameter for each strategy, small values of all strategies first; nothing for a parameter
/// that is no whole number or that cannot rise. At one small value each of the `others` is varied as well.
pub fn growth(
    trace: &Trace,
    parameter: &Parameter,
    others: &[Parameter],
    values: &BTreeMap<String, Param>,
) -> Vec<Job> {
    let ParameterKind::Integer(bounds) = &parameter.kind else {
        return Vec::new();
    };
    let least = bounds.min.unwrap_or(1.0).max(1.0) as u64;
    let most = bounds.max.map_or(MOST_N, |max| (max as u64).min(MOST_N));
    let step = bounds.step.filter(|step| *step >= 1.0).unwrap_or(1.0) as u64;
    let keys = touched(trace);
    let mut jobs = Vec::new();
    let others: Vec<(&str, i64)> = others
        .iter()
        .filter(|other| other.name != parameter.name)
        .filter_map(|other| Some((other.name.as_str(), varied(other, values)?)))
        .collect();
    let ns = rising(least, most, step);
    let varied_at = VARIED_FROM.map(|from| ns.iter().copied().find(|n| *n >= from));
    let varied_at: Vec<u64> = varied_at.into_iter().flatten().collect();
    for &n in &ns {
        let grown = match keys.is_empty() {
            // Nothing to choose: the scenario alone.
            true => vec![(AS_WRITTEN.to_owned(), Strategies::new())],
            false => GROWN
                .map(|strategy| {
                    let all = keys.iter().map(|key| (Arc::clone(key), strategy));
                    (strategy.word().to_owned(), all.collect())
                })
                .to_vec(),
        };
        for (label, strategies) in grown {
            let mut values = values.clone();
            values.insert(parameter.name.clone(), Param::Integer(n as i64));
            let job = Job {
                label,
                strategies,
                values,
                n: Some(n),
                varied: None,
                source: None,
            };
            if varied_at.contains(&n) {
                jobs.extend(others.iter().map(|(name, value)| {
                    let mut job = job.clone();
                    job.varied = Some((*name).to_owned());
                    job.values
                        .insert((*name).to_owned(), Param::Integer(*value));
                    job
                }));
            }
            jobs.push(job);
        }
    }
    jobs
}

/// Another value of a whole-number parameter, one step up or down.
fn varied(parameter: &Parameter, values: &BTreeMap<String, Param>) -> Option<i64> {
    let ParameterKind::Integer(bounds) = &parameter.kind else {
        return None;
    };
    let Some(Param::Integer(value)) = values.get(&parameter.name) else {
        return None;
    };
    let step = bounds.step.filter(|step| *step >= 1.0).unwrap_or(1.0) as i64;
    let is_within = |value: &i64| {
        let value = *value as f64;
        bounds.min.is_none_or(|min| value >= min) && bounds.max.is_none_or(|max| value <= max)
    };
    [value.checked_add(step)?, value.checked_sub(step)?]
        .into_iter()
        .find(is_within)
}

/// 1, 2, 5, 10, 20, 50 … between two values, both ends included, on the steps that the parameter takes.
fn rising(least: u64, most: u64, step: u64) -> Vec<u64> {
    let round = (0..=19)
        .flat_map(|power| [1, 2, 5].map(|times| 10u64.checked_pow(power)?.checked_mul(times)));
    let on_step = |n: u64| least + (n.saturating_sub(least)) / step * step;
    let mut ns: Vec<u64> = std::iter::once(least)
        .chain(round.flatten().filter(|n| (least..=most).contains(n)))
        .chain(std::iter::once(most))
        .map(on_step)
        .filter(|n| (least..=most).contains(n))
        .collect();
    ns.sort_unstable();
    ns.dedup();
    ns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_rise_by_round_steps_within_their_bounds() {
        assert_eq!(rising(1, 100, 1), [1, 2, 5, 10, 20, 50, 100]);
        assert_eq!(rising(3, 40, 1), [3, 5, 10, 20, 40]);
        assert_eq!(rising(10, 1000, 10), [10, 20, 50, 100, 200, 500, 1000]);
        assert_eq!(rising(1, 100, 3), [1, 4, 10, 19, 49, 100]);
        assert_eq!(rising(5, 5, 1), [5]);
        assert!(rising(9, 5, 1).is_empty());
    }

    #[test]
    fn other_parameters_are_varied_where_it_can_be_told() {
        let source = "\
N = 20  # @param {type:\"slider\", min:1, max:2000, step:1}
M = 3  # @param {type:\"slider\", min:1, max:3, step:1}
NAME = \"x\"  # @param {type:\"string\"}
";
        let scenario = crate::scenario::Scenario::parse("page", source);
        let parameters = &scenario.parameters;
        let values = parameters.iter();
        let values = values.map(|it| (it.name.clone(), it.value.clone()));
        let jobs = growth(&Trace::new(), &parameters[0], parameters, &values.collect());
        let varied: Vec<_> = jobs
            .iter()
            .filter_map(|job| Some((job.n?, job.varied.as_deref()?, job.values.get("M")?)))
            .collect();
        // It is as large as it may be, so it goes down.
        let two = &Param::Integer(2);
        assert_eq!(varied, [(5, "M", two), (1_000, "M", two)]);
        let plain = jobs.iter().filter(|job| job.varied.is_none());
        let plain: Vec<_> = plain.map(|job| (job.n, job.values.get("M"))).collect();
        assert_eq!(plain.len(), 11);
        assert!(plain.iter().all(|(_, m)| *m == Some(&Param::Integer(3))));
    }

    #[test]
    fn labels_name_what_differs() {
        let strategies = |of: &[(&str, Strategy)]| -> Strategies {
            of.iter().map(|(key, s)| (Arc::from(*key), *s)).collect()
        };
        assert_eq!(label(&strategies(&[])), "as written");
        assert_eq!(
            label(&strategies(&[
                ("Author.books", Strategy::Selectin),
                ("Book.reviews", Strategy::Select)
            ])),
            "books selectin, reviews lazy"
        );
    }
}
