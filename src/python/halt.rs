//! Ending a scenario for good, whatever it catches.
//!
//! An exception alone does not: `except BaseException: pass` in a loop swallows one after the other. So once a run is
//! halted, a signal raises at *every* instruction until the last frame is gone; no handler runs a line of its own.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustpython_vm::builtins::{PyBaseExceptionRef, PyTypeRef};
use rustpython_vm::signal::UserSignalSender;
use rustpython_vm::{PyResult, VirtualMachine};

use super::run;

/// Time between two looks at the scenario while it runs.
const TICK: Duration = Duration::from_millis(5);

struct Means {
    class: PyTypeRef,
    signals: UserSignalSender,
}

thread_local! {
    static MEANS: RefCell<Option<Means>> = const { RefCell::new(None) };
}

/// Prepares this thread's interpreter; `signals` is the sending end of the channel that it was built with.
pub(super) fn install(vm: &VirtualMachine, signals: UserSignalSender) {
    let base = vm.ctx.exceptions.base_exception_type.to_owned();
    let class = vm
        .ctx
        .new_exception_type("lazyscope", "Stopped", Some(vec![base]));
    MEANS.set(Some(Means { class, signals }));
}

/// The exception that unwinds a halted run.
pub(crate) fn stopped(vm: &VirtualMachine) -> PyBaseExceptionRef {
    MEANS.with_borrow(|means| match means {
        Some(means) => {
            // The receiving end lives as long as the interpreter that is running this.
            let _ = means.signals.send(Box::new(raise_again));
            vm.new_exception_empty(means.class.clone())
        }
        None => vm.new_runtime_error("the run was stopped".to_owned()),
    })
}

fn raise_again(vm: &VirtualMachine) -> PyResult<()> {
    match run::current() {
        Some(run) if run.halt().is_some() && !run.is_over() => Err(stopped(vm)),
        _ => Ok(()),
    }
}

fn tick(vm: &VirtualMachine) -> PyResult<()> {
    let Some(run) = run::current() else {
        return Ok(());
    };
    if run.is_over() {
        return Ok(());
    }
    if run.is_halted() || run.tick(vm).is_err() {
        return Err(stopped(vm));
    }
    Ok(())
}

/// A thread that knocks at the interpreter while a run is in progress.
pub(super) struct Ticker {
    shared: Arc<Shared>,
    thread: Option<thread::JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    wanted: Mutex<Wanted>,
    changed: Condvar,
    /// A knock that the interpreter has not heard yet: while it stands still, there is one and no more.
    is_waiting: AtomicBool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Wanted {
    #[default]
    Rest,
    Knock,
    End,
}

impl Ticker {
    pub fn start(signals: UserSignalSender) -> Self {
        let shared = Arc::new(Shared::default());
        let knocking = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("lazyscope-ticker".to_owned())
            .spawn(move || knocking.knock(&signals))
            // Without it, scenarios still run; only a stop must then wait for the next statement.
            .ok();
        Self { shared, thread }
    }

    /// Knocks until the guard is dropped.
    pub fn knock(&self) -> Knocking<'_> {
        self.shared.want(Wanted::Knock);
        Knocking(&self.shared)
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.shared.want(Wanted::End);
        if let Some(thread) = self.thread.take() {
            // It panics nowhere; and there would be nothing to do about it here.
            let _ = thread.join();
        }
    }
}

pub(super) struct Knocking<'a>(&'a Shared);

impl Drop for Knocking<'_> {
    fn drop(&mut self) {
        self.0.want(Wanted::Rest);
    }
}

impl Shared {
    fn want(&self, wanted: Wanted) {
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = wanted;
        self.changed.notify_all();
    }

    fn knock(self: &Arc<Self>, signals: &UserSignalSender) {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            wanted = match *wanted {
                Wanted::End => return,
                Wanted::Rest => self
                    .changed
                    .wait(wanted)
                    .unwrap_or_else(PoisonError::into_inner),
                Wanted::Knock => {
                    let (guard, _) = self
                        .changed
                        .wait_timeout(wanted, TICK)
                        .unwrap_or_else(PoisonError::into_inner);
                    if *guard == Wanted::Knock && !self.is_waiting.swap(true, Ordering::AcqRel) {
                        let shared = Arc::clone(self);
                        let heard = move |vm: &VirtualMachine| {
                            shared.is_waiting.store(false, Ordering::Release);
                            tick(vm)
                        };
                        if signals.send(Box::new(heard)).is_err() {
                            return;
                        }
                    }
                    guard
                }
            };
        }
    }
}
