//! What a statement returned, and how far it has been read.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustpython_vm::{PyResult, VirtualMachine};

use crate::orm::execute::ResultRows;
use crate::orm::loading::{Cell as Loaded, Fetch, Loaded as Rows};
use crate::python::native::errors::raise;
use crate::python::native::row::Keys;

/// What a statement returned, as far as it has not been read.
#[derive(Debug)]
pub(super) struct Cursor {
    pub(super) keys: Rc<Keys>,
    /// None when all has been read: objects are held no longer than that.
    rows: RefCell<Option<Rows>>,
    /// Where they come from; none when there are no more.
    fetch: RefCell<Option<Box<Fetch>>>,
    /// A joined collection repeats its owners: they are to be told apart by `unique()`.
    pub(super) needs_unique: bool,
    /// Its rows are made in parts, which do not know of one another: none can be told to be a repetition.
    is_in_parts: Cell<bool>,
    /// The driver hands over as many rows as it is asked for: `fetchmany()` makes objects of no more.
    is_streamed: Cell<bool>,
    position: Cell<usize>,
    is_closed: Cell<bool>,
    /// It was read ahead, and holds its rows as long as it lives, read or not.
    is_buffered: Cell<bool>,
}

impl Cursor {
    pub(super) fn new(keys: Rc<Keys>, rows: ResultRows, needs_unique: bool) -> Self {
        let (rows, fetch) = match rows {
            ResultRows::Unread(fetch) => (None, Some(fetch)),
            ResultRows::Read(rows) => (Some(rows), None),
        };
        Self {
            is_in_parts: Cell::new(fetch.as_ref().is_some_and(|fetch| fetch.is_in_parts())),
            is_streamed: Cell::new(false),
            keys,
            rows: RefCell::new(rows),
            fetch: RefCell::new(fetch),
            needs_unique,
            position: Cell::new(0),
            is_closed: Cell::new(false),
            is_buffered: Cell::new(false),
        }
    }

    pub(super) fn is_in_parts(&self) -> bool {
        self.is_in_parts.get()
    }

    pub(super) fn is_streamed(&self) -> bool {
        self.is_streamed.get()
    }

    pub(super) fn stream(&self) {
        self.is_streamed.set(true);
    }

    /// `yield_per()`: objects are made of so many rows at a time.
    pub(super) fn yield_per(&self, part: usize) {
        self.is_in_parts.set(true);
        self.read_in_parts_of(Some(part));
    }

    /// From here on, so many rows at a time, or all; what has been made of rows before and not been read is lost.
    pub(super) fn read_in_parts_of(&self, part: Option<usize>) {
        if let Some(fetch) = &mut *self.fetch.borrow_mut() {
            fetch.read_in_parts_of(part);
        }
        let lost = self.rows.borrow_mut().take();
        drop(lost);
    }

    /// The program reads: what its rows lead to is loaded now.
    pub(super) fn fetch(&self, vm: &VirtualMachine) -> PyResult<()> {
        loop {
            // Taken out while it works: what is loaded may run the scenario's code, which may read on.
            let Some(mut fetch) = self.fetch.borrow_mut().take() else {
                return Ok(());
            };
            if self.has_rows() {
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

    /// The cells of the next row, or those of it that are wanted; none at the end.
    pub(super) fn next_cells(&self, wanted: Option<&[usize]>) -> Option<Vec<Loaded>> {
        let mut rows = self.rows.borrow_mut();
        let (from, width) = match &*rows {
            Some(loaded) => (self.position.get() * loaded.width, loaded.width),
            None => return None,
        };
        let cells = rows
            .as_ref()
            .and_then(|loaded| loaded.cells.get(from..from + width))
            .filter(|_| width > 0);
        let Some(cells) = cells else {
            if self.is_buffered.get() {
                return None;
            }
            let all = rows.take();
            drop(rows);
            // The objects go with the last look at them; that may run code of the scenario's.
            drop(all);
            return None;
        };
        self.position.set(self.position.get() + 1);
        Some(match wanted {
            Some(wanted) => wanted
                .iter()
                .filter_map(|&index| cells.get(index).cloned())
                .collect(),
            None => cells.to_vec(),
        })
    }

    /// A cursor of its own over all that has not been read; this one keeps it too, and may be frozen again.
    pub(super) fn frozen(&self, vm: &VirtualMachine) -> PyResult<Self> {
        let rows = self.unread(vm)?;
        self.rows.borrow_mut().clone_from(&rows);
        Ok(self.over(rows))
    }

    /// A cursor over what has not been read of this one, and then of the others.
    pub(super) fn merged<'a>(
        &self,
        others: impl Iterator<Item = &'a Self>,
        vm: &VirtualMachine,
    ) -> PyResult<Self> {
        let mut rows = self.unread(vm)?;
        for other in others {
            let next = other.unread(vm)?;
            match (&mut rows, next) {
                (Some(rows), Some(mut next)) => rows.cells.append(&mut next.cells),
                (None, next) => rows = next,
                (Some(_), None) => {}
            }
        }
        Ok(self.over(rows))
    }

    /// A cursor over rows like those of this one.
    fn over(&self, rows: Option<Rows>) -> Self {
        Self::new(
            Rc::clone(&self.keys),
            ResultRows::Read(rows.unwrap_or_default()),
            self.needs_unique,
        )
    }

    /// All that has not been read; this one has no more.
    fn unread(&self, vm: &VirtualMachine) -> PyResult<Option<Rows>> {
        let mut rows: Option<Rows> = None;
        loop {
            self.fetch(vm)?;
            let Some(mut part) = self.rows.borrow_mut().take() else {
                return Ok(rows);
            };
            part.cells.drain(..self.position.get() * part.width);
            self.position.set(0);
            match &mut rows {
                Some(rows) => rows.cells.append(&mut part.cells),
                None => rows = Some(part),
            }
        }
    }

    fn has_rows(&self) -> bool {
        self.rows
            .borrow()
            .as_ref()
            .is_some_and(|rows| self.position.get() * rows.width < rows.cells.len())
    }

    /// Loads everything now, whenever it is read, and holds it.
    pub(super) fn buffer(&self, vm: &VirtualMachine) -> PyResult<()> {
        self.is_buffered.set(true);
        self.fetch(vm)
    }

    /// Nothing more can be read, and asking is an error.
    pub(super) fn close(&self) {
        self.is_closed.set(true);
        self.let_go();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.get()
    }

    /// Nothing more is read; asking gives nothing.
    pub(super) fn let_go(&self) {
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
