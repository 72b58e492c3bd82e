//! One run of a scenario: where it stands, what it told, and whether it must end.

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustpython_vm::builtins::PyStrInterned;
use rustpython_vm::frame::Frame;
use rustpython_vm::vm::thread::with_current_vm;
use rustpython_vm::{Py, VirtualMachine};

use super::interpreter::RunRequest;
use super::memory::Memory;
use super::output::{Chunk, Pending};
use crate::orm::relationship::Toggle;
use crate::sqlite::{Observer, Position, Stopped};
use crate::trace::{Event, Output, OutputStream, ScenarioInfo, Statement, Strategy, Warning};

/// The receiver of events wants no more of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

/// Where the events of a run go.
pub type Sink<'a> = dyn FnMut(Event) -> Result<(), Cancelled> + 'a;

/// Why a run is ended from outside of the scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Halt {
    Cancelled,
    /// It ran into a limit; the sentence says which.
    Limit(String),
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<Run>>> = const { RefCell::new(None) };
}

/// The run in progress on this thread, if there is one.
pub(crate) fn current() -> Option<Rc<Run>> {
    CURRENT.with_borrow(Clone::clone)
}

pub(crate) struct Run {
    started: Instant,
    /// Time in which the scenario stood still until its events were taken: a step that somebody thinks about, a reader
    /// that has no room. It is no time of the run's.
    waited: Cell<Duration>,
    /// The file's name as it stands in code objects.
    file: &'static PyStrInterned,
    /// Cell of each line, by its number; line 0 belongs to the first cell.
    cells: Vec<u32>,
    statement_limit: u64,
    strategies: Vec<(String, Strategy)>,
    overrides: Vec<String>,
    /// None once the run is over: what is emitted later (by an object that is freed late) goes nowhere.
    sink: Cell<Option<NonNull<Sink<'static>>>>,
    stop: Arc<AtomicBool>,
    memory: Memory,
    halt: RefCell<Option<Halt>>,
    /// The scenario's last line has run; what runs yet is ours.
    over: Cell<bool>,
    last_statement: Cell<u64>,
    next_statement: Cell<u64>,
    output: RefCell<Pending>,
    /// When the pending output began to wait.
    output_since: Cell<Option<Instant>>,
    /// What is printed is an engine's log.
    is_logging: Cell<bool>,
    told_line: Cell<u32>,
    /// A statement whose rows nobody has read yet.
    held: RefCell<Option<Box<Statement>>>,
}

impl Run {
    /// Makes a run the current one of this thread and calls `body` with it. `sink` gets its events until `body` ends.
    pub fn enter<R>(
        request: &RunRequest,
        file: &'static PyStrInterned,
        stop: Arc<AtomicBool>,
        sink: &mut Sink<'_>,
        body: impl FnOnce(&Rc<Self>) -> R,
    ) -> R {
        let sink = NonNull::from(sink);
        // SAFETY: only the lifetime changes. The pointer is cleared below, before `sink` can end, also on a panic.
        let sink =
            unsafe { std::mem::transmute::<NonNull<Sink<'_>>, NonNull<Sink<'static>>>(sink) };
        let run = Rc::new(Self {
            started: Instant::now(),
            waited: Cell::new(Duration::ZERO),
            file,
            cells: cells_by_line(&request.info),
            statement_limit: request.info.settings.statement_limit,
            strategies: request.strategies.clone(),
            overrides: request.overrides.clone(),
            sink: Cell::new(Some(sink)),
            stop,
            memory: Memory::measure(),
            halt: RefCell::new(None),
            over: Cell::new(false),
            last_statement: Cell::new(0),
            next_statement: Cell::new(1),
            output: RefCell::default(),
            output_since: Cell::new(None),
            is_logging: Cell::new(false),
            told_line: Cell::new(0),
            held: RefCell::default(),
        });
        struct Leave(Rc<Run>);
        impl Drop for Leave {
            fn drop(&mut self) {
                self.0.sink.set(None);
                CURRENT.set(None);
            }
        }
        CURRENT.set(Some(Rc::clone(&run)));
        let _leave = Leave(Rc::clone(&run));
        body(&run)
    }

    /// The scenario's file name, as tracebacks print it.
    pub fn file(&self) -> &'static PyStrInterned {
        self.file
    }

    /// What a toggle sets for a relationship.
    pub fn toggle(&self, relationship: &str) -> Toggle {
        let mut strategies = self.strategies.iter();
        Toggle {
            strategy: strategies
                .find(|(key, _)| key == relationship)
                .map(|(_, strategy)| *strategy),
            wins: self.overrides.iter().any(|key| key == relationship),
        }
    }

    pub fn halt(&self) -> Option<Halt> {
        self.halt.borrow().clone()
    }

    /// Ends the run; the first reason stays.
    pub fn halt_with(&self, halt: Halt) {
        self.halt.borrow_mut().get_or_insert(halt);
    }

    /// True when the scenario must not go on.
    pub fn is_halted(&self) -> bool {
        if self.halt.borrow().is_some() {
            return true;
        }
        if self.stop.load(Ordering::Acquire) {
            self.halt_with(Halt::Cancelled);
            return true;
        }
        false
    }

    pub fn scenario_has_ended(&self) {
        self.over.set(true);
    }

    pub fn is_over(&self) -> bool {
        self.over.get()
    }

    /// Innermost line of the scenario on the stack, 0 when there is none.
    pub fn line(&self, vm: &VirtualMachine) -> u32 {
        let frames = vm.frames.borrow();
        frames
            .iter()
            .rev()
            // SAFETY: a frame is alive while it is on the stack, and nothing runs while we look.
            .map(|frame| unsafe { frame.as_ref() })
            .find(|frame| self.is_scenario(frame))
            .map_or(0, line_of)
    }

    /// Innermost line and the cell of the outermost one.
    pub fn position_in(&self, vm: &VirtualMachine) -> Position {
        let frames = vm.frames.borrow();
        // SAFETY: as in `line`.
        let mut scenario = frames
            .iter()
            .map(|frame| unsafe { frame.as_ref() })
            .filter(|frame| self.is_scenario(frame));
        let Some(outermost) = scenario.next() else {
            return Position { cell: 0, line: 0 };
        };
        let innermost = scenario.next_back().unwrap_or(outermost);
        Position {
            cell: self.cell_of(line_of(outermost)),
            line: line_of(innermost),
        }
    }

    fn is_scenario(&self, frame: &Py<Frame>) -> bool {
        std::ptr::eq(frame.code.source_path(), self.file)
    }

    fn cell_of(&self, line: u32) -> u32 {
        self.cells
            .get(line as usize)
            .or(self.cells.last())
            .copied()
            .unwrap_or(0)
    }

    /// Takes text that the scenario printed.
    pub fn print(
        &self,
        stream: OutputStream,
        text: &str,
        vm: &VirtualMachine,
    ) -> Result<(), Stopped> {
        if self.is_halted() {
            return Err(Stopped);
        }
        let line = self.line(vm);
        let (chunks, over) = {
            let mut output = self.output.borrow_mut();
            (
                output.write(line, stream, self.is_logging.get(), text),
                output.is_over_limit(),
            )
        };
        for chunk in chunks.into_iter().flatten() {
            self.tell_output(chunk)?;
        }
        if over {
            self.flush_output()?;
            let limit = super::output::LIMIT / (1024 * 1024);
            self.halt_with(Halt::Limit(format!(
                "The scenario printed more than {limit} MB."
            )));
            return Err(Stopped);
        }
        if self.output_since.get().is_none() {
            self.output_since.set(Some(Instant::now()));
        }
        Ok(())
    }

    /// What `log` prints is told as an engine's log.
    pub fn logging<T>(&self, log: impl FnOnce() -> T) -> T {
        self.is_logging.set(true);
        let done = log();
        self.is_logging.set(false);
        done
    }

    /// Tells what was printed and still waits.
    pub fn flush_output(&self) -> Result<(), Stopped> {
        let chunk = self.output.borrow_mut().take();
        match chunk {
            Some(chunk) => self.tell_output(chunk),
            None => Ok(()),
        }
    }

    fn tell_output(&self, chunk: Chunk) -> Result<(), Stopped> {
        let Chunk {
            line,
            stream,
            is_log,
            text,
        } = chunk;
        self.output_since.set(None);
        self.send(Event::Output(Output {
            line,
            stream,
            is_log,
            after_statement: self.last_statement.get(),
            text,
        }))
    }

    /// Tells a warning that was raised at the current line.
    pub fn warn(&self, message: String, vm: &VirtualMachine) -> Result<(), Stopped> {
        let line = self.line(vm);
        self.event(Event::Warning(Warning { line, message }))
    }

    /// What is done some hundred times a second while the scenario runs: the line it has reached, late output, and what
    /// it holds of memory.
    pub fn tick(&self, vm: &VirtualMachine) -> Result<(), Stopped> {
        if let Some(sentence) = self.memory.over() {
            self.flush_output()?;
            self.halt_with(Halt::Limit(sentence));
            return Err(Stopped);
        }
        let waits = self.output_since.get();
        if waits.is_some_and(|since| since.elapsed().as_millis() >= 50) {
            self.flush_output()?;
        }
        let Position { cell, line } = self.position_in(vm);
        if line != 0 && line != self.told_line.replace(line) {
            let at_ns = self.now_ns();
            self.send(Event::Line { line, cell, at_ns })?;
        }
        Ok(())
    }

    fn send(&self, event: Event) -> Result<(), Stopped> {
        let Some(mut sink) = self.sink.get() else {
            return Err(Stopped);
        };
        let since = Instant::now();
        // SAFETY: the sink outlives its being set, and a sink does not emit, so it is borrowed once at a time.
        let answer = unsafe { sink.as_mut() }(event);
        self.waited.set(self.waited.get() + since.elapsed());
        answer.map_err(|Cancelled| {
            self.halt_with(Halt::Cancelled);
            Stopped
        })
    }

    /// Sends an event that belongs to the run as a whole, stopped or not.
    pub fn send_regardless(&self, event: Event) {
        // Whoever cancelled may listen no more.
        let _ = self.tell_held();
        let _ = self.send(event);
    }
}

impl Run {
    /// Tells the statement whose rows nobody has read yet: what follows comes after it.
    fn tell_held(&self) -> Result<(), Stopped> {
        let held = self.held.take();
        held.map_or(Ok(()), |statement| self.tell_statement(statement))
    }

    fn tell_statement(&self, statement: Box<Statement>) -> Result<(), Stopped> {
        let id = statement.id;
        self.send(Event::Statement(statement))?;
        self.last_statement.set(id);
        if id >= self.statement_limit {
            let limit = self.statement_limit;
            self.halt_with(Halt::Limit(format!(
                "The scenario ran {limit} statements, the most that a run may."
            )));
            return Err(Stopped);
        }
        Ok(())
    }

    fn not_halted(&self) -> Result<(), Stopped> {
        if self.is_halted() {
            Err(Stopped)
        } else {
            Ok(())
        }
    }
}

impl Observer for Run {
    fn position(&self) -> Position {
        with_current_vm(|vm| self.position_in(vm))
    }

    fn now_ns(&self) -> u64 {
        let ran = self.started.elapsed().saturating_sub(self.waited.get());
        u64::try_from(ran.as_nanos()).unwrap_or(u64::MAX)
    }

    fn event(&self, event: Event) -> Result<(), Stopped> {
        self.tell_held()?;
        self.flush_output()?;
        match event {
            Event::Statement(statement) => self.tell_statement(statement)?,
            other => self.send(other)?,
        }
        self.not_halted()
    }

    fn hold(&self, statement: Box<Statement>) -> Result<(), Stopped> {
        self.tell_held()?;
        self.flush_output()?;
        self.last_statement.set(statement.id);
        self.held.replace(Some(statement));
        self.not_halted()
    }

    fn release(&self, id: u64) -> Option<Box<Statement>> {
        let mut held = self.held.borrow_mut();
        held.take_if(|statement| statement.id == id)
    }

    fn next_statement_id(&self) -> u64 {
        self.next_statement.replace(self.next_statement.get() + 1)
    }

    fn stop_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }
}

fn line_of(frame: &Py<Frame>) -> u32 {
    // A frame that has not run an instruction yet stands at its first line.
    let executed = (frame.lasti() as usize).saturating_sub(1);
    frame
        .code
        .locations
        .get(executed)
        .map_or(0, |(start, _)| start.line.get() as u32)
}

fn cells_by_line(info: &ScenarioInfo) -> Vec<u32> {
    let last = info
        .cells
        .iter()
        .map(|cell| cell.last_line)
        .max()
        .unwrap_or(0);
    let mut cells = vec![info.cells.first().map_or(0, |cell| cell.id); last as usize + 1];
    for cell in &info.cells {
        for line in cell.first_line..=cell.last_line {
            cells[line as usize] = cell.id;
        }
    }
    cells
}
