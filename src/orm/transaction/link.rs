//! What a session's transactions are to the database: those of a connection, which is one of the session's own or one
//! that it was given, perhaps with a transaction under way.

use std::cell::Cell;
use std::rc::Rc;

use super::savepoint::Savepoint;
use crate::orm::engine::Engine;
use crate::orm::error::Result;

/// The connection that a session sends over.
pub trait Link {
    /// Begins a transaction, or takes part in the one that is under way.
    ///
    /// # Errors
    /// SQLite's, what a listener raised, and when the connection cannot be used.
    fn begin(&self) -> Result<Rc<dyn Joined>>;
    /// Begins a savepoint.
    ///
    /// # Errors
    /// As [`Link::begin`].
    fn begin_nested(&self) -> Result<Rc<dyn Joined>>;
    /// The transaction has ended: a connection of the session's own goes back.
    ///
    /// # Errors
    /// SQLite's.
    fn release(&self) -> Result<()>;
}

/// A transaction or savepoint of a connection, as far as a session has a say in it. What has ended already is left alone.
pub trait Joined {
    /// # Errors
    /// SQLite's, and what a listener raised.
    fn commit(&self) -> Result<()>;
    /// # Errors
    /// As [`Joined::commit`].
    fn roll_back(&self) -> Result<()>;
    /// The session lets go of it without having committed.
    ///
    /// # Errors
    /// As [`Joined::commit`].
    fn close(&self) -> Result<()>;
}

/// A connection of the session's own.
pub(in crate::orm) struct Own {
    engine: Rc<Engine>,
    savepoints: Cell<u32>,
    /// It has a transaction, which may have failed.
    is_taken: Rc<Cell<bool>>,
}

impl Own {
    pub(in crate::orm) fn new(engine: &Rc<Engine>) -> Self {
        Self {
            engine: Rc::clone(engine),
            savepoints: Cell::new(0),
            is_taken: Rc::default(),
        }
    }

    fn joined(&self, savepoint: Option<String>) -> Rc<dyn Joined> {
        Rc::new(OwnTransaction {
            engine: Rc::clone(&self.engine),
            is_taken: Rc::clone(&self.is_taken),
            savepoint,
            is_active: Cell::new(true),
        })
    }
}

impl Link for Own {
    fn begin(&self) -> Result<Rc<dyn Joined>> {
        self.savepoints.set(0);
        self.engine.tell("checkout", None)?;
        self.engine.begin()?;
        self.is_taken.set(true);
        Ok(self.joined(None))
    }

    fn begin_nested(&self) -> Result<Rc<dyn Joined>> {
        self.savepoints.set(self.savepoints.get() + 1);
        let name = format!("sa_savepoint_{}", self.savepoints.get());
        self.engine.savepoint(Savepoint::Begin, &name)?;
        Ok(self.joined(Some(name)))
    }

    fn release(&self) -> Result<()> {
        // What a failed commit has left at the driver stays there.
        if !self.is_taken.replace(false) {
            self.engine.release()?;
        }
        self.engine.tell("checkin", None)
    }
}

struct OwnTransaction {
    engine: Rc<Engine>,
    is_taken: Rc<Cell<bool>>,
    /// Its name; None for the transaction itself.
    savepoint: Option<String>,
    is_active: Cell<bool>,
}

impl Joined for OwnTransaction {
    fn commit(&self) -> Result<()> {
        self.is_active.set(false);
        match &self.savepoint {
            Some(name) => self.engine.savepoint(Savepoint::Release, name),
            None => {
                self.engine.end("COMMIT")?;
                self.is_taken.set(false);
                Ok(())
            }
        }
    }

    fn roll_back(&self) -> Result<()> {
        let is_active = self.is_active.replace(false);
        match &self.savepoint {
            Some(name) if is_active => self.engine.savepoint(Savepoint::RollBack, name),
            Some(_) => Ok(()),
            None => {
                self.is_taken.set(false);
                if is_active {
                    self.engine.end("ROLLBACK")?;
                }
                Ok(())
            }
        }
    }

    fn close(&self) -> Result<()> {
        if self.is_active.get() {
            self.roll_back()?;
        }
        Ok(())
    }
}
