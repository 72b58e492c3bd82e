//! The columns that a FROM element exports.

use std::rc::Rc;

use super::{ColumnEntry, ColumnInfo, Columns, FromClause, FromKind};
use crate::orm::sql::expr::{Expr, ExprKind};
use crate::orm::sql::name::Name;
use crate::orm::sql::types::SqlType;

impl FromClause {
    /// Its columns as expressions, in order.
    pub fn columns(&self) -> Vec<Expr> {
        match self.kind() {
            FromKind::Table(table) => table
                .infos()
                .iter()
                .map(|info| self.own_column(info))
                .collect(),
            FromKind::Grouping(element) => element.columns(),
            _ => self
                .collection()
                .entries
                .iter()
                .map(|(_, entry)| self.entry(entry))
                .collect(),
        }
    }

    /// Its columns with the keys by which its collection knows them.
    pub fn column_entries(&self) -> Vec<(Name, Expr)> {
        match self.kind() {
            FromKind::Table(table) => table
                .infos()
                .iter()
                .map(|info| (info.key.clone(), self.own_column(info)))
                .collect(),
            FromKind::Grouping(element) => element.column_entries(),
            _ => self
                .collection()
                .entries
                .iter()
                .map(|(key, entry)| (key.clone(), self.entry(entry)))
                .collect(),
        }
    }

    /// The column of that key (`table.c.key`).
    pub fn column(&self, key: &str) -> Option<Expr> {
        match self.kind() {
            FromKind::Table(table) => table
                .infos()
                .iter()
                .find(|info| info.key.as_str() == key)
                .map(|info| self.own_column(info)),
            FromKind::Grouping(element) => element.column(key),
            _ => self
                .collection()
                .entries
                .iter()
                .find(|(known, _)| known.as_str() == key)
                .map(|(_, entry)| self.entry(entry)),
        }
    }

    pub(in crate::orm::sql) fn has_key(&self, key: &Name) -> bool {
        match self.kind() {
            FromKind::Table(table) => table.infos().iter().any(|info| info.key == *key),
            FromKind::Grouping(element) => element.has_key(key),
            _ => self
                .collection()
                .entries
                .iter()
                .any(|(known, _)| known == key),
        }
    }

    pub fn primary_key(&self) -> Vec<Expr> {
        self.columns()
            .into_iter()
            .filter(Expr::is_primary_key)
            .collect()
    }

    fn own_column(&self, info: &Rc<ColumnInfo>) -> Expr {
        Expr::new(
            ExprKind::Column {
                from: self.clone(),
                info: info.clone(),
            },
            info.ty.clone(),
        )
    }

    fn entry(&self, entry: &ColumnEntry) -> Expr {
        match entry {
            ColumnEntry::Own(info) => self.own_column(info),
            ColumnEntry::Inner(expr) => expr.clone(),
        }
    }

    fn collection(&self) -> &Columns {
        self.0.columns.get_or_init(|| Columns {
            entries: self.make_columns(),
        })
    }

    fn make_columns(&self) -> Vec<(Name, ColumnEntry)> {
        let own = |(key, mut info): (Name, ColumnInfo)| {
            if let Some(copied) = &self.0.copy_of {
                info.copied = copied.column(key.as_str()).map(|column| column.proxy_set());
            }
            (key, ColumnEntry::Own(Rc::new(info)))
        };
        match self.kind() {
            FromKind::Table(_) | FromKind::Grouping(_) | FromKind::Text(_) => Vec::new(),
            FromKind::Alias { element, .. } => element
                .columns()
                .iter()
                .map(|column| own(column.make_proxy(None, None, None)))
                .collect(),
            FromKind::Subquery { query, .. } => {
                query.column_proxies().into_iter().map(own).collect()
            }
            FromKind::Cte(cte) => match &cte.alias_of {
                Some(original) => original
                    .columns()
                    .iter()
                    .map(|column| own(column.make_proxy(None, None, None)))
                    .collect(),
                None => cte.query.column_proxies().into_iter().map(own).collect(),
            },
            FromKind::Join(join) => {
                let mut columns = join.left.columns();
                columns.extend(join.right.columns());
                columns
                    .into_iter()
                    .map(|column| {
                        let key = column
                            .table_key_label()
                            .unwrap_or_else(|| column.anon_name_label());
                        (key, ColumnEntry::Inner(column))
                    })
                    .collect()
            }
            FromKind::TableValued { columns, .. } => plain_columns(columns),
            FromKind::Values(values) => plain_columns(&values.columns),
        }
    }
}

fn plain_columns(columns: &[(Rc<str>, SqlType)]) -> Vec<(Name, ColumnEntry)> {
    columns
        .iter()
        .map(|(name, ty)| {
            let name = Name::from(name.clone());
            let info = ColumnInfo::new(name.clone(), name.clone(), ty.clone(), Vec::new());
            (name, ColumnEntry::Own(Rc::new(info)))
        })
        .collect()
}
