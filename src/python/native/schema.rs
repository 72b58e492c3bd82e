//! Tables, columns, constraints, and what they look like from SQL.

use std::rc::Rc;

use rustpython_vm::builtins::{PyDict, PyDictRef};
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine};

use super::Module;
use super::errors::raise_sql;
use super::node::{
    Kind, Node, expr_of, expression, expressions, from_of, kind_of, list, metadata_of, optional,
    optional_text, text, type_of, wrap, wrap_expr,
};
use super::value::{Host, to_value};
use crate::orm::sql::schema::{
    Autoincrement, Column, Constraint, ConstraintKind, Default_, FkTarget, ForeignKey, Index,
    ServerDefault, Table, sort_tables,
};
use crate::orm::sql::{FromClause, FromKind, MetaData};

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        metadata,
        metadata_tables,
        metadata_remove,
        tables_sorted,
        table,
        table_lightweight,
        table_append_column,
        table_append_constraint,
        table_append_index,
        sql_quoted,
        table_ddl,
        index_ddl,
        from_columns,
        from_column,
        from_alias,
        from_name,
        from_is_alias,
        from_same,
        table_full_name,
        primary_key,
        constraint,
        constraint_name,
        index,
        index_name,
        column_facts,
    );
    Ok(())
}

fn metadata(naming: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let mut convention = Vec::new();
    if let Some(naming) = naming.downcast_ref::<PyDict>() {
        for (kind, template) in naming {
            // Conventions may be keyed by constraint classes too; only words are known here.
            convention.push((
                Rc::from(text(&kind, vm)?.as_str()),
                Rc::from(text(&template, vm)?.as_str()),
            ));
        }
    }
    let metadata = if convention.is_empty() {
        MetaData::new()
    } else {
        MetaData::with_naming_convention(convention)
    };
    wrap(Kind::MetaData(metadata), vm)
}

fn from_list(froms: Vec<FromClause>, vm: &VirtualMachine) -> PyResult {
    let nodes: PyResult<Vec<_>> = froms
        .into_iter()
        .map(|from| wrap(Kind::From(from), vm))
        .collect();
    Ok(vm.ctx.new_list(nodes?).into())
}

fn metadata_tables(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    from_list(metadata_of(&of, vm)?.tables(), vm)
}

fn metadata_remove(of: PyObjectRef, table: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    metadata_of(&of, vm)?.remove(&from_of(&table, vm)?);
    Ok(())
}

/// `tables_sorted(tables)`: the places of the tables in the order in which they depend on each other, and the names of
/// those that do in a circle.
fn tables_sorted(tables: Vec<PyObjectRef>, vm: &VirtualMachine) -> PyResult {
    let froms: PyResult<Vec<_>> = tables.iter().map(|table| from_of(table, vm)).collect();
    let sorted = sort_tables(&froms?).map_err(|error| raise_sql(error, vm))?;
    let order = sorted.order.into_iter();
    let order = order.map(|at| vm.ctx.new_int(at).into()).collect();
    let names = sorted.in_cycle.into_iter();
    let names = names.map(|name| vm.ctx.new_str(name).into()).collect();
    let lists = vec![vm.ctx.new_list(order).into(), vm.ctx.new_list(names).into()];
    Ok(vm.ctx.new_tuple(lists).into())
}

fn described(of: &PyObjectRef, vm: &VirtualMachine) -> PyResult<PyDictRef> {
    of.clone()
        .downcast::<PyDict>()
        .map_err(|_| vm.new_type_error("a description is a dict".to_owned()))
}

fn word(of: &PyDictRef, key: &'static str, vm: &VirtualMachine) -> PyResult<Option<Rc<str>>> {
    match of.get_item_opt(key, vm)? {
        Some(value) => Ok(optional_text(&value, vm)?.map(|text| Rc::from(text.as_str()))),
        None => Ok(None),
    }
}

fn flag(of: &PyDictRef, key: &'static str, vm: &VirtualMachine) -> PyResult<bool> {
    match of.get_item_opt(key, vm)? {
        Some(value) => value.try_to_bool(vm),
        None => Ok(false),
    }
}

fn present(
    of: &PyDictRef,
    key: &'static str,
    vm: &VirtualMachine,
) -> PyResult<Option<PyObjectRef>> {
    Ok(of.get_item_opt(key, vm)?.filter(|value| !vm.is_none(value)))
}

/// A column from the dict that Python's `Column` makes of itself.
pub(super) fn column(of: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Column> {
    let of = described(of, vm)?;
    let name = word(&of, "name", vm)?.unwrap_or_else(|| Rc::from(""));
    let ty = match present(&of, "type", vm)? {
        Some(ty) => type_of(&ty, vm)?,
        None => crate::orm::sql::SqlType::Null,
    };
    let mut column = Column::new(&*name, ty);
    if let Some(key) = word(&of, "key", vm)? {
        column.key = key;
    }
    column.primary_key = flag(&of, "primary_key", vm)?;
    column.nullable = flag(&of, "nullable", vm)?;
    column.index = flag(&of, "index", vm)?;
    column.unique = flag(&of, "unique", vm)?;
    column.server_onupdate = flag(&of, "server_onupdate", vm)?;
    column.comment = word(&of, "comment", vm)?;
    column.autoincrement = match word(&of, "autoincrement", vm)?.as_deref() {
        Some("true") => Autoincrement::True,
        Some("false") => Autoincrement::False,
        Some("ignore_fk") => Autoincrement::IgnoreFk,
        _ => Autoincrement::Auto,
    };
    if let Some(default) = present(&of, "default", vm)? {
        column.default = Some(default_of(&default, vm)?);
    }
    if let Some(default) = present(&of, "onupdate", vm)? {
        column.onupdate = Some(default_of(&default, vm)?);
    }
    if let Some(default) = present(&of, "server_default", vm)? {
        column.server_default = Some(server_default(&default, vm)?);
    }
    if let Some(keys) = present(&of, "foreign_keys", vm)? {
        for key in list(&keys, vm)? {
            column.foreign_keys.push(foreign_key(&key, vm)?);
        }
    }
    Ok(column)
}

/// `("scalar", value)`, `("callable", function)` or `("sql", expression)`.
fn default_of(of: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Default_> {
    let parts = list(of, vm)?;
    let [kind, value] = &parts[..] else {
        return Err(vm.new_type_error("a default has a kind and a value".to_owned()));
    };
    Ok(match text(kind, vm)?.as_str() {
        "callable" => Default_::Callable(Rc::new(Host(value.clone()))),
        "sql" => Default_::Sql(expression(value, vm)?),
        _ => Default_::Scalar(to_value(value, vm)),
    })
}

/// `("text", words)`, `("sql", expression)`, `("fetched",)`, `("computed", expression, persisted)`, `("identity",)`.
fn server_default(of: &PyObjectRef, vm: &VirtualMachine) -> PyResult<ServerDefault> {
    let parts = list(of, vm)?;
    let kind = parts
        .first()
        .map(|kind| text(kind, vm))
        .transpose()?
        .unwrap_or_default();
    let first = parts.get(1).cloned().unwrap_or_else(|| vm.ctx.none());
    let second = parts.get(2).cloned().unwrap_or_else(|| vm.ctx.none());
    Ok(match kind.as_str() {
        "text" => ServerDefault::Text(Rc::from(text(&first, vm)?.as_str())),
        "sql" => ServerDefault::Sql(expression(&first, vm)?),
        "computed" => ServerDefault::Computed {
            sql: expression(&first, vm)?,
            persisted: optional(&second, |flag, vm| flag.to_owned().try_to_bool(vm), vm)?,
        },
        "identity" => ServerDefault::Identity,
        _ => ServerDefault::Fetched,
    })
}

fn foreign_key(of: &PyObjectRef, vm: &VirtualMachine) -> PyResult<ForeignKey> {
    let of = described(of, vm)?;
    let target = match of
        .get_item_opt("column", vm)?
        .filter(|column| !vm.is_none(column))
    {
        Some(column) => {
            let expr = expr_of(&column, vm)?;
            match expr.as_column() {
                Some((from, info)) => match from.as_table() {
                    Some(table) => FkTarget::column(table, info.key.as_str()),
                    None => {
                        return Err(vm.new_type_error(
                            "a foreign key points at a table's column".to_owned(),
                        ));
                    }
                },
                None => {
                    return Err(vm.new_type_error("a foreign key points at a column".to_owned()));
                }
            }
        }
        None => FkTarget::Name(word(&of, "target", vm)?.unwrap_or_else(|| Rc::from(""))),
    };
    let mut key = ForeignKey::with_target(target);
    key.name = word(&of, "name", vm)?;
    key.ondelete = word(&of, "ondelete", vm)?;
    key.onupdate = word(&of, "onupdate", vm)?;
    key.initially = word(&of, "initially", vm)?;
    key.use_alter = flag(&of, "use_alter", vm)?;
    key.deferrable = match present(&of, "deferrable", vm)? {
        Some(value) => Some(value.try_to_bool(vm)?),
        None => None,
    };
    Ok(key)
}

fn columns_of(columns: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<Column>> {
    list(columns, vm)?.iter().map(|of| column(of, vm)).collect()
}

fn constraint_of(of: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Constraint> {
    match kind_of(of, vm)? {
        Some(Kind::Constraint(constraint)) => Ok(constraint),
        _ => Err(vm.new_type_error("expected a constraint".to_owned())),
    }
}

/// `table(metadata, name, columns, constraints)`.
fn table(
    metadata: PyObjectRef,
    name: PyObjectRef,
    columns: PyObjectRef,
    constraints: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let metadata = metadata_of(&metadata, vm)?;
    let columns = columns_of(&columns, vm)?;
    let constraints: PyResult<Vec<_>> = list(&constraints, vm)?
        .iter()
        .map(|of| constraint_of(of, vm))
        .collect();
    let table = Table::new(&metadata, text(&name, vm)?, columns, constraints?)
        .map_err(|error| raise_sql(error, vm))?;
    wrap(Kind::From(table), vm)
}

fn table_lightweight(name: PyObjectRef, columns: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let table = Table::lightweight(text(&name, vm)?, columns_of(&columns, vm)?);
    wrap(Kind::From(table), vm)
}

fn as_table(of: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Table> {
    from_of(of, vm)?
        .as_table()
        .cloned()
        .ok_or_else(|| vm.new_type_error("expected a Table".to_owned()))
}

fn table_append_column(
    of: PyObjectRef,
    description: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let description = column(&description, vm)?;
    as_table(&of, vm)?.append_column(description);
    Ok(())
}

fn table_append_constraint(
    of: PyObjectRef,
    constraint: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    as_table(&of, vm)?.append_constraint(constraint_of(&constraint, vm)?);
    Ok(())
}

fn table_append_index(of: PyObjectRef, index: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    match kind_of(&index, vm)? {
        Some(Kind::Index(index)) => as_table(&of, vm)?.append_index(index),
        _ => return Err(vm.new_type_error("expected an Index".to_owned())),
    }
    Ok(())
}

/// `sql_quoted(name)`: the name as it stands in a statement.
fn sql_quoted(name: PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
    Ok(crate::orm::sql::compile::quote(&text(&name, vm)?).into_owned())
}

/// CREATE TABLE or DROP TABLE.
fn table_ddl(of: PyObjectRef, drop: bool, vm: &VirtualMachine) -> PyResult<String> {
    let from = from_of(&of, vm)?;
    if drop {
        return Ok(crate::orm::sql::schema::drop_table(&from));
    }
    crate::orm::sql::schema::create_table(&from).map_err(|error| raise_sql(error, vm))
}

/// The CREATE INDEX statements of a table.
fn index_ddl(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let from = from_of(&of, vm)?;
    let mut statements = Vec::new();
    for index in as_table(&of, vm)?.indexes() {
        let sql = crate::orm::sql::schema::create_index(&index, &from)
            .map_err(|error| raise_sql(error, vm))?;
        statements.push(vm.ctx.new_str(sql).into());
    }
    Ok(vm.ctx.new_list(statements).into())
}

/// Pairs of key and column, in order.
fn from_columns(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let mut pairs = Vec::new();
    for (key, column) in from_of(&of, vm)?.column_entries() {
        let pair = vec![
            vm.ctx.new_str(key.to_string()).into(),
            wrap_expr(column, vm)?,
        ];
        pairs.push(vm.ctx.new_tuple(pair).into());
    }
    Ok(vm.ctx.new_list(pairs).into())
}

fn from_column(of: PyObjectRef, key: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    match from_of(&of, vm)?.column(&text(&key, vm)?) {
        Some(column) => wrap_expr(column, vm),
        None => Ok(vm.ctx.none()),
    }
}

fn from_alias(of: PyObjectRef, name: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let name = optional_text(&name, vm)?;
    wrap(Kind::From(from_of(&of, vm)?.alias(name.as_deref())), vm)
}

fn from_name(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<String>> {
    Ok(from_of(&of, vm)?.name().map(|name| name.to_string()))
}

fn from_is_alias(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(!matches!(from_of(&of, vm)?.kind(), FromKind::Table(_)))
}

fn from_same(one: PyObjectRef, other: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(match (kind_of(&one, vm)?, kind_of(&other, vm)?) {
        (Some(Kind::From(one)), Some(Kind::From(other))) => one == other,
        _ => false,
    })
}

fn table_full_name(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
    Ok(as_table(&of, vm)?.full_name().to_string())
}

fn primary_key(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let columns: PyResult<Vec<_>> = from_of(&of, vm)?
        .primary_key()
        .into_iter()
        .map(|column| wrap_expr(column, vm))
        .collect();
    Ok(vm.ctx.new_list(columns?).into())
}

/// `constraint(kind, name, what)`: `pk` and `unique` take column names, `check` an expression, `fk` pairs of a
/// column name and a foreign key's description.
fn constraint(
    kind: PyObjectRef,
    name: PyObjectRef,
    what: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let names = |vm: &VirtualMachine| -> PyResult<Vec<Rc<str>>> {
        list(&what, vm)?
            .iter()
            .map(|name| text(name, vm).map(|name| Rc::from(name.as_str())))
            .collect()
    };
    let kind = match text(&kind, vm)?.as_str() {
        "pk" => ConstraintKind::PrimaryKey(names(vm)?),
        "unique" => ConstraintKind::Unique(names(vm)?),
        "check" => ConstraintKind::Check(expression(&what, vm)?),
        _ => {
            let mut pairs = Vec::new();
            for pair in list(&what, vm)? {
                let pair = list(&pair, vm)?;
                let [column, key] = &pair[..] else {
                    return Err(vm.new_type_error("expected a column and its target".to_owned()));
                };
                pairs.push((Rc::from(text(column, vm)?.as_str()), foreign_key(key, vm)?));
            }
            ConstraintKind::ForeignKey(pairs)
        }
    };
    let mut constraint = Constraint::new(kind);
    constraint.name = optional_text(&name, vm)?.map(|name| Rc::from(name.as_str()));
    wrap(Kind::Constraint(constraint), vm)
}

fn index(
    name: PyObjectRef,
    of: PyObjectRef,
    unique: bool,
    where_: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let index = Index {
        name: optional_text(&name, vm)?.map(|name| Rc::from(name.as_str())),
        expressions: expressions(&of, vm)?,
        unique,
        where_: optional(&where_, expression, vm)?,
    };
    wrap(Kind::Index(index), vm)
}

/// `constraint_name(table, constraint)`: what it is called in the database; None when it has no name.
fn constraint_name(
    of: PyObjectRef,
    constraint: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Option<String>> {
    let constraint = constraint_of(&constraint, vm)?;
    let name = crate::orm::sql::schema::constraint_name(&as_table(&of, vm)?, &constraint);
    Ok(name.map(|name| name.to_string()))
}

/// `index_name(table, index)`: the same for an index.
fn index_name(
    of: PyObjectRef,
    index: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Option<String>> {
    let Some(Kind::Index(index)) = kind_of(&index, vm)? else {
        return Err(vm.new_type_error("expected an Index".to_owned()));
    };
    let name = crate::orm::sql::schema::index_name(&index, &as_table(&of, vm)?);
    Ok(name.map(|name| name.to_string()))
}

/// `(name, key, primary_key, nullable)` of a table's column; None for another expression.
fn column_facts(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let Some(node) = of.downcast_ref::<Node>() else {
        return Ok(vm.ctx.none());
    };
    let Kind::Expr(expr) = node.kind() else {
        return Ok(vm.ctx.none());
    };
    let Some((from, info)) = expr.as_column() else {
        return Ok(vm.ctx.none());
    };
    let nullable = info.schema.as_ref().is_none_or(|column| column.nullable);
    Ok(vm
        .ctx
        .new_tuple(vec![
            vm.ctx.new_str(info.name.to_string()).into(),
            vm.ctx.new_str(info.key.to_string()).into(),
            vm.ctx.new_bool(info.primary_key).into(),
            vm.ctx.new_bool(nullable).into(),
            wrap(Kind::From(from.clone()), vm)?,
        ])
        .as_object()
        .to_owned())
}
