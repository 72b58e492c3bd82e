//! The text of expressions.

use std::rc::Rc;

use super::compiler::{Compiler, Context};
use super::literal::literal_text;
use crate::orm::sql::error::SqlError;
use crate::orm::sql::expr::{Case, Expr, ExprKind, TextClause, TextPart, text_parts};
use crate::orm::sql::from::{ColumnInfo, FromClause, FromKind};
use crate::orm::sql::name::Name;

impl Compiler<'_> {
    pub(super) fn expr(&mut self, expr: &Expr, context: Context) -> Result<String, SqlError> {
        match expr.kind() {
            ExprKind::Column { from, info } => Ok(self.column(from, info, context)),
            ExprKind::Name { name, literal } => {
                let name = self.resolve(name);
                Ok(if *literal {
                    name.to_string()
                } else {
                    self.quote(&name)
                })
            }
            ExprKind::Bind(bind) => self.bind(bind, expr.ty(), context),
            ExprKind::Null => Ok("NULL".to_owned()),
            ExprKind::True => Ok(if self.is_sqlite() { "1" } else { "true" }.to_owned()),
            ExprKind::False => Ok(if self.is_sqlite() { "0" } else { "false" }.to_owned()),
            ExprKind::Text(text) => self.text(text, context),
            ExprKind::Unary {
                operator,
                modifier,
                operand,
            } => self.unary(operator.as_ref(), modifier.as_ref(), operand, context),
            ExprKind::AsBoolean { operand, truth } => {
                let plain = operand.is_implicitly_boolean() || !self.is_sqlite();
                let text = self.expr(operand, context)?;
                Ok(match (plain, truth) {
                    (true, true) => text,
                    (true, false) => format!("NOT {text}"),
                    (false, true) => format!("{text} = 1"),
                    (false, false) => format!("{text} = 0"),
                })
            }
            ExprKind::Binary {
                left,
                right,
                op,
                modifiers,
                ..
            } => self.binary(left, right, op, modifiers, expr.ty(), context),
            ExprKind::List { op, clauses, .. } => {
                let context = Context {
                    in_operator: true,
                    ..context
                };
                self.list(clauses, Self::operator_text(op)?, context)
            }
            ExprKind::Tuple(members) => Ok(format!("({})", self.list(members, ", ", context)?)),
            ExprKind::Grouping(inner) => Ok(format!("({})", self.expr(inner, context)?)),
            ExprKind::Case(case) => self.case(case, context),
            ExprKind::Cast(inner) => {
                let ty = expr.ty().ddl()?;
                Ok(format!("CAST({} AS {ty})", self.expr(inner, context)?))
            }
            ExprKind::TypeCoerce(inner) => self.expr(inner, context),
            ExprKind::Extract { field, expr: inner } => self.extract(field, inner, context),
            ExprKind::Function(function) => self.function(function, context),
            ExprKind::Over(over) => self.over(over, context),
            ExprKind::Filter { function, criteria } => {
                let function = self.expr(function, context)?;
                Ok(format!(
                    "{function} FILTER (WHERE {})",
                    self.list(criteria, " AND ", context)?
                ))
            }
            ExprKind::WithinGroup { function, order_by } => {
                let function = self.expr(function, context)?;
                Ok(format!(
                    "{function} WITHIN GROUP (ORDER BY {})",
                    self.list(order_by, ", ", context)?
                ))
            }
            ExprKind::Label { name, element } => self.label(expr, name, element, context),
            ExprKind::ScalarSubquery(query) | ExprKind::SelectGroup(query) => Ok(format!(
                "({})",
                self.query(query, false, None, context.inner_statement())?
            )),
            ExprKind::Exists(query) => Ok(format!(
                "EXISTS ({})",
                self.query(query, false, None, context.inner_statement())?
            )),
            ExprKind::LabelReference(inner) => self.label_reference(inner, context),
            ExprKind::TextualLabelReference(name) => self.textual_label_reference(name, context),
            ExprKind::Collation(collation) => Ok(self.quote(collation)),
            ExprKind::From(from) => self.from(from, context),
        }
    }

    /// The expressions that have text, with a separator between them.
    pub(super) fn list(
        &mut self,
        exprs: &[Expr],
        separator: &str,
        context: Context,
    ) -> Result<String, SqlError> {
        let mut parts = Vec::with_capacity(exprs.len());
        for expr in exprs {
            let text = self.expr(expr, context)?;
            if !text.is_empty() {
                parts.push(text);
            }
        }
        Ok(parts.join(separator))
    }

    fn column(&mut self, from: &FromClause, info: &Rc<ColumnInfo>, context: Context) -> String {
        if let FromKind::TableValued {
            name,
            is_column: true,
            ..
        } = from.kind()
        {
            let name = self.resolve(name);
            return self.quote(&name);
        }
        let name = self.quoted_name(&info.name);
        if !context.include_table {
            return name;
        }
        let Some(table_name) = from.name() else {
            return name;
        };
        let schema = from
            .as_table()
            .and_then(|table| table.schema())
            .map(|schema| format!("{}.", self.quote(schema)))
            .unwrap_or_default();
        let table_name = self.quoted_name(&table_name);
        format!("{schema}{table_name}.{name}")
    }

    /// A label: `expression AS name` in a columns clause, its name where it is referred to, else the expression.
    fn label(
        &mut self,
        label: &Expr,
        name: &Name,
        element: &Expr,
        context: Context,
    ) -> Result<String, SqlError> {
        if context.within_columns && !context.within_label {
            let element = element.self_group(Some(&crate::orm::sql::expr::Op::As));
            return self.labelled(&element, name, context);
        }
        if context.label_only == Some(label.id()) {
            return Ok(self.quoted_name(name));
        }
        let element = element.self_group(Some(&crate::orm::sql::expr::Op::As));
        self.expr(
            &element,
            Context {
                within_columns: false,
                label_only: None,
                ..context
            },
        )
    }

    /// `expression AS name`.
    pub(super) fn labelled(
        &mut self,
        element: &Expr,
        name: &Name,
        context: Context,
    ) -> Result<String, SqlError> {
        let name = self.quoted_name(name);
        let text = self.expr(
            element,
            Context {
                within_columns: true,
                within_label: true,
                ..context
            },
        )?;
        Ok(format!("{text} AS {name}"))
    }

    fn label_reference(&mut self, inner: &Expr, context: Context) -> Result<String, SqlError> {
        let labels = self.stack.last().and_then(|entry| entry.labels.clone());
        let mut context = context;
        if let Some(labels) = labels
            && let Some(label) = inner.order_by_label()
            && let Some(name) = label.name()
        {
            let known = if context.within_columns {
                &labels.froms
            } else {
                &labels.columns
            };
            if known
                .get(&name)
                .is_some_and(|selected| label.shares_lineage(selected))
            {
                context.label_only = Some(label.id());
            }
        }
        self.expr(inner, context)
    }

    fn textual_label_reference(
        &mut self,
        name: &str,
        context: Context,
    ) -> Result<String, SqlError> {
        if self.stack.is_empty() {
            return self.text(&TextClause::new(name), context);
        }
        let labels = self.stack.last().and_then(|entry| entry.labels.clone());
        let found = labels.and_then(|labels| {
            let known = if context.within_columns {
                &labels.froms
            } else {
                &labels.columns_and_froms
            };
            known.get(&Name::new(name)).cloned()
        });
        match found {
            Some(column) => self.expr(
                &column,
                Context {
                    label_only: Some(column.id()),
                    ..context
                },
            ),
            None => Err(SqlError::compile(format!(
                "Can't resolve label reference for ORDER BY / GROUP BY / DISTINCT etc. Textual SQL expression {} \
                 should be explicitly declared as text({})",
                python_quoted(name),
                python_quoted(name)
            ))),
        }
    }

    pub(super) fn text(&mut self, text: &TextClause, context: Context) -> Result<String, SqlError> {
        let mut sql = String::with_capacity(text.text.len());
        for part in text_parts(&text.text) {
            match part {
                TextPart::Sql(plain) => sql.push_str(&unescape_colons(plain)),
                TextPart::Bind(name) => match text.bind(name) {
                    Some(bind) => sql.push_str(&self.expr(bind, context)?),
                    None => sql.push_str(&format!(":{name}")),
                },
            }
        }
        Ok(sql)
    }

    fn case(&mut self, case: &Case, context: Context) -> Result<String, SqlError> {
        let mut text = "CASE ".to_owned();
        if let Some(value) = &case.value {
            text.push_str(&self.expr(value, context)?);
            text.push(' ');
        }
        for (when, then) in &case.whens {
            let when = self.expr(when, context)?;
            let then = self.expr(then, context)?;
            text.push_str(&format!("WHEN {when} THEN {then} "));
        }
        if let Some(else_) = &case.else_ {
            text.push_str(&format!("ELSE {} ", self.expr(else_, context)?));
        }
        text.push_str("END");
        Ok(text)
    }

    fn extract(&mut self, field: &str, inner: &Expr, context: Context) -> Result<String, SqlError> {
        if !self.is_sqlite() {
            return Ok(format!(
                "EXTRACT({field} FROM {})",
                self.expr(inner, context)?
            ));
        }
        let format = match field {
            "month" => "%m",
            "day" => "%d",
            "year" => "%Y",
            "second" => "%S",
            "hour" => "%H",
            "doy" => "%j",
            "minute" => "%M",
            "epoch" => "%s",
            "dow" => "%w",
            "week" => "%W",
            _ => {
                return Err(SqlError::compile(format!(
                    "{field} is not a valid extract argument."
                )));
            }
        };
        Ok(format!(
            "CAST(STRFTIME('{format}', {}) AS INTEGER)",
            self.expr(inner, context)?
        ))
    }

    /// The criteria of a WHERE or HAVING.
    pub(super) fn and_list(
        &mut self,
        criteria: &[Expr],
        context: Context,
    ) -> Result<String, SqlError> {
        let clauses = crate::orm::sql::expr::process_for_boolean(
            &crate::orm::sql::expr::Op::And,
            criteria.iter().cloned(),
        );
        self.list(&clauses, " AND ", context)
    }

    /// The columns by the names in a list, as `INSERT INTO t (a, b)` has them.
    pub(super) fn names(&mut self, names: &[Name]) -> String {
        let quoted: Vec<String> = names.iter().map(|name| self.quoted_name(name)).collect();
        quoted.join(", ")
    }
}

/// `\:` stands for a colon that begins no parameter.
fn unescape_colons(text: &str) -> String {
    text.replace("\\:", ":")
}

fn python_quoted(text: &str) -> String {
    if text.contains('\'') && !text.contains('"') {
        format!("\"{text}\"")
    } else {
        literal_text(text).replace("''", "\\'")
    }
}
