use std::fmt;

/// Something in a scenario's file that cannot be taken as it stands. The rest of the file still shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// 1-based line of the file.
    pub line: u32,
    /// What was wrong there, as a clause: `the budget "x" is not a whole number`.
    pub wrong: String,
    /// What would be right, as a clause: `write budget=3`.
    pub right: String,
}

impl Problem {
    pub(super) fn new(line: u32, wrong: impl Into<String>, right: impl Into<String>) -> Self {
        Self {
            line,
            wrong: wrong.into(),
            right: right.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}; {}", self.line, self.wrong, self.right)
    }
}
