//! Names, among them those that are only decided when a statement is compiled.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

/// A name of a table, column, label or parameter.
///
/// An anonymous name (`anon_1`, `books_1`, `name_1`) holds a mark for each part that is numbered at compile time, in
/// order of encounter; equal marks get equal numbers. A name may join marks and plain text (`books_1_id`).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Rc<str>);

const OPEN: char = '\u{1}';
const SPLIT: char = '\u{2}';
const CLOSE: char = '\u{3}';

thread_local! {
    static NEXT_ID: Cell<u64> = const { Cell::new(1) };
}

/// A number that no other element of this thread has.
pub fn next_id() -> u64 {
    NEXT_ID.with(|next| {
        let id = next.get();
        next.set(id + 1);
        id
    })
}

impl Name {
    pub fn new(name: impl AsRef<str>) -> Self {
        Self(Rc::from(name.as_ref()))
    }

    /// A name to be numbered: `<base>_<n>`, where the same `id` and base are the same name.
    pub fn anonymous(id: u64, base: impl AsRef<str>) -> Self {
        Self(Rc::from(
            format!("{OPEN}{id}{SPLIT}{}{CLOSE}", base.as_ref()).as_str(),
        ))
    }

    /// As [`Name::anonymous`], told apart from others of the same id by a number.
    pub fn anonymous_numbered(id: u64, number: u32, base: impl AsRef<str>) -> Self {
        Self(Rc::from(
            format!("{OPEN}{id}.{number}{SPLIT}{}{CLOSE}", base.as_ref()).as_str(),
        ))
    }

    /// This name with text after it.
    pub fn then(&self, text: &str) -> Self {
        Self(Rc::from(format!("{}{text}", self.0).as_str()))
    }

    /// The text, with the marks in it when anonymous. For comparing and for plain names.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn rc(&self) -> Rc<str> {
        self.0.clone()
    }

    /// The text as SQLAlchemy shows it before it is numbered: `%(1 param)s`.
    pub fn shown(&self) -> Rc<str> {
        if !self.is_anonymous() {
            return self.rc();
        }
        Rc::from(
            self.0
                .replace(OPEN, "%(")
                .replace(SPLIT, " ")
                .replace(CLOSE, ")s"),
        )
    }

    pub fn is_anonymous(&self) -> bool {
        self.0.contains(OPEN)
    }

    /// This name, a separator and another one.
    pub fn join(&self, separator: &str, other: &Name) -> Self {
        Self(Rc::from(
            format!("{}{separator}{}", self.0, other.0).as_str(),
        ))
    }

    /// The text with each mark replaced by its numbered name.
    pub fn resolve(&self, map: &mut AnonMap) -> Rc<str> {
        if !self.is_anonymous() {
            return self.0.clone();
        }
        let mut rest = &*self.0;
        let mut text = String::with_capacity(rest.len());
        while let Some(start) = rest.find(OPEN) {
            text.push_str(&rest[..start]);
            let mark_end = closing(rest, start);
            text.push_str(&map.number(&rest[start + 1..mark_end]));
            rest = &rest[mark_end + 1..];
        }
        text.push_str(rest);
        Rc::from(text.as_str())
    }
}

/// Where the mark that opens at `start` closes; marks nest when a base is itself anonymous.
fn closing(text: &str, start: usize) -> usize {
    let mut depth = 0usize;
    for (at, character) in text[start..].char_indices() {
        match character {
            OPEN => depth += 1,
            CLOSE => {
                depth -= 1;
                if depth == 0 {
                    return start + at;
                }
            }
            _ => {}
        }
    }
    text.len() - 1
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.shown())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.resolve(&mut AnonMap::default()))
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<Rc<str>> for Name {
    fn from(name: Rc<str>) -> Self {
        Self(name)
    }
}

impl From<String> for Name {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

/// The numbers that one compilation has given out.
#[derive(Clone, Debug, Default)]
pub struct AnonMap {
    given: HashMap<Rc<str>, Rc<str>>,
    counters: HashMap<Rc<str>, u32>,
}

impl AnonMap {
    fn number(&mut self, mark: &str) -> Rc<str> {
        if let Some(name) = self.given.get(mark) {
            return name.clone();
        }
        let (_, base) = mark.split_once(SPLIT).unwrap_or(("", mark));
        let base = Name::new(base).resolve(self);
        let counter = self.counters.entry(base.clone()).or_insert(0);
        *counter += 1;
        let name: Rc<str> = Rc::from(format!("{base}_{counter}").as_str());
        self.given.insert(Rc::from(mark), name.clone());
        name
    }
}
