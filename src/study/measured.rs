//! What is kept of a run of a study.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use crate::trace::{Cost, FindingKind, Status, Summary, Trace, Trigger};

/// The measures of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    pub summary: Summary,
    /// Statements by their cause; together they are all that count.
    pub causes: BTreeMap<Cause, u64>,
    /// What was found, each once.
    pub flaws: Vec<Flaw>,
    /// What began and ended transactions: no statements that count, and round trips all the same.
    pub transactions: u64,
    /// A fingerprint of what the scenario printed.
    pub output: u64,
    /// Why it did not come to its end.
    pub ending: Option<String>,
    /// It was stopped from outside.
    pub is_cancelled: bool,
}

/// What statements have in common whose number follows one law.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    pub line: u32,
    pub relationship: Option<Arc<str>>,
    /// Number of the trigger, to tell causes apart.
    trigger: u8,
    /// The shape of the first of them, where no relationship asked.
    shape: Option<Arc<str>>,
}

/// Findings that are alike but for their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    pub kind: FindingKind,
    pub relationship: Option<Arc<str>>,
    /// How many there are.
    pub findings: u64,
    /// How many statements they are about.
    pub members: u64,
}

impl Flaw {
    /// Whether it is of that kind and about that relationship.
    pub fn is_like(&self, kind: FindingKind, relationship: Option<&Arc<str>>) -> bool {
        self.kind == kind && self.relationship.as_ref() == relationship
    }
}

impl Measured {
    /// Measures a run that is over.
    pub fn of(trace: &Trace) -> Self {
        let mut causes = BTreeMap::new();
        for burst in trace.bursts().iter().filter(|burst| burst.counted) {
            let shape = match burst.relationship {
                Some(_) => None,
                None => Some(Arc::clone(trace.statement(burst.first()).shape())),
            };
            let cause = Cause {
                line: burst.line,
                relationship: burst.relationship.clone(),
                trigger: number(burst.trigger),
                shape,
            };
            *causes.entry(cause).or_default() += burst.len() as u64;
        }
        let mut flaws: Vec<Flaw> = Vec::new();
        for finding in trace.findings() {
            let relationship = finding.relationship.as_ref();
            let known = flaws
                .iter_mut()
                .find(|flaw| flaw.is_like(finding.kind, relationship));
            match known {
                Some(known) => {
                    known.findings += 1;
                    known.members += finding.count;
                }
                None => flaws.push(Flaw {
                    kind: finding.kind,
                    relationship: relationship.cloned(),
                    findings: 1,
                    members: finding.count,
                }),
            }
        }
        let mut output = DefaultHasher::new();
        let mut has_printed = false;
        for text in trace.printed() {
            // How the text was cut into events is no part of it.
            output.write(text.as_bytes());
            has_printed = true;
        }
        has_printed.hash(&mut output);
        let bursts = trace.bursts().iter();
        let transactions = bursts.filter(|burst| burst.trigger == Trigger::Transaction);
        Self {
            transactions: transactions.map(|burst| burst.len() as u64).sum(),
            summary: trace.summary(),
            causes,
            flaws,
            output: output.finish(),
            ending: ending(trace),
            is_cancelled: trace
                .outcome()
                .is_some_and(|outcome| outcome.status == Status::Cancelled),
        }
    }

    /// What it cost, as far as it does not change from one machine to another.
    pub fn price(&self) -> Cost {
        Cost {
            statements: self.summary.statements,
            rows: self.summary.rows,
            bytes: self.summary.bytes,
            vm_steps: self.summary.vm_steps,
        }
    }

    /// The findings of a kind about a relationship.
    pub fn flaw(&self, kind: FindingKind, relationship: Option<&Arc<str>>) -> Option<&Flaw> {
        let mut flaws = self.flaws.iter();
        flaws.find(|flaw| flaw.is_like(kind, relationship))
    }

    /// What was found here more often than in another run. The same that came apart into several findings is not.
    pub fn new_flaws<'a>(&'a self, baseline: &Self) -> Vec<&'a Flaw> {
        let is_new = |flaw: &&Flaw| {
            let known = baseline.flaw(flaw.kind, flaw.relationship.as_ref());
            known.is_none_or(|it| it.findings < flaw.findings && it.members < flaw.members)
        };
        self.flaws.iter().filter(is_new).collect()
    }

    /// What goes before what: nanoseconds of round trips, then SQLite's steps. Not the time that was measured, so that the
    /// same runs are always in the same order.
    pub fn cost(&self, round_trip_ns: u64) -> (u64, u64) {
        let summary = self.summary;
        let trips = summary.statements.saturating_mul(round_trip_ns);
        (trips, summary.vm_steps)
    }

    /// Time for the database at a modelled round trip, in nanoseconds.
    pub fn database_ns(&self, round_trip_ns: u64) -> u64 {
        self.summary.database_ns(round_trip_ns)
    }
}

fn ending(trace: &Trace) -> Option<String> {
    let outcome = trace.outcome()?;
    if outcome.status == Status::Ok {
        return None;
    }
    let message = outcome.error.as_ref().map(|error| error.message.clone());
    Some(message.unwrap_or_else(|| "it was stopped".to_owned()))
}

fn number(trigger: Trigger) -> u8 {
    match trigger {
        Trigger::Query => 0,
        Trigger::Get => 1,
        Trigger::Lazy => 2,
        Trigger::Selectin => 3,
        Trigger::Joined => 4,
        Trigger::Subquery => 5,
        Trigger::Immediate => 6,
        Trigger::Refresh => 7,
        Trigger::Flush => 8,
        Trigger::Ddl => 9,
        Trigger::Transaction => 10,
    }
}
