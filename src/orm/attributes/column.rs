use std::rc::Rc;

use super::{Got, Passive, events, get};
use crate::orm::Value;
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Slot};
use crate::orm::listening::{Change, Stage};
use crate::orm::sql::Expr;

/// `instance.column = value`.
///
/// # Errors
/// Of loading the old value, where the attribute wants to know it: a primary key's does.
pub fn set_value(instance: &Rc<Instance>, index: usize, value: Value) -> Result<()> {
    let previous = previous(instance, index)?;
    let mut value = value;
    for stage in [Stage::Early, Stage::Validate, Stage::Listen] {
        let asked = instance.ask(stage, index, None, || Change::Set {
            new: value.clone(),
            old: previous.clone(),
        })?;
        if let Some(Change::Set { new, .. }) = asked {
            value = new;
        }
    }
    events::modified(instance, index, previous);
    instance.state.borrow_mut().sql_values.remove(&index);
    instance.put(index, Slot::Value(value));
    Ok(())
}

/// `instance.column = func.upper("x")`: the expression goes into the next INSERT or UPDATE.
///
/// # Errors
/// As [`set_value`].
pub fn set_expr(instance: &Rc<Instance>, index: usize, sql: Expr) -> Result<()> {
    let previous = previous(instance, index)?;
    events::modified(instance, index, previous);
    instance.state.borrow_mut().sql_values.insert(index, sql);
    instance.put(index, Slot::Unloaded);
    Ok(())
}

/// The expression that was assigned to the column, until a flush has sent it.
pub fn expression(instance: &Instance, index: usize) -> Option<Expr> {
    instance.state.borrow().sql_values.get(&index).cloned()
}

/// `del instance.column`.
///
/// # Errors
/// When it has no value, and as [`set_value`].
pub(super) fn delete_column(instance: &Rc<Instance>, index: usize) -> Result<()> {
    let previous = previous(instance, index)?;
    let slot = instance.slot(index);
    let has_sql = expression(instance, index).is_some();
    if matches!(slot, Slot::Unloaded) && !previous.is_loaded() && !has_sql {
        return Err(Error::raised(
            "AttributeError",
            format!(
                "{}.{} object does not have a value",
                instance.mapper.class_name(),
                instance.mapper.attribute(index).key
            ),
        ));
    }
    events::modified(instance, index, previous);
    instance.state.borrow_mut().sql_values.remove(&index);
    instance.put(index, Slot::Unloaded);
    Ok(())
}

/// `flag_modified(instance, key)`: the attribute is written with the next flush, changed or not.
///
/// # Errors
/// When the object holds no value of it.
pub fn flag_modified(instance: &Rc<Instance>, index: usize) -> Result<()> {
    if !instance.is_loaded(index) {
        return Err(Error::invalid_request(format!(
            "Can't flag attribute '{}' modified; it's not present in the object state",
            instance.mapper.attribute(index).key
        )));
    }
    let known = instance.state.borrow_mut().committed.remove(&index);
    drop(known);
    events::modified(instance, index, Slot::Unloaded);
    Ok(())
}

/// The value until now, as history keeps it.
fn previous(instance: &Rc<Instance>, index: usize) -> Result<Slot> {
    let attribute = instance.mapper.attribute(index);
    let wants_to_know = attribute.as_column().is_some_and(|column| {
        column.active_history
            || column
                .expr
                .as_column()
                .is_some_and(|(_, info)| info.primary_key)
    });
    let slot = if wants_to_know {
        match get(instance, index, Passive::RETURN_NO_VALUE)? {
            Got::Slot(slot) => slot,
            Got::NoResult | Got::NoValue => Slot::Unloaded,
        }
    } else {
        instance.slot(index)
    };
    Ok(match slot {
        value @ Slot::Value(_) => value,
        _ => Slot::Unloaded,
    })
}
