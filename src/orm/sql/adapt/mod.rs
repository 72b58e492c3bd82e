//! Rewriting expressions: columns of one FROM element become those of another.

mod adapter;
mod column_adapter;
mod replace;

pub use adapter::{Choice, ClauseAdapter};
pub use column_adapter::ColumnAdapter;
pub use replace::{
    Replace, replace_expr, replace_from, replace_query, replace_select, visit, visit_deep,
    visit_query,
};
