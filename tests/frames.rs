//! What a frame of the window does must not grow with the run. No clock decides here: what is counted is how
//! often a statement was looked at, what was allocated, and what was painted.

#![cfg(debug_assertions)]

#[allow(dead_code, reason = "other tests use the rest")]
mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{Duration, Instant};

use egui::{Context, Event, Key, Modifiers, PointerButton, Pos2, RawInput, Rect, Vec2, pos2, vec2};
use lazyscope::scenario::BUNDLED;
use lazyscope::trace::looks;
use lazyscope::ui::{App, Command, Launch, Target};

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
}

impl Window {
    /// A window on a run of that many lazy loads.
    fn of(statements: u64, what: &str) -> Self {
        let context = Context::default();
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("frames-{what}-{statements}.py"));
        let source = BUNDLED[0]
            .source
            .replace("N = 100 ", &format!("N = {statements} "));
        std::fs::write(&path, source.replace("max:10000", "max:1000000")).expect("a folder");
        let launch = Launch {
            path: Some(path),
            ..Launch::default()
        };
        let app = App::new(&context, support::engine(), launch);
        let mut window = Self {
            context,
            app,
            time: 0.0,
        };
        let is_over = |window: &Self| {
            let trace = window.app.shown();
            trace.is_some_and(|trace| trace.outcome().is_some() && trace.len() as u64 > statements)
        };
        let start = Instant::now();
        while !is_over(&window) {
            assert!(start.elapsed() < Duration::from_secs(120), "no run");
            window.frame(Vec::new());
            std::thread::sleep(Duration::from_millis(1));
        }
        window
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
    let [small, large] = [1_000, 100_000].map(|statements| {
        let mut window = Window::of(statements, what);
        // Remedies are tried by frames of their own.
        window.app.apply(Command::StopTrying, &window.context);
        window.settled();
        act(&mut window, statements)
    });
    let counts = |work: Work| {
        [
            (work.looks, 200, "statements looked at"),
            (work.allocations, 500, "allocations"),
            (work.bytes, 50_000, "bytes allocated"),
            (work.shapes, 50, "shapes"),
        ]
    };
    for ((few, little, name), (many, ..)) in counts(small).into_iter().zip(counts(large)) {
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
