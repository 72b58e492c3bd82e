//! What a query may select: a mapped class, or an alias of one.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::rc::{Rc, Weak};

use super::mapper::Mapper;
use super::path::{Path, Step};
use super::sql::{ClauseAdapter, ElementId, EntityId, Expr, ExprKind, FromClause};

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(1) };
    /// Expressions carry an entity's number; this leads from there to the entity while it lives.
    static ENTITIES: RefCell<HashMap<EntityId, WeakEntity>> = RefCell::default();
}

enum WeakEntity {
    Mapper(Weak<Mapper>),
    Alias(Weak<Alias>),
}

pub(super) fn next_entity_id() -> EntityId {
    NEXT.with(|next| {
        let id = next.get();
        next.set(id + 1);
        EntityId(id)
    })
}

/// A mapped class or an alias of one.
#[derive(Clone)]
pub enum Entity {
    Mapper(Rc<Mapper>),
    Alias(Rc<Alias>),
}

/// `aliased(Author)`.
pub struct Alias {
    pub id: EntityId,
    pub mapper: Rc<Mapper>,
    /// The alias of the table, or a subquery that has its columns.
    pub selectable: FromClause,
    /// As given, or the class's name.
    pub name: Rc<str>,
    is_named: bool,
    /// An alias that a joined load makes: its paths are those of the mapper.
    pub uses_mapper_path: bool,
    adapter: ClauseAdapter,
    /// Labelled expressions of the mapper as this alias has them: under names of their own.
    labelled: RefCell<HashMap<ElementId, Expr>>,
}

impl Alias {
    pub fn new(
        mapper: &Rc<Mapper>,
        selectable: FromClause,
        name: Option<&str>,
        adapt_on_names: bool,
    ) -> Rc<Self> {
        Self::make(mapper, selectable, name, adapt_on_names, false)
    }

    /// What stands for the mapper itself where its rows are read from another element: of a joined load, or of a query
    /// over a union.
    pub fn standing_for(mapper: &Rc<Mapper>, selectable: FromClause) -> Rc<Self> {
        Self::make(mapper, selectable, None, false, true)
    }

    fn make(
        mapper: &Rc<Mapper>,
        selectable: FromClause,
        name: Option<&str>,
        adapt_on_names: bool,
        uses_mapper_path: bool,
    ) -> Rc<Self> {
        let id = next_entity_id();
        let mut adapter = ClauseAdapter::new(&selectable);
        adapter.adapt_on_names = adapt_on_names;
        adapter.anonymize_labels = true;
        let alias = Rc::new(Self {
            id,
            mapper: Rc::clone(mapper),
            selectable,
            is_named: name.is_some(),
            name: name.map_or_else(|| Rc::clone(mapper.class_name()), Rc::from),
            uses_mapper_path,
            adapter,
            labelled: RefCell::default(),
        });
        ENTITIES
            .with_borrow_mut(|known| known.insert(id, WeakEntity::Alias(Rc::downgrade(&alias))));
        alias
    }
}

impl Alias {
    /// The mapper's expression over this alias. A label that was given to it stays with the mapper.
    fn adapt(&self, expr: &Expr) -> Expr {
        let ExprKind::Label { name, element } = expr.kind() else {
            return self.adapter.traverse(expr);
        };
        if name.is_anonymous() {
            return self.adapter.traverse(expr);
        }
        let mut labelled = self.labelled.borrow_mut();
        let adapted = labelled.entry(expr.id());
        adapted
            .or_insert_with(|| self.adapter.traverse(element).label(None))
            .clone()
    }
}

impl Drop for Alias {
    fn drop(&mut self) {
        let _ = ENTITIES.try_with(|known| {
            known
                .try_borrow_mut()
                .map(|mut known| known.remove(&self.id))
        });
    }
}

/// Makes a mapper findable by the number that its expressions carry.
pub fn register(mapper: &Rc<Mapper>) {
    ENTITIES.with_borrow_mut(|known| {
        known.insert(mapper.id, WeakEntity::Mapper(Rc::downgrade(mapper)))
    });
}

impl Entity {
    /// The entity with this number, while it lives.
    pub fn find(id: EntityId) -> Option<Self> {
        ENTITIES.with_borrow(|known| match known.get(&id)? {
            WeakEntity::Mapper(mapper) => mapper.upgrade().map(Self::Mapper),
            WeakEntity::Alias(alias) => alias.upgrade().map(Self::Alias),
        })
    }

    /// The entity that the first annotated column of an expression belongs to.
    pub fn of_expr(expr: &Expr) -> Option<Self> {
        let mut found = None;
        super::sql::adapt::visit(expr, &mut |inner| {
            if found.is_none() {
                found = inner.entity().and_then(Self::find);
            }
        });
        found
    }

    pub fn id(&self) -> EntityId {
        match self {
            Self::Mapper(mapper) => mapper.id,
            Self::Alias(alias) => alias.id,
        }
    }

    pub fn mapper(&self) -> &Rc<Mapper> {
        match self {
            Self::Mapper(mapper) => mapper,
            Self::Alias(alias) => &alias.mapper,
        }
    }

    pub fn selectable(&self) -> &FromClause {
        match self {
            Self::Mapper(mapper) => &mapper.table,
            Self::Alias(alias) => &alias.selectable,
        }
    }

    pub fn is_alias(&self) -> bool {
        matches!(self, Self::Alias(_))
    }

    /// The name that a row knows it by: an alias has but the one it was given.
    pub fn row_name(&self) -> Option<Rc<str>> {
        match self {
            Self::Alias(alias) if !alias.is_named && !alias.uses_mapper_path => None,
            _ => Some(Rc::clone(self.name())),
        }
    }

    /// What it is called: by its class, or by the name that an alias was given.
    pub fn name(&self) -> &Rc<str> {
        match self {
            Self::Mapper(mapper) => mapper.class_name(),
            Self::Alias(alias) => &alias.name,
        }
    }

    /// An expression over the mapper's table, over this entity's selectable.
    pub fn adapt(&self, expr: &Expr) -> Expr {
        match self {
            Self::Mapper(_) => expr.clone(),
            Self::Alias(alias) => alias.adapt(expr),
        }
    }

    /// What tells the rows of its class from others of the table that it shares.
    pub fn single_table_criterion(&self) -> Option<Expr> {
        let criterion = self.mapper().single_table_criterion()?;
        Some(self.adapt(&criterion))
    }

    /// The column of an attribute, as a query over this entity uses it.
    pub fn column(&self, index: usize) -> Option<Expr> {
        let attribute = self.mapper().attribute(index);
        let column = attribute.as_column()?;
        Some(
            self.adapt(&column.expr)
                .with_entity(self.id())
                .with_proxy_key(&attribute.key),
        )
    }

    /// Where paths start that lead from this entity.
    pub fn path(&self) -> Path {
        Path::from_steps(&[self.step()])
    }

    pub fn step(&self) -> Step {
        Step::Entity(match self {
            Self::Alias(alias) if !alias.uses_mapper_path => alias.id,
            _ => self.mapper().id,
        })
    }

    /// How SQLAlchemy's messages show it.
    pub fn shown(&self) -> String {
        match self {
            Self::Mapper(mapper) => mapper.shown(),
            Self::Alias(alias) => format!("aliased({})", alias.mapper.class_name()),
        }
    }
}

impl PartialEq for Entity {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Entity {}

impl fmt::Debug for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}
