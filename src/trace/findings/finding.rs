use std::sync::Arc;

use super::Remedy;

/// One thing worth saying about a run. Its sentences come from `Trace::explain`.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub kind: FindingKind,
    pub confidence: Confidence,
    /// The relationship, deferred or expired column that it is about.
    pub relationship: Option<Arc<str>>,
    pub line: u32,
    pub cell: u32,
    /// Id of the statement whose rows led to the members.
    pub parent: Option<u64>,
    /// Number of members.
    pub count: u64,
    pub(crate) subject: Subject,
}

/// What a finding is about, for its detector.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Subject {
    /// All members of a burst.
    Burst(u32),
    /// Some statements, by index, of which the first may belong to a burst of its own.
    Statements { burst: u32, members: Vec<u32> },
    /// Statements that a detector keeps as a group of its own.
    Group { group: u32, burst: u32 },
    /// All counted statements of a cell.
    Cell(u32),
    /// Read from a file, with its sentences.
    Told(Box<Told>),
}

/// A finding as a file told it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    /// The burst of all members, when they are of one.
    pub burst: Option<u32>,
    pub members: Vec<u32>,
    pub explanation: Explanation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingKind {
    /// One relationship was loaded owner by owner.
    NPlusOne,
    /// The same statement came again, and nothing was written in between.
    Duplicate,
    /// A joined collection sent each owner many times.
    RowMultiplication,
    /// Rows of two tables were combined each with each.
    CartesianProduct,
    /// Something was loaded ahead and never read.
    UnusedEagerLoad,
    /// A limit counted joined rows instead of owners.
    PageOfRows,
    /// A whole table was read for a few rows.
    FullScan,
    /// Rows were written one flush at a time.
    UnbatchedWrites,
    /// A cell emitted more than its header allows.
    OverBudget,
}

impl FindingKind {
    /// Its name in a trace document.
    pub fn name(self) -> &'static str {
        match self {
            Self::NPlusOne => "n_plus_one",
            Self::Duplicate => "duplicate",
            Self::RowMultiplication => "row_multiplication",
            Self::CartesianProduct => "cartesian_product",
            Self::UnusedEagerLoad => "unused_eager_load",
            Self::PageOfRows => "page_of_rows",
            Self::FullScan => "full_scan",
            Self::UnbatchedWrites => "unbatched_writes",
            Self::OverBudget => "over_budget",
        }
    }

    /// Its name for a reader, as at the head of a panel.
    pub fn title(self) -> &'static str {
        match self {
            Self::NPlusOne => "N+1",
            Self::Duplicate => "Duplicate",
            Self::RowMultiplication => "Row multiplication",
            Self::CartesianProduct => "Cartesian product",
            Self::UnusedEagerLoad => "Unused eager load",
            Self::PageOfRows => "Page of rows",
            Self::FullScan => "Full scan",
            Self::UnbatchedWrites => "Unbatched writes",
            Self::OverBudget => "Over budget",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub const ALL: [Self; 9] = [
        Self::NPlusOne,
        Self::Duplicate,
        Self::RowMultiplication,
        Self::CartesianProduct,
        Self::UnusedEagerLoad,
        Self::PageOfRows,
        Self::FullScan,
        Self::UnbatchedWrites,
        Self::OverBudget,
    ];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// The SQL alone suggests it, or there is little of it.
    Suspected,
    /// The session layer knows the cause.
    Confirmed,
}

impl Confidence {
    pub const ALL: [Self; 2] = [Self::Suspected, Self::Confirmed];

    /// Its name in a trace document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Suspected => "suspected",
            Self::Confirmed => "confirmed",
        }
    }
}

/// A finding in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// What happened, for a learner.
    pub message: String,
    /// What shows it.
    pub evidence: String,
    /// What to try, the likeliest first.
    pub remedies: Vec<Remedy>,
}

impl Finding {
    /// Number (in `Trace::bursts`) of the burst that it is about, where it is about one.
    pub fn burst(&self) -> Option<usize> {
        match &self.subject {
            Subject::Burst(burst)
            | Subject::Statements { burst, .. }
            | Subject::Group { burst, .. } => Some(*burst as usize),
            Subject::Told(told) => told.burst.map(|burst| burst as usize),
            Subject::Cell(_) => None,
        }
    }

    /// Members that stand in the finding itself.
    pub(crate) fn listed(&self) -> &[u32] {
        match &self.subject {
            Subject::Statements { members, .. } => members,
            _ => &[],
        }
    }

    /// Adds a member to those that stand in the finding itself.
    pub(crate) fn add(&mut self, index: usize) {
        if let Subject::Statements { members, .. } = &mut self.subject {
            members.push(index as u32);
            self.count = members.len() as u64;
        }
    }

    /// A finding as a file tells it.
    #[expect(clippy::too_many_arguments, reason = "each is a key of the document")]
    pub(crate) fn told(
        kind: FindingKind,
        confidence: Confidence,
        relationship: Option<Arc<str>>,
        (line, cell): (u32, u32),
        parent: Option<u64>,
        count: u64,
        members: Vec<u32>,
        explanation: Explanation,
    ) -> Self {
        Self {
            kind,
            confidence,
            relationship,
            line,
            cell,
            parent,
            count,
            subject: Subject::Told(Box::new(Told {
                burst: None,
                members,
                explanation,
            })),
        }
    }
}
