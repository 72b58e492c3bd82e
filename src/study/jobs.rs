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
/// that is no whole number or that cannot rise.
pub fn growth(trace: &Trace, parameter: &Parameter, values: &BTreeMap<String, Param>) -> Vec<Job> {
    let ParameterKind::Integer(bounds) = &parameter.kind else {
        return Vec::new();
    };
    let least = bounds.min.unwrap_or(1.0).max(1.0) as u64;
    let most = bounds.max.map_or(MOST_N, |max| (max as u64).min(MOST_N));
    let step = bounds.step.filter(|step| *step >= 1.0).unwrap_or(1.0) as u64;
    let keys = touched(trace);
    let mut jobs = Vec::new();
    for n in rising(least, most, step) {
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
            jobs.push(Job {
                label,
                strategies,
                values,
                n: Some(n),
                source: None,
            });
        }
    }
    jobs
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
