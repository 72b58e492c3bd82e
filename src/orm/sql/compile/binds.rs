//! Bind parameters while compiling: their names, and the marks that stand for their placeholders until the text is
//! whole and their order is known.

use std::rc::Rc;
use std::sync::Arc;

use super::compiler::{Compiler, Context};
use super::literal::literal_value;
use super::{BatchOrder, Compiled, CompiledBind, ManyValues, Segment, Style};
use crate::orm::sql::error::SqlError;
use crate::orm::sql::expr::{Bind, BindValue, Op};
use crate::orm::sql::types::SqlType;

const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';
/// Around the row of VALUES that is repeated for many rows.
pub(super) const ROW_BEGIN: char = '\u{3}';
pub(super) const ROW_END: char = '\u{4}';

impl Compiler<'_> {
    /// A parameter: its placeholder, or its value written out.
    pub(super) fn bind(
        &mut self,
        bind: &Bind,
        ty: &SqlType,
        context: Context,
    ) -> Result<String, SqlError> {
        if context.literal_binds {
            return match &bind.value {
                BindValue::Value(value) => literal_value(value, ty),
                BindValue::List(_) | BindValue::Tuples(_) => {
                    let not_in = bind.expand_op == Some(Op::NotIn);
                    Ok(format!(
                        "({})",
                        literal_list(&bind.value, ty, not_in, self.options.style)?
                    ))
                }
                BindValue::Required | BindValue::Late(_) => Ok("NULL".to_owned()),
            };
        }
        let index = self.register(bind, ty)?;
        let kind = if context.literal_execute || bind.literal_execute {
            "L"
        } else {
            ""
        };
        let mark = format!("{OPEN}{kind}{index}{CLOSE}");
        Ok(if bind.expanding {
            format!("({mark})")
        } else {
            mark
        })
    }

    fn register(&mut self, bind: &Bind, ty: &SqlType) -> Result<usize, SqlError> {
        if let Some(index) = self.bound_by_id.get(&bind.id) {
            return Ok(*index);
        }
        let name = self.resolve(&bind.key);
        if let Some(index) = self.bound_by_name.get(&name).copied() {
            let (_, existing, _) = &self.bound[index];
            if existing.unique || bind.unique {
                return Err(SqlError::compile(format!(
                    "Bind parameter '{name}' conflicts with unique bind parameter of the same name"
                )));
            }
            if existing.expanding != bind.expanding {
                return Err(SqlError::compile(format!(
                    "Can't reuse bound parameter name '{name}' in both 'expanding' (e.g. within an IN expression) and \
                     non-expanding contexts.  If this parameter is to receive a list/array value, set \
                     'expanding=True' on it for expressions that aren't IN, otherwise use a different parameter name."
                )));
            }
            if existing.is_crud != bind.is_crud {
                return Err(SqlError::compile(format!(
                    "bindparam() name '{}' is reserved for automatic usage in the VALUES or SET clause of this \
                     insert/update statement.   Please use a name other than column name when using bindparam() with \
                     insert() or update() (for example, 'b_{}').",
                    bind.base, bind.base
                )));
            }
            self.bound_by_id.insert(bind.id, index);
            return Ok(index);
        }
        let index = self.bound.len();
        self.bound.push((name.clone(), bind.clone(), ty.clone()));
        self.bound_by_id.insert(bind.id, index);
        self.bound_by_name.insert(name, index);
        Ok(index)
    }

    /// The text with its placeholders, and the parameters in their order.
    pub(super) fn finish(self, text: &str) -> Compiled {
        let mut segments: Vec<Segment> = Vec::new();
        let mut binds: Vec<CompiledBind> = Vec::new();
        let mut values = None;
        let mut begin = 0;
        let mut rest = text;
        while let Some(at) = rest.find([OPEN, ROW_BEGIN, ROW_END]) {
            if at > 0 {
                segments.push(Segment::Text(rest[..at].to_owned()));
            }
            let mark = rest[at..].chars().next().unwrap_or(OPEN);
            rest = &rest[at + 1..];
            match mark {
                ROW_BEGIN => begin = segments.len(),
                ROW_END => values = Some(begin..segments.len()),
                _ => {
                    let end = rest.find(CLOSE).unwrap_or(rest.len());
                    let literal = rest.starts_with('L');
                    let index: usize = rest[usize::from(literal)..end].parse().unwrap_or(0);
                    rest = &rest[(end + 1).min(rest.len())..];
                    if let Some((name, bind, ty)) = self.bound.get(index) {
                        segments.push(Segment::Bind(binds.len()));
                        binds.push(compiled_bind(name, bind, ty, literal));
                    }
                }
            }
        }
        if !rest.is_empty() {
            segments.push(Segment::Text(rest.to_owned()));
        }
        let style = self.options.style;
        let mut sql = String::with_capacity(text.len());
        for segment in &segments {
            match segment {
                Segment::Text(text) => sql.push_str(text),
                Segment::Bind(index) => {
                    let bind = &binds[*index];
                    if bind.expanding || bind.literal_execute {
                        sql.push_str(&format!("__[POSTCOMPILE_{}]", bind.name));
                    } else if style == Style::Sqlite {
                        sql.push('?');
                    } else {
                        sql.push_str(&format!(":{}", bind.name));
                    }
                }
            }
        }
        let many = match (self.batches, values) {
            (Some(order), Some(values)) => Some(Rc::new(ManyValues { values, order })),
            (Some(_), None) => Some(Rc::new(ManyValues {
                values: 0..0,
                order: BatchOrder::RowAtATime,
            })),
            _ => None,
        };
        Compiled {
            sql: Arc::from(sql),
            binds,
            result_columns: self.result_columns,
            warnings: self.warnings,
            unjoined: self.unjoined,
            prefetch: self.prefetch,
            segments: Rc::from(segments),
            many,
        }
    }
}

fn compiled_bind(name: &str, bind: &Bind, ty: &SqlType, literal: bool) -> CompiledBind {
    CompiledBind {
        id: bind.id,
        name: Arc::from(name),
        base: bind.unique.then(|| Rc::clone(&bind.base)),
        ty: ty.clone(),
        value: bind.value.clone(),
        expanding: bind.expanding,
        literal_execute: literal || bind.literal_execute,
        not_in: bind.expand_op == Some(Op::NotIn),
    }
}

/// The inside of IN's parentheses with values written out.
pub(super) fn literal_list(
    value: &BindValue,
    ty: &SqlType,
    not_in: bool,
    style: Style,
) -> Result<String, SqlError> {
    match value {
        BindValue::List(values) if !values.is_empty() => {
            let values: Result<Vec<String>, SqlError> = values
                .iter()
                .map(|value| literal_value(value, ty))
                .collect();
            Ok(values?.join(", "))
        }
        BindValue::Tuples(rows) if !rows.is_empty() => {
            let types: &[SqlType] = match ty {
                SqlType::Tuple(types) => types,
                _ => &[],
            };
            let mut tuples = Vec::with_capacity(rows.len());
            for row in rows.iter() {
                let mut members = Vec::with_capacity(row.len());
                for (at, value) in row.iter().enumerate() {
                    members.push(literal_value(
                        value,
                        types.get(at).unwrap_or(&SqlType::Null),
                    )?);
                }
                tuples.push(format!("({})", members.join(", ")));
            }
            Ok(format!("{}{}", values_word(style), tuples.join(", ")))
        }
        _ => Ok(empty_set(ty, not_in, style)),
    }
}

/// SQLite wants VALUES before a list of tuples.
pub(super) fn values_word(style: Style) -> &'static str {
    match style {
        Style::Sqlite => "VALUES ",
        Style::Plain => "",
    }
}

/// What stands in IN's parentheses when the list is empty.
pub(super) fn empty_set(ty: &SqlType, not_in: bool, style: Style) -> String {
    let width = match ty {
        SqlType::Tuple(types) => types.len().max(1),
        _ => 1,
    };
    let repeated = |word: &str| vec![word; width].join(", ");
    match style {
        Style::Sqlite => format!(
            "SELECT {} FROM (SELECT {}) WHERE 1!=1",
            repeated("1"),
            repeated("1")
        ),
        Style::Plain => {
            let nulls = if width > 1 {
                format!("({})", repeated("NULL"))
            } else {
                "NULL".to_owned()
            };
            if not_in {
                format!("{nulls}) OR (1 = 1")
            } else {
                format!("{nulls}) AND (1 != 1")
            }
        }
    }
}
