//! A scenario's parameters: a literal at the top level, with a form field in its comment that says what else it may be.

use std::ops::Range;

use super::lines::{Line, Within};
use super::spec::{self, Spec};
use super::{Problem, literal};
use crate::trace::Param;

/// `NAME = literal  # @param …`: a control in the window, `--param NAME=value` on the command line.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub name: String,
    /// 1-based line of the file.
    pub line: u32,
    pub kind: ParameterKind,
    /// The value that the file gives it.
    pub value: Param,
    /// Bytes of the literal in the source.
    pub(super) literal: Range<usize>,
}

/// Which values a parameter may take.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterKind {
    Integer(Bounds),
    Number(Bounds),
    Boolean,
    Text,
    /// One of these.
    Choice(Vec<Param>),
}

/// The range of a number; with both ends it is a slider.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub step: Option<f64>,
}

impl Bounds {
    fn contains(&self, value: f64) -> bool {
        self.min.is_none_or(|min| min <= value) && self.max.is_none_or(|max| value <= max)
    }

    fn describe(&self) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) => format!(" from {min} to {max}"),
            (Some(min), None) => format!(" of at least {min}"),
            (None, Some(max)) => format!(" of at most {max}"),
            (None, None) => String::new(),
        }
    }
}

const FORMS: &str = "write NAME = 100  # @param {type:\"slider\", min:1, max:1000, step:1}; other types are \
    \"integer\", \"number\", \"boolean\" and \"string\", and [\"a\", \"b\"] is a choice";

impl Parameter {
    /// The parameter that a line declares; `None` where it declares none.
    pub(super) fn read(line: &Line<'_>) -> Option<Result<Self, Problem>> {
        let comment = line.text[line.comment?..]
            .trim_start_matches('#')
            .trim_start();
        let form = comment.strip_prefix("@param")?;
        if form.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            return None;
        }
        Some(Self::declared(line, form))
    }

    fn declared(line: &Line<'_>, form: &str) -> Result<Self, Problem> {
        let problem = |wrong: String, right: &str| Problem::new(line.number, wrong, right);
        let code = &line.text[..line.comment.unwrap_or(line.text.len())];
        if line.within != Within::Nothing || code.starts_with(char::is_whitespace) {
            return Err(problem(
                "a parameter stands inside of another statement".to_owned(),
                "move the assignment to the top level of the file",
            ));
        }
        let Some((name, at)) = assignment(code) else {
            return Err(problem(
                "@param is not beside an assignment".to_owned(),
                FORMS,
            ));
        };
        let value = code[at..].trim();
        let Some(read) = literal::read(value) else {
            return Err(problem(
                format!("the value of parameter {name} is not a literal: {value}"),
                "give it a number, True, False or a string in quotes, alone on its line",
            ));
        };
        let start = line.start + at + (code[at..].len() - code[at..].trim_start().len());
        let kind = spec::parse(form)
            .and_then(|spec| kind(spec, &read))
            .map_err(|wrong| {
                problem(
                    format!("the form field of parameter {name} cannot be read: {wrong}"),
                    FORMS,
                )
            })?;
        Ok(Self {
            name: name.to_owned(),
            line: line.number,
            value: fit(&kind, read),
            kind,
            literal: start..start + value.len(),
        })
    }

    /// What is wrong with the file's own value, if anything.
    pub(super) fn problem(&self) -> Option<Problem> {
        self.accepts(&self.value).err().map(|right| {
            Problem::new(
                self.line,
                format!("parameter {} is {}", self.name, literal::write(&self.value)),
                format!("it takes {right}"),
            )
        })
    }

    /// Whether the parameter may have this value.
    ///
    /// # Errors
    /// What it takes instead, as a phrase: `a whole number from 1 to 100`.
    pub fn accepts(&self, value: &Param) -> Result<(), String> {
        let right = match (&self.kind, value) {
            (ParameterKind::Integer(bounds), Param::Integer(value)) => {
                bounds.contains(*value as f64)
            }
            (ParameterKind::Number(bounds), Param::Number(value)) => bounds.contains(*value),
            (ParameterKind::Boolean, Param::Boolean(_)) | (ParameterKind::Text, Param::Text(_)) => {
                true
            }
            (ParameterKind::Choice(values), value) => values.contains(value),
            _ => false,
        };
        if right { Ok(()) } else { Err(self.takes()) }
    }

    /// The value that a text on the command line stands for.
    ///
    /// # Errors
    /// What the parameter takes, as a phrase: `a whole number from 1 to 100`.
    pub fn parse(&self, text: &str) -> Result<Param, String> {
        let value = match &self.kind {
            ParameterKind::Integer(_) => text.replace('_', "").parse().ok().map(Param::Integer),
            ParameterKind::Number(_) => text
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite())
                .map(Param::Number),
            ParameterKind::Boolean => match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Some(Param::Boolean(true)),
                "false" | "0" | "no" | "off" => Some(Param::Boolean(false)),
                _ => None,
            },
            ParameterKind::Text => Some(Param::Text(text.to_owned())),
            ParameterKind::Choice(values) => values
                .iter()
                .find(|value| {
                    matches!(value, Param::Text(choice) if choice == text)
                        || literal::write(value) == text
                })
                .cloned(),
        };
        let value = value.ok_or_else(|| self.takes())?;
        self.accepts(&value).map(|()| value)
    }

    /// The values it takes, as a phrase.
    fn takes(&self) -> String {
        match &self.kind {
            ParameterKind::Integer(bounds) => format!("a whole number{}", bounds.describe()),
            ParameterKind::Number(bounds) => format!("a number{}", bounds.describe()),
            ParameterKind::Boolean => "true or false".to_owned(),
            ParameterKind::Text => "any text".to_owned(),
            ParameterKind::Choice(values) => {
                let values: Vec<String> = values.iter().map(literal::write).collect();
                format!("one of {}", values.join(", "))
            }
        }
    }
}

/// The name assigned to and the byte after the `=`; an annotation may stand between.
fn assignment(code: &str) -> Option<(&str, usize)> {
    let at = code.find('=')?;
    if code[at + 1..].starts_with('=') {
        return None;
    }
    let target = code[..at].split(':').next()?.trim();
    let mut letters = target.chars();
    let first = letters.next()?;
    let is_name =
        (first.is_alphabetic() || first == '_') && letters.all(|c| c.is_alphanumeric() || c == '_');
    is_name.then_some((target, at + 1))
}

fn kind(spec: Spec, value: &Param) -> Result<ParameterKind, String> {
    let fields = match spec {
        Spec::Bare => {
            return Ok(match value {
                Param::Integer(_) => ParameterKind::Integer(Bounds::default()),
                Param::Number(_) => ParameterKind::Number(Bounds::default()),
                Param::Boolean(_) => ParameterKind::Boolean,
                Param::Text(_) => ParameterKind::Text,
            });
        }
        Spec::Choice(values) if values.is_empty() => return Err("the choice is empty".to_owned()),
        Spec::Choice(values) => return Ok(ParameterKind::Choice(values)),
        Spec::Fields(fields) => fields,
    };
    let number = |key: &str| match fields.iter().find(|(name, _)| name == key) {
        None => Ok(None),
        Some((_, Param::Integer(number))) => Ok(Some(*number as f64)),
        Some((_, Param::Number(number))) => Ok(Some(*number)),
        Some(_) => Err(format!("{key} is not a number")),
    };
    let bounds = Bounds {
        min: number("min")?,
        max: number("max")?,
        step: number("step")?,
    };
    if let (Some(min), Some(max)) = (bounds.min, bounds.max)
        && min > max
    {
        return Err(format!("min {min} is above max {max}"));
    }
    if bounds.step.is_some_and(|step| step <= 0.0) {
        return Err("step is not above 0".to_owned());
    }
    let Some((_, Param::Text(name))) = fields.iter().find(|(key, _)| key == "type") else {
        return Err("it names no type".to_owned());
    };
    Ok(match name.as_str() {
        "slider" if bounds.min.is_none() || bounds.max.is_none() => {
            return Err("a slider needs min and max".to_owned());
        }
        "slider" if is_whole(&bounds) && matches!(value, Param::Integer(_)) => {
            ParameterKind::Integer(bounds)
        }
        "slider" | "number" => ParameterKind::Number(bounds),
        "integer" => ParameterKind::Integer(bounds),
        "boolean" => ParameterKind::Boolean,
        "string" => ParameterKind::Text,
        other => {
            let known = ["slider", "integer", "number", "boolean", "string"];
            let meant = super::near::nearest(other, known)
                .map(|name| format!("; did you mean {name:?}?"))
                .unwrap_or_default();
            return Err(format!("there is no type {other:?}{meant}"));
        }
    })
}

fn is_whole(bounds: &Bounds) -> bool {
    [bounds.min, bounds.step]
        .into_iter()
        .flatten()
        .all(|number| number.fract() == 0.0)
}

/// `1` is as good as `1.0` where a number is wanted.
fn fit(kind: &ParameterKind, value: Param) -> Param {
    match (kind, value) {
        (ParameterKind::Number(_), Param::Integer(value)) => Param::Number(value as f64),
        (_, value) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::lines::lines;

    fn read(source: &str) -> Result<Parameter, String> {
        Parameter::read(&lines(source)[0])
            .expect("a parameter")
            .map_err(|problem| problem.wrong)
    }

    #[track_caller]
    fn check(source: &str, name: &str, value: Param, takes: &str) {
        let parameter = read(source).expect("right");
        assert_eq!(
            (
                parameter.name.as_str(),
                &parameter.value,
                parameter.takes().as_str()
            ),
            (name, &value, takes)
        );
        assert_eq!(
            literal::read(&source[parameter.literal.clone()])
                .map(|read| fit(&parameter.kind, read)),
            Some(value)
        );
    }

    #[track_caller]
    fn check_wrong(source: &str, wrong: &str) {
        assert_eq!(
            read(source).map(|parameter| parameter.name),
            Err(wrong.to_owned())
        );
    }

    #[test]
    fn each_type_is_read() {
        check(
            "N = 100  # @param {type:\"slider\", min:1, max:10000, step:1}",
            "N",
            Param::Integer(100),
            "a whole number from 1 to 10000",
        );
        check(
            "RATE = 1 # @param {type:\"slider\", min:0, max:1, step:0.1}",
            "RATE",
            Param::Number(1.0),
            "a number from 0 to 1",
        );
        check(
            "n: int = 3  #@param {type:\"integer\"}",
            "n",
            Param::Integer(3),
            "a whole number",
        );
        check(
            "x = 1  # @param {type:\"number\", min: 0}",
            "x",
            Param::Number(1.0),
            "a number of at least 0",
        );
        check(
            "on = True # @param {type:\"boolean\"}",
            "on",
            Param::Boolean(true),
            "true or false",
        );
        check(
            "s = '#1' # @param {type:\"string\"}",
            "s",
            Param::Text("#1".to_owned()),
            "any text",
        );
        check(
            "s = \"a\"  # @param [\"a\", \"b\"]",
            "s",
            Param::Text("a".to_owned()),
            "one of \"a\", \"b\"",
        );
        check("n = 5  # @param", "n", Param::Integer(5), "a whole number");
    }

    #[test]
    fn what_is_malformed_says_so() {
        check_wrong(
            "    N = 1  # @param",
            "a parameter stands inside of another statement",
        );
        check_wrong("print(1)  # @param", "@param is not beside an assignment");
        check_wrong("N == 1  # @param", "@param is not beside an assignment");
        check_wrong(
            "N = M  # @param",
            "the value of parameter N is not a literal: M",
        );
        let field = |wrong| format!("the form field of parameter N cannot be read: {wrong}");
        check_wrong(
            "N = 1 # @param {type:\"slider\", min:1}",
            &field("a slider needs min and max"),
        );
        check_wrong(
            "N = 1 # @param {type:\"slidr\"}",
            &field("there is no type \"slidr\"; did you mean \"slider\"?"),
        );
        check_wrong(
            "N = 1 # @param {type:\"integer\", min:9, max:2}",
            &field("min 9 is above max 2"),
        );
        check_wrong("N = 1 # @param {min:9}", &field("it names no type"));
    }

    #[test]
    fn values_from_the_command_line() {
        let number =
            read("N = 100  # @param {type:\"slider\", min:1, max:10000, step:1}").expect("right");
        assert_eq!(number.parse("1000"), Ok(Param::Integer(1000)));
        for wrong in ["0", "10001", "2.5", "many", ""] {
            assert_eq!(
                number.parse(wrong),
                Err("a whole number from 1 to 10000".to_owned()),
                "{wrong}"
            );
        }
        let choice = read("s = 'a'  # @param ['a', 'b']").expect("right");
        assert_eq!(choice.parse("b"), Ok(Param::Text("b".to_owned())));
        assert_eq!(choice.parse("c"), Err("one of \"a\", \"b\"".to_owned()));
        let flag = read("on = True # @param {type:\"boolean\"}").expect("right");
        assert_eq!(flag.parse("false"), Ok(Param::Boolean(false)));
    }

    #[test]
    fn a_value_outside_its_range_is_a_problem() {
        let parameter = read("N = 0  # @param {type:\"integer\", min:1, max:9}").expect("readable");
        assert_eq!(
            parameter.problem().expect("a problem").to_string(),
            "line 1: parameter N is 0; it takes a whole number from 1 to 9"
        );
    }
}
