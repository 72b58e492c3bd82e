//! Remedies with the real interpreter: what is offered for the scenarios that come with Lazyscope, applied and run again,
//! comes to what was promised.

mod support;

use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use lazyscope::scenario::{BUNDLED, Engine};
use lazyscope::ui::Launch;

type Window = Harness<'static, support::Slot>;

/// A window that is tall enough for every finding, on a scenario that has run and whose remedies were tried.
#[track_caller]
fn window(name: &str) -> Window {
    let launch = Launch {
        path: Some(name.into()),
        ..Launch::default()
    };
    let mut window = support::window_with(Engine::python(), launch, [1440.0, 6_000.0]);
    wait(&mut window, name, |window| {
        says(window, "finished in") || says(window, "ended with an error")
    });
    wait(&mut window, name, |window| !says(window, "trying "));
    window
}

fn texts(window: &Window) -> Vec<String> {
    let nodes = window.query_all_by(|_| true);
    let text =
        |node: egui_kittest::Node<'_>| node.accesskit_node().label().or_else(|| node.value());
    nodes.filter_map(text).collect()
}

fn says(window: &Window, words: &str) -> bool {
    texts(window).iter().any(|text| text.contains(words))
}

#[track_caller]
fn wait(window: &mut Window, what: &str, mut happened: impl FnMut(&Window) -> bool) {
    let start = Instant::now();
    let mut times = 0;
    // Between two runs nothing may be told for a frame.
    while times < 3 {
        window.run_steps(2);
        times = if happened(window) { times + 1 } else { 0 };
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{what}: waited in vain"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The numbers that the first remedy to be applied promises: its button's name, statements, and rows.
fn promised(window: &Window) -> Option<(String, String)> {
    let buttons = window.query_all_by(|node| {
        node.role() == Role::Button && node.label().is_some_and(|it| it.starts_with("Apply "))
    });
    let button = buttons.into_iter().next()?.accesskit_node().label()?;
    let texts = texts(window);
    let at = texts.iter().position(|text| *text == button)?;
    let before = texts[..at].iter().rev();
    let statements = before
        .clone()
        .find(|text| text.ends_with(" statements") || text.ends_with(" statement"))
        .map(|text| text.rsplit("→ ").next().unwrap_or(text).to_owned())?;
    Some((button, statements))
}

#[test]
fn what_is_applied_keeps_its_promise() {
    let mut applied = Vec::new();
    for bundled in BUNDLED {
        let mut window = window(bundled.name);
        let Some((button, statements)) = promised(&window) else {
            continue;
        };
        let found = window.query_all_by_label(&button).next();
        found.expect("it was found before").click();
        window.run_steps(4);
        wait(&mut window, bundled.name, |window| {
            says(window, "Run 2 ") && says(window, "finished in")
        });
        let count = statements.trim_end_matches(" statements");
        let run = texts(&window)
            .into_iter()
            .find(|text| text.starts_with("Run 2 "))
            .expect("it ran");
        assert!(
            run.contains(&format!(": {count} ·")),
            "{}: {button} promised {statements}, and came to {run}",
            bundled.name
        );
        applied.push(bundled.name);
    }
    // In the others there is nothing to mend, or nothing that a change of a known form could.
    assert_eq!(
        applied,
        [
            "n_plus_one",
            "to_one",
            "default_and_options",
            "pages",
            "three_levels",
            "siblings",
            "tags",
            "tree",
            "get_in_a_loop",
            "writes",
        ]
    );
}
