use std::rc::{Rc, Weak};

use super::{CascadeKind, cascade};
use crate::orm::attributes::shown;
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Lifecycle};
use crate::orm::session::{Session, SessionEvent};

impl Session {
    /// `session.expunge(object)`: the session lets go of it, and of what its expunge cascades lead to.
    ///
    /// # Errors
    /// When it is not in this session.
    pub fn expunge(&self, instance: &Rc<Instance>) -> Result<()> {
        let is_here = instance
            .session()
            .is_some_and(|session| std::ptr::eq(Rc::as_ptr(&session), self));
        if !is_here {
            return Err(Error::invalid_request(format!(
                "Instance {} is not present in this Session",
                shown(instance)
            )));
        }
        let mut going = vec![Rc::clone(instance)];
        cascade(CascadeKind::Expunge, instance, &|_| false, &mut |related| {
            going.push(Rc::clone(related));
            Ok(())
        })?;
        self.expunge_each(&going, false)
    }

    /// `session.expunge_all()`.
    ///
    /// # Errors
    /// What a listener raised.
    pub fn expunge_all(&self) -> Result<()> {
        // Rows that are still unread go on with the one that they began with.
        let before = self.identity_map.replace(Rc::default());
        before.end();
        let mut all = before.instances();
        all.extend(self.new.borrow().to_vec());
        let held = [
            self.new.borrow_mut().take(),
            self.deleted.borrow_mut().take(),
            self.modified.borrow_mut().take(),
        ];
        let told = all
            .iter()
            .try_for_each(|instance| self.detach(instance, false));
        drop(held);
        told
    }

    /// Lets go of objects; `to_transient` makes them as if they had never had a row.
    ///
    /// # Errors
    /// What a listener raised.
    pub(in crate::orm) fn expunge_each(
        &self,
        instances: &[Rc<Instance>],
        to_transient: bool,
    ) -> Result<()> {
        for instance in instances {
            let was_new = self.new.borrow_mut().remove(instance);
            if was_new.is_none() {
                let identity = instance.identity();
                let is_known = identity
                    .as_ref()
                    .and_then(|identity| self.lookup(identity))
                    .is_some_and(|known| Rc::ptr_eq(&known, instance));
                if let (true, Some(identity)) = (is_known, identity) {
                    self.identity_map
                        .borrow()
                        .remove(identity, Rc::as_ptr(instance));
                    let marked = self.deleted.borrow_mut().remove(instance);
                    drop(marked);
                } else {
                    self.transaction.borrow_mut().forget_deleted(instance);
                }
            }
            drop(was_new);
            let changed = self.modified.borrow_mut().remove(instance);
            drop(changed);
        }
        instances
            .iter()
            .try_for_each(|instance| self.detach(instance, to_transient))
    }

    /// The session does not know the object any more.
    ///
    /// # Errors
    /// What a listener raised.
    pub(in crate::orm) fn detach(&self, instance: &Rc<Instance>, to_transient: bool) -> Result<()> {
        let mut state = instance.state.borrow_mut();
        let event = match (state.identity.is_some(), state.was_deleted) {
            (false, false) => SessionEvent::PendingToTransient,
            (_, true) => SessionEvent::DeletedToDetached,
            (true, false) if to_transient => SessionEvent::PersistentToTransient,
            (true, false) => SessionEvent::PersistentToDetached,
        };
        if to_transient {
            state.identity = None;
        }
        state.lifecycle = if state.identity.is_some() {
            Lifecycle::Detached
        } else {
            Lifecycle::Transient
        };
        drop(state);
        instance.set_session(Weak::new());
        self.tell(event, Some(instance))
    }
}
