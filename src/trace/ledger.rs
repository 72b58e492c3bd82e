use std::num::NonZeroU32;
use std::sync::Arc;

use super::column::Column;
use super::hash::FastMap;
use super::text::Names;
use super::{Access, AccessOutcome};

/// Relationship reads of one relationship, from one line of one cell, with one outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessCount {
    pub relationship: Arc<str>,
    pub cell: u32,
    pub line: u32,
    pub outcome: AccessOutcome,
    /// How often it was read.
    pub count: u64,
    /// How many of those reads were the first of their owner.
    pub first_reads: u64,
}

/// Reads as they came, for drawing: folded when consecutive ones are alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    /// Number of the folded count in `accesses()`.
    pub access: u32,
    pub count: u32,
    /// How many of them were the first of their owner.
    pub first_reads: u32,
    pub at_ns: u64,
    /// That of `statement_id()`.
    statement: Option<NonZeroU32>,
}

impl Tick {
    /// Id of the statement that had loaded what was read, or that the read emitted.
    pub fn statement_id(&self) -> Option<u64> {
        self.statement.map(|id| u64::from(id.get()))
    }
}

/// The books kept over relationship reads: how many took a statement, how many did not.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub counts: Vec<AccessCount>,
    pub ticks: Column<Tick>,
    by_key: FastMap<(u32, u32, u32, AccessOutcome), u32>,
    /// For each count, the number of its relationship's name.
    names: Vec<u32>,
    /// The count that was last added to: reads come in rows.
    last: usize,
    /// Per loading statement and relationship: reads and first reads of what it had loaded.
    reads: FastMap<(u64, u32), Reads>,
    /// Some read said which statement it was of: those that do not are of none.
    pub names_statements: bool,
    /// Reads that took no statement.
    pub avoided: u64,
}

/// Reads of what one statement had loaded for one relationship.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    pub count: u64,
    pub first: u64,
}

impl Ledger {
    pub fn push(&mut self, access: &Access, names: &mut Names) {
        let number = self.find(access, names);
        let name = self.names[number as usize];
        let folded = &mut self.counts[number as usize];
        folded.count += access.count;
        folded.first_reads += access.first_reads;
        if matches!(
            access.outcome,
            AccessOutcome::Loaded | AccessOutcome::IdentityMap
        ) {
            self.avoided += access.count;
        }
        self.names_statements |= access.statement.is_some();
        if access.outcome == AccessOutcome::Loaded {
            let statement = access.statement.unwrap_or(0);
            let reads = self.reads.entry((statement, name)).or_default();
            reads.count += access.count;
            reads.first += access.first_reads;
        }
        self.ticks.push(Tick {
            access: number,
            count: u32::try_from(access.count).unwrap_or(u32::MAX),
            first_reads: u32::try_from(access.first_reads).unwrap_or(u32::MAX),
            at_ns: access.at_ns,
            statement: access
                .statement
                .and_then(|id| u32::try_from(id).ok())
                .and_then(NonZeroU32::new),
        });
    }

    /// Number of the count of reads like this one, which may be new.
    fn find(&mut self, access: &Access, names: &mut Names) -> u32 {
        let is_like_last = self.counts.get(self.last).is_some_and(|last| {
            Arc::ptr_eq(&last.relationship, &access.relationship)
                && last.line == access.line
                && last.cell == access.cell
                && last.outcome == access.outcome
        });
        if is_like_last {
            return self.last as u32;
        }
        let name = names.intern(&access.relationship);
        let key = (name, access.cell, access.line, access.outcome);
        let number = *self.by_key.entry(key).or_insert_with(|| {
            self.counts.push(AccessCount {
                relationship: Arc::clone(names.get(name)),
                cell: access.cell,
                line: access.line,
                outcome: access.outcome,
                count: 0,
                first_reads: 0,
            });
            self.names.push(name);
            self.counts.len() as u32 - 1
        });
        self.last = number as usize;
        number
    }

    /// Reads of what `statement` (0: of none, or nobody said which) had loaded for the relationship of that name.
    pub fn reads(&self, statement: u64, name: u32) -> Reads {
        self.reads
            .get(&(statement, name))
            .copied()
            .unwrap_or_default()
    }

    /// How often the relationship of that name was read from that place with that outcome.
    pub fn count(&self, name: u32, cell: u32, line: u32, outcome: AccessOutcome) -> u64 {
        self.by_key
            .get(&(name, cell, line, outcome))
            .map_or(0, |&number| self.counts[number as usize].count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AccessOutcome::{Emitted, IdentityMap, Loaded};

    #[test]
    fn folds_per_relationship_line_and_outcome() {
        let mut ledger = Ledger::default();
        let mut names = Names::default();
        for (relationship, line, outcome, count, statement) in [
            ("Author.books", 42, Emitted, 1, Some(2)),
            ("Author.books", 42, Loaded, 3, Some(2)),
            ("Author.books", 42, Emitted, 2, Some(3)),
            ("Author.books", 43, Emitted, 1, Some(4)),
            ("Book.author", 42, IdentityMap, 5, None),
        ] {
            ledger.push(
                &Access {
                    relationship: relationship.into(),
                    cell: 1,
                    line,
                    outcome,
                    count,
                    first_reads: 1,
                    statement,
                    at_ns: 0,
                },
                &mut names,
            );
        }
        let folded: Vec<_> = ledger
            .counts
            .iter()
            .map(|c| (&*c.relationship, c.line, c.outcome, c.count))
            .collect();
        assert_eq!(
            folded,
            [
                ("Author.books", 42, Emitted, 3),
                ("Author.books", 42, Loaded, 3),
                ("Author.books", 43, Emitted, 1),
                ("Book.author", 42, IdentityMap, 5),
            ]
        );
        assert_eq!(ledger.avoided, 8);
        assert_eq!(ledger.reads(2, 0), Reads { count: 3, first: 1 });
        assert_eq!(ledger.count(0, 1, 42, Emitted), 3);
        assert_eq!(ledger.ticks.len(), 5);
    }
}
