//! From a query over entities to a SELECT over tables, and to the plan of how its rows become objects.
//!
//! [`Select`] is what the program built. [`compile`](compile::compile) resolves its entities, joins along relationships
//! and joined eager loads into a Core select and a [`Plan`](plan::Plan). Nothing here executes.

mod asked;
pub mod comparison;
pub mod compile;
mod eager;
mod entities;
mod join;
mod mapped;
mod ormjoin;
pub mod plan;
mod positions;
mod row_names;
mod wrap;

use std::rc::Rc;

use super::entity::Entity;
use super::options::QueryOption;
use super::relationship::Relationship;
use super::sql::{Expr, FromClause, LabelStyle, Query, Statement};
use super::value::HostObject;

pub use compile::{
    CompileOptions, compile, compile_core, compile_returning, compile_text, lower, plan_values,
    returned, statement,
};
pub use ormjoin::{joined, joined_to, relationship_clause};
pub use plan::Plan;
pub use wrap::ordered_by;

/// `select(…)` with entities in it.
#[derive(Clone, Debug, Default)]
pub struct Select {
    pub columns: Vec<RawColumn>,
    /// `select_from()`.
    pub froms: Vec<FromItem>,
    pub joins: Vec<JoinStep>,
    pub where_: Vec<Expr>,
    pub group_by: Vec<Expr>,
    pub having: Vec<Expr>,
    pub order_by: Vec<Expr>,
    /// Order of a relationship that it loads by joining from its parent: after everything else, also where the query is
    /// repeated inside of another.
    pub outermost_order_by: Vec<Expr>,
    pub distinct: bool,
    pub limit: Option<Expr>,
    pub offset: Option<Expr>,
    pub prefixes: Vec<Expr>,
    pub suffixes: Vec<Expr>,
    pub correlate: Option<Vec<FromClause>>,
    pub correlate_except: Option<Vec<FromClause>>,
    pub label_style: LabelStyle,
    /// A row knows its items by their own keys, as those of a `session.query()` do.
    pub has_legacy_names: bool,
    /// Nothing is loaded eagerly: `enable_eagerloads(False)`.
    pub without_eager_loads: bool,
    /// What it selected before its columns were replaced: its options may still be about that.
    pub replaced: Vec<Entity>,
    pub ctes: Vec<FromClause>,
    pub options: Vec<QueryOption>,
    /// `from_statement()`, or a union or text that stands for the whole SELECT.
    pub from_statement: Option<Statement>,
}

/// What is selected.
#[derive(Clone, Debug)]
pub enum RawColumn {
    Entity(Entity),
    /// A column or expression; `name` is what a row knows it by, when it is a mapped attribute.
    Expr(Expr),
    /// `Bundle("name", …)`.
    Bundle {
        name: Rc<str>,
        columns: Vec<RawColumn>,
        form: BundleForm,
    },
}

/// What the columns of a bundle become in a row.
#[derive(Clone, Debug)]
pub enum BundleForm {
    /// A row in the row.
    Row,
    /// `single_entity=True`: its one value stands alone.
    Single,
    /// An object that the host makes of them.
    Made(Rc<dyn HostObject>),
}

#[derive(Clone, Debug)]
pub enum FromItem {
    Entity(Entity),
    From(FromClause),
}

impl FromItem {
    pub fn selectable(&self) -> &FromClause {
        match self {
            Self::Entity(entity) => entity.selectable(),
            Self::From(from) => from,
        }
    }
}

/// `.join(…)`, `.outerjoin(…)`, `.join_from(…)`.
#[derive(Clone, Debug)]
pub struct JoinStep {
    pub target: JoinTarget,
    pub left: Option<FromItem>,
    pub outer: bool,
    pub full: bool,
}

#[derive(Clone, Debug)]
pub enum JoinTarget {
    /// `join(Author.books)`, `join(alias, Author.books)`, `join(Author.books.of_type(alias))`.
    Relationship(RelationshipPath),
    /// `join(Book)`, `join(Book, Book.author_id == Author.id)`, `join(table)`.
    Item { item: FromItem, on: Option<Expr> },
}

/// A relationship as seen from an entity: `Author.books`, `alias.books.of_type(…).and_(…)`.
#[derive(Clone, Debug)]
pub struct RelationshipPath {
    pub left: Entity,
    pub relationship: Rc<Relationship>,
    /// The target as given; else the relationship's own.
    pub target: Option<Entity>,
    pub criteria: Vec<Expr>,
}

impl RelationshipPath {
    pub fn target(&self) -> Entity {
        self.target
            .clone()
            .unwrap_or_else(|| self.relationship.target())
    }
}

impl Select {
    /// A select of one entity, as the session layer's own loads use it.
    pub fn of(entity: &Entity) -> Self {
        Self {
            columns: vec![RawColumn::Entity(entity.clone())],
            ..Self::default()
        }
    }

    /// The entity as this query reads it: what stands for it where its rows come from another element.
    pub fn reading(&self, entity: &Entity) -> Entity {
        let stands_for = |known: &Entity| {
            matches!(known, Entity::Alias(alias) if alias.uses_mapper_path)
                && known.mapper().id == entity.id()
        };
        let mut entities = self.entities().into_iter();
        entities.find(stands_for).unwrap_or_else(|| entity.clone())
    }

    /// Whether a statement stands in its place.
    pub fn is_given(&self) -> bool {
        self.from_statement.is_some()
    }

    /// Whether it is a text.
    pub fn is_from_text(&self) -> bool {
        matches!(self.from_statement, Some(Statement::Text(_)))
    }

    /// Whether it is a SELECT that was given, or some of them put together.
    pub fn is_from_select(&self) -> bool {
        self.is_given() && !self.is_from_text() && !self.is_from_write()
    }

    /// Whether it is about what a write returns.
    pub fn is_from_write(&self) -> bool {
        matches!(
            self.from_statement,
            Some(
                Statement::Insert(_)
                    | Statement::Update(_)
                    | Statement::Delete(_)
                    | Statement::Query(Query::Dml(_))
            )
        )
    }

    /// The entities that it selects whole.
    pub fn entities(&self) -> Vec<Entity> {
        self.columns
            .iter()
            .filter_map(|column| match column {
                RawColumn::Entity(entity) => Some(entity.clone()),
                _ => None,
            })
            .collect()
    }

    /// Whether anything mapped is in it; otherwise it is a Core select.
    pub fn is_orm(&self) -> bool {
        fn mapped(column: &RawColumn) -> bool {
            match column {
                RawColumn::Entity(_) | RawColumn::Bundle { .. } => true,
                RawColumn::Expr(expr) => Entity::of_expr(expr).is_some(),
            }
        }
        self.columns.iter().any(mapped)
            || self
                .froms
                .iter()
                .any(|item| matches!(item, FromItem::Entity(_)))
            || self.joins.iter().any(|step| {
                matches!(
                    step.target,
                    JoinTarget::Relationship(_)
                        | JoinTarget::Item {
                            item: FromItem::Entity(_),
                            ..
                        }
                )
            })
    }
}

/// A column as SQLAlchemy's messages name it: `authors.id`.
pub fn shown(column: &Expr) -> String {
    let name = column
        .name()
        .map_or_else(String::new, |name| name.to_string());
    match column.as_column() {
        Some((from, _)) if from.name().is_some() => format!("{}.{name}", from.description()),
        _ => name,
    }
}
