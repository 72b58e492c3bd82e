//! The timeline for those who do not see it: lanes and visible bars as nodes of the accessibility tree. Brackets,
//! bands and the names of lanes are widgets already.

use egui::accesskit::{Action as Asked, Role};
use egui::{Event, Rect, Response, Sense, Ui, UiBuilder, WidgetInfo};

use super::layout::Layout;
use super::scene::{Bar, Lane, Picked, Scene};
use super::words;

/// Adds a list for each lane in sight and a node for each of its bars; gives the bar that an assistive technology
/// has clicked. Costs nothing while no such technology listens.
pub fn bars<'a>(
    ui: &mut Ui,
    canvas: &Response,
    scene: &'a Scene,
    layout: &Layout,
) -> Option<(&'a Lane, &'a Bar)> {
    let listens = ui.ctx().accesskit_node_builder(canvas.id, |_| ()).is_some();
    if !listens {
        return None;
    }
    let asked = ui.input(|input| {
        let is_request = |event: &Event| matches!(event, Event::AccessKitActionRequest(_));
        input.events.iter().any(is_request)
    });
    let mut clicked = None;
    for (at, lane) in scene.lanes.iter().enumerate() {
        if !layout.shows_lane(at) || lane.bars.is_empty() {
            continue;
        }
        let area = layout.lane(at).intersect(layout.lanes);
        let mut list = ui.new_child(
            UiBuilder::new()
                .id_salt(("lane", &lane.key))
                .max_rect(area)
                .accessibility_role(Role::List)
                .accessibility_label(format!("Bars of {}", lane.name)),
        );
        list.set_clip_rect(area);
        for bar in &lane.bars {
            let rect =
                Rect::from_x_y_ranges(bar.left_px as f32..=bar.right_px as f32, layout.bars(at));
            let id = list.scope_id().with(bar.first);
            let node = list.interact(rect.intersect(area), id, Sense::hover());
            node.widget_info(|| {
                let picked = bar.picked != Picked::No;
                WidgetInfo::selected(Role::ListItem, true, picked, words::bar(lane, bar))
            });
            ui.ctx()
                .accesskit_node_builder(id, |node| node.add_action(Asked::Click));
            if asked && ui.input(|input| input.has_accesskit_action_request(id, Asked::Click)) {
                clicked = Some((lane, bar));
            }
        }
    }
    clicked
}
