//! The files opened lately, kept in one small text file: a path on each line, the latest first.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// How many are kept.
const KEPT: usize = 12;

/// The list of recent files. A list that cannot be read is an empty one: it is a convenience, never a reason to fail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    /// Where the list is kept; nowhere when the person has no home.
    store: Option<PathBuf>,
    paths: Vec<PathBuf>,
}

impl Recent {
    /// Reads the list of whoever runs the program.
    pub fn of_user() -> Self {
        Self::at(store())
    }

    /// A list kept in this file.
    pub fn at(store: Option<PathBuf>) -> Self {
        let text = store
            .as_deref()
            .and_then(|store| fs::read_to_string(store).ok());
        let paths = text
            .iter()
            .flat_map(|text| text.lines())
            .filter(|line| !line.is_empty());
        Self {
            paths: paths.map(PathBuf::from).take(KEPT).collect(),
            store,
        }
    }

    /// The latest first.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Puts a file first.
    ///
    /// # Errors
    /// The list could not be written; the one in memory has the file all the same.
    pub fn add(&mut self, path: &Path) -> io::Result<()> {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.paths.retain(|other| *other != path);
        self.paths.insert(0, path);
        self.paths.truncate(KEPT);
        let Some(store) = &self.store else {
            return Ok(());
        };
        if let Some(folder) = store.parent() {
            fs::create_dir_all(folder)?;
        }
        let lines: Vec<String> = self
            .paths
            .iter()
            .filter_map(|path| path.to_str().map(|path| format!("{path}\n")))
            .collect();
        fs::write(store, lines.concat())
    }
}

/// Where a person's settings go on each system.
fn store() -> Option<PathBuf> {
    let folder = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let settings = if cfg!(windows) {
        folder("APPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")))
    };
    settings.map(|settings| settings.join("lazyscope/recent"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_is_first_and_none_is_there_twice() {
        let store = env::temp_dir().join(format!("lazyscope-recent-{}", std::process::id()));
        let mut recent = Recent::at(Some(store.clone()));
        for path in ["/a.py", "/b.py", "/a.py"] {
            recent.add(Path::new(path)).expect("a temporary file");
        }
        let again = Recent::at(Some(store.clone()));
        fs::remove_file(store).expect("it was written");
        assert_eq!(
            again.paths(),
            [PathBuf::from("/a.py"), PathBuf::from("/b.py")]
        );
        assert!(Recent::at(None).paths().is_empty());
    }
}
