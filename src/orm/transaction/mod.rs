//! Transactions of a session: the one that the first statement opens, the savepoints in it, and what a rollback puts
//! back.

mod end;
mod flush;
mod link;
mod savepoint;
mod stack;

use std::rc::Rc;

use super::engine::Engine;
use super::error::{Error, Result};
use super::session::{Session, SessionEvent};

pub use link::{Joined, Link, Own};
pub use savepoint::Savepoint;
use stack::Status;
pub use stack::{Chain, Kind, TransactionId, TransactionStack};

impl Session {
    /// `session.in_transaction()`.
    pub fn in_transaction(&self) -> bool {
        !self.transaction.borrow().open.is_empty()
    }

    /// `session.in_nested_transaction()`.
    pub fn in_nested_transaction(&self) -> bool {
        !self.transaction.borrow().nested.is_empty()
    }

    /// Whether the database knows of the outermost transaction.
    pub fn is_connected(&self) -> bool {
        let stack = self.transaction.borrow();
        stack.open.first().is_some_and(|open| open.is_begun)
    }

    /// `session.get_transaction()`: the outermost one.
    pub fn root_transaction(&self) -> Chain {
        let stack = self.transaction.borrow();
        stack.chain_from(stack.open.len().min(1))
    }

    /// `session.get_nested_transaction()`: the innermost savepoint.
    pub fn nested_transaction(&self) -> Chain {
        self.transaction.borrow().nested.clone()
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
        self.check_active(None)?;
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
        self.check_active(None)?;
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
        self.engine.speaker.set(self.number());
        Ok(&self.engine)
    }

    /// Whether a transaction, or the innermost, can be used.
    fn check_active(&self, id: Option<TransactionId>) -> Result<()> {
        let stack = self.transaction.borrow();
        let at = id.map_or(stack.open.len().checked_sub(1), |id| stack.place(id));
        let Some(open) = at.map(|at| &stack.open[at]) else {
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
            Error::Unsent(unsent) => self.host.show_unsent(unsent),
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
