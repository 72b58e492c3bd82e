//! How many objects the rows of a statement were, and whether a join sent some of them several times.

use std::collections::hash_map::Entry;
use std::hash::Hasher;
use std::rc::Rc;

use crate::orm::instance::Instance;
use crate::orm::query::plan::{EntityPlan, Item};
use crate::orm::query::{Plan, Select};
use crate::orm::relationship::Relationship;
use crate::trace;
use crate::trace::hash::{FastHasher, FastMap, FastSet};
use crate::trace::value::hash_values;

/// What is counted of one execution.
#[derive(Debug, Default)]
pub(super) struct Counting {
    /// Which item of a row is the first entity; none where nobody asks.
    counted: Option<usize>,
    /// Its objects, each with the values that stood before it in its first row: what an eager load fetches comes with the
    /// key of its owner.
    objects: FastMap<*const Instance, Vec<trace::Value>>,
    /// Bytes of its columns in rows that brought an object again.
    repeated_bytes: u64,
    /// Some came for several owners: a row more says nothing of a join.
    is_shared: bool,
    /// The rows so far, where a collection that the query filters by may repeat them, and whether one came again.
    rows: Option<(FastSet<u64>, bool)>,
}

impl Counting {
    pub fn of(plan: &Plan) -> Self {
        // Where rows may bring an object again, and where a limit may have counted rows instead of objects. Who asks
        // for more than objects asks for rows.
        let asks_for_objects = matches!(plan.items[..], [Item::Entity(_)]);
        let counts = plan.joined.iter().any(|one| one.uselist())
            || asks_for_objects && (plan.siblings.is_some() || may_be_limited(&plan.select));
        let is_loaded = |one: &Rc<Relationship>| plan.joined.iter().any(|it| Rc::ptr_eq(it, one));
        let may_repeat = |[first, second]: &[Rc<Relationship>; 2]| {
            // Two that are loaded are a product whatever they hold.
            is_loaded(first) != is_loaded(second)
        };
        let mut items = plan.items.iter();
        let first = items.position(|item| matches!(item, Item::Entity(_)));
        Self {
            counted: first.filter(|_| counts),
            rows: plan
                .siblings
                .as_ref()
                .is_some_and(may_repeat)
                .then(Default::default),
            ..Self::default()
        }
    }

    pub fn row(&mut self, row: &[trace::Value]) {
        if let Some((seen, came_again)) = &mut self.rows {
            let mut hasher = FastHasher::default();
            hash_values(row, &mut hasher);
            *came_again |= !seen.insert(hasher.finish());
        }
    }

    /// An object that the item of that number is in a row.
    pub fn object(
        &mut self,
        item: usize,
        instance: &Rc<Instance>,
        entity: &EntityPlan,
        plan: &Plan,
        row: &[trace::Value],
    ) {
        if self.counted != Some(item) {
            return;
        }
        let mut owner = Vec::new();
        values_of(&plan.items[..item], row, &mut owner);
        match self.objects.entry(Rc::as_ptr(instance)) {
            Entry::Vacant(place) => {
                place.insert(owner);
            }
            Entry::Occupied(first) => {
                self.is_shared |= *first.get() != owner;
                let columns = entity.columns.iter();
                let sizes = columns.map(|&(_, position)| bytes(&row[position]));
                self.repeated_bytes += sizes.sum::<u64>();
            }
        }
    }

    /// Enters what was counted into the statement's event.
    pub fn note(&self, statement: &mut trace::Statement) {
        if self.counted.is_some() && !self.is_shared {
            statement.entities = Some(self.objects.len() as u64);
            if self.repeated_bytes > 0 {
                statement.extra_mut().repeated_bytes = Some(self.repeated_bytes);
            }
        }
        // A filter that leaves all rows different multiplies nothing.
        if matches!(self.rows, Some((_, false))) {
            statement.extra_mut().siblings = None;
        }
    }
}

/// A statement that was given as it is may have a limit of its own.
fn may_be_limited(select: &Select) -> bool {
    select.limit.is_some() || select.from_statement.is_some()
}

/// The values of these items in a row, entities aside.
fn values_of(items: &[Item], row: &[trace::Value], values: &mut Vec<trace::Value>) {
    for item in items {
        match item {
            Item::Entity(_) => {}
            Item::Value { position, .. } => values.push(row[*position].clone()),
            Item::Bundle { items, .. } => values_of(items, row, values),
        }
    }
}

fn bytes(value: &trace::Value) -> u64 {
    match value {
        trace::Value::Null => 0,
        trace::Value::Integer(_) | trace::Value::Real(_) => 8,
        trace::Value::Text(text) => text.len() as u64,
        trace::Value::Blob(bytes) => bytes.len() as u64,
    }
}
