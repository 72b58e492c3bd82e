//! Carrying out commands: the one place where state changes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use egui::Context;

use super::App;
use crate::export::Format;
use crate::scenario::{self, Pace};
use crate::trace::{Settings, Strategy};
use crate::ui::banner::{Banner, Kind};
use crate::ui::command::Command;
use crate::ui::document::{Document, Origin};
use crate::ui::files;
use crate::ui::panels::timeline::{self, Action, Wheel};
use crate::ui::record::Record;
use crate::ui::selection::{Selection, Target};
use crate::ui::state::{Below, KEPT_RUNS, LONGEST_ROUND_TRIP_NS, Overlay, PathWanted, Phase};

/// How much closer a key brings the timeline, and how far it moves it.
const KEY_ZOOM: f64 = 1.6;
const KEY_PAN: f64 = 0.18;

impl App {
    /// Does what was asked.
    pub fn apply(&mut self, command: Command, context: &Context) {
        if !self.state.allows(&command) {
            return;
        }
        match command {
            Command::Run | Command::Replay => self.run(Pace::Free),
            Command::Stop => {
                self.stop_study();
                self.runner.stop();
            }
            Command::TryAll => self.try_all(),
            Command::Growth => self.grow(None),
            Command::GrowWith(parameter) => self.grow(Some(&parameter)),
            Command::ApplyRemedy(source, note) => self.apply_remedy(&source, note),
            Command::TakeBack => self.take_back(),
            Command::StopTrying => self.stop_trying(),
            Command::Compare => self.state.below = Below::Comparison,
            Command::CompareWith(run) => {
                self.state.compared = self.state.records.get(run).map(|record| record.number);
            }
            Command::ToTable => self.state.below = Below::Table,
            Command::UseStrategies(strategies) => self.use_strategies(strategies),
            Command::Step => self.step(),
            Command::RunAsWritten => {
                self.state.document.strategies.clear();
                self.state.document.overrides.clear();
                self.run(Pace::Free);
            }
            Command::Choose(strategy) => {
                if let Some(key) = self.state.selection.relationship.clone() {
                    self.set_strategy(key, Some(strategy));
                }
            }
            Command::SetStrategy(key, strategy) => self.set_strategy(key, strategy),
            Command::Override(key, wins) => {
                let overrides = &mut self.state.document.overrides;
                match wins {
                    true => overrides.insert(key),
                    false => overrides.remove(&key),
                };
                self.run(Pace::Free);
            }
            Command::SelectRelationship(key) => self.state.selection.relationship = Some(key),
            Command::SetParameter(name, value) => {
                let is_as_written = self
                    .state
                    .document
                    .scenario
                    .parameters
                    .iter()
                    .any(|parameter| parameter.name == name && parameter.value == value);
                match is_as_written {
                    true => self.state.document.values.remove(&name),
                    false => self.state.document.values.insert(name, value),
                };
            }
            Command::SetRoundTrip(ns) => self.state.round_trip_ns = ns.min(LONGEST_ROUND_TRIP_NS),

            Command::ZoomIn => self.timeline(Action::Zoom { factor: KEY_ZOOM }, context),
            Command::ZoomOut => self.timeline(
                Action::Zoom {
                    factor: 1.0 / KEY_ZOOM,
                },
                context,
            ),
            Command::PanLeft => self.timeline(Action::Pan { fraction: -KEY_PAN }, context),
            Command::PanRight => self.timeline(Action::Pan { fraction: KEY_PAN }, context),
            Command::FitAll => self.timeline(Action::FitAll, context),
            Command::CentreSelection => {
                if let Some(range) = self.selected_range() {
                    self.timeline(Action::Centre(range), context);
                }
            }
            Command::Follow => self.timeline(Action::Follow, context),
            Command::SwapWheel => {
                let wheel = &mut self.state.timeline.wheel;
                *wheel = match wheel {
                    Wheel::Zooms => Wheel::Pans,
                    Wheel::Pans => Wheel::Zooms,
                };
            }
            Command::Timeline(action) => self.timeline(action, context),

            Command::Select(target) => self.select(target, context),
            Command::Deselect => self.deselect(context),
            Command::PreviousStatement => self.walk(false, context),
            Command::NextStatement => self.walk(true, context),
            Command::ToParent => {
                let parent = self
                    .state
                    .selected_statement()
                    .and_then(|statement| statement.parent());
                self.select_statement(parent, context);
            }
            Command::ToChildren => {
                let child = self
                    .state
                    .selected_statement()
                    .and_then(|statement| self.state.trace().children(statement.index()).next());
                self.select_statement(child, context);
            }

            Command::Search => self.state.search.is_open = true,
            Command::CloseSearch => self.state.search.is_open = false,
            Command::SetSearch(text) => self.state.search.text = text,
            Command::NextHit => self.walk_hits(true, context),
            Command::PreviousHit => self.walk_hits(false, context),

            Command::Open => self.files.pick(PathWanted::Open, self.state.folder(), ""),
            Command::OpenFile(path) => self.files.open(path),
            Command::OpenBundled(name) => {
                if let Some(bundled) = scenario::bundled(&name) {
                    self.state.document =
                        Document::new(Origin::Bundled(name), bundled.name, bundled.source);
                    self.opened(context);
                }
            }
            Command::Save => match self.state.document.path().cloned() {
                Some(path) => self.apply(Command::SaveTo(path), context),
                None => {
                    let name = self.state.document.scenario.name.clone();
                    self.files
                        .pick(PathWanted::Save, self.state.folder(), &name);
                }
            },
            Command::SaveTo(path) => {
                self.files
                    .save(path, Arc::clone(&self.state.document.scenario.source));
            }
            Command::ExportJson => self.apply(Command::Export(Format::Json), context),
            Command::Export(format) => {
                let name = files::export_name(self.state.trace().info()).to_owned();
                self.files
                    .pick(PathWanted::Export(format), self.state.folder(), &name);
            }
            Command::ExportTo(format, path) => {
                let record = self.state.record();
                let trace = Arc::clone(&record.trace);
                self.files.export(format, path, trace, record.began_unix_ns);
            }
            Command::EditCell(cell, code) => {
                self.state.document.edit(cell, &code);
                self.state.banners.clear(&Kind::Changed);
                self.tell_problems();
            }
            Command::TakeDiskVersion => {
                self.state.document.take_offer();
                self.tell_problems();
            }
            Command::KeepShownVersion => self.state.document.decline_offer(),
            Command::ShowRun(run) => self.show_run(run, context),
            Command::DismissBanner(at) => self.state.banners.dismiss(at),

            Command::Palette => self.toggle(Overlay::Palette),
            Command::Help => self.toggle(Overlay::Help),
            Command::CloseOverlay => self.state.overlay = None,
            Command::CellShown => self.state.cell_to_show = None,
            Command::ToggleTheme => context.set_theme(match context.theme() {
                egui::Theme::Dark => egui::Theme::Light,
                egui::Theme::Light => egui::Theme::Dark,
            }),
            Command::Present => self.present(context),
            Command::NextCell => self.turn_cell(true),
            Command::PreviousCell => self.turn_cell(false),
            Command::LargerText => zoom(context, |zoom| zoom + 0.1),
            Command::SmallerText => zoom(context, |zoom| zoom - 0.1),
            Command::NormalText => zoom(context, |_| 1.0),
        }
    }

    /// Another document was put in place: forget what belonged to the one before, and run it.
    pub(super) fn opened(&mut self, context: &Context) {
        let state = &mut self.state;
        state.overlay = None;
        state.banners.clear_all();
        state.selection = Selection::default();
        self.views.opened();
        let path = self.state.document.path().cloned();
        self.files.watch(path.as_deref());
        if let Some(path) = path {
            self.remember(&path);
        }
        self.tell_problems();
        self.timeline(Action::Reset, context);
        self.state.search.forget();
        if !self.state.document.is_read_only() {
            self.forget_runs();
            self.run(Pace::Free);
        }
    }

    /// Forgets the runs of the document before.
    pub(super) fn forget_runs(&mut self) {
        self.put_off_trial();
        self.runner.stop();
        self.running = None;
        self.state.study = None;
        self.state.below = Below::Table;
        self.state.compared = None;
        self.state.records.clear();
        self.state.shown = 0;
    }

    /// Puts a file among those opened lately.
    pub(super) fn remember(&mut self, path: &Path) {
        // A list that cannot be written is kept in memory all the same; nobody needs to be told.
        let _ = self.state.recent.add(path);
    }

    pub(super) fn run(&mut self, pace: Pace) {
        self.stop_study();
        self.put_off_trial();
        // What was just asked for is what is to be seen; a comparison goes on with the new run.
        if self.state.below != Below::Comparison {
            self.state.below = Below::Table;
        }
        let settings = Settings {
            round_trip_ns: self.state.round_trip_ns,
            ..Settings::default()
        };
        let request = match self.state.document.request(settings) {
            Ok(request) => request,
            Err(error) => {
                self.state
                    .banners
                    .show(Banner::new(Kind::Run, error.to_string()));
                return;
            }
        };
        let state = &mut self.state;
        state.banners.clear(&Kind::Run);
        let number = state.records.last().map_or(1, |last| last.number + 1);
        let values: BTreeMap<_, _> = state.document.values.clone();
        // Code that was no Python is not a run to look back on.
        if state.records.last().is_some_and(Record::never_began) {
            state.records.pop();
        }
        if state.records.len() >= KEPT_RUNS {
            state.records.remove(0);
        }
        let mut record = Record::new(number, state.document.strategies.clone(), values);
        record.overrides = state.document.overrides.clone();
        record.note = state.document.is_edited().then(|| "edited".to_owned());
        state.records.push(record);
        let latest = state.records.len() - 1;
        state.shown = latest;
        // A line stays what it is; a statement of another run is another statement.
        if !matches!(state.selection.target, Target::Line(_)) {
            state.selection.target = Target::Nothing;
        }
        state.search.forget();
        let bounds = timeline::bounds(state.trace(), state.round_trip_ns);
        state.timeline.apply(Action::Rerun, bounds, 0.0);
        state.phase = Phase::Running;
        self.running = Some(latest);
        self.runner.run(request, pace);
    }

    fn step(&mut self) {
        match self.state.phase {
            Phase::Idle => self.run(Pace::Stepwise),
            _ => self.runner.step(),
        }
    }

    fn set_strategy(&mut self, key: Arc<str>, strategy: Option<Strategy>) {
        if self.state.document.is_read_only() {
            return;
        }
        self.state.selection.relationship = Some(Arc::clone(&key));
        match strategy {
            Some(strategy) => self.state.document.strategies.insert(key, strategy),
            None => self.state.document.strategies.remove(&key),
        };
        self.run(Pace::Free);
    }

    fn select(&mut self, target: Target, context: &Context) {
        self.state.selection.target = target;
        if let Some(statement) = self.state.selected_statement() {
            let relationship = statement.relationship().cloned();
            if relationship.is_some() {
                self.state.selection.relationship = relationship;
            }
            self.state.reveal += 1;
        }
        if let Some(range) = self.selected_range() {
            self.timeline(Action::Reveal(range), context);
        }
    }

    fn deselect(&mut self, context: &Context) {
        self.state.selection.target = Target::Nothing;
        self.timeline(Action::SelectRange(None), context);
        context.memory_mut(|memory| {
            if let Some(focused) = memory.focused() {
                memory.surrender_focus(focused);
            }
        });
    }

    fn select_statement(&mut self, id: Option<u64>, context: &Context) {
        if let Some(id) = id {
            self.select(Target::Statement(id), context);
        }
    }

    /// To the next statement that counts, or the one before.
    fn walk(&mut self, forwards: bool, context: &Context) {
        let trace = self.state.trace();
        let from = self
            .state
            .selected_statement()
            .map(|statement| statement.index());
        let mut counted = |at: &usize| trace.statement(*at).is_counted();
        let next = match (forwards, from) {
            (true, None) => (0..trace.len()).find(&mut counted),
            (true, Some(from)) => (from + 1..trace.len()).find(&mut counted),
            (false, None) => (0..trace.len()).rev().find(&mut counted),
            (false, Some(from)) => (0..from).rev().find(&mut counted),
        };
        self.select_statement(next.map(|at| at as u64 + 1), context);
    }

    fn walk_hits(&mut self, forwards: bool, context: &Context) {
        let from = self.state.selected_burst();
        if let Some(burst) = self.state.search.next(from, forwards) {
            self.select(Target::Burst(burst), context);
        }
    }

    fn show_run(&mut self, run: usize, context: &Context) {
        if run >= self.state.records.len() || run == self.state.shown {
            return;
        }
        self.state.shown = run;
        self.state.search.forget();
        if !matches!(self.state.selection.target, Target::Line(_)) {
            self.state.selection.target = Target::Nothing;
        }
        // What is chosen for the next run is what is seen.
        let record = &self.state.records[run];
        let (strategies, values) = (record.strategies.clone(), record.values.clone());
        let overrides = record.overrides.clone();
        if !self.state.document.is_read_only() {
            self.state.document.strategies = strategies;
            self.state.document.overrides = overrides;
            self.state.document.values = values;
        }
        self.tell_error();
        self.timeline(Action::Reset, context);
    }

    /// Says why the run that is shown ended, if it was not at its end.
    pub(super) fn tell_error(&mut self) {
        let banner = self.state.trace().outcome().and_then(Banner::of_outcome);
        self.state.banners.clear(&Kind::Run);
        if let Some(banner) = banner {
            self.state.banners.show(banner);
        }
    }

    fn turn_cell(&mut self, forwards: bool) {
        let cells = self.state.document.scenario.cells.len();
        let from = self.views.notebook.top_cell();
        let next = if forwards {
            from + 1
        } else {
            from.saturating_sub(1)
        };
        self.state.cell_to_show = Some(next.min(cells.saturating_sub(1)));
    }

    fn toggle(&mut self, overlay: Overlay) {
        self.state.overlay = match self.state.overlay.as_ref() == Some(&overlay) {
            true => None,
            false => Some(overlay),
        };
    }

    fn present(&mut self, context: &Context) {
        self.state.is_presenting = !self.state.is_presenting;
        context.set_zoom_factor(if self.state.is_presenting {
            PRESENT_ZOOM
        } else {
            1.0
        });
        context.send_viewport_cmd(egui::ViewportCommand::Fullscreen(self.state.is_presenting));
    }

    /// Shows what is wrong in the scenario's file, each with its line.
    pub(super) fn tell_problems(&mut self) {
        self.state.banners.clear(&Kind::Scenario);
        for problem in &self.state.document.scenario.problems {
            self.state.banners.add(Banner {
                line: Some(problem.line),
                ..Banner::new(
                    Kind::Scenario,
                    format!("{}.py, {problem}", self.state.document.scenario.name),
                )
            });
        }
    }

    /// The stretch of the timeline that is selected.
    fn selected_range(&self) -> Option<std::ops::Range<f64>> {
        let state = &self.state;
        let trace = state.trace();
        let trip = state.round_trip_ns;
        let (first, last) = match state.selection.target {
            Target::Nothing => return state.timeline.range(),
            Target::Statement(id) => {
                let index = trace.statement_by_id(id)?.index();
                (index, index)
            }
            Target::Burst(_) | Target::Finding(_) | Target::Line(_) => {
                let burst = &trace.bursts()[state.selected_burst()?];
                (burst.first(), burst.last())
            }
        };
        Some(trace.modelled_start(first, trip)..trace.modelled_end(last, trip))
    }

    fn timeline(&mut self, action: Action, context: &Context) {
        let bounds = timeline::bounds(self.state.trace(), self.state.round_trip_ns);
        let now_s = context.input(|input| input.time);
        self.state.timeline.apply(action, bounds, now_s);
        context.request_repaint();
    }
}

/// How much larger everything is for a room.
const PRESENT_ZOOM: f32 = 1.4;

fn zoom(context: &Context, change: impl Fn(f32) -> f32) {
    context.set_zoom_factor(change(context.zoom_factor()).clamp(0.5, 3.0));
}
