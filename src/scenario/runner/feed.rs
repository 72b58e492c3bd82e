use std::sync::Arc;

use super::control::Control;
use crate::scenario::{Cancelled, RunRequest};
use crate::trace::{Event, Statement, StatementKind};

/// The worker's end of a run: passes events on, and waits where the run is stepped.
pub(super) struct Feed<'a> {
    control: Arc<Control>,
    wake: &'a (dyn Fn() + Send + Sync),
    /// By cell: whether its statements are folded away, so that a step goes past them.
    is_setup: Vec<bool>,
    last_line: Option<u32>,
}

impl<'a> Feed<'a> {
    pub fn new(
        control: Arc<Control>,
        request: &RunRequest,
        wake: &'a (dyn Fn() + Send + Sync),
    ) -> Self {
        Self {
            control,
            wake,
            is_setup: request.info.cells.iter().map(|cell| cell.setup).collect(),
            last_line: None,
        }
    }

    /// Takes the run's next event.
    pub fn push(&mut self, event: Event) -> Result<(), Cancelled> {
        let mut is_step = false;
        let mut is_finished = false;
        let event = match event {
            Event::Finished { outcome, at_ns } => {
                is_finished = true;
                let outcome = self.control.outcome(outcome, self.last_line);
                Event::Finished { outcome, at_ns }
            }
            event => {
                match &event {
                    Event::Statement(statement) => {
                        self.last_line = Some(statement.line).filter(|line| *line > 0);
                        is_step = self.is_step(statement);
                    }
                    Event::Line { line, .. } => self.last_line = Some(*line),
                    _ => {}
                }
                event
            }
        };
        let waiting = self.control.send(event).ok_or(Cancelled)?;
        if waiting == 1 || is_finished {
            (self.wake)();
        }
        if is_step {
            self.control.after_statement(self.wake);
        }
        if self.control.is_ending() {
            Err(Cancelled)
        } else {
            Ok(())
        }
    }

    fn is_step(&self, statement: &Statement) -> bool {
        let is_setup = self.is_setup.get(statement.cell as usize).copied();
        let is_quiet = matches!(
            statement.kind,
            StatementKind::Transaction | StatementKind::Pragma
        );
        !is_quiet && is_setup != Some(true)
    }
}
