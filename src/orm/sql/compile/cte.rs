//! Common table expressions: rendered once, before the statement that they stand in.

use super::compiler::{Compiler, Context};
use crate::orm::sql::error::SqlError;
use crate::orm::sql::from::{Cte, FromClause, FromKind};
use crate::orm::sql::name::Name;
use crate::orm::sql::select::{LabelStyle, Query, columns_plus_names};

impl Compiler<'_> {
    /// Sees to it that the CTE stands in the WITH clause; its name when it is a FROM element.
    pub(super) fn cte(
        &mut self,
        from: &FromClause,
        as_from: bool,
        context: Context,
    ) -> Result<Option<String>, SqlError> {
        let FromKind::Cte(cte) = from.kind() else {
            return Ok(None);
        };
        let name = self.resolve(&cte.name);
        let mut is_new = true;
        let existing = self
            .ctes
            .iter()
            .map(|(known, _)| known.clone())
            .chain(self.visiting.iter().cloned())
            .find(|known| self.same_cte_name(known, &cte.name));
        if cte.alias_of.is_none()
            && let Some(existing) = existing
        {
            if restates(&existing).is_some_and(|restated| restated == *from) || existing == *from {
                is_new = false;
            } else if restates(from).is_some_and(|restated| restated == existing) {
                self.ctes.retain(|(known, _)| *known != existing);
            } else {
                return Err(SqlError::compile(format!(
                    "Multiple, unrelated CTEs found with the same name: '{name}'"
                )));
            }
        }
        if cte.alias_of.is_some() && self.cte_aliases.contains(&from.id()) {
            is_new = false;
        }
        if !as_from && !is_new {
            return Ok(None);
        }
        let original = cte.alias_of.clone();
        if is_new {
            match &original {
                Some(original) => {
                    self.cte_aliases.insert(from.id());
                    self.cte(original, false, context)?;
                }
                None => {
                    self.visiting.push(from.clone());
                    let text = self.cte_text(cte, &name, context);
                    self.visiting.pop();
                    let text = text?;
                    match self.ctes.iter_mut().find(|(known, _)| known == from) {
                        Some(entry) => entry.1 = text,
                        None => self.ctes.push((from.clone(), text)),
                    }
                }
            }
        }
        if !as_from {
            return Ok(None);
        }
        if context.lint {
            self.lint_from(from, &name);
        }
        let quoted = self.quote(&name);
        Ok(Some(match original.as_ref().map(FromClause::kind) {
            Some(FromKind::Cte(original)) => {
                let original = self.quoted_name(&original.name);
                format!("{original} AS {quoted}")
            }
            _ => quoted,
        }))
    }

    fn same_cte_name(&self, known: &FromClause, name: &Name) -> bool {
        matches!(known.kind(), FromKind::Cte(cte) if cte.name == *name)
    }

    /// `name AS (…)`, with its columns when it is recursive.
    fn cte_text(&mut self, cte: &Cte, name: &str, context: Context) -> Result<String, SqlError> {
        let mut text = self.quote(name);
        if cte.recursive {
            let names: Vec<Name> = recursive_names(&cte.query);
            text.push_str(&format!("({})", self.names(&names)));
        }
        let inner = self.query(&cte.query, true, None, context.inner_statement())?;
        text.push_str(&format!(" AS \n({inner})"));
        Ok(text)
    }

    /// `WITH …`, to stand before the statement.
    pub(super) fn with_clause(&mut self) -> String {
        if self.ctes.is_empty() {
            return String::new();
        }
        let recursive = self
            .ctes
            .iter()
            .any(|(from, _)| matches!(from.kind(), FromKind::Cte(cte) if cte.recursive));
        let texts: Vec<String> = self.ctes.drain(..).map(|(_, text)| text).collect();
        format!(
            "WITH {}{}\n ",
            if recursive { "RECURSIVE " } else { "" },
            texts.join(", \n")
        )
    }
}

fn restates(from: &FromClause) -> Option<FromClause> {
    match from.kind() {
        FromKind::Cte(cte) => cte.restates.clone(),
        _ => None,
    }
}

fn recursive_names(query: &Query) -> Vec<Name> {
    let (columns, style) = match query {
        Query::Compound(compound) => match compound.selects.first() {
            Some(first) => (first.all_columns(), first.label_style()),
            None => (Vec::new(), LabelStyle::default()),
        },
        other => (other.all_columns(), other.label_style()),
    };
    columns_plus_names(&columns, style, true)
        .into_iter()
        .filter(|names| !names.repeated)
        .filter_map(|names| names.fallback.or(names.proxy))
        .collect()
}
