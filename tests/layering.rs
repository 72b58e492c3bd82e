//! The rooms of `src/` and which may use which: imports run towards the ground only (ARCHITECTURE.md has the table).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

struct Room {
    name: &'static str,
    /// Rooms of this crate that it may use.
    rooms: &'static [&'static str],
    /// Of the crates below, those that it may use.
    crates: &'static [&'static str],
}

/// Crates that have their one place.
const HOUSED: [&str; 12] = [
    "eframe",
    "egui",
    "egui_commonmark",
    "egui_extras",
    "egui_plot",
    "rfd",
    "ruff_text_size",
    "rusqlite",
    "rustpython_vm",
    "serde",
    "serde_json",
    "sqlparser",
];

const EGUI: &[&str] = &[
    "eframe",
    "egui",
    "egui_commonmark",
    "egui_extras",
    "egui_plot",
    "rfd",
];

/// From the ground up.
const ROOMS: [Room; 8] = [
    Room {
        name: "trace",
        rooms: &[],
        crates: &["sqlparser"],
    },
    Room {
        name: "sqlite",
        rooms: &["trace"],
        crates: &["rusqlite"],
    },
    Room {
        name: "orm",
        rooms: &["sqlite", "trace"],
        crates: &[],
    },
    Room {
        name: "python",
        rooms: &["orm", "sqlite", "trace"],
        crates: &["ruff_text_size", "rustpython_vm"],
    },
    Room {
        name: "scenario",
        rooms: &["python", "trace"],
        crates: &[],
    },
    Room {
        name: "study",
        rooms: &["scenario", "trace"],
        crates: &[],
    },
    Room {
        name: "export",
        rooms: &["trace"],
        crates: &["serde", "serde_json"],
    },
    Room {
        name: "ui",
        rooms: &["scenario", "study", "trace", "export"],
        crates: EGUI,
    },
];

#[test]
fn imports_run_towards_the_ground() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for room in &ROOMS {
        let files = files(&source.join(room.name));
        assert!(!files.is_empty(), "src/{} is empty", room.name);
        for file in files {
            let code = code(&fs::read_to_string(&file).expect("a text"));
            let shown = file
                .strip_prefix(&source)
                .expect("it is below")
                .display()
                .to_string();
            let depth = file
                .strip_prefix(&source)
                .expect("it is below")
                .with_extension("")
                .components()
                .filter(|part| part.as_os_str() != "mod")
                .count();
            for other in rooms_used(&code)
                .into_iter()
                .chain(rooms_climbed_to(&code, depth))
            {
                let is_room = ROOMS.iter().any(|room| room.name == other);
                if is_room && other != room.name && !room.rooms.contains(&other.as_str()) {
                    wrong.push(format!(
                        "{shown} uses crate::{other}; {} may use {:?}",
                        room.name, room.rooms
                    ));
                }
            }
            for name in HOUSED.iter().filter(|name| uses_crate(&code, name)) {
                if !room.crates.contains(name) {
                    wrong.push(format!(
                        "{shown} uses {name}; {} may use {:?}",
                        room.name, room.crates
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What `trace` and `orm` do without, so that a test drives them and gets the same answer each time.
const TIMELESS: [&str; 2] = ["trace", "orm"];
const THREADS_AND_CLOCKS: [&str; 6] = [
    "thread::spawn",
    "thread::Builder",
    "thread::sleep",
    "Instant::now",
    "SystemTime",
    "std::time::Instant",
];

#[test]
fn the_ground_knows_no_thread_and_no_clock() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for room in TIMELESS {
        for file in files(&source.join(room)) {
            let code = code(&fs::read_to_string(&file).expect("a text"));
            let found: Vec<&str> = THREADS_AND_CLOCKS
                .into_iter()
                .filter(|word| code.contains(word))
                .collect();
            assert!(found.is_empty(), "{} has {found:?}", file.display());
        }
    }
}

#[test]
fn every_folder_of_the_source_is_a_room() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let known: BTreeSet<&str> = ROOMS.iter().map(|room| room.name).chain(["cli"]).collect();
    for entry in fs::read_dir(source).expect("the source is there") {
        let entry = entry.expect("a readable folder");
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(
            !entry.path().is_dir() || known.contains(name.as_str()),
            "src/{name} has no place in the table"
        );
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The source without its comments, which may name what they like.
fn code(source: &str) -> String {
    let lines = source.lines().map(|line| match line.trim_start() {
        comment if comment.starts_with("//") => "",
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// First names of the paths that begin with `crate::`, those of a group in braces too.
fn rooms_used(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, path) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + path.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            used.extend(group_heads(group));
        } else {
            used.insert(head(rest).to_owned());
        }
    }
    used
}

/// First names of the paths that climb with `super::` out of a room; `depth` is the number of modules that the file is
/// in, itself among them. A module within the file has one level more, so a path may climb further than it seems.
fn rooms_climbed_to(code: &str, depth: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = code;
    while let Some(at) = rest.find("super::") {
        let mut climbed = 0;
        rest = &rest[at..];
        while let Some(after) = rest.strip_prefix("super::") {
            climbed += 1;
            rest = after;
        }
        if climbed >= depth {
            if let Some(group) = rest.strip_prefix('{') {
                found.extend(group_heads(group));
            } else {
                found.insert(head(rest).to_owned());
            }
        }
    }
    found
}

fn head(path: &str) -> &str {
    let end = path
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(path.len());
    &path[..end]
}

/// The first name of each member of a group, up to the brace that closes it.
fn group_heads(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let mut depth = 0usize;
    let mut begins = true;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            c if begins && c.is_alphabetic() => {
                heads.push(head(&group[at..]).to_owned());
                begins = false;
            }
            _ => {}
        }
    }
    heads
}

fn uses_crate(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].trim_end();
        let is_whole = !code[..at]
            .ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':' || c == '"');
        let after = &code[at + name.len()..];
        is_whole
            && (after.starts_with("::")
                || (before.ends_with("use") && after.starts_with([';', ' '])))
    })
}

#[test]
fn paths_are_seen_in_every_form() {
    #[track_caller]
    fn check(code: &str, expected: &[&str]) {
        assert_eq!(rooms_used(code).into_iter().collect::<Vec<_>>(), expected);
    }
    check("use crate::trace::Event;", &["trace"]);
    check(
        "use crate::{trace::{Event, Value}, orm::Session};",
        &["orm", "trace"],
    );
    check("fn f(x: crate::ui::App) {}", &["ui"]);
    check("$crate::trace", &[]);
    let climbed = |code: &str| rooms_climbed_to(code, 3).into_iter().collect::<Vec<_>>();
    assert_eq!(climbed("use super::super::x; use super::y;"), [""; 0]);
    assert_eq!(climbed("use super::super::super::ui::App;"), ["ui"]);
    assert_eq!(
        climbed("super::super::super::{orm, ui::App}"),
        ["orm", "ui"]
    );
    assert!(uses_crate("use egui::Ui;", "egui"));
    assert!(uses_crate("fn f(ui: &mut egui::Ui)", "egui"));
    assert!(!uses_crate("use egui_plot::Plot;", "egui"));
    assert!(!uses_crate("super::egui::x", "egui"));
}
