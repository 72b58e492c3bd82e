//! The window: its state, its commands, its theme, and one file for each panel.
//!
//! Panels read state and return commands; `app` alone changes state. No database and no interpreter here.

mod app;
mod banner;
pub mod command;
mod document;
mod files;
pub mod highlight;
pub mod panels;
mod record;
mod run;
mod search;
pub mod selection;
mod state;
pub mod theme;
pub mod time_view;
mod widgets;
pub mod words;

pub use app::{App, Launch};
pub use command::Command;
pub use run::run;
pub use selection::{Selection, Target};
pub use state::State;
