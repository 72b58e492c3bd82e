//! One statement: its SQL, first rows, plan and counters.

use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{Align, Button, Grid, Layout, RichText, ScrollArea, Ui};

use crate::trace::{Burst, PlanNode, StatementRef, Trace};
use crate::ui::highlight::{format_sql, job, sql as tokens};
use crate::ui::theme::{Theme, font, size};
use crate::ui::widgets::caption;
use crate::ui::words;

/// How much SQL is laid out: a statement may be megabytes of literals.
const LONGEST: usize = 20_000;

/// Rows of a sample that are shown.
const MOST_ROWS: usize = 8;

/// The SQL that was formatted last: it is the same on most frames.
#[derive(Default)]
pub struct Formatted {
    of: Option<(Arc<str>, bool)>,
    job: LayoutJob,
}

impl Formatted {
    fn of(&mut self, text: &Arc<str>, theme: &Theme) -> LayoutJob {
        let known = self
            .of
            .as_ref()
            .is_some_and(|(known, is_dark)| Arc::ptr_eq(known, text) && *is_dark == theme.is_dark);
        if !known {
            let end = (0..=LONGEST.min(text.len()))
                .rev()
                .find(|at| text.is_char_boundary(*at))
                .unwrap_or(0);
            let mut formatted = format_sql(&text[..end]);
            if end < text.len() {
                formatted.push_str(&format!(
                    "\n-- … {} in all",
                    words::bytes(text.len() as u64)
                ));
            }
            self.job = job(
                tokens(&formatted),
                &theme.syntax,
                &font::code(size::CODE),
                size::CODE_LINE,
            );
            self.of = Some((Arc::clone(text), theme.is_dark));
        }
        self.job.clone()
    }
}

pub fn sql(ui: &mut Ui, statement: StatementRef<'_>, formatted: &mut Formatted) {
    let theme = Theme::of(ui.ctx());
    let text = statement.sql();
    ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
        let copy = ui.add(Button::new(RichText::new("Copy").font(font::small())).small());
        if copy
            .on_hover_text("Copy the SQL as it was sent")
            .accessible_name("Copy SQL")
            .clicked()
        {
            ui.ctx().copy_text(text.to_string());
        }
        ui.with_layout(Layout::top_down(Align::LEFT), |ui| {
            let mut job = formatted.of(text, theme);
            job.wrap.max_width = ui.available_width();
            ui.add(egui::Label::new(job).selectable(true));
        });
    });
}

/// The first rows that came back.
pub fn sample(ui: &mut Ui, statement: StatementRef<'_>, is_burst: bool) {
    let Some(sample) = statement
        .sample()
        .filter(|sample| !sample.columns.is_empty())
    else {
        return;
    };
    let theme = Theme::of(ui.ctx());
    let shown = sample.rows.len().min(MOST_ROWS);
    let all = statement.rows();
    let title = match shown as u64 == all {
        true => words::counted(all, "row", "rows"),
        false => format!("first {shown} of {} rows", words::count(all)),
    };
    // Of many statements it is the first that is looked at.
    let whose = match is_burst {
        true => format!(" of statement {}", words::count(statement.id())),
        false => String::new(),
    };
    caption(ui, &format!("{title}{whose}"));
    ScrollArea::horizontal().id_salt("rows").show(ui, |ui| {
        Grid::new("rows")
            .spacing([16.0, 2.0])
            .min_row_height(18.0)
            .show(ui, |ui| {
                for column in &sample.columns {
                    let text = RichText::new(column)
                        .font(font::code(size::SMALL))
                        .color(theme.text_dim);
                    ui.add(egui::Label::new(text).extend());
                }
                ui.end_row();
                for row in &sample.rows[..shown] {
                    for value in row {
                        let text =
                            RichText::new(words::value(value)).font(font::code(size::SMALL + 0.5));
                        ui.add(egui::Label::new(text.color(theme.text)).extend());
                    }
                    ui.end_row();
                }
            });
    });
}

/// SQLite's plan, as a tree.
pub fn plan(ui: &mut Ui, trace: &Trace, statement: StatementRef<'_>) {
    let Some(nodes) = trace
        .plan(statement.sql())
        .filter(|nodes| !nodes.is_empty())
    else {
        return;
    };
    caption(ui, "plan");
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for (depth, node) in tree(nodes) {
            node_line(ui, depth, node);
        }
    });
}

fn node_line(ui: &mut Ui, depth: usize, node: &PlanNode) {
    let theme = Theme::of(ui.ctx());
    // A scan is what a plan is looked at for.
    let color = match node.detail.starts_with("SCAN") && !node.detail.contains("CONSTANT ROW") {
        true => theme.caution,
        false => theme.text,
    };
    let branch = if depth > 0 {
        format!("{}└ ", "  ".repeat(depth - 1))
    } else {
        String::new()
    };
    let text = RichText::new(format!("{branch}{}", node.detail))
        .font(font::code(size::CODE))
        .color(color);
    ui.add(egui::Label::new(text).wrap());
}

/// The nodes from the root down, each with its depth.
fn tree(nodes: &[PlanNode]) -> Vec<(usize, &PlanNode)> {
    let mut depths: Vec<(i64, usize)> = Vec::with_capacity(nodes.len());
    nodes
        .iter()
        .map(|node| {
            let parent = depths.iter().rev().find(|(id, _)| *id == node.parent);
            let depth = parent.map_or(0, |(_, depth)| depth + 1);
            depths.push((node.id, depth));
            (depth, node)
        })
        .collect()
}

/// What it cost.
pub fn counters(
    ui: &mut Ui,
    statement: StatementRef<'_>,
    burst: &Burst,
    is_burst: bool,
    round_trip_ns: u64,
) {
    let (counters, rows, bytes, sqlite_ns, sent) = match is_burst {
        true => (
            burst.counters,
            burst.rows,
            burst.bytes,
            burst.duration_ns,
            burst.len() as u64,
        ),
        false => (
            statement.counters(),
            statement.rows(),
            statement.bytes(),
            statement.duration_ns(),
            1,
        ),
    };
    caption(ui, "cost");
    let trips = if burst.counted {
        sent * round_trip_ns
    } else {
        0
    };
    let mut facts = vec![
        (
            "time with round trips",
            words::duration((sqlite_ns + trips) as f64),
        ),
        ("in SQLite", words::duration(sqlite_ns as f64)),
        ("rows", words::count(rows)),
        ("bytes", words::bytes(bytes)),
        ("VM steps", words::count(counters.vm_steps)),
        ("full scan steps", words::count(counters.full_scan_steps)),
        ("sorts", words::count(counters.sorts)),
        ("automatic indexes", words::count(counters.auto_indexes)),
    ];
    if let Some(entities) = statement.entities().filter(|_| !is_burst) {
        facts.push(("distinct entities", words::count(entities)));
    }
    if let Some(repeated) = statement.repeated_bytes().filter(|_| !is_burst) {
        facts.push(("bytes sent again", words::bytes(repeated)));
    }
    let theme = Theme::of(ui.ctx());
    let in_a_row = if ui.available_width() < 340.0 { 1 } else { 2 };
    Grid::new(("counters", in_a_row))
        .num_columns(2 * in_a_row)
        .spacing([14.0, 2.0])
        .min_row_height(18.0)
        .show(ui, |ui| {
            for pair in facts.chunks(in_a_row) {
                for (name, value) in pair {
                    ui.label(
                        RichText::new(*name)
                            .font(font::small())
                            .color(theme.text_dim),
                    );
                    ui.label(
                        RichText::new(value)
                            .font(font::code(size::SMALL + 0.5))
                            .color(theme.text),
                    );
                }
                ui.end_row();
            }
        });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_trees() {
        let node = |id, parent| PlanNode {
            id,
            parent,
            detail: id.to_string(),
        };
        let nodes = [node(2, 0), node(5, 2), node(9, 5), node(12, 2), node(20, 0)];
        let depths: Vec<_> = tree(&nodes).iter().map(|(depth, _)| *depth).collect();
        assert_eq!(depths, [0, 1, 2, 1, 0]);
    }
}
