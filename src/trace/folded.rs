use std::sync::Arc;

use super::burst::{Burst, Bursts, Cause, Places, Subject};
use super::column::Column;
use super::counts::{ByNumber, CellCount, CellSpan, LineCounts, Summary, is_answered};
use super::drawn::REPEATED;
use super::lane::{LaneKey, Lanes};
use super::ledger::{Ledger, Tick};
use super::lod::{Forest, Leaf};
use super::statement::StatementRef;
use super::store::Store;
use super::text::{Names, Texts};
use super::{
    Access, AccessOutcome, Outcome, Output, RelationshipInfo, ScenarioInfo, Statement,
    StatementKind, Trigger, Warning,
};

/// Everything a trace knows but its findings: what the detectors look at.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub info: ScenarioInfo,
    pub relationships: Vec<RelationshipInfo>,
    pub names: Names,
    pub texts: Texts,
    pub store: Store,
    pub bursts: Bursts,
    /// Bursts that count and came to be long, for the time line.
    pub repeated: Vec<u32>,
    pub ledger: Ledger,
    pub lanes: Lanes,
    pub ticks: Forest,
    /// For each tick, the statements before it that a database would have answered.
    trips_before_tick: Column<u32>,
    pub lines: ByNumber<LineCounts>,
    pub cells: ByNumber<CellCount>,
    pub setup_cells: Vec<u32>,
    pub spans: Vec<CellSpan>,
    pub output: Vec<Output>,
    pub warnings: Vec<Warning>,
    pub outcome: Option<Outcome>,
    pub summary: Summary,
    /// Where the run stands: line and cell.
    pub current: Option<(u32, u32)>,
}

/// Where the statement that was taken in last has been put.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pushed {
    pub burst: u32,
    pub text: u32,
    /// It has something to say that few have.
    pub has_extra: bool,
}

impl Folded {
    pub fn start(&mut self, info: ScenarioInfo) {
        for cell in &info.cells {
            let place = self.cells.place(cell.id);
            self.cells.at(place).budget = cell.budget;
            if cell.setup {
                self.setup_cells.push(cell.id);
            }
        }
        self.info = info;
    }

    pub fn is_setup(&self, cell: u32) -> bool {
        self.setup_cells.contains(&cell)
    }

    /// Takes a statement in, and out of it what it owns; the detectors must be told of it next.
    #[inline]
    pub fn push(&mut self, statement: &mut Statement) -> Pushed {
        let index = self.store.len() as u32;
        let text = self.texts.intern(&statement.sql);
        let number = self.find_burst(statement, text);
        let trips_before = self.summary.statements as u32;
        let burst = &mut self.bursts.list[number as usize];
        burst.push(index, statement);
        if burst.counted && burst.len() == REPEATED {
            self.repeated.push(number);
        }
        let Places { lane, .. } = burst.places;
        let leaf = Leaf::of_statement(burst, statement.duration_ns, statement.error().is_some());
        self.lanes.list[lane as usize].forest.push(index, leaf);
        self.count(statement, number);
        let end_ns = statement.start_ns.saturating_add(statement.duration_ns);
        self.reach(statement.cell, statement.start_ns, end_ns);
        let has_extra = statement.extra.is_some();
        self.store.push(statement, text, number, trips_before);
        Pushed {
            burst: number,
            text,
            has_extra,
        }
    }

    /// The burst of a statement: most texts have one cause.
    #[inline]
    fn find_burst(&mut self, statement: &Statement, text: u32) -> u32 {
        match self.texts.get(text).last {
            Some(burst) if self.bursts.get(burst).takes(statement) => burst,
            _ => self.find_burst_by_cause(statement, text),
        }
    }

    fn find_burst_by_cause(&mut self, statement: &Statement, text: u32) -> u32 {
        let shape = self.texts.get(text).shape;
        let subject = match &statement.relationship {
            Some(relationship) => match (self.names.intern(relationship), statement.trigger) {
                (name, Trigger::Query) => Subject::Asked(name, shape),
                (name, _) => Subject::Relationship(name),
            },
            None => Subject::Shape(shape),
        };
        let cause = Cause {
            cell: statement.cell,
            line: statement.line,
            kind: statement.kind,
            trigger: statement.trigger,
            subject,
        };
        let counted = is_answered(statement.kind) && !self.is_setup(statement.cell);
        let names = &self.names;
        let burst = self.bursts.find_or(cause, || {
            let relationship = match subject {
                Subject::Relationship(name) | Subject::Asked(name, _) => {
                    Some(Arc::clone(names.get(name)))
                }
                Subject::Shape(_) => None,
            };
            Burst::new(&cause, relationship, shape, counted)
        });
        if self.bursts.get(burst).len() == 0 {
            self.bursts.list[burst as usize].places = self.places(statement);
        }
        self.texts.set_last(text, burst);
        burst
    }

    /// Where statements of that cause are counted and drawn.
    fn places(&mut self, statement: &Statement) -> Places {
        let has_line = is_answered(statement.kind) && statement.line > 0;
        let relationship = statement.relationship.as_ref();
        let key = LaneKey::of(statement.kind, statement.trigger, relationship);
        Places {
            lane: self.lanes.find(key),
            cell: self.cells.place(statement.cell),
            line: has_line.then(|| {
                let line = self.lines.place(statement.line);
                (line, self.lines.at(line).place(statement.trigger))
            }),
        }
    }

    /// Adds a statement to the totals of its line, its cell and the run.
    fn count(&mut self, statement: &Statement, burst: u32) {
        let Burst {
            places, counted, ..
        } = self.bursts.list[burst as usize];
        let cell = self.cells.at(places.cell);
        cell.all += 1;
        if let Some((line, trigger)) = places.line {
            let line = self.lines.at(line);
            line.push(trigger, statement.duration_ns);
        }
        if !counted {
            return;
        }
        cell.statements += 1;
        cell.duration_ns += statement.duration_ns;
        self.summary.statements += 1;
        self.summary.vm_steps += statement.counters.vm_steps;
        self.summary.sql_ns += statement.duration_ns;
        if statement.kind == StatementKind::Select {
            cell.rows += statement.rows;
            self.summary.rows += statement.rows;
            self.summary.bytes += statement.bytes;
        }
        if cell.is_over_budget() {
            self.summary.over_budget = true;
        }
    }

    pub fn access(&mut self, access: &Access) {
        self.ledger.push(access, &mut self.names);
        self.summary.avoided = self.ledger.avoided;
        self.reach(access.cell, access.at_ns, access.at_ns);
        self.trips_before_tick.push(self.trips_at(access.at_ns));
        if access.outcome != AccessOutcome::Emitted {
            let number = self.ledger.ticks.len() - 1;
            let leaf = Leaf::of_reads(self.ledger.ticks[number].count);
            self.ticks.push(number as u32, leaf);
        }
    }

    pub fn line(&mut self, line: u32, cell: u32, at_ns: u64) {
        self.current = Some((line, cell));
        self.reach(cell, at_ns, at_ns);
    }

    pub fn finish(&mut self, outcome: Outcome, at_ns: u64) {
        self.outcome = Some(outcome);
        self.current = None;
        self.summary.wall_ns = self.summary.wall_ns.max(at_ns);
        if let Some(span) = self.spans.last_mut() {
            span.end_ns = span.end_ns.max(at_ns);
        }
    }

    /// The run was in `cell` from `start_ns` to `end_ns`.
    fn reach(&mut self, cell: u32, start_ns: u64, end_ns: u64) {
        self.summary.wall_ns = self.summary.wall_ns.max(end_ns);
        match self.spans.last_mut() {
            Some(span) if span.cell == cell => span.end_ns = span.end_ns.max(end_ns),
            last => {
                if let Some(span) = last {
                    span.end_ns = span.end_ns.max(start_ns);
                }
                self.spans.push(CellSpan {
                    cell,
                    start_ns,
                    end_ns,
                });
            }
        }
    }

    pub fn statement(&self, index: usize) -> StatementRef<'_> {
        #[cfg(debug_assertions)]
        super::looks::look();
        StatementRef {
            folded: self,
            index,
        }
    }

    pub fn statement_by_id(&self, id: u64) -> Option<StatementRef<'_>> {
        let index = usize::try_from(id.checked_sub(1)?).ok()?;
        (index < self.store.len()).then(|| self.statement(index))
    }

    /// Statements that a database would have answered and that began before `at_ns`.
    pub fn trips_at(&self, at_ns: u64) -> u32 {
        match self.store.first_from(at_ns) {
            index if index == self.store.len() => self.summary.statements as u32,
            index => self.store.trips_before(index),
        }
    }

    pub fn tick(&self, tick: u32) -> (Tick, u32) {
        #[cfg(debug_assertions)]
        super::looks::look();
        (
            self.ledger.ticks[tick as usize],
            self.trips_before_tick[tick as usize],
        )
    }

    /// Start of a statement when each one before it also cost a round trip.
    pub fn modelled_start(&self, index: usize, round_trip_ns: u64) -> f64 {
        #[cfg(debug_assertions)]
        super::looks::look();
        let shift = f64::from(self.store.trips_before(index)) * round_trip_ns as f64;
        self.store.start_ns(index) as f64 + shift
    }

    /// End of a statement when it and each one before it also cost a round trip.
    pub fn modelled_end(&self, index: usize, round_trip_ns: u64) -> f64 {
        let own = match self.bursts.get(self.store.burst(index)).counted {
            true => round_trip_ns,
            false => 0,
        };
        let length = self.store.duration_ns(index).saturating_add(own);
        self.modelled_start(index, round_trip_ns) + length as f64
    }

    /// Marks a burst as an N+1, for lines and lanes.
    pub fn mark_n_plus_one(&mut self, burst: u32) {
        let Folded {
            bursts,
            lines,
            lanes,
            ..
        } = self;
        let marked = &mut bursts.list[burst as usize];
        if std::mem::replace(&mut marked.n_plus_one, true) {
            return;
        }
        if let Some((line, _)) = marked.places.line {
            lines.at(line).n_plus_one = true;
        }
        let lane = marked.places.lane as usize;
        let mut forest = std::mem::take(&mut lanes.list[lane].forest);
        for &member in self.bursts.get(burst).members().iter() {
            forest.update(member, self);
        }
        self.lanes.list[lane].forest = forest;
    }

    pub fn relationship(&self, key: &str) -> Option<&RelationshipInfo> {
        self.relationships.iter().find(|info| &*info.key == key)
    }

    /// The relationships that hold many objects.
    pub fn collections(&self) -> Vec<Arc<str>> {
        let many = self.relationships.iter().filter(|info| info.uselist);
        many.map(|info| Arc::clone(&info.key)).collect()
    }

    pub fn line_counts(&self, line: u32) -> Option<&LineCounts> {
        self.lines.get(line)
    }
}
