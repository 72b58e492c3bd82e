//! `Node`: a Python object whose payload is a piece of the session layer. The classes of `sqlalchemy` that a scenario
//! sees (`ColumnElement`, `Select`, …) derive from it in Python and are registered here by kind, so that whatever Rust
//! makes comes out as an object of the right class.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rustpython_vm::builtins::{PyList, PyStr, PyTuple, PyType, PyTypeRef};
use rustpython_vm::class::PyClassImpl;
use rustpython_vm::function::FuncArgs;
use rustpython_vm::types::Constructor;
use rustpython_vm::{
    AsObject, Py, PyObject, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine, pyclass,
};

use super::role::Role;
use super::value::{self, to_value};
use super::{Module, set};
use crate::orm::criteria::LoaderCriteria;
use crate::orm::mapper::Mapper;
use crate::orm::options::{LoadOption, QueryOption};
use crate::orm::query::{self, RelationshipPath};
use crate::orm::sql::expr::TextClause;
use crate::orm::sql::schema::{Constraint, Index};
use crate::orm::sql::{Expr, FromClause, MetaData, Operand, Query, SqlType, Statement};
use crate::orm::{Engine, Entity, Registry, Session};

/// What a node holds.
#[derive(Clone, Debug, Default)]
pub(crate) enum Kind {
    /// Nothing yet: a column before it has a table, a class before it is mapped.
    #[default]
    Unset,
    Type(SqlType),
    Expr(Expr),
    Text(Rc<TextClause>),
    From(FromClause),
    MetaData(MetaData),
    Constraint(Constraint),
    Index(Index),
    /// `select(…)`, with or without entities in it.
    Select(Rc<query::Select>),
    /// A union and its kin, or text with columns.
    Query(Query),
    /// INSERT, UPDATE, DELETE.
    Statement(Rc<Statement>),
    Registry(Rc<Registry>),
    Entity(Entity),
    /// A relationship as a class has it: `Author.books`.
    Relationship(Box<RelationshipPath>),
    Option(Rc<LoadOption>),
    Criteria(Rc<LoaderCriteria>),
    Engine(Rc<Engine>),
    Session(Rc<Session>),
}

impl Kind {
    /// The word by which Python registers the class for it.
    fn name(&self) -> &'static str {
        match self {
            Self::Unset => "unset",
            Self::Type(_) => "type",
            Self::Expr(_) => "expr",
            Self::Text(_) => "text",
            Self::From(_) => "from",
            Self::MetaData(_) => "metadata",
            Self::Constraint(_) => "constraint",
            Self::Index(_) => "index",
            Self::Select(_) => "select",
            Self::Query(_) => "query",
            Self::Statement(_) => "statement",
            Self::Registry(_) => "registry",
            Self::Entity(_) => "entity",
            Self::Relationship(_) => "relationship",
            Self::Option(_) => "option",
            Self::Criteria(_) => "criteria",
            Self::Engine(_) => "engine",
            Self::Session(_) => "session",
        }
    }
}

/// An object with a piece of the session layer in it.
#[pyclass(module = "_lazyscope", name = "Node")]
#[derive(Debug, PyPayload)]
pub(crate) struct Node {
    kind: RefCell<Kind>,
}

#[pyclass(with(Constructor), flags(BASETYPE, HAS_WEAKREF))]
impl Node {}

impl Constructor for Node {
    type Args = FuncArgs;

    fn py_new(_class: &Py<PyType>, _args: FuncArgs, _vm: &VirtualMachine) -> PyResult<Self> {
        Ok(Self {
            kind: RefCell::default(),
        })
    }
}

impl Node {
    pub fn kind(&self) -> Kind {
        self.kind.borrow().clone()
    }

    pub fn set_kind(&self, kind: Kind) {
        let old = self.kind.replace(kind);
        drop(old);
    }
}

thread_local! {
    static CLASSES: RefCell<HashMap<String, PyTypeRef>> = RefCell::default();
}

/// The Python class that was registered under a word.
pub(super) fn class_named(name: &str, vm: &VirtualMachine) -> PyResult<PyTypeRef> {
    CLASSES
        .with_borrow(|classes| classes.get(name).cloned())
        .ok_or_else(|| vm.new_runtime_error(format!("no class was registered for {name}")))
}

/// A new Python object of the class registered for what it holds.
pub(super) fn wrap(kind: Kind, vm: &VirtualMachine) -> PyResult {
    let own = super::class_names::of(&kind);
    let registered =
        own.and_then(|name| CLASSES.with_borrow(|classes| classes.get(&*name).cloned()));
    let class = registered.map_or_else(|| class_named(kind.name(), vm), Ok)?;
    wrap_as(kind, class, vm)
}

pub(super) fn wrap_as(kind: Kind, class: PyTypeRef, vm: &VirtualMachine) -> PyResult {
    Node {
        kind: RefCell::new(kind),
    }
    .into_ref_with_type(vm, class)
    .map(Into::into)
}

pub(super) fn wrap_expr(expr: Expr, vm: &VirtualMachine) -> PyResult {
    wrap(Kind::Expr(expr), vm)
}

/// What a Python object holds. One that is no node is asked for its `__clause_element__()`.
pub(super) fn kind_of(object: &PyObject, vm: &VirtualMachine) -> PyResult<Option<Kind>> {
    if let Some(node) = object.downcast_ref::<Node>() {
        return usable(node.kind(), vm).map(Some);
    }
    if object.downcast_ref::<PyType>().is_some() {
        let entity = class_entity(object, vm)?.map(Kind::Entity);
        return entity.map(|entity| usable(entity, vm)).transpose();
    }
    if is_plain(object) {
        return Ok(None);
    }
    let Some(method) = vm.get_attribute_opt(object.to_owned(), "__clause_element__")? else {
        return Ok(None);
    };
    let element = method.call((), vm)?;
    if element.is(object) {
        return Ok(None);
    }
    kind_of(&element, vm)
}

/// A class whose relationships could not be configured can be used for nothing.
fn usable(kind: Kind, vm: &VirtualMachine) -> PyResult<Kind> {
    let failure = match &kind {
        Kind::Entity(entity) => entity.mapper().failure.borrow().clone(),
        Kind::Relationship(path) => path.left.mapper().failure.borrow().clone(),
        _ => None,
    };
    match failure {
        Some(words) => Err(super::errors::sqlalchemy(
            "sqlalchemy.exc.InvalidRequestError",
            &words,
            None,
            vm,
        )),
        None => Ok(kind),
    }
}

/// Values that surely are no clauses, told apart cheaply.
fn is_plain(object: &PyObject) -> bool {
    use rustpython_vm::builtins::{PyBytes, PyDict, PyFloat, PyInt, PyNone};
    object.downcast_ref::<PyInt>().is_some()
        || object.downcast_ref::<PyStr>().is_some()
        || object.downcast_ref::<PyNone>().is_some()
        || object.downcast_ref::<PyFloat>().is_some()
        || object.downcast_ref::<PyBytes>().is_some()
        || object.downcast_ref::<PyList>().is_some()
        || object.downcast_ref::<PyTuple>().is_some()
        || object.downcast_ref::<PyDict>().is_some()
}

/// The entity of a mapped class, which keeps its node in `__mapper__`.
pub(super) fn class_entity(class: &PyObject, vm: &VirtualMachine) -> PyResult<Option<Entity>> {
    let Some(mapper) = vm.get_attribute_opt(class.to_owned(), "__mapper__")? else {
        return Ok(None);
    };
    Ok(mapper
        .downcast_ref::<Node>()
        .and_then(|node| match node.kind() {
            Kind::Entity(entity) => Some(entity),
            _ => None,
        }))
}

/// The mapper of a mapped class.
pub(super) fn class_mapper(class: &PyObject, vm: &VirtualMachine) -> PyResult<Option<Rc<Mapper>>> {
    Ok(class_entity(class, vm)?.map(|entity| Rc::clone(entity.mapper())))
}

/// The object as one side of an operator.
pub(super) fn operand(object: &PyObject, vm: &VirtualMachine) -> PyResult<Operand> {
    match kind_of(object, vm)? {
        Some(Kind::Expr(expr)) => return Ok(Operand::Expr(expr)),
        Some(Kind::Text(text)) => return Ok(Operand::Expr((*text).clone().into_expr())),
        Some(Kind::Unset) => {
            return Err(vm.new_type_error("this column has no table yet".to_owned()));
        }
        Some(_) => return Role::Operand.clause(object, vm).map(Operand::Expr),
        None => {}
    }
    if let Some(items) = sequence(object, vm) {
        let items: PyResult<Vec<_>> = items.iter().map(|item| operand(item, vm)).collect();
        return items.map(Operand::List);
    }
    Ok(Operand::Value(to_value(object, vm)))
}

/// The object as a value or an expression where no list is asked for: one that comes is a value, JSON it may be.
pub(super) fn value_operand(object: &PyObject, vm: &VirtualMachine) -> PyResult<Operand> {
    Ok(match operand(object, vm)? {
        Operand::List(_) => Operand::Value(to_value(object, vm)),
        other => other,
    })
}

/// The items of what SQLAlchemy takes as a list: lists, tuples, sets, generators; not strings, bytes or dicts.
fn sequence(object: &PyObject, vm: &VirtualMachine) -> Option<Vec<PyObjectRef>> {
    if let Some(list) = object.downcast_ref::<PyList>() {
        return Some(list.borrow_vec().to_vec());
    }
    if let Some(tuple) = object.downcast_ref::<PyTuple>() {
        return Some(tuple.to_vec());
    }
    if is_plain(object) || value::is_known_scalar(object, vm) {
        return None;
    }
    let is_iterable = object.class().slots.iter.load().is_some();
    let is_collection = object
        .downcast_ref::<rustpython_vm::builtins::PySet>()
        .is_some()
        || object
            .downcast_ref::<rustpython_vm::builtins::PyFrozenSet>()
            .is_some()
        || object
            .downcast_ref::<rustpython_vm::builtins::PyGenerator>()
            .is_some()
        || ["dict_keys", "dict_values", "range", "map", "filter"]
            .contains(&&*object.class().name());
    if is_iterable && is_collection {
        object.to_owned().try_to_value(vm).ok()
    } else {
        None
    }
}

/// An expression that stands for the object: a value becomes a parameter.
pub(super) fn expression(object: &PyObject, vm: &VirtualMachine) -> PyResult<Expr> {
    match operand(object, vm)? {
        Operand::Expr(expr) => Ok(expr),
        Operand::Query(query) => Ok(query.scalar_subquery()),
        Operand::Value(value) if value.is_null() => Ok(crate::orm::sql::expr::null()),
        Operand::Value(value) => Ok(match value {
            crate::orm::Value::Bool(true) => crate::orm::sql::expr::true_(),
            crate::orm::Value::Bool(false) => crate::orm::sql::expr::false_(),
            other => crate::orm::sql::expr::literal(other, None),
        }),
        Operand::List(items) => Ok(crate::orm::sql::expr::tuple_(items)),
    }
}

pub(super) fn expressions(object: &PyObject, vm: &VirtualMachine) -> PyResult<Vec<Expr>> {
    let items: Vec<PyObjectRef> = object.to_owned().try_to_value(vm)?;
    items.iter().map(|item| expression(item, vm)).collect()
}

/// A select as a Core query: it stands inside of another statement.
pub(super) fn lowered(select: &Rc<query::Select>, vm: &VirtualMachine) -> PyResult<Query> {
    // Relationships that it joins along are to be known. Otherwise a class whose neighbours are still to be declared can
    // stand in it already.
    if select.is_orm() && !select.joins.is_empty() {
        super::orm::ensure(vm)?;
    }
    query::lower(select).map_err(|error| super::errors::raise(error, vm))
}

macro_rules! kind_getter {
    ($($name:ident => $kind:ident($type:ty), $what:literal;)*) => {$(
        /// What the object holds, which must be of this kind.
        #[allow(dead_code, reason = "the getters come as a set")]
        pub(super) fn $name(object: &PyObject, vm: &VirtualMachine) -> PyResult<$type> {
            match kind_of(object, vm)? {
                Some(Kind::$kind(found)) => Ok(found),
                _ => Err(vm.new_type_error(format!(
                    concat!("expected ", $what, ", got {}"),
                    object.repr(vm).map_or_else(|_| String::new(), |text| text.to_string())
                ))),
            }
        }
    )*};
}

kind_getter! {
    expr_of => Expr(Expr), "a SQL expression";
    from_of => From(FromClause), "a FROM element";
    metadata_of => MetaData(MetaData), "a MetaData";
    select_of => Select(Rc<query::Select>), "a select()";
    statement_of => Statement(Rc<Statement>), "an insert(), update() or delete()";
    text_of => Text(Rc<TextClause>), "a text()";
    entity_of => Entity(Entity), "a mapped class";
    option_of => Option(Rc<LoadOption>), "a loader option";
    engine_of => Engine(Rc<Engine>), "an engine";
    session_of => Session(Rc<Session>), "a session";
    registry_of => Registry(Rc<Registry>), "a registry";
    type_of => Type(SqlType), "a type";
}

/// What may be given to `.options()`, if it is that.
pub(super) fn query_option(
    object: &PyObject,
    vm: &VirtualMachine,
) -> PyResult<Option<QueryOption>> {
    Ok(match kind_of(object, vm)? {
        Some(Kind::Option(option)) => Some(QueryOption::Load(option)),
        Some(Kind::Criteria(criteria)) => Some(QueryOption::Criteria(criteria)),
        _ => None,
    })
}

/// `None`, or what the object holds.
pub(super) fn optional<T>(
    object: &PyObject,
    get: impl FnOnce(&PyObject, &VirtualMachine) -> PyResult<T>,
    vm: &VirtualMachine,
) -> PyResult<Option<T>> {
    if vm.is_none(object) {
        Ok(None)
    } else {
        get(object, vm).map(Some)
    }
}

/// The text of a `str`.
pub(super) fn text(object: &PyObject, vm: &VirtualMachine) -> PyResult<String> {
    match object.downcast_ref::<PyStr>() {
        Some(text) => Ok(text.to_string_lossy().into_owned()),
        None => Err(vm.new_type_error(format!("expected str, got {}", object.class().name()))),
    }
}

pub(super) fn optional_text(object: &PyObject, vm: &VirtualMachine) -> PyResult<Option<String>> {
    optional(object, text, vm)
}

pub(super) fn list(object: &PyObject, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    object.to_owned().try_to_value(vm)
}

/// A word that our Python files do not say.
pub(super) fn unknown_word(
    what: &str,
    word: &str,
    vm: &VirtualMachine,
) -> rustpython_vm::builtins::PyBaseExceptionRef {
    vm.new_value_error(format!("'{word}' is not {what}"))
}

/// The class that is registered by that word.
pub(super) fn registered(kind: &str, vm: &VirtualMachine) -> PyResult {
    CLASSES
        .with_borrow(|classes| classes.get(kind).cloned())
        .map(Into::into)
        .ok_or_else(|| vm.new_type_error(format!("no class is registered for {kind}")))
}

/// `register(kind, class)`.
fn register(kind: PyObjectRef, class: PyTypeRef, vm: &VirtualMachine) -> PyResult<()> {
    let kind = text(&kind, vm)?;
    CLASSES.with_borrow_mut(|classes| classes.insert(kind, class));
    Ok(())
}

/// `assume(node, other)`: the node takes over what the other holds.
fn assume(node: PyRef<Node>, other: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    node.set_kind(kind_of(&other, vm)?.unwrap_or_default());
    Ok(())
}

/// `kind(object)`: the word for what it holds, or None.
fn kind_name(object: PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<&'static str>> {
    Ok(kind_of(&object, vm)?.map(|kind| kind.name()))
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    set(module, "Node", Node::make_static_type(), vm)?;
    functions!(module, vm; register, assume, kind = kind_name);
    Ok(())
}
