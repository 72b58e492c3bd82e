use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use super::document as doc;
use super::value::ValueDoc;
use super::{Error, FORMAT, VERSION};
use crate::trace::{
    self, CellSpan, Cost, Event, Explanation, Extra, Finding, OutputStream, Remedy, Sample, Sent,
    Statement, Trace, Trial, Value,
};

/// Reads a document back into a trace.
///
/// Keys that are not known are passed over; those that version 1 had from the start but a writer left out are taken
/// as empty, where that makes sense.
///
/// # Errors
/// What is wrong with the document, where, and what would be right.
pub fn read(text: &str) -> Result<Trace, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    check_head(text)?;
    let document: doc::Document =
        serde_json::from_str(text).map_err(|error| Error::from_json(&error))?;
    trace_of(document)
}

/// Reads a document that may not even be text.
///
/// # Errors
/// As [`read`].
pub fn read_bytes(bytes: &[u8]) -> Result<Trace, Error> {
    let text = std::str::from_utf8(bytes).map_err(|error| Error::NotUtf8 {
        at: error.valid_up_to(),
    })?;
    read(text)
}

/// Whether it is a document of ours at all, before its parts are judged.
fn check_head(text: &str) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Head {
        format: Option<serde_json::Value>,
        version: Option<serde_json::Value>,
    }
    if text.trim().is_empty() {
        return Err(Error::Empty);
    }
    let told = |value: Option<serde_json::Value>| match value {
        Some(value) => value.to_string(),
        None => "missing".to_string(),
    };
    let is_object = text.trim_start().starts_with('{');
    let head: Head = match serde_json::from_str(text) {
        Ok(head) if is_object => head,
        Ok(_) => return Err(Error::WrongFormat { found: told(None) }),
        Err(error) => {
            return Err(match Error::from_json(&error) {
                Error::WrongValue { .. } => Error::WrongFormat { found: told(None) },
                // Half a number or a name is told as a mistake, and is a cut all the same.
                Error::NotJson { line, column, .. } if is_object && is_end(text, line, column) => {
                    Error::Truncated { line, column }
                }
                other => other,
            });
        }
    };
    if head.format.as_ref().and_then(|format| format.as_str()) != Some(FORMAT) {
        let found = told(head.format);
        return Err(Error::WrongFormat { found });
    }
    if head.version.as_ref().and_then(serde_json::Value::as_u64) != Some(VERSION) {
        let found = told(head.version);
        return Err(Error::WrongVersion { found });
    }
    Ok(())
}

/// Whether that (1-based) place is the last of the text, or after it.
fn is_end(text: &str, line: usize, column: usize) -> bool {
    let text = text.trim_end();
    let lines = text.lines().count();
    let last = text.lines().next_back().map_or(0, str::len);
    line > lines || (line == lines && column >= last)
}

/// What was printed to both streams, as far as the statements between tell their order.
fn in_order(
    stdout: Vec<doc::Output>,
    stderr: Vec<doc::Output>,
) -> Vec<(OutputStream, doc::Output)> {
    let stdout = stdout
        .into_iter()
        .map(|output| (OutputStream::Stdout, output));
    let stderr = stderr
        .into_iter()
        .map(|output| (OutputStream::Stderr, output));
    let mut printed: Vec<_> = stdout.chain(stderr).collect();
    printed.sort_by_key(|(_, output)| output.after_statement);
    printed
}

fn trace_of(document: doc::Document) -> Result<Trace, Error> {
    let mut trace = Trace::new();
    trace.push(Event::Started(Box::new(info(&document))));
    for relationship in document.relationships {
        trace.push(Event::Relationship(Box::new(trace::RelationshipInfo {
            key: relationship.key.into(),
            target: relationship.target,
            direction: relationship.direction,
            uselist: relationship.uselist,
            declared: relationship.declared,
            active: relationship.active,
            line: relationship.line,
        })));
    }
    let mut strings = Strings::default();
    for plan in document.plans {
        trace.push(Event::Plan {
            sql: strings.share(plan.sql),
            nodes: plan.nodes.into_iter().map(plan_node).collect(),
        });
    }
    let mut accesses = accesses(document.accesses, &mut strings)
        .into_iter()
        .peekable();
    for (index, statement) in document.statements.into_iter().enumerate() {
        let statement = self::statement(index, statement, &mut strings)?;
        while let Some(access) = accesses.next_if(|access| access.at_ns < statement.start_ns) {
            trace.push(Event::Access(access));
        }
        trace.push(Event::Statement(Box::new(statement)));
    }
    for access in accesses {
        trace.push(Event::Access(access));
    }
    for (stream, output) in in_order(document.output, document.stderr) {
        trace.push(Event::Output(trace::Output {
            line: output.line,
            stream,
            after_statement: output.after_statement,
            is_log: output.is_log,
            text: output.text,
        }));
    }
    for warning in document.warnings {
        trace.push(Event::Warning(trace::Warning {
            line: warning.line,
            message: warning.message,
        }));
    }
    if let Some(outcome) = document.outcome {
        trace.push(Event::Finished {
            outcome: self::outcome(outcome),
            at_ns: document.summary.wall_ns,
        });
    }
    if !document.spans.is_empty() {
        let spans = document.spans.into_iter();
        trace.set_cell_spans(spans.map(|(cell, start_ns, end_ns)| CellSpan {
            cell,
            start_ns,
            end_ns,
        }));
    }
    // An empty list may mean that nobody looked: what was found while reading stays.
    if let Some(findings) = document.findings.filter(|findings| !findings.is_empty()) {
        let count = trace.len() as u64;
        let findings: Result<Vec<_>, _> = findings
            .into_iter()
            .enumerate()
            .map(|(number, finding)| self::finding(number, finding, count))
            .collect();
        trace.set_findings(findings?);
    }
    Ok(trace)
}

fn info(document: &doc::Document) -> trace::ScenarioInfo {
    let scenario = &document.scenario;
    let cells = document.cells.iter();
    trace::ScenarioInfo {
        name: scenario.name.clone(),
        title: scenario.title.clone(),
        source: Arc::from(scenario.source.as_str()),
        params: scenario.params.0.clone(),
        settings: trace::Settings {
            round_trip_ns: document.settings.round_trip_ns,
            statement_limit: document.settings.statement_limit,
        },
        cells: cells
            .map(|cell| trace::Cell {
                id: cell.id,
                kind: cell.kind,
                title: cell.title.clone(),
                first_line: cell.first_line,
                last_line: cell.last_line,
                setup: cell.setup,
                budget: cell.budget,
            })
            .collect(),
    }
}

/// Texts that come again and again, kept once.
#[derive(Default)]
struct Strings(HashMap<Arc<str>, ()>);

impl Strings {
    fn share(&mut self, text: String) -> Arc<str> {
        if let Some((shared, ())) = self.0.get_key_value(text.as_str()) {
            return Arc::clone(shared);
        }
        let shared: Arc<str> = text.into();
        self.0.insert(Arc::clone(&shared), ());
        shared
    }
}

fn statement(
    index: usize,
    statement: doc::StatementIn,
    strings: &mut Strings,
) -> Result<Statement, Error> {
    let contradiction = |key: &str, problem: String| Error::Contradiction {
        place: format!("statements[{index}].{key}"),
        problem,
    };
    let id = index as u64 + 1;
    if let Some(found) = statement.id.filter(|&found| found != id) {
        let problem = format!("is {found}; ids count up from 1, so {id} would be right");
        return Err(contradiction("id", problem));
    }
    if let Some(parent) = statement
        .parent
        .filter(|&parent| parent < 1 || parent >= id)
    {
        let problem = format!("is {parent}; a parent comes before its statement, here below {id}");
        return Err(contradiction("parent", problem));
    }
    let parameters = match statement.parameters {
        doc::ParametersIn::Many(rows) => {
            let rows = rows.into_iter().map(values).collect();
            Sent::new(rows, statement.executemany)
        }
        doc::ParametersIn::One(row) if !statement.executemany => Sent::row(values(row)),
        doc::ParametersIn::One(_) => {
            let problem = "is one row; an executemany has [[…], …]".to_string();
            return Err(contradiction("parameters", problem));
        }
    };
    let extra = Extra {
        repeated_bytes: statement.repeated_bytes.filter(|&bytes| bytes > 0),
        joined: statement
            .joined
            .into_iter()
            .map(|name| strings.share(name))
            .collect(),
        joined_owners: statement.joined_owners,
        siblings: statement
            .siblings
            .map(|pair| pair.map(|name| strings.share(name))),
        unjoined: statement.unjoined,
        database: statement.database.max(1),
        error: statement.error,
        sample: statement.sample.map(|sample| {
            Arc::new(Sample {
                columns: sample.columns,
                rows: sample.rows.into_iter().map(values).collect(),
            })
        }),
    };
    Ok(Statement {
        id,
        cell: statement.cell,
        line: statement.line,
        kind: statement.kind,
        sql: strings.share(statement.sql),
        parameters,
        trigger: statement.trigger,
        relationship: statement.relationship.map(|name| strings.share(name)),
        parent: statement.parent,
        owners: statement.owners,
        owner: statement.owner.map(Arc::from),
        start_ns: statement.start_ns,
        duration_ns: statement.duration_ns,
        rows: statement.rows,
        bytes: statement.bytes,
        entities: statement.entities,
        flush: statement.flush,
        counters: trace::Counters {
            vm_steps: statement.counters.vm_steps,
            full_scan_steps: statement.counters.full_scan_steps,
            sorts: statement.counters.sorts,
            auto_indexes: statement.counters.auto_indexes,
        },
        extra: extra.boxed(),
    })
}

fn values(row: Vec<ValueDoc>) -> Vec<Value> {
    row.into_iter().map(|ValueDoc(value)| value).collect()
}

/// The reads in order of time; those of an access that does not list them are one read at the start.
fn accesses(accesses: Vec<doc::Access>, strings: &mut Strings) -> Vec<trace::Access> {
    let mut all = Vec::new();
    for mut access in accesses {
        if access.reads.is_empty() {
            let read = (0, access.count, access.first_reads, None);
            access.reads.push(read);
        }
        let relationship = strings.share(access.relationship);
        for (at_ns, count, first_reads, statement) in access.reads {
            all.push(trace::Access {
                relationship: Arc::clone(&relationship),
                cell: access.cell,
                line: access.line,
                outcome: access.outcome,
                count,
                first_reads,
                statement,
                at_ns,
            });
        }
    }
    // Stable: those of one moment stay in the order of the document.
    all.sort_by_key(|access| access.at_ns);
    all
}

fn plan_node(node: doc::PlanNode) -> trace::PlanNode {
    trace::PlanNode {
        id: node.id,
        parent: node.parent,
        detail: node.detail,
    }
}

fn outcome(outcome: doc::Outcome) -> trace::Outcome {
    trace::Outcome {
        status: outcome.status,
        error: outcome.error.map(|error| trace::Error {
            kind: error.kind,
            message: error.message,
            line: error.line,
            traceback: error.traceback,
        }),
    }
}

fn trial(tried: doc::Tried) -> Trial {
    Trial {
        refused: tried.refused,
        cost: tried.cost.map(|cost| Cost {
            statements: cost.statements,
            rows: cost.rows,
            bytes: cost.bytes,
            vm_steps: cost.vm_steps,
        }),
        new_findings: tried
            .new_findings
            .into_iter()
            .map(|found| (found.kind, found.relationship.map(Arc::from)))
            .collect(),
        prints_other: tried.prints_other,
        diff: tried.diff,
    }
}

fn finding(number: usize, finding: doc::Finding, statements: u64) -> Result<Finding, Error> {
    let known = |id: u64| id >= 1 && id <= statements;
    let ids = finding.statements.iter().chain(&finding.parent);
    if let Some(id) = ids.copied().find(|&id| !known(id)) {
        return Err(Error::Contradiction {
            place: format!("findings[{number}]"),
            problem: format!("names statement {id}, and the document has 1 to {statements}"),
        });
    }
    let mut remedies = finding.remedies;
    if remedies.is_empty() {
        remedies.extend(finding.remedy);
    }
    let remedies = remedies.into_iter().map(|remedy| Remedy {
        relationship: remedy.relationship.map(Arc::from),
        strategy: remedy.strategy,
        paths: Vec::new(),
        rewrite: None,
        code: remedy.code,
        trial: remedy.tried.map(|tried| Box::new(trial(tried))),
    });
    let explanation = Explanation {
        message: finding.message,
        evidence: finding.evidence,
        remedies: remedies.collect(),
    };
    let members = finding.statements.iter().map(|&id| (id - 1) as u32);
    Ok(Finding::told(
        finding.kind,
        finding.confidence,
        finding.relationship.map(Arc::from),
        (finding.line, finding.cell),
        finding.parent,
        finding.count,
        members.collect(),
        explanation,
    ))
}
