//! `session.get()`.

use std::rc::Rc;

use super::{Passive, RunOptions, columns, run};
use crate::orm::Value;
use crate::orm::entity::Entity;
use crate::orm::error::{Error, Result};
use crate::orm::instance::Instance;
use crate::orm::options::LoadOption;
use crate::orm::query::{self, Select};
use crate::orm::session::Session;
use crate::orm::sql::expr::{Bind, BindValue, and_};
use crate::sqlite::Provenance;
use crate::trace::Trigger;

/// The object with that primary key: from the identity map, else from the database.
///
/// # Errors
/// When the number of values is not that of the key's columns, and what a load can raise.
pub fn get(
    session: &Rc<Session>,
    entity: &Entity,
    values: Vec<Value>,
    options: Vec<Rc<LoadOption>>,
    populate_existing: bool,
) -> Result<Option<Rc<Instance>>> {
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
    if key.has_null() && expected == 1 {
        session.warn(
            "fully NULL primary key identity cannot load any object.  This condition may raise an error in a future \
             release.",
        )?;
    }
    if !populate_existing && let Some(known) = session.lookup(&mapper.identity_of_key(key.clone()))
    {
        return columns::still_there(session, known, Passive::OFF);
    }
    let clause = mapper.get_clause();
    let mut select = Select::of(entity);
    if key.has_null() {
        // Nothing equals NULL: a part of the key that is None is asked for as such.
        let columns = mapper.primary_key_columns();
        let criteria = columns.iter().zip(key.values()).enumerate();
        select
            .where_
            .push(and_(criteria.map(|(place, (column, value))| {
                if value.is_null() {
                    return column.is_null();
                }
                let bind = Bind::named(&format!("pk_{}", place + 1), BindValue::Value(value));
                column.equals(&bind.into_expr(column.ty().clone()))
            })));
    } else {
        select.where_.push(clause.criterion.clone());
    }
    select.options = options;
    let plan = Rc::new(query::compile(
        &Rc::new(select),
        &query::CompileOptions::default(),
    )?);
    let mut run_options = RunOptions::new(Provenance::of(Trigger::Get));
    run_options.populate_existing = populate_existing;
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
