//! The one place where attributes ask to be loaded.

use std::rc::Rc;

pub(super) use super::Fetched;
use super::{Passive, collect};
use crate::orm::error::Result;
use crate::orm::instance::{Instance, Slot};
use crate::orm::loading::lazy::Outcome;
use crate::orm::loading::{self, columns, lazy};
use crate::orm::mapper::AttributeKind;

/// Asks the loader of an attribute for its value.
///
/// # Errors
/// SQLite's, a `raise` strategy's, a missing session.
pub(super) fn fetch(instance: &Rc<Instance>, index: usize, passive: Passive) -> Result<Fetched> {
    let attribute = instance.mapper.attribute(index);
    match &attribute.kind {
        AttributeKind::Column(_) => {
            let takes_statement = columns::takes_statement(instance, index);
            match columns::read(instance, index, terms(passive))? {
                Some(_) => Ok(Fetched::WasSet),
                None if takes_statement && !passive.has(Passive::SQL_OK) => Ok(Fetched::NoResult),
                None => Ok(Fetched::Empty),
            }
        }
        AttributeKind::Relationship(relationship) => {
            match lazy::fetch(instance, index, relationship, terms(passive))? {
                Outcome::Refused { error, .. } => Err(error),
                Outcome::NotAllowed => Ok(Fetched::NoResult),
                Outcome::Empty => Ok(Fetched::Empty),
                Outcome::WasSet => Ok(Fetched::WasSet),
                Outcome::Loaded { found, statement } => {
                    if let Some(statement) = statement {
                        instance.note_relationship_load(index, statement);
                    }
                    Ok(Fetched::Slot(if relationship.uselist() {
                        Slot::Many(collect(instance, relationship, found)?)
                    } else {
                        Slot::One(found.into_iter().next())
                    }))
                }
            }
        }
    }
}

/// The same terms as the loaders know them.
fn terms(passive: Passive) -> loading::Passive {
    loading::Passive {
        sql: passive.has(Passive::SQL_OK),
        raise: !passive.has(Passive::NO_RAISE),
        autoflush: !passive.has(Passive::NO_AUTOFLUSH),
        committed: passive.has(Passive::LOAD_AGAINST_COMMITTED),
        related: passive.has(Passive::RELATED_OBJECT_OK),
    }
}
