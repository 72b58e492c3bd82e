//! What an async program awaits runs on a stack of its own, as SQLAlchemy has it run in a greenlet: the stack is left
//! where the driver has to be waited for, so that other tasks get their turn, and is entered again with the answer.
//!
//! Only the session layer's own part of a stack can be left. The interpreter keeps what belongs to Python's functions in
//! one place, last in first out; with such a function under way, an operation goes on, and owes the waiting to its end.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::ptr::NonNull;
use std::rc::Rc;

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult, Yielder};
use rustpython_vm::builtins::{PyBaseExceptionRef, PyTupleRef};
use rustpython_vm::class::PyClassImpl;
use rustpython_vm::function::FuncArgs;
use rustpython_vm::types::Constructor;
use rustpython_vm::vm::thread::with_current_vm;
use rustpython_vm::{Py, PyObjectRef, PyPayload, PyResult, VirtualMachine, pyclass};

use crate::orm::host::Wait;
use crate::python::native::{Module, set};

/// Listeners and defaults of a program run on it too. It is only reserved until it is used.
const STACK_BYTES: usize = 64 << 20;
/// Stacks that are kept for what is awaited next.
const KEPT_STACKS: usize = 4;

/// What was thrown in, if anything, while the operation was waiting.
type Answer = Option<PyBaseExceptionRef>;

thread_local! {
    static RUNNING: RefCell<Option<Rc<Place>>> = const { RefCell::new(None) };
    static STACKS: RefCell<Vec<DefaultStack>> = const { RefCell::new(Vec::new()) };
}

/// Where an operation can be left.
#[derive(Default)]
struct Place {
    /// How many of Python's functions were under way when its stack was entered.
    depth: Cell<usize>,
    yielder: Cell<Option<NonNull<Yielder<Answer, Wait>>>>,
    owed: RefCell<Vec<Wait>>,
}

/// Whether this is part of an operation that is awaited.
pub(super) fn is_running() -> bool {
    RUNNING.with_borrow(Option::is_some)
}

/// The driver is to be waited for, with the next wait or at the end.
pub(super) fn wait_later(wait: Wait) {
    if let Some(place) = RUNNING.with_borrow(Clone::clone) {
        place.owed.borrow_mut().push(wait);
    }
}

/// Leaves the stack until the driver has answered.
///
/// # Errors
/// What was thrown in meanwhile.
pub(super) fn wait(wait: Wait) -> Result<(), PyBaseExceptionRef> {
    wait_later(wait);
    let Some(place) = RUNNING.with_borrow(Clone::clone) else {
        return Ok(());
    };
    let depth = with_current_vm(|vm| vm.frames.borrow().len());
    let Some(yielder) = place.yielder.get().filter(|_| depth == place.depth.get()) else {
        return Ok(());
    };
    for wait in place.owed.take() {
        // SAFETY: it lies at the bottom of the stack that this runs on, which is why it is the one of `RUNNING`.
        let answer = unsafe { yielder.as_ref() }.suspend(wait);
        if let Some(thrown) = answer {
            return Err(thrown);
        }
    }
    Ok(())
}

/// An operation that is awaited: `Fiber(function, arguments)`.
#[pyclass(module = "_lazyscope", name = "Fiber")]
#[derive(PyPayload)]
struct Fiber {
    place: Rc<Place>,
    /// None while it runs, and when it is done.
    work: RefCell<Option<Coroutine<Answer, Wait, PyResult>>>,
}

impl fmt::Debug for Fiber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fiber(done: {})", self.work.borrow().is_none())
    }
}

impl Constructor for Fiber {
    type Args = (PyObjectRef, PyTupleRef);

    fn py_new(
        _: &Py<rustpython_vm::builtins::PyType>,
        (function, arguments): Self::Args,
        vm: &VirtualMachine,
    ) -> PyResult<Self> {
        let place = Rc::<Place>::default();
        let stack = match STACKS.with_borrow_mut(Vec::pop) {
            Some(stack) => stack,
            None => DefaultStack::new(STACK_BYTES)
                .map_err(|error| vm.new_memory_error(error.to_string()))?,
        };
        let own = Rc::clone(&place);
        let work = Coroutine::with_stack(stack, move |yielder, _: Answer| {
            own.yielder.set(Some(NonNull::from(yielder)));
            let arguments = FuncArgs::from(arguments.to_vec());
            with_current_vm(|vm| function.call(arguments, vm))
        });
        Ok(Self {
            place,
            work: RefCell::new(Some(work)),
        })
    }
}

#[pyclass(with(Constructor))]
impl Fiber {
    /// `resume(error)`: goes on, with what was thrown in or None. Gives what is waited for and None, or None and the
    /// value of what is done.
    #[pymethod]
    fn resume(
        &self,
        error: PyObjectRef,
        vm: &VirtualMachine,
    ) -> PyResult<(PyObjectRef, PyObjectRef)> {
        let answer = error
            .downcast::<rustpython_vm::builtins::PyBaseException>()
            .ok();
        let Some(mut work) = self.work.take() else {
            return Err(vm.new_runtime_error("an operation that is done cannot go on".to_owned()));
        };
        self.place.depth.set(vm.frames.borrow().len());
        let outer = Running::enter(&self.place);
        let result = work.resume(answer);
        drop(outer);
        match result {
            CoroutineResult::Yield(wait) => {
                self.work.replace(Some(work));
                Ok((word(wait, vm), vm.ctx.none()))
            }
            CoroutineResult::Return(value) => {
                STACKS.with_borrow_mut(|stacks| {
                    if stacks.len() < KEPT_STACKS {
                        stacks.push(work.into_stack());
                    }
                });
                Ok((vm.ctx.none(), value?))
            }
        }
    }

    /// `owed()`: what has to be waited for yet.
    #[pymethod]
    fn owed(&self, vm: &VirtualMachine) -> Vec<PyObjectRef> {
        let owed = self.place.owed.take();
        owed.into_iter().map(|wait| word(wait, vm)).collect()
    }
}

/// An operation is under way until this is dropped; then the one around it is again.
struct Running(Option<Rc<Place>>);

impl Running {
    fn enter(place: &Rc<Place>) -> Self {
        Self(RUNNING.replace(Some(Rc::clone(place))))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.set(self.0.take());
    }
}

fn word(wait: Wait, vm: &VirtualMachine) -> PyObjectRef {
    let word = match wait {
        Wait::Call => "call",
        Wait::Execute => "execute",
        Wait::Executed { fetches: true } => "fetch",
        Wait::Executed { fetches: false } => "executed",
    };
    vm.ctx.intern_str(word).to_owned().into()
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    set(module, "Fiber", Fiber::make_static_type(), vm)
}
