//! What a query returned: rows of objects and values.

use std::rc::Rc;

use crate::orm::instance::Instance;
use crate::orm::query::BundleForm;
use crate::orm::sql::SqlType;
use crate::trace;
use crate::trace::hash::FastSet;

/// One element of a row as the program gets it.
#[derive(Clone, Debug)]
pub enum Cell {
    /// An object, or None when its row was all NULL.
    Entity(Option<Rc<Instance>>),
    /// A value, before its type's result processing.
    Value(trace::Value, SqlType),
    Bundle(Rc<BundleRow>),
}

/// The value of a `Bundle`.
#[derive(Clone, Debug)]
pub struct BundleRow {
    pub name: Rc<str>,
    pub keys: Vec<Rc<str>>,
    pub cells: Vec<Cell>,
    pub form: BundleForm,
}

/// What a query returned.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    pub width: usize,
    /// Row after row.
    pub cells: Vec<Cell>,
    /// Number of the statement.
    pub statement: u64,
}

/// Of so few objects it is quicker to compare each with each than to hash them.
const FEW: usize = 16;

impl Loaded {
    /// The objects of the first column, each once, in order.
    pub fn unique_entities(&self) -> Vec<Rc<Instance>> {
        let mut unique: Vec<Rc<Instance>> = Vec::with_capacity(self.rows().len());
        let entities = self.rows().filter_map(|row| entity_of(row.first()?));
        if self.rows().len() <= FEW {
            for instance in entities {
                if !unique.iter().any(|known| Rc::ptr_eq(known, &instance)) {
                    unique.push(instance);
                }
            }
            return unique;
        }
        let mut seen = FastSet::default();
        unique.extend(entities.filter(|instance| seen.insert(Rc::as_ptr(instance))));
        unique
    }

    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[Cell]> {
        self.cells.chunks(self.width.max(1))
    }
}

pub(super) fn entity_of(cell: &Cell) -> Option<Rc<Instance>> {
    match cell {
        Cell::Entity(instance) => instance.clone(),
        _ => None,
    }
}
