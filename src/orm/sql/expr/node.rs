//! What an expression is.

use std::fmt;
use std::rc::Rc;

use super::function::{Function, Over};
use super::op::Op;
use super::text::TextClause;
use crate::orm::sql::from::{ColumnInfo, FromClause};
use crate::orm::sql::name::{Name, next_id};
use crate::orm::sql::select::Query;
use crate::orm::sql::types::SqlType;
use crate::orm::value::Value;
use crate::sqlite::Provenance;

/// What an expression is known by. Copies that only differ in annotations share it, as do all references to one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ElementId(pub u64);

/// What a bind parameter is known by: its value may be replaced under this id when a statement is executed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BindId(pub u64);

/// A mark of the mapping layer on a column: the entity it was read through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityId(pub u32);

/// A shared, immutable expression.
#[derive(Clone)]
pub struct Expr(Rc<Element>);

/// The node behind an [`Expr`].
pub struct Element {
    pub id: ElementId,
    /// The id of the expression that it was copied from by a traversal, else its own: anonymous labels are made of it.
    pub origin: ElementId,
    pub kind: ExprKind,
    pub ty: SqlType,
    pub annotations: Annotations,
}

/// Marks that change no SQL text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    pub entity: Option<EntityId>,
    /// The attribute's name, by which a subquery exports the column.
    pub proxy_key: Option<Rc<str>>,
    /// What it is in a relationship's join condition.
    pub side: Side,
    /// What it is negated as, where that is not its own opposite.
    pub negation: Option<Negation>,
}

/// Which part an occurrence of a column has in a relationship's join condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// It holds the foreign key: `foreign()`.
    pub foreign: bool,
    /// It is of the far side: `remote()`.
    pub remote: bool,
    /// It is of the near side.
    pub local: bool,
}

/// An expression that stands for the negation of another.
#[derive(Clone, Debug)]
pub struct Negation(pub Expr);

impl PartialEq for Negation {
    fn eq(&self, other: &Self) -> bool {
        self.0.ptr_eq(&other.0)
    }
}

impl Eq for Negation {}

/// The kinds of expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A column of a FROM element.
    Column {
        from: FromClause,
        info: Rc<ColumnInfo>,
    },
    /// `column("x")`, or with `literal` `literal_column("x + 1")`, whose text stands as it is.
    Name {
        name: Name,
        literal: bool,
    },
    Bind(Bind),
    Null,
    True,
    False,
    Text(Rc<TextClause>),
    /// `operator operand` or `operand modifier`.
    Unary {
        operator: Option<Op>,
        modifier: Option<Op>,
        operand: Expr,
    },
    /// A boolean column in a boolean place: rendered `x` / `NOT x`, or `x = 1` / `x = 0` where there are no booleans.
    AsBoolean {
        operand: Expr,
        truth: bool,
    },
    Binary {
        left: Expr,
        right: Expr,
        op: Op,
        negate: Option<Op>,
        modifiers: Modifiers,
    },
    /// Clauses between which the operator stands (`a AND b`, `a || b || c`, `x, y`).
    List {
        op: Op,
        clauses: Vec<Expr>,
        group: bool,
    },
    Tuple(Vec<Expr>),
    Grouping(Expr),
    Case(Rc<Case>),
    Cast(Expr),
    TypeCoerce(Expr),
    Extract {
        field: Rc<str>,
        expr: Expr,
    },
    Function(Rc<Function>),
    Over(Rc<Over>),
    Filter {
        function: Expr,
        criteria: Vec<Expr>,
    },
    WithinGroup {
        function: Expr,
        order_by: Vec<Expr>,
    },
    Label {
        name: Name,
        element: Expr,
    },
    ScalarSubquery(Query),
    Exists(Query),
    /// A select in the place of a list, as in `IN (SELECT …)`.
    SelectGroup(Query),
    /// An ORDER BY or GROUP BY element that may be rendered as the label of a selected column.
    LabelReference(Expr),
    /// `order_by("name")`: the label or column of that name.
    TextualLabelReference(Rc<str>),
    Collation(Rc<str>),
    /// All of a table, as in `func.count(table)`-like places.
    From(FromClause),
}

/// What a comparison carries besides its operands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    pub escape: Option<Rc<str>>,
    pub flags: Option<Rc<str>>,
    pub symmetric: bool,
    /// `contains("x", autoescape=True)` has already escaped its value; kept to tell statements apart.
    pub autoescape: bool,
}

#[derive(Clone, Debug)]
pub struct Case {
    pub value: Option<Expr>,
    pub whens: Vec<(Expr, Expr)>,
    pub else_: Option<Expr>,
}

/// A bind parameter.
#[derive(Clone, Debug)]
pub struct Bind {
    pub id: BindId,
    pub key: Name,
    /// The name it was made with, before it was made unique.
    pub base: Rc<str>,
    pub value: BindValue,
    pub unique: bool,
    /// Rendered as one placeholder for each value of a list.
    pub expanding: bool,
    /// For an expanding one: the IN or NOT IN that it is the right side of, which decides how an empty list reads.
    pub expand_op: Option<Op>,
    /// Rendered into the SQL text when executed.
    pub literal_execute: bool,
    /// Made for a column of an INSERT or UPDATE.
    pub is_crud: bool,
}

/// The value that a bind parameter holds until another is given at execution.
#[derive(Clone, Debug, PartialEq)]
pub enum BindValue {
    /// None: it must be given at execution.
    Required,
    Value(Value),
    List(Rc<[Value]>),
    Tuples(Rc<[Rc<[Value]>]>),
    /// It is read when the statement is executed.
    Late(LateValue),
}

/// Reads a value at each execution.
#[derive(Clone)]
pub struct LateValue {
    read: Rc<dyn Fn() -> crate::orm::error::Result<Value>>,
    cause: Option<Cause>,
}

/// Why a statement is sent that has such a value.
type Cause = Rc<dyn Fn() -> Provenance>;

impl LateValue {
    pub fn new(read: impl Fn() -> crate::orm::error::Result<Value> + 'static) -> Self {
        Self {
            read: Rc::new(read),
            cause: None,
        }
    }

    /// The same, of a statement that is sent for that cause.
    pub fn because(self, cause: impl Fn() -> Provenance + 'static) -> Self {
        Self {
            cause: Some(Rc::new(cause)),
            ..self
        }
    }

    /// # Errors
    /// What reading it raises.
    pub fn read(&self) -> crate::orm::error::Result<Value> {
        (self.read)()
    }

    /// Why a statement is sent that has it, where it knows.
    pub fn cause(&self) -> Option<Provenance> {
        self.cause.as_ref().map(|cause| cause())
    }
}

impl PartialEq for LateValue {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.read, &other.read)
    }
}

impl std::fmt::Debug for LateValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LateValue")
    }
}

impl Expr {
    /// A new expression of that kind and type.
    pub fn new(kind: ExprKind, ty: SqlType) -> Self {
        let id = match &kind {
            ExprKind::Column { info, .. } => info.id,
            ExprKind::Bind(bind) => ElementId(bind.id.0),
            _ => ElementId(next_id()),
        };
        Self(Rc::new(Element {
            id,
            origin: id,
            kind,
            ty,
            annotations: Annotations::default(),
        }))
    }

    pub fn id(&self) -> ElementId {
        self.0.id
    }

    pub fn origin(&self) -> ElementId {
        self.0.origin
    }

    pub fn kind(&self) -> &ExprKind {
        &self.0.kind
    }

    pub fn ty(&self) -> &SqlType {
        &self.0.ty
    }

    pub fn annotations(&self) -> &Annotations {
        &self.0.annotations
    }

    /// The entity that the mapping layer marked it with.
    pub fn entity(&self) -> Option<EntityId> {
        self.0.annotations.entity
    }

    /// The same expression with other marks; its id stays.
    pub fn annotate(&self, annotations: Annotations) -> Self {
        if self.0.annotations == annotations {
            return self.clone();
        }
        Self(Rc::new(Element {
            id: self.0.id,
            origin: self.0.origin,
            kind: self.0.kind.clone(),
            ty: self.0.ty.clone(),
            annotations,
        }))
    }

    pub fn with_entity(&self, entity: EntityId) -> Self {
        self.annotate(Annotations {
            entity: Some(entity),
            ..self.0.annotations.clone()
        })
    }

    pub fn with_proxy_key(&self, key: impl AsRef<str>) -> Self {
        self.annotate(Annotations {
            proxy_key: Some(Rc::from(key.as_ref())),
            ..self.0.annotations.clone()
        })
    }

    /// What it is in a relationship's join condition.
    pub fn side(&self) -> Side {
        self.0.annotations.side
    }

    pub fn with_side(&self, side: Side) -> Self {
        self.annotate(Annotations {
            side,
            ..self.0.annotations.clone()
        })
    }

    /// The same expression, negated as `negation`.
    pub fn negated_as(&self, negation: &Expr) -> Self {
        self.annotate(Annotations {
            negation: Some(Negation(negation.clone())),
            ..self.0.annotations.clone()
        })
    }

    /// The same expression with other insides, as a traversal makes it: new identity, same marks.
    pub fn rebuilt(&self, kind: ExprKind) -> Self {
        if let ExprKind::Column { .. } = &kind {
            return Self::new(kind, self.0.ty.clone()).annotate(self.0.annotations.clone());
        }
        Self(Rc::new(Element {
            id: ElementId(next_id()),
            origin: self.0.origin,
            kind,
            ty: self.0.ty.clone(),
            annotations: self.0.annotations.clone(),
        }))
    }

    /// The same expression with another type.
    pub fn with_type(&self, ty: SqlType) -> Self {
        Self(Rc::new(Element {
            id: self.0.id,
            origin: self.0.origin,
            kind: self.0.kind.clone(),
            ty,
            annotations: self.0.annotations.clone(),
        }))
    }

    pub fn ptr_eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// The same element by identity, marks aside.
    pub fn same(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }

    pub fn as_bind(&self) -> Option<&Bind> {
        match self.kind() {
            ExprKind::Bind(bind) => Some(bind),
            _ => None,
        }
    }

    /// The FROM element and column, when it is one.
    pub fn as_column(&self) -> Option<(&FromClause, &Rc<ColumnInfo>)> {
        match self.kind() {
            ExprKind::Column { from, info } => Some((from, info)),
            _ => None,
        }
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            ExprKind::Column { from, info } => write!(f, "{:?}.{:?}", from.name(), info.name),
            kind => write!(f, "{kind:?}"),
        }
    }
}
