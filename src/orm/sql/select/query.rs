//! A select seen from outside: as subquery, CTE, value, EXISTS; and the columns that it exports.

use std::rc::Rc;

use super::names::columns_plus_names;
use super::{CompoundKeyword, LabelStyle, Query, Statement, compound};
use crate::orm::sql::expr::{Expr, ExprKind};
use crate::orm::sql::from::{ColumnInfo, Cte, FromClause, FromKind};
use crate::orm::sql::name::{Name, next_id};
use crate::orm::sql::types::SqlType;

impl Query {
    pub fn subquery(&self, name: Option<&str>) -> FromClause {
        FromClause::new(FromKind::Subquery {
            query: self.disambiguated(),
            name: given_or_anonymous(name),
            is_lateral: false,
        })
    }

    /// A subquery that sees the elements before it.
    pub fn lateral(&self, name: Option<&str>) -> FromClause {
        FromClause::new(FromKind::Subquery {
            query: self.disambiguated(),
            name: given_or_anonymous(name),
            is_lateral: true,
        })
    }

    pub fn cte(&self, name: Option<&str>, recursive: bool, nesting: bool) -> FromClause {
        FromClause::new(FromKind::Cte(Cte {
            query: self.clone(),
            name: given_or_anonymous(name),
            recursive,
            nesting,
            alias_of: None,
            restates: None,
        }))
    }

    /// A parenthesised select in the place of a value, with the type of its one column.
    pub fn scalar_subquery(&self) -> Expr {
        let query = match self {
            // The names of a lone value do not matter.
            Self::Select(select) if select.label_style != LabelStyle::None => {
                let mut plain = (**select).clone();
                plain.label_style = LabelStyle::None;
                Self::Select(Rc::new(plain))
            }
            _ => self.clone(),
        };
        let ty = self
            .all_columns()
            .first()
            .map_or(SqlType::Null, |column| column.ty().clone());
        Expr::new(ExprKind::ScalarSubquery(query), ty)
    }

    pub fn exists(&self) -> Expr {
        let query = match self.scalar_subquery().kind() {
            ExprKind::ScalarSubquery(query) => query.clone(),
            _ => self.clone(),
        };
        Expr::new(ExprKind::Exists(query), SqlType::Boolean)
    }

    /// The selected columns as they were given.
    pub fn all_columns(&self) -> Vec<Expr> {
        match self {
            Self::Select(select) => select.columns.clone(),
            Self::Compound(compound) => compound
                .selects
                .first()
                .map(Query::all_columns)
                .unwrap_or_default(),
            Self::Text(text) => text.columns.clone(),
            Self::Dml(statement) => statement.returning().to_vec(),
        }
    }

    /// The selected columns with the keys that a subquery exports them by.
    pub fn selected_columns(&self) -> Vec<(Name, Expr)> {
        columns_plus_names(&self.all_columns(), self.label_style(), false)
            .into_iter()
            .filter_map(|names| Some((names.proxy?, names.column)))
            .collect()
    }

    pub fn label_style(&self) -> LabelStyle {
        match self {
            Self::Select(select) => select.label_style,
            Self::Compound(compound) => match compound.selects.first() {
                Some(first) if compound.label_style == LabelStyle::default() => first.label_style(),
                _ => compound.label_style,
            },
            Self::Text(_) | Self::Dml(_) => LabelStyle::default(),
        }
    }

    /// The columns that a subquery of it exports.
    pub(in crate::orm::sql) fn column_proxies(&self) -> Vec<(Name, ColumnInfo)> {
        match self {
            Self::Text(text) => text
                .columns
                .iter()
                .map(|column| column.make_proxy(None, None, None))
                .collect(),
            Self::Compound(compound) => {
                let members: Vec<Vec<Expr>> =
                    compound.selects.iter().map(Query::flat_columns).collect();
                let first = members.first().cloned().unwrap_or_default();
                columns_plus_names(&first, self.label_style(), false)
                    .into_iter()
                    .enumerate()
                    .map(|(index, names)| {
                        let behind = members
                            .iter()
                            .filter_map(|columns| columns.get(index).cloned())
                            .collect();
                        names
                            .column
                            .make_proxy(names.required, names.proxy, Some(behind))
                    })
                    .collect()
            }
            _ => columns_plus_names(&self.all_columns(), self.label_style(), false)
                .into_iter()
                .filter(|names| !matches!(names.column.kind(), ExprKind::Text(_)))
                .map(|names| names.column.make_proxy(names.required, names.proxy, None))
                .collect(),
        }
    }

    fn flat_columns(&self) -> Vec<Expr> {
        self.all_columns()
    }

    /// A subquery's columns must be told apart.
    fn disambiguated(&self) -> Query {
        match self {
            Self::Select(select) if select.label_style == LabelStyle::None => {
                let mut named = (**select).clone();
                named.label_style = LabelStyle::DisambiguateOnly;
                Self::Select(Rc::new(named))
            }
            _ => self.clone(),
        }
    }

    pub fn is_derived_from(&self, other: &FromClause) -> bool {
        match self {
            Self::Select(select) => {
                let mut froms = select.froms.clone();
                for expr in select.columns.iter().chain(&select.where_) {
                    expr.collect_froms(&mut froms);
                }
                // SQLAlchemy does not count the targets of joins that are yet to be made.
                froms.iter().any(|from| from.is_derived_from(other))
            }
            Self::Compound(compound) => compound
                .selects
                .iter()
                .any(|query| query.is_derived_from(other)),
            Self::Text(_) | Self::Dml(_) => false,
        }
    }

    pub fn statement(self) -> Statement {
        Statement::Query(self)
    }
}

impl FromClause {
    /// `cte.union(…)`: a CTE in the place of this one, as a recursive one needs it.
    pub fn cte_compound(&self, keyword: CompoundKeyword, others: Vec<Query>) -> Option<FromClause> {
        let FromKind::Cte(cte) = self.kind() else {
            return None;
        };
        let mut selects = vec![cte.query.clone()];
        selects.extend(others);
        Some(FromClause::new(FromKind::Cte(Cte {
            query: Query::Compound(Rc::new(compound(keyword, selects))),
            name: cte.name.clone(),
            recursive: cte.recursive,
            nesting: cte.nesting,
            alias_of: None,
            restates: Some(self.clone()),
        })))
    }
}

impl Statement {
    /// The columns of RETURNING.
    pub fn returning(&self) -> &[Expr] {
        match self {
            Self::Insert(insert) => &insert.returning,
            Self::Update(update) => &update.returning,
            Self::Delete(delete) => &delete.returning,
            _ => &[],
        }
    }
}

fn given_or_anonymous(name: Option<&str>) -> Name {
    match name {
        Some(name) => Name::new(name),
        None => Name::anonymous(next_id(), "anon"),
    }
}
