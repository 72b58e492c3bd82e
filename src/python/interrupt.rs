//! Stopping a run from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Stops the run of the [`Interpreter`](super::Interpreter) that holds the other end, from any thread.
#[derive(Clone, Debug)]
pub struct Interrupter {
    stop: Arc<AtomicBool>,
}

/// The interpreter's end of an [`Interrupter`].
#[derive(Debug)]
pub struct InterruptReceiver {
    stop: Arc<AtomicBool>,
}

/// A pair that starts with no stop asked for.
pub fn interrupt_channel() -> (Interrupter, InterruptReceiver) {
    let stop = Arc::new(AtomicBool::new(false));
    (
        Interrupter {
            stop: Arc::clone(&stop),
        },
        InterruptReceiver { stop },
    )
}

impl Interrupter {
    /// Ends the run in progress. Between runs it does nothing, so whoever stops at a run's very beginning asks again.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
    }
}

impl InterruptReceiver {
    /// The flag itself, true while a stop is asked for.
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }
}
