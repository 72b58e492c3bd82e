//! The line that opens a cell: `# %% Title [type] key=value …`, as Jupytext writes it.

use super::lines::{Line, Within};
use super::{Problem, near};
use crate::trace::CellKind;

/// A parsed header.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    pub kind: CellKind,
    pub title: String,
    pub setup: bool,
    pub check: bool,
    pub budget: Option<u64>,
}

/// What follows the `%%` when a line opens a cell.
pub(super) fn marker<'a>(line: &Line<'a>) -> Option<&'a str> {
    if line.within == Within::String {
        return None;
    }
    let rest = line
        .text
        .strip_prefix('#')?
        .trim_start_matches([' ', '\t'])
        .strip_prefix("%%")?;
    // Further percent signs are Jupytext's levels of nesting, which change nothing here.
    let rest = rest.trim_start_matches('%');
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(rest)
}

/// One piece of a header.
#[derive(Debug, PartialEq)]
enum Token<'a> {
    Word(&'a str),
    Type(&'a str),
    Option(&'a str, &'a str),
}

/// Reads a header; what is malformed goes to `problems` and is taken for absent.
pub(super) fn parse(line: u32, text: &str, problems: &mut Vec<Problem>) -> Header {
    let mut wrong = |wrong: String, right: &str| problems.push(Problem::new(line, wrong, right));
    let tokens = match tokens(text) {
        Ok(tokens) => tokens,
        Err(error) => {
            wrong(error, "write # %% Title [type] key=value");
            text.split_whitespace().map(Token::Word).collect()
        }
    };
    let mut header = Header {
        kind: CellKind::Code,
        title: String::new(),
        setup: false,
        check: false,
        budget: None,
    };
    let mut title = Vec::new();
    let mut bare = Vec::new();
    let mut title_is_over = false;
    let mut has_type = false;
    for token in tokens {
        match token {
            Token::Word(word) if !title_is_over => title.push(word),
            Token::Word(word @ ("setup" | "check")) => bare.push(word),
            Token::Word(word) => wrong(
                format!("{word:?} stands after the header's type and options"),
                "write the title first: # %% Title [type] key=value; the bare words after it are setup and check",
            ),
            Token::Type(name) => {
                title_is_over = true;
                if has_type {
                    wrong(
                        format!("the header has a second type [{name}]"),
                        "leave one of them",
                    );
                }
                has_type = true;
                match name {
                    "markdown" | "md" => header.kind = CellKind::Markdown,
                    "code" => header.kind = CellKind::Code,
                    _ => wrong(
                        format!("there is no cell type [{name}]"),
                        "write [markdown], or no type for a cell of code",
                    ),
                }
            }
            Token::Option(key, value) => {
                title_is_over = true;
                option(&mut header, key, value, &mut wrong);
            }
        }
    }
    let word = match header.kind {
        CellKind::Code => "setup",
        CellKind::Markdown => "check",
    };
    // Before the options a bare word is one at either end of the title: "Models setup", "setup Models".
    let mut found = bare.contains(&word);
    if title.last() == Some(&word) {
        title.pop();
        found = true;
    } else if title.first() == Some(&word) {
        title.remove(0);
        found = true;
    }
    match header.kind {
        CellKind::Code => header.setup = found,
        CellKind::Markdown => header.check = found,
    }
    for other in bare.into_iter().filter(|bare| *bare != word) {
        match header.kind {
            CellKind::Code => wrong(
                format!("{other:?} is for a markdown cell"),
                "write # %% [markdown] check",
            ),
            CellKind::Markdown => wrong(format!("{other:?} is for a cell of code"), "leave it out"),
        }
    }
    if header.kind == CellKind::Markdown && header.budget.take().is_some() {
        wrong(
            "a markdown cell has a budget".to_owned(),
            "move it to the header of a cell of code",
        );
    }
    header.title = title.join(" ");
    header
}

fn option(header: &mut Header, key: &str, value: &str, wrong: &mut impl FnMut(String, &str)) {
    if key != "budget" {
        // Other tools keep options of their own here; only a slip of the pen is worth a word.
        if near::nearest(key, ["budget"]).is_some() {
            wrong(
                format!("there is no option {key:?}; did you mean \"budget\"?"),
                "write budget=3",
            );
        }
        return;
    }
    if header.budget.is_some() {
        wrong(
            "the cell has a second budget".to_owned(),
            "leave one of them",
        );
        return;
    }
    match value.parse() {
        Ok(budget) => header.budget = Some(budget),
        Err(_) => wrong(
            format!("the budget {value:?} is not a whole number of statements"),
            "write budget=3",
        ),
    }
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = if let Some(inner) = rest.strip_prefix('[') {
            let end = inner
                .find(']')
                .ok_or_else(|| format!("the bracket in {rest:?} is not closed"))?;
            tokens.push(Token::Type(inner[..end].trim()));
            end + 2
        } else {
            let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
            match rest[..word].split_once('=') {
                Some((key, _)) if is_key(key) => {
                    let start = key.len() + 1;
                    let end = start + value_end(&rest[start..])?;
                    tokens.push(Token::Option(key, &rest[start..end]));
                    end
                }
                _ => {
                    tokens.push(Token::Word(&rest[..word]));
                    word
                }
            }
        };
        rest = rest[end..].trim_start();
    }
    Ok(tokens)
}

fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}

/// Where an option's value ends: JSON in quotes, brackets or braces, else the next space.
fn value_end(text: &str) -> Result<usize, String> {
    if !text.starts_with(['"', '[', '{']) {
        return Ok(text.find(char::is_whitespace).unwrap_or(text.len()));
    }
    let mut depth = 0;
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 && !quoted {
            return Ok(at + c.len_utf8());
        }
    }
    Err(format!("the value {text} is not closed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::lines::lines;

    /// The header as `kind title setup check budget`, absent things left out.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut problems = Vec::new();
        let header = parse(1, text, &mut problems);
        assert_eq!(describe(&header), expected, "{text}");
        assert_eq!(problems, [], "{text}");
    }

    #[track_caller]
    fn check_wrong(text: &str, expected: &str, wrong: &str) {
        let mut problems = Vec::new();
        let header = parse(1, text, &mut problems);
        assert_eq!(describe(&header), expected, "{text}");
        let found: Vec<&str> = problems
            .iter()
            .map(|problem| problem.wrong.as_str())
            .collect();
        assert_eq!(found, [wrong], "{text}");
    }

    fn describe(header: &Header) -> String {
        let mut words = vec![format!("{:?}", header.kind), format!("{:?}", header.title)];
        words.extend(header.setup.then(|| "setup".to_owned()));
        words.extend(header.check.then(|| "check".to_owned()));
        words.extend(header.budget.map(|budget| budget.to_string()));
        words.join(" ")
    }

    #[test]
    fn titles_types_and_options() {
        check("", "Code \"\"");
        check(" List page budget=3", "Code \"List page\" 3");
        check(" Models setup", "Code \"Models\" setup");
        check(" setup", "Code \"\" setup");
        check(" setup Models", "Code \"Models\" setup");
        check(" Models [code] setup budget=4", "Code \"Models\" setup 4");
        check(" budget=0 setup", "Code \"\" setup 0");
        check(" How to setup a session", "Code \"How to setup a session\"");
        check(" [markdown]", "Markdown \"\"");
        check(" [md] check", "Markdown \"\" check");
        check(
            " Your turn [markdown] check",
            "Markdown \"Your turn\" check",
        );
        check(" Last check", "Code \"Last check\"");
        check(
            " A title tags=[\"a\", \"b c\"] id=\"x y\" budget=2",
            "Code \"A title\" 2",
        );
    }

    #[test]
    fn what_is_malformed_is_told_and_left_out() {
        check_wrong(
            " A budget=three",
            "Code \"A\"",
            "the budget \"three\" is not a whole number of statements",
        );
        check_wrong(
            " A budget=-1",
            "Code \"A\"",
            "the budget \"-1\" is not a whole number of statements",
        );
        check_wrong(
            " A budget=",
            "Code \"A\"",
            "the budget \"\" is not a whole number of statements",
        );
        check_wrong(
            " A budget=1 budget=2",
            "Code \"A\" 1",
            "the cell has a second budget",
        );
        check_wrong(
            " A budgt=1",
            "Code \"A\"",
            "there is no option \"budgt\"; did you mean \"budget\"?",
        );
        check_wrong(
            " A [markdow]",
            "Code \"A\"",
            "there is no cell type [markdow]",
        );
        check_wrong(
            " A [markdown",
            "Code \"A [markdown\"",
            "the bracket in \"[markdown\" is not closed",
        );
        check_wrong(
            " A [markdown] budget=1",
            "Markdown \"A\"",
            "a markdown cell has a budget",
        );
        check_wrong(
            " A budget=1 B",
            "Code \"A\" 1",
            "\"B\" stands after the header's type and options",
        );
        check_wrong(
            " A tags=[\"a\"",
            "Code \"A tags=[\\\"a\\\"\"",
            "the value [\"a\" is not closed",
        );
    }

    #[test]
    fn markers() {
        for (text, expected) in [
            ("# %% A", Some(" A")),
            ("#%%", Some("")),
            ("# %%%% A", Some(" A")),
            ("# %%A", None),
            ("  # %% A", None),
            ("x = 1 # %%", None),
            ("# 5 %% A", None),
        ] {
            assert_eq!(marker(&lines(text)[0]), expected, "{text}");
        }
    }
}
