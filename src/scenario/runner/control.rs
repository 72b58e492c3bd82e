use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crossbeam_channel::Sender;

use super::Pace;
use crate::trace::{Error, Event, Outcome, Status};

/// What a run's worker and its reader share.
pub(super) struct Control {
    /// Where its events go; gone once the worker is done or was given up. The worker holds the lock while it sends.
    outlet: Mutex<Option<Sender<Event>>>,
    state: Mutex<Progress>,
    changed: Condvar,
    /// Whether the worker has to look at `state` at all: kept apart so that an ordinary event costs no lock.
    needs_attention: AtomicBool,
}

struct Progress {
    pace: Pace,
    /// Statements that a stepwise run may still make before it waits.
    steps: u64,
    is_paused: bool,
    ending: Option<(Why, Instant)>,
}

/// Why a run is being ended from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Stopped,
    /// After this many milliseconds.
    Wall(u128),
}

impl Control {
    pub fn new(outlet: Sender<Event>, pace: Pace) -> Self {
        Self {
            outlet: Mutex::new(Some(outlet)),
            state: Mutex::new(Progress {
                pace,
                steps: 1,
                is_paused: false,
                ending: None,
            }),
            changed: Condvar::new(),
            needs_attention: AtomicBool::new(pace == Pace::Stepwise),
        }
    }

    fn state(&self) -> MutexGuard<'_, Progress> {
        // Nothing that holds this lock leaves it half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the run to end; the first reason counts.
    pub fn end(&self, why: Why) {
        self.state().ending.get_or_insert((why, Instant::now()));
        self.needs_attention.store(true, Ordering::Release);
        self.changed.notify_all();
    }

    pub fn step(&self) {
        let mut state = self.state();
        state.pace = Pace::Stepwise;
        state.steps = 1;
        self.needs_attention.store(true, Ordering::Release);
        self.changed.notify_all();
    }

    pub fn resume(&self) {
        self.state().pace = Pace::Free;
        self.changed.notify_all();
    }

    pub fn is_ending(&self) -> bool {
        self.needs_attention.load(Ordering::Acquire) && self.state().ending.is_some()
    }

    /// Why and since when it is being ended.
    pub fn ending(&self) -> Option<(Why, Instant)> {
        self.state().ending
    }

    pub fn is_paused(&self) -> bool {
        self.state().is_paused
    }

    /// Waits after a statement for as long as a stepwise run has to.
    pub fn after_statement(&self, wake: &dyn Fn()) {
        if !self.needs_attention.load(Ordering::Acquire) {
            return;
        }
        let mut state = self.state();
        state.steps = state.steps.saturating_sub(1);
        while state.pace == Pace::Stepwise && state.steps == 0 && state.ending.is_none() {
            if !state.is_paused {
                state.is_paused = true;
                wake();
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.is_paused = false;
    }

    /// Sends an event, waiting while the channel is full; tells how many wait there afterwards. `None` when nobody
    /// listens any more.
    pub fn send(&self, event: Event) -> Option<usize> {
        let outlet = self.outlet.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = outlet.as_ref()?;
        sender.send(event).ok()?;
        Some(sender.len())
    }

    /// Whether the worker is just sending, that is, most likely waiting for its reader.
    pub fn is_sending(&self) -> bool {
        self.outlet.try_lock().is_err()
    }

    /// Closes the channel, unless the worker is just waiting to send: then it is alive. Tells whether it is closed.
    pub fn try_close(&self) -> bool {
        match self.outlet.try_lock() {
            Ok(mut outlet) => {
                outlet.take();
                true
            }
            Err(_) => false,
        }
    }

    /// Closes the channel once nothing is being sent.
    pub fn close(&self) {
        self.outlet
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }

    /// How the run ended, given what the interpreter says of it, which knows nothing of our reason to end it.
    pub fn outcome(&self, told: Outcome, line: Option<u32>) -> Outcome {
        match (self.ending(), told.status) {
            (None, _) | (Some(_), Status::Ok | Status::Limit) => told,
            (Some((why, _)), _) => why.outcome(line),
        }
    }

    /// How a run ended that cannot say it itself.
    pub fn cut_off(&self) -> Outcome {
        match self.ending() {
            Some((why, _)) => why.outcome(None),
            None => Outcome {
                status: Status::Error,
                error: Some(Error {
                    kind: "lazyscope.InternalError".to_owned(),
                    message: "the interpreter broke down; this is a bug of Lazyscope, and what it printed on \
                        standard error helps to mend it"
                        .to_owned(),
                    line: None,
                    traceback: String::new(),
                }),
            },
        }
    }
}

impl Why {
    fn outcome(self, line: Option<u32>) -> Outcome {
        let message = match self {
            Self::Stopped => {
                return Outcome {
                    status: Status::Cancelled,
                    error: None,
                };
            }
            Self::Wall(limit) => format!(
                "stopped after {:.1} s, the time limit of a run",
                limit as f64 / 1000.0
            ),
        };
        Outcome {
            status: Status::Limit,
            error: Some(Error {
                kind: "lazyscope.LimitReached".to_owned(),
                traceback: format!("lazyscope.LimitReached: {message}\n"),
                message,
                line,
            }),
        }
    }
}
