use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;

use super::Limits;
use super::control::{Control, Why};
use super::engine::{Engine, Interrupt};
use super::feed::Feed;
use crate::scenario::RunRequest;

/// RustPython recurses on the native stack, and so does its parser.
const STACK_BYTES: usize = 256 << 20;

/// How often a run is looked at, and interrupted while it has to end.
const TICK: Duration = Duration::from_millis(20);

/// A run to be done.
pub(super) struct Job {
    pub request: RunRequest,
    pub control: Arc<Control>,
}

/// What the runner, its worker and the watch over it share.
pub(super) struct Shared {
    engine: Engine,
    limits: Limits,
    jobs: Receiver<Job>,
    wake: Box<dyn Fn() + Send + Sync>,
    watch: Mutex<Watch>,
    changed: Condvar,
}

#[derive(Default)]
struct Watch {
    active: Option<Active>,
    workers: u64,
    is_closed: bool,
}

/// The run that a worker is at.
struct Active {
    worker: u64,
    control: Arc<Control>,
    interrupt: Arc<Interrupt>,
    /// Time it has computed.
    used: Duration,
    seen: Instant,
}

impl Shared {
    /// Starts the watch and the first worker.
    pub fn start(
        engine: Engine,
        limits: Limits,
        jobs: Receiver<Job>,
        wake: Box<dyn Fn() + Send + Sync>,
    ) -> Arc<Self> {
        let shared = Arc::new(Self {
            engine,
            limits,
            jobs,
            wake,
            watch: Mutex::default(),
            changed: Condvar::new(),
        });
        shared.spawn_worker();
        let watched = shared.clone();
        thread::Builder::new()
            .name("lazyscope-watch".to_owned())
            .spawn(move || watched.keep_watch())
            .expect("a small thread starts as long as the machine can run anything at all");
        shared
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the watch look at the active run now.
    pub fn look(&self) {
        self.changed.notify_all();
    }

    /// Drops the run that waits for the worker.
    pub fn forget_waiting(&self) {
        while self.jobs.try_recv().is_ok() {}
    }

    /// Lets the watch end once nothing runs any more.
    pub fn close(&self) {
        self.watch().is_closed = true;
        self.changed.notify_all();
    }

    fn spawn_worker(self: &Arc<Self>) {
        let worker = {
            let mut watch = self.watch();
            watch.workers += 1;
            watch.workers
        };
        let shared = self.clone();
        thread::Builder::new()
            .name("lazyscope-worker".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || shared.work(worker))
            .expect("the stack is only reserved, so it fits wherever there is address space");
    }

    /// The worker's life: one interpreter, run after run.
    fn work(self: Arc<Self>, worker: u64) {
        let (interrupt, start) = self.engine.make();
        let interrupt = Arc::new(interrupt);
        let mut execute = start();
        // Ends when the runner is dropped, which holds the only sender.
        while let Ok(Job { request, control }) = self.jobs.recv() {
            if control.is_ending() {
                control.close();
                continue;
            }
            self.begin(worker, &control, &interrupt);
            let mut feed = Feed::new(control.clone(), &request, &*self.wake);
            let done = catch_unwind(AssertUnwindSafe(|| {
                execute(&request, &mut |event| feed.push(event));
            }));
            let is_still_mine = self.end(worker);
            control.close();
            (self.wake)();
            if !is_still_mine {
                return;
            }
            if done.is_err() {
                self.spawn_worker();
                return;
            }
        }
    }

    fn begin(&self, worker: u64, control: &Arc<Control>, interrupt: &Arc<Interrupt>) {
        self.watch().active = Some(Active {
            worker,
            control: control.clone(),
            interrupt: interrupt.clone(),
            used: Duration::ZERO,
            seen: Instant::now(),
        });
        self.changed.notify_all();
    }

    /// The worker is done with its run; false when it was given up meanwhile.
    fn end(&self, worker: u64) -> bool {
        let mut watch = self.watch();
        let is_mine = watch
            .active
            .as_ref()
            .is_some_and(|active| active.worker == worker);
        if is_mine {
            watch.active = None;
        }
        is_mine
    }

    /// The watch's life: interrupts what has to end, and replaces a worker that does not answer.
    fn keep_watch(self: Arc<Self>) {
        let mut watch = self.watch();
        loop {
            watch = match &watch.active {
                None if watch.is_closed => return,
                None => self
                    .changed
                    .wait(watch)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(_) => {
                    let waited = self.changed.wait_timeout(watch, TICK);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
            let gives_up = watch
                .active
                .as_mut()
                .is_some_and(|active| active.tick(&self.limits));
            if gives_up {
                watch.active = None;
                let is_closed = watch.is_closed;
                drop(watch);
                if !is_closed {
                    self.spawn_worker();
                }
                (self.wake)();
                watch = self.watch();
            }
        }
    }
}

impl Active {
    /// Looks at the run; true when its worker is to be given up, its channel being closed.
    fn tick(&mut self, limits: &Limits) -> bool {
        let now = Instant::now();
        if !self.control.is_paused() && !self.control.is_sending() {
            self.used += now - self.seen;
        }
        self.seen = now;
        if let Some(wall) = limits.wall
            && self.used > wall
        {
            self.control.end(Why::Wall(wall.as_millis()));
        }
        let Some((_, since)) = self.control.ending() else {
            return false;
        };
        (self.interrupt)();
        now.saturating_duration_since(since) > limits.patience && self.control.try_close()
    }
}
