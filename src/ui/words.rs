//! How numbers, times and causes are said in the window.

use crate::trace::{Direction, Error, FindingKind, Param, Trigger, Value};

/// A duration in the unit that suits it: `812 ns`, `21.4 µs`, `103.2 ms`, `1.20 s`.
pub fn duration(ns: f64) -> String {
    match ns {
        ns if ns < 1e3 => format!("{ns:.0} ns"),
        ns if ns < 1e6 => format!("{:.1} µs", ns / 1e3),
        ns if ns < 1e9 => format!("{:.1} ms", ns / 1e6),
        ns => format!("{:.2} s", ns / 1e9),
    }
}

/// A count with its thousands apart: `10,001`.
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count in four characters at most: `853`, `10k`, `2M`.
pub fn short_count(count: u64) -> String {
    match count {
        count if count < 1_000 => count.to_string(),
        count if count < 1_000_000 => format!("{}k", count / 1_000),
        count => format!("{}M", count / 1_000_000),
    }
}

/// A sentence whose counts have their thousands apart, as all counts of the window have. What follows `line` or
/// `statement` is a name and no count.
pub fn with_thousands(sentence: &str) -> String {
    let mut before = "";
    let words = sentence.split(' ').map(|word| {
        let number = word.trim_end_matches(['.', ',', ';', ':']);
        let is_name = ["line", "Line", "statement", "Statement"].contains(&before);
        before = word;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        match number.parse::<u64>() {
            Ok(value) if is_number && !is_name => {
                format!("{}{}", count(value), &word[number.len()..])
            }
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A count with what is counted: `1 row`, `600 rows`.
pub fn counted(number: u64, singular: &str, plural: &str) -> String {
    format!(
        "{} {}",
        count(number),
        if number == 1 { singular } else { plural }
    )
}

/// A size in the unit that suits it: `512 B`, `1.5 kB`, `3.2 MB`.
pub fn bytes(bytes: u64) -> String {
    match bytes as f64 {
        n if n < 1e3 => format!("{n:.0} B"),
        n if n < 1e6 => format!("{:.1} kB", n / 1e3),
        n => format!("{:.1} MB", n / 1e6),
    }
}

/// The cardinality of a relationship, as a badge shows it.
pub fn cardinality(direction: Direction, uselist: bool) -> &'static str {
    match (direction, uselist) {
        (Direction::OneToMany, true) => "1→n",
        (Direction::OneToMany, false) => "1→1",
        (Direction::ManyToOne, _) => "n→1",
        (Direction::ManyToMany, _) => "n→n",
    }
}

/// The cardinality for a screen reader.
pub fn cardinality_spoken(direction: Direction, uselist: bool) -> &'static str {
    match (direction, uselist) {
        (Direction::OneToMany, true) => "one to many",
        (Direction::OneToMany, false) => "one to one",
        (Direction::ManyToOne, _) => "many to one",
        (Direction::ManyToMany, _) => "many to many",
    }
}

/// Why a statement was sent, in a word.
pub fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Query => "query",
        Trigger::Get => "get",
        Trigger::Lazy => "lazy",
        Trigger::Selectin => "selectin",
        Trigger::Joined => "joined",
        Trigger::Subquery => "subquery",
        Trigger::Immediate => "immediate",
        Trigger::Refresh => "refresh",
        Trigger::Flush => "flush",
        Trigger::Ddl => "ddl",
        Trigger::Transaction => "transaction",
    }
}

/// Why a statement was sent, with the relationship that asked: `lazy Author.books`.
pub fn why(cause: Trigger, relationship: Option<&str>) -> String {
    match relationship {
        Some(relationship) => format!("{} {relationship}", trigger(cause)),
        None => trigger(cause).to_owned(),
    }
}

/// A finding that a run has and another one had not: `new: Row multiplication of Author.books`.
pub fn new_finding(kind: FindingKind, relationship: Option<&str>) -> String {
    match relationship {
        Some(relationship) => format!("new: {} of {relationship}", kind.title()),
        None => format!("new: {}", kind.title()),
    }
}

/// At which modelled round trip times are told.
pub fn at_round_trip(ns: u64) -> String {
    match ns {
        0 => "without round trips".to_owned(),
        ns => format!("at {} round trip", duration(ns as f64)),
    }
}

/// What an error says, without the place that Python puts behind it where code is no Python: the line is told apart.
pub fn error(error: &Error) -> &str {
    let message = error.message.as_str();
    let place = error.line.map(|line| format!(", line {line})"));
    let without = place.and_then(|place| message.strip_suffix(&place)?.rsplit_once(" ("));
    without.map_or(message, |(message, _)| message)
}

/// A parameter's value.
pub fn param(param: &Param) -> String {
    match param {
        Param::Integer(integer) => integer.to_string(),
        Param::Number(number) => number.to_string(),
        Param::Boolean(true) => "yes".to_owned(),
        Param::Boolean(false) => "no".to_owned(),
        Param::Text(text) => text.clone(),
    }
}

/// A value as SQL writes it, cut to a length that fits a line.
pub fn value(value: &Value) -> String {
    const LONGEST: usize = 60;
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(integer) => integer.to_string(),
        Value::Real(real) => format!("{real:?}"),
        Value::Text(text) => match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("'{}…'", text[..end].replace('\'', "''")),
            None => format!("'{}'", text.replace('\'', "''")),
        },
        Value::Blob(blob) => format!("blob of {}", bytes(blob.len() as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_take_their_unit() {
        for (ns, expected) in [
            (0.0, "0 ns"),
            (812.0, "812 ns"),
            (21_400.0, "21.4 µs"),
            (103_200_000.0, "103.2 ms"),
            (1.2e9, "1.20 s"),
        ] {
            assert_eq!(duration(ns), expected);
        }
    }

    #[test]
    fn an_error_has_its_place_once() {
        let said = |message: &str, line| {
            let message = message.to_owned();
            let of = Error {
                kind: "SyntaxError".to_owned(),
                message,
                line,
                traceback: String::new(),
            };
            error(&of).to_owned()
        };
        let invalid = "invalid syntax (n_plus_one.py, line 54)";
        assert_eq!(said(invalid, Some(54)), "invalid syntax");
        assert_eq!(said(invalid, None), invalid);
        assert_eq!(said("no (such) thing", Some(54)), "no (such) thing");
    }

    #[test]
    fn counts_have_their_thousands_apart() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(count(number), expected);
        }
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(counted(2, "row", "rows"), "2 rows");
    }

    #[test]
    fn counts_within_sentences_have_their_thousands_apart() {
        assert_eq!(
            with_thousands("10000 of the 10001, to Author(10000); statement 1200 of line 4200."),
            "10,000 of the 10,001, to Author(10000); statement 1200 of line 4200."
        );
    }

    #[test]
    fn values_are_cut_and_quoted() {
        assert_eq!(value(&Value::Text("it's".into())), "'it''s'");
        assert_eq!(
            value(&Value::Text("é".repeat(61).into())),
            format!("'{}…'", "é".repeat(60))
        );
        assert_eq!(value(&Value::Blob(vec![0; 1500].into())), "blob of 1.5 kB");
        assert_eq!(value(&Value::Real(2.0)), "2.0");
    }
}
