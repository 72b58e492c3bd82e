//! The unit of work: what a flush inserts, updates and deletes, and in which order.
//!
//! `flush` decides who takes part and sorts the steps (`graph`, `topology`), `dependency` carries keys between rows
//! along relationships, and `save`, `delete`, `links` and `post_update` send the statements.

mod delete;
mod dependency;
mod failed;
mod finish;
mod flush;
mod graph;
mod insert;
mod keys;
mod links;
mod parameters;
mod post_update;
mod save;
mod send;
mod shape;
mod statements;
#[cfg(test)]
mod tests;
mod topology;
mod update;

pub use failed::FailedFlushes;
pub(super) use keys::insert_for_keys;
pub(super) use parameters::default_value;
pub(super) use shape::Shape;
pub use statements::Statements;

use std::rc::Rc;

use super::attributes;
use super::error::{Error, Result};
use super::instance::Instance;
use super::session::{Session, SessionEvent};
use flush::Flush;

impl Session {
    /// Sends what has changed.
    ///
    /// # Errors
    /// SQLite's, or a rule of the mapping that the changes break; the transaction is rolled back then.
    pub fn flush(&self) -> Result<()> {
        self.flush_of(None)
    }

    /// `session.flush(objects)`: of what has changed, only those.
    ///
    /// # Errors
    /// As [`Session::flush`].
    pub fn flush_some(&self, objects: &[Rc<Instance>]) -> Result<()> {
        self.flush_of(Some(objects))
    }

    fn flush_of(&self, objects: Option<&[Rc<Instance>]>) -> Result<()> {
        if self.is_flushing.get() {
            return Err(Error::invalid_request("Session is already flushing"));
        }
        if self.is_clean() {
            return Ok(());
        }
        self.is_flushing.set(true);
        let done = self
            .tell(SessionEvent::BeforeFlush, None)
            .and_then(|()| self.flush_changes(objects));
        self.is_flushing.set(false);
        done
    }

    fn flush_changes(&self, objects: Option<&[Rc<Instance>]>) -> Result<()> {
        let is_meant = |instance: &Rc<Instance>| {
            objects.is_none_or(|objects| objects.iter().any(|each| Rc::ptr_eq(each, instance)))
        };
        let deleted = self.deleted.borrow().clone();
        let mut saved = self.new.borrow().to_vec();
        saved.extend(self.modified.borrow().to_vec());
        saved.retain(|instance| !deleted.contains(instance) && is_meant(instance));
        let mut flush = Flush::new(&self.rc());
        for instance in &saved {
            let is_orphan = attributes::is_orphan(instance);
            let has_row = instance.is_persistent();
            if is_orphan && !has_row && instance.state.borrow().is_orphan_from_outside {
                self.expunge_each(std::slice::from_ref(instance), false)?;
            } else {
                let is_in = if is_orphan && has_row {
                    flush.register_delete(instance, None)?
                } else {
                    flush.register_save(instance, None)?
                };
                check_registered(is_in)?;
            }
        }
        for instance in deleted.iter().filter(|instance| is_meant(instance)) {
            check_registered(flush.register_delete(instance, None)?)?;
        }
        if !flush.has_work() {
            return Ok(());
        }
        self.begin_flush()?;
        flush.number = Some(self.engine.next_flush());
        let done = flush
            .execute()
            .and_then(|()| self.tell(SessionEvent::AfterFlush, None))
            .and_then(|()| flush.finish());
        match done {
            Ok(()) => {
                if objects.is_none() {
                    self.forget_late_changes()?;
                }
                self.tell(SessionEvent::AfterFlushPostexec, None)?;
                self.end_flush()
            }
            Err(error) => {
                self.engine.failed_flushes.keep(flush.into_histories());
                self.fail_flush(&error)?;
                Err(error)
            }
        }
    }

    /// Changes that came about while the flush was sent, to objects that took no part in it.
    fn forget_late_changes(&self) -> Result<()> {
        let late = self.modified.borrow().to_vec();
        if late.is_empty() {
            return Ok(());
        }
        for instance in &late {
            self.commit_all(instance);
        }
        self.warn(&format!(
            "Attribute history events accumulated on {} previously clean instances within inner-flush event handlers \
             have been reset, and will not result in database updates. Consider using set_committed_value() within \
             inner-flush event handlers to avoid this warning.",
            late.len()
        ))
    }
}

/// An object that is to be saved or deleted has to be in the session still: what a savepoint brought back may not be.
fn check_registered(is_in: bool) -> Result<()> {
    if is_in {
        return Ok(());
    }
    Err(Error::raised(
        "AssertionError",
        "Failed to add object to the flush context!",
    ))
}

/// What SQLAlchemy adds to an error when a query flushed first.
const AUTOFLUSH_HINT: &str = "raised as a result of Query-invoked autoflush; consider using a session.no_autoflush \
                              block if this flush is occurring prematurely";

/// Says that the error came while a query flushed first.
pub(super) fn in_autoflush(error: Error) -> Error {
    match error {
        Error::Database(mut database) => {
            database
                .hint
                .get_or_insert_with(|| AUTOFLUSH_HINT.to_owned());
            Error::Database(database)
        }
        Error::Unsent(mut unsent) => {
            unsent.hint.get_or_insert_with(|| AUTOFLUSH_HINT.to_owned());
            Error::Unsent(unsent)
        }
        Error::Raised {
            class: class @ "sqlalchemy.exc.StatementError",
            message,
            code,
        } => Error::Raised {
            class,
            message: format!("({AUTOFLUSH_HINT})\n{message}"),
            code,
        },
        other => other,
    }
}
