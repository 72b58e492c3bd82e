//! What went wrong, said at the top of the window until it is dismissed or mended.

use std::path::PathBuf;

use super::words;
use crate::trace::{Outcome, Status};

/// A message, the newest last.
#[derive(Clone, Debug, PartialEq)]
pub struct Banner {
    pub kind: Kind,
    /// One sentence: what was wrong, where, and what would be right.
    pub text: String,
    /// More of it, behind a fold: a traceback.
    pub more: Option<String>,
    /// The line that it is about.
    pub line: Option<u32>,
}

/// What a banner is about; a newer one of the same kind takes the place of the older.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The run ended with it.
    Run,
    /// The scenario's file has something that cannot be taken as it stands.
    Scenario,
    /// The file could not be opened.
    Open,
    /// The file could not be written.
    Write,
    /// The code was changed at somebody's wish, who may wish it back.
    Changed,
    /// It went well.
    Done(PathBuf),
}

/// The banners that are shown.
#[derive(Debug, Default)]
pub struct Banners {
    list: Vec<Banner>,
}

impl Banners {
    pub fn iter(&self) -> impl Iterator<Item = &Banner> {
        self.list.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Shows a banner in place of those of its kind.
    pub fn show(&mut self, banner: Banner) {
        self.clear(&banner.kind);
        self.list.push(banner);
    }

    /// Shows another banner beside those of its kind.
    pub fn add(&mut self, banner: Banner) {
        self.list.push(banner);
    }

    /// Removes all of a kind.
    pub fn clear(&mut self, kind: &Kind) {
        self.list.retain(|banner| match (&banner.kind, kind) {
            (Kind::Done(_), Kind::Done(_)) => false,
            (other, kind) => other != kind,
        });
    }

    pub fn clear_all(&mut self) {
        self.list.clear();
    }

    /// Removes the one at that place.
    pub fn dismiss(&mut self, at: usize) {
        if at < self.list.len() {
            self.list.remove(at);
        }
    }
}

impl Banner {
    pub fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            more: None,
            line: None,
        }
    }

    /// What a run that ended with an error or at a limit has to say.
    pub fn of_outcome(outcome: &Outcome) -> Option<Self> {
        let error = outcome.error.as_ref()?;
        if !matches!(outcome.status, Status::Error | Status::Limit) {
            return None;
        }
        let kind = error.kind.rsplit('.').next().unwrap_or(&error.kind);
        let at = error
            .line
            .map_or_else(String::new, |line| format!("line {line}: "));
        let text = format!("{at}{kind}: {}", words::error(error));
        Some(Self {
            more: Some(error.traceback.clone()).filter(|text| !text.trim().is_empty()),
            line: error.line,
            ..Self::new(Kind::Run, text)
        })
    }
}
