//! `bulk_save_objects()`, `bulk_insert_mappings()` and `bulk_update_mappings()`, of the older way.

use std::rc::Rc;

use super::{Row, Synchronize, Write, insert, update};
use crate::orm::error::Result;
use crate::orm::instance::{Instance, Slot};
use crate::orm::mapper::Mapper;
use crate::orm::session::Session;
use crate::orm::sql::expr::BindValue;
use crate::orm::sql::{Insert, Update};

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
    pub fn bulk_save(&self, instances: &[Rc<Instance>]) -> Result<()> {
        let mut sorted: Vec<&Rc<Instance>> = instances.iter().collect();
        // Objects of one class go together, new ones first, in order otherwise.
        let mut order: Vec<crate::orm::mapper::MapperId> = Vec::new();
        for instance in &sorted {
            if !order.contains(&instance.mapper.id) {
                order.push(instance.mapper.id);
            }
        }
        sorted.sort_by_key(|instance| {
            let class = order.iter().position(|id| *id == instance.mapper.id);
            (class, instance.is_persistent())
        });
        for group in sorted.chunk_by(|one, other| {
            one.mapper.id == other.mapper.id && one.is_persistent() == other.is_persistent()
        }) {
            let mapper = &group[0].mapper;
            let updates = group[0].is_persistent();
            let rows: Vec<Row> = group
                .iter()
                .map(|instance| row(instance, updates))
                .collect();
            if updates {
                self.bulk_update(mapper, &rows)?;
            } else {
                self.bulk_insert(mapper, &rows, false)?;
            }
        }
        Ok(())
    }

    /// A failure rolls the transaction back, as that of a flush does.
    fn in_one_go(&self, write: impl FnOnce() -> Result<()>) -> Result<()> {
        self.begin_flush()?;
        let was_flushing = self.is_flushing.replace(true);
        let done = write();
        self.is_flushing.set(was_flushing);
        match done {
            Ok(()) => self.end_flush(),
            Err(error) => {
                self.fail_flush(&error)?;
                Err(error)
            }
        }
    }
}

/// What an object holds, by attribute; with `changed_only`, what has changed and its key.
fn row(instance: &Instance, changed_only: bool) -> Row {
    let key = instance.mapper.primary_key().unwrap_or_default();
    instance
        .mapper
        .attributes()
        .iter()
        .filter(|attribute| {
            !changed_only
                || key.contains(&attribute.index)
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
