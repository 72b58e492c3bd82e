"""What a class body says of its attributes: `mapped_column(…)`, `relationship(…)`, `column_property(…)`."""

import operator

import _lazyscope

from .. import types
from .._missing import refuse, refuse_arguments
from ..engine import _host
from ..engine import _host
from ..exc import ArgumentError
from ..schema import OPERATORS, Column, ForeignKey, check_column_arguments
from ..sql.elements import literal
from . import annotations
from ._dataclass import is_dataclass, take_field
from .cascades import CascadeOptions
from .annotations import DynamicMapped, Mapped, WriteOnlyMapped
from .attributes import InstrumentedAttribute, attribute_of


class MapperProperty(Mapped):
    """Anything that a class body can map."""

    _sort_order = 0
    # Whether a class body has it with `Mapped[…]`, and whether a `declared_attr` made it.
    _is_annotated = _is_declared = False

    def _columns_of(self, name, scan):
        return ()

    def _column_key(self):
        """Key of the table's column that it maps; None when it maps something else."""
        return None

    def _copy(self):
        refuse(f"{type(self).__name__} on a mixin without declared_attr")

    def __str__(self):
        parent = self.__dict__.get("parent")
        return repr(self) if parent is None else f"{parent.class_.__name__}.{self.key}"


class MappedColumn(MapperProperty):
    """A column, its type perhaps told by the annotation."""

    def __init__(self, *args, **kwargs):
        self._args = args
        self._deferred = kwargs.pop("deferred", None)
        self._group = kwargs.pop("deferred_group", None)
        self._raiseload = kwargs.pop("deferred_raiseload", False) or False
        self._active_history = kwargs.pop("active_history", False)
        self._sort_order = kwargs.pop("sort_order", 0) or 0
        kwargs.pop("dataclass_metadata", None)
        self._field = take_field(kwargs, keep=("default",))
        if "insert_default" in kwargs:
            if kwargs.get("default") is not None:
                raise ArgumentError("The 'default' and 'insert_default' parameters of Column are mutually exclusive")
            kwargs["default"] = kwargs.pop("insert_default")
        if self._deferred is None:
            self._deferred = bool(self._group) or self._raiseload
        self._uses_existing = kwargs.pop("use_existing_column", False)
        check_column_arguments(kwargs)
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
        self._described.annotation = mapped

    def _columns_of(self, name, scan):
        if self.column is None:
            self.column = self._make(name, scan)
            if self._uses_existing and scan.inherits is not None:
                known = scan.inherits.__mapper__.local_table.c.get(self.column.name)
                self.column = self.column if known is None else known
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

    def _column_key(self):
        return self.column.key

    def _map(self, mapper, name):
        column = mapper.local_table.c[self.column.key]
        options = {
            "deferred": self._deferred,
            "group": self._group,
            "raiseload": self._raiseload,
            "active_history": self._active_history,
        }
        unset = self._field.get("default")
        if unset is not None and is_dataclass(mapper.class_):
            options["unset"] = unset
        _lazyscope.orm_add_column(mapper, name, column, options)
        self.key, self.parent, self.columns = name, mapper, [column]

    _awaits_table = True

    # A column of a class body may be used in that body: in `order_by=`, in `remote_side=`.
    def __clause_element__(self):
        return self.column

    __hash__ = object.__hash__

    def _later(self, name, *args):
        return Later(self, name, args)


class _Operators:
    """Operators and methods of a column, for one that has no table yet."""

    _awaits_table = True

    __hash__ = object.__hash__

    def _later(self, name, *args):
        return Later(self, name, args)


def _operator(name):
    def operate(self, *args):
        return self._later(name, *args)

    operate.__name__ = name
    return operate


for _name in OPERATORS:
    for _class in (MappedColumn, _Operators):
        setattr(_class, _name, _operator(_name))


class Later(_Operators):
    """`first + " " + last` in a class body, before the columns have a table."""

    def __init__(self, of, method, args):
        self._of = of
        self._method = method
        self._args = args

    @classmethod
    def call(cls, function, args, kwargs):
        """A function to be called when its arguments are known."""
        return cls(None, lambda args, kwargs: function(*args, **dict(kwargs)), (args, tuple(kwargs.items())))

    # What is not known yet has what it is going to have.
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(f"'Later' object has no attribute '{name}'")
        return Later(None, getattr, (self, name))

    def __call__(self, *args, **kwargs):
        return Later.call(lambda function, *args, **kwargs: function(*args, **kwargs), (self, *args), kwargs)

    def __bool__(self):
        if self._method not in ("__eq__", "__ne__"):
            raise TypeError("Boolean value of this clause is not defined")
        return (self._of is self._args[0]) == (self._method == "__eq__")

    def _resolve(self, resolve):
        def known(part):
            if isinstance(part, (tuple, list)):
                return type(part)(map(known, part))
            # A `Column` has become the table's own by now.
            return resolve(part) if isinstance(part, (MappedColumn, Later)) else part

        args = [known(arg) for arg in self._args]
        if self._of is None:
            return self._method(*args)
        if self._method.startswith("__"):
            # The column has no name yet that its parameters could go by.
            args = [arg if arg is None or isinstance(arg, _lazyscope.Node) else literal(arg) for arg in args]
        of = resolve(self._of)
        if self._method.startswith("__") and hasattr(operator, self._method) and len(args) == 1:
            # As Python does it: what is on the right may be asked first.
            return getattr(operator, self._method)(of, *args)
        return getattr(of, self._method)(*args)


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
        if isinstance(self._expression, MappedColumn):
            self._expression._annotated(mapped, scan)

    def _column_key(self):
        column = self._expression
        if isinstance(column, MappedColumn):
            column = column.column
        return column.key if isinstance(column, Column) else None

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
        expression = self._in_table(self._expression, mapper.local_table)
        if isinstance(expression, Column):
            expression = mapper.local_table.c[expression.key]
        elif self._options.get("from_query"):
            pass
        elif hasattr(expression, "label"):
            expression = _lazyscope.orm_labeled(expression)
        elif hasattr(expression, "scalar_subquery"):
            expression = expression.scalar_subquery().label(None)
        _lazyscope.orm_add_column(mapper, name, expression, self._options)
        self.key, self.parent, self.columns = name, mapper, [expression]

    def _in_table(self, expression, table):
        if isinstance(expression, MappedColumn):
            return table.c[expression.column.key]
        if isinstance(expression, Later):
            return expression._resolve(lambda part: self._in_table(part, table))
        return expression


_STRATEGIES = frozenset(
    """select joined selectin subquery immediate raise raise_on_sql noload write_only dynamic""".split()
)


class RelationshipProperty(MapperProperty):
    """A relationship."""

    _is_configured = False
    # What `lazy=` said, when there is no such strategy.
    _unknown_strategy = None

    def __init__(self, argument=None, secondary=None, **kwargs):
        self.argument = argument
        self.secondary = secondary
        self._join = {
            name: kwargs.pop(name, None)
            for name in ("primaryjoin", "secondaryjoin", "foreign_keys", "remote_side", "order_by")
        }
        self.backref = kwargs.pop("backref", None)
        self.back_populates = kwargs.get("back_populates")
        if kwargs.get("viewonly"):
            _warn_of_view(kwargs)
            if kwargs.get("sync_backref"):
                raise ArgumentError("sync_backref and viewonly cannot both be True")
        if self.backref and self.back_populates:
            raise ArgumentError("backref and back_populates keyword arguments are mutually exclusive")
        self.collection_class = kwargs.pop("collection_class", None)
        self._overlaps = {word.strip() for word in (kwargs.pop("overlaps", None) or "").split(",")}
        active_updates = kwargs.pop("passive_updates", True) is False
        cascade = kwargs.pop("cascade", False)
        self._field = take_field(kwargs)
        if kwargs.pop("load_on_pending", False):
            refuse("relationship(load_on_pending=True)")
        for ignored in ("doc", "info", "enable_typechecks", "_legacy_inactive_history_style",
                        "dataclass_metadata", "sync_backref"):
            kwargs.pop(ignored, None)
        kwargs.setdefault("lazy", "select")
        self._options = {
            name: kwargs.pop(name, None)
            for name in (
                "lazy", "uselist", "back_populates", "distinct_target_key", "innerjoin", "join_depth", "viewonly", "single_parent",
                "passive_deletes", "post_update", "active_history", "omit_join",
            )
        }
        self._options["active_updates"] = active_updates
        is_view = self._options["viewonly"]
        if cascade is False:
            cascade = "merge" if is_view else "save-update, merge"
        self.cascade = CascadeOptions(cascade)
        if is_view:
            self.cascade = self.cascade._of_view()
        self._options["cascade"] = ", ".join(sorted(self.cascade))
        if self._options["omit_join"]:
            _host.warn(
                "setting omit_join to True is not supported; selectin loading of this relationship may not work correctly "
                "if this flag is set explicitly.  omit_join optimization is automatically detected for conditions under "
                "which it is supported."
            )
        if self.backref is not None:
            # Once mappers are configured, what leads back is there by this name.
            self._options["back_populates"] = self.backref[0] if isinstance(self.backref, tuple) else self.backref
        lazy = self._options["lazy"]
        self._options["lazy"] = {True: "select", False: "joined", None: "noload"}.get(lazy, lazy)
        if self._options["lazy"] not in _STRATEGIES:
            self._unknown_strategy, self._options["lazy"] = lazy, "select"
        self._options["line"] = _lazyscope.current_line()
        for name in kwargs:
            if name not in ("comparator_factory", "query_class", "_local_remote_pairs"):
                raise TypeError(f"RelationshipProperty.__init__() got an unexpected keyword argument {name!r}")
        refuse_arguments("relationship", kwargs)

    def _copy(self):
        from ..exc import InvalidRequestError

        raise InvalidRequestError(
            "Mapper properties (i.e. deferred,column_property(), relationship(), etc.) must be declared as @declared_attr "
            "callables on declarative mixin classes.  For dataclass field() objects, use a lambda:"
        )

    def _annotated(self, mapped, scan):
        described = annotations.describe(mapped.argument, scan.module)
        # `Relationship[…]` says no more than `Mapped[…]`.
        lazy = {DynamicMapped: "dynamic", WriteOnlyMapped: "write_only"}.get(mapped.origin)
        if lazy is not None:
            self._options["lazy"] = lazy
            self._options["uselist"] = True
        if self.collection_class is None and described.collection is not None:
            self.collection_class = described.collection
        if lazy is None and self.collection_class is None:
            # What the annotation says goes before `uselist=`.
            self._options["uselist"] = False
        if self.argument is None:
            self.argument = described.target

    def _map(self, mapper, name):
        _lazyscope.orm_add_relationship(mapper, name, self._options)
        self.key, self.parent = name, mapper

    @property
    def _active(self):
        """The strategy that this run uses: a toggle's, else the mapping's."""
        return _lazyscope.orm_toggled(f"{self.parent.class_.__name__}.{self.key}") or self._options["lazy"]

    @property
    def _is_write_only(self):
        return self._active in ("write_only", "dynamic")

    def _target_mapper(self):
        return _lazyscope.orm_class(_lazyscope.path_target(_lazyscope.path_new(self.parent, self.key))).__mapper__

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

    @property
    def lazy(self):
        return self._active

    @property
    def target(self):
        return self.mapper.local_table

    @property
    def _joined(self):
        _lazyscope.orm_ensure()
        return _lazyscope.orm_join(self.parent, self.key)

    def _columns(self, pairs):
        """The tables' own columns, of pairs of what a join condition has for them."""
        return [tuple(map(self._column, pair)) for pair in pairs]

    def _column(self, expression):
        facts = _lazyscope.column_facts(expression)
        if facts is None:
            return expression
        _, key, _, _, from_ = facts
        for table in (self.parent.local_table, self.target, self.secondary):
            if table is not None and _lazyscope.from_same(table, from_):
                return table.c[key]
        return expression

    @property
    def primaryjoin(self):
        return self._joined[0]

    @property
    def secondaryjoin(self):
        return self._joined[1]

    @property
    def local_remote_pairs(self):
        return self._columns(self._joined[2])

    @property
    def synchronize_pairs(self):
        return self._columns(self._joined[3])

    @property
    def local_columns(self):
        return {local for local, _ in self.local_remote_pairs}

    @property
    def remote_side(self):
        return {remote for _, remote in self.local_remote_pairs}

    @property
    def viewonly(self):
        return bool(self._options["viewonly"])

    @property
    def order_by(self):
        _lazyscope.orm_ensure()
        return self._order_by or False

    @property
    def class_attribute(self):
        return getattr(self.parent.class_, self.key)

    def __str__(self):
        return f"{self.parent.class_.__name__}.{self.key}"

    def __repr__(self):
        return f"<_RelationshipDeclared at {hex(id(self))}; {self.key}>"


Relationship = RelationshipProperty

# What only a flush looks at, with what it is when nothing is said.
_OF_FLUSHES = {"passive_deletes": False, "passive_updates": True, "enable_typechecks": True, "active_history": False}


def _warn_of_view(given):
    for name, default in _OF_FLUSHES.items():
        if given.get(name, default) != default:
            _host.warn(
                f"Setting {name} on relationship() while also setting viewonly=True does not make sense, as a viewonly=True "
                "relationship does not perform persistence operations. This configuration may raise an error in a future "
                "release."
            )



def mapped_column(*args, **kwargs):
    return MappedColumn(*args, **kwargs)


def _refuse_kept(kwargs, function):
    """A value of an expression that a flush leaves as it was."""
    if not kwargs.pop("expire_on_flush", True):
        refuse(f"{function}(expire_on_flush=False)")


def column_property(column, *more, **kwargs):
    if more:
        refuse("column_property() of several columns")
    known = {name: kwargs.pop(name) for name in ("deferred", "group", "raiseload", "active_history") if name in kwargs}
    # What is read from an expression is no argument of `__init__`, if not said otherwise.
    field = {"init": False, **take_field(kwargs)}
    for ignored in ("doc", "info"):
        kwargs.pop(ignored, None)
    _refuse_kept(kwargs, "column_property")
    refuse_arguments("column_property", kwargs)
    made = ColumnProperty(column, **known)
    made._field = field
    return made


def deferred(column, *more, group=None, raiseload=False, **kwargs):
    made = column_property(column, *more, deferred=True, group=group, raiseload=raiseload, **kwargs)
    if "init" not in kwargs:
        del made._field["init"]
    return made


def relationship(argument=None, secondary=None, **kwargs):
    return RelationshipProperty(argument, secondary, **kwargs)


def dynamic_loader(argument=None, **kwargs):
    return RelationshipProperty(argument, lazy="dynamic", **kwargs)


def backref(name, **kwargs):
    return (name, kwargs)


class SynonymProperty(MapperProperty):
    """Another name for an attribute."""

    def __init__(self, name):
        self.name = name

    def _annotated(self, mapped, scan):
        pass

    def _map(self, mapper, name):
        self.key, self.parent = name, mapper

    def __get__(self, instance, owner):
        if instance is not None:
            return getattr(instance, self.name)
        return self._called(getattr(owner, self.name))

    def _of_class(self, entity):
        return self._called(attribute_of(entity, self.name))

    def _called(self, attribute):
        """The attribute as rows and subqueries know it: by this name."""
        if not isinstance(attribute, InstrumentedAttribute):
            return attribute
        called = attribute.adapt_to_entity(attribute._entity)
        _lazyscope.assume(called, _lazyscope.orm_attribute_of(attribute._entity, called, self.key))
        return called

    def __set__(self, instance, value):
        setattr(instance, self.name, value)


Synonym = SynonymProperty


def synonym(name, **kwargs):
    field = take_field(kwargs)
    for ignored in ("doc", "info"):
        kwargs.pop(ignored, None)
    refuse_arguments("synonym", kwargs)
    made = SynonymProperty(name)
    made._field = field
    return made


def query_expression(default_expr=None, **kwargs):
    from ..sql.elements import null

    field = {"init": False, **take_field(kwargs)}
    for ignored in ("info", "doc"):
        kwargs.pop(ignored, None)
    _refuse_kept(kwargs, "query_expression")
    refuse_arguments("query_expression", kwargs)
    made = ColumnProperty(null() if default_expr is None else default_expr)
    made._options["from_query"] = True
    made._field = field
    return made
