use std::io::{self, Write};

/// Standard output that may be closed on the other side, as by `| head`: then there is nobody left to print for, which
/// is no failure. Any other error is told once, and nothing more is printed.
pub struct Stdout {
    out: io::Stdout,
    is_closed: bool,
    has_failed: bool,
}

impl Stdout {
    pub fn new() -> Self {
        Self {
            out: io::stdout(),
            is_closed: false,
            has_failed: false,
        }
    }

    /// Whether something could not be printed that somebody may have waited for.
    pub fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Prints a text at once.
    pub fn print(&mut self, text: &str) {
        if self.is_closed {
            return;
        }
        let mut out = self.out.lock();
        if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            self.is_closed = true;
            if !is_closed(&error) {
                self.has_failed = true;
                eprintln!("error: standard output cannot be written: {error}");
            }
        }
    }
}

/// Whether an error only says that nobody reads any more.
pub fn is_closed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}
