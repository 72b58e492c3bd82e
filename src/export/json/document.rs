//! The objects of a document, with their keys in order. Keys after the blank line in an object are additions to
//! version 1 that an older writer does not have.

use serde::{Deserialize, Serialize};

use super::names;
use super::value::{Params, ValueDoc};
use crate::trace::{
    AccessOutcome, CellKind, Confidence, Direction, FindingKind, StatementKind, Status, Strategy,
    Trigger,
};

/// A document as it is read; a writer goes through its statements without building one.
#[derive(Deserialize)]
pub struct Document {
    #[serde(default)]
    pub scenario: Scenario,
    #[serde(default)]
    pub settings: Settings,
    #[serde(default)]
    pub relationships: Vec<Relationship>,
    #[serde(default)]
    pub cells: Vec<Cell>,
    #[serde(default)]
    pub statements: Vec<StatementIn>,
    #[serde(default)]
    pub accesses: Vec<Access>,
    pub findings: Option<Vec<Finding>>,
    #[serde(default)]
    pub output: Vec<Output>,
    #[serde(default)]
    pub warnings: Vec<Warning>,
    pub outcome: Option<Outcome>,
    #[serde(default)]
    pub summary: Summary,

    #[serde(default)]
    pub plans: Vec<Plan>,
    #[serde(default)]
    pub spans: Vec<(u32, u64, u64)>,
    #[serde(default)]
    pub stderr: Vec<Output>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Scenario {
    pub name: String,
    pub title: String,
    pub source: String,
    pub params: Params,
}

#[derive(Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub round_trip_ns: u64,
    pub statement_limit: u64,
}

impl Default for Settings {
    fn default() -> Self {
        let settings = crate::trace::Settings::default();
        Self {
            round_trip_ns: settings.round_trip_ns,
            statement_limit: settings.statement_limit,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub struct Relationship {
    pub key: String,
    pub target: String,
    #[serde(with = "names")]
    pub direction: Direction,
    pub uselist: bool,
    #[serde(with = "names")]
    pub declared: Strategy,
    #[serde(with = "names")]
    pub active: Strategy,

    #[serde(default)]
    pub line: Option<u32>,
}

#[derive(Serialize, Deserialize)]
pub struct Cell {
    pub id: u32,
    #[serde(with = "names")]
    pub kind: CellKind,
    #[serde(default)]
    pub title: String,
    pub first_line: u32,
    pub last_line: u32,
    #[serde(default)]
    pub setup: bool,
    #[serde(default)]
    pub budget: Option<u64>,
}

/// A statement as it is read. Its values are ours already, so the writer has a type of its own.
#[derive(Deserialize)]
pub struct StatementIn {
    pub id: Option<u64>,
    #[serde(default)]
    pub cell: u32,
    #[serde(default)]
    pub line: u32,
    #[serde(with = "names")]
    pub kind: StatementKind,
    pub sql: String,
    #[serde(default)]
    pub parameters: ParametersIn,
    #[serde(default)]
    pub executemany: bool,
    #[serde(with = "names", default = "query")]
    pub trigger: Trigger,
    pub relationship: Option<String>,
    pub parent: Option<u64>,
    #[serde(default)]
    pub owners: u32,
    pub owner: Option<String>,
    #[serde(default)]
    pub start_ns: u64,
    #[serde(default)]
    pub duration_ns: u64,
    #[serde(default)]
    pub rows: u64,
    #[serde(default)]
    pub counters: Counters,
    pub error: Option<String>,

    #[serde(default)]
    pub bytes: u64,
    pub entities: Option<u64>,
    pub repeated_bytes: Option<u64>,
    #[serde(default)]
    pub joined: Vec<String>,
    #[serde(default)]
    pub joined_owners: Vec<u32>,
    pub siblings: Option<[String; 2]>,
    #[serde(default)]
    pub unjoined: bool,
    #[serde(default = "first_database")]
    pub database: u32,
    pub flush: Option<u32>,
    pub sample: Option<SampleIn>,
}

fn first_database() -> u32 {
    1
}

fn query() -> Trigger {
    Trigger::Query
}

/// `[…]`, or `[[…], …]` of an executemany.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum ParametersIn {
    Many(Vec<Vec<ValueDoc>>),
    One(Vec<ValueDoc>),
}

impl Default for ParametersIn {
    fn default() -> Self {
        Self::One(Vec::new())
    }
}

#[derive(Deserialize)]
pub struct SampleIn {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<ValueDoc>>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Counters {
    pub vm_steps: u64,
    pub full_scan_steps: u64,
    pub sorts: u64,
    pub auto_indexes: u64,
}

#[derive(Serialize, Deserialize)]
pub struct Access {
    pub relationship: String,
    #[serde(default)]
    pub line: u32,
    #[serde(with = "names")]
    pub outcome: AccessOutcome,
    pub count: u64,

    #[serde(default)]
    pub cell: u32,
    #[serde(default)]
    pub first_reads: u64,
    /// `[at_ns, count, first_reads, statement]` for each time that it was read.
    #[serde(default)]
    pub reads: Vec<(u64, u64, u64, Option<u64>)>,
}

#[derive(Serialize, Deserialize)]
pub struct Finding {
    #[serde(with = "names")]
    pub kind: FindingKind,
    #[serde(with = "names")]
    pub confidence: Confidence,
    pub relationship: Option<String>,
    #[serde(default)]
    pub line: u32,
    #[serde(default)]
    pub cell: u32,
    #[serde(default)]
    pub statements: Vec<u64>,
    pub parent: Option<u64>,
    #[serde(default)]
    pub count: u64,
    #[serde(default)]
    pub message: String,
    pub remedy: Option<Remedy>,

    #[serde(default)]
    pub evidence: String,
    #[serde(default)]
    pub remedies: Vec<Remedy>,
}

#[derive(Serialize, Deserialize, Clone)]
pub struct Remedy {
    pub relationship: Option<String>,
    #[serde(with = "names::option", default)]
    pub strategy: Option<Strategy>,
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub tried: Option<Tried>,
}

#[derive(Serialize, Deserialize, Clone)]
pub struct Tried {
    pub refused: Option<String>,
    pub cost: Option<Cost>,
    #[serde(default)]
    pub new_findings: Vec<NewFinding>,
    #[serde(default)]
    pub prints_other: bool,
    #[serde(default)]
    pub diff: Vec<String>,
}

#[derive(Serialize, Deserialize, Clone, Default)]
#[serde(default)]
pub struct Cost {
    pub statements: u64,
    pub rows: u64,
    pub bytes: u64,
    pub vm_steps: u64,
}

#[derive(Serialize, Deserialize, Clone)]
pub struct NewFinding {
    #[serde(with = "names")]
    pub kind: FindingKind,
    pub relationship: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub struct Output {
    #[serde(default)]
    pub line: u32,
    #[serde(default)]
    pub after_statement: u64,
    pub text: String,
    #[serde(default)]
    pub is_log: bool,
}

#[derive(Serialize, Deserialize)]
pub struct Warning {
    #[serde(default)]
    pub line: u32,
    pub message: String,
}

#[derive(Serialize, Deserialize)]
pub struct Outcome {
    #[serde(with = "names")]
    pub status: Status,
    pub error: Option<RunError>,
}

#[derive(Serialize, Deserialize)]
pub struct RunError {
    #[serde(rename = "type")]
    pub kind: String,
    pub message: String,
    pub line: Option<u32>,
    #[serde(default)]
    pub traceback: String,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Summary {
    pub statements: u64,
    pub rows: u64,
    pub sql_ns: u64,
    pub wall_ns: u64,
    pub over_budget: bool,

    pub bytes: u64,
    pub vm_steps: u64,
    pub avoided: u64,
}

#[derive(Serialize, Deserialize)]
pub struct Plan {
    pub sql: String,
    pub nodes: Vec<PlanNode>,
}

#[derive(Serialize, Deserialize)]
pub struct PlanNode {
    pub id: i64,
    pub parent: i64,
    pub detail: String,
}
