//! A few pictures of the window, held against those in `tests/snapshots/`. `UPDATE_SNAPSHOTS=1` takes them anew.
//!
//! They need a Vulkan driver, a software one will do: `cargo test --features pictures --test pictures`.
#![cfg(feature = "pictures")]

mod support;

use std::time::{Duration, Instant};

use egui_kittest::kittest::Queryable as _;
use egui_kittest::{Harness, SnapshotOptions};
use lazyscope::ui::Launch;

type Window = Harness<'static, support::Slot>;

/// Drivers round the edges of glyphs differently: so much may differ in a pixel, and so many pixels by more.
fn tolerant() -> SnapshotOptions {
    SnapshotOptions::new().threshold(1.2).max_failed_pixels(900)
}

/// Steps until the window has come to rest.
#[track_caller]
fn wait(window: &mut Window, what: &str, rests: impl Fn(&Window) -> bool) {
    let start = Instant::now();
    while !rests(window) {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "waited in vain for {what}"
        );
        window.run_steps(2);
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn says(window: &Window, words: &str) -> bool {
    window.query_all_by_label_contains(words).next().is_some()
}

/// A window on the first scenario, which has run; what would help has been tried.
#[track_caller]
fn window(theme: egui::Theme, size: [f32; 2]) -> Window {
    let mut window = support::window(Launch::default(), size);
    window.ctx.set_theme(theme);
    wait(&mut window, "the first run and its remedies", |window| {
        says(window, "finished in") && says(window, "Apply") && !says(window, "trying ")
    });
    window
}

#[track_caller]
fn check(mut window: Window, name: &str) {
    // What glides or fades has come to rest.
    window.run_steps(4);
    window.snapshot_options(name, &tolerant());
}

#[test]
fn the_burst_is_selected() {
    let window = window(egui::Theme::Dark, [1440.0, 900.0]);
    window.get_by_label_contains("Statement 6–105").click();
    check(window, "burst_selected_dark");
}

#[test]
fn light_and_small() {
    let window = window(egui::Theme::Light, [1024.0, 700.0]);
    check(window, "small_light");
}

#[test]
fn refused_reads_are_told() {
    let mut window = window(egui::Theme::Dark, [1280.0, 800.0]);
    window.get_by_label("Author.books raise").click();
    wait(&mut window, "the replay", |window| {
        says(window, "ended with an error") && !says(window, "trying ")
    });
    check(window, "raise_dark");
}
