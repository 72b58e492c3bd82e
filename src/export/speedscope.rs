//! speedscope's file format: how the time in SQLite adds up, by the chain of causes.
//! (<https://github.com/jlfwong/speedscope/wiki/Importing-from-custom-sources>)

use std::collections::HashMap;
use std::io;

use serde::Serialize;

use super::name;
use crate::trace::Trace;

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    shared: Shared,
    profiles: [Profile<'a>; 1],
    exporter: &'static str,
}

#[derive(Serialize)]
struct Shared {
    frames: Vec<Frame>,
}

#[derive(Serialize)]
struct Frame {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

#[derive(Serialize)]
struct Profile<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'a str,
    unit: &'static str,
    #[serde(rename = "startValue")]
    start: u64,
    #[serde(rename = "endValue")]
    end: u64,
    samples: Vec<Vec<usize>>,
    weights: Vec<u64>,
}

/// Causes in a chain beyond which the nearer ones are left out.
const DEEPEST: usize = 64;

/// Writes a trace for speedscope: a sample a statement, its weight the time in SQLite, its stack the cell, then the
/// statements whose rows led to it.
///
/// # Errors
/// Those of `out`.
pub fn write(trace: &Trace, out: impl io::Write) -> io::Result<()> {
    let mut frames = Frames::default();
    let (mut samples, mut weights) = (Vec::new(), Vec::new());
    for statement in trace.statements() {
        let mut stack = Vec::new();
        let mut next = Some(statement);
        while let Some(cause) = next.filter(|_| stack.len() < DEEPEST) {
            let line = cause.line();
            let name = format!("{} (line {line})", name::statement(cause));
            stack.push(frames.number(name, Some(line)));
            next = trace.parent(cause.index());
        }
        stack.push(frames.number(name::cell(trace, statement.cell()), None));
        stack.reverse();
        samples.push(stack);
        weights.push(statement.duration_ns());
    }
    let document = Document {
        schema: "https://www.speedscope.app/file-format-schema.json",
        shared: Shared {
            frames: frames.list,
        },
        profiles: [Profile {
            kind: "sampled",
            name: &trace.info().title,
            unit: "nanoseconds",
            start: 0,
            end: weights.iter().sum(),
            samples,
            weights,
        }],
        exporter: concat!("lazyscope ", env!("CARGO_PKG_VERSION")),
    };
    serde_json::to_writer(out, &document).map_err(Into::into)
}

/// Frames, each once.
#[derive(Default)]
struct Frames {
    list: Vec<Frame>,
    numbers: HashMap<String, usize>,
}

impl Frames {
    fn number(&mut self, name: String, line: Option<u32>) -> usize {
        if let Some(&number) = self.numbers.get(&name) {
            return number;
        }
        let number = self.list.len();
        self.list.push(Frame {
            name: name.clone(),
            line,
        });
        self.numbers.insert(name, number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::testing::Run;

    #[test]
    fn stacks_are_chains_of_causes() {
        let mut run = Run::new();
        let authors = run.query(4, "SELECT authors.id FROM authors");
        for owner in 1..=2 {
            let books = run.lazy(5, "Author.books", owner, authors);
            run.lazy(6, "Book.reviews", owner * 10, books);
        }
        let mut out = Vec::new();
        write(&run.trace, &mut out).expect("a vector takes all");
        let document: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
        let frames = &document["shared"]["frames"];
        let profile = &document["profiles"][0];
        let stacks: Vec<String> = profile["samples"]
            .as_array()
            .expect("an array")
            .iter()
            .map(|stack| {
                let stack = stack.as_array().expect("an array").iter();
                let names = stack.map(|frame| {
                    let frame = frame.as_u64().expect("a number") as usize;
                    frames[frame]["name"].as_str().expect("a name").to_string()
                });
                names.collect::<Vec<_>>().join(" > ")
            })
            .collect();
        let query = "Cell 1 > SELECT authors (line 4)";
        let books = format!("{query} > Author.books (line 5)");
        let reviews = format!("{books} > Book.reviews (line 6)");
        assert_eq!(stacks, [query, &books, &reviews, &books, &reviews]);
        assert_eq!(frames.as_array().map(Vec::len), Some(4));
        assert_eq!(profile["endValue"], 25_000);
    }
}
