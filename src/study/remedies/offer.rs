//! What came of trying a remedy, held against the run that has the finding.

use super::Way;
use crate::study::{Flaw, Measured};
use crate::trace::{Finding, FindingKind};

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

impl<'a> Offer<'a> {
    /// What came of a remedy for that finding, by its runs as far as there were any: replayed with its strategies, and run
    /// with its code.
    pub(super) fn of(
        way: &'a Way,
        finding: &Finding,
        before: &'a Measured,
        (replayed, rerun): (Option<&'a Measured>, Option<&'a Measured>),
    ) -> Self {
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
        Self {
            way,
            before,
            replayed: good_replay.map(tried),
            rerun: good_rerun.map(tried),
            refused,
            was_run,
        }
    }

    /// What it came to: its code, where that is known.
    pub fn after(&self) -> Option<&Tried<'_>> {
        self.rerun.as_ref().or(self.replayed.as_ref())
    }

    /// Whether it may be recommended without a word of warning.
    pub fn is_clean(&self) -> bool {
        self.after().is_some_and(Tried::is_clean)
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
