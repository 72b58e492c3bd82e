//! What SQLAlchemy's cache of compiled statements keeps alive.
//!
//! A subquery load in the service of a selectin or immediate load has the context of the outermost query among its
//! execution options, and its statement stays in the engine's cache together with them. So what the outermost query's own
//! subquery loads have found stays in the identity map, though nobody holds it any more.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::orm::identity::Key;
use crate::orm::instance::Instance;
use crate::orm::path::Path;

/// Related objects by the key that their parents hold, once they are loaded.
pub type Found = OnceCell<HashMap<Key, Vec<Rc<Instance>>>>;

/// What the subquery loads of one outermost query find.
#[derive(Default)]
pub struct OutermostFound(RefCell<Vec<Rc<Found>>>);

impl OutermostFound {
    pub fn add(&self, found: &Rc<Found>) {
        self.0.borrow_mut().push(Rc::clone(found));
    }
}

/// The engine's cache, as far as it keeps objects: by a statement's text and the path that it loads.
#[derive(Default)]
pub struct CompiledCache(RefCell<HashMap<(String, Path), Rc<OutermostFound>>>);

impl CompiledCache {
    /// A statement has been compiled; one that is in the cache already stays with what it came with.
    pub fn enter(&self, sql: &str, path: &Path, outermost: &Rc<OutermostFound>) {
        let key = (sql.to_owned(), path.clone());
        let mut known = self.0.borrow_mut();
        known.entry(key).or_insert_with(|| Rc::clone(outermost));
    }
}
