//! The text of INSERT.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use super::binds::{ROW_BEGIN, ROW_END};
use super::compiler::{Compiler, Context, StackEntry};
use super::literal::literal_text;
use super::{BatchOrder, Prefetch};
use crate::orm::sql::dml::{Insert, OnConflict, RowValues};
use crate::orm::sql::error::SqlError;
use crate::orm::sql::expr::{Bind, BindValue, Expr, ExprKind, Operand, coerce_expression};
use crate::orm::sql::name::Name;
use crate::orm::sql::schema::{Column, Default_, Table};
use crate::orm::sql::select::{LabelStyle, Query, columns_plus_names};
use crate::orm::sql::types::{Affinity, SqlType};

/// A column of the statement with the text of its value.
pub(super) struct Assigned {
    pub(super) column: Expr,
    pub(super) value: String,
}

impl Compiler<'_> {
    pub(super) fn insert(&mut self, insert: &Insert, context: Context) -> Result<String, SqlError> {
        self.write(StackEntry::default(), |compiler, toplevel| {
            compiler.insert_text(insert, toplevel, context)
        })
    }

    fn insert_text(
        &mut self,
        insert: &Insert,
        toplevel: bool,
        context: Context,
    ) -> Result<String, SqlError> {
        let mut text = self.verb("INSERT", &insert.prefixes, context)?;
        for cte in &insert.ctes {
            self.cte(cte, false, context)?;
        }
        text.push_str("INTO ");
        text.push_str(&self.from(&insert.table, Context::new())?);
        let mut returning = insert.returning.clone();
        if let Some((names, query)) = &insert.select {
            let (names, query) = self.with_defaults(insert, names, query);
            let names: Vec<Name> = names.iter().map(|name| Name::from(name.clone())).collect();
            text.push_str(&format!(" ({})", self.names(&names)));
            let select = match &query {
                Query::Select(select) => self.select(select, false, None, true, context)?,
                other => self.query(other, false, None, context)?,
            };
            text.push_str(&format!(" {select}"));
        } else {
            let rows = self.rows(insert, context)?;
            let many = self.options.for_executemany
                && !insert.returning.is_empty()
                && insert.multi_values.is_empty();
            if many {
                let sentinel = sentinel_columns(insert);
                let can_tell = sentinel.is_some() && insert.on_conflict.is_none();
                self.batches = Some(match (insert.sort_by_parameter_order, can_tell) {
                    (false, _) => BatchOrder::Any,
                    (true, true) => BatchOrder::Given,
                    (true, false) => BatchOrder::RowAtATime,
                });
                if insert.sort_by_parameter_order {
                    returning.extend(sentinel.unwrap_or_default());
                }
            }
            match rows.first() {
                Some(first) if !first.is_empty() => {
                    let names: Vec<Name> = first
                        .iter()
                        .filter_map(|assigned| assigned.column.name())
                        .collect();
                    text.push_str(&format!(" ({}) VALUES ", self.names(&names)));
                    let rows: Vec<String> = rows.iter().map(|row| row_text(row)).collect();
                    if many {
                        text.push_str(&format!("{ROW_BEGIN}{}{ROW_END}", rows.join(", ")));
                    } else {
                        text.push_str(&rows.join(", "));
                    }
                }
                // For several rows SQLAlchemy names a column, so that each can be given its NULL.
                _ if self.options.for_executemany
                    && let Some(name) = insert.table.columns().first().and_then(Expr::name) =>
                {
                    text.push_str(&format!(" ({}) VALUES ", self.names(&[name])));
                    if many {
                        text.push_str(&format!("{ROW_BEGIN}(NULL){ROW_END}"));
                    } else {
                        text.push_str("(NULL)");
                    }
                }
                _ => text.push_str(" DEFAULT VALUES"),
            }
        }
        if let Some(on_conflict) = &insert.on_conflict {
            let clause = self.on_conflict(insert, on_conflict, context)?;
            text.push_str(&format!(" {clause}"));
        }
        if !returning.is_empty() {
            text.push_str(&self.returning(&returning, toplevel, context)?);
        }
        Ok(text)
    }

    pub(super) fn returning(
        &mut self,
        columns: &[Expr],
        populate: bool,
        context: Context,
    ) -> Result<String, SqlError> {
        // SQLite knows no qualified columns there; SQLAlchemy's own dialect writes them.
        let context = Context {
            include_table: self.options.style == super::Style::Plain,
            ..context
        };
        let mut parts = Vec::with_capacity(columns.len());
        for names in columns_plus_names(columns, LabelStyle::DisambiguateOnly, true) {
            parts.push(self.result_column(&names, populate, false, context)?);
        }
        Ok(format!(" RETURNING {}", parts.join(", ")))
    }

    /// The values of each row, in the order of the table's columns.
    fn rows(&mut self, insert: &Insert, context: Context) -> Result<Vec<Vec<Assigned>>, SqlError> {
        let given: Vec<&RowValues> = if insert.multi_values.is_empty() {
            vec![&insert.values]
        } else {
            insert.multi_values.iter().collect()
        };
        let mut rows: Vec<Vec<Assigned>> = Vec::with_capacity(given.len());
        let multi = !insert.multi_values.is_empty();
        // The columns of the first row are those of all.
        let mut keys: HashSet<Rc<str>> = given
            .first()
            .map(|row| row.iter().map(|(key, _)| key.clone()).collect())
            .unwrap_or_default();
        let late: &[Rc<str>] = self.options.column_keys.as_deref().unwrap_or_default();
        keys.extend(late.iter().cloned());
        check_consumed(&insert.table.columns(), &keys)?;
        for (at, values) in given.iter().enumerate() {
            let mut row = Vec::new();
            for column in insert.table.columns() {
                let Some(key) = column.key() else { continue };
                let is_in_first = |first: &Vec<Assigned>| {
                    first
                        .iter()
                        .any(|assigned| assigned.column.key() == Some(key.clone()))
                };
                // What only later rows have is passed over.
                if !rows.first().is_none_or(is_in_first) {
                    continue;
                }
                let bind_name = if multi {
                    format!("{key}_m{at}")
                } else {
                    key.to_string()
                };
                let found = values.iter().find(|(known, _)| **known == *key.as_str());
                let value = match found {
                    Some((_, operand)) => {
                        Some(self.assigned(&column, operand, &bind_name, context)?)
                    }
                    None if keys.contains(key.as_str()) && !multi => {
                        Some(self.crud_bind(&column, BindValue::Required, &bind_name, context)?)
                    }
                    None if keys.contains(key.as_str()) => {
                        return Err(SqlError::compile(format!(
                            "INSERT value for column {}.{key} is explicitly rendered as a boundparameter in the \
                             VALUES clause; a Python-side value or SQL expression is required",
                            insert.table.description()
                        )));
                    }
                    None => self.default_value(&column, &bind_name, context)?,
                };
                if let Some(value) = value {
                    row.push(Assigned { column, value });
                }
            }
            rows.push(row);
        }
        Ok(rows)
    }

    /// The text of a value that the statement gives a column.
    pub(super) fn assigned(
        &mut self,
        column: &Expr,
        operand: &Operand,
        bind_name: &str,
        context: Context,
    ) -> Result<String, SqlError> {
        match operand {
            Operand::Value(value) => {
                self.crud_bind(column, BindValue::Value(value.clone()), bind_name, context)
            }
            operand => {
                let expr = coerce_expression(operand.clone(), None, Some(column.ty()))?;
                let expr = match expr.kind() {
                    ExprKind::Bind(_) if expr.ty().is_null() => expr.with_type(column.ty().clone()),
                    _ => expr,
                };
                self.expr(&expr.self_group(None), context)
            }
        }
    }

    pub(super) fn crud_bind(
        &mut self,
        column: &Expr,
        value: BindValue,
        name: &str,
        context: Context,
    ) -> Result<String, SqlError> {
        let mut bind = Bind::named(name, value);
        bind.is_crud = true;
        self.bind(&bind, column.ty(), context)
    }

    fn default_value(
        &mut self,
        column: &Expr,
        bind_name: &str,
        context: Context,
    ) -> Result<Option<String>, SqlError> {
        let schema = column.as_column().and_then(|(_, info)| info.schema.clone());
        let Some(schema) = schema else {
            return Ok(None);
        };
        match schema.default.clone() {
            Some(default) => self
                .program_default(column, &schema, &default, bind_name, context)
                .map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn program_default(
        &mut self,
        column: &Expr,
        schema: &Rc<Column>,
        default: &Default_,
        bind_name: &str,
        context: Context,
    ) -> Result<String, SqlError> {
        match default {
            Default_::Sql(expr) => self.expr(&expr.self_group(None), context),
            Default_::Scalar(value) => {
                self.crud_bind(column, BindValue::Value(value.clone()), bind_name, context)
            }
            Default_::Callable(_) => {
                self.prefetch.push(Prefetch {
                    column: schema.clone(),
                    name: Arc::from(bind_name),
                });
                self.crud_bind(column, BindValue::Required, bind_name, context)
            }
        }
    }

    /// `INSERT … SELECT` also sets the columns that have defaults.
    fn with_defaults(
        &mut self,
        insert: &Insert,
        names: &[Rc<str>],
        query: &Query,
    ) -> (Vec<Rc<str>>, Query) {
        let mut all: Vec<Rc<str>> = Vec::with_capacity(names.len());
        for key in names {
            let name = insert
                .table
                .column(key)
                .and_then(|column| column.name())
                .map_or_else(|| key.clone(), |name| name.rc());
            all.push(name);
        }
        let Query::Select(select) = query else {
            return (all, query.clone());
        };
        let mut select = (**select).clone();
        for column in insert.table.columns() {
            let Some((_, info)) = column.as_column() else {
                continue;
            };
            let Some(schema) = info.schema.clone() else {
                continue;
            };
            if names.iter().any(|name| **name == *info.key.as_str()) || insert.inline {
                continue;
            }
            let added = match &schema.default {
                None => continue,
                Some(Default_::Sql(expr)) => expr.clone(),
                Some(Default_::Scalar(value)) => {
                    crud_expr(&column, BindValue::Value(value.clone()), info.key.as_str())
                }
                Some(Default_::Callable(_)) => {
                    self.prefetch.push(Prefetch {
                        column: schema.clone(),
                        name: Arc::from(info.key.as_str()),
                    });
                    crud_expr(&column, BindValue::Required, info.key.as_str())
                }
            };
            all.push(info.name.rc());
            select.columns.push(added);
        }
        (all, select.into_query())
    }

    fn on_conflict(
        &mut self,
        insert: &Insert,
        clause: &OnConflict,
        context: Context,
    ) -> Result<String, SqlError> {
        let bare = Context {
            include_table: false,
            ..context
        };
        let mut target = String::new();
        if !clause.elements.is_empty() {
            target = format!("({})", self.list(&clause.elements, ", ", bare)?);
            if let Some(where_) = &clause.index_where {
                let where_ = self.expr(
                    where_,
                    Context {
                        literal_execute: true,
                        ..bare
                    },
                )?;
                target.push_str(&format!(" WHERE {where_}"));
            }
        }
        let Some(update) = &clause.update else {
            return Ok(if target.is_empty() {
                "ON CONFLICT DO NOTHING".to_owned()
            } else {
                format!("ON CONFLICT {target} DO NOTHING")
            });
        };
        let columns = insert.table.columns();
        let mut parts = Vec::with_capacity(update.len());
        let mut left: Vec<&(Rc<str>, Operand)> = update.iter().collect();
        for column in &columns {
            let key = column.key().unwrap_or_else(|| Name::new(""));
            let Some(at) = left.iter().position(|(known, _)| **known == *key.as_str()) else {
                continue;
            };
            let (_, operand) = left.remove(at);
            let value = self.upsert_value(operand, column.ty(), context)?;
            let name = column.name().unwrap_or(key);
            parts.push(format!("{} = {value}", self.quoted_name(&name)));
        }
        if !left.is_empty() {
            let names: Vec<String> = left.iter().map(|(key, _)| literal_text(key)).collect();
            self.warn(format!(
                "Additional column names not matching any column keys in table '{}': {}",
                insert.table.description(),
                names.join(", ")
            ));
            for (key, operand) in left {
                let value = self.upsert_value(operand, &SqlType::Null, context)?;
                parts.push(format!("{} = {value}", self.quote(key)));
            }
        }
        let mut text = format!("ON CONFLICT {target} DO UPDATE SET {}", parts.join(", "));
        if let Some(where_) = &clause.where_ {
            text.push_str(&format!(" WHERE {}", self.expr(where_, context)?));
        }
        Ok(text)
    }

    fn upsert_value(
        &mut self,
        operand: &Operand,
        ty: &SqlType,
        context: Context,
    ) -> Result<String, SqlError> {
        let expr = coerce_expression(operand.clone(), None, Some(ty))?;
        let expr = match expr.kind() {
            ExprKind::Bind(_) if expr.ty().is_null() => expr.with_type(ty.clone()),
            _ => expr,
        };
        self.expr(&expr.self_group(None), context)
    }
}

fn row_text(row: &[Assigned]) -> String {
    let values: Vec<&str> = row.iter().map(|assigned| assigned.value.as_str()).collect();
    format!("({})", values.join(", "))
}

fn crud_expr(column: &Expr, value: BindValue, name: &str) -> Expr {
    let mut bind = Bind::named(name, value);
    bind.is_crud = true;
    bind.into_expr(column.ty().clone())
}

/// A value for a column that the table does not have is an error.
pub(super) fn check_consumed(columns: &[Expr], keys: &HashSet<Rc<str>>) -> Result<(), SqlError> {
    let mut unknown: Vec<&str> = keys
        .iter()
        .map(|key| &**key)
        .filter(|key| {
            !columns
                .iter()
                .any(|column| column.key().is_some_and(|known| known.as_str() == *key))
        })
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    unknown.sort_unstable();
    Err(SqlError::compile(format!(
        "Unconsumed column names: {}",
        unknown.join(", ")
    )))
}

/// The columns by which returned rows can be told apart: a primary key that the program supplies. None where SQLite
/// makes it up, so that rows must be inserted one at a time for their order to be known.
fn sentinel_columns(insert: &Insert) -> Option<Vec<Expr>> {
    let table: &Table = insert.table.as_table()?;
    if table.autoincrement_column().is_some() {
        return None;
    }
    let key = insert.table.primary_key();
    let supplied = key.iter().all(|column| {
        column
            .as_column()
            .and_then(|(_, info)| info.schema.as_ref())
            .is_some_and(|schema| {
                !matches!(schema.default, Some(Default_::Sql(_)))
                    && schema.server_default.is_none()
                    && schema.ty.affinity() != Affinity::Null
            })
    });
    (supplied && !key.is_empty()).then_some(key)
}
