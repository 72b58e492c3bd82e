//! What a failed flush keeps alive.
//!
//! SQLAlchemy's transaction remembers the exception, whose traceback leads to the frame of the flush, which holds the
//! transaction: a circle. So the objects that the flush has looked up in histories stay in the identity map after a
//! rollback, until Python's collector comes by, which is rarely while a program runs.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::orm::attributes::ObjectHistory;

/// Flushes that failed before these have been collected.
const UNCOLLECTED: usize = 64;

/// The histories that the last failed flushes looked up.
#[derive(Default)]
pub struct FailedFlushes(RefCell<VecDeque<Vec<Rc<ObjectHistory>>>>);

impl FailedFlushes {
    pub(super) fn keep(&self, histories: Vec<Rc<ObjectHistory>>) {
        let mut kept = self.0.borrow_mut();
        kept.push_back(histories);
        let collected = if kept.len() > UNCOLLECTED {
            kept.pop_front()
        } else {
            None
        };
        drop(kept);
        drop(collected);
    }
}
