use std::io::{self, Write};

/// Standard output that may be closed on the other side, as by `| head`: then there is nobody left to print for, which
/// is no failure.
pub struct Stdout {
    out: io::Stdout,
    is_closed: bool,
}

impl Stdout {
    pub fn new() -> Self {
        Self {
            out: io::stdout(),
            is_closed: false,
        }
    }

    /// Prints a text at once.
    pub fn print(&mut self, text: &str) {
        if !self.is_closed {
            let mut out = self.out.lock();
            let done = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            self.is_closed = done.is_err();
        }
    }
}

/// Whether an error only says that nobody reads any more.
pub fn is_closed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}
