//! Many runs of one scenario, one after the other, each measured and let go: every combination of strategies, or
//! rising values of a parameter. Results are kept as they come, and a study may be stopped at any moment.
//!
//! No thread and no runner here: `ui::app` hands the events in and asks what to run next.

mod jobs;
mod laws;
mod measured;
mod ranking;
mod remedies;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use jobs::{AS_WRITTEN, Job, Kind, growth, trials};
pub use laws::{Curve, curves};
pub use measured::{Cause, Flaw, Measured};
pub use ranking::{Ranked, rank};
pub use remedies::{Offer, Tried, Trying, Way, Written};

use crate::trace::{Event, Param, Strategy, Trace};

/// Strategies by relationship.
pub type Strategies = BTreeMap<Arc<str>, Strategy>;

/// A study under way, or done.
#[derive(Debug)]
pub struct Study {
    pub kind: Kind,
    jobs: Vec<Job>,
    /// What came out of each job, in their order, as far as they are done; none for one that was passed over.
    results: Vec<Option<Measured>>,
    /// The run under way.
    running: Option<Trace>,
    /// The source that it runs, so that a later change of the code is noticed.
    pub source: Arc<str>,
    pub is_stopped: bool,
}

/// What a study runs next.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    pub strategies: Strategies,
    pub values: BTreeMap<String, Param>,
    /// The text to run.
    pub source: Arc<str>,
}

impl Study {
    pub fn new(kind: Kind, jobs: Vec<Job>, source: Arc<str>) -> Self {
        Self {
            kind,
            jobs,
            results: Vec::new(),
            running: None,
            source,
            is_stopped: false,
        }
    }

    /// Whether nothing more is to come.
    pub fn is_done(&self) -> bool {
        self.is_stopped || self.results.len() == self.jobs.len()
    }

    /// Whether a run of it is under way.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// How many of its runs are done, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        (self.results.len(), self.jobs.len())
    }

    /// The jobs that are done, with what came out.
    pub fn results(&self) -> impl Iterator<Item = (&Job, &Measured)> {
        let done = self.jobs.iter().zip(&self.results);
        done.filter_map(|(job, result)| Some((job, result.as_ref()?)))
    }

    /// Starts the next run; none when one is under way or nothing is left.
    pub fn start_next(&mut self) -> Option<Next> {
        if self.is_running() {
            return None;
        }
        loop {
            if self.is_done() {
                return None;
            }
            let job = &self.jobs[self.results.len()];
            // What broke at a small value breaks at a large one: it is not tried again.
            let broke = self
                .results()
                .any(|(done, result)| done.label == job.label && result.ending.is_some());
            if !broke {
                break;
            }
            self.results.push(None);
        }
        let job = &self.jobs[self.results.len()];
        self.running = Some(Trace::new());
        Some(Next {
            strategies: job.strategies.clone(),
            values: job.values.clone(),
            source: Arc::clone(job.source.as_ref().unwrap_or(&self.source)),
        })
    }

    /// Takes in an event of the run under way; says whether it was its last.
    pub fn push(&mut self, event: Event) -> bool {
        let Some(trace) = &mut self.running else {
            return false;
        };
        let is_last = matches!(event, Event::Finished { .. });
        trace.push(event);
        if is_last {
            self.results.push(Some(Measured::of(trace)));
            self.running = None;
        }
        is_last
    }

    /// One more run at its end; tells its number.
    fn add(&mut self, job: Job) -> usize {
        self.jobs.push(job);
        self.jobs.len() - 1
    }

    /// What came of a run, by its number.
    fn result(&self, number: usize) -> Option<&Measured> {
        self.results.get(number)?.as_ref()
    }

    /// Forgets the run under way; it starts again when it is its turn.
    fn put_off(&mut self) {
        self.running = None;
    }

    /// Ends it; what was measured stays.
    pub fn stop(&mut self) {
        self.is_stopped = true;
        self.running = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Outcome, ScenarioInfo, Statement, Status};

    fn job(label: &str) -> Job {
        Job {
            label: label.to_owned(),
            strategies: Strategies::new(),
            values: BTreeMap::new(),
            n: None,
            varied: None,
            source: None,
        }
    }

    fn study(labels: &[&str]) -> Study {
        let jobs = labels.iter().map(|label| job(label)).collect();
        Study::new(Kind::Trials, jobs, "".into())
    }

    fn run(study: &mut Study, statements: u64, status: Status) {
        study.start_next().expect("something is left to run");
        let info = ScenarioInfo::default();
        assert!(!study.push(Event::Started(Box::new(info))));
        for id in 1..=statements {
            study.push(Event::Statement(Box::new(Statement {
                id,
                ..Statement::default()
            })));
        }
        let outcome = Outcome {
            status,
            error: None,
        };
        assert!(study.push(Event::Finished { outcome, at_ns: 5 }));
    }

    #[test]
    fn runs_come_one_after_the_other() {
        let mut study = study(&["a", "b"]);
        assert!(!study.is_done());
        run(&mut study, 3, Status::Ok);
        assert_eq!(study.progress(), (1, 2));
        assert!(study.start_next().is_some());
        assert!(study.start_next().is_none(), "one at a time");
        study.stop();
        assert!(study.is_done());
        let counts: Vec<_> = study.results().map(|(_, m)| m.summary.statements).collect();
        assert_eq!(counts, [3]);
    }

    #[test]
    fn what_broke_is_not_tried_again() {
        let mut study = study(&["raise", "lazy", "raise", "lazy"]);
        run(&mut study, 1, Status::Error);
        run(&mut study, 5, Status::Ok);
        run(&mut study, 9, Status::Ok);
        assert!(study.is_done());
        let labels: Vec<_> = study.results().map(|(job, _)| job.label.as_str()).collect();
        assert_eq!(labels, ["raise", "lazy", "lazy"]);
    }
}
