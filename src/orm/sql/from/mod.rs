//! What a SELECT may stand on: tables, aliases, joins, subqueries, CTEs.

mod columns;
mod corresponding;
mod join;

use std::cell::OnceCell;
use std::collections::HashSet;
use std::fmt;
use std::rc::Rc;

use super::expr::{ElementId, EntityId, Expr};
use super::name::{Name, next_id};
use super::schema::{Column, Table};
use super::select::Query;
use super::types::SqlType;

pub use join::{can_join, join_condition};

/// A shared FROM element; it is itself, by identity.
#[derive(Clone)]
pub struct FromClause(Rc<FromNode>);

/// The node behind a [`FromClause`].
struct FromNode {
    id: u64,
    kind: FromKind,
    columns: OnceCell<Columns>,
    /// The element that this is a copy of, made by a traversal that changed its insides.
    copy_of: Option<FromClause>,
}

/// The kinds of FROM element.
#[derive(Debug)]
pub enum FromKind {
    Table(Table),
    Alias {
        element: FromClause,
        name: Name,
    },
    Subquery {
        query: Query,
        name: Name,
        /// It sees the elements that stand before it.
        is_lateral: bool,
    },
    Cte(Cte),
    Join(Join),
    /// Parentheses around a join that is the right side of another.
    Grouping(FromClause),
    /// `text()` as a FROM element.
    Text(Expr),
    /// `func.json_each(x).table_valued("value")`.
    TableValued {
        function: Expr,
        name: Name,
        columns: Vec<(Rc<str>, SqlType)>,
        /// It stands for its one column, which goes by the name of the whole.
        is_column: bool,
    },
    Values(Values),
}

#[derive(Clone, Debug)]
pub struct Join {
    pub left: FromClause,
    pub right: FromClause,
    /// None only for a cross join.
    pub on: Option<Expr>,
    pub outer: bool,
    pub full: bool,
    /// The mapped entity on the right.
    pub entity: Option<EntityId>,
}

#[derive(Debug)]
pub struct Cte {
    pub query: Query,
    pub name: Name,
    pub recursive: bool,
    pub nesting: bool,
    /// The CTE that this one is an alias of.
    pub alias_of: Option<FromClause>,
    /// The CTE that this one takes the place of: `cte.union_all(…)`.
    pub restates: Option<FromClause>,
}

/// `values(column("a"), …).data([…])`.
#[derive(Debug)]
pub struct Values {
    pub name: Option<Name>,
    pub columns: Vec<(Rc<str>, SqlType)>,
    pub rows: Vec<Vec<Expr>>,
    pub literal_binds: bool,
}

/// A column as a FROM element exports it.
#[derive(Debug)]
pub struct ColumnInfo {
    pub id: ElementId,
    pub name: Name,
    /// By which the element's collection of columns knows it.
    pub key: Name,
    pub ty: SqlType,
    /// The columns or expressions that it was made from: of the aliased table, of the subquery's select.
    pub proxies: Vec<Expr>,
    /// The column of the schema, for a table and its aliases.
    pub schema: Option<Rc<Column>>,
    pub primary_key: bool,
    /// What the column of the same key of the copied element stands for.
    pub(in crate::orm::sql) copied: Option<Rc<HashSet<ElementId>>>,
    lineage: OnceCell<Rc<HashSet<ElementId>>>,
}

/// Columns with their keys, in order.
#[derive(Debug, Default)]
pub struct Columns {
    pub entries: Vec<(Name, ColumnEntry)>,
}

/// A column of a collection: its own, or one of the element inside (a join exports those of its sides).
#[derive(Clone, Debug)]
pub enum ColumnEntry {
    Own(Rc<ColumnInfo>),
    Inner(Expr),
}

impl ColumnInfo {
    pub(in crate::orm::sql) fn new(name: Name, key: Name, ty: SqlType, proxies: Vec<Expr>) -> Self {
        Self {
            id: ElementId(next_id()),
            name,
            key,
            ty,
            proxies,
            schema: None,
            primary_key: false,
            copied: None,
            lineage: OnceCell::new(),
        }
    }

    /// The ids of the columns that it stands for, itself among them.
    pub fn proxy_set(&self) -> Rc<HashSet<ElementId>> {
        self.lineage
            .get_or_init(|| {
                let mut set = HashSet::from([self.id]);
                for proxy in &self.proxies {
                    set.extend(proxy.proxy_set().iter());
                }
                if let Some(copied) = &self.copied {
                    set.extend(copied.iter());
                }
                Rc::new(set)
            })
            .clone()
    }
}

impl FromClause {
    pub fn new(kind: FromKind) -> Self {
        Self(Rc::new(FromNode {
            id: next_id(),
            kind,
            columns: OnceCell::new(),
            copy_of: None,
        }))
    }

    /// A copy with other insides: its columns still stand for those of this one.
    pub(in crate::orm::sql) fn copy_with(&self, kind: FromKind) -> Self {
        Self(Rc::new(FromNode {
            id: next_id(),
            kind,
            columns: OnceCell::new(),
            copy_of: Some(self.clone()),
        }))
    }

    pub fn id(&self) -> u64 {
        self.0.id
    }

    pub fn kind(&self) -> &FromKind {
        &self.0.kind
    }

    pub fn ptr_eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    pub fn as_table(&self) -> Option<&Table> {
        match self.kind() {
            FromKind::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The name in SQL; none for a join.
    pub fn name(&self) -> Option<Name> {
        match self.kind() {
            FromKind::Table(table) => Some(Name::from(table.name().clone())),
            FromKind::Alias { name, .. }
            | FromKind::Subquery { name, .. }
            | FromKind::TableValued { name, .. } => Some(name.clone()),
            FromKind::Cte(cte) => Some(cte.name.clone()),
            FromKind::Values(values) => values.name.clone(),
            FromKind::Join(_) | FromKind::Grouping(_) | FromKind::Text(_) => None,
        }
    }

    /// As Python's `repr` shows it.
    pub(in crate::orm::sql) fn repr(&self) -> String {
        match self.as_table() {
            Some(table) => format!("Table('{}', …)", table.name()),
            None => format!("<{}>", self.description()),
        }
    }

    /// As error messages call it.
    pub fn description(&self) -> String {
        match self.kind() {
            FromKind::Table(table) => table.name().to_string(),
            FromKind::Join(join) => format!(
                "Join object on {}({}) and {}({})",
                join.left.description(),
                join.left.id(),
                join.right.description(),
                join.right.id()
            ),
            FromKind::Grouping(element) => element.description(),
            _ => match self.name() {
                Some(name) if name.is_anonymous() => match self.kind() {
                    FromKind::Alias { element, .. } => {
                        format!("Anonymous alias of {}", element.description())
                    }
                    FromKind::Subquery { .. } | FromKind::Cte(_) => "anon_1".to_owned(),
                    _ => name.to_string(),
                },
                Some(name) => name.as_str().to_owned(),
                None => String::new(),
            },
        }
    }

    /// An alias; an anonymous one (`books_1`) without a name. Of a join it is a subquery.
    pub fn alias(&self, name: Option<&str>) -> FromClause {
        let alias_name = |base: &str| match name {
            Some(name) => Name::new(name),
            None => Name::anonymous(next_id(), base),
        };
        match self.kind() {
            FromKind::Join(_) | FromKind::Grouping(_) => self.select_all().subquery(name),
            FromKind::Cte(cte) => Self::new(FromKind::Cte(Cte {
                query: cte.query.clone(),
                // SQLAlchemy names it after the select, which has no name.
                name: alias_name("anon"),
                recursive: cte.recursive,
                nesting: cte.nesting,
                alias_of: Some(cte.alias_of.clone().unwrap_or_else(|| self.clone())),
                restates: None,
            })),
            _ => Self::new(FromKind::Alias {
                element: self.clone(),
                name: alias_name(&self.alias_base()),
            }),
        }
    }

    /// What an anonymous alias of this is named after.
    fn alias_base(&self) -> String {
        match self.name() {
            Some(name) if !name.is_anonymous() => name.as_str().to_owned(),
            _ => "anon".to_owned(),
        }
    }

    /// All columns of a join's sides, labelled with their tables: what an alias of a join selects.
    fn select_all(&self) -> Query {
        let mut select = super::select::Select::new(self.columns())
            .select_from(self)
            .label_style(super::select::LabelStyle::TablenamePlusCol);
        select.correlate = Some(Vec::new());
        select.into_query()
    }

    /// Whether this is `other`, or an alias, subquery or join made of it.
    pub fn is_derived_from(&self, other: &FromClause) -> bool {
        if self == other {
            return true;
        }
        match self.kind() {
            FromKind::Alias { element, .. } | FromKind::Grouping(element) => {
                element.is_derived_from(other)
            }
            FromKind::Subquery { query, .. } => query.is_derived_from(other),
            FromKind::Cte(cte) => cte.query.is_derived_from(other),
            FromKind::Join(join) => {
                join.left.is_derived_from(other) || join.right.is_derived_from(other)
            }
            _ => false,
        }
    }

    /// The FROM elements in it, itself first: a join's sides count.
    pub fn from_objects(&self) -> Vec<FromClause> {
        match self.kind() {
            FromKind::Join(join) => {
                let mut all = vec![self.clone()];
                all.extend(join.left.from_objects());
                all.extend(join.right.from_objects());
                all
            }
            FromKind::Grouping(element) => element.from_objects(),
            _ => vec![self.clone()],
        }
    }

    /// The FROM elements that are not listed beside it: those inside a join.
    pub(in crate::orm::sql) fn hidden_froms(&self) -> Vec<FromClause> {
        match self.kind() {
            FromKind::Join(join) => {
                let mut all = join.left.from_objects();
                all.extend(join.right.from_objects());
                all
            }
            FromKind::Grouping(element) => element.hidden_froms(),
            _ => Vec::new(),
        }
    }
}

impl PartialEq for FromClause {
    fn eq(&self, other: &Self) -> bool {
        self.ptr_eq(other)
    }
}

impl Eq for FromClause {}

impl std::hash::Hash for FromClause {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

impl fmt::Debug for FromClause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "From#{}", self.0.id)
    }
}
