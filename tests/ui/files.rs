//! Scenarios and traces that are opened, watched, saved and dropped.

use std::path::Path;
use std::sync::Arc;

use super::*;

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
impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}
