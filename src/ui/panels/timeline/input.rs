//! What the mouse and the keyboard ask of the timeline: wheel, drags, clicks, and the keys of a lane.

use egui::{Key, Modifiers, PointerButton, Pos2, Response, Ui};

use super::hit::{Hit, hit};
use super::layout::Layout;
use super::scene::{Bar, LaneKey, Scene};
use super::state::{Action, TimelineState, Wheel};
use crate::trace::Trace;
use crate::ui::command::Command;
use crate::ui::selection::Target;

/// Pixels of wheel that look about three times closer.
const WHEEL_PX: f64 = 240.0;

/// A drag shorter than this is a click that shook.
const SHORTEST_DRAG_PX: f32 = 4.0;

/// What a frame's input is read against.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    pub trace: &'a Trace,
    pub state: &'a TimelineState,
    pub scene: &'a Scene,
    pub layout: &'a Layout,
    pub round_trip_ns: u64,
}

impl Reading<'_> {
    /// The wheel, and the pinch of a touch pad.
    pub fn wheel(&self, ui: &Ui, pos: Pos2, commands: &mut Vec<Command>) {
        let (delta, pinch, modifiers) = ui.input(|input| {
            (
                input.smooth_scroll_delta(),
                input.zoom_delta(),
                input.modifiers,
            )
        });
        let at_ns = self.scene.axis.time_at(f64::from(pos.x));
        if pinch != 1.0 {
            let factor = f64::from(pinch);
            commands.push(Command::Timeline(Action::ZoomAt { at_ns, factor }));
            return;
        }
        if delta == egui::Vec2::ZERO {
            return;
        }
        let on_names = pos.x < self.layout.lanes.left();
        if on_names {
            let to = self.layout.scroll_px - delta.y;
            commands.push(Command::Timeline(Action::ScrollTo(to)));
            return;
        }
        // With Shift, egui turns the wheel sideways; a touch pad goes sideways by itself.
        let sideways = delta.x.abs() > delta.y.abs();
        let zooms = match self.state.wheel {
            Wheel::Zooms => !sideways,
            Wheel::Pans => sideways && modifiers.shift,
        };
        let moved = f64::from(if sideways { delta.x } else { delta.y });
        let action = match zooms {
            true => Action::ZoomAt {
                at_ns,
                factor: (moved / WHEEL_PX).exp(),
            },
            false => Action::Drag {
                ns: -moved * self.scene.axis.ns_per_px(),
            },
        };
        commands.push(Command::Timeline(action));
    }

    /// Drags: a range of time; with Shift or the middle button, the view itself.
    pub fn drag(&self, ui: &Ui, canvas: &Response, commands: &mut Vec<Command>) {
        let Some(pos) = canvas.interact_pointer_pos() else {
            return;
        };
        let (origin, shift) =
            ui.input(|input| (input.pointer.press_origin(), input.modifiers.shift));
        let Some(origin) = origin else { return };
        let axis = self.scene.axis;
        let moves = canvas.dragged_by(PointerButton::Middle)
            || canvas.dragged_by(PointerButton::Primary) && shift;
        if moves {
            let ns = -f64::from(canvas.drag_delta().x) * axis.ns_per_px();
            if ns != 0.0 {
                commands.push(Command::Timeline(Action::Drag { ns }));
            }
        } else if canvas.dragged_by(PointerButton::Primary)
            && origin.x >= self.layout.lanes.left()
            && (pos.x - origin.x).abs() >= SHORTEST_DRAG_PX
        {
            let left = f64::from(self.layout.lanes.left());
            let time = |x: f32| axis.time_at(f64::from(x).clamp(left, axis.right_px()));
            let (a, b) = (time(origin.x), time(pos.x));
            let range = a.min(b)..a.max(b);
            commands.push(Command::Timeline(Action::SelectRange(Some(range))));
        }
    }

    /// A click on the canvas: brackets, bands and names are widgets of their own.
    pub fn click(&self, canvas: &Response, commands: &mut Vec<Command>) {
        let Some(pos) = canvas.interact_pointer_pos() else {
            return;
        };
        let hit = hit(self.scene, self.layout, pos);
        if canvas.double_clicked() {
            if let Some(Hit::Bar { lane, bar }) = hit {
                let bar = &self.scene.lanes[lane].bars[bar];
                commands.push(Command::Timeline(self.unfold(bar)));
            }
        } else if canvas.clicked() {
            match hit {
                Some(Hit::Bar { lane, bar }) => {
                    let lane = &self.scene.lanes[lane];
                    commands.extend(self.choose(&lane.key, &lane.bars[bar]));
                }
                _ => {
                    commands.push(Command::Timeline(Action::SelectRange(None)));
                    commands.push(Command::Select(Target::Nothing));
                }
            }
        }
    }

    /// Fills the view with a bar.
    pub fn unfold(&self, bar: &Bar) -> Action {
        let axis = self.scene.axis;
        Action::Fit(axis.time_at(bar.left_px)..axis.time_at(bar.right_px))
    }

    /// What a click on a bar selects: the statement; of a folded one the burst that all of it belongs to, else its
    /// first member; of a read the statement that had loaded what was read.
    pub fn choose(&self, lane: &LaneKey, bar: &Bar) -> Option<Command> {
        if *lane == LaneKey::NoSql {
            let tick = self.trace.ticks().get(bar.first as usize - 1)?;
            return Some(Command::Select(Target::Statement(tick.statement_id()?)));
        }
        let burst_of = |id: u64| self.trace.statement_by_id(id).map(|s| s.burst_number());
        let target = match (burst_of(bar.first), burst_of(bar.last)) {
            (Some(first), Some(last)) if bar.is_folded() && first == last => Target::Burst(first),
            _ => Target::Statement(bar.first),
        };
        Some(Command::Select(target))
    }

    /// The keys of a lane that has the focus: left and right walk its statements, Home and End go to its ends.
    pub fn lane_keys(&self, ui: &Ui, key: &LaneKey, target: Target) -> Option<Command> {
        let walk = ui.input_mut(|input| {
            let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
            if pressed(Key::ArrowRight) {
                Some(Walk::Next)
            } else if pressed(Key::ArrowLeft) {
                Some(Walk::Previous)
            } else if pressed(Key::Home) {
                Some(Walk::First)
            } else if pressed(Key::End) {
                Some(Walk::Last)
            } else {
                None
            }
        })?;
        let items = super::build::items(self.trace, key)?;
        let here = match target {
            Target::Statement(id) => id.checked_sub(1).map(|index| index as u32),
            Target::Burst(burst) => self
                .trace
                .bursts()
                .get(burst as usize)
                .map(|burst| burst.first() as u32),
            Target::Nothing | Target::Finding(_) | Target::Line(_) => None,
        };
        let position = match (walk, here) {
            (Walk::First, _) | (Walk::Next, None) => 0,
            (Walk::Last, _) | (Walk::Previous, None) => items.len() - 1,
            (Walk::Next, Some(here)) => items.partition_point(|&item| item <= here),
            (Walk::Previous, Some(here)) => {
                items.partition_point(|&item| item < here).checked_sub(1)?
            }
        };
        let item = *items.get(position)?;
        Some(Command::Select(Target::Statement(u64::from(item) + 1)))
    }
}

#[derive(Clone, Copy)]
enum Walk {
    First,
    Previous,
    Next,
    Last,
}
