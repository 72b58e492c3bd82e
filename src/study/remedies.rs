//! The remedies of a run's findings, each tried: replayed with other strategies, and run with the code that says the
//! same. What is offered is what was found better, with its price.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::{Flaw, Job, Kind, Measured, Next, Strategies, Study};
use crate::scenario::rewrite::{self, Edit, NotFound};
use crate::trace::{
    Event, Finding, FindingKind, LoadStep, Param, Rewrite, Status, Strategy, Trace, Trial,
};

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

/// One remedy, which several findings may have.
#[derive(Debug)]
pub struct Way {
    /// The options that say it, from the owners on.
    pub steps: Vec<LoadStep>,
    /// The change that says it, where no option does.
    pub rewrite: Option<Rewrite>,
    /// The line whose query has to say it; none where the owners came by no query.
    line: Option<u32>,
    /// The strategies that replay it; none where a column is to be loaded otherwise.
    pub toggles: Option<Strategies>,
    /// The code; none until it is planned.
    pub written: Option<Result<Written, NotFound>>,
    /// Numbers of its runs.
    replayed: Option<usize>,
    rerun: Option<usize>,
}

/// What to write for a remedy.
#[derive(Clone, Debug)]
pub struct Written {
    pub edit: Edit,
    /// The scenario with it.
    pub source: Arc<str>,
    /// Why it changes the mapping, and with it every query, when it does.
    pub default_because: Option<NotFound>,
}

/// A remedy that was tried for a finding.
#[derive(Debug)]
pub struct Offer<'a> {
    pub way: &'a Way,
    /// The run with the findings.
    pub before: &'a Measured,
    /// What replaying with its strategies came to, where that was found better. A strategy is for every query.
    pub replayed: Option<Tried<'a>>,
    /// What running its code came to, where that was found better. An option is for one query.
    pub rerun: Option<Tried<'a>>,
    /// Why it is none to take, in a few words.
    pub refused: Option<String>,
    /// Some run tried it.
    pub was_run: bool,
}

/// A run that was found better, and what is to be said against it.
#[derive(Debug)]
pub struct Tried<'a> {
    pub measured: &'a Measured,
    /// Findings that it makes.
    pub new_flaws: Vec<&'a Flaw>,
    pub prints_other: bool,
}

impl Tried<'_> {
    /// Whether it may be recommended without a word of warning.
    pub fn is_clean(&self) -> bool {
        self.new_flaws.is_empty() && !self.prints_other
    }
}

impl Offer<'_> {
    /// What it came to: its code, where that is known.
    pub fn after(&self) -> Option<&Tried<'_>> {
        self.rerun.as_ref().or(self.replayed.as_ref())
    }

    /// Whether it may be recommended without a word of warning.
    pub fn is_clean(&self) -> bool {
        self.after().is_some_and(Tried::is_clean)
    }
}

impl Way {
    /// The word for what it does: `selectin`, `undefer`.
    pub fn word(&self) -> &'static str {
        if let Some(rewrite) = &self.rewrite {
            return rewrite.word();
        }
        let last = self.steps.last();
        last.map_or("", |step| step.strategy.map_or(step.option, Strategy::word))
    }

    /// The code that says it: for options, at the query or else on the mapping.
    fn plan(&self, source: &str) -> Result<Written, NotFound> {
        if let Some(rewrite) = &self.rewrite {
            let edit = rewrite::with_rewrite(source, rewrite)?;
            return Ok(Written {
                source: edit.apply(source).into(),
                edit,
                default_because: None,
            });
        }
        let at_query = match self.line {
            Some(line) => rewrite::with_options(source, line, &self.steps),
            None => {
                let class = self.steps.first().map_or("", LoadStep::class);
                Err(NotFound::NoOwners {
                    class: class.to_owned(),
                })
            }
        };
        let (edit, default_because) = match at_query {
            Ok(edit) => (edit, None),
            // Said already, and loaded otherwise all the same: a default would change nothing.
            Err(NotFound::AlreadySaid { line }) => return Err(NotFound::AlreadySaid { line }),
            Err(because) => match rewrite::with_defaults(source, &self.steps) {
                Ok(edit) => (edit, Some(because)),
                Err(_) => return Err(because),
            },
        };
        Ok(Written {
            source: edit.apply(source).into(),
            edit,
            default_because,
        })
    }
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
                if remedy.steps.is_empty() && remedy.rewrite.is_none() {
                    numbers.push(None);
                    continue;
                }
                let line = match &remedy.rewrite {
                    Some(_) => None,
                    None => root_line(trace, finding),
                };
                let is_it = |way: &Way| {
                    way.steps == remedy.steps && way.rewrite == remedy.rewrite && way.line == line
                };
                let number = ways.iter().position(is_it).unwrap_or_else(|| {
                    ways.push(Way {
                        toggles: toggles(strategies, &remedy.steps),
                        steps: remedy.steps,
                        rewrite: remedy.rewrite,
                        line,
                        written: None,
                        replayed: None,
                        rerun: None,
                    });
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
        let way = self.ways.get_mut(number)?;
        self.planned += 1;
        let job = |label: &str, strategies: Strategies, source: Option<Arc<str>>| Job {
            label: format!("{label} {number}"),
            strategies,
            values: self.values.clone(),
            n: None,
            varied: None,
            source,
        };
        if let Some(toggles) = &way.toggles {
            way.replayed = Some(self.study.add(job("replay", toggles.clone(), None)));
        }
        let written = way.plan(&self.study.source);
        if let Ok(written) = &written {
            let source = Some(Arc::clone(&written.source));
            let job = job("rerun", self.strategies.clone(), source);
            way.rerun = Some(self.study.add(job));
        }
        way.written = Some(written);
        Some(())
    }

    /// Takes in an event of the run under way; says whether it was its last.
    pub fn push(&mut self, event: Event) -> bool {
        self.study.push(event)
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
        let ran = [way.rerun, way.replayed]
            .into_iter()
            .find_map(|run| self.study.result(run?).filter(|it| it.ending.is_none()));
        let after = offer.after().map(|after| after.measured).or(ran);
        let diff = match &way.written {
            Some(Ok(written)) => written.edit.diff(&self.study.source),
            _ => Vec::new(),
        };
        Some(Trial {
            cost: after.map(Measured::price),
            new_findings: after
                .into_iter()
                .flat_map(|after| after.new_flaws(offer.before))
                .map(|flaw| (flaw.kind, flaw.relationship.clone()))
                .collect(),
            prints_other: after.is_some_and(|after| after.output != offer.before.output),
            diff: diff.iter().map(ToString::to_string).collect(),
            refused: offer.refused,
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
        let before = &self.baseline;
        let result = |run: Option<usize>| self.study.result(run?);
        let (replayed, rerun) = (result(way.replayed), result(way.rerun));
        let was_run = replayed.or(rerun).is_some();
        let is_better = |after: &&Measured| refusal(finding, before, after).is_none();
        let (good_replay, good_rerun) = (replayed.filter(is_better), rerun.filter(is_better));
        let refused = match (good_replay.or(good_rerun), rerun.or(replayed)) {
            (Some(_), _) => None,
            (None, Some(after)) => refusal(finding, before, after),
            (None, None) => Some(match &way.written {
                Some(Err(because)) => format!("not tried: {because}"),
                _ => "not tried".to_owned(),
            }),
        };
        let tried = |after: &'a Measured| Tried {
            measured: after,
            new_flaws: after.new_flaws(before),
            prints_other: after.output != before.output,
        };
        Some(Offer {
            way,
            before,
            replayed: good_replay.map(tried),
            rerun: good_rerun.map(tried),
            refused,
            was_run,
        })
    }
}

/// Why a run is no better than the one with the finding, if it is not: it breaks, the finding is as large as it was, or
/// nothing became less.
fn refusal(finding: &Finding, before: &Measured, after: &Measured) -> Option<String> {
    if after.is_cancelled {
        return Some("it took too long to try".to_owned());
    }
    if let Some(ending) = &after.ending {
        let first = ending.lines().next().unwrap_or_default();
        return Some(format!("it stops: {first}"));
    }
    let members = |measured: &Measured| {
        let flaw = measured.flaw(finding.kind, finding.relationship.as_ref());
        flaw.map_or(0, |flaw| flaw.members)
    };
    let (a, b) = (before.summary, after.summary);
    let is_less = b.statements < a.statements
        || b.rows < a.rows
        || b.bytes < a.bytes
        || match finding.kind {
            // A page that lacks some of its objects is wrong, whatever it costs to have it right.
            FindingKind::PageOfRows => true,
            // One transaction in the place of many: what rows it takes is the same.
            FindingKind::UnbatchedWrites => true,
            FindingKind::FullScan => b.vm_steps < a.vm_steps,
            _ => false,
        };
    match members(after) < members(before) {
        false => Some("it does not help here".to_owned()),
        true if is_less => None,
        true => Some("nothing is saved by it".to_owned()),
    }
}

fn is_complete(trace: &Trace) -> bool {
    let outcome = trace.outcome();
    outcome.is_some_and(|outcome| outcome.status == Status::Ok)
}

fn root_line(trace: &Trace, finding: &Finding) -> Option<u32> {
    let line = trace.root_query(finding)?.line();
    (line > 0).then_some(line)
}

/// The strategies that do by toggle what options would do.
fn toggles(chosen: &Strategies, steps: &[LoadStep]) -> Option<Strategies> {
    if steps.is_empty() {
        return None;
    }
    let mut toggles = chosen.clone();
    for step in steps {
        toggles.insert(Arc::clone(&step.key), step.strategy?);
    }
    Some(toggles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{
        Direction, Error, Outcome, Output, RelationshipInfo, ScenarioInfo, Statement, Strategy,
        Trigger,
    };

    const SOURCE: &str = "\
from sqlalchemy.orm import Session
authors = session.scalars(select(Author)).all()
print([author.books for author in authors])
";

    /// A run of the scenario above: its events, by what loads the books.
    fn run(source: &str, strategy: Strategy, output: &str) -> Vec<Event> {
        let info = ScenarioInfo {
            source: source.into(),
            ..ScenarioInfo::default()
        };
        let relationship = RelationshipInfo {
            key: "Author.books".into(),
            target: "Book".into(),
            direction: Direction::OneToMany,
            uselist: true,
            declared: Strategy::Select,
            active: strategy,
            line: None,
        };
        let query = Statement {
            id: 1,
            line: 2,
            sql: "SELECT authors.id FROM authors".into(),
            rows: 5,
            ..Statement::default()
        };
        let mut events = vec![
            Event::Started(Box::new(info)),
            Event::Relationship(Box::new(relationship)),
            Event::Statement(Box::new(query)),
        ];
        let loads = match strategy {
            Strategy::Select => 5,
            Strategy::Selectin => 1,
            _ => 0,
        };
        for owner in 1..=loads {
            events.push(Event::Statement(Box::new(Statement {
                id: owner + 1,
                line: 3,
                sql: "SELECT books.id FROM books WHERE ? = books.author_id".into(),
                trigger: if loads == 1 {
                    Trigger::Selectin
                } else {
                    Trigger::Lazy
                },
                relationship: Some("Author.books".into()),
                parent: Some(1),
                owners: 5 / loads as u32,
                owner: (loads > 1).then(|| format!("Author({owner})").into()),
                start_ns: owner * 10,
                rows: 15 / loads,
                ..Statement::default()
            })));
        }
        if strategy == Strategy::Selectin {
            events.push(Event::Access(crate::trace::Access {
                relationship: "Author.books".into(),
                cell: 0,
                line: 3,
                outcome: crate::trace::AccessOutcome::Loaded,
                count: 5,
                first_reads: 5,
                statement: Some(2),
                at_ns: 90,
            }));
        }
        events.push(Event::Output(Output {
            line: 3,
            after_statement: 1,
            text: output.to_owned(),
            stream: crate::trace::OutputStream::default(),
            is_log: false,
        }));
        let error = (strategy == Strategy::Joined).then(|| Error {
            kind: "sqlalchemy.exc.InvalidRequestError".to_owned(),
            message: "The unique() method must be invoked".to_owned(),
            line: Some(2),
            traceback: String::new(),
        });
        let status = match error {
            Some(_) => Status::Error,
            None => Status::Ok,
        };
        let outcome = Outcome { status, error };
        events.push(Event::Finished { outcome, at_ns: 99 });
        events
    }

    fn trace() -> Trace {
        let mut trace = Trace::new();
        for event in run(SOURCE, Strategy::Select, "x") {
            trace.push(event);
        }
        trace
    }

    /// Tries all, each run printing that; tells the offers, a line each.
    fn tried(selectin_prints: &str) -> Vec<String> {
        let trace = trace();
        let mut trying = Trying::of(&trace, &Strategies::new(), &BTreeMap::new());
        assert!(trying.is_awaited(0));
        while let Some(next) = trying.start_next() {
            assert!(trying.start_next().is_none(), "one at a time");
            let (way, ..) = trying.progress().expect("it is trying");
            let strategy = way.steps[0].strategy.expect("a relationship");
            let says = |option: &str| next.source.contains(option);
            let is_written = says("selectinload(Author") || says("joinedload(Author");
            assert_ne!(is_written, next.strategies.contains_key("Author.books"));
            let output = match strategy {
                Strategy::Selectin => selectin_prints,
                _ => "x",
            };
            for event in run(&next.source, strategy, output) {
                trying.push(event);
            }
        }
        assert!(trying.is_done() && !trying.is_awaited(0));
        let offers = trying.offers(0, &trace.findings()[0], 1_000);
        let told = offers.iter().map(|offer| {
            let statements = offer.after().map(|after| after.measured.summary.statements);
            let clean = if offer.is_clean() { " clean" } else { "" };
            let refused = offer.refused.as_deref().unwrap_or_default();
            format!("{}{clean} {statements:?} {refused}", offer.way.word())
        });
        told.collect()
    }

    #[test]
    fn what_is_better_is_offered_and_what_breaks_is_told() {
        assert_eq!(
            tried("x"),
            [
                "selectin clean Some(2) ",
                "joined None it stops: The unique() method must be invoked"
            ]
        );
    }

    #[test]
    fn nothing_is_held_against_a_run_that_did_not_come_to_its_end() {
        let mut events = run(SOURCE, Strategy::Select, "");
        events.pop();
        let outcome = Outcome {
            status: Status::Cancelled,
            error: None,
        };
        events.push(Event::Finished { outcome, at_ns: 99 });
        let mut trace = Trace::new();
        for event in events {
            trace.push(event);
        }
        assert!(!trace.findings().is_empty());
        let mut trying = Trying::of(&trace, &Strategies::new(), &BTreeMap::new());
        assert!(trying.start_next().is_none() && !trying.is_awaited(0));
        assert!(trying.offers(0, &trace.findings()[0], 1_000).is_empty());
    }

    #[test]
    fn another_output_is_a_price() {
        assert_eq!(tried("y")[0], "selectin Some(2) ");
    }

    #[test]
    fn a_run_that_is_put_off_is_made_again() {
        let mut trying = Trying::of(&trace(), &Strategies::new(), &BTreeMap::new());
        let first = trying.start_next().expect("a run");
        trying.put_off();
        assert_eq!(trying.start_next(), Some(first));
        trying.stop();
        assert!(trying.is_done() && trying.start_next().is_none());
    }

    #[test]
    fn trying_has_an_end() {
        let mut trying = Trying::of(&trace(), &Strategies::new(), &BTreeMap::new());
        trying.spend(Duration::from_secs(50));
        assert!(!trying.is_done());
        trying.spend(Duration::from_secs(50));
        assert!(trying.is_done());
    }
}
