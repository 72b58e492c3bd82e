//! Queries as a whole: unions, subqueries, CTEs, EXISTS, and tables that are made of functions or values.

use std::rc::Rc;

use rustpython_vm::{PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::Module;
use super::expr::orderings;
use super::node::{
    Kind, expression, from_of, kind_of, list, lowered, operand, optional, optional_text, text,
    type_of, unknown_word, wrap, wrap_expr,
};
use super::role::Role;
use super::select::{label_style, number, ordering_role};
use crate::orm::sql::from::Values;
use crate::orm::sql::select::{CompoundKeyword, compound, label_reference};
use crate::orm::sql::{
    CompoundSelect, Expr, ExprKind, FromClause, FromKind, Name, Operand, Query, SqlType,
};

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        query_compound,
        query_order,
        query_number,
        query_subquery,
        query_lateral,
        query_cte,
        query_scalar,
        query_exists,
        query_columns,
        query_ctes,
        cte_compound,
        function_alias,
        table_valued,
        column_valued,
        values_from,
        query_label_style,
        from_query,
        scalar_correlate,
    );
    Ok(())
}

/// A select, union or text as a Core query.
fn query_of(of: &PyObject, vm: &VirtualMachine) -> PyResult<Query> {
    match kind_of(of, vm)? {
        Some(Kind::Select(select)) => lowered(&select, vm),
        Some(Kind::Query(query)) => Ok(query),
        Some(Kind::Statement(statement)) => Ok(Query::Dml(statement)),
        Some(Kind::Expr(expr)) => match expr.kind() {
            ExprKind::ScalarSubquery(query)
            | ExprKind::SelectGroup(query)
            | ExprKind::Exists(query) => Ok(query.clone()),
            _ => Err(not_a_query(of, vm)),
        },
        Some(Kind::From(from)) => match from.kind() {
            FromKind::Subquery { query, .. } => Ok(query.clone()),
            _ => Err(not_a_query(of, vm)),
        },
        _ => Err(not_a_query(of, vm)),
    }
}

fn not_a_query(of: &PyObject, vm: &VirtualMachine) -> rustpython_vm::builtins::PyBaseExceptionRef {
    Role::SetMember.unfit(of, vm)
}

/// `query_compound("union", selects)`.
fn query_compound(keyword: PyObjectRef, selects: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let keyword = compound_keyword(&keyword, vm)?;
    let selects: PyResult<Vec<_>> = list(&selects, vm)?
        .iter()
        .map(|select| query_of(select, vm))
        .collect();
    wrap(
        Kind::Query(Query::Compound(Rc::new(compound(keyword, selects?)))),
        vm,
    )
}

fn compound_keyword(keyword: &PyObject, vm: &VirtualMachine) -> PyResult<CompoundKeyword> {
    Ok(match text(keyword, vm)?.as_str() {
        "union_all" => CompoundKeyword::UnionAll,
        "except_" => CompoundKeyword::Except,
        "except_all" => CompoundKeyword::ExceptAll,
        "intersect" => CompoundKeyword::Intersect,
        "intersect_all" => CompoundKeyword::IntersectAll,
        "union" => CompoundKeyword::Union,
        other => return Err(unknown_word("a set operation", other, vm)),
    })
}

fn changed_compound(
    of: &PyObject,
    vm: &VirtualMachine,
    change: impl FnOnce(&mut CompoundSelect),
) -> PyResult {
    match query_of(of, vm)? {
        Query::Compound(known) => {
            let mut known = (*known).clone();
            change(&mut known);
            wrap(Kind::Query(Query::Compound(Rc::new(known))), vm)
        }
        _ => Err(not_a_query(of, vm)),
    }
}

fn query_order(
    of: PyObjectRef,
    which: PyObjectRef,
    clauses: PyObjectRef,
    reset: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let role = ordering_role(&text(&which, vm)?);
    let clauses: Vec<Expr> = orderings(role, &clauses, vm)?
        .into_iter()
        .map(label_reference)
        .collect();
    let clause: fn(&mut CompoundSelect) -> &mut Vec<Expr> = match text(&which, vm)?.as_str() {
        "group_by" => |compound| &mut compound.group_by,
        "order_by" => |compound| &mut compound.order_by,
        other => return Err(unknown_word("a clause of a compound", other, vm)),
    };
    changed_compound(&of, vm, |compound| {
        let into = clause(compound);
        if reset {
            into.clear();
        }
        into.extend(clauses);
    })
}

fn query_number(
    of: PyObjectRef,
    which: PyObjectRef,
    count: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let count = number(&count, vm)?;
    let clause: fn(&mut CompoundSelect) -> &mut Option<Expr> = match text(&which, vm)?.as_str() {
        "limit" => |compound| &mut compound.limit,
        "offset" => |compound| &mut compound.offset,
        other => return Err(unknown_word("a clause of a compound", other, vm)),
    };
    changed_compound(&of, vm, |compound| *clause(compound) = count)
}

fn query_label_style(of: PyObjectRef, style: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let style = label_style(&style, vm)?;
    changed_compound(&of, vm, |compound| compound.label_style = style)
}

/// `query_lateral(query, name)`.
fn query_lateral(of: PyObjectRef, name: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let name = optional_text(&name, vm)?;
    wrap(Kind::From(query_of(&of, vm)?.lateral(name.as_deref())), vm)
}

/// `from_query(from)`: the query that a subquery or CTE holds; None for other elements.
fn from_query(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    match from_of(&of, vm)?.kind() {
        FromKind::Subquery { query, .. } => wrap(Kind::Query(query.clone()), vm),
        FromKind::Cte(cte) => wrap(Kind::Query(cte.query.clone()), vm),
        _ => Ok(vm.ctx.none()),
    }
}

/// `scalar_correlate(scalar, froms, except)`: a scalar subquery that is correlated to those elements, or to all others.
fn scalar_correlate(
    of: PyObjectRef,
    froms: PyObjectRef,
    except: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let froms: PyResult<Vec<FromClause>> = list(&froms, vm)?
        .iter()
        .map(|from| match kind_of(from, vm)? {
            Some(Kind::Entity(entity)) => Ok(entity.selectable().clone()),
            _ => from_of(from, vm),
        })
        .collect();
    match query_of(&of, vm)? {
        Query::Select(select) => {
            let mut select = (*select).clone();
            let into = if except {
                &mut select.correlate_except
            } else {
                &mut select.correlate
            };
            into.get_or_insert_default().extend(froms?);
            wrap_expr(Query::Select(Rc::new(select)).scalar_subquery(), vm)
        }
        _ => Err(not_a_query(&of, vm)),
    }
}

fn query_ctes(of: PyObjectRef, ctes: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let ctes: PyResult<Vec<_>> = list(&ctes, vm)?
        .iter()
        .map(|cte| from_of(cte, vm))
        .collect();
    let ctes = ctes?;
    changed_compound(&of, vm, |compound| compound.ctes.extend(ctes))
}

fn query_subquery(of: PyObjectRef, name: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let name = optional_text(&name, vm)?;
    wrap(Kind::From(query_of(&of, vm)?.subquery(name.as_deref())), vm)
}

/// `query_cte(select, name, recursive, nesting)`.
fn query_cte(
    of: PyObjectRef,
    name: PyObjectRef,
    recursive: bool,
    nesting: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let name = optional_text(&name, vm)?;
    wrap(
        Kind::From(query_of(&of, vm)?.cte(name.as_deref(), recursive, nesting)),
        vm,
    )
}

/// `cte_compound(cte, "union_all", selects)`.
fn cte_compound(
    of: PyObjectRef,
    keyword: PyObjectRef,
    selects: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let keyword = compound_keyword(&keyword, vm)?;
    let selects: PyResult<Vec<_>> = list(&selects, vm)?
        .iter()
        .map(|select| query_of(select, vm))
        .collect();
    match from_of(&of, vm)?.cte_compound(keyword, selects?) {
        Some(cte) => wrap(Kind::From(cte), vm),
        None => Err(vm.new_type_error("only a CTE can be continued".to_owned())),
    }
}

fn query_scalar(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap_expr(query_of(&of, vm)?.scalar_subquery(), vm)
}

fn query_exists(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap_expr(query_of(&of, vm)?.exists(), vm)
}

/// Pairs of key and column that the select exports.
fn query_columns(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let mut pairs = Vec::new();
    for (key, column) in query_of(&of, vm)?.selected_columns() {
        let pair = vec![
            vm.ctx.new_str(key.to_string()).into(),
            wrap_expr(column, vm)?,
        ];
        pairs.push(vm.ctx.new_tuple(pair).into());
    }
    Ok(vm.ctx.new_list(pairs).into())
}

fn function_of(of: &PyObject, vm: &VirtualMachine) -> PyResult<Expr> {
    match operand(of, vm)? {
        Operand::Expr(expr) => Ok(expr),
        _ => Err(vm.new_type_error("expected a function".to_owned())),
    }
}

fn valued(
    function: Expr,
    columns: Vec<(Rc<str>, SqlType)>,
    name: Option<String>,
    is_column: bool,
) -> FromClause {
    let name = name.map_or_else(
        || Name::anonymous(crate::orm::sql::name::next_id(), "anon"),
        |name| Name::new(&name),
    );
    FromClause::new(FromKind::TableValued {
        function,
        name,
        columns,
        is_column,
    })
}

/// `func.f().alias(name)`.
fn function_alias(of: PyObjectRef, name: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let function = function_of(&of, vm)?;
    let column = function
        .name()
        .map_or_else(String::new, |name| name.to_string());
    let columns = vec![(Rc::from(column.as_str()), function.ty().clone())];
    wrap(
        Kind::From(valued(function, columns, optional_text(&name, vm)?, false)),
        vm,
    )
}

/// `func.f().table_valued("a", "b", name=…)`.
fn table_valued(
    of: PyObjectRef,
    columns: PyObjectRef,
    name: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let function = function_of(&of, vm)?;
    let columns: PyResult<Vec<_>> = list(&columns, vm)?
        .iter()
        .map(|column| text(column, vm).map(|name| (Rc::from(name.as_str()), SqlType::Null)))
        .collect();
    let name = optional_text(&name, vm)?;
    wrap(Kind::From(valued(function, columns?, name, false)), vm)
}

/// `func.f().column_valued(name)`: the one column of the function as a table.
fn column_valued(of: PyObjectRef, name: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let function = function_of(&of, vm)?;
    let name = optional_text(&name, vm)?;
    let column = match &name {
        Some(name) => name.clone(),
        None => function
            .name()
            .map_or_else(String::new, |name| name.to_string()),
    };
    let columns = vec![(Rc::from(column.as_str()), function.ty().clone())];
    let from = valued(function, columns, name, true);
    match from.columns().into_iter().next() {
        Some(column) => wrap_expr(column, vm),
        None => Err(vm.new_type_error("the function has no column".to_owned())),
    }
}

/// `values_from(name, columns, rows, literal_binds)`: `values(column("x", Integer), …).data([…])`.
fn values_from(
    name: PyObjectRef,
    columns: PyObjectRef,
    rows: PyObjectRef,
    literal_binds: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let mut described = Vec::new();
    for column in list(&columns, vm)? {
        let pair = list(&column, vm)?;
        let [key, ty] = &pair[..] else {
            return Err(vm.new_type_error("a column of values has a name and a type".to_owned()));
        };
        described.push((
            Rc::from(text(key, vm)?.as_str()),
            optional(ty, type_of, vm)?.unwrap_or(SqlType::Null),
        ));
    }
    let mut data = Vec::new();
    for row in list(&rows, vm)? {
        let mut cells = Vec::new();
        for (value, (_, ty)) in list(&row, vm)?.iter().zip(&described) {
            cells.push(match operand(value, vm)? {
                Operand::Expr(expr) => expr,
                Operand::Value(value) => crate::orm::sql::expr::literal(value, Some(ty.clone())),
                _ => expression(value, vm)?,
            });
        }
        data.push(cells);
    }
    let values = Values {
        name: optional_text(&name, vm)?.map(|name| Name::new(&name)),
        columns: described,
        rows: data,
        literal_binds,
    };
    wrap(Kind::From(FromClause::new(FromKind::Values(values))), vm)
}
