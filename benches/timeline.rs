//! What a frame of the timeline costs the processor, from the trace to triangles, at three lengths of a run and at
//! three zooms. The aim is under 4 ms at 100,000 statements, and no more at a million.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use egui::{Context, RawInput, Rect, pos2, vec2};
use lazyscope::trace::{
    Cell, CellKind, Direction, Event, Outcome, RelationshipInfo, ScenarioInfo, Statement, Status,
    Strategy, Trace, Trigger,
};
use lazyscope::ui::panels::timeline::{Action, TimelineState, bounds, show};
use lazyscope::ui::selection::{Selection, Target};
use lazyscope::ui::theme::{self, Theme};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUND_TRIP_NS: u64 = 1_000_000;

/// An N+1 in an N+1: every fourth statement loads the books of an author, the others the reviews of a book.
fn trace(statements: u64) -> Trace {
    let mut trace = Trace::new();
    trace.push(Event::Started(Box::new(ScenarioInfo {
        cells: vec![Cell {
            id: 1,
            kind: CellKind::Code,
            title: "List page".into(),
            first_line: 1,
            last_line: 50,
            setup: false,
            budget: None,
        }],
        ..ScenarioInfo::default()
    })));
    for key in ["Author.books", "Book.reviews", "Book.author"] {
        trace.push(Event::Relationship(Box::new(RelationshipInfo {
            key: key.into(),
            target: "Book".into(),
            direction: Direction::OneToMany,
            uselist: true,
            declared: Strategy::Select,
            active: Strategy::Select,
            line: None,
        })));
    }
    let loads: [(Arc<str>, Arc<str>, u32); 2] = [
        (
            "Author.books".into(),
            "SELECT b FROM b WHERE ? = a".into(),
            42,
        ),
        (
            "Book.reviews".into(),
            "SELECT r FROM r WHERE ? = b".into(),
            44,
        ),
    ];
    let owner: Arc<str> = "Author(1)".into();
    for index in 0..statements {
        let (relationship, sql, line) = &loads[usize::from(index % 4 != 0)];
        trace.push(Event::Statement(Box::new(Statement {
            id: index + 1,
            cell: 1,
            line: *line,
            sql: Arc::clone(sql),
            trigger: Trigger::Lazy,
            relationship: Some(Arc::clone(relationship)),
            owners: 1,
            owner: Some(Arc::clone(&owner)),
            start_ns: index * 9_000,
            duration_ns: 3_000 + index * 7_919 % 5_000,
            rows: 5,
            ..Statement::default()
        })));
    }
    let outcome = Outcome {
        status: Status::Ok,
        error: None,
    };
    let at_ns = statements * 9_000;
    trace.push(Event::Finished { outcome, at_ns });
    trace
}

/// A window with the timeline in it, the size that a large screen gives it.
struct Window<'a> {
    context: Context,
    trace: &'a Trace,
    state: TimelineState,
    selection: Selection,
}

impl<'a> Window<'a> {
    fn new(trace: &'a Trace, closer: f64) -> Self {
        let context = Context::default();
        theme::install(&context);
        let mut state = TimelineState::default();
        let bounds = bounds(trace, ROUND_TRIP_NS);
        let at_ns = (bounds.origin_ns + bounds.end_ns) / 2.0;
        let action = Action::ZoomAt {
            at_ns,
            factor: closer,
        };
        state.apply(action, bounds, 0.0);
        let selection = Selection {
            target: Target::Finding(0),
            relationship: None,
        };
        let mut window = Self {
            context,
            trace,
            state,
            selection,
        };
        // The first frames lay out the fonts.
        window.frame();
        window.frame();
        window
    }

    fn frame(&mut self) -> usize {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(1600.0, 400.0))),
            ..RawInput::default()
        };
        let mut output = self.context.run_ui(input, |ui| {
            let theme = Theme::of(ui.ctx());
            let Self {
                trace,
                state,
                selection,
                ..
            } = &self;
            black_box(show(ui, trace, state, selection, ROUND_TRIP_NS, theme));
        });
        // No graphics card takes the glyphs here.
        output.textures_delta.clear();
        let triangles = self.context.tessellate(output.shapes, 1.0);
        triangles.len()
    }
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("timeline frame");
    group.sample_size(30);
    group.measurement_time(Duration::from_secs(3));
    group.warm_up_time(Duration::from_secs(1));
    for statements in [1_000, 100_000, 1_000_000] {
        let trace = trace(statements);
        // All of it; neighbours at the edge of being told apart, which makes the most bars; a few.
        let apart = statements as f64 / 400.0;
        for (zoom, closer) in [("all", 1.0), ("apart", apart), ("close", apart * 20.0)] {
            let mut window = Window::new(&trace, closer.max(1.0));
            let id = BenchmarkId::new(zoom, statements);
            group.bench_function(id, |bencher| bencher.iter(|| window.frame()));
        }
    }
    group.finish();
}

criterion_group!(benches, frames);
criterion_main!(benches);
