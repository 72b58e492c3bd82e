use std::hash::{Hash, Hasher};

use super::detectors::{Bookmark, Detector, Findings};
use super::finding::{Finding, FindingKind, Subject};
use super::remedy::{Remedy, batch_strategies, class_of};
use super::{Confidence, Explanation};
use crate::trace::burst::Burst;
use crate::trace::folded::Folded;
use crate::trace::hash::FastHasher;
use crate::trace::shape::Role;
use crate::trace::{AccessOutcome, StatementKind, Strategy, Trigger};

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
    /// Members that served a single owner, for the strategies whose members may serve many.
    singles: Vec<u32>,
    /// Parent of the last member.
    last_parent: u32,
    /// For queries of the scenario: a hash of the first one's values that are no keys, and whether those have
    /// stayed the same.
    rest: Option<u64>,
    rest_varies: bool,
    is_vehicle: Option<bool>,
    finding: Bookmark,
}

impl Detector for NPlusOne {
    fn explain(&self, folded: &Folded, finding: &Finding) -> Explanation {
        let burst = match finding.burst() {
            Some(number) => &folded.bursts.list[number],
            None => return Explanation::default(),
        };
        Explanation {
            message: message(folded, finding, burst),
            evidence: evidence(folded, finding, burst),
            remedies: remedies(folded, finding, burst),
        }
    }
}

impl NPlusOne {
    /// Looks at the last statement of `folded`, which was put into burst `number`. It comes before the other
    /// detectors, as it says of a burst what they have to know.
    pub fn look(&mut self, folded: &Folded, number: u32, findings: &mut Findings) {
        let burst = folded.bursts.get(number);
        if self.states.len() <= number as usize {
            self.states.resize_with(number as usize + 1, State::default);
        }
        if is_loading(burst) {
            self.loaded(folded, number, findings);
        } else if burst.kind == StatementKind::Select
            && matches!(burst.trigger, Trigger::Query | Trigger::Get)
        {
            self.asked(folded, number, findings);
        }
    }
}

/// Whether the session layer sent these statements to load something for owners.
fn is_loading(burst: &Burst) -> bool {
    burst.kind == StatementKind::Select
        && match burst.trigger {
            Trigger::Query | Trigger::Get => false,
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
        }
        if !burst.n_plus_one {
            findings.n_plus_one = Some(number);
        }
    }
}

impl NPlusOne {
    /// The scenario's own query: an N+1 by hand when it comes again and again, each time with another key and with
    /// nothing else changed. A changing bound or offset is a page, and a list of keys a batch.
    fn asked(&mut self, folded: &Folded, number: u32, findings: &mut Findings) {
        let burst = folded.bursts.get(number);
        let state = &mut self.states[number as usize];
        if state.rest_varies {
            return;
        }
        let Values { keys, rest } = values_of(folded, burst.last());
        if *state.rest.get_or_insert(rest) != rest {
            state.rest_varies = true;
            if state.owners.len() >= SURE_OWNERS {
                findings.remove(FindingKind::NPlusOne, u64::from(number));
            }
            return;
        }
        let Some(keys) = keys else {
            return;
        };
        if state.owners.len() < SURE_OWNERS && !state.owners.contains(&keys) {
            state.owners.push(keys);
        }
        if state.owners.len() < SURE_OWNERS {
            return;
        }
        let finding = findings.marked(
            &mut state.finding,
            FindingKind::NPlusOne,
            u64::from(number),
            || Finding::of_burst(FindingKind::NPlusOne, folded, number),
        );
        finding.confidence = Confidence::Suspected;
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
            Role::Key(key) if key.of == 1 => {
                has_key = true;
                &mut keys
            }
            Role::Key(_) | Role::Range(_) | Role::Page => &mut rest,
            Role::Other => continue,
        };
        match (&slot.literal, value) {
            (Some(literal), _) => literal.hash(hasher),
            (None, Some(value)) => super::hash_values(std::slice::from_ref(value), hasher),
            (None, None) => {}
        }
    }
    Values {
        keys: has_key.then(|| keys.finish()),
        rest: rest.finish(),
    }
}

fn owner_hash(folded: &Folded, index: usize) -> u64 {
    let mut hasher = FastHasher::default();
    match folded.store.owner(index) {
        Some(owner) => owner.hash(&mut hasher),
        None => super::hash_values(folded.store.parameters(index).values(), &mut hasher),
    }
    hasher.finish()
}

fn message(folded: &Folded, finding: &Finding, burst: &Burst) -> String {
    let count = finding.count;
    let line = finding.line;
    match burst.trigger {
        Trigger::Get => {
            return format!(
                "session.get() sent {count} statements from line {line}, one for each object, where one query for \
                 all of them would do."
            );
        }
        Trigger::Query => {
            return format!(
                "Line {line} sent {count} statements that differ in nothing but a key: \
                 one for each object, where one for all of them would do."
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

fn evidence(folded: &Folded, finding: &Finding, burst: &Burst) -> String {
    if matches!(burst.trigger, Trigger::Query | Trigger::Get) {
        return key_evidence(folded, burst);
    }
    let first = folded.statement(burst.first());
    let how = match burst.trigger {
        Trigger::Lazy => "Each was sent when the attribute was read",
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
    let after = match finding.parent.and_then(|id| folded.statement_by_id(id)) {
        Some(parent) => format!(
            "; statement {} of line {} had loaded the owners",
            parent.id(),
            parent.line()
        ),
        None => String::new(),
    };
    format!("{how}{owners}{after}.")
}

/// Which column the keys are compared with, and the first of them.
fn key_evidence(folded: &Folded, burst: &Burst) -> String {
    let first = folded.statement(burst.first());
    let keys = first.text().facts.slots.iter();
    let columns: Vec<String> = keys
        .filter_map(|slot| match &slot.role {
            Role::Key(key) if key.of == 1 => Some(match &key.table {
                Some(table) => format!("{table}.{}", key.column),
                None => key.column.clone(),
            }),
            _ => None,
        })
        .collect();
    let last = folded.statement(burst.last());
    format!(
        "The same shape of SQL came {} times, with other values for {}; the first was statement {}, the last {}.",
        burst.len(),
        columns.join(" and "),
        first.id(),
        last.id()
    )
}

/// One query in place of many that ask by a key.
fn in_list(folded: &Folded, burst: &Burst) -> Remedy {
    let first = folded.statement(burst.first());
    let keys = first
        .text()
        .facts
        .slots
        .iter()
        .filter_map(|slot| match &slot.role {
            Role::Key(key) if key.of == 1 => Some(key),
            _ => None,
        });
    let columns: Vec<String> = keys.map(|key| format!("….{}", key.column)).collect();
    let compared = match columns.as_slice() {
        [] => "…".to_string(),
        [column] => column.clone(),
        several => format!("tuple_({})", several.join(", ")),
    };
    Remedy::code(format!(
        "select(…).where({compared}.in_(keys))  # once, before the loop"
    ))
}

fn remedies(folded: &Folded, finding: &Finding, burst: &Burst) -> Vec<Remedy> {
    let Some(relationship) = &finding.relationship else {
        return match burst.trigger {
            Trigger::Refresh => vec![again("…")],
            _ => vec![in_list(folded, burst)],
        };
    };
    if folded.relationship(relationship).is_none() {
        return match burst.trigger {
            Trigger::Refresh => vec![
                again(class_of(relationship)),
                Remedy::code("Session(engine, expire_on_commit=False)"),
            ],
            _ => vec![Remedy::undefer(folded, relationship, finding.parent)],
        };
    }
    if is_batched(burst.trigger) {
        let option = super::remedy::option_of(Strategy::Selectin);
        return vec![Remedy::code(format!(
            "select({}).where(….in_(keys)).options({option}({relationship}))  # once, before the loop",
            class_of(relationship)
        ))];
    }
    batch_strategies(folded, relationship)
        .map(|strategy| Remedy::load(folded, relationship, strategy, finding.parent))
        .to_vec()
}

/// One query that fills all objects of a class again.
fn again(class: &str) -> Remedy {
    Remedy::code(format!(
        "session.scalars(select({class}), execution_options={{\"populate_existing\": True}}).all()  # once, before the loop"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::testing::{Run, cell, load, select, setup};
    use crate::trace::{Statement, StatementKind};

    const AUTHORS: &str = "SELECT authors.id FROM authors";

    fn lazies(run: &mut Run, line: u32, relationship: &str, owners: std::ops::RangeInclusive<i64>) {
        let parent = run.query(line - 1, AUTHORS);
        for owner in owners {
            run.lazy(line, relationship, owner, parent);
        }
    }

    #[test]
    fn a_loop_of_lazy_reads() {
        let mut run = Run::new();
        lazies(&mut run, 42, "Author.books", 1..=3);
        run.check(&["n_plus_one confirmed Author.books line 42 cell 1 ×3"]);
        let told = run.explain(FindingKind::NPlusOne);
        assert_eq!(
            told.message,
            "3 owners of Author.books were loaded one by one from line 42."
        );
        assert_eq!(
            told.evidence,
            "Each was sent when the attribute was read, from Author(1) to Author(3); \
             statement 1 of line 41 had loaded the owners."
        );
        let code: Vec<_> = told.remedies.iter().map(|r| r.code.as_str()).collect();
        assert_eq!(
            code,
            [
                ".options(selectinload(Author.books))",
                ".options(joinedload(Author.books))"
            ]
        );
        assert!(run.trace.line_counts(42).expect("a line").n_plus_one);
        assert!(!run.trace.line_counts(41).expect("a line").n_plus_one);
    }

    #[test]
    fn one_owner_is_none_and_two_are_few() {
        let mut run = Run::new();
        lazies(&mut run, 42, "Author.books", 1..=1);
        run.check(&[]);
        let mut run = Run::new();
        lazies(&mut run, 42, "Author.books", 1..=2);
        run.check(&["n_plus_one suspected Author.books line 42 cell 1 ×2"]);
        assert!(
            run.explain(FindingKind::NPlusOne)
                .message
                .contains("Two are little evidence")
        );
    }

    #[test]
    fn one_owner_read_again_is_none() {
        let mut run = Run::new();
        let parent = run.query(41, AUTHORS);
        for _ in 0..5 {
            run.marker(43, "BEGIN");
            run.lazy(42, "Author.books", 1, parent);
        }
        assert!(!run.findings().iter().any(|f| f.starts_with("n_plus_one")));
    }

    #[test]
    fn what_comes_in_between_does_not_part_them() {
        let mut run = Run::new();
        let parent = run.query(41, AUTHORS);
        for owner in 1..=4 {
            let books = run.lazy(42, "Author.books", owner, parent);
            run.lazy(43, "Book.reviews", owner * 10, books);
            run.lazy(43, "Book.reviews", owner * 10 + 1, books);
            run.marker(44, "BEGIN");
            run.write(
                44,
                StatementKind::Insert,
                "INSERT INTO log VALUES (?)",
                Some(1),
            );
        }
        let findings = run.findings();
        assert_eq!(
            findings[..2],
            [
                "n_plus_one confirmed Book.reviews line 43 cell 1 ×8",
                "n_plus_one confirmed Author.books line 42 cell 1 ×4",
            ]
        );
        let nested = run.trace.explain(&run.trace.findings()[0]);
        assert_eq!(
            nested.remedies[0].code,
            ".options(selectinload(Author.books).selectinload(Book.reviews))"
        );
    }

    #[test]
    fn lines_and_cells_part_them() {
        let mut run = Run::with_cells(vec![cell(1, None), cell(2, None), setup(9)]);
        lazies(&mut run, 42, "Author.books", 1..=3);
        lazies(&mut run, 52, "Author.books", 4..=6);
        for cell in [2, 9] {
            for owner in 7..=9 {
                run.send(Statement {
                    cell,
                    line: 52,
                    ..load(Trigger::Lazy, "Author.books", owner, 1)
                });
            }
        }
        let n_plus_one: Vec<_> = run
            .findings()
            .into_iter()
            .filter(|f| f.starts_with("n_plus_one"))
            .collect();
        assert_eq!(
            n_plus_one,
            [
                "n_plus_one confirmed Author.books line 42 cell 1 ×3",
                "n_plus_one confirmed Author.books line 52 cell 1 ×3",
                "n_plus_one confirmed Author.books line 52 cell 2 ×3",
            ]
        );
    }

    fn selectin(run: &mut Run, owner: i64, owners: u32, parent: u64) {
        run.send(Statement {
            line: 42,
            owners,
            owner: (owners == 1).then(|| format!("Author({owner})").into()),
            ..load(Trigger::Selectin, "Author.books", owner, parent)
        });
    }

    #[test]
    fn chunks_of_selectin_are_none() {
        let mut run = Run::new();
        let parent = run.query(41, AUTHORS);
        for (chunk, owners) in [500, 500, 1].into_iter().enumerate() {
            selectin(&mut run, chunk as i64, owners, parent);
        }
        run.check(&[]);
    }

    #[test]
    fn subqueries_of_pages_are_none() {
        let mut run = Run::new();
        for page in 1..=4 {
            let parent = run.query_with(41, "SELECT a.id FROM a LIMIT 10 OFFSET ?", &[page]);
            run.send(Statement {
                line: 41,
                owners: 0,
                owner: None,
                ..load(Trigger::Subquery, "Author.books", page, parent)
            });
        }
        run.check(&[]);
    }

    #[test]
    fn selectin_for_single_owners_in_a_loop() {
        let mut run = Run::new();
        for owner in 1..=4 {
            let parent = run.query_with(41, "SELECT a.id FROM a WHERE a.x > ?", &[owner]);
            selectin(&mut run, owner, 1, parent);
            if owner == 1 {
                run.check(&[]);
            }
            // A page of several in between is no member.
            let parent = run.query_with(41, "SELECT a.id FROM a WHERE a.x > ?", &[owner + 50]);
            selectin(&mut run, owner + 50, 2, parent);
        }
        run.check(&["n_plus_one confirmed Author.books line 42 cell 1 ×4"]);
        assert_eq!(
            run.explain(FindingKind::NPlusOne).remedies[0].code,
            "select(Author).where(….in_(keys)).options(selectinload(Author.books))  # once, before the loop"
        );
    }

    #[test]
    fn levels_of_one_eager_load_are_none() {
        // A chain of nodes: each level has one, and came by the level above.
        let mut run = Run::new();
        let mut parent = run.query(41, "SELECT a.id FROM a WHERE a.x = 1");
        for level in 1..=5 {
            parent = run.send(Statement {
                line: 41,
                ..load(Trigger::Selectin, "Author.books", level, parent)
            });
        }
        run.check(&[]);
    }

    #[test]
    fn a_refresh_for_a_relationship_is_told_by_its_loads() {
        let mut run = Run::new();
        let root = run.query(41, AUTHORS);
        for owner in 1..=3 {
            let refresh = run.send(Statement {
                line: 42,
                ..load(Trigger::Refresh, "Author.books", owner, root)
            });
            run.send(Statement {
                line: 42,
                ..load(Trigger::Immediate, "Author.books", owner, refresh)
            });
        }
        run.check(&["n_plus_one confirmed Author.books line 42 cell 1 ×3"]);
        assert_eq!(
            run.explain(FindingKind::NPlusOne).remedies[0].code,
            ".options(selectinload(Author.books))"
        );
    }

    #[test]
    fn immediate_and_expired_count_too() {
        let mut run = Run::new();
        for owner in 1..=3 {
            run.send(Statement {
                line: 7,
                ..load(Trigger::Immediate, "Author.books", owner, 1)
            });
        }
        for owner in 1..=3 {
            run.send(Statement {
                line: 8,
                relationship: None,
                ..load(Trigger::Refresh, "Author.name", owner, 1)
            });
        }
        for owner in 1..=3 {
            run.send(Statement {
                line: 9,
                ..load(Trigger::Lazy, "Author.bio", owner, 1)
            });
        }
        for owner in 1..=3 {
            run.send(Statement {
                line: 10,
                ..load(Trigger::Refresh, "Author.name", owner, 1)
            });
        }
        run.check(&[
            "n_plus_one confirmed Author.books line 7 cell 1 ×3",
            "n_plus_one confirmed - line 8 cell 1 ×3",
            "n_plus_one confirmed Author.bio line 9 cell 1 ×3",
            "n_plus_one confirmed Author.name line 10 cell 1 ×3",
        ]);
        let told = |at: usize| run.trace.explain(&run.trace.findings()[at]).message;
        assert_eq!(
            told(2),
            "Author.bio is deferred: it was loaded for 3 Author objects one by one from line 9."
        );
        assert_eq!(
            told(3),
            "Author.name had expired: 3 Author objects were refreshed one by one from line 10."
        );
        let told = run.trace.explain(&run.trace.findings()[1]);
        assert_eq!(
            told.message,
            "3 Author objects were refreshed one by one from line 8."
        );
        let told = run.trace.explain(&run.trace.findings()[2]);
        assert_eq!(told.remedies[0].code, ".options(undefer(Author.bio))");
    }

    #[test]
    fn to_one_tells_how_many_were_there_already() {
        let mut run = Run::new();
        let parent = run.query(41, "SELECT books.id FROM books");
        for owner in 1..=3 {
            run.lazy(42, "Book.author", owner, parent);
            run.access(42, "Book.author", AccessOutcome::Emitted, 1, None);
            run.access(42, "Book.author", AccessOutcome::IdentityMap, 2, None);
        }
        run.check(&["n_plus_one confirmed Book.author line 42 cell 1 ×3"]);
        let told = run.explain(FindingKind::NPlusOne);
        assert_eq!(
            told.message,
            "3 of 9 owners of Book.author were loaded one by one from line 42; \
             the rest were already in the session."
        );
        assert_eq!(told.remedies[0].code, ".options(joinedload(Book.author))");
    }

    /// Queries from one line, each with these parameters.
    #[track_caller]
    fn check_queries(trigger: Trigger, sql: &str, parameters: &[&[i64]], expected: &[&str]) {
        let mut run = Run::new();
        for row in parameters {
            run.send(Statement {
                line: 42,
                trigger,
                ..select(sql, row)
            });
        }
        let n_plus_one = run
            .findings()
            .into_iter()
            .filter(|f| f.starts_with("n_plus_one"));
        assert!(n_plus_one.eq(expected.iter().copied()), "{sql}");
    }

    #[test]
    fn by_hand_is_suspected() {
        let by_key = "SELECT b.id FROM b WHERE b.author_id = ?";
        let found = ["n_plus_one suspected - line 42 cell 1 ×4"];
        let each: &[&[i64]] = &[&[1], &[2], &[3], &[4]];
        check_queries(Trigger::Query, by_key, each, &found);
        check_queries(Trigger::Get, by_key, each, &found);
        let count = "SELECT count(*) FROM b WHERE ? = b.author_id AND b.x = 3 LIMIT 1";
        check_queries(Trigger::Query, count, each, &found);
        check_queries(Trigger::Query, by_key, &[&[1], &[2], &[2], &[3]], &found);
        // Two keys are no loop.
        check_queries(Trigger::Query, by_key, &[&[1], &[2], &[1], &[2]], &[]);
        check_queries(Trigger::Query, by_key, &[&[1], &[1], &[1], &[1]], &[]);
    }

    #[test]
    fn pages_and_batches_are_none() {
        let rows: &[&[i64]] = &[&[1, 0], &[1, 10], &[1, 20], &[1, 30]];
        let growing: &[&[i64]] = &[&[1, 1], &[2, 2], &[3, 3], &[4, 4]];
        for sql in [
            "SELECT b.id FROM b WHERE b.x = ? LIMIT 10 OFFSET ?",
            "SELECT b.id FROM b WHERE b.x = ? AND b.id > ? ORDER BY b.id LIMIT 10",
            "SELECT b.id FROM b WHERE b.x = ? AND b.id IN (?, 5)",
            "SELECT b.id FROM b WHERE b.d BETWEEN ? AND ?",
        ] {
            check_queries(Trigger::Query, sql, rows, &[]);
            check_queries(Trigger::Query, sql, growing, &[]);
        }
        // A page is told from the loop at last, even when its keys came first.
        let late: &[&[i64]] = &[&[1, 1], &[2, 1], &[3, 1], &[4, 2]];
        check_queries(
            Trigger::Query,
            "SELECT b.id FROM b WHERE b.x = ? AND b.id > ?",
            late,
            &[],
        );
    }

    #[test]
    fn by_hand_with_values_in_the_text() {
        let mut run = Run::new();
        for owner in 1..=3 {
            run.query(
                42,
                &format!("SELECT b.id FROM b WHERE b.author_id = {owner}"),
            );
        }
        run.check(&["n_plus_one suspected - line 42 cell 1 ×3"]);
        let told = run.explain(FindingKind::NPlusOne);
        assert_eq!(
            told.evidence,
            "The same shape of SQL came 3 times, with other values for b.author_id; \
             the first was statement 1, the last 3."
        );
        assert_eq!(
            told.remedies[0].code,
            "select(…).where(….author_id.in_(keys))  # once, before the loop"
        );
    }
}
