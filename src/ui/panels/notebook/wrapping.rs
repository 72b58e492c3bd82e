//! Code that is too long for its line goes on under itself, further in than it began.

use std::ops::Range;
use std::sync::Arc;

use egui::text::{Galley, LayoutJob, LayoutSection};
use egui::{Ui, Vec2};

/// How much further in it goes on, in characters.
const FURTHER: usize = 4;

/// Lays code out in that width.
pub fn lay_out(ui: &Ui, mut job: LayoutJob, width: f32) -> Arc<Galley> {
    job.wrap.max_width = width;
    let plain = ui.fonts_mut(|fonts| fonts.layout_job(job.clone()));
    let lines = job.text.split('\n').count();
    if plain.rows.len() == lines {
        return plain;
    }
    let letter = ui.fonts_mut(|fonts| {
        let font = job.sections.first().map(|section| &section.format.font_id);
        font.map_or(0.0, |font| fonts.glyph_width(font, ' '))
    });
    // Each piece is what is laid out at once: a line, or its first row, or what comes after that.
    let mut pieces: Vec<(Arc<Galley>, f32, bool)> = Vec::new();
    let mut start = 0;
    for line in job.text.split('\n') {
        let range = start..start + line.len();
        start = range.end + 1;
        let whole = lay_out_part(ui, &job, range.clone(), width);
        if whole.rows.len() == 1 {
            pieces.push((whole, 0.0, true));
            continue;
        }
        // Its blanks are no place to break it.
        let code = range.start + line.len() - line.trim_start().len();
        let blank = letter * (code - range.start) as f32;
        let broken = lay_out_part(ui, &job, code..range.end, (width - blank).max(width / 2.0));
        let of_first = broken.rows.first().map_or(0, |row| row.glyphs.len());
        let letters = job.text[code..range.end].chars().take(of_first);
        let middle = code + letters.map(char::len_utf8).sum::<usize>();
        let hang = (blank + letter * FURTHER as f32).min(width / 2.0);
        let first = lay_out_part(ui, &job, range.start..middle, f32::INFINITY);
        if middle == range.end {
            pieces.push((first, 0.0, true));
            continue;
        }
        let rest = lay_out_part(ui, &job, middle..range.end, width - hang);
        pieces.push((first, 0.0, false));
        pieces.push((rest, hang, true));
    }
    let galleys: Vec<_> = pieces
        .iter()
        .map(|(galley, ..)| Arc::clone(galley))
        .collect();
    let mut whole = Galley::concat(Arc::new(job), &galleys, ui.pixels_per_point());
    let mut rows = whole.rows.iter_mut();
    for (galley, hang, ends) in &pieces {
        let count = galley.rows.len();
        for (at, row) in rows.by_ref().take(count).enumerate() {
            row.pos.x += hang;
            whole.rect |= row.rect();
            if at + 1 == count && !ends {
                row.ends_with_newline = false;
            }
        }
        let moved = galley.mesh_bounds.translate(Vec2::X * *hang);
        whole.mesh_bounds.max.x = whole.mesh_bounds.max.x.max(moved.right());
    }
    Arc::new(whole)
}

/// Lays a part of the code out by itself, in its colours.
fn lay_out_part(ui: &Ui, job: &LayoutJob, range: Range<usize>, width: f32) -> Arc<Galley> {
    let mut part = LayoutJob {
        text: job.text[range.clone()].to_owned(),
        ..LayoutJob::default()
    };
    part.wrap.max_width = width;
    for section in &job.sections {
        let (from, to) = (section.byte_range.start.0, section.byte_range.end.0);
        let (from, to) = (from.max(range.start), to.min(range.end));
        // An empty line is as high as any: it has the format of what stands around it.
        let is_inside = from < to || range.is_empty() && from == to && part.sections.is_empty();
        if is_inside {
            part.sections.push(LayoutSection {
                byte_range: (from - range.start).into()..(to - range.start).into(),
                ..section.clone()
            });
        }
    }
    ui.fonts_mut(|fonts| fonts.layout_job(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::font;
    use egui::Color32;
    use egui::text::{CCursor, TextFormat};

    #[test]
    fn a_long_line_goes_on_further_in() {
        let context = egui::Context::default();
        crate::ui::theme::install(&context);
        // The first frame has no fonts yet.
        let mut output = context.run_ui(egui::RawInput::default(), |_| {});
        output.textures_delta.clear();
        let font = font::code(12.0);
        let text = "if a:\n    one(two, three, four)\n\nend";
        let mut seen = None;
        let mut output = context.run_ui(egui::RawInput::default(), |ui| {
            let format = TextFormat::simple(font.clone(), Color32::PLACEHOLDER);
            let mut job = LayoutJob::default();
            // In two colours, the border of which is in the long line.
            job.append(&text[..16], 0.0, format.clone());
            job.append(&text[16..], 0.0, format);
            let letter = ui.fonts_mut(|fonts| fonts.glyph_width(&font, ' '));
            seen = Some((lay_out(ui, job, letter * 18.5), letter));
        });
        output.textures_delta.clear();
        let (galley, letter) = seen.expect("the frame has run");
        let rows: Vec<(String, f32, bool)> = galley
            .rows
            .iter()
            .map(|row| {
                let in_letters = (row.pos.x / letter).round();
                (row.text(), in_letters, row.ends_with_newline)
            })
            .collect();
        let expected = [
            ("if a:", 0.0, true),
            ("    one(two, ", 0.0, false),
            ("three, ", 8.0, false),
            ("four)", 8.0, true),
            ("", 0.0, true),
            ("end", 0.0, false),
        ];
        let expected = expected.map(|(text, at, ends)| (text.to_owned(), at, ends));
        assert_eq!(rows, expected);
        let right = galley.rows.iter().map(|row| row.rect().right());
        assert!(right.fold(0.0, f32::max) <= galley.rect.right());
        // A click lands on the letter that is there.
        let at = galley.pos_from_cursor(CCursor::new(text.find("our)").expect("it is there")));
        assert!((at.left() - 9.0 * letter).abs() < 0.5, "{at:?}");
    }
}
