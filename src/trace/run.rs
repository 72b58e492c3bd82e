use std::ops::Range;
use std::sync::Arc;

use super::burst::Burst;
use super::column::Column;
use super::counts::{CellCount, CellSpan, LineCounts, Summary};
use super::findings::{Detectors, Explanation, Finding};
use super::folded::Folded;
use super::lane::Lane;
use super::ledger::{AccessCount, Tick};
use super::lod::Bar;
use super::statement::StatementRef;
use super::{
    Cell, Event, Outcome, Output, OutputStream, PlanNode, RelationshipInfo, ScenarioInfo, Trial,
    Trigger, Warning,
};

/// A run as it is known so far: every event folded in as it came.
///
/// Reading is cheap at any length: nothing here walks over the statements, unless it says so.
#[derive(Debug, Default)]
pub struct Trace {
    pub(crate) folded: Folded,
    pub(crate) detectors: Detectors,
}

impl Trace {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the next event of the run.
    pub fn push(&mut self, event: Event) {
        match event {
            Event::Started(info) => self.folded.start(*info),
            Event::Relationship(info) => self.folded.relationships.push(*info),
            Event::Line { line, cell, at_ns } => self.folded.line(line, cell, at_ns),
            Event::Statement(mut statement) => {
                let pushed = self.folded.push(&mut statement);
                self.detectors
                    .statement(&mut self.folded, &statement, pushed);
            }
            Event::Access(access) => self.folded.access(&access),
            Event::Output(output) => self.folded.output.push(output),
            Event::Warning(warning) => self.folded.warnings.push(warning),
            Event::Plan { sql, nodes } => self.folded.texts.set_plan(&sql, nodes),
            Event::Finished { outcome, at_ns } => {
                self.folded.finish(outcome, at_ns);
                self.detectors.finished(&self.folded);
            }
        }
    }

    /// Puts the findings that a file tells in place of those found while it was read.
    pub(crate) fn set_findings(&mut self, findings: Vec<Finding>) {
        self.detectors.set_findings(&mut self.folded, findings);
    }

    /// Puts the stretches of time that a file tells in place of those seen while it was read.
    pub(crate) fn set_cell_spans(&mut self, spans: impl Iterator<Item = CellSpan>) {
        self.folded.spans = spans.collect();
    }

    /// The scenario; empty until the run has started.
    pub fn info(&self) -> &ScenarioInfo {
        &self.folded.info
    }

    pub fn cells(&self) -> &[Cell] {
        &self.folded.info.cells
    }

    /// The relationships in order of declaration.
    pub fn relationships(&self) -> &[RelationshipInfo] {
        &self.folded.relationships
    }

    pub fn relationship(&self, key: &str) -> Option<&RelationshipInfo> {
        self.folded.relationship(key)
    }

    /// Number of statements, of any kind.
    pub fn len(&self) -> usize {
        self.folded.store.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The statement at that index, which must be below `len()`.
    pub fn statement(&self, index: usize) -> StatementRef<'_> {
        assert!(index < self.len(), "statement {index} of {}", self.len());
        self.folded.statement(index)
    }

    /// The statement of that (1-based) id.
    pub fn statement_by_id(&self, id: u64) -> Option<StatementRef<'_>> {
        self.folded.statement_by_id(id)
    }

    /// All statements in order.
    pub fn statements(
        &self,
    ) -> impl ExactSizeIterator<Item = StatementRef<'_>> + DoubleEndedIterator {
        (0..self.len()).map(|index| self.folded.statement(index))
    }

    /// The statement whose rows led to this one.
    pub fn parent(&self, index: usize) -> Option<StatementRef<'_>> {
        self.statement_by_id(self.statement(index).parent()?)
    }

    /// Ids of the statements that this one led to, in order.
    pub fn children(&self, index: usize) -> impl Iterator<Item = u64> + '_ {
        self.folded.store.children(index)
    }

    /// All bursts in order of their first members; every statement is in one, if only by itself.
    pub fn bursts(&self) -> &[Burst] {
        &self.folded.bursts.list
    }

    /// Number (in `bursts()`) of the burst that a statement belongs to.
    pub fn burst_of(&self, index: usize) -> usize {
        self.statement(index).burst_number() as usize
    }

    /// The shape of a burst's first statement: its text with values, comments and aliases taken out.
    pub fn shape_of_burst(&self, burst: usize) -> &Arc<str> {
        let shape = self.folded.bursts.list[burst].shape;
        self.folded.texts.shape(shape)
    }

    /// The findings so far.
    pub fn findings(&self) -> &[Finding] {
        self.detectors.findings()
    }

    /// Takes down what came of trying the remedies, by number of the finding and of its remedy. What explains a finding
    /// tells it from then on.
    pub fn set_trials(&mut self, trials: Vec<Vec<Option<Trial>>>) {
        self.detectors.set_trials(trials);
    }

    /// The sentences and remedies of a finding of this trace.
    pub fn explain(&self, finding: &Finding) -> Explanation {
        self.detectors.explain(&self.folded, finding)
    }

    /// Indices of the statements that a finding is about, in order. Takes time in proportion to their number.
    pub fn members(&self, finding: &Finding) -> Vec<u32> {
        self.detectors.members(&self.folded, finding)
    }

    /// The query of the scenario that led to a finding, which is where a loader option has to be said; none where the
    /// owners came by no query.
    pub fn root_query(&self, finding: &Finding) -> Option<StatementRef<'_>> {
        let first = || Some(*finding.listed().first()? as usize);
        let of_burst = || Some(self.bursts()[finding.burst()?].first());
        let parent = finding.parent.and_then(|id| self.statement_by_id(id));
        let start = parent.or_else(|| Some(self.statement(first().or_else(of_burst)?)));
        let mut chain = std::iter::successors(start, |statement| self.parent(statement.index()));
        chain.find(|statement| matches!(statement.trigger(), Trigger::Query | Trigger::Get))
    }

    /// Numbers (in `findings()`) of the findings that a burst is part of.
    pub fn findings_of_burst(&self, burst: usize) -> impl Iterator<Item = usize> + '_ {
        self.findings()
            .iter()
            .enumerate()
            .filter(move |(_, finding)| finding.burst() == Some(burst))
            .map(|(number, _)| number)
    }

    /// How many owners of what a burst loaded eagerly for a relationship were read, and how many there are: "3 of 200
    /// read". None when it loaded none of it.
    pub fn use_of(&self, burst: usize, relationship: &str) -> Option<(u64, u64)> {
        self.detectors
            .use_of(&self.folded, burst as u32, relationship)
    }

    /// What a line caused; none when it caused nothing.
    pub fn line_counts(&self, line: u32) -> Option<&LineCounts> {
        self.folded.line_counts(line)
    }

    /// What a cell emitted.
    pub fn cell_count(&self, cell: u32) -> CellCount {
        self.folded.cells.get(cell).copied().unwrap_or_default()
    }

    /// The stretches of time that the run spent in its cells, in order.
    pub fn cell_spans(&self) -> &[CellSpan] {
        &self.folded.spans
    }

    /// Relationship reads, folded per relationship, cell, line and outcome, in the order in which they first came.
    pub fn accesses(&self) -> &[AccessCount] {
        &self.folded.ledger.counts
    }

    /// Relationship reads as they came; `Tick::access` is an index into `accesses()`.
    pub fn ticks(&self) -> &Column<Tick> {
        &self.folded.ledger.ticks
    }

    /// How many relationship reads took no statement, because what they asked for was there.
    pub fn avoided(&self) -> u64 {
        self.folded.ledger.avoided
    }

    pub fn output(&self) -> &[Output] {
        &self.folded.output
    }

    /// What the scenario itself printed on standard output. What an engine logs there of its statements is none of it, and
    /// how the text was cut into events says nothing.
    pub fn printed(&self) -> impl Iterator<Item = &str> {
        let own = |output: &&Output| output.stream == OutputStream::Stdout && !output.is_log;
        self.output()
            .iter()
            .filter(own)
            .map(|output| output.text.as_str())
    }

    pub fn warnings(&self) -> &[Warning] {
        &self.folded.warnings
    }

    /// SQLite's plan for a text of SQL; empty nodes for one that needs no plan.
    pub fn plan(&self, sql: &str) -> Option<&[PlanNode]> {
        self.folded.texts.plan(sql)
    }

    /// All plans with their texts, in the order in which they came.
    pub fn plans(&self) -> impl Iterator<Item = (&Arc<str>, &[PlanNode])> {
        let texts = self.folded.texts.iter();
        texts.filter_map(|text| Some((&text.sql, text.plan.as_deref()?)))
    }

    /// How the run ended; none while it runs.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.folded.outcome.as_ref()
    }

    /// Line and cell where the run stands; none before it starts and after it ends.
    pub fn current_line(&self) -> Option<(u32, u32)> {
        self.folded.current
    }

    pub fn summary(&self) -> Summary {
        self.folded.summary
    }

    /// Start of a statement on the time line, in nanoseconds, when each counted one before it also cost a round trip.
    pub fn modelled_start(&self, index: usize, round_trip_ns: u64) -> f64 {
        self.folded.modelled_start(index, round_trip_ns)
    }

    /// End of a statement on the time line, in nanoseconds: its own round trip, if it counts, is part of it.
    pub fn modelled_end(&self, index: usize, round_trip_ns: u64) -> f64 {
        self.folded.modelled_end(index, round_trip_ns)
    }

    /// Any measured time on the time line with round trips.
    pub fn modelled_at(&self, at_ns: u64, round_trip_ns: u64) -> f64 {
        at_ns as f64 + f64::from(self.folded.trips_at(at_ns)) * round_trip_ns as f64
    }

    /// End of the run so far on the time line with round trips.
    pub fn modelled_length(&self, round_trip_ns: u64) -> f64 {
        let summary = &self.folded.summary;
        summary.wall_ns as f64 + summary.statements as f64 * round_trip_ns as f64
    }

    /// The lanes of the time line, in the order in which their first statements came.
    pub fn lanes(&self) -> &[Lane] {
        &self.folded.lanes.list
    }

    /// The lane of a statement.
    pub fn lane_of(&self, index: usize) -> usize {
        self.statement(index).burst().places.lane as usize
    }

    /// The bars to draw of one lane in a window of modelled time (nanoseconds); neighbours closer than `min_ns` are
    /// folded. `Bar::worst` is a statement index, `Bar::weight` the statements in it that count.
    pub fn bars(
        &self,
        lane: usize,
        window: Range<f64>,
        min_ns: f64,
        round_trip_ns: u64,
    ) -> Vec<Bar> {
        self.folded.bars(lane, window, min_ns, round_trip_ns)
    }

    /// The bars of the reads that took no statement; `Bar::worst` is an index into `ticks()`, `Bar::weight` the
    /// number of reads.
    pub fn tick_bars(&self, window: Range<f64>, min_ns: f64, round_trip_ns: u64) -> Vec<Bar> {
        self.folded.tick_bars(window, min_ns, round_trip_ns)
    }
}
