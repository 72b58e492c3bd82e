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

#[track_caller]
fn window(theme: egui::Theme, size: [f32; 2]) -> Window {
    let mut window = support::window(Launch::default(), size);
    window.ctx.set_theme(theme);
    let start = Instant::now();
    while window.query_by_label_contains("finished in").is_none() {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "the first run does not end"
        );
        window.run_steps(2);
        std::thread::sleep(Duration::from_millis(5));
    }
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
    let mut window = window(egui::Theme::Dark, [1440.0, 900.0]);
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
    let start = Instant::now();
    while window
        .query_by_label_contains("ended with an error")
        .is_none()
    {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "the replay does not end"
        );
        window.run_steps(2);
        std::thread::sleep(Duration::from_millis(5));
    }
    check(window, "raise_dark");
}
