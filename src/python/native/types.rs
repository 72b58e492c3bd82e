//! SQL types: Python's type objects describe themselves with a word and arguments, and get one of these.

use std::rc::Rc;

use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use super::Module;
use super::node::{Kind, list, optional, optional_text, text, type_of, wrap};
use super::value::Host;
use crate::orm::sql::SqlType;
use crate::orm::sql::types::{EnumType, use_json};

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(module, vm; sql_type, type_word, type_ddl, enum_refusal, json_functions);
    Ok(())
}

/// `sql_type(word, *arguments)`.
fn sql_type(word: PyObjectRef, arguments: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let word = text(&word, vm)?;
    let arguments = list(&arguments, vm)?;
    let none = vm.ctx.none();
    let argument = |index: usize| arguments.get(index).unwrap_or(&none);
    let number = |index: usize| {
        optional(
            argument(index),
            |object, vm| object.to_owned().try_to_value::<u32>(vm),
            vm,
        )
    };
    let flag = |index: usize| argument(index).clone().try_to_bool(vm);
    let ty = match word.as_str() {
        "null" => SqlType::Null,
        "integer" => SqlType::Integer,
        "smallinteger" => SqlType::SmallInteger,
        "biginteger" => SqlType::BigInteger,
        "float" => SqlType::Float {
            precision: number(0)?,
            asdecimal: flag(1)?,
        },
        "double" => SqlType::Double,
        "numeric" => SqlType::Numeric {
            precision: number(0)?,
            scale: number(1)?,
            asdecimal: flag(2)?,
        },
        "boolean" => SqlType::Boolean,
        "string" => SqlType::String(number(0)?),
        "text" => SqlType::Text(number(0)?),
        "unicode" => SqlType::Unicode(number(0)?),
        "unicodetext" => SqlType::UnicodeText,
        "date" => SqlType::Date,
        "datetime" => SqlType::DateTime { timezone: flag(0)? },
        "time" => SqlType::Time { timezone: flag(0)? },
        "interval" => SqlType::Interval,
        "binary" => SqlType::LargeBinary,
        "json" => SqlType::Json {
            none_as_null: flag(0)?,
        },
        "uuid" => SqlType::Uuid { as_uuid: flag(0)? },
        "enum" => enumeration(&arguments, vm)?,
        "spelled" => SqlType::Spelled {
            ddl: Rc::from(text(argument(0), vm)?.as_str()),
            like: Rc::new(type_of(argument(1), vm)?),
        },
        "decorated" => SqlType::Decorated {
            like: Rc::new(type_of(argument(0), vm)?),
            host: Rc::new(Host(argument(1).clone())),
        },
        other => return Err(vm.new_value_error(format!("no type is called {other}"))),
    };
    wrap(Kind::Type(ty), vm)
}

/// `(names, name, create_constraint, length, validates, members)`; the members are an object with `_bind` and `_result`.
fn enumeration(arguments: &[PyObjectRef], vm: &VirtualMachine) -> PyResult<SqlType> {
    let [names, name, create_constraint, length, validates, members] = arguments else {
        return Err(vm.new_type_error("an enumeration is described by six things".to_owned()));
    };
    let names: PyResult<Vec<Rc<str>>> = list(names, vm)?
        .iter()
        .map(|name| text(name, vm).map(|name| Rc::from(name.as_str())))
        .collect();
    Ok(SqlType::Enum(Rc::new(EnumType {
        names: names?,
        name: optional_text(name, vm)?.map(|name| Rc::from(name.as_str())),
        create_constraint: create_constraint.clone().try_to_bool(vm)?,
        length: optional(
            length,
            |object, vm| object.to_owned().try_to_value::<u32>(vm),
            vm,
        )?,
        validates: validates.clone().try_to_bool(vm)?,
        members: if vm.is_none(members) {
            None
        } else {
            Some(Rc::new(Host(members.clone())))
        },
    })))
}

/// The word and arguments of a type that came out of an expression.
fn type_word(ty: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let word = |word: &str, arguments: Vec<PyObjectRef>| -> PyObjectRef {
        let mut all: Vec<PyObjectRef> = vec![vm.ctx.new_str(word).into()];
        all.extend(arguments);
        vm.ctx.new_tuple(all).into()
    };
    let number = |number: Option<u32>| -> PyObjectRef {
        number.map_or_else(|| vm.ctx.none(), |number| vm.ctx.new_int(number).into())
    };
    let flag = |flag: bool| -> PyObjectRef { vm.ctx.new_bool(flag).into() };
    Ok(match type_of(&ty, vm)? {
        SqlType::Null | SqlType::Tuple(_) => word("null", vec![]),
        SqlType::Integer => word("integer", vec![]),
        SqlType::SmallInteger => word("smallinteger", vec![]),
        SqlType::BigInteger => word("biginteger", vec![]),
        SqlType::Float {
            precision,
            asdecimal,
        } => word("float", vec![number(precision), flag(asdecimal)]),
        SqlType::Double => word("double", vec![]),
        SqlType::Numeric {
            precision,
            scale,
            asdecimal,
        } => word(
            "numeric",
            vec![number(precision), number(scale), flag(asdecimal)],
        ),
        SqlType::Boolean => word("boolean", vec![]),
        SqlType::String(length) => word("string", vec![number(length)]),
        SqlType::Text(length) => word("text", vec![number(length)]),
        SqlType::Unicode(length) => word("unicode", vec![number(length)]),
        SqlType::UnicodeText => word("unicodetext", vec![]),
        SqlType::Date => word("date", vec![]),
        SqlType::DateTime { timezone } => word("datetime", vec![flag(timezone)]),
        SqlType::Time { timezone } => word("time", vec![flag(timezone)]),
        SqlType::Interval => word("interval", vec![]),
        SqlType::LargeBinary => word("binary", vec![]),
        SqlType::Json { none_as_null } => word("json", vec![flag(none_as_null)]),
        SqlType::Uuid { as_uuid } => word("uuid", vec![flag(as_uuid)]),
        SqlType::Enum(_) => word("enum", vec![]),
        SqlType::Spelled { ddl, .. } => word("spelled", vec![vm.ctx.new_str(&*ddl).into()]),
        SqlType::Decorated { .. } => word("decorated", vec![]),
    })
}

/// `enum_refusal(type, value)`: the words for a value that is none of an enumeration's.
fn enum_refusal(ty: PyObjectRef, shown: PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
    match type_of(&ty, vm)? {
        SqlType::Enum(enumeration) => Ok(enumeration.refusal(&text(&shown, vm)?)),
        _ => Err(vm.new_type_error("an enumeration was expected".to_owned())),
    }
}

/// `json_functions(object)`: the `_bind` of that object makes the text of every JSON value from now on; None for the usual.
fn json_functions(object: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    use_json((!vm.is_none(&object)).then(|| Rc::new(Host(object)) as Rc<_>));
    Ok(())
}

/// As it stands in CREATE TABLE.
fn type_ddl(ty: PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
    type_of(&ty, vm)?
        .ddl()
        .map_err(|error| super::errors::raise_sql(error, vm))
}
