"""Declarative mapping: from a class to its table and mapper."""

import datetime
import decimal
import enum
import sys
import uuid

import _lazyscope

from .. import exc, inspection, types
from .._missing import refuse, refuse_arguments
from ..engine import _host
from ..schema import Column, MetaData, Table
from . import _dataclass, annotations, collections, configure, events
from ._dataclass import MappedAsDataclass  # noqa: F401
from .attributes import InstrumentedAttribute, RelationshipAttribute
from .exc import MappedAnnotationError
from .mapper import Mapper
from .writeonly import WriteOnlyAttribute, WriteOnlyCollection
from .composite import CompositeProperty
from .properties import MappedColumn, MapperProperty, RelationshipProperty, SynonymProperty

_TYPES = {
    int: types.Integer,
    str: types.String,
    bool: types.Boolean,
    float: types.Double,
    bytes: types.LargeBinary,
    datetime.datetime: types.DateTime,
    datetime.date: types.Date,
    datetime.time: types.Time,
    datetime.timedelta: types.Interval,
    decimal.Decimal: types.Numeric,
    uuid.UUID: types.Uuid,
}


class registry:
    """The classes of one declarative base, and how Python types become SQL types."""

    def __init__(self, *, metadata=None, type_annotation_map=None, class_registry=None, constructor=None, **unknown):
        refuse_arguments("registry", unknown)
        self.metadata = MetaData() if metadata is None else metadata
        self.type_annotation_map = dict(type_annotation_map or {})
        self._classes = {} if class_registry is None else class_registry
        self._native = _lazyscope.orm_registry()

    @property
    def mappers(self):
        return frozenset(cls.__mapper__ for cls in self._classes.values())

    def configure(self, cascade=False):
        configure.configure_mappers()

    def update_type_annotation_map(self, type_annotation_map):
        self.type_annotation_map.update(type_annotation_map)

    def generate_base(self, mapper=None, cls=object, name="Base", metaclass=None):
        bases = cls if isinstance(cls, tuple) else (cls,)
        namespace = {"registry": self, "metadata": self.metadata, "__abstract__": True}
        return type(name, (*[base for base in bases if base is not object], _Mapped), namespace)

    def mapped(self, cls):
        """Maps a class that derives from no base: the class comes back with one."""
        return self._with_base(cls, {})

    def map_imperatively(self, class_, local_table=None, **kw):
        refuse("registry.map_imperatively (derive from DeclarativeBase instead)")

    def mapped_as_dataclass(self, cls=None, **arguments):
        def decorate(cls):
            return self._with_base(cls, {"_dataclass_arguments": arguments})

        return decorate if cls is None else decorate(cls)

    def _with_base(self, cls, more):
        names = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
        bases = [base for base in cls.__bases__ if base is not object]
        if not issubclass(cls, _Mapped):
            bases.append(_Mapped)
        return collections.rebuilt(cls, tuple(bases), {"registry": self, "metadata": self.metadata, **names, **more})


class declared_attr:
    """An attribute of a mixin that is made anew for each class."""

    def __init__(self, function=None, cascading=False, quiet=False):
        self.fget = getattr(function, "__func__", function)

    @classmethod
    def _modified(cls, function=None):
        return cls(function)

    directive = cascading = _modified

    def __get__(self, instance, owner):
        return self.fget(owner)


class DeclarativeAttributeIntercept(type):
    """Classes of mapped classes: an attribute that is put on one later is mapped too."""

    def __setattr__(cls, name, value):
        if isinstance(value, (MapperProperty, Column)) and "__mapper__" in cls.__dict__:
            _add_attribute(cls, name, value)
        else:
            super().__setattr__(name, value)


DeclarativeAttributeIntercept.__module__ = "sqlalchemy.orm.decl_api"


class _Mapped(_lazyscope.Entity, metaclass=DeclarativeAttributeIntercept):
    """What every mapped class derives from."""

    __abstract__ = True

    def __new__(cls, *args, **kwargs):
        if configure.pending:
            configure.configure_mappers()
        if configure._failed:
            configure.check(cls.registry)
        if not hasattr(cls, "__mapper__"):
            return _unmapped(cls, kwargs)
        made = super().__new__(cls)
        listeners = cls.__mapper__.__dict__.get("_listeners")
        if listeners is not None:
            for function in listeners.events.get("init", ()):
                function(made, args, kwargs)
        return made

    @property
    def _sa_instance_state(self):
        return inspection.InstanceState(self)

    @property
    def __dict__(self):
        """What the object holds: what is loaded of its mapped attributes, and the others that the program set."""
        held = {"_sa_instance_state": inspection.InstanceState(self)}
        held.update(_lazyscope.orm_dict(self))
        return held

    def __init__(self, **kwargs):
        cls = type(self)
        for key, value in kwargs.items():
            _check_keyword(cls, key)
            setattr(self, key, value)

    # Python's words for wrong arguments have the name of a plain function.
    __init__.__qualname__ = "__init__"

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if not cls.__dict__.get("__abstract__", False):
            map_class(cls)


def _check_keyword(cls, key):
    if not hasattr(cls, key):
        raise TypeError(f"{key!r} is an invalid keyword argument for {cls.__name__}")


def _unmapped(cls, kwargs):
    """An object of a base, which no table stands behind."""
    for key in kwargs:
        _check_keyword(cls, key)
    return type(cls.__name__, (), {"__module__": cls.__module__})()


class DeclarativeBase(_Mapped):
    """The base that a program derives its own base from."""

    __abstract__ = True

    def __init_subclass__(cls, **kwargs):
        if DeclarativeBase in cls.__bases__:
            own = cls.__dict__
            if "__table__" in own or isinstance(own.get("__tablename__"), str):
                raise exc.InvalidRequestError(
                    "Cannot use 'DeclarativeBase' directly as a declarative base class. Create a Base by creating a "
                    "subclass of it."
                )
            given = own.get("registry")
            if given is None:
                given = registry(
                    metadata=own.get("metadata"), type_annotation_map=own.get("type_annotation_map")
                )
            elif own.get("metadata") is not None:
                given.metadata = own["metadata"]
            cls.registry = given
            cls.metadata = given.metadata
            cls.__abstract__ = True
        super().__init_subclass__(**kwargs)


class DeclarativeBaseNoMeta(DeclarativeBase):
    __abstract__ = True


def declarative_base(*, metadata=None, cls=object, name="Base", type_annotation_map=None, **unknown):
    refuse_arguments("declarative_base", unknown)
    return registry(metadata=metadata, type_annotation_map=type_annotation_map).generate_base(cls=cls, name=name)


def map_class(cls):
    """Maps a declarative class: collects what it declares, makes its table and its mapper."""
    for base in cls.__mro__[1:]:
        if "__mapper__" in base.__dict__:
            refuse(f"mapped inheritance ({cls.__name__} derives from the mapped class {base.__name__})")
    _MappedClass(cls).map()


class _MappedClass:
    """A class on its way to being mapped."""

    def __init__(self, cls):
        self.cls = cls
        self.registry = cls.registry
        self.module = cls.__module__
        # Mapped attributes by name, in the order of the mapping.
        self.properties = {}
        # (sort order, attribute, column).
        self.columns = []
        self.table_args = ()
        self.tablename = None

    def map(self):
        cls = self.cls
        self._scan()
        table = cls.__dict__.get("__table__")
        if table is None:
            table = self._table()
        mapper_args = self._directive("__mapper_args__") or {}
        for key in mapper_args:
            if key not in ("eager_defaults", "confirm_deleted_rows", "primary_key", "include_properties"):
                refuse(f"__mapper_args__ with {key!r}")
        node = _lazyscope.orm_mapper(self.registry._native, cls, table)
        mapper = Mapper(cls, node, table, self.registry)
        cls.__mapper__ = mapper
        cls.__table__ = table
        self._map_attributes(mapper, table)
        _lazyscope.orm_check_key(mapper)
        known = self.registry._classes.get(cls.__name__)
        if known is not None and known.__module__ == cls.__module__:
            _host.warn(
                "This declarative base already contains a class with the same class name and module name as "
                f"{cls.__module__}.{cls.__name__}, and will be replaced in the string-lookup table."
            )
        self.registry._classes[cls.__name__] = cls
        if _dataclass.is_dataclass(cls):
            _dataclass.make(cls, self.properties)
        events.add_validators(cls, mapper)
        events.inherit(mapper)
        configure.add(mapper)

    def _scan(self):
        for base in self.cls.__mro__:
            if base in (object, _Mapped, DeclarativeBase, _lazyscope.Entity):
                continue
            own = base.__dict__
            annotated = getattr(base, "__annotations__", {})
            for name in _merged(list(own), list(annotated)):
                if name in ("registry", "metadata", "type_annotation_map"):
                    is_mapped = isinstance(own.get(name), (MapperProperty, Column)) or name in annotated
                    if name == "metadata" and base is self.cls and is_mapped:
                        _host.warn(
                            "Attribute name 'metadata' should be left reserved for the MetaData instance when using a "
                            "Declarative class."
                        )
                    continue
                self._scan_attribute(base, name, own.get(name), annotated.get(name))

    def _scan_attribute(self, base, name, value, annotation):
        if name == "__tablename__" and self.tablename is None:
            self.tablename = self._directive(name)
            return
        if name == "__table_args__" and not self.table_args:
            self.table_args = self._directive(name) or ()
            return
        if name.startswith("__") or name in self.properties:
            return
        if base is not self.cls and name in self.cls.__dict__:
            return
        if isinstance(value, declared_attr):
            value = value.fget(self.cls)
            if base is self.cls and not isinstance(value, (MapperProperty, Column)):
                return
        mapped = annotations.mapped(annotation, base.__module__) if annotation is not None else None
        if isinstance(value, Column):
            value = MappedColumn._of_column(value if base is self.cls else value._copy())
        elif mapped is None and not isinstance(value, MapperProperty):
            return
        elif value is None:
            if mapped is None:
                return
            value = MappedColumn()
        elif not isinstance(value, MapperProperty):
            return
        elif base is not self.cls:
            value = value._copy()
        if mapped is not None:
            value._annotated(mapped, self)
        elif annotation is not None and base is self.cls:
            self._refuse_unmapped(name, annotation)
        elif isinstance(value, RelationshipProperty) and value.argument is None:
            raise exc.ArgumentError(
                f'Python typing annotation is required for attribute "{self.cls.__name__}.{name}" when primary argument(s) '
                'for "Relationship" construct are None or not present'
            )
        self.properties[name] = value

    def _refuse_unmapped(self, name, annotation):
        if getattr(self.cls, "__allow_unmapped__", False):
            return
        raise MappedAnnotationError(
            f'Type annotation for "{self.cls.__name__}.{name}" can\'t be correctly interpreted for Annotated Declarative '
            "Table form.  ORM annotations should normally make use of the ``Mapped[]`` generic type, or other "
            "ORM-compatible generic type, as a container for the actual type, which indicates the intent that the "
            "attribute is mapped. Class variables that are not intended to be mapped by the ORM should use ClassVar[].  "
            "To allow Annotated Declarative to disregard legacy annotations which don't use Mapped[] to pass, set "
            '"__allow_unmapped__ = True" on the class or a superclass this class.',
            code="zlpr",
        )

    def _directive(self, name):
        for base in self.cls.__mro__:
            if name in base.__dict__:
                value = base.__dict__[name]
                if isinstance(value, declared_attr):
                    return value.fget(self.cls)
                return getattr(self.cls, name)
        return None

    def _table(self):
        cls = self.cls
        if self.tablename is None:
            raise exc.InvalidRequestError(
                f"Class {cls!r} does not have a __table__ or __tablename__ specified and does not inherit from an "
                "existing table-mapped class."
            )
        columns = []
        for name, value in self.properties.items():
            for column in value._columns_of(name, self):
                columns.append((value._sort_order, column))
        columns.sort(key=lambda pair: pair[0])
        arguments, keywords = self.table_args, {}
        if isinstance(arguments, dict):
            arguments, keywords = (), arguments
        elif arguments and isinstance(arguments[-1], dict):
            arguments, keywords = arguments[:-1], arguments[-1]
        return Table(
            self.tablename, self.registry.metadata, *[column for _, column in columns], *arguments, **keywords
        )

    def _map_attributes(self, mapper, table):
        # What is no column of the table comes first, then the columns in the table's order.
        of_column = {}
        for name, value in self.properties.items():
            key = value._column_key()
            if key is None:
                self._map(mapper, name, value)
            else:
                of_column.setdefault(key, []).append((name, value))
        for column in table.columns:
            for name, value in of_column.get(column.key, ()):
                self._map(mapper, name, value)
            if column.key not in of_column and column.key not in mapper._properties:
                self._map(mapper, column.key, MappedColumn._of_column(column))

    def _map(self, mapper, name, value):
        value._map(mapper, name)
        if isinstance(value, SynonymProperty):
            type.__setattr__(self.cls, name, value)
            return
        mapper._properties[name] = value
        if isinstance(value, CompositeProperty):
            type.__setattr__(self.cls, name, value)
            return
        kind = RelationshipAttribute if isinstance(value, RelationshipProperty) else InstrumentedAttribute
        of_class = kind(self.cls, name, mapper)
        type.__setattr__(self.cls, name, self._descriptor(name, value, of_class))

    def _descriptor(self, name, value, of_class):
        """What stands in the class for an attribute."""
        lazy = value._options.get("lazy") if isinstance(value, RelationshipProperty) else None
        if lazy is not None:
            lazy = _lazyscope.orm_toggled(f"{self.cls.__name__}.{name}") or lazy
        if lazy == "write_only":
            return WriteOnlyAttribute(of_class, WriteOnlyCollection)
        if lazy == "dynamic":
            from .dynamic import AppenderQuery

            return WriteOnlyAttribute(of_class, AppenderQuery)
        return _lazyscope.orm_attribute(self.cls, name, of_class)

    def type_of(self, name, described):
        """The SQL type for a Python type in an annotation."""
        known = self.registry.type_annotation_map
        for python_type in (described.original, described.target):
            try:
                if python_type in known:
                    return types.to_instance(known[python_type])
            except TypeError:
                continue
        if described.collection is not None:
            raise self._no_type(name, described.original)
        target = described.target
        if isinstance(target, str):
            target = getattr(sys.modules.get(self.module), target, target)
        if isinstance(target, type):
            if issubclass(target, enum.Enum):
                return types.Enum(target)
            for python_type in target.__mro__:
                if python_type in known:
                    return types.to_instance(known[python_type])
                if python_type in _TYPES:
                    return _TYPES[python_type]()
        if isinstance(target, str):
            raise MappedAnnotationError(
                f'Could not resolve all types within mapped annotation: "sqlalchemy.orm.base.Mapped[ForwardRef({target!r})]"'
                ".  Ensure all types are written correctly and are imported within the module in use."
            )
        raise self._no_type(name, target)

    def _no_type(self, name, target):
        return MappedAnnotationError(
            f"Could not locate SQLAlchemy Core type when resolving for Python type indicated by '{target}' inside the "
            f"Mapped[] annotation for the {name!r} attribute; the type object is not resolvable by the registry"
        )


def _merged(first, second):
    """Both lists as one, each in its own order."""
    common = set(first) & set(second)
    merged = []
    current, other = iter(first), iter(second)
    while True:
        for name in current:
            if name in common:
                common.discard(name)
                current, other = other, current
                break
            merged.append(name)
        else:
            merged.extend(other)
            return merged


def _add_attribute(cls, name, value):
    """`Author.count = column_property(…)`, after the class was made."""
    scan = _MappedClass(cls)
    if isinstance(value, Column):
        value = MappedColumn._of_column(value)
    for column in value._columns_of(name, scan):
        cls.__table__.append_column(column)
    scan._map(cls.__mapper__, name, value)
    if isinstance(value, RelationshipProperty):
        configure.more(cls.__mapper__)


def add_property(cls, key, value):
    """Maps one more attribute of a class that is mapped already."""
    _MappedClass(cls)._map(cls.__mapper__, key, value)


