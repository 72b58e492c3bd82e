//! How the columns of a select are labelled, and by which keys a subquery exports them.

use std::collections::{HashMap, HashSet};

use super::LabelStyle;
use crate::orm::sql::expr::{ElementId, Expr, ExprKind};
use crate::orm::sql::name::{AnonMap, Name};

/// A column of a columns clause with its names (SQLAlchemy's `_ColumnsPlusNames`).
#[derive(Clone, Debug)]
pub(in crate::orm::sql) struct ColumnNames {
    /// The label that must be rendered.
    pub required: Option<Name>,
    /// The key in a subquery's columns.
    pub proxy: Option<Name>,
    /// The label to render where the expression has no name.
    pub fallback: Option<Name>,
    pub column: Expr,
    /// The same column stood there before.
    pub repeated: bool,
}

/// The names of the columns of a columns clause. `number_repeated` gives a repeated column a label of its own, as the
/// rendered clause needs it.
pub(in crate::orm::sql) fn columns_plus_names(
    columns: &[Expr],
    style: LabelStyle,
    number_repeated: bool,
) -> Vec<ColumnNames> {
    let qualified = style == LabelStyle::TablenamePlusCol;
    let mut keys = KeyNaming::new(style);
    let mut names: HashMap<Name, ElementId> = HashMap::new();
    let mut result = Vec::with_capacity(columns.len());
    let mut dedupe = 1;
    let mut next_dedupe = |column: &Expr| {
        let label = if qualified {
            column.dedupe_table_label(dedupe)
        } else {
            column.dedupe_label(dedupe)
        };
        dedupe += 1;
        label
    };
    for column in columns {
        let mut repeated = false;
        let mut required = None;
        let mut fallback = None;
        let mut effective = None;
        if !column.takes_label() {
            // Text and plain `column()` stand as they are.
        } else if style == LabelStyle::None {
            fallback = Some(
                column
                    .non_anon_label()
                    .unwrap_or_else(|| column.anon_name_label()),
            );
        } else {
            if qualified {
                effective = column.table_label();
                required = effective.clone();
                fallback = effective.clone();
            } else {
                effective = column.non_anon_label();
                fallback = effective.clone();
            }
            if effective.is_none() {
                match column.expression_label() {
                    Some(label) => {
                        required = Some(label.clone());
                        fallback = Some(label.clone());
                        effective = Some(label);
                    }
                    None => {
                        let label = column.anon_name_label();
                        repeated = names.insert(label.clone(), column.id()).is_some();
                        required = None;
                        fallback = Some(if repeated { next_dedupe(column) } else { label });
                    }
                }
            }
        }
        if let Some(name) = effective {
            match names.get(&name) {
                None => {
                    names.insert(name, column.id());
                }
                Some(known) if *known != column.id() => {
                    let label = if qualified {
                        column.anon_table_label()
                    } else {
                        column.anon_name_label()
                    };
                    let label = if number_repeated && names.contains_key(&label) {
                        repeated = true;
                        next_dedupe(column)
                    } else {
                        names.insert(label.clone(), column.id());
                        label
                    };
                    required = Some(label.clone());
                    fallback = Some(label);
                }
                Some(_) if number_repeated => {
                    let label = next_dedupe(column);
                    required = Some(label.clone());
                    fallback = Some(label);
                    repeated = true;
                }
                Some(_) => {}
            }
        }
        result.push(ColumnNames {
            required,
            proxy: keys.key_of(column),
            fallback,
            column: column.clone(),
            repeated,
        });
    }
    result
}

/// Gives each column the key by which it is exported (SQLAlchemy's `_column_naming_convention`).
pub struct KeyNaming {
    style: LabelStyle,
    anon: AnonMap,
    names: HashSet<Name>,
}

impl KeyNaming {
    pub fn new(style: LabelStyle) -> Self {
        Self {
            style,
            anon: AnonMap::default(),
            names: HashSet::new(),
        }
    }

    /// The key of the next column.
    pub fn key_of(&mut self, column: &Expr) -> Option<Name> {
        if matches!(column.kind(), ExprKind::Text(_)) {
            return None;
        }
        if self.style == LabelStyle::None {
            return Some(column.proxy_key().unwrap_or_else(|| Name::new("_no_label")));
        }
        let qualified = self.style == LabelStyle::TablenamePlusCol;
        let name = if qualified {
            column.table_key_label()
        } else {
            column.proxy_key()
        };
        let key = match name {
            None => {
                let name = Name::new("_no_label");
                if self.names.contains(&name) {
                    return Some(self.resolved(&column.anon_label_of("_no_label")));
                }
                name
            }
            Some(name) if self.names.contains(&name) => {
                let label = if qualified {
                    column.anon_table_key_label()
                } else {
                    column.anon_key_label()
                };
                return Some(self.resolved(&label));
            }
            Some(name) => name,
        };
        self.names.insert(key.clone());
        Some(key)
    }

    fn resolved(&mut self, label: &Name) -> Name {
        Name::from(label.resolve(&mut self.anon))
    }
}
