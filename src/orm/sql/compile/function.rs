//! The text of functions and windows.

use super::compiler::{Compiler, Context};
use super::quoting::has_illegal_characters;
use crate::orm::sql::error::SqlError;
use crate::orm::sql::expr::{Frame, FrameBound, Function, Over};

impl Compiler<'_> {
    pub(super) fn function(
        &mut self,
        function: &Function,
        context: Context,
    ) -> Result<String, SqlError> {
        let context = Context {
            within_aggregate: true,
            ..context
        };
        if self.is_sqlite() {
            match (&*function.name.to_lowercase(), function.args.as_slice()) {
                ("now", _) => return Ok("CURRENT_TIMESTAMP".to_owned()),
                ("localtimestamp", _) => {
                    return Ok("DATETIME(CURRENT_TIMESTAMP, 'localtime')".to_owned());
                }
                ("char_length", args) => {
                    return Ok(format!("length({})", self.list(args, ", ", context)?));
                }
                ("aggregate_strings", [value, separator, ..]) => {
                    let value = self.expr(value, context)?;
                    let separator = self.expr(
                        separator,
                        Context {
                            literal_execute: true,
                            ..context
                        },
                    )?;
                    return Ok(format!("group_concat({value}, {separator})"));
                }
                _ => {}
            }
        }
        let mut text = String::new();
        for package in &function.packages {
            text.push_str(&self.function_part(package));
            text.push('.');
        }
        let mut parentheses = true;
        match &*function.name {
            "current_date" | "current_time" | "current_timestamp" | "current_user"
            | "localtime" | "localtimestamp" | "session_user" | "user"
                if function.known =>
            {
                text.push_str(&function.name.to_uppercase());
                parentheses = !function.args.is_empty();
            }
            "sysdate" if function.known => {
                text.push_str("sysdate");
                parentheses = !function.args.is_empty();
            }
            "cube" | "rollup" if function.known => text.push_str(&function.name.to_uppercase()),
            "grouping_sets" if function.known => text.push_str("GROUPING SETS"),
            name => text.push_str(&self.function_part(name)),
        }
        if parentheses {
            text.push_str(&format!("({})", self.list(&function.args, ", ", context)?));
        }
        Ok(text)
    }

    fn function_part(&self, name: &str) -> String {
        if has_illegal_characters(name) {
            self.quote(name)
        } else {
            name.to_owned()
        }
    }

    pub(super) fn over(&mut self, over: &Over, context: Context) -> Result<String, SqlError> {
        let element = self.expr(&over.element, context)?;
        let frame = match (&over.range, &over.rows, &over.groups) {
            (Some(frame), _, _) => Some(self.frame("RANGE", frame, context)?),
            (None, Some(frame), _) => Some(self.frame("ROWS", frame, context)?),
            (None, None, Some(frame)) => Some(self.frame("GROUPS", frame, context)?),
            (None, None, None) => None,
        };
        let mut parts = Vec::new();
        if !over.partition_by.is_empty() {
            let by = self.list(&over.partition_by, ", ", context)?;
            parts.push(format!("PARTITION BY {by}"));
        }
        if !over.order_by.is_empty() {
            let by = self.list(&over.order_by, ", ", context)?;
            parts.push(format!("ORDER BY {by}"));
        }
        parts.extend(frame);
        Ok(format!("{element} OVER ({})", parts.join(" ")))
    }

    fn frame(&mut self, word: &str, frame: &Frame, context: Context) -> Result<String, SqlError> {
        let start = self.frame_bound(&frame.start, "UNBOUNDED PRECEDING", context)?;
        let end = self.frame_bound(&frame.end, "UNBOUNDED FOLLOWING", context)?;
        Ok(format!("{word} BETWEEN {start} AND {end}"))
    }

    fn frame_bound(
        &mut self,
        bound: &FrameBound,
        unbounded: &str,
        context: Context,
    ) -> Result<String, SqlError> {
        Ok(match bound {
            FrameBound::Unbounded => unbounded.to_owned(),
            FrameBound::CurrentRow => "CURRENT ROW".to_owned(),
            FrameBound::Preceding(rows) => format!("{} PRECEDING", self.expr(rows, context)?),
            FrameBound::Following(rows) => format!("{} FOLLOWING", self.expr(rows, context)?),
        })
    }
}
