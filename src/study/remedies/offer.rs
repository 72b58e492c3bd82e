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
    /// Why its code is none to write, in a few words.
    pub code_refused: Option<String>,
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
        let tried = |after: Option<&'a Measured>| {
            let after = after?;
            Some(refusal(finding, before, after).map_or(Ok(after), Err))
        };
        let (replayed, rerun) = (tried(replayed), tried(rerun));
        let code_refused = match (&rerun, &way.written) {
            (Some(Err(because)), _) => Some(because.clone()),
            (None, Some(Err(because))) => Some(because.to_string()),
            _ => None,
        };
        let refused = match (&replayed, &rerun) {
            (Some(Ok(_)), _) | (_, Some(Ok(_))) => None,
            (_, Some(Err(because))) | (Some(Err(because)), None) => Some(because.clone()),
            (None, None) => Some(match &code_refused {
                Some(because) => format!("not tried: {because}"),
                None => "not tried".to_owned(),
            }),
        };
        let found_better = |tried: Option<Result<&'a Measured, String>>| {
            let after = tried?.ok()?;
            Some(Tried {
                measured: after,
                new_flaws: after.new_flaws(before),
                prints_other: after.output != before.output,
            })
        };
        Self {
            way,
            before,
            replayed: found_better(replayed),
            rerun: found_better(rerun),
            code_refused,
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

/// Why a run is no better than the one with the finding, if it is not: it breaks, the finding is still there or is only
/// somewhere else, or what it was told for is not less.
pub(super) fn refusal(finding: &Finding, before: &Measured, after: &Measured) -> Option<String> {
    if after.is_cancelled {
        return Some("it took too long to try".to_owned());
    }
    if let Some(ending) = &after.ending {
        let first = ending.lines().next().unwrap_or_default();
        return Some(format!("it stops: {first}"));
    }
    let (kind, relationship) = (finding.kind, finding.relationship.as_ref());
    let of = |measured: &Measured| {
        let flaw = measured.flaw(kind, relationship);
        flaw.map_or((0, 0), |flaw| (flaw.findings, flaw.members))
    };
    let ((findings, members), (findings_left, left)) = (of(before), of(after));
    if left >= members {
        return Some("it does not help here".to_owned());
    }
    if findings_left >= findings {
        return Some(format!("it leaves {left} of {members}"));
    }
    if gained(finding, before, after) >= members - left {
        return Some("what was found only moves".to_owned());
    }
    match is_less(kind, before, after) {
        true => None,
        false => Some("nothing is saved by it".to_owned()),
    }
}

/// How many members the findings of that kind about anything else have gained.
fn gained(finding: &Finding, before: &Measured, after: &Measured) -> u64 {
    let relationship = finding.relationship.as_ref();
    let others = after
        .flaws
        .iter()
        .filter(|flaw| flaw.kind == finding.kind && !flaw.is_like(finding.kind, relationship));
    let gained = others.map(|flaw| {
        let known = before.flaw(flaw.kind, flaw.relationship.as_ref());
        flaw.members
            .saturating_sub(known.map_or(0, |known| known.members))
    });
    gained.sum()
}

/// Whether a run has less of what a kind of finding is told for.
fn is_less(kind: FindingKind, before: &Measured, after: &Measured) -> bool {
    let (a, b) = (before.summary, after.summary);
    let has_fewer_rows = b.rows < a.rows || b.bytes < a.bytes;
    match kind {
        // A page that lacks some of its objects is wrong, whatever it costs to have it right.
        FindingKind::PageOfRows => true,
        // One more statement is what it takes.
        FindingKind::RowMultiplication | FindingKind::CartesianProduct => has_fewer_rows,
        FindingKind::UnusedEagerLoad => {
            b.statements < a.statements || b.statements == a.statements && has_fewer_rows
        }
        FindingKind::FullScan => b.statements <= a.statements && b.vm_steps < a.vm_steps,
        // One transaction in the place of many is less, whatever was written in them.
        FindingKind::UnbatchedWrites => {
            b.statements < a.statements
                || b.statements == a.statements && after.transactions < before.transactions
        }
        FindingKind::NPlusOne | FindingKind::Duplicate | FindingKind::OverBudget => {
            b.statements < a.statements
        }
    }
}
