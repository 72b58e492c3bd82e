//! Finding statements by their SQL, their tables, their relationship or their line.

use crate::trace::{Burst, Trace};

/// The search line and what it found.
///
/// A hit is a burst: its members share text, cause and line, so all of them match or none does.
#[derive(Debug, Default)]
pub struct Search {
    pub is_open: bool,
    pub text: String,
    /// Numbers of the bursts found, in order.
    hits: Vec<u32>,
    /// How many were found that do not count and are not shown, so that nobody is led to them.
    hidden: usize,
    shows_all: bool,
    /// How far the hits have been looked for: bursts of which record, and with which text.
    looked: usize,
    looked_for: String,
}

impl Search {
    /// Numbers of the bursts found, in order.
    pub fn hits(&self) -> &[u32] {
        &self.hits
    }

    /// How many bursts were found that are not shown.
    pub fn hidden(&self) -> usize {
        self.hidden
    }

    /// Whether what does not count (setup, transactions) is shown, and so is to be found.
    pub fn show_all(&mut self, shows_all: bool) {
        if self.shows_all != shows_all {
            self.shows_all = shows_all;
            self.forget();
        }
    }

    /// Whether a burst is among the hits.
    pub fn is_hit(&self, burst: u32) -> bool {
        self.is_open && self.hits.binary_search(&burst).is_ok()
    }

    /// Looks through what is new in the trace since the last time; all of it when the text is another.
    pub fn look(&mut self, trace: &Trace) {
        if self.looked_for != self.text || self.looked > trace.bursts().len() {
            self.forget();
            self.looked_for.clone_from(&self.text);
        }
        let wanted = self.text.trim().to_lowercase();
        if wanted.is_empty() {
            return;
        }
        for (number, burst) in trace.bursts().iter().enumerate().skip(self.looked) {
            if !matches(trace, burst, &wanted) {
                continue;
            }
            match burst.counted || self.shows_all {
                true => self.hits.push(number as u32),
                false => self.hidden += 1,
            }
        }
        self.looked = trace.bursts().len();
    }

    /// Forgets the hits: another trace is shown.
    pub fn forget(&mut self) {
        self.hits.clear();
        self.hidden = 0;
        self.looked = 0;
        self.looked_for.clear();
    }

    /// The hit after `from`, or before it; around the end it goes on at the other.
    pub fn next(&self, from: Option<usize>, forwards: bool) -> Option<u32> {
        let first = *self.hits.first()?;
        let last = *self.hits.last()?;
        let Some(from) = from.and_then(|from| u32::try_from(from).ok()) else {
            return Some(if forwards { first } else { last });
        };
        match forwards {
            true => {
                let at = self.hits.partition_point(|hit| *hit <= from);
                Some(self.hits.get(at).copied().unwrap_or(first))
            }
            false => {
                let at = self.hits.partition_point(|hit| *hit < from);
                Some(at.checked_sub(1).map_or(last, |at| self.hits[at]))
            }
        }
    }
}

fn matches(trace: &Trace, burst: &Burst, wanted: &str) -> bool {
    let relationship = burst.relationship.as_deref().unwrap_or_default();
    contains(relationship, wanted)
        || format!("line {}", burst.line) == wanted
        || contains(trace.statement(burst.first()).sql(), wanted)
}

/// Whether a text has the (lower-case) words in it, whatever its case.
fn contains(text: &str, wanted: &str) -> bool {
    if wanted.is_ascii() {
        let wanted = wanted.as_bytes();
        return text
            .as_bytes()
            .windows(wanted.len())
            .any(|window| window.eq_ignore_ascii_case(wanted));
    }
    text.to_lowercase().contains(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_walked_around_the_end() {
        let search = Search {
            hits: vec![2, 5, 9],
            ..Search::default()
        };
        for (from, forwards, expected) in [
            (None, true, 2),
            (None, false, 9),
            (Some(2), true, 5),
            (Some(3), true, 5),
            (Some(9), true, 2),
            (Some(2), false, 9),
            (Some(6), false, 5),
        ] {
            assert_eq!(search.next(from, forwards), Some(expected), "from {from:?}");
        }
        assert_eq!(Search::default().next(None, true), None);
    }

    #[test]
    fn case_does_not_matter() {
        assert!(contains("SELECT Books", "books"));
        assert!(contains("WHERE name = 'Ärger'", "ärger"));
        assert!(!contains("a", "ab"));
    }
}
