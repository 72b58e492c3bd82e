use std::rc::Rc;

use super::{Got, Passive, get, loader, write_only};
use crate::orm::Value;
use crate::orm::collection::{Member, address};
use crate::orm::error::Result;
use crate::orm::instance::{Instance, Slot};
use crate::orm::relationship::Relationship;
use crate::orm::sql::{Expr, SqlType};

/// What was added to an attribute, left as it was and taken from it since the last flush.
#[derive(Clone, Debug)]
pub struct History<T> {
    pub added: Vec<T>,
    pub unchanged: Vec<T>,
    pub deleted: Vec<T>,
}

/// History of a relationship: none is the `None` of an empty reference.
pub type ObjectHistory = History<Option<Rc<Instance>>>;

/// A column's value in its history.
#[derive(Clone, Debug)]
pub enum ColumnChange {
    Value(Value),
    Sql(Expr),
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self {
            added: Vec::new(),
            unchanged: Vec::new(),
            deleted: Vec::new(),
        }
    }
}

impl<T: Clone> History<T> {
    /// Nothing at all: neither a change nor a value.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.unchanged.is_empty() && self.deleted.is_empty()
    }

    pub fn has_changes(&self) -> bool {
        !self.added.is_empty() || !self.deleted.is_empty()
    }

    fn unchanged(value: T) -> Self {
        Self {
            unchanged: vec![value],
            ..Self::default()
        }
    }

    /// Added, unchanged and deleted.
    pub fn sum(&self) -> Vec<T> {
        [&self.added[..], &self.unchanged[..], &self.deleted[..]].concat()
    }

    pub fn non_deleted(&self) -> Vec<T> {
        [&self.added[..], &self.unchanged[..]].concat()
    }

    pub fn non_added(&self) -> Vec<T> {
        [&self.unchanged[..], &self.deleted[..]].concat()
    }
}

/// History of a column attribute.
///
/// # Errors
/// The loader's, where `passive` lets it be asked.
pub fn column_history(
    instance: &Rc<Instance>,
    index: usize,
    passive: Passive,
) -> Result<History<ColumnChange>> {
    let slot = instance.slot(index);
    let (original, sql) = {
        let state = instance.state.borrow();
        (
            state.committed.get(&index).cloned(),
            state.sql_values.get(&index).cloned(),
        )
    };
    let current = match (sql, slot) {
        (Some(sql), _) => Some(ColumnChange::Sql(sql)),
        (None, Slot::Value(value)) => Some(ColumnChange::Value(value)),
        (None, _) if original.is_some() => None,
        (None, _) => match get(instance, index, passive.without(Passive::INIT_OK))? {
            Got::NoResult => return Ok(History::default()),
            Got::Slot(Slot::Value(value)) => Some(ColumnChange::Value(value)),
            Got::Slot(_) | Got::NoValue => None,
        },
    };
    let before = match original {
        None => {
            return Ok(current.map_or_else(History::default, History::unchanged));
        }
        Some(Slot::Value(value)) => Some(value),
        Some(_) => None,
    };
    let attribute = instance.mapper.attribute(index);
    let ty = attribute.as_column().map(|column| column.expr.ty());
    if let (Some(ColumnChange::Value(now)), Some(before)) = (&current, &before)
        && now.is_same(before, ty.unwrap_or(&SqlType::Null))
    {
        return Ok(History::unchanged(ColumnChange::Value(now.clone())));
    }
    Ok(match before {
        Some(before) => History {
            added: current.into_iter().collect(),
            unchanged: Vec::new(),
            deleted: vec![ColumnChange::Value(before)],
        },
        // Deleted, and what it was is not known: NULL takes its place.
        None => History {
            added: vec![current.unwrap_or(ColumnChange::Value(Value::Null))],
            ..History::default()
        },
    })
}

/// History of a relationship.
///
/// # Errors
/// The loader's, where `passive` lets it be asked.
pub fn object_history(
    instance: &Rc<Instance>,
    index: usize,
    passive: Passive,
) -> Result<ObjectHistory> {
    let attribute = instance.mapper.attribute(index);
    let Some(relationship) = attribute.as_relationship() else {
        return Ok(History::default());
    };
    if relationship.is_write_only() {
        Ok(write_only::known(instance, index, relationship, passive)?.history())
    } else if relationship.uselist() {
        collection_history(instance, index, passive)
    } else {
        reference_history(instance, index, relationship, passive)
    }
}

fn reference_history(
    instance: &Rc<Instance>,
    index: usize,
    relationship: &Rc<Relationship>,
    passive: Passive,
) -> Result<ObjectHistory> {
    let slot = instance.slot(index);
    let current = if let Slot::One(one) = slot {
        Some(one)
    } else {
        match get(instance, index, passive.without(Passive::INIT_OK))? {
            Got::NoResult => return Ok(History::default()),
            Got::Slot(Slot::One(one)) => Some(one),
            Got::Slot(_) | Got::NoValue => None,
        }
    };
    let mut original = instance.state.borrow().committed.get(&index).cloned();
    if has_deferred_history(relationship) && matches!(original, Some(Slot::Expired)) {
        let terms = passive
            | Passive::ONLY_PERSISTENT
            | Passive::NO_AUTOFLUSH
            | Passive::LOAD_AGAINST_COMMITTED
            | Passive::NO_RAISE
            | Passive::DEFERRED_HISTORY_LOAD;
        original = Some(match loader::fetch(instance, index, terms)? {
            loader::Fetched::Slot(slot) => slot,
            loader::Fetched::NoResult => Slot::Expired,
            _ => Slot::Unloaded,
        });
    } else if has_deferred_history(relationship) && matches!(original, Some(Slot::One(_))) {
        // It was loaded before it was changed; else it would have been loaded here.
        instance.note_need(relationship)?;
    }
    let before = match original {
        None => return Ok(current.map_or_else(History::default, History::unchanged)),
        Some(Slot::One(before)) => before,
        Some(_) => {
            return Ok(History {
                added: vec![current.flatten()],
                ..History::default()
            });
        }
    };
    if let Some(now) = &current
        && is_same(now.as_ref(), before.as_ref())
    {
        return Ok(History::unchanged(now.clone()));
    }
    Ok(History {
        added: match (&current, &before) {
            (None, None) => vec![None],
            _ => current.into_iter().collect(),
        },
        unchanged: Vec::new(),
        // A previous None is left out: no rule of the unit of work asks for it.
        deleted: before.map(Some).into_iter().collect(),
    })
}

fn is_same(one: Option<&Rc<Instance>>, other: Option<&Rc<Instance>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Rc::ptr_eq(one, other),
        (None, None) => true,
        _ => false,
    }
}

/// A reference whose previous value is only loaded when a flush asks for it: any that the identity map cannot answer.
pub(super) fn has_deferred_history(relationship: &Relationship) -> bool {
    !relationship.options.active_history
        && (relationship.direction() != crate::trace::Direction::ManyToOne
            || !relationship.use_get())
}

fn collection_history(
    instance: &Rc<Instance>,
    index: usize,
    passive: Passive,
) -> Result<ObjectHistory> {
    let current = match get(instance, index, passive)? {
        Got::Slot(Slot::Many(collection)) => collection,
        Got::Slot(_) | Got::NoValue => return Ok(History::default()),
        Got::NoResult => {
            let state = instance.state.borrow();
            return Ok(match state.pending.get(&index) {
                Some(pending) if passive.has(Passive::INCLUDE_PENDING_MUTATIONS) => History {
                    added: pending.added.iter().cloned().map(Some).collect(),
                    unchanged: Vec::new(),
                    deleted: pending.removed.iter().cloned().map(Some).collect(),
                },
                _ => History::default(),
            });
        }
    };
    let items = current.items.borrow().clone();
    let original = instance.state.borrow().committed.get(&index).cloned();
    Ok(match original {
        None => History {
            unchanged: items,
            ..History::default()
        },
        Some(Slot::Many(before)) => {
            let before = before.items.borrow().clone();
            let (unchanged, added) = split(items.clone(), &before);
            let (_, deleted) = split(before, &items);
            History {
                added,
                unchanged,
                deleted,
            }
        }
        Some(_) => History {
            added: items,
            ..History::default()
        },
    })
}

/// Those of `items` that are among `others`, and those that are not.
fn split(items: Vec<Member>, others: &[Member]) -> (Vec<Member>, Vec<Member>) {
    let known: std::collections::HashSet<_> = others.iter().map(address).collect();
    items
        .into_iter()
        .partition(|item| known.contains(&address(item)))
}

/// Every object that the attribute holds or held since the last flush, without loading anything; `None` where a
/// reference is empty.
pub fn all_pending(
    instance: &Rc<Instance>,
    index: usize,
    passive: Passive,
) -> Result<Vec<Option<Rc<Instance>>>> {
    if let Some(relationship) = instance.mapper.attribute(index).as_relationship()
        && relationship.is_write_only()
    {
        let known = write_only::known(instance, index, relationship, passive)?;
        return Ok(known.all().into_iter().map(Some).collect());
    }
    let slot = instance.slot(index);
    let original = instance.state.borrow().committed.get(&index).cloned();
    match slot {
        Slot::Many(_) => {
            let history = collection_history(instance, index, Passive::NO_INITIALIZE)?;
            Ok(history.sum())
        }
        Slot::One(_) | Slot::Unloaded | Slot::Expired => {
            let attribute = instance.mapper.attribute(index);
            let is_collection = attribute
                .as_relationship()
                .is_some_and(|relationship| relationship.uselist());
            if is_collection {
                return Ok(Vec::new());
            }
            let current = match slot {
                Slot::One(one) => one,
                _ if passive.has(Passive::CALLABLES_OK) => match get(instance, index, passive)? {
                    Got::Slot(Slot::One(one)) => one,
                    _ => None,
                },
                _ => return Ok(Vec::new()),
            };
            let mut all = vec![current.clone()];
            if let Some(Slot::One(Some(before))) = original
                && !is_same(current.as_ref(), Some(&before))
            {
                all.push(Some(before));
            }
            Ok(all)
        }
        Slot::Value(_) => Ok(Vec::new()),
    }
}
