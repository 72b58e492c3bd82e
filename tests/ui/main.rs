//! The window, driven through the names that a screen reader says: no display, no GPU.

mod editing;
mod ending;
mod files;
mod fitting;
mod keys;
mod remedies;
#[path = "../support/mod.rs"]
mod support;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use lazyscope::ui::Launch;

type Window = Harness<'static, support::Slot>;

/// A window of that size on the first scenario, which has run.
fn window_of(width: f32, height: f32) -> Window {
    window_on(Launch::default(), width, height)
}

fn window() -> Window {
    window_of(1440.0, 900.0)
}

fn window_on(launch: Launch, width: f32, height: f32) -> Window {
    let mut window = support::window(launch, [width, height]);
    wait(&mut window, "the first run", |window| {
        says(window, "finished in")
    });
    window
}

/// Steps until something has happened on another thread.
#[track_caller]
fn wait(window: &mut Window, what: &str, mut happened: impl FnMut(&Window) -> bool) {
    let start = Instant::now();
    loop {
        window.run_steps(2);
        if happened(window) {
            return;
        }
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "waited in vain for {what}"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether some name or text has these words in it.
fn says(window: &Window, words: &str) -> bool {
    window
        .query_all_by(|node| text_of(node).contains(words))
        .next()
        .is_some()
}

fn text_of(node: &egui_kittest::kittest::AccessKitNode<'_>) -> String {
    node.label().or_else(|| node.value()).unwrap_or_default()
}

#[track_caller]
fn check_says(window: &Window, words: &[&str]) {
    for word in words {
        assert!(says(window, word), "nothing says {word:?}");
    }
}

#[track_caller]
fn click(window: &mut Window, name: &str) {
    window.get_by_label(name).click();
    window.run_steps(3);
}

/// Clicks the first whose name begins so.
#[track_caller]
fn click_first(window: &mut Window, start: &str) {
    let found = window
        .query_all_by(|node| text_of(node).starts_with(start) && node.role() != Role::Label)
        .next();
    found
        .unwrap_or_else(|| panic!("nothing is called {start:?}"))
        .click();
    window.run_steps(3);
}

#[track_caller]
fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.key_press_modifiers(modifiers, key);
    window.run_steps(3);
}

#[track_caller]
fn is_selected(window: &Window, start: &str) -> bool {
    let found = window
        .query_all_by(|node| text_of(node).starts_with(start))
        .next();
    let node = found.unwrap_or_else(|| panic!("nothing is called {start:?}"));
    node.accesskit_node().is_selected().unwrap_or(false)
        || node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True)
}

#[test]
fn the_first_scenario_has_run() {
    let window = window();
    check_says(
        &window,
        &[
            "101 statements · budget 3",
            "600 rows fetched",
            "101 of 3 allowed",
            "Line 54: 100 statements, lazy, an N+1",
            "N+1 · Author.books",
            "Statement 6–105, line 54: SELECT books WHERE ? = author_id, lazy Author.books ×100, 500 rows",
            "500 books of 100 authors",
            "Run 1 as written: 101",
        ],
    );
}

#[test]
fn a_strategy_replays_and_is_kept_beside_the_first_run() {
    let mut window = window();
    click(&mut window, "Author.books selectin");
    wait(&mut window, "the replay", |window| {
        says(window, "2 statements · budget 3")
    });
    check_says(
        &window,
        &[
            "2 of 3 allowed",
            "Run 1 as written: 101",
            "Run 2 selectin: 2",
        ],
    );
    assert!(is_selected(&window, "Author.books selectin"));
    click(&mut window, "Author.books raise");
    wait(&mut window, "the error", |window| {
        says(window, "line 54: InvalidRequestError")
    });
    check_says(
        &window,
        &[
            "'Author.books' is not available due to lazy='raise'",
            "Run 3 raise: 1",
        ],
    );
    click_first(&mut window, "Run 1 as written");
    check_says(&window, &["101 statements · budget 3"]);
    assert!(
        !says(&window, "InvalidRequestError"),
        "that was another run"
    );
    assert!(is_selected(&window, "Author.books lazy"));
}

#[track_caller]
fn wait_for_remedies(window: &mut Window) {
    wait(window, "the remedies", |window| {
        says(window, "Apply") && !says(window, "trying ")
    });
}

#[test]
fn the_round_trip_redraws_without_running() {
    let mut window = window();
    let field = window.get_by_label("Round trip");
    field.focus();
    window.run_steps(2);
    for _ in 0..200 {
        window.key_press(Key::ArrowRight);
    }
    window.run_steps(4);
    check_says(
        &window,
        &["at 50.0 ms round trip", "Run 1 as written: 101 · 5.05 s"],
    );
    assert!(!says(&window, "Run 2"));
}

#[test]
fn a_quick_check_is_answered() {
    let mut window = window();
    let right = "101: one for the authors";
    assert!(
        !says(&window, "Right: one for the authors"),
        "not told before it is asked ({right})"
    );
    let answer = |window: &mut Window, name: &str| {
        window
            .get_by_role_and_label(Role::RadioButton, name)
            .click_accesskit();
        window.run_steps(3);
    };
    answer(&mut window, "101");
    check_says(&window, &["Right: one for the authors"]);
    answer(&mut window, "2");
    check_says(&window, &["Not quite: that would be selectin"]);
}

/// A folder of this test's own, gone when it ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("lazyscope-ui-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a temporary folder can be made");
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("a temporary file can be written");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn opened(path: PathBuf) -> Window {
    let launch = Launch {
        path: Some(path),
        ..Launch::default()
    };
    window_on(launch, 1440.0, 900.0)
}

const SOURCE: &str = "# %% [markdown]\n# # Mine\n\n# %% Page\nx = session.scalars(select(Author))\nlen(author.books)\n";

#[test]
fn a_row_says_where_a_query_decides() {
    let folder = Folder::new("options");
    let option = "select(Author).options(selectinload(Author.books))";
    let source = SOURCE.replace("select(Author)", option);
    let mut window = opened(folder.file("mine.py", &source));
    check_says(&window, &["line 5 sets selectinload"]);
    click(&mut window, "Author.books joined");
    wait(&mut window, "the replay", |window| {
        says(window, "Run 2 joined: 5")
    });
    check_says(&window, &["line 5 sets selectinload"]);
    let hint = window.get_by_label("line 5 sets selectinload").rect();
    assert!(hint.width() > 110.0, "it is seen whole: {hint:?}");
    click(&mut window, "Author.books wins over options");
    wait(&mut window, "the replay", |window| {
        says(window, "Run 3 joined, over options: 4")
    });
    assert!(!says(&window, "line 5 sets"));
    assert!(is_selected(&window, "Author.books wins over options"));
    click_first(&mut window, "Run 2 joined");
    assert!(!is_selected(&window, "Author.books wins over options"));
}
