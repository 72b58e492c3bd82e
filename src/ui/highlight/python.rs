//! Python's tokens, as far as colours need them.

use super::Token;

const KEYWORDS: [&str; 38] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class",
    "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if",
    "import", "in", "is", "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return",
    "try", "type", "while", "with", "yield",
];

/// Keywords only where a statement begins; elsewhere they are names.
const SOFT: [&str; 3] = ["case", "match", "type"];

/// Cuts code into its tokens; put together they are the code again.
pub fn python(code: &str) -> Vec<(Token, &str)> {
    let mut tokens = Vec::new();
    let mut rest = code;
    let mut at_start = true;
    while let Some(first) = rest.chars().next() {
        let (token, length) = next(rest, first, at_start);
        let (text, tail) = rest.split_at(length);
        at_start = match first {
            '\n' => true,
            c if c.is_whitespace() => at_start,
            _ => false,
        };
        tokens.push((token, text));
        rest = tail;
    }
    tokens
}

fn next(rest: &str, first: char, at_start: bool) -> (Token, usize) {
    if first == '#' {
        return (Token::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if let Some(length) = string(rest) {
        return (Token::String, length);
    }
    if first.is_ascii_digit() {
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
        return (Token::Number, length.unwrap_or(rest.len()));
    }
    if first.is_alphabetic() || first == '_' {
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let word = &rest[..length];
        let after = rest[length..].trim_start_matches(' ');
        let token = match word {
            word if SOFT.contains(&word) => {
                match at_start && after.starts_with(|c: char| c.is_alphabetic()) {
                    true => Token::Keyword,
                    false => Token::Plain,
                }
            }
            word if KEYWORDS.contains(&word) => Token::Keyword,
            _ if after.starts_with('(') => Token::Name,
            _ => Token::Plain,
        };
        return (token, length);
    }
    if first == '@' && at_start {
        let length = rest.find(|c: char| !(c.is_alphanumeric() || "@_.".contains(c)));
        return (Token::Name, length.unwrap_or(rest.len()));
    }
    (Token::Plain, first.len_utf8())
}

/// Length of the string literal that starts here, prefix and quotes included.
fn string(rest: &str) -> Option<usize> {
    let quote_at = rest.find(|c: char| !c.is_ascii_alphabetic())?;
    let prefix = &rest[..quote_at];
    if prefix.len() > 2 || !prefix.chars().all(|c| "rbfutRBFUT".contains(c)) {
        return None;
    }
    let body = &rest[quote_at..];
    let quote = body.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let is_raw = prefix.contains(['r', 'R']);
    let triple: String = [quote; 3].iter().collect();
    let (open, close) = match body.starts_with(&triple) {
        true => (3, triple),
        false => (1, quote.to_string()),
    };
    let mut at = open;
    while at < body.len() {
        let here = &body[at..];
        if here.starts_with(&close) {
            return Some(quote_at + at + close.len());
        }
        if here.starts_with('\n') && open == 1 {
            break;
        }
        let mut chars = here.chars();
        let c = chars
            .next()
            .expect("`at` is below the length, on a boundary");
        at += c.len_utf8();
        if c == '\\' && !is_raw {
            at += chars.next().map_or(0, char::len_utf8);
        }
    }
    // Not closed: the rest of the line, or of a triple-quoted text all that follows.
    Some(quote_at + at.min(body.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, expected: &[(Token, &str)]) {
        let tokens = python(code);
        let whole: String = tokens.iter().map(|(_, text)| *text).collect();
        assert_eq!(whole, code, "nothing is lost");
        let coloured: Vec<_> = tokens
            .into_iter()
            .filter(|(token, _)| *token != Token::Plain)
            .collect();
        assert_eq!(coloured, expected);
    }

    #[test]
    fn words() {
        use Token::*;
        check(
            "for author in session.scalars(q):  # all\n",
            &[
                (Keyword, "for"),
                (Keyword, "in"),
                (Name, "scalars"),
                (Comment, "# all"),
            ],
        );
        check("x = 1_000 + 2.5", &[(Number, "1_000"), (Number, "2.5")]);
        check(
            "@cached\ndef f(): pass",
            &[
                (Name, "@cached"),
                (Keyword, "def"),
                (Name, "f"),
                (Keyword, "pass"),
            ],
        );
        check("type = match", &[]);
        check("match command:", &[(Keyword, "match")]);
    }

    #[test]
    fn strings() {
        use Token::*;
        check(
            r#"print(f"{a}: 'b'")"#,
            &[(Name, "print"), (String, r#"f"{a}: 'b'""#)],
        );
        check(
            r#"'it\'s' r'\'"#,
            &[(String, r"'it\'s'"), (String, r"r'\'")],
        );
        check("'''a\nb''' c", &[(String, "'''a\nb'''")]);
        check("'open\nx", &[(String, "'open")]);
        check("'é\\", &[(String, "'é\\")]);
        check("bar'x'", &[(String, "'x'")]);
    }
}
