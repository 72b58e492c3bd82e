//! The parts of the window. Each reads state and returns commands; none changes anything but its own view: what is
//! folded, scrolled or half typed there.

pub mod banners;
pub mod comparison;
pub mod detail;
pub mod drop_hint;
pub mod explained;
pub mod growth;
pub mod help;
pub mod loading_bar;
pub mod notebook;
pub mod numbers;
pub mod palette;
pub mod path;
pub mod runs;
pub mod search;
pub mod status_bar;
pub mod table;
pub mod timeline;
pub mod top_bar;
pub mod trials;

use super::app::Tab;

/// What the panels remember for themselves.
#[derive(Default)]
pub struct Views {
    pub notebook: notebook::View,
    pub loading_bar: loading_bar::View,
    pub table: table::View,
    pub detail: detail::View,
    pub palette: palette::View,
    pub search: search::View,
    pub path: path::View,
    /// Which panel is shown where there is room for one.
    pub tab: Tab,
    pub growth: growth::View,
    pub comparison: comparison::View,
}

impl Views {
    /// Another document was opened.
    pub fn opened(&mut self) {
        *self = Self::default();
    }
}
