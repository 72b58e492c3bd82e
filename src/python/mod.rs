//! Python: the interpreter that runs scenarios, and the modules they import.
//!
//! [`Interpreter`] is RustPython without access to the machine, one for the life of a worker thread. The modules of
//! SQLAlchemy are thin Python files (`lib/`), which build what they are asked for through one native module
//! (`native/`); what any of it means, and every word of SQL, is [`orm`](crate::orm)'s. Nothing here may know of
//! windows or of SQLite's interface.

mod belongings;
mod compile;
mod finally_blocks;
mod floats;
mod halt;
mod interpreter;
mod interrupt;
mod leftovers;
mod library;
mod limits;
mod lines;
mod memory;
mod native;
mod nesting;
mod output;
pub mod rewrite;
mod run;
mod sandbox;
mod traceback;
mod with_blocks;

/// Version of the SQLite that answers.
pub use crate::sqlite::version as sqlite_version;
pub use interpreter::{Interpreter, RunRequest};
pub use interrupt::{InterruptReceiver, Interrupter, interrupt_channel};
pub use run::Cancelled;
