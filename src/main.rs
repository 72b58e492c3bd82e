//! The command line; all that it does is the library's.

mod cli;

use std::process::ExitCode;

/// A run makes millions of small objects and lets go of them all at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
