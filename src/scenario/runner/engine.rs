use crate::python::{Cancelled, Interpreter, Interrupter, RunRequest, interrupt_channel};
use crate::trace::Event;

/// Stops what an interpreter is at, from another thread; may be called again and again.
pub(super) type Interrupt = Box<dyn Fn() + Send + Sync>;

/// Where a run's events go; an error stops the run.
pub type Sink<'a> = &'a mut dyn FnMut(Event) -> Result<(), Cancelled>;

/// Runs one request after the other, on the thread that made it.
pub(super) type Execute = Box<dyn FnMut(&RunRequest, Sink<'_>)>;

/// How to come by an interpreter: it is made on its worker's thread, and stays there.
pub struct Engine {
    #[expect(
        clippy::type_complexity,
        reason = "the halves of one thing, told apart by their aliases"
    )]
    make: Box<dyn Fn() -> (Interrupt, Box<dyn FnOnce() -> Execute + Send>) + Send + Sync>,
}

impl Engine {
    /// The Python that scenarios are written in.
    pub fn python() -> Self {
        Self::new(interrupt_channel, Interrupter::stop, |receiver| {
            let interpreter = Interpreter::new(receiver);
            move |request: &RunRequest, sink: Sink<'_>| interpreter.run(request, sink)
        })
    }

    /// `channel` makes the two ends of an interrupt, `interrupt` uses the one, and `interpreter` takes the other to the
    /// worker's thread.
    pub fn new<Send_, Receive, Run>(
        channel: impl Fn() -> (Send_, Receive) + Send + Sync + 'static,
        interrupt: fn(&Send_),
        interpreter: fn(Receive) -> Run,
    ) -> Self
    where
        Send_: Send + Sync + 'static,
        Receive: Send + 'static,
        Run: FnMut(&RunRequest, Sink<'_>) + 'static,
    {
        Self {
            make: Box::new(move || {
                let (sender, receiver) = channel();
                (
                    Box::new(move || interrupt(&sender)),
                    Box::new(move || Box::new(interpreter(receiver))),
                )
            }),
        }
    }

    pub(super) fn make(&self) -> (Interrupt, Box<dyn FnOnce() -> Execute + Send>) {
        (self.make)()
    }
}
