//! Operations of one bytecode each that could ask for more memory, or more time, than there is.

use std::cell::Cell;

use rustpython_vm::builtins::{PyInt, PyType};
use rustpython_vm::function::{FuncArgs, PyMethodFlags};
use rustpython_vm::protocol::{PyIterReturn, PySequence};
use rustpython_vm::{AsObject, Py, PyObject, PyResult, VirtualMachine};

/// Bytes, or items, that one operation may make.
const MOST: usize = 1 << 28;
/// Bits of a whole number that one operation may make.
const MOST_BITS: u64 = 1 << 24;

type Repeat = fn(PySequence<'_>, isize, &VirtualMachine) -> PyResult;
type Binary = fn(&PyObject, &PyObject, &VirtualMachine) -> PyResult;
type Ternary = fn(&PyObject, &PyObject, &PyObject, &VirtualMachine) -> PyResult;
type Next = fn(&PyObject, &VirtualMachine) -> PyResult<PyIterReturn>;

/// Puts a function before the one that a type's slot holds. Slots are plain functions, so what was there is kept
/// in a static of the thread, as the types are.
macro_rules! guard_slot {
    ($slot:expr, $kind:ty, |$($argument:ident),*| $check:expr) => {{
        thread_local! {
            static ORIGINAL: Cell<Option<$kind>> = const { Cell::new(None) };
        }
        if let Some(original) = $slot.load()
            && ORIGINAL.get().is_none()
        {
            ORIGINAL.set(Some(original));
            $slot.store(Some(|$($argument),*| {
                $check;
                ORIGINAL.get().expect("it is set before the slot is")($($argument),*)
            }));
        }
    }};
}

/// Bounds `'a' * n`, `bytes(n)`, `2 ** n`, `1 << n`, `'a'.ljust(n)` and their like, and lets a stop reach native loops over endless iterators.
pub(super) fn install(vm: &VirtualMachine) -> PyResult<()> {
    let types = &vm.ctx.types;
    macro_rules! guard_repeat {
        ($($type:ident.$slot:ident),* $(,)?) => {$(
            guard_slot!(types.$type.slots.as_sequence.$slot, Repeat, |sequence, count, vm| {
                check_repeat(&sequence, count, vm)?
            });
        )*};
    }
    guard_repeat!(
        str_type.repeat,
        bytes_type.repeat,
        bytearray_type.repeat,
        bytearray_type.inplace_repeat,
        list_type.repeat,
        list_type.inplace_repeat,
        tuple_type.repeat,
    );
    let int = &types.int_type.slots.as_number;
    guard_slot!(int.power, Ternary, |base, exponent, modulus, vm| {
        check_power(base, exponent, modulus, vm)?
    });
    guard_slot!(int.right_power, Ternary, |base, exponent, modulus, vm| {
        check_power(base, exponent, modulus, vm)?
    });
    guard_slot!(int.lshift, Binary, |base, count, vm| check_shift(
        base, count, vm
    )?);
    guard_slot!(int.right_lshift, Binary, |base, count, vm| check_shift(
        base, count, vm
    )?);

    guard_slot!(
        types.range_iterator_type.slots.iternext,
        Next,
        |iterator, vm| vm.check_signals()?
    );
    guard_slot!(
        types.long_range_iterator_type.slots.iternext,
        Next,
        |iterator, vm| vm.check_signals()?
    );
    let (count, repeat, cycle) = (
        vm.class("itertools", "count"),
        vm.class("itertools", "repeat"),
        vm.class("itertools", "cycle"),
    );
    guard_slot!(count.slots.iternext, Next, |iterator, vm| vm
        .check_signals()?);
    guard_slot!(repeat.slots.iternext, Next, |iterator, vm| vm
        .check_signals()?);
    guard_slot!(cycle.slots.iternext, Next, |iterator, vm| vm
        .check_signals()?);
    guard_constructors(vm)?;
    guard_methods(vm)
}

fn check_repeat(sequence: &PySequence<'_>, count: isize, vm: &VirtualMachine) -> PyResult<()> {
    let length = sequence.length(vm)?;
    check_size(
        length.saturating_mul(usize::try_from(count).unwrap_or(0)),
        vm,
    )
}

fn check_size(wanted: usize, vm: &VirtualMachine) -> PyResult<()> {
    if wanted > MOST {
        return Err(vm.new_memory_error(format!("one operation would make {wanted} items")));
    }
    Ok(())
}

fn check_bits(wanted: u64, vm: &VirtualMachine) -> PyResult<()> {
    if wanted > MOST_BITS {
        return Err(vm.new_memory_error(format!(
            "one operation would make a number of {wanted} bits"
        )));
    }
    Ok(())
}

fn check_power(
    base: &PyObject,
    exponent: &PyObject,
    modulus: &PyObject,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let (Some(base), Some(exponent)) = (
        base.downcast_ref::<PyInt>(),
        exponent.downcast_ref::<PyInt>(),
    ) else {
        return Ok(());
    };
    if !vm.is_none(modulus) {
        return Ok(());
    }
    let bits = bits(base);
    if bits < 2 {
        return Ok(());
    }
    let exponent = exponent
        .try_to_primitive::<u64>(vm)
        .unwrap_or(if is_negative(exponent, vm) {
            0
        } else {
            u64::MAX
        });
    check_bits((bits - 1).saturating_mul(exponent), vm)
}

fn check_shift(base: &PyObject, count: &PyObject, vm: &VirtualMachine) -> PyResult<()> {
    let (Some(base), Some(count)) = (base.downcast_ref::<PyInt>(), count.downcast_ref::<PyInt>())
    else {
        return Ok(());
    };
    let count = count
        .try_to_primitive::<u64>(vm)
        .unwrap_or(if is_negative(count, vm) { 0 } else { u64::MAX });
    if bits(base) == 0 {
        Ok(())
    } else {
        check_bits(bits(base).saturating_add(count), vm)
    }
}

fn bits(number: &Py<PyInt>) -> u64 {
    number.as_bigint().bits()
}

fn is_negative(number: &Py<PyInt>, vm: &VirtualMachine) -> bool {
    // Comparing with zero allocates nothing and cannot fail for a whole number.
    number
        .as_object()
        .rich_compare_bool(
            vm.ctx.new_int(0).as_object(),
            rustpython_vm::types::PyComparisonOp::Lt,
            vm,
        )
        .unwrap_or(false)
}

/// `bytes(n)` and `bytearray(n)` make n zeros.
fn guard_constructors(vm: &VirtualMachine) -> PyResult<()> {
    type New = fn(rustpython_vm::builtins::PyTypeRef, FuncArgs, &VirtualMachine) -> PyResult;
    type Init = fn(rustpython_vm::PyObjectRef, FuncArgs, &VirtualMachine) -> PyResult<()>;
    guard_slot!(vm.ctx.types.bytes_type.slots.new, New, |class, args, vm| {
        check_length(&args, vm)?
    });
    guard_slot!(
        vm.ctx.types.bytearray_type.slots.init,
        Init,
        |object, args, vm| check_length(&args, vm)?
    );
    Ok(())
}

fn check_length(args: &FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    match args
        .args
        .first()
        .and_then(|first| first.downcast_ref::<PyInt>())
    {
        Some(length) => check_size(length.try_to_primitive::<usize>(vm).unwrap_or(0), vm),
        None => Ok(()),
    }
}

/// Puts checks before the methods that pad what they are called on, or that put something long in many places.
fn guard_methods(vm: &VirtualMachine) -> PyResult<()> {
    thread_local! {
        static ARE_GUARDED: Cell<bool> = const { Cell::new(false) };
    }
    // The types are the thread's, and outlive an interpreter.
    if ARE_GUARDED.replace(true) {
        return Ok(());
    }
    let types = &vm.ctx.types;
    for class in [types.str_type, types.bytes_type, types.bytearray_type] {
        for name in ["ljust", "rjust", "center", "zfill", "expandtabs"] {
            guard_method(class, name, check_width, vm)?;
        }
        guard_method(class, "replace", check_replace, vm)?;
    }
    guard_method(types.int_type, "to_bytes", check_width, vm)
}

type Check = fn(&FuncArgs, &VirtualMachine) -> PyResult<()>;

fn guard_method(
    class: &'static Py<PyType>,
    name: &'static str,
    check: Check,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let original = class.as_object().get_attr(name, vm)?;
    let guarded = move |args: FuncArgs, vm: &VirtualMachine| -> PyResult {
        check(&args, vm)?;
        original.call(args, vm)
    };
    let method = vm
        .ctx
        .new_method_def(name, guarded, PyMethodFlags::METHOD, None)
        .build_method(class, vm);
    class.set_attr(vm.ctx.intern_str(name), method.into());
    Ok(())
}

/// No number among the arguments, which are widths of what is made, is too large.
fn check_width(args: &FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    let named = args.kwargs.values();
    for width in args.args.iter().skip(1).chain(named) {
        if let Some(width) = width.downcast_ref::<PyInt>()
            && !is_negative(width, vm)
        {
            check_size(width.try_to_primitive(vm).unwrap_or(usize::MAX), vm)?;
        }
    }
    Ok(())
}

/// `text.replace(old, new)`: how often `old` is there is counted only where the length of `new` makes it matter.
fn check_replace(args: &FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    let [text, old, new, ..] = &args.args[..] else {
        return Ok(());
    };
    // What is no text has no length: the method itself says so.
    let (Ok(length), Ok(longer)) = (text.length(vm), new.length(vm)) else {
        return Ok(());
    };
    if (length + 1).saturating_mul(longer) <= MOST {
        return Ok(());
    }
    let places = vm
        .call_method(text, "count", (old.clone(),))?
        .try_to_value::<usize>(vm)?;
    check_size(places.saturating_mul(longer), vm)
}
