use std::sync::Arc;

use super::{Sent, Value};

/// What a run tells the window, in order. One run is `Started`, then anything, then `Finished`.
#[derive(Clone, Debug)]
pub enum Event {
    /// The run began: all that is known before the first line runs.
    Started(Box<ScenarioInfo>),
    /// A relationship became known (its mapper was configured), in order of declaration.
    Relationship(Box<RelationshipInfo>),
    /// The run has reached this line of the file; sent when the line changes, at most once each few milliseconds.
    Line { line: u32, cell: u32, at_ns: u64 },
    /// A statement was answered by SQLite (or failed there).
    Statement(Box<Statement>),
    /// A relationship was read; consecutive reads that are alike are folded into one event.
    Access(Access),
    /// The scenario printed.
    Output(Output),
    /// Python or SQLAlchemy warned.
    Warning(Warning),
    /// SQLite's plan for a text of SQL, sent once, before the first statement with that text.
    Plan { sql: Arc<str>, nodes: Vec<PlanNode> },
    /// The run ended, in whichever way. Nothing follows.
    Finished { outcome: Outcome, at_ns: u64 },
}

/// The scenario as it was run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScenarioInfo {
    /// The file's name without `.py`.
    pub name: String,
    /// The first markdown heading, else the name.
    pub title: String,
    /// The whole file, as it is on disk or in the editor.
    pub source: Arc<str>,
    /// The values that the run used, by name; text for choices and strings.
    pub params: Vec<(String, Param)>,
    pub settings: Settings,
    pub cells: Vec<Cell>,
}

/// The value of a scenario's parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    Integer(i64),
    Number(f64),
    Boolean(bool),
    Text(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The modelled network round trip that is added to each statement, in nanoseconds.
    pub round_trip_ns: u64,
    /// A run is stopped after this many statements.
    pub statement_limit: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            round_trip_ns: 1_000_000,
            statement_limit: 1_000_000,
        }
    }
}

/// A cell of the notebook; lines are 1-based and both ends are part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub id: u32,
    pub kind: CellKind,
    pub title: String,
    pub first_line: u32,
    pub last_line: u32,
    pub setup: bool,
    pub budget: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    Markdown,
    Code,
}

impl CellKind {
    pub const ALL: [Self; 2] = [Self::Markdown, Self::Code];

    /// Its name in a trace document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Code => "code",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct RelationshipInfo {
    /// `Class.attribute`, as in `Author.books`.
    pub key: Arc<str>,
    pub target: String,
    pub direction: Direction,
    pub uselist: bool,
    /// What the mapping says.
    pub declared: Strategy,
    /// What this run used: a toggle changed it.
    pub active: Strategy,
    /// Line of the declaration, where known.
    pub line: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    OneToMany,
    ManyToOne,
    ManyToMany,
}

impl Direction {
    pub const ALL: [Self; 3] = [Self::OneToMany, Self::ManyToOne, Self::ManyToMany];

    /// SQLAlchemy's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::OneToMany => "ONETOMANY",
            Self::ManyToOne => "MANYTOONE",
            Self::ManyToMany => "MANYTOMANY",
        }
    }
}

/// How a relationship is loaded, by SQLAlchemy's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strategy {
    Select,
    Selectin,
    Joined,
    Raise,
    RaiseOnSql,
    Subquery,
    Immediate,
    Noload,
    WriteOnly,
    Dynamic,
}

impl Strategy {
    pub const ALL: [Self; 10] = [
        Self::Select,
        Self::Selectin,
        Self::Joined,
        Self::Raise,
        Self::RaiseOnSql,
        Self::Subquery,
        Self::Immediate,
        Self::Noload,
        Self::WriteOnly,
        Self::Dynamic,
    ];

    /// SQLAlchemy's word for it, as `relationship(lazy=…)` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Selectin => "selectin",
            Self::Joined => "joined",
            Self::Raise => "raise",
            Self::RaiseOnSql => "raise_on_sql",
            Self::Subquery => "subquery",
            Self::Immediate => "immediate",
            Self::Noload => "noload",
            Self::WriteOnly => "write_only",
            Self::Dynamic => "dynamic",
        }
    }

    /// The word for it where people read it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Select => "lazy",
            other => other.name(),
        }
    }

    /// The strategy of that name; `lazy` is another word for `select`, `False` for `joined` never was one.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "select" | "lazy" => Self::Select,
            "selectin" => Self::Selectin,
            "joined" => Self::Joined,
            "raise" => Self::Raise,
            "raise_on_sql" => Self::RaiseOnSql,
            "subquery" => Self::Subquery,
            "immediate" => Self::Immediate,
            "noload" => Self::Noload,
            "write_only" => Self::WriteOnly,
            "dynamic" => Self::Dynamic,
            _ => return None,
        })
    }
}

/// One statement that SQLite was sent, with its cause.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// 1-based, in order of emission.
    pub id: u64,
    /// Cell of the outermost line of the file on the stack.
    pub cell: u32,
    /// Innermost line of the file on the stack; 0 when none was.
    pub line: u32,
    pub kind: StatementKind,
    /// Exactly as sent. The same text shares one allocation as long as the statement cache keeps it.
    pub sql: Arc<str>,
    pub parameters: Sent,
    pub trigger: Trigger,
    /// The relationship that asked for it (`Author.books`), or the deferred or expired column (`Author.bio`).
    pub relationship: Option<Arc<str>>,
    /// Id of the statement whose rows led to this one.
    pub parent: Option<u64>,
    /// Number of parent objects served by this statement.
    pub owners: u32,
    /// The one owner's identity (`Author(1)`) when `owners` is 1.
    pub owner: Option<Arc<str>>,
    /// Nanoseconds from the start of the run.
    pub start_ns: u64,
    /// In SQLite: prepare, bind, step, finalize or reset.
    pub duration_ns: u64,
    /// Rows returned, or changed.
    pub rows: u64,
    /// Bytes of the values in the rows returned.
    pub bytes: u64,
    /// Distinct entities of the query's first entity in the rows, when the session layer loaded entities from them.
    pub entities: Option<u64>,
    /// Number of the flush that sent it, 1 for the first of the run; one `session.flush()` is one number, however
    /// many statements it takes.
    pub flush: Option<u32>,
    pub counters: Counters,
    /// None when there is nothing to say there.
    pub extra: Option<Box<Extra>>,
}

/// What few statements have to say. An N+1 is a million statements that are each a step on the way of an event; they
/// are to carry no more than they need.
#[derive(Clone, Debug, PartialEq)]
pub struct Extra {
    /// Bytes of the first entity's columns in the rows that repeat an entity already seen in this result: what a
    /// join sent more than once.
    pub repeated_bytes: Option<u64>,
    /// Relationships that this statement loads eagerly by joining (`Author.books`).
    pub joined: Vec<Arc<str>>,
    /// For each of `joined`, how many owners it was loaded for: those that had it already are none. Empty where nobody
    /// counted.
    pub joined_owners: Vec<u32>,
    /// Two collections of one entity that this statement joins, so that every row of one comes with every row of the
    /// other; whether loaded by the join or only filtered by it.
    pub siblings: Option<[Arc<str>; 2]>,
    /// SQLAlchemy's own linter finds elements in its `FROM` that nothing connects.
    pub unjoined: bool,
    /// Number of the database that it was sent to: 1 for that of the first engine.
    pub database: u32,
    /// SQLite's message when the statement failed.
    pub error: Option<String>,
    /// The first rows, for statements that are the first of their text, or among the first of the run.
    pub sample: Option<Arc<Sample>>,
}

impl Default for Extra {
    /// What is so of every statement that has nothing to say.
    fn default() -> Self {
        Self {
            repeated_bytes: None,
            joined: Vec::new(),
            joined_owners: Vec::new(),
            siblings: None,
            unjoined: false,
            database: 1,
            error: None,
            sample: None,
        }
    }
}

impl Extra {
    /// As a statement has it: nothing where there is nothing to say.
    pub fn boxed(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }
}

impl Statement {
    /// SQLite's message when it failed.
    pub fn error(&self) -> Option<&str> {
        self.extra.as_ref()?.error.as_deref()
    }

    /// For saying what few statements have to say.
    pub fn extra_mut(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }
}

impl Default for Statement {
    /// A query that returned nothing, from nowhere; tests and readers fill in what they know.
    fn default() -> Self {
        Self {
            id: 1,
            cell: 0,
            line: 0,
            kind: StatementKind::Select,
            sql: Arc::from(""),
            parameters: Sent::default(),
            trigger: Trigger::Query,
            relationship: None,
            parent: None,
            owners: 0,
            owner: None,
            start_ns: 0,
            duration_ns: 0,
            rows: 0,
            bytes: 0,
            entities: None,
            flush: None,
            counters: Counters::default(),
            extra: None,
        }
    }
}

/// The first rows that a statement returned.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Value>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatementKind {
    Select,
    Insert,
    Update,
    Delete,
    Ddl,
    Pragma,
    Transaction,
    Other,
}

impl StatementKind {
    pub const ALL: [Self; 8] = [
        Self::Select,
        Self::Insert,
        Self::Update,
        Self::Delete,
        Self::Ddl,
        Self::Pragma,
        Self::Transaction,
        Self::Other,
    ];

    /// Its name in a trace document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Ddl => "ddl",
            Self::Pragma => "pragma",
            Self::Transaction => "transaction",
            Self::Other => "other",
        }
    }
}

/// Why a statement was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// The scenario executed it.
    Query,
    /// `session.get()`.
    Get,
    /// A relationship or deferred column was read.
    Lazy,
    Selectin,
    Joined,
    Subquery,
    Immediate,
    /// `session.refresh()`, or an expired object was touched.
    Refresh,
    /// The unit of work, autoflush included.
    Flush,
    Ddl,
    Transaction,
}

impl Trigger {
    pub const ALL: [Self; 11] = [
        Self::Query,
        Self::Get,
        Self::Lazy,
        Self::Selectin,
        Self::Joined,
        Self::Subquery,
        Self::Immediate,
        Self::Refresh,
        Self::Flush,
        Self::Ddl,
        Self::Transaction,
    ];

    /// Its name in a trace document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Get => "get",
            Self::Lazy => "lazy",
            Self::Selectin => "selectin",
            Self::Joined => "joined",
            Self::Subquery => "subquery",
            Self::Immediate => "immediate",
            Self::Refresh => "refresh",
            Self::Flush => "flush",
            Self::Ddl => "ddl",
            Self::Transaction => "transaction",
        }
    }
}

/// SQLite's own counters of one statement (`sqlite3_stmt_status`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    pub vm_steps: u64,
    pub full_scan_steps: u64,
    pub sorts: u64,
    pub auto_indexes: u64,
}

/// A relationship was read `count` times in a row, from one line and with one outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    pub relationship: Arc<str>,
    pub cell: u32,
    pub line: u32,
    pub outcome: AccessOutcome,
    pub count: u64,
    /// How many of those reads were the first of their owner since the relationship was loaded.
    pub first_reads: u64,
    /// The statement that had loaded what was read (`Loaded`), or that the read emitted (`Emitted`).
    pub statement: Option<u64>,
    pub at_ns: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccessOutcome {
    /// It took a statement.
    Emitted,
    /// The attribute was loaded already.
    Loaded,
    /// A many-to-one was answered from the identity map.
    IdentityMap,
    /// The strategy forbade it.
    Raised,
    /// The object had no session.
    Detached,
}

impl AccessOutcome {
    pub const ALL: [Self; 5] = [
        Self::Emitted,
        Self::Loaded,
        Self::IdentityMap,
        Self::Raised,
        Self::Detached,
    ];

    /// Its name in a trace document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Emitted => "emitted",
            Self::Loaded => "loaded",
            Self::IdentityMap => "identity_map",
            Self::Raised => "raised",
            Self::Detached => "detached",
        }
    }
}

/// Where a scenario's text goes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputStream {
    #[default]
    Stdout,
    Stderr,
}

/// Text that the scenario printed from one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    pub line: u32,
    pub stream: OutputStream,
    /// The last statement before it, 0 when none.
    pub after_statement: u64,
    /// It is the engine's log of its statements, as `echo=True` prints it.
    pub is_log: bool,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    pub line: u32,
    pub message: String,
}

/// A node of SQLite's `EXPLAIN QUERY PLAN`; `parent` is the id of another node, 0 for the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanNode {
    pub id: i64,
    pub parent: i64,
    pub detail: String,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub status: Status,
    pub error: Option<Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Ok,
    Error,
    /// The user stopped it.
    Cancelled,
    /// It ran into a limit (statements, output, memory).
    Limit,
}

impl Status {
    pub const ALL: [Self; 4] = [Self::Ok, Self::Error, Self::Cancelled, Self::Limit];

    /// Its name in a trace document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
            Self::Limit => "limit",
        }
    }
}

/// The error that ended a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Python's qualified name of its type.
    pub kind: String,
    pub message: String,
    /// Innermost line of the file, where there is one.
    pub line: Option<u32>,
    pub traceback: String,
}
