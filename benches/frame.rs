//! What a frame of the whole window costs the processor, from the state to triangles, with long runs on show. The aim
//! is that it does not grow with the run.

#[path = "../tests/support/mod.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod support;

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use egui::{Context, Event, Modifiers, PointerButton, Pos2, RawInput, Rect, pos2, vec2};
use lazyscope::scenario::BUNDLED;
use lazyscope::ui::{App, Command, Launch};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZE: egui::Vec2 = vec2(1440.0, 900.0);

struct Window {
    context: Context,
    app: App,
    time: f64,
}

impl Window {
    /// A window on a run of that many lazy loads.
    fn of(statements: i64) -> Self {
        let context = Context::default();
        let path = std::env::temp_dir().join(format!("lazyscope-frame-{statements}.py"));
        let source = BUNDLED[0]
            .source
            .replace("N = 100 ", &format!("N = {statements} "));
        std::fs::write(&path, source.replace("max:10000", "max:1000000"))
            .expect("a folder to write to");
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
        while window
            .app
            .shown()
            .is_none_or(|trace| trace.outcome().is_none())
        {
            window.frame(Vec::new());
            std::thread::sleep(Duration::from_millis(1));
        }
        window
    }

    /// One frame; the number of its triangles, so that none of it is for nothing.
    fn frame(&mut self, events: Vec<Event>) -> usize {
        self.time += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            time: Some(self.time),
            events,
            ..RawInput::default()
        };
        let app = &mut self.app;
        let mut output = self.context.run_ui(input, |ui| app.show(ui));
        // No graphics card takes the glyphs here.
        output.textures_delta.clear();
        self.context
            .tessellate(output.shapes, output.pixels_per_point)
            .len()
    }

    fn click(&mut self, pos: Pos2) {
        for pressed in [true, false] {
            self.frame(vec![
                Event::PointerMoved(pos),
                Event::PointerButton {
                    pos,
                    button: PointerButton::Primary,
                    pressed,
                    modifiers: Modifiers::NONE,
                },
            ]);
        }
    }
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frame of the window");
    group
        .sample_size(30)
        .measurement_time(Duration::from_secs(4));
    for statements in [1_000, 100_000] {
        let mut window = Window::of(statements);
        group.bench_function(BenchmarkId::new("at rest", statements), |bencher| {
            bencher.iter(|| window.frame(Vec::new()));
        });
        // The burst selected and unfolded: the detail and a table of as many rows.
        window.app.apply(
            Command::Select(lazyscope::ui::Target::Statement(statements as u64 / 2)),
            &window.context,
        );
        window.click(pos2(700.0, 700.0));
        group.bench_function(BenchmarkId::new("unfolded", statements), |bencher| {
            bencher.iter(|| window.frame(Vec::new()));
        });
        group.bench_function(BenchmarkId::new("pointer moves", statements), |bencher| {
            let mut x = 400.0;
            bencher.iter(|| {
                x = if x > 1400.0 { 530.0 } else { x + 7.0 };
                window.frame(vec![Event::PointerMoved(pos2(x, 300.0))])
            });
        });
    }
    group.finish();
}

criterion_group!(benches, frames);
criterion_main!(benches);
