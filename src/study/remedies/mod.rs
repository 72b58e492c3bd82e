//! The remedies of a run's findings, each tried: replayed with other strategies, and run with the code that says the
//! same. What is offered is what was found better, with its price.

mod offer;
#[cfg(test)]
mod tests;
mod way;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use offer::refusal;
pub use offer::{Offer, Tried};
pub use way::{Way, Written};

use super::{Job, Kind, Measured, Next, Strategies, Study};
use crate::trace::{Event, Finding, Param, Status, Trace, Trial};

/// Remedies that are tried; each takes two runs at most.
const MOST_WAYS: usize = 12;

/// How long all of them may take together.
const LONGEST: Duration = Duration::from_secs(60);

/// The remedies of one run, being tried or done with.
#[derive(Debug)]
pub struct Trying {
    /// The run that has the findings.
    baseline: Measured,
    ways: Vec<Way>,
    /// By number of the finding: the ways of its remedies, the likeliest first; none for one that is left to the reader.
    of_finding: Vec<Vec<Option<usize>>>,
    /// Ways whose runs are known.
    planned: usize,
    study: Study,
    strategies: Strategies,
    values: BTreeMap<String, Param>,
    /// Time that its runs took so far.
    spent: Duration,
}

impl Trying {
    /// What to try for a run that is over, which was run with these strategies and values. Nothing for one that did not
    /// come to its end: whatever goes further sends and prints more.
    pub fn of(trace: &Trace, strategies: &Strategies, values: &BTreeMap<String, Param>) -> Self {
        let mut ways: Vec<Way> = Vec::new();
        let mut of_finding = Vec::new();
        let findings = match is_complete(trace) {
            true => trace.findings(),
            false => &[],
        };
        for finding in findings {
            let mut numbers = Vec::new();
            for remedy in trace.explain(finding).remedies {
                if !remedy.can_be_tried() {
                    numbers.push(None);
                    continue;
                }
                let way = Way::of(remedy, trace, finding, strategies);
                let known = ways.iter().position(|known| known.is_same(&way));
                let number = known.unwrap_or_else(|| {
                    ways.push(way);
                    ways.len() - 1
                });
                numbers.push((number < MOST_WAYS).then_some(number));
            }
            of_finding.push(numbers);
        }
        ways.truncate(MOST_WAYS);
        Self {
            baseline: Measured::of(trace),
            ways,
            of_finding,
            planned: 0,
            study: Study::new(Kind::Remedies, Vec::new(), Arc::clone(&trace.info().source)),
            strategies: strategies.clone(),
            values: values.clone(),
            spent: Duration::ZERO,
        }
    }

    /// Takes down how long a run took; all of them together have a limit.
    pub fn spend(&mut self, time: Duration) {
        self.spent += time;
        if self.spent > LONGEST {
            self.stop();
        }
    }

    /// Whether nothing more is to come.
    pub fn is_done(&self) -> bool {
        self.study.is_stopped || (self.planned == self.ways.len() && self.study.is_done())
    }

    /// The remedy that is being tried, and how many of how many it is the next of.
    pub fn progress(&self) -> Option<(&Way, usize, usize)> {
        if self.is_done() {
            return None;
        }
        let at = self.planned.saturating_sub(1);
        Some((self.ways.get(at)?, at + 1, self.ways.len()))
    }

    /// Starts the next run; none when one is under way or nothing is left.
    pub fn start_next(&mut self) -> Option<Next> {
        loop {
            if self.study.is_stopped || self.study.is_running() {
                return None;
            }
            if let Some(next) = self.study.start_next() {
                return Some(next);
            }
            self.plan_next()?;
        }
    }

    /// Adds the runs of the next remedy.
    fn plan_next(&mut self) -> Option<()> {
        let number = self.planned;
        let way = self.ways.get(number)?;
        self.planned += 1;
        let toggles = way.toggles.clone();
        let written = way.plan(&self.study.source);
        let replay = toggles.map(|toggles| self.job("replay", number, toggles, None));
        let code = written.as_ref().ok();
        let rerun = code.map(|it| self.job("rerun", number, self.strategies.clone(), Some(it)));
        let way = &mut self.ways[number];
        way.replayed = replay.map(|job| self.study.add(job));
        way.rerun = rerun.map(|job| self.study.add(job));
        way.written = Some(written);
        Some(())
    }

    /// A run for the remedy of that number.
    fn job(
        &self,
        label: &str,
        number: usize,
        strategies: Strategies,
        written: Option<&Written>,
    ) -> Job {
        let source = written.map(|written| Arc::clone(&written.source));
        let is_default = written.is_some_and(|it| it.default_because.is_some());
        let place = if is_default { " on the mapping" } else { "" };
        Job {
            label: format!("{label} {number}{place}"),
            strategies,
            values: self.values.clone(),
            n: None,
            varied: None,
            source,
        }
    }

    /// Takes in an event of the run under way; says whether it was its last.
    pub fn push(&mut self, event: Event) -> bool {
        let is_last = self.study.push(event);
        if is_last {
            self.fall_back();
        }
        is_last
    }

    /// Where an option at one query falls short of what its strategy does for all queries, the mapping is tried.
    fn fall_back(&mut self) -> Option<()> {
        let number = self.planned.checked_sub(1)?;
        let way = &self.ways[number];
        let at_query = way.written.as_ref()?.as_ref().ok()?;
        let [replayed, rerun] = [way.replayed?, way.rerun?].map(|run| self.study.result(run));
        let short = |after: &Measured| refusal(&way.finding, &self.baseline, after);
        let because = short(rerun?)?;
        if at_query.default_because.is_some() || short(replayed?).is_some() {
            return None;
        }
        let because = format!("at its query alone, {because}");
        let written = way.on_mapping(&self.study.source, because).ok()?;
        let job = self.job("rerun", number, self.strategies.clone(), Some(&written));
        let rerun = self.study.add(job);
        let way = &mut self.ways[number];
        way.rerun = Some(rerun);
        way.written = Some(Ok(written));
        Some(())
    }

    /// Forgets the run under way, as another one is wanted; it starts again later.
    pub fn put_off(&mut self) {
        self.study.put_off();
    }

    /// Tries no more; what was found stays.
    pub fn stop(&mut self) {
        self.study.stop();
    }

    /// The remedies that were tried for a finding, at this round trip: first those that can be recommended, each group
    /// by round trips and then by SQLite's steps.
    pub fn offers(&self, number: usize, finding: &Finding, round_trip_ns: u64) -> Vec<Offer<'_>> {
        let tried = self
            .ways_of(number)
            .filter_map(|way| self.offer(way, finding));
        let mut offers: Vec<_> = tried.collect();
        offers.sort_by_key(|offer| {
            let cost = offer
                .after()
                .map(|after| after.measured.cost(round_trip_ns));
            (offer.refused.is_some(), !offer.is_clean(), cost)
        });
        offers
    }

    /// Whether a remedy of that finding is still to be tried.
    pub fn is_awaited(&self, number: usize) -> bool {
        !self.study.is_stopped && self.ways_of(number).any(|way| !self.is_tried(way))
    }

    /// The remedies of a finding that can be tried.
    fn ways_of(&self, number: usize) -> impl Iterator<Item = &Way> {
        let ways = self.of_finding.get(number).into_iter().flatten();
        ways.flatten().map(|way| &self.ways[*way])
    }

    /// What came of trying, by number of the finding and of its remedy, for the trace.
    pub fn trials(&self, trace: &Trace) -> Vec<Vec<Option<Trial>>> {
        let of = |(number, finding): (usize, &Finding)| {
            let ways = self.of_finding.get(number).into_iter().flatten();
            ways.map(|way| self.trial(&self.ways[(*way)?], finding))
                .collect()
        };
        trace.findings().iter().enumerate().map(of).collect()
    }

    fn trial(&self, way: &Way, finding: &Finding) -> Option<Trial> {
        let offer = self.offer(way, finding)?;
        // What is told is about the code that is told, wherever there is some.
        let diff = match &way.written {
            Some(Ok(written)) => written.edit.diff(&self.study.source),
            _ => Vec::new(),
        };
        let (run, refused) = match &way.written {
            Some(Ok(_)) => (way.rerun, &offer.code_refused),
            _ => (way.replayed, &offer.refused),
        };
        let after = run.and_then(|run| self.study.result(run));
        let after = after.filter(|after| after.ending.is_none());
        Some(Trial {
            cost: after.map(Measured::price),
            new_findings: after
                .into_iter()
                .flat_map(|after| after.new_flaws(offer.before))
                .map(|flaw| (flaw.kind, flaw.relationship.clone()))
                .collect(),
            prints_other: after.is_some_and(|after| after.output != offer.before.output),
            diff: diff.iter().map(ToString::to_string).collect(),
            refused: refused.clone(),
        })
    }

    fn is_tried(&self, way: &Way) -> bool {
        let done = |run: Option<usize>| run.is_none_or(|run| self.study.result(run).is_some());
        way.written.is_some() && done(way.replayed) && done(way.rerun)
    }

    fn offer<'a>(&'a self, way: &'a Way, finding: &Finding) -> Option<Offer<'a>> {
        if !self.is_tried(way) {
            return None;
        }
        let result = |run: Option<usize>| self.study.result(run?);
        let runs = (result(way.replayed), result(way.rerun));
        Some(Offer::of(way, finding, &self.baseline, runs))
    }
}

fn is_complete(trace: &Trace) -> bool {
    let outcome = trace.outcome();
    outcome.is_some_and(|outcome| outcome.status == Status::Ok)
}
