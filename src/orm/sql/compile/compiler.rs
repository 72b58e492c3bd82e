//! The state of one compilation.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::lint::Linter;
use super::quoting::{quote, quote_plain};
use super::{BatchOrder, CompileOptions, Compiled, Prefetch, ResultColumn, Style};
use crate::orm::sql::error::SqlError;
use crate::orm::sql::expr::{Bind, BindId, ElementId, Expr};
use crate::orm::sql::from::FromClause;
use crate::orm::sql::name::{AnonMap, Name};
use crate::orm::sql::select::{Query, Statement};
use crate::orm::sql::types::SqlType;

pub(super) struct Compiler<'a> {
    pub(super) options: &'a CompileOptions,
    pub(super) anon: AnonMap,
    /// The parameters met, each once.
    pub(super) bound: Vec<(Rc<str>, Bind, SqlType)>,
    pub(super) bound_by_id: HashMap<BindId, usize>,
    pub(super) bound_by_name: HashMap<Rc<str>, usize>,
    pub(super) stack: Vec<StackEntry>,
    pub(super) ctes: Vec<(FromClause, String)>,
    pub(super) result_columns: Vec<ResultColumn>,
    pub(super) warnings: Vec<String>,
    pub(super) unjoined: bool,
    pub(super) linters: Vec<Linter>,
    pub(super) prefetch: Vec<Prefetch>,
    /// The CTEs whose inside is being compiled.
    pub(super) visiting: Vec<FromClause>,
    pub(super) cte_aliases: HashSet<u64>,
    /// In which order an INSERT of many rows gives them back.
    pub(super) batches: Option<BatchOrder>,
    /// What is compiled is one of the criteria that entities have.
    pub(super) in_criteria: bool,
    /// The select that comes next sees the elements before it.
    pub(super) is_lateral: bool,
}

/// What encloses the statement that is being compiled.
#[derive(Clone, Default)]
pub(super) struct StackEntry {
    pub(super) correlate_froms: HashSet<FromClause>,
    pub(super) asfrom_froms: HashSet<FromClause>,
    pub(super) labels: Option<Rc<LabelResolve>>,
    /// The first select of a compound gives the result its columns.
    pub(super) result_map_for_compound: bool,
    pub(super) columns_of_first: Option<usize>,
}

impl StackEntry {
    /// Inside of a statement over these tables.
    pub(super) fn over(froms: HashSet<FromClause>) -> Self {
        Self {
            correlate_froms: froms.clone(),
            asfrom_froms: froms,
            ..Self::default()
        }
    }
}

/// What the name of a label may stand for in ORDER BY.
#[derive(Default)]
pub(super) struct LabelResolve {
    pub(super) columns: HashMap<Name, Expr>,
    pub(super) columns_and_froms: HashMap<Name, Expr>,
    pub(super) froms: HashMap<Name, Expr>,
}

/// How the place asks an expression to be rendered.
#[derive(Clone, Copy)]
pub(super) struct Context {
    pub(super) within_columns: bool,
    pub(super) within_label: bool,
    /// The label to be rendered by its name alone.
    pub(super) label_only: Option<ElementId>,
    pub(super) include_table: bool,
    pub(super) literal_binds: bool,
    pub(super) literal_execute: bool,
    pub(super) in_operator: bool,
    pub(super) eager_grouping: bool,
    pub(super) within_aggregate: bool,
    /// Comparisons tell the linter what they join.
    pub(super) lint: bool,
}

impl Context {
    pub(super) fn new() -> Self {
        Self {
            within_columns: false,
            within_label: false,
            label_only: None,
            include_table: true,
            literal_binds: false,
            literal_execute: false,
            in_operator: false,
            eager_grouping: false,
            within_aggregate: false,
            lint: false,
        }
    }

    /// For a statement inside: only what concerns all of the text goes on.
    pub(super) fn inner_statement(self) -> Self {
        Self {
            literal_binds: self.literal_binds,
            literal_execute: self.literal_execute,
            include_table: self.include_table,
            // SQLAlchemy lets these two through, and they show in the parentheses of `bitwise_xor()`.
            in_operator: self.in_operator,
            within_aggregate: self.within_aggregate,
            ..Self::new()
        }
    }

    pub(super) fn without_lint(self) -> Self {
        Self {
            lint: false,
            ..self
        }
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn new(options: &'a CompileOptions) -> Self {
        Self {
            options,
            anon: AnonMap::default(),
            bound: Vec::new(),
            bound_by_id: HashMap::new(),
            bound_by_name: HashMap::new(),
            stack: Vec::new(),
            ctes: Vec::new(),
            result_columns: Vec::new(),
            warnings: Vec::new(),
            unjoined: false,
            linters: Vec::new(),
            prefetch: Vec::new(),
            visiting: Vec::new(),
            cte_aliases: HashSet::new(),
            batches: None,
            in_criteria: false,
            is_lateral: false,
        }
    }

    pub(super) fn compile(mut self, statement: &Statement) -> Result<Compiled, SqlError> {
        let context = Context {
            literal_binds: self.options.literal_binds,
            ..Context::new()
        };
        let text = match statement {
            Statement::Query(query) => self.query(query, false, None, context)?,
            Statement::Insert(insert) => self.insert(insert, context)?,
            Statement::Update(update) => self.update(update, context)?,
            Statement::Delete(delete) => self.delete(delete, context)?,
            Statement::Text(text) => self.text(text, context)?,
            Statement::Expr(expr) => self.expr(expr, context)?,
        };
        Ok(self.finish(&text))
    }

    pub(super) fn ddl_expression(mut self, expr: &Expr) -> Result<String, SqlError> {
        let context = Context {
            literal_binds: true,
            include_table: false,
            ..Context::new()
        };
        self.expr(expr, context)
    }

    /// A statement inside another one.
    pub(super) fn query(
        &mut self,
        query: &Query,
        asfrom: bool,
        compound_index: Option<usize>,
        context: Context,
    ) -> Result<String, SqlError> {
        match query {
            Query::Select(select) => self.select(select, asfrom, compound_index, false, context),
            Query::Compound(compound) => self.compound(compound, asfrom, compound_index, context),
            Query::Text(text) => self.textual_select(text, compound_index, context),
            Query::Dml(statement) => match &**statement {
                Statement::Insert(insert) => self.insert(insert, context),
                Statement::Update(update) => self.update(update, context),
                Statement::Delete(delete) => self.delete(delete, context),
                Statement::Query(query) => self.query(query, asfrom, compound_index, context),
                Statement::Text(text) => self.text(text, context),
                Statement::Expr(expr) => self.expr(expr, context),
            },
        }
    }

    pub(super) fn is_sqlite(&self) -> bool {
        self.options.style == Style::Sqlite
    }

    pub(super) fn quote(&self, name: &str) -> String {
        match self.options.style {
            Style::Sqlite => quote(name).into_owned(),
            Style::Plain => quote_plain(name).into_owned(),
        }
    }

    pub(super) fn resolve(&mut self, name: &Name) -> Rc<str> {
        name.resolve(&mut self.anon)
    }

    pub(super) fn quoted_name(&mut self, name: &Name) -> String {
        let name = self.resolve(name);
        self.quote(&name)
    }

    pub(super) fn warn(&mut self, message: impl Into<String>) {
        self.warnings.push(message.into());
    }
}
