//! Columns that only the tables of deriving classes have: they are read from those alone.

use std::cell::Cell;
use std::rc::Rc;

use crate::orm::Value;
use crate::orm::attributes::{self, Passive};
use crate::orm::error::Result;
use crate::orm::instance::Instance;
use crate::orm::query::Select;
use crate::orm::sql::adapt::{Replace, replace_expr, visit};
use crate::orm::sql::expr::{Bind, BindValue, and_};
use crate::orm::sql::{self, Expr, FromClause, LabelStyle};

/// The query of these columns of an object, when none of them is of the table at the root of its hierarchy: what joins
/// the tables tells the row.
pub(super) fn select(instance: &Rc<Instance>, wanted: &[usize]) -> Result<Option<Select>> {
    let mapper = &instance.mapper;
    if mapper.parent().is_none() {
        return Ok(None);
    }
    let mut columns = Vec::new();
    for &index in wanted {
        if let Some(column) = mapper.attribute(index).as_column() {
            columns.push(column.expr.clone());
            columns.extend(column.same.iter().cloned());
        }
    }
    let mut tables = tables_of(&columns);
    if tables.is_empty() || tables.contains(&mapper.base().local_table) {
        return Ok(None);
    }
    let mut conditions = Vec::new();
    for mapper in mapper.to_root().into_iter().rev() {
        let has_begun = !conditions.is_empty() || tables.contains(&mapper.local_table);
        if let (true, Some(condition)) = (has_begun, mapper.inherit_condition()) {
            conditions.push(condition.clone());
            tables.push(mapper.local_table.clone());
        }
    }
    let Some(first) = conditions.first_mut() else {
        return Ok(None);
    };
    let known = Known {
        instance,
        tables: &tables,
        lacks: Cell::new(false),
    };
    *first = replace_expr(first, &known);
    if known.lacks.get() {
        return Ok(None);
    }
    let statement = sql::Select {
        columns,
        where_: vec![and_(conditions)],
        label_style: LabelStyle::TablenamePlusCol,
        ..sql::Select::default()
    };
    let mut select = Select::of(&mapper.entity());
    select.from_statement = Some(statement.into_query().statement());
    Ok(Some(select))
}

fn tables_of(columns: &[Expr]) -> Vec<FromClause> {
    let mut tables = Vec::new();
    for column in columns {
        visit(column, &mut |inner| {
            tables.extend(inner.as_column().map(|(from, _)| from.clone()));
        });
    }
    tables
}

/// Puts what the object has in the place of columns of other tables.
struct Known<'a> {
    instance: &'a Rc<Instance>,
    tables: &'a [FromClause],
    /// The object does not have all of them.
    lacks: Cell<bool>,
}

impl Known<'_> {
    fn value(&self, column: &Expr) -> Option<Value> {
        let index = self.instance.mapper.attribute_of_column(column)?;
        // Nothing is loaded for it.
        let value = attributes::committed_value(self.instance, index, Passive::NO_INITIALIZE);
        value.ok()?.filter(|value| !value.is_null())
    }
}

impl Replace for Known<'_> {
    fn expr(&self, expr: &Expr) -> Option<Expr> {
        let (from, _) = expr.as_column()?;
        if self.tables.contains(from) {
            return None;
        }
        let Some(value) = self.value(expr) else {
            self.lacks.set(true);
            return None;
        };
        let bind = Bind::unique("param", BindValue::Value(value));
        Some(bind.into_expr(expr.ty().clone()))
    }
}
