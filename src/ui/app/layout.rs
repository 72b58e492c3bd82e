//! Where the panels lie.

use egui::{CentralPanel, Frame, Margin, Panel, Stroke, Ui, UiBuilder};

use crate::ui::command::Command;
use crate::ui::panels::{
    Views, banners, comparison, detail, drop_hint, explained, growth, help, loading_bar, notebook,
    numbers, palette, path, runs, search, status_bar, table, timeline, top_bar, trials,
};
use crate::ui::state::{Below, Overlay, State};
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Segment, segments};

/// Shows all panels; what they ask for goes into `commands`.
pub fn show(ui: &mut Ui, state: &State, views: &mut Views, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let bar = |margin: Margin| Frame::new().fill(theme.panel).inner_margin(margin);
    let screen = ui.max_rect().size();
    Panel::top("top bar")
        .frame(bar(Margin::symmetric(14, 7)))
        .min_size(size::TOP_BAR)
        .show(ui, |ui| top_bar::show(ui, state, commands));
    if !state.banners.is_empty() || state.document.offered.is_some() {
        Panel::top("banners")
            .frame(bar(Margin::same(0)))
            .show(ui, |ui| banners::show(ui, state, commands));
    }
    if !state.is_presenting {
        Panel::bottom("status bar")
            .frame(bar(Margin::symmetric(14, 3)))
            .exact_size(size::STATUS_BAR)
            .show(ui, |ui| status_bar::show(ui, state, commands));
    }
    if state.is_presenting {
        Panel::bottom("explained")
            .frame(bar(Margin::symmetric(16, 10)))
            .show(ui, |ui| explained::show(ui, state));
    }
    match screen.x < size::COMPACT.x || screen.y < size::COMPACT.y {
        true => compact(ui, state, views, commands),
        false => spacious(ui, state, views, commands),
    }
    match &state.overlay {
        Some(Overlay::Palette) => palette::show(ui, state, &mut views.palette, commands),
        Some(Overlay::Help) => help::show(ui, commands),
        Some(Overlay::Path(wanted)) => path::show(ui, wanted, &mut views.path, commands),
        None => {}
    }
    drop_hint::show(ui);
}

/// All panels side by side.
fn spacious(ui: &mut Ui, state: &State, views: &mut Views, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let width = ui.max_rect().width();
    Panel::left(("notebook", size_class(width)))
        .frame(Frame::new().fill(theme.panel))
        .default_size((width * size::NOTEBOOK).clamp(size::NOTEBOOK_LEAST, size::NOTEBOOK_MOST))
        .size_range(240.0..=(width * 0.6).max(241.0))
        .resizable(true)
        .show(ui, |ui| {
            within(ui, |ui| {
                notebook::show(ui, state, &mut views.notebook, commands)
            });
        });
    CentralPanel::default()
        .frame(Frame::new().fill(theme.background))
        .show(ui, |ui| centre(ui, state, views, commands));
}

/// A window that is made much larger or smaller is shared out anew; what was dragged at one size is kept for that size.
fn size_class(width: f32) -> i32 {
    (width / 240.0).round() as i32
}

/// What fills a panel and never makes it larger: what does not fit is the content's to wrap.
fn within(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let room = ui.available_rect_before_wrap();
    let mut inside = ui.new_child(UiBuilder::new().max_rect(room));
    inside.shrink_clip_rect(room);
    content(&mut inside);
    ui.advance_cursor_after_rect(room);
}

/// A part of the window that fills it where there is room for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    Scenario,
    #[default]
    Timeline,
    Statements,
    Detail,
    Runs,
}

impl Tab {
    const ALL: [(Self, &str); 5] = [
        (Self::Scenario, "Scenario"),
        (Self::Timeline, "Timeline"),
        (Self::Statements, "Statements"),
        (Self::Detail, "Detail"),
        (Self::Runs, "Runs"),
    ];
}

/// One panel at a time: a small window, or everything twice as large.
fn compact(ui: &mut Ui, state: &State, views: &mut Views, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let bar = Frame::new()
        .fill(theme.panel)
        .inner_margin(Margin::symmetric(10, 5));
    Panel::top("tabs").frame(bar).show(ui, |ui| {
        egui::ScrollArea::horizontal()
            .id_salt("tabs")
            .show(ui, |ui| {
                let choices = Tab::ALL.map(|(tab, name)| Segment {
                    text: name,
                    name: format!("Show {name}"),
                    tooltip: "",
                    is_chosen: views.tab == tab,
                    fill: theme.segment,
                });
                if let Some(at) = segments(ui, &choices) {
                    views.tab = Tab::ALL[at].0;
                }
            });
    });
    if study(ui, state, views, commands) {
        return;
    }
    let fill = match views.tab {
        Tab::Timeline | Tab::Statements | Tab::Runs => theme.background,
        Tab::Scenario | Tab::Detail => theme.panel,
    };
    CentralPanel::default()
        .frame(Frame::new().fill(fill))
        .show(ui, |ui| match views.tab {
            Tab::Scenario => notebook::show(ui, state, &mut views.notebook, commands),
            Tab::Timeline => {
                above(ui, state, views, commands);
                run_of_time(ui, state, commands);
            }
            Tab::Statements => statements(ui, state, views, commands),
            Tab::Detail => detail::show(ui, state, &mut views.detail, commands),
            Tab::Runs => {
                Frame::new()
                    .inner_margin(Margin::symmetric(14, 8))
                    .show(ui, |ui| runs::show(ui, state, commands));
            }
        });
}

fn centre(ui: &mut Ui, state: &State, views: &mut Views, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    // The split is settled on the first frame, when the relationships may not be known yet: their bar is reckoned with
    // one row, or the same scenario would open differently from time to time.
    let usual = ui.available_height() - size::NUMBERS - size::LOADING_ROW - 14.0;
    above(ui, state, views, commands);
    let room = ui.available_height();
    if room < size::STUDY_UNDER_TIMELINE && study(ui, state, views, commands) {
        return;
    }
    // Larger text, as for presenting, leaves fewer points to share: each size of text has a split of its own.
    let text_size = (ui.ctx().zoom_factor() * 100.0).round() as i32;
    Panel::bottom(("below", text_size))
        .frame(Frame::new().fill(theme.background))
        // A small window leaves the timeline room for its lanes first.
        .default_size((usual * 0.6).min(usual - 250.0).max(121.0))
        .size_range(120.0..=(room - 110.0).max(121.0))
        .resizable(true)
        .show(ui, |ui| below(ui, state, views, commands));
    CentralPanel::default()
        .frame(Frame::new().fill(theme.background))
        .show(ui, |ui| {
            run_of_time(ui, state, commands);
        });
}

/// What stands over the timeline.
fn above(ui: &mut Ui, state: &State, views: &mut Views, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    views.loading_bar.look(state);
    let rows = loading_bar::height(state, &views.loading_bar, ui.available_width() - 28.0);
    if rows > 0.0 {
        Panel::top("loading bar")
            .frame(
                Frame::new()
                    .fill(theme.panel)
                    .inner_margin(Margin::symmetric(14, 7)),
            )
            .exact_size(rows)
            .show(ui, |ui| {
                loading_bar::show(ui, state, &views.loading_bar, commands)
            });
    }
    Panel::top("numbers")
        .frame(
            Frame::new()
                .fill(theme.background)
                .inner_margin(Margin::symmetric(16, 8)),
        )
        .exact_size(size::NUMBERS)
        .show(ui, |ui| numbers::show(ui, state));
}

fn run_of_time(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let asked = timeline::show(
        ui,
        state.trace(),
        &state.timeline,
        &state.selection,
        state.round_trip_ns,
        Theme::of(ui.ctx()),
    );
    commands.extend(asked);
}

/// The table, with the search over it.
fn statements(ui: &mut Ui, state: &State, views: &mut Views, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    if state.search.is_open {
        Panel::top("search")
            .frame(
                Frame::new()
                    .fill(theme.panel)
                    .inner_margin(Margin::symmetric(10, 5)),
            )
            .show(ui, |ui| {
                search::show(ui, state, &mut views.search, commands)
            });
    }
    table::show(ui, state, &mut views.table, commands);
}

fn below(ui: &mut Ui, state: &State, views: &mut Views, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui.ctx());
    let width = ui.available_width();
    ui.painter().hline(
        ui.max_rect().x_range(),
        ui.max_rect().top(),
        Stroke::new(1.0, theme.line),
    );
    let is_narrow = width < size::STUDY_BESIDE_DETAIL;
    if is_narrow && study(ui, state, views, commands) {
        return;
    }
    Panel::right(("detail", size_class(width)))
        .frame(Frame::new().fill(theme.panel))
        .default_size((width * size::DETAIL).max(size::DETAIL_LEAST))
        .size_range(220.0..=(width * 0.7).max(221.0))
        .resizable(true)
        .show(ui, |ui| {
            within(ui, |ui| {
                detail::show(ui, state, &mut views.detail, commands)
            });
        });
    if study(ui, state, views, commands) {
        return;
    }
    // A room has no use for the runs before; the numbers stay.
    let shows_runs = !state.is_presenting && !state.document.is_read_only();
    if shows_runs && !state.records.is_empty() {
        let room = ui.available_height();
        // Named after how many there are: the room grows with the first runs, and is the user's from then on.
        Panel::bottom(("runs", state.records.len().min(runs::SHOWN)))
            .frame(
                Frame::new()
                    .fill(theme.background)
                    .inner_margin(Margin::symmetric(14, 8)),
            )
            .default_size(runs::ideal_height(state).min(room * 0.45))
            .size_range(60.0..=(room - 80.0).max(61.0))
            .resizable(true)
            .show(ui, |ui| runs::show(ui, state, commands));
    }
    CentralPanel::default()
        .frame(Frame::new().fill(theme.background))
        .show(ui, |ui| statements(ui, state, views, commands));
}

/// A comparison or a study, in the place of the statements; whether there is one.
fn study(ui: &mut Ui, state: &State, views: &mut Views, commands: &mut Vec<Command>) -> bool {
    if state.below == Below::Table {
        return false;
    }
    let theme = Theme::of(ui.ctx());
    CentralPanel::default()
        .frame(
            Frame::new()
                .fill(theme.background)
                .inner_margin(Margin::symmetric(14, 8)),
        )
        .show(ui, |ui| match state.below {
            Below::Table => {}
            Below::Comparison => comparison::show(ui, state, &mut views.comparison, commands),
            Below::Trials => trials::show(ui, state, commands),
            Below::Growth => growth::show(ui, state, &mut views.growth, commands),
        });
    true
}
