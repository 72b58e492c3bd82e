//! The small parts that several panels are made of.

mod card;
mod modal;
mod pill;
mod segments;

pub use card::card;
pub use modal::modal;
pub use pill::{Pill, caption, pill};
pub use segments::{Segment, segments};
