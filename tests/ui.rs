//! The window, driven through the names that a screen reader says: no display, no GPU.

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;
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

#[test]
fn the_remedy_is_a_button() {
    let mut window = window();
    wait_for_remedies(&mut window);
    click(&mut window, "Try selectin");
    wait(&mut window, "the replay", |window| {
        says(window, "2 statements · budget 3")
    });
    check_says(&window, &["Run 2 selectin: 2"]);
}

#[track_caller]
fn wait_for_remedies(window: &mut Window) {
    wait(window, "the remedies", |window| {
        says(window, "Apply") && !says(window, "trying ")
    });
}

#[test]
fn remedies_are_tried_and_have_their_price() {
    let mut window = window();
    wait_for_remedies(&mut window);
    check_says(
        &window,
        &[
            "101 → 2 statements",
            "600 rows",
            "101 → 1 statement",
            "600 → 500 rows",
            "makes Row multiplication Author.books",
            "Try joined",
        ],
    );
    let selectin = window.get_by_label("Try selectin").rect();
    let joined = window.get_by_label("Try joined").rect();
    assert!(
        selectin.top() < joined.top(),
        "what has no price comes first"
    );
    assert!(
        !says(&window, "Run 2"),
        "what was tried is no run of the user's"
    );
    check_says(&window, &["finished in", "Run 1 as written: 101"]);
    assert!(!window.get_by_label("Run").accesskit_node().is_disabled());
}

#[test]
fn a_remedy_is_applied_and_taken_back() {
    let folder = Folder::new("apply");
    let path = folder.file("mine.py", SOURCE);
    let mut window = opened(path.clone());
    wait_for_remedies(&mut window);
    check_says(
        &window,
        &["  6 + x = session.scalars(select(Author).options(selectinload(Author.books)))"],
    );
    click(&mut window, "Apply selectin");
    wait(&mut window, "the run", |window| {
        says(window, "Run 2 books selectin: 5")
    });
    let code = |window: &Window| {
        let field = window.get_by_label("Code of Page");
        field.value().unwrap_or_default()
    };
    assert!(code(&window).contains(".options(selectinload(Author.books))"));
    check_says(
        &window,
        &[
            "the file is as it was until you save it",
            "2 statements",
            "Save",
        ],
    );
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        SOURCE,
        "only Save writes"
    );
    press(&mut window, Modifiers::COMMAND, Key::Z);
    wait(&mut window, "the run", |window| {
        says(window, "Run 3 as written: 104")
    });
    assert!(!code(&window).contains("options"));
    assert!(!says(&window, "until you save it"));
    wait_for_remedies(&mut window);
    click(&mut window, "Apply selectin");
    wait(&mut window, "the run", |window| {
        says(window, "Run 4 books selectin: 5")
    });
    click(&mut window, "Take the change back");
    wait(&mut window, "the run", |window| {
        says(window, "Run 5 as written: 104")
    });
}

#[test]
fn where_no_query_is_found_the_mapping_is_changed() {
    let folder = Folder::new("mapping");
    let source = SOURCE.replace(
        "x = session.scalars(select(Author))\n",
        "class Author:\n    books = relationship()\nx = session.scalars(queries[0])  # select(Author)\n",
    );
    let mut window = opened(folder.file("mine.py", &source));
    wait_for_remedies(&mut window);
    check_says(
        &window,
        &[
            "On the mapping, so for every query: line 7 has no query of Author",
            "  6 +     books = relationship(lazy=\"selectin\")",
        ],
    );
    click(&mut window, "Apply selectin");
    wait(&mut window, "the run", |window| {
        says(window, "Run 2 books selectin: 5")
    });
}

#[test]
fn the_users_run_comes_before_any_trial() {
    let mut window = window();
    // At once, whatever is being tried.
    click(&mut window, "Author.books joined");
    wait(&mut window, "the replay", |window| {
        says(window, "Run 2 joined: 1")
    });
    click_first(&mut window, "Run 1 as written");
    wait_for_remedies(&mut window);
    check_says(&window, &["101 → 2 statements"]);
}

#[test]
fn digits_set_the_selected_relationship() {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::Num3);
    assert!(!says(&window, "Run 2"), "no relationship is selected yet");
    click_first(&mut window, "Statement 6–105");
    press(&mut window, Modifiers::NONE, Key::Num3);
    wait(&mut window, "the replay", |window| {
        says(window, "Run 2 joined: 1")
    });
}

#[test]
fn a_selection_is_one_everywhere() {
    let mut window = window();
    click_first(&mut window, "Statement 6–105");
    assert!(is_selected(&window, "Statement 6–105"));
    check_says(
        &window,
        &[
            "100 statements · lazy Author.books · line 54",
            "1, 2, 3 … 100",
        ],
    );
    click(&mut window, "Unfold 6–105");
    check_says(&window, &["Statement 7, line 54"]);
    click_first(&mut window, "Statement 7, line 54");
    check_says(
        &window,
        &["Statement 7 · lazy Author.books · line 54 · for Author(2)"],
    );
    press(&mut window, Modifiers::NONE, Key::Period);
    check_says(
        &window,
        &["Statement 8 · lazy Author.books · line 54 · for Author(3)"],
    );
    press(&mut window, Modifiers::NONE, Key::OpenBracket);
    check_says(&window, &["Statement 5 · query · line 49"]);
    press(&mut window, Modifiers::NONE, Key::CloseBracket);
    check_says(
        &window,
        &["Statement 6 · lazy Author.books · line 54 · for Author(1)"],
    );
    press(&mut window, Modifiers::NONE, Key::Escape);
    check_says(&window, &["2 findings"]);
    click_first(&mut window, "Line 54: 100 statements");
    assert!(is_selected(&window, "Statement 6–105"));
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
fn the_code_is_edited_in_place_and_run_as_shown() {
    let mut window = window();
    window.get_by_label("Code of List page").focus();
    window.run_steps(2);
    press(&mut window, Modifiers::COMMAND, Key::End);
    window
        .get_by_label("Code of List page")
        .type_text("  # done");
    window.run_steps(3);
    check_says(&window, &["Save"]);
    assert!(
        !says(&window, "Line 54: 100 statements"),
        "counts of other code are not shown"
    );
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    wait(&mut window, "the second run", |window| {
        says(window, "Run 2 as written")
    });
    check_says(&window, &["Line 54: 100 statements"]);
}

#[test]
fn letters_are_typed_where_text_is_typed() {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::Slash);
    assert!(
        window
            .query_by(|node| node.role() == Role::TextInput && node.is_focused())
            .is_some()
    );
    window
        .get_by(|node| node.role() == Role::TextInput && node.is_focused())
        .type_text("author_id");
    window.run_steps(3);
    check_says(&window, &["1 hit"]);
    press(&mut window, Modifiers::NONE, Key::Num3);
    assert!(!says(&window, "Run 2"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(is_selected(&window, "Statement 6–105"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!says(&window, "1 hit"));
}

#[test]
fn the_palette_finds_commands() {
    let mut window = window();
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    window.get_by_label("Command").type_text("light");
    window.run_steps(3);
    let before = window.ctx.theme();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_ne!(window.ctx.theme(), before);
    assert!(window.query_by_label("Command").is_none(), "it closes");
    // A word of what it does finds it too.
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    window.get_by_label("Command").type_text("theme");
    window.run_steps(3);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(window.ctx.theme(), before);
}

#[test]
fn help_lists_the_keys() {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::F1);
    check_says(
        &window,
        &["Shift+F5", "Run to the next statement, and wait there."],
    );
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!says(&window, "Run to the next statement, and wait there."));
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

#[test]
fn steps_wait_at_each_statement() {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::F10);
    wait(&mut window, "the first stop", |window| {
        says(window, "waiting after 5 statements")
    });
    press(&mut window, Modifiers::NONE, Key::F10);
    wait(&mut window, "the second stop", |window| {
        says(window, "waiting after 6 statements")
    });
    press(&mut window, Modifiers::SHIFT, Key::F5);
    wait(&mut window, "the end", |window| {
        says(window, "stopped after") || says(window, "finished in")
    });
}

#[test]
fn it_is_usable_when_small() {
    let mut window = window_of(1024.0, 700.0);
    check_says(&window, &["101 statements · budget 3", "Run 1 as written"]);
    for name in ["Run", "Export", "Present", "Author.books joined"] {
        let rect = window.get_by_label(name).rect();
        assert!(
            rect.right() <= 1024.0 && rect.bottom() <= 700.0,
            "{name} is at {rect:?}"
        );
    }
    click(&mut window, "Author.books joined");
    wait(&mut window, "the replay", |window| {
        says(window, "Run 2 joined: 1")
    });
}

#[test]
fn many_parameters_are_behind_a_button_where_there_is_no_room() {
    const PARAMETERS: &str = "N = 7  # @param {type:\"slider\", min:1, max:20, step:1}\nCOURSES = 5  # @param {type:\"slider\", min:1, max:20, step:1}\n";
    let folder = Folder::new("parameters");
    let source = SOURCE.replace("# %% Page\n", &format!("# %% Page\n{PARAMETERS}"));
    let launch = || Launch {
        path: Some(folder.file("mine.py", &source)),
        ..Launch::default()
    };
    let wide = window_on(launch(), 1440.0, 900.0);
    assert!(!says(&wide, "Parameters: "));
    wide.get_by_label("COURSES, as a number");

    let mut narrow = window_on(launch(), 1024.0, 700.0);
    narrow.run_steps(3);
    check_says(&narrow, &["N 7 · COURSES 5 · 1.0 ms"]);
    assert!(!says(&narrow, "COURSES, as a number"));
    click_first(&mut narrow, "Parameters: ");
    for name in ["COURSES, as a number", "Round trip in milliseconds"] {
        let rect = narrow.get_by_label(name).rect();
        assert!(rect.right() <= 1024.0, "{name} is at {rect:?}");
    }
    narrow.get_by_label("COURSES, as a number").focus();
    press(&mut narrow, Modifiers::NONE, Key::ArrowUp);
    wait(&mut narrow, "the run", |window| {
        says(window, "N 7 · COURSES 6 · 1.0 ms") && says(window, "finished in")
    });
}

#[test]
fn a_missing_file_is_a_banner() {
    let launch = Launch {
        path: Some("/nowhere/at_all.py".into()),
        ..Launch::default()
    };
    let mut window = support::window(launch, [1440.0, 900.0]);
    wait(&mut window, "the banner", |window| {
        says(window, "/nowhere/at_all.py: there is no such file")
    });
    click(&mut window, "Dismiss");
    assert!(!says(&window, "there is no such file"));
}

#[test]
fn twice_as_large_shows_one_panel_at_a_time() {
    let mut window = window();
    for _ in 0..10 {
        press(&mut window, Modifiers::COMMAND, Key::Plus);
    }
    check_says(&window, &["101 statements · budget 3"]);
    click(&mut window, "Show Statements");
    click_first(&mut window, "Statement 6–105");
    click(&mut window, "Show Detail");
    check_says(&window, &["Try selectin", "1, 2, 3 … 100"]);
    click(&mut window, "Show Scenario");
    check_says(&window, &["Line 54: 100 statements"]);
}

#[test]
fn presenting_explains_what_is_selected() {
    let mut window = window();
    press(&mut window, Modifiers::NONE, Key::F11);
    check_says(
        &window,
        &["101 statements, 600 rows. 100 owners of Author.books were loaded one by one"],
    );
    press(&mut window, Modifiers::NONE, Key::Period);
    check_says(
        &window,
        &["Line 49 asked for statement 5, and 100 rows came."],
    );
    press(&mut window, Modifiers::NONE, Key::Period);
    check_says(
        &window,
        &["Line 54 read Author.books of Author(1); it was not loaded, and that took statement 6."],
    );
    press(&mut window, Modifiers::NONE, Key::F11);
    assert!(!says(&window, "that took statement 6"));
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
fn a_file_is_edited_and_saved() {
    let folder = Folder::new("save");
    let path = folder.file("mine.py", SOURCE);
    let mut window = opened(path.clone());
    check_says(&window, &["Scenario: Mine", "Line 6: 100 statements"]);
    window.get_by_label("Code of Page").focus();
    window.run_steps(2);
    press(&mut window, Modifiers::COMMAND, Key::End);
    window.get_by_label("Code of Page").type_text("  # mine");
    window.run_steps(3);
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        SOURCE,
        "only Save writes"
    );
    press(&mut window, Modifiers::COMMAND, Key::S);
    let expected = SOURCE.replace("books)\n", "books)  # mine\n");
    wait(&mut window, "the file", |_| {
        std::fs::read_to_string(&path).unwrap() == expected
    });
}

#[test]
fn a_change_on_disk_is_offered_and_not_forced() {
    let folder = Folder::new("watch");
    let path = folder.file("mine.py", SOURCE);
    let mut window = opened(path);
    folder.file(
        "mine.py",
        &SOURCE.replace("# # Mine", "# # Theirs, and longer"),
    );
    wait(&mut window, "the offer", |window| {
        says(window, "mine.py was changed by another program.")
    });
    check_says(&window, &["Scenario: Mine"]);
    click(&mut window, "Take the version on disk");
    check_says(&window, &["Scenario: Theirs, and longer"]);
    assert!(!says(&window, "was changed by another program"));
}

#[test]
fn a_malformed_header_is_told_and_the_rest_still_shows() {
    let folder = Folder::new("problem");
    let path = folder.file(
        "mine.py",
        &SOURCE.replace("# %% Page", "# %% Page budget=few"),
    );
    let window = opened(path);
    check_says(&window, &["mine.py, line 4: ", "Line 6: 100 statements"]);
}

#[test]
fn a_trace_is_opened_to_be_looked_at() {
    let folder = Folder::new("trace");
    let path = folder.0.join("run.json");
    support::write_trace(&path);
    let launch = Launch {
        path: Some(path),
        ..Launch::default()
    };
    let mut window = support::window(launch, [1440.0, 900.0]);
    wait(&mut window, "the trace", |window| {
        says(window, "101 statements · budget 3")
    });
    check_says(
        &window,
        &["Line 54: 100 statements, lazy, an N+1", "Statement 6–105"],
    );
    assert!(!says(&window, "Try selectin"), "a trace is not run");
    let run = window.get_by_label("Run");
    assert!(run.accesskit_node().is_disabled());
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn a_file_is_dropped_on_the_window() {
    let folder = Folder::new("dropped");
    let path = folder.file("dropped.py", "# %% Only cell\nprint('here')\n");
    let mut window = window();
    window.input_mut().hovered_files = vec![egui::HoveredFile {
        path: Some(path.clone()),
        ..egui::HoveredFile::default()
    }];
    window.run_steps(2);
    check_says(&window, &["Drop to open dropped.py"]);
    window.input_mut().hovered_files.clear();
    window.input_mut().dropped_files = vec![Arc::new(Dropped(path))];
    wait(&mut window, "the dropped scenario", |window| {
        says(window, "Only cell")
    });
    assert!(!says(&window, "Drop to open"));
}

#[test]
fn a_trace_of_another_kind_is_refused_with_a_reason() {
    let folder = Folder::new("refused");
    let path = folder.file("run.json", "{\"format\": \"something else\"}");
    let launch = Launch {
        path: Some(path),
        ..Launch::default()
    };
    let mut window = support::window(launch, [1440.0, 900.0]);
    wait(&mut window, "the banner", |window| {
        says(window, "run.json: ")
    });
}
