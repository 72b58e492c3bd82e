//! Remedies: trying those of the run that is shown while nothing else runs, and applying one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::Context;

use super::App;
use crate::scenario::{Pace, RunRequest, Scenario, State as RunnerState};
use crate::study::{Next, Study, Trying};
use crate::trace::{Event, Settings};
use crate::ui::banner::{Banner, Kind};

/// How long a frame may take in events of a trial.
const BUDGET: Duration = Duration::from_millis(4);

/// A trial that takes so much longer than the run with the finding is no remedy.
const LONGER: Duration = Duration::from_secs(5);
const TIMES_LONGER: u32 = 3;
const LONGEST: Duration = Duration::from_secs(30);

/// A run that tries a remedy.
pub(super) struct Trial {
    /// Number of the record whose finding it is about.
    record: usize,
    began: Instant,
    deadline: Instant,
}

impl App {
    /// Tries the remedies of the run that is shown, one after the other, as long as nobody wants the worker for anything
    /// else.
    pub(super) fn drain_remedies(&mut self, context: &Context) {
        if self.running.is_some() || self.has_study() {
            return;
        }
        let start = Instant::now();
        while let Some(trial) = &self.trial {
            let Some(event) = self.runner.try_recv() else {
                if Instant::now() > trial.deadline {
                    self.runner.stop();
                }
                // So that the deadline is seen.
                context.request_repaint_after(Duration::from_millis(200));
                return;
            };
            let (number, spent) = (trial.record, trial.began.elapsed());
            let is_last = matches!(event, Event::Finished { .. });
            let mut records = self.state.records.iter_mut();
            let record = records.find(|record| record.number == number);
            if let Some(record) = record
                && let Some(trying) = &mut record.trying
            {
                trying.push(event);
                if is_last {
                    trying.spend(spent);
                    // Told with the run when it is exported. While it is being written it stays as it is.
                    if let Some(trace) = Arc::get_mut(&mut record.trace) {
                        let trials = trying.trials(trace);
                        trace.set_trials(trials);
                    }
                }
            }
            if is_last {
                self.trial = None;
            }
            if start.elapsed() > BUDGET {
                context.request_repaint();
                return;
            }
        }
        // A run that was put off may still be ending.
        while self.runner.try_recv().is_some() {}
        if self.runner.state() == RunnerState::Idle {
            self.try_next(context);
        }
    }

    fn has_study(&self) -> bool {
        let study = self.state.study.as_ref();
        study.is_some_and(|study| !Study::is_done(study) || study.is_running())
    }

    fn try_next(&mut self, context: &Context) {
        let state = &mut self.state;
        let can = !state.document.is_read_only() && state.lines_match();
        let Some(record) = state.records.get_mut(state.shown) else {
            return;
        };
        if !can || !record.is_finished() {
            return;
        }
        let trying = record
            .trying
            .get_or_insert_with(|| Trying::of(&record.trace, &record.strategies, &record.values));
        let Some(next) = trying.start_next() else {
            return;
        };
        let limit = record.trace.len() as u64 * 2 + 1_000;
        let took = Duration::from_nanos(record.trace.summary().wall_ns);
        let number = record.number;
        let overrides = record.overrides.iter().map(ToString::to_string).collect();
        let Some(request) = self.request(next, limit) else {
            if let Some(trying) = &mut self.state.records[self.state.shown].trying {
                trying.stop();
            }
            return;
        };
        let request = RunRequest {
            overrides,
            ..request
        };
        self.runner.run(request, Pace::Free);
        let began = Instant::now();
        self.trial = Some(Trial {
            record: number,
            began,
            deadline: began + (LONGER + took * TIMES_LONGER).min(LONGEST),
        });
        context.request_repaint();
    }

    /// What a study runs next.
    fn request(&self, next: Next, statement_limit: u64) -> Option<RunRequest> {
        let settings = Settings {
            round_trip_ns: self.state.round_trip_ns,
            statement_limit,
        };
        let name = &self.state.document.scenario.name;
        let values: Vec<_> = next.values.into_iter().collect();
        let strategies = next.strategies.into_iter();
        let strategies = strategies.map(|(key, s)| (key.to_string(), s)).collect();
        let scenario = Scenario::parse(name, &next.source);
        // A value that the run had is one that its parameter takes.
        scenario.request(&values, strategies, settings).ok()
    }

    /// Lets go of the worker: something else is wanted of it.
    pub(super) fn put_off_trial(&mut self) {
        let Some(Trial { record, .. }) = self.trial.take() else {
            return;
        };
        let mut records = self.state.records.iter_mut();
        let record = records.find(|other| other.number == record);
        if let Some(trying) = record.and_then(|record| record.trying.as_mut()) {
            trying.put_off();
        }
        self.runner.stop();
    }

    /// Tries no more remedies of the run that is shown.
    pub(super) fn stop_trying(&mut self) {
        self.put_off_trial();
        if let Some(record) = self.state.records.get_mut(self.state.shown)
            && let Some(trying) = &mut record.trying
        {
            trying.stop();
        }
    }

    /// Puts the code of a remedy into the editor, and runs it. The file changes when it is saved, and not before.
    pub(super) fn apply_remedy(&mut self, source: &Arc<str>, note: String) {
        let text = format!(
            "{note}: the code was changed here, and the file is as it was until you save it."
        );
        self.state.document.change(source);
        self.tell_problems();
        self.run(Pace::Free);
        if let Some(record) = self.state.records.last_mut() {
            record.note = Some(note);
        }
        self.state.banners.show(Banner::new(Kind::Changed, text));
    }

    /// Takes the last change of that kind back, and runs what was there before.
    pub(super) fn take_back(&mut self) {
        self.state.document.take_back();
        self.state.banners.clear(&Kind::Changed);
        self.tell_problems();
        self.run(Pace::Free);
    }
}
