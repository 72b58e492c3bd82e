//! What is visible on the timeline in one frame, as plain data: painting, hit-testing, accessibility and the tests
//! all read this, and none of them reads another.

use std::ops::Range;
use std::sync::Arc;

use crate::ui::selection::Target;
use crate::ui::time_view::{Axis, Tick};

/// Everything that one frame shows.
#[derive(Clone, Debug)]
pub struct Scene {
    pub axis: Axis,
    pub ticks: Vec<Tick>,
    pub bands: Vec<Band>,
    pub brackets: Vec<Bracket>,
    /// How many rows the brackets of the whole trace take, so that a pan does not move the lanes.
    pub bracket_rows: usize,
    pub lanes: Vec<Lane>,
    /// From the selected statement to its parent, and to its children.
    pub links: Vec<Link>,
    /// The range of time that is selected.
    pub range: Option<Marked>,
    /// Where a run that still streams has come to.
    pub head_px: Option<f64>,
}

/// A line from a statement to one that it led to, from lane to lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    pub from_px: f64,
    pub from_lane: usize,
    pub to_px: f64,
    pub to_lane: usize,
}

/// A range of time that was marked by dragging, with what happened in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    pub left_px: f64,
    pub right_px: f64,
    /// `12.0 ms · 14 statements · 300 µs in SQLite`
    pub totals: String,
}

/// The time that a cell ran.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    pub cell: u32,
    pub title: String,
    pub setup: bool,
    /// By how much it is over its budget, in words.
    pub over: Option<String>,
    pub start_ns: f64,
    pub end_ns: f64,
    pub left_px: f64,
    pub right_px: f64,
}

/// The time that a finding's members took, from the first to the last.
#[derive(Clone, Debug, PartialEq)]
pub struct Bracket {
    /// The finding or burst, or the first of several that are too close to be told apart.
    pub target: Target,
    /// How many of them this bracket stands for.
    pub count: usize,
    pub row: usize,
    pub left_px: f64,
    pub right_px: f64,
    pub alarm: Alarm,
    pub is_picked: bool,
    /// The kind in two or three letters (`N+1`).
    pub tag: String,
    /// What follows it, from the full sentence down to the shortest that still says something.
    pub texts: Vec<String>,
}

/// How loudly a finding is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    /// Worth knowing.
    Note,
    /// The SQL alone suggests it.
    Suspected,
    /// The session layer knows the cause.
    Confirmed,
}

/// A row of bars.
#[derive(Clone, Debug)]
pub struct Lane {
    pub key: LaneKey,
    pub name: Arc<str>,
    /// How many statements (or reads) the whole trace has in it.
    pub total: u64,
    pub bars: Vec<Bar>,
}

/// Which lane it is; the same in every frame and in every run of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LaneKey {
    Queries,
    /// `Author.books`
    Relationship(Arc<str>),
    Writes,
    NoSql,
}

/// A statement, or neighbours that are too close to be told apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Its members by their position along the lane.
    pub members: Range<usize>,
    /// The first member's statement id (in the lane of reads: the position).
    pub first: u64,
    pub last: u64,
    /// How many statements or reads it stands for.
    pub count: u64,
    pub left_px: f64,
    pub right_px: f64,
    /// Of its worst member.
    pub mark: Mark,
    pub picked: Picked,
}

/// Whether something is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Picked {
    #[default]
    No,
    /// It belongs to the burst, finding or line that is selected.
    Kin,
    /// It is, or holds, the selected statement.
    Itself,
}

/// What colour a bar has, from the most harmless to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    Setup,
    Transaction,
    Ddl,
    /// A read that needed no SQL.
    Read,
    Write,
    Query,
    Joined,
    Selectin,
    Subquery,
    Immediate,
    Refresh,
    Lazy,
    /// A query of the scenario's own that is sent again and again.
    Repeated,
    /// A read that the strategy or a missing session refused.
    Refused,
    Failed,
}

impl Mark {
    /// In one word, for tooltips and screen readers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Transaction => "transaction",
            Self::Ddl => "schema",
            Self::Read => "no SQL needed",
            Self::Write => "write",
            Self::Query => "query",
            Self::Joined => "joined",
            Self::Selectin => "selectin",
            Self::Subquery => "subquery",
            Self::Immediate => "immediate",
            Self::Refresh => "refresh",
            Self::Lazy => "lazy",
            Self::Repeated => "repeated",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

impl Bar {
    /// Whether it stands for more than one.
    pub fn is_folded(&self) -> bool {
        self.members.len() > 1
    }
}
