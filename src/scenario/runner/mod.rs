//! The runner: one worker thread with one interpreter, and what a window or a command line holds of it.
//!
//! A run's events come through a bounded channel of its own, so that those of a run that was given up are never seen.
//! A full channel slows the scenario; it never drops an event.

mod control;
mod engine;
mod feed;
mod watch;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, bounded};

use super::RunRequest;
use crate::trace::{Event, Outcome};
use control::{Control, Why};
pub use engine::{Engine, Sink};
use watch::{Job, Shared};

/// Events that may wait between the worker and whoever reads them.
const EVENTS: usize = 8192;

/// Names a run; a later run has a larger one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(u64);

/// How a run proceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As fast as it can.
    Free,
    /// It waits after each statement for [`Runner::step`].
    Stepwise,
}

/// What the runner is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing runs, or the last run's `Finished` was handed out.
    Idle,
    Running,
    /// Waiting after a statement.
    Paused,
    /// Told to stop, and not done with it yet.
    Stopping,
}

/// How long a run may take. How many statements it may make is in its request's settings, and how much it may print
/// and allocate is the interpreter's to bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a run may compute; time in which it waits for a step or for its reader is not counted.
    pub wall: Option<Duration>,
    /// How long a stopped run may leave an interrupt unanswered before its worker is given up.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wall: None,
            patience: Duration::from_secs(2),
        }
    }
}

/// Runs scenarios, one at a time. Dropping it ends what runs.
pub struct Runner {
    shared: Arc<Shared>,
    /// Holds the next run at most: a newer one takes its place.
    jobs: Sender<Job>,
    current: Option<Current>,
    last_id: u64,
}

struct Current {
    id: RunId,
    events: Receiver<Event>,
    control: Arc<Control>,
    since: Instant,
    is_finished: bool,
}

impl Runner {
    /// Starts the worker. `wake` is called from other threads when there is something to receive after there was not.
    pub fn start(engine: Engine, limits: Limits, wake: impl Fn() + Send + Sync + 'static) -> Self {
        let (jobs, waiting) = bounded(1);
        let shared = Shared::start(engine, limits, waiting, Box::new(wake));
        Self {
            shared,
            jobs,
            current: None,
            last_id: 0,
        }
    }

    /// Begins a run. Whatever ran before is stopped, and nothing more of it is received.
    pub fn run(&mut self, request: RunRequest, pace: Pace) -> RunId {
        self.give_up_current();
        // A run that still waits for the worker is nobody's any more; the channel has room for the new one.
        self.shared.forget_waiting();
        self.last_id += 1;
        let (sender, events) = bounded(EVENTS);
        let control = Arc::new(Control::new(sender, pace));
        let id = RunId(self.last_id);
        self.current = Some(Current {
            id,
            events,
            control: control.clone(),
            since: Instant::now(),
            is_finished: false,
        });
        // Cannot fail: the shared state keeps a receiver, and only this thread sends.
        let _ = self.jobs.try_send(Job { request, control });
        id
    }

    /// Ends the run; its events up to `Finished` are still to be received.
    pub fn stop(&mut self) {
        if let Some(current) = &self.current {
            current.control.end(Why::Stopped);
            self.shared.look();
        }
    }

    /// Lets a waiting run go on to its next statement; a free one waits after its next statement.
    pub fn step(&mut self) {
        if let Some(current) = &self.current {
            current.control.step();
        }
    }

    /// Lets the run go on freely.
    pub fn resume(&mut self) {
        if let Some(current) = &self.current {
            current.control.resume();
        }
    }

    /// The next event of the current run, if there is one already. Whoever stops asking before it says `None` is not
    /// woken for the rest.
    pub fn try_recv(&mut self) -> Option<Event> {
        let current = self
            .current
            .as_mut()
            .filter(|current| !current.is_finished)?;
        match current.events.try_recv() {
            Ok(event) => Some(current.received(event)),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(current.cut_off()),
        }
    }

    /// Waits for the next event of the current run; `None` when none came in time, or when nothing runs.
    pub fn recv_timeout(&mut self, timeout: Duration) -> Option<Event> {
        let current = self
            .current
            .as_mut()
            .filter(|current| !current.is_finished)?;
        match current.events.recv_timeout(timeout) {
            Ok(event) => Some(current.received(event)),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(current.cut_off()),
        }
    }

    /// The latest run.
    pub fn id(&self) -> Option<RunId> {
        self.current.as_ref().map(|current| current.id)
    }

    pub fn state(&self) -> State {
        match &self.current {
            None => State::Idle,
            Some(current) if current.is_finished => State::Idle,
            Some(current) if current.control.is_ending() => State::Stopping,
            Some(current) if current.control.is_paused() => State::Paused,
            Some(_) => State::Running,
        }
    }

    fn give_up_current(&mut self) {
        if let Some(current) = self.current.take() {
            current.control.end(Why::Stopped);
            self.shared.look();
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.give_up_current();
        self.shared.close();
    }
}

impl Current {
    fn received(&mut self, event: Event) -> Event {
        self.is_finished = matches!(event, Event::Finished { .. });
        event
    }

    /// The end of a run whose worker cannot tell it: it was given up, or it panicked.
    fn cut_off(&mut self) -> Event {
        self.is_finished = true;
        let outcome: Outcome = self.control.cut_off();
        Event::Finished {
            outcome,
            at_ns: self.since.elapsed().as_nanos() as u64,
        }
    }
}

#[cfg(test)]
mod tests;
