//! What runs share: the modules and classes of the libraries. A scenario may put its own in place of what is there
//! (`json.dumps = counted`, `Session.execute = logged`); once it is over, all of it is as it was.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use rustpython_vm::builtins::{PyDictRef, PyModule, PyStr, PyStrInterned, PyTypeRef};
use rustpython_vm::function::PySetterValue;
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};

thread_local! {
    /// Those of the interpreter of this thread.
    static BELONGINGS: RefCell<Belongings> = RefCell::default();
}

/// The modules and classes of the libraries, with what they hold.
#[derive(Default)]
struct Belongings {
    modules: Vec<(PyDictRef, Held)>,
    classes: Vec<(PyTypeRef, Held)>,
    /// Those that are written down.
    seen: HashSet<usize>,
}

/// Names in order, and what stands under them.
type Held = Vec<(&'static PyStrInterned, PyObjectRef)>;

/// Writes down all that an interpreter has loaded before its first run, in place of what another had.
pub(super) fn note_all(vm: &VirtualMachine) -> PyResult<()> {
    BELONGINGS.take();
    let loaded: PyDictRef = vm.sys_module.get_attr("modules", vm)?.try_into_value(vm)?;
    for (_, module) in loaded.items_vec() {
        note(module, vm);
    }
    Ok(())
}

/// Writes down a module that has just been imported. What is no module is left alone.
pub(super) fn note(module: PyObjectRef, vm: &VirtualMachine) {
    if module.downcast_ref::<PyModule>().is_none() {
        return;
    }
    BELONGINGS.with_borrow_mut(|belongings| belongings.add(&module, vm));
}

/// Puts back what is not as it was.
///
/// # Errors
/// When something cannot be put back; then the interpreter is of no more use.
pub(super) fn restore(vm: &VirtualMachine) -> PyResult<()> {
    BELONGINGS.with_borrow(|belongings| belongings.restore(vm))
}

impl Belongings {
    fn add(&mut self, module: &PyObject, vm: &VirtualMachine) {
        if !self.seen.insert(module.get_id()) {
            return;
        }
        let Some(dict) = module.dict() else {
            return;
        };
        let held = held_by(&dict, vm);
        for (_, value) in &held {
            if let Ok(class) = value.clone().downcast()
                && self.seen.insert(value.get_id())
            {
                let held = attributes(&class);
                self.classes.push((class, held));
            }
        }
        self.modules.push((dict, held));
    }

    fn restore(&self, vm: &VirtualMachine) -> PyResult<()> {
        for (dict, before) in &self.modules {
            // In most modules nothing has changed, and nothing is made anew to see it.
            let is_same = dict.__len__() == before.len()
                && before.iter().all(|(name, value)| {
                    let now = dict.get_item_opt(*name, vm);
                    matches!(now, Ok(Some(now)) if now.is(value))
                });
            if is_same {
                continue;
            }
            for change in changes(before, held_by(dict, vm)) {
                match change {
                    Change::Put(name, value) => dict.set_item(name, value, vm)?,
                    // A module within a package that was first imported by the run.
                    Change::Drop(_, value) if value.downcast_ref::<PyModule>().is_some() => {}
                    Change::Drop(name, _) => dict.del_item(name, vm)?,
                }
            }
        }
        for (class, before) in &self.classes {
            for change in changes(before, attributes(class)) {
                let (name, value) = match change {
                    Change::Put(name, value) => (name, PySetterValue::Assign(value)),
                    Change::Drop(name, _) => (name, PySetterValue::Delete),
                };
                // Through the slot of `type`, which forgets cached lookups, and past what a metaclass makes of it.
                let set = vm.ctx.types.type_type.slots.setattro.load();
                if let Some(set) = set {
                    set(class.as_object(), name, value, vm)?;
                }
            }
        }
        Ok(())
    }
}

enum Change {
    Put(&'static PyStrInterned, PyObjectRef),
    Drop(&'static PyStrInterned, PyObjectRef),
}

/// What has to be done to come from what is held now to what was held before.
fn changes(before: &Held, now: Held) -> Vec<Change> {
    let is_same = before.len() == now.len()
        && before
            .iter()
            .zip(&now)
            .all(|((name, value), (other, held))| std::ptr::eq(*name, *other) && value.is(held));
    if is_same {
        return Vec::new();
    }
    let mut now: HashMap<_, _> = now
        .into_iter()
        .map(|(name, value)| (name.get_id(), (name, value)))
        .collect();
    let mut changes = Vec::new();
    for (name, value) in before {
        match now.remove(&name.get_id()) {
            Some((_, held)) if held.is(value) => {}
            _ => changes.push(Change::Put(name, value.clone())),
        }
    }
    changes.extend(
        now.into_values()
            .map(|(name, value)| Change::Drop(name, value)),
    );
    changes
}

fn held_by(dict: &PyDictRef, vm: &VirtualMachine) -> Held {
    let names = dict.items_vec().into_iter();
    names
        .filter_map(|(name, value)| {
            let name = name.downcast::<PyStr>().ok()?;
            Some((vm.ctx.intern_str(name.to_str()?), value))
        })
        .collect()
}

fn attributes(class: &PyTypeRef) -> Held {
    let attributes = class.attributes.read();
    attributes
        .iter()
        .map(|(name, value)| (*name, value.clone()))
        .collect()
}
