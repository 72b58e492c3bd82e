use std::sync::Arc;

use super::burst::Burst;
use super::folded::Folded;
use super::parameters::Parameters;
use super::{Counters, Sample, StatementKind, Trigger};

/// One statement of a trace: a view that borrows the columns.
#[derive(Clone, Copy)]
pub struct StatementRef<'a> {
    pub(crate) folded: &'a Folded,
    pub(crate) index: usize,
}

impl<'a> StatementRef<'a> {
    /// Position in the trace, from 0.
    pub fn index(self) -> usize {
        self.index
    }

    /// 1-based, in order of emission: always the index and one.
    pub fn id(self) -> u64 {
        self.index as u64 + 1
    }

    /// Cell of the outermost line of the file on the stack.
    pub fn cell(self) -> u32 {
        self.burst().cell
    }

    /// Innermost line of the file on the stack; 0 when none was.
    pub fn line(self) -> u32 {
        self.burst().line
    }

    pub fn kind(self) -> StatementKind {
        self.burst().kind
    }

    /// The text, exactly as sent.
    pub fn sql(self) -> &'a Arc<str> {
        &self.text().sql
    }

    /// The text with values, comments and aliases taken out.
    pub fn shape(self) -> &'a Arc<str> {
        self.folded.texts.shape(self.text().shape)
    }

    /// Tables that its text names, in lower case: the one that it writes first, then those that it reads.
    pub fn tables(self) -> Vec<&'a str> {
        let facts = &self.text().facts;
        let written = facts.writes.iter();
        written.chain(&facts.reads).map(String::as_str).collect()
    }

    pub fn parameters(self) -> Parameters<'a> {
        self.folded.store.parameters(self.index)
    }

    pub fn trigger(self) -> Trigger {
        self.burst().trigger
    }

    /// The relationship, deferred or expired column that asked for it.
    pub fn relationship(self) -> Option<&'a Arc<str>> {
        self.burst().relationship.as_ref()
    }

    /// Id of the statement whose rows led to this one.
    pub fn parent(self) -> Option<u64> {
        match self.folded.store.parent(self.index) {
            0 => None,
            parent => Some(u64::from(parent)),
        }
    }

    /// Number of parent objects that it served.
    pub fn owners(self) -> u32 {
        self.folded.store.owners(self.index)
    }

    /// The one owner's identity.
    pub fn owner(self) -> Option<&'a Arc<str>> {
        self.folded.store.owner(self.index)
    }

    /// Nanoseconds from the start of the run.
    pub fn start_ns(self) -> u64 {
        self.folded.store.start_ns(self.index)
    }

    /// Nanoseconds in SQLite.
    pub fn duration_ns(self) -> u64 {
        self.folded.store.duration_ns(self.index)
    }

    /// Rows returned, or changed.
    pub fn rows(self) -> u64 {
        self.folded.store.measures(self.index).rows
    }

    /// Bytes of the values in the rows returned.
    pub fn bytes(self) -> u64 {
        self.folded.store.measures(self.index).bytes
    }

    pub fn counters(self) -> Counters {
        self.folded.store.measures(self.index).counters
    }

    /// Distinct entities of the query's first entity in the rows.
    pub fn entities(self) -> Option<u64> {
        self.folded.store.entities(self.index)
    }

    /// Bytes of the first entity that came again with each row of a join.
    pub fn repeated_bytes(self) -> Option<u64> {
        self.folded.store.extra(self.index)?.repeated_bytes
    }

    /// Relationships that it loaded eagerly by joining.
    pub fn joined(self) -> &'a [Arc<str>] {
        self.folded
            .store
            .extra(self.index)
            .map_or(&[], |extra| &extra.joined)
    }

    /// For each of `joined()`, how many owners it was loaded for; empty where nobody counted.
    pub fn joined_owners(self) -> &'a [u32] {
        self.folded
            .store
            .extra(self.index)
            .map_or(&[], |extra| &extra.joined_owners)
    }

    /// Two collections of one entity that it joins.
    pub fn siblings(self) -> Option<&'a [Arc<str>; 2]> {
        self.folded.store.extra(self.index)?.siblings.as_ref()
    }

    /// Whether SQLAlchemy's linter finds elements in its `FROM` that nothing connects.
    pub fn is_unjoined(self) -> bool {
        self.folded
            .store
            .extra(self.index)
            .is_some_and(|extra| extra.unjoined)
    }

    /// Number of the database that it was sent to: 1 for that of the first engine.
    pub fn database(self) -> u32 {
        self.folded.store.database(self.index)
    }

    /// Number of the flush that sent it.
    pub fn flush(self) -> Option<u32> {
        self.folded.store.flush(self.index)
    }

    /// SQLite's message when it failed.
    pub fn error(self) -> Option<&'a str> {
        self.folded.store.extra(self.index)?.error.as_deref()
    }

    /// The first rows, where they were kept.
    pub fn sample(self) -> Option<&'a Sample> {
        self.folded.store.extra(self.index)?.sample.as_deref()
    }

    /// Whether it is in the summary: no transaction marker, no PRAGMA, not of a `setup` cell.
    pub fn is_counted(self) -> bool {
        self.burst().counted
    }

    /// The burst that it is a member of; maybe the only one.
    pub fn burst(self) -> &'a Burst {
        self.folded.bursts.get(self.burst_number())
    }

    /// Number of its burst in `Trace::bursts`.
    pub fn burst_number(self) -> u32 {
        self.folded.store.burst(self.index)
    }

    pub(crate) fn text(self) -> &'a super::text::Text {
        self.folded.texts.get(self.folded.store.text(self.index))
    }
}

impl std::fmt::Debug for StatementRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Statement")
            .field("id", &self.id())
            .field("line", &self.line())
            .field("sql", self.sql())
            .field("parameters", &self.parameters().values())
            .finish_non_exhaustive()
    }
}
