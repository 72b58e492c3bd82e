//! A compiled statement with values: what SQLite is sent.

use std::sync::Arc;

use super::binds::{empty_set, literal_list, values_word};
use super::literal::literal_value;
use super::{BatchOrder, Compiled, CompiledBind, Execution, ManyExecution, Segment, Style};
use crate::orm::sql::error::{ErrorKind, SqlError};
use crate::orm::sql::expr::BindValue;
use crate::orm::sql::types::SqlType;
use crate::orm::value::Value;
use crate::sqlite::Provenance;
use crate::trace;

/// How many rows one INSERT … RETURNING of many rows takes (SQLAlchemy's `insertmanyvalues_page_size`).
const ROWS_IN_BATCH: usize = 1000;
/// How many parameters SQLite takes (`SQLITE_MAX_VARIABLE_NUMBER` as SQLAlchemy assumes it).
const MAX_PARAMETERS: usize = 32766;

/// Gives a parameter another value than its own.
pub type Given<'a> = &'a dyn Fn(&CompiledBind) -> Option<BindValue>;

impl Compiled {
    /// The text and values of one execution. `given` may replace the value of a parameter.
    ///
    /// # Errors
    /// When a required value is missing or a type refuses a value.
    pub fn execute(&self, given: Given<'_>) -> Result<Execution, SqlError> {
        let mut parameters = Vec::with_capacity(self.binds.len());
        if !self.is_expanding() {
            for bind in &self.binds {
                parameters.push(single(bind, given)?);
            }
            return Ok(Execution {
                sql: self.sql.clone(),
                parameters,
            });
        }
        let mut sql = String::with_capacity(self.sql.len() + 16);
        self.render(0..self.segments.len(), given, &mut sql, &mut parameters)?;
        Ok(Execution {
            sql: Arc::from(sql),
            parameters,
        })
    }

    /// Why it is sent, where its values know: for the sake of one relationship of one object.
    pub fn cause(&self) -> Option<Provenance> {
        let mut causes = self.binds.iter().filter_map(|bind| match &bind.value {
            BindValue::Late(value) => value.cause(),
            _ => None,
        });
        let first = causes.next()?;
        let is_same = |other: Provenance| {
            (other.relationship, other.owner) == (first.relationship.clone(), first.owner.clone())
        };
        causes.all(is_same).then_some(first)
    }

    /// Whether the text depends on the values.
    pub fn is_expanding(&self) -> bool {
        self.binds
            .iter()
            .any(|bind| bind.expanding || bind.literal_execute)
    }

    /// What is sent for several rows of parameters.
    ///
    /// # Errors
    /// As [`Compiled::execute`].
    pub fn execute_many(&self, rows: &[Given<'_>]) -> Result<ManyExecution, SqlError> {
        let Some(many) = &self.many else {
            if self.is_expanding() {
                return Err(SqlError::invalid(
                    "'literal_execute' or 'expanding' parameters can't be used with executemany()",
                ));
            }
            let mut parameters = Vec::with_capacity(rows.len());
            for row in rows {
                let mut values = Vec::with_capacity(self.binds.len());
                for bind in &self.binds {
                    values.push(single(bind, *row)?);
                }
                parameters.push(values);
            }
            return Ok(ManyExecution::Rows {
                sql: self.sql.clone(),
                parameters,
            });
        };
        let mut batches = Vec::new();
        if many.order == BatchOrder::RowAtATime {
            for row in rows {
                batches.push((self.execute(*row)?, 1));
            }
            return Ok(ManyExecution::Batches(batches, many.order));
        }
        let in_row = self.segments[many.values.clone()]
            .iter()
            .filter(|segment| matches!(segment, Segment::Bind(_)))
            .count();
        let outside = self.binds.len() - in_row;
        let size = match in_row {
            0 => ROWS_IN_BATCH,
            in_row => ROWS_IN_BATCH.min((MAX_PARAMETERS - outside) / in_row),
        };
        for batch in rows.chunks(size.max(1)) {
            let mut sql = String::new();
            let mut parameters = Vec::with_capacity(batch.len() * in_row + outside);
            let first = batch[0];
            self.render(0..many.values.start, first, &mut sql, &mut parameters)?;
            for (at, row) in batch.iter().enumerate() {
                if at > 0 {
                    sql.push_str(", ");
                }
                self.render(many.values.clone(), *row, &mut sql, &mut parameters)?;
            }
            self.render(
                many.values.end..self.segments.len(),
                first,
                &mut sql,
                &mut parameters,
            )?;
            let execution = Execution {
                sql: Arc::from(sql),
                parameters,
            };
            batches.push((execution, batch.len()));
        }
        Ok(ManyExecution::Batches(batches, many.order))
    }

    fn render(
        &self,
        segments: std::ops::Range<usize>,
        given: Given<'_>,
        sql: &mut String,
        parameters: &mut Vec<trace::Value>,
    ) -> Result<(), SqlError> {
        for segment in &self.segments[segments] {
            match segment {
                Segment::Text(text) => sql.push_str(text),
                Segment::Bind(index) => {
                    let bind = &self.binds[*index];
                    if bind.expanding {
                        expand(bind, given, sql, parameters)?;
                    } else if bind.literal_execute {
                        let value = value_of(bind, given)?;
                        sql.push_str(&match &value {
                            BindValue::Value(value) => literal_value(value, &bind.ty)?,
                            list => literal_list(list, &bind.ty, bind.not_in, Style::Sqlite)?,
                        });
                    } else {
                        sql.push('?');
                        parameters.push(single(bind, given)?);
                    }
                }
            }
        }
        Ok(())
    }
}

fn value_of(bind: &CompiledBind, given: Given<'_>) -> Result<BindValue, SqlError> {
    match given(bind).unwrap_or_else(|| bind.value.clone()) {
        BindValue::Required => Err(SqlError::invalid(format!(
            "A value is required for bind parameter '{}'",
            bind.name
        ))),
        value => Ok(value),
    }
}

fn single(bind: &CompiledBind, given: Given<'_>) -> Result<trace::Value, SqlError> {
    match value_of(bind, given)? {
        BindValue::Value(value) => bound(&value, &bind.ty),
        _ => Err(SqlError::new(
            ErrorKind::StatementError,
            format!("a list was given for bind parameter '{}'", bind.name),
        )),
    }
}

fn bound(value: &Value, ty: &SqlType) -> Result<trace::Value, SqlError> {
    ty.bind(value).map_err(SqlError::of_value)
}

impl Compiled {
    /// The values of one execution, where the driver refuses one; with the place of the first such.
    ///
    /// # Errors
    /// When one is missing.
    pub fn refused_values(
        &self,
        given: Given<'_>,
    ) -> Result<(Vec<Value>, Option<usize>), SqlError> {
        let mut all = Vec::new();
        let mut refused = None;
        for bind in &self.binds {
            let values: Vec<Value> = match value_of(bind, given)? {
                BindValue::Value(value) => vec![value],
                BindValue::List(values) => values.to_vec(),
                BindValue::Tuples(rows) => rows.iter().flat_map(|row| row.to_vec()).collect(),
                BindValue::Required | BindValue::Late(_) => Vec::new(),
            };
            for value in values {
                all.push(match bind.ty.bind(&value) {
                    Ok(stored) => Value::Stored(stored),
                    Err(_) => {
                        refused.get_or_insert(all.len());
                        value
                    }
                });
            }
        }
        Ok((all, refused))
    }
}

fn expand(
    bind: &CompiledBind,
    given: Given<'_>,
    sql: &mut String,
    parameters: &mut Vec<trace::Value>,
) -> Result<(), SqlError> {
    let value = value_of(bind, given)?;
    if bind.literal_execute {
        sql.push_str(&literal_list(&value, &bind.ty, bind.not_in, Style::Sqlite)?);
        return Ok(());
    }
    match &value {
        BindValue::List(values) if !values.is_empty() => {
            for (at, value) in values.iter().enumerate() {
                sql.push_str(if at == 0 { "?" } else { ", ?" });
                parameters.push(bound(value, &bind.ty)?);
            }
        }
        BindValue::Tuples(rows) if !rows.is_empty() => {
            let types: &[SqlType] = match &bind.ty {
                SqlType::Tuple(types) => types,
                _ => &[],
            };
            sql.push_str(values_word(Style::Sqlite));
            for (at, row) in rows.iter().enumerate() {
                sql.push_str(if at == 0 { "(" } else { ", (" });
                for (at, value) in row.iter().enumerate() {
                    sql.push_str(if at == 0 { "?" } else { ", ?" });
                    parameters.push(bound(value, types.get(at).unwrap_or(&SqlType::Null))?);
                }
                sql.push(')');
            }
        }
        _ => sql.push_str(&empty_set(&bind.ty, bind.not_in, Style::Sqlite)),
    }
    Ok(())
}
