//! How deep a source nests, measured before it is parsed: the parser and the compiler recurse, and a stack that
//! overflows takes the process with it.

/// As CPython's own parser allows.
const BRACKETS: usize = 200;
/// As CPython's own tokenizer allows.
const INDENTS: usize = 100;
/// Operators in one expression; each makes the tree a level deeper. CPython gives up somewhere above.
const OPERATORS: usize = 3_000;

/// A source that nests too deep, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooDeep {
    /// 1-based.
    pub line: usize,
    pub what: &'static str,
}

/// Checks brackets, indentation and chains of operators.
///
/// # Errors
/// The first place that passes a bound.
pub(super) fn check(source: &str) -> Result<(), TooDeep> {
    Scanner::new(source).run()
}

struct Scanner<'a> {
    rest: &'a [u8],
    line: usize,
    /// Operators so far in the expression of each open bracket, that outside of all brackets first.
    operators: Vec<usize>,
    indents: Vec<usize>,
}

impl<'a> Scanner<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            rest: source.as_bytes(),
            line: 1,
            operators: vec![0],
            indents: vec![0],
        }
    }

    fn run(mut self) -> Result<(), TooDeep> {
        self.indent()?;
        while let Some(&byte) = self.rest.first() {
            match byte {
                b'\n' => {
                    self.advance(1);
                    if self.operators.len() == 1 {
                        self.operators[0] = 0;
                        self.indent()?;
                    }
                }
                b'#' => self.skip_comment(),
                b'\\' => self.advance(2),
                b'\'' | b'"' => self.string(false)?,
                b'(' | b'[' | b'{' => {
                    self.operator()?;
                    self.operators.push(0);
                    if self.operators.len() > BRACKETS + 1 {
                        return Err(self.too_deep("too many nested parentheses"));
                    }
                    self.advance(1);
                }
                b')' | b']' | b'}' => {
                    if self.operators.len() > 1 {
                        self.operators.pop();
                    }
                    self.advance(1);
                }
                b',' | b';' => {
                    if let Some(count) = self.operators.last_mut() {
                        *count = 0;
                    }
                    self.advance(1);
                }
                b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'~' | b'<'
                | b'>' | b'=' | b'.' | b'!' | b':' => {
                    self.operator()?;
                    self.advance(1);
                }
                byte if byte == b'_' || byte.is_ascii_alphabetic() || byte >= 0x80 => {
                    self.word()?
                }
                _ => self.advance(1),
            }
        }
        Ok(())
    }

    fn too_deep(&self, what: &'static str) -> TooDeep {
        TooDeep {
            line: self.line,
            what,
        }
    }

    fn advance(&mut self, count: usize) {
        let count = count.min(self.rest.len());
        let (passed, rest) = self.rest.split_at(count);
        self.line += passed.iter().filter(|&&byte| byte == b'\n').count();
        self.rest = rest;
    }

    fn skip_comment(&mut self) {
        let end = self.rest.iter().position(|&byte| byte == b'\n');
        self.advance(end.unwrap_or(self.rest.len()));
    }

    fn operator(&mut self) -> Result<(), TooDeep> {
        let Some(count) = self.operators.last_mut() else {
            return Ok(());
        };
        *count += 1;
        if *count > OPERATORS {
            return Err(self.too_deep("too many operators in one expression"));
        }
        Ok(())
    }

    /// A name, a keyword, or the prefix of a string.
    fn word(&mut self) -> Result<(), TooDeep> {
        let end = self
            .rest
            .iter()
            .position(|&byte| byte != b'_' && !byte.is_ascii_alphanumeric() && byte < 0x80)
            .unwrap_or(self.rest.len());
        let word = &self.rest[..end];
        let is_prefix = word.len() <= 2 && word.iter().all(|byte| b"rRbBuUfFtT".contains(byte));
        let opens_string = matches!(self.rest.get(end), Some(b'\'' | b'"'));
        if is_prefix && opens_string {
            let formatted = word.iter().any(|byte| b"fFtT".contains(byte));
            self.advance(end);
            return self.string(formatted);
        }
        if matches!(
            word,
            b"and"
                | b"or"
                | b"not"
                | b"if"
                | b"else"
                | b"lambda"
                | b"in"
                | b"is"
                | b"await"
                | b"for"
        ) {
            self.operator()?;
        }
        self.advance(end);
        Ok(())
    }

    /// A string literal; what stands in the braces of a formatted one is parsed too, so its brackets count.
    fn string(&mut self, formatted: bool) -> Result<(), TooDeep> {
        let quote = self.rest[0];
        let long = self.rest.starts_with(&[quote; 3]);
        self.advance(if long { 3 } else { 1 });
        let mut depth = 0usize;
        while let Some(&byte) = self.rest.first() {
            match byte {
                b'\\' => {
                    self.advance(2);
                    continue;
                }
                b'\n' if !long => return Ok(()),
                byte if byte == quote && !long => {
                    self.advance(1);
                    return Ok(());
                }
                byte if byte == quote && self.rest.starts_with(&[quote; 3]) => {
                    self.advance(3);
                    return Ok(());
                }
                b'(' | b'[' | b'{' if formatted => {
                    depth += 1;
                    if depth > BRACKETS {
                        return Err(self.too_deep("too many nested parentheses"));
                    }
                }
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.advance(1);
        }
        Ok(())
    }

    /// Reads the blanks that begin a line; lines without code do not count.
    fn indent(&mut self) -> Result<(), TooDeep> {
        let width = self
            .rest
            .iter()
            .take_while(|&&byte| byte == b' ' || byte == b'\t')
            .count();
        if matches!(self.rest.get(width), None | Some(b'\n' | b'\r' | b'#')) {
            return Ok(());
        }
        while self.indents.last().is_some_and(|&open| open > width) {
            self.indents.pop();
        }
        if self.indents.last().is_some_and(|&open| open < width) {
            self.indents.push(width);
        }
        if self.indents.len() > INDENTS {
            return Err(self.too_deep("too many levels of indentation"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_source(source: &str, expected: Option<(usize, &'static str)>) {
        let found = check(source).err().map(|deep| (deep.line, deep.what));
        assert_eq!(found, expected);
    }

    #[test]
    fn brackets_nest_as_deep_as_in_cpython() {
        let parentheses = Some((2, "too many nested parentheses"));
        check_source(
            &format!("x = {}1{}", "[".repeat(200), "]".repeat(200)),
            None,
        );
        check_source(&format!("\nx = {}", "(".repeat(20_000)), parentheses);
        check_source(&format!("\nx = f'{}'", "{(".repeat(500)), parentheses);
        check_source(
            &format!("x = '{}'  # {}", "(".repeat(500), "(".repeat(500)),
            None,
        );
        check_source(&"x = (1)\n".repeat(1000), None);
        check_source(&"'''\n(((\n'''\n".repeat(1000), None);
    }

    #[test]
    fn chains_and_indentation_are_bounded() {
        let operators = Some((1, "too many operators in one expression"));
        check_source(&format!("x = 1{}", " + 1".repeat(50_000)), operators);
        check_source(&format!("x = {}1", "not ".repeat(50_000)), operators);
        check_source(&format!("x{}", ".y".repeat(50_000)), operators);
        check_source(&format!("x{}", "()".repeat(50_000)), operators);
        check_source(&format!("x = [{}]", "a.b + 1, ".repeat(50_000)), None);
        let mut source = String::new();
        for level in 0..101 {
            source.push_str(&format!("{}if 1:\n", " ".repeat(level)));
        }
        check_source(&source, Some((101, "too many levels of indentation")));
    }
}
