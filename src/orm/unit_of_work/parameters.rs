//! The parameters of the rows of a flush: what each is given, and what the program's defaults say.

use std::rc::Rc;

use super::save::put_fetched;
use super::shape::{Given, Shape};
use crate::orm::Value;
use crate::orm::core::Row;
use crate::orm::error::{Error, Result};
use crate::orm::host::Host;
use crate::orm::instance::Instance;
use crate::orm::listening::ObjectEvent;
use crate::orm::sql::compile::CompiledBind;
use crate::orm::sql::expr::BindValue;
use crate::orm::sql::schema::{Column, Default_};
use crate::orm::sql::{BindId, Compiled};
use crate::orm::unsent;

/// The parameters of one row: those known by name, and those known by their id.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    pub named: Vec<(Rc<str>, Value)>,
    pub by_id: Vec<(BindId, Value)>,
    /// Which of the named the columns' defaults have given.
    pub defaulted: Vec<Rc<str>>,
}

impl Parameters {
    /// Adds what the default of a column says.
    pub fn put_default(&mut self, key: &Rc<str>, value: Value) {
        self.named.push((Rc::clone(key), value));
        self.defaulted.push(Rc::clone(key));
    }

    /// The values by their names, of a statement that is not sent.
    fn by_name(&self, compiled: &Compiled) -> Row {
        let mut row = unsent::by_name(compiled, &|bind| self.given(bind));
        row.retain(|(name, _)| !self.defaulted.contains(name));
        row
    }

    pub fn given(&self, bind: &CompiledBind) -> Option<BindValue> {
        let by_id = self.by_id.iter().find(|(id, _)| *id == bind.id);
        let value = match by_id {
            Some((_, value)) => value,
            None => {
                let (_, value) = self.named.iter().find(|(name, _)| **name == *bind.name)?;
                value
            }
        };
        Some(BindValue::Value(value.clone()))
    }
}

/// The parameters of the rows of one statement: what is `given` to each, completed with what the program's defaults
/// say.
///
/// # Errors
/// What a function of the program raises, told with the statement that waits for it.
pub fn of_rows<R>(
    compiled: &Compiled,
    rows: &[R],
    given: impl Fn(&R) -> Parameters,
    complete: impl Fn(&R, &mut Parameters) -> Result<()>,
) -> Result<Vec<Parameters>> {
    let completed = rows.iter().map(|row| {
        let mut parameters = given(row);
        complete(row, &mut parameters)?;
        Ok(parameters)
    });
    completed.collect::<Result<_>>().map_err(|error: Error| {
        let given = || rows.iter().map(|row| given(row).by_name(compiled));
        error.while_preparing(&compiled.sql, || given().collect())
    })
}

/// The values of the rows of a statement that is not sent, by their names.
pub fn by_name(compiled: &Compiled, rows: &[Parameters]) -> Vec<Row> {
    rows.iter().map(|row| row.by_name(compiled)).collect()
}

/// The values that the columns of a row were given.
pub fn of_given(shape: &Shape, given: &[Given]) -> Parameters {
    let mut parameters = Parameters::default();
    for (column, given) in shape.columns.iter().zip(given) {
        if let Given::Value(value) = given {
            parameters
                .named
                .push((Rc::clone(&column.schema.key), value.clone()));
        }
    }
    parameters
}

/// Adds what the program's defaults say for the columns that were given nothing.
///
/// # Errors
/// What a function of the program raises.
pub fn add_defaults(
    host: &dyn Host,
    shape: &Shape,
    given: &[Given],
    default: impl Fn(&Column) -> &Option<Default_>,
    parameters: &mut Parameters,
) -> Result<()> {
    for (column, given) in shape.columns.iter().zip(given) {
        if given.is_missing()
            && let Some(value) =
                default_value(host, default(&column.schema).as_ref(), &parameters.named)?
        {
            parameters.put_default(&column.schema.key, value);
        }
    }
    Ok(())
}

/// The value of a default of the program's side; its function may ask for what the row has so far.
///
/// # Errors
/// What the program's function raises.
pub fn default_value(
    host: &dyn Host,
    default: Option<&Default_>,
    current: &[(Rc<str>, Value)],
) -> Result<Option<Value>> {
    match default {
        Some(Default_::Scalar(value)) => Ok(Some(value.clone())),
        Some(Default_::Callable(function)) => host.call_default(function, current).map(Some),
        Some(Default_::Sql(_)) | None => Ok(None),
    }
}

/// Puts the values of the program's defaults into an object whose row has them now, and the row's version. `returned` are
/// the columns that the row gave back.
///
/// # Errors
/// Those of who listens to what a flush fills in.
pub fn put_defaults(
    shape: &Shape,
    instance: &Rc<Instance>,
    given: &[Given],
    parameters: &Parameters,
    returned: &[usize],
) -> Result<()> {
    let columns = returned.iter().map(|&at| &shape.columns[at]);
    let mut filled: Vec<usize> = columns.filter_map(|column| column.attribute).collect();
    for (column, given) in shape.columns.iter().zip(given) {
        if !given.is_missing() {
            continue;
        }
        let value = parameters
            .named
            .iter()
            .find(|(key, _)| *key == column.schema.key);
        if let (Some(attribute), Some((_, value))) = (column.attribute, value) {
            put_fetched(instance, attribute, value.clone());
            filled.push(attribute);
        }
    }
    if let Some((attribute, version)) = shape.version_given(given) {
        put_fetched(instance, attribute, version.clone());
        filled.push(attribute);
    }
    if filled.is_empty() {
        return Ok(());
    }
    instance.tell(ObjectEvent::RefreshFlush, Some(&filled))
}
