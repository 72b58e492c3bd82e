//! What the tokens of a statement are to each other.

mod from;
mod values;

use super::facts::{Facts, Key, Transaction};
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
    list: Option<List>,
}

/// Values in brackets, and the columns that they are compared with by turns: one, or those of `(a, b) IN ((?, ?))`.
struct List {
    keys: Vec<Key>,
    next: usize,
}

struct Parser<'a> {
    tokens: &'a [Lexeme],
    at: usize,
    scope: usize,
    frames: Vec<Frame>,
    /// The next name is that of a table.
    expects: Option<Expects>,
    /// The column that the outermost rows are sorted by first.
    order: Option<Key>,
    /// Scope and token of each `=` in a condition.
    equations: Vec<(usize, usize)>,
    parsed: Parsed,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expects {
    Item,
    Target,
    With,
}

/// Whether a function of that name makes one value of many rows.
fn is_aggregate(function: &str) -> bool {
    matches!(
        function,
        "count" | "sum" | "total" | "avg" | "min" | "max" | "group_concat" | "string_agg"
    )
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
        order: None,
        equations: Vec::new(),
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
                "=" => self.equals(),
                _ => self.advance(Mark::Keep),
            },
            Lexeme::Bind | Lexeme::Literal(_) => self.value(),
            Lexeme::Word(word) if self.keyword(word) => {}
            _ => self.name(),
        }
    }

    fn open(&mut self) {
        let starts_query = ["select", "with", "values"]
            .iter()
            .any(|word| self.is_next(1, word));
        let is_from_item = self.expects == Some(Expects::Item);
        let list = match self.before(1) {
            Some(token) if token.is_word("in") || token.is_symbol("=") => self.list(),
            _ => None,
        };
        let is_query = starts_query && list.is_none();
        let is_outermost = self.parsed.scopes.scopes[self.scope].depth == 0;
        if is_outermost && self.clause() == Clause::Select {
            let function = self.before(1).and_then(Lexeme::name);
            self.parsed.facts.aggregates |= function.is_some_and(is_aggregate);
        }
        self.frames.push(Frame {
            outer: self.scope,
            is_from_item,
            list,
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
        let is_outermost = self.frames.is_empty();
        self.parsed.facts.many_columns |= is_outermost && self.clause() == Clause::Select;
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
            "by" if self.clause() == Clause::OrderBy && self.frames.is_empty() => {
                self.order = self.sorted_by();
            }
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
            "is" => self.is_null(),
            "or" if matches!(self.clause(), Clause::Where | Clause::On) => {
                self.parsed.facts.either = true;
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
        if is_top && word == "limit" {
            self.parsed.facts.first_by = self.order.take();
        }
    }

    fn finish(mut self) -> Parsed {
        for scope in 0..self.parsed.scopes.scopes.len() {
            self.parsed.scopes.end_condition(scope);
        }
        self.parsed.facts.joins = self.joins();
        self.parsed.facts.unconnected = self.parsed.scopes.unconnected();
        let named = self.parsed.scopes.items.iter();
        self.parsed.facts.aliases = named
            .filter_map(|item| Some((item.alias.clone()?, item.table.clone()?)))
            .collect();
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
        let mut words = self.tokens.iter().take(6).filter_map(Lexeme::name);
        self.parsed.facts.links = match first {
            "create" => words.any(|word| matches!(word, "view" | "trigger")),
            "pragma" => words.any(|word| word == "foreign_keys"),
            _ => false,
        };
        self.parsed.facts.changes_all = !reads_or_writes && !changes_nothing;
        self.parsed
    }
}
