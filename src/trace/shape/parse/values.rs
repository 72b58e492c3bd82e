//! The values of a text, and what each is compared with.

use super::{List, Mark, Parser};
use crate::trace::shape::facts::{Key, Role, Slot};
use crate::trace::shape::lex::Lexeme;
use crate::trace::shape::scope::Clause;

impl Parser<'_> {
    pub(super) fn value(&mut self) {
        let role = self.role();
        let literal = match &self.tokens[self.at] {
            Lexeme::Literal(text) => Some(text.clone()),
            _ => None,
        };
        self.parsed.facts.slots.push(Slot { role, literal });
        self.advance(Mark::Keep);
    }

    /// An `=` between columns of two tables, in a condition.
    pub(super) fn equals(&mut self) {
        if matches!(self.clause(), Clause::Where | Clause::On) {
            self.equations.push((self.scope, self.at));
        }
        self.advance(Mark::Keep);
    }

    /// The pairs of columns that are to be equal. A subquery among the columns of a query names tables of the `FROM`
    /// that only comes after it: so this is asked at the end.
    pub(super) fn joins(&mut self) -> Vec<[Key; 2]> {
        let mut joins = Vec::new();
        for (scope, at) in std::mem::take(&mut self.equations) {
            (self.scope, self.at) = (scope, at);
            if let (Some(left), Some(right)) = (self.key_before(1), self.key_after(1))
                && left.table.is_some()
                && right.table.is_some()
            {
                joins.push([left, right]);
            }
        }
        joins
    }

    /// The column after an `ORDER BY`; none for a computed one.
    pub(super) fn sorted_by(&self) -> Option<Key> {
        let is_qualified = self.peek(2).is_some_and(|token| token.is_symbol("."));
        let after = self.peek(if is_qualified { 4 } else { 2 });
        let ends = |token: &Lexeme| {
            let words = ["asc", "desc", "nulls", "limit"];
            token.is_symbol(",") || words.iter().any(|word| token.is_word(word))
        };
        let key = self.key_after(1)?;
        let is_label = !is_qualified && self.parsed.labels.contains(&key.column);
        (after.is_none_or(ends) && !is_label).then_some(key)
    }

    fn role(&mut self) -> Role {
        match self.clause() {
            Clause::Page => return Role::Page,
            Clause::Where | Clause::On => {}
            _ => return Role::Other,
        }
        // The brackets around it may be those of a row in the list.
        let mut around = self.frames.iter_mut().rev().take(2);
        if let Some(list) = around.find_map(|frame| frame.list.as_mut()) {
            let key = list.keys[list.next % list.keys.len()].clone();
            list.next += 1;
            return Role::Key(key);
        }
        let symbol = |token: Option<&Lexeme>| match token {
            Some(Lexeme::Symbol(symbol)) => Some(symbol.clone()),
            Some(Lexeme::Word(word)) if word == "is" => Some("=".to_string()),
            _ => None,
        };
        let (operator, key) = match (symbol(self.before(1)), symbol(self.peek(1))) {
            (Some(operator), _) if is_comparison(&operator) => {
                let key = self.key_before(2).or_else(|| self.key_in_call(2));
                (operator, key)
            }
            (_, Some(operator)) if is_comparison(&operator) => (operator, self.key_after(2)),
            _ if self.before(1).is_some_and(|token| token.is_word("between"))
                || (self.before(3).is_some_and(|token| token.is_word("between"))) =>
            {
                let back = match self.before(1) {
                    Some(token) if token.is_word("between") => 2,
                    _ => 4,
                };
                (">".to_string(), self.key_before(back))
            }
            _ => return Role::Other,
        };
        match (operator.as_str(), key) {
            ("=", Some(key)) => Role::Key(key),
            (_, Some(key)) => Role::Range(key),
            _ => Role::Other,
        }
    }

    /// The column that ends `back` tokens before this one.
    fn key_before(&self, back: usize) -> Option<Key> {
        let column = self.before(back)?;
        if !column.is_name() {
            return None;
        }
        let is_qualified = self
            .before(back + 1)
            .is_some_and(|token| token.is_symbol("."));
        let qualifier = match is_qualified {
            true => self.before(back + 2),
            false => None,
        };
        self.key(qualifier, column)
    }

    /// The column that begins `ahead` tokens after this one.
    pub(super) fn key_after(&self, ahead: usize) -> Option<Key> {
        let first = self.peek(ahead)?;
        if !first.is_name() {
            return None;
        }
        let is_qualified = self
            .peek(ahead + 1)
            .is_some_and(|token| token.is_symbol("."));
        match is_qualified {
            true => self.key(Some(first), self.peek(ahead + 2)?),
            false
                if self
                    .peek(ahead + 1)
                    .is_some_and(|token| token.is_symbol("(")) =>
            {
                None
            }
            false => self.key(None, first),
        }
    }

    /// The list that opens here, with the column or the row of columns before its operator; none when it holds other
    /// than values.
    pub(super) fn list(&self) -> Option<List> {
        let mut count = 0;
        let mut depth = 0;
        for token in &self.tokens[self.at..] {
            match token {
                Lexeme::Symbol(symbol) => match symbol.as_str() {
                    "(" => depth += 1,
                    ")" => depth -= 1,
                    "," => {}
                    _ => return None,
                },
                token if token.is_value() => count += 1,
                // SQLite takes rows as a table: `IN (VALUES (?, ?))`.
                token if token.is_word("values") => {}
                _ => return None,
            }
            if depth == 0 {
                break;
            }
        }
        let mut keys = match self.before(2) {
            Some(token) if token.is_symbol(")") => self.row_before(3)?,
            _ => vec![self.key_before(2)?],
        };
        let rows = count / keys.len() as u32;
        for key in &mut keys {
            key.of = rows;
        }
        Some(List { keys, next: 0 })
    }

    /// The columns of `(a, t.b)`, whose last one ends `back` tokens before this one.
    fn row_before(&self, mut back: usize) -> Option<Vec<Key>> {
        let mut keys = Vec::new();
        loop {
            keys.push(self.key_before(back)?);
            let is_qualified = self.before(back + 1)?.is_symbol(".");
            back += if is_qualified { 3 } else { 1 };
            match self.before(back)? {
                token if token.is_symbol(",") => back += 1,
                token if token.is_symbol("(") => break,
                _ => return None,
            }
        }
        keys.reverse();
        Some(keys)
    }

    fn key(&self, qualifier: Option<&Lexeme>, column: &Lexeme) -> Option<Key> {
        let scopes = &self.parsed.scopes;
        let table = match qualifier {
            Some(qualifier) => scopes
                .resolve(qualifier.name()?, self.scope)
                .and_then(|(item, _)| scopes.items[item].table.clone()),
            None => match *scopes.scopes[self.scope].items {
                [only] => scopes.items[only].table.clone(),
                _ => None,
            },
        };
        Some(Key {
            table,
            column: column.name()?.to_string(),
            of: 1,
            function: None,
        })
    }

    /// The one column in the call of a function that ends `back` tokens before this one: `lower(t.a)`,
    /// `substr(a, ?, ?)`.
    fn key_in_call(&self, back: usize) -> Option<Key> {
        if !self.before(back)?.is_symbol(")") {
            return None;
        }
        let mut key = None;
        let mut at = back + 1;
        loop {
            let token = self.before(at)?;
            match token {
                token if token.is_symbol("(") => break,
                token if token.is_symbol(",") || token.is_value() => at += 1,
                // `CAST(a AS TEXT)`: what was taken for the column is a type.
                token if token.is_word("as") => {
                    key = None;
                    at += 1;
                }
                token if token.is_name() && key.is_none() => {
                    key = Some(self.key_before(at)?);
                    let is_qualified = self.before(at + 1)?.is_symbol(".");
                    at += if is_qualified { 3 } else { 1 };
                }
                _ => return None,
            }
        }
        let is_function = |token: &&Lexeme| token.is_name() || token.is_word("cast");
        let function = self.before(at + 1).filter(is_function)?;
        Some(Key {
            function: Some(function.name()?.to_string()),
            ..key?
        })
    }

    /// The column that is to be NULL, at an `IS`.
    pub(super) fn is_null(&mut self) {
        if matches!(self.clause(), Clause::Where | Clause::On) && self.is_next(1, "null") {
            self.parsed.facts.nulls.extend(self.key_before(1));
        }
    }
}

fn is_comparison(symbol: &str) -> bool {
    matches!(symbol, "=" | "<" | ">" | "<=" | ">=")
}
