//! The lines of a Python file, and which of them are code at the top level.
//!
//! Not a parser: it knows strings, brackets and comments, which is what keeps a `# %%` inside a docstring from being
//! taken for a cell.

/// What a line's first character stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// A statement may begin here.
    Nothing,
    /// A string in triple quotes that began on an earlier line.
    String,
    /// Brackets that were opened on an earlier line, or a line that ended in a backslash.
    Statement,
}

/// One line of the file.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    /// 1-based.
    pub number: u32,
    /// Without its end.
    pub text: &'a str,
    /// Byte at which the line starts in the file.
    pub start: usize,
    pub within: Within,
    /// Byte in `text` of the `#` that begins a comment.
    pub comment: Option<usize>,
}

/// Splits a file into lines. A string that is never closed is taken for one that was never opened, so that the cells
/// after it still show.
pub(super) fn lines(source: &str) -> Vec<Line<'_>> {
    let mut unclosed = Vec::new();
    loop {
        let (lines, open) = scan(source, &unclosed);
        match open {
            Some(at) => unclosed.push(at),
            None => return lines,
        }
    }
}

/// Scans with the triple quotes at the bytes `ignored` taken for nothing; also tells where a string was left open.
fn scan<'a>(source: &'a str, ignored: &[usize]) -> (Vec<Line<'a>>, Option<usize>) {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut string: Option<(u8, usize)> = None;
    let mut depth = 0usize;
    let mut continued = false;
    for (index, whole) in source.split_inclusive('\n').enumerate() {
        let text = whole.strip_suffix('\n').unwrap_or(whole);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let within = if string.is_some() {
            Within::String
        } else if depth > 0 || continued {
            Within::Statement
        } else {
            Within::Nothing
        };
        continued = false;
        let bytes = text.as_bytes();
        let mut comment = None;
        let mut at = 0;
        while at < bytes.len() {
            if let Some((quote, _)) = string {
                if bytes[at] == b'\\' {
                    at += 2;
                } else if is_triple(bytes, at, quote) {
                    string = None;
                    at += 3;
                } else {
                    at += 1;
                }
                continue;
            }
            match bytes[at] {
                b'#' => {
                    comment = Some(at);
                    break;
                }
                quote @ (b'"' | b'\'') if is_triple(bytes, at, quote) => {
                    if !ignored.contains(&(start + at)) {
                        string = Some((quote, start + at));
                    }
                    at += 3;
                }
                quote @ (b'"' | b'\'') => at = after_string(bytes, at, quote),
                b'(' | b'[' | b'{' => {
                    depth += 1;
                    at += 1;
                }
                b')' | b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    at += 1;
                }
                b'\\' if at + 1 == bytes.len() => {
                    continued = true;
                    at += 1;
                }
                _ => at += 1,
            }
        }
        lines.push(Line {
            number: index as u32 + 1,
            text,
            start,
            within,
            comment,
        });
        start += whole.len();
    }
    (lines, string.map(|(_, at)| at))
}

fn is_triple(bytes: &[u8], at: usize, quote: u8) -> bool {
    bytes.len() >= at + 3 && bytes[at..at + 3].iter().all(|byte| *byte == quote)
}

/// The byte after a string in single quotes that starts at `at`; the end of the line when it is not closed there.
fn after_string(bytes: &[u8], at: usize, quote: u8) -> usize {
    let mut at = at + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line's state as a letter (`.` nothing, `s` string, `c` statement), `#` after those with a comment.
    #[track_caller]
    fn check(source: &str, expected: &str) {
        let found: Vec<String> = lines(source)
            .iter()
            .map(|line| {
                let state = match line.within {
                    Within::Nothing => ".",
                    Within::String => "s",
                    Within::Statement => "c",
                };
                format!("{state}{}", if line.comment.is_some() { "#" } else { "" })
            })
            .collect();
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn strings_brackets_and_comments() {
        check("a = 1\nb = 2  # two\n", ". .#");
        check("a = '#'\nb = \"\\\"#\" # c\n", ". .#");
        check("a = '''\n# %%\n''' # c\nb\n", ". s s# .");
        check("f(\n  1, # one\n)\nb", ". c# c .");
        check("a = 1 + \\\n  2\nb", ". c .");
        check("# it's\nb", ".# .");
        check("", "");
    }

    #[test]
    fn a_string_left_open_hides_nothing() {
        check("a = '''\n# %%\nb = 1\n", ". .# .");
        check("a = 'x\n# %%\n", ". .#");
    }

    #[test]
    fn ends_of_lines_are_no_text() {
        let lines = lines("a\r\nb\n");
        assert_eq!(
            (lines[0].text, lines[1].text, lines[1].start),
            ("a", "b", 3)
        );
    }
}
