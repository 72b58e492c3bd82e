//! Loading: from rows to objects, and one file for each strategy by which relationships are loaded.
//!
//! [`run`] executes a plan and makes objects of its rows. Loads that follow the rows (selectin, subquery, immediate)
//! wait in a queue that the outermost query works off, level by level, as SQLAlchemy does.

pub mod columns;
mod counting;
mod derived;
mod fetch;
mod fill;
pub mod get;
mod immediate;
mod kept;
pub mod lazy;
mod loaded;
mod post;
mod rows;
mod selectin;
mod subquery;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

pub use fetch::{Fetch, start};
pub use kept::CompiledCache;
pub use loaded::{Cell, Loaded};
pub use post::{PostLoads, not_populated};

use super::Result;
use super::criteria::LoaderCriteria;
use super::entity::Entity;
use super::instance::Instance;
use super::options::{LoadElement, QueryOption};
use super::path::Path;
use super::query::{self, Plan};
use super::relationship::Relationship;
use super::session::{BeforeLoad, OwnLoad, Session};
use super::sql::BindId;
use super::sql::compile::CompiledBind;
use super::sql::expr::BindValue;
use super::unsent;
use crate::sqlite::{Executed, Provenance};
use crate::trace::Trigger;

/// What an object was loaded with; its lazy loads go on from there.
#[derive(Debug, Default)]
pub struct LoadContext {
    pub options: Vec<QueryOption>,
    /// Where in the graph it was found, as the first statement saw it.
    pub path: Path,
    /// Plans of lazy loads that go on from here, by relationship.
    plans: RefCell<Vec<(Arc<str>, Rc<Plan>)>>,
}

impl LoadContext {
    pub fn new(options: Vec<QueryOption>, path: Path) -> Rc<Self> {
        Rc::new(Self {
            options,
            path,
            plans: RefCell::default(),
        })
    }
}

/// What an attribute may do to get its value: SQLAlchemy's "passive" flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passive {
    /// Statements may be sent.
    pub sql: bool,
    /// `raise` strategies raise.
    pub raise: bool,
    pub autoflush: bool,
    /// Foreign keys are read as they were before changes that are not flushed.
    pub committed: bool,
    /// A related object may be looked up in the identity map.
    pub related: bool,
}

impl Passive {
    /// Whatever it takes.
    pub const OFF: Self = Self {
        sql: true,
        raise: true,
        autoflush: true,
        committed: false,
        related: true,
    };
    /// Only what needs no statement.
    pub const NO_FETCH: Self = Self {
        sql: false,
        ..Self::OFF
    };
    /// Whatever it takes, `raise` or not: of an eager load.
    pub const NO_RAISE: Self = Self {
        raise: false,
        ..Self::OFF
    };
}

/// How a plan is to be run.
#[derive(Clone)]
pub struct RunOptions {
    pub provenance: Provenance,
    /// Loaded objects are filled anew.
    pub populate_existing: bool,
    /// Objects that are there already are to have the versions that their rows have: they are locked for an update.
    pub checks_versions: bool,
    /// The object that a refresh fills.
    pub refresh: Option<Rc<Instance>>,
    /// The object whose relationship a load is for, if it is for one.
    pub owner: Option<Rc<Instance>>,
    /// The attributes that a refresh is to fill; none for all.
    pub refreshed: Option<Vec<usize>>,
    /// Eager loads of objects that are loaded already are followed too; not so from a lazy load.
    pub all_eagers: bool,
    pub autoflush: bool,
    /// The session has been flushed for this statement already; not for those that follow it.
    pub is_flushed: bool,
    /// Values of the session layer's own parameters.
    pub binds: Vec<(BindId, BindValue)>,
    /// Values that the program gives by name.
    pub parameters: Vec<(Rc<str>, BindValue)>,
    /// Rounds left of self-referential relationships, by name.
    pub recursion: Vec<(Arc<str>, i64)>,
    /// The queue of the query that this one follows; none for an outermost query.
    pub queue: Option<Rc<RefCell<PostLoads>>>,
    /// The query that subquery loads repeat, when this one is itself a subquery load.
    pub origin: Option<subquery::Origin>,
    /// Rows are fetched in parts of this size (`yield_per`).
    pub yield_per: Option<usize>,
}

impl RunOptions {
    pub fn new(provenance: Provenance) -> Self {
        Self {
            provenance,
            populate_existing: false,
            checks_versions: false,
            refresh: None,
            owner: None,
            refreshed: None,
            all_eagers: true,
            autoflush: true,
            is_flushed: false,
            binds: Vec::new(),
            parameters: Vec::new(),
            recursion: Vec::new(),
            queue: None,
            origin: None,
            yield_per: None,
        }
    }

    pub fn bind(mut self, id: BindId, value: BindValue) -> Self {
        self.binds.push((id, value));
        self
    }

    pub(super) fn given(&self, bind: &CompiledBind) -> Option<BindValue> {
        let own = self
            .binds
            .iter()
            .find(|(id, _)| *id == bind.id)
            .map(|(_, value)| value.clone());
        own.or_else(|| {
            self.parameters
                .iter()
                .find(|(name, _)| **name == *bind.name)
                .map(|(_, value)| value.clone())
        })
    }
}

/// What kind of load it is, when the program did not execute the statement itself.
fn own_load(options: &RunOptions) -> Option<OwnLoad> {
    if options.refresh.is_some() {
        return Some(OwnLoad::Columns);
    }
    match options.provenance.trigger {
        Trigger::Get => Some(OwnLoad::Get),
        Trigger::Refresh => Some(OwnLoad::Columns),
        Trigger::Lazy | Trigger::Selectin | Trigger::Subquery | Trigger::Immediate => {
            Some(OwnLoad::Relationship)
        }
        _ => None,
    }
}

/// Sends a plan's statement and makes objects of its rows.
///
/// # Errors
/// SQLite's, SQLAlchemy's, what the program's listeners raised, or that the run was stopped.
pub fn run(session: &Rc<Session>, plan: &Rc<Plan>, options: &RunOptions) -> Result<Loaded> {
    let plan = &listened(session, plan, options)?;
    let executed = send(session, plan, options)?;
    read(session, plan, options, executed)
}

/// The plan of what is sent when those who listen to the session's own loads have had their say.
fn listened(session: &Session, plan: &Rc<Plan>, options: &RunOptions) -> Result<Rc<Plan>> {
    let watcher = session.watcher.borrow().clone();
    if let (Some(watcher), Some(load)) = (watcher, own_load(options)) {
        let trigger = options.provenance.trigger;
        let facts = BeforeLoad {
            kind: load,
            owner: options
                .owner
                .as_ref()
                .filter(|_| matches!(trigger, Trigger::Lazy | Trigger::Immediate)),
            given: unsent::by_name(&plan.compiled, &|bind| options.given(bind)),
            repeats: trigger == Trigger::Subquery,
        };
        let select = watcher.before_load(&plan.select, &facts)?;
        if !Rc::ptr_eq(&select, &plan.select) {
            return Ok(Rc::new(query::compile(&select, &plan.compile_options)?));
        }
    }
    Ok(Rc::clone(plan))
}

/// Sends a plan's statement.
fn send(session: &Rc<Session>, plan: &Rc<Plan>, options: &RunOptions) -> Result<Executed> {
    if options.autoflush && !options.is_flushed {
        session.autoflush()?;
    }
    for warning in &plan.warnings {
        session.warn(warning)?;
    }
    let mut provenance = match options.provenance.trigger {
        Trigger::Query => plan.compiled.cause(),
        _ => None,
    }
    .unwrap_or_else(|| options.provenance.clone());
    provenance.joined = plan
        .joined
        .iter()
        .map(|relationship| Arc::clone(&relationship.name))
        .collect();
    provenance.siblings = plan
        .siblings
        .as_ref()
        .map(|pair| pair.each_ref().map(|one| Arc::clone(&one.name)));
    provenance.unjoined = plan.compiled.unjoined;
    session.flush_reads()?;
    session
        .connect()?
        .execute(&plan.compiled, &|bind| options.given(bind), provenance)
}

/// Rows in parts do not go with loads that need all of them.
fn check_yield(plan: &Plan, options: &RunOptions, reader: &rows::Reader<'_>) -> Result<()> {
    if options.yield_per.is_some() && (plan.needs_unique || reader.sends_statements()) {
        return Err(super::Error::invalid_request(
            "Can't use yield_per with eager loaders that require uniquing or row buffering, e.g. joinedload() against \
             collections or subqueryload().  Consider the selectinload() strategy for better flexibility in loading \
             objects.",
        ));
    }
    Ok(())
}

/// Of rows in parts none can be told to be a repetition.
pub fn not_unique_in_parts() -> super::Error {
    super::Error::invalid_request(
        "Can't use the ORM yield_per feature in conjunction with unique()",
    )
}

/// Notes in a statement's event how many objects its rows were.
fn note_objects(reader: &mut rows::Reader<'_>, statement: &mut crate::trace::Statement) {
    reader.counting().note(statement);
    let joined_owners = reader.joined_owners();
    if !joined_owners.is_empty() {
        statement.extra_mut().joined_owners = joined_owners;
    }
}

/// Makes objects of the rows of a statement that was sent.
///
/// # Errors
/// As [`run`].
pub fn read(
    session: &Rc<Session>,
    plan: &Rc<Plan>,
    options: &RunOptions,
    mut executed: Executed,
) -> Result<Loaded> {
    let queue = options.queue.clone().unwrap_or_default();
    let execution = rows::Execution::new(session, executed.statement.id);
    let reader = rows::Reader::new(session, plan, options, &queue, execution);
    let checked = reader.and_then(|reader| {
        check_yield(plan, options, &reader)?;
        // A load of ours wants each of its rows once.
        options
            .yield_per
            .map_or(Ok(reader), |_| Err(not_unique_in_parts()))
    });
    let mut reader = match checked {
        Ok(reader) => reader,
        Err(error) => {
            session.engine.record(executed.statement)?;
            return Err(error);
        }
    };
    let read = if reader.sends_statements() {
        // What the rows send comes after this statement, in the trace too.
        session.engine.record(executed.statement)?;
        reader.read(executed.rows.iter())
    } else {
        let read = reader.read(executed.rows.iter());
        note_objects(&mut reader, &mut executed.statement);
        session.engine.record(executed.statement)?;
        read
    };
    drop(reader);
    let loaded = read?;
    if options.queue.is_none() {
        PostLoads::work_off(&queue, session)?;
    }
    Ok(loaded)
}

/// What the `.and_()` of an option holds against the entity that a load of its own reads.
fn criteria_of(element: Option<&Rc<LoadElement>>, target: &Entity) -> Option<QueryOption> {
    let criteria = &element?.criteria;
    (!criteria.is_empty())
        .then(|| QueryOption::Criteria(Rc::new(LoaderCriteria::of_option(target, criteria))))
}

/// The relationship's name and a statement's place in the chain of causes.
pub(super) fn provenance_of(
    trigger: crate::trace::Trigger,
    relationship: &Relationship,
    owners: &[Rc<Instance>],
) -> Provenance {
    let mut provenance = Provenance::of(trigger);
    provenance.relationship = Some(Arc::clone(&relationship.name));
    provenance.owners = u32::try_from(owners.len()).unwrap_or(u32::MAX);
    if let [owner] = owners {
        provenance.owner = Some(Arc::from(owner.label()));
    }
    provenance.parent = owners
        .iter()
        .find_map(|owner| owner.state.borrow().loaded_by);
    provenance
}
