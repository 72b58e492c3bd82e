//! The names of a text: what its rows come from, and whose columns it names.

use super::{Expects, Mark, Parser};
use crate::trace::shape::lex::Lexeme;
use crate::trace::shape::render;
use crate::trace::shape::scope::{Clause, Join};

impl Parser<'_> {
    /// The last item belongs to those before it, whatever the condition says: as SQLAlchemy's linter has it.
    pub(super) fn connect_last(&mut self) {
        if let [.., before, last] = *self.parsed.scopes.scopes[self.scope].items {
            self.parsed.scopes.connect(before, last);
        }
    }

    pub(super) fn joined(&mut self, _item: usize) {
        let scope = &mut self.parsed.scopes.scopes[self.scope];
        if std::mem::replace(&mut scope.join, Join::Bare) == Join::Natural {
            self.connect_last();
        }
    }

    pub(super) fn name(&mut self) {
        match self.expects {
            Some(Expects::With) => return self.with_name(),
            Some(expects) if self.tokens[self.at].name().is_some() => {
                return self.item(expects);
            }
            _ => {}
        }
        let is_qualifier = self.peek(1).is_some_and(|token| token.is_symbol("."));
        let is_call = self.peek(1).is_some_and(|token| token.is_symbol("("));
        let Some(name) = self.tokens[self.at].name() else {
            return self.advance(Mark::Keep);
        };
        if is_call {
            self.call(name);
            return self.advance(Mark::Keep);
        }
        let in_condition = matches!(self.clause(), Clause::On | Clause::Where);
        if is_qualifier {
            // A column is of one table wherever it stands; a query in brackets may compare with one outside.
            if let Some((item, owner)) = self.parsed.scopes.resolve(name, self.scope) {
                let owner = &mut self.parsed.scopes.scopes[owner];
                if matches!(owner.clause, Clause::On | Clause::Where)
                    && !owner.condition.items.contains(&item)
                {
                    owner.condition.items.push(item);
                }
            }
            self.advance(Mark::Keep);
            self.advance(Mark::Keep);
            return self.advance(Mark::Keep);
        }
        if matches!(self.tokens[self.at], Lexeme::Word(_)) && name.starts_with("current_") {
            self.parsed.facts.is_volatile |=
                matches!(name, "current_date" | "current_time" | "current_timestamp");
        }
        if in_condition {
            self.parsed.scopes.scopes[self.scope].condition.bare += 1;
        }
        let mark = match self.clause() {
            Clause::OrderBy => Mark::Order,
            _ => Mark::Keep,
        };
        self.advance(mark);
    }

    fn call(&mut self, name: &str) {
        const CHANGING: &[&str] = &[
            "random",
            "randomblob",
            "changes",
            "total_changes",
            "last_insert_rowid",
            "date",
            "time",
            "datetime",
            "julianday",
            "unixepoch",
            "strftime",
        ];
        if CHANGING.contains(&name) {
            self.parsed.facts.is_volatile = true;
        }
    }

    /// `name AS (…)` of a `WITH`.
    fn with_name(&mut self) {
        self.expects = None;
        let name = self.tokens[self.at].name().map(str::to_string);
        let item = self.parsed.scopes.add(self.scope, None);
        let scope = &mut self.parsed.scopes.scopes[self.scope];
        scope.items.retain(|&other| other != item);
        scope.queries.push(item);
        self.parsed.scopes.items[item].alias = name;
        self.advance(Mark::Item(item));
    }

    /// A table where rows come from or go to, with its alias.
    fn item(&mut self, expects: Expects) {
        if self.is_next(1, "set") && self.tokens[self.at].is_word("do") {
            self.expects = None;
            return self.advance(Mark::Keep);
        }
        self.expects = None;
        // `other.books` is a table of another schema than the database's own, `main`.
        let mut name = self.tokens[self.at]
            .name()
            .unwrap_or_default()
            .to_lowercase();
        let mut written = render::word(&self.tokens[self.at]);
        let mut last = self.at;
        while let (Some(dot), Some(part)) = (self.tokens.get(last + 1), self.tokens.get(last + 2)) {
            let (true, Some(part_name)) = (dot.is_symbol("."), part.name()) else {
                break;
            };
            name = format!("{name}.{}", part_name.to_lowercase());
            written = format!("{written}.{}", render::word(part));
            last += 2;
        }
        let name = name
            .strip_prefix("main.")
            .map_or(name.clone(), str::to_string);
        let query = self.parsed.scopes.query(&name, self.scope);
        let is_function = expects == Expects::Item
            && self
                .tokens
                .get(last + 1)
                .is_some_and(|token| token.is_symbol("("));
        let item = match query {
            Some(query) => {
                let item = self.parsed.scopes.add(self.scope, None);
                self.parsed.scopes.items[item].display =
                    self.parsed.scopes.items[query].display.clone();
                self.parsed.scopes.items[item].alias = Some(name);
                item
            }
            None if is_function => {
                let item = self.parsed.scopes.add(self.scope, None);
                self.parsed.scopes.items[item].display = written;
                item
            }
            None => {
                match expects {
                    Expects::Target => self.parsed.facts.writes = Some(name.clone()),
                    _ if self.parsed.facts.reads.contains(&name) => {}
                    _ => self.parsed.facts.reads.push(name.clone()),
                }
                self.parsed.scopes.add(self.scope, Some((name, written)))
            }
        };
        self.advance(Mark::Item(item));
        while self.at <= last {
            self.advance(Mark::Drop);
        }
        if is_function {
            self.skip_brackets();
        }
        self.alias(item);
        self.joined(item);
    }

    /// The arguments of a table-valued function.
    fn skip_brackets(&mut self) {
        let depth = self.frames.len();
        loop {
            self.step();
            if self.frames.len() <= depth || self.at >= self.tokens.len() {
                return;
            }
        }
    }

    /// An alias, with or without `AS`, that may follow an item.
    pub(super) fn alias(&mut self, item: usize) {
        let has_as = self.is_next(0, "as");
        let Some(name) = self.peek(usize::from(has_as)) else {
            return;
        };
        if !(name.is_name() || (has_as && name.name().is_some())) {
            return;
        }
        self.parsed.scopes.items[item].alias = name.name().map(str::to_string);
        if has_as {
            self.advance(Mark::Drop);
        }
        self.advance(Mark::Drop);
    }
}
