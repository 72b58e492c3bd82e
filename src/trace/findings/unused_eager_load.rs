use std::sync::Arc;

use super::detectors::{Detector, Findings, Last};
use super::finding::{Finding, FindingKind};
use super::remedy::Remedy;
use super::{Confidence, Explanation};
use crate::trace::folded::Folded;
use crate::trace::hash::FastMap;
use crate::trace::ledger::Reads;
use crate::trace::statement::StatementRef;
use crate::trace::{Status, Strategy, Trigger};

/// An eager load none of whose owners was read. Where some were, it was of use, and is not told.
///
/// Known only at the end of a run that came to its end.
#[derive(Debug, Default)]
pub(crate) struct UnusedEagerLoad {
    loads: Vec<Load>,
    /// Numbers of the loads of each burst.
    of_burst: FastMap<u32, Vec<u32>>,
}

/// The statements of one burst that loaded one relationship ahead.
#[derive(Debug)]
struct Load {
    burst: u32,
    relationship: Arc<str>,
    members: Vec<u32>,
    /// Owners that it was loaded for.
    owners: u64,
}

/// Whether what statements of this trigger load is loaded before anything reads it, by a statement of its own.
fn is_ahead(trigger: Trigger) -> bool {
    matches!(
        trigger,
        Trigger::Selectin | Trigger::Subquery | Trigger::Immediate
    )
}

impl Detector for UnusedEagerLoad {
    #[inline]
    fn concerns(&self, last: &Last<'_>) -> bool {
        last.extra.is_some() || is_ahead(last.burst.trigger)
    }

    fn statement(&mut self, last: &Last<'_>, _findings: &mut Findings) {
        let &Last {
            folded,
            number,
            index,
            burst,
            extra,
            ..
        } = last;
        if last.has_failed() {
            return;
        }
        if let Some(relationship) = &burst.relationship
            && is_ahead(burst.trigger)
        {
            let owners = match folded.store.owners(index) {
                // A subquery is sent before anybody has counted whom it serves: those of its parent.
                0 if burst.trigger == Trigger::Subquery => {
                    loaded_by(folded, folded.store.parent(index))
                }
                owners => u64::from(owners),
            };
            self.loaded(number, relationship, index, owners);
        }
        let Some(extra) = extra else {
            return;
        };
        for (at, relationship) in extra.joined.iter().enumerate() {
            let owners = match extra.joined_owners.get(at) {
                Some(&owners) => u64::from(owners),
                None => loaded_by(folded, index as u32 + 1),
            };
            self.loaded(number, relationship, index, owners);
        }
    }

    fn finished(&mut self, folded: &Folded, findings: &mut Findings) {
        let ended_well = folded
            .outcome
            .as_ref()
            .is_some_and(|outcome| outcome.status == Status::Ok);
        if !ended_well {
            return;
        }
        let kind = FindingKind::UnusedEagerLoad;
        for (subject, load) in self.loads.iter().enumerate() {
            if load.reads(folded).count > 0 {
                continue;
            }
            let finding = findings.about(kind, subject as u64, || {
                let mut finding = Finding::of_statements(kind, folded, load.burst);
                finding.relationship = Some(Arc::clone(&load.relationship));
                finding.confidence = Confidence::Confirmed;
                finding
            });
            for &member in &load.members {
                finding.add(member as usize);
            }
        }
    }

    fn explain(&self, folded: &Folded, finding: &Finding) -> Explanation {
        let Some(relationship) = &finding.relationship else {
            return Explanation::default();
        };
        let members = finding.listed();
        let load = self
            .loads
            .iter()
            .find(|load| load.relationship == *relationship && load.members == members);
        let owners = load.map_or(0, |load| load.owners);
        let first = members
            .first()
            .map(|&index| folded.statement(index as usize));
        let is_own = |statement: &StatementRef<'_>| statement.relationship() == Some(relationship);
        let how = match first.filter(is_own).map(|statement| statement.trigger()) {
            Some(Trigger::Selectin) => "selectin",
            Some(Trigger::Subquery) => "subquery",
            Some(Trigger::Immediate) => "immediate",
            _ => "joined",
        };
        // What joined it is the query itself, or what a query led to.
        let parent = first.and_then(|statement| match statement.relationship() {
            Some(own) if own == relationship => statement.parent(),
            _ => Some(statement.id()),
        });
        let rows: u64 = members
            .iter()
            .map(|&index| folded.statement(index as usize).rows())
            .sum();
        Explanation {
            message: format!(
                "{relationship} was loaded ahead ({how}) for {owners} {}, and never read.",
                if owners == 1 { "owner" } else { "owners" }
            ),
            evidence: format!(
                "0 of {owners} read; {} {} with {rows} {} served it.",
                members.len(),
                if members.len() == 1 {
                    "statement"
                } else {
                    "statements"
                },
                if rows == 1 { "row" } else { "rows" },
            ),
            remedies: vec![Remedy::load(folded, relationship, Strategy::Select, parent)],
        }
    }
}

impl UnusedEagerLoad {
    fn loaded(&mut self, burst: u32, relationship: &Arc<str>, index: usize, owners: u64) {
        // Its owners had it already, or there were none: nothing was loaded ahead.
        if owners == 0 {
            return;
        }
        let number = self.find(burst, relationship).unwrap_or_else(|| {
            let number = self.loads.len() as u32;
            self.loads.push(Load {
                burst,
                relationship: Arc::clone(relationship),
                members: Vec::new(),
                owners: 0,
            });
            self.of_burst.entry(burst).or_default().push(number);
            number
        });
        let load = &mut self.loads[number as usize];
        load.members.push(index as u32);
        load.owners += owners;
    }

    fn find(&self, burst: u32, relationship: &str) -> Option<u32> {
        let mut numbers = self.of_burst.get(&burst)?.iter().copied();
        numbers.find(|&number| &*self.loads[number as usize].relationship == relationship)
    }

    /// Owners of what one burst had loaded ahead of one relationship: how many were read, and how many there are.
    pub fn use_of(&self, folded: &Folded, burst: u32, relationship: &str) -> Option<(u64, u64)> {
        let load = &self.loads[self.find(burst, relationship)? as usize];
        Some((load.reads(folded).first.min(load.owners), load.owners))
    }
}

/// Objects that the statement of that id (0 for none) loaded, or its rows where nobody counted them.
fn loaded_by(folded: &Folded, id: u32) -> u64 {
    let Some(index) = (id as usize).checked_sub(1) else {
        return 0;
    };
    let entities = folded.store.entities(index);
    entities.unwrap_or_else(|| folded.store.measures(index).rows)
}

impl Load {
    /// Reads of what it loaded.
    fn reads(&self, folded: &Folded) -> Reads {
        let Some(name) = folded.names.find(&self.relationship) else {
            return Reads::default();
        };
        // In a trace from elsewhere nobody may have said where a value had come from: it may be of this.
        let mut total = match folded.ledger.names_statements {
            true => Reads::default(),
            false => folded.ledger.reads(0, name),
        };
        for &member in &self.members {
            let reads = folded.ledger.reads(u64::from(member) + 1, name);
            total.count += reads.count;
            total.first += reads.first;
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::testing::{Run, joined, load, select};
    use crate::trace::{AccessOutcome, Event, Extra, Outcome, Statement};

    /// A page of 200 authors, with their books by selectin in two chunks and their prizes by a join.
    fn page(run: &mut Run) {
        let parent = run.send(Statement {
            line: 4,
            rows: 200,
            entities: Some(200),
            extra: joined(&["Author.prizes"]),
            ..select("SELECT a.id FROM a LEFT OUTER JOIN p ON a.id = p.a", &[])
        });
        for chunk in 0..2 {
            run.send(Statement {
                line: 4,
                owners: 100,
                owner: None,
                ..load(Trigger::Selectin, "Author.books", chunk, parent)
            });
        }
    }

    const BOOKS: &str = "unused_eager_load confirmed Author.books line 4 cell 1 ×2";
    const PRIZES: &str = "unused_eager_load confirmed Author.prizes line 4 cell 1 ×1";

    #[test]
    fn never_read() {
        let mut run = Run::new();
        page(&mut run);
        run.check(&[]);
        run.finish();
        run.check(&[PRIZES, BOOKS]);
        let told = run.trace.explain(&run.trace.findings()[1]);
        assert_eq!(
            told.message,
            "Author.books was loaded ahead (selectin) for 200 owners, and never read."
        );
        assert_eq!(
            told.evidence,
            "0 of 200 read; 2 statements with 10 rows served it."
        );
    }

    #[test]
    fn a_few_reads_make_it_used() {
        let mut run = Run::new();
        page(&mut run);
        run.access(9, "Author.books", AccessOutcome::Loaded, 3, Some(3));
        run.finish();
        run.check(&[PRIZES]);
        let burst = run.trace.burst_of(1);
        assert_eq!(run.trace.use_of(burst, "Author.books"), Some((3, 200)));
        assert_eq!(run.trace.use_of(burst, "Author.prizes"), None);
    }

    #[test]
    fn a_read_of_another_load_does_not() {
        let mut run = Run::new();
        page(&mut run);
        run.access(9, "Author.books", AccessOutcome::Loaded, 3, Some(99));
        run.access(9, "Author.books", AccessOutcome::Emitted, 3, Some(2));
        run.finish();
        run.check(&[PRIZES, BOOKS]);
    }

    #[test]
    fn what_the_program_put_there_itself_is_none_of_it() {
        let mut run = Run::new();
        page(&mut run);
        run.access(9, "Author.books", AccessOutcome::Loaded, 1, None);
        run.access(9, "Author.books", AccessOutcome::IdentityMap, 1, None);
        run.access(8, "Author.editor", AccessOutcome::Emitted, 1, Some(2));
        run.finish();
        run.check(&[PRIZES, BOOKS]);
    }

    #[test]
    fn where_nobody_says_what_a_read_was_of_it_counts() {
        let mut run = Run::new();
        page(&mut run);
        run.access(9, "Author.books", AccessOutcome::Loaded, 1, None);
        run.finish();
        run.check(&[PRIZES]);
    }

    #[test]
    fn a_join_of_what_was_there_already_loaded_nothing() {
        let mut run = Run::new();
        run.send(Statement {
            line: 4,
            rows: 200,
            entities: Some(200),
            extra: Extra {
                joined: vec!["Author.prizes".into(), "Prize.jury".into()],
                joined_owners: vec![0, 30],
                ..Extra::default()
            }
            .boxed(),
            ..select("SELECT a.id FROM a LEFT OUTER JOIN p ON a.id = p.a", &[])
        });
        run.finish();
        run.check(&["unused_eager_load confirmed Prize.jury line 4 cell 1 ×1"]);
        assert!(
            run.explain(FindingKind::UnusedEagerLoad)
                .message
                .contains("30 owners")
        );
    }

    #[test]
    fn nothing_is_known_of_a_run_that_broke_off() {
        let mut run = Run::new();
        page(&mut run);
        run.event(Event::Finished {
            outcome: Outcome {
                status: Status::Cancelled,
                error: None,
            },
            at_ns: 1_000_000,
        });
        run.check(&[]);
    }

    #[test]
    fn a_subquery_serves_the_owners_of_its_parent() {
        let mut run = Run::new();
        let parent = run.query(4, "SELECT a.id FROM a");
        run.send(Statement {
            line: 4,
            owners: 0,
            owner: None,
            ..load(Trigger::Subquery, "Author.books", 0, parent)
        });
        run.finish();
        run.check(&["unused_eager_load confirmed Author.books line 4 cell 1 ×1"]);
    }

    #[test]
    fn no_owners_no_load() {
        let mut run = Run::new();
        run.send(Statement {
            line: 4,
            rows: 0,
            entities: Some(0),
            extra: joined(&["Author.prizes"]),
            ..select("SELECT a.id FROM a", &[])
        });
        run.finish();
        run.check(&[]);
    }
}
