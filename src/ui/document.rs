//! The scenario that is open: its text as shown and as saved, and what was chosen for the next run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::scenario::{Content, RunRequest, Scenario, ValueError};
use crate::trace::{Param, RelationshipInfo, ScenarioInfo, Settings, Strategy};

/// Where the text came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// One of those built into the program, by name.
    Bundled(String),
    /// A scenario on disk.
    File(PathBuf),
    /// A trace that was opened: it is looked at, not run.
    Trace(PathBuf),
}

/// The open scenario.
#[derive(Debug)]
pub struct Document {
    pub origin: Origin,
    /// As shown, edits included.
    pub scenario: Scenario,
    /// As it was last read from or written to its file.
    saved: Arc<str>,
    /// Changes that were made at a wish, to be taken back: the text before and after each.
    changes: Vec<[Arc<str>; 2]>,
    /// Grows whenever the text changes, by whatever means.
    pub revision: u64,
    /// Parameters that differ from what the file says.
    pub values: BTreeMap<String, Param>,
    /// Strategies chosen here, by relationship.
    pub strategies: BTreeMap<Arc<str>, Strategy>,
    /// The relationships whose strategy is to win over what queries' own options say.
    pub overrides: BTreeSet<Arc<str>>,
    /// The relationships that its runs told of, in order of declaration.
    pub relationships: Vec<RelationshipInfo>,
    /// What another program wrote to the file meanwhile, until it is answered.
    pub offered: Option<Arc<str>>,
}

impl Document {
    pub fn new(origin: Origin, name: &str, source: &str) -> Self {
        let scenario = Scenario::parse(name, source);
        Self {
            origin,
            saved: Arc::clone(&scenario.source),
            scenario,
            revision: 0,
            changes: Vec::new(),
            values: BTreeMap::new(),
            strategies: BTreeMap::new(),
            overrides: BTreeSet::new(),
            relationships: Vec::new(),
            offered: None,
        }
    }

    /// The scenario that an opened trace was made of.
    pub fn of_trace(
        path: PathBuf,
        info: &ScenarioInfo,
        relationships: &[RelationshipInfo],
    ) -> Self {
        let mut document = Self::new(Origin::Trace(path), &info.name, &info.source);
        document.values = info.params.iter().cloned().collect();
        document.relationships = relationships.to_vec();
        document
    }

    /// Whether it is only looked at.
    pub fn is_read_only(&self) -> bool {
        matches!(self.origin, Origin::Trace(_))
    }

    /// Whether what is shown differs from the file.
    pub fn is_edited(&self) -> bool {
        self.scenario.source != self.saved
    }

    /// The file that saving writes to; none for what has no file of its own yet.
    pub fn path(&self) -> Option<&PathBuf> {
        match &self.origin {
            Origin::File(path) => Some(path),
            Origin::Bundled(_) | Origin::Trace(_) => None,
        }
    }

    /// The value of a parameter: as chosen here, else as the file says.
    pub fn value(&self, name: &str) -> Option<&Param> {
        self.values.get(name).or_else(|| {
            let parameter = self
                .scenario
                .parameters
                .iter()
                .find(|parameter| parameter.name == name)?;
            Some(&parameter.value)
        })
    }

    /// What to run.
    ///
    /// # Errors
    /// A parameter has a value that it does not take.
    pub fn request(&self, settings: Settings) -> Result<RunRequest, ValueError> {
        let known = |name: &String| {
            self.scenario
                .parameters
                .iter()
                .any(|parameter| parameter.name == *name)
        };
        // A parameter that was edited away has no value to give any more.
        let values: Vec<_> = self
            .values
            .iter()
            .filter(|(name, _)| known(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let strategies = self
            .strategies
            .iter()
            .map(|(key, strategy)| (key.to_string(), *strategy))
            .collect();
        let request = self.scenario.request(&values, strategies, settings)?;
        Ok(RunRequest {
            overrides: self.overrides.iter().map(ToString::to_string).collect(),
            ..request
        })
    }

    /// The code of a cell as it is edited: without its header, and without blank lines after it.
    pub fn code(&self, cell: usize) -> &str {
        &self.scenario.source[self.body(cell)]
    }

    /// Replaces the code of a cell.
    pub fn edit(&mut self, cell: usize, code: &str) {
        if self.is_read_only() {
            return;
        }
        let body = self.body(cell);
        let mut source = String::with_capacity(self.scenario.source.len() + code.len());
        source.push_str(&self.scenario.source[..body.start]);
        source.push_str(code);
        source.push_str(&self.scenario.source[body.end..]);
        self.show(&source);
    }

    /// Changes the text so that it can be taken back.
    pub fn change(&mut self, source: &Arc<str>) {
        let before = Arc::clone(&self.scenario.source);
        self.changes.push([before, Arc::clone(source)]);
        self.show(source);
    }

    /// Whether the text is as the last change has left it.
    pub fn can_take_back(&self) -> bool {
        let last = self.changes.last();
        last.is_some_and(|[_, after]| *after == self.scenario.source)
    }

    /// Takes the last change back, unless the text was edited since.
    pub fn take_back(&mut self) {
        if self.can_take_back()
            && let Some([before, _]) = self.changes.pop()
        {
            self.show(&before);
        }
    }

    /// Shows another text of the same scenario.
    pub fn show(&mut self, source: &str) {
        self.scenario = Scenario::parse(&self.scenario.name, source);
        self.revision += 1;
    }

    /// The file now holds this text.
    pub fn saved_as(&mut self, path: PathBuf, text: Arc<str>) {
        if self.origin != Origin::File(path.clone()) {
            self.scenario = Scenario::parse(&name_of(&path), &self.scenario.source);
            self.origin = Origin::File(path);
        }
        self.saved = text;
        self.offered = None;
    }

    /// The file was found to hold this text. What is new there is offered; where nothing was edited here and nothing
    /// was offered yet, it is still the reader's choice.
    pub fn found_on_disk(&mut self, text: Arc<str>) {
        let text: Arc<str> = text
            .strip_prefix('\u{feff}')
            .map_or_else(|| Arc::clone(&text), Arc::from);
        self.offered = (text != self.saved && text != self.scenario.source).then_some(text);
    }

    /// Takes what was offered.
    pub fn take_offer(&mut self) {
        if let Some(text) = self.offered.take() {
            self.show(&text);
            self.saved = text;
        }
    }

    /// Lets what was offered be; the next save overwrites it.
    pub fn decline_offer(&mut self) {
        if let Some(text) = self.offered.take() {
            self.saved = text;
        }
    }

    fn body(&self, cell: usize) -> std::ops::Range<usize> {
        let cell = &self.scenario.cells[cell];
        let source = &self.scenario.source;
        debug_assert!(matches!(cell.content, Content::Code), "only code is edited");
        let start = line_start(source, cell.body_line);
        let end = line_start(source, cell.info.last_line + 1).max(start);
        start..start + source[start..end].trim_end().len()
    }
}

/// Byte at which a (1-based) line begins; the text's end for lines after the last.
fn line_start(source: &str, line: u32) -> usize {
    if line <= 1 {
        return 0;
    }
    source
        .match_indices('\n')
        .nth(line as usize - 2)
        .map_or(source.len(), |(at, _)| at + 1)
}

/// A scenario's name: its file's, without the extension.
pub fn name_of(path: &std::path::Path) -> String {
    path.file_stem().map_or_else(
        || "scenario".to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "# %% One\na = 1\n\n# %% Two\nb = 2\nc = 3\n";

    fn document() -> Document {
        Document::new(Origin::File("x.py".into()), "x", SOURCE)
    }

    #[test]
    fn a_cell_is_edited_in_place() {
        let mut document = document();
        assert_eq!(document.code(0), "a = 1");
        assert_eq!(document.code(1), "b = 2\nc = 3");
        assert!(!document.is_edited());
        document.edit(0, "a = 1\na += 1");
        assert_eq!(
            &*document.scenario.source,
            "# %% One\na = 1\na += 1\n\n# %% Two\nb = 2\nc = 3\n"
        );
        assert!(document.is_edited());
        document.edit(0, "a = 1");
        assert!(!document.is_edited());
    }

    #[test]
    fn a_change_is_taken_back() {
        let mut document = document();
        assert!(!document.can_take_back());
        document.change(&SOURCE.replace("a = 1", "a = 2").into());
        document.change(&SOURCE.replace("a = 1", "a = 3").into());
        assert!(document.is_edited());
        document.take_back();
        assert_eq!(document.code(0), "a = 2");
        document.edit(1, "b = 9");
        assert!(!document.can_take_back(), "that would lose an edit");
        document.edit(1, "b = 2\nc = 3");
        document.take_back();
        assert_eq!(&*document.scenario.source, SOURCE);
        assert!(!document.can_take_back());
    }

    #[test]
    fn an_emptied_cell_can_be_filled_again() {
        let mut document = document();
        document.edit(0, "");
        assert_eq!(document.code(0), "");
        document.edit(0, "x");
        assert_eq!(document.code(0), "x");
        assert_eq!(document.code(1), "b = 2\nc = 3");
    }

    #[test]
    fn a_change_on_disk_is_offered() {
        let mut document = document();
        document.found_on_disk(SOURCE.into());
        assert_eq!(document.offered, None);
        document.found_on_disk("z = 1\n".into());
        assert!(document.offered.is_some());
        document.decline_offer();
        document.found_on_disk("z = 1\n".into());
        assert_eq!(document.offered, None, "declined once is declined");
        assert!(document.is_edited(), "what is shown is not what is on disk");
        document.found_on_disk("z = 2\n".into());
        document.take_offer();
        assert_eq!(&*document.scenario.source, "z = 2\n");
        assert!(!document.is_edited());
    }
}
