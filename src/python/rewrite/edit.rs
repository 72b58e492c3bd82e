//! A change of a text, and how it reads as a diff.

use std::ops::Range;

/// What is put in the place of what, in order and without overlaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pieces: Vec<Piece>,
}

/// One replacement; an insertion where the range is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Bytes of the text as it was.
    pub range: Range<usize>,
    pub text: String,
}

/// A line of a diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    /// With its number in the text as it was.
    Removed(u32, String),
    /// With its number in the changed text.
    Added(u32, String),
}

impl std::fmt::Display for DiffLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Removed(number, text) => write!(f, "-{number} {text}"),
            Self::Added(number, text) => write!(f, "+{number} {text}"),
        }
    }
}

impl Piece {
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::replace(at..at, text)
    }

    pub fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            range,
            text: text.into(),
        }
    }
}

impl Edit {
    pub(super) fn new(mut pieces: Vec<Piece>) -> Self {
        pieces.sort_by_key(|piece| piece.range.start);
        // Two paths may begin alike.
        pieces.dedup();
        Self { pieces }
    }

    /// The changed text.
    pub fn apply(&self, source: &str) -> String {
        self.applied(source, 0..source.len())
    }

    /// The changed text of a part that all changes stand in.
    fn applied(&self, source: &str, part: Range<usize>) -> String {
        let mut text = String::with_capacity(part.len() + 64);
        let mut from = part.start;
        for piece in &self.pieces {
            text.push_str(&source[from..piece.range.start]);
            text.push_str(&piece.text);
            from = piece.range.end;
        }
        text.push_str(&source[from..part.end]);
        text
    }

    /// The lines that differ, in order.
    pub fn diff(&self, source: &str) -> Vec<DiffLine> {
        let mut lines = Vec::new();
        let mut pieces = self.pieces.as_slice();
        // How many lines the text has gained so far.
        let mut gained = 0i64;
        while let Some(first) = pieces.first() {
            // Whole lines, with all pieces that touch them.
            let start = line_start(source, first.range.start);
            let number = source[..start].matches('\n').count() as i64 + 1;
            if first.range == (start..start) && first.text.ends_with('\n') {
                // Lines of their own; what is changed in the line behind them is another matter.
                for text in first.text.lines() {
                    lines.push(DiffLine::Added((number + gained) as u32, text.to_owned()));
                    gained += 1;
                }
                pieces = &pieces[1..];
                continue;
            }
            let mut end = line_end(source, first.range.end);
            let mut count = 1;
            while let Some(next) = pieces.get(count).filter(|next| next.range.start <= end) {
                end = end.max(line_end(source, next.range.end));
                count += 1;
            }
            let (group, rest) = pieces.split_at(count);
            pieces = rest;
            let shifted = Self {
                pieces: group
                    .iter()
                    .map(|piece| Piece {
                        range: piece.range.start - start..piece.range.end - start,
                        text: piece.text.clone(),
                    })
                    .collect(),
            };
            let old = &source[start..end];
            let new = shifted.apply(old);
            gained += changed(old, &new, (number, number + gained), &mut lines);
        }
        lines
    }
}

/// Adds the lines that differ; tells how many there are more.
fn changed(old: &str, new: &str, (old_at, new_at): (i64, i64), lines: &mut Vec<DiffLine>) -> i64 {
    let (old, new): (Vec<_>, Vec<_>) = (old.split('\n').collect(), new.split('\n').collect());
    let same = |(a, b): &(&&str, &&str)| a == b;
    let before = old.iter().zip(&new).take_while(same).count();
    let longest = old.len().min(new.len()) - before;
    let behind = old.iter().rev().zip(new.iter().rev());
    let after = behind.take(longest).take_while(same).count();
    let numbered = |of: &[&str], from: i64, line: fn(u32, String) -> DiffLine| -> Vec<DiffLine> {
        let changed = of[before..of.len() - after].iter().enumerate();
        changed
            .map(|(at, text)| line((from + (before + at) as i64) as u32, (*text).to_owned()))
            .collect()
    };
    lines.extend(numbered(&old, old_at, DiffLine::Removed));
    lines.extend(numbered(&new, new_at, DiffLine::Added));
    new.len() as i64 - old.len() as i64
}

/// A part of a text with changes that stand in it.
pub(super) fn replaced(source: &str, part: Range<usize>, pieces: Vec<Piece>) -> String {
    Edit::new(pieces).applied(source, part)
}

pub(super) fn line_start(source: &str, at: usize) -> usize {
    source[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

pub(super) fn line_end(source: &str, at: usize) -> usize {
    source[at..]
        .find('\n')
        .map_or(source.len(), |newline| at + newline)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The diff as `-2 old`, `+2 new`.
    #[track_caller]
    fn check(source: &str, pieces: Vec<Piece>, applied: &str, diff: &[&str]) {
        let edit = Edit::new(pieces);
        assert_eq!(edit.apply(source), applied);
        let lines = edit.diff(source);
        let lines: Vec<_> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(lines, diff);
    }

    #[test]
    fn lines_that_differ_are_told_with_their_numbers() {
        let source = "a\nb c\nd\ne f\n";
        check(
            source,
            vec![Piece::insert(10, "!"), Piece::replace(2..3, "B")],
            "a\nB c\nd\ne !f\n",
            &["-2 b c", "+2 B c", "-4 e f", "+4 e !f"],
        );
        check(
            source,
            vec![Piece::insert(2, "new\n"), Piece::insert(11, "!")],
            "a\nnew\nb c\nd\ne f!\n",
            &["+2 new", "-4 e f", "+5 e f!"],
        );
        check(
            source,
            vec![Piece::insert(3, "1"), Piece::insert(5, "2")],
            "a\nb1 c2\nd\ne f\n",
            &["-2 b c", "+2 b1 c2"],
        );
        check(
            source,
            vec![Piece::insert(2, "new\n"), Piece::insert(3, "!")],
            "a\nnew\nb! c\nd\ne f\n",
            &["+2 new", "-2 b c", "+3 b! c"],
        );
        check("x", vec![Piece::insert(1, "y")], "xy", &["-1 x", "+1 xy"]);
    }
}
