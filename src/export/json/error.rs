use super::{FORMAT, VERSION};

/// Why a file could not be read as a trace.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the file is empty; a trace is one JSON object with \"format\": \"{FORMAT}\"")]
    Empty,
    #[error("not UTF-8: byte {at} begins no character; a trace is UTF-8 JSON")]
    NotUtf8 { at: usize },
    #[error("line {line}, column {column}: not JSON ({problem}); a trace is one JSON object")]
    NotJson {
        line: usize,
        column: usize,
        problem: String,
    },
    #[error(
        "line {line}, column {column}: the file ends in the middle of the document; \
         it was cut off while being saved or copied, so export it again"
    )]
    Truncated { line: usize, column: usize },
    #[error("not a trace: \"format\" is {found}, and would have to be \"{FORMAT}\"")]
    WrongFormat { found: String },
    #[error(
        "\"version\" is {found}, and this Lazyscope reads version {VERSION}; \
         open it with the Lazyscope that wrote it, or export it there as version {VERSION}"
    )]
    WrongVersion { found: String },
    #[error("line {line}, column {column}: {problem}")]
    WrongValue {
        line: usize,
        column: usize,
        problem: String,
    },
    #[error("{place}: {problem}")]
    Contradiction { place: String, problem: String },
}

impl Error {
    /// What serde_json says, told apart by what a reader can do about it.
    pub(super) fn from_json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let problem = text
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_string();
        match error.classify() {
            serde_json::error::Category::Eof => Self::Truncated { line, column },
            serde_json::error::Category::Data => Self::WrongValue {
                line,
                column,
                problem,
            },
            _ => Self::NotJson {
                line,
                column,
                problem,
            },
        }
    }
}
