//! `insert()`, `update()`, `delete()`; the text of any statement; and the values it is given.

use std::rc::Rc;

use rustpython_vm::builtins::PyStr;
use rustpython_vm::{PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::Module;
use super::errors::{raise, raise_sql, sqlalchemy};
use super::node::{
    Kind, class_named, expression, from_of, kind_of, list, lowered, optional, statement_of, text,
    value_operand, wrap, wrap_as,
};
use super::role::Role;
use super::select::affix;
use super::value::bind_to_python;
use crate::orm::criteria::StatementCriteria;
use crate::orm::query;
use crate::orm::sql::compile::Style;
use crate::orm::sql::dml::{OnConflict, RowValues};
use crate::orm::sql::{
    CompileOptions, Compiled, Delete, Expr, FromClause, Insert, Statement, Update, compile,
};

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        insert,
        update,
        delete,
        dml_values,
        dml_many_values,
        dml_where,
        dml_returning,
        dml_prefix,
        dml_select,
        dml_on_conflict,
        dml_inline,
        dml_kind,
        dml_table,
        compile_text,
        compile_params,
    );
    Ok(())
}

fn wrap_statement(statement: Statement, vm: &VirtualMachine) -> PyResult {
    let class = match &statement {
        Statement::Insert(_) => "insert",
        Statement::Update(_) => "update",
        _ => "delete",
    };
    let class = class_named(class, vm)?;
    wrap_as(Kind::Statement(Rc::new(statement)), class, vm)
}

/// The table of a statement: a Table, or the table of a mapped class.
fn table_of(of: &PyObject, vm: &VirtualMachine) -> PyResult<FromClause> {
    match kind_of(of, vm)? {
        Some(Kind::Entity(entity)) => Ok(entity.selectable().clone()),
        _ => from_of(of, vm),
    }
}

fn insert(table: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap_statement(Insert::new(&table_of(&table, vm)?).into_statement(), vm)
}

fn update(table: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap_statement(Update::new(&table_of(&table, vm)?).into_statement(), vm)
}

fn delete(table: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    wrap_statement(Delete::new(&table_of(&table, vm)?).into_statement(), vm)
}

fn unfit(what: &str, vm: &VirtualMachine) -> rustpython_vm::builtins::PyBaseExceptionRef {
    vm.new_type_error(format!("{what} does not fit this statement"))
}

/// A row of values, from pairs; keys are names, columns or attributes.
fn row(pairs: &PyObjectRef, vm: &VirtualMachine) -> PyResult<RowValues> {
    let mut values = Vec::new();
    for pair in list(pairs, vm)? {
        let pair = list(&pair, vm)?;
        let [key, value] = &pair[..] else {
            return Err(vm.new_type_error("expected pairs of a column and a value".to_owned()));
        };
        values.push((key_of(key, vm)?, value_operand(value, vm)?));
    }
    Ok(values)
}

/// The key of the column that a name, a column or an attribute stands for.
pub(super) fn key_of(of: &PyObject, vm: &VirtualMachine) -> PyResult<Rc<str>> {
    if of.downcast_ref::<PyStr>().is_some() {
        return Ok(Rc::from(text(of, vm)?.as_str()));
    }
    let expr = expression(of, vm)?;
    let key = expr
        .as_column()
        .map(|(_, info)| info.key.to_string())
        .or_else(|| expr.key().map(|key| key.to_string()));
    key.map(|key| Rc::from(key.as_str()))
        .ok_or_else(|| vm.new_type_error("expected a column".to_owned()))
}

/// `dml_values(statement, pairs, ordered)`.
fn dml_values(of: PyObjectRef, pairs: PyObjectRef, ordered: bool, vm: &VirtualMachine) -> PyResult {
    let values = row(&pairs, vm)?;
    let merge = |known: &mut RowValues| {
        for (key, value) in values {
            match known.iter_mut().find(|(known, _)| *known == key) {
                Some(entry) => entry.1 = value,
                None => known.push((key, value)),
            }
        }
    };
    match &*statement_of(&of, vm)? {
        Statement::Insert(insert) => {
            let mut insert = (**insert).clone();
            merge(&mut insert.values);
            wrap_statement(insert.into_statement(), vm)
        }
        Statement::Update(update) => {
            let mut update = (**update).clone();
            merge(&mut update.values);
            update.preserve_order |= ordered;
            wrap_statement(update.into_statement(), vm)
        }
        _ => Err(unfit("values()", vm)),
    }
}

/// `dml_many_values(statement, rows)`: several rows in one VALUES.
fn dml_many_values(of: PyObjectRef, rows: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let rows: PyResult<Vec<_>> = list(&rows, vm)?
        .iter()
        .map(|pairs| row(pairs, vm))
        .collect();
    match &*statement_of(&of, vm)? {
        Statement::Insert(insert) => {
            let mut insert = (**insert).clone();
            insert.multi_values.extend(rows?);
            wrap_statement(insert.into_statement(), vm)
        }
        _ => Err(unfit("a list of values()", vm)),
    }
}

fn dml_where(of: PyObjectRef, clauses: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let clauses = Role::Criterion.clauses(&clauses, vm)?;
    match &*statement_of(&of, vm)? {
        Statement::Update(update) => {
            let mut update = (**update).clone();
            update.where_.extend(clauses);
            wrap_statement(update.into_statement(), vm)
        }
        Statement::Delete(delete) => {
            let mut delete = (**delete).clone();
            delete.where_.extend(clauses);
            wrap_statement(delete.into_statement(), vm)
        }
        _ => Err(unfit("where()", vm)),
    }
}

/// What RETURNING takes: columns, or all of a table or class.
fn returned(of: &PyObject, vm: &VirtualMachine) -> PyResult<Vec<Expr>> {
    Ok(match kind_of(of, vm)? {
        Some(Kind::From(from)) => from.columns(),
        Some(Kind::Entity(entity)) => entity.selectable().columns(),
        _ => vec![expression(of, vm)?],
    })
}

/// `dml_returning(statement, columns, sort_by_parameter_order)`.
fn dml_returning(
    of: PyObjectRef,
    columns: PyObjectRef,
    sorted: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let mut returning = Vec::new();
    for column in list(&columns, vm)? {
        returning.extend(returned(&column, vm)?);
    }
    let statement = match &*statement_of(&of, vm)? {
        Statement::Insert(insert) => {
            let mut insert = (**insert).clone();
            insert.returning.extend(returning);
            insert.sort_by_parameter_order |= sorted;
            insert.into_statement()
        }
        Statement::Update(update) => {
            let mut update = (**update).clone();
            update.returning.extend(returning);
            update.into_statement()
        }
        Statement::Delete(delete) => {
            let mut delete = (**delete).clone();
            delete.returning.extend(returning);
            delete.into_statement()
        }
        _ => return Err(unfit("returning()", vm)),
    };
    wrap_statement(statement, vm)
}

fn dml_prefix(of: PyObjectRef, clauses: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let clauses: PyResult<Vec<Expr>> = list(&clauses, vm)?
        .iter()
        .map(|clause| affix(clause, vm))
        .collect();
    let clauses = clauses?;
    let statement = match &*statement_of(&of, vm)? {
        Statement::Insert(insert) => {
            let mut insert = (**insert).clone();
            insert.prefixes.extend(clauses);
            insert.into_statement()
        }
        Statement::Update(update) => {
            let mut update = (**update).clone();
            update.prefixes.extend(clauses);
            update.into_statement()
        }
        Statement::Delete(delete) => {
            let mut delete = (**delete).clone();
            delete.prefixes.extend(clauses);
            delete.into_statement()
        }
        _ => return Err(unfit("prefix_with()", vm)),
    };
    wrap_statement(statement, vm)
}

/// `dml_select(insert, names, select)`: INSERT … SELECT.
fn dml_select(
    of: PyObjectRef,
    names: PyObjectRef,
    select: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let names: PyResult<Vec<Rc<str>>> = list(&names, vm)?
        .iter()
        .map(|name| key_of(name, vm))
        .collect();
    let query = match kind_of(&select, vm)? {
        Some(Kind::Select(select)) => lowered(&select, vm)?,
        Some(Kind::Query(query)) => query,
        _ => return Err(unfit("from_select()", vm)),
    };
    match &*statement_of(&of, vm)? {
        Statement::Insert(insert) => {
            let mut insert = (**insert).clone();
            insert.select = Some((names?, query));
            wrap_statement(insert.into_statement(), vm)
        }
        _ => Err(unfit("from_select()", vm)),
    }
}

/// `dml_on_conflict(insert, elements, index_where, update_pairs, where)`; no pairs is DO NOTHING.
fn dml_on_conflict(
    of: PyObjectRef,
    elements: PyObjectRef,
    index_where: PyObjectRef,
    pairs: PyObjectRef,
    where_: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let mut named = Vec::new();
    for element in list(&elements, vm)? {
        named.push(if element.downcast_ref::<PyStr>().is_some() {
            crate::orm::sql::expr::column(text(&element, vm)?)
        } else {
            expression(&element, vm)?
        });
    }
    let conflict = OnConflict {
        elements: named,
        index_where: optional(&index_where, expression, vm)?,
        update: if vm.is_none(&pairs) {
            None
        } else {
            Some(row(&pairs, vm)?)
        },
        where_: optional(&where_, expression, vm)?,
    };
    match &*statement_of(&of, vm)? {
        Statement::Insert(insert) => {
            let mut insert = (**insert).clone();
            insert.on_conflict = Some(conflict);
            wrap_statement(insert.into_statement(), vm)
        }
        _ => Err(unfit("on_conflict", vm)),
    }
}

fn dml_inline(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    match &*statement_of(&of, vm)? {
        Statement::Insert(insert) => {
            let mut insert = (**insert).clone();
            insert.inline = true;
            wrap_statement(insert.into_statement(), vm)
        }
        _ => Err(unfit("inline()", vm)),
    }
}

fn dml_kind(of: PyObjectRef, vm: &VirtualMachine) -> PyResult<&'static str> {
    Ok(match &*statement_of(&of, vm)? {
        Statement::Insert(_) => "insert",
        Statement::Update(_) => "update",
        Statement::Delete(_) => "delete",
        _ => "other",
    })
}

fn dml_table(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let table = match &*statement_of(&of, vm)? {
        Statement::Insert(insert) => insert.table.clone(),
        Statement::Update(update) => update.table.clone(),
        Statement::Delete(delete) => delete.table.clone(),
        _ => return Err(unfit("a table", vm)),
    };
    wrap(Kind::From(table), vm)
}

/// What can be executed, as Core knows it.
pub(super) fn executable(of: &PyObject, vm: &VirtualMachine) -> PyResult<Statement> {
    Ok(match kind_of(of, vm)? {
        Some(Kind::Select(select)) => {
            if select.is_orm() {
                super::orm::ensure(vm)?;
            }
            lowered(&select, vm)?.statement()
        }
        Some(Kind::Query(query)) => query.statement(),
        Some(Kind::Statement(statement)) => (*statement).clone(),
        Some(Kind::Text(words)) => Statement::Text(words),
        Some(Kind::Expr(expr)) => Statement::Expr(expr),
        _ => {
            let shown = of
                .repr(vm)
                .map_or_else(|_| String::new(), |text| text.to_string());
            return Err(sqlalchemy(
                "sqlalchemy.exc.ObjectNotExecutableError",
                &format!("Not an executable object: {shown}"),
                None,
                vm,
            ));
        }
    })
}

/// The columns that a statement without values of its own is about: all of its table's.
fn all_keys(statement: &Statement) -> Option<Vec<Rc<str>>> {
    let table = match statement {
        Statement::Insert(insert)
            if insert.values.is_empty()
                && insert.multi_values.is_empty()
                && insert.select.is_none() =>
        {
            &insert.table
        }
        Statement::Update(update) if update.values.is_empty() => &update.table,
        _ => return None,
    };
    Some(
        table
            .column_entries()
            .into_iter()
            .map(|(key, _)| Rc::from(key.as_str()))
            .collect(),
    )
}

/// The statement's text with what it needs; entities with their eager loads, as a session would send it.
fn compiled(of: &PyObject, options: &CompileOptions, vm: &VirtualMachine) -> PyResult<Compiled> {
    let statement = match kind_of(of, vm)? {
        Some(Kind::Select(select)) if select.is_orm() => {
            super::orm::ensure(vm)?;
            query::statement(&select).map_err(|error| raise(error, vm))?
        }
        Some(Kind::From(from)) => Statement::Expr(Expr::new(
            crate::orm::sql::ExprKind::From(from),
            crate::orm::sql::SqlType::Null,
        )),
        _ => executable(of, vm)?,
    };
    let criteria = match kind_of(of, vm)? {
        Some(Kind::Select(select)) => StatementCriteria::of(&select.options),
        _ => None,
    };
    // `values()` without any says that there are none; without it there is one for each column.
    let says_none = vm
        .get_attribute_opt(of.to_owned(), "_has_no_values")?
        .is_some();
    let keys = || {
        if says_none {
            None
        } else {
            all_keys(&statement)
        }
    };
    let options = &CompileOptions {
        criteria: criteria.clone().map(|criteria| Rc::new(criteria) as _),
        column_keys: options.column_keys.clone().or_else(keys),
        ..options.clone()
    };
    let compiled = compile(&statement, options).map_err(|error| raise_sql(error, vm))?;
    criteria
        .map_or(Ok(()), |criteria| criteria.check())
        .map_err(|error| raise(error, vm))?;
    Ok(compiled)
}

/// `compile_text(element, for_sqlite, literal_binds)`.
fn compile_text(
    of: PyObjectRef,
    for_sqlite: bool,
    literal_binds: bool,
    vm: &VirtualMachine,
) -> PyResult<String> {
    let options = CompileOptions {
        style: if for_sqlite {
            Style::Sqlite
        } else {
            Style::Plain
        },
        literal_binds,
        ..CompileOptions::default()
    };
    Ok(compiled(&of, &options, vm)?.sql.to_string())
}

/// The values of a statement's parameters, by name.
fn compile_params(of: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let options = CompileOptions {
        style: Style::Plain,
        ..CompileOptions::default()
    };
    let dict = vm.ctx.new_dict();
    for bind in &compiled(&of, &options, vm)?.binds {
        let value = bind_to_python(&bind.value, &bind.ty, vm)?;
        dict.set_item(&*bind.name, value, vm)?;
    }
    Ok(dict.into())
}
