//! The names that a module has of `sqlalchemy.orm`.

use std::collections::{BTreeMap, BTreeSet};

use super::edit::{Piece, line_end, line_start};
use super::option::separator;
use super::tree::{Stmt, bytes, flat};

const MODULE: &str = "sqlalchemy.orm";
const CORE: &str = "sqlalchemy";

/// What is imported of `sqlalchemy.orm`, and what has to be.
#[derive(Default)]
pub(super) struct Imports {
    /// Names of it, and what they are called here.
    names: BTreeMap<String, String>,
    /// What the module itself is called here.
    module: Option<String>,
    /// All of its names are there.
    is_wild: bool,
    missing: BTreeSet<&'static str>,
}

impl Imports {
    pub fn of(module: &[Stmt]) -> Self {
        let mut imports = Self::default();
        for stmt in flat(module) {
            match stmt {
                Stmt::ImportFrom(it) if is_orm(stmt) => {
                    for alias in &it.names {
                        let name = alias.name.to_string();
                        imports.is_wild |= name == "*";
                        let here = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
                        imports.names.insert(name, here);
                    }
                }
                Stmt::ImportFrom(it)
                    if it
                        .module
                        .as_ref()
                        .is_some_and(|name| name.as_str() == "sqlalchemy") =>
                {
                    let mut aliases = it.names.iter();
                    if let Some(alias) = aliases.find(|alias| alias.name.as_str() == "orm") {
                        let here = alias.asname.as_ref().unwrap_or(&alias.name);
                        imports.module = Some(here.to_string());
                    }
                }
                Stmt::Import(it) => {
                    let mut aliases = it.names.iter();
                    if let Some(alias) = aliases.find(|alias| alias.name.as_str() == MODULE) {
                        let here = alias.asname.as_ref().unwrap_or(&alias.name);
                        imports.module = Some(here.to_string());
                    }
                }
                _ => {}
            }
        }
        imports
    }

    /// How an option's function is called here; it is imported where it has no name yet.
    pub fn call(&mut self, option: &'static str) -> String {
        if let Some(here) = self.names.get(option) {
            return here.clone();
        }
        match &self.module {
            Some(module) if self.names.is_empty() => format!("{module}.{option}"),
            _ => {
                if !self.is_wild {
                    self.missing.insert(option);
                }
                option.to_owned()
            }
        }
    }

    /// What a name here is called in `sqlalchemy.orm`.
    pub fn meant<'a>(&'a self, here: &'a str) -> &'a str {
        let known = self.names.iter().find(|(_, name)| *name == here);
        known.map_or(here, |(name, _)| name)
    }

    /// What imports the names that are missing.
    pub fn added(&self, source: &str, module: &[Stmt]) -> Vec<Piece> {
        if self.missing.is_empty() {
            return Vec::new();
        }
        let mut known = module.iter().filter(|stmt| is_orm(stmt));
        if let Some(Stmt::ImportFrom(import)) = known.next() {
            let names = self.missing.iter();
            return names.map(|name| beside(source, import, name)).collect();
        }
        let names: Vec<_> = self.missing.iter().copied().collect();
        let line = format!("from {MODULE} import {}\n", names.join(", "));
        let mut imports = module.iter();
        let last = imports.rfind(|stmt| matches!(stmt, Stmt::Import(_) | Stmt::ImportFrom(_)));
        let first = module.first();
        let first = first.map_or(0, |first| line_start(source, bytes(first).start));
        let at = last.map_or(first, |last| line_end(source, bytes(last).end) + 1);
        match at > source.len() {
            true => vec![Piece::insert(source.len(), format!("\n{line}"))],
            false => vec![Piece::insert(at, line)],
        }
    }
}

/// How a function of `sqlalchemy` itself is called; it is imported where it has no name yet.
pub(super) fn core(source: &str, module: &[Stmt], name: &str, pieces: &mut Vec<Piece>) -> String {
    let mut at = None;
    for stmt in flat(module) {
        match stmt {
            Stmt::ImportFrom(it) if it.module.as_ref().is_some_and(|of| of.as_str() == CORE) => {
                for alias in &it.names {
                    match alias.name.as_str() {
                        "*" => return name.to_owned(),
                        known if known == name => {
                            let here = alias.asname.as_ref().unwrap_or(&alias.name);
                            return here.to_string();
                        }
                        _ => {}
                    }
                }
                at.get_or_insert(it);
            }
            Stmt::Import(it) => {
                let mut aliases = it.names.iter();
                if let Some(alias) = aliases.find(|alias| alias.name.as_str() == CORE) {
                    let here = alias.asname.as_ref().unwrap_or(&alias.name);
                    return format!("{here}.{name}");
                }
            }
            _ => {}
        }
    }
    pieces.push(match (at, module.first()) {
        (Some(import), _) => beside(source, import, name),
        (None, first) => {
            let at = first.map_or(0, |first| line_start(source, bytes(first).start));
            Piece::insert(at, format!("from {CORE} import {name}\n"))
        }
    });
    name.to_owned()
}

fn is_orm(stmt: &Stmt) -> bool {
    let Stmt::ImportFrom(it) = stmt else {
        return false;
    };
    it.module
        .as_ref()
        .is_some_and(|name| name.as_str() == MODULE)
}

/// Puts a name in its place among those of an import; at the end where they are in no order.
fn beside(
    source: &str,
    import: &rustpython_vm::compiler::ast::StmtImportFrom,
    name: &str,
) -> Piece {
    let names = &import.names;
    // As import sorters do it: classes before functions, each by name.
    let key = |name: &str| {
        (
            name.starts_with(|c: char| c.is_lowercase()),
            name.to_owned(),
        )
    };
    let is_sorted = names.is_sorted_by_key(|alias| key(alias.name.as_str()));
    let before = match is_sorted {
        true => names
            .iter()
            .rfind(|alias| key(alias.name.as_str()) < key(name)),
        false => names.last(),
    };
    match (before, names.first()) {
        (Some(before), _) => {
            let place = bytes(before);
            let separator = separator(source, place.start);
            Piece::insert(place.end, format!("{separator}{name}"))
        }
        (None, first) => {
            let at = first.map_or(bytes(import).end, |first| bytes(first).start);
            Piece::insert(at, format!("{name}, "))
        }
    }
}
