//! The text of UPDATE and DELETE.

use std::collections::HashSet;
use std::rc::Rc;

use super::compiler::{Compiler, Context, StackEntry};
use super::insert::{Assigned, check_consumed};
use super::lint::Linter;
use crate::orm::sql::dml::{Delete, Update};
use crate::orm::sql::error::{ErrorKind, SqlError};
use crate::orm::sql::expr::{BindValue, Expr};
use crate::orm::sql::from::FromClause;
use crate::orm::sql::name::Name;

impl Compiler<'_> {
    /// A statement that writes, inside of which `entry` holds; the common table expressions of an outermost one go
    /// before it. `text` is told whether it is that.
    pub(super) fn write(
        &mut self,
        entry: StackEntry,
        text: impl FnOnce(&mut Self, bool) -> Result<String, SqlError>,
    ) -> Result<String, SqlError> {
        let toplevel = self.stack.is_empty();
        self.stack.push(entry);
        let text = text(self, toplevel);
        self.stack.pop();
        let text = text?;
        Ok(if toplevel {
            self.with_clause() + &text
        } else {
            text
        })
    }

    /// `INSERT `, `UPDATE ` or `DELETE `, with what stands right behind it.
    pub(super) fn verb(
        &mut self,
        verb: &str,
        prefixes: &[Expr],
        context: Context,
    ) -> Result<String, SqlError> {
        let mut text = format!("{verb} ");
        if !prefixes.is_empty() {
            text.push_str(&self.list(prefixes, " ", context)?);
            text.push(' ');
        }
        Ok(text)
    }

    pub(super) fn update(&mut self, update: &Update, context: Context) -> Result<String, SqlError> {
        let extra = extra_froms(&update.table, &update.where_);
        let mut known: HashSet<FromClause> = HashSet::from([update.table.clone()]);
        known.extend(extra.iter().cloned());
        self.write(StackEntry::over(known), |compiler, toplevel| {
            compiler.update_text(update, &extra, toplevel, context)
        })
    }

    fn update_text(
        &mut self,
        update: &Update,
        extra: &[FromClause],
        toplevel: bool,
        context: Context,
    ) -> Result<String, SqlError> {
        if self.options.lint {
            self.linters.push(Linter::default());
        }
        let linted = Context {
            lint: self.options.lint,
            ..context
        };
        let mut text = self.verb("UPDATE", &update.prefixes, context)?;
        let table = self.from(&update.table, linted)?;
        let assigned = self.assignments(update, context)?;
        for cte in &update.ctes {
            self.cte(cte, false, context)?;
        }
        text.push_str(&table);
        text.push_str(" SET ");
        let mut parts = Vec::with_capacity(assigned.len());
        for assignment in &assigned {
            let name = assignment.column.name().unwrap_or_else(|| Name::new(""));
            parts.push(format!("{}={}", self.quoted_name(&name), assignment.value));
        }
        text.push_str(&parts.join(", "));
        if !extra.is_empty() {
            let mut froms = Vec::with_capacity(extra.len());
            for from in extra {
                froms.push(self.from(from, linted)?);
            }
            text.push_str(&format!(" FROM {}", froms.join(", ")));
        }
        if !update.where_.is_empty() {
            let criteria = self.and_list(&update.where_, linted)?;
            if !criteria.is_empty() {
                text.push_str(&format!(" WHERE {criteria}"));
            }
        }
        if self.options.lint {
            self.finish_lint("UPDATE");
        }
        if !update.returning.is_empty() {
            text.push_str(&self.returning(&update.returning, toplevel, context)?);
        }
        Ok(text)
    }

    fn assignments(
        &mut self,
        update: &Update,
        context: Context,
    ) -> Result<Vec<Assigned>, SqlError> {
        let columns = update.table.columns();
        let late: Vec<Rc<str>> = self.options.column_keys.clone().unwrap_or_default();
        let mut keys: HashSet<Rc<str>> = update.values.iter().map(|(key, _)| key.clone()).collect();
        keys.extend(late.iter().cloned());
        check_consumed(&columns, &keys)?;
        let mut ordered: Vec<Expr> = Vec::with_capacity(columns.len());
        if update.preserve_order {
            for (key, _) in &update.values {
                ordered.extend(columns.iter().find(|column| has_key(column, key)).cloned());
            }
        }
        for column in columns {
            if !ordered.iter().any(|known| known.same(&column)) {
                ordered.push(column);
            }
        }
        let mut assigned = Vec::new();
        for column in ordered {
            let Some(key) = column.key() else { continue };
            let bind_name = key.to_string();
            let found = update
                .values
                .iter()
                .find(|(known, _)| **known == *key.as_str());
            let value = match found {
                Some((_, operand)) => Some(self.assigned(&column, operand, &bind_name, context)?),
                None if keys.contains(key.as_str()) => {
                    Some(self.crud_bind(&column, BindValue::Required, &bind_name, context)?)
                }
                None => self.onupdate_value(&column, &bind_name, context)?,
            };
            if let Some(value) = value {
                assigned.push(Assigned { column, value });
            }
        }
        Ok(assigned)
    }

    fn onupdate_value(
        &mut self,
        column: &Expr,
        bind_name: &str,
        context: Context,
    ) -> Result<Option<String>, SqlError> {
        let schema = column.as_column().and_then(|(_, info)| info.schema.clone());
        match schema {
            Some(schema) => match schema.onupdate.clone() {
                Some(onupdate) => self
                    .program_default(column, &schema, &onupdate, bind_name, context)
                    .map(Some),
                None => Ok(None),
            },
            None => Ok(None),
        }
    }

    pub(super) fn delete(&mut self, delete: &Delete, context: Context) -> Result<String, SqlError> {
        if delete.has_extra_froms() {
            return Err(SqlError::new(
                ErrorKind::NotImplementedError,
                "This backend does not support multiple-table criteria within DELETE",
            ));
        }
        let known = HashSet::from([delete.table.clone()]);
        self.write(StackEntry::over(known), |compiler, toplevel| {
            compiler.delete_text(delete, toplevel, context)
        })
    }

    fn delete_text(
        &mut self,
        delete: &Delete,
        toplevel: bool,
        context: Context,
    ) -> Result<String, SqlError> {
        let mut text = self.verb("DELETE", &delete.prefixes, context)?;
        for cte in &delete.ctes {
            self.cte(cte, false, context)?;
        }
        text.push_str("FROM ");
        text.push_str(&self.from(&delete.table, context)?);
        if !delete.where_.is_empty() {
            let criteria = self.and_list(&delete.where_, context)?;
            if !criteria.is_empty() {
                text.push_str(&format!(" WHERE {criteria}"));
            }
        }
        if !delete.returning.is_empty() {
            text.push_str(&self.returning(&delete.returning, toplevel, context)?);
        }
        Ok(text)
    }
}

fn has_key(column: &Expr, key: &str) -> bool {
    column.key().is_some_and(|known| known.as_str() == key)
}

/// The FROM elements of the criteria that are not the table itself.
impl Delete {
    /// Whether its criteria name tables that it does not delete from.
    pub fn has_extra_froms(&self) -> bool {
        !extra_froms(&self.table, &self.where_).is_empty()
    }
}

fn extra_froms(table: &FromClause, criteria: &[Expr]) -> Vec<FromClause> {
    let own = table.from_objects();
    let mut extra: Vec<FromClause> = Vec::new();
    for criterion in criteria {
        for from in criterion.from_objects() {
            if !own.contains(&from) && !extra.contains(&from) {
                extra.push(from);
            }
        }
    }
    extra
}
