//! The timeline: a ruler, bands for cells, brackets for bursts, and lanes of statements.
//!
//! A frame goes one way: `state` says where to look, `build` makes the `scene` of what is visible there, `layout`
//! says where it lies on the screen. `paint`, `hit`, `access` and `tooltip` read those and know nothing of each
//! other; `input` turns what the user does into actions and commands. Nothing here walks over the statements: what
//! is visible comes from the trace's levels of detail, and the cost of a frame follows the pixels.

mod access;
mod brackets;
mod build;
#[cfg(test)]
mod driven;
mod fold;
mod hit;
mod input;
mod layout;
mod marks;
mod paint;
mod picked;
#[cfg(test)]
mod samples;
mod scene;
mod show;
mod state;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod text;
mod tooltip;
mod words;

pub use build::bounds;
pub use show::{ideal_height, show};
pub use state::{Action, Bounds, TimelineState, Wheel};

use crate::trace::{StatementRef, Trace};
use crate::ui::theme::Theme;

/// The colour of a statement, here and wherever else it is shown.
pub fn color(trace: &Trace, statement: StatementRef<'_>, theme: &Theme) -> egui::Color32 {
    paint::colour(marks::of_statement(trace, statement), theme)
}
