//! `text()`: SQL written by hand, with named parameters in it.

use std::rc::Rc;

use super::node::{Bind, BindValue, Expr, ExprKind};
use crate::orm::sql::types::SqlType;
use crate::orm::value::Value;

/// SQL text whose `:name` are bind parameters.
#[derive(Clone, Debug)]
pub struct TextClause {
    /// As written.
    pub text: Rc<str>,
    /// By name, in order of first appearance.
    pub binds: Vec<(Rc<str>, Expr)>,
}

/// A piece of text: as it stands, or the name of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPart<'a> {
    Sql(&'a str),
    Bind(&'a str),
}

impl TextClause {
    pub fn new(text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        let mut binds: Vec<(Rc<str>, Expr)> = Vec::new();
        for part in parts(text) {
            if let TextPart::Bind(name) = part
                && !binds.iter().any(|(known, _)| &**known == name)
            {
                let bind = Bind::named(name, BindValue::Required).into_expr(SqlType::Null);
                binds.push((Rc::from(name), bind));
            }
        }
        Self {
            text: Rc::from(text),
            binds,
        }
    }

    /// `text(…).bindparams(…)`: each expression is a bind parameter that replaces the one of its key.
    pub fn bind_params(&self, binds: impl IntoIterator<Item = Expr>) -> Self {
        let mut new = self.clone();
        for expr in binds {
            let Some(base) = expr.as_bind().map(|bind| bind.base.clone()) else {
                continue;
            };
            if let Some(entry) = new.binds.iter_mut().find(|(name, _)| *name == base) {
                entry.1 = expr;
            }
        }
        new
    }

    /// `text(…).bindparams(name=value)`.
    pub fn with_value(&self, name: &str, value: Value) -> Self {
        let ty = value.sql_type();
        let bind = Bind::named(name, BindValue::Value(value)).into_expr(ty);
        self.bind_params([bind])
    }

    pub fn into_expr(self) -> Expr {
        Expr::new(ExprKind::Text(Rc::new(self)), SqlType::Null)
    }

    pub fn bind(&self, name: &str) -> Option<&Expr> {
        self.binds
            .iter()
            .find(|(known, _)| &**known == name)
            .map(|(_, expr)| expr)
    }
}

/// Splits text at its parameters: a colon and a word, where no colon, word or backslash stands before and no colon
/// after (`::` casts), as SQLAlchemy's pattern has it. `\:` is left for the compiler to unescape.
pub fn parts(text: &str) -> Vec<TextPart<'_>> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b':' {
            let free_before = text[..at]
                .chars()
                .next_back()
                .is_none_or(|c| c != ':' && c != '\\' && !is_word(c));
            let word = text[at + 1..]
                .find(|c: char| !is_word(c))
                .map_or(text.len(), |end| at + 1 + end);
            let mut end = word;
            // The pattern backtracks: before a second colon a shorter word matches, except a word of one letter.
            if bytes.get(end) == Some(&b':') {
                end = text[at + 1..end]
                    .char_indices()
                    .next_back()
                    .map_or(at + 1, |(last, _)| at + 1 + last);
            }
            if free_before && end > at + 1 {
                if at > from {
                    parts.push(TextPart::Sql(&text[from..at]));
                }
                parts.push(TextPart::Bind(&text[at + 1..end]));
                from = end;
                at = end;
                continue;
            }
        }
        at += 1;
    }
    if from < text.len() {
        parts.push(TextPart::Sql(&text[from..]));
    }
    parts
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// A value as Python writes it.
pub(in crate::orm::sql) fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => format!("{number:?}"),
        Value::Text(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        Value::Blob(_) => "b'…'".to_owned(),
        Value::Object(object) => format!("{object:?}"),
        Value::Stored(stored) => repr(&crate::orm::value::from_stored(stored)),
    }
}
