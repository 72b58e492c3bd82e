//! The interpreter: one for the life of a worker thread, one fresh `__main__` for each run.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustpython_vm::builtins::{PyBaseExceptionRef, PyDictRef};
use rustpython_vm::scope::Scope;
use rustpython_vm::signal::{UserSignalSender, user_signal_channel};
use rustpython_vm::{AsObject, PyResult, VirtualMachine};

use super::halt::{self, Ticker};
use super::interrupt::InterruptReceiver;
use super::run::{Cancelled, Halt, Run};
use super::{
    belongings, compile, floats, leftovers, library, limits, native, nesting, sandbox, traceback,
};
use crate::sqlite::Observer;
use crate::trace::{self, Event, Outcome, ScenarioInfo, Status, Strategy};

/// As deep as CPython lets functions call each other.
const RECURSION_LIMIT: usize = 1000;

/// What to run.
#[derive(Clone, Debug, Default)]
pub struct RunRequest {
    /// The scenario, with its source as it is shown.
    pub info: ScenarioInfo,
    /// The source as it runs: the parameters' literals replaced. Line by line the same as what is shown.
    pub code: String,
    /// Loading strategies for this run, by relationship (`Author.books`), over what the mapping says.
    pub strategies: Vec<(String, Strategy)>,
    /// The relationships whose strategy, toggled or their own, wins over what a query's options say.
    pub overrides: Vec<String>,
}

/// An embedded Python that runs scenarios, one after the other, on the thread that made it.
///
/// That thread wants a large stack (256 MB): a scenario's own recursion is bounded, but deep.
pub struct Interpreter {
    /// Made anew when native code has panicked: nobody knows in what state that left the old one.
    python: RefCell<Python>,
    stop: Arc<AtomicBool>,
}

struct Python {
    interpreter: rustpython_vm::Interpreter,
    ticker: Ticker,
}

impl Interpreter {
    /// Starts Python on this thread; takes some milliseconds.
    ///
    /// # Panics
    /// When the Python files that are part of the binary cannot be loaded, which would be a defect of the build.
    pub fn new(interrupt: InterruptReceiver) -> Self {
        Self {
            python: RefCell::new(Python::start()),
            stop: interrupt.flag(),
        }
    }

    /// Runs a scenario to its end, whichever that is. Every event goes to `sink`, [`Event::Started`] first and
    /// [`Event::Finished`] last. `sink` may block; when it answers [`Cancelled`], the scenario ends there.
    pub fn run(&self, request: &RunRequest, sink: &mut dyn FnMut(Event) -> Result<(), Cancelled>) {
        self.stop.store(false, Ordering::Release);
        let intact = {
            let python = self.python.borrow();
            python.interpreter.enter(|vm| {
                let file = vm.ctx.intern_str(format!("{}.py", request.info.name));
                Run::enter(request, file, Arc::clone(&self.stop), sink, |run| {
                    python.run(run, request, vm)
                })
            })
        };
        if intact == Intact::No {
            *self.python.borrow_mut() = Python::start();
        }
    }
}

/// Whether an interpreter can be used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Intact {
    Yes,
    No,
}

impl Python {
    fn start() -> Self {
        let (signals, receiver) = user_signal_channel();
        let settings = rustpython_vm::Settings::default();
        let builder = rustpython_vm::Interpreter::builder(settings);
        let modules = rustpython_stdlib::stdlib_module_defs(&builder.ctx);
        let interpreter = builder
            .add_native_modules(&modules)
            .add_frozen_modules(rustpython_pylib::FROZEN_STDLIB)
            .add_frozen_modules(library::frozen_modules())
            .init_hook(|vm| vm.set_user_signal_channel(receiver))
            .build();
        interpreter.enter_and_expect(
            |vm| prepare(vm, signals.clone()),
            "the library files of the binary load",
        );
        Self {
            interpreter,
            ticker: Ticker::start(signals),
        }
    }

    fn run(&self, run: &Rc<Run>, request: &RunRequest, vm: &VirtualMachine) -> Intact {
        run.send_regardless(Event::Started(Box::new(request.info.clone())));
        let mut intact = Intact::Yes;
        let mut error = None;
        let mut ended_ns = None;
        if !run.is_halted() {
            let globals = vm.ctx.new_dict();
            let knocking = self.ticker.knock();
            match panic::catch_unwind(AssertUnwindSafe(|| execute(run, request, &globals, vm))) {
                Ok(outcome) => error = outcome,
                Err(payload) => {
                    intact = Intact::No;
                    error = Some(panicked(&*payload, run, vm));
                }
            }
            drop(knocking);
            ended_ns = Some(run.now_ns());
            crate::orm::engine::flush_reads();
            run.scenario_has_ended();
            let clean = || clean(&globals, vm);
            if intact == Intact::Yes
                && !matches!(panic::catch_unwind(AssertUnwindSafe(clean)), Ok(Ok(())))
            {
                intact = Intact::No;
            }
        }
        // Late text; when nobody listens any more, it is lost as all else.
        let _ = run.flush_output();
        let outcome = outcome(run, error);
        // What was tidied up since is no part of the run.
        let at_ns = ended_ns.unwrap_or_else(|| run.now_ns());
        run.send_regardless(Event::Finished { outcome, at_ns });
        intact
    }
}

/// What an interpreter needs once, before its first run.
fn prepare(vm: &VirtualMachine, signals: UserSignalSender) -> PyResult<()> {
    vm.recursion_limit.set(RECURSION_LIMIT);
    halt::install(vm, signals);
    native::install(vm)?;
    native::stream::redirect(vm)?;
    // Hooks warnings, replaces `time.sleep`, and imports what scenarios import.
    vm.import("_lazyscope_boot", 0)?;
    sandbox::install(vm)?;
    limits::install(vm)?;
    floats::install(vm)?;
    // A coroutine that nobody awaits is an error of whoever iterates it, not an iterator without items.
    let coroutine = &vm.ctx.types.coroutine_type.slots;
    coroutine.iter.store(None);
    coroutine.iternext.store(None);
    rustpython_vm::gc_state::gc_state().collect_force(2);
    leftovers::keep();
    belongings::note_all(vm)
}

/// Compiles and runs; gives the error that ended it, if one did.
fn execute(
    run: &Rc<Run>,
    request: &RunRequest,
    globals: &PyDictRef,
    vm: &VirtualMachine,
) -> Option<trace::Error> {
    let file = run.file().to_string();
    if let Err(deep) = nesting::check(&request.code) {
        return Some(too_deep(deep, &file, &request.code));
    }
    let result = compile::compile(&request.code, &file, vm)
        .map_err(|error| vm.new_syntax_error(&error, Some(&request.code)))
        .and_then(|code| {
            register_main(run, globals, vm)?;
            let result = vm.run_code_obj(code, Scope::with_builtins(None, globals.clone(), vm));
            let ran = result.map(|_| ()).map_err(|error| {
                (!is_clean_exit(&error, vm))
                    .then(|| traceback::describe(&error, run, &request.code, vm))
            });
            Ok(ran)
        });
    match result {
        Ok(Ok(())) => None,
        Ok(Err(error)) => error,
        Err(error) => Some(traceback::describe(&error, run, &request.code, vm)),
    }
}

/// Makes a new `__main__` with this namespace.
fn register_main(run: &Run, globals: &PyDictRef, vm: &VirtualMachine) -> PyResult<()> {
    let module = vm.new_module("__main__", globals.clone(), None);
    globals.set_item("__file__", vm.ctx.new_str(run.file().as_str()).into(), vm)?;
    globals.set_item("__builtins__", vm.builtins.clone().into(), vm)?;
    let modules = vm.sys_module.get_attr("modules", vm)?;
    modules.set_item("__main__", module.into(), vm)
}

/// Takes away all that the run has left behind. When that cannot be done, the interpreter is of no more use.
fn clean(globals: &PyDictRef, vm: &VirtualMachine) -> PyResult<()> {
    belongings::restore(vm)?;
    native::stream::redirect(vm)?;
    let boot = vm.import("_lazyscope_boot", 0)?;
    vm.call_method(&boot, "clean", ())?;
    leftovers::free(globals, vm);
    Ok(())
}

/// `sys.exit()` with no code, or with 0, is an ordinary end.
fn is_clean_exit(error: &PyBaseExceptionRef, vm: &VirtualMachine) -> bool {
    if !error.fast_isinstance(vm.ctx.exceptions.system_exit) {
        return false;
    }
    let Ok(code) = error.as_object().get_attr("code", vm) else {
        return true;
    };
    vm.is_none(&code) || code.try_to_value::<i64>(vm).is_ok_and(|code| code == 0)
}

fn too_deep(deep: nesting::TooDeep, file: &str, code: &str) -> trace::Error {
    let nesting::TooDeep { line, what } = deep;
    let shown: String = code
        .lines()
        .nth(line - 1)
        .unwrap_or_default()
        .trim()
        .chars()
        .take(80)
        .collect();
    trace::Error {
        kind: "SyntaxError".to_owned(),
        message: format!("{what} ({file}, line {line})"),
        line: u32::try_from(line).ok(),
        traceback: format!("  File \"{file}\", line {line}\n    {shown}\nSyntaxError: {what}\n"),
    }
}

/// Native code gave up: too much memory asked for in one go, or a defect.
fn panicked(payload: &(dyn Any + Send), run: &Run, vm: &VirtualMachine) -> trace::Error {
    let words = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    let (kind, message) = if words.contains("capacity overflow") {
        ("MemoryError", "more memory than there is".to_owned())
    } else {
        ("SystemError", format!("Lazyscope failed inside: {words}"))
    };
    let line = run.line(vm);
    trace::Error {
        kind: kind.to_owned(),
        traceback: format!("{kind}: {message}\n"),
        message,
        line: (line != 0).then_some(line),
    }
}

fn outcome(run: &Run, error: Option<trace::Error>) -> Outcome {
    match run.halt() {
        Some(Halt::Cancelled) => Outcome {
            status: Status::Cancelled,
            error: None,
        },
        Some(Halt::Limit(message)) => Outcome {
            status: Status::Limit,
            error: Some(trace::Error {
                kind: "Limit".to_owned(),
                line: error.and_then(|error| error.line),
                traceback: message.clone(),
                message,
            }),
        },
        None => Outcome {
            status: if error.is_some() {
                Status::Error
            } else {
                Status::Ok
            },
            error,
        },
    }
}
