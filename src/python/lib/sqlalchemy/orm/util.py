"""Aliases of mapped classes, bundles, and criteria for the children of an object."""

import _lazyscope

from .. import exc
from .._missing import Facade, module_getattr, refuse_arguments
from .attributes import attribute_of
from .interfaces import ORMOption


class AliasedClass(_lazyscope.Node):
    """`aliased(Author)`: the class once more, under another name."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        found = attribute_of(self, name)
        if not isinstance(found, _lazyscope.Node) and hasattr(found, "__get__") and not isinstance(found, type):
            return found
        self.__dict__[name] = found
        return found

    @property
    def _entity_class(self):
        return _lazyscope.orm_class(self)

    def __repr__(self):
        return f"<AliasedClass at {hex(id(self))}; {self._entity_class.__name__}>"


_lazyscope.register("entity", AliasedClass)


class AliasedInsp(Facade):
    """What is known of an alias."""

    _public = "AliasedInsp"
    is_aliased_class = True
    is_mapper = False

    def __init__(self, entity):
        self.entity = self._node = entity

    @property
    def class_(self):
        return self.entity._entity_class

    @property
    def mapper(self):
        return self.class_.__mapper__

    @property
    def selectable(self):
        return _lazyscope.orm_table(self.entity)

    @property
    def name(self):
        return self.selectable.name

    def __str__(self):
        return f"aliased({self.class_.__name__})"

    def __repr__(self):
        return f"<AliasedInsp at {hex(id(self))}; {self.class_.__name__}({self.class_.__name__})>"


def aliased(element, alias=None, name=None, flat=False, adapt_on_names=False):
    """An alias of a mapped class, or of a table."""
    _lazyscope.orm_ensure()
    mapper = getattr(element, "__mapper__", None)
    if mapper is None:
        if isinstance(element, AliasedClass):
            mapper = element._entity_class.__mapper__
        elif hasattr(element, "alias"):
            return element.alias(name)
        else:
            raise exc.NoInspectionAvailable(
                f"No inspection system is available for object of type {type(element)}"
            )
    return _lazyscope.orm_alias(mapper, alias, name, adapt_on_names, flat)


def described_columns(columns):
    """What a query selects, as `column_descriptions` tells it."""
    return [_described(column) for column in columns]


def _described(column):
    if isinstance(column, Bundle):
        return {"name": column.name, "type": Bundle, "aliased": False, "expr": column, "entity": None}
    mapper = getattr(column, "__mapper__", None)
    if _lazyscope.kind(mapper if mapper is not None else column) == "entity":
        entity = mapper if mapper is not None else column
        name, is_alias = _lazyscope.orm_facts(entity)
        class_ = _lazyscope.orm_class(entity)
        own = entity if is_alias else class_
        return {"name": name, "type": class_, "aliased": is_alias, "expr": own, "entity": own}
    found = {"name": getattr(column, "key", None), "type": getattr(column, "type", None), "aliased": False}
    entity = _lazyscope.expr_entity(column)
    if entity is not None:
        name, is_alias = _lazyscope.orm_facts(entity)
        class_ = _lazyscope.orm_class(entity)
        found["aliased"] = is_alias
        entity = entity if is_alias else class_
        key = _lazyscope.expr_attribute(column)
        if key is not None:
            found["name"] = key
            column = getattr(entity, key)
    found["expr"] = column
    if entity is not None:
        found["entity"] = entity
    return found


class Bundle:
    """Columns that come as one value of a row."""

    single_entity = False

    def __init__(self, name, *columns, **kwargs):
        self.single_entity = kwargs.pop("single_entity", self.single_entity)
        refuse_arguments("Bundle", kwargs)
        self.name = name
        self.exprs = columns
        self.c = self.columns = _BundleColumns(columns)


class _BundleColumns:
    def __init__(self, columns):
        self._columns = {getattr(column, "key", None) or getattr(column, "name", None): column for column in columns}

    def __getattr__(self, name):
        try:
            return self._columns[name]
        except KeyError:
            raise AttributeError(name) from None


def with_parent(instance, prop, from_entity=None):
    """The criterion of the objects that are related to an object by a relationship."""
    _lazyscope.orm_ensure()
    return _lazyscope.path_with_parent(instance, prop)


class LoaderCriteriaOption(ORMOption, Facade, _lazyscope.Node):
    """`with_loader_criteria()`."""

    def __init__(
        self,
        entity_or_base,
        where_criteria,
        loader_only=False,
        include_aliases=False,
        propagate_to_loaders=True,
        track_closure_variables=True,
    ):
        _lazyscope.orm_ensure()
        if callable(where_criteria):
            # Whether it can be made at all is seen at once.
            where_criteria(entity_or_base)
        about = getattr(entity_or_base, "__mapper__", entity_or_base)
        _lazyscope.assume(self, _lazyscope.criteria_new(about, where_criteria, include_aliases, propagate_to_loaders))


_lazyscope.register("criteria", LoaderCriteriaOption)

with_loader_criteria = LoaderCriteriaOption


def join(left, right, onclause=None, isouter=False, full=False):
    _lazyscope.orm_ensure()
    left, right = (getattr(side, "__mapper__", side) for side in (left, right))
    return _lazyscope.from_join(left, right, onclause, isouter, full)


def outerjoin(left, right, onclause=None, full=False):
    return join(left, right, onclause, True, full)


def identity_key(class_=None, ident=None, *, instance=None, row=None, identity_token=None):
    """The key under which sessions hold an object."""
    from .session import Session

    return Session.identity_key(class_, ident, instance=instance, row=row, identity_token=identity_token)


__getattr__ = module_getattr(__name__, {"was_deleted": "sqlalchemy.orm"})
