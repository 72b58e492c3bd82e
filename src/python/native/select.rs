//! `select()` and what is made of it. A scenario's select is one builder for rows and for mapped classes.

use std::rc::Rc;

use rustpython_vm::builtins::PyStr;
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::errors::{raise_sql, sqlalchemy};
use super::expr::orderings;
use super::node::{
    Kind, expression, from_of, kind_of, list, optional, query_option, select_of, text,
    unknown_word, wrap, wrap_expr,
};
use super::role::Role;
use super::value::Host;
use super::{Module, set};
use crate::orm::options::QueryOption;
use crate::orm::query::{self, BundleForm, FromItem, JoinStep, JoinTarget, RawColumn, Select};
use crate::orm::sql::ClauseAdapter;
use crate::orm::sql::expr::literal_column;
use crate::orm::sql::select::limit_param;
use crate::orm::sql::{Expr, ExprKind, FromClause, FromKind, LabelStyle, SqlType};
use crate::orm::{Alias, Entity};

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    macro_rules! functions {
        ($($name:ident),* $(,)?) => {$( set(module, stringify!($name), vm.new_function(stringify!($name), $name), vm)?; )*};
    }
    functions!(
        select,
        select_columns,
        select_criteria,
        select_order,
        select_number,
        select_flag,
        select_criteria_options,
        select_is_limited,
        select_calls,
        select_from,
        select_join,
        select_joined,
        select_options,
        select_correlate,
        select_affix,
        select_label_style,
        select_statement,
        select_ctes,
        select_is_orm,
        select_is_from_statement,
        select_where,
        select_filter_targets,
        select_replace_columns,
        select_adapt,
        select_entity_from,
        select_has_froms,
        select_offset,
        select_raw_columns,
    );
    Ok(())
}

fn changed(
    of: &PyObject,
    vm: &VirtualMachine,
    change: impl FnOnce(&mut Select) -> PyResult<()>,
) -> PyResult {
    let mut select = (*select_of(of, vm)?).clone();
    change(&mut select)?;
    wrap(Kind::Select(Rc::new(select)), vm)
}

fn is_number(of: &PyObject, vm: &VirtualMachine) -> bool {
    use rustpython_vm::builtins::{PyFloat, PyInt};
    of.downcast_ref::<PyFloat>().is_some()
        || of.downcast_ref::<PyInt>().is_some() && !of.class().is(vm.ctx.types.bool_type)
}

/// What `select()` takes; a table stands for all of its columns.
pub(super) fn raw_columns(of: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<RawColumn>> {
    let mut columns = Vec::new();
    for column in list(of, vm)? {
        match kind_of(&column, vm)? {
            Some(Kind::From(from)) => {
                columns.extend(from.columns().into_iter().map(RawColumn::Expr))
            }
            _ => columns.push(raw_column(&column, vm)?),
        }
    }
    Ok(columns)
}

/// What the columns of a bundle become: its `_make` makes one object of them.
fn bundle_form(of: &PyObject, vm: &VirtualMachine) -> PyResult<BundleForm> {
    if let Some(make) = vm.get_attribute_opt(of.to_owned(), "_make")? {
        return Ok(BundleForm::Made(Rc::new(Host(make))));
    }
    let is_single = of.get_attr("single_entity", vm)?.try_to_bool(vm)?;
    Ok(if is_single {
        BundleForm::Single
    } else {
        BundleForm::Row
    })
}

/// What `select()` takes: classes, columns, tables, text, bundles.
fn raw_column(of: &PyObject, vm: &VirtualMachine) -> PyResult<RawColumn> {
    if let Some(columns) = vm.get_attribute_opt(of.to_owned(), "exprs")?
        && of.downcast_ref::<super::node::Node>().is_none()
    {
        let columns: PyResult<Vec<_>> = list(&columns, vm)?
            .iter()
            .map(|column| raw_column(column, vm))
            .collect();
        let name = of.get_attr("name", vm)?;
        return Ok(RawColumn::Bundle {
            name: Rc::from(text(&name, vm)?.as_str()),
            columns: columns?,
            form: bundle_form(of, vm)?,
        });
    }
    Ok(match kind_of(of, vm)? {
        Some(Kind::Entity(entity)) => RawColumn::Entity(entity),
        Some(Kind::From(from)) => RawColumn::Expr(Expr::new(ExprKind::From(from), SqlType::Null)),
        Some(Kind::Expr(expr)) => RawColumn::Expr(expr),
        Some(Kind::Text(words)) => RawColumn::Expr((*words).clone().into_expr()),
        Some(Kind::Select(_) | Kind::Query(_)) => RawColumn::Expr(expression(of, vm)?),
        None if vm.is_none(of) => RawColumn::Expr(crate::orm::sql::expr::null()),
        None if is_number(of, vm) => RawColumn::Expr(literal_column(
            &*of.str(vm)?.to_string_lossy(),
            SqlType::Null,
        )),
        None if of
            .downcast_ref::<rustpython_vm::builtins::PyStr>()
            .is_some() =>
        {
            let words = text(of, vm)?;
            return Err(sqlalchemy(
                "sqlalchemy.exc.ArgumentError",
                &format!(
                    "Textual column expression '{words}' should be explicitly declared with text('{words}'), or use \
                     column('{words}') for more specificity"
                ),
                None,
                vm,
            ));
        }
        _ => {
            let shown = of
                .repr(vm)
                .map_or_else(|_| String::new(), |text| text.to_string());
            let hint = if of
                .downcast_ref::<rustpython_vm::builtins::PyList>()
                .is_some()
            {
                ". Did you mean to say select(...)?".replace("...", shown.trim_matches(['[', ']']))
            } else {
                String::new()
            };
            return Err(sqlalchemy(
                "sqlalchemy.exc.ArgumentError",
                &format!(
                    "Column expression, FROM clause, or other columns clause element expected, got {shown}{}",
                    if hint.is_empty() { "." } else { &hint }
                ),
                None,
                vm,
            ));
        }
    })
}

/// `select(columns)`.
fn select(columns: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let columns = raw_columns(&columns, vm);
    let select = Select {
        columns: columns?,
        ..Select::default()
    };
    wrap(Kind::Select(Rc::new(select)), vm)
}

/// `select_columns(select, columns)`: more of them.
fn select_columns(of: PyObjectRef, columns: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let columns = raw_columns(&columns, vm);
    let columns = columns?;
    changed(&of, vm, |select| {
        select.columns.extend(columns);
        Ok(())
    })
}

/// `select_replace_columns(select, columns)`: others instead.
fn select_replace_columns(of: PyObjectRef, columns: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let columns = raw_columns(&columns, vm);
    let columns = columns?;
    changed(&of, vm, |select| {
        select.replaced.extend(select.entities());
        select.columns = columns;
        Ok(())
    })
}

/// `select_adapt(from, clauses)`: expressions over what the FROM element selects, as expressions over it.
fn select_adapt(
    from: PyObjectRef,
    clauses: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Vec<PyObjectRef>> {
    let adapter = ClauseAdapter::new(&from_of(&from, vm)?);
    list(&clauses, vm)?
        .iter()
        .map(|clause| match kind_of(clause, vm)? {
            Some(Kind::Expr(expr)) => wrap_expr(adapter.traverse(&expr), vm),
            _ => Ok(clause.clone()),
        })
        .collect()
}

/// `select_entity_from(select, from)`: what the query selects, read from a FROM element that has it.
fn select_entity_from(of: PyObjectRef, from: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let select = select_of(&of, vm)?;
    let from = from_of(&from, vm)?;
    let adapter = ClauseAdapter::new(&from);
    let columns = select
        .columns
        .iter()
        .map(|column| read_from(column, &from, &adapter))
        .collect();
    let made = Select {
        columns,
        froms: vec![FromItem::From(from)],
        options: select.options.clone(),
        label_style: select.label_style,
        has_legacy_names: select.has_legacy_names,
        ..Select::default()
    };
    wrap(Kind::Select(Rc::new(made)), vm)
}

fn read_from(column: &RawColumn, from: &FromClause, adapter: &ClauseAdapter) -> RawColumn {
    match column {
        RawColumn::Entity(entity) => RawColumn::Entity(Entity::Alias(Alias::standing_for(
            entity.mapper(),
            from.clone(),
        ))),
        RawColumn::Expr(expr) => RawColumn::Expr(adapter.traverse(expr)),
        RawColumn::Bundle {
            name,
            columns,
            form,
        } => RawColumn::Bundle {
            name: Rc::clone(name),
            columns: columns
                .iter()
                .map(|column| read_from(column, from, adapter))
                .collect(),
            form: form.clone(),
        },
    }
}

/// Whether it says what it selects from, or what it joins.
fn select_has_froms(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    let select = select_of(&of, vm)?;
    Ok(!select.froms.is_empty() || !select.joins.is_empty())
}

/// Its OFFSET, when that is a number.
fn select_offset(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let select = select_of(&of, vm)?;
    let value = select
        .offset
        .as_ref()
        .and_then(|offset| match offset.kind() {
            ExprKind::Bind(bind) => match &bind.value {
                crate::orm::sql::BindValue::Value(value) => Some(value.clone()),
                _ => None,
            },
            _ => None,
        });
    value.map_or_else(
        || Ok(vm.ctx.none()),
        |value| super::value::to_python(&value, &SqlType::Integer, vm),
    )
}

/// What it selects: entities and expressions as they were given.
fn select_raw_columns(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    select_of(&of, vm)?
        .columns
        .iter()
        .map(|column| match column {
            RawColumn::Entity(entity) => wrap(Kind::Entity(entity.clone()), vm),
            RawColumn::Expr(expr) => wrap_expr(expr.clone(), vm),
            RawColumn::Bundle { name, .. } => Ok(vm.ctx.new_str(&**name).into()),
        })
        .collect()
}

/// The clause of a select that is a list of expressions, by its word.
fn clause_list(
    which: &PyObject,
    vm: &VirtualMachine,
) -> PyResult<fn(&mut Select) -> &mut Vec<Expr>> {
    Ok(match text(which, vm)?.as_str() {
        "where" => |select| &mut select.where_,
        "having" => |select| &mut select.having,
        "group_by" => |select| &mut select.group_by,
        "order_by" => |select| &mut select.order_by,
        "prefix" => |select| &mut select.prefixes,
        "suffix" => |select| &mut select.suffixes,
        other => return Err(unknown_word("a clause of a select", other, vm)),
    })
}

/// `select_criteria(select, "where" | "having", clauses)`.
fn select_criteria(
    of: PyObjectRef,
    which: PyObjectRef,
    clauses: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let clauses = Role::Criterion.clauses(&clauses, vm)?;
    let clause = clause_list(&which, vm)?;
    changed(&of, vm, |select| {
        clause(select).extend(clauses);
        Ok(())
    })
}

pub(super) fn ordering_role(which: &str) -> Role {
    if which == "group_by" {
        Role::GroupBy
    } else {
        Role::OrderBy
    }
}

/// `select_order(select, "order_by" | "group_by", clauses, reset)`.
fn select_order(
    of: PyObjectRef,
    which: PyObjectRef,
    clauses: PyObjectRef,
    reset: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let role = ordering_role(&text(&which, vm)?);
    let clauses = orderings(role, &clauses, vm)?;
    let clause = clause_list(&which, vm)?;
    changed(&of, vm, |select| {
        let into = clause(select);
        if reset {
            into.clear();
        }
        into.extend(clauses);
        Ok(())
    })
}

/// A number, an expression, or None.
pub(super) fn number(of: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<Expr>> {
    if vm.is_none(of) {
        return Ok(None);
    }
    if let Some(Kind::Expr(expr)) = kind_of(of, vm)? {
        return Ok(Some(expr));
    }
    match of.clone().try_to_value::<i64>(vm) {
        Ok(number) => Ok(Some(limit_param(number))),
        Err(_) => expression(of, vm).map(Some),
    }
}

/// `select_number(select, "limit" | "offset", number)`.
fn select_number(
    of: PyObjectRef,
    which: PyObjectRef,
    count: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let count = number(&count, vm)?;
    let clause: fn(&mut Select) -> &mut Option<Expr> = match text(&which, vm)?.as_str() {
        "limit" => |select| &mut select.limit,
        "offset" => |select| &mut select.offset,
        other => return Err(unknown_word("a clause of a select", other, vm)),
    };
    changed(&of, vm, |select| {
        *clause(select) = count;
        Ok(())
    })
}

/// `select_flag(select, "distinct" | "legacy_names", value)`.
fn select_flag(of: PyObjectRef, which: PyObjectRef, value: bool, vm: &VirtualMachine) -> PyResult {
    let flag: fn(&mut Select) -> &mut bool = match text(&which, vm)?.as_str() {
        "distinct" => |select| &mut select.distinct,
        "legacy_names" => |select| &mut select.has_legacy_names,
        other => return Err(unknown_word("a flag of a select", other, vm)),
    };
    changed(&of, vm, |select| {
        *flag(select) = value;
        Ok(())
    })
}

/// `select_criteria_options(select)`: those of its options that hold for entities wherever they are read.
fn select_criteria_options(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    select_of(&of, vm)?
        .options
        .iter()
        .filter_map(|option| match option {
            QueryOption::Criteria(criteria) => Some(wrap(Kind::Criteria(Rc::clone(criteria)), vm)),
            QueryOption::Load(_) => None,
        })
        .collect()
}

/// `select_calls(select)`: the methods of a query that it is not as it would be without, as messages name them.
fn select_calls(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    let select = select_of(&of, vm)?;
    let has_froms = !select.froms.is_empty() || !select.joins.is_empty();
    let calls = [
        (select.limit.is_some(), "limit()"),
        (select.offset.is_some(), "offset()"),
        (!select.order_by.is_empty(), "order_by()"),
        (!select.group_by.is_empty(), "group_by()"),
        (select.distinct, "distinct()"),
        (
            has_froms,
            "join(), outerjoin(), select_from(), or from_self()",
        ),
    ];
    Ok(calls
        .into_iter()
        .filter(|(is_called, _)| *is_called)
        .map(|(_, name)| vm.ctx.new_str(name).into())
        .collect())
}

/// `select_is_limited(select)`: whether it has a LIMIT or an OFFSET.
fn select_is_limited(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    let select = select_of(&of, vm)?;
    Ok(select.limit.is_some() || select.offset.is_some())
}

fn from_item(role: Role, of: &PyObject, vm: &VirtualMachine) -> PyResult<FromItem> {
    match kind_of(of, vm)? {
        Some(Kind::Entity(entity)) => Ok(FromItem::Entity(entity)),
        Some(Kind::From(from)) => Ok(FromItem::From(from)),
        Some(Kind::Text(words)) => Ok(FromItem::From(FromClause::new(FromKind::Text(
            (*words).clone().into_expr(),
        )))),
        Some(Kind::Expr(expr))
            if role == Role::JoinTarget && expr.entity().and_then(Entity::find).is_some() =>
        {
            let entity = expr.entity().and_then(Entity::find);
            let owner = entity.map_or_else(String::new, |entity| entity.name().to_string());
            let key = expr.annotations().proxy_key.clone().unwrap_or_default();
            Err(sqlalchemy(
                "sqlalchemy.exc.ArgumentError",
                &format!("Join target {owner}.{key} does not refer to a mapped entity"),
                None,
                vm,
            ))
        }
        None if role == Role::From && of.downcast_ref::<PyStr>().is_some() => {
            let words = text(of, vm)?;
            let words = format!(
                "Textual SQL expression '{words}' should be explicitly declared as text('{words}')"
            );
            Err(sqlalchemy("sqlalchemy.exc.ArgumentError", &words, None, vm))
        }
        _ => Err(role.unfit(of, vm)),
    }
}

fn select_from(of: PyObjectRef, froms: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let froms: PyResult<Vec<_>> = list(&froms, vm)?
        .iter()
        .map(|from| from_item(Role::From, from, vm))
        .collect();
    let froms = froms?;
    changed(&of, vm, |select| {
        select.froms.extend(froms);
        Ok(())
    })
}

/// `select_join(select, left, target, on, outer, full)`.
fn select_join(
    of: PyObjectRef,
    left: PyObjectRef,
    target: PyObjectRef,
    on: PyObjectRef,
    outer: bool,
    full: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let left = optional(&left, |left, vm| from_item(Role::From, left, vm), vm)?;
    let target = join_target(&target, &on, vm)?;
    changed(&of, vm, |select| {
        select.joins.push(JoinStep {
            target,
            left,
            outer,
            full,
        });
        Ok(())
    })
}

/// `select_joined(left, right, on, outer, full)`: a FROM element of mapped classes, `join(Author, Book, Author.books)`.
fn select_joined(
    left: PyObjectRef,
    right: PyObjectRef,
    on: PyObjectRef,
    outer: bool,
    full: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let left = from_item(Role::From, &left, vm)?;
    let from = match join_target(&right, &on, vm)? {
        JoinTarget::Relationship(path) => query::joined(left.selectable(), &path, outer, full),
        JoinTarget::Item { item, on } => left
            .selectable()
            .join(item.selectable(), on, outer, full)
            .map_err(|error| raise_sql(error, vm))?,
    };
    wrap(Kind::From(from), vm)
}

fn join_target(target: &PyObject, on: &PyObject, vm: &VirtualMachine) -> PyResult<JoinTarget> {
    if let Some(Kind::Relationship(path)) = kind_of(target, vm)? {
        return Ok(JoinTarget::Relationship(*path));
    }
    // `join(alias, Author.books)`: the relationship, to that target.
    if let Some(Kind::Relationship(path)) = optional(on, kind_of, vm)?.flatten() {
        let mut path = *path;
        if let FromItem::Entity(entity) = from_item(Role::JoinTarget, target, vm)? {
            path.target = Some(entity);
        }
        return Ok(JoinTarget::Relationship(path));
    }
    Ok(JoinTarget::Item {
        item: from_item(Role::JoinTarget, target, vm)?,
        on: optional(on, |on, vm| Role::On.clause(on, vm), vm)?,
    })
}

fn select_options(of: PyObjectRef, options: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let options: PyResult<Vec<_>> = list(&options, vm)?
        .iter()
        .map(|option| match query_option(option, vm)? {
            Some(option) => Ok(option),
            None => Err(sqlalchemy(
                "sqlalchemy.exc.ArgumentError",
                &format!(
                    "ExecutionOption Core or ORM object expected, got {}.",
                    option.repr(vm)?
                ),
                None,
                vm,
            )),
        })
        .collect();
    let options = options?;
    changed(&of, vm, |select| {
        select.options.extend(options);
        Ok(())
    })
}

/// `select_correlate(select, froms, except)`; None instead of a list correlates nothing.
fn select_correlate(
    of: PyObjectRef,
    froms: PyObjectRef,
    except: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let froms = if vm.is_none(&froms) {
        Vec::new()
    } else {
        let froms: PyResult<Vec<_>> = list(&froms, vm)?
            .iter()
            .map(|from| from_item(Role::From, from, vm).map(|item| item.selectable().clone()))
            .collect();
        froms?
    };
    changed(&of, vm, |select| {
        if except {
            select
                .correlate_except
                .get_or_insert_default()
                .extend(froms);
        } else {
            select.correlate.get_or_insert_default().extend(froms);
        }
        Ok(())
    })
}

/// `select_affix(select, "prefix" | "suffix", clauses)`.
fn select_affix(
    of: PyObjectRef,
    which: PyObjectRef,
    clauses: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let clauses: PyResult<Vec<Expr>> = list(&clauses, vm)?
        .iter()
        .map(|clause| affix(clause, vm))
        .collect();
    let clauses = clauses?;
    let clause = clause_list(&which, vm)?;
    changed(&of, vm, |select| {
        clause(select).extend(clauses);
        Ok(())
    })
}

/// Words as they stand.
pub(super) fn affix(clause: &PyObject, vm: &VirtualMachine) -> PyResult<Expr> {
    if clause
        .downcast_ref::<rustpython_vm::builtins::PyStr>()
        .is_some()
    {
        return Ok(crate::orm::sql::expr::TextClause::new(text(clause, vm)?).into_expr());
    }
    expression(clause, vm)
}

pub(super) fn label_style(style: &PyObject, vm: &VirtualMachine) -> PyResult<LabelStyle> {
    Ok(match text(style, vm)?.as_str() {
        "none" => LabelStyle::None,
        "tablename_plus_col" => LabelStyle::TablenamePlusCol,
        "disambiguate_only" => LabelStyle::DisambiguateOnly,
        other => return Err(unknown_word("a label style", other, vm)),
    })
}

fn select_label_style(of: PyObjectRef, style: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let style = label_style(&style, vm)?;
    changed(&of, vm, |select| {
        select.label_style = style;
        Ok(())
    })
}

/// `select_statement(select, statement)`: the statement stands for the SELECT.
fn select_statement(of: PyObjectRef, statement: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let statement = match kind_of(&statement, vm)? {
        // A query over entities stays one: what it loads eagerly is in its statement.
        Some(Kind::Select(inner)) if inner.is_orm() => {
            super::orm::ensure(vm)?;
            crate::orm::query::statement(&inner).map_err(|error| super::errors::raise(error, vm))?
        }
        _ => super::statement::executable(&statement, vm)?,
    };
    changed(&of, vm, |select| {
        select.from_statement = Some(statement);
        Ok(())
    })
}

fn select_ctes(of: PyObjectRef, ctes: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let ctes: PyResult<Vec<_>> = list(&ctes, vm)?
        .iter()
        .map(|cte| from_of(cte, vm))
        .collect();
    let ctes = ctes?;
    changed(&of, vm, |select| {
        select.ctes.extend(ctes);
        Ok(())
    })
}

/// The criteria of its WHERE.
fn select_where(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let criteria: PyResult<Vec<_>> = select_of(&of, vm)?
        .where_
        .iter()
        .map(|criterion| wrap_expr(criterion.clone(), vm))
        .collect();
    Ok(vm.ctx.new_list(criteria?).into())
}

fn select_is_orm(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(match kind_of(&of, vm)? {
        Some(Kind::Select(select)) => select.is_orm() || select.from_statement.is_some(),
        _ => false,
    })
}

/// The classes, aliases and FROM elements that `filter_by()` looks for a name in: those joined, those named, and those
/// of the columns.
fn select_filter_targets(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let select = select_of(&of, vm)?;
    let mut items: Vec<FromItem> = Vec::new();
    let mut add = |item: FromItem| {
        let known = items.iter().any(|known| match (known, &item) {
            (FromItem::Entity(known), FromItem::Entity(item)) => known == item,
            (known, item) => known.selectable() == item.selectable(),
        });
        if !known {
            items.push(item);
        }
    };
    for column in &select.columns {
        match column {
            RawColumn::Entity(entity) => add(FromItem::Entity(entity.clone())),
            RawColumn::Expr(expr) => match Entity::of_expr(expr) {
                Some(entity) => add(FromItem::Entity(entity)),
                None => expr
                    .from_objects()
                    .into_iter()
                    .map(FromItem::From)
                    .for_each(&mut add),
            },
            RawColumn::Bundle { .. } => {}
        }
    }
    for from in &select.froms {
        match from {
            FromItem::From(from) => from
                .from_objects()
                .into_iter()
                .map(FromItem::From)
                .for_each(&mut add),
            entity @ FromItem::Entity(_) => add(entity.clone()),
        }
    }
    for step in &select.joins {
        match &step.target {
            JoinTarget::Relationship(path) => add(FromItem::Entity(path.target())),
            JoinTarget::Item { item, .. } => add(item.clone()),
        }
    }
    let nodes: PyResult<Vec<_>> = items
        .into_iter()
        .map(|item| match item {
            FromItem::Entity(entity) => wrap(Kind::Entity(entity), vm),
            FromItem::From(from) => wrap(Kind::From(from), vm),
        })
        .collect();
    Ok(vm.ctx.new_list(nodes?).into())
}

/// Whether it stands for another statement.
fn select_is_from_statement(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(select_of(&of, vm)?.from_statement.is_some())
}
