//! Colouring code: Python as the notebook shows it, SQL as the detail shows it.
//!
//! Scanners, not parsers: what is half typed or another dialect still gets its colours.

mod brief;
mod python;
mod sql;

pub use brief::brief;
pub use python::python;
pub use sql::{format_sql, sql};

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontId};

use super::theme::Syntax;

/// What a stretch of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    Plain,
    Keyword,
    Name,
    String,
    Number,
    Comment,
    Parameter,
}

impl Token {
    fn color(self, syntax: &Syntax) -> Color32 {
        match self {
            Self::Plain => syntax.plain,
            Self::Keyword => syntax.keyword,
            Self::Name => syntax.name,
            Self::String => syntax.string,
            Self::Number => syntax.number,
            Self::Comment => syntax.comment,
            Self::Parameter => syntax.parameter,
        }
    }
}

/// Lays tokens out in their colours; neighbours of one kind share a section.
pub fn job<'a>(
    tokens: impl IntoIterator<Item = (Token, &'a str)>,
    syntax: &Syntax,
    font: &FontId,
    line_height: f32,
) -> LayoutJob {
    let mut job = LayoutJob::default();
    let mut run = String::new();
    let mut kind = Token::Plain;
    let mut flush = |kind: Token, run: &mut String| {
        if !run.is_empty() {
            let format = TextFormat {
                line_height: Some(line_height),
                ..TextFormat::simple(font.clone(), kind.color(syntax))
            };
            job.append(run, 0.0, format);
            run.clear();
        }
    };
    for (token, text) in tokens {
        if token != kind {
            flush(kind, &mut run);
            kind = token;
        }
        run.push_str(text);
    }
    flush(kind, &mut run);
    job
}
