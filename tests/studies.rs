//! Try all, growth and comparison, driven through the names that a screen reader says.

mod support;

use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use lazyscope::ui::Launch;

type Window = Harness<'static, support::Slot>;

fn window() -> Window {
    let mut window = support::window(Launch::default(), [1440.0, 900.0]);
    wait(&mut window, "finished in");
    window
}

/// Whether some name or text has these words in it.
fn says(window: &Window, words: &str) -> bool {
    let text = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
        node.label().or_else(|| node.value()).unwrap_or_default()
    };
    let mut found = window.query_all_by(|node| text(node).contains(words));
    found.next().is_some()
}

/// Steps until something is said.
#[track_caller]
fn wait(window: &mut Window, words: &str) {
    let start = Instant::now();
    while !says(window, words) {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "nobody says {words:?}"
        );
        window.run_steps(2);
        std::thread::sleep(Duration::from_millis(3));
    }
}

#[track_caller]
fn click(window: &mut Window, name: &str) {
    window.get_by_label(name).click();
    window.run_steps(4);
}

#[test]
fn every_combination_is_tried_and_the_best_is_used() {
    let mut window = window();
    click(&mut window, "Try all");
    wait(&mut window, "4 runs");
    wait(&mut window, "best");
    for words in ["as written", "Use books selectin", "Use books joined"] {
        assert!(says(&window, words), "nobody says {words:?}");
    }
    click(&mut window, "Use books joined");
    wait(&mut window, "Run 2 joined: 1 ");
}

#[test]
fn growth_states_the_laws() {
    let mut window = window();
    click(&mut window, "Growth");
    wait(&mut window, "52 runs");
    for law in [
        "lazy: 1 + N statements",
        "selectin: 2 statements",
        "joined: 1 statement",
        "Plot of statements against N: lazy 10,001 statements at N = 10,000, selectin 2 statements at N = 10,000",
    ] {
        assert!(says(&window, law), "nobody says {law:?}");
    }
    for choice in ["rows", "VM steps", "time", "linear"] {
        window.get_by_label(choice).click();
        window.run_steps(3);
    }
    click(&mut window, "Back to the statements");
    wait(&mut window, "Run 1 as written: 101");
}

#[test]
fn a_study_stops_when_asked_and_when_the_user_runs() {
    let mut window = window();
    click(&mut window, "Growth");
    click(&mut window, "Stop the study");
    wait(&mut window, "stopped after");
    click(&mut window, "Back to the statements");
    click(&mut window, "Growth");
    window.key_press(egui::Key::F5);
    wait(&mut window, "Run 2 as written");
    wait(&mut window, "finished in");
}

#[test]
fn two_runs_lie_over_each_other() {
    let mut window = window();
    click(&mut window, "Author.books selectin");
    wait(&mut window, "Run 2 selectin: 2 ");
    click(&mut window, "Compare");
    for words in [
        "100 statements, lazy Author.books",
        "1 statement, selectin Author.books",
        "= in both: 1 statement",
        "Run 1 as written: 101",
        "Run 2 selectin: 2",
        "− gone: N+1 Author.books",
        "−99",
    ] {
        assert!(says(&window, words), "nobody says {words:?}");
    }
}
