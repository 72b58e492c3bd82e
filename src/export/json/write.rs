use std::cell::RefCell;
use std::io;

use serde::ser::{Serialize, SerializeSeq, SerializeStruct, Serializer};

use super::document as doc;
use super::layout::Layout;
use super::value::{Params, ValueOut};
use super::{FORMAT, VERSION};
use crate::trace::{Finding, OutputStream, Parameters, Remedy, Sample, StatementRef, Trace, Trial};

/// Writes a trace as a document, statement by statement.
///
/// # Errors
/// Those of `out`.
pub fn write(trace: &Trace, mut out: impl io::Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Layout::default());
    DocumentOut(trace).serialize(&mut serializer)?;
    out.write_all(b"\n")
}

struct DocumentOut<'a>(&'a Trace);

impl Serialize for DocumentOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let trace = self.0;
        let info = trace.info();
        let settings = doc::Settings {
            round_trip_ns: info.settings.round_trip_ns,
            statement_limit: info.settings.statement_limit,
        };
        let generator = concat!("lazyscope ", env!("CARGO_PKG_VERSION"));
        let mut out = serializer.serialize_struct("Trace", 17)?;
        out.serialize_field("format", FORMAT)?;
        out.serialize_field("version", &VERSION)?;
        out.serialize_field("generator", generator)?;
        out.serialize_field("scenario", &scenario(trace))?;
        out.serialize_field("settings", &settings)?;
        out.serialize_field("relationships", &relationships(trace))?;
        out.serialize_field("cells", &cells(trace))?;
        out.serialize_field("statements", &each(trace.statements().map(StatementOut)))?;
        out.serialize_field("accesses", &accesses(trace))?;
        let findings = trace.findings().iter();
        out.serialize_field("findings", &each(findings.map(|f| finding(trace, f))))?;
        out.serialize_field("output", &printed(trace, OutputStream::Stdout))?;
        out.serialize_field("warnings", &each(trace.warnings().iter().map(warning)))?;
        out.serialize_field("outcome", &outcome(trace))?;
        out.serialize_field("summary", &summary(trace))?;
        out.serialize_field("plans", &each(trace.plans().map(plan)))?;
        let spans = trace.cell_spans().iter();
        let spans = spans.map(|span| (span.cell, span.start_ns, span.end_ns));
        out.serialize_field("spans", &each(spans))?;
        out.serialize_field("stderr", &printed(trace, OutputStream::Stderr))?;
        out.end()
    }
}

/// A sequence written item by item, so that a million statements need not be held twice.
struct Each<I>(RefCell<Option<I>>);

fn each<I: Iterator<Item: Serialize>>(items: I) -> Each<I> {
    Each(RefCell::new(Some(items)))
}

impl<I: Iterator<Item: Serialize>> Serialize for Each<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let items = self.0.borrow_mut().take();
        serializer.collect_seq(items.into_iter().flatten())
    }
}

fn scenario(trace: &Trace) -> doc::Scenario {
    let info = trace.info();
    doc::Scenario {
        name: info.name.clone(),
        title: info.title.clone(),
        source: info.source.to_string(),
        params: Params(info.params.clone()),
    }
}

fn relationships(trace: &Trace) -> Vec<doc::Relationship> {
    let relationships = trace.relationships().iter();
    relationships
        .map(|info| doc::Relationship {
            key: info.key.to_string(),
            target: info.target.clone(),
            direction: info.direction,
            uselist: info.uselist,
            declared: info.declared,
            active: info.active,
            line: info.line,
        })
        .collect()
}

fn cells(trace: &Trace) -> Vec<doc::Cell> {
    let cells = trace.cells().iter();
    cells
        .map(|cell| doc::Cell {
            id: cell.id,
            kind: cell.kind,
            title: cell.title.clone(),
            first_line: cell.first_line,
            last_line: cell.last_line,
            setup: cell.setup,
            budget: cell.budget,
        })
        .collect()
}

struct StatementOut<'a>(StatementRef<'a>);

impl Serialize for StatementOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let statement = self.0;
        let counters = statement.counters();
        let mut out = serializer.serialize_struct("Statement", 27)?;
        out.serialize_field("id", &statement.id())?;
        out.serialize_field("cell", &statement.cell())?;
        out.serialize_field("line", &statement.line())?;
        out.serialize_field("kind", statement.kind().name())?;
        out.serialize_field("sql", &**statement.sql())?;
        out.serialize_field("parameters", &ParametersOut(statement.parameters()))?;
        out.serialize_field("executemany", &statement.parameters().is_many())?;
        out.serialize_field("trigger", statement.trigger().name())?;
        out.serialize_field("relationship", &statement.relationship().map(|r| &**r))?;
        out.serialize_field("parent", &statement.parent())?;
        out.serialize_field("owners", &statement.owners())?;
        out.serialize_field("owner", &statement.owner().map(|owner| &**owner))?;
        out.serialize_field("start_ns", &statement.start_ns())?;
        out.serialize_field("duration_ns", &statement.duration_ns())?;
        out.serialize_field("rows", &statement.rows())?;
        let counters = doc::Counters {
            vm_steps: counters.vm_steps,
            full_scan_steps: counters.full_scan_steps,
            sorts: counters.sorts,
            auto_indexes: counters.auto_indexes,
        };
        out.serialize_field("counters", &counters)?;
        out.serialize_field("error", &statement.error())?;
        out.serialize_field("bytes", &statement.bytes())?;
        out.serialize_field("entities", &statement.entities())?;
        out.serialize_field("repeated_bytes", &statement.repeated_bytes())?;
        let joined: Vec<&str> = statement.joined().iter().map(|key| &**key).collect();
        out.serialize_field("joined", &joined)?;
        out.serialize_field("joined_owners", &statement.joined_owners())?;
        let siblings = statement.siblings();
        let siblings = siblings.map(|[first, second]| [&**first, &**second]);
        out.serialize_field("siblings", &siblings)?;
        out.serialize_field("unjoined", &statement.is_unjoined())?;
        out.serialize_field("database", &statement.database())?;
        out.serialize_field("flush", &statement.flush())?;
        out.serialize_field("sample", &statement.sample().map(SampleOut))?;
        out.end()
    }
}

struct ParametersOut<'a>(Parameters<'a>);

impl Serialize for ParametersOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.0.is_many() {
            return serializer.collect_seq(self.0.values().iter().map(ValueOut));
        }
        let mut rows = serializer.serialize_seq(Some(self.0.row_count()))?;
        for row in self.0.rows() {
            rows.serialize_element(&each(row.iter().map(ValueOut)))?;
        }
        rows.end()
    }
}

/// The parameters of a statement as JSON, on one line.
pub fn parameters_json(parameters: Parameters<'_>) -> String {
    serde_json::to_string(&ParametersOut(parameters)).expect("values and names are always JSON")
}

struct SampleOut<'a>(&'a Sample);

impl Serialize for SampleOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = self.0.rows.iter();
        let mut out = serializer.serialize_struct("Sample", 2)?;
        out.serialize_field("columns", &self.0.columns)?;
        let rows = rows.map(|row| each(row.iter().map(ValueOut)));
        out.serialize_field("rows", &each(rows))?;
        out.end()
    }
}

fn accesses(trace: &Trace) -> Vec<doc::Access> {
    let counts = trace.accesses().iter();
    let mut accesses: Vec<doc::Access> = counts
        .map(|access| doc::Access {
            relationship: access.relationship.to_string(),
            line: access.line,
            outcome: access.outcome,
            count: access.count,
            cell: access.cell,
            first_reads: access.first_reads,
            reads: Vec::new(),
        })
        .collect();
    for tick in trace.ticks().iter() {
        let (count, first) = (u64::from(tick.count), u64::from(tick.first_reads));
        let read = (tick.at_ns, count, first, tick.statement_id());
        accesses[tick.access as usize].reads.push(read);
    }
    accesses
}

fn finding(trace: &Trace, finding: &Finding) -> doc::Finding {
    let explanation = trace.explain(finding);
    let remedies: Vec<doc::Remedy> = explanation.remedies.iter().map(remedy).collect();
    let members = trace.members(finding);
    doc::Finding {
        kind: finding.kind,
        confidence: finding.confidence,
        relationship: finding.relationship.as_deref().map(str::to_string),
        line: finding.line,
        cell: finding.cell,
        statements: members.iter().map(|&index| u64::from(index) + 1).collect(),
        parent: finding.parent,
        count: finding.count,
        message: explanation.message,
        remedy: remedies.first().cloned(),
        evidence: explanation.evidence,
        remedies,
    }
}

fn remedy(remedy: &Remedy) -> doc::Remedy {
    doc::Remedy {
        relationship: remedy.relationship.as_deref().map(str::to_string),
        strategy: remedy.strategy,
        code: remedy.code.clone(),
        tried: remedy.trial.as_deref().map(tried),
    }
}

fn tried(trial: &Trial) -> doc::Tried {
    doc::Tried {
        refused: trial.refused.clone(),
        cost: trial.cost.map(|cost| doc::Cost {
            statements: cost.statements,
            rows: cost.rows,
            bytes: cost.bytes,
            vm_steps: cost.vm_steps,
        }),
        new_findings: trial
            .new_findings
            .iter()
            .map(|(kind, relationship)| doc::NewFinding {
                kind: *kind,
                relationship: relationship.as_deref().map(str::to_string),
            })
            .collect(),
        prints_other: trial.prints_other,
        diff: trial.diff.clone(),
    }
}

fn printed(trace: &Trace, stream: OutputStream) -> Each<impl Iterator<Item = doc::Output>> {
    let of_stream = trace
        .output()
        .iter()
        .filter(move |output| output.stream == stream);
    each(of_stream.map(output))
}

fn output(output: &crate::trace::Output) -> doc::Output {
    doc::Output {
        line: output.line,
        after_statement: output.after_statement,
        text: output.text.clone(),
        is_log: output.is_log,
    }
}

fn warning(warning: &crate::trace::Warning) -> doc::Warning {
    doc::Warning {
        line: warning.line,
        message: warning.message.clone(),
    }
}

fn outcome(trace: &Trace) -> Option<doc::Outcome> {
    let outcome = trace.outcome()?;
    Some(doc::Outcome {
        status: outcome.status,
        error: outcome.error.as_ref().map(|error| doc::RunError {
            kind: error.kind.clone(),
            message: error.message.clone(),
            line: error.line,
            traceback: error.traceback.clone(),
        }),
    })
}

fn summary(trace: &Trace) -> doc::Summary {
    let summary = trace.summary();
    doc::Summary {
        statements: summary.statements,
        rows: summary.rows,
        sql_ns: summary.sql_ns,
        wall_ns: summary.wall_ns,
        over_budget: summary.over_budget,
        bytes: summary.bytes,
        vm_steps: summary.vm_steps,
        avoided: summary.avoided,
    }
}

fn plan((sql, nodes): (&std::sync::Arc<str>, &[crate::trace::PlanNode])) -> doc::Plan {
    let nodes = nodes.iter();
    doc::Plan {
        sql: sql.to_string(),
        nodes: nodes
            .map(|node| doc::PlanNode {
                id: node.id,
                parent: node.parent,
                detail: node.detail.clone(),
            })
            .collect(),
    }
}
