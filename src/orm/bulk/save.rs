//! `bulk_save_objects()`, `bulk_insert_mappings()` and `bulk_update_mappings()`, of the older way.

use std::rc::Rc;

use super::{Row, Synchronize, Write, insert, update};
use crate::orm::Value;
use crate::orm::error::Result;
use crate::orm::instance::{Instance, Lifecycle, Slot};
use crate::orm::mapper::Mapper;
use crate::orm::session::Session;
use crate::orm::sql::expr::BindValue;
use crate::orm::sql::{Insert, Update};

/// What `bulk_save_objects()` was told.
#[derive(Clone, Copy, Debug)]
pub struct BulkSave {
    /// New objects get the keys that their rows got.
    pub returns_keys: bool,
    /// Of objects that have a row, only what has changed is written.
    pub changed_only: bool,
    /// They are written in the order given, else those of a class together.
    pub keeps_order: bool,
}

impl Default for BulkSave {
    fn default() -> Self {
        Self {
            returns_keys: false,
            changed_only: true,
            keeps_order: true,
        }
    }
}

/// An object whose row was inserted is like one that was loaded and left its session.
fn take_key(instance: &Instance, key: Vec<Value>) -> Result<()> {
    for (&index, part) in instance.mapper.primary_key()?.iter().zip(&key) {
        if instance.value(index).is_none_or(|known| known.is_null()) {
            instance.put(index, Slot::Value(part.clone()));
        }
    }
    let mut state = instance.state.borrow_mut();
    state.identity = Some(instance.mapper.identity(key));
    state.lifecycle = Lifecycle::Detached;
    Ok(())
}

impl Session {
    /// `session.bulk_insert_mappings(Author, rows)`.
    ///
    /// # Errors
    /// SQLite's; the transaction is rolled back then.
    pub fn bulk_insert(&self, mapper: &Rc<Mapper>, rows: &[Row], render_nulls: bool) -> Result<()> {
        let statement = Insert::new(&mapper.local_table);
        let mut write = Write::new(statement.clone().into_statement(), Some(Rc::clone(mapper)));
        write.render_nulls = render_nulls;
        self.in_one_go(|| insert::execute(self, &write, mapper, &statement, rows).map(|_| ()))
    }

    /// `session.bulk_insert_mappings(Author, rows, return_defaults=True)`: the primary key of each row is given back.
    ///
    /// # Errors
    /// As [`Session::bulk_insert`].
    pub fn bulk_insert_for_keys(
        &self,
        mapper: &Rc<Mapper>,
        rows: &[Row],
        render_nulls: bool,
    ) -> Result<Vec<Vec<Value>>> {
        self.in_one_go(|| insert::with_keys_back(self, mapper, rows, render_nulls))
    }

    /// `session.bulk_update_mappings(Author, rows)`.
    ///
    /// # Errors
    /// SQLite's, and a row without its primary key; the transaction is rolled back then.
    pub fn bulk_update(&self, mapper: &Rc<Mapper>, rows: &[Row]) -> Result<()> {
        let statement = Update::new(&mapper.local_table);
        let mut write = Write::new(statement.clone().into_statement(), Some(Rc::clone(mapper)));
        write.synchronize = Synchronize::Off;
        self.in_one_go(|| update::execute(self, &write, mapper, &statement, rows).map(|_| ()))
    }

    /// `session.bulk_save_objects(objects)`: new ones are inserted, those with a row updated in what has changed.
    ///
    /// # Errors
    /// As [`Session::bulk_insert`].
    pub fn bulk_save(&self, instances: &[Rc<Instance>], how: BulkSave) -> Result<()> {
        let mut sorted: Vec<&Rc<Instance>> = instances.iter().collect();
        if !how.keeps_order {
            // Objects of one class go together, new ones first, in order otherwise.
            let mut order: Vec<crate::orm::mapper::MapperId> = Vec::new();
            for instance in &sorted {
                if !order.contains(&instance.mapper.id) {
                    order.push(instance.mapper.id);
                }
            }
            sorted.sort_by_key(|instance| {
                let class = order.iter().position(|id| *id == instance.mapper.id);
                (class, instance.identity().is_some())
            });
        }
        for group in sorted.chunk_by(|one, other| {
            one.mapper.id == other.mapper.id
                && one.identity().is_some() == other.identity().is_some()
        }) {
            let mapper = &group[0].mapper;
            let updates = group[0].identity().is_some();
            let rows: Vec<Row> = group
                .iter()
                .map(|instance| row(instance, updates && how.changed_only))
                .collect();
            if updates {
                self.bulk_update(mapper, &rows)?;
            } else if how.returns_keys {
                let keys = self.bulk_insert_for_keys(mapper, &rows, false)?;
                for (instance, key) in group.iter().zip(keys) {
                    take_key(instance, key)?;
                }
            } else {
                self.bulk_insert(mapper, &rows, false)?;
            }
        }
        Ok(())
    }

    /// A failure rolls the transaction back, as that of a flush does.
    fn in_one_go<T>(&self, write: impl FnOnce() -> Result<T>) -> Result<T> {
        self.begin_flush()?;
        let was_flushing = self.is_flushing.replace(true);
        let done = write();
        self.is_flushing.set(was_flushing);
        match done {
            Ok(told) => self.end_flush().map(|()| told),
            Err(error) => {
                self.fail_flush(&error)?;
                Err(error)
            }
        }
    }
}

/// What an object holds, by attribute; with `changed_only`, what has changed, its key and its version.
fn row(instance: &Instance, changed_only: bool) -> Row {
    let key = instance.mapper.primary_key().unwrap_or_default();
    let version = instance.mapper.version().map(|version| version.attribute);
    instance
        .mapper
        .attributes()
        .iter()
        .filter(|attribute| {
            !changed_only
                || key.contains(&attribute.index)
                || version == Some(attribute.index)
                || instance
                    .state
                    .borrow()
                    .committed
                    .contains_key(&attribute.index)
        })
        .filter_map(|attribute| match instance.slot(attribute.index) {
            Slot::Value(value) => Some((Rc::clone(&attribute.key), BindValue::Value(value))),
            _ => None,
        })
        .collect()
}
