use std::sync::Arc;

use super::column::Column;
use super::hash::FastMap;
use super::{Counters, Statement, StatementKind, Trigger};

/// Statements with one cause: the same line of the same cell asked for the same relationship, or, where no
/// relationship asked, sent the same shape of SQL. Whatever came in between (nested loads, `BEGIN`, an autoflush)
/// does not part them. A statement that came alone is a burst of one.
#[derive(Debug)]
pub struct Burst {
    /// Cell of all members.
    pub cell: u32,
    /// Line of all members.
    pub line: u32,
    pub kind: StatementKind,
    pub trigger: Trigger,
    /// The relationship, deferred or expired column that asked.
    pub relationship: Option<Arc<str>>,
    /// Shape of the first member.
    pub(crate) shape: u32,
    /// Whether a database would have answered them, and a summary counts them.
    pub counted: bool,
    members: Column<u32>,
    /// Sum over the members.
    pub rows: u64,
    /// Sum over the members.
    pub bytes: u64,
    /// Sum over the members.
    pub duration_ns: u64,
    /// Sums over the members.
    pub counters: Counters,
    /// Owners served by all members together.
    pub owners: u64,
    /// Its members are an N+1.
    pub(crate) n_plus_one: bool,
    pub(crate) places: Places,
}

/// Where the members of a burst are counted and drawn.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Places {
    pub lane: u32,
    pub cell: u32,
    /// Line, and trigger among those of the line; none for what no line caused or counts.
    pub line: Option<(u32, u32)>,
}

impl Burst {
    /// Number of members.
    #[expect(clippy::len_without_is_empty, reason = "a burst has a first member")]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Indices of the members, in order.
    pub fn members(&self) -> &Column<u32> {
        &self.members
    }

    /// Index of the first member.
    pub fn first(&self) -> usize {
        self.members[0] as usize
    }

    /// Index of the last member so far.
    pub fn last(&self) -> usize {
        self.members[self.members.len() - 1] as usize
    }

    /// Whether its members are an N+1.
    pub fn is_n_plus_one(&self) -> bool {
        self.n_plus_one
    }
}

/// What the members of a burst share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cause {
    pub cell: u32,
    pub line: u32,
    pub kind: StatementKind,
    pub trigger: Trigger,
    pub subject: Subject,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// Number of a relationship's name.
    Relationship(u32),
    /// Number of a shape.
    Shape(u32),
    /// Numbers of both: the scenario asked for a relationship, in words of its own.
    Asked(u32, u32),
}

/// All bursts, in order of their first members.
#[derive(Debug, Default)]
pub(crate) struct Bursts {
    pub list: Vec<Burst>,
    by_cause: FastMap<Cause, u32>,
}

impl Bursts {
    /// The burst of that cause; made by `new` when it is the first of its kind.
    pub fn find_or(&mut self, cause: Cause, new: impl FnOnce() -> Burst) -> u32 {
        *self.by_cause.entry(cause).or_insert_with(|| {
            self.list.push(new());
            self.list.len() as u32 - 1
        })
    }

    pub fn get(&self, burst: u32) -> &Burst {
        &self.list[burst as usize]
    }
}

impl Burst {
    pub(crate) fn new(
        cause: &Cause,
        relationship: Option<Arc<str>>,
        shape: u32,
        counted: bool,
    ) -> Self {
        Self {
            cell: cause.cell,
            line: cause.line,
            kind: cause.kind,
            trigger: cause.trigger,
            relationship,
            shape,
            counted,
            members: Column::default(),
            rows: 0,
            bytes: 0,
            duration_ns: 0,
            counters: Counters::default(),
            owners: 0,
            n_plus_one: false,
            places: Places::default(),
        }
    }

    /// Whether a statement of the same text as one of its members has the same cause, as far as that can be seen at a
    /// glance: a name that is equal but lies elsewhere is not.
    pub(crate) fn takes(&self, statement: &Statement) -> bool {
        let is_same_name = match (&self.relationship, &statement.relationship) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            (None, None) => true,
            _ => false,
        };
        is_same_name
            && self.line == statement.line
            && self.cell == statement.cell
            && self.kind == statement.kind
            && self.trigger == statement.trigger
    }

    pub(crate) fn push(&mut self, index: u32, statement: &Statement) {
        self.members.push(index);
        self.rows += statement.rows;
        self.bytes += statement.bytes;
        self.duration_ns += statement.duration_ns;
        self.counters.vm_steps += statement.counters.vm_steps;
        self.counters.full_scan_steps += statement.counters.full_scan_steps;
        self.counters.sorts += statement.counters.sorts;
        self.counters.auto_indexes += statement.counters.auto_indexes;
        self.owners += u64::from(statement.owners);
    }
}
