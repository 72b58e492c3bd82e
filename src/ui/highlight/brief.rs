//! A statement in a line: what it does, to which table, under which condition.

use super::{Token, sql};

/// How much of a text is looked at: lists of literals may go on for megabytes.
const LONGEST: usize = 4_000;

/// `SELECT books WHERE ? = author_id` for a statement that spells out every column.
pub fn brief(text: &str) -> String {
    let end = (0..=LONGEST.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    let tokens: Vec<_> = sql(&text[..end])
        .into_iter()
        .filter(|(token, text)| *token != Token::Comment && !text.trim().is_empty())
        .collect();
    let word = |at: usize| tokens.get(at).map_or("", |(_, text)| *text);
    let is = |at: usize, keyword: &str| word(at).eq_ignore_ascii_case(keyword);
    let verb = word(0).to_ascii_uppercase();
    let table_after = |keyword: &str| top_level(&tokens, keyword).map(|at| table(&tokens, at + 1));
    let head = match verb.as_str() {
        "SELECT" => match table_after("FROM") {
            Some(table) => format!("SELECT {table}"),
            None => return cut(&squeezed(&tokens[..])),
        },
        "INSERT" => format!("INSERT {}", table_after("INTO").unwrap_or_default()),
        "DELETE" => format!("DELETE {}", table_after("FROM").unwrap_or_default()),
        "UPDATE" => format!("UPDATE {}", table(&tokens, 1)),
        "CREATE" | "DROP" if is(1, "TABLE") || is(1, "INDEX") || is(1, "UNIQUE") => {
            let end = tokens
                .iter()
                .position(|(_, text)| *text == "(")
                .unwrap_or(tokens.len());
            return cut(&squeezed(&tokens[..end]));
        }
        _ => return cut(&squeezed(&tokens[..])),
    };
    let condition = top_level(&tokens, "WHERE").map(|at| {
        let tail = ["GROUP", "ORDER", "LIMIT", "RETURNING", "HAVING"];
        let length = tail
            .iter()
            .filter_map(|word| top_level(&tokens[at..], word))
            .min();
        &tokens[at..length.map_or(tokens.len(), |length| at + length)]
    });
    let text = match condition {
        Some(condition) => format!("{head} {}", squeezed(condition)),
        None => head,
    };
    cut(&text)
}

/// Index of a keyword outside of parentheses.
fn top_level(tokens: &[(Token, &str)], keyword: &str) -> Option<usize> {
    let mut depth = 0;
    tokens.iter().position(|(token, text)| {
        match *text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        depth == 0 && *token == Token::Keyword && text.eq_ignore_ascii_case(keyword)
    })
}

/// The table that is named from there on; of a subquery, the table inside of it.
fn table(tokens: &[(Token, &str)], from: usize) -> String {
    let Some((_, first)) = tokens.get(from) else {
        return String::new();
    };
    if *first == "(" {
        return match top_level(&tokens[from + 1..], "FROM") {
            Some(at) => format!("({})", table(tokens, from + 1 + at + 1)),
            None => "(…)".to_owned(),
        };
    }
    first.trim_matches(['"', '`', '[', ']']).to_owned()
}

/// The tokens in a line, tables before columns left out, long lists folded.
fn squeezed(tokens: &[(Token, &str)]) -> String {
    let mut text = String::new();
    let mut at = 0;
    while at < tokens.len() {
        let (token, word) = tokens[at];
        // `books.author_id` is `author_id` here: the table is named already.
        let is_qualifier = token == Token::Plain
            && word.starts_with(|c: char| c.is_alphanumeric() || "_\"`[".contains(c))
            && tokens.get(at + 1).is_some_and(|(_, next)| *next == ".");
        if is_qualifier {
            at += 2;
            continue;
        }
        if let Some(length) = list(&tokens[at..]) {
            text.push_str(" (…)");
            at += length;
            continue;
        }
        let glued = text.is_empty()
            || matches!(word, "," | ")" | ".")
            || text.ends_with('(')
            || (word == "(" && text.ends_with(|c: char| c.is_lowercase()));
        if !glued {
            text.push(' ');
        }
        text.push_str(word);
        at += 1;
    }
    text
}

/// Length of the parenthesised list of values that starts here, when it has more than two.
fn list(tokens: &[(Token, &str)]) -> Option<usize> {
    if tokens.first()?.1 != "(" {
        return None;
    }
    let end = tokens
        .iter()
        .position(|(_, text)| *text == ")")
        .unwrap_or(tokens.len() - 1);
    let values = &tokens[1..end];
    let is_list = values.iter().all(|(token, text)| {
        matches!(token, Token::Parameter | Token::Number | Token::String) || *text == ","
    });
    (is_list && values.len() > 3).then_some(end + 1)
}

fn cut(text: &str) -> String {
    const WIDEST: usize = 160;
    match text.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(brief(text), expected);
    }

    #[test]
    fn statements_in_a_line() {
        check(
            "SELECT authors.id, authors.name \nFROM authors",
            "SELECT authors",
        );
        check(
            "SELECT books.id AS books_id \nFROM books \nWHERE ? = books.author_id ORDER BY books.id",
            "SELECT books WHERE ? = author_id",
        );
        check(
            "SELECT b.id FROM books AS b WHERE b.author_id IN (?, ?, ?, ?)",
            "SELECT books WHERE author_id IN (…)",
        );
        check(
            "SELECT anon_1.id FROM (SELECT a.id AS id FROM authors AS a LIMIT ?) AS anon_1 LEFT OUTER JOIN b ON 1",
            "SELECT (authors)",
        );
        check("INSERT INTO authors (name) VALUES (?)", "INSERT authors");
        check(
            "UPDATE authors SET name=? WHERE authors.id = ?",
            "UPDATE authors WHERE id = ?",
        );
        check(
            "DELETE FROM authors WHERE authors.id = ?",
            "DELETE authors WHERE id = ?",
        );
        check(
            "CREATE TABLE authors (\n\tid INTEGER NOT NULL\n)",
            "CREATE TABLE authors",
        );
        check("SELECT 1", "SELECT 1");
        check("BEGIN (implicit)", "BEGIN (implicit)");
        check("PRAGMA foreign_keys", "PRAGMA foreign_keys");
        check(
            "SELECT count(*) AS n FROM t WHERE lower(t.name) = ?",
            "SELECT t WHERE lower(name) = ?",
        );
        check("", "");
    }
}
