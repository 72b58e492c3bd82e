//! Studies: starting them, feeding the runner with their runs, ending them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::Context;

use super::App;
use crate::scenario::{Pace, ParameterKind, RunRequest};
use crate::study::{self, Job, Kind, Strategies, Study};
use crate::trace::Settings;
use crate::ui::banner::{Banner, Kind as About};
use crate::ui::state::{Below, Phase};

/// How long a frame may take in events of a study.
const BUDGET: Duration = Duration::from_millis(8);

impl App {
    /// Tries every combination of strategies.
    pub(super) fn try_all(&mut self) {
        let state = &self.state;
        let jobs = study::trials(state.trace(), &state.document.values);
        self.begin(Kind::Trials, jobs, Below::Trials);
    }

    /// Measures how the scenario grows with a parameter, the first one that can when none is named.
    pub(super) fn grow(&mut self, wanted: Option<&str>) {
        let state = &self.state;
        let is_wanted = |name: &str| wanted.is_none_or(|wanted| wanted == name);
        let parameter = state.document.scenario.parameters.iter().find(|parameter| {
            matches!(parameter.kind, ParameterKind::Integer(_)) && is_wanted(&parameter.name)
        });
        let Some(parameter) = parameter else {
            self.state.below = Below::Growth;
            return;
        };
        // All of them, also those that are as the file says: a law may name one that was varied.
        let parameters = &state.document.scenario.parameters;
        let values = parameters
            .iter()
            .filter_map(|it| Some((it.name.clone(), state.document.value(&it.name)?.clone())))
            .collect();
        let jobs = study::growth(state.trace(), parameter, parameters, &values);
        let kind = Kind::Growth(parameter.name.clone());
        self.begin(kind, jobs, Below::Growth);
    }

    fn begin(&mut self, kind: Kind, jobs: Vec<Job>, below: Below) {
        self.put_off_trial();
        self.runner.stop();
        self.running = None;
        let source = Arc::clone(&self.state.document.scenario.source);
        self.state.study = Some(Study::new(kind, jobs, source));
        self.state.below = below;
    }

    /// Ends the study under way, as the user or another run asked.
    pub(super) fn stop_study(&mut self) {
        if let Some(study) = self.state.study.as_mut().filter(|study| !study.is_done()) {
            study.stop();
            self.runner.stop();
        }
    }

    /// Puts a combination that was tried to use.
    pub(super) fn use_strategies(&mut self, strategies: Strategies) {
        self.state.document.strategies = strategies;
        self.state.below = Below::Table;
        self.run(Pace::Free);
    }

    /// Takes in what came of the study's run, and starts the next. Nothing while a run of the user's own goes on.
    pub(super) fn drain_study(&mut self, context: &Context) {
        if self.running.is_some() || self.trial.is_some() {
            return;
        }
        let start = Instant::now();
        while let Some(event) = self.runner.try_recv() {
            if let Some(study) = &mut self.state.study {
                // Of a study that was stopped nothing is kept any more.
                study.push(event);
            }
            if start.elapsed() > BUDGET {
                context.request_repaint();
                return;
            }
        }
        let is_free = self.runner.state() == crate::scenario::State::Idle;
        let next = self.state.study.as_mut().filter(|_| is_free);
        let Some(next) = next.and_then(Study::start_next) else {
            return;
        };
        let settings = Settings {
            round_trip_ns: self.state.round_trip_ns,
            ..Settings::default()
        };
        let values: Vec<_> = next.values.into_iter().collect();
        let strategies = next.strategies.into_iter();
        let strategies = strategies.map(|(key, s)| (key.to_string(), s)).collect();
        let scenario = &self.state.document.scenario;
        match scenario.request(&values, strategies, settings) {
            Ok(request) => {
                let overrides = &self.state.document.overrides;
                let request = RunRequest {
                    overrides: overrides.iter().map(ToString::to_string).collect(),
                    ..request
                };
                self.runner.run(request, Pace::Free);
                self.state.phase = Phase::Running;
                context.request_repaint();
            }
            Err(error) => {
                self.state
                    .banners
                    .show(Banner::new(About::Run, error.to_string()));
                self.stop_study();
            }
        }
    }
}
