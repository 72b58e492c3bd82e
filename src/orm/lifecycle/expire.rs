use std::rc::Rc;
use std::sync::Arc;

use super::{CascadeKind, cascade};
use crate::orm::attributes::shown;
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Slot};
use crate::orm::listening::ObjectEvent;
use crate::orm::loading::columns::{self, Wanted};
use crate::orm::session::Session;
use crate::trace::Trigger;

impl Session {
    /// `session.expire(object, names)`: what it holds is loaded again when it is read. Without attributes all of them
    /// are meant, and the refresh-expire cascade is followed.
    ///
    /// # Errors
    /// When the object is not persistent in this session.
    pub fn expire(&self, instance: &Rc<Instance>, attributes: Option<Vec<usize>>) -> Result<()> {
        if !self.holds_identity(instance) {
            return Err(Error::invalid_request(format!(
                "Instance '{}' is not persistent within this Session",
                shown(instance)
            )));
        }
        match attributes {
            Some(attributes) if !attributes.is_empty() => {
                expire_attributes(instance, &attributes)?;
            }
            _ => {
                let mut all = vec![Rc::clone(instance)];
                cascade(
                    CascadeKind::RefreshExpire,
                    instance,
                    &|_| false,
                    &mut |related| {
                        all.push(Rc::clone(related));
                        Ok(())
                    },
                )?;
                for instance in &all {
                    if instance.is_persistent() {
                        self.expire_state(instance)?;
                    } else if self.new.borrow_mut().remove(instance).is_some() {
                        self.detach(instance, false)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// `session.expire_all()`.
    ///
    /// # Errors
    /// What a listener raised.
    pub fn expire_all(&self) -> Result<()> {
        let all = self.identity_map.borrow().instances();
        all.iter()
            .try_for_each(|instance| self.expire_state(instance))
    }

    /// `session.refresh(object, names)`: expires and loads at once.
    ///
    /// # Errors
    /// When the object is not persistent in this session or its row is gone, and what a load can raise.
    pub fn refresh(&self, instance: &Rc<Instance>, attributes: Option<Vec<usize>>) -> Result<()> {
        self.expire(instance, attributes.clone())?;
        self.autoflush()?;
        let wanted = match attributes {
            Some(attributes) if !attributes.is_empty() => Wanted::Named(attributes),
            _ => Wanted::All,
        };
        let is_all = matches!(wanted, Wanted::All);
        let name = named_relationship(instance, &wanted);
        let is_there =
            columns::load_by_key(&self.rc(), instance, wanted, Trigger::Refresh, name, false)?;
        if is_there {
            if is_all {
                columns::settle_what_waits(instance);
            }
            Ok(())
        } else {
            Err(Error::invalid_request(format!(
                "Could not refresh instance '{}'",
                shown(instance)
            )))
        }
    }

    /// What the object holds is what its row has.
    pub(in crate::orm) fn forget_changes(&self, instance: &Rc<Instance>) {
        let mut state = instance.state.borrow_mut();
        let gone = (
            std::mem::take(&mut state.committed),
            std::mem::take(&mut state.pending),
        );
        state.sql_values.clear();
        drop(state);
        let changed = self.modified.borrow_mut().remove(instance);
        drop((gone, changed));
    }

    /// Everything that the object holds is gone until it is read.
    ///
    /// # Errors
    /// What a listener raised.
    pub(in crate::orm) fn expire_state(&self, instance: &Rc<Instance>) -> Result<()> {
        {
            let mut state = instance.state.borrow_mut();
            state.expired = true;
            let gone = (
                std::mem::take(&mut state.committed),
                std::mem::take(&mut state.pending),
                std::mem::take(&mut state.empty),
            );
            state.parents.clear();
            state.sql_values.clear();
            state.loaders.clear();
            drop(state);
            drop(gone);
        }
        for index in 0..instance.mapper.places() {
            put_expired(instance, index, Slot::Expired);
        }
        let changed = self.modified.borrow_mut().remove(instance);
        drop(changed);
        instance.tell(ObjectEvent::Expire, None)
    }
}

/// The relationship for whose sake an object is refreshed, when nothing but relationships is asked for.
fn named_relationship(instance: &Instance, wanted: &Wanted) -> Option<Arc<str>> {
    let Wanted::Named(attributes) = wanted else {
        return None;
    };
    let mut relationships = attributes
        .iter()
        .map(|&index| instance.mapper.attribute(index).as_relationship().cloned());
    let first = relationships.next()??;
    let are_all = relationships.all(|relationship| relationship.is_some());
    are_all.then(|| Arc::clone(&first.name))
}

/// A collection that the program may still hold is of no use any more.
fn put_expired(instance: &Instance, index: usize, nothing: Slot) {
    if let Slot::Many(collection) = instance.slot(index) {
        collection.is_invalidated.set(true);
    }
    instance.put(index, nothing);
}

/// Some attributes are to be loaded again when they are read.
///
/// # Errors
/// What a listener raised.
pub(in crate::orm) fn expire_attributes(
    instance: &Rc<Instance>,
    attributes: &[usize],
) -> Result<()> {
    for &index in attributes {
        let is_column = instance.mapper.attribute(index).as_column().is_some();
        let nothing = if is_column {
            Slot::Expired
        } else {
            Slot::Unloaded
        };
        put_expired(instance, index, nothing);
        let mut state = instance.state.borrow_mut();
        let gone = (state.committed.remove(&index), state.pending.remove(&index));
        state.sql_values.remove(&index);
        drop(state);
        drop(gone);
    }
    if attributes.is_empty() {
        return Ok(());
    }
    instance.tell(ObjectEvent::Expire, Some(attributes))
}
