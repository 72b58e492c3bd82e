//! Results: rows on their way to the scenario. A [`Cursor`] is what a statement returned; a [`View`] reads it as rows,
//! as values or as mappings, each once or as often as they came.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustpython_vm::builtins::{PyBaseExceptionRef, PySet, PyTypeRef};
use rustpython_vm::class::PyClassImpl;
use rustpython_vm::protocol::PyIterReturn;
use rustpython_vm::types::{IterNext, Iterable, SelfIter};
use rustpython_vm::{
    AsObject, Py, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine, pyclass,
};

use super::errors::{raise, sqlalchemy};
use super::node::{class_named, list, text, unknown_word};
use super::row::{Column, Keys, Row, RowMapping};
use super::value::{Host, to_python};
use super::{Module, set};
use crate::orm::Value;
use crate::orm::core::Outcome;
use crate::orm::execute::QueryResult;
use crate::orm::loading::{Cell as Loaded, Fetch, Loaded as Rows};
use crate::orm::query::BundleForm;
use crate::orm::query::plan::Item;
use crate::orm::sql::SqlType;

/// Makes the `Result` of what a statement returned.
pub(crate) fn wrap_result(result: QueryResult, vm: &VirtualMachine) -> PyResult {
    let columns = result.plan.items.iter().map(|item| match item {
        Item::Entity(plan) => Column::Entity(plan.mapper.entity()),
        Item::Value { position, .. } => result
            .plan
            .compiled
            .result_columns
            .get(*position)
            .map_or(Column::Unknown, |column| Column::Expr(column.expr.clone())),
        Item::Bundle { .. } => Column::Unknown,
    });
    let keys = Keys {
        is_orm: result.plan.select.is_orm() || result.plan.select.from_statement.is_some(),
        names: result.plan.keys.clone(),
        columns: columns.collect(),
    };
    let class = if keys.is_orm {
        ResultClass::Orm
    } else {
        ResultClass::Cursor
    };
    wrap_rows(
        class,
        keys,
        result.loaded,
        result.fetch,
        result.plan.needs_unique,
        vm,
    )
}

/// What a program takes a result for.
#[derive(Clone, Copy, Debug)]
pub(super) enum ResultClass {
    /// What the driver has, with its counts and keys.
    Cursor,
    /// Objects and columns that a session made of it.
    Orm,
    /// What is left of many statements: nothing.
    Iterator,
}

/// Makes the `Result` of a statement that may return rows.
pub(super) fn wrap_outcome(outcome: Outcome, vm: &VirtualMachine) -> PyResult {
    let returns_rows = outcome.returned.is_some();
    let result = match outcome.returned {
        Some(returned) => wrap_result(returned, vm)?,
        None => empty(ResultClass::Cursor, vm)?,
    };
    result.set_attr("rowcount", vm.ctx.new_int(outcome.rowcount), vm)?;
    result.set_attr("_has_rows", vm.ctx.new_bool(returns_rows), vm)?;
    if let Some(rowid) = outcome.last_insert_rowid {
        result.set_attr("lastrowid", vm.ctx.new_int(rowid), vm)?;
    }
    result.set_attr("is_insert", vm.ctx.new_bool(outcome.is_insert), vm)?;
    match outcome.inserted_key.known() {
        Ok(key) => {
            let key: PyResult<Vec<PyObjectRef>> = key
                .iter()
                .map(|value| to_python(value, &SqlType::Null, vm))
                .collect();
            result.set_attr("_inserted_primary_key", vm.ctx.new_tuple(key?), vm)?;
        }
        Err(why) => result.set_attr("_no_primary_key", vm.ctx.new_str(why), vm)?,
    }
    Ok(result)
}

/// The `Result` of many statements of which nothing is left.
pub(super) fn nothing(has_rows: bool, vm: &VirtualMachine) -> PyResult {
    let result = empty(ResultClass::Iterator, vm)?;
    result.set_attr("_has_rows", vm.ctx.new_bool(has_rows), vm)?;
    Ok(result)
}

fn empty(class: ResultClass, vm: &VirtualMachine) -> PyResult {
    wrap_rows(class, Keys::default(), Rows::default(), None, false, vm)
}

/// Makes a `Result` of rows.
pub(super) fn wrap_rows(
    class: ResultClass,
    keys: Keys,
    rows: Rows,
    fetch: Option<Fetch>,
    needs_unique: bool,
    vm: &VirtualMachine,
) -> PyResult {
    let cursor = Cursor {
        is_in_parts: fetch.as_ref().is_some_and(Fetch::is_in_parts),
        keys: Rc::new(keys),
        rows: RefCell::new(Some(rows)),
        fetch: RefCell::new(fetch),
        needs_unique,
        position: Cell::new(0),
        is_closed: Cell::new(false),
        is_buffered: Cell::new(false),
    };
    let view = View {
        cursor: cursor.into_ref(&vm.ctx),
        shape: Shape::Row,
        columns: None,
        unique: RefCell::new(Unique::No),
        seen: RefCell::new(None),
    };
    let class: PyTypeRef = class_named(
        match class {
            ResultClass::Cursor => "cursor result",
            ResultClass::Orm => "orm result",
            ResultClass::Iterator => "iterator result",
        },
        vm,
    )?;
    class.as_object().call((view.into_ref(&vm.ctx),), vm)
}

/// What a statement returned, as far as it has not been read.
#[pyclass(module = "_lazyscope", name = "Cursor")]
#[derive(Debug, PyPayload)]
pub(crate) struct Cursor {
    keys: Rc<Keys>,
    /// None when all has been read: objects are held no longer than that.
    rows: RefCell<Option<Rows>>,
    /// What is left to do when they are read.
    fetch: RefCell<Option<Fetch>>,
    /// A joined collection repeats its owners: they are to be told apart by `unique()`.
    needs_unique: bool,
    /// Its rows are made in parts, which do not know of one another: none can be told to be a repetition.
    is_in_parts: bool,
    position: Cell<usize>,
    is_closed: Cell<bool>,
    /// It was read ahead, and holds its rows as long as it lives, read or not.
    is_buffered: Cell<bool>,
}

#[pyclass]
impl Cursor {}

impl Cursor {
    /// The program reads: what its rows lead to is loaded now.
    fn fetch(&self, vm: &VirtualMachine) -> PyResult<()> {
        loop {
            // Taken out while it works: what is loaded may run the scenario's code, which may read on.
            let Some(mut fetch) = self.fetch.borrow_mut().take() else {
                return Ok(());
            };
            if fetch.has_rows() && self.has_rows() {
                *self.fetch.borrow_mut() = Some(fetch);
                return Ok(());
            }
            let next = fetch.more().map_err(|error| raise(error, vm))?;
            let Some(next) = next else {
                return Ok(());
            };
            self.position.set(0);
            let before = self.rows.borrow_mut().replace(next);
            drop(before);
            *self.fetch.borrow_mut() = Some(fetch);
        }
    }

    fn has_rows(&self) -> bool {
        self.rows
            .borrow()
            .as_ref()
            .is_some_and(|rows| self.position.get() * rows.width < rows.cells.len())
    }

    fn let_go(&self) {
        if self.is_buffered.get() {
            let end = self
                .rows
                .borrow()
                .as_ref()
                .map_or(0, |rows| rows.cells.len());
            self.position.set(end);
            return;
        }
        let gone = (
            self.rows.borrow_mut().take(),
            self.fetch.borrow_mut().take(),
        );
        // The objects go with the last look at them; that may run code of the scenario's.
        drop(gone);
    }
}

/// As what a view gives each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Row,
    Scalar,
    Mapping,
}

/// Whether a view gives the same row twice.
#[derive(Clone, Debug)]
enum Unique {
    No,
    ByIdentity,
    By(PyObjectRef),
}

/// A way of reading a cursor; an iterator by itself.
#[pyclass(module = "_lazyscope", name = "View")]
#[derive(Debug, PyPayload)]
pub(crate) struct View {
    cursor: PyRef<Cursor>,
    shape: Shape,
    /// The columns that are wanted; None for all.
    columns: Option<(Vec<usize>, Rc<Keys>)>,
    unique: RefCell<Unique>,
    seen: RefCell<Option<PyRef<PySet>>>,
}

impl View {
    fn keys(&self) -> &Rc<Keys> {
        self.columns
            .as_ref()
            .map_or(&self.cursor.keys, |(_, keys)| keys)
    }

    fn width(&self) -> usize {
        self.keys().names.len()
    }

    /// The cells of the next row that are wanted; none at the end.
    fn next_cells(&self) -> Option<Vec<Loaded>> {
        let mut rows = self.cursor.rows.borrow_mut();
        let (from, width) = match &*rows {
            Some(loaded) => (self.cursor.position.get() * loaded.width, loaded.width),
            None => return None,
        };
        let cells = rows
            .as_ref()
            .and_then(|loaded| loaded.cells.get(from..from + width))
            .filter(|_| width > 0);
        let Some(cells) = cells else {
            if self.cursor.is_buffered.get() {
                return None;
            }
            let all = rows.take();
            drop(rows);
            // The objects go with the last look at them; that may run code of the scenario's.
            drop(all);
            return None;
        };
        self.cursor.position.set(self.cursor.position.get() + 1);
        Some(match &self.columns {
            Some((columns, _)) => columns
                .iter()
                .filter_map(|&index| cells.get(index).cloned())
                .collect(),
            None => cells.to_vec(),
        })
    }

    /// The next row in this view's shape. Where rows of a joined collection are read one after the other, the program
    /// has to say that it knows of their repetitions.
    fn advance(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        self.next_row(self.cursor.needs_unique, vm)
    }

    fn next_row(&self, needs_unique: bool, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        if self.cursor.is_closed.get() {
            return Err(closed(vm));
        }
        loop {
            self.cursor.fetch(vm)?;
            let Some(cells) = self.next_cells() else {
                return Ok(None);
            };
            let unique = self.unique.borrow().clone();
            if needs_unique && matches!(unique, Unique::No) {
                return Err(sqlalchemy(
                    "sqlalchemy.exc.InvalidRequestError",
                    "The unique() method must be invoked on this Result, as it contains results that include joined \
                     eager loads against collections",
                    None,
                    vm,
                ));
            }
            if self.cursor.is_in_parts && matches!(unique, Unique::ByIdentity) {
                return Err(sqlalchemy(
                    "sqlalchemy.exc.InvalidRequestError",
                    "Can't use the ORM yield_per feature in conjunction with unique()",
                    None,
                    vm,
                ));
            }
            let values: PyResult<Vec<PyObjectRef>> =
                cells.iter().map(|cell| value(cell, vm)).collect();
            let values = values?;
            let identity =
                matches!(unique, Unique::ByIdentity).then(|| identity(&cells, &values, vm));
            let made = self.make(values, vm)?;
            let key = match (unique, identity) {
                (Unique::By(strategy), _) => strategy.call((made.clone(),), vm)?,
                (_, Some(identity)) => identity,
                _ => return Ok(Some(made)),
            };
            if self.is_new(key, vm)? {
                return Ok(Some(made));
            }
        }
    }

    fn is_new(&self, key: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
        let seen = self
            .seen
            .borrow_mut()
            .get_or_insert_with(|| PySet::default().into_ref(&vm.ctx))
            .clone();
        let before = seen.as_object().length(vm)?;
        vm.call_method(seen.as_object(), "add", (key,))?;
        Ok(seen.as_object().length(vm)? > before)
    }

    fn make(&self, mut values: Vec<PyObjectRef>, vm: &VirtualMachine) -> PyResult {
        if self.shape == Shape::Scalar {
            return Ok(if values.is_empty() {
                vm.ctx.none()
            } else {
                values.swap_remove(0)
            });
        }
        let row = Row {
            keys: Rc::clone(self.keys()),
            values: values.into_boxed_slice(),
        }
        .into_ref(&vm.ctx);
        Ok(if self.shape == Shape::Mapping {
            RowMapping { row }.into_ref(&vm.ctx).into()
        } else {
            row.into()
        })
    }

    fn with(&self, shape: Shape, columns: Option<(Vec<usize>, Rc<Keys>)>) -> Self {
        Self {
            cursor: self.cursor.clone(),
            shape,
            columns,
            unique: RefCell::new(self.unique.borrow().clone()),
            seen: RefCell::new(None),
        }
    }
}

fn closed(vm: &VirtualMachine) -> PyBaseExceptionRef {
    sqlalchemy(
        "sqlalchemy.exc.ResourceClosedError",
        "This result object is closed.",
        None,
        vm,
    )
}

fn value(cell: &Loaded, vm: &VirtualMachine) -> PyResult {
    match cell {
        Loaded::Entity(Some(instance)) => super::orm::wrap_instance(instance, vm),
        Loaded::Entity(None) => Ok(vm.ctx.none()),
        Loaded::Value(stored, ty) => to_python(&Value::Stored(stored.clone()), ty, vm),
        Loaded::Bundle(bundle) => {
            let values: PyResult<Vec<PyObjectRef>> =
                bundle.cells.iter().map(|cell| value(cell, vm)).collect();
            let mut values = values?;
            match &bundle.form {
                BundleForm::Single if values.len() == 1 => return Ok(values.swap_remove(0)),
                BundleForm::Made(make) => {
                    let Some(Host(make)) = make.as_any().downcast_ref::<Host>() else {
                        return Ok(vm.ctx.none());
                    };
                    return make.call((vm.ctx.new_list(values),), vm);
                }
                BundleForm::Single | BundleForm::Row => {}
            }
            let keys = Keys {
                is_orm: true,
                names: bundle.keys.clone(),
                columns: Vec::new(),
            };
            Ok(Row {
                keys: Rc::new(keys),
                values: values.into_boxed_slice(),
            }
            .into_ref(&vm.ctx)
            .into())
        }
    }
}

/// What tells rows apart: objects by themselves, values by their equality.
fn identity(cells: &[Loaded], values: &[PyObjectRef], vm: &VirtualMachine) -> PyObjectRef {
    let mut parts: Vec<PyObjectRef> = cells
        .iter()
        .zip(values)
        .map(|(cell, value)| match cell {
            Loaded::Entity(Some(instance)) => vm.ctx.new_int(Rc::as_ptr(instance).addr()).into(),
            _ => value.clone(),
        })
        .collect();
    if parts.len() == 1 {
        return parts.swap_remove(0);
    }
    vm.ctx.new_tuple(parts).into()
}

#[pyclass(with(IterNext, Iterable))]
impl View {
    #[pygetset(name = "names")]
    fn names(&self, vm: &VirtualMachine) -> PyObjectRef {
        let names = self
            .keys()
            .names
            .iter()
            .filter(|name| !name.is_empty())
            .map(|name| vm.ctx.new_str(&**name).into())
            .collect();
        vm.ctx.new_list(names).into()
    }

    /// `reshape("row" | "scalar" | "mapping", columns)`: another view of the same cursor; `columns` by number, name or
    /// expression, or None.
    #[pymethod]
    fn reshape(
        &self,
        shape: PyObjectRef,
        columns: PyObjectRef,
        vm: &VirtualMachine,
    ) -> PyResult<PyRef<Self>> {
        let shape = match text(&shape, vm)?.as_str() {
            "row" => Shape::Row,
            "scalar" => Shape::Scalar,
            "mapping" => Shape::Mapping,
            other => return Err(unknown_word("a shape of rows", other, vm)),
        };
        let columns = if vm.is_none(&columns) {
            self.columns.clone()
        } else {
            let mut indexes = Vec::new();
            for column in list(&columns, vm)? {
                let index = self.column(&column, vm)?;
                indexes.push(
                    self.columns
                        .as_ref()
                        .map_or(index, |(known, _)| known[index]),
                );
            }
            let keys = Rc::new(self.cursor.keys.only(&indexes));
            Some((indexes, keys))
        };
        Ok(self.with(shape, columns).into_ref(&vm.ctx))
    }

    /// `unique(strategy)`: from here on, each row once.
    #[pymethod]
    fn unique(&self, strategy: PyObjectRef, vm: &VirtualMachine) {
        let unique = if vm.is_none(&strategy) {
            Unique::ByIdentity
        } else {
            Unique::By(strategy)
        };
        self.unique.replace(unique);
        self.seen.replace(None);
    }

    /// Whether joined collections repeat their owners in it.
    #[pygetset]
    fn needs_unique(&self) -> bool {
        self.cursor.needs_unique
    }

    #[pygetset]
    fn is_unique(&self) -> bool {
        !matches!(*self.unique.borrow(), Unique::No)
    }

    /// `fetch(count)`: as many rows, or all there are.
    #[pymethod]
    fn fetch(&self, count: Option<usize>, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        let mut rows = Vec::new();
        while count.is_none_or(|count| rows.len() < count) {
            match self.advance(vm)? {
                Some(row) => rows.push(row),
                None => break,
            }
        }
        Ok(rows)
    }

    /// The first row, however often it may come again; nothing is read after it.
    #[pymethod]
    fn first(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let first = self.next_row(false, vm)?;
        self.close();
        Ok(first)
    }

    /// Nothing more can be read, and asking is an error.
    #[pymethod]
    fn close(&self) {
        self.cursor.is_closed.set(true);
        self.cursor.let_go();
    }

    /// Nothing more is read; asking gives nothing.
    #[pymethod]
    fn exhaust(&self) {
        self.cursor.let_go();
    }

    /// All that has not been read, as a view of its own that can be read again.
    #[pymethod]
    fn frozen(&self, vm: &VirtualMachine) -> PyResult<PyRef<Self>> {
        let mut rows: Option<Rows> = None;
        loop {
            self.cursor.fetch(vm)?;
            let Some(mut part) = self.cursor.rows.borrow_mut().take() else {
                break;
            };
            part.cells.drain(..self.cursor.position.get() * part.width);
            self.cursor.position.set(0);
            match &mut rows {
                Some(rows) => rows.cells.append(&mut part.cells),
                None => rows = Some(part),
            }
        }
        let copy = |rows: Option<Rows>| Cursor {
            keys: Rc::clone(&self.cursor.keys),
            rows: RefCell::new(rows),
            fetch: RefCell::new(None),
            needs_unique: self.cursor.needs_unique,
            is_in_parts: false,
            position: Cell::new(0),
            is_closed: Cell::new(false),
            is_buffered: Cell::new(false),
        };
        // This one keeps what it had: it may be frozen again.
        *self.cursor.rows.borrow_mut() = rows.clone();
        Ok(Self {
            cursor: copy(rows).into_ref(&vm.ctx),
            shape: self.shape,
            columns: self.columns.clone(),
            unique: RefCell::new(self.unique.borrow().clone()),
            seen: RefCell::new(None),
        }
        .into_ref(&vm.ctx))
    }

    /// Loads everything now, whenever it is read, and holds it.
    #[pymethod]
    fn buffer(&self, vm: &VirtualMachine) -> PyResult<()> {
        self.cursor.is_buffered.set(true);
        self.cursor.fetch(vm)
    }

    #[pygetset]
    fn is_closed(&self) -> bool {
        self.cursor.is_closed.get()
    }
}

impl View {
    fn column(&self, column: &PyObjectRef, vm: &VirtualMachine) -> PyResult<usize> {
        let found = match column.clone().try_to_value::<isize>(vm) {
            Ok(index) => {
                let width = self.width() as isize;
                usize::try_from(if index < 0 { index + width } else { index })
                    .ok()
                    .filter(|&index| index < self.width())
            }
            Err(_) => self.keys().index_of(column, vm)?,
        };
        found.ok_or_else(|| {
            let shown = column
                .str(vm)
                .map_or_else(|_| String::new(), |text| text.to_string());
            sqlalchemy(
                "sqlalchemy.exc.NoSuchColumnError",
                &format!("Could not locate column in row for column '{shown}'"),
                None,
                vm,
            )
        })
    }
}

impl SelfIter for View {}

impl IterNext for View {
    fn next(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<PyIterReturn> {
        Ok(match zelf.advance(vm)? {
            Some(row) => PyIterReturn::Return(row),
            None => PyIterReturn::StopIteration(None),
        })
    }
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    Cursor::make_static_type();
    set(module, "View", View::make_static_type(), vm)
}
