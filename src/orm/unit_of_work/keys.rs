//! Rows that a bulk method inserts, and whose keys it gives back: they are sent as a flush would send them.

use std::rc::Rc;

use super::flush::Flush;
use super::insert::{self, Row};
use super::shape::{Given, Shape};
use crate::orm::Value;
use crate::orm::core;
use crate::orm::error::Result;
use crate::orm::instance::{Instance, Slot};
use crate::orm::mapper::Mapper;
use crate::orm::session::Session;
use crate::orm::sql::expr::BindValue;

/// Inserts rows, which are known by the keys of columns; the primary key of each is given back.
///
/// # Errors
/// SQLite's, and what a default of the program raises.
pub fn insert_for_keys(
    session: &Rc<Session>,
    mapper: &Rc<Mapper>,
    rows: &[core::Row],
) -> Result<Vec<Vec<Value>>> {
    let shape = Rc::new(Shape::of(mapper, &mapper.local_table)?);
    let rows: Vec<Row> = rows.iter().map(|values| row(&shape, values)).collect();
    insert::send(&Flush::new(session), &rows)?;
    let primary_key = mapper.primary_key()?;
    let key = |row: &Row| {
        let values = primary_key.iter().map(|&index| row.instance.value(index));
        values.map(|value| value.unwrap_or(Value::Null)).collect()
    };
    Ok(rows.iter().map(key).collect())
}

/// An object stands for the row, which nobody else knows: its key is put into it.
fn row(shape: &Rc<Shape>, values: &core::Row) -> Row {
    let instance = Instance::new(&shape.mapper);
    let columns = shape.columns.iter();
    let given = columns.map(|column| {
        let mut known = values.iter();
        match known.find(|(key, _)| *key == column.schema.key) {
            Some((_, BindValue::Value(value))) => {
                if let Some(attribute) = column.attribute {
                    instance.put(attribute, Slot::Value(value.clone()));
                }
                Given::Value(value.clone())
            }
            _ => Given::Missing,
        }
    });
    let given = given.collect();
    Row {
        shape: Rc::clone(shape),
        instance,
        given,
        follows: false,
    }
}
