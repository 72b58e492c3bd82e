//! Expressions: the tree that WHERE clauses, columns and values are made of.
//!
//! `node` holds what an expression is; the other files build expressions as SQLAlchemy's operators and functions do,
//! with its rules of grouping, negation and types.

mod boolean;
mod build;
mod coerce;
mod function;
mod group;
mod labels;
mod node;
mod op;
mod operate;
mod text;

pub(in crate::orm::sql) use boolean::process_for_boolean;
pub use boolean::{and_, not_, or_};
pub use build::{
    bindparam, case, cast, column, column_with, extract, false_, label, literal, literal_column,
    null, textual_label, true_, tuple_, type_coerce,
};
pub(in crate::orm::sql) use coerce::expression as coerce_expression;
pub use function::{Frame, FrameBound, Function, Over, func};
pub use node::{
    Annotations, Bind, BindId, BindValue, Case, ElementId, EntityId, Expr, ExprKind, LateValue,
    Modifiers, Side,
};
pub use op::{CustomOp, Op};
pub use operate::{OpOptions, Operand};
pub(in crate::orm::sql) use text::repr;
pub use text::{TextClause, TextPart, parts as text_parts};
