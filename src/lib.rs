//! Lazyscope: see what SQL a piece of ORM code really runs, and why. ARCHITECTURE.md is the map.

pub mod export;
pub mod orm;
pub mod python;
pub mod scenario;
pub mod sqlite;
pub mod study;
pub mod trace;
pub mod ui;
