use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use crate::orm::error::Result;
use crate::orm::sql::{BindId, Compiled, FromClause};

/// Which statement of a mapper: what it does, and the columns that it is given or gives back.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::orm) enum Which {
    Insert {
        given: Vec<bool>,
        returning: Vec<usize>,
        many: bool,
    },
    Update {
        given: Vec<bool>,
        returning: Vec<usize>,
    },
    Delete,
}

/// A compiled statement and the parameters of its WHERE, in the order of the primary key, that of the version last.
pub(in crate::orm) struct Write {
    pub compiled: Compiled,
    pub key: Vec<BindId>,
}

/// The statements that a mapper's flushes have sent, compiled once each.
#[derive(Default)]
pub struct Statements(RefCell<HashMap<(u64, Which), Rc<Write>>>);

impl Statements {
    /// The statement that does it to one of the mapper's tables.
    pub(in crate::orm) fn get_or_make(
        &self,
        table: &FromClause,
        which: Which,
        make: impl FnOnce() -> Result<Write>,
    ) -> Result<Rc<Write>> {
        let which = (table.id(), which);
        if let Some(known) = self.0.borrow().get(&which) {
            return Ok(Rc::clone(known));
        }
        let made = Rc::new(make()?);
        self.0.borrow_mut().insert(which, Rc::clone(&made));
        Ok(made)
    }
}

impl fmt::Debug for Statements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Statements({})", self.0.borrow().len())
    }
}
