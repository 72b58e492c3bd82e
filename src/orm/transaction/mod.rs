//! Transactions of a session: the one that the first statement opens, the savepoints in it, and what a rollback puts
//! back.

mod flush;
mod link;
mod savepoint;
mod stack;

use std::collections::HashSet;
use std::rc::Rc;

use super::engine::Engine;
use super::error::{Error, Result};
use super::instance::Instance;
use super::session::{Session, SessionEvent};

pub(super) use link::Own;
pub use link::{Joined, Link};
pub use savepoint::Savepoint;
use stack::Status;
pub use stack::{Chain, Kind, TransactionId, TransactionStack};

/// What a commit tries before it gives up on a session that stays changed.
const FLUSHES_IN_COMMIT: usize = 100;

impl Session {
    /// `session.in_transaction()`.
    pub fn in_transaction(&self) -> bool {
        !self.transaction.borrow().open.is_empty()
    }

    /// `session.in_nested_transaction()`.
    pub fn in_nested_transaction(&self) -> bool {
        let stack = self.transaction.borrow();
        stack.open.iter().any(|open| open.kind == Kind::Nested)
    }

    /// `session.get_transaction()`: the outermost one.
    pub fn root_transaction(&self) -> Chain {
        let stack = self.transaction.borrow();
        stack.chain_from(stack.open.len().min(1))
    }

    /// `session.get_nested_transaction()`: the innermost savepoint.
    pub fn nested_transaction(&self) -> Chain {
        let stack = self.transaction.borrow();
        let nested = stack
            .open
            .iter()
            .rposition(|open| open.kind == Kind::Nested);
        nested.map_or_else(Vec::new, |at| stack.chain_from(at + 1))
    }

    /// `session.is_active`: not waiting for the rollback after a failed flush.
    pub fn is_active(&self) -> bool {
        let stack = self.transaction.borrow();
        stack
            .open
            .last()
            .is_none_or(|open| open.status == Status::Active)
    }

    /// Whether that transaction is open and usable.
    pub fn is_transaction_active(&self, id: TransactionId) -> bool {
        let stack = self.transaction.borrow();
        stack
            .place(id)
            .is_some_and(|at| stack.open[at].status == Status::Active)
    }

    /// The transaction that any use of a session begins; the database hears of it with the first statement.
    ///
    /// # Errors
    /// When the session is to begin none by itself.
    pub fn autobegin(&self) -> Result<()> {
        if self.in_transaction() {
            return Ok(());
        }
        if !self.options.get().autobegin {
            return Err(Error::invalid_request(
                "Autobegin is disabled on this Session; please call session.begin() to start a new transaction",
            ));
        }
        self.push(Kind::Root { is_auto: true }).map(drop)
    }

    /// `session.begin()`.
    ///
    /// # Errors
    /// When one is open already.
    pub fn begin(&self) -> Result<Chain> {
        if self.in_transaction() {
            return Err(Error::invalid_request(
                "A transaction is already begun on this Session.",
            ));
        }
        self.push(Kind::Root { is_auto: false })
    }

    fn push(&self, kind: Kind) -> Result<Chain> {
        self.check_managed()?;
        self.transaction.borrow_mut().push(kind);
        let chain = self.transaction.borrow().chain();
        self.tell_transaction(SessionEvent::AfterTransactionCreate, &chain)?;
        Ok(chain)
    }

    /// `session.begin_nested()`: what is pending is flushed, then a savepoint begins.
    ///
    /// # Errors
    /// The flush's; when the transaction cannot be used any more.
    pub fn begin_nested(&self) -> Result<Chain> {
        if !self.in_transaction() {
            self.push(Kind::Root { is_auto: false })?;
        }
        self.check_active()?;
        if !self.is_flushing.get() {
            self.flush()?;
        }
        self.push(Kind::Nested)
    }

    /// What must be true before a statement is sent: a transaction is begun and can be used, and the savepoints that
    /// are open are known to the database.
    ///
    /// # Errors
    /// `PendingRollbackError` after a failed flush, and SQLite's.
    pub fn connect(&self) -> Result<&Rc<Engine>> {
        self.check_managed()?;
        self.autobegin()?;
        self.check_active()?;
        // Looked for anew each time: a listener may end transactions, and begin others.
        loop {
            let next = self.transaction.borrow_mut().begin_next();
            let Some((id, kind)) = next else {
                break;
            };
            self.flush_reads()?;
            let joined = match kind {
                Kind::Nested => self.link.begin_nested(),
                Kind::Root { .. } | Kind::Flush => self.link.begin(),
            };
            let mut stack = self.transaction.borrow_mut();
            stack.begun(id, joined.as_ref().ok().cloned());
            let at = stack.place(id).map_or(0, |at| at + 1);
            let chain = stack.chain_from(at);
            drop(stack);
            joined?;
            self.tell_transaction(SessionEvent::AfterBegin, &chain)?;
        }
        Ok(&self.engine)
    }

    fn check_active(&self) -> Result<()> {
        let stack = self.transaction.borrow();
        let Some(open) = stack.open.last() else {
            return Ok(());
        };
        if open.status == Status::Active {
            return Ok(());
        }
        Err(match stack.failure(open.id) {
            _ if open.status == Status::Committed => Error::invalid_request(
                "This session is in 'committed' state; no further SQL can be emitted within this transaction.",
            ),
            Some(words) => Error::raised(
                "sqlalchemy.exc.PendingRollbackError",
                format!(
                    "This Session's transaction has been rolled back due to a previous exception during flush. To \
                     begin a new transaction with this Session, first issue Session.rollback(). Original exception \
                     was: {words}"
                ),
            )
            .with_code("7s2a"),
            None => Error::invalid_request(
                "This session is in 'inactive' state, due to the SQL transaction being rolled back; no further SQL \
                 can be emitted within this transaction.",
            ),
        })
    }

    /// A `with` block manages a transaction that cannot be used any more: nothing more may be begun or sent in it.
    fn check_managed(&self) -> Result<()> {
        let stack = self.transaction.borrow();
        let Some(id) = stack.managed else {
            return Ok(());
        };
        let active = |at: usize| stack.open[at].status == Status::Active;
        if stack.place(id).is_some_and(active) {
            return Ok(());
        }
        let cause = stack.failure(id).map_or_else(String::new, |words| {
            format!("The transaction was rolled back due to an exception: {words}.  ")
        });
        Err(Error::invalid_request(format!(
            "Can't operate on closed transaction inside context manager.  {cause}Please complete the context manager \
             before emitting further commands.",
        )))
    }

    /// `session.commit()`: flushes, and commits the outermost transaction with all savepoints in it.
    ///
    /// # Errors
    /// The flush's; `PendingRollbackError` after one that failed.
    pub fn commit(&self) -> Result<()> {
        self.autobegin()?;
        let root = self.root_transaction().pop();
        root.map_or(Ok(()), |(root, _)| self.commit_transaction(root))
    }

    /// Commits one transaction with all savepoints in it: a savepoint is released.
    ///
    /// # Errors
    /// As [`Session::commit`], and when it is closed.
    pub fn commit_transaction(&self, id: TransactionId) -> Result<()> {
        self.check_open(id)?;
        self.check_active()?;
        loop {
            let innermost = self.transaction.borrow().open.last().map(|open| open.id);
            match innermost {
                Some(innermost) => {
                    self.commit_innermost()?;
                    if innermost == id {
                        return Ok(());
                    }
                }
                None => return Ok(()),
            }
        }
    }

    fn check_open(&self, id: TransactionId) -> Result<()> {
        if self.transaction.borrow().place(id).is_some() {
            Ok(())
        } else {
            Err(Error::raised(
                "sqlalchemy.exc.ResourceClosedError",
                "This transaction is closed",
            ))
        }
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

    fn commit_innermost(&self) -> Result<()> {
        let kind = self.transaction.borrow().open.last().map(|open| open.kind);
        if kind.is_some_and(|kind| kind != Kind::Flush) {
            self.tell(SessionEvent::BeforeCommit, None)?;
        }
        if !self.is_flushing.get() {
            self.flush_until_clean()?;
        }
        let (kind, joined) = {
            let stack = self.transaction.borrow();
            let Some(open) = stack.open.last() else {
                return Ok(());
            };
            (open.kind, open.joined.clone())
        };
        self.flush_reads()?;
        if kind != Kind::Flush {
            if let Some(joined) = joined {
                joined.commit()?;
            }
            if let Some(open) = self.transaction.borrow_mut().open.last_mut() {
                open.status = Status::Committed;
            }
            self.tell(SessionEvent::AfterCommit, None)?;
            self.forget_snapshot(kind)?;
        }
        self.pop()
    }

    /// What has happened since a transaction began cannot be taken back any more, but with the one around it.
    fn forget_snapshot(&self, kind: Kind) -> Result<()> {
        let mut stack = self.transaction.borrow_mut();
        let Some(open) = stack.open.last_mut() else {
            return Ok(());
        };
        let deleted = std::mem::take(&mut open.deleted);
        if kind != Kind::Nested {
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
        if let Some(parent) = stack.boundary_of_parent() {
            parent.new.extend(new);
            parent.dirty.extend(dirty);
            parent.deleted.extend(deleted);
            parent.key_switches.extend(switches);
        }
        Ok(())
    }

    /// The innermost transaction is over: the database is told if it has not been yet.
    fn pop(&self) -> Result<()> {
        let (chain, over) = {
            let mut stack = self.transaction.borrow_mut();
            let over = (stack.chain(), stack.open.pop());
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

    /// `session.rollback()`: ends the outermost transaction with all savepoints in it; objects are as they were
    /// before it.
    ///
    /// # Errors
    /// SQLite's.
    pub fn rollback(&self) -> Result<()> {
        let root = self.root_transaction().pop();
        loop {
            let innermost = self.transaction.borrow().chain().into_iter().next();
            let Some(innermost) = innermost else {
                return Ok(());
            };
            self.rollback_innermost()?;
            // A listener may have begun the next one already.
            if Some(innermost) == root {
                return Ok(());
            }
        }
    }

    /// Rolls back one transaction with all savepoints in it.
    ///
    /// # Errors
    /// SQLite's, and when it is closed.
    pub fn rollback_transaction(&self, id: TransactionId) -> Result<()> {
        self.check_open(id)?;
        loop {
            let innermost = self.transaction.borrow().open.last().map(|open| open.id);
            match innermost {
                Some(innermost) if innermost == id => return self.rollback_innermost(),
                // A savepoint inside is just closed: what came into the session since it began stays there.
                Some(_) => self.pop()?,
                None => return Ok(()),
            }
        }
    }

    fn rollback_innermost(&self) -> Result<()> {
        let (kind, status, chain) = {
            let stack = self.transaction.borrow();
            let Some(open) = stack.open.last() else {
                return Ok(());
            };
            (open.kind, open.status, stack.chain())
        };
        self.flush_reads()?;
        let ended = if status == Status::Active {
            self.roll_back_boundary(kind)
        } else {
            Ok(())
        };
        if ended.is_ok() && !self.is_clean() {
            self.engine.host.warn(
                "Session's state has been changed on a non-active transaction - this state will be discarded.",
            )?;
            self.restore(kind == Kind::Nested)?;
        }
        self.pop()?;
        ended?;
        self.tell_transaction(SessionEvent::AfterSoftRollback, &chain)
    }

    /// Rolls back what the innermost transaction is to the database, and puts objects back; it cannot be used any more.
    fn roll_back_boundary(&self, kind: Kind) -> Result<()> {
        let joined = {
            let mut stack = self.transaction.borrow_mut();
            let open = stack.snapshot();
            open.and_then(|open| {
                open.status = Status::Deactive;
                open.joined.clone()
            })
        };
        let ended = joined
            .map_or(Ok(()), |joined| joined.roll_back())
            .and_then(|()| self.tell(SessionEvent::AfterRollback, None));
        self.restore(kind == Kind::Nested)?;
        ended
    }

    /// Nothing waits for a flush.
    pub(in crate::orm) fn is_clean(&self) -> bool {
        self.modified.borrow().is_empty()
            && self.deleted.borrow().is_empty()
            && self.new.borrow().is_empty()
    }

    /// Puts objects back to what they were before the innermost transaction.
    fn restore(&self, dirty_only: bool) -> Result<()> {
        let (new, dirty, deleted, switches) = {
            let mut stack = self.transaction.borrow_mut();
            let Some(open) = stack.snapshot() else {
                return Ok(());
            };
            (
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
                .borrow_mut()
                .remove(after, Rc::as_ptr(&instance));
            instance.state.borrow_mut().identity = Some(before.clone());
            if !gone.contains(&Rc::as_ptr(&instance)) {
                self.identity_map.borrow_mut().insert(before, &instance);
            }
        }
        let mut undeleted = deleted;
        undeleted.extend(self.deleted.borrow().to_vec());
        for instance in &undeleted {
            if instance.is_persistent() && instance.session().is_some() {
                self.update(instance, true)?;
            }
        }
        if let Some(open) = self.transaction.borrow_mut().snapshot() {
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
        while self.in_transaction() {
            self.pop()?;
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

impl Engine {
    /// The words of an error as `str(error)` gives them in Python.
    fn words_of(&self, error: &Error) -> String {
        match error {
            Error::Database(error) => {
                let shown = self
                    .host
                    .show_parameters(&error.parameters, error.executemany);
                error.text(&shown)
            }
            Error::Raised { message, code, .. } => match code {
                Some(code) => format!(
                    "{message} (Background on this error at: https://sqlalche.me/e/21/{code})"
                ),
                None => message.clone(),
            },
            other => other.to_string(),
        }
    }
}
