//! Programs with their findings written beside the lines that they are about.
//!
//! Each file in `tests/findings/` is the end of a scenario that begins with `_models.py`. A comment
//! `#! kind confidence relationship count` names a finding that the run must report for that line, `-` standing for
//! no relationship and `*` for any; a run must report these and no others.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

const MARK: &str = "#! ";

#[test]
fn each_program_has_the_findings_that_it_names_and_no_others() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings");
    let models = std::fs::read_to_string(folder.join("_models.py")).expect("the models are there");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| {
            entry
                .expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name.ends_with(".py") && !name.starts_with('_'))
        .collect();
    names.sort();
    assert!(names.len() > 40, "programs are missing: {}", names.len());
    let mut differences = String::new();
    for name in names {
        let program = std::fs::read_to_string(folder.join(&name)).expect("a text");
        let marked = format!("{models}{program}");
        let (expected, found) = (expected(&marked), found(&name, &without_marks(&marked)));
        if !matches(&expected, &found) {
            differences.push_str(&format!(
                "{name}\n  expected {expected:#?}\n  found {found:#?}\n"
            ));
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

/// A finding as far as it is compared: kind, confidence, relationship, line and count.
type Told = [String; 5];

fn expected(marked: &str) -> Vec<Told> {
    let mut told = Vec::new();
    for (number, line) in (1..).zip(marked.lines()) {
        for mark in line.split(MARK).skip(1) {
            let words: Vec<&str> = mark.split_whitespace().collect();
            let [kind, confidence, relationship, count] = words[..] else {
                panic!("{mark} is no mark");
            };
            told.push(
                [kind, confidence, relationship, &number.to_string(), count].map(String::from),
            );
        }
    }
    told.sort();
    told
}

/// The program as it is run: the marks are none of it.
fn without_marks(marked: &str) -> String {
    let lines = marked.lines().map(|line| match line.split_once(MARK) {
        Some((code, _)) => code.trim_end(),
        None => line,
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

fn found(name: &str, program: &str) -> Vec<Told> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("findings");
    std::fs::create_dir_all(&folder).expect("a place for programs");
    let file = folder.join(name);
    std::fs::write(&file, program).expect("room for a program");
    let run = Command::new(env!("CARGO_BIN_EXE_lazyscope"))
        .arg("run")
        .arg(&file)
        .args(["--json", "-"])
        .output()
        .expect("the binary runs");
    let document: Value = serde_json::from_slice(&run.stdout).unwrap_or_else(|error| {
        panic!("{name}: {error}\n{}", String::from_utf8_lossy(&run.stderr))
    });
    let error = &document["outcome"]["error"];
    assert!(error.is_null(), "{name}: {error}");
    let findings = document["findings"].as_array().expect("findings").iter();
    let mut told: Vec<Told> = findings
        .map(|finding| {
            let text = |key: &str| match &finding[key] {
                Value::Null => "-".to_string(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            ["kind", "confidence", "relationship", "line", "count"].map(text)
        })
        .collect();
    told.sort();
    told
}

/// Whether each finding is expected and the other way round; `*` is any relationship.
fn matches(expected: &[Told], found: &[Told]) -> bool {
    let mut left = found.to_vec();
    for told in expected {
        let same =
            |other: &Told| (0..5).all(|at| told[at] == other[at] || (at == 2 && told[at] == "*"));
        match left.iter().position(same) {
            Some(at) => _ = left.remove(at),
            None => return false,
        }
    }
    left.is_empty()
}
