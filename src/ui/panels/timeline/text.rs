//! A scene as text: what the snapshot tests compare.

use std::fmt::Write as _;

use super::scene::Scene;

impl Scene {
    /// The scene line by line, positions in whole pixels.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let labels: Vec<_> = self
            .ticks
            .iter()
            .filter_map(|tick| tick.label.as_deref())
            .collect();
        line(&mut text, format_args!("ruler    {}", labels.join(" | ")));
        for band in &self.bands {
            let setup = if band.setup { " (setup)" } else { "" };
            let over = band
                .over
                .as_ref()
                .map_or(String::new(), |over| format!(", {over}"));
            line(
                &mut text,
                format_args!(
                    "band     {:.0}-{:.0} {}{setup}{over}",
                    band.left_px, band.right_px, band.title
                ),
            );
        }
        for bracket in &self.brackets {
            line(
                &mut text,
                format_args!(
                    "bracket  {:.0}-{:.0} row {} {:?}: {} {}",
                    bracket.left_px,
                    bracket.right_px,
                    bracket.row,
                    bracket.alarm,
                    bracket.tag,
                    bracket.texts.first().map_or("", String::as_str)
                ),
            );
        }
        for lane in &self.lanes {
            line(
                &mut text,
                format_args!("lane     {} ({})", lane.name, lane.total),
            );
            for bar in &lane.bars {
                let ids = match (bar.is_folded(), bar.count) {
                    (true, count) => format!("{}..{} ×{count}", bar.first, bar.last),
                    (false, 1) => bar.first.to_string(),
                    (false, count) => format!("{} ×{count}", bar.first),
                };
                line(
                    &mut text,
                    format_args!(
                        "  bar    {:.0}-{:.0} {ids} {}",
                        bar.left_px,
                        bar.right_px,
                        bar.mark.name()
                    ),
                );
            }
        }
        text
    }
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    writeln!(text, "{arguments}").expect("writing to a String cannot fail");
}
