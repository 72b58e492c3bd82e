//! The timeline driven as a person does: by accessible names, pointer and keys.

use egui::{Event, Key, Modifiers, MouseWheelUnit, TouchPhase, Vec2, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::samples::{n_plus_one, three_levels};
use super::{TimelineState, Wheel, bounds, show};
use crate::trace::Trace;
use crate::ui::command::Command;
use crate::ui::selection::{Selection, Target};
use crate::ui::theme::{self, Theme};
use crate::ui::time_view::TimeView;

const MS: u64 = 1_000_000;

/// The least of an application around the panel: it does what the panel asks.
struct App {
    trace: Trace,
    state: TimelineState,
    selection: Selection,
    round_trip_ns: u64,
}

impl App {
    fn view(&self) -> TimeView {
        self.state
            .view(bounds(&self.trace, self.round_trip_ns), f64::INFINITY)
    }

    fn obey(&mut self, command: Command, now_s: f64) {
        match command {
            Command::Timeline(action) => {
                let bounds = bounds(&self.trace, self.round_trip_ns);
                self.state.apply(action, bounds, now_s);
            }
            Command::Select(target) => self.selection.target = target,
            Command::SelectRelationship(key) => self.selection.relationship = Some(key),
            other => panic!("the timeline asked for {other:?}"),
        }
    }
}

fn window(trace: Trace, size: [f32; 2]) -> Harness<'static, App> {
    let app = App {
        trace,
        state: TimelineState::default(),
        selection: Selection::default(),
        round_trip_ns: MS,
    };
    let frame = |ui: &mut egui::Ui, app: &mut App| {
        let theme = Theme::of(ui.ctx());
        let App {
            trace,
            state,
            selection,
            ..
        } = app;
        let commands = show(ui, trace, state, selection, app.round_trip_ns, theme);
        let now_s = ui.input(|input| input.time);
        for command in commands {
            app.obey(command, now_s);
        }
    };
    Harness::builder()
        .with_size(size)
        .with_context_setup(theme::install)
        .build_ui_state(frame, app)
}

fn wheel(window: &mut Harness<'_, App>, delta: Vec2, modifiers: Modifiers) {
    window.event(Event::ModifiersChanged(modifiers));
    window.event(Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta,
        phase: TouchPhase::Move,
        modifiers,
        source: egui::MouseWheelSource::Unknown,
    });
    window.run();
    window.event(Event::ModifiersChanged(Modifiers::NONE));
    window.run();
}

#[test]
fn everything_visible_has_a_name() {
    let window = window(n_plus_one(100), [1060.0, 268.0]);
    for name in [
        "Timeline",
        "Cell List page, 101 of 3 allowed",
        "N+1 Author.books ×100 · line 42 · 99 % of the time",
        "Lane queries, 1 statement",
        "Lane Author.books, 100 statements",
        "Lane no SQL needed, 0 reads",
        "Bars of Author.books",
        "Statement 204, query",
        "Statement 205, lazy Author.books",
        "Statement 304, lazy Author.books",
    ] {
        window.get_by_label(name);
    }
    assert!(window.query_by_label_contains("setup").is_none());
}

#[test]
fn folded_bars_say_how_many_they_hold() {
    let window = window(n_plus_one(5000), [1060.0, 268.0]);
    let bars = window.get_all_by_label_contains("lazy Author.books");
    let counts = bars.map(|bar| {
        let label = bar.accesskit_node().label().expect("a label");
        let count = label
            .split(" statements")
            .next()
            .expect("a count")
            .to_owned();
        count.replace(',', "").parse::<u64>().expect("a number")
    });
    assert_eq!(counts.sum::<u64>(), 5000);
}

#[test]
fn clicks_select_statements_bursts_and_findings() {
    let mut window = window(n_plus_one(100), [1060.0, 268.0]);
    window
        .get_by_label("Statement 210, lazy Author.books")
        .click();
    window.run();
    assert_eq!(window.state().selection.target, Target::Statement(210));
    window.get_by_label_contains("N+1 Author.books").click();
    window.run();
    assert_eq!(window.state().selection.target, Target::Finding(0));
    window
        .get_by_label("Statement 204, query")
        .click_accesskit();
    window.run();
    assert_eq!(window.state().selection.target, Target::Statement(204));
    window
        .get_by_label("Lane Author.books, 100 statements")
        .click();
    window.run();
    let chosen = window.state().selection.relationship.as_deref();
    assert_eq!(chosen, Some("Author.books"));
    window
        .get_by_label("Lane Book.author, 0 statements")
        .hover();
    window.drag_at(pos2(600.0, 230.0));
    window.drop_at(pos2(600.0, 230.0));
    window.run();
    assert_eq!(window.state().selection.target, Target::Nothing);
}

#[test]
fn a_folded_bar_selects_its_burst() {
    let mut window = window(n_plus_one(5000), [1060.0, 268.0]);
    let first = window.get_all_by_label_contains("lazy Author.books").next();
    first.expect("a bar").click();
    window.run();
    let target = window.state().selection.target;
    let Target::Burst(burst) = target else {
        panic!("{target:?}");
    };
    assert_eq!(window.state().trace.bursts()[burst as usize].len(), 5000);
}

#[test]
fn the_wheel_zooms_at_the_pointer_and_shift_pans() {
    let mut window = window(n_plus_one(100), [1060.0, 268.0]);
    let before = window.state().view();
    window.hover_at(pos2(600.0, 200.0));
    window.run();
    let at_ns = window
        .state()
        .state
        .pointer_ns()
        .expect("the pointer is on it");
    wheel(&mut window, Vec2::new(0.0, 120.0), Modifiers::NONE);
    let closer = window.state().view();
    assert!(closer.span_ns() < before.span_ns() * 0.8, "{closer:?}");
    let now_ns = window.state().state.pointer_ns().expect("it still is");
    assert!((now_ns - at_ns).abs() < before.span_ns() * 1e-3);

    wheel(&mut window, Vec2::new(0.0, -60.0), Modifiers::SHIFT);
    let moved = window.state().view();
    assert!((moved.span_ns() - closer.span_ns()).abs() < 1.0);
    assert!(moved.start_ns() > closer.start_ns());
}

#[test]
fn the_setting_swaps_the_wheel() {
    let mut window = window(n_plus_one(100), [1060.0, 268.0]);
    window.hover_at(pos2(600.0, 200.0));
    wheel(&mut window, Vec2::new(0.0, 120.0), Modifiers::NONE);
    let closer = window.state().view();
    window.state_mut().state.wheel = Wheel::Pans;
    wheel(&mut window, Vec2::new(0.0, -60.0), Modifiers::NONE);
    let moved = window.state().view();
    assert!((moved.span_ns() - closer.span_ns()).abs() < 1.0);
    assert!(moved.start_ns() > closer.start_ns());
    wheel(&mut window, Vec2::new(0.0, 60.0), Modifiers::SHIFT);
    assert!(window.state().view().span_ns() < moved.span_ns() * 0.9);
}

#[test]
fn a_drag_selects_a_range() {
    let mut window = window(n_plus_one(100), [1060.0, 268.0]);
    window.drag_at(pos2(400.0, 230.0));
    window.run();
    window.hover_at(pos2(600.0, 230.0));
    window.run();
    window.drop_at(pos2(600.0, 230.0));
    window.run();
    let range = window.state().state.range().expect("a range");
    let part = (range.end - range.start) / window.state().view().span_ns();
    assert!((part - 200.0 / 894.0).abs() < 0.01, "{part}");
}

#[test]
fn the_keyboard_walks_a_lane() {
    let mut window = window(three_levels(4), [1060.0, 300.0]);
    window.get_by_label_contains("Lane Author.books").focus();
    window.run();
    for (key, expected) in [
        (Key::ArrowRight, 2),
        (Key::ArrowRight, 6),
        (Key::ArrowRight, 10),
        (Key::ArrowLeft, 6),
        (Key::End, 14),
        (Key::ArrowRight, 14),
        (Key::Home, 2),
        (Key::ArrowLeft, 2),
    ] {
        window.key_press(key);
        window.run();
        assert_eq!(
            window.state().selection.target,
            Target::Statement(expected),
            "after {key:?}"
        );
    }
}

#[test]
fn the_round_trip_redraws_the_same_trace() {
    let mut window = window(n_plus_one(100), [1060.0, 268.0]);
    window.state_mut().round_trip_ns = 0;
    window.run();
    let short = window.state().view().span_ns();
    window.state_mut().round_trip_ns = 50 * MS;
    window.run();
    let long = window.state().view().span_ns();
    assert!(long > short * 100.0, "{short} and {long}");
    window.get_by_label_contains("99 % of the time");
}

#[test]
fn lanes_that_have_no_room_are_reached_by_keyboard() {
    let mut window = window(three_levels(4), [700.0, 150.0]);
    window.get_by_label_contains("Lane no SQL needed").focus();
    window.run();
    assert!(window.state().state.scroll_px() > 0.0);
}

#[test]
fn an_empty_trace_and_a_tiny_window_are_no_trouble() {
    window(Trace::new(), [1060.0, 268.0]).run();
    window(n_plus_one(3), [60.0, 20.0]).run();
    window(three_levels(3), [300.0, 60.0]).run();
}

/// Pictures to look at, not to compare: `LAZYSCOPE_PICTURES=folder cargo test --features pictures pictures`.
#[cfg(feature = "pictures")]
#[test]
fn pictures() {
    let Ok(folder) = std::env::var("LAZYSCOPE_PICTURES") else {
        return;
    };
    let runs: [(&str, fn() -> Trace, [f32; 2]); 4] = [
        ("n100", || n_plus_one(100), [1060.0, 268.0]),
        ("n100k", || n_plus_one(100_000), [1060.0, 268.0]),
        ("three", || three_levels(12), [700.0, 300.0]),
        ("low", || three_levels(300), [600.0, 180.0]),
    ];
    for (name, trace, size) in runs {
        for theme in [egui::Theme::Dark, egui::Theme::Light] {
            let mut window = window(trace(), size);
            window.ctx.set_theme(theme);
            window.run();
            window.state_mut().selection.target = Target::Statement(12);
            window.drag_at(pos2(400.0, 140.0));
            window.run();
            window.hover_at(pos2(500.0, 140.0));
            window.run_steps(3);
            window.drop_at(pos2(500.0, 140.0));
            window.hover_at(pos2(330.0, 165.0));
            window.run_steps(60);
            let image = window.render().expect("it renders");
            let path = format!("{folder}/timeline_{name}_{theme:?}.png");
            image.save(path).expect("the folder is there");
        }
    }
}
