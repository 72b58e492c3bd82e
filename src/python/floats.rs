//! `round(x, n)` as CPython rounds: the exact value of the float decides, not a product of it.

use std::cell::Cell;

use rustpython_vm::builtins::PyFloat;
use rustpython_vm::function::{FuncArgs, PyMethodFlags};
use rustpython_vm::{AsObject, PyResult, VirtualMachine};

/// Digits behind the point beyond which every float is itself.
const MOST_DIGITS: usize = 400;

/// Puts our rounding before the type's own, which multiplies first: 2.675 is less than its decimal and must become 2.67.
pub(super) fn install(vm: &VirtualMachine) -> PyResult<()> {
    thread_local! {
        static IS_INSTALLED: Cell<bool> = const { Cell::new(false) };
    }
    // The types are the thread's, and outlive an interpreter.
    if IS_INSTALLED.replace(true) {
        return Ok(());
    }
    let class = vm.ctx.types.float_type;
    let original = class.as_object().get_attr("__round__", vm)?;
    let round = move |args: FuncArgs, vm: &VirtualMachine| -> PyResult {
        if let [number, digits] = &args.args[..]
            && let Some(number) = number.downcast_ref::<PyFloat>()
            && let Ok(digits) = digits.clone().try_into_value::<usize>(vm)
            && number.to_f64().is_finite()
        {
            return Ok(vm.ctx.new_float(rounded(number.to_f64(), digits)).into());
        }
        original.call(args, vm)
    };
    let method = vm
        .ctx
        .new_method_def("__round__", round, PyMethodFlags::METHOD, None)
        .build_method(class, vm);
    class.set_attr(vm.ctx.intern_str("__round__"), method.into());
    Ok(())
}

/// The float nearest to `number` with so many digits behind the point; a tie goes to the even digit.
fn rounded(number: f64, digits: usize) -> f64 {
    format!("{number:.*}", digits.min(MOST_DIGITS))
        .parse()
        .unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_value_decides() {
        for (number, digits, expected) in [
            (2.675, 2, 2.67),
            (1.005, 2, 1.0),
            (0.125, 2, 0.12),
            (0.375, 2, 0.38),
            (-2.5, 0, -2.0),
            (1e300, 5, 1e300),
        ] {
            assert_eq!(rounded(number, digits), expected, "{number} {digits}");
        }
    }
}
