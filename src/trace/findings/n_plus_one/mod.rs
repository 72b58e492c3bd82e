//! Owner by owner: what was loaded for one owner at a time, and what the scenario asked for one key at a time.

mod by_hand;
#[cfg(test)]
mod tests;
mod told;

use std::hash::{Hash, Hasher};

use super::detectors::{Bookmark, Detector, Findings};
use super::finding::{Finding, FindingKind, Subject};
use super::{Confidence, Explanation};
use crate::trace::burst::Burst;
use crate::trace::folded::Folded;
use crate::trace::hash::FastHasher;
use crate::trace::value::hash_values;
use crate::trace::{StatementKind, Trigger};

/// From this many owners on, loading them one by one is no chance.
const SURE_OWNERS: usize = 3;

/// One relationship, deferred or expired column was loaded owner by owner.
///
/// What makes it a fact: each statement says which relationship asked and how many owners it served. So chunks of
/// `selectin` are never mistaken for it, and statements in between do not hide it.
#[derive(Debug, Default)]
pub(crate) struct NPlusOne {
    /// By number of the burst.
    states: Vec<State>,
}

/// What is kept of a burst.
#[derive(Debug, Default)]
struct State {
    /// Hashes of the first few distinct owners.
    owners: Vec<u64>,
    /// For queries of the scenario: the same of the keys that they ask by, each with a hash of the values that are no
    /// keys.
    keys: Vec<(u64, u64)>,
    /// Those of the last one.
    last_key: Option<(u64, u64)>,
    /// One key came with other values beside it.
    has_pages: bool,
    /// Members that served a single owner, for the strategies whose members may serve many.
    singles: Vec<u32>,
    /// Parent of the last member.
    last_parent: u32,
    is_vehicle: Option<bool>,
    /// It is an N+1 beyond doubt, and whatever else joins the burst is one more of it.
    is_sure: bool,
    finding: Bookmark,
}

impl Detector for NPlusOne {
    fn explain(&self, folded: &Folded, finding: &Finding) -> Explanation {
        let burst = match finding.burst() {
            Some(number) => &folded.bursts.list[number],
            None => return Explanation::default(),
        };
        Explanation {
            message: told::message(folded, finding, burst),
            evidence: told::evidence(folded, finding, burst),
            remedies: told::remedies(folded, finding, burst),
        }
    }
}

impl NPlusOne {
    /// Looks at the last statement of `folded`, which was put into burst `number`. It comes before the other
    /// detectors, as it says of a burst what they have to know.
    #[inline]
    pub fn look(&mut self, folded: &Folded, number: u32, findings: &mut Findings) {
        if let Some(state) = self.states.get(number as usize)
            && state.is_sure
            && let Some(finding) = findings.at(state.finding)
        {
            finding.count = folded.bursts.get(number).len() as u64;
            return;
        }
        self.look_closely(folded, number, findings);
    }

    fn look_closely(&mut self, folded: &Folded, number: u32, findings: &mut Findings) {
        let burst = folded.bursts.get(number);
        if self.states.len() <= number as usize {
            self.states.resize_with(number as usize + 1, State::default);
        }
        if is_loading(burst) {
            self.loaded(folded, number, findings);
        }
        let is_asked = matches!(burst.trigger, Trigger::Query | Trigger::Get);
        if burst.kind == StatementKind::Select && is_asked && !self.is_of_owners(number) {
            self.asked(folded, number, findings);
        }
    }

    /// Whether the members are known to be one relationship's, of more than one owner.
    fn is_of_owners(&self, number: u32) -> bool {
        self.states[number as usize].owners.len() > 1
    }
}

/// Whether the session layer knows these statements to load something for owners: it sent them itself, or they are
/// queries of the scenario for collections that no object holds.
fn is_loading(burst: &Burst) -> bool {
    burst.kind == StatementKind::Select
        && match burst.trigger {
            Trigger::Get => false,
            Trigger::Refresh => true,
            _ => burst.relationship.is_some(),
        }
}

/// Whether one statement of this trigger is meant to serve many owners.
fn is_batched(trigger: Trigger) -> bool {
    matches!(trigger, Trigger::Selectin | Trigger::Subquery)
}

/// Whether these refresh objects for the sake of a relationship, whose own loads follow them and tell.
fn is_vehicle(folded: &Folded, burst: &Burst) -> bool {
    burst.trigger == Trigger::Refresh
        && burst.relationship.as_ref().is_some_and(|name| {
            folded.relationship(name).is_some()
                && !folded.statement(burst.last()).joined().contains(name)
        })
}

/// Whether an eager load goes on from what the same one has loaded, a level further down: it is sent right after
/// another eager load, and its owner came by a member of its own burst.
fn is_deeper(folded: &Folded, number: u32, index: usize) -> bool {
    let is_own = |id: u32| folded.store.burst(id as usize - 1) == number;
    let parent = folded.store.parent(index);
    let before = index.checked_sub(1).map(|before| {
        let burst = folded.bursts.get(folded.store.burst(before));
        burst.trigger
    });
    parent > 0 && is_own(parent) && !matches!(before, None | Some(Trigger::Query | Trigger::Get))
}

impl NPlusOne {
    fn loaded(&mut self, folded: &Folded, number: u32, findings: &mut Findings) {
        let burst = folded.bursts.get(number);
        let state = &mut self.states[number as usize];
        let index = burst.last();
        if *state
            .is_vehicle
            .get_or_insert_with(|| is_vehicle(folded, burst))
        {
            return;
        }
        let parent = folded.store.parent(index);
        // The rest of a batch may serve one owner: it is of the same parent as the batch before it.
        let is_rest = is_batched(burst.trigger) && burst.len() > 1 && state.last_parent == parent;
        state.last_parent = parent;
        // A batch that nobody counted the owners of (0) is not for a single one.
        let is_single = match is_batched(burst.trigger) {
            true => {
                !is_rest && folded.store.owners(index) == 1 && !is_deeper(folded, number, index)
            }
            false => folded.store.owners(index) <= 1,
        };
        if !is_single {
            return;
        }
        if is_batched(burst.trigger) {
            state.singles.push(index as u32);
        }
        if state.owners.len() < SURE_OWNERS {
            let owner = owner_hash(folded, index);
            if !state.owners.contains(&owner) {
                state.owners.push(owner);
            }
        }
        if state.owners.len() < 2 {
            return;
        }
        let finding = findings.marked(
            &mut state.finding,
            FindingKind::NPlusOne,
            u64::from(number),
            || Finding::of_burst(FindingKind::NPlusOne, folded, number),
        );
        finding.relationship.clone_from(&burst.relationship);
        finding.confidence = match state.owners.len() {
            SURE_OWNERS.. => Confidence::Confirmed,
            _ => Confidence::Suspected,
        };
        if is_batched(burst.trigger) {
            let Subject::Statements { members, .. } = &mut finding.subject else {
                finding.parent = folded.statement(state.singles[0] as usize).parent();
                finding.count = state.singles.len() as u64;
                finding.subject = Subject::Statements {
                    burst: number,
                    members: state.singles.clone(),
                };
                findings.n_plus_one = Some(number);
                return;
            };
            members.push(index as u32);
            finding.count = members.len() as u64;
        } else {
            finding.count = burst.len() as u64;
            state.is_sure = state.owners.len() >= SURE_OWNERS;
        }
        if !burst.n_plus_one {
            findings.n_plus_one = Some(number);
        }
    }
}

fn owner_hash(folded: &Folded, index: usize) -> u64 {
    let mut hasher = FastHasher::default();
    match folded.store.owner(index) {
        Some(owner) => owner.hash(&mut hasher),
        None => hash_values(folded.store.parameters(index).values(), &mut hasher),
    }
    hasher.finish()
}
