use std::rc::Rc;

use super::{CascadeKind, cascade};
use crate::orm::attributes::shown;
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Lifecycle};
use crate::orm::session::{Session, SessionEvent};

impl Session {
    /// `session.add(object)`: the object, and what its save-update cascades lead to, come into the session.
    ///
    /// # Errors
    /// When an object belongs to another session, or was deleted.
    pub fn add(&self, instance: &Rc<Instance>) -> Result<()> {
        self.save_or_update(instance)
    }

    /// `session.add_all(objects)`.
    ///
    /// # Errors
    /// As [`Session::add`].
    pub fn add_all(&self, instances: &[Rc<Instance>]) -> Result<()> {
        instances.iter().try_for_each(|instance| self.add(instance))
    }

    pub(in crate::orm) fn save_or_update(&self, instance: &Rc<Instance>) -> Result<()> {
        instance.state.borrow_mut().is_orphan_from_outside = false;
        self.save_or_update_one(instance)?;
        cascade(
            CascadeKind::SaveUpdate,
            instance,
            &|related| self.contains(related),
            &mut |related| self.save_or_update_one(related),
        )
    }

    fn save_or_update_one(&self, instance: &Rc<Instance>) -> Result<()> {
        if instance.is_persistent() {
            self.update(instance, false)
        } else {
            self.save(instance)
        }
    }

    fn save(&self, instance: &Rc<Instance>) -> Result<()> {
        self.check_attachable(instance)?;
        {
            let mut new = self.new.borrow_mut();
            if new.insert(instance) {
                instance.state.borrow_mut().insert_order = new.len() as u64;
            }
        }
        self.attach(instance, Lifecycle::Pending)
    }

    /// A detached object comes back; or, after a rollback, one that was deleted.
    pub(in crate::orm) fn update(
        &self,
        instance: &Rc<Instance>,
        reverts_deletion: bool,
    ) -> Result<()> {
        let Some(identity) = instance.identity() else {
            return Err(Error::invalid_request(format!(
                "Instance '{}' is not persisted",
                shown(instance)
            )));
        };
        let was_deleted = instance.state.borrow().was_deleted;
        if was_deleted {
            if !reverts_deletion {
                return Err(Error::invalid_request(format!(
                    "Instance '{}' has been deleted.  Use the make_transient() function to send this object back to \
                     the transient state.",
                    shown(instance)
                )));
            }
            if instance.session().is_none() {
                return Ok(());
            }
            instance.state.borrow_mut().was_deleted = false;
        }
        self.check_attachable(instance)?;
        let marked = self.deleted.borrow_mut().remove(instance);
        drop(marked);
        if reverts_deletion {
            self.identity_map.borrow().insert(identity, instance);
        } else {
            self.add_identity(instance)?;
        }
        let is_known = instance.session().is_some();
        self.attach(instance, Lifecycle::Persistent)?;
        if reverts_deletion && is_known {
            self.tell(SessionEvent::DeletedToPersistent, Some(instance))?;
        }
        Ok(())
    }

    /// Enters an object into the identity map, unless another has its identity.
    pub(in crate::orm) fn add_identity(&self, instance: &Rc<Instance>) -> Result<()> {
        let Some(identity) = instance.identity() else {
            return Ok(());
        };
        if let Some(known) = self.lookup(&identity) {
            if Rc::ptr_eq(&known, instance) {
                return Ok(());
            }
            return Err(Error::invalid_request(format!(
                "Can't attach instance {}; another instance with key {} is already present in this session.",
                shown(instance),
                super::inspect::identity_key(&instance.mapper, &identity),
            )));
        }
        self.identity_map.borrow().insert(identity, instance);
        if instance.is_modified() {
            self.mark_modified(instance);
        }
        Ok(())
    }

    pub(in crate::orm) fn check_attachable(&self, instance: &Rc<Instance>) -> Result<()> {
        self.autobegin()?;
        match instance.session() {
            Some(session) if !std::ptr::eq(Rc::as_ptr(&session), self) => {
                Err(Error::invalid_request(format!(
                    "Object '{}' is already attached to session '{}' (this is '{}')",
                    shown(instance),
                    session.number(),
                    self.number(),
                )))
            }
            Some(_) => Ok(()),
            None => self.tell(SessionEvent::BeforeAttach, Some(instance)),
        }
    }

    pub(in crate::orm) fn attach(
        &self,
        instance: &Rc<Instance>,
        lifecycle: Lifecycle,
    ) -> Result<()> {
        instance.state.borrow_mut().lifecycle = lifecycle;
        if instance.session().is_some() {
            return Ok(());
        }
        instance.set_session(self.weak());
        self.tell(SessionEvent::AfterAttach, Some(instance))?;
        let event = if instance.is_persistent() {
            SessionEvent::DetachedToPersistent
        } else {
            SessionEvent::TransientToPending
        };
        self.tell(event, Some(instance))
    }

    /// An object of this session has changed.
    pub(in crate::orm) fn notice_change(&self, instance: &Rc<Instance>) {
        if instance.lifecycle() == Lifecycle::Persistent {
            self.mark_modified(instance);
        }
        // Without a transaction of its own the session hears of it with the flush.
        let _ = self.autobegin();
    }
}
