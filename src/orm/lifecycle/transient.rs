use std::rc::Rc;

use crate::orm::error::{Error, Result};
use crate::orm::instance::{Instance, Lifecycle, Slot};

/// `make_transient(object)`: as if it had never had a session or a row; what it holds stays.
///
/// # Errors
/// What a listener of the session raised.
pub fn make_transient(instance: &Rc<Instance>) -> Result<()> {
    if let Some(session) = instance.session() {
        session.expunge_each(std::slice::from_ref(instance), false)?;
    }
    for index in 0..instance.mapper.places() {
        if matches!(instance.slot(index), Slot::Expired) {
            instance.put(index, Slot::Unloaded);
        }
    }
    let mut state = instance.state.borrow_mut();
    state.identity = None;
    state.lifecycle = Lifecycle::Transient;
    state.expired = false;
    state.was_deleted = false;
    state.load = None;
    state.loaded_by = None;
    instance.is_from_row.set(false);
    state.loaders.clear();
    Ok(())
}

/// `make_transient_to_detached(object)`: as if it had been loaded by its primary key and let go of; what it does not
/// hold is loaded when it is read.
///
/// # Errors
/// When the object has a session or a row already.
pub fn make_transient_to_detached(instance: &Rc<Instance>) -> Result<()> {
    if instance.session().is_some() || instance.is_persistent() {
        return Err(Error::invalid_request("Given object must be transient"));
    }
    let identity = instance.mapper.identity_of(instance)?;
    {
        let mut state = instance.state.borrow_mut();
        state.identity = identity;
        state.lifecycle = Lifecycle::Detached;
        let gone = (
            std::mem::take(&mut state.committed),
            std::mem::take(&mut state.pending),
        );
        drop(state);
        drop(gone);
    }
    // Columns alone: with them no relationship is loaded that nobody has touched.
    for attribute in instance.mapper.attributes() {
        if attribute.as_column().is_some() && !instance.is_loaded(attribute.index) {
            instance.put(attribute.index, Slot::Expired);
        }
    }
    Ok(())
}
