"""What a class body says of its attributes: `mapped_column(…)`, `relationship(…)`, `column_property(…)`."""

import _lazyscope

from .. import types
from .._missing import refuse, refuse_arguments
from ..schema import Column, ForeignKey
from . import annotations
from .annotations import Mapped


class MapperProperty(Mapped):
    """Anything that a class body can map."""

    _sort_order = 0

    def _columns_of(self, name, scan):
        return ()

    def _copy(self):
        refuse(f"{type(self).__name__} on a mixin without declared_attr")


class MappedColumn(MapperProperty):
    """A column, its type perhaps told by the annotation."""

    def __init__(self, *args, **kwargs):
        self._args = args
        self._deferred = kwargs.pop("deferred", None)
        self._group = kwargs.pop("deferred_group", None)
        self._raiseload = kwargs.pop("deferred_raiseload", False) or False
        self._active_history = kwargs.pop("active_history", False)
        self._sort_order = kwargs.pop("sort_order", 0) or 0
        for ignored in ("init", "repr", "kw_only", "compare", "hash", "dataclass_metadata", "default_factory"):
            kwargs.pop(ignored, None)
        if "insert_default" in kwargs:
            kwargs["default"] = kwargs.pop("insert_default")
        if self._deferred is None:
            self._deferred = bool(self._group) or self._raiseload
        self._kwargs = kwargs
        self._described = None
        self.column = None

    @classmethod
    def _of_column(cls, column):
        made = cls()
        made.column = column
        return made

    def _copy(self):
        made = MappedColumn()
        made.__dict__.update(self.__dict__)
        if self.column is not None:
            made.column = self.column._copy()
        return made

    def _annotated(self, mapped, scan):
        self._described = annotations.describe(mapped.argument, scan.module)

    def _columns_of(self, name, scan):
        if self.column is None:
            self.column = self._make(name, scan)
        elif self.column.name is None:
            self.column._set_name(name)
        return (self.column,)

    def _make(self, name, scan):
        args, kwargs = list(self._args), dict(self._kwargs)
        described = self._described
        for given in described.metadata if described is not None else ():
            if isinstance(given, MappedColumn):
                inherited = list(given._args)
                kwargs = {**given._kwargs, **kwargs}
                has_type = any(not isinstance(arg, (str, ForeignKey)) for arg in args)
                args += [
                    arg._copy() if isinstance(arg, ForeignKey) else arg
                    for arg in inherited
                    if isinstance(arg, ForeignKey) or not has_type
                ]
                self._deferred = self._deferred or given._deferred
        column_name = name
        if args and isinstance(args[0], str):
            column_name = args.pop(0)
        type_ = kwargs.pop("type_", None)
        if type_ is None and args and _is_type(args[0]):
            type_ = args.pop(0)
        if "nullable" not in kwargs and described is not None and not kwargs.get("primary_key"):
            kwargs["nullable"] = described.optional
        if type_ is None and described is not None and not any(isinstance(arg, ForeignKey) for arg in args):
            type_ = scan.type_of(name, described)
        elif type_ is None and described is not None:
            type_ = scan.type_of(name, described)
        return Column(column_name, *(() if type_ is None else (type_,)), *args, key=kwargs.pop("key", column_name), **kwargs)

    def _is_plain(self, name):
        return self.column.key == name

    def _map(self, mapper, name):
        column = mapper.local_table.c[self.column.key]
        options = {
            "deferred": self._deferred,
            "group": self._group,
            "raiseload": self._raiseload,
            "active_history": self._active_history,
        }
        _lazyscope.orm_add_column(mapper, name, column, options)
        self.key, self.parent, self.columns = name, mapper, [column]

    # A column of a class body may be used in that body: in `order_by=`, in `remote_side=`.
    def __clause_element__(self):
        return self.column

    def desc(self):
        return _Later(self, "desc")

    def asc(self):
        return _Later(self, "asc")


class _Later:
    """`id.desc()` in a class body, before `id` has a table."""

    def __init__(self, mapped_column, method):
        self._column = mapped_column
        self._method = method

    def _resolve(self, resolve):
        return getattr(resolve(self._column), self._method)()


def _is_type(value):
    if isinstance(value, type):
        return issubclass(value, types.TypeEngine)
    return isinstance(value, types.TypeEngine)


class ColumnProperty(MapperProperty):
    """A SQL expression, or a column under another name."""

    def __init__(self, expression, deferred=False, group=None, raiseload=False, active_history=False):
        self._expression = expression
        self._options = {
            "deferred": deferred or bool(group),
            "group": group,
            "raiseload": raiseload,
            "active_history": active_history,
        }

    def _annotated(self, mapped, scan):
        pass

    def _columns_of(self, name, scan):
        expression = self._expression
        if isinstance(expression, MappedColumn):
            return expression._columns_of(name, scan)
        if isinstance(expression, Column):
            if expression.name is None:
                expression._set_name(name)
            return (expression,)
        return ()

    def _map(self, mapper, name):
        expression = self._expression
        if isinstance(expression, MappedColumn):
            expression = expression.column
        if isinstance(expression, Column):
            expression = mapper.local_table.c[expression.key]
        elif hasattr(expression, "label"):
            expression = expression.label(getattr(expression, "_label_name", None))
        elif hasattr(expression, "scalar_subquery"):
            expression = expression.scalar_subquery().label(None)
        _lazyscope.orm_add_column(mapper, name, expression, self._options)
        self.key, self.parent, self.columns = name, mapper, [expression]


class RelationshipProperty(MapperProperty):
    """A relationship."""

    def __init__(self, argument=None, secondary=None, **kwargs):
        self.argument = argument
        self.secondary = secondary
        self._join = {
            name: kwargs.pop(name, None)
            for name in ("primaryjoin", "secondaryjoin", "foreign_keys", "remote_side", "order_by")
        }
        self.backref = kwargs.pop("backref", None)
        self.back_populates = kwargs.get("back_populates")
        collection_class = kwargs.pop("collection_class", None)
        if collection_class is not None and collection_class is not list:
            refuse(f"relationship(collection_class={getattr(collection_class, '__name__', collection_class)})")
        for ignored in ("overlaps", "doc", "info", "passive_updates", "init", "repr", "default", "default_factory",
                        "compare", "kw_only", "hash", "enable_typechecks", "load_on_pending", "_legacy_inactive_history_style",
                        "dataclass_metadata", "sync_backref", "distinct_target_key"):
            kwargs.pop(ignored, None)
        self._options = {
            name: kwargs.pop(name, None)
            for name in (
                "lazy", "uselist", "back_populates", "cascade", "innerjoin", "join_depth", "viewonly", "single_parent",
                "passive_deletes", "post_update", "active_history", "omit_join",
            )
        }
        lazy = self._options["lazy"]
        self._options["lazy"] = {True: "select", False: "joined", None: "select", "raise_on_sql": "raise_on_sql"}.get(lazy, lazy)
        if self._options["lazy"] in ("dynamic", "write_only"):
            refuse(f"relationship(lazy={lazy!r})")
        self._options["line"] = _lazyscope.current_line()
        refuse_arguments("relationship", kwargs)

    def _copy(self):
        from ..exc import InvalidRequestError

        raise InvalidRequestError(
            "Mapper properties (i.e. deferred,column_property(), relationship(), etc.) must be declared as @declared_attr "
            "callables on declarative mixin classes.  For dataclass field() objects, use a lambda:"
        )

    def _annotated(self, mapped, scan):
        if mapped.origin is not Mapped:
            refuse(f"sqlalchemy.orm.{mapped.origin.__name__}")
        described = annotations.describe(mapped.argument, scan.module)
        if described.collection in (set, dict):
            refuse(f"relationship collections of type {described.collection.__name__}")
        if self._options["uselist"] is None and described.collection is None:
            self._options["uselist"] = False
        if self.argument is None:
            self.argument = described.target

    def _map(self, mapper, name):
        _lazyscope.orm_add_relationship(mapper, name, self._options)
        self.key, self.parent = name, mapper

    @property
    def mapper(self):
        _lazyscope.orm_ensure()
        return _lazyscope.orm_class(_lazyscope.path_target(_lazyscope.path_new(self.parent, self.key))).__mapper__

    @property
    def entity(self):
        return self.mapper

    @property
    def direction(self):
        from . import interfaces

        _lazyscope.orm_ensure()
        return getattr(interfaces, _lazyscope.orm_direction(self.parent, self.key))

    @property
    def uselist(self):
        _lazyscope.orm_ensure()
        return _lazyscope.path_uselist(_lazyscope.path_new(self.parent, self.key))

    def __str__(self):
        return f"{self.parent.class_.__name__}.{self.key}"


Relationship = RelationshipProperty


def mapped_column(*args, **kwargs):
    return MappedColumn(*args, **kwargs)


def column_property(column, *more, **kwargs):
    if more:
        refuse("column_property() of several columns")
    known = {name: kwargs.pop(name) for name in ("deferred", "group", "raiseload", "active_history") if name in kwargs}
    for ignored in ("doc", "info", "expire_on_flush", "init", "repr", "default", "compare", "kw_only"):
        kwargs.pop(ignored, None)
    refuse_arguments("column_property", kwargs)
    return ColumnProperty(column, **known)


def deferred(column, *more, group=None, raiseload=False, **kwargs):
    return column_property(column, *more, deferred=True, group=group, raiseload=raiseload, **kwargs)


def relationship(argument=None, secondary=None, **kwargs):
    return RelationshipProperty(argument, secondary, **kwargs)


def backref(name, **kwargs):
    return (name, kwargs)


def synonym(*args, **kwargs):
    refuse("sqlalchemy.orm.synonym")


def composite(*args, **kwargs):
    refuse("sqlalchemy.orm.composite")


def query_expression(*args, **kwargs):
    refuse("sqlalchemy.orm.query_expression")
