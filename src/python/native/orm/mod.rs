//! Mapped classes and sessions, as Python sees them. The classes and functions here are what `sqlalchemy.orm` in
//! `lib/` is written with.

mod attribute;
mod collection;
mod configure;
mod criteria;
mod dml;
mod inheritance;
mod instance;
mod link;
mod mapping;
mod options;
mod path;
mod session;
mod watch;
mod weak;
mod write_only;

pub(crate) use configure::ensure;
pub(crate) use instance::{instance_of, wrap_instance};

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use rustpython_vm::{PyResult, VirtualMachine};

use super::Module;
use crate::orm::{Registry, Session};

type Made = (Vec<Rc<Registry>>, Vec<Weak<Session>>);

thread_local! {
    /// What a run has made and its end must take apart: mappers and objects point at one another.
    static MADE: RefCell<Made> = RefCell::default();
}

fn keep_registry(registry: &Rc<Registry>) {
    MADE.with_borrow_mut(|(registries, _)| registries.push(Rc::clone(registry)));
}

fn keep_session(session: &Rc<Session>) {
    MADE.with_borrow_mut(|(_, sessions)| sessions.push(Rc::downgrade(session)));
}

/// `orm_clean()`: takes apart what the run has made.
fn clean(_vm: &VirtualMachine) {
    let (registries, sessions) = MADE.take();
    for session in sessions.iter().filter_map(Weak::upgrade) {
        session.dispose();
    }
    for registry in registries {
        registry.dispose();
    }
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    instance::install(module, vm)?;
    attribute::install(module, vm)?;
    collection::install(module, vm)?;
    mapping::install(module, vm)?;
    inheritance::install(module, vm)?;
    configure::install(module, vm)?;
    options::install(module, vm)?;
    criteria::install(module, vm)?;
    path::install(module, vm)?;
    session::install(module, vm)?;
    watch::install(module, vm)?;
    weak::install(module, vm)?;
    write_only::install(module, vm)?;
    dml::install(module, vm)?;
    functions!(module, vm; orm_clean = clean);
    Ok(())
}
