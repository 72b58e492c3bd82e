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
    /// Whether writes of the next transaction open one at the driver.
    fn begins_once(&self, begins: Option<bool>);
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
pub struct Own {
    engine: Rc<Engine>,
    /// Of its session.
    number: u64,
    /// Whether writes open a transaction at the driver; None to leave it as it is.
    begins: Option<bool>,
    /// The same for one transaction.
    begins_once: Cell<Option<bool>>,
    savepoints: Cell<u32>,
    /// It has a transaction, which may have failed.
    is_taken: Rc<Cell<bool>>,
}

impl Own {
    /// Of the session with that number; `begins` is whether its writes open a transaction at the driver, when that is
    /// said.
    pub fn new(engine: &Rc<Engine>, begins: Option<bool>, number: u64) -> Self {
        Self {
            engine: Rc::clone(engine),
            number,
            begins,
            begins_once: Cell::new(None),
            savepoints: Cell::new(0),
            is_taken: Rc::default(),
        }
    }

    fn joined(&self, savepoint: Option<String>) -> Rc<dyn Joined> {
        Rc::new(OwnTransaction {
            engine: Rc::clone(&self.engine),
            number: self.number,
            is_taken: Rc::clone(&self.is_taken),
            savepoint,
            is_active: Cell::new(true),
        })
    }
}

impl Link for Own {
    fn begin(&self) -> Result<Rc<dyn Joined>> {
        self.engine.speaker.set(self.number);
        self.savepoints.set(0);
        self.engine.tell("checkout", None)?;
        if let Some(begins) = self.begins_once.get().or(self.begins) {
            self.engine.begins().set(begins);
        }
        self.engine.begin()?;
        self.is_taken.set(true);
        Ok(self.joined(None))
    }

    fn begin_nested(&self) -> Result<Rc<dyn Joined>> {
        self.engine.speaker.set(self.number);
        self.savepoints.set(self.savepoints.get() + 1);
        let name = format!("sa_savepoint_{}", self.savepoints.get());
        self.engine.savepoint(Savepoint::Begin, &name)?;
        Ok(self.joined(Some(name)))
    }

    fn release(&self) -> Result<()> {
        self.engine.speaker.set(self.number);
        // What a failed commit has left at the driver stays there.
        if !self.is_taken.replace(false) {
            self.engine.release()?;
        }
        self.engine.tell("checkin", None)?;
        if self.begins_once.take().or(self.begins).is_some() {
            self.engine.reset_begins();
        }
        Ok(())
    }

    fn begins_once(&self, begins: Option<bool>) {
        self.begins_once.set(begins);
    }
}

struct OwnTransaction {
    engine: Rc<Engine>,
    number: u64,
    is_taken: Rc<Cell<bool>>,
    /// Its name; None for the transaction itself.
    savepoint: Option<String>,
    is_active: Cell<bool>,
}

impl Joined for OwnTransaction {
    fn commit(&self) -> Result<()> {
        self.engine.speaker.set(self.number);
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
        self.engine.speaker.set(self.number);
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
