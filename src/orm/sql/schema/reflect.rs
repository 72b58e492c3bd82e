//! What a schema is asked for, and what the text of its tables says beyond SQLite's answers: names of constraints,
//! actions of foreign keys, checks.

use std::ops::Range;

/// Which names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    Tables,
    Views,
    TemporaryTables,
    TemporaryViews,
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn in_schema(schema: Option<&str>) -> String {
    schema.map_or_else(String::new, |schema| format!("{}.", quoted(schema)))
}

/// The statement that lists names.
pub fn names(which: Names, schema: Option<&str>, internal: bool) -> String {
    let (master, kind) = match which {
        Names::Tables => ("sqlite_master", "table"),
        Names::Views => ("sqlite_master", "view"),
        Names::TemporaryTables => ("sqlite_temp_master", "table"),
        Names::TemporaryViews => ("sqlite_temp_master", "view"),
    };
    let hidden = if internal {
        ""
    } else {
        " AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
    };
    let schema = in_schema(schema);
    format!("SELECT name FROM {schema}{master} WHERE type='{kind}'{hidden} ORDER BY name")
}

/// The statements that ask for a fact of a table, one after the other until there is an answer: it may be a temporary one.
pub fn pragmas(fact: &str, schema: Option<&str>, table: &str) -> Vec<String> {
    let table = quoted(table);
    let of = |schema: &str| format!("PRAGMA {schema}.{fact}({table})");
    match schema {
        Some(schema) => vec![of(&quoted(schema))],
        None => vec![of("main"), of("temp")],
    }
}

pub fn schemas() -> &'static str {
    "PRAGMA database_list"
}

/// The statement that asks for the text of a table or view, by its name.
pub fn text_of_table(schema: Option<&str>) -> String {
    let schema = in_schema(schema);
    format!(
        "SELECT sql FROM  (SELECT * FROM {schema}sqlite_master UNION ALL   SELECT * FROM {schema}sqlite_temp_master) \
         WHERE name = ? AND type in ('table', 'view')"
    )
}

/// The statement that asks for the text of a view, by its name.
pub fn text_of_view(schema: Option<&str>) -> String {
    match schema {
        Some(schema) => format!(
            "SELECT sql FROM {}.sqlite_master WHERE name = ? AND type='view'",
            quoted(schema)
        ),
        None => "SELECT sql FROM  (SELECT * FROM sqlite_master UNION ALL   SELECT * FROM sqlite_temp_master) WHERE \
                 name = ? AND type='view'"
            .to_owned(),
    }
}

/// The statement that asks for the text of an index, by its name.
pub fn text_of_index(schema: Option<&str>) -> String {
    let schema = in_schema(schema);
    format!("SELECT sql FROM {schema}sqlite_master WHERE name = ? AND type = 'index'")
}

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    /// A name in quotes of some kind.
    Quoted(String),
    Sign(char),
}

/// The text of a table, in pieces.
pub struct Parsed<'a> {
    text: &'a str,
    tokens: Vec<(Token, Range<usize>)>,
}

/// A foreign key that is written as a constraint of the table.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ForeignKeyText {
    pub name: Option<String>,
    pub columns: Vec<String>,
    pub table: String,
    pub referred: Vec<String>,
    /// `ondelete` and `onupdate`, as they were written.
    pub actions: Vec<(&'static str, String)>,
    pub deferrable: Option<bool>,
    pub initially: Option<String>,
}

impl<'a> Parsed<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut tokens = Vec::new();
        let mut rest = text.char_indices().peekable();
        while let Some((start, first)) = rest.next() {
            let closing = match first {
                '"' | '`' | '\'' => Some(first),
                '[' => Some(']'),
                _ => None,
            };
            if let Some(closing) = closing {
                let mut inner = String::new();
                let mut end = text.len();
                while let Some((at, character)) = rest.next() {
                    if character != closing {
                        inner.push(character);
                    } else if rest.peek().is_some_and(|(_, next)| *next == closing) {
                        inner.push(closing);
                        rest.next();
                    } else {
                        end = at + closing.len_utf8();
                        break;
                    }
                }
                tokens.push((Token::Quoted(inner), start..end));
            } else if first.is_alphanumeric() || first == '_' {
                let mut end = start + first.len_utf8();
                while let Some((at, character)) =
                    rest.next_if(|(_, next)| next.is_alphanumeric() || *next == '_')
                {
                    end = at + character.len_utf8();
                }
                tokens.push((Token::Word(text[start..end].to_owned()), start..end));
            } else if !first.is_whitespace() {
                tokens.push((Token::Sign(first), start..start + first.len_utf8()));
            }
        }
        Self { text, tokens }
    }

    fn is_word(&self, at: usize, word: &str) -> bool {
        matches!(self.tokens.get(at), Some((Token::Word(known), _)) if known.eq_ignore_ascii_case(word))
    }

    fn are_words(&self, at: usize, words: &[&str]) -> bool {
        let mut words = words.iter().enumerate();
        words.all(|(offset, word)| self.is_word(at + offset, word))
    }

    fn is_sign(&self, at: usize, sign: char) -> bool {
        matches!(self.tokens.get(at), Some((Token::Sign(known), _)) if *known == sign)
    }

    fn name(&self, at: usize) -> Option<String> {
        match self.tokens.get(at) {
            Some((Token::Word(name) | Token::Quoted(name), _)) => Some(name.clone()),
            _ => None,
        }
    }

    /// The place of the parenthesis that closes the one at `open`.
    fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0;
        for (at, (token, _)) in self.tokens.iter().enumerate().skip(open) {
            match token {
                Token::Sign('(') => depth += 1,
                Token::Sign(')') => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The names in the parentheses that begin at `open`, and the place after them.
    fn names_in(&self, open: usize) -> Option<(Vec<String>, usize)> {
        if !self.is_sign(open, '(') {
            return None;
        }
        let close = self.closing(open)?;
        let names = (open + 1..close).filter_map(|at| self.name(at));
        Some((names.collect(), close + 1))
    }

    /// The name that is given to the constraint which begins at that place.
    fn constraint_name(&self, at: usize) -> Option<String> {
        let before = at.checked_sub(2)?;
        if self.is_word(before, "CONSTRAINT") {
            self.name(before + 1)
        } else {
            None
        }
    }

    /// The name of the primary key's constraint.
    pub fn primary_key_name(&self) -> Option<String> {
        (0..self.tokens.len())
            .filter(|&at| self.are_words(at, &["PRIMARY", "KEY"]))
            .find_map(|at| self.constraint_name(at))
    }

    /// The foreign keys that are constraints of the table, in order.
    pub fn foreign_keys(&self) -> Vec<ForeignKeyText> {
        (0..self.tokens.len())
            .filter(|&at| self.are_words(at, &["FOREIGN", "KEY"]))
            .filter_map(|at| self.foreign_key(at))
            .collect()
    }

    fn foreign_key(&self, at: usize) -> Option<ForeignKeyText> {
        let (columns, next) = self.names_in(at + 2)?;
        if !self.is_word(next, "REFERENCES") {
            return None;
        }
        let table = self.name(next + 1)?;
        let (referred, mut next) = self.names_in(next + 2)?;
        let mut found = ForeignKeyText {
            name: self.constraint_name(at),
            columns,
            table,
            referred,
            ..ForeignKeyText::default()
        };
        while self.is_word(next, "ON") {
            let name = if self.is_word(next + 1, "DELETE") {
                "ondelete"
            } else {
                "onupdate"
            };
            let action = self.action(next + 2)?;
            next += 2 + action.split(' ').count();
            // What SQLite does anyway is nothing that was said.
            if action != "NO ACTION" {
                found.actions.push((name, action));
            }
        }
        if self.are_words(next, &["NOT", "DEFERRABLE"]) {
            found.deferrable = Some(false);
            next += 2;
        } else if self.is_word(next, "DEFERRABLE") {
            found.deferrable = Some(true);
            next += 1;
        }
        if self.is_word(next, "INITIALLY") {
            found.initially = self.name(next + 1).map(|word| word.to_uppercase());
        }
        Some(found)
    }

    fn action(&self, at: usize) -> Option<String> {
        let known: [&[&str]; 5] = [
            &["SET", "NULL"],
            &["SET", "DEFAULT"],
            &["NO", "ACTION"],
            &["CASCADE"],
            &["RESTRICT"],
        ];
        let found = known.into_iter().find(|words| self.are_words(at, words))?;
        Some(found.join(" "))
    }

    /// The columns that are unique together, with the name of the constraint: first those that are constraints of the
    /// table, then columns that say it of themselves.
    pub fn uniques(&self) -> Vec<(Option<String>, Vec<String>)> {
        let unique = (0..self.tokens.len()).filter(|&at| self.is_word(at, "UNIQUE"));
        let (of_table, of_column): (Vec<_>, Vec<_>) =
            unique.partition(|at| self.is_sign(at + 1, '('));
        let mut found: Vec<(Option<String>, Vec<String>)> = of_table
            .into_iter()
            .filter_map(|at| Some((self.constraint_name(at), self.names_in(at + 1)?.0)))
            .collect();
        // Words alone lead from the name of a column to here, else nobody can tell which it is.
        let column = |at: usize| {
            let is_word = |before: &usize| matches!(self.tokens[*before].0, Token::Word(_));
            let first = (0..at).rev().take_while(is_word).last()?;
            let is_quoted = first > 0 && matches!(self.tokens[first - 1].0, Token::Quoted(_));
            self.name(if is_quoted { first - 1 } else { first })
        };
        found.extend(
            of_column
                .into_iter()
                .filter_map(|at| Some((None, vec![column(at)?]))),
        );
        found
    }

    /// What is checked of each row, with the name of the constraint.
    pub fn checks(&self) -> Vec<(Option<String>, String)> {
        let checks = (0..self.tokens.len()).filter(|&at| self.is_word(at, "CHECK"));
        checks
            .filter(|at| self.is_sign(at + 1, '('))
            .filter_map(|at| {
                let close = self.closing(at + 1)?;
                let inner = self.tokens[at + 1].1.end..self.tokens[close].1.start;
                Some((self.constraint_name(at), self.text[inner].trim().to_owned()))
            })
            .collect()
    }

    /// Whether the table says at its end that it has no rowid, and that it is strict.
    pub fn options(&self) -> (bool, bool) {
        let after = self
            .tokens
            .iter()
            .rposition(|(token, _)| *token == Token::Sign(')'));
        let last = after.map_or(0, |at| at + 1)..self.tokens.len();
        let has = |words: &[&str]| last.clone().any(|at| self.are_words(at, words));
        (has(&["WITHOUT", "ROWID"]), has(&["STRICT"]))
    }

    /// The expression that a column is generated by.
    pub fn generated(&self, column: &str) -> Option<String> {
        let named = (0..self.tokens.len()).filter(|&at| self.name(at).as_deref() == Some(column));
        named.into_iter().find_map(|at| {
            let mut next = at + 1;
            while !self.are_words(next, &["GENERATED", "ALWAYS", "AS"]) {
                if next >= self.tokens.len() || self.is_sign(next, ',') {
                    return None;
                }
                next += 1;
            }
            let close = self.closing(next + 3)?;
            let inner = self.tokens[next + 3].1.end..self.tokens[close].1.start;
            Some(self.text[inner].to_owned())
        })
    }

    /// What the rows of a partial index have in common.
    pub fn predicate(&self) -> Option<String> {
        let places = 1..self.tokens.len();
        let found = places
            .into_iter()
            .find(|&at| self.is_word(at, "WHERE") && self.is_sign(at - 1, ')'))?;
        Some(
            self.text[self.tokens[found].1.end..]
                .trim_start()
                .to_owned(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "CREATE TABLE \"a b\" (\n\tid INTEGER NOT NULL, \n\tmail VARCHAR(20) NOT NULL, \n\tcode TEXT UNIQUE, \n\t\
                         total INTEGER GENERATED ALWAYS AS (id * (2)) STORED, CONSTRAINT pk PRIMARY KEY (id), CONSTRAINT \
                         \"u 1\" UNIQUE (mail, \"co de\"), CONSTRAINT c CHECK (id > 0 AND mail != ')'), FOREIGN KEY(x, y) \
                         REFERENCES \"p q\" (x, y) ON DELETE SET NULL ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED) \
                         WITHOUT ROWID, STRICT";

    #[test]
    fn what_the_text_of_a_table_says() {
        let parsed = Parsed::new(TABLE);
        assert_eq!(parsed.primary_key_name().as_deref(), Some("pk"));
        assert_eq!(
            parsed.uniques(),
            [
                (
                    Some("u 1".to_owned()),
                    vec!["mail".to_owned(), "co de".to_owned()]
                ),
                (None, vec!["code".to_owned()])
            ]
        );
        let check = (Some("c".to_owned()), "id > 0 AND mail != ')'".to_owned());
        assert_eq!(parsed.checks(), [check]);
        assert_eq!(
            parsed.foreign_keys(),
            [ForeignKeyText {
                name: None,
                columns: vec!["x".to_owned(), "y".to_owned()],
                table: "p q".to_owned(),
                referred: vec!["x".to_owned(), "y".to_owned()],
                actions: vec![("ondelete", "SET NULL".to_owned())],
                deferrable: Some(true),
                initially: Some("DEFERRED".to_owned()),
            }]
        );
        assert_eq!(parsed.options(), (true, true));
        assert_eq!(parsed.generated("total").as_deref(), Some("id * (2)"));
        assert_eq!(parsed.generated("mail"), None);
    }

    #[test]
    fn what_a_partial_index_has() {
        let parsed = Parsed::new("CREATE INDEX i ON t (a) WHERE a > 5 AND b IS NULL");
        assert_eq!(parsed.predicate().as_deref(), Some("a > 5 AND b IS NULL"));
        assert_eq!(Parsed::new("CREATE INDEX i ON t (a)").predicate(), None);
    }
}
