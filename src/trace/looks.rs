//! How often this thread has looked at a statement, or at a read of a relationship. What is
//! done for a frame must not grow with the run, and no clock tells that twice alike; so a test counts. In debug builds
//! only: others have nothing of it.

use std::cell::Cell;

thread_local! {
    static LOOKS: Cell<u64> = const { Cell::new(0) };
}

/// How many there were so far.
pub fn looks() -> u64 {
    LOOKS.get()
}

pub(super) fn look() {
    LOOKS.set(LOOKS.get() + 1);
}
