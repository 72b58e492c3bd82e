//! What came since the last frame: events of the run, answers about files.

use std::time::{Duration, Instant};

use super::App;
use crate::scenario::State as RunnerState;
use crate::trace::Event;
use crate::ui::banner::{Banner, Kind};
use crate::ui::command::Command;
use crate::ui::document::{Document, Origin};
use crate::ui::files::Answer;
use crate::ui::record::Record;
use crate::ui::state::{Overlay, PathWanted, Phase};

/// How long a frame may take in events: what is left of 16 ms goes to showing them.
const BUDGET: Duration = Duration::from_millis(6);

/// How long it takes to read that something was written, in seconds.
const READ_S: f64 = 6.0;

/// Events between two looks at the clock.
const STRIDE: usize = 64;

impl App {
    /// Takes in events and answers, for as long as a frame can wait.
    pub(super) fn drain(&mut self, context: &egui::Context) {
        while let Some(answer) = self.files.try_recv() {
            self.answered(answer, context);
        }
        self.drain_run(context);
        self.forget_what_is_done(context);
        self.drain_study(context);
        self.drain_remedies(context);
        self.state.phase = match self.runner.state() {
            // Nobody waits for a trial, and nobody has to stop it.
            _ if self.trial.is_some() => Phase::Idle,
            RunnerState::Idle => Phase::Idle,
            RunnerState::Running => Phase::Running,
            RunnerState::Paused => Phase::Paused,
            RunnerState::Stopping => Phase::Stopping,
        };
    }

    /// Takes down the banner of what went well, once it has been read.
    fn forget_what_is_done(&mut self, context: &egui::Context) {
        let Some(since_s) = self.done_at_s else {
            return;
        };
        let left_s = since_s + READ_S - context.input(|input| input.time);
        if left_s > 0.0 {
            context.request_repaint_after(Duration::from_secs_f64(left_s));
        } else {
            self.done_at_s = None;
            self.state.banners.clear(&Kind::Done(Default::default()));
        }
    }

    fn drain_run(&mut self, context: &egui::Context) {
        let Some(running) = self.running else {
            return;
        };
        if !self.state.records[running].takes_events() {
            context.request_repaint_after(Duration::from_millis(50));
            return;
        }
        let start = Instant::now();
        for taken in 1.. {
            let Some(event) = self.runner.try_recv() else {
                break;
            };
            self.received(running, event);
            if self.running.is_none() {
                break;
            }
            if taken % STRIDE == 0 && start.elapsed() > BUDGET {
                // The runner wakes the window only after it was found empty.
                context.request_repaint();
                break;
            }
        }
    }

    fn received(&mut self, running: usize, event: Event) {
        match &event {
            Event::Relationship(info) => {
                let known = &mut self.state.document.relationships;
                match known.iter_mut().find(|known| known.key == info.key) {
                    Some(known) => known.clone_from(info),
                    None => known.push((**info).clone()),
                }
            }
            Event::Finished { .. } => self.running = None,
            _ => {}
        }
        let is_finished = matches!(event, Event::Finished { .. });
        self.state.records[running].push(event);
        if is_finished {
            let told: Vec<_> = self.state.records[running].trace.relationships().to_vec();
            // A run that broke before its mapping was read knows less than the ones before it.
            if !told.is_empty() {
                self.state.document.relationships = told;
            }
            self.state.preselect(running);
            if running == self.state.shown {
                self.tell_error();
            }
        }
    }

    fn answered(&mut self, answer: Answer, context: &egui::Context) {
        match answer {
            Answer::Picked(PathWanted::Open, path) => self.apply(Command::OpenFile(path), context),
            Answer::Picked(PathWanted::Save, path) => self.apply(Command::SaveTo(path), context),
            Answer::Picked(PathWanted::Export(format), path) => {
                self.apply(Command::ExportTo(format, path), context)
            }
            Answer::NoDialog(wanted) => self.state.overlay = Some(Overlay::Path(wanted)),
            Answer::Scenario(path, name, text) => {
                let bundled = crate::scenario::bundled_at(&path).filter(|_| !path.exists());
                let origin = match bundled {
                    Some(bundled) => Origin::Bundled(bundled.name.to_owned()),
                    None => Origin::File(path),
                };
                self.state.document = Document::new(origin, &name, &text);
                self.opened(context);
            }
            Answer::Trace(path, trace) => {
                self.state.document = Document::of_trace(path, trace.info(), trace.relationships());
                self.state.round_trip_ns = trace.info().settings.round_trip_ns;
                self.forget_runs();
                self.state.records.push(Record::opened(*trace));
                self.opened(context);
            }
            Answer::OpenFailed(text) => self.state.banners.show(Banner::new(Kind::Open, text)),
            Answer::WriteFailed(text) => self.state.banners.show(Banner::new(Kind::Write, text)),
            Answer::Saved(path, text) => {
                self.state.banners.clear(&Kind::Write);
                self.state.document.saved_as(path.clone(), text);
                self.remember(&path);
                self.files.watch(Some(&path));
            }
            Answer::Exported(path) => {
                self.state.banners.clear(&Kind::Write);
                let text = format!("The trace was written to {}.", path.display());
                self.state.banners.show(Banner::new(Kind::Done(path), text));
                self.done_at_s = Some(context.input(|input| input.time));
            }
            Answer::Changed(path, text) => {
                if self.state.document.path() == Some(&path) {
                    self.state.document.found_on_disk(text);
                }
            }
        }
    }
}
