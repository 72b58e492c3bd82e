//! The text of selects and their compounds.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use super::compiler::{Compiler, Context, LabelResolve, StackEntry};
use super::lint::Linter;
use super::{ResultColumn, Style};
use crate::orm::sql::error::SqlError;
use crate::orm::sql::expr::{Expr, ExprKind, literal};
use crate::orm::sql::from::{ColumnInfo, FromClause, FromKind};
use crate::orm::sql::name::Name;
use crate::orm::sql::select::{
    ColumnNames, CompoundKeyword, CompoundSelect, LabelStyle, Query, Select, TextualSelect,
    columns_plus_names,
};
use crate::orm::value::Value;

impl Compiler<'_> {
    pub(super) fn select(
        &mut self,
        select: &Select,
        asfrom: bool,
        compound_index: Option<usize>,
        insert_into: bool,
        context: Context,
    ) -> Result<String, SqlError> {
        let toplevel = self.stack.is_empty();
        let entry = self.stack.last().cloned().unwrap_or_default();
        let populate =
            (toplevel || entry.result_map_for_compound) && compound_index.is_none_or(|at| at == 0);
        let mut all_froms = select.final_froms()?;
        let stands_apart = asfrom && !std::mem::take(&mut self.is_lateral);
        let mut froms = correlated(select, all_froms.clone(), &entry, stands_apart)?;
        self.check_width(select, compound_index)?;
        let mut own: HashSet<FromClause> = HashSet::new();
        for from in &froms {
            own.extend(from.from_objects());
        }
        let criteria = self.select_criteria(select, &own);
        if !criteria.is_empty() {
            let mut whole = select.clone();
            whole.where_.extend(criteria.iter().cloned());
            all_froms = whole.final_froms()?;
            froms = correlated(&whole, all_froms.clone(), &entry, stands_apart)?;
            for from in &froms {
                own.extend(from.from_objects());
            }
        }
        let mut correlate = entry.correlate_froms.clone();
        correlate.extend(own.iter().cloned());
        self.stack.push(StackEntry {
            correlate_froms: correlate,
            asfrom_froms: own,
            labels: needs_labels(select).then(|| Rc::new(label_resolve(select, &all_froms))),
            ..StackEntry::default()
        });
        if self.options.lint {
            self.linters.push(Linter::default());
        }
        let context = context.inner_statement();
        let mut text = "SELECT ".to_owned();
        for cte in &select.ctes {
            self.cte(cte, false, context)?;
        }
        if !select.prefixes.is_empty() {
            text.push_str(&self.list(&select.prefixes, " ", context)?);
            text.push(' ');
        }
        if select.distinct {
            text.push_str("DISTINCT ");
        }
        let mut columns = Vec::with_capacity(select.columns.len());
        for names in columns_plus_names(&select.columns, select.label_style, true) {
            columns.push(self.result_column(&names, populate, asfrom, context)?);
        }
        text.push_str(&columns.join(", "));
        if columns.is_empty() {
            text.truncate(text.trim_end().len());
        }
        let linted = Context {
            lint: self.options.lint,
            ..context
        };
        if !froms.is_empty() {
            let mut parts = Vec::with_capacity(froms.len());
            for from in &froms {
                parts.push(self.from(from, linted)?);
            }
            text.push_str(&format!(" \nFROM {}", parts.join(", ")));
        }
        let where_ = self.where_and_criteria(&select.where_, &criteria, linted)?;
        if !where_.is_empty() {
            text.push_str(&format!(" \nWHERE {where_}"));
        }
        if self.options.lint {
            self.finish_lint("SELECT");
        }
        if !select.group_by.is_empty() {
            let by = self.list(&select.group_by, ", ", context)?;
            if !by.is_empty() {
                text.push_str(&format!(" GROUP BY {by}"));
            }
        }
        if !select.having.is_empty() {
            let criteria = self.and_list(&select.having, context)?;
            if !criteria.is_empty() {
                text.push_str(&format!(" \nHAVING {criteria}"));
            }
        }
        if !select.order_by.is_empty() {
            let by = self.list(&select.order_by, ", ", context)?;
            if !by.is_empty() {
                text.push_str(&format!(" ORDER BY {by}"));
            }
        }
        text.push_str(&self.limit(select.limit.as_ref(), select.offset.as_ref(), context)?);
        if !self.ctes.is_empty() && toplevel && !insert_into {
            text = self.with_clause() + &text;
        }
        if !select.suffixes.is_empty() {
            let suffixes = self.list(&select.suffixes, " ", context)?;
            text.push_str(&format!(" {suffixes} "));
        }
        self.stack.pop();
        Ok(text)
    }

    fn check_width(
        &mut self,
        select: &Select,
        compound_index: Option<usize>,
    ) -> Result<(), SqlError> {
        let Some(index) = compound_index else {
            return Ok(());
        };
        let count = select.columns.len();
        let Some(entry) = self.stack.last_mut() else {
            return Ok(());
        };
        match entry.columns_of_first {
            None => entry.columns_of_first = Some(count),
            Some(first) if first != count => {
                return Err(SqlError::compile(format!(
                    "All selectables passed to CompoundSelect must have identical numbers of columns; select #1 has \
                     {first} columns, select #{} has {count}",
                    index + 1
                )));
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// A column of a columns clause or RETURNING, under a label where it needs one.
    pub(super) fn result_column(
        &mut self,
        names: &ColumnNames,
        populate: bool,
        asfrom: bool,
        context: Context,
    ) -> Result<String, SqlError> {
        let column = &names.column;
        let context = Context {
            within_columns: true,
            within_label: false,
            label_only: None,
            ..context
        };
        let label = if matches!(column.kind(), ExprKind::Label { .. }) {
            column.name()
        } else if let Some(required) = &names.required {
            Some(required.clone())
        } else if self.renders_label(column, asfrom) {
            Some(
                names
                    .fallback
                    .clone()
                    .unwrap_or_else(|| column.anon_name_label()),
            )
        } else {
            None
        };
        let shown = match &label {
            Some(label) => Some(self.resolve(label)),
            None => match column.kind() {
                ExprKind::Name {
                    literal: true,
                    name,
                } if name.as_str() == "*" => None,
                ExprKind::Unary { operand, .. } | ExprKind::AsBoolean { operand, .. } => {
                    operand.ungroup().name().map(|name| self.resolve(&name))
                }
                _ => column.name().map(|name| self.resolve(&name)),
            },
        };
        if populate {
            let name: Arc<str> = shown.as_deref().map_or_else(|| Arc::from(""), Arc::from);
            self.result_columns.push(ResultColumn {
                key: shown.is_some().then(|| name.clone()),
                name,
                ty: column.ty().clone(),
                expr: column.clone(),
            });
        }
        match (&label, column.kind()) {
            (Some(_), ExprKind::Label { .. }) | (None, _) => self.expr(column, context),
            (Some(label), _) => self.labelled(column, label, context),
        }
    }

    /// Whether a column without a name of its own, or one inside a subquery, is given a label.
    fn renders_label(&self, column: &Expr, asfrom: bool) -> bool {
        match column.kind() {
            ExprKind::Column { .. } => asfrom,
            ExprKind::Name { .. } | ExprKind::Text(_) => false,
            ExprKind::AsBoolean { operand, .. } => {
                self.options.style == Style::Sqlite || unnamed(operand) || asfrom
            }
            ExprKind::Exists(_) => true,
            ExprKind::Unary { operand, .. } => unnamed(operand) || asfrom,
            _ => column.non_anon_label().is_none(),
        }
    }

    fn limit(
        &mut self,
        limit: Option<&Expr>,
        offset: Option<&Expr>,
        context: Context,
    ) -> Result<String, SqlError> {
        let mut text = String::new();
        if limit.is_none() && offset.is_none() {
            return Ok(text);
        }
        if let Some(limit) = limit {
            text.push_str(&format!("\n LIMIT {}", self.expr(limit, context)?));
        }
        let sqlite = self.is_sqlite();
        match offset {
            Some(offset) => {
                if limit.is_none() {
                    let all = if sqlite {
                        self.expr(&literal(Value::Integer(-1), None), Context::new())?
                    } else {
                        "-1".to_owned()
                    };
                    text.push_str(&format!("\n LIMIT {all}"));
                }
                text.push_str(&format!(" OFFSET {}", self.expr(offset, context)?));
            }
            None if sqlite => {
                let none = self.expr(&literal(Value::Integer(0), None), context)?;
                text.push_str(&format!(" OFFSET {none}"));
            }
            None => {}
        }
        Ok(text)
    }

    pub(super) fn compound(
        &mut self,
        compound: &CompoundSelect,
        asfrom: bool,
        compound_index: Option<usize>,
        context: Context,
    ) -> Result<String, SqlError> {
        let toplevel = self.stack.is_empty();
        let entry = self.stack.last().cloned().unwrap_or_default();
        let need_result_map =
            toplevel || (compound_index.is_none_or(|at| at == 0) && entry.result_map_for_compound);
        self.stack.push(StackEntry {
            correlate_froms: entry.correlate_froms,
            asfrom_froms: entry.asfrom_froms,
            labels: (!compound.order_by.is_empty() || !compound.group_by.is_empty())
                .then(|| Rc::new(compound_labels(compound))),
            result_map_for_compound: need_result_map,
            columns_of_first: None,
        });
        for cte in &compound.ctes {
            self.cte(cte, false, context)?;
        }
        let keyword = match compound.keyword {
            CompoundKeyword::Union => " UNION ",
            CompoundKeyword::UnionAll => " UNION ALL ",
            CompoundKeyword::Except => " EXCEPT ",
            CompoundKeyword::ExceptAll => " EXCEPT ALL ",
            CompoundKeyword::Intersect => " INTERSECT ",
            CompoundKeyword::IntersectAll => " INTERSECT ALL ",
        };
        let mut parts = Vec::with_capacity(compound.selects.len());
        for (at, query) in compound.selects.iter().enumerate() {
            let styled = match query {
                Query::Select(select)
                    if at == 0 && compound.label_style != LabelStyle::default() =>
                {
                    let mut select = (**select).clone();
                    select.label_style = compound.label_style;
                    Query::Select(Rc::new(select))
                }
                _ => query.clone(),
            };
            let grouped = needs_parentheses(&styled);
            // Parentheses hide from the member that it is to be rendered as inside a FROM.
            let text = self.query(&styled, asfrom && !grouped, Some(at), context)?;
            parts.push(if grouped { format!("({text})") } else { text });
        }
        let mut text = parts.join(keyword);
        let bare = Context {
            include_table: false,
            ..context
        };
        if !compound.group_by.is_empty() {
            let by = self.list(&compound.group_by, ", ", bare)?;
            text.push_str(&format!(" GROUP BY {by}"));
        }
        if !compound.order_by.is_empty() {
            let by = self.list(&compound.order_by, ", ", bare)?;
            text.push_str(&format!(" ORDER BY {by}"));
        }
        text.push_str(&self.limit(compound.limit.as_ref(), compound.offset.as_ref(), bare)?);
        if !self.ctes.is_empty() && toplevel {
            text = self.with_clause() + &text;
        }
        self.stack.pop();
        Ok(text)
    }

    pub(super) fn textual_select(
        &mut self,
        select: &TextualSelect,
        compound_index: Option<usize>,
        context: Context,
    ) -> Result<String, SqlError> {
        let toplevel = self.stack.is_empty();
        let in_compound = self
            .stack
            .last()
            .is_some_and(|entry| entry.result_map_for_compound);
        if toplevel || (compound_index == Some(0) && in_compound) {
            for column in &select.columns {
                let name = column.name().map(|name| self.resolve(&name));
                let name: Arc<str> = name.as_deref().map_or_else(|| Arc::from(""), Arc::from);
                self.result_columns.push(ResultColumn {
                    key: Some(name.clone()),
                    name,
                    ty: column.ty().clone(),
                    expr: column.clone(),
                });
            }
        }
        self.stack.push(StackEntry::default());
        let text = self.text(&select.text, context);
        self.stack.pop();
        let mut text = text?;
        if toplevel && !self.ctes.is_empty() {
            text = self.with_clause() + &text;
        }
        Ok(text)
    }
}

fn unnamed(operand: &Expr) -> bool {
    let inner = operand.ungroup();
    match inner.kind() {
        ExprKind::Column { .. } | ExprKind::Name { .. } | ExprKind::Label { .. } => {
            inner.non_anon_label().is_none()
        }
        _ => true,
    }
}

/// A member of a compound that is itself ordered or limited, or a compound.
fn needs_parentheses(query: &Query) -> bool {
    match query {
        Query::Select(select) => {
            select.limit.is_some() || select.offset.is_some() || !select.order_by.is_empty()
        }
        Query::Compound(_) => true,
        Query::Text(_) | Query::Dml(_) => false,
    }
}

fn needs_labels(select: &Select) -> bool {
    !select.order_by.is_empty()
        || !select.group_by.is_empty()
        || select
            .columns
            .iter()
            .chain(&select.having)
            .any(|column| !matches!(column.kind(), ExprKind::Column { .. }))
}

/// What a name in ORDER BY may mean.
fn label_resolve(select: &Select, froms: &[FromClause]) -> LabelResolve {
    let is_nameless = |column: &Expr| {
        let of = column.as_column().map(|(from, _)| from);
        of.is_some_and(|from| select.nameless.contains(from))
    };
    let mut resolve = LabelResolve::default();
    for column in &select.columns {
        if matches!(column.kind(), ExprKind::Text(_)) || is_nameless(column) {
            continue;
        }
        if let Some(name) = column.table_label().or_else(|| column.key()) {
            resolve.columns.insert(name, column.clone());
        }
    }
    for from in froms {
        for column in from.columns() {
            if is_nameless(&column) {
                continue;
            }
            if let Some(key) = column.key() {
                resolve.froms.insert(key, column);
            }
        }
    }
    resolve.columns_and_froms = resolve.columns.clone();
    for (key, column) in &resolve.froms {
        resolve
            .columns_and_froms
            .entry(key.clone())
            .or_insert_with(|| column.clone());
    }
    resolve
}

/// The columns of a compound as an ORDER BY on it names them.
fn compound_labels(compound: &CompoundSelect) -> LabelResolve {
    let query = Query::Compound(Rc::new(compound.clone()));
    let mut resolve = LabelResolve::default();
    for (_, info) in query.column_proxies() {
        let name = info.name.clone();
        let key = info.key.clone();
        resolve.columns.insert(key, nameless_column(info, name));
    }
    resolve.columns_and_froms = resolve.columns.clone();
    resolve.froms = resolve.columns.clone();
    resolve
}

/// A column that is rendered without a table.
fn nameless_column(info: ColumnInfo, _name: Name) -> Expr {
    let ty = info.ty.clone();
    let from = FromClause::new(FromKind::Text(literal(Value::Null, None)));
    Expr::new(
        ExprKind::Column {
            from,
            info: Rc::new(info),
        },
        ty,
    )
}

/// The FROM elements that are left when those that the enclosing statement has are taken away.
fn correlated(
    select: &Select,
    mut froms: Vec<FromClause>,
    entry: &StackEntry,
    asfrom: bool,
) -> Result<Vec<FromClause>, SqlError> {
    let (explicit, implicit): (HashSet<FromClause>, HashSet<FromClause>) = if asfrom {
        (
            entry
                .correlate_froms
                .difference(&entry.asfrom_froms)
                .cloned()
                .collect(),
            HashSet::new(),
        )
    } else {
        (entry.correlate_froms.clone(), entry.asfrom_froms.clone())
    };
    if let Some(to_correlate) = &select.correlate
        && !to_correlate.is_empty()
    {
        froms.retain(|from| !(explicit.contains(from) && to_correlate.contains(from)));
    }
    if let Some(except) = &select.correlate_except {
        froms.retain(|from| !explicit.contains(from) || except.contains(from));
    }
    let automatic = select.correlate.is_none() && select.correlate_except.is_none();
    if automatic && !implicit.is_empty() && froms.len() > 1 {
        froms.retain(|from| !implicit.contains(from));
        if froms.is_empty() {
            return Err(SqlError::invalid(format!(
                "Select statement '<sqlalchemy.sql.selectable.Select object at {select:p}>' returned no FROM clauses due \
                 to auto-correlation; specify correlate(<tables>) to control correlation manually."
            )));
        }
    }
    Ok(froms)
}
