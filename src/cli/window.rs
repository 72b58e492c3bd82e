//! Plain `lazyscope`: the window.

use std::path::PathBuf;
use std::process::ExitCode;

use lazyscope::scenario::Recent;
use lazyscope::ui::{self, Launch};

use super::FAILED;

/// Opens the window on a scenario or a trace; on the last one when no file is named.
pub fn open(file: Option<PathBuf>) -> ExitCode {
    if !has_display() {
        eprintln!(
            "error: there is no display to open a window on (neither WAYLAND_DISPLAY nor DISPLAY is set)\n\
             without one, run a scenario on the command line: lazyscope run {}",
            file.as_ref()
                .map_or_else(|| "n_plus_one".into(), |file| file.display().to_string())
        );
        return ExitCode::from(FAILED);
    }
    match run(file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!(
                "error: the window cannot be opened: {error}\n\
                 without one, run a scenario on the command line: lazyscope run n_plus_one"
            );
            ExitCode::from(FAILED)
        }
    }
}

/// Whether there is something to open a window on; elsewhere than on Unix there always is.
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

fn run(path: Option<PathBuf>) -> Result<(), String> {
    let recent = Recent::of_user();
    // The last one again, unless it was moved or deleted meanwhile.
    let last = || recent.paths().first().filter(|path| path.exists()).cloned();
    let path = path.or_else(last);
    ui::run(Launch { path, recent }).map_err(|error| error.to_string())
}
