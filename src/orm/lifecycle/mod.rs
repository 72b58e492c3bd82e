//! What a session does with its objects: taking them in, letting them go, marking them for deletion, expiring,
//! merging; and the cascades by which related objects follow.

mod cascade;
mod delete;
mod expire;
mod expunge;
mod inspect;
mod merge;
mod save;
mod transient;

pub(super) use cascade::{Kind as CascadeKind, cascade};
pub(super) use expire::expire_attributes;
pub(super) use inspect::identity_key;
pub use transient::{make_transient, make_transient_to_detached};
