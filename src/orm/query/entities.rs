//! What an entity puts into a query: its columns, its joined loads, and the loads that follow.

use std::rc::Rc;

use super::compile::{ColumnList, State};
use super::plan::{EntityPlan, Item, JoinedPlan, LazyPlan, Near, Polymorphic, PostLoadPlan};
use super::positions::Rows;
use super::{BundleForm, RawColumn, row_names};
use crate::orm::entity::Entity;
use crate::orm::error::{Error, Result};
use crate::orm::mapper::{Attribute, AttributeKind, ColumnAttribute, Mapper};
use crate::orm::options::{LoadElement, LoadKind};
use crate::orm::path::{Path, Step};
use crate::orm::relationship::Relationship;
use crate::orm::sql::{Expr, FromClause, SqlType};
use crate::trace::Strategy;

/// Turns the mapper's own columns into those of the entity in the query.
#[derive(Clone, Debug)]
pub(super) enum Clauses {
    /// They are the mapper's own.
    Own,
    Entity(Entity),
    /// `contains_eager(alias=…)`.
    From(FromClause),
}

impl Clauses {
    /// The column here; none when the selectable has none for it.
    pub fn column(&self, column: &Expr) -> Option<Expr> {
        match self {
            Self::Own => Some(column.clone()),
            Self::Entity(entity) => match column.as_column() {
                Some(_) => entity
                    .selectable()
                    .corresponding_column(column, false)
                    .or_else(|| {
                        let adapted = entity.adapt(column);
                        (adapted.id() != column.id()).then_some(adapted)
                    }),
                None => Some(entity.adapt(column)),
            },
            Self::From(from) => from.corresponding_column(column, false),
        }
    }

    /// The selectable that the columns are of, when not the mapper's own.
    pub fn selectable(&self) -> Option<&FromClause> {
        match self {
            Self::Own => None,
            Self::Entity(entity) => Some(entity.selectable()),
            Self::From(from) => Some(from),
        }
    }
}

pub(super) fn entity_clauses(entity: &Entity) -> Clauses {
    if entity.is_alias() {
        Clauses::Entity(entity.clone())
    } else {
        Clauses::Own
    }
}

/// Where in the query an entity is set up.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// Index of the selected entity that leads here, and that entity.
    pub root: usize,
    pub root_entity: Entity,
    pub mapper: Rc<Mapper>,
    pub path: Path,
    pub adapter: Clauses,
    pub list: ColumnList,
    /// An outer join leads here, so inner joins behind it have to be nested or become outer.
    pub behind_outer_join: bool,
}

/// An [`EntityPlan`] whose columns have no positions yet.
#[derive(Debug)]
pub(super) struct DraftEntity {
    mapper: Rc<Mapper>,
    path: Path,
    load_path: Path,
    primary_key: Vec<Expr>,
    columns: Vec<(usize, Expr)>,
    deferred_by_option: Vec<(usize, Rc<LoadElement>)>,
    deferred: Vec<usize>,
    joined: Vec<(Rc<Relationship>, usize, DraftEntity)>,
    post_loads: Vec<PostLoadPlan>,
    /// The columns that owners of subquery loads are known by, by attribute.
    near: Vec<(usize, Vec<Expr>)>,
    lazy: Vec<LazyPlan>,
    /// What tells of which class a row is.
    discriminator: Option<Expr>,
}

/// An [`Item`] without positions.
#[derive(Debug)]
pub(super) enum DraftItem {
    Entity(DraftEntity),
    /// `index` is its place among the primary columns.
    Value {
        index: usize,
        expr: Expr,
    },
    Bundle {
        name: Rc<str>,
        columns: Vec<RawColumn>,
        items: Vec<DraftItem>,
        form: BundleForm,
    },
}

impl State<'_> {
    /// Puts an entity's columns and joined loads into the query.
    pub fn set_up_entity(&mut self, scope: Scope, is_root: bool) -> Result<DraftEntity> {
        let mut draft = DraftEntity {
            mapper: Rc::clone(&scope.mapper),
            load_path: self.options.current_path.join(&scope.path),
            path: scope.path.clone(),
            primary_key: Vec::new(),
            columns: Vec::new(),
            deferred_by_option: Vec::new(),
            deferred: Vec::new(),
            joined: Vec::new(),
            post_loads: Vec::new(),
            near: Vec::new(),
            lazy: Vec::new(),
            discriminator: None,
        };
        let only = if is_root {
            self.options.only.clone()
        } else {
            None
        };
        let discriminator = scope.mapper.discriminator();
        for attribute in scope.mapper.attributes() {
            if only
                .as_ref()
                .is_some_and(|only| !only.contains(&attribute.index))
            {
                continue;
            }
            match &attribute.kind {
                AttributeKind::Column(column) => {
                    self.set_up_column_attribute(
                        &scope,
                        &attribute,
                        column,
                        only.is_some(),
                        &mut draft,
                    );
                }
                AttributeKind::Relationship(relationship) => {
                    self.set_up_relationship(
                        &scope,
                        attribute.index,
                        relationship,
                        only.is_some() && self.options.is_asked_for,
                        &mut draft,
                    )?;
                }
            }
        }
        // Of a statement that was given to fill some of an object nobody reads whose row it is.
        let has_key = only.is_none() || !self.select.is_given();
        for column in scope.mapper.primary_key_columns() {
            let Some(column) = scope.adapter.column(&column).filter(|_| has_key) else {
                continue;
            };
            draft.primary_key.push(column);
        }
        // A refresh knows of which class its object is.
        if let (Some(discriminator), None) = (discriminator, only) {
            draft.discriminator = scope.adapter.column(&discriminator.expr);
            if let (Some(expr), None) = (&draft.discriminator, discriminator.attribute) {
                self.append(expr, scope.list);
            }
        }
        Ok(draft)
    }

    fn set_up_column_attribute(
        &mut self,
        scope: &Scope,
        attribute: &Attribute,
        column: &ColumnAttribute,
        is_asked_for: bool,
        draft: &mut DraftEntity,
    ) {
        let step = attribute.step();
        let element = self.loaders.find(&scope.path, step, Step::AnyColumn);
        if column.from_query {
            let said = element
                .filter(|element| element.kind == LoadKind::Expression)
                .and_then(|element| element.criteria.first().cloned());
            let default = (!matches!(column.expr.kind(), crate::orm::sql::ExprKind::Null))
                .then_some(&column.expr);
            let wanted = said.as_ref().or(default);
            if let Some(expr) = wanted.and_then(|expr| scope.adapter.column(expr)) {
                self.append(&expr, scope.list);
                draft.columns.push((attribute.index, expr));
            }
            return;
        }
        let is_wildcard = element
            .as_ref()
            .is_some_and(|element| element.path.steps().last() == Some(&Step::AnyColumn));
        // Of a SELECT that was given nobody asks for columns: its options do not know what a query needs anyhow.
        let asks = !self.select.is_from_select();
        let in_group = element.as_ref().filter(|_| asks).is_some_and(|element| {
            let mut groups = element.settings.undefer_groups.iter();
            groups.any(|group| column.group.as_ref() == Some(group))
        });
        let tells_class = || {
            let discriminator = scope.mapper.discriminator();
            discriminator.is_some_and(|found| found.attribute == Some(attribute.index))
        };
        let is_key = asks
            && (column
                .expr
                .as_column()
                .is_some_and(|(_, info)| info.primary_key)
                || element.is_some() && tells_class());
        let (deferred, raiseload) = match element.as_ref().map(|element| element.kind) {
            Some(LoadKind::Undefer)
                if !is_wildcard || in_group || element_has_no_group(element.as_ref()) =>
            {
                (false, false)
            }
            Some(LoadKind::Defer { raiseload }) => (!is_key, raiseload),
            _ => (column.deferred, column.raiseload),
        };
        // A subquery has all columns: what stands around it may ask for any. Not so a query over a union: it reads what
        // it would load.
        let is_over_other =
            matches!(&scope.root_entity, Entity::Alias(alias) if alias.uses_mapper_path);
        let has_all = self.options.for_subquery && !is_over_other;
        if deferred && !is_asked_for && !in_group && !has_all {
            if (deferred, raiseload) == (column.deferred, column.raiseload) {
                draft.deferred.push(attribute.index);
            } else if let Some(element) = element {
                draft.deferred_by_option.push((attribute.index, element));
            }
            return;
        }
        let Some(expr) = scope.adapter.column(&column.expr) else {
            return;
        };
        self.append(&expr, scope.list);
        for same in &column.same {
            if let Some(same) = scope.adapter.column(same) {
                self.append(&same, scope.list);
            }
        }
        draft.columns.push((attribute.index, expr));
    }

    /// What is said of the relationship, as far as this statement can do it: one that was given as it is has no
    /// joins of ours, and cannot be repeated by a subquery load.
    fn strategy_here(
        &self,
        element: Option<&Rc<LoadElement>>,
        relationship: &Relationship,
    ) -> Strategy {
        let contains = element.is_some_and(|element| element.kind == LoadKind::ContainsEager);
        match strategy_of(element, relationship) {
            Strategy::Joined | Strategy::Subquery
                if self.select.from_statement.is_some() && !contains =>
            {
                Strategy::Select
            }
            other => other,
        }
    }

    fn set_up_relationship(
        &mut self,
        scope: &Scope,
        index: usize,
        relationship: &Rc<Relationship>,
        is_asked_for: bool,
        draft: &mut DraftEntity,
    ) -> Result<()> {
        let step = relationship.step();
        let path = scope.path.push(step);
        let element = self.loaders.find(&scope.path, step, Step::AnyRelationship);
        let left_lazy = self
            .options
            .left_lazy
            .iter()
            .any(|known| Rc::ptr_eq(known, relationship))
            && scope.path.len() == 1;
        if left_lazy {
            self.loaders.check_left_lazy(&path)?;
        }
        let left_lazy = left_lazy && !self.loaders.contains(&path);
        let strategy = if left_lazy {
            Strategy::Select
        } else {
            self.strategy_here(element.as_ref(), relationship)
        };
        if self.options.eager_loads && (self.select.is_from_text() || self.select.is_from_write()) {
            self.take_for_joined(&path, relationship, element.as_ref());
        }
        if relationship.is_write_only() && strategy == Strategy::Joined {
            return Err(crate::orm::loading::not_populated(relationship));
        }
        match strategy {
            Strategy::Joined if self.options.eager_loads => {
                if let Some(entity) =
                    self.set_up_joined(scope, index, relationship, &path, element.as_ref())?
                {
                    draft.joined.push((Rc::clone(relationship), index, entity));
                    return Ok(());
                }
                // What cannot be joined any deeper is left lazy, unless the program asks for it by name.
                if is_asked_for {
                    draft.post_loads.push(PostLoadPlan {
                        relationship: Rc::clone(relationship),
                        index,
                        strategy: Strategy::Immediate,
                        element,
                        near: Ok(Vec::new()),
                    });
                } else if matches!(
                    relationship.active,
                    Strategy::Raise | Strategy::RaiseOnSql | Strategy::Noload
                ) {
                    // Where the class would load nothing, the object needs a loader to be left lazy.
                    draft.lazy.push(LazyPlan {
                        index,
                        strategy: Strategy::Select,
                        element: Some(Rc::new(LoadElement::lazy(path, relationship))),
                    });
                }
            }
            Strategy::Selectin | Strategy::Subquery | Strategy::Immediate
                if self.options.eager_loads =>
            {
                draft.post_loads.push(PostLoadPlan {
                    relationship: Rc::clone(relationship),
                    index,
                    strategy,
                    element,
                    near: Ok(Vec::new()),
                });
                if strategy == Strategy::Subquery {
                    let near = relationship.near_columns().into_iter();
                    let here = near.map(|near| scope.adapter.column(&near).unwrap_or(near));
                    draft.near.push((index, here.collect()));
                }
            }
            Strategy::Select | Strategy::Raise | Strategy::RaiseOnSql | Strategy::Noload => {
                let of_class = match relationship.active {
                    Strategy::Raise | Strategy::RaiseOnSql | Strategy::Noload => {
                        relationship.active
                    }
                    _ => Strategy::Select,
                };
                let has_criteria = element
                    .as_ref()
                    .is_some_and(|element| !element.criteria.is_empty());
                if is_asked_for && strategy != Strategy::Noload {
                    draft.post_loads.push(PostLoadPlan {
                        relationship: Rc::clone(relationship),
                        index,
                        strategy: Strategy::Immediate,
                        element,
                        near: Ok(Vec::new()),
                    });
                } else if strategy != of_class || has_criteria || strategy == Strategy::Noload {
                    // Where the class would load nothing, the object needs a loader to be left lazy.
                    let element = match left_lazy {
                        true => Some(Rc::new(LoadElement::lazy(path, relationship))),
                        false => element,
                    };
                    draft.lazy.push(LazyPlan {
                        index,
                        strategy,
                        element,
                    });
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// What the option or the mapping says.
pub(super) fn strategy_of(
    element: Option<&Rc<LoadElement>>,
    relationship: &Relationship,
) -> Strategy {
    match element.map(|element| element.kind) {
        Some(LoadKind::ContainsEager) => Strategy::Joined,
        Some(LoadKind::Relationship(strategy)) => relationship.by_option(strategy),
        _ => relationship.active,
    }
}

fn element_has_no_group(element: Option<&Rc<LoadElement>>) -> bool {
    element.is_none_or(|element| element.settings.undefer_groups.is_empty())
}

impl DraftEntity {
    fn finish(&self, rows: &Rows<'_>) -> Result<Rc<EntityPlan>> {
        let primary_key: Option<Vec<usize>> = self
            .primary_key
            .iter()
            .map(|column| rows.position(column))
            .collect();
        // A refresh that does not ask for the key: the object is known, its key is not read.
        let primary_key = primary_key.unwrap_or_default();
        let joined = self
            .joined
            .iter()
            .map(|(relationship, index, entity)| {
                Ok(JoinedPlan {
                    relationship: Rc::clone(relationship),
                    index: *index,
                    uselist: relationship.uselist(),
                    entity: entity.finish(rows)?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Rc::new(EntityPlan {
            mapper: Rc::clone(&self.mapper),
            primary_key,
            columns: self
                .columns
                .iter()
                .filter_map(|(attribute, column)| Some((*attribute, rows.position(column)?)))
                .collect(),
            missing: self
                .columns
                .iter()
                .filter(|(_, column)| rows.position(column).is_none())
                .map(|(attribute, _)| *attribute)
                .collect(),
            enums: self
                .columns
                .iter()
                .filter_map(|(_, column)| match column.ty() {
                    SqlType::Enum(enumeration) => {
                        Some((rows.position(column)?, Rc::clone(enumeration)))
                    }
                    _ => None,
                })
                .collect(),
            deferred_by_option: self.deferred_by_option.clone(),
            deferred: self.deferred.clone(),
            joined,
            post_loads: self.located(rows),
            lazy: self.lazy.clone(),
            polymorphic: self.polymorphic(rows)?,
            path: self.path.clone(),
            load_path: self.load_path.clone(),
        }))
    }
}

impl DraftEntity {
    /// Which classes the rows are of.
    fn polymorphic(&self, rows: &Rows<'_>) -> Result<Option<Polymorphic>> {
        let Some(discriminator) = &self.discriminator else {
            return Ok(None);
        };
        let position = rows.position(discriminator).ok_or_else(|| {
            let shown = super::shown(discriminator);
            Error::raised(
                "sqlalchemy.exc.NoSuchColumnError",
                format!("Could not locate column in row for column '{shown}'"),
            )
        })?;
        let loaded = |index: usize| self.columns.iter().any(|(known, _)| *known == index);
        Ok(Some(Polymorphic::new(
            &self.mapper,
            position,
            super::shown(discriminator),
            &loaded,
        )))
    }

    /// The loads that follow, and where in the row those by subquery find their columns.
    fn located(&self, rows: &Rows<'_>) -> Vec<PostLoadPlan> {
        let mut loads = self.post_loads.clone();
        for (index, columns) in &self.near {
            let positions = columns.iter().map(|column| {
                let position = rows.position(column);
                position.ok_or_else(|| super::shown(column))
            });
            let near: Near = positions.collect();
            for load in loads.iter_mut().filter(|load| load.index == *index) {
                load.near.clone_from(&near);
            }
        }
        loads
    }
}

impl DraftItem {
    pub fn finish(&self, rows: &Rows<'_>) -> Result<Item> {
        Ok(match self {
            Self::Entity(entity) => {
                let plan = entity.finish(rows)?;
                let has_key = plan.primary_key.is_empty() == entity.primary_key.is_empty();
                if !has_key && rows.positions.is_empty() {
                    let key = entity.primary_key.first().and_then(Expr::name);
                    return Err(Error::raised(
                        "sqlalchemy.exc.NoSuchColumnError",
                        format!(
                            "Could not locate column in row for column '{}.{}'",
                            entity
                                .mapper
                                .table
                                .name()
                                .map_or_else(String::new, |name| name.to_string()),
                            key.map_or_else(String::new, |name| name.to_string()),
                        ),
                    ));
                }
                Item::Entity(plan)
            }
            Self::Value { index, expr } => {
                let (position, ty) = rows.of_value(*index, expr);
                Item::Value { position, ty }
            }
            Self::Bundle {
                name,
                columns,
                items,
                form,
            } => Item::Bundle {
                name: Rc::clone(name),
                keys: columns.iter().map(row_names::bundle_key).collect(),
                items: items
                    .iter()
                    .map(|item| item.finish(rows))
                    .collect::<Result<Vec<_>>>()?,
                form: form.clone(),
            },
        })
    }
}
