//! Values between Python and the session layer.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use rustpython_vm::builtins::{PyBaseExceptionRef, PyBytes, PyFloat, PyInt, PyStr, PyTypeRef};
use rustpython_vm::vm::thread::with_current_vm;
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};

use crate::orm::sql::BindValue;
use crate::orm::sql::SqlType;
use crate::orm::sql::types::{Affinity, EnumType};
use crate::orm::{BindError, HostObject, Value};
use crate::python::native::errors::{Raised, raise, raise_sql};
use crate::trace;

/// A Python object as the session layer holds it.
#[derive(Clone)]
pub(crate) struct Host(pub PyObjectRef);

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = with_current_vm(|vm| self.0.repr(vm).map(|text| text.to_string()));
        f.write_str(text.as_deref().unwrap_or("<repr() failed>"))
    }
}

impl HostObject for Host {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn equals(&self, other: &dyn HostObject) -> bool {
        let Some(Self(other)) = other.as_any().downcast_ref::<Self>() else {
            return false;
        };
        self.0.is(other) || with_current_vm(|vm| vm.bool_eq(&self.0, other).unwrap_or(false))
    }

    fn hash_code(&self) -> u64 {
        with_current_vm(|vm| self.0.hash(vm).unwrap_or(0)) as u64
    }

    fn bind(&self, ty: &SqlType) -> Result<trace::Value, BindError> {
        with_current_vm(|vm| bind_object(&self.0, ty, vm))
    }

    fn equals_stored(&self, value: &Value, stored: &trace::Value, ty: &SqlType) -> bool {
        with_current_vm(|vm| {
            let stored = to_python(&Value::Stored(stored.clone()), ty, vm);
            let value = to_python(value, ty, vm);
            // What cannot be read or compared is not the same.
            match (stored, value) {
                (Ok(stored), Ok(value)) => vm.bool_eq(&value, &stored).unwrap_or(false),
                _ => false,
            }
        })
    }

    fn elements(&self) -> Result<BindValue, BindError> {
        with_current_vm(|vm| super::expr::elements(&self.0, vm).map_err(bind_error))
    }

    fn bind_value(&self, value: &Value, ty: &SqlType) -> Result<trace::Value, BindError> {
        // This object is a type of Python's side: the value passes through its `_bind`.
        with_current_vm(|vm| {
            let object = to_python(value, &SqlType::Null, vm).map_err(bind_error)?;
            let processed = vm
                .call_method(&self.0, "_bind", (object,))
                .map_err(bind_error)?;
            let processed = to_value(&processed, vm);
            match ty {
                SqlType::Decorated { like, .. } => like.bind(&processed),
                SqlType::Enum(_) | SqlType::Json { .. } => SqlType::String(None).bind(&processed),
                other => other.bind(&processed),
            }
        })
    }

    fn sql_type(&self) -> SqlType {
        with_current_vm(|vm| type_of_object(&self.0, vm))
    }
}

/// Classes of Python's own whose objects go into columns.
struct Classes {
    datetime: PyTypeRef,
    date: PyTypeRef,
    time: PyTypeRef,
    timedelta: PyTypeRef,
    decimal: PyTypeRef,
    uuid: PyTypeRef,
    enumeration: PyTypeRef,
    /// Conversions that are not worth Rust: a Python module of ours.
    helper: PyObjectRef,
}

thread_local! {
    static CLASSES: RefCell<Option<Rc<Classes>>> = const { RefCell::new(None) };
}

fn classes(vm: &VirtualMachine) -> PyResult<Rc<Classes>> {
    if let Some(known) = CLASSES.with_borrow(Clone::clone) {
        return Ok(known);
    }
    let found = Rc::new(Classes {
        datetime: vm.class("datetime", "datetime"),
        date: vm.class("datetime", "date"),
        time: vm.class("datetime", "time"),
        timedelta: vm.class("datetime", "timedelta"),
        decimal: vm.class("decimal", "Decimal"),
        uuid: vm.class("uuid", "UUID"),
        enumeration: vm.class("enum", "Enum"),
        helper: vm.import("_lazyscope_values", 0)?,
    });
    CLASSES.set(Some(Rc::clone(&found)));
    Ok(found)
}

/// Whether it is an object of a class whose objects are values by themselves, iterable or not.
pub(super) fn is_known_scalar(object: &PyObject, vm: &VirtualMachine) -> bool {
    let is_member = |classes: Rc<Classes>| object.fast_isinstance(&classes.enumeration);
    classes(vm).is_ok_and(is_member) || !type_of_object(object, vm).is_null()
}

fn type_of_object(object: &PyObject, vm: &VirtualMachine) -> SqlType {
    let Ok(classes) = classes(vm) else {
        return SqlType::Null;
    };
    let is = |class: &PyTypeRef| object.fast_isinstance(class);
    if is(&classes.enumeration) {
        // A member by itself has no type, whatever else it is: only a column says how it is stored.
        return SqlType::Null;
    }
    if is(&classes.datetime) {
        SqlType::DATETIME
    } else if is(&classes.date) {
        SqlType::Date
    } else if is(&classes.time) {
        SqlType::TIME
    } else if is(&classes.timedelta) {
        SqlType::Interval
    } else if is(&classes.decimal) {
        SqlType::NUMERIC
    } else if is(&classes.uuid) {
        SqlType::Uuid { as_uuid: true }
    } else if object.downcast_ref::<PyStr>().is_some() {
        SqlType::String(None)
    } else if object.downcast_ref::<PyInt>().is_some() {
        SqlType::Integer
    } else if object.downcast_ref::<PyFloat>().is_some() {
        SqlType::FLOAT
    } else {
        SqlType::Null
    }
}

/// A Python object as a value: plain ones become plain.
pub(crate) fn to_value(object: &PyObject, vm: &VirtualMachine) -> Value {
    let class = object.class();
    let types = &vm.ctx.types;
    if vm.is_none(object) {
        return Value::Null;
    }
    if let Some(number) = object.downcast_ref::<PyInt>() {
        if class.is(types.bool_type) {
            return Value::Bool(object.is(&vm.ctx.true_value));
        }
        if class.is(types.int_type)
            && let Ok(number) = number.try_to_primitive::<i64>(vm)
        {
            return Value::Integer(number);
        }
    } else if let Some(text) = object.downcast_ref::<PyStr>() {
        if class.is(types.str_type) {
            return Value::Text(Rc::from(&*text.to_string_lossy()));
        }
    } else if let Some(number) = object.downcast_ref::<PyFloat>() {
        if class.is(types.float_type) {
            return Value::Real(number.to_f64());
        }
    } else if let Some(bytes) = object.downcast_ref::<PyBytes>() {
        return Value::Blob(Rc::from(bytes.as_bytes()));
    }
    Value::Object(Rc::new(Host(object.to_owned())))
}

/// A value as the program holds it; what SQLite returned goes through the type.
pub(crate) fn to_python(value: &Value, ty: &SqlType, vm: &VirtualMachine) -> PyResult {
    Ok(match value {
        Value::Null => vm.ctx.none(),
        Value::Bool(flag) => vm.ctx.new_bool(*flag).into(),
        Value::Integer(number) => vm.ctx.new_int(*number).into(),
        Value::Real(number) => vm.ctx.new_float(*number).into(),
        Value::Text(text) => vm.ctx.new_str(&**text).into(),
        Value::Blob(bytes) => vm.ctx.new_bytes(bytes.to_vec()).into(),
        Value::Object(object) => match object.as_any().downcast_ref::<Host>() {
            Some(Host(object)) => object.clone(),
            None => vm.ctx.none(),
        },
        Value::Stored(stored) => result(stored, ty, vm)?,
    })
}

/// As SQLite returned it, no type having a say.
pub(super) fn bind_to_python(value: &BindValue, ty: &SqlType, vm: &VirtualMachine) -> PyResult {
    let each = |values: &[Value]| -> PyResult<Vec<PyObjectRef>> {
        values
            .iter()
            .map(|value| to_python(value, ty, vm))
            .collect()
    };
    Ok(match value {
        BindValue::Required => vm.ctx.none(),
        BindValue::Value(value) => to_python(value, ty, vm)?,
        BindValue::Late(late) => {
            let value = late.read().map_err(|error| raise(error, vm))?;
            to_python(&value, ty, vm)?
        }
        BindValue::List(values) => vm.ctx.new_list(each(values)?).into(),
        BindValue::Tuples(rows) => {
            let rows = rows
                .iter()
                .map(|row| Ok(vm.ctx.new_tuple(each(row)?).into()));
            vm.ctx.new_list(rows.collect::<PyResult<_>>()?).into()
        }
    })
}

pub(crate) fn to_python_stored(value: &trace::Value, vm: &VirtualMachine) -> PyObjectRef {
    match value {
        trace::Value::Null => vm.ctx.none(),
        trace::Value::Integer(number) => vm.ctx.new_int(*number).into(),
        trace::Value::Real(number) => vm.ctx.new_float(*number).into(),
        trace::Value::Text(text) => vm.ctx.new_str(&**text).into(),
        trace::Value::Blob(bytes) => vm.ctx.new_bytes(bytes.to_vec()).into(),
    }
}

/// Sent parameters: a tuple, or a list of tuples when executed for many.
pub(super) fn parameters_to_python(
    parameters: &[Vec<trace::Value>],
    many: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let row = |row: &Vec<trace::Value>| -> PyObjectRef {
        let values = row
            .iter()
            .map(|value| to_python_stored(value, vm))
            .collect();
        vm.ctx.new_tuple(values).into()
    };
    Ok(if many {
        vm.ctx.new_list(parameters.iter().map(row).collect()).into()
    } else {
        parameters
            .first()
            .map_or_else(|| vm.ctx.new_tuple(Vec::new()).into(), row)
    })
}

/// Whether reading a stored value of the type takes more than the value itself.
pub(crate) fn is_processed(ty: &SqlType) -> bool {
    if matches!(ty, SqlType::Decorated { .. }) {
        return true;
    }
    !matches!(
        ty.affinity(),
        Affinity::Null
            | Affinity::Integer
            | Affinity::String
            | Affinity::Binary
            | Affinity::Tuple
            | Affinity::Float
    ) || matches!(
        ty,
        SqlType::Float {
            asdecimal: true,
            ..
        }
    )
}

fn result(stored: &trace::Value, ty: &SqlType, vm: &VirtualMachine) -> PyResult {
    match ty {
        SqlType::Decorated { like, host } => {
            let inner = result(stored, like, vm)?;
            return match host.as_any().downcast_ref::<Host>() {
                Some(Host(decorator)) => vm.call_method(decorator, "_result", (inner,)),
                None => Ok(inner),
            };
        }
        SqlType::Spelled { like, .. } => return result(stored, like, vm),
        _ => {}
    }
    if matches!(stored, trace::Value::Null) && ty.affinity() != Affinity::Json {
        return Ok(vm.ctx.none());
    }
    let plain = to_python_stored(stored, vm);
    if !is_processed(ty) {
        return Ok(plain);
    }
    let helper = |name: &'static str, vm: &VirtualMachine| {
        vm.call_method(&classes(vm)?.helper, name, (plain.clone(),))
    };
    match (ty.affinity(), ty, stored) {
        (Affinity::Boolean, _, trace::Value::Integer(number)) => {
            Ok(vm.ctx.new_bool(*number != 0).into())
        }
        (Affinity::DateTime, ..) => helper("datetime", vm),
        (Affinity::Date, ..) => helper("date", vm),
        (Affinity::Time, ..) => helper("time", vm),
        (Affinity::Interval, ..) => helper("interval", vm),
        (Affinity::Json, ..) => helper("json", vm),
        (Affinity::Uuid, SqlType::Uuid { as_uuid: true }, _) => helper("uuid", vm),
        (Affinity::Uuid, ..) => helper("uuid_text", vm),
        (Affinity::Numeric | Affinity::Float, ty, _) => decimal(&plain, ty, vm),
        (Affinity::Enum, SqlType::Enum(enumeration), _) => member(enumeration, &plain, vm),
        _ => Ok(plain),
    }
}

fn decimal(plain: &PyObjectRef, ty: &SqlType, vm: &VirtualMachine) -> PyResult {
    let scale = match ty {
        SqlType::Numeric {
            asdecimal: false, ..
        }
        | SqlType::Float {
            asdecimal: false, ..
        } => {
            return vm
                .ctx
                .types
                .float_type
                .to_owned()
                .as_object()
                .call((plain.clone(),), vm);
        }
        SqlType::Numeric { scale, .. } => scale.unwrap_or(10),
        _ => 10,
    };
    vm.call_method(&classes(vm)?.helper, "decimal", (plain.clone(), scale))
}

fn member(enumeration: &EnumType, plain: &PyObjectRef, vm: &VirtualMachine) -> PyResult {
    if let Some(stored) = crate::orm::value::to_stored(&to_value(plain, vm)) {
        enumeration
            .check(&stored)
            .map_err(|error| raise_sql(error, vm))?;
    }
    let members = enumeration
        .members
        .as_ref()
        .and_then(|members| members.as_any().downcast_ref::<Host>());
    match members {
        Some(Host(members)) => vm.call_method(members, "_result", (plain.clone(),)),
        None => Ok(plain.clone()),
    }
}

/// What SQLite is sent for an object in a place of this type.
fn bind_object(
    object: &PyObject,
    ty: &SqlType,
    vm: &VirtualMachine,
) -> Result<trace::Value, BindError> {
    let kind = match ty {
        SqlType::Spelled { like, .. } => return bind_object(object, like, vm),
        _ => affinity_word(ty.affinity()),
    };
    if let SqlType::Enum(enumeration) = ty {
        return match &enumeration.members {
            Some(members) => {
                members.bind_value(&Value::Object(Rc::new(Host(object.to_owned()))), ty)
            }
            None => bind_string_member(enumeration, object, vm),
        };
    }
    let bound = classes(vm)
        .and_then(|classes| vm.call_method(&classes.helper, "bind", (kind, object.to_owned())))
        .map_err(bind_error)?;
    match to_value(&bound, vm) {
        Value::Object(_) => Err(BindError::refused(&object.class().name())),
        plain => Ok(crate::orm::value::to_stored(&plain).unwrap_or(trace::Value::Null)),
    }
}

/// An object in the place of a string that is one of several.
fn bind_string_member(
    enumeration: &EnumType,
    object: &PyObject,
    vm: &VirtualMachine,
) -> Result<trace::Value, BindError> {
    let shown = object.str(vm).map_err(bind_error)?.to_string();
    let is_string = object.downcast_ref::<PyStr>().is_some();
    let text = match object.downcast_ref::<PyStr>() {
        Some(text) => text.to_string_lossy().into_owned(),
        None => shown.clone(),
    };
    if is_string && (!enumeration.validates || enumeration.has(&text)) {
        return Ok(trace::Value::Text(Arc::from(text)));
    }
    Err(BindError::new("LookupError", enumeration.refusal(&shown)))
}

fn affinity_word(affinity: Affinity) -> &'static str {
    match affinity {
        Affinity::Date => "date",
        Affinity::DateTime => "datetime",
        Affinity::Time => "time",
        Affinity::Interval => "interval",
        Affinity::Json => "json",
        Affinity::Uuid => "uuid",
        Affinity::Numeric | Affinity::Float => "numeric",
        Affinity::Integer => "integer",
        Affinity::Boolean => "boolean",
        Affinity::String => "string",
        Affinity::Binary => "binary",
        Affinity::Null | Affinity::Tuple | Affinity::Enum => "plain",
    }
}

fn bind_error(error: PyBaseExceptionRef) -> BindError {
    BindError::raised(Rc::new(Raised(error)))
}
