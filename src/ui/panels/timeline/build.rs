//! Makes the scene of a frame from a trace: only what is in view, at a cost that follows the pixels.

use std::ops::Range;
use std::sync::Arc;

use super::brackets;
use super::fold::{Folded, Grain, edges, fold};
use super::marks;
use super::picked::Pick;
use super::scene::{Band, Bar, Bracket, Lane, LaneKey, Link, Marked, Picked, Scene};
use super::state::Bounds;
use crate::trace::{self, Column, Finding, FindingKind, Trace};
use crate::ui::selection::Target;
use crate::ui::time_view::{Axis, ticks};
use crate::ui::words as spoken;

/// Labels of the ruler are no closer than this.
const LABELS_APART_PX: f64 = 110.0;

/// At most this many children of a statement are shown linked to it.
const MOST_LINKS: usize = 12;

/// What a scene is made of.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    pub trace: &'a Trace,
    pub axis: Axis,
    pub bounds: Bounds,
    pub round_trip_ns: u64,
    pub target: Target,
    /// Brackets overlap in at most so many rows.
    pub most_bracket_rows: usize,
}

/// Where a trace begins, counts from and ends, on the time line with round trips.
pub fn bounds(trace: &Trace, round_trip_ns: u64) -> Bounds {
    let spans = trace.cell_spans();
    let start_ns = spans.first().map_or(0.0, |span| span.start_ns as f64);
    let counted = spans
        .iter()
        .find(|span| counts(trace, span.cell) && span.end_ns > span.start_ns);
    let origin_ns = counted.map_or(start_ns, |span| {
        trace.modelled_at(span.start_ns, round_trip_ns)
    });
    let end_ns = trace.modelled_length(round_trip_ns).max(origin_ns);
    let last_ns = match trace.outcome() {
        Some(_) => last_ns(trace, round_trip_ns).filter(|last_ns| *last_ns > origin_ns),
        None => None,
    };
    Bounds {
        start_ns,
        origin_ns,
        last_ns: last_ns.unwrap_or(end_ns),
        end_ns,
    }
}

/// Whether a cell is what a run is about: prose and setup are not. A run may be seen at its first line, which is prose.
fn counts(trace: &Trace, cell: u32) -> bool {
    let known = trace.cells().iter().find(|known| known.id == cell);
    known.is_none_or(|known| known.kind == trace::CellKind::Code && !known.setup)
}

/// When the last statement ended or the last relationship was read.
fn last_ns(trace: &Trace, round_trip_ns: u64) -> Option<f64> {
    let statement = trace.len().checked_sub(1);
    let statement = statement.map(|index| trace.modelled_end(index, round_trip_ns));
    let read = trace.ticks().last();
    let read = read.map(|tick| trace.modelled_at(tick.at_ns, round_trip_ns));
    statement.into_iter().chain(read).reduce(f64::max)
}

/// How many lanes a trace has: those with statements, those of relationships without, and the fixed ones.
pub fn lane_keys(trace: &Trace) -> Vec<LaneKey> {
    let mut keys = vec![LaneKey::Queries];
    let declared = trace.relationships().iter().map(|info| &info.key);
    let touched = trace.lanes().iter().filter_map(|lane| match &lane.key {
        trace::LaneKey::Relationship(key) => Some(key),
        trace::LaneKey::Queries | trace::LaneKey::Writes => None,
    });
    for key in declared.chain(touched) {
        let key = LaneKey::Relationship(Arc::clone(key));
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.extend([LaneKey::Writes, LaneKey::NoSql]);
    keys
}

/// The trace's number of a lane; none when it has no statement.
fn number_of(trace: &Trace, key: &LaneKey) -> Option<usize> {
    let mut lanes = trace.lanes().iter();
    lanes.position(|lane| match (&lane.key, key) {
        (trace::LaneKey::Queries, LaneKey::Queries) | (trace::LaneKey::Writes, LaneKey::Writes) => {
            true
        }
        (trace::LaneKey::Relationship(a), LaneKey::Relationship(b)) => a == b,
        _ => false,
    })
}

/// Indices of a lane's statements, in order; none when it has none.
pub fn items<'a>(trace: &'a Trace, key: &LaneKey) -> Option<&'a Column<u32>> {
    let lane = number_of(trace, key)?;
    Some(trace.lanes()[lane].forest.items())
}

impl Input<'_> {
    /// Everything that is visible.
    pub fn scene(&self, range: Option<Range<f64>>) -> Scene {
        let (brackets, bracket_rows) = self.brackets();
        let pick = Pick::new(self.trace, self.target);
        let keys = lane_keys(self.trace);
        let links = self.links(&keys);
        let lanes = keys.into_iter().map(|key| self.lane(key, &pick)).collect();
        let running = self.trace.outcome().is_none() && !self.trace.cell_spans().is_empty();
        Scene {
            axis: self.axis,
            ticks: ticks(self.axis, LABELS_APART_PX, self.bounds.origin_ns),
            bands: self.bands(),
            brackets,
            bracket_rows,
            lanes,
            links,
            range: range
                .filter(|range| self.shows(range))
                .map(|range| self.marked(range)),
            head_px: running.then(|| self.axis.x_of(self.bounds.end_ns)),
        }
    }

    fn shows(&self, range: &Range<f64>) -> bool {
        let view = self.axis.view;
        range.end >= view.start_ns() && range.start <= view.end_ns()
    }

    fn bands(&self) -> Vec<Band> {
        let spans = self.trace.cell_spans();
        let at = |ns: u64| self.trace.modelled_at(ns, self.round_trip_ns);
        let view = self.axis.view;
        // Spans are in order, so those in view are neighbours.
        let first = spans.partition_point(|span| at(span.end_ns) <= view.start_ns());
        let mut bands: Vec<Band> = Vec::new();
        for span in &spans[first..] {
            let start_ns = at(span.start_ns);
            if start_ns > view.end_ns() {
                break;
            }
            let end_ns = at(span.end_ns);
            let (left_px, right_px) = (self.axis.x_of(start_ns), self.axis.x_of(end_ns));
            // A loop between two cells may make a million spans: what falls within a pixel is one band.
            if let Some(last) = bands.last_mut()
                && (right_px - last.left_px < 1.0 || last.cell == span.cell)
            {
                last.end_ns = end_ns;
                last.right_px = right_px;
                continue;
            }
            let cell = self.trace.cells().iter().find(|cell| cell.id == span.cell);
            bands.push(Band {
                cell: span.cell,
                title: cell.map_or_else(String::new, |cell| cell.title.clone()),
                setup: cell.is_some_and(|cell| cell.setup),
                over: self.over_budget(span.cell),
                start_ns,
                end_ns,
                left_px,
                right_px,
            });
        }
        bands
    }

    /// `101 of 3 allowed`, for a cell that emitted more than it may.
    fn over_budget(&self, cell: u32) -> Option<String> {
        let count = self.trace.cell_count(cell);
        let budget = count.budget.filter(|_| count.is_over_budget())?;
        let emitted = spoken::count(count.statements);
        Some(format!("{emitted} of {} allowed", spoken::count(budget)))
    }

    fn lane(&self, key: LaneKey, pick: &Pick<'_>) -> Lane {
        let name: Arc<str> = match &key {
            LaneKey::Queries => "queries".into(),
            LaneKey::Relationship(key) => Arc::clone(key),
            LaneKey::Writes => "flush / ddl".into(),
            LaneKey::NoSql => "no SQL needed".into(),
        };
        let (total, bars) = match &key {
            LaneKey::NoSql => self.reads(),
            key => match number_of(self.trace, key) {
                Some(lane) => self.statements(lane, pick),
                None => (0, Vec::new()),
            },
        };
        Lane {
            key,
            name,
            total,
            bars,
        }
    }

    fn statements(&self, lane: usize, pick: &Pick<'_>) -> (u64, Vec<Bar>) {
        let trace = self.trace;
        let grain = Grain::new(self.axis);
        let window = grain.from_ns..self.axis.view.end_ns();
        let pieces = trace.bars(lane, window, grain.piece_ns, self.round_trip_ns);
        let mark = |index: u32| marks::of_statement(trace, trace.statement(index as usize));
        let items = trace.lanes()[lane].forest.items();
        let folded = fold(pieces.into_iter(), grain, mark);
        let edges = edges(&folded, self.axis);
        let bars = folded
            .into_iter()
            .zip(edges)
            .filter(|(folded, _)| self.is_in_view(folded))
            .map(|(folded, (left_px, right_px))| {
                let (first, last) = (items[folded.first], items[folded.last]);
                Bar {
                    members: folded.first..folded.last + 1,
                    first: u64::from(first) + 1,
                    last: u64::from(last) + 1,
                    count: (folded.last - folded.first + 1) as u64,
                    left_px,
                    right_px,
                    mark: folded.mark,
                    picked: pick.of(lane, first, last),
                }
            })
            .collect();
        (items.len() as u64, bars)
    }

    fn is_in_view(&self, bar: &Folded) -> bool {
        let start_ns = self.axis.view.start_ns();
        bar.end_ns > start_ns || bar.start_ns >= start_ns
    }

    fn reads(&self) -> (u64, Vec<Bar>) {
        let trace = self.trace;
        let grain = Grain::new(self.axis);
        let window = grain.from_ns..self.axis.view.end_ns();
        let pieces = trace.tick_bars(window, grain.piece_ns, self.round_trip_ns);
        let folded = fold(pieces.into_iter(), grain, |tick| {
            marks::of_tick(trace, tick)
        });
        let edges = edges(&folded, self.axis);
        let bars = folded
            .into_iter()
            .zip(edges)
            .filter(|(folded, _)| self.is_in_view(folded))
            .map(|(folded, (left_px, right_px))| Bar {
                members: folded.first..folded.last + 1,
                first: folded.first as u64 + 1,
                last: folded.last as u64 + 1,
                count: folded.weight,
                left_px,
                right_px,
                mark: folded.mark,
                picked: Picked::No,
            })
            .collect();
        (trace.avoided(), bars)
    }

    /// The brackets in view, and how many rows the brackets of the whole trace take.
    fn brackets(&self) -> (Vec<Bracket>, usize) {
        let mut spanning: Vec<Spanning<'_>> = self.spanning();
        spanning.sort_by(|a, b| {
            let longer_first = b.end_ns.total_cmp(&a.end_ns);
            a.start_ns.total_cmp(&b.start_ns).then(longer_first)
        });
        let ranges: Vec<_> = spanning.iter().map(|s| (s.start_ns, s.end_ns)).collect();
        let rows = brackets::rows(&ranges, self.most_bracket_rows);
        let row_count = rows.iter().max().map_or(0, |row| row + 1);
        let view = self.axis.view;
        let in_view = spanning.iter().zip(rows).filter(|(spanning, _)| {
            spanning.end_ns >= view.start_ns() && spanning.start_ns <= view.end_ns()
        });
        let visible = in_view
            .map(|(spanning, row)| self.bracket(spanning, row))
            .collect();
        (brackets::join(visible, row_count), row_count)
    }

    /// Findings, and long bursts that no finding is about.
    fn spanning(&self) -> Vec<Spanning<'_>> {
        let trace = self.trace;
        let found = trace.findings().iter().enumerate();
        let mut spanning: Vec<_> = found
            .filter_map(|(number, finding)| {
                // A cell over its budget says so on its band.
                if finding.kind == FindingKind::OverBudget {
                    return None;
                }
                let (first, last) = trace.extent(finding)?;
                let subject = Subject::Finding(number, finding);
                Some(self.between(subject, first, last))
            })
            .collect();
        for &burst in trace.repeated_bursts() {
            let number = burst as usize;
            if trace.findings_of_burst(number).next().is_none() {
                let members = &trace.bursts()[number];
                spanning.push(self.between(Subject::Burst(burst), members.first(), members.last()));
            }
        }
        spanning
    }

    fn between<'a>(&self, subject: Subject<'a>, first: usize, last: usize) -> Spanning<'a> {
        Spanning {
            subject,
            start_ns: self.trace.modelled_start(first, self.round_trip_ns),
            end_ns: self.trace.modelled_end(last, self.round_trip_ns),
        }
    }

    fn bracket(&self, spanning: &Spanning<'_>, row: usize) -> Bracket {
        let trace = self.trace;
        let (target, tag, alarm, relationship, count, line, burst) = match spanning.subject {
            Subject::Finding(number, finding) => (
                Target::Finding(number as u32),
                marks::tag(finding.kind).to_owned(),
                marks::alarm(finding.kind, finding.confidence),
                finding.relationship.as_deref(),
                finding.count,
                finding.line,
                finding.burst(),
            ),
            Subject::Burst(number) => {
                let burst = &trace.bursts()[number as usize];
                (
                    Target::Burst(number),
                    String::new(),
                    super::scene::Alarm::Note,
                    burst.relationship.as_deref(),
                    burst.len() as u64,
                    burst.line,
                    Some(number as usize),
                )
            }
        };
        let what = relationship.unwrap_or_else(|| match burst {
            Some(burst) => trigger_name(&trace.bursts()[burst]),
            None => "",
        });
        let times = format!("×{}", spoken::count(count));
        let named = match what {
            "" => times.clone(),
            what => format!("{what} {times}"),
        };
        let mut full = named.clone();
        if line > 0 {
            full.push_str(&format!(" · line {line}"));
        }
        let with_line = full.clone();
        if let Some(share) = burst.and_then(|burst| self.share(burst, count)) {
            full.push_str(&format!(" · {share} % of the time"));
        }
        let is_picked = target == self.target
            || matches!(self.target, Target::Burst(number) if burst == Some(number as usize));
        Bracket {
            target,
            count: 1,
            row,
            left_px: self.axis.x_of(spanning.start_ns),
            right_px: self.axis.x_of(spanning.end_ns),
            alarm,
            is_picked,
            tag,
            texts: vec![full, with_line, named, times],
        }
    }

    /// What part of the run's database time a burst took, in whole per cent.
    fn share(&self, burst: usize, count: u64) -> Option<u64> {
        let burst = &self.trace.bursts()[burst];
        // A finding may be about some of its burst's statements only.
        let part = count as f64 / burst.len() as f64;
        let own = burst.duration_ns as f64 * part + (count * self.round_trip_ns) as f64;
        let all = self.trace.summary().database_ns(self.round_trip_ns) as f64;
        (burst.counted && all > 0.0).then(|| (own / all * 100.0).floor().min(100.0) as u64)
    }

    fn links(&self, keys: &[LaneKey]) -> Vec<Link> {
        let Target::Statement(id) = self.target else {
            return Vec::new();
        };
        let Some(statement) = self.trace.statement_by_id(id) else {
            return Vec::new();
        };
        let middle = |index: usize| {
            let start = self.trace.modelled_start(index, self.round_trip_ns);
            let end = self.trace.modelled_end(index, self.round_trip_ns);
            self.axis.x_of((start + end) / 2.0)
        };
        let lane = |index: usize| {
            let number = self.trace.lane_of(index);
            let position = |key: &LaneKey| number_of(self.trace, key) == Some(number);
            keys.iter().position(position)
        };
        let link = |from: usize, to: usize| {
            Some(Link {
                from_px: middle(from),
                from_lane: lane(from)?,
                to_px: middle(to),
                to_lane: lane(to)?,
            })
        };
        let index = statement.index();
        let parent = statement
            .parent()
            .map(|parent| (parent as usize - 1, index));
        let children = self.trace.children(index).take(MOST_LINKS);
        let children = children.map(|child| (index, child as usize - 1));
        parent
            .into_iter()
            .chain(children)
            .filter_map(|(from, to)| link(from, to))
            .collect()
    }

    /// A selected range, with what starts in it.
    fn marked(&self, range: Range<f64>) -> Marked {
        let lanes = 0..self.trace.lanes().len();
        let (mut count, mut busy_ns) = (0, 0);
        for lane in lanes {
            if let Some(bar) = self.trace.bar_over(lane, range.clone(), self.round_trip_ns) {
                count += bar.len() as u64;
                busy_ns += bar.busy_ns;
            }
        }
        let statements = if count == 1 {
            "statement"
        } else {
            "statements"
        };
        Marked {
            left_px: self.axis.x_of(range.start),
            right_px: self.axis.x_of(range.end),
            totals: format!(
                "{} · {} {statements} · {} in SQLite",
                spoken::duration(range.end - range.start),
                spoken::count(count),
                spoken::duration(busy_ns as f64)
            ),
        }
    }
}

/// A finding or a burst, with the times of its first and last member.
struct Spanning<'a> {
    subject: Subject<'a>,
    start_ns: f64,
    end_ns: f64,
}

#[derive(Clone, Copy)]
enum Subject<'a> {
    Finding(usize, &'a Finding),
    Burst(u32),
}

/// What a burst that no relationship asked for is called.
fn trigger_name(burst: &trace::Burst) -> &'static str {
    use trace::{StatementKind, Trigger};
    match (burst.kind, burst.trigger) {
        (StatementKind::Insert, _) => "insert",
        (StatementKind::Update, _) => "update",
        (StatementKind::Delete, _) => "delete",
        (StatementKind::Ddl, _) => "schema",
        (_, Trigger::Get) => "session.get",
        (_, Trigger::Refresh) => "refresh",
        _ => "the same query",
    }
}
