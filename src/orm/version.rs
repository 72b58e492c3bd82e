//! `version_id_col`: a counter in each row. An UPDATE or DELETE goes to the row with the counter that its object has
//! read; where somebody else has written since, it matches no row.

use std::collections::HashMap;
use std::rc::Rc;

use super::attributes::{self, Passive, shown};
use super::error::{Error, Result};
use super::host::Host;
use super::instance::{Instance, Slot};
use super::mapper::Mapper;
use super::sql::Expr;
use super::value::{self, HostObject, from_stored};
use super::{Value, sql::SqlType};

/// The counters of the rows that objects were read from.
pub type Versions = HashMap<*const Instance, Value>;

/// The column that counts, of a mapper and those that derive from it.
#[derive(Debug)]
pub struct Version {
    /// The attribute that holds it.
    pub attribute: usize,
    pub column: Expr,
    /// The program's function that makes the next one; none where the program sets it by itself.
    pub generator: Option<Rc<dyn HostObject>>,
}

impl Version {
    fn ty(&self) -> &SqlType {
        self.column.ty()
    }

    /// What a row gets that had `before`, or that is new; none where the program sets it by itself.
    ///
    /// # Errors
    /// What the program's function raises.
    pub fn next(&self, host: &dyn Host, before: Option<&Value>) -> Result<Option<Value>> {
        let Some(generator) = &self.generator else {
            return Ok(None);
        };
        let before = before.unwrap_or(&Value::Null);
        host.next_version(generator, before, self.ty()).map(Some)
    }

    /// What the row of an object has, loaded if it must be; none when there is none.
    ///
    /// # Errors
    /// As [`attributes::committed_value`].
    pub fn committed(&self, instance: &Rc<Instance>) -> Result<Option<Value>> {
        let terms = Passive::RETURN_NO_VALUE;
        let found = attributes::committed_value(instance, self.attribute, terms)?;
        Ok(found.filter(|value| !value.is_null()))
    }

    /// # Errors
    /// When an object that is merged has another version than the one that it is merged into.
    pub fn check_merged(&self, given: &Rc<Instance>, merged: &Rc<Instance>) -> Result<()> {
        let known = |instance: &Rc<Instance>| match instance.slot(self.attribute) {
            Slot::Value(value) => Some(value),
            _ => None,
        };
        let (Some(of_given), Some(of_merged)) = (known(given), known(merged)) else {
            return Ok(());
        };
        if of_given.is_same(&of_merged, self.ty()) {
            return Ok(());
        }
        Err(stale(format!(
            "Version id '{}' on merged state {} does not match existing version '{}'. Leave the version attribute unset \
             when merging to update the most recent version.",
            in_words(&of_given),
            shown(merged),
            in_words(&of_merged),
        )))
    }

    /// # Errors
    /// When the row of an object that is in the session has another version by now.
    pub fn check_loaded(&self, instance: &Rc<Instance>, of_row: &Value) -> Result<()> {
        let known = attributes::column_value(instance, self.attribute, Passive::OFF)?;
        let known = known.unwrap_or(Value::Null);
        if known.is_same(of_row, self.ty()) {
            return Ok(());
        }
        Err(stale(format!(
            "Instance '{}' has version id '{}' which does not match database-loaded version id '{}'.",
            shown(instance),
            in_words(&known),
            in_words(of_row),
        )))
    }
}

/// A version as `%s` gives it.
fn in_words(version: &Value) -> String {
    match version {
        Value::Text(text) => text.to_string(),
        Value::Stored(stored) => match from_stored(stored) {
            Value::Text(text) => text.to_string(),
            plain => value::shown(&plain),
        },
        other => value::shown(other),
    }
}

/// Somebody else has written the row.
pub fn stale(message: String) -> Error {
    Error::raised("sqlalchemy.orm.exc.StaleDataError", message)
}

impl Mapper {
    /// The column that counts the versions of its rows: its own, or that of the mapper that it derives from.
    pub fn version(&self) -> Option<Rc<Version>> {
        let own = self.own_version.get().cloned();
        own.or_else(|| self.parent()?.version())
    }

    /// Says which column counts the versions of its rows.
    pub fn set_version(&self, version: Version) {
        // The first one stands.
        let _ = self.own_version.set(Rc::new(version));
    }
}
