//! What a frame of the window does must not grow with the run. No clock decides here: what is counted is how
//! often a statement was looked at, what was allocated, and what was painted.

#![cfg(debug_assertions)]

#[allow(dead_code, reason = "other tests use the rest")]
mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use egui::{Context, Event, Key, Modifiers, PointerButton, Pos2, RawInput, Rect, Vec2, pos2, vec2};
use lazyscope::python::RunRequest;
use lazyscope::scenario::{BUNDLED, Engine, Sink};
use lazyscope::trace::{Event as RunEvent, Trace, looks};
use lazyscope::ui::{App, Command, Launch, Target};

/// The engine that knows one scenario, which sends no more statements and reads than the gate lets through; it opens as
/// that number rises.
fn engine_behind(gate: Arc<AtomicU64>) -> Engine {
    Engine::new(
        move || ((), Arc::clone(&gate)),
        |()| {},
        |gate| {
            move |request: &RunRequest, sink: Sink<'_>| {
                let mut sent = 0;
                // Whoever stops listening has all that he wants.
                let _ = support::run(request, &mut |event| {
                    sent += u64::from(matches!(
                        event,
                        RunEvent::Statement(_) | RunEvent::Access(_)
                    ));
                    while sent > gate.load(Ordering::Acquire) {
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    sink(event)
                });
            }
        },
    )
}

thread_local! {
    static ALLOCATED: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
}

/// Counts what this thread allocates: how often, and how many bytes.
struct Counting;

#[allow(unsafe_code, reason = "an allocator is one")]
// SAFETY: everything is left to the system's allocator; a counter is no allocation.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as the caller has it.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller has it.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        // SAFETY: as the caller has it.
        unsafe { System.realloc(at, layout, size) }
    }
}

fn count(bytes: usize) {
    // A thread that ends has no counter any more.
    let _ = ALLOCATED.try_with(|it| {
        let (times, sum) = it.get();
        it.set((times + 1, sum + bytes as u64));
    });
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const SIZE: Vec2 = vec2(1440.0, 900.0);

/// What the scenario asks for its owners, and what it could ask instead.
const LAZY: &str = "select(Author)";
const SELECTIN: &str = "select(Author).options(selectinload(Author.books))";

/// How far a run has come: its statements and its reads.
fn come(trace: &Trace) -> u64 {
    (trace.len() + trace.ticks().len()) as u64
}

/// What a frame has done.
#[derive(Clone, Copy, Debug)]
struct Work {
    looks: u64,
    allocations: u64,
    bytes: u64,
    shapes: u64,
}

struct Window {
    context: Context,
    app: App,
    time: f64,
    /// How many statements and reads the run may have sent.
    gate: Arc<AtomicU64>,
}

impl Drop for Window {
    /// Lets the run go on to its end, for nobody looks any more.
    fn drop(&mut self) {
        self.gate.store(u64::MAX, Ordering::Release);
    }
}

impl Window {
    /// A window on a run of that many lazy loads.
    fn of(statements: u64, what: &str) -> Self {
        let mut window = Self::on_run_to(statements, u64::MAX, what, LAZY);
        window.wait_until(|trace| trace.outcome().is_some() && trace.len() as u64 > statements);
        window
    }

    /// A window on a run of that query which has come so far and will go on.
    fn while_running(so_far: u64, what: &str, query: &str) -> Self {
        let mut window = Self::on_run_to(so_far * 2, so_far, what, query);
        window.wait_until(|trace| come(trace) == so_far);
        window
    }

    fn on_run_to(statements: u64, gate: u64, what: &str, query: &str) -> Self {
        let context = Context::default();
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("frames-{what}-{statements}.py"));
        let source = BUNDLED[0]
            .source
            .replace("N = 100 ", &format!("N = {statements} "))
            .replace(LAZY, query);
        std::fs::write(&path, source.replace("max:10000", "max:1000000")).expect("a folder");
        let launch = Launch {
            path: Some(path),
            ..Launch::default()
        };
        let gate = Arc::new(AtomicU64::new(gate));
        let engine = engine_behind(Arc::clone(&gate));
        Self {
            app: App::new(&context, engine, launch),
            context,
            time: 0.0,
            gate,
        }
    }

    /// Shows frames until the run has come so far.
    fn wait_until(&mut self, is_there: impl Fn(&Trace) -> bool) {
        let start = Instant::now();
        while !self.app.shown().is_some_and(&is_there) {
            assert!(start.elapsed() < Duration::from_secs(120), "no run");
            self.frame(Vec::new());
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// The frame that takes in a few statements and reads more.
    fn taking_in(&mut self, more: u64) -> Work {
        let expected = self.gate.fetch_add(more, Ordering::AcqRel) + more;
        let so_far = |window: &Self| window.app.shown().map_or(0, come);
        let before = so_far(self);
        let start = Instant::now();
        loop {
            assert!(start.elapsed() < Duration::from_secs(60), "nothing came");
            // All of them at once, if they come in time.
            std::thread::sleep(Duration::from_millis(20));
            let work = self.frame(Vec::new());
            match so_far(self) {
                now if now == before => {}
                now if now == expected => return work,
                // Some came too late.
                _ => return self.taking_in(more),
            }
        }
    }

    fn frame(&mut self, events: Vec<Event>) -> Work {
        self.time += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            time: Some(self.time),
            events,
            ..RawInput::default()
        };
        let (looks_before, (times, bytes)) = (looks(), ALLOCATED.get());
        let app = &mut self.app;
        let mut output = self.context.run_ui(input, |ui| app.show(ui));
        let (times_after, bytes_after) = ALLOCATED.get();
        // No graphics card takes the glyphs here.
        output.textures_delta.clear();
        Work {
            looks: looks() - looks_before,
            allocations: times_after - times,
            bytes: bytes_after - bytes,
            shapes: output.shapes.len() as u64,
        }
    }

    /// The frame once nothing moves any more.
    fn settled(&mut self) -> Work {
        for _ in 0..60 {
            self.frame(Vec::new());
        }
        self.frame(Vec::new())
    }

    fn click(&mut self, pos: Pos2) {
        for pressed in [true, false] {
            let button = Event::PointerButton {
                pos,
                button: PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            };
            self.frame(vec![Event::PointerMoved(pos), button]);
        }
    }

    fn select(&mut self, target: Target) {
        self.app.apply(Command::Select(target), &self.context);
    }
}

/// Does the same in a window on a small run and in one on a run a hundred times as long. What a search finds its way by
/// grows with the logarithm, and what is folded into a pixel leaves a little more or less to paint: so twice as much is
/// allowed, and a little for what is next to nothing.
#[track_caller]
fn check(what: &str, act: impl Fn(&mut Window, u64) -> Work) {
    hold(what, |statements| {
        let mut window = Window::of(statements, what);
        // Remedies are tried by frames of their own.
        window.app.apply(Command::StopTrying, &window.context);
        window.settled();
        act(&mut window, statements)
    });
}

/// The same with a run that goes on: what frames do that take in ten statements and reads each, as most of them do it. Room that
/// doubles when it is full makes one of many do more.
#[track_caller]
fn check_running(what: &str, query: &str, act: impl Fn(&mut Window, u64)) {
    hold(what, |so_far| {
        let mut window = Window::while_running(so_far, what, query);
        act(&mut window, so_far);
        window.settled();
        let works: Vec<Work> = (0..9).map(|_| window.taking_in(10)).collect();
        let still_runs = window.app.shown().is_some_and(|it| it.outcome().is_none());
        assert!(still_runs, "the run is over");
        let middle = |of: fn(&Work) -> u64| {
            let mut all: Vec<u64> = works.iter().map(of).collect();
            all.sort_unstable();
            all[all.len() / 2]
        };
        Work {
            looks: middle(|work| work.looks),
            allocations: middle(|work| work.allocations),
            bytes: middle(|work| work.bytes),
            shapes: middle(|work| work.shapes),
        }
    });
}

#[track_caller]
fn hold(what: &str, work_of: impl Fn(u64) -> Work) {
    let [small, large] = [1_000, 100_000].map(work_of);
    let counts = |work: Work| {
        [
            (work.looks, 200, "statements looked at"),
            (work.allocations, 500, "allocations"),
            (work.bytes, 50_000, "bytes allocated"),
            (work.shapes, 50, "shapes"),
        ]
    };
    for ((few, little, name), (many, ..)) in counts(small).into_iter().zip(counts(large)) {
        println!("{what}: {name}: {few} for 1,000 statements, {many} for 100,000");
        assert!(
            many <= few * 2 + little,
            "{what}: {name}: {few} for 1,000 statements, {many} for 100,000"
        );
    }
}

#[test]
fn at_rest() {
    check("at rest", |window, _| window.settled());
}

#[test]
fn while_the_pointer_moves() {
    check("pointer", |window, _| {
        let works = (0..40).map(|step| {
            let at = pos2(400.0 + step as f32 * 25.0, 300.0);
            window.frame(vec![Event::PointerMoved(at)])
        });
        works.max_by_key(|work| work.looks).expect("frames")
    });
}

#[test]
fn with_a_statement_selected_and_its_burst_unfolded() {
    check("unfolded", |window, statements| {
        window.select(Target::Statement(statements / 2));
        window.click(pos2(700.0, 700.0));
        window.settled()
    });
}

#[test]
fn at_the_end_of_the_table() {
    check("scrolled", |window, statements| {
        window.select(Target::Statement(statements));
        window.frame(vec![Event::PointerMoved(pos2(700.0, 750.0))]);
        let key = |key| Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        window.frame(vec![key(Key::End)]);
        window.settled()
    });
}

#[test]
fn while_a_run_streams_in() {
    check_running("running", LAZY, |_, _| {});
}

#[test]
fn while_reads_stream_in_that_take_no_statement() {
    check_running("running-reads", SELECTIN, |_, _| {});
}

#[test]
fn while_a_run_streams_in_and_its_burst_is_unfolded() {
    check_running("running-unfolded", LAZY, |window, statements| {
        window.select(Target::Statement(statements / 4));
        window.click(pos2(700.0, 700.0));
    });
}

#[test]
fn while_a_run_streams_in_under_the_pointer() {
    check_running("running-pointer", LAZY, |window, _| {
        window.frame(vec![Event::PointerMoved(pos2(700.0, 300.0))]);
    });
}

#[test]
fn while_a_run_streams_in_with_its_finding_selected() {
    check_running("running-finding", LAZY, |window, _| {
        let findings = window.app.shown().map_or(0, |it| it.findings().len());
        assert!(findings > 0, "an N+1 by now");
        window.select(Target::Finding(0));
    });
}

#[test]
fn while_a_run_streams_in_below_what_is_searched_for() {
    check_running("running-search", LAZY, |window, _| {
        for command in [Command::Search, Command::SetSearch("books".to_owned())] {
            window.app.apply(command, &window.context);
        }
    });
}
