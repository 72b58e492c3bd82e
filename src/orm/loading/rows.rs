//! From rows to objects.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use super::counting::Counting;
use super::fill::{self, Filler, Fillers, Filling, Registered};
use super::loaded::{BundleRow, Cell, Loaded};
use super::post::PostLoads;
use super::subquery::Subqueries;
use super::{LoadContext, RunOptions};
use crate::orm::Value;
use crate::orm::error::{Error, Result};
use crate::orm::identity::{Found, Identity, IdentityMap};
use crate::orm::instance::{Instance, Slot};
use crate::orm::lifecycle;
use crate::orm::listening::ObjectEvent;
use crate::orm::options::{LoadElement, LoadKind, QueryOption};
use crate::orm::query::plan::{Derived, EntityPlan, Item, JoinedPlan, Of, Polymorphic};
use crate::orm::query::{Plan, shown};
use crate::orm::relationship::Relationship;
use crate::orm::session::{Session, SessionEvent};
use crate::trace;
use crate::trace::hash::FastMap;

/// Which attributes an object lacked that is completed; the object is named, so that its address is not used twice.
type Partial = (Weak<Instance>, Rc<[bool]>);

/// One execution of a statement.
#[derive(Clone)]
pub(super) struct Execution {
    pub statement: u64,
    /// Number of the load, by which objects know what has filled them.
    run_id: u64,
    /// The session's objects when it was sent.
    identity_map: Rc<IdentityMap>,
    subqueries: Subqueries,
}

impl Execution {
    pub fn new(session: &Session, statement: u64) -> Self {
        Self {
            statement,
            run_id: session.next_run_id(),
            identity_map: session.identity_map(),
            subqueries: Subqueries::default(),
        }
    }
}

/// Reads the rows of one execution.
pub(super) struct Reader<'a> {
    pub(super) session: &'a Rc<Session>,
    plan: &'a Plan,
    options: &'a RunOptions,
    queue: &'a Rc<RefCell<PostLoads>>,
    execution: Execution,
    propagated: Vec<QueryOption>,
    /// What fills the relationships of an entity's objects, for those that have such.
    fillers: Fillers<'a>,
    no_fillers: Rc<[Filler<'a>]>,
    /// Entities whose objects loads wait for.
    followed: Vec<*const EntityPlan>,
    contexts: Vec<(*const EntityPlan, Rc<LoadContext>)>,
    /// Objects that were there before and are being completed: which attributes were missing.
    partial: FastMap<*const Instance, Partial>,
    /// Members of collections that this execution fills.
    pub(super) filling: FastMap<(*const Instance, usize), Filling>,
    counting: Counting,
    /// By joined relationship, the owners that got it from this execution.
    filled: FastMap<*const Relationship, u32>,
}

impl<'a> Reader<'a> {
    pub fn new(
        session: &'a Rc<Session>,
        plan: &'a Rc<Plan>,
        options: &'a RunOptions,
        queue: &'a Rc<RefCell<PostLoads>>,
        execution: Execution,
    ) -> Result<Self> {
        let mut registered = Registered {
            subqueries: execution.subqueries.clone(),
            ..Registered::default()
        };
        for item in &plan.items {
            fill::register(item, plan, options, queue, &mut registered)?;
        }
        Ok(Self {
            session,
            plan,
            options,
            queue,
            execution,
            propagated: plan
                .select
                .options
                .iter()
                .filter(|option| option.propagates())
                .cloned()
                .collect(),
            fillers: registered.fillers,
            followed: registered.followed,
            no_fillers: Rc::from([]),
            contexts: Vec::new(),
            partial: FastMap::default(),
            filling: FastMap::default(),
            counting: Counting::of(plan),
            filled: FastMap::default(),
        })
    }

    pub fn read<'r>(
        &mut self,
        rows: impl ExactSizeIterator<Item = &'r [trace::Value]>,
    ) -> Result<Loaded> {
        let plan = self.plan;
        let mut loaded = Loaded {
            width: plan.items.len(),
            cells: Vec::with_capacity(rows.len() * plan.items.len()),
            statement: self.execution.statement,
        };
        for row in rows {
            self.counting.row(row);
            for (index, item) in plan.items.iter().enumerate() {
                let cell = self.cell(item, row)?;
                if let (Cell::Entity(Some(instance)), Item::Entity(entity)) = (&cell, item) {
                    self.counting.object(index, instance, entity, plan, row);
                }
                loaded.cells.push(cell);
            }
        }
        Ok(loaded)
    }

    /// Whether reading the rows sends statements of its own.
    pub fn sends_statements(&self) -> bool {
        let mut fillers = self.fillers.iter().flat_map(|(_, of_plan)| of_plan.iter());
        fillers.any(|filler| matches!(filler, Filler::Subquery(_)))
    }

    /// What was counted of the objects and the rows so far.
    pub fn counting(&self) -> &Counting {
        &self.counting
    }

    fn cell(&mut self, item: &Item, row: &[trace::Value]) -> Result<Cell> {
        Ok(match item {
            Item::Entity(entity) => Cell::Entity(self.instance(entity, row)?),
            Item::Value { position, ty } => Cell::Value(row[*position].clone(), ty.clone()),
            Item::Bundle {
                name,
                keys,
                items,
                form,
            } => {
                let cells = items
                    .iter()
                    .map(|item| self.cell(item, row))
                    .collect::<Result<Vec<_>>>()?;
                Cell::Bundle(Rc::new(BundleRow {
                    name: Rc::clone(name),
                    keys: keys.clone(),
                    cells,
                    form: form.clone(),
                }))
            }
        })
    }

    /// The object of this row, made or found; none when its key is NULL.
    pub(super) fn instance(
        &mut self,
        plan: &EntityPlan,
        row: &[trace::Value],
    ) -> Result<Option<Rc<Instance>>> {
        for (position, enumeration) in &plan.enums {
            enumeration.check(&row[*position])?;
        }
        let is_root = plan.path.len() == 1;
        if let (Some(refreshed), true) = (&self.options.refresh, is_root) {
            let refreshed = Rc::clone(refreshed);
            let is_new = refreshed.run_id.replace(self.execution.run_id) != self.execution.run_id;
            self.populate(plan, &refreshed, row, is_new, true)?;
            if is_new {
                let attributes = self.options.refreshed.as_deref();
                refreshed.tell(ObjectEvent::Refresh, attributes)?;
            }
            return Ok(Some(refreshed));
        }
        if plan.primary_key.is_empty() {
            let key = plan.mapper.primary_key_columns();
            return Err(Error::raised(
                "sqlalchemy.exc.NoSuchColumnError",
                format!(
                    "Could not locate column in row for column '{}'",
                    key.first().map(shown).unwrap_or_default()
                ),
            ));
        }
        let derived = match &plan.polymorphic {
            None => None,
            Some(polymorphic) => match class_of(plan, polymorphic, row)? {
                Class::Own => None,
                Class::Derived(derived) => Some(derived),
                Class::NoRow => return Ok(None),
            },
        };
        let Some(identity) = identity(plan, row) else {
            return Ok(None);
        };
        let mapper = derived.map_or(&plan.mapper, |derived| &derived.mapper);
        let instance =
            match self
                .session
                .find_or_adopt(&self.execution.identity_map, identity, mapper)?
            {
                Found::Made(instance) => instance,
                Found::Known(known) => {
                    let is_current = known.run_id.get() == self.execution.run_id;
                    if self.options.checks_versions && !is_current {
                        check_version(plan, &known, row)?;
                    }
                    if is_current || self.options.populate_existing {
                        let is_new =
                            known.run_id.replace(self.execution.run_id) != self.execution.run_id;
                        self.populate(plan, &known, row, is_new, self.options.populate_existing)?;
                        if let (true, Some(derived)) = (is_new, derived) {
                            leave_missing(derived, &known);
                        }
                        if is_new {
                            known.tell(ObjectEvent::Refresh, None)?;
                        }
                    } else {
                        self.complete(plan, &known, row)?;
                    }
                    return Ok(Some(known));
                }
            };
        instance.is_from_row.set(true);
        instance.run_id.set(self.execution.run_id);
        if let Some(derived) = derived {
            leave_missing(derived, &instance);
        }
        self.populate(plan, &instance, row, true, false)?;
        instance.tell(ObjectEvent::Load, None)?;
        self.session
            .tell(SessionEvent::LoadedAsPersistent, Some(&instance))?;
        Ok(Some(instance))
    }

    /// Fills an object that this execution has made, or is to fill anew.
    fn populate(
        &mut self,
        plan: &EntityPlan,
        instance: &Rc<Instance>,
        row: &[trace::Value],
        is_new: bool,
        overwrites: bool,
    ) -> Result<()> {
        if is_new {
            {
                let context =
                    (!self.propagated.is_empty() || !overwrites).then(|| self.context(plan));
                let mut state = instance.state.borrow_mut();
                if let Some(context) = context {
                    state.load = Some(context);
                }
                // A refresh fills what a query found: that one leads on from here all the same.
                if self.options.refresh.is_none() || state.loaded_by.is_none() {
                    state.loaded_by = Some(self.execution.statement);
                }
                state.expired = false;
                if overwrites {
                    for &(attribute, _) in &plan.columns {
                        state.committed.remove(&attribute);
                        state.sql_values.remove(&attribute);
                    }
                }
            }
            let columns = plan.columns.iter();
            instance.fill(
                columns.map(|&(attribute, position)| {
                    (attribute, Value::Stored(row[position].clone()))
                }),
            );
            for &attribute in &plan.missing {
                instance.put(attribute, Slot::Expired);
            }
            put_loaders(plan, instance, |_| true);
            if overwrites && self.options.refresh.is_none() {
                for &attribute in &plan.deferred {
                    instance.put(attribute, Slot::Unloaded);
                }
            }
        } else {
            self.found_elsewhere(plan, instance, row, overwrites);
        }
        for filler in self.fillers_of(plan).iter() {
            if is_new {
                self.fill(filler, instance, row)?;
            } else {
                self.fill_again(filler, instance, row)?;
            }
        }
        if is_new && overwrites && self.options.refresh.is_none() {
            self.session.forget_changes(instance);
        }
        self.follow(plan, instance, true);
        Ok(())
    }

    /// An object of this execution comes again in another place of the row: columns that its first place did not have are
    /// taken from here, and options are looked up from here on where that is nearer to the root.
    fn found_elsewhere(
        &mut self,
        plan: &EntityPlan,
        instance: &Rc<Instance>,
        row: &[trace::Value],
        overwrites: bool,
    ) {
        let known = match &instance.state.borrow().load {
            Some(context) => context.path.clone(),
            None => instance.mapper.entity().path(),
        };
        if known == plan.load_path {
            return;
        }
        // What a load before this one found keeps its place.
        let is_of_this_load = !self.propagated.is_empty() || !overwrites;
        if plan.load_path.len() < known.len() && is_of_this_load {
            let context = self.context(plan);
            instance.state.borrow_mut().load = Some(context);
        }
        for &(attribute, position) in &plan.columns {
            if !instance.is_loaded(attribute) {
                instance.put(attribute, Slot::Value(Value::Stored(row[position].clone())));
            }
        }
    }

    /// Completes an object that was there before with what it lacks.
    fn complete(
        &mut self,
        plan: &EntityPlan,
        instance: &Rc<Instance>,
        row: &[trace::Value],
    ) -> Result<()> {
        let known = self.partial.get(&Rc::as_ptr(instance));
        let is_new = known.is_none();
        let known = known.map(|(_, missing)| Rc::clone(missing));
        let missing = known.unwrap_or_else(|| {
            let missing: Rc<[bool]> = (0..instance.mapper.places())
                .map(|index| is_unloaded(instance, index))
                .collect();
            let partial = (Rc::downgrade(instance), Rc::clone(&missing));
            self.partial.insert(Rc::as_ptr(instance), partial);
            missing
        });
        let lacks = |index: usize| missing.get(index).copied().unwrap_or(false);
        for &(attribute, position) in &plan.columns {
            // What was read since then stays; a column may be in this place of the row only.
            if lacks(attribute) && is_unloaded(instance, attribute) {
                instance.put(attribute, Slot::Value(Value::Stored(row[position].clone())));
            }
        }
        if is_new {
            for &attribute in plan.missing.iter().filter(|&&index| lacks(index)) {
                instance.put(attribute, Slot::Expired);
            }
            put_loaders(plan, instance, lacks);
            instance.state.borrow_mut().expired = false;
        }
        let fillers = self.fillers_of(plan);
        let loaded: Vec<bool> = fillers
            .iter()
            .map(|filler| !is_unloaded(instance, filler.index()))
            .collect();
        for filler in fillers.iter().filter(|filler| lacks(filler.index())) {
            if is_new {
                self.fill(filler, instance, row)?;
            } else {
                self.fill_again(filler, instance, row)?;
            }
        }
        if self.options.all_eagers {
            for (filler, _) in fillers.iter().zip(loaded).filter(|(_, loaded)| *loaded) {
                self.look_into(filler, instance, row)?;
            }
            self.follow(plan, instance, false);
        }
        Ok(())
    }

    /// Whether lazily loaded relationships are to be read anew.
    pub(super) fn resets(&self) -> bool {
        fill::resets(self.options)
    }

    pub(super) fn note(&mut self, parent: &Instance, plan: &JoinedPlan) {
        parent.note_relationship_load(plan.index, self.execution.statement);
        *self
            .filled
            .entry(Rc::as_ptr(&plan.relationship))
            .or_default() += 1;
    }

    /// For each relationship that the plan joins, how many owners got it; where it is joined twice, the first tells
    /// of both.
    pub fn joined_owners(&mut self) -> Vec<u32> {
        let joined = self.plan.joined.iter();
        joined
            .map(|relationship| self.filled.remove(&Rc::as_ptr(relationship)).unwrap_or(0))
            .collect()
    }

    /// Queues an object for the loads that follow.
    fn follow(&self, plan: &EntityPlan, instance: &Rc<Instance>, overwrites: bool) {
        if self.followed.contains(&std::ptr::from_ref(plan)) {
            self.queue
                .borrow_mut()
                .add(&plan.load_path, instance, overwrites);
        }
    }

    fn fillers_of(&self, plan: &EntityPlan) -> Rc<[Filler<'a>]> {
        let address: *const EntityPlan = plan;
        let mut known = self.fillers.iter();
        known.find(|(known, _)| *known == address).map_or_else(
            || Rc::clone(&self.no_fillers),
            |(_, of_plan)| Rc::clone(of_plan),
        )
    }

    fn context(&mut self, plan: &EntityPlan) -> Rc<LoadContext> {
        let address: *const EntityPlan = plan;
        if let Some((_, context)) = self.contexts.iter().find(|(known, _)| *known == address) {
            return Rc::clone(context);
        }
        let context = LoadContext::new(self.propagated.clone(), plan.load_path.clone());
        self.contexts.push((address, Rc::clone(&context)));
        context
    }
}

/// Of which class a row is.
enum Class<'a> {
    Own,
    Derived(&'a Derived),
    /// There is no row: what was to be joined is not there.
    NoRow,
}

/// # Errors
/// When the row is there, and its discriminator names no class that the entity's rows can be of.
fn class_of<'a>(
    plan: &EntityPlan,
    polymorphic: &'a Polymorphic,
    row: &[trace::Value],
) -> Result<Class<'a>> {
    let value = &row[polymorphic.position];
    let why = match polymorphic.of(value) {
        Some(Of::Own) => return Ok(Class::Own),
        Some(Of::Derived(derived)) => return Ok(Class::Derived(derived)),
        Some(Of::Other(other)) => format!(
            "refers to {}, which is not a sub-mapper of the requested {}",
            other.shown(),
            plan.mapper.shown()
        ),
        None if *value == trace::Value::Null => "is NULL".to_owned(),
        None => {
            let shown = crate::orm::value::shown(&crate::orm::value::from_stored(value));
            return Err(Error::raised(
                "AssertionError",
                format!("No such polymorphic_identity {shown} is defined"),
            ));
        }
    };
    match identity(plan, row) {
        None => Ok(Class::NoRow),
        Some(identity) => Err(Error::invalid_request(format!(
            "Row with identity key {} can't be loaded into an object; the polymorphic discriminator column '{}' {why}",
            lifecycle::identity_key(&plan.mapper, &identity),
            polymorphic.column,
        ))),
    }
}

/// Columns that the row of an object does not have are loaded together, when one of them is read.
fn leave_missing(derived: &Derived, instance: &Instance) {
    for &attribute in &derived.missing {
        instance.put(attribute, Slot::Expired);
    }
}

/// SQLAlchemy's `InstanceState.unloaded`: neither there nor changed.
/// # Errors
/// When the row has another version than the object has read.
fn check_version(plan: &EntityPlan, known: &Rc<Instance>, row: &[trace::Value]) -> Result<()> {
    let Some(version) = known.mapper.version() else {
        return Ok(());
    };
    let mut columns = plan.columns.iter();
    match columns.find(|(attribute, _)| *attribute == version.attribute) {
        Some(&(_, position)) => version.check_loaded(known, &Value::Stored(row[position].clone())),
        None => Ok(()),
    }
}

fn is_unloaded(instance: &Instance, attribute: usize) -> bool {
    !instance.is_loaded(attribute) && !instance.state.borrow().committed.contains_key(&attribute)
}

/// What columns that are not in the rows go by for this object, where that is not what the mapping says.
fn put_loaders(plan: &EntityPlan, instance: &Instance, is_wanted: impl Fn(usize) -> bool) {
    let put = |index: usize, element: &Rc<LoadElement>| {
        let mut state = instance.state.borrow_mut();
        state.loaders.insert(index, Rc::clone(element));
    };
    for (attribute, element) in &plan.deferred_by_option {
        if !is_wanted(*attribute) {
            continue;
        }
        if loads_itself(instance, *attribute, element) {
            // What another place of the object forbade is allowed from here.
            instance.state.borrow_mut().loaders.remove(attribute);
        } else {
            put(*attribute, element);
        }
    }
}

/// Whether a column that an option defers is loaded by a touch anyhow: so is every one that an object's row left out.
fn loads_itself(instance: &Instance, index: usize, element: &LoadElement) -> bool {
    let attribute = instance.mapper.attribute(index);
    let is_raising = attribute.as_column().is_some_and(|column| column.raiseload);
    !is_raising && element.kind != LoadKind::Defer { raiseload: true } && instance.is_from_row.get()
}

fn identity(plan: &EntityPlan, row: &[trace::Value]) -> Option<Identity> {
    if let [position] = plan.primary_key[..] {
        return match &row[position] {
            trace::Value::Null => None,
            value => Some(plan.mapper.identity_of_row([value.clone()])),
        };
    }
    let values: Vec<trace::Value> = plan
        .primary_key
        .iter()
        .map(|&position| row[position].clone())
        .collect();
    let is_null = values.iter().all(|value| *value == trace::Value::Null);
    (!is_null).then(|| plan.mapper.identity_of_row(values))
}
