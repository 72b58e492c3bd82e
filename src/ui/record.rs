//! A run as the window keeps it: its trace, what it was run with, and what it printed, in lines.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::SystemTime;

use super::words;
use crate::study::Trying;
use crate::trace::{Event, FindingKind, Param, Status, Strategy, Trace};

/// One run of the open scenario, or a trace that was opened.
#[derive(Debug, Default)]
pub struct Record {
    /// 1 for the first of the scenario.
    pub number: usize,
    /// Shared with whoever writes it to a file meanwhile.
    pub trace: Arc<Trace>,
    /// When it began; 0 for a trace that was opened, which does not say.
    pub began_unix_ns: u64,
    /// The strategies that were chosen for it.
    pub strategies: BTreeMap<Arc<str>, Strategy>,
    /// The relationships whose strategy won over what queries' own options say.
    pub overrides: BTreeSet<Arc<str>>,
    /// The parameters that differed from the file.
    pub values: BTreeMap<String, Param>,
    pub output: Lines,
    /// Whether something was loaded owner by owner; known once it has finished.
    pub has_n_plus_one: bool,
    /// What its code was changed to, where that sets it apart.
    pub note: Option<String>,
    /// The remedies of its findings; none until one of them is wanted.
    pub trying: Option<Trying>,
}

impl Record {
    pub fn new(
        number: usize,
        strategies: BTreeMap<Arc<str>, Strategy>,
        values: BTreeMap<String, Param>,
    ) -> Self {
        Self {
            number,
            began_unix_ns: now_unix_ns(),
            strategies,
            values,
            ..Self::default()
        }
    }

    /// A trace from a file.
    pub fn opened(trace: Trace) -> Self {
        let mut record = Self {
            number: 1,
            trace: Arc::new(trace),
            ..Self::default()
        };
        for output in record.trace.output() {
            record.output.push(&output.text);
        }
        record.sum_up();
        record
    }

    /// Whether it takes events now: not while it is being written to a file.
    pub fn takes_events(&mut self) -> bool {
        Arc::get_mut(&mut self.trace).is_some()
    }

    /// Takes in the next event of the run; those that come while it does not take any are to wait.
    pub fn push(&mut self, event: Event) {
        if let Event::Output(output) = &event {
            self.output.push(&output.text);
        }
        let is_last = matches!(event, Event::Finished { .. });
        match Arc::get_mut(&mut self.trace) {
            Some(trace) => trace.push(event),
            None => debug_assert!(false, "asked whether it takes events before"),
        }
        if is_last {
            self.sum_up();
        }
    }

    fn sum_up(&mut self) {
        let mut findings = self.trace.findings().iter();
        self.has_n_plus_one = findings.any(|finding| finding.kind == FindingKind::NPlusOne);
    }

    /// What sets it apart from the other runs, in a word or two; what was changed last is most likely a parameter.
    pub fn label(&self) -> String {
        let values = self.values.iter();
        let values = values.map(|(name, value)| format!("{name}={}", words::param(value)));
        let strategies = self.strategies.iter().map(|(key, strategy)| {
            let attribute = key.rsplit('.').next().unwrap_or(key);
            match self.strategies.len() {
                1 => strategy.word().to_owned(),
                _ => format!("{attribute} {}", strategy.word()),
            }
        });
        let wins = (!self.overrides.is_empty()).then(|| "over options".to_owned());
        let parts: Vec<_> = values
            .chain(strategies)
            .chain(wins)
            .chain(self.note.clone())
            .collect();
        match parts.is_empty() {
            true => "as written".to_owned(),
            false => parts.join(", "),
        }
    }

    /// Whether it came to its end.
    pub fn is_complete(&self) -> bool {
        let outcome = self.trace.outcome();
        outcome.is_some_and(|outcome| outcome.status == Status::Ok)
    }

    /// Whether it broke before it did anything, as code does that is no Python.
    pub fn never_began(&self) -> bool {
        let outcome = self.trace.outcome();
        let has_failed = outcome.is_some_and(|outcome| outcome.status == Status::Error);
        has_failed && self.trace.is_empty() && self.output.is_empty()
    }

    /// Whether nothing more will come.
    pub fn is_finished(&self) -> bool {
        self.trace.outcome().is_some()
    }

    /// Why it ended before its end, in a line; none for a run that went through or still runs.
    pub fn ending(&self) -> Option<String> {
        let outcome = self.trace.outcome()?;
        let error = outcome.error.as_ref();
        let at = error
            .and_then(|error| error.line)
            .map_or_else(String::new, |line| format!(" at line {line}"));
        match (outcome.status, error) {
            (Status::Ok, _) => None,
            (Status::Cancelled, _) => Some("stopped here".to_owned()),
            (Status::Error | Status::Limit, Some(error)) => {
                Some(format!("stopped{at}: {}", words::error(error)))
            }
            (Status::Error | Status::Limit, None) => Some(format!("stopped{at}")),
        }
    }
}

fn now_unix_ns() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}

/// Text that grows, cut into lines as it comes.
#[derive(Debug)]
pub struct Lines {
    text: String,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            text: String::new(),
            starts: vec![0],
        }
    }
}

impl Lines {
    pub fn push(&mut self, text: &str) {
        let from = self.text.len();
        self.text.push_str(text);
        self.starts
            .extend(text.match_indices('\n').map(|(at, _)| from + at + 1));
    }

    /// Number of lines; a text that ends with a newline has no empty line after it.
    pub fn len(&self) -> usize {
        self.starts.len() - usize::from(self.starts.last() == Some(&self.text.len()))
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// A line without its end.
    pub fn get(&self, line: usize) -> &str {
        let start = self.starts.get(line).copied().unwrap_or(self.text.len());
        let end = self
            .starts
            .get(line + 1)
            .copied()
            .unwrap_or(self.text.len());
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_in_pieces() {
        let mut lines = Lines::default();
        assert_eq!(lines.len(), 0);
        for piece in ["a", "b\nc", "\n", "\nd"] {
            lines.push(piece);
        }
        let all: Vec<_> = (0..lines.len()).map(|line| lines.get(line)).collect();
        assert_eq!(all, ["ab", "c", "", "d"]);
        assert_eq!(lines.get(9), "");
    }

    #[test]
    fn a_parameter_that_was_changed_comes_first() {
        let values = [("N".to_owned(), Param::Integer(10_000))].into();
        let mut record = Record::new(2, BTreeMap::new(), values);
        assert_eq!(record.label(), "N=10000");
        record
            .strategies
            .insert("Author.books".into(), Strategy::Joined);
        record.note = Some("edited".to_owned());
        assert_eq!(record.label(), "N=10000, joined, edited");
    }

    #[test]
    fn labels_say_what_was_chosen() {
        let strategies =
            |list: &[(&str, Strategy)]| list.iter().map(|(key, s)| (Arc::from(*key), *s)).collect();
        let label =
            |list: &[(&str, Strategy)]| Record::new(1, strategies(list), BTreeMap::new()).label();
        assert_eq!(label(&[]), "as written");
        assert_eq!(label(&[("Author.books", Strategy::Select)]), "lazy");
        assert_eq!(
            label(&[
                ("Author.books", Strategy::Selectin),
                ("Book.author", Strategy::Joined)
            ]),
            "books selectin, author joined"
        );
    }
}
