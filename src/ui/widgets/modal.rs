//! A window over the window, which takes the keys until it is closed.

use egui::{Context, Frame, Id, Margin, Modal};

use crate::ui::theme::Theme;

/// An empty modal with our margins.
pub fn modal(context: &Context, id: &'static str) -> Modal {
    Modal::new(Id::unique(id))
        .frame(Frame::window(&context.global_style()).inner_margin(Margin::same(16)))
        .backdrop_color(Theme::of(context).backdrop)
}
