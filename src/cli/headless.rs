//! A run without a window: started, followed to its end, stopped by Ctrl-C.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lazyscope::scenario::{Engine, Limits, Pace, RunRequest, Runner};
use lazyscope::trace::{Event, Trace};
use signal_hook::consts::{SIGINT, SIGTERM};

/// How soon Ctrl-C is seen while a run has nothing to say.
const LOOK: Duration = Duration::from_millis(50);

/// The exit status of a program that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// A runner that Ctrl-C stops.
pub struct Headless {
    runner: Runner,
    is_interrupted: Arc<AtomicBool>,
}

impl Headless {
    /// # Errors
    /// The signal cannot be listened to.
    pub fn start(limits: Limits) -> io::Result<Self> {
        let is_interrupted = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // The second time is meant at once; it goes first, or it would see the flag that the first time sets.
            signal_hook::flag::register_conditional_shutdown(
                signal,
                INTERRUPTED,
                is_interrupted.clone(),
            )?;
            signal_hook::flag::register(signal, is_interrupted.clone())?;
        }
        Ok(Self {
            runner: Runner::start(Engine::python(), limits, || {}),
            is_interrupted,
        })
    }

    /// Whether Ctrl-C was pressed.
    pub fn is_interrupted(&self) -> bool {
        self.is_interrupted.load(Ordering::Relaxed)
    }

    /// Runs to the end, whichever it is; `seen` is shown each event before it is folded in.
    pub fn run(&mut self, request: RunRequest, mut seen: impl FnMut(&Event)) -> Trace {
        let mut trace = Trace::new();
        self.follow(request, |event| {
            seen(&event);
            trace.push(event);
        });
        trace
    }

    /// Runs to the end, and hands each event over.
    pub fn follow(&mut self, request: RunRequest, mut take: impl FnMut(Event)) {
        self.runner.run(request, Pace::Free);
        let mut is_stopped = false;
        let mut is_over = false;
        while !is_over {
            if !is_stopped && self.is_interrupted() {
                self.runner.stop();
                is_stopped = true;
            }
            if let Some(event) = self.runner.recv_timeout(LOOK) {
                is_over = matches!(event, Event::Finished { .. });
                take(event);
            }
        }
    }
}
