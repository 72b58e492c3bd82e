//! `Row`: one row of a result, as a tuple with names.

use std::rc::Rc;

use rustpython_vm::builtins::{PyDictRef, PyInt, PyStr, PyTupleRef};
use rustpython_vm::class::PyClassImpl;
use rustpython_vm::function::{PyComparisonValue, PySetterValue};
use rustpython_vm::protocol::{PyMappingMethods, PySequenceMethods};
use rustpython_vm::types::{
    AsMapping, AsSequence, Comparable, GetAttr, Hashable, Iterable, PyComparisonOp, Representable,
    SetAttr,
};
use rustpython_vm::{
    AsObject, Py, PyObject, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine, atomic_func,
    pyclass,
};

use super::node::{Kind, kind_of, registered};
use super::{Module, set};
use crate::orm::Entity;
use crate::orm::sql::Expr;

/// The columns of a result: by what a row's values are known.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// Of a query over mapped classes: such rows say less of a name that they do not have.
    pub is_orm: bool,
    /// Empty where a value has none.
    pub names: Vec<Rc<str>>,
    pub columns: Vec<Column>,
}

/// What a column of a result was selected as.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    Entity(Entity),
    Expr(Expr),
    Unknown,
}

impl Column {
    /// A table's column that a cursor calls `known` goes by its key too, and by both together with its table's name.
    fn is_also_called(&self, name: &str, known: &str) -> bool {
        let Self::Expr(expr) = self else {
            return false;
        };
        let Some((from, info)) = expr.as_column() else {
            return false;
        };
        let own = expr.name().map(|name| name.shown());
        let of_table = |part: &str| from.name().map(|table| format!("{table}_{part}"));
        let labelled = own.as_deref().and_then(of_table);
        if own.as_deref() == Some(known) {
            *info.key.rc() == *name || labelled.as_deref() == Some(name)
        } else {
            labelled.as_deref() == Some(known) && of_table(&info.key.rc()).as_deref() == Some(name)
        }
    }
}

impl Keys {
    fn index_of_name(&self, name: &str) -> Option<usize> {
        let known = self.names.iter().position(|known| &**known == name);
        let also = || {
            let mut columns = self.columns.iter().zip(&self.names);
            columns.rposition(|(column, known)| column.is_also_called(name, known))
        };
        known.or_else(|| if self.is_orm { None } else { also() })
    }

    /// The column that a name, an attribute, a column or a class stands for.
    pub fn index_of(&self, key: &PyObject, vm: &VirtualMachine) -> PyResult<Option<usize>> {
        if let Some(name) = key.downcast_ref::<PyStr>() {
            return Ok(self.index_of_name(&name.to_string_lossy()));
        }
        Ok(match kind_of(key, vm)? {
            Some(Kind::Entity(entity)) => self
                .columns
                .iter()
                .position(|column| matches!(column, Column::Entity(known) if *known == entity)),
            Some(Kind::Expr(expr)) => {
                let same =
                    |column: &Column| matches!(column, Column::Expr(known) if known.same(&expr));
                let related = |column: &Column| matches!(column, Column::Expr(known) if known.shares_lineage(&expr));
                self.columns
                    .iter()
                    .position(same)
                    .or_else(|| self.columns.iter().position(related))
            }
            _ => None,
        })
    }

    /// Some of the columns, in that order.
    pub fn only(&self, columns: &[usize]) -> Self {
        Self {
            is_orm: self.is_orm,
            names: columns
                .iter()
                .filter_map(|&index| self.names.get(index).cloned())
                .collect(),
            columns: columns
                .iter()
                .filter_map(|&index| self.columns.get(index).cloned())
                .collect(),
        }
    }
}

/// A row of a result.
#[pyclass(module = "sqlalchemy.engine.row", name = "Row")]
#[derive(Debug, PyPayload)]
pub(crate) struct Row {
    pub keys: Rc<Keys>,
    pub values: Box<[PyObjectRef]>,
}

impl Row {
    fn as_tuple(&self, vm: &VirtualMachine) -> PyTupleRef {
        vm.ctx.new_tuple(self.values.to_vec())
    }

    fn item(&self, index: isize, vm: &VirtualMachine) -> PyResult {
        let length = self.values.len() as isize;
        let at = if index < 0 { index + length } else { index };
        usize::try_from(at)
            .ok()
            .and_then(|at| self.values.get(at).cloned())
            .ok_or_else(|| vm.new_index_error("tuple index out of range".to_owned()))
    }
}

#[pyclass(with(
    AsSequence,
    AsMapping,
    Iterable,
    Comparable,
    Hashable,
    Representable,
    GetAttr,
    SetAttr
))]
impl Row {
    #[pygetset]
    fn _fields(&self, vm: &VirtualMachine) -> PyTupleRef {
        let names = self
            .keys
            .names
            .iter()
            .filter(|name| !name.is_empty())
            .map(|name| vm.ctx.new_str(&**name).into())
            .collect();
        vm.ctx.new_tuple(names)
    }

    #[pymethod]
    fn _asdict(&self, vm: &VirtualMachine) -> PyResult<PyDictRef> {
        let dict = vm.ctx.new_dict();
        let named = self.keys.names.iter().zip(&self.values);
        for (name, value) in named.filter(|(name, _)| !name.is_empty()) {
            dict.set_item(&**name, value.clone(), vm)?;
        }
        Ok(dict)
    }

    #[pygetset]
    fn _mapping(zelf: PyRef<Self>, vm: &VirtualMachine) -> PyObjectRef {
        RowMapping { row: zelf }.into_ref(&vm.ctx).into()
    }

    #[pymethod]
    fn _tuple(&self, vm: &VirtualMachine) -> PyTupleRef {
        self.as_tuple(vm)
    }

    #[pymethod]
    fn tuple(&self, vm: &VirtualMachine) -> PyTupleRef {
        self.as_tuple(vm)
    }

    #[pygetset]
    fn _t(&self, vm: &VirtualMachine) -> PyTupleRef {
        self.as_tuple(vm)
    }

    #[pygetset]
    fn t(&self, vm: &VirtualMachine) -> PyTupleRef {
        self.as_tuple(vm)
    }

    #[pymethod]
    fn count(&self, value: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        vm.call_method(self.as_tuple(vm).as_object(), "count", (value,))
    }

    #[pymethod]
    fn index(&self, value: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        vm.call_method(self.as_tuple(vm).as_object(), "index", (value,))
    }
}

impl AsSequence for Row {
    fn as_sequence() -> &'static PySequenceMethods {
        static METHODS: PySequenceMethods = PySequenceMethods {
            length: atomic_func!(|sequence, _vm| Ok(Row::sequence_downcast(sequence).values.len())),
            item: atomic_func!(
                |sequence, index, vm| Row::sequence_downcast(sequence).item(index, vm)
            ),
            contains: atomic_func!(|sequence, needle, vm| {
                for value in &Row::sequence_downcast(sequence).values {
                    if vm.identical_or_equal(value, needle)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }),
            ..PySequenceMethods::NOT_IMPLEMENTED
        };
        &METHODS
    }
}

impl AsMapping for Row {
    fn as_mapping() -> &'static PyMappingMethods {
        static METHODS: PyMappingMethods = PyMappingMethods {
            length: atomic_func!(|mapping, _vm| Ok(Row::mapping_downcast(mapping).values.len())),
            subscript: atomic_func!(|mapping, needle, vm| {
                let row = Row::mapping_downcast(mapping);
                match needle.downcast_ref::<PyInt>() {
                    Some(index) => row.item(index.try_to_primitive(vm)?, vm),
                    None if needle.downcast_ref::<PyStr>().is_some() => Err(vm.new_type_error(
                        "tuple indices must be integers or slices, not str".to_owned(),
                    )),
                    None => row.as_tuple(vm).as_object().get_item(needle, vm),
                }
            }),
            ..PyMappingMethods::NOT_IMPLEMENTED
        };
        &METHODS
    }
}

impl Iterable for Row {
    fn iter(zelf: PyRef<Self>, vm: &VirtualMachine) -> PyResult {
        let tuple: PyObjectRef = zelf.as_tuple(vm).into();
        Ok(tuple.get_iter(vm)?.into())
    }
}

impl Comparable for Row {
    fn cmp(
        zelf: &Py<Self>,
        other: &PyObject,
        op: PyComparisonOp,
        vm: &VirtualMachine,
    ) -> PyResult<PyComparisonValue> {
        let other: PyObjectRef = match other.downcast_ref::<Self>() {
            Some(row) => row.as_tuple(vm).into(),
            None => other.to_owned(),
        };
        let result = zelf
            .as_tuple(vm)
            .as_object()
            .rich_compare_bool(&other, op, vm);
        match result {
            Ok(answer) => Ok(PyComparisonValue::Implemented(answer)),
            Err(_) if !matches!(op, PyComparisonOp::Eq | PyComparisonOp::Ne) => {
                Ok(PyComparisonValue::NotImplemented)
            }
            Err(error) => Err(error),
        }
    }
}

impl Hashable for Row {
    fn hash(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<rustpython_vm::common::hash::PyHash> {
        zelf.as_tuple(vm).as_object().hash(vm)
    }
}

impl Representable for Row {
    fn repr_str(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<String> {
        Ok(zelf.as_tuple(vm).as_object().repr(vm)?.to_string())
    }
}

impl GetAttr for Row {
    fn getattro(zelf: &Py<Self>, name: &Py<PyStr>, vm: &VirtualMachine) -> PyResult {
        let text = name.to_string_lossy();
        // The methods that a tuple has give way to columns of their names.
        let gives_way = matches!(&*text, "count" | "index");
        let is_method = matches!(&*text, "t" | "tuple") || gives_way || text.starts_with('_');
        if gives_way && let Some(index) = zelf.keys.index_of_name(&text) {
            return Ok(zelf.values[index].clone());
        }
        if !is_method {
            if let Some(index) = zelf.keys.index_of_name(&text) {
                return Ok(zelf.values[index].clone());
            }
            return Err(vm.new_attribute_error(if zelf.keys.is_orm {
                text.to_string()
            } else {
                format!("Could not locate column in row for column '{text}'")
            }));
        }
        match zelf.as_object().generic_getattr(name, vm) {
            Err(error) if error.fast_isinstance(vm.ctx.exceptions.attribute_error) => {
                match zelf.keys.index_of_name(&text) {
                    Some(index) => Ok(zelf.values[index].clone()),
                    None => Err(error),
                }
            }
            answer => answer,
        }
    }
}

/// A row as a mapping: by name, attribute, column or class.
#[pyclass(module = "sqlalchemy.engine.row", name = "RowMapping")]
#[derive(Debug, PyPayload)]
pub(crate) struct RowMapping {
    pub row: PyRef<Row>,
}

impl RowMapping {
    fn find(&self, key: &PyObject, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        Ok(self
            .row
            .keys
            .index_of(key, vm)?
            .map(|index| self.row.values[index].clone()))
    }
}

impl SetAttr for Row {
    fn setattro(
        _zelf: &Py<Self>,
        _name: &Py<PyStr>,
        _value: PySetterValue,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        Err(vm.new_attribute_error("can't set attribute"))
    }
}

impl GetAttr for RowMapping {
    fn getattro(zelf: &Py<Self>, name: &Py<PyStr>, vm: &VirtualMachine) -> PyResult {
        zelf.as_object().generic_getattr(name, vm).or_else(|error| {
            let found = zelf.row.keys.index_of_name(&name.to_string_lossy());
            found.map_or(Err(error), |index| Ok(zelf.row.values[index].clone()))
        })
    }
}

#[pyclass(with(AsMapping, AsSequence, Iterable, Comparable, Representable, GetAttr))]
impl RowMapping {
    #[pymethod]
    fn keys(&self, vm: &VirtualMachine) -> PyResult {
        let view = registered("keys", vm)?;
        view.call((self.row._fields(vm),), vm)
    }

    #[pymethod]
    fn values(&self, vm: &VirtualMachine) -> PyObjectRef {
        vm.ctx.new_list(self.row.values.to_vec()).into()
    }

    #[pymethod]
    fn items(&self, vm: &VirtualMachine) -> PyResult {
        vm.call_method(self.row._asdict(vm)?.as_object(), "items", ())
    }

    #[pymethod]
    fn get(
        &self,
        key: PyObjectRef,
        default: rustpython_vm::function::OptionalArg,
        vm: &VirtualMachine,
    ) -> PyResult {
        Ok(self
            .find(&key, vm)?
            .unwrap_or_else(|| default.unwrap_or_else(|| vm.ctx.none())))
    }
}

impl AsSequence for RowMapping {
    fn as_sequence() -> &'static PySequenceMethods {
        static METHODS: PySequenceMethods = PySequenceMethods {
            contains: atomic_func!(|sequence, needle, vm| {
                Ok(RowMapping::sequence_downcast(sequence)
                    .find(needle, vm)?
                    .is_some())
            }),
            ..PySequenceMethods::NOT_IMPLEMENTED
        };
        &METHODS
    }
}

impl AsMapping for RowMapping {
    fn as_mapping() -> &'static PyMappingMethods {
        static METHODS: PyMappingMethods = PyMappingMethods {
            length: atomic_func!(|mapping, _vm| Ok(RowMapping::mapping_downcast(mapping)
                .row
                .values
                .len())),
            subscript: atomic_func!(|mapping, needle, vm| {
                let mapping = RowMapping::mapping_downcast(mapping);
                let found = mapping.find(needle, vm)?;
                found.ok_or_else(|| {
                    if mapping.row.keys.is_orm {
                        return vm.new_key_error(needle.to_owned());
                    }
                    let shown = needle
                        .str(vm)
                        .map_or_else(|_| String::new(), |text| text.to_string());
                    super::errors::sqlalchemy(
                        "sqlalchemy.exc.NoSuchColumnError",
                        &format!("Could not locate column in row for column '{shown}'"),
                        None,
                        vm,
                    )
                })
            }),
            ..PyMappingMethods::NOT_IMPLEMENTED
        };
        &METHODS
    }
}

impl Iterable for RowMapping {
    fn iter(zelf: PyRef<Self>, vm: &VirtualMachine) -> PyResult {
        let names: PyObjectRef = zelf.row._fields(vm).into();
        Ok(names.get_iter(vm)?.into())
    }
}

impl Comparable for RowMapping {
    fn cmp(
        zelf: &Py<Self>,
        other: &PyObject,
        op: PyComparisonOp,
        vm: &VirtualMachine,
    ) -> PyResult<PyComparisonValue> {
        let own = zelf.row._asdict(vm)?;
        let other: PyObjectRef = match other.downcast_ref::<Self>() {
            Some(other) => other.row._asdict(vm)?.into(),
            None => other.to_owned(),
        };
        Ok(
            match own.as_object().to_owned().rich_compare(other, op, vm)? {
                answer if answer.is(&vm.ctx.not_implemented) => PyComparisonValue::NotImplemented,
                answer => PyComparisonValue::Implemented(answer.is_true(vm)?),
            },
        )
    }
}

impl Representable for RowMapping {
    fn repr_str(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<String> {
        Ok(zelf.row._asdict(vm)?.as_object().repr(vm)?.to_string())
    }
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    set(module, "Row", Row::make_static_type(), vm)?;
    set(module, "RowMapping", RowMapping::make_static_type(), vm)
}
