//! DDL text for SQLite.

use std::rc::Rc;

use super::column::{Column, ForeignKey, ServerDefault};
use super::constraint::{Constraint, ConstraintKind, Index};
use super::table::Table;
use crate::orm::sql::compile::{literal_text, quote, render_ddl};
use crate::orm::sql::error::SqlError;
use crate::orm::sql::expr::Expr;
use crate::orm::sql::from::FromClause;

/// `\nCREATE TABLE name (…)\n\n`, as SQLAlchemy sends it.
///
/// # Errors
/// When a column has no type or a foreign key points nowhere.
pub fn create_table(from: &FromClause) -> Result<String, SqlError> {
    let Some(table) = from.as_table() else {
        return Err(SqlError::compile("Only a table can be created"));
    };
    let mut lines = Vec::new();
    for column in table.schema_columns() {
        let line = column_text(table, &column).map_err(|error| {
            SqlError::compile(format!(
                "(in table '{}', column '{}'): {error}",
                table.name(),
                column.name
            ))
        })?;
        lines.push(format!("\t{line}"));
    }
    if let Some(text) = primary_key_text(table) {
        lines.push(format!("\t{text}"));
    }
    for constraint in table.constraints() {
        if let Some(text) = constraint_text(table, &constraint)? {
            lines.push(format!("\t{text}"));
        }
    }
    Ok(format!(
        "\nCREATE TABLE {} (\n{}\n)\n\n",
        table_name(table, true),
        lines.join(", \n")
    ))
}

fn table_name(table: &Table, with_schema: bool) -> String {
    match table.schema() {
        Some(schema) if with_schema => format!("{}.{}", quote(schema), quote(table.name())),
        _ => quote(table.name()).into_owned(),
    }
}

fn column_text(table: &Table, column: &Column) -> Result<String, SqlError> {
    // A column that was declared without a type has that of the column its foreign key points at.
    let referred = column
        .foreign_keys
        .first()
        .filter(|_| column.ty.is_null())
        .and_then(|key| table.resolve(&column.name, key).ok());
    let ty = referred.as_ref().map_or(&column.ty, |target| target.ty());
    let mut text = format!("{} {}", quote(&column.name), ty.ddl()?);
    if let Some(default) = default_text(column)? {
        let starts_quoted = default.trim_start().starts_with(['\'', '"', '(']);
        let plain = default
            .chars()
            .all(|character| character.is_alphanumeric() || character == '_');
        if !starts_quoted && !plain {
            text.push_str(&format!(" DEFAULT ({default})"));
        } else {
            text.push_str(&format!(" DEFAULT {default}"));
        }
    }
    if !column.nullable {
        text.push_str(" NOT NULL");
    }
    if let Some(ServerDefault::Computed { sql, persisted }) = &column.server_default {
        text.push_str(&format!(" GENERATED ALWAYS AS ({})", render_ddl(sql)?));
        match persisted {
            Some(true) => text.push_str(" STORED"),
            Some(false) => text.push_str(" VIRTUAL"),
            None => {}
        }
    }
    Ok(text)
}

fn default_text(column: &Column) -> Result<Option<String>, SqlError> {
    Ok(match &column.server_default {
        Some(ServerDefault::Text(text)) => Some(literal_text(text)),
        Some(ServerDefault::Sql(expr)) => Some(render_ddl(expr)?),
        _ => None,
    })
}

fn quoted_list<'a>(names: impl IntoIterator<Item = &'a Rc<str>>) -> String {
    let quoted: Vec<String> = names
        .into_iter()
        .map(|name| quote(name).into_owned())
        .collect();
    quoted.join(", ")
}

fn primary_key_text(table: &Table) -> Option<String> {
    let columns = table.primary_key_columns();
    if columns.is_empty() {
        return None;
    }
    let named = table
        .constraints()
        .into_iter()
        .find(|constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey(_)));
    let explicit = named.is_some();
    let key = named.unwrap_or_else(|| Constraint::new(ConstraintKind::PrimaryKey(Vec::new())));
    let name = constraint_name(table, &key);
    let mut names: Vec<Rc<str>> = columns.iter().map(|column| column.name.clone()).collect();
    if !explicit && let Some(auto) = table.autoincrement_column() {
        names.retain(|name| *name != auto.name);
        names.insert(0, auto.name.clone());
    }
    Some(format!(
        "{}PRIMARY KEY ({})",
        preamble(name.as_deref()),
        quoted_list(&names)
    ))
}

fn preamble(name: Option<&str>) -> String {
    name.map(|name| format!("CONSTRAINT {} ", quote(name)))
        .unwrap_or_default()
}

/// The name that a constraint has in the database: its own, or the one of the naming convention.
pub fn constraint_name(table: &Table, constraint: &Constraint) -> Option<Rc<str>> {
    let own = constraint.name.clone();
    match &constraint.kind {
        ConstraintKind::PrimaryKey(_) => own.or_else(|| conventional_name(table, "pk", &[])),
        ConstraintKind::Unique(names) => own.or_else(|| conventional_name(table, "uq", names)),
        ConstraintKind::Check(_) => match (own, convention(table, "ck")) {
            (Some(name), Some(template)) if template.contains("constraint_name") => {
                Some(expand(&template, table, &[], Some(&name)))
            }
            (name, _) => name,
        },
        ConstraintKind::ForeignKey(pairs) => own.or_else(|| {
            let (name, key) = pairs.first()?;
            let target = table.resolve(name, key).ok()?;
            let remote = target.as_column()?.0.as_table()?.clone();
            let here: Vec<Rc<str>> = pairs.iter().map(|(name, _)| name.clone()).collect();
            conventional_fk_name(table, &here, &remote)
        }),
    }
}

fn constraint_text(table: &Table, constraint: &Constraint) -> Result<Option<String>, SqlError> {
    Ok(match &constraint.kind {
        ConstraintKind::PrimaryKey(_) => None,
        ConstraintKind::Unique(names) => Some(format!(
            "{}UNIQUE ({})",
            preamble(constraint_name(table, constraint).as_deref()),
            quoted_list(names)
        )),
        ConstraintKind::Check(expr) => Some(format!(
            "{}CHECK ({})",
            preamble(constraint_name(table, constraint).as_deref()),
            render_ddl(expr)?
        )),
        ConstraintKind::ForeignKey(pairs) => foreign_key_text(table, constraint, pairs)?,
    })
}

fn foreign_key_text(
    table: &Table,
    constraint: &Constraint,
    pairs: &[(Rc<str>, ForeignKey)],
) -> Result<Option<String>, SqlError> {
    let mut here = Vec::new();
    let mut there = Vec::new();
    let mut remote = None;
    for (name, foreign_key) in pairs {
        let target = table
            .resolve(name, foreign_key)
            .map_err(|(_, error)| error)?;
        here.push(name.clone());
        if let Some((from, info)) = target.as_column() {
            there.push(info.name.rc());
            remote = from.as_table().cloned();
        }
    }
    let (Some(remote), Some((_, first))) = (remote, pairs.first()) else {
        return Ok(None);
    };
    if remote.schema() != table.schema() {
        return Ok(None);
    }
    let name = constraint_name(table, constraint);
    let mut text = format!(
        "{}FOREIGN KEY({}) REFERENCES {} ({})",
        preamble(name.as_deref()),
        quoted_list(&here),
        table_name(&remote, false),
        quoted_list(&there)
    );
    if let Some(ondelete) = &first.ondelete {
        text.push_str(&format!(" ON DELETE {ondelete}"));
    }
    if let Some(onupdate) = &first.onupdate {
        text.push_str(&format!(" ON UPDATE {onupdate}"));
    }
    match first.deferrable {
        Some(true) => text.push_str(" DEFERRABLE"),
        Some(false) => text.push_str(" NOT DEFERRABLE"),
        None => {}
    }
    if let Some(initially) = &first.initially {
        text.push_str(&format!(" INITIALLY {initially}"));
    }
    Ok(Some(text))
}

fn convention(table: &Table, kind: &str) -> Option<Rc<str>> {
    table.metadata()?.convention(kind)
}

/// The name that `MetaData(naming_convention=…)` gives a constraint of that kind.
fn conventional_name(table: &Table, kind: &str, columns: &[Rc<str>]) -> Option<Rc<str>> {
    convention(table, kind).map(|template| expand(&template, table, columns, None))
}

fn conventional_fk_name(table: &Table, columns: &[Rc<str>], remote: &Table) -> Option<Rc<str>> {
    let template = convention(table, "fk")?;
    let template = template.replace("%(referred_table_name)s", remote.name());
    Some(expand(&template, table, columns, None))
}

fn expand(template: &str, table: &Table, columns: &[Rc<str>], given: Option<&str>) -> Rc<str> {
    let first = columns.first().map_or("", |name| name);
    let label = match table.schema() {
        Some(schema) => format!("{}_{}_{first}", schema.replace('.', "_"), table.name()),
        None => format!("{}_{first}", table.name()),
    };
    let joined: Vec<&str> = columns.iter().map(|name| &**name).collect();
    let text = template
        .replace("%(table_name)s", table.name())
        .replace("%(column_0_name)s", first)
        .replace("%(column_0_key)s", first)
        .replace("%(column_0_label)s", &label)
        .replace("%(column_0N_name)s", &joined.concat())
        .replace("%(column_0_N_name)s", &joined.join("_"))
        .replace("%(constraint_name)s", given.unwrap_or(""));
    Rc::from(text.as_str())
}

pub fn drop_table(from: &FromClause) -> String {
    let name = from
        .as_table()
        .map(|table| table_name(table, true))
        .unwrap_or_default();
    format!("\nDROP TABLE {name}")
}

/// The name that an index has in the database.
pub fn index_name(index: &Index, table: &Table) -> Option<Rc<str>> {
    index.name.clone().or_else(|| {
        let columns: Vec<Rc<str>> = index
            .expressions
            .iter()
            .filter_map(|expr| expr.name().map(|name| name.rc()))
            .collect();
        conventional_name(table, "ix", &columns)
    })
}

fn quoted_index_name(index: &Index, table: &Table) -> String {
    let name = index_name(index, table);
    let name = quote(name.as_deref().unwrap_or("")).into_owned();
    match table.schema() {
        Some(schema) => format!("{}.{name}", quote(schema)),
        None => name,
    }
}

/// # Errors
/// When an expression in it cannot be compiled.
pub fn create_index(index: &Index, from: &FromClause) -> Result<String, SqlError> {
    let Some(table) = from.as_table() else {
        return Err(SqlError::compile("Only a table can have an index"));
    };
    let expressions: Result<Vec<String>, SqlError> =
        index.expressions.iter().map(render_index_part).collect();
    let mut text = format!(
        "CREATE {}INDEX {} ON {} ({})",
        if index.unique { "UNIQUE " } else { "" },
        quoted_index_name(index, table),
        table_name(table, false),
        expressions?.join(", ")
    );
    if let Some(where_) = &index.where_ {
        text.push_str(&format!(" WHERE {}", render_ddl(where_)?));
    }
    Ok(text)
}

fn render_index_part(expr: &Expr) -> Result<String, SqlError> {
    render_ddl(expr)
}

pub fn drop_index(index: &Index, from: &FromClause) -> String {
    let name = from
        .as_table()
        .map(|table| quoted_index_name(index, table))
        .unwrap_or_default();
    format!("\nDROP INDEX {name}")
}
