//! The window itself: takes in what came since the last frame, lets the panels show it, and does what they ask.

mod apply;
mod drain;
mod keys;
mod layout;
mod remedies;
mod studies;

pub use layout::Tab;

use std::path::PathBuf;

use super::command::Command;
use super::document::{Document, Origin};
use super::files::Files;
use super::panels::Views;
use super::state::State;
use super::theme;
use crate::scenario::{BUNDLED, Engine, Limits, Recent, Runner};
use crate::trace::Trace;

/// What the window opens with.
#[derive(Default)]
pub struct Launch {
    /// A scenario or a trace; without one, the first of the bundled scenarios.
    pub path: Option<PathBuf>,
    /// Files opened lately.
    pub recent: Recent,
}

/// The window.
pub struct App {
    pub(crate) state: State,
    views: Views,
    runner: Runner,
    files: Files,
    /// Which record takes the runner's events.
    running: Option<usize>,
    /// The runner tries a remedy.
    trial: Option<remedies::Trial>,
    /// When something was done that a banner tells of, by the window's clock.
    done_at_s: Option<f64>,
    /// The title that the window has been given.
    title: String,
    /// The window's size was held against the screen's.
    fits_screen: bool,
}

impl App {
    /// Opens the window's state in an egui context; the scenario runs at once.
    pub fn new(context: &egui::Context, engine: Engine, launch: Launch) -> Self {
        theme::install(context);
        let waker = context.clone();
        let runner = Runner::start(engine, Limits::default(), move || waker.request_repaint());
        let first = &BUNDLED[0];
        let document = Document::new(
            Origin::Bundled(first.name.to_owned()),
            first.name,
            first.source,
        );
        let mut app = Self {
            state: State::new(document, launch.recent),
            views: Views::default(),
            runner,
            files: Files::new(context.clone()),
            running: None,
            trial: None,
            done_at_s: None,
            title: String::new(),
            fits_screen: false,
        };
        match launch.path {
            Some(path) => app.apply(Command::OpenFile(path), context),
            None => app.opened(context),
        }
        app
    }

    /// The trace of the run that is shown; none before the first.
    pub fn shown(&self) -> Option<&Trace> {
        Some(&*self.state.records.get(self.state.shown)?.trace)
    }

    /// One frame.
    pub fn show(&mut self, ui: &mut egui::Ui) {
        let context = ui.ctx().clone();
        self.drain(&context);
        let mut commands = keys::commands(&context, &self.state);
        commands.extend(keys::dropped(&context));
        self.state.search.show_all(self.views.table.shows_all());
        self.state.search_on();
        layout::show(ui, &self.state, &mut self.views, &mut commands);
        for command in commands {
            self.apply(command, &context);
        }
        self.set_title(&context);
    }

    /// A window that is as high as the screen has its foot under a panel, or its head above the edge.
    fn fit_screen(&mut self, context: &egui::Context) {
        /// For the window's title and the desktop's panel.
        const BARS: egui::Vec2 = egui::vec2(0.0, 64.0);
        let (screen, window) = context.input(|input| {
            let viewport = input.viewport();
            (viewport.monitor_size, viewport.inner_rect)
        });
        let (Some(screen), Some(window), false) = (screen, window, self.fits_screen) else {
            return;
        };
        self.fits_screen = true;
        let size = window.size().min(screen - BARS);
        if size != window.size() && size.min_elem() > 0.0 {
            let command = egui::ViewportCommand::InnerSize(size);
            context.send_viewport_cmd(command);
            let at = ((screen - BARS - size) / 2.0).to_pos2();
            context.send_viewport_cmd(egui::ViewportCommand::OuterPosition(at));
        }
    }

    fn set_title(&mut self, context: &egui::Context) {
        let document = &self.state.document;
        let mark = if document.is_edited() { "● " } else { "" };
        let title = format!("{mark}{} · Lazyscope", document.scenario.title);
        if title != self.title {
            context.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }
}

impl eframe::App for App {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.fit_screen(ui.ctx());
        self.show(ui);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}
