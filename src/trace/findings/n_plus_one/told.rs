//! An N+1 in words.

use super::{by_hand, is_batched};
use crate::trace::burst::Burst;
use crate::trace::findings::remedy::{Remedy, Rewrite, batch_strategies, class_of, option_of};
use crate::trace::findings::{Confidence, Finding};
use crate::trace::folded::Folded;
use crate::trace::{AccessOutcome, Strategy, Trigger};

/// Whether it is known by the keys alone that the scenario's queries ask by.
fn is_by_hand(finding: &Finding, burst: &Burst) -> bool {
    match burst.trigger {
        Trigger::Get => true,
        Trigger::Query => finding.relationship.is_none(),
        _ => false,
    }
}

pub(super) fn message(folded: &Folded, finding: &Finding, burst: &Burst) -> String {
    let count = finding.count;
    let line = finding.line;
    match burst.trigger {
        Trigger::Get => {
            return format!(
                "Line {line} sent {count} statements that ask for an object by its key, one at a time, where one query for \
                 all of them would do."
            );
        }
        Trigger::Query if finding.relationship.is_none() => {
            return format!(
                "Line {line} sent {count} statements that ask for one key at a time, where one for all of them would do."
            );
        }
        _ => {}
    }
    let two = match finding.confidence {
        Confidence::Confirmed => "",
        Confidence::Suspected => {
            " Two are little evidence: it is an N+1 only if more owners would mean more statements."
        }
    };
    let Some(relationship) = &finding.relationship else {
        let owner = folded.statement(burst.first()).owner();
        let class = owner.map_or("expired", |owner| owner.split('(').next().unwrap_or(owner));
        return format!("{count} {class} objects were refreshed one by one from line {line}.{two}");
    };
    if folded.relationship(relationship).is_none() {
        let class = class_of(relationship);
        return match burst.trigger {
            Trigger::Refresh => format!(
                "{relationship} had expired: {count} {class} objects were refreshed one by one from line {line}.{two}"
            ),
            _ => format!(
                "{relationship} is deferred: it was loaded for {count} {class} objects one by one from line {line}.{two}"
            ),
        };
    }
    let elsewhere = others(folded, finding);
    if elsewhere > 0 {
        let owners = count + elsewhere;
        return format!(
            "{count} of {owners} owners of {relationship} were loaded one by one from line {line}; \
             the rest were already in the session.{two}"
        );
    }
    format!("{count} owners of {relationship} were loaded one by one from line {line}.{two}")
}

/// Reads of the same relationship from the same line that the identity map answered.
fn others(folded: &Folded, finding: &Finding) -> u64 {
    let Some(relationship) = &finding.relationship else {
        return 0;
    };
    let Some(name) = folded.names.find(relationship) else {
        return 0;
    };
    let outcome = AccessOutcome::IdentityMap;
    folded
        .ledger
        .count(name, finding.cell, finding.line, outcome)
}

pub(super) fn evidence(folded: &Folded, finding: &Finding, burst: &Burst) -> String {
    if is_by_hand(finding, burst) {
        return by_hand::evidence(folded, burst);
    }
    let first = folded.statement(burst.first());
    let how = match burst.trigger {
        Trigger::Lazy => "Each was sent when the attribute was read",
        Trigger::Query => "Each was a query for the collection of one owner",
        Trigger::Immediate => "Each was sent by immediate loading",
        Trigger::Selectin | Trigger::Subquery => "Each was an eager load for a single owner",
        Trigger::Refresh if burst.relationship.is_some() => {
            "Each was sent when the expired attribute of an object was read"
        }
        Trigger::Refresh => "Each was sent for one object",
        Trigger::Joined | Trigger::Flush => "Each was sent for one owner",
        _ => "Each asks by one key",
    };
    let owners = match first.owner() {
        Some(owner) => {
            let last = folded.statement(burst.last()).owner();
            match last {
                Some(last) if last != owner => format!(", from {owner} to {last}"),
                _ => format!(", for {owner}"),
            }
        }
        None => String::new(),
    };
    let last = folded.statement(burst.last()).parent();
    let after = match finding.parent.and_then(|id| folded.statement_by_id(id)) {
        Some(parent) if last.is_none_or(|last| last == parent.id()) => format!(
            "; statement {} of line {} had loaded the owners",
            parent.id(),
            parent.line()
        ),
        Some(parent) => format!(
            "; several statements had loaded the owners, the first of them {} of line {}",
            parent.id(),
            parent.line()
        ),
        None => String::new(),
    };
    format!("{how}{owners}{after}.")
}

pub(super) fn remedies(folded: &Folded, finding: &Finding, burst: &Burst) -> Vec<Remedy> {
    let Some(relationship) = &finding.relationship else {
        return match burst.trigger {
            Trigger::Refresh => vec![refreshed_ahead(folded, burst)],
            _ => vec![by_hand::in_list(folded, burst)],
        };
    };
    if folded.relationship(relationship).is_none() {
        return match burst.trigger {
            Trigger::Refresh => vec![
                again(class_of(relationship)),
                Remedy::code("Session(engine, expire_on_commit=False)")
                    .with(Rewrite::KeepLoaded { line: finding.line }),
            ],
            _ => {
                let mut remedies = vec![Remedy::undefer(folded, relationship, finding.parent)];
                // What is deferred as a group comes as a group.
                if folded.statement(burst.first()).text().facts.many_columns {
                    let group = Remedy::undefer_group(folded, relationship, finding.parent);
                    remedies.insert(0, group);
                }
                remedies
            }
        };
    }
    if burst.trigger == Trigger::Query {
        return vec![by_hand::in_list(folded, burst)];
    }
    if is_batched(burst.trigger) {
        let option = option_of(Strategy::Selectin);
        let remedy = Remedy::code(format!(
            "select({}).where(….in_(keys)).options({option}({relationship}))  # once, before the loop",
            class_of(relationship)
        ));
        let query = finding.parent.and_then(|id| folded.statement_by_id(id));
        return vec![
            match query.filter(|query| query.trigger() == Trigger::Query) {
                Some(query) => remedy.with(Rewrite::AskAhead {
                    line: query.line(),
                    relationship: None,
                }),
                None => remedy,
            },
        ];
    }
    let batched = batch_strategies(folded, relationship);
    let batched =
        batched.map(|strategy| Remedy::load(folded, relationship, strategy, finding.parent));
    let is_tree = folded
        .relationship(relationship)
        .is_some_and(|info| info.target == class_of(relationship));
    let tree = is_tree.then(|| Remedy::load_tree(folded, relationship, finding.parent));
    tree.into_iter().chain(batched).collect()
}

/// The same for objects that the scenario refreshes one by one.
fn refreshed_ahead(folded: &Folded, burst: &Burst) -> Remedy {
    let owner = folded.statement(burst.first()).owner();
    let class = owner.map(|owner| owner.split('(').next().unwrap_or(owner));
    let remedy = again(class.unwrap_or("…"));
    match (class, by_hand::only_key(folded, burst)) {
        (Some(class), Some(key)) => remedy.with(Rewrite::RefreshAhead {
            line: burst.line,
            class: class.to_owned(),
            column: key.column.clone(),
        }),
        _ => remedy,
    }
}

/// One query that fills all objects of a class again.
fn again(class: &str) -> Remedy {
    Remedy::code(format!(
        "session.scalars(select({class}), execution_options={{\"populate_existing\": True}}).all()  # once, before the loop"
    ))
}
