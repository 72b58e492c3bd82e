//! The criteria that options of a statement hold against mapped entities, added to the selects and joins that read them.

use std::collections::HashSet;

use super::compiler::{Compiler, Context};
use crate::orm::sql::SqlError;
use crate::orm::sql::adapt::visit;
use crate::orm::sql::expr::{EntityId, Expr, Op};
use crate::orm::sql::from::{FromClause, FromKind, Join};
use crate::orm::sql::select::Select;

impl Compiler<'_> {
    /// What is added to WHERE: for each entity whose rows the select reads from `froms`, unless it joins them, which adds
    /// it to ON.
    pub(super) fn select_criteria(
        &self,
        select: &Select,
        froms: &HashSet<FromClause>,
    ) -> Vec<Expr> {
        let Some(criteria) = self.criteria() else {
            return Vec::new();
        };
        let mut entities: Vec<EntityId> = select.entities.clone();
        for criterion in &select.where_ {
            visit(criterion, &mut |inner| entities.extend(inner.entity()));
        }
        let mut seen = HashSet::new();
        for from in &select.froms {
            joined_entities(from, &mut seen);
        }
        let mut found = Vec::new();
        for entity in entities {
            let is_read = || {
                criteria
                    .selectable(entity)
                    .is_some_and(|selectable| froms.contains(&selectable))
            };
            if seen.insert(entity) && is_read() {
                found.extend(criteria.of(entity));
            }
        }
        found
    }

    /// What the select itself says in WHERE, and the criteria beside it.
    pub(super) fn where_and_criteria(
        &mut self,
        own: &[Expr],
        criteria: &[Expr],
        context: Context,
    ) -> Result<String, SqlError> {
        if criteria.is_empty() {
            return self.and_list(own, context);
        }
        // Each in parentheses as one of several: one OR on either side is not alone.
        let beside = |clauses: &[Expr]| -> Vec<Expr> {
            let clauses = clauses.iter();
            clauses.map(|one| one.self_group(Some(&Op::And))).collect()
        };
        if own.is_empty() {
            return self.within_criteria(criteria, context);
        }
        let mut parts = vec![self.and_list(&beside(own), context)?];
        parts.push(self.within_criteria(&beside(criteria), context)?);
        parts.retain(|part| !part.is_empty());
        Ok(parts.join(" AND "))
    }

    fn within_criteria(&mut self, criteria: &[Expr], context: Context) -> Result<String, SqlError> {
        let before = std::mem::replace(&mut self.in_criteria, true);
        let text = self.and_list(criteria, context);
        self.in_criteria = before;
        text
    }

    /// What is added to ON.
    pub(super) fn join_criteria(&self, join: &Join) -> Vec<Expr> {
        match (self.criteria(), join.entity) {
            (Some(criteria), Some(entity)) => criteria.of(entity),
            _ => Vec::new(),
        }
    }

    /// None within a criterion: what it selects itself is as it says.
    fn criteria(&self) -> Option<&dyn super::EntityCriteria> {
        self.options
            .criteria
            .as_deref()
            .filter(|_| !self.in_criteria)
    }
}

fn joined_entities(from: &FromClause, found: &mut HashSet<EntityId>) {
    match from.kind() {
        FromKind::Join(join) => {
            found.extend(join.entity);
            joined_entities(&join.left, found);
            joined_entities(&join.right, found);
        }
        FromKind::Grouping(inner) => joined_entities(inner, found),
        _ => {}
    }
}
