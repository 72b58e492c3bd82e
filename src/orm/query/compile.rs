//! The stages of compiling a query, and the state that they share.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::eager::{EagerJoins, JoinedCollection, PendingJoin};
use super::entities::{DraftItem, entity_clauses};
use super::ormjoin::TargetAdapter;
use super::plan::{Item, Plan};
use super::{FromItem, RawColumn, Select};
use crate::orm::criteria::StatementCriteria;
use crate::orm::entity::Entity;
use crate::orm::error::{Error, Result};
use crate::orm::loaders::Loaders;
use crate::orm::path::Path;
use crate::orm::relationship::Relationship;
use crate::orm::sql::{self, ElementId, Expr, FromClause, LabelStyle, Statement};

/// How a query is to be compiled.
#[derive(Clone, Debug)]
pub struct CompileOptions {
    /// The path that it continues: of a lazy or eager load.
    pub current_path: Path,
    /// Attributes to load, when not all: of a refresh.
    pub only: Option<Vec<usize>>,
    pub is_refresh: bool,
    /// The program named those attributes: relationships among them are loaded at once, however they load else.
    pub is_asked_for: bool,
    pub eager_loads: bool,
    /// It stands inside of another statement.
    pub for_subquery: bool,
    /// A relationship that lazy loading leads back along, so that it is not loaded again (the many-to-one behind a
    /// one-to-many): it is left lazy.
    pub left_lazy: Vec<Rc<Relationship>>,
}

impl Default for CompileOptions {
    fn default() -> Self {
        Self {
            current_path: Path::default(),
            only: None,
            is_refresh: false,
            is_asked_for: false,
            eager_loads: true,
            for_subquery: false,
            left_lazy: Vec::new(),
        }
    }
}

impl CompileOptions {
    /// Those of a query as the program sends it.
    pub fn of(select: &Select) -> Self {
        Self {
            eager_loads: !select.without_eager_loads,
            ..Self::default()
        }
    }
}

/// Compiles a query into SQL and the plan of its rows.
///
/// # Errors
/// SQLAlchemy's, for options that do not fit, joins that cannot be told and what Core refuses.
pub fn compile(select: &Rc<Select>, options: &CompileOptions) -> Result<Plan> {
    let mut state = State::new(select, options)?;
    let drafts = state.set_up()?;
    let built = match &select.from_statement {
        Some(statement) => Built::of_statement(statement.clone()),
        None => state.build()?,
    };
    let criteria = state.criteria.clone();
    let compiled = sql::compile(
        &built.statement,
        &sql::CompileOptions {
            lint: true,
            criteria: criteria.clone().map(|criteria| Rc::new(criteria) as _),
            ..sql::CompileOptions::default()
        },
    )?;
    criteria.map_or(Ok(()), |criteria| criteria.check())?;
    state.plan(&drafts, &built, compiled)
}

/// The plan of what a write returns: `select` says what is wanted of the columns in its RETURNING.
///
/// # Errors
/// As [`compile`].
pub fn compile_returning(select: &Rc<Select>, compiled: sql::Compiled) -> Result<Plan> {
    let options = CompileOptions::default();
    let mut state = State::new(select, &options)?;
    let drafts = state.set_up()?;
    let columns: Vec<Expr> = compiled
        .result_columns
        .iter()
        .map(|column| column.expr.clone())
        .collect();
    let statement = select
        .from_statement
        .clone()
        .ok_or_else(|| Error::argument("a write is expected"))?;
    let mut built = Built::of_statement(statement);
    built.positions = positions(&columns);
    state.plan(&drafts, &built, compiled)
}

/// The columns that a query over the rows of a write takes.
///
/// # Errors
/// As [`compile`].
pub fn returned(select: &Rc<Select>) -> Result<Vec<Expr>> {
    let options = CompileOptions::default();
    let mut state = State::new(select, &options)?;
    state.set_up()?;
    Ok(state.primary)
}

/// The statement that a query is sent as, eager loads and all.
///
/// # Errors
/// As [`compile`].
pub fn statement(select: &Rc<Select>) -> Result<Statement> {
    if let Some(statement) = &select.from_statement {
        return Ok(statement.clone());
    }
    let options = CompileOptions::of(select);
    let mut state = State::new(select, &options)?;
    state.set_up()?;
    Ok(state.build()?.statement)
}

/// The plan of a text that stands for a SELECT: which columns it has, its cursor told by name.
///
/// # Errors
/// As [`compile`], and when a column that is needed is not there.
pub fn compile_text(
    select: &Rc<Select>,
    mut compiled: sql::Compiled,
    names: &[String],
) -> Result<Plan> {
    compiled.result_columns = names
        .iter()
        .map(|name| sql::compile::ResultColumn::of_cursor(name))
        .collect();
    let options = CompileOptions::default();
    let mut state = State::new(select, &options)?;
    let drafts = state.set_up()?;
    let statement = select.from_statement.clone();
    let built =
        Built::of_statement(statement.ok_or_else(|| Error::argument("a text is expected"))?);
    state.plan(&drafts, &built, compiled)
}

/// The Core select of a query that stands inside another statement: entities become their columns, nothing is loaded
/// eagerly.
///
/// # Errors
/// As [`compile`].
pub fn lower(select: &Rc<Select>) -> Result<sql::Query> {
    if let Some(statement) = &select.from_statement {
        return match statement {
            Statement::Query(query) => Ok(query.clone()),
            _ => Err(Error::argument(
                "a statement other than a SELECT cannot stand in a subquery",
            )),
        };
    }
    let options = CompileOptions {
        eager_loads: false,
        for_subquery: true,
        ..CompileOptions::default()
    };
    let mut state = State::new(select, &options)?;
    state.set_up()?;
    match state.build()?.statement {
        Statement::Query(query) => Ok(query),
        _ => Err(Error::argument(
            "a statement other than a SELECT cannot stand in a subquery",
        )),
    }
}

/// What compiling has gathered so far.
pub(super) struct State<'a> {
    pub select: &'a Rc<Select>,
    pub options: &'a CompileOptions,
    pub loaders: Loaders,
    /// What the statement's options hold against entities.
    pub criteria: Option<StatementCriteria>,
    pub primary: Vec<Expr>,
    pub secondary: Vec<Expr>,
    seen: HashSet<ElementId>,
    pub froms: Vec<FromSlot>,
    /// FROM elements of what is selected, for when nothing else says.
    pub fallback: Vec<FromClause>,
    pub eager: EagerJoins,
    pub pending: Vec<PendingJoin>,
    /// What joined loads add to the FROM clause.
    pub nameless: Vec<FromClause>,
    pub eager_order_by: Vec<Expr>,
    /// A joined load returns several rows for an entity.
    pub multi_row: bool,
    pub adding_joins: bool,
    pub joined_relationships: Vec<Rc<Relationship>>,
    /// Collections that rows are multiplied by.
    pub joined_collections: Vec<JoinedCollection>,
    /// Places that a join of the query's own leads to over a to-one, each with the place that it comes from.
    pub joined_ones: Vec<(Path, Path)>,
    /// Edges joined already, so that the same one is not joined twice.
    pub joined_edges: Vec<(Entity, Entity, Rc<str>)>,
}

/// A FROM element, and what turns columns into its target's when it is a join along a relationship.
#[derive(Clone, Debug)]
pub(super) struct FromSlot {
    pub from: FromClause,
    pub target: Option<TargetAdapter>,
}

impl FromSlot {
    pub fn plain(from: &FromClause) -> Self {
        Self {
            from: from.clone(),
            target: None,
        }
    }
}

/// Which list of columns something is added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnList {
    /// Of the query itself.
    Primary,
    /// Of joined loads: outside, when the query is wrapped.
    Secondary,
}

impl<'a> State<'a> {
    fn new(select: &'a Rc<Select>, options: &'a CompileOptions) -> Result<Self> {
        let mut roots = select.entities();
        roots.extend(select.replaced.iter().cloned());
        let loaders = if options.eager_loads || options.is_refresh {
            Loaders::new(
                &select.options,
                &options.current_path,
                &roots,
                options.is_refresh,
            )?
        } else {
            Loaders::default()
        };
        Ok(Self {
            select,
            options,
            loaders,
            criteria: StatementCriteria::of(&select.options),
            primary: Vec::new(),
            secondary: Vec::new(),
            seen: HashSet::new(),
            froms: select
                .froms
                .iter()
                .map(|item| FromSlot::plain(item.selectable()))
                .collect(),
            fallback: Vec::new(),
            eager: EagerJoins::default(),
            pending: Vec::new(),
            nameless: Vec::new(),
            eager_order_by: Vec::new(),
            multi_row: false,
            adding_joins: false,
            joined_relationships: Vec::new(),
            joined_collections: Vec::new(),
            joined_ones: Vec::new(),
            joined_edges: Vec::new(),
        })
    }

    /// The plan, now that it is known where each column is.
    fn plan(
        &mut self,
        drafts: &[DraftItem],
        built: &Built,
        compiled: sql::Compiled,
    ) -> Result<Plan> {
        let rows = super::positions::Rows::new(built, &compiled);
        let items = drafts
            .iter()
            .map(|draft| draft.finish(&rows))
            .collect::<Result<Vec<_>>>()?;
        let keys = super::row_names::row_names(self.select, drafts, &rows, &compiled);
        Ok(Plan {
            warnings: compiled.warnings.clone(),
            compiled,
            keys,
            // Only what a SELECT of ours joins multiplies rows, what a text may join, and what is taken for it.
            needs_unique: self.multi_row
                && (!self.select.is_given()
                    || self.select.is_from_text()
                    || self.select.is_from_write()),
            items,
            joined: std::mem::take(&mut self.joined_relationships),
            siblings: self.siblings(),
            select: Rc::clone(self.select),
            compile_options: self.options.clone(),
        })
    }

    fn set_up(&mut self) -> Result<Vec<DraftItem>> {
        let select = Rc::clone(self.select);
        for step in &select.joins {
            self.join(step)?;
        }
        if !select.outermost_order_by.is_empty() {
            let target = self
                .froms
                .first()
                .and_then(|slot| slot.target.clone())
                .unwrap_or_default();
            self.eager_order_by = select
                .outermost_order_by
                .iter()
                .map(|clause| target.traverse(clause))
                .collect();
        }
        let mut drafts = Vec::new();
        for (index, column) in select.columns.iter().enumerate() {
            drafts.push(self.set_up_column(index, column)?);
        }
        for join in std::mem::take(&mut self.pending) {
            self.nameless.push(join.far.selectable().clone());
            self.create_eager_join(join)?;
        }
        let of_class = |criterion: &Expr| Entity::of_expr(criterion).is_some();
        let is_orm = select.is_orm() || select.where_.iter().any(of_class);
        if self.primary.is_empty() && is_orm && select.from_statement.is_none() {
            return Err(Error::invalid_request(
                "Query contains no columns with which to SELECT from.",
            ));
        }
        if self.froms.is_empty() {
            self.froms = self.fallback.iter().map(FromSlot::plain).collect();
        }
        Ok(drafts)
    }

    /// Adds a column unless it is there already.
    pub fn append(&mut self, column: &Expr, list: ColumnList) {
        if self.seen.insert(column.id()) {
            self.append_again(column, list);
        }
    }

    /// Adds a column even when it is there already: one that the program named.
    pub fn append_again(&mut self, column: &Expr, list: ColumnList) {
        self.seen.insert(column.id());
        match list {
            ColumnList::Primary => self.primary.push(column.clone()),
            ColumnList::Secondary => self.secondary.push(column.clone()),
        }
    }

    pub fn has_seen(&self, column: &Expr) -> bool {
        self.seen.contains(&column.id())
    }

    /// Whether the query has to become a subquery so that joined loads do not multiply the rows it counts.
    pub fn is_wrapped(&self) -> bool {
        self.adding_joins
            && (((self.select.limit.is_some() || self.select.offset.is_some()) && self.multi_row)
                || self.select.distinct
                || !self.select.group_by.is_empty())
    }

    fn build(&mut self) -> Result<Built> {
        if self.is_wrapped() {
            self.build_wrapped()
        } else {
            Ok(self.build_plain())
        }
    }

    fn build_plain(&self) -> Built {
        let columns: Vec<Expr> = self
            .primary
            .iter()
            .chain(&self.secondary)
            .cloned()
            .collect();
        let mut froms: Vec<FromClause> = self.froms.iter().map(|slot| slot.from.clone()).collect();
        froms.extend(self.eager.joins());
        let positions = positions(&columns);
        let core = self
            .core_select(columns, froms)
            .order_by(self.eager_order_by.iter().cloned());
        Built {
            statement: core.into_query().statement(),
            positions,
        }
    }

    /// The Core select over these columns and elements, with everything else that the query says.
    pub fn core_select(&self, columns: Vec<Expr>, froms: Vec<FromClause>) -> sql::Select {
        let select = self.select;
        let core = sql::Select {
            columns,
            froms,
            where_: self.asked(),
            having: select.having.clone(),
            distinct: select.distinct,
            limit: select.limit.clone(),
            offset: select.offset.clone(),
            prefixes: select.prefixes.clone(),
            suffixes: select.suffixes.clone(),
            correlate: select.correlate.clone(),
            correlate_except: select.correlate_except.clone(),
            label_style: select.label_style,
            ctes: select.ctes.clone(),
            nameless: self.nameless.clone(),
            entities: self.read_entities(),
            ..sql::Select::default()
        };
        core.group_by(select.group_by.iter().cloned())
            .order_by(select.order_by.iter().cloned())
    }

    pub fn label_style(&self) -> LabelStyle {
        self.select.label_style
    }

    fn set_up_column(&mut self, index: usize, column: &RawColumn) -> Result<DraftItem> {
        match column {
            RawColumn::Entity(entity) => {
                let adapter = entity_clauses(entity);
                let draft = self.set_up_entity(
                    super::entities::Scope {
                        root: index,
                        root_entity: entity.clone(),
                        mapper: Rc::clone(entity.mapper()),
                        path: entity.path(),
                        adapter,
                        list: ColumnList::Primary,
                        behind_outer_join: false,
                    },
                    true,
                )?;
                self.fallback.push(entity.selectable().clone());
                Ok(DraftItem::Entity(draft))
            }
            RawColumn::Expr(expr) => {
                if let Some(entity) = Entity::of_expr(expr) {
                    let own = entity.selectable();
                    let parts = own.from_objects();
                    if expr.from_objects().iter().any(|from| parts.contains(from)) {
                        self.fallback.push(own.clone());
                    }
                }
                let first = self.primary.len();
                self.append_again(expr, ColumnList::Primary);
                Ok(DraftItem::Value {
                    index: first,
                    expr: expr.clone(),
                })
            }
            RawColumn::Bundle {
                name,
                columns,
                form,
            } => {
                let items = columns
                    .iter()
                    .map(|column| self.set_up_column(index, column))
                    .collect::<Result<Vec<_>>>()?;
                Ok(DraftItem::Bundle {
                    name: Rc::clone(name),
                    columns: columns.clone(),
                    items,
                    form: form.clone(),
                })
            }
        }
    }
}

/// A statement, and where in its rows each column is.
pub(super) struct Built {
    pub statement: Statement,
    /// Position by expression; empty for a statement that is not ours.
    pub positions: HashMap<ElementId, Vec<usize>>,
}

impl Built {
    fn of_statement(statement: Statement) -> Self {
        Self {
            statement,
            positions: HashMap::new(),
        }
    }
}

pub(super) fn positions(columns: &[Expr]) -> HashMap<ElementId, Vec<usize>> {
    let mut positions: HashMap<ElementId, Vec<usize>> = HashMap::new();
    for (index, column) in columns.iter().enumerate() {
        positions.entry(column.id()).or_default().push(index);
    }
    positions
}

impl From<Entity> for FromItem {
    fn from(entity: Entity) -> Self {
        Self::Entity(entity)
    }
}

/// The plan of a statement that is not over entities: each of its columns is a value.
///
/// # Errors
/// What Core refuses.
pub fn compile_core(statement: &Statement) -> Result<Plan> {
    let compiled = sql::compile(
        statement,
        &sql::CompileOptions {
            lint: true,
            ..sql::CompileOptions::default()
        },
    )?;
    Ok(plan_of(compiled))
}

/// The plan of rows of values. What the statement does not say of its columns, the cursor's names do.
pub fn plan_values(mut compiled: sql::Compiled, names: &[String]) -> Plan {
    let described = std::mem::take(&mut compiled.result_columns);
    let mut described = described.into_iter();
    compiled.result_columns = names
        .iter()
        .map(|name| match described.next() {
            Some(column) => sql::compile::ResultColumn {
                key: column.key.clone().or_else(|| Some(name.as_str().into())),
                ..column
            },
            None => sql::compile::ResultColumn::of_cursor(name),
        })
        .collect();
    plan_of(compiled)
}

fn plan_of(compiled: sql::Compiled) -> Plan {
    let items = compiled
        .result_columns
        .iter()
        .enumerate()
        .map(|(position, column)| Item::Value {
            position,
            ty: column.ty.clone(),
        })
        .collect();
    let keys = compiled
        .result_columns
        .iter()
        .map(|column| Rc::from(&**column.key.as_ref().unwrap_or(&column.name)))
        .collect();
    Plan {
        warnings: compiled.warnings.clone(),
        compiled,
        items,
        keys,
        needs_unique: false,
        joined: Vec::new(),
        siblings: None,
        select: Rc::default(),
        compile_options: CompileOptions::default(),
    }
}
