//! How the rows of a query become objects and values.

use std::rc::Rc;

use crate::orm::identity::Key;
use crate::orm::mapper::{Attribute, Mapper};
use crate::orm::options::LoadElement;
use crate::orm::path::Path;
use crate::orm::query::{BundleForm, CompileOptions, Select};
use crate::orm::relationship::Relationship;
use crate::orm::sql::types::EnumType;
use crate::orm::sql::{Compiled, SqlType};
use crate::trace::{self, Strategy, hash::FastMap};

/// A compiled query.
#[derive(Debug)]
pub struct Plan {
    pub compiled: Compiled,
    pub items: Vec<Item>,
    /// Names of the items, as a `Row` has them.
    pub keys: Vec<Rc<str>>,
    /// A joined collection is in it: rows repeat their entity, and the result wants `.unique()`.
    pub needs_unique: bool,
    /// Relationships loaded by joining.
    pub joined: Vec<Rc<Relationship>>,
    /// Two collections of one entity that it joins, to load them or to filter by them.
    pub siblings: Option<[Rc<Relationship>; 2]>,
    /// What the plan was made from: eager loaders hand its options on.
    pub select: Rc<Select>,
    /// How it was made from that.
    pub compile_options: CompileOptions,
    /// SQLAlchemy's warnings about the statement.
    pub warnings: Vec<String>,
}

/// One element of a row.
#[derive(Debug)]
pub enum Item {
    Entity(Rc<EntityPlan>),
    Value {
        position: usize,
        ty: SqlType,
    },
    Bundle {
        name: Rc<str>,
        keys: Vec<Rc<str>>,
        items: Vec<Item>,
        form: BundleForm,
    },
}

/// How one entity is read from a row.
#[derive(Debug)]
pub struct EntityPlan {
    pub mapper: Rc<Mapper>,
    /// Positions of the primary key in the row.
    pub primary_key: Vec<usize>,
    /// (attribute, position).
    pub columns: Vec<(usize, usize)>,
    /// Columns that the row of a statement given whole does not have: they are loaded when one of them is read.
    pub missing: Vec<usize>,
    /// Positions whose values are one of few.
    pub enums: Vec<(usize, Rc<EnumType>)>,
    /// Columns that are not in the row because an option says so, where the mapping says otherwise.
    pub deferred_by_option: Vec<(usize, Rc<LoadElement>)>,
    /// Columns that are not in the row because the mapping defers them.
    pub deferred: Vec<usize>,
    pub joined: Vec<JoinedPlan>,
    pub post_loads: Vec<PostLoadPlan>,
    /// Relationships whose lazy load an option changed for these objects, with criteria or a strategy of its own.
    pub lazy: Vec<LazyPlan>,
    /// Rows may be of classes that derive from the entity's.
    pub polymorphic: Option<Polymorphic>,
    /// Path of the entity in this statement.
    pub path: Path,
    /// The same, behind the path that the statement continues: what the objects remember.
    pub load_path: Path,
}

/// Which class of a hierarchy a row is of.
#[derive(Debug)]
pub struct Polymorphic {
    /// Where the row has what tells it.
    pub position: usize,
    /// The column that does, as messages name it.
    pub column: String,
    classes: FastMap<Key, Of>,
}

/// What a value of the discriminator means.
#[derive(Debug)]
pub enum Of {
    /// The entity's own class.
    Own,
    /// A class that derives from it.
    Derived(Derived),
    /// A class that does not.
    Other(Rc<Mapper>),
}

/// A class that derives from that of an entity.
#[derive(Debug)]
pub struct Derived {
    pub mapper: Rc<Mapper>,
    /// Columns that rows of the entity do not have: they are loaded when one of them is read.
    pub missing: Box<[usize]>,
}

impl Polymorphic {
    /// The classes of a mapper's rows; `has` says which attributes the rows have.
    pub fn new(
        mapper: &Rc<Mapper>,
        position: usize,
        column: String,
        has: &dyn Fn(usize) -> bool,
    ) -> Self {
        let of = |derived: Rc<Mapper>| {
            if derived.id == mapper.id {
                return Of::Own;
            }
            if !derived.is_a(mapper) {
                return Of::Other(derived);
            }
            let is_missing = |attribute: &Rc<Attribute>| {
                let is_loaded_with_rows = attribute
                    .as_column()
                    .is_some_and(|column| !column.deferred && !column.from_query);
                is_loaded_with_rows && !mapper.has(attribute.index) && !has(attribute.index)
            };
            let missing = derived.attributes().into_iter().filter(is_missing);
            Of::Derived(Derived {
                missing: missing.map(|attribute| attribute.index).collect(),
                mapper: derived,
            })
        };
        let known = mapper.polymorphic_map().into_iter();
        Self {
            position,
            column,
            classes: known.map(|(key, mapper)| (key, of(mapper))).collect(),
        }
    }

    /// What a row's value means; none where nothing goes by it.
    pub fn of(&self, value: &trace::Value) -> Option<&Of> {
        self.classes.get(&Key::of_row([value.clone()]))
    }
}

/// A relationship that the row itself holds.
#[derive(Debug)]
pub struct JoinedPlan {
    pub relationship: Rc<Relationship>,
    pub index: usize,
    pub uselist: bool,
    pub entity: Rc<EntityPlan>,
}

/// A relationship loaded after the rows, by a statement of its own.
#[derive(Debug, Clone)]
pub struct PostLoadPlan {
    pub relationship: Rc<Relationship>,
    pub index: usize,
    pub strategy: Strategy,
    pub element: Option<Rc<LoadElement>>,
    /// Of a subquery load: where the row has the columns that its owner is known by.
    pub near: Near,
}

/// Positions of columns, or how the first is called that the row does not have.
pub type Near = std::result::Result<Vec<usize>, String>;

/// A relationship left to be read lazily.
#[derive(Debug, Clone)]
pub struct LazyPlan {
    pub index: usize,
    pub strategy: Strategy,
    pub element: Option<Rc<LoadElement>>,
}
