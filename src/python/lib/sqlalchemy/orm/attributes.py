"""What a mapped class answers with for its attributes."""

import _lazyscope

from .._missing import Facade, module_getattr, refuse
from ..sql.elements import ColumnElement
from ._statuses import *  # noqa: F403
from ._statuses import loads


def get_history(obj, key, passive=None):
    """How an attribute of an object has changed since the last flush."""
    from ..inspection import history_of

    return history_of(obj, key, passive is None or loads(passive))


def flag_modified(instance, key):
    """Marks an attribute as changed: the next flush writes it."""
    _lazyscope.orm_flag_modified(instance, key)


def set_committed_value(instance, key, value):
    """Puts a value as if it had been loaded."""
    _lazyscope.orm_set_committed(instance, key, value)


def get_attribute(instance, key):
    return getattr(instance, key)


def set_attribute(instance, key, value, initiator=None):
    setattr(instance, key, value)


def del_attribute(instance, key):
    delattr(instance, key)


class QueryableAttribute:
    """What column attributes and relationship attributes have in common."""

    def __init__(self, class_, key, entity):
        self.class_ = class_
        self._key = key
        self._entity = entity

    @property
    def key(self):
        return self._key

    @property
    def parent(self):
        return self._entity

    @property
    def prop(self):
        return self.class_.__mapper__._properties[self.key]

    # Last, as it hides the decorator of that name.
    property = prop

    def __str__(self):
        is_alias = getattr(self._entity, "_entity_class", None) is not None
        return f"aliased({self.class_.__name__}).{self.key}" if is_alias else f"{self.class_.__name__}.{self.key}"

    def _no_attribute(self, name):
        return (
            f"Neither 'InstrumentedAttribute' object nor 'Comparator' object associated with {self} has an attribute "
            f"'{name}'"
        )


class InstrumentedAttribute(QueryableAttribute, ColumnElement):
    """A mapped column: `Author.name`."""

    __hash__ = ColumnElement.__hash__

    def __init__(self, class_, key, entity):
        QueryableAttribute.__init__(self, class_, key, entity)
        _lazyscope.assume(self, _lazyscope.orm_column(entity, key))

    def __repr__(self):
        return f"<sqlalchemy.orm.attributes.InstrumentedAttribute object at {hex(id(self))}>"

    def __bool__(self):
        return True

    @property
    def name(self):
        return self.key

    def adapt_to_entity(self, entity):
        return InstrumentedAttribute(self.class_, self._key, entity)

    def _as_attribute(self, entity, key):
        made = InstrumentedAttribute.__new__(InstrumentedAttribute)
        QueryableAttribute.__init__(made, self.class_, self._key, self._entity)
        _lazyscope.assume(made, _lazyscope.orm_attribute_of(entity, self, key))
        return made


# What columns can and relationships cannot.
_COLUMN_OPERATORS = frozenset(
    """asc between collate concat desc distinct endswith icontains iendswith ilike is_distinct_from is_not_distinct_from
    istartswith like not_ilike not_in not_like nulls_first nulls_last startswith""".split()
)
# Those that SQLAlchemy's own functions are called by as they are; the others have `_op` after it.
_PLAIN = frozenset({"is_", "is_not"})


class RelationshipAttribute(QueryableAttribute, Facade, _lazyscope.Node):
    """A relationship: `Author.books`."""

    _public = "relationship attribute"
    _lacks = "RelationshipAttribute"

    def __init__(self, class_, key, entity, path=None):
        QueryableAttribute.__init__(self, class_, key, entity)
        if path is None:
            path = _lazyscope.path_new(entity, key)
        _lazyscope.assume(self, path)

    def _with(self, path):
        return RelationshipAttribute(self.class_, self._key, self._entity, path)

    def adapt_to_entity(self, entity):
        return RelationshipAttribute(self.class_, self._key, entity)

    @property
    def entity(self):
        from ..inspection import inspect

        _lazyscope.orm_ensure()
        entity = _lazyscope.path_target(self)
        return inspect(entity) if _lazyscope.orm_facts(entity)[1] else self.mapper

    @property
    def mapper(self):
        _lazyscope.orm_ensure()
        return _lazyscope.orm_class(_lazyscope.path_target(self)).__mapper__

    def of_type(self, entity):
        from ..inspection import inspect

        _lazyscope.orm_ensure()
        inspect(entity)
        return self._with(_lazyscope.path_of_type(self, entity))

    def and_(self, *criteria):
        return self._with(_lazyscope.path_and(self, criteria))

    def _exists(self, criterion, kwargs):
        _lazyscope.orm_ensure()
        target = _lazyscope.path_target(self)
        for key, value in kwargs.items():
            one = getattr(_entity_attributes(target), key) == value
            criterion = one if criterion is None else criterion & one
        return _lazyscope.path_exists(self, criterion)

    def any(self, criterion=None, **kwargs):
        _lazyscope.orm_ensure()
        if not _lazyscope.path_uselist(self):
            from ..exc import InvalidRequestError

            raise InvalidRequestError("'any()' not implemented for scalar attributes. Use has().")
        return self._exists(criterion, kwargs)

    def has(self, criterion=None, **kwargs):
        _lazyscope.orm_ensure()
        if _lazyscope.path_uselist(self):
            from ..exc import InvalidRequestError

            raise InvalidRequestError("'has()' not implemented for collections. Use any().")
        return self._exists(criterion, kwargs)

    def contains(self, other):
        _lazyscope.orm_ensure()
        return _lazyscope.path_contains(self, other)

    def _check_comparable(self, other):
        if other is not None and _lazyscope.path_uselist(self):
            from ..exc import InvalidRequestError

            raise InvalidRequestError(
                "Can't compare a collection to an object or collection; use contains() to test for membership."
            )

    def __eq__(self, other):
        _lazyscope.orm_ensure()
        self._check_comparable(other)
        return _lazyscope.path_equals(self, other)

    def __ne__(self, other):
        _lazyscope.orm_ensure()
        self._check_comparable(other)
        return _lazyscope.path_differs(self, other)

    def _unordered(name):
        def compare(self, other):
            raise NotImplementedError(f"<built-in function {name}>")

        return compare

    __lt__, __le__, __gt__, __ge__, __getitem__ = map(_unordered, ("lt", "le", "gt", "ge", "getitem"))

    def __getattr__(self, name):
        if name in _COLUMN_OPERATORS:
            raise NotImplementedError(f"<function {name}_op at {id(name):#x}>")
        if name in _PLAIN:
            raise NotImplementedError(f"<function {name} at {id(name):#x}>")
        return super().__getattr__(name)

    def in_(self, other):
        raise NotImplementedError(
            "in_() not yet supported for relationships.  For a simple many-to-one, use in_() against the set of foreign "
            "key values."
        )

    __hash__ = object.__hash__

    def __repr__(self):
        return f"<sqlalchemy.orm.attributes.InstrumentedAttribute object at {hex(id(self))}>"


# As Python's own errors name what reads an attribute of a mapped class.
RelationshipAttribute.__name__ = "InstrumentedAttribute"


class _entity_attributes:
    """Attributes of an entity by name: of a class, or of an alias."""

    def __init__(self, entity):
        self._entity = entity

    def __getattr__(self, name):
        return attribute_of(self._entity, name)


def attribute_of(entity, name):
    """The attribute of that name as a query over the entity uses it; other names are the class's own."""
    class_ = _lazyscope.orm_class(entity)
    for base in class_.__mro__:
        declared = base.__dict__.get(name)
        if hasattr(declared, "_of_class"):
            return declared._of_class(entity)
    found = getattr(class_, name)
    if isinstance(found, (InstrumentedAttribute, RelationshipAttribute)):
        return found.adapt_to_entity(entity)
    return found


# Handles that programs do not see: the classes here stand for them.
for _kind in ("relationship", "registry", "session"):
    _lazyscope.register(_kind, _lazyscope.Node)


__getattr__ = module_getattr(__name__, {
    "History": "sqlalchemy.inspection",
    "instance_dict": "sqlalchemy.orm.base",
    "instance_state": "sqlalchemy.orm.base",
})
