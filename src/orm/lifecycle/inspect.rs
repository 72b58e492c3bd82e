use std::rc::Rc;

use crate::orm::attributes::{self, Passive};
use crate::orm::entity::Entity;
use crate::orm::error::Result;
use crate::orm::identity::Identity;
use crate::orm::instance::{Instance, Lifecycle};
use crate::orm::mapper::{AttributeKind, Mapper};
use crate::orm::session::Session;
use crate::orm::value;

impl Session {
    /// `object in session`: pending or persistent.
    pub fn contains(&self, instance: &Rc<Instance>) -> bool {
        self.new.borrow().contains(instance) || self.holds_identity(instance)
    }

    /// Whether the identity map leads to this very object.
    pub(in crate::orm) fn holds_identity(&self, instance: &Rc<Instance>) -> bool {
        instance
            .identity()
            .and_then(|identity| self.lookup(&identity))
            .is_some_and(|known| Rc::ptr_eq(&known, instance))
    }

    /// `session.new`.
    pub fn pending(&self) -> Vec<Rc<Instance>> {
        self.new.borrow().to_vec()
    }

    /// `session.dirty`: changed and not deleted.
    pub fn dirty(&self) -> Vec<Rc<Instance>> {
        let deleted = self.deleted.borrow();
        self.modified
            .borrow()
            .iter()
            .filter(|instance| !deleted.contains(instance))
            .cloned()
            .collect()
    }

    /// `session.deleted`.
    pub fn deleted(&self) -> Vec<Rc<Instance>> {
        self.deleted.borrow().to_vec()
    }

    /// Everything pending or persistent, as iterating over a session gives it.
    pub fn objects(&self) -> Vec<Rc<Instance>> {
        let mut all = self.pending();
        all.extend(self.identity_map.borrow().instances());
        all
    }

    /// `session.is_modified(object)`: whether any attribute has another value than the row.
    ///
    /// # Errors
    /// None in practice: nothing is loaded.
    pub fn is_modified(&self, instance: &Rc<Instance>, include_collections: bool) -> Result<bool> {
        if !instance.is_modified() {
            return Ok(false);
        }
        for attribute in instance.mapper.attributes() {
            let has_changes = match &attribute.kind {
                AttributeKind::Column(_) => {
                    attributes::column_history(instance, attribute.index, Passive::NO_CHANGE)?
                        .has_changes()
                }
                AttributeKind::Relationship(relationship)
                    if include_collections || !relationship.uselist() =>
                {
                    attributes::object_history(instance, attribute.index, Passive::NO_CHANGE)?
                        .has_changes()
                }
                AttributeKind::Relationship(_) => false,
            };
            if has_changes {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the object is pending or persistent here, by its lifecycle alone.
    pub fn is_attached(&self, instance: &Instance) -> bool {
        matches!(
            instance.lifecycle(),
            Lifecycle::Pending | Lifecycle::Persistent
        )
    }
}

/// An identity as SQLAlchemy's messages print it: `(<class '__main__.Author'>, (1,), None)`.
pub(in crate::orm) fn identity_key(mapper: &Mapper, identity: &Identity) -> String {
    // It names the class by which rows are told apart.
    let mapper =
        Entity::find(identity.mapper).map_or_else(|| mapper.rc(), |of| Rc::clone(of.mapper()));
    let values: Vec<String> = identity.key.values().iter().map(value::shown).collect();
    let tuple = match &values[..] {
        [one] => format!("({one},)"),
        more => format!("({})", more.join(", ")),
    };
    format!(
        "(<class '{}.{}'>, {tuple}, None)",
        mapper.module,
        mapper.class_name()
    )
}
