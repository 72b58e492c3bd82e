use std::rc::Rc;

use super::{CascadeKind, cascade};
use crate::orm::attributes::shown;
use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Lifecycle};
use crate::orm::session::Session;

impl Session {
    /// `session.delete(object)`: it is deleted with the next flush, with what its delete cascades lead to. Those are
    /// loaded now.
    ///
    /// # Errors
    /// When it has no row, belongs to another session, and of loading related objects.
    pub fn delete(&self, instance: &Rc<Instance>) -> Result<()> {
        if !instance.is_persistent() {
            return Err(Error::invalid_request(format!(
                "Instance '{}' is not persisted",
                shown(instance)
            )));
        }
        self.check_attachable(instance)?;
        if self.deleted.borrow().contains(instance) {
            return Ok(());
        }
        self.add_identity(instance)?;
        self.attach_for_delete(instance)?;
        // The cascade is followed before the object is marked: loading may flush, which is not to delete it yet.
        let mut cascaded = Vec::new();
        cascade(CascadeKind::Delete, instance, &|_| false, &mut |related| {
            cascaded.push(Rc::clone(related));
            Ok(())
        })?;
        self.deleted.borrow_mut().insert(instance);
        for related in &cascaded {
            if !related.is_persistent() {
                continue;
            }
            self.check_attachable(related)?;
            if self.deleted.borrow().contains(related) {
                continue;
            }
            self.add_identity(related)?;
            self.attach_for_delete(related)?;
            self.deleted.borrow_mut().insert(related);
        }
        Ok(())
    }

    fn attach_for_delete(&self, instance: &Rc<Instance>) -> Result<()> {
        if instance.session().is_none() {
            self.attach(instance, Lifecycle::Persistent)?;
        }
        Ok(())
    }
}
