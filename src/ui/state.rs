//! Everything that the window shows. Panels read it; `apply` and `app` alone change it.

use std::path::PathBuf;
use std::sync::Arc;

use super::banner::Banners;
use super::command::Command;
use super::document::Document;
use super::panels::timeline::TimelineState;
use super::record::Record;
use super::search::Search;
use super::selection::{Selection, Target};
use crate::export::Format;
use crate::scenario::Recent;
use crate::study::Study;
use crate::trace::{Settings, StatementRef, Trace};

/// The longest round trip that the slider models.
pub const LONGEST_ROUND_TRIP_NS: u64 = 50_000_000;

/// Runs that are kept; the oldest go first.
pub const KEPT_RUNS: usize = 40;

/// The state of the window.
pub struct State {
    pub document: Document,
    pub recent: Recent,
    /// The runs of the document, in order.
    pub records: Vec<Record>,
    /// Which of the records is shown.
    pub shown: usize,
    pub phase: Phase,
    /// Many runs in a row, under way or done.
    pub study: Option<Study>,
    /// What is shown below the timeline.
    pub below: Below,
    /// Number of the run that the one shown is compared with; the one before it when none was chosen.
    pub compared: Option<usize>,
    pub selection: Selection,
    /// The modelled round trip of each statement.
    pub round_trip_ns: u64,
    pub timeline: TimelineState,
    pub search: Search,
    pub banners: Banners,
    pub overlay: Option<Overlay>,
    pub is_presenting: bool,
    /// Grows when something was selected other than by clicking where it is shown, so that the panels scroll to it.
    pub reveal: u64,
    /// Number of the cell that the notebook scrolls to next.
    pub cell_to_show: Option<usize>,
    /// Shown where there is no run yet.
    empty: Record,
}

/// What the worker is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    #[default]
    Idle,
    Running,
    /// Waits at a statement for the next step.
    Paused,
    Stopping,
}

/// What is shown below the timeline, beside the detail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Below {
    /// The statements, and the runs so far.
    #[default]
    Table,
    Comparison,
    Trials,
    Growth,
}

/// What lies over the window and takes the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    Palette,
    Help,
    /// Asks for a path where the system has no file dialog.
    Path(PathWanted),
}

/// What a path is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathWanted {
    Open,
    Save,
    Export(Format),
}

impl State {
    pub fn new(document: Document, recent: Recent) -> Self {
        Self {
            document,
            recent,
            records: Vec::new(),
            shown: 0,
            phase: Phase::Idle,
            study: None,
            below: Below::Table,
            compared: None,
            selection: Selection::default(),
            round_trip_ns: Settings::default().round_trip_ns,
            timeline: TimelineState::default(),
            search: Search::default(),
            banners: Banners::default(),
            overlay: None,
            is_presenting: false,
            reveal: 0,
            cell_to_show: None,
            empty: Record::default(),
        }
    }

    /// The run that is shown.
    pub fn record(&self) -> &Record {
        self.records.get(self.shown).unwrap_or(&self.empty)
    }

    /// The trace of the run that is shown; empty before the first.
    pub fn trace(&self) -> &Trace {
        &self.record().trace
    }

    /// Whether a run is going on.
    pub fn is_running(&self) -> bool {
        self.phase != Phase::Idle
    }

    /// Whether the code shown is the code that the shown run ran, so that its lines are this code's lines.
    pub fn lines_match(&self) -> bool {
        let ran = &self.trace().info().source;
        let shown = &self.document.scenario.source;
        Arc::ptr_eq(ran, shown) || ran == shown
    }

    /// The statement that is selected, by itself or as the first of what is.
    pub fn selected_statement(&self) -> Option<StatementRef<'_>> {
        let trace = self.trace();
        match self.selection.target {
            Target::Statement(id) => trace.statement_by_id(id),
            Target::Burst(burst) => {
                Some(trace.statement(trace.bursts().get(burst as usize)?.first()))
            }
            Target::Finding(finding) => {
                let burst = trace.findings().get(finding as usize)?.burst()?;
                Some(trace.statement(trace.bursts()[burst].first()))
            }
            Target::Line(line) => {
                let burst = trace
                    .bursts()
                    .iter()
                    .find(|burst| burst.line == line && burst.counted)?;
                Some(trace.statement(burst.first()))
            }
            Target::Nothing => None,
        }
    }

    /// The line that is selected, or that caused what is.
    pub fn selected_line(&self) -> Option<u32> {
        match self.selection.target {
            Target::Line(line) => Some(line),
            Target::Finding(finding) => Some(self.trace().findings().get(finding as usize)?.line),
            _ => self.selected_statement().map(StatementRef::line),
        }
        .filter(|line| *line > 0)
    }

    /// Number of the burst that is selected, or that the selected statement is in.
    pub fn selected_burst(&self) -> Option<usize> {
        self.selected_statement()
            .map(|statement| statement.burst_number() as usize)
    }

    /// Whether a command does anything now.
    pub fn allows(&self, command: &Command) -> bool {
        let can_run = !self.document.is_read_only();
        match command {
            Command::Run
            | Command::Replay
            | Command::RunAsWritten
            | Command::Override(..)
            | Command::Save => can_run,
            Command::Step => can_run && self.phase != Phase::Stopping,
            Command::Stop => self.is_running(),
            // Both need to know which relationships are touched, and one run tells.
            Command::TryAll
            | Command::Growth
            | Command::GrowWith(_)
            | Command::UseStrategies(_) => can_run && self.record().is_finished(),
            Command::ApplyRemedy(..) => can_run && self.lines_match(),
            Command::TakeBack => can_run && self.document.can_take_back(),
            Command::Compare => self.records.len() > 1,
            Command::Choose(_) => can_run && self.selection.relationship.is_some(),
            Command::ExportJson | Command::Export(_) => !self.trace().info().source.is_empty(),
            _ => true,
        }
    }

    /// Makes the relationship that a run's findings are about the one that the keys set, else the first; one that was
    /// selected before stays.
    pub fn preselect(&mut self, run: usize) {
        if self.selection.relationship.is_some() {
            return;
        }
        let Some(record) = self.records.get(run) else {
            return;
        };
        let mut findings = record.trace.findings().iter();
        let found = findings.find_map(|finding| finding.relationship.clone());
        let first = self.document.relationships.first();
        self.selection.relationship = found.or_else(|| first.map(|info| Arc::clone(&info.key)));
    }

    /// What Escape does: it closes what lies topmost, stops a run when nothing does, and lets go of the selection when
    /// none is left to stop.
    pub fn escape(&self) -> Command {
        if self.search.is_open {
            return Command::CloseSearch;
        }
        if let Some(last) = self.banners.iter().count().checked_sub(1) {
            return Command::DismissBanner(last);
        }
        if self.below != Below::Table {
            return Command::ToTable;
        }
        match self.is_running() {
            true => Command::Stop,
            false => Command::Deselect,
        }
    }

    /// Looks for what is searched in what came since the last frame.
    pub fn search_on(&mut self) {
        let record = self.records.get(self.shown).unwrap_or(&self.empty);
        self.search.look(&record.trace);
    }

    /// Where files are looked for first.
    pub fn folder(&self) -> Option<PathBuf> {
        let path = self
            .document
            .path()
            .or_else(|| self.recent.paths().first())?;
        path.parent().map(PathBuf::from)
    }
}
