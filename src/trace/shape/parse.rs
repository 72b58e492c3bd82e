use super::facts::{Facts, Key, Role, Slot, Transaction};
use super::lex::Lexeme;
use super::scope::{Clause, Join, Scopes};

/// What a pass over the tokens found out about each of them.
pub(super) struct Parsed {
    pub scopes: Scopes,
    /// Scope of each token.
    pub scope_of: Vec<usize>,
    pub marks: Vec<Mark>,
    /// Names given to columns with `AS`, in order.
    pub labels: Vec<String>,
    pub facts: Facts,
}

/// What a shape makes of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Keep,
    /// An alias where it is given: left out.
    Drop,
    /// The name of an item in a `FROM`.
    Item(usize),
    /// A word of an `ORDER BY` that may name a column's label.
    Order,
}

/// Brackets that are open.
struct Frame {
    /// The scope inside, and the one to come back to.
    outer: usize,
    /// It is a query or a join that rows come from.
    is_from_item: bool,
    /// It holds nothing but values to compare with.
    in_list: Option<(Key, u32)>,
}

struct Parser<'a> {
    tokens: &'a [Lexeme],
    at: usize,
    scope: usize,
    frames: Vec<Frame>,
    /// The next name is that of a table.
    expects: Option<Expects>,
    parsed: Parsed,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expects {
    Item,
    Target,
    With,
}

/// Finds tables, aliases, joins and the roles of values. It follows clauses and brackets, no full grammar: what it
/// does not know it keeps as it stands.
pub(super) fn parse(tokens: &[Lexeme]) -> Parsed {
    let mut scopes = Scopes::default();
    let scope = scopes.open(None, 0);
    let mut parser = Parser {
        tokens,
        at: 0,
        scope,
        frames: Vec::new(),
        expects: None,
        parsed: Parsed {
            scopes,
            scope_of: Vec::with_capacity(tokens.len()),
            marks: vec![Mark::Keep; tokens.len()],
            labels: Vec::new(),
            facts: Facts::default(),
        },
    };
    while parser.at < tokens.len() {
        parser.step();
    }
    parser.finish()
}

impl<'a> Parser<'a> {
    fn peek(&self, ahead: usize) -> Option<&'a Lexeme> {
        self.tokens.get(self.at + ahead)
    }

    fn is_next(&self, ahead: usize, word: &str) -> bool {
        self.peek(ahead).is_some_and(|token| token.is_word(word))
    }

    fn before(&self, back: usize) -> Option<&'a Lexeme> {
        self.tokens.get(self.at.checked_sub(back)?)
    }

    fn advance(&mut self, mark: Mark) {
        if let Some(slot) = self.parsed.marks.get_mut(self.at) {
            *slot = mark;
            self.parsed.scope_of.push(self.scope);
            self.at += 1;
        }
    }

    fn clause(&self) -> Clause {
        self.parsed.scopes.scopes[self.scope].clause
    }

    fn set_clause(&mut self, clause: Clause) {
        self.parsed.scopes.end_condition(self.scope);
        self.parsed.scopes.scopes[self.scope].clause = clause;
        self.expects = None;
    }

    /// Whether the clauses of the current scope stand at this depth, and not in brackets inside one.
    fn is_at_clause(&self) -> bool {
        self.frames.len() == self.parsed.scopes.scopes[self.scope].depth
    }

    fn step(&mut self) {
        match &self.tokens[self.at] {
            Lexeme::Symbol(symbol) => match symbol.as_str() {
                "(" => self.open(),
                ")" => self.close(),
                "," => self.comma(),
                _ => self.advance(Mark::Keep),
            },
            Lexeme::Bind | Lexeme::Literal(_) => self.value(),
            Lexeme::Word(word) if self.keyword(word) => {}
            _ => self.name(),
        }
    }

    fn open(&mut self) {
        let is_query = ["select", "with", "values"]
            .iter()
            .any(|word| self.is_next(1, word));
        let is_from_item = self.expects == Some(Expects::Item);
        let in_list = match self.before(1) {
            Some(token) if token.is_word("in") => self.list_key(),
            _ => None,
        };
        self.frames.push(Frame {
            outer: self.scope,
            is_from_item,
            in_list,
        });
        self.advance(Mark::Keep);
        if is_query {
            self.expects = None;
            let depth = self.frames.len();
            self.scope = self.parsed.scopes.open(Some(self.scope), depth);
        }
    }

    fn close(&mut self) {
        let inner = self.scope;
        if let Some(frame) = self.frames.pop() {
            if frame.outer != inner {
                self.parsed.scopes.end_condition(inner);
            }
            self.scope = frame.outer;
            self.advance(Mark::Keep);
            // A join in brackets has put its items into the scope already.
            if frame.is_from_item {
                self.expects = None;
                if frame.outer != inner {
                    let item = self.parsed.scopes.add(self.scope, None);
                    self.alias(item);
                    self.joined(item);
                }
            }
        } else {
            self.advance(Mark::Keep);
        }
    }

    fn comma(&mut self) {
        let in_from = matches!(self.clause(), Clause::From | Clause::On);
        let in_join = self.frames.last().is_some_and(|frame| frame.is_from_item);
        if in_from && (self.is_at_clause() || in_join) {
            self.set_clause(Clause::From);
            self.parsed.scopes.scopes[self.scope].join = Join::Bare;
            self.expects = Some(Expects::Item);
        } else if self.clause() == Clause::With && self.is_at_clause() {
            self.expects = Some(Expects::With);
        }
        self.advance(Mark::Keep);
    }

    /// Handles a keyword that means something here.
    fn keyword(&mut self, word: &str) -> bool {
        let has_verb = self.parsed.scopes.scopes[self.scope].has_verb;
        match word {
            "with" => {
                self.set_clause(Clause::With);
                self.expects = Some(Expects::With);
            }
            "recursive" if self.expects == Some(Expects::With) => {}
            "select" => {
                if has_verb && self.clause() != Clause::With && self.clause() != Clause::Other {
                    self.next_select();
                }
                self.set_clause(Clause::Select);
                self.parsed.scopes.scopes[self.scope].has_verb = true;
            }
            "union" | "except" | "intersect" => self.next_select(),
            "insert" | "delete" => self.parsed.scopes.scopes[self.scope].has_verb = true,
            "replace" if self.at == 0 => {
                self.parsed.scopes.scopes[self.scope].has_verb = true;
            }
            "update" if !has_verb => {
                self.parsed.scopes.scopes[self.scope].has_verb = true;
                self.expects = Some(Expects::Target);
            }
            "into" => self.expects = Some(Expects::Target),
            "from" if has_verb && !self.is_distinct_from() => {
                let is_delete = self.before(1).is_some_and(|token| token.is_word("delete"));
                self.set_clause(Clause::From);
                self.parsed.scopes.scopes[self.scope].join = Join::Bare;
                self.expects = Some(match is_delete {
                    true => Expects::Target,
                    false => Expects::Item,
                });
            }
            "natural" => self.parsed.scopes.scopes[self.scope].join = Join::Natural,
            "join" => {
                let scope = &mut self.parsed.scopes.scopes[self.scope];
                let join = scope.join;
                self.set_clause(Clause::From);
                if join != Join::Natural {
                    self.parsed.scopes.scopes[self.scope].join = Join::Bare;
                }
                self.expects = Some(Expects::Item);
            }
            "on" | "using" if self.clause() == Clause::From || self.clause() == Clause::On => {
                self.connect_last();
                self.set_clause(Clause::On);
            }
            "where" => self.set_clause(Clause::Where),
            "set" if has_verb => self.set_clause(Clause::Set),
            "order" => self.set_clause_outside_brackets(Clause::OrderBy),
            "group" | "having" | "window" | "values" => {
                self.set_clause_outside_brackets(Clause::Other);
            }
            "limit" | "offset" => self.limit(word),
            "returning" => self.set_clause(Clause::Select),
            "and" if self.is_at_clause() => self.parsed.scopes.end_condition(self.scope),
            "as" if self.is_label() => {
                if let Some(name) = self.peek(1).and_then(Lexeme::name) {
                    self.parsed.labels.push(name.to_string());
                }
                self.advance(Mark::Drop);
                self.advance(Mark::Drop);
                return true;
            }
            word if super::lex::is_keyword(word) => {}
            _ => return false,
        }
        self.advance(Mark::Keep);
        true
    }

    /// `OVER (ORDER BY …)` and `group_concat(… ORDER BY …)` leave the clause around them as it is.
    fn set_clause_outside_brackets(&mut self, clause: Clause) {
        if self.is_at_clause() {
            self.set_clause(clause);
        }
    }

    /// What follows is a query of its own at the same depth, which sees the names of the `WITH` before.
    fn next_select(&mut self) {
        self.parsed.scopes.end_condition(self.scope);
        let depth = self.parsed.scopes.scopes[self.scope].depth;
        self.scope = self.parsed.scopes.open(Some(self.scope), depth);
        self.parsed.scopes.scopes[self.scope].clause = Clause::Other;
    }

    fn is_distinct_from(&self) -> bool {
        self.before(1)
            .is_some_and(|token| token.is_word("distinct"))
            && [2, 3]
                .iter()
                .any(|&back| self.before(back).is_some_and(|token| token.is_word("is")))
    }

    /// Whether an `AS` here gives a column its name: not so in a `CAST`.
    fn is_label(&self) -> bool {
        self.clause() == Clause::Select
            && self.is_at_clause()
            && self.peek(1).and_then(Lexeme::name).is_some()
    }

    fn limit(&mut self, word: &str) {
        let is_top = self.frames.is_empty();
        self.set_clause(Clause::Page);
        let items = &self.parsed.scopes.scopes[self.scope].items;
        if is_top && word == "limit" && items.len() > 1 {
            self.parsed.facts.limit_of_join = Some(self.parsed.facts.slots.len() as u32);
        }
    }

    /// The last item belongs to those before it, whatever the condition says: as SQLAlchemy's linter has it.
    fn connect_last(&mut self) {
        if let [.., before, last] = *self.parsed.scopes.scopes[self.scope].items {
            self.parsed.scopes.connect(before, last);
        }
    }

    fn joined(&mut self, _item: usize) {
        let scope = &mut self.parsed.scopes.scopes[self.scope];
        if std::mem::replace(&mut scope.join, Join::Bare) == Join::Natural {
            self.connect_last();
        }
    }

    fn name(&mut self) {
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
        // `main.books` is a table of a schema.
        let mut name = self.tokens[self.at]
            .name()
            .unwrap_or_default()
            .to_lowercase();
        let mut written = super::render::word(&self.tokens[self.at]);
        let mut last = self.at;
        while let (Some(dot), Some(part)) = (self.tokens.get(last + 1), self.tokens.get(last + 2)) {
            let (true, Some(part_name)) = (dot.is_symbol("."), part.name()) else {
                break;
            };
            name = format!("{name}.{}", part_name.to_lowercase());
            written = format!("{written}.{}", super::render::word(part));
            last += 2;
        }
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
    fn alias(&mut self, item: usize) {
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

    fn value(&mut self) {
        let role = self.role();
        let literal = match &self.tokens[self.at] {
            Lexeme::Literal(text) => Some(text.clone()),
            _ => None,
        };
        self.parsed.facts.slots.push(Slot { role, literal });
        self.advance(Mark::Keep);
    }

    fn role(&self) -> Role {
        match self.clause() {
            Clause::Page => return Role::Page,
            Clause::Where | Clause::On => {}
            _ => return Role::Other,
        }
        if let Some(Frame {
            in_list: Some((key, _)),
            ..
        }) = self.frames.last()
        {
            return Role::Key(key.clone());
        }
        let symbol = |token: Option<&Lexeme>| match token {
            Some(Lexeme::Symbol(symbol)) => Some(symbol.clone()),
            Some(Lexeme::Word(word)) if word == "is" => Some("=".to_string()),
            _ => None,
        };
        let (operator, key) = match (symbol(self.before(1)), symbol(self.peek(1))) {
            (Some(operator), _) if is_comparison(&operator) => (operator, self.key_before(2)),
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
    fn key_after(&self, ahead: usize) -> Option<Key> {
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

    /// The column before `IN (`, and how many values the list has; none when the list holds other than values.
    fn list_key(&self) -> Option<(Key, u32)> {
        let mut count = 0;
        for token in &self.tokens[self.at + 1..] {
            match token {
                token if token.is_value() => count += 1,
                token if token.is_symbol(",") => {}
                token if token.is_symbol(")") => break,
                _ => return None,
            }
        }
        let mut key = self.key_before(2)?;
        key.of = count;
        Some((key, count))
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
        })
    }

    fn finish(mut self) -> Parsed {
        for scope in 0..self.parsed.scopes.scopes.len() {
            self.parsed.scopes.end_condition(scope);
        }
        self.parsed.facts.unconnected = self.parsed.scopes.unconnected();
        let first = self.tokens.first().and_then(Lexeme::name).unwrap_or("");
        let reads_or_writes = matches!(
            first,
            "select" | "with" | "values" | "insert" | "replace" | "update" | "delete"
        );
        let changes_nothing = matches!(
            first,
            "pragma"
                | "begin"
                | "commit"
                | "end"
                | "rollback"
                | "savepoint"
                | "release"
                | "explain"
                | "analyze"
        );
        self.parsed.facts.transaction = match first {
            "commit" | "end" => Some(Transaction::Commit),
            "rollback" => Some(Transaction::Rollback),
            _ => None,
        };
        self.parsed.facts.changes_all = !reads_or_writes && !changes_nothing;
        self.parsed
    }
}

fn is_comparison(symbol: &str) -> bool {
    matches!(symbol, "=" | "<" | ">" | "<=" | ">=")
}
