use sqlparser::dialect::SQLiteDialect;
use sqlparser::tokenizer::{Token, Tokenizer};

/// A token of SQL as far as shapes care: no whitespace, no comments, and names in one case.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Lexeme {
    /// An unquoted name or keyword, in lower case.
    Word(String),
    /// A quoted name, with its quotes.
    Quoted(String),
    /// A parameter: `?`, `?1`, `:name`, `@name`, `$name`.
    Bind,
    /// A literal, as written.
    Literal(String),
    /// An operator or punctuation.
    Symbol(String),
}

impl Lexeme {
    pub fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self, Self::Symbol(text) if text == symbol)
    }

    /// Whether it is that word, given in lower case.
    pub fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(text) if text == word)
    }

    pub fn is_value(&self) -> bool {
        matches!(self, Self::Bind | Self::Literal(_))
    }

    /// A name that no keyword takes.
    pub fn is_name(&self) -> bool {
        match self {
            Self::Word(word) => !is_keyword(word),
            Self::Quoted(_) => true,
            _ => false,
        }
    }

    /// The name, quoted or not.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Word(name) => Some(name),
            Self::Quoted(name) => Some(unquote(name)),
            _ => None,
        }
    }
}

/// A quoted name without its quotes.
fn unquote(name: &str) -> &str {
    let mut chars = name.chars();
    chars.next();
    chars.next_back();
    chars.as_str()
}

/// The tokens of a text; none when it cannot be told into tokens.
pub(super) fn lexemes(sql: &str) -> Option<Vec<Lexeme>> {
    let tokens = Tokenizer::new(&SQLiteDialect {}, sql)
        .with_unescape(false)
        .tokenize()
        .ok()?;
    let mut lexemes: Vec<Lexeme> = Vec::with_capacity(tokens.len() / 2);
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let lexeme = match token {
            Token::Whitespace(_) | Token::EOF | Token::SemiColon => continue,
            Token::Word(word) => match word.quote_style {
                Some(quote) => {
                    let close = if quote == '[' { ']' } else { quote };
                    Lexeme::Quoted(format!("{quote}{}{close}", word.value))
                }
                None => word_of(word.value),
            },
            Token::Placeholder(_) => Lexeme::Bind,
            Token::Colon | Token::AtSign if matches!(tokens.peek(), Some(Token::Word(_))) => {
                tokens.next();
                Lexeme::Bind
            }
            Token::Number(text, _) => number(&mut lexemes, text),
            Token::SingleQuotedString(text) => Lexeme::Literal(format!("'{text}'")),
            Token::HexStringLiteral(text) => Lexeme::Literal(format!("x'{text}'")),
            // SQLite knows one "equal" and one "not equal".
            Token::DoubleEq => Lexeme::Symbol("=".into()),
            other => Lexeme::Symbol(other.to_string()),
        };
        lexemes.push(lexeme);
    }
    Some(lexemes)
}

fn word_of(word: String) -> Lexeme {
    match word.to_lowercase() {
        word if word == "true" || word == "false" => Lexeme::Literal(word),
        word => Lexeme::Word(word),
    }
}

/// A number; a sign before it that no operand precedes is part of it.
fn number(before: &mut Vec<Lexeme>, text: String) -> Lexeme {
    let signed = match before.as_slice() {
        [rest @ .., Lexeme::Symbol(sign)] if sign == "-" || sign == "+" => match rest.last() {
            None => true,
            Some(Lexeme::Symbol(symbol)) => symbol != ")",
            Some(Lexeme::Word(word)) => is_keyword(word) && word != "end" && word != "null",
            Some(_) => false,
        },
        _ => false,
    };
    if !signed {
        return Lexeme::Literal(text);
    }
    match before.pop() {
        Some(Lexeme::Symbol(sign)) => Lexeme::Literal(format!("{sign}{text}")),
        _ => Lexeme::Literal(text),
    }
}

/// The words that no name may be without quotes, and those that end what a name could be an alias of.
/// (<https://www.sqlite.org/lang_keywords.html>, less those that SQLite takes as names.)
const KEYWORDS: &[&str] = &[
    "add",
    "all",
    "alter",
    "and",
    "as",
    "asc",
    "begin",
    "between",
    "by",
    "case",
    "cast",
    "check",
    "collate",
    "commit",
    "conflict",
    "constraint",
    "create",
    "cross",
    "default",
    "delete",
    "desc",
    "distinct",
    "do",
    "drop",
    "else",
    "end",
    "escape",
    "except",
    "exists",
    "fetch",
    "for",
    "foreign",
    "from",
    "full",
    "glob",
    "group",
    "having",
    "if",
    "in",
    "index",
    "indexed",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "key",
    "lateral",
    "left",
    "like",
    "limit",
    "materialized",
    "natural",
    "not",
    "nothing",
    "notnull",
    "null",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "over",
    "partition",
    "pragma",
    "primary",
    "recursive",
    "references",
    "regexp",
    "release",
    "replace",
    "returning",
    "right",
    "rollback",
    "rows",
    "savepoint",
    "select",
    "set",
    "table",
    "then",
    "to",
    "transaction",
    "union",
    "unique",
    "update",
    "using",
    "values",
    "when",
    "where",
    "window",
    "with",
];

pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sql: &str, expected: &str) {
        let told: Vec<String> = lexemes(sql)
            .expect("tokens")
            .into_iter()
            .map(|lexeme| match lexeme {
                Lexeme::Word(text) | Lexeme::Quoted(text) | Lexeme::Symbol(text) => text,
                Lexeme::Bind => "?".into(),
                Lexeme::Literal(text) => format!("<{text}>"),
            })
            .collect();
        assert_eq!(told.join(" "), expected);
    }

    #[test]
    fn tokens() {
        check(
            "SELECT  1 -- one\n, /* two */ 'x''y'",
            "select <1> , <'x''y'>",
        );
        check("a=?1 AND b==:name", "a = ? and b = ?");
        check("x = @p OR y = $p", "x = ? or y = ?");
        check("\"Book s\".[id] `a`", "\"Book s\" . [id] `a`");
        check(
            "a = -1 AND b - 1 > -2.5e3",
            "a = <-1> and b - <1> > <-2.5e3>",
        );
        check("x'AbC0' TRUE;", "<x'AbC0'> <true>");
    }

    #[test]
    fn keywords_are_sorted_for_the_search() {
        assert!(KEYWORDS.is_sorted());
        assert!(!is_keyword("name"));
    }
}
