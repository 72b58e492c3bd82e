//! Asking a database for its schema: the statements that do it, and what the text of a table says.

use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use super::Module;
use super::node::{optional_text, text, unknown_word};
use crate::orm::sql::schema::reflect::{self, ForeignKeyText, Names, Parsed};

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(module, vm; reflect_names, reflect_pragmas, reflect_text, reflect_facts);
    Ok(())
}

/// `reflect_names(which, schema, internal)`: the statement that lists `tables`, `views`, `temp_tables` or `temp_views`.
fn reflect_names(
    which: PyObjectRef,
    schema: PyObjectRef,
    internal: bool,
    vm: &VirtualMachine,
) -> PyResult<String> {
    let which = match text(&which, vm)?.as_str() {
        "tables" => Names::Tables,
        "views" => Names::Views,
        "temp_tables" => Names::TemporaryTables,
        "temp_views" => Names::TemporaryViews,
        other => return Err(unknown_word("a kind of names", other, vm)),
    };
    let schema = optional_text(&schema, vm)?;
    Ok(reflect::names(which, schema.as_deref(), internal))
}

/// `reflect_pragmas(fact, schema, table)`: the statements that ask for it, until one is answered.
fn reflect_pragmas(
    fact: PyObjectRef,
    schema: PyObjectRef,
    table: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Vec<PyObjectRef>> {
    let schema = optional_text(&schema, vm)?;
    let found = reflect::pragmas(&text(&fact, vm)?, schema.as_deref(), &text(&table, vm)?);
    Ok(found
        .into_iter()
        .map(|sql| vm.ctx.new_str(sql).into())
        .collect())
}

/// `reflect_text(kind, schema)`: the statement that asks for the text of a `table`, `view` or `index`, or for the `schemas`.
fn reflect_text(kind: PyObjectRef, schema: PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
    let schema = optional_text(&schema, vm)?;
    let schema = schema.as_deref();
    Ok(match text(&kind, vm)?.as_str() {
        "schemas" => reflect::schemas().to_owned(),
        "table" => reflect::text_of_table(schema),
        "view" => reflect::text_of_view(schema),
        "index" => reflect::text_of_index(schema),
        other => return Err(unknown_word("a kind of text", other, vm)),
    })
}

/// `reflect_facts(kind, text, column)`: what the text of a table or an index says.
fn reflect_facts(
    kind: PyObjectRef,
    of: PyObjectRef,
    column: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult {
    let of = text(&of, vm)?;
    let parsed = Parsed::new(&of);
    let known = |name: Option<String>| name.map_or_else(|| vm.ctx.none(), |name| string(&name, vm));
    Ok(match text(&kind, vm)?.as_str() {
        "primary_key" => known(parsed.primary_key_name()),
        "foreign_keys" => {
            let found = parsed.foreign_keys().into_iter();
            let found = found
                .map(|key| foreign_key(key, vm))
                .collect::<PyResult<_>>()?;
            vm.ctx.new_list(found).into()
        }
        "uniques" => {
            let found = parsed.uniques().into_iter();
            let found = found.map(|(name, columns)| pair(known(name), strings(&columns, vm), vm));
            vm.ctx.new_list(found.collect()).into()
        }
        "checks" => {
            let found = parsed.checks().into_iter();
            let found = found.map(|(name, check)| pair(known(name), string(&check, vm), vm));
            vm.ctx.new_list(found.collect()).into()
        }
        "options" => {
            let (without_rowid, strict) = parsed.options();
            let flag = |flag: bool| vm.ctx.new_bool(flag).into();
            pair(flag(without_rowid), flag(strict), vm)
        }
        "generated" => known(parsed.generated(&text(&column, vm)?)),
        "predicate" => known(parsed.predicate()),
        other => return Err(unknown_word("a fact of a table", other, vm)),
    })
}

fn string(text: &str, vm: &VirtualMachine) -> PyObjectRef {
    vm.ctx.new_str(text).into()
}

fn strings(texts: &[String], vm: &VirtualMachine) -> PyObjectRef {
    let texts = texts.iter().map(|text| string(text, vm));
    vm.ctx.new_list(texts.collect()).into()
}

fn pair(one: PyObjectRef, other: PyObjectRef, vm: &VirtualMachine) -> PyObjectRef {
    vm.ctx.new_tuple(vec![one, other]).into()
}

/// `(name, columns, table, columns there, options)`.
fn foreign_key(key: ForeignKeyText, vm: &VirtualMachine) -> PyResult {
    let options = vm.ctx.new_dict();
    for (name, word) in key.actions {
        options.set_item(name, string(&word, vm), vm)?;
    }
    if let Some(deferrable) = key.deferrable {
        options.set_item("deferrable", vm.ctx.new_bool(deferrable).into(), vm)?;
    }
    if let Some(word) = key.initially {
        options.set_item("initially", string(&word, vm), vm)?;
    }
    let parts = vec![
        key.name
            .map_or_else(|| vm.ctx.none(), |name| string(&name, vm)),
        strings(&key.columns, vm),
        string(&key.table, vm),
        strings(&key.referred, vm),
        options.into(),
    ];
    Ok(vm.ctx.new_tuple(parts).into())
}
