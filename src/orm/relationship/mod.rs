//! Relationships: what the mapping says of one, and the join condition that comes of it.

mod join;

use std::cell::{OnceCell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};
use std::sync::Arc;

pub use join::{JoinCondition, LazyClause, equated};

use super::collection::Shape;
use super::entity::Entity;
use super::error::{Error, Result};
use super::mapper::Mapper;
use super::path::{Path, Step};
use super::query::Plan;
use super::sql::{Expr, FromClause};
use crate::trace::{Direction, RelationshipInfo, Strategy};

/// What a change to the parent does to the related objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cascade {
    pub save_update: bool,
    pub merge: bool,
    pub refresh_expire: bool,
    pub expunge: bool,
    pub delete: bool,
    pub delete_orphan: bool,
}

impl Default for Cascade {
    fn default() -> Self {
        Self {
            save_update: true,
            merge: true,
            refresh_expire: false,
            expunge: false,
            delete: false,
            delete_orphan: false,
        }
    }
}

impl Cascade {
    /// What is left of it where the relationship is not written.
    pub fn of_view(self) -> Self {
        Self {
            save_update: false,
            delete: false,
            delete_orphan: false,
            ..self
        }
    }

    const NONE: Self = Self {
        save_update: false,
        merge: false,
        refresh_expire: false,
        expunge: false,
        delete: false,
        delete_orphan: false,
    };

    /// Reads `"all, delete-orphan"` and its like.
    ///
    /// # Errors
    /// For words that are no cascades.
    pub fn parse(words: &str) -> Result<Self> {
        let mut cascade = Self::NONE;
        let mut unknown = Vec::new();
        let mut is_none = false;
        for word in words
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            match word {
                "all" => {
                    cascade.save_update = true;
                    cascade.merge = true;
                    cascade.refresh_expire = true;
                    cascade.expunge = true;
                    cascade.delete = true;
                }
                "none" => is_none = true,
                "save-update" => cascade.save_update = true,
                "merge" => cascade.merge = true,
                "refresh-expire" => cascade.refresh_expire = true,
                "expunge" => cascade.expunge = true,
                "delete" => cascade.delete = true,
                "delete-orphan" => cascade.delete_orphan = true,
                other => unknown.push(format!("'{other}'")),
            }
        }
        if unknown.is_empty() {
            Ok(if is_none { Self::NONE } else { cascade })
        } else {
            unknown.sort();
            Err(Error::argument(format!(
                "Invalid cascade option(s): {}",
                unknown.join(", ")
            )))
        }
    }
}

/// How a joined load of it joins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InnerJoin {
    #[default]
    No,
    /// Inner, and nested into an outer join that leads to it.
    Nested,
    /// Inner where nothing outer leads to it, else outer.
    Unnested,
}

/// Whether deletes of the parent load the children that they would touch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PassiveDeletes {
    #[default]
    No,
    Yes,
    All,
}

/// What the scenario said of it, before anything is resolved.
#[derive(Clone, Debug)]
pub struct Options {
    pub lazy: Strategy,
    pub uselist: Option<bool>,
    pub back_populates: Option<Rc<str>>,
    pub cascade: Cascade,
    pub innerjoin: InnerJoin,
    pub join_depth: Option<usize>,
    pub viewonly: bool,
    pub single_parent: bool,
    pub passive_deletes: PassiveDeletes,
    /// The database carries a changed key over by itself.
    pub passive_updates: bool,
    pub post_update: bool,
    pub active_history: bool,
    pub omit_join: Option<bool>,
    /// Whether a subquery load takes each owner's columns once; none to find out.
    pub distinct_target_key: Option<bool>,
    /// Line of the declaration.
    pub line: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            lazy: Strategy::Select,
            uselist: None,
            back_populates: None,
            cascade: Cascade::default(),
            innerjoin: InnerJoin::No,
            join_depth: None,
            viewonly: false,
            single_parent: false,
            passive_deletes: PassiveDeletes::No,
            passive_updates: true,
            post_update: false,
            active_history: false,
            omit_join: None,
            distinct_target_key: None,
            line: None,
        }
    }
}

/// What the names in the declaration turned out to mean.
#[derive(Clone, Debug)]
pub struct Resolved {
    pub target: Entity,
    pub secondary: Option<FromClause>,
    pub primaryjoin: Option<Expr>,
    pub secondaryjoin: Option<Expr>,
    pub foreign_keys: Vec<Expr>,
    pub remote_side: Vec<Expr>,
    pub order_by: Vec<Expr>,
}

/// What was put from outside in the place of a relationship's own strategy.
#[derive(Clone, Copy, Debug, Default)]
pub struct Toggle {
    pub strategy: Option<Strategy>,
    /// It holds for queries too whose own options say another.
    pub wins: bool,
}

/// A relationship of a mapper.
pub struct Relationship {
    pub key: Rc<str>,
    /// `Author.books`.
    pub name: Arc<str>,
    parent: Weak<Mapper>,
    pub options: Options,
    /// The strategy that this run uses: a toggle's, else the mapping's.
    pub active: Strategy,
    /// Whether that wins over what a query's own options say.
    wins: bool,
    configured: OnceCell<Configured>,
    shape: OnceCell<Shape>,
    /// Plans of its lazy loads without options, by the path they start from.
    plans: RefCell<Vec<(Path, Rc<Plan>)>>,
    /// The relationships that lead back, as `back_populates` named them.
    reverse: RefCell<Vec<Weak<Relationship>>>,
}

#[derive(Debug)]
struct Configured {
    target: TargetEntity,
    order_by: Vec<Expr>,
    join: JoinCondition,
    uselist: bool,
}

/// The target, held weakly where it is a mapper: mappers point at one another.
#[derive(Debug)]
enum TargetEntity {
    Mapper(Weak<Mapper>),
    Alias(Entity),
}

impl Relationship {
    /// A relationship that is declared, not yet configured. `toggle` is what was put from outside in the place of its
    /// strategy.
    pub fn new(parent: &Rc<Mapper>, key: &str, mut options: Options, toggle: Toggle) -> Rc<Self> {
        if options.viewonly {
            options.cascade = options.cascade.of_view();
        }
        Rc::new(Self {
            key: Rc::from(key),
            name: Arc::from(format!("{}.{key}", parent.class_name())),
            parent: Rc::downgrade(parent),
            active: toggle.strategy.unwrap_or(options.lazy),
            wins: toggle.wins,
            options,
            configured: OnceCell::new(),
            shape: OnceCell::new(),
            plans: RefCell::default(),
            reverse: RefCell::default(),
        })
    }

    /// The strategy where a query's option says this one.
    pub fn by_option(&self, option: Strategy) -> Strategy {
        if self.wins { self.active } else { option }
    }

    /// The near columns of the condition, each once.
    pub fn near_columns(&self) -> Vec<Expr> {
        let mut found: Vec<Expr> = Vec::new();
        let join = self.join();
        for (local, _) in &join.local_remote_pairs {
            // Through a table between, the far side has pairs of its own.
            let is_near = join.local_columns().contains(&local.id());
            if is_near && !found.iter().any(|known| known.id() == local.id()) {
                found.push(local.clone());
            }
        }
        found
    }

    /// Takes what the declaration's names mean and works out the join.
    ///
    /// # Errors
    /// SQLAlchemy's, where the join cannot be told from the foreign keys.
    pub fn configure(&self, resolved: Resolved) -> Result<()> {
        let join = JoinCondition::determine(
            &self.name,
            &self.parent(),
            &resolved,
            !self.options.viewonly,
        )?;
        let uselist = self
            .options
            .uselist
            .unwrap_or(join.direction != Direction::ManyToOne);
        if self.options.cascade.delete_orphan {
            resolved
                .target
                .mapper()
                .add_delete_orphan(Weak::clone(&self.parent), &self.key);
        }
        let target = match resolved.target {
            Entity::Mapper(mapper) => TargetEntity::Mapper(Rc::downgrade(&mapper)),
            alias @ Entity::Alias(_) => TargetEntity::Alias(alias),
        };
        // A second configuration changes nothing: the first one stands.
        let _ = self.configured.set(Configured {
            target,
            order_by: resolved.order_by,
            join,
            uselist,
        });
        self.check()
    }

    /// Whether what was said of it goes with the direction that it turned out to have.
    fn check(&self) -> Result<()> {
        let direction = self.direction();
        if self.is_write_only() && (!self.uselist() || direction == Direction::ManyToOne) {
            return Err(Error::invalid_request(format!(
                "On relationship {}, 'dynamic' loaders cannot be used with many-to-one/one-to-one relationships and/or \
                 uselist=False.",
                self.name
            )));
        }
        if self.options.cascade.delete_orphan
            && !self.options.single_parent
            && direction != Direction::OneToMany
        {
            let kind = match direction {
                Direction::ManyToOne => "many-to-one",
                _ => "many-to-many",
            };
            return Err(Error::argument(format!(
                "For {kind} relationship {}, delete-orphan cascade is normally configured only on the \"one\" side of a \
                 one-to-many relationship, and not on the \"many\" side of a many-to-one or many-to-many relationship.  \
                 To force this relationship to allow a particular \"{}\" object to be referenced by only a single \"{}\" \
                 object at a time via the {} relationship, which would allow delete-orphan cascade to take place in this \
                 direction, set the single_parent=True flag.",
                self.name,
                self.mapper().class_name(),
                self.parent().class_name(),
                self.name,
            ))
            .with_code("bbf0"));
        }
        if self.options.passive_deletes == PassiveDeletes::All
            && (self.options.cascade.delete || self.options.cascade.delete_orphan)
        {
            return Err(Error::argument(format!(
                "On {}, can't set passive_deletes='all' in conjunction with 'delete' or 'delete-orphan' cascade",
                self.name
            )));
        }
        Ok(())
    }

    pub fn is_configured(&self) -> bool {
        self.configured.get().is_some()
    }

    fn configured(&self) -> &Configured {
        self.configured
            .get()
            .expect("mappers are configured before anything uses a relationship")
    }

    pub fn parent(&self) -> Rc<Mapper> {
        self.parent
            .upgrade()
            .expect("a relationship lives in its mapper")
    }

    /// Index of its attribute in the parent.
    pub fn index(&self) -> usize {
        self.parent()
            .attribute_by_key(&self.key)
            .map_or(usize::MAX, |attribute| attribute.index)
    }

    /// The step of a path that it is.
    pub fn step(&self) -> Step {
        let attribute = self.parent().attribute_by_key(&self.key);
        let attribute = attribute.expect("a relationship is an attribute of its mapper");
        attribute.step()
    }

    pub fn target(&self) -> Entity {
        match &self.configured().target {
            TargetEntity::Mapper(mapper) => Entity::Mapper(
                mapper
                    .upgrade()
                    .expect("mappers of one registry live equally long"),
            ),
            TargetEntity::Alias(alias) => alias.clone(),
        }
    }

    pub fn mapper(&self) -> Rc<Mapper> {
        Rc::clone(self.target().mapper())
    }

    pub fn join(&self) -> &JoinCondition {
        &self.configured().join
    }

    pub fn direction(&self) -> Direction {
        self.join().direction
    }

    pub fn uselist(&self) -> bool {
        self.configured().uselist
    }

    /// What a collection of it is to the program.
    pub fn shape(&self) -> &Shape {
        self.shape.get_or_init(Shape::default)
    }

    /// Says so, before there is any.
    pub fn set_shape(&self, shape: Shape) {
        let _ = self.shape.set(shape);
    }

    /// Whether its collections are never held by an object: `write_only` and `dynamic`.
    pub fn is_write_only(&self) -> bool {
        matches!(self.active, Strategy::WriteOnly | Strategy::Dynamic)
    }

    pub fn order_by(&self) -> &[Expr] {
        &self.configured().order_by
    }

    pub fn is_self_referential(&self) -> bool {
        self.mapper().is_related_to(&self.parent())
    }

    /// A many-to-one whose condition is just the target's primary key: it can be answered by identity.
    pub fn use_get(&self) -> bool {
        !self.uselist() && !self.target().is_alias() && self.join().is_get()
    }

    pub(super) fn plan(&self, path: &Path) -> Option<Rc<Plan>> {
        self.plans
            .borrow()
            .iter()
            .find(|(known, _)| known == path)
            .map(|(_, plan)| Rc::clone(plan))
    }

    pub(super) fn keep_plan(&self, path: Path, plan: &Rc<Plan>) {
        self.plans.borrow_mut().push((path, Rc::clone(plan)));
    }

    pub(super) fn forget_plans(&self) {
        self.plans.borrow_mut().clear();
    }

    pub fn reverse(&self) -> Vec<Rc<Self>> {
        self.reverse
            .borrow()
            .iter()
            .filter_map(Weak::upgrade)
            .collect()
    }

    /// Ties it to the relationship that leads back, both ways.
    pub fn add_reverse(self: &Rc<Self>, other: &Rc<Self>) {
        for (one, another) in [(self, other), (other, self)] {
            let known = one.reverse().iter().any(|known| Rc::ptr_eq(known, another));
            if !known {
                one.reverse.borrow_mut().push(Rc::downgrade(another));
            }
        }
    }

    /// What a trace says of it.
    pub fn info(&self) -> RelationshipInfo {
        RelationshipInfo {
            key: Arc::clone(&self.name),
            target: self.mapper().class_name().to_string(),
            direction: self.direction(),
            uselist: self.uselist(),
            declared: self.options.lazy,
            active: self.active,
            line: self.options.line,
        }
    }
}

impl fmt::Debug for Relationship {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
