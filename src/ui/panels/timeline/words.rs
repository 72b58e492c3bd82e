//! What bars, lanes and brackets are called: for tooltips, screen readers and tests alike.

use super::scene::{Band, Bar, Bracket, Lane, LaneKey, Mark};
use crate::ui::words::counted;

/// A lane's accessible name: `Lane Author.books, 100 statements`.
pub fn lane(lane: &Lane) -> String {
    format!("Lane {}, {}", lane.name, amount(&lane.key, lane.total))
}

/// A bar's accessible name: `Statement 5, lazy Author.books` or `64 statements, 2 to 65, lazy Author.books`.
pub fn bar(lane: &Lane, bar: &Bar) -> String {
    let what = match (&lane.key, bar.mark) {
        (LaneKey::Relationship(key), mark) => format!("{} {key}", mark.name()),
        (_, mark) => mark.name().to_owned(),
    };
    match (&lane.key, bar.is_folded()) {
        (LaneKey::NoSql, _) => format!("{}, {}", amount(&lane.key, bar.count), refused(bar.mark)),
        (_, false) => format!("Statement {}, {what}", bar.first),
        (_, true) => format!(
            "{}, {} to {}, {what}",
            amount(&lane.key, bar.count),
            bar.first,
            bar.last
        ),
    }
}

/// A band's accessible name: `Cell List page, 101 of 3 allowed`.
pub fn band(band: &Band) -> String {
    let mut name = format!("Cell {}", band.title);
    if let Some(over) = &band.over {
        name.push_str(", ");
        name.push_str(over);
    }
    name
}

/// A bracket's accessible name, which is all that it says where there is room.
pub fn bracket(bracket: &Bracket) -> String {
    let text = bracket.texts.first().map_or("", String::as_str);
    format!("{} {text}", bracket.tag).trim().to_owned()
}

/// How many statements or reads.
pub fn amount(lane: &LaneKey, count: u64) -> String {
    let (one, many) = match lane {
        LaneKey::NoSql => ("read", "reads"),
        _ => ("statement", "statements"),
    };
    counted(count, one, many)
}

fn refused(mark: Mark) -> &'static str {
    match mark {
        Mark::Refused => "refused",
        _ => "no SQL needed",
    }
}
