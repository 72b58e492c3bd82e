//! Python's literals, as far as a parameter can hold them: read from the source, and written into it.

use crate::trace::Param;

/// The value of a Python literal: a number, `True` or `False`, or a string in plain quotes.
pub(super) fn read(text: &str) -> Option<Param> {
    match text {
        "True" => return Some(Param::Boolean(true)),
        "False" => return Some(Param::Boolean(false)),
        _ => {}
    }
    if text.starts_with(['"', '\'']) {
        return read_string(text).map(Param::Text);
    }
    let digits = text.replace('_', "");
    if !digits.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return None;
    }
    if let Ok(integer) = digits.parse() {
        return Some(Param::Integer(integer));
    }
    let number: f64 = digits.parse().ok()?;
    number.is_finite().then_some(Param::Number(number))
}

fn read_string(text: &str) -> Option<String> {
    let quote = text.chars().next()?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut value = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => value.push(match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                same @ ('\\' | '\'' | '"') => same,
                _ => return None,
            }),
            c if c == quote => return None,
            c => value.push(c),
        }
    }
    Some(value)
}

/// The value as Python would read it.
pub(super) fn write(value: &Param) -> String {
    match value {
        Param::Integer(value) => value.to_string(),
        // Debug keeps the point of 1.0, which Python needs to see a float.
        Param::Number(value) => format!("{value:?}"),
        Param::Boolean(true) => "True".to_owned(),
        Param::Boolean(false) => "False".to_owned(),
        Param::Text(value) => {
            let mut quoted = String::from("\"");
            for c in value.chars() {
                match c {
                    '\\' => quoted.push_str("\\\\"),
                    '"' => quoted.push_str("\\\""),
                    '\n' => quoted.push_str("\\n"),
                    '\r' => quoted.push_str("\\r"),
                    '\t' => quoted.push_str("\\t"),
                    c if c.is_control() => quoted.push_str(&format!("\\U{:08x}", u32::from(c))),
                    c => quoted.push(c),
                }
            }
            quoted.push('"');
            quoted
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<Param>) {
        assert_eq!(read(text), expected, "{text}");
        if let Some(value) = expected {
            assert_eq!(read(&write(&value)), Some(value));
        }
    }

    #[test]
    fn literals_are_read_and_written() {
        check("100", Some(Param::Integer(100)));
        check("-7", Some(Param::Integer(-7)));
        check("10_000", Some(Param::Integer(10_000)));
        check("1.5", Some(Param::Number(1.5)));
        check("1e3", Some(Param::Number(1000.0)));
        check("True", Some(Param::Boolean(true)));
        check("'a \"b\"'", Some(Param::Text("a \"b\"".to_owned())));
        check(r#""a\n\\b""#, Some(Param::Text("a\n\\b".to_owned())));
    }

    #[test]
    fn expressions_are_not_literals() {
        for text in [
            "len(x)",
            "1 + 1",
            "N",
            "inf",
            "nan",
            "'a' + 'b'",
            "'a",
            "[1]",
            "None",
            "",
        ] {
            check(text, None);
        }
    }
}
