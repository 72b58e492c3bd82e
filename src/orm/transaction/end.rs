//! How transactions of a session end, which may be while a listener begins others: what a transaction that ends finds
//! begun above it ends first, or is left behind with it.

use std::collections::HashSet;
use std::rc::Rc;

use super::stack::{Kind, Status, TransactionId};
use crate::orm::error::{Error, Result};
use crate::orm::instance::Instance;
use crate::orm::session::{Session, SessionEvent};

/// What a commit tries before it gives up on a session that stays changed.
const FLUSHES_IN_COMMIT: usize = 100;

impl Session {
    /// `session.commit()`: flushes, and commits the innermost transaction and each around it.
    ///
    /// # Errors
    /// The flush's; `PendingRollbackError` after one that failed.
    pub fn commit(&self) -> Result<()> {
        self.autobegin()?;
        let chain = self.transaction.borrow().chain();
        for (id, _) in chain {
            self.commit_transaction(id)?;
        }
        Ok(())
    }

    /// Commits one transaction with all savepoints in it: a savepoint is released.
    ///
    /// # Errors
    /// As [`Session::commit`], and when it is closed.
    pub fn commit_transaction(&self, id: TransactionId) -> Result<()> {
        let kind = self.check_open(id)?;
        self.check_active(Some(id))?;
        if kind != Kind::Flush {
            self.tell(SessionEvent::BeforeCommit, None)?;
        }
        let inside = self.transaction.borrow().chain_inside(id);
        for inner in inside {
            self.commit_transaction(inner)?;
        }
        if !self.is_flushing.get() {
            self.flush_until_clean()?;
        }
        self.flush_reads()?;
        if kind != Kind::Flush {
            if let Some(joined) = self.transaction.borrow().joined(id) {
                joined.commit()?;
            }
            self.transaction
                .borrow_mut()
                .set_status(id, Status::Committed);
            self.tell(SessionEvent::AfterCommit, None)?;
            self.forget_snapshot(id)?;
        }
        self.close_transaction(id)
    }

    fn check_open(&self, id: TransactionId) -> Result<Kind> {
        let found = self.transaction.borrow_mut().find(id).map(|open| open.kind);
        found.ok_or_else(|| {
            Error::raised(
                "sqlalchemy.exc.ResourceClosedError",
                "This transaction is closed",
            )
        })
    }

    /// A flush may leave work for another one: an object that was to be deleted is saved first when it has been given to
    /// a parent since.
    fn flush_until_clean(&self) -> Result<()> {
        for _ in 0..FLUSHES_IN_COMMIT {
            if self.is_clean() {
                return Ok(());
            }
            self.flush()?;
        }
        Err(Error::raised(
            "sqlalchemy.orm.exc.FlushError",
            "Over 100 subsequent flushes have occurred within session.commit() - is an after_flush() hook creating new \
             objects?",
        ))
    }

    /// What has happened since a transaction began cannot be taken back any more, but with the one around it.
    fn forget_snapshot(&self, id: TransactionId) -> Result<()> {
        let mut stack = self.transaction.borrow_mut();
        let Some(open) = stack.find(id) else {
            return Ok(());
        };
        let deleted = std::mem::take(&mut open.deleted);
        if open.kind != Kind::Nested {
            drop(stack);
            if self.options.get().expire_on_commit {
                self.expire_all()?;
                for instance in deleted.alive() {
                    self.detach(&instance, false)?;
                }
            }
            return Ok(());
        }
        let new = std::mem::take(&mut open.new);
        let dirty = std::mem::take(&mut open.dirty);
        let switches = std::mem::take(&mut open.key_switches);
        if let Some(parent) = stack.boundary_around(id) {
            parent.new.extend(new);
            parent.dirty.extend(dirty);
            parent.deleted.extend(deleted);
            parent.key_switches.extend(switches);
        }
        Ok(())
    }

    /// A transaction is over, and what was begun in it is left behind: the database is told if it has not been yet.
    pub(super) fn close_transaction(&self, id: TransactionId) -> Result<()> {
        let (chain, over) = {
            let mut stack = self.transaction.borrow_mut();
            let over = (stack.chain_of(id), stack.close(id));
            stack.forget_failures();
            over
        };
        let Some(over) = over else {
            return Ok(());
        };
        if let Some(joined) = over.joined {
            joined.close()?;
            if matches!(over.kind, Kind::Root { .. }) {
                self.link.release()?;
            }
        }
        self.tell_transaction(SessionEvent::AfterTransactionEnd, &chain)
    }

    /// `session.rollback()`: ends the innermost transaction and each around it; objects are as they were before them.
    ///
    /// # Errors
    /// SQLite's.
    pub fn rollback(&self) -> Result<()> {
        let chain = self.transaction.borrow().chain();
        for (id, _) in chain {
            self.rollback_transaction(id)?;
        }
        Ok(())
    }

    /// Rolls back one transaction. A savepoint inside is just closed: what came into the session since it began stays
    /// there.
    ///
    /// # Errors
    /// SQLite's, and when it is closed.
    pub fn rollback_transaction(&self, id: TransactionId) -> Result<()> {
        self.check_open(id)?;
        let inside = self.transaction.borrow().chain_inside(id);
        for inner in inside {
            self.close_transaction(inner)?;
        }
        let (boundary, is_active, chain) = {
            let stack = self.transaction.borrow();
            (
                stack.boundary(id),
                stack.status(id) == Some(Status::Active),
                stack.chain_of(id),
            )
        };
        let Some(boundary) = boundary else {
            return Ok(());
        };
        self.flush_reads()?;
        let ended = if is_active {
            self.roll_back_boundary(boundary)
        } else {
            Ok(())
        };
        if ended.is_ok() && !self.is_clean() {
            self.engine.host.warn(
                "Session's state has been changed on a non-active transaction - this state will be discarded.",
            )?;
            self.restore(boundary)?;
        }
        self.close_transaction(id)?;
        ended?;
        self.tell_transaction(SessionEvent::AfterSoftRollback, &chain)
    }

    /// Rolls back what a transaction is to the database, and puts objects back; it cannot be used any more.
    pub(super) fn roll_back_boundary(&self, id: TransactionId) -> Result<()> {
        self.transaction
            .borrow_mut()
            .set_status(id, Status::Deactive);
        let joined = self.transaction.borrow().joined(id);
        let ended = joined
            .map_or(Ok(()), |joined| joined.roll_back())
            .and_then(|()| self.tell(SessionEvent::AfterRollback, None));
        self.restore(id)?;
        ended
    }

    /// Nothing waits for a flush.
    pub(in crate::orm) fn is_clean(&self) -> bool {
        self.modified.borrow().is_empty()
            && self.deleted.borrow().is_empty()
            && self.new.borrow().is_empty()
    }

    /// Puts objects back to what they were before a transaction.
    fn restore(&self, id: TransactionId) -> Result<()> {
        let (dirty_only, new, dirty, deleted, switches) = {
            let mut stack = self.transaction.borrow_mut();
            let Some(open) = stack.find(id) else {
                return Ok(());
            };
            (
                open.kind == Kind::Nested,
                open.new.alive(),
                open.dirty.clone(),
                open.deleted.alive(),
                std::mem::take(&mut open.key_switches),
            )
        };
        let mut to_expunge = new;
        let mut gone: HashSet<*const Instance> = to_expunge.iter().map(Rc::as_ptr).collect();
        for pending in self.new.borrow().iter() {
            if gone.insert(Rc::as_ptr(pending)) {
                to_expunge.push(Rc::clone(pending));
            }
        }
        self.expunge_each(&to_expunge, true)?;
        for (instance, before, after) in switches {
            let Some(instance) = instance.upgrade() else {
                continue;
            };
            self.identity_map
                .borrow()
                .remove(after, Rc::as_ptr(&instance));
            instance.state.borrow_mut().identity = Some(before.clone());
            if !gone.contains(&Rc::as_ptr(&instance)) {
                self.identity_map.borrow().insert(before, &instance);
            }
        }
        let mut undeleted = deleted;
        undeleted.extend(self.deleted.borrow().to_vec());
        for instance in &undeleted {
            if instance.is_persistent() && instance.session().is_some() {
                self.update(instance, true)?;
            }
        }
        if let Some(open) = self.transaction.borrow_mut().find(id) {
            open.deleted.clear();
        }
        let all = self.identity_map.borrow().instances();
        for instance in &all {
            if !dirty_only || instance.is_modified() || dirty.contains(instance) {
                self.expire_state(instance)?;
            }
        }
        Ok(())
    }

    /// `session.close()`: lets go of all objects and ends the transaction.
    ///
    /// # Errors
    /// SQLite's.
    pub fn close(&self) -> Result<()> {
        self.flush_reads()?;
        self.expunge_all()?;
        let chain = self.transaction.borrow().chain();
        for (id, _) in chain {
            self.close_transaction(id)?;
        }
        Ok(())
    }

    /// `with session.begin():` has been entered: until it is left, nothing may follow the end of its transaction.
    /// What was managed before is to be handed to [`Session::leave`].
    pub fn enter(&self, id: TransactionId) -> Option<TransactionId> {
        self.transaction.borrow_mut().managed.replace(id)
    }

    /// The end of a `with` block of a transaction: commits, or rolls back when the block failed.
    ///
    /// # Errors
    /// As committing and rolling back.
    pub fn leave(
        &self,
        id: TransactionId,
        outer: Option<TransactionId>,
        has_failed: bool,
    ) -> Result<()> {
        let is_open = self.transaction.borrow().place(id).is_some();
        let is_active = self.is_transaction_active(id);
        let done = match (is_open, is_active, has_failed) {
            (false, ..) => Ok(()),
            (true, true, false) => {
                // While it commits, it is still managed; a failed commit rolls back.
                self.commit_transaction(id).or_else(|error| {
                    if self.transaction.borrow().place(id).is_some() {
                        self.rollback_transaction(id)?;
                    }
                    Err(error)
                })
            }
            (true, false, false) | (true, _, true) => self.rollback_transaction(id),
        };
        self.transaction.borrow_mut().manage(outer);
        done
    }
}
