//! One remedy: the code to write for it, and the toggles that replay it.

use std::sync::Arc;

use crate::scenario::rewrite::{self, Edit, NotFound};
use crate::study::Strategies;
use crate::trace::{Finding, LoadStep, Remedy, Rewrite, Strategy, Trace};

/// One remedy, which several findings may have.
#[derive(Debug)]
pub struct Way {
    /// The finding that it was first told for.
    pub(super) finding: Finding,
    /// The options that say it, each a path from the owners on.
    pub paths: Vec<Vec<LoadStep>>,
    /// The change that says it, where no option does.
    pub rewrite: Option<Rewrite>,
    /// The line whose query has to say it; none where the owners came by no query.
    line: Option<u32>,
    /// The strategies that replay it; none where a column is to be loaded otherwise.
    pub toggles: Option<Strategies>,
    /// The code; none until it is planned.
    pub written: Option<Result<Written, NotFound>>,
    /// Numbers of its runs.
    pub(super) replayed: Option<usize>,
    pub(super) rerun: Option<usize>,
}

/// What to write for a remedy.
#[derive(Clone, Debug)]
pub struct Written {
    pub edit: Edit,
    /// The scenario with it.
    pub source: Arc<str>,
    /// Why it changes the mapping, and with it every query, when it does.
    pub default_because: Option<String>,
}

impl Way {
    /// How to try a remedy of a finding, in a run with these strategies.
    pub(super) fn of(
        remedy: Remedy,
        trace: &Trace,
        finding: &Finding,
        strategies: &Strategies,
    ) -> Self {
        Self {
            finding: finding.clone(),
            toggles: toggles(strategies, &remedy.paths),
            line: match &remedy.rewrite {
                Some(_) => None,
                None => root_line(trace, finding),
            },
            paths: remedy.paths,
            rewrite: remedy.rewrite,
            written: None,
            replayed: None,
            rerun: None,
        }
    }

    /// Whether both would change the same in the same place.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        (&self.paths, &self.rewrite, self.line) == (&other.paths, &other.rewrite, other.line)
    }

    /// The word for what it does: `selectin`, `undefer`.
    pub fn word(&self) -> &'static str {
        if let Some(rewrite) = &self.rewrite {
            return rewrite.word();
        }
        let last = self.paths.last().and_then(|path| path.last());
        last.map_or("", |step| step.strategy.map_or(step.option, Strategy::word))
    }

    /// The code that says it: for options, at the query or else on the mapping.
    pub(super) fn plan(&self, source: &str) -> Result<Written, NotFound> {
        if let Some(rewrite) = &self.rewrite {
            let edit = rewrite::with_rewrite(source, rewrite)?;
            return Ok(Written::of(edit, source));
        }
        let at_query = match self.line {
            Some(line) => rewrite::with_options(source, line, &self.paths),
            None => {
                let first = self.paths.first().and_then(|path| path.first());
                let class = first.map_or("", LoadStep::class);
                Err(NotFound::NoOwners {
                    class: class.to_owned(),
                })
            }
        };
        let edit = match at_query {
            Ok(edit) => edit,
            // Said already, and loaded otherwise all the same: a default would change nothing.
            Err(NotFound::AlreadySaid { line }) => return Err(NotFound::AlreadySaid { line }),
            Err(because) => {
                let on_mapping = self.on_mapping(source, because.to_string());
                return on_mapping.map_err(|_| because);
            }
        };
        Ok(Written::of(edit, source))
    }

    /// The code that says it for every query, and why for all of them.
    pub(super) fn on_mapping(&self, source: &str, because: String) -> Result<Written, NotFound> {
        // What is not to be loaded ahead is not, however its owners come.
        let is_lazy = |path: &[LoadStep]| {
            let last = path.last();
            last.is_some_and(|step| step.strategy == Some(Strategy::Select))
        };
        let said = |path: &'_ Vec<LoadStep>| match is_lazy(path) {
            true => path.len() - 1,
            false => 0,
        };
        let steps = self.paths.iter().flat_map(|path| &path[said(path)..]);
        let edit = rewrite::with_defaults(source, steps)?;
        Ok(Written {
            default_because: Some(because),
            ..Written::of(edit, source)
        })
    }
}

impl Written {
    fn of(edit: Edit, source: &str) -> Self {
        Self {
            source: edit.apply(source).into(),
            edit,
            default_because: None,
        }
    }
}

fn root_line(trace: &Trace, finding: &Finding) -> Option<u32> {
    let line = trace.root_query(finding)?.line();
    (line > 0).then_some(line)
}

/// The strategies that do by toggle what options would do, where toggles can.
fn toggles(chosen: &Strategies, paths: &[Vec<LoadStep>]) -> Option<Strategies> {
    if paths.is_empty() {
        return None;
    }
    let mut toggles = chosen.clone();
    for step in paths.iter().flatten() {
        let strategy = step.strategy.filter(|_| !step.is_recursive)?;
        toggles.insert(Arc::clone(&step.key), strategy);
    }
    Some(toggles)
}
