//! The part of a transaction that is a flush: when it fails, what it is in is rolled back.

use std::rc::Rc;

use super::stack::{Kind, Status};
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Lifecycle};
use crate::orm::session::{Session, SessionEvent};

impl Session {
    /// Begins the part of the transaction that is a flush.
    ///
    /// # Errors
    /// `PendingRollbackError` after a failed flush.
    pub(in crate::orm) fn begin_flush(&self) -> Result<()> {
        self.autobegin()?;
        self.check_active(None)?;
        self.push(Kind::Flush).map(drop)
    }

    /// The flush went through.
    ///
    /// # Errors
    /// What a listener raised.
    pub(in crate::orm) fn end_flush(&self) -> Result<()> {
        let flush = self.transaction.borrow().innermost();
        flush.map_or(Ok(()), |flush| self.close_transaction(flush))
    }

    /// The flush failed: the transaction is rolled back, and unusable until the program does so too.
    ///
    /// # Errors
    /// SQLite's.
    pub(in crate::orm) fn fail_flush(&self, error: &Error) -> Result<()> {
        let (flush, boundary, chain) = {
            let stack = self.transaction.borrow();
            let Some(flush) = stack.innermost() else {
                return Ok(());
            };
            let Some(boundary) = stack.boundary(flush) else {
                return Ok(());
            };
            (flush, boundary, stack.chain())
        };
        self.flush_reads()?;
        let ended = self.roll_back_boundary(boundary);
        let words = self.engine.words_of(error);
        {
            let mut stack = self.transaction.borrow_mut();
            stack.set_status(boundary, Status::Deactive);
            stack.note_failure(boundary, words);
        }
        self.close_transaction(flush)?;
        ended?;
        self.tell_transaction(SessionEvent::AfterSoftRollback, &chain)
    }

    /// An autoflush adds its hint to an error that is remembered already.
    pub(in crate::orm) fn reword_rollback(&self, error: &Error) {
        let is_of_a_statement = match error {
            Error::Database(_) | Error::Unsent(_) => true,
            Error::Raised { class, .. } => *class == "sqlalchemy.exc.StatementError",
            _ => false,
        };
        if !is_of_a_statement {
            return;
        }
        let words = self.engine.words_of(error);
        let mut stack = self.transaction.borrow_mut();
        if let Some(id) = stack.innermost()
            && stack.failure(id).is_some()
        {
            stack.note_failure(id, words);
        }
    }

    /// Objects whose rows are gone leave the identity map; a rollback brings them back.
    ///
    /// # Errors
    /// What a listener raised.
    pub(in crate::orm) fn register_deleted(&self, instances: &[Rc<Instance>]) -> Result<()> {
        for instance in instances {
            self.transaction.borrow_mut().note_deleted(instance);
            if let Some(identity) = instance.identity() {
                self.identity_map
                    .borrow()
                    .remove(identity, Rc::as_ptr(instance));
            }
            let marked = (
                self.deleted.borrow_mut().remove(instance),
                self.modified.borrow_mut().remove(instance),
            );
            drop(marked);
            {
                let mut state = instance.state.borrow_mut();
                state.lifecycle = Lifecycle::Deleted;
                state.was_deleted = true;
            }
            self.tell(SessionEvent::PersistentToDeleted, Some(instance))?;
        }
        Ok(())
    }
}
