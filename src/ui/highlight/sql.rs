//! SQL's tokens, and SQL laid out in lines.

use super::Token;

const KEYWORDS: [&str; 84] = [
    "ALL",
    "ALTER",
    "AND",
    "AS",
    "ASC",
    "BEGIN",
    "BETWEEN",
    "BY",
    "CASCADE",
    "CASE",
    "CAST",
    "CHECK",
    "COLLATE",
    "COMMIT",
    "CONSTRAINT",
    "CREATE",
    "CROSS",
    "DEFAULT",
    "DELETE",
    "DESC",
    "DISTINCT",
    "DROP",
    "ELSE",
    "END",
    "ESCAPE",
    "EXCEPT",
    "EXISTS",
    "FOREIGN",
    "FROM",
    "FULL",
    "GROUP",
    "HAVING",
    "IF",
    "IN",
    "INDEX",
    "INNER",
    "INSERT",
    "INTERSECT",
    "INTO",
    "IS",
    "JOIN",
    "KEY",
    "LEFT",
    "LIKE",
    "LIMIT",
    "NATURAL",
    "NOT",
    "NULL",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "PARTITION",
    "PRAGMA",
    "PRIMARY",
    "RECURSIVE",
    "REFERENCES",
    "RELEASE",
    "RETURNING",
    "RIGHT",
    "ROLLBACK",
    "SAVEPOINT",
    "SELECT",
    "SET",
    "TABLE",
    "TEMPORARY",
    "THEN",
    "TO",
    "TRANSACTION",
    "TRIGGER",
    "UNION",
    "UNIQUE",
    "UPDATE",
    "USING",
    "VALUES",
    "VIEW",
    "WHEN",
    "WHERE",
    "WINDOW",
    "WITH",
    "WITHOUT",
    "ROWID",
];

/// Cuts SQL into its tokens; put together they are the SQL again.
pub fn sql(text: &str) -> Vec<(Token, &str)> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (token, length) = next(rest, first);
        let (text, tail) = rest.split_at(length);
        tokens.push((token, text));
        rest = tail;
    }
    tokens
}

fn next(rest: &str, first: char) -> (Token, usize) {
    let until = |end: &str, from: usize| {
        rest[from..]
            .find(end)
            .map_or(rest.len(), |at| from + at + end.len())
    };
    let span = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
    match first {
        '-' if rest.starts_with("--") => (Token::Comment, rest.find('\n').unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => (Token::Comment, until("*/", 2)),
        '\'' => (Token::String, quoted(rest, '\'')),
        // A quoted name is a name, whatever stands in it.
        '"' | '`' => (Token::Plain, quoted(rest, first)),
        '[' => (Token::Plain, until("]", 1)),
        '?' => (
            Token::Parameter,
            1 + rest[1..]
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len() - 1),
        ),
        ':' | '@' | '$' if rest[1..].starts_with(|c: char| c.is_alphabetic() || c == '_') => (
            Token::Parameter,
            1 + rest[1..]
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(rest.len() - 1),
        ),
        c if c.is_ascii_digit() => (
            Token::Number,
            span(|c| c.is_ascii_alphanumeric() || c == '.'),
        ),
        c if c.is_alphabetic() || c == '_' => {
            let length = span(|c| c.is_alphanumeric() || c == '_' || c == '$');
            let word = &rest[..length];
            let token = match is_keyword(word) {
                true => Token::Keyword,
                false if rest[length..].starts_with('(') => Token::Name,
                false => Token::Plain,
            };
            (token, length)
        }
        c if c.is_whitespace() => (Token::Plain, span(char::is_whitespace)),
        c => (Token::Plain, c.len_utf8()),
    }
}

fn is_keyword(word: &str) -> bool {
    KEYWORDS
        .iter()
        .any(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// Length of a quoted text in which the quote is doubled to mean itself.
fn quoted(rest: &str, quote: char) -> usize {
    let mut at = 1;
    while let Some(end) = rest[at..].find(quote) {
        at += end + 1;
        if !rest[at..].starts_with(quote) {
            return at;
        }
        at += 1;
    }
    rest.len()
}

/// Words that begin a line of their own, with how far its continuation is indented.
const CLAUSES: [&str; 17] = [
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "VALUES",
    "SET",
    "RETURNING",
    "UNION",
    "INTERSECT",
    "EXCEPT",
    "LEFT",
    "INNER",
    "CROSS",
    "JOIN",
];

/// The SQL in lines: a clause each, subqueries indented, `AND` and `OR` under their clause. Only white space differs
/// from what was sent.
pub fn format_sql(text: &str) -> String {
    const LAID_OUT: [&str; 6] = ["SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "REPLACE"];
    let first = text.split_whitespace().next().unwrap_or_default();
    if !LAID_OUT.iter().any(|word| word.eq_ignore_ascii_case(first)) {
        // A schema comes in lines of its own.
        return text.trim().replace('\t', "  ");
    }
    let mut out = String::with_capacity(text.len() + 32);
    // For each open parenthesis, whether it holds a subquery.
    let mut parentheses: Vec<bool> = Vec::new();
    let mut previous = String::new();
    let mut wants_space = false;
    let tokens: Vec<_> = sql(text)
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .collect();
    let spaced: Vec<bool> = spaces(text);
    for (at, (token, word)) in tokens.iter().enumerate() {
        let is_keyword = *token == Token::Keyword;
        let upper = if is_keyword {
            word.to_ascii_uppercase()
        } else {
            String::new()
        };
        if *word == ")" && parentheses.pop() == Some(true) {
            newline(&mut out, &parentheses);
            wants_space = false;
        }
        let in_subquery = parentheses.last().is_none_or(|is_subquery| *is_subquery);
        let starts_clause = is_keyword
            && in_subquery
            && CLAUSES.contains(&upper.as_str())
            && !out.is_empty()
            && !(upper == "JOIN"
                && [
                    "LEFT", "OUTER", "INNER", "CROSS", "FULL", "RIGHT", "NATURAL",
                ]
                .contains(&previous.as_str()))
            && !(upper == "FROM" && previous == "DELETE")
            && !(upper == "SELECT"
                && ["UNION", "ALL"].contains(&previous.as_str())
                && out.ends_with("ALL"))
            && !(upper == "SET" && previous == "ON");
        let continues = is_keyword
            && in_subquery
            && matches!(upper.as_str(), "AND" | "OR")
            && previous != "BETWEEN";
        if starts_clause {
            newline(&mut out, &parentheses);
            wants_space = false;
        } else if continues {
            newline(&mut out, &parentheses);
            out.push_str("  ");
            wants_space = false;
        }
        if wants_space && spaced[at] {
            out.push(' ');
        }
        out.push_str(word);
        wants_space = true;
        if *word == "(" {
            let holds_query = tokens.get(at + 1).is_some_and(|(_, next)| {
                next.eq_ignore_ascii_case("SELECT") || next.eq_ignore_ascii_case("WITH")
            });
            parentheses.push(holds_query);
            if holds_query {
                newline(&mut out, &parentheses);
                wants_space = false;
            }
        }
        if *token == Token::Comment && word.starts_with("--") {
            newline(&mut out, &parentheses);
            wants_space = false;
        }
        if is_keyword && (upper != "AND" || previous == "BETWEEN") {
            previous = upper;
        }
    }
    out
}

fn newline(out: &mut String, parentheses: &[bool]) {
    while out.ends_with(' ') {
        out.pop();
    }
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    let depth = parentheses
        .iter()
        .filter(|is_subquery| **is_subquery)
        .count();
    out.extend(std::iter::repeat_n("  ", depth));
}

/// For each token that is not white space, whether white space stood before it.
fn spaces(text: &str) -> Vec<bool> {
    let mut spaced = Vec::new();
    let mut space = false;
    for (_, text) in sql(text) {
        match text.trim().is_empty() {
            true => space = true,
            false => {
                spaced.push(space);
                space = false;
            }
        }
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let formatted = format_sql(text);
        assert_eq!(formatted, expected);
        let bare = |text: &str| text.split_whitespace().collect::<Vec<_>>().concat();
        assert_eq!(bare(&formatted), bare(text), "only white space may differ");
    }

    #[test]
    fn clauses_have_their_lines() {
        check(
            "SELECT books.id, books.title \nFROM books \nWHERE ? = books.author_id AND books.id > 3 ORDER BY books.id",
            "SELECT books.id, books.title\nFROM books\nWHERE ? = books.author_id\n  AND books.id > 3\nORDER BY books.id",
        );
        check(
            "SELECT a.id FROM a LEFT OUTER JOIN b ON a.id = b.a WHERE a.x BETWEEN 1 AND 2",
            "SELECT a.id\nFROM a\nLEFT OUTER JOIN b ON a.id = b.a\nWHERE a.x BETWEEN 1 AND 2",
        );
        check(
            "DELETE FROM a WHERE a.id = ?",
            "DELETE FROM a\nWHERE a.id = ?",
        );
        check(
            "INSERT INTO a (x, y) VALUES (?, ?)",
            "INSERT INTO a (x, y)\nVALUES (?, ?)",
        );
        check("BEGIN (implicit)", "BEGIN (implicit)");
        check(
            "\nCREATE TABLE a (\n\tid INTEGER\n)\n\n",
            "CREATE TABLE a (\n  id INTEGER\n)",
        );
    }

    #[test]
    fn subqueries_are_indented() {
        check(
            "SELECT x.id FROM (SELECT a.id AS id FROM a LIMIT ? OFFSET ?) AS x LEFT OUTER JOIN b ON x.id = b.a",
            "SELECT x.id\nFROM (\n  SELECT a.id AS id\n  FROM a\n  LIMIT ? OFFSET ?\n) AS x\nLEFT OUTER JOIN b ON x.id = b.a",
        );
        check(
            "SELECT max(a.id) FROM a WHERE a.id IN (1, 2)",
            "SELECT max(a.id)\nFROM a\nWHERE a.id IN (1, 2)",
        );
    }

    #[test]
    fn tokens_are_told_apart() {
        let coloured: Vec<_> = sql(
            "SELECT \"from\", 'it''s', count(x) -- all\nFROM t WHERE a = ?1 AND b = :b LIMIT 5",
        )
        .into_iter()
        .filter(|(token, _)| *token != Token::Plain)
        .collect();
        use Token::*;
        assert_eq!(
            coloured,
            [
                (Keyword, "SELECT"),
                (String, "'it''s'"),
                (Name, "count"),
                (Comment, "-- all"),
                (Keyword, "FROM"),
                (Keyword, "WHERE"),
                (Parameter, "?1"),
                (Keyword, "AND"),
                (Parameter, ":b"),
                (Keyword, "LIMIT"),
                (Number, "5"),
            ]
        );
    }

    #[test]
    fn what_is_not_closed_ends_with_the_text() {
        for text in ["'open", "\"open", "[open", "/* open", "?", ":", "é"] {
            let whole: String = sql(text).into_iter().map(|(_, text)| text).collect();
            assert_eq!(whole, text);
        }
    }
}
