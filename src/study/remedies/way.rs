//! One remedy: the code to write for it, and the toggles that replay it.

use std::sync::Arc;

use crate::scenario::rewrite::{self, Edit, NotFound};
use crate::study::Strategies;
use crate::trace::{Finding, LoadStep, Remedy, Rewrite, Strategy, Trace};

/// One remedy, which several findings may have.
#[derive(Debug)]
pub struct Way {
    /// The options that say it, from the owners on.
    pub steps: Vec<LoadStep>,
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
    pub default_because: Option<NotFound>,
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
            toggles: toggles(strategies, &remedy.steps),
            line: match &remedy.rewrite {
                Some(_) => None,
                None => root_line(trace, finding),
            },
            steps: remedy.steps,
            rewrite: remedy.rewrite,
            written: None,
            replayed: None,
            rerun: None,
        }
    }

    /// Whether both would change the same in the same place.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        (&self.steps, &self.rewrite, self.line) == (&other.steps, &other.rewrite, other.line)
    }

    /// The word for what it does: `selectin`, `undefer`.
    pub fn word(&self) -> &'static str {
        if let Some(rewrite) = &self.rewrite {
            return rewrite.word();
        }
        let last = self.steps.last();
        last.map_or("", |step| step.strategy.map_or(step.option, Strategy::word))
    }

    /// The code that says it: for options, at the query or else on the mapping.
    pub(super) fn plan(&self, source: &str) -> Result<Written, NotFound> {
        if let Some(rewrite) = &self.rewrite {
            let edit = rewrite::with_rewrite(source, rewrite)?;
            return Ok(Written {
                source: edit.apply(source).into(),
                edit,
                default_because: None,
            });
        }
        let at_query = match self.line {
            Some(line) => rewrite::with_options(source, line, &self.steps),
            None => {
                let class = self.steps.first().map_or("", LoadStep::class);
                Err(NotFound::NoOwners {
                    class: class.to_owned(),
                })
            }
        };
        let (edit, default_because) = match at_query {
            Ok(edit) => (edit, None),
            // Said already, and loaded otherwise all the same: a default would change nothing.
            Err(NotFound::AlreadySaid { line }) => return Err(NotFound::AlreadySaid { line }),
            Err(because) => match rewrite::with_defaults(source, &self.steps) {
                Ok(edit) => (edit, Some(because)),
                Err(_) => return Err(because),
            },
        };
        Ok(Written {
            source: edit.apply(source).into(),
            edit,
            default_because,
        })
    }
}

fn root_line(trace: &Trace, finding: &Finding) -> Option<u32> {
    let line = trace.root_query(finding)?.line();
    (line > 0).then_some(line)
}

/// The strategies that do by toggle what options would do.
fn toggles(chosen: &Strategies, steps: &[LoadStep]) -> Option<Strategies> {
    if steps.is_empty() {
        return None;
    }
    let mut toggles = chosen.clone();
    for step in steps {
        toggles.insert(Arc::clone(&step.key), step.strategy?);
    }
    Some(toggles)
}
