//! Changes of a scenario's text that are remedies: loader options at the query that loads the owners, in the place of a
//! join where one made rows for them, another default on the mapping, an index, or what a loop repeats done once.
//!
//! What is looked for is found in the syntax tree, and what is put in leaves every other byte as it is. Nothing here
//! runs anything: whether a change does what it is to do, a run of the changed text tells.

mod ahead;
mod ask;
mod asked;
mod chain;
mod edit;
mod import;
mod index;
mod join;
mod loops;
mod mapping;
mod option;
mod query;
mod site;
mod together;
mod tree;
mod turns;

use std::thread;

use rustpython_vm::compiler::parser;

pub use edit::{DiffLine, Edit};

use super::nesting;
use crate::trace::{LoadStep, Rewrite};

/// The parser recurses, and a source may nest as deep as one that is run.
const STACK_BYTES: usize = 256 << 20;

/// Why a source cannot be changed as asked, as a clause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFound {
    #[error("the code cannot be parsed")]
    Syntax,
    #[error("there was no thread to parse the code on: {0}")]
    NoThread(String),
    #[error("the parser failed inside")]
    Inside,
    #[error("line {line} has no query of {class} that an option could be put at")]
    NoQuery { line: u32, class: String },
    #[error("line {line} has more than one query of {class}")]
    ManyQueries { line: u32, class: String },
    #[error("line {line} already says so")]
    AlreadySaid { line: u32 },
    #[error("no query of {class} led here")]
    NoOwners { class: String },
    #[error("no class or table of this file declares {table}.{column}")]
    NoColumn { table: String, column: String },
    #[error("line {line} stands in no loop that it could be taken out of")]
    NoLoop { line: u32 },
    #[error("what line {line} does in its loop has no form that could be taken out of it")]
    OtherForm { line: u32 },
    #[error("what line {line} asks for has no answer here that could be kept")]
    NoAnswer { line: u32 },
    #[error("line {line} works with no session that is opened around it")]
    NoSession { line: u32 },
    #[error("{key} is in no group of deferred columns in this file")]
    NoGroup { key: String },
    #[error("the query of line {line} needs its join of {key} for more than to load it")]
    NeedsJoin { line: u32, key: String },
    #[error("line {line} has no join of a collection that any() could stand for")]
    NoJoin { line: u32 },
    #[error("{key} is not declared as a relationship() in this file")]
    NoRelationship { key: String },
}

/// Puts the options of `paths`, each from the owners on, at the query that line runs.
///
/// # Errors
/// Why the query was not found, or needs nothing.
pub fn with_options(source: &str, line: u32, paths: &[Vec<LoadStep>]) -> Result<Edit, NotFound> {
    parsed(source, |source, body| {
        let first = paths.first().and_then(|path| path.first());
        let class = first.map_or("", LoadStep::class);
        let target = query::find(source, body, line, class)?;
        let mut options = option::Options::of(source, body, &target);
        for path in paths {
            options.put(line, path)?;
        }
        let pieces = options.done();
        match pieces.is_empty() {
            true => Err(NotFound::AlreadySaid { line }),
            false => Ok(Edit::new(pieces)),
        }
    })
}

/// Makes the strategies of `steps` the defaults of their relationships.
///
/// # Errors
/// A relationship is not declared in the source.
pub fn with_defaults<'a>(
    source: &str,
    steps: impl Iterator<Item = &'a LoadStep> + Send,
) -> Result<Edit, NotFound> {
    parsed(source, |_, body| {
        mapping::change(body, steps).map(Edit::new)
    })
}

/// Makes a change that no option says.
///
/// # Errors
/// What it would change is not there, or is not of a form that is known.
pub fn with_rewrite(source: &str, rewrite: &Rewrite) -> Result<Edit, NotFound> {
    parsed(source, |source, body| {
        let pieces = match rewrite {
            Rewrite::Index { table, columns } => index::add(source, body, table, columns),
            Rewrite::FetchAhead { line, columns } => {
                ahead::fetch_ahead(source, body, *line, columns)
            }
            Rewrite::AskAhead { line, relationship } => {
                ask::ask_ahead(source, body, *line, relationship.as_ref())
            }
            Rewrite::RefreshAhead {
                line,
                class,
                column,
            } => ahead::refresh_ahead(source, body, *line, class, column),
            Rewrite::WriteTogether { line } => together::write_together(source, body, *line),
            Rewrite::WriteAfter { line } => loops::write_after(source, body, *line),
            Rewrite::KeepAnswer { first, line } => loops::keep_answer(source, body, *first, *line),
            Rewrite::KeepLoaded { line } => loops::keep_loaded(source, body, *line),
            Rewrite::CountOwners { line, collections } => {
                join::count_owners(source, body, *line, collections)
            }
        };
        pieces.map(Edit::new).map_err(|error| match error {
            NotFound::NoLoop { line } if chain::is_in_loop(source, body, line) => {
                NotFound::OtherForm { line }
            }
            error => error,
        })
    })
}

/// Parses a source on a stack that is deep enough for it.
fn parsed(
    source: &str,
    change: impl FnOnce(&str, &[tree::Stmt]) -> Result<Edit, NotFound> + Send,
) -> Result<Edit, NotFound> {
    if nesting::check(source).is_err() {
        return Err(NotFound::Syntax);
    }
    thread::scope(|scope| {
        thread::Builder::new()
            .name("lazyscope-rewrite".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, || {
                let module = parser::parse_module(source).map_err(|_| NotFound::Syntax)?;
                change(source, &module.syntax().body)
            })
            .map_err(|error| NotFound::NoThread(error.to_string()))?
            .join()
            .unwrap_or(Err(NotFound::Inside))
    })
}

#[cfg(test)]
mod tests;
