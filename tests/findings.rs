//! Programs with their findings written beside the lines that they are about.
//!
//! Each file in `tests/findings/KIND/`, and in `mixed/` for several kinds at once, is a scenario; most are ends of one that
//! begins with the models of `_models.py`, or those of `_NAME.py` where the first line is `#@ NAME`. A comment
//! `#! kind confidence relationship count` names a finding that the run must report for that line, `-` standing for no
//! relationship and `*` for any; a run must report these and no others.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lazyscope::scenario::{Engine, Limits, Pace, Runner, Scenario};
use lazyscope::trace::{Param, Settings, Trace};

const MARK: &str = "#! ";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings")
}

/// The whole of a program: the models that it names before it, its marks still in it.
fn whole(program: &str) -> String {
    if program.contains("(DeclarativeBase)") {
        return program.to_string();
    }
    let (models, program) = match program.strip_prefix("#@ ") {
        Some(rest) => rest.split_once('\n').expect("a program after its models"),
        None => ("models", program),
    };
    let models = std::fs::read_to_string(folder().join(format!("_{models}.py")));
    format!("{}{program}", models.expect("the models are there"))
}

/// Runs the programs in a folder, which have to show what their marks say. What each of them has to show is handed back.
#[track_caller]
fn check_folder(name: &str) -> Vec<Vec<Told>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder().join(name))
        .expect("a folder")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    let mut player = Player::new();
    let mut all = Vec::new();
    let mut differences = String::new();
    for file in files {
        let name = file.file_name().expect("a name").to_string_lossy();
        let marked = whole(&std::fs::read_to_string(&file).expect("a text"));
        let expected = expected(&marked, None);
        let found = player.found(&name, &without_marks(&marked), None);
        if !matches(&expected, &found) {
            let only = |a: &[Told], b: &[Told]| -> Vec<Told> {
                a.iter().filter(|told| !b.contains(told)).cloned().collect()
            };
            differences.push_str(&format!(
                "{name}\n  not found {:#?}\n  not expected {:#?}\n",
                only(&expected, &found),
                only(&found, &expected)
            ));
        }
        all.push(expected);
    }
    assert!(differences.is_empty(), "{differences}");
    all
}

/// Runs the programs in the folder of one kind. At least so many of them have to show it, and so many have to be
/// without it.
#[track_caller]
fn check_kind(kind: &str, least_for: usize, least_against: usize) {
    let expected = check_folder(kind);
    let of_kind = |expected: &Vec<Told>| expected.iter().filter(|told| told[0] == kind).count();
    let marked_for: usize = expected.iter().map(of_kind).sum();
    let marked_against = expected.iter().filter(|it| of_kind(it) == 0).count();
    assert!(marked_for >= least_for, "{kind}: only {marked_for} for it");
    assert!(
        marked_against >= least_against,
        "{kind}: only {marked_against} against it"
    );
}

/// Programs in which any kind may show itself, each cell a case.
#[test]
fn mixed() {
    let findings: usize = check_folder("mixed").iter().map(Vec::len).sum();
    assert!(findings >= 570, "only {findings}");
}

#[test]
fn n_plus_one() {
    check_kind("n_plus_one", 40, 10);
}

#[test]
fn duplicate() {
    check_kind("duplicate", 10, 8);
}

#[test]
fn unbatched_writes() {
    check_kind("unbatched_writes", 10, 5);
}

#[test]
fn row_multiplication() {
    check_kind("row_multiplication", 6, 4);
}

#[test]
fn cartesian_product() {
    check_kind("cartesian_product", 8, 5);
}

#[test]
fn page_of_rows() {
    check_kind("page_of_rows", 6, 4);
}

#[test]
fn unused_eager_load() {
    check_kind("unused_eager_load", 10, 8);
}

#[test]
fn full_scan() {
    check_kind("full_scan", 6, 3);
}

#[test]
fn over_budget() {
    check_kind("over_budget", 4, 1);
}

/// The program that has each kind once or more, in cells that have nothing to do with each other.
fn every_kind() -> String {
    let program = std::fs::read_to_string(folder().join("_every_kind.py"));
    whole(&program.expect("a text"))
}

#[test]
fn ten_times_as_many_change_the_counts_alone() {
    let marked = every_kind();
    let program = without_marks(&marked);
    let mut player = Player::new();
    for n in [4, 40] {
        let found = player.found("grown", &program, Some(n));
        assert_eq!(found, expected(&marked, Some(n)), "N = {n}");
    }
}

#[test]
fn without_the_loop_what_it_did_is_gone() {
    let found = Player::new().found("alone", &without_marks(&every_kind()), Some(1));
    let kinds: Vec<&str> = found.iter().map(|told| told[0].as_str()).collect();
    // One statement is enough for these, loop or not.
    assert_eq!(
        kinds,
        [
            "cartesian_product",
            "page_of_rows",
            "row_multiplication",
            "unused_eager_load"
        ]
    );
}

#[test]
fn the_order_of_what_is_unrelated_changes_nothing() {
    let marked = every_kind();
    let starts: Vec<usize> = marked.match_indices("# %% ").map(|(at, _)| at).collect();
    let (models, cells) = starts.split_at(2);
    let ends = cells[1..].iter().copied().chain([marked.len()]);
    let mut cells: Vec<&str> = cells
        .iter()
        .zip(ends)
        .map(|(&at, end)| &marked[at..end])
        .collect();
    assert!(cells.len() >= 9 && models.len() == 2);
    let setup = &marked[..starts[2]];
    let mut player = Player::new();
    let mut check = |order: &str, cells: &[&str]| {
        let marked = format!("{setup}{}", cells.concat());
        let found = player.found(order, &without_marks(&marked), None);
        assert_eq!(found, expected(&marked, Some(4)), "{order}");
    };
    cells.reverse();
    check("reversed", &cells);
    cells.rotate_left(4);
    check("reversed and rotated", &cells);
}

/// A finding as far as it is compared: kind, confidence, relationship, line and count.
type Told = [String; 5];

/// The findings that the marks name; a count of `N` is that of the parameter.
fn expected(marked: &str, n: Option<u32>) -> Vec<Told> {
    let mut told = Vec::new();
    for (number, line) in (1..).zip(marked.lines()) {
        for mark in line.split(MARK).skip(1) {
            let words: Vec<&str> = mark.split_whitespace().collect();
            let [kind, confidence, relationship, count] = words[..] else {
                panic!("{mark} is no mark");
            };
            let count = match (count, n) {
                ("N", Some(n)) => n.to_string(),
                _ => count.to_string(),
            };
            told.push(
                [kind, confidence, relationship, &number.to_string(), &count].map(String::from),
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

/// One interpreter for many programs: to start it takes longer than nearly any of them.
struct Player(Runner);

impl Player {
    fn new() -> Self {
        Self(Runner::start(Engine::python(), Limits::default(), || {}))
    }

    fn run(&mut self, name: &str, program: &str, n: Option<u32>) -> Trace {
        let scenario = Scenario::parse(name, program);
        assert!(
            scenario.problems.is_empty(),
            "{name}: {:?}",
            scenario.problems
        );
        let values = n.map(|n| ("N".to_owned(), Param::Integer(i64::from(n))));
        let request = scenario.request(values.as_slice(), Vec::new(), Settings::default());
        self.0.run(request.expect("a value"), Pace::Free);
        let mut trace = Trace::new();
        while trace.outcome().is_none() {
            if let Some(event) = self.0.recv_timeout(Duration::from_secs(60)) {
                trace.push(event);
            }
        }
        trace
    }

    fn found(&mut self, name: &str, program: &str, n: Option<u32>) -> Vec<Told> {
        let trace = self.run(name, program, n);
        let error = trace.outcome().and_then(|outcome| outcome.error.as_ref());
        assert!(error.is_none(), "{name}: {error:?}");
        let told = trace.findings().iter().map(|finding| {
            let members = trace.members(finding).len() as u64;
            assert_eq!(finding.count, members, "{name}: {finding:?}");
            [
                finding.kind.name().to_owned(),
                finding.confidence.name().to_owned(),
                finding.relationship.as_deref().unwrap_or("-").to_owned(),
                finding.line.to_string(),
                finding.count.to_string(),
            ]
        });
        let mut told: Vec<Told> = told.collect();
        told.sort();
        told
    }
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
