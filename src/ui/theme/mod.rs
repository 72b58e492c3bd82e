//! Every colour, size and font of the window, for both themes. Nowhere else is one written.

mod fonts;
mod palette;
mod style;

pub use fonts::font;
pub use palette::{DARK, LIGHT, Syntax, Theme};
pub use style::{install, size};

use crate::trace::Strategy;
use egui::Color32;

impl Theme {
    /// The theme that this context paints with.
    pub fn of(context: &egui::Context) -> &'static Self {
        match context.theme() {
            egui::Theme::Dark => &DARK,
            egui::Theme::Light => &LIGHT,
        }
    }

    /// The colour that a loading strategy has in the bars, the runs and the status line.
    pub fn strategy(&self, strategy: Strategy) -> Color32 {
        match strategy {
            Strategy::Select => self.lazy,
            Strategy::Selectin => self.selectin,
            Strategy::Joined => self.joined,
            Strategy::Raise | Strategy::RaiseOnSql => self.refused,
            Strategy::Subquery => self.subquery,
            Strategy::Immediate => self.immediate,
            Strategy::Noload | Strategy::WriteOnly | Strategy::Dynamic => self.text_faint,
        }
    }
}
