//! The scenarios at hand: those that are part of the program, and files.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::Scenario;

/// A scenario that is part of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bundled {
    /// The file's name without `.py`.
    pub name: &'static str,
    pub source: &'static str,
}

macro_rules! bundled {
    ($($name:literal),* $(,)?) => {
        /// In the order in which they are best read; the first is what a first start shows.
        pub const BUNDLED: &[Bundled] = &[$(Bundled {
            name: $name,
            source: include_str!(concat!("../../scenarios/", $name, ".py")),
        }),*];
    };
}

bundled![
    "n_plus_one",
    "selectin",
    "to_one",
    "default_and_options",
    "raise",
    "detached",
    "pages",
    "three_levels",
    "siblings",
    "tags",
    "tree",
    "get_in_a_loop",
    "writes",
];

impl Bundled {
    /// Reads it; costs well under a millisecond.
    pub fn scenario(&self) -> Scenario {
        Scenario::parse(self.name, self.source)
    }
}

/// The bundled scenario of that name.
pub fn bundled(name: &str) -> Option<&'static Bundled> {
    BUNDLED.iter().find(|bundled| bundled.name == name)
}

/// The bundled scenario that a path means when there is no such file: `n_plus_one`, `n_plus_one.py`,
/// `scenarios/n_plus_one.py`.
pub fn bundled_at(path: &Path) -> Option<&'static Bundled> {
    let path = path.strip_prefix("scenarios").unwrap_or(path);
    let path = path.to_str()?;
    bundled(path.strip_suffix(".py").unwrap_or(path))
}

/// Why a file is no scenario.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("{}: there is no such file{}", .path.display(), known_names())]
    Missing { path: PathBuf },
    #[error("{}: it cannot be read: {error}", .path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    #[error(
        "{}: line {line}: the byte 0x{byte:02x} is not UTF-8; save the file as UTF-8",
        .path.display()
    )]
    NotUtf8 { path: PathBuf, line: u32, byte: u8 },
    #[error(
        "{}: the file is empty; a scenario is an ordinary SQLAlchemy program, its cells opened by # %% Title",
        .path.display()
    )]
    Empty { path: PathBuf },
}

fn known_names() -> String {
    let names: Vec<&str> = BUNDLED.iter().map(|bundled| bundled.name).collect();
    format!(
        "; the scenarios that come with Lazyscope are {}",
        names.join(", ")
    )
}

/// Reads a scenario from a file; one that is bundled is also found by its name alone.
///
/// # Errors
/// The file is missing, cannot be read, is not UTF-8 or holds nothing. What is wrong inside of it is told by
/// [`Scenario::problems`].
pub fn load(path: &Path) -> Result<Scenario, LoadError> {
    match fs::read(path) {
        Ok(bytes) => decode(path, bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => bundled_at(path)
            .map(Bundled::scenario)
            .ok_or_else(|| LoadError::Missing {
                path: path.to_owned(),
            }),
        Err(error) => Err(LoadError::Unreadable {
            path: path.to_owned(),
            error,
        }),
    }
}

fn decode(path: &Path, bytes: Vec<u8>) -> Result<Scenario, LoadError> {
    let source = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        LoadError::NotUtf8 {
            path: path.to_owned(),
            line: bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u32 + 1,
            byte: bytes[at],
        }
    })?;
    if source.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(LoadError::Empty {
            path: path.to_owned(),
        });
    }
    Ok(Scenario::parse(&name_of(path), &source))
}

/// A scenario's name: its file's without `.py`.
pub fn name_of(path: &Path) -> String {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy())
        .unwrap_or_default();
    name.strip_suffix(".py").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_scenarios_are_well_formed() {
        for bundled in BUNDLED {
            let scenario = bundled.scenario();
            assert_eq!(scenario.problems, [], "{}", bundled.name);
            assert_ne!(scenario.title, bundled.name);
        }
    }

    #[track_caller]
    fn check(path: &str, expected: Option<&str>) {
        assert_eq!(
            bundled_at(Path::new(path)).map(|bundled| bundled.name),
            expected
        );
    }

    #[test]
    fn a_bundled_scenario_is_found_by_name() {
        check("n_plus_one", Some("n_plus_one"));
        check("n_plus_one.py", Some("n_plus_one"));
        check("scenarios/n_plus_one.py", Some("n_plus_one"));
        check("elsewhere/n_plus_one.py", None);
        check("n_plus_two", None);
    }

    #[test]
    fn what_cannot_be_loaded_says_why() {
        #[track_caller]
        fn check(bytes: &[u8], expected: &str) {
            let error = decode(Path::new("a.py"), bytes.to_vec())
                .expect_err("wrong")
                .to_string();
            assert_eq!(error, expected);
        }
        check(
            b"x = 1\ny = '\xe9'\n",
            "a.py: line 2: the byte 0xe9 is not UTF-8; save the file as UTF-8",
        );
        let empty = "a.py: the file is empty; a scenario is an ordinary SQLAlchemy program, its cells opened by # %% Title";
        check(b"", empty);
        check(b"\n \n", empty);
        let missing = load(Path::new("/nowhere/a.py"))
            .expect_err("missing")
            .to_string();
        assert!(
            missing
                .starts_with("/nowhere/a.py: there is no such file; the scenarios that come with")
        );
    }
}
