//! `session.get()`.

use std::rc::Rc;

use super::{Passive, RunOptions, columns, run};
use crate::orm::Value;
use crate::orm::entity::Entity;
use crate::orm::error::{Error, Result};
use crate::orm::instance::Instance;
use crate::orm::options::QueryOption;
use crate::orm::query::{self, Select};
use crate::orm::session::Session;
use crate::orm::sql::expr::BindValue;
use crate::sqlite::Provenance;
use crate::trace::Trigger;

/// What an object that the session has already is good for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms {
    /// It is filled anew.
    pub populate_existing: bool,
    /// Its row is locked: it is asked for in any case, and has to have the version that the object has read.
    pub for_update: bool,
}

/// The object with that primary key: from the identity map, else from the database.
///
/// # Errors
/// When the number of values is not that of the key's columns, and what a load can raise.
pub fn get(
    session: &Rc<Session>,
    entity: &Entity,
    values: Vec<Value>,
    options: Vec<QueryOption>,
    terms: Terms,
) -> Result<Option<Rc<Instance>>> {
    let Terms {
        populate_existing,
        for_update,
    } = terms;
    let mapper = entity.mapper();
    let expected = mapper.primary_key()?.len();
    if values.len() != expected {
        let names: Vec<String> = mapper
            .primary_key_columns()
            .iter()
            .map(|column| format!("'{}'", query::shown(column)))
            .collect();
        return Err(Error::invalid_request(format!(
            "Incorrect number of values in identifier to formulate primary key for session.get(); primary key columns \
             are {}",
            names.join(",")
        )));
    }
    let key = mapper.key(values);
    if key.is_null() {
        session.warn(
            "fully NULL primary key identity cannot load any object.  This condition may raise an error in a future \
             release.",
        )?;
    }
    if !populate_existing
        && !for_update
        && let Some(known) = session.lookup(&mapper.identity_of_key(key.clone()))
        // One whose row is gone is asked for once more.
        && let Some(known) = columns::still_there(session, known, Passive::OFF)?
    {
        return Ok(Some(known).filter(|known| known.mapper.is_a(mapper)));
    }
    let clause = mapper.get_clause();
    let mut select = Select::of(entity);
    select.where_.push(mapper.criterion_of(&key));
    select.options = options;
    let plan = Rc::new(query::compile(
        &Rc::new(select),
        &query::CompileOptions::default(),
    )?);
    let mut run_options = RunOptions::new(Provenance::of(Trigger::Get));
    run_options.populate_existing = populate_existing;
    run_options.checks_versions = for_update;
    run_options.binds = clause
        .binds
        .iter()
        .copied()
        .zip(key.values())
        .map(|(bind, value)| (bind, BindValue::Value(value)))
        .collect();
    Ok(run(session, &plan, &run_options)?
        .unique_entities()
        .into_iter()
        .next())
}
