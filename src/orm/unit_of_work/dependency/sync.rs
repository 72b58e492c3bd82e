//! Keys carried from one object to another, along the pairs of columns that a relationship equates.

use std::rc::Rc;

use crate::orm::Value;
use crate::orm::attributes::{self, Passive, shown};
use crate::orm::error::{Error, Result};
use crate::orm::instance::Instance;
use crate::orm::mapper::Mapper;
use crate::orm::query;
use crate::orm::sql::Expr;
use crate::orm::unit_of_work::flush::Flush;

type Pair = (Expr, Expr);

fn place(mapper: &Mapper, column: &Expr, is_destination: bool, other: &Expr) -> Result<usize> {
    mapper.attribute_of_column(column).ok_or_else(|| {
        let column = query::shown(column);
        let (side, hint) = if is_destination {
            (
                format!("destination column '{column}'"),
                "which does not include this column (or use a viewonly=True relation).".to_owned(),
            )
        } else {
            (
                format!("source column '{column}'"),
                format!(
                    "which does not include destination column '{}' (or use a viewonly=True relation).",
                    query::shown(other)
                ),
            )
        };
        Error::raised(
            "sqlalchemy.orm.exc.UnmappedColumnError",
            format!(
                "Can't execute sync rule for {side}; mapper '{}' does not map this column.  Try using an explicit \
                 `foreign_keys` collection {hint}",
                mapper.shown()
            ),
        )
    })
}

/// Gives `destination` the keys of `source`.
pub fn populate(
    source: &Rc<Instance>,
    source_mapper: &Mapper,
    destination: &Rc<Instance>,
    destination_mapper: &Mapper,
    pairs: &[Pair],
) -> Result<()> {
    for (from, to) in pairs {
        let value = source_value(source, source_mapper, from, to)?;
        let index = place(destination_mapper, to, true, from)?;
        attributes::set_value(destination, index, value)?;
    }
    Ok(())
}

fn source_value(
    source: &Rc<Instance>,
    mapper: &Mapper,
    column: &Expr,
    other: &Expr,
) -> Result<Value> {
    let index = place(mapper, column, false, other)?;
    Ok(attributes::column_value(source, index, Passive::OFF)?.unwrap_or(Value::Null))
}

/// Takes the keys away.
pub fn clear(destination: &Rc<Instance>, mapper: &Mapper, pairs: &[Pair]) -> Result<()> {
    for (from, to) in pairs {
        let index = place(mapper, to, true, from)?;
        let is_key = to.as_column().is_some_and(|(_, info)| info.primary_key);
        if is_key {
            let value = attributes::column_value(destination, index, Passive::OFF)?;
            if value.is_some_and(|value| !value.is_null()) {
                return Err(Error::raised(
                    "AssertionError",
                    format!(
                        "Dependency rule on column '{}' tried to blank-out primary key column '{}' on instance '{}'",
                        query::shown(from),
                        query::shown(to),
                        shown(destination),
                    ),
                ));
            }
        }
        attributes::set_value(destination, index, Value::Null)?;
    }
    Ok(())
}

/// The keys of `source` as values of a row of the link table, by the columns of that table.
pub fn populate_row(
    source: &Rc<Instance>,
    mapper: &Mapper,
    pairs: &[Pair],
    row: &mut Vec<(Expr, Value)>,
) -> Result<()> {
    for (from, to) in pairs {
        row.push((to.clone(), source_value(source, mapper, from, to)?));
    }
    Ok(())
}

/// Whether a key that others carry has changed.
pub fn is_source_modified(
    flush: &mut Flush,
    source: &Rc<Instance>,
    mapper: &Mapper,
    pairs: &[Pair],
) -> Result<bool> {
    for (from, to) in pairs {
        let index = place(mapper, from, false, to)?;
        if flush.is_column_changed(source, index)? {
            return Ok(true);
        }
    }
    Ok(false)
}
