//! A way of reading what a statement returned: as rows, as values or as mappings.

use std::cell::{Cell as StdCell, RefCell};
use std::rc::Rc;

use rustpython_vm::builtins::{PyBaseExceptionRef, PySet, PyStr};
use rustpython_vm::function::PosArgs;
use rustpython_vm::protocol::PyIterReturn;
use rustpython_vm::types::{IterNext, Iterable, SelfIter};
use rustpython_vm::{
    AsObject, Py, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine, pyclass,
};

use super::cells::{identity, value};
use super::cursor::Cursor;
use crate::orm::loading::not_unique_in_parts;
use crate::python::native::errors::{raise, sqlalchemy};
use crate::python::native::node::{list, text, unknown_word};
use crate::python::native::row::{Keys, Row, RowMapping};

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

/// The columns that are wanted; None for all.
type Columns = Option<(Vec<usize>, Rc<Keys>)>;

/// A way of reading a cursor; an iterator by itself.
#[pyclass(module = "_lazyscope", name = "View")]
#[derive(Debug, PyPayload)]
pub(crate) struct View {
    cursor: Rc<Cursor>,
    shape: Shape,
    columns: RefCell<Columns>,
    unique: RefCell<Unique>,
    seen: RefCell<Option<PyRef<PySet>>>,
    /// A row came again.
    has_skipped: StdCell<bool>,
}

impl View {
    /// Reads all of it, as rows.
    pub(super) fn of(cursor: Cursor) -> Self {
        Self {
            cursor: Rc::new(cursor),
            shape: Shape::Row,
            columns: RefCell::new(None),
            unique: RefCell::new(Unique::No),
            seen: RefCell::new(None),
            has_skipped: StdCell::new(false),
        }
    }

    fn keys(&self) -> Rc<Keys> {
        let columns = self.columns.borrow();
        let keys = columns.as_ref().map(|(_, keys)| keys);
        Rc::clone(keys.unwrap_or(&self.cursor.keys))
    }

    fn width(&self) -> usize {
        self.keys().names.len()
    }

    /// The next row in this view's shape. Where rows of a joined collection are read one after the other, the program
    /// has to say that it knows of their repetitions.
    fn advance(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        self.next_row(self.cursor.needs_unique, vm)
    }

    fn is_by_identity(&self) -> bool {
        matches!(*self.unique.borrow(), Unique::ByIdentity)
    }

    fn next_row(&self, needs_unique: bool, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        if self.cursor.is_closed() {
            return Err(closed(vm));
        }
        loop {
            self.cursor.fetch(vm)?;
            let cells = {
                let columns = self.columns.borrow();
                let wanted = columns.as_ref().map(|(columns, _)| columns.as_slice());
                self.cursor.next_cells(wanted)
            };
            let Some(cells) = cells else {
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
            self.has_skipped.set(true);
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
            keys: self.keys(),
            values: values.into_boxed_slice(),
        }
        .into_ref(&vm.ctx);
        Ok(if self.shape == Shape::Mapping {
            RowMapping { row }.into_ref(&vm.ctx).into()
        } else {
            row.into()
        })
    }

    fn with(&self, shape: Shape, columns: Columns) -> Self {
        Self {
            cursor: Rc::clone(&self.cursor),
            shape,
            columns: RefCell::new(columns),
            unique: RefCell::new(self.unique.borrow().clone()),
            seen: RefCell::new(None),
            has_skipped: StdCell::new(false),
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
            self.columns.borrow().clone()
        } else {
            self.chosen(&columns, vm)?
        };
        Ok(self.with(shape, columns).into_ref(&vm.ctx))
    }

    /// `narrow(columns)`: from here on, these columns only, in their order.
    #[pymethod]
    fn narrow(&self, columns: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let chosen = self.chosen(&columns, vm)?;
        self.columns.replace(chosen);
        Ok(())
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

    /// All the rows.
    #[pymethod]
    fn all(&self, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        let rows = self.take(None, vm)?;
        // They have been loaded by then.
        self.begin(vm)?;
        Ok(rows)
    }

    /// `fetch(count)`: as many rows, or all there are. What streams makes objects of no more than those.
    #[pymethod]
    fn fetch(&self, count: Option<usize>, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        self.begin(vm)?;
        if !self.cursor.is_streamed() {
            return self.take(count, vm);
        }
        let refused = || Err(raise(not_unique_in_parts(), vm));
        if count.is_some() && self.is_by_identity() {
            return refused();
        }
        self.cursor.read_in_parts_of(count);
        self.has_skipped.set(false);
        let rows = self.take(count, vm)?;
        // What is wanted in the place of repetitions is asked for by its number.
        if self.has_skipped.get() && self.is_by_identity() {
            return refused();
        }
        Ok(rows)
    }

    /// The next row.
    #[pymethod]
    fn fetch_one(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        self.begin(vm)?;
        self.advance(vm)
    }

    /// The first two rows, to know whether there is only one.
    #[pymethod]
    fn two(&self, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        let mut rows: Vec<PyObjectRef> = self.advance(vm)?.into_iter().collect();
        if !rows.is_empty() {
            self.begin(vm)?;
            rows.extend(self.advance(vm)?);
        }
        Ok(rows)
    }

    /// `yield_per(count)`: from here on, objects are made of so many rows at a time.
    #[pymethod]
    fn yield_per(&self, count: usize) {
        if self.cursor.keys.is_orm {
            self.cursor.yield_per(count);
        }
    }

    /// The driver hands over as many rows as it is asked for.
    #[pymethod]
    fn stream(&self) {
        if self.cursor.keys.is_orm {
            self.cursor.stream();
        }
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
        self.cursor.close();
    }

    /// Nothing more is read; asking gives nothing.
    #[pymethod]
    fn exhaust(&self) {
        self.cursor.let_go();
    }

    /// Its rows are about to be gone through: says so when they cannot be told apart.
    #[pymethod]
    fn begin(&self, vm: &VirtualMachine) -> PyResult<()> {
        // Of rows in parts none can be told to be a repetition.
        if self.cursor.is_in_parts() && self.is_by_identity() {
            return Err(raise(not_unique_in_parts(), vm));
        }
        Ok(())
    }

    /// All that has not been read, as a view of its own that can be read again.
    #[pymethod]
    fn frozen(&self, vm: &VirtualMachine) -> PyResult<PyRef<Self>> {
        let cursor = Rc::new(self.cursor.frozen(vm)?);
        Ok(Self {
            cursor,
            ..self.with(self.shape, self.columns.borrow().clone())
        }
        .into_ref(&vm.ctx))
    }

    /// What has not been read of this view, and then of the others.
    #[pymethod]
    fn merged(&self, others: PosArgs<PyRef<Self>>, vm: &VirtualMachine) -> PyResult<PyRef<Self>> {
        let others = others.iter().map(|other| &*other.cursor);
        let cursor = Rc::new(self.cursor.merged(others, vm)?);
        Ok(Self {
            cursor,
            ..self.with(self.shape, self.columns.borrow().clone())
        }
        .into_ref(&vm.ctx))
    }

    /// Loads everything now, whenever it is read, and holds it.
    #[pymethod]
    fn buffer(&self, vm: &VirtualMachine) -> PyResult<()> {
        self.cursor.buffer(vm)
    }

    #[pygetset]
    fn is_closed(&self) -> bool {
        self.cursor.is_closed()
    }
}

impl View {
    fn take(&self, count: Option<usize>, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        let mut rows = Vec::new();
        while count.is_none_or(|count| rows.len() < count) {
            match self.advance(vm)? {
                Some(row) => rows.push(row),
                None => break,
            }
        }
        Ok(rows)
    }

    /// Columns of this view, as those of the cursor.
    fn chosen(&self, columns: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Columns> {
        let mut indexes = Vec::new();
        for column in list(columns, vm)? {
            let index = self.column(&column, vm)?;
            let known = self.columns.borrow();
            indexes.push(known.as_ref().map_or(index, |(known, _)| known[index]));
        }
        let keys = Rc::new(self.cursor.keys.only(&indexes));
        Ok(Some((indexes, keys)))
    }

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
            if self.keys().is_orm && column.downcast_ref::<PyStr>().is_some() {
                return vm.new_key_error(column.clone());
            }
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
        zelf.begin(vm)?;
        Ok(match zelf.advance(vm)? {
            Some(row) => PyIterReturn::Return(row),
            None => PyIterReturn::StopIteration(None),
        })
    }
}
