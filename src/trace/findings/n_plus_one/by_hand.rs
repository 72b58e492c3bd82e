//! Queries that the scenario sends itself, one key at a time.

use std::hash::{Hash, Hasher};

use super::{NPlusOne, SURE_OWNERS};
use crate::trace::Trigger;
use crate::trace::burst::Burst;
use crate::trace::findings::detectors::Findings;
use crate::trace::findings::{Confidence, Finding, FindingKind, Remedy, Rewrite};
use crate::trace::folded::Folded;
use crate::trace::hash::FastHasher;
use crate::trace::shape::{Facts, Key, Role, Slot};
use crate::trace::value::hash_values;

impl NPlusOne {
    /// The scenario's own query: an N+1 by hand when it comes again and again, each time with another key. The same key
    /// with a changed bound or offset is the next page, and a list of keys a batch.
    pub(super) fn asked(&mut self, folded: &Folded, number: u32, findings: &mut Findings) {
        let burst = folded.bursts.get(number);
        let state = &mut self.states[number as usize];
        if state.has_pages {
            return;
        }
        let Values { keys, rest } = values_of(folded, burst.last());
        let Some(keys) = keys else {
            return;
        };
        let mut known = state.keys.iter().chain(&state.last_key);
        if known.any(|&(key, other)| key == keys && rest != other) {
            state.has_pages = true;
            if state.keys.len() >= SURE_OWNERS {
                findings.remove(FindingKind::NPlusOne, u64::from(number));
            }
            return;
        }
        state.last_key = Some((keys, rest));
        let is_known = state.keys.iter().any(|(key, _)| *key == keys);
        if state.keys.len() < SURE_OWNERS && !is_known {
            state.keys.push((keys, rest));
        }
        if state.keys.len() < SURE_OWNERS {
            return;
        }
        let finding = findings.marked(
            &mut state.finding,
            FindingKind::NPlusOne,
            u64::from(number),
            || Finding::of_burst(FindingKind::NPlusOne, folded, number),
        );
        finding.confidence = Confidence::Suspected;
        // It is the keys that tell, not whose collection is asked.
        finding.relationship = None;
        finding.count = burst.len() as u64;
        if !burst.n_plus_one {
            findings.n_plus_one = Some(number);
        }
    }
}

/// Hashes of a statement's values.
struct Values {
    /// Those that single keys are compared with; none when there are none.
    keys: Option<u64>,
    /// Those that bound a range or a page, or stand in a list.
    rest: u64,
}

fn values_of(folded: &Folded, index: usize) -> Values {
    let facts = &folded.texts.get(folded.store.text(index)).facts;
    let mut parameters = folded.store.parameters(index).values().iter();
    let (mut keys, mut rest) = (FastHasher::default(), FastHasher::default());
    let mut has_key = false;
    for slot in &facts.slots {
        let value = match slot.literal {
            Some(_) => None,
            None => parameters.next(),
        };
        let hasher = match &slot.role {
            Role::Key(key) if is_single(facts, key) => {
                has_key = true;
                &mut keys
            }
            Role::Key(_) | Role::Range(_) | Role::Page => &mut rest,
            Role::Other => continue,
        };
        match (&slot.literal, value) {
            (Some(literal), _) => literal.hash(hasher),
            (None, Some(value)) => hash_values(std::slice::from_ref(value), hasher),
            (None, None) => {}
        }
    }
    Values {
        keys: has_key.then(|| keys.finish()),
        rest: rest.finish(),
    }
}

/// The columns that single keys are compared with.
fn key_columns<'a>(folded: &'a Folded, burst: &Burst) -> impl Iterator<Item = &'a Key> {
    let facts = &folded.texts.get(folded.store.text(burst.first())).facts;
    facts.slots.iter().filter_map(|slot| match &slot.role {
        Role::Key(key) if is_single(facts, key) => Some(key),
        _ => None,
    })
}

/// Whether one thing is asked for by that key. A column that is to be equal or beyond is where a page begins.
fn is_single(facts: &Facts, key: &Key) -> bool {
    let is_bound = |slot: &Slot| {
        matches!(&slot.role, Role::Range(bound)
            if bound.column == key.column && bound.table == key.table)
    };
    key.of == 1 && !facts.slots.iter().any(is_bound)
}

/// Which column the keys are compared with, and the first and last of them.
pub(super) fn evidence(folded: &Folded, burst: &Burst) -> String {
    let columns: Vec<String> = key_columns(folded, burst)
        .map(|key| {
            let table = key.table.iter().map(|table| format!("{table}."));
            let column = format!("{}{}", table.collect::<String>(), key.column);
            match &key.function {
                Some(function) => format!("{function}({column})"),
                None => column,
            }
        })
        .collect();
    format!(
        "The same shape of SQL came {} times, with other values for {}; the first was statement {}, the last {}.",
        burst.len(),
        columns.join(" and "),
        folded.statement(burst.first()).id(),
        folded.statement(burst.last()).id()
    )
}

/// One query in place of many that ask by a key.
pub(super) fn in_list(folded: &Folded, burst: &Burst) -> Remedy {
    let columns: Vec<String> = key_columns(folded, burst)
        .map(|key| match &key.function {
            Some(function) => format!("func.{function}(….{})", key.column),
            None => format!("….{}", key.column),
        })
        .collect();
    let is_either = columns.len() > 1 && folded.statement(burst.first()).text().facts.either;
    let condition = match columns.as_slice() {
        [] => "….in_(keys)".to_string(),
        [column] => format!("{column}.in_(keys)"),
        several if is_either => {
            let each: Vec<_> = several.iter().map(|it| format!("{it}.in_(…)")).collect();
            format!("or_({})", each.join(", "))
        }
        several => format!("tuple_({}).in_(keys)", several.join(", ")),
    };
    let remedy = Remedy::code(format!(
        "select(…).where({condition})  # once, before the loop"
    ));
    let line = burst.line;
    let mut keys = key_columns(folded, burst).peekable();
    if is_either || keys.peek().is_none() || keys.any(|key| key.function.is_some()) {
        return remedy;
    }
    match burst.trigger {
        Trigger::Get => remedy.with(Rewrite::FetchAhead {
            line,
            columns: key_columns(folded, burst)
                .map(|key| key.column.clone())
                .collect(),
        }),
        Trigger::Query => remedy.with(Rewrite::AskAhead {
            line,
            relationship: burst.relationship.clone(),
        }),
        _ => remedy,
    }
}

/// The column that single keys are compared with, where it is one.
pub(super) fn only_key<'a>(folded: &'a Folded, burst: &Burst) -> Option<&'a Key> {
    let mut keys = key_columns(folded, burst);
    let first = keys.next().filter(|key| key.function.is_none())?;
    keys.next().is_none().then_some(first)
}
