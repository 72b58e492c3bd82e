//! Shapes of SQL: what stays of a statement's text when values, comments and aliases are taken out.
//!
//! By the tokens of `sqlparser`, SQLite's dialect; done once for each distinct text. What has provenance needs no
//! shape: it serves queries written by hand and traces from elsewhere.

mod facts;
mod lex;
mod parse;
mod render;
mod scope;
#[cfg(test)]
mod tests;

pub use facts::{Facts, Key, Role, Slot, Transaction};

/// The shape of a text, and what its tokens say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    pub text: String,
    pub facts: Facts,
}

/// The shape of `sql`. Equal shapes ask the same of the same tables, with other values.
pub fn of(sql: &str) -> Shape {
    let Some(lexemes) = lex::lexemes(sql) else {
        // Not told into tokens: it stands for itself, and nothing is known of it.
        return Shape {
            text: sql.trim().to_string(),
            facts: Facts {
                changes_all: true,
                ..Facts::default()
            },
        };
    };
    let parsed = parse::parse(&lexemes);
    Shape {
        text: render::render(&lexemes, &parsed),
        facts: parsed.facts,
    }
}
