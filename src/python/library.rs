//! The Python files of ours that are part of the binary: the modules of SQLAlchemy, and stand-ins for those of
//! Python's own that need a machine to run on.

use rustpython_vm::frozen::FrozenModule;
use rustpython_vm::py_freeze;

/// Every file under `lib/`, compiled when the binary is built. They go before Python's own of the same name.
pub(super) fn frozen_modules() -> impl Iterator<Item = (&'static str, FrozenModule)> {
    const LIBRARY: &rustpython_vm::frozen::FrozenLib =
        py_freeze!(dir = "lib", crate_name = "rustpython_vm");
    LIBRARY.decode()
}
