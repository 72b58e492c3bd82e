//! How an error that ended a run is told: as Python would, with the scenario's lines alone.

use std::fmt::Write;

use rustpython_vm::builtins::{PyBaseExceptionRef, PyList, PyStr, PyType};
use rustpython_vm::suggestion::offer_suggestions;
use rustpython_vm::{AsObject, Py, VirtualMachine};

use super::run::Run;
use crate::trace;

/// Python prints the same place this many times before it counts instead.
const REPEATS: usize = 3;

/// Describes `error`; `source` is the scenario as it was run.
pub(super) fn describe(
    error: &PyBaseExceptionRef,
    run: &Run,
    source: &str,
    vm: &VirtualMachine,
) -> trace::Error {
    let teller = Teller {
        run,
        lines: source.lines().collect(),
        vm,
    };
    let mut traceback = String::new();
    teller.chain(error, &mut traceback, &mut Vec::new());
    trace::Error {
        kind: qualified_name(error.class(), vm),
        message: message(error, vm),
        line: teller.line(error),
        traceback,
    }
}

/// `module.Class`, and `Class` alone for what is built in.
pub(super) fn qualified_name(class: &Py<PyType>, vm: &VirtualMachine) -> String {
    let qualified = class.__qualname__(vm);
    let name = qualified
        .downcast_ref::<PyStr>()
        .map_or_else(|| class.name().to_string(), ToString::to_string);
    match class
        .__module__(vm)
        .downcast_ref::<PyStr>()
        .map(ToString::to_string)
    {
        Some(module) if module != "builtins" => format!("{module}.{name}"),
        _ => name,
    }
}

fn message(error: &PyBaseExceptionRef, vm: &VirtualMachine) -> String {
    error.as_object().str(vm).map_or_else(
        |_| "<exception str() failed>".to_owned(),
        |text| text.to_string().trim_end().to_owned(),
    )
}

struct Teller<'a> {
    run: &'a Run,
    lines: Vec<&'a str>,
    vm: &'a VirtualMachine,
}

struct Place {
    line: usize,
    function: String,
}

impl Teller<'_> {
    /// The lines of the scenario that the error came through, outermost first.
    fn places(&self, error: &PyBaseExceptionRef) -> Vec<Place> {
        let Some(traceback) = error.__traceback__() else {
            return Vec::new();
        };
        traceback
            .iter()
            .filter(|entry| std::ptr::eq(entry.frame.code.source_path(), self.run.file()))
            .map(|entry| {
                let function = entry.frame.code.obj_name.to_string();
                let line = statement_line(&self.lines, entry.lineno.get(), &function);
                Place { line, function }
            })
            .collect()
    }

    /// The innermost line; for an error of syntax, that which could not be read.
    fn line(&self, error: &PyBaseExceptionRef) -> Option<u32> {
        match self.places(error).last() {
            Some(place) => u32::try_from(place.line).ok(),
            None => self.syntax(error).map(|(line, _)| line),
        }
    }

    fn syntax(&self, error: &PyBaseExceptionRef) -> Option<(u32, Option<String>)> {
        if !error.fast_isinstance(self.vm.ctx.exceptions.syntax_error) {
            return None;
        }
        let attribute = |name: &'static str| error.as_object().get_attr(name, self.vm).ok();
        let line = attribute("lineno")?.try_to_value::<u32>(self.vm).ok()?;
        let what = attribute("msg")?
            .str(self.vm)
            .ok()
            .map(|text| text.to_string());
        Some((line, what))
    }

    fn chain(&self, error: &PyBaseExceptionRef, out: &mut String, told: &mut Vec<usize>) {
        told.push(error.get_id());
        let suppressed = is_true(error, "__suppress_context__", self.vm);
        let before = match (error.__cause__(), error.__context__()) {
            (Some(cause), _) => Some((
                cause,
                "\nThe above exception was the direct cause of the following exception:\n\n",
            )),
            (None, Some(context)) if !suppressed => Some((
                context,
                "\nDuring handling of the above exception, another exception occurred:\n\n",
            )),
            _ => None,
        };
        if let Some((before, words)) = before
            && !told.contains(&before.get_id())
        {
            self.chain(&before, out, told);
            out.push_str(words);
        }
        self.one(error, out);
    }

    fn one(&self, error: &PyBaseExceptionRef, out: &mut String) {
        let places = self.places(error);
        if !places.is_empty() {
            out.push_str("Traceback (most recent call last):\n");
        }
        let mut same = 0;
        for (index, place) in places.iter().enumerate() {
            let repeated = index > 0 && places[index - 1].is_same(place);
            same = if repeated { same + 1 } else { 0 };
            if same < REPEATS {
                self.place(place.line, Some(&place.function), out);
            }
            let ends = places
                .get(index + 1)
                .is_none_or(|next| !next.is_same(place));
            if ends && same >= REPEATS {
                let more = same + 1 - REPEATS;
                let times = if more == 1 { "time" } else { "times" };
                // Writing to a string cannot fail, here and below.
                let _ = writeln!(out, "  [Previous line repeated {more} more {times}]");
            }
        }
        let name = {
            let name = qualified_name(error.class(), self.vm);
            name.strip_prefix("__main__.")
                .map_or(name.clone(), str::to_owned)
        };
        let mut text = message(error, self.vm);
        if let Some((line, what)) = self.syntax(error) {
            self.place(line as usize, None, out);
            text = what.unwrap_or(text);
        }
        if let Some(suggestion) = offer_suggestions(error, self.vm) {
            let _ = write!(text, ". Did you mean: '{suggestion}'?");
        }
        let _ = if text.is_empty() {
            writeln!(out, "{name}")
        } else {
            writeln!(out, "{name}: {text}")
        };
        self.notes(error, out);
    }

    fn place(&self, line: usize, function: Option<&str>, out: &mut String) {
        let _ = write!(out, "  File \"{}\", line {line}", self.run.file());
        if let Some(function) = function {
            let _ = write!(out, ", in {function}");
        }
        out.push('\n');
        if let Some(text) = line.checked_sub(1).and_then(|index| self.lines.get(index))
            && !text.trim().is_empty()
        {
            let _ = writeln!(out, "    {}", text.trim());
        }
    }

    fn notes(&self, error: &PyBaseExceptionRef, out: &mut String) {
        let Ok(notes) = error.as_object().get_attr("__notes__", self.vm) else {
            return;
        };
        let Some(notes) = notes.downcast_ref::<PyList>() else {
            return;
        };
        for note in notes.borrow_vec().iter() {
            if let Ok(note) = note.str(self.vm) {
                let _ = writeln!(out, "{note}");
            }
        }
    }
}

/// The line that Python would name. When a class is made, the compiler's last place is the end of the class's body, but
/// it is the enclosing code that runs, and Python says where the class begins.
fn statement_line(lines: &[&str], line: usize, function: &str) -> usize {
    let indent_of = |text: &str| text.len() - text.trim_start().len();
    let Some(at) = lines.get(line.wrapping_sub(1)) else {
        return line;
    };
    // Blocks around the line, innermost first: each is a header with a smaller indent than what it holds.
    let mut blocks = Vec::new();
    let mut indent = indent_of(at);
    for (index, text) in lines.iter().enumerate().take(line - 1).rev() {
        if text.trim().is_empty() || text.trim_start().starts_with('#') || indent_of(text) >= indent
        {
            continue;
        }
        indent = indent_of(text);
        blocks.push((index + 1, text.trim_start()));
        if indent == 0 {
            break;
        }
    }
    let name_of = |header: &str, keyword: &str| -> Option<String> {
        let rest = header
            .strip_prefix("async ")
            .unwrap_or(header)
            .strip_prefix(keyword)?;
        Some(
            rest.trim_start()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect(),
        )
    };
    // The frame is the innermost block of its name, or the module; a class inside of that is being made.
    let own = blocks.iter().position(|(_, header)| {
        [name_of(header, "def "), name_of(header, "class ")]
            .into_iter()
            .flatten()
            .any(|name| name == function)
    });
    let inside = match own {
        Some(own) => &blocks[..own],
        None if function == "<module>" => &blocks[..],
        None => return line,
    };
    inside
        .iter()
        .rev()
        .find(|(_, header)| header.starts_with("class "))
        .map_or(line, |(header, _)| *header)
}

impl Place {
    fn is_same(&self, other: &Self) -> bool {
        self.line == other.line && self.function == other.function
    }
}

fn is_true(error: &PyBaseExceptionRef, attribute: &'static str, vm: &VirtualMachine) -> bool {
    error
        .as_object()
        .get_attr(attribute, vm)
        .and_then(|value| value.is_true(vm))
        .unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::statement_line;

    #[track_caller]
    fn check(line: usize, function: &str, expected: usize) {
        let source = "x = 1\nclass A:\n    y = 2\n    def f(self):\n        return 3\n\ndef g():\n    class B:\n        z = 4\n";
        let lines: Vec<&str> = source.lines().collect();
        assert_eq!(statement_line(&lines, line, function), expected);
    }

    #[test]
    fn making_a_class_is_at_its_beginning() {
        check(1, "<module>", 1);
        check(5, "<module>", 2);
        check(3, "<module>", 2);
        check(3, "A", 3);
        check(5, "f", 5);
        check(9, "g", 8);
        check(9, "B", 9);
        check(3, "<listcomp>", 3);
    }
}
