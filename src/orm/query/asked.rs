//! What a query asks of the rows, and of which entities they are.

use std::collections::HashSet;

use super::compile::State;
use super::{FromItem, JoinTarget, RawColumn};
use crate::orm::entity::Entity;
use crate::orm::sql::adapt::visit;
use crate::orm::sql::{EntityId, Expr};

impl State<'_> {
    /// What is asked of the rows: by the program, and of classes that share a table with others.
    pub fn asked(&self) -> Vec<Expr> {
        let mut asked = self.select.where_.clone();
        let mut entities = self.named_entities();
        for criterion in &self.select.where_ {
            visit(criterion, &mut |inner| entities.extend(inner.entity()));
        }
        // Those that are joined are told apart where they are.
        let mut seen: HashSet<EntityId> = self.joined_entities().collect();
        for id in entities {
            if !seen.insert(id) {
                continue;
            }
            let entity = Entity::find(id);
            asked.extend(entity.and_then(|entity| entity.single_table_criterion()));
        }
        asked
    }

    fn joined_entities(&self) -> impl Iterator<Item = EntityId> {
        let joins = self.select.joins.iter();
        joins.filter_map(|step| match &step.target {
            JoinTarget::Relationship(path) => Some(path.target().id()),
            JoinTarget::Item {
                item: FromItem::Entity(entity),
                ..
            } => Some(entity.id()),
            JoinTarget::Item { .. } => None,
        })
    }

    /// The entities that it reads; those that it joins besides are known by the joins. What refreshes an object reads it
    /// whatever is held against its class.
    pub fn read_entities(&self) -> Vec<EntityId> {
        match self.options.is_refresh {
            true => Vec::new(),
            false => self.named_entities(),
        }
    }

    /// The entities that the program named to be read.
    fn named_entities(&self) -> Vec<EntityId> {
        fn of(column: &RawColumn, found: &mut Vec<EntityId>) {
            match column {
                RawColumn::Entity(entity) => found.push(entity.id()),
                RawColumn::Expr(expr) => visit(expr, &mut |inner| found.extend(inner.entity())),
                RawColumn::Bundle { columns, .. } => {
                    columns.iter().for_each(|column| of(column, found));
                }
            }
        }
        let mut found = Vec::new();
        for item in &self.select.froms {
            if let FromItem::Entity(entity) = item {
                found.push(entity.id());
            }
        }
        self.select
            .columns
            .iter()
            .for_each(|column| of(column, &mut found));
        found
    }
}
