//! The text of FROM elements.

use super::compiler::{Compiler, Context};
use crate::orm::sql::error::SqlError;
use crate::orm::sql::expr::{Op, and_};
use crate::orm::sql::from::{FromClause, FromKind, Join, Values};

impl Compiler<'_> {
    pub(super) fn from(&mut self, from: &FromClause, context: Context) -> Result<String, SqlError> {
        match from.kind() {
            FromKind::Table(table) => {
                if context.lint {
                    self.lint_from(from, &table.full_name());
                }
                Ok(match table.schema() {
                    Some(schema) => {
                        format!("{}.{}", self.quote(schema), self.quote(table.name()))
                    }
                    None => self.quote(table.name()),
                })
            }
            FromKind::Alias { element, name } => {
                let name = self.resolve(name);
                if context.lint {
                    self.lint_from(from, &name);
                }
                let inner = self.aliased(element, context.without_lint())?;
                Ok(format!("{inner} AS {}", self.quote(&name)))
            }
            FromKind::Subquery {
                query,
                name,
                is_lateral,
            } => {
                let name = self.resolve(name);
                if context.lint {
                    self.lint_from(from, &name);
                }
                self.is_lateral = *is_lateral;
                let inner = self.query(query, true, None, context.inner_statement())?;
                let word = if *is_lateral { "LATERAL " } else { "" };
                Ok(format!("{word}({inner}) AS {}", self.quote(&name)))
            }
            FromKind::Cte(_) => {
                let text = self.cte(from, true, context)?;
                Ok(text.unwrap_or_default())
            }
            FromKind::Join(join) => self.join(join, context),
            FromKind::Grouping(element) => Ok(format!("({})", self.from(element, context)?)),
            FromKind::Text(expr) => self.expr(expr, context.without_lint()),
            FromKind::TableValued { function, name, .. } => {
                let name = self.resolve(name);
                if context.lint {
                    self.lint_from(from, &name);
                }
                let inner = self.expr(function, context.without_lint())?;
                Ok(format!("{inner} AS {}", self.quote(&name)))
            }
            FromKind::Values(values) => self.values_element(from, values, context),
        }
    }

    /// What an alias is of: an alias of an alias has but the last name.
    fn aliased(&mut self, element: &FromClause, context: Context) -> Result<String, SqlError> {
        match element.kind() {
            FromKind::Alias { element, .. } => self.aliased(element, context),
            FromKind::Subquery { query, .. } => {
                let inner = self.query(query, true, None, context.inner_statement())?;
                Ok(format!("({inner})"))
            }
            FromKind::TableValued { function, .. } => self.expr(function, context),
            _ => self.from(element, context),
        }
    }

    fn join(&mut self, join: &Join, context: Context) -> Result<String, SqlError> {
        if context.lint {
            self.lint_join(&join.left, &join.right);
        }
        let word = match (join.full, join.outer) {
            (true, _) => " FULL OUTER JOIN ",
            (false, true) => " LEFT OUTER JOIN ",
            (false, false) => " JOIN ",
        };
        let left = self.from(&join.left, context)?;
        let right = self.from(&join.right, context)?;
        match &join.on {
            Some(on) => {
                let criteria = self.join_criteria(join);
                let on = if criteria.is_empty() {
                    self.expr(on, context)?
                } else {
                    let all = and_([on.clone()].into_iter().chain(criteria));
                    self.in_criteria = true;
                    let on = self.expr(&all, context);
                    self.in_criteria = false;
                    on?
                };
                Ok(format!("{left}{word}{right} ON {on}"))
            }
            None => Ok(format!("{left}{word}{right}")),
        }
    }

    fn values_element(
        &mut self,
        from: &FromClause,
        values: &Values,
        context: Context,
    ) -> Result<String, SqlError> {
        let name = values.name.as_ref().map(|name| self.resolve(name));
        if context.lint {
            self.lint_from(from, name.as_deref().unwrap_or("(unnamed VALUES element)"));
        }
        let inner = Context {
            literal_binds: context.literal_binds || values.literal_binds,
            ..context.without_lint()
        };
        let mut tuples = Vec::with_capacity(values.rows.len());
        for row in &values.rows {
            let row: Vec<_> = row
                .iter()
                .map(|member| member.self_group(Some(&Op::Comma)))
                .collect();
            tuples.push(format!("({})", self.list(&row, ", ", inner)?));
        }
        let text = format!("VALUES {}", tuples.join(", "));
        Ok(match name {
            Some(name) => {
                let columns: Vec<String> = values
                    .columns
                    .iter()
                    .map(|(column, _)| self.quote(column))
                    .collect();
                format!("({text}) AS {} ({})", self.quote(&name), columns.join(", "))
            }
            None => format!("({text})"),
        })
    }
}
