//! What a run costs, beside what another one cost: what differs, as long as anything does.

use std::cmp::Ordering;

use egui::{RichText, Ui};

use crate::trace::Summary;
use crate::ui::theme::{Theme, font};
use crate::ui::words;

pub fn show(ui: &mut Ui, trip: u64, [a, b]: [Summary; 2], name: &str) {
    let theme = Theme::of(ui.ctx());
    let count = |n: u64| words::count(n);
    let time = |ns: u64| words::duration(ns as f64);
    let at = words::at_round_trip(trip);
    type Row<'a> = (u64, u64, &'a dyn Fn(u64) -> String, &'a str);
    let rows: [Row<'_>; 5] = [
        (
            a.statements,
            b.statements,
            &count,
            plural(b.statements, "statement", "statements"),
        ),
        (a.rows, b.rows, &count, plural(b.rows, "row", "rows")),
        (a.bytes, b.bytes, &words::bytes, "of values"),
        (a.vm_steps, b.vm_steps, &count, "VM steps"),
        (a.database_ns(trip), b.database_ns(trip), &time, &at),
    ];
    // A row is as high as its text: nothing in it is to be clicked.
    ui.spacing_mut().interact_size.y = 0.0;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(12.0, 3.0);
        if !name.is_empty() {
            ui.label(
                RichText::new(name)
                    .font(font::small())
                    .color(theme.text_dim),
            );
        }
        let differs = rows.iter().any(|(a, b, ..)| a != b);
        for (a, b, said, unit) in rows {
            if differs && a == b {
                continue;
            }
            difference(ui, [a, b], said, unit);
        }
    });
}

/// Of the same two runs only how many statements they sent.
pub fn statements(ui: &mut Ui, [a, b]: [Summary; 2]) {
    let unit = plural(b.statements, "statement", "statements");
    difference(ui, [a.statements, b.statements], &words::count, unit);
}

fn difference(ui: &mut Ui, [a, b]: [u64; 2], said: &dyn Fn(u64) -> String, unit: &str) {
    let theme = Theme::of(ui.ctx());
    let (text, color) = match b.cmp(&a) {
        Ordering::Equal => (format!("{} {unit}", said(b)), theme.text_dim),
        Ordering::Less => (format!("{} → {} {unit}", said(a), said(b)), theme.good),
        Ordering::Greater => (format!("{} → {} {unit}", said(a), said(b)), theme.caution),
    };
    let text = RichText::new(text).font(font::small()).color(color);
    ui.add(egui::Label::new(text).extend());
}

fn plural<'a>(count: u64, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}
