//! The tables of a program.

use std::cell::RefCell;
use std::rc::Rc;

use super::ddl::{create_index, create_table, drop_table};
use super::sort::sort_tables;
use crate::orm::sql::error::SqlError;
use crate::orm::sql::from::FromClause;

/// An ordered set of tables; clones are the same set.
#[derive(Clone, Debug)]
pub struct MetaData(pub(super) Rc<MetaInner>);

#[derive(Debug, Default)]
pub struct MetaInner {
    pub(super) tables: RefCell<Vec<FromClause>>,
    /// `MetaData(naming_convention={"ix": "…"})`.
    pub(super) naming: RefCell<Vec<(Rc<str>, Rc<str>)>>,
}

impl MetaData {
    pub fn new() -> Self {
        Self(Rc::new(MetaInner::default()))
    }

    pub fn with_naming_convention(naming: Vec<(Rc<str>, Rc<str>)>) -> Self {
        let metadata = Self::new();
        *metadata.0.naming.borrow_mut() = naming;
        metadata
    }

    pub(super) fn convention(&self, kind: &str) -> Option<Rc<str>> {
        let naming = self.0.naming.borrow();
        match naming.iter().find(|(known, _)| &**known == kind) {
            Some((_, template)) => Some(template.clone()),
            None if kind == "ix" && naming.is_empty() => Some(Rc::from("ix_%(column_0_label)s")),
            None => None,
        }
    }

    /// In order of declaration.
    pub fn tables(&self) -> Vec<FromClause> {
        self.0.tables.borrow().clone()
    }

    /// By name, with its schema if it has one.
    pub fn table(&self, name: &str) -> Option<FromClause> {
        self.0
            .tables
            .borrow()
            .iter()
            .find(|from| {
                from.as_table()
                    .is_some_and(|table| &*table.full_name() == name)
            })
            .cloned()
    }

    /// Forgets a table.
    pub fn remove(&self, table: &FromClause) {
        self.0.tables.borrow_mut().retain(|known| known != table);
    }

    /// The statements of `create_all()`, each with the table it is for.
    ///
    /// # Errors
    /// When a foreign key points nowhere or a column has no type.
    pub fn create_all(&self) -> Result<Vec<(FromClause, String)>, SqlError> {
        let tables = self.tables();
        let mut statements = Vec::new();
        for at in sort_tables(&tables)?.order {
            let from = tables[at].clone();
            statements.push((from.clone(), create_table(&from)?));
            if let Some(table) = from.as_table() {
                for index in table.indexes() {
                    statements.push((from.clone(), create_index(&index, &from)?));
                }
            }
        }
        Ok(statements)
    }

    /// The statements of `drop_all()`.
    ///
    /// # Errors
    /// When a foreign key points nowhere.
    pub fn drop_all(&self) -> Result<Vec<(FromClause, String)>, SqlError> {
        let tables = self.tables();
        let order = sort_tables(&tables)?.order;
        Ok(order
            .into_iter()
            .rev()
            .map(|at| {
                let from = tables[at].clone();
                let text = drop_table(&from);
                (from, text)
            })
            .collect())
    }
}

impl Default for MetaData {
    fn default() -> Self {
        Self::new()
    }
}
