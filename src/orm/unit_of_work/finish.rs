//! After a flush: objects are what their rows are.

use std::rc::Rc;

use crate::orm::attributes::{self, Passive, shown};
use crate::orm::error::{Error, Result};
use crate::orm::identity::Identity;
use crate::orm::instance::{Instance, Lifecycle};
use crate::orm::lifecycle::identity_key;
use crate::orm::session::{Session, SessionEvent};

/// New objects become persistent; all are clean.
///
/// # Errors
/// When an object has no primary key after all.
pub fn register_persistent(session: &Rc<Session>, instances: &[Rc<Instance>]) -> Result<()> {
    for instance in instances {
        let identity = identity(instance)?;
        let before = instance.identity();
        match before {
            None => {}
            Some(before) if before != identity => {
                session
                    .identity_map
                    .borrow()
                    .remove(before.clone(), Rc::as_ptr(instance));
                session.transaction.borrow_mut().note_key_switch(
                    instance,
                    before,
                    identity.clone(),
                );
            }
            Some(_) => {}
        }
        let replaced = session
            .lookup(&identity)
            .filter(|known| !Rc::ptr_eq(known, instance));
        {
            let mut state = instance.state.borrow_mut();
            state.identity = Some(identity.clone());
            state.is_orphan_from_outside = false;
            state.lifecycle = Lifecycle::Persistent;
        }
        session
            .identity_map
            .borrow()
            .insert(identity.clone(), instance);
        if let Some(replaced) = replaced
            && has_identity_without_sql(&replaced, &identity)?
        {
            session.warn(&format!(
                "Identity map already had an identity for {}, replacing it with newly flushed object.   Are there \
                 load operations occurring inside of an event handler within the flush?",
                identity_key(&instance.mapper, &identity)
            ))?;
        }
    }
    for instance in instances {
        session.commit_all(instance);
        let was_new = session.new.borrow_mut().remove(instance);
        session
            .transaction
            .borrow_mut()
            .note_altered(instance, was_new.is_some());
        if was_new.is_some() {
            session.tell(SessionEvent::PendingToPersistent, Some(instance))?;
        }
        drop(was_new);
    }
    Ok(())
}

fn identity(instance: &Rc<Instance>) -> Result<Identity> {
    let mut values = Vec::new();
    for &index in instance.mapper.primary_key()?.iter() {
        let value = attributes::column_value(instance, index, Passive::RETURN_NO_VALUE)?;
        match value {
            Some(value) if !value.is_null() => values.push(value),
            _ => {
                return Err(Error::raised(
                    "sqlalchemy.orm.exc.FlushError",
                    format!(
                        "Instance {} has a NULL identity key.  If this is an auto-generated value, check that the \
                         database table allows generation of new primary key values, and that the mapped Column \
                         object is configured to expect these generated values.  Ensure also that this flush() is not \
                         occurring at an inappropriate time, such as within a load() event.",
                        shown(instance)
                    ),
                ));
            }
        }
    }
    Ok(instance.mapper.identity(values))
}

/// Whether an object that another has replaced still has that identity, as far as is known.
fn has_identity_without_sql(instance: &Rc<Instance>, identity: &Identity) -> Result<bool> {
    Ok(
        instance.mapper.identity_of(instance)?.as_ref() == Some(identity)
            && instance.lifecycle() == Lifecycle::Persistent,
    )
}
