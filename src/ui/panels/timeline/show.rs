//! One frame of the timeline: look, lay out, listen, paint.

use egui::accesskit::Role;
use egui::{EventFilter, PointerButton, Pos2, Rect, Response, Sense, Tooltip, Ui, WidgetInfo};

use super::build::{Input, bounds, lane_keys};
use super::hit::{Hit, hit};
use super::input::Reading;
use super::layout::Layout;
use super::scene::LaneKey;
use super::state::{Action, TimelineState};
use super::{access, paint, tooltip, words};
use crate::trace::Trace;
use crate::ui::command::Command;
use crate::ui::selection::Selection;
use crate::ui::theme::Theme;
use crate::ui::time_view::{Axis, ruler_time};

/// Shows the timeline in the space that is left, and returns what was asked of it.
///
/// `round_trip_ns` is the modelled round trip that each statement that counts is drawn with.
pub fn show(
    ui: &mut Ui,
    trace: &Trace,
    state: &TimelineState,
    selection: &Selection,
    round_trip_ns: u64,
    theme: &Theme,
) -> Vec<Command> {
    let all = ui.available_rect_before_wrap();
    let canvas = ui.allocate_rect(all, Sense::click_and_drag());
    canvas.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Timeline"));
    if !all.is_positive() {
        return Vec::new();
    }
    let now_s = ui.input(|input| input.time);
    let bounds = bounds(trace, round_trip_ns);
    let (left, width) = Layout::axis(all);
    let axis = Axis::new(state.view(bounds, now_s), f64::from(left), f64::from(width));
    let input = Input {
        trace,
        axis,
        bounds,
        round_trip_ns,
        target: selection.target,
        most_bracket_rows: Layout::most_bracket_rows(all.height()),
    };
    let scene = input.scene(state.range());
    let layout = Layout::new(
        all,
        scene.bracket_rows,
        scene.lanes.len(),
        state.scroll_px(),
    );
    if state.glides(now_s) {
        ui.request_repaint();
    }

    let mut commands = Vec::new();
    let frame = Frame {
        reading: Reading {
            trace,
            state,
            scene: &scene,
            layout: &layout,
            round_trip_ns,
        },
        selection,
        theme,
        zero_ns: bounds.origin_ns,
    };
    let painter = ui.painter_at(all);
    paint::paint(&painter, &scene, &layout, theme);
    frame.canvas(ui, &canvas, &mut commands);
    frame.widgets(ui, &canvas, &mut commands);
    if let Some((lane, bar)) = access::bars(ui, &canvas, &scene, &layout) {
        commands.extend(frame.reading.choose(&lane.key, bar));
    }
    frame.follow_button(ui, &mut commands);
    commands
}

/// How high the timeline would like to be for a trace: no lane squeezed, nothing to scroll.
pub fn ideal_height(trace: &Trace) -> f32 {
    let rows = usize::from(!trace.findings().is_empty());
    Layout::ideal_height(rows, lane_keys(trace).len())
}

/// What all parts of one frame look at.
struct Frame<'a> {
    reading: Reading<'a>,
    selection: &'a Selection,
    theme: &'a Theme,
    zero_ns: f64,
}

impl Frame<'_> {
    /// The pointer on the open ground and on the bars.
    fn canvas(&self, ui: &Ui, canvas: &Response, commands: &mut Vec<Command>) {
        let Reading { scene, layout, .. } = self.reading;
        let pos = ui
            .input(|input| input.pointer.latest_pos())
            .filter(|&pos| canvas.contains_pointer() && layout.all.contains(pos));
        self.point(ui, pos, commands);
        if let Some(pos) = pos {
            self.reading.wheel(ui, pos, commands);
        }
        self.reading.drag(ui, canvas, commands);
        self.scroll_bar(ui, canvas, commands);
        self.reading.click(canvas, commands);

        let Some(pos) = pos.filter(|_| canvas.hovered() && !canvas.dragged()) else {
            return;
        };
        if let Some(Hit::Bar { lane, bar }) = hit(scene, layout, pos) {
            let lane = &scene.lanes[lane];
            let bar = &lane.bars[bar];
            let time_ns = (bar.right_px - bar.left_px) * scene.axis.ns_per_px();
            ui.set_cursor_icon(egui::CursorIcon::PointingHand);
            Tooltip::for_enabled(canvas)
                .at_pointer()
                .gap(12.0)
                .show(|ui| {
                    let Reading {
                        trace,
                        round_trip_ns,
                        ..
                    } = self.reading;
                    tooltip::bar(ui, trace, lane, bar, time_ns, round_trip_ns, self.theme);
                });
        }
    }

    /// The line under the pointer, and the state's knowledge of it.
    fn point(&self, ui: &Ui, pos: Option<Pos2>, commands: &mut Vec<Command>) {
        let Reading {
            scene,
            layout,
            state,
            ..
        } = self.reading;
        let on_time = pos.filter(|pos| layout.time_area().contains(*pos));
        let time_ns = on_time.map(|pos| scene.axis.time_at(f64::from(pos.x)));
        let moved = match (time_ns, state.pointer_ns()) {
            (Some(now), Some(before)) => (now - before).abs() > scene.axis.ns_per_px() * 0.01,
            (now, before) => now.is_some() != before.is_some(),
        };
        if moved {
            commands.push(Command::Timeline(Action::Pointer(time_ns)));
        }
        if let (Some(pos), Some(time_ns)) = (on_time, time_ns) {
            let label = ruler_time(scene.axis, time_ns, self.zero_ns);
            let painter = ui.painter_at(layout.all);
            paint::pointer(&painter, pos.x, &label, layout, self.theme);
        }
    }

    /// The lanes' scroll bar, taken by its handle or its groove.
    fn scroll_bar(&self, ui: &Ui, canvas: &Response, commands: &mut Vec<Command>) {
        let layout = self.reading.layout;
        let Some(handle) = layout.scroll_handle() else {
            return;
        };
        let groove = layout.lanes.with_min_x(handle.left() - 2.0);
        let bar = ui.interact(groove, canvas.id.with("scroll bar"), Sense::DRAG);
        if let Some(pos) = bar.interact_pointer_pos() {
            let room = (groove.height() - handle.height()).max(1.0);
            let part = (pos.y - groove.top() - handle.height() / 2.0) / room;
            let to = part.clamp(0.0, 1.0) * layout.most_scroll_px();
            commands.push(Command::Timeline(Action::ScrollTo(to)));
        }
    }

    /// Brackets, bands and the names of lanes: each a widget that mouse, keyboard and screen readers reach.
    fn widgets(&self, ui: &mut Ui, canvas: &Response, commands: &mut Vec<Command>) {
        let Reading { scene, layout, .. } = self.reading;
        for band in &scene.bands {
            let rect = self.across(band.left_px, band.right_px, layout.bands);
            let id = canvas.id.with(("band", band.cell, band.start_ns.to_bits()));
            let name = words::band(band);
            if self.button(ui, rect, id, &name, false).clicked() {
                let range = band.start_ns..band.end_ns;
                commands.push(Command::Timeline(Action::SelectRange(Some(range))));
            }
        }
        for bracket in &scene.brackets {
            let row = layout.bracket_row(bracket.row);
            let rect = self.across(bracket.left_px, bracket.right_px, row);
            let id = canvas.id.with(("bracket", bracket.target));
            let name = words::bracket(bracket);
            let button = self.button(ui, rect, id, &name, bracket.is_picked);
            let range = scene.axis.time_at(bracket.left_px)..scene.axis.time_at(bracket.right_px);
            let unfolds = button.clicked() && bracket.count > 1 || button.double_clicked();
            if unfolds {
                commands.push(Command::Timeline(Action::Fit(range)));
            } else if button.clicked() {
                commands.push(Command::Select(bracket.target));
            }
            button.on_hover_text_at_pointer(name);
        }
        for (at, lane) in scene.lanes.iter().enumerate() {
            self.lane_name(ui, canvas, at, lane, commands);
        }
    }

    fn lane_name(
        &self,
        ui: &mut Ui,
        canvas: &Response,
        at: usize,
        lane: &super::scene::Lane,
        commands: &mut Vec<Command>,
    ) {
        let Reading { layout, .. } = self.reading;
        let in_sight = layout.lanes.with_min_x(layout.all.left());
        let rect = layout.lane_label(at).intersect(in_sight);
        let id = canvas.id.with(("name", &lane.key));
        let picked = matches!(&lane.key, LaneKey::Relationship(key)
            if self.selection.relationship.as_ref() == Some(key));
        let name = self.button(ui, rect, id, &words::lane(lane), picked);
        if name.clicked()
            && let LaneKey::Relationship(key) = &lane.key
        {
            commands.push(Command::SelectRelationship(key.clone()));
        }
        if name.gained_focus() {
            let to = layout.scroll_to(at);
            if to != layout.scroll_px {
                commands.push(Command::Timeline(Action::ScrollTo(to)));
            }
        }
        if name.has_focus() {
            let sideways = EventFilter {
                horizontal_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, sideways));
            commands.extend(self.reading.lane_keys(ui, &lane.key, self.selection.target));
        }
        name.on_hover_text(words::lane(lane));
    }

    /// A part of the picture that can be clicked, focused and read out.
    fn button(&self, ui: &Ui, rect: Rect, id: egui::Id, name: &str, picked: bool) -> Response {
        let button = ui.interact(rect, id, Sense::click());
        button.widget_info(|| WidgetInfo::selected(Role::Button, true, picked, name));
        if button.has_focus() {
            let painter = ui.painter_at(self.reading.layout.all);
            paint::focus(&painter, rect, self.theme);
        }
        button
    }

    /// What of a stretch of time is in sight, in a row.
    fn across(&self, left_px: f64, right_px: f64, row: Rect) -> Rect {
        Rect::from_x_y_ranges(
            (left_px as f32).max(row.left())..=(right_px as f32).min(row.right()),
            row.y_range(),
        )
    }

    /// The way back to the end of a run that streams, once the user has moved away from it.
    fn follow_button(&self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let Reading {
            scene,
            layout,
            state,
            ..
        } = self.reading;
        if scene.head_px.is_none() || state.follows() {
            return;
        }
        let corner = layout.lanes.right_bottom() - egui::vec2(130.0, 34.0);
        let rect = Rect::from_min_size(corner, egui::vec2(118.0, 26.0));
        let label = Command::Follow.label();
        if ui
            .put(rect, egui::Button::new(label))
            .clicked_by(PointerButton::Primary)
        {
            commands.push(Command::Follow);
        }
    }
}
