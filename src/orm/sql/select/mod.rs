//! SELECT, its compounds and what stands for one; and what a statement may be.

mod froms;
mod names;
mod query;

pub use names::KeyNaming;
pub(in crate::orm::sql) use names::{ColumnNames, columns_plus_names};

use std::rc::Rc;

use super::dml::{Delete, Insert, Update};
use super::expr::{EntityId, Expr, ExprKind, TextClause, literal};
use super::from::FromClause;
use super::types::SqlType;
use crate::orm::value::Value;

/// Anything that gives rows and may stand in a subquery.
#[derive(Clone, Debug)]
pub enum Query {
    Select(Rc<Select>),
    Compound(Rc<CompoundSelect>),
    Text(Rc<TextualSelect>),
    /// INSERT, UPDATE or DELETE with RETURNING, in a CTE.
    Dml(Rc<Statement>),
}

/// What can be compiled and executed.
#[derive(Clone, Debug)]
pub enum Statement {
    Query(Query),
    Insert(Rc<Insert>),
    Update(Rc<Update>),
    Delete(Rc<Delete>),
    Text(Rc<TextClause>),
    /// A lone expression, as `str(column == 5)` shows it.
    Expr(Expr),
}

/// How columns are labelled where their names clash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelStyle {
    None,
    /// Names stay; a repeated one gets `_1`.
    #[default]
    DisambiguateOnly,
    /// Each is labelled `table_column`.
    TablenamePlusCol,
}

#[derive(Clone, Debug, Default)]
pub struct Select {
    pub columns: Vec<Expr>,
    /// `select_from()`.
    pub froms: Vec<FromClause>,
    pub joins: Vec<SelectJoin>,
    pub where_: Vec<Expr>,
    pub group_by: Vec<Expr>,
    pub having: Vec<Expr>,
    pub order_by: Vec<Expr>,
    pub distinct: bool,
    pub limit: Option<Expr>,
    pub offset: Option<Expr>,
    pub prefixes: Vec<Expr>,
    pub suffixes: Vec<Expr>,
    /// `correlate(…)`: none when not called, empty for `correlate(None)`.
    pub correlate: Option<Vec<FromClause>>,
    pub correlate_except: Option<Vec<FromClause>>,
    pub label_style: LabelStyle,
    /// `add_cte()`.
    pub ctes: Vec<FromClause>,
    /// Elements whose columns a name in ORDER BY never means: what a query joins for itself.
    pub nameless: Vec<FromClause>,
    /// The mapped entities whose rows it reads.
    pub entities: Vec<EntityId>,
}

/// `select().join(target, on)`: resolved when compiled.
#[derive(Clone, Debug)]
pub struct SelectJoin {
    pub target: FromClause,
    pub on: Option<Expr>,
    /// The left side of `join_from()`.
    pub from: Option<FromClause>,
    pub outer: bool,
    pub full: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompoundKeyword {
    Union,
    UnionAll,
    Except,
    ExceptAll,
    Intersect,
    IntersectAll,
}

#[derive(Clone, Debug)]
pub struct CompoundSelect {
    pub keyword: CompoundKeyword,
    pub selects: Vec<Query>,
    pub order_by: Vec<Expr>,
    pub group_by: Vec<Expr>,
    pub limit: Option<Expr>,
    pub offset: Option<Expr>,
    pub label_style: LabelStyle,
    pub ctes: Vec<FromClause>,
}

/// `text(…).columns(…)`.
#[derive(Clone, Debug)]
pub struct TextualSelect {
    pub text: Rc<TextClause>,
    pub columns: Vec<Expr>,
    /// The columns stand in the order of the text's.
    pub positional: bool,
}

impl Select {
    /// A select of these columns; a FROM element stands for all of its columns.
    pub fn new(columns: impl IntoIterator<Item = Expr>) -> Self {
        Self {
            columns: columns.into_iter().collect(),
            ..Self::default()
        }
    }

    pub fn select_from(mut self, from: &FromClause) -> Self {
        self.froms.push(from.clone());
        self
    }

    pub fn where_(mut self, criterion: Expr) -> Self {
        self.where_.push(criterion);
        self
    }

    /// `order_by()` adds; the expressions may then be rendered as labels of selected columns.
    pub fn order_by(mut self, clauses: impl IntoIterator<Item = Expr>) -> Self {
        self.order_by
            .extend(clauses.into_iter().map(label_reference));
        self
    }

    pub fn group_by(mut self, clauses: impl IntoIterator<Item = Expr>) -> Self {
        self.group_by.extend(clauses);
        self
    }

    pub fn having(mut self, criterion: Expr) -> Self {
        self.having.push(criterion);
        self
    }

    pub fn distinct(mut self) -> Self {
        self.distinct = true;
        self
    }

    pub fn limit(mut self, limit: i64) -> Self {
        self.limit = Some(limit_param(limit));
        self
    }

    pub fn offset(mut self, offset: i64) -> Self {
        self.offset = Some(limit_param(offset));
        self
    }

    pub fn label_style(mut self, style: LabelStyle) -> Self {
        self.label_style = style;
        self
    }

    pub fn join(mut self, target: &FromClause, on: Option<Expr>, outer: bool, full: bool) -> Self {
        self.joins.push(SelectJoin {
            target: target.clone(),
            on,
            from: None,
            outer,
            full,
        });
        self
    }

    pub fn into_query(self) -> Query {
        Query::Select(Rc::new(self))
    }
}

/// The expression as an ORDER BY element: rendered as the label when it is one of the selected.
pub fn label_reference(expr: Expr) -> Expr {
    match expr.kind() {
        ExprKind::LabelReference(_) => expr,
        _ if expr.order_by_label().is_some() => {
            let ty = expr.ty().clone();
            Expr::new(ExprKind::LabelReference(expr), ty)
        }
        _ => expr,
    }
}

/// A limit or offset as the parameter SQLAlchemy makes of it (`param_1`).
pub fn limit_param(value: i64) -> Expr {
    literal(Value::Integer(value), Some(SqlType::Integer))
}

/// `union()` and its kin.
pub fn compound(keyword: CompoundKeyword, selects: Vec<Query>) -> CompoundSelect {
    CompoundSelect {
        keyword,
        selects,
        order_by: Vec::new(),
        group_by: Vec::new(),
        limit: None,
        offset: None,
        label_style: LabelStyle::default(),
        ctes: Vec::new(),
    }
}

impl TextClause {
    /// `text(…).columns(…)`.
    pub fn columns(&self, columns: Vec<Expr>, positional: bool) -> TextualSelect {
        TextualSelect {
            text: Rc::new(self.clone()),
            columns,
            positional,
        }
    }
}
