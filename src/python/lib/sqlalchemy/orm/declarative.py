"""Declarative mapping: from a class to its table and mapper."""

import datetime
import decimal
import enum
import sys
import typing
import uuid

import _lazyscope

from .. import exc, types
from .._missing import refuse, refuse_arguments
from ..engine import _host
from ..schema import Column, MetaData, Table
from . import annotations, collections, configure
from ._dataclass import MappedAsDataclass, is_dataclass, is_dataclass_itself  # noqa: F401
from .exc import MappedAnnotationError
from .inheritance import column_keys, is_mapped, is_overridden, mapped_base
from .mapping import MappedObject, add_property, map_imperatively, map_to_table, warn_of_namesake
from .composite import CompositeProperty
from .properties import MappedColumn, MapperProperty, RelationshipProperty

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
        return frozenset(mapper for mapper in configure.every_mapper() if mapper.registry is self)

    def configure(self, cascade=False):
        configure.configure_registry(self)

    def dispose(self, cascade=False):
        """Takes the mapping from the classes: they are as if they had never been mapped."""
        for mapper in configure.forget(self):
            _unmap(mapper)
        self._classes.clear()

    def update_type_annotation_map(self, type_annotation_map):
        self.type_annotation_map.update(type_annotation_map)

    def generate_base(self, mapper=None, cls=object, name="Base", metaclass=None):
        bases = cls if isinstance(cls, tuple) else (cls,)
        namespace = {"registry": self, "metadata": self.metadata, "__abstract__": True}
        return (metaclass or DeclarativeMeta)(
            name, (*[base for base in bases if base is not object], _Mapped), namespace
        )

    def as_declarative_base(self, **kw):
        """A decorator: the class becomes a declarative base."""

        def decorate(cls):
            return self.generate_base(cls=cls, name=cls.__name__, **kw)

        return decorate

    def mapped(self, cls):
        """Maps a class that derives from no base: the class comes back with one."""
        return self._with_base(cls, {})

    def map_imperatively(self, class_, local_table=None, *, properties=None, **mapper_args):
        return map_imperatively(self, class_, local_table, properties or {}, mapper_args)

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
        self._is_quiet = quiet
        self.fget = getattr(function, "__func__", function)

    @classmethod
    def _modified(cls, function=None):
        return cls(function)

    directive = cascading = _modified

    def __get__(self, instance, owner):
        made = _declared.get(owner)
        if made is None:
            return self.fget(owner)
        if self not in made:
            made[self] = self.fget(owner)
        return made[self]


# What the declared attributes of the classes that are being mapped have made, so that they may ask for one another.
_declared = {}


class DeclarativeAttributeIntercept(type):
    """Classes of mapped classes: an attribute that is put on one later is mapped too."""

    def __setattr__(cls, name, value):
        if isinstance(value, (MapperProperty, Column)) and "__mapper__" in cls.__dict__:
            _add_attribute(cls, name, value)
        else:
            super().__setattr__(name, value)


DeclarativeAttributeIntercept.__module__ = "sqlalchemy.orm.decl_api"


class DeclarativeMeta(DeclarativeAttributeIntercept):
    """The class of declarative bases that a function made."""


DeclarativeMeta.__module__ = "sqlalchemy.orm.decl_api"


class _Mapped(MappedObject, metaclass=DeclarativeAttributeIntercept):
    """What every declarative class derives from."""

    __abstract__ = True

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if not cls.__dict__.get("__abstract__", False):
            map_class(cls)


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


def declarative_base(
    *, metadata=None, cls=object, name="Base", type_annotation_map=None, class_registry=None, metaclass=None, **unknown
):
    refuse_arguments("declarative_base", unknown)
    made = registry(metadata=metadata, type_annotation_map=type_annotation_map, class_registry=class_registry)
    return made.generate_base(cls=cls, name=name, metaclass=metaclass)


def as_declarative(**kw):
    """A decorator: the class becomes a declarative base with a registry of its own."""
    own = {name: kw.pop(name) for name in ("metadata", "class_registry") if name in kw}
    return registry(**own).as_declarative_base(**kw)


def declarative_mixin(cls):
    """A mark for type checkers alone."""
    return cls


def mapped_as_dataclass(registry, **arguments):
    """The decorator of a registry, as a function."""
    return registry.mapped_as_dataclass(**arguments)


def has_inherited_table(cls):
    """Whether a class derives from one that has a table."""
    return any(getattr(base, "__table__", None) is not None for base in cls.__mro__[1:])


def synonym_for(name, map_column=False):
    refuse("sqlalchemy.orm.synonym_for")


def clear_mappers():
    """Takes their mapping from all classes of this run."""
    for owner in {mapper.registry for mapper in configure.every_mapper()}:
        owner.dispose()


def _unmap(mapper):
    cls = mapper.class_
    for name, value in vars(cls).copy().items():
        if name in mapper._properties or isinstance(value, MapperProperty):
            type.__delattr__(cls, name)
    type.__delattr__(cls, "__mapper__")


def map_class(cls):
    """Maps a declarative class: collects what it declares, makes its table and its mapper."""
    _declared[cls] = {}
    try:
        _MappedClass(cls).map()
    finally:
        del _declared[cls]


class _MappedClass:
    """A class on its way to being mapped."""

    def __init__(self, cls):
        self.cls = cls
        self.registry = cls.registry
        # The mapped class that it derives from.
        self.inherits = mapped_base(cls)
        self.module = cls.__module__
        # Mapped attributes by name, in the order of the mapping.
        self.properties = {}
        # (sort order, attribute, column).
        self.columns = []
        self.table_args = ()
        self.tablename = None
        # What the columns of mixins have become, by the column's number.
        self.copied = {}
        # Of a dataclass: attributes of superclasses that are none, by class.
        self.of_no_dataclass = {}

    def map(self):
        cls = self.cls
        self._scan()
        self._check_dataclass()
        warn_of_namesake(self.registry, cls)
        mapper_args = dict(self._directive("__mapper_args__") or {})
        table = cls.__dict__.get("__table__")
        if table is not None:
            self._check_declared(table)
        elif self.tablename is None and self.inherits is not None:
            self._extend(self.inherits.__mapper__.local_table)
        else:
            table = self._table()
        if self.inherits is not None:
            mapper_args["inherits"] = self.inherits
            mapper_args.setdefault("exclude_properties", self._columns_of_others())
        mapper_args["polymorphic_on"] = self._own_column(mapper_args.get("polymorphic_on"))
        if mapper_args["polymorphic_on"] is None:
            del mapper_args["polymorphic_on"]
        map_to_table(cls, self.registry, table, self.properties, mapper_args)

    def _columns_of_others(self):
        """Columns of the parent's table that only other classes have."""
        parent = self.inherits.__mapper__
        known = column_keys(parent)
        for name, value in self.properties.items():
            known.update(column.key for column in value._columns_of(name, self))
        return [column.key for column in parent.local_table.c if column.key not in known]

    def _own_column(self, given):
        """What a mixin's column has become in the class."""
        return self.copied.get(id(given), given)

    def _extend(self, table):
        """Adds the columns that the class declares to the table that it shares."""
        if self.table_args:
            raise exc.ArgumentError("Can't place __table_args__ on an inherited class with no table.")
        for _, column in self._declared_columns():
            known = table.c.get(column.name)
            if known is column:
                continue
            if known is not None:
                raise exc.ArgumentError(
                    f"Column '{column}' on class {self.cls.__name__} conflicts with existing column '{known}'.  If using "
                    "Declarative, consider using the use_existing_column parameter of mapped_column() to resolve conflicts."
                )
            if column.primary_key:
                raise exc.ArgumentError("Can't place primary key columns on an inherited class with no table.")
            table.append_column(column)

    def _scan(self):
        for base in self.cls.__mro__:
            if base in (object, _Mapped, MappedObject, DeclarativeBase, _lazyscope.Entity):
                continue
            own = base.__dict__
            if base is not self.cls and is_mapped(base):
                self._scan_mapped(base, own)
                continue
            annotated = getattr(base, "__annotations__", {})
            copies = {} if base is self.cls else self._copy_columns(base, own, annotated)
            for name in _merged(list(own), list(annotated)):
                if name in ("registry", "metadata", "type_annotation_map"):
                    is_attribute = isinstance(own.get(name), (MapperProperty, Column)) or name in annotated
                    if name == "metadata" and base is self.cls and is_attribute:
                        _host.warn(
                            "Attribute name 'metadata' should be left reserved for the MetaData instance when using a "
                            "Declarative class."
                        )
                    continue
                before = len(self.properties)
                if name in copies:
                    self._scan_attribute(self.cls, name, copies[name], annotated.get(name))
                else:
                    self._scan_attribute(base, name, own.get(name), annotated.get(name))
                is_own = base is self.cls or is_dataclass_itself(base)
                if len(self.properties) > before and self.properties[name]._is_annotated and not is_own:
                    self.of_no_dataclass.setdefault(base, []).append(name)

    def _scan_mapped(self, base, own):
        """Of a mapped class that it derives from, only what is declared for each class anew counts."""
        for name in list(own):
            if not isinstance(own[name], declared_attr):
                continue
            if name.startswith("__"):
                self._scan_attribute(base, name, own[name], None)
            elif not own[name]._is_quiet:
                _host.warn(
                    f"Regular (i.e. not __special__) attribute '{base.__name__}.{name}' uses @declared_attr, but owning class "
                    f"{base} is mapped - not applying to subclass {self.cls}."
                )

    def _copy_columns(self, mixin, own, annotated):
        """The columns of a mixin as columns of the class, where its declared attributes find them."""
        copies = {}
        for name in _merged(list(own), list(annotated)):
            value = own.get(name)
            if name in self.cls.__dict__ or name in self.properties or is_overridden(self.cls, mixin, name):
                continue
            if value is None and name in annotated and annotations.mapped(annotated[name], mixin.__module__):
                value = MappedColumn()
            if isinstance(value, (Column, MappedColumn)):
                copies[name] = self.copied[id(value)] = value._copy()
                type.__setattr__(self.cls, name, copies[name])
        return copies

    def _scan_attribute(self, base, name, value, annotation):
        if name == "__tablename__" and self.tablename is None:
            self.tablename = self._directive(name)
            return
        if name == "__table_args__" and not self.table_args:
            given = self._directive(name)
            if not isinstance(given, (tuple, dict, type(None))):
                raise exc.ArgumentError("__table_args__ value must be a tuple, dict, or None")
            self.table_args = given or ()
            return
        if name.startswith("__") or name in self.properties:
            return
        if base is not self.cls and (name in self.cls.__dict__ or is_overridden(self.cls, base, name)):
            return
        is_declared = isinstance(value, declared_attr)
        if is_declared:
            if annotation is None:
                annotation = getattr(value.fget, "__annotations__", {}).get("return")
            value = value.__get__(None, self.cls)
            if base is self.cls and not isinstance(value, (MapperProperty, Column)):
                return
        if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], (Column, MapperProperty)):
            _host.warn(
                f"Ignoring declarative-like tuple value of attribute '{name}': possibly a copy-and-paste error with a comma "
                "accidentally placed at the end of the line?"
            )
            return
        mapped = annotations.mapped(annotation, base.__module__) if annotation is not None else None
        if annotation is not None and mapped is None and base is self.cls and not is_declared:
            self._check_unmapped(name, annotation, value)
        if isinstance(value, Column):
            value = MappedColumn._of_column(value if is_declared or base is self.cls else value._copy())
        elif mapped is None and not isinstance(value, MapperProperty):
            return
        elif value is None:
            # The columns of a table that is given need no more than that to be mapped.
            if mapped is None or "__table__" in self.cls.__dict__:
                return
            value = MappedColumn()
        elif not isinstance(value, MapperProperty):
            return
        elif base is not self.cls and not is_declared:
            value = value._copy()
        if mapped is not None:
            value._is_annotated, value._is_declared = True, is_declared
            value._annotated(mapped, self)
        elif isinstance(value, RelationshipProperty) and value.argument is None:
            raise exc.ArgumentError(
                f'Python typing annotation is required for attribute "{self.cls.__name__}.{name}" when primary argument(s) '
                'for "Relationship" construct are None or not present'
            )
        self.properties[name] = value

    def _check_dataclass(self):
        """A dataclass takes its attributes from dataclasses only."""
        if not is_dataclass(self.cls):
            return
        for superclass, names in self.of_no_dataclass.items():
            raise exc.InvalidRequestError(
                f"When transforming {self.cls} to a dataclass, attribute(s) {', '.join(map(repr, names))} originates from "
                f"superclass {superclass}, which is not a dataclass.  When declaring SQLAlchemy Declarative Dataclasses, ensure "
                "that all mixin classes and other superclasses which include attributes are also a subclass of "
                "MappedAsDataclass or make use of the @unmapped_dataclass decorator.",
                code="dcmx",
            )

    def _check_unmapped(self, name, annotation, value):
        """An annotation without `Mapped[]`, where nothing else says that the attribute is not to be mapped."""
        unknown = annotations.container(annotation, self.module) if isinstance(annotation, str) else None
        if unknown is not None:
            raise MappedAnnotationError(
                f"Could not interpret annotation {annotation}.  Check that it uses names that are correctly imported at the "
                "module level. See chained stack trace for more hints."
            )
        is_allowed = getattr(self.cls, "__allow_unmapped__", False) or is_dataclass(self.cls)
        if is_allowed or value is not None and not isinstance(value, MapperProperty):
            return
        if value is None and annotations.may_be_unmapped(annotation, self.module):
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
                # What a mapped class says of itself is not said of those that derive from it.
                if base is self.cls or not is_mapped(base):
                    return value.__get__(None, self.cls) if hasattr(value, "__get__") else value
        return None

    def _table(self):
        cls = self.cls
        if self.tablename is None:
            raise exc.InvalidRequestError(
                f"Class {cls!r} does not have a __table__ or __tablename__ specified and does not inherit from an "
                "existing table-mapped class."
            )
        columns = self._declared_columns()
        columns.sort(key=lambda pair: pair[0])
        arguments, keywords = self.table_args, {}
        if isinstance(arguments, dict):
            arguments, keywords = (), arguments
        elif arguments and isinstance(arguments[-1], dict):
            arguments, keywords = arguments[:-1], arguments[-1]
        return Table(
            self.tablename, self.registry.metadata, *[column for _, column in columns], *arguments, **keywords
        )

    def _declared_columns(self):
        """The columns that the attributes declare, each once, with their place in the table's order."""
        columns, names = {}, {}
        for name, value in self.properties.items():
            for column in value._columns_of(name, self):
                columns.setdefault(id(column), (value._sort_order, column))
                if not isinstance(value, CompositeProperty):
                    names.setdefault(column.name, []).append(name)
        for column, attributes in names.items():
            if len(attributes) > 1:
                _host.warn(
                    f"On class {self.cls.__name__!r}, Column object {column!r} named directly multiple times, only one will "
                    f"be used: {', '.join(sorted(attributes))}. Consider using orm.synonym instead"
                )
        return list(columns.values())

    def _check_declared(self, table):
        """A table that is given has all the columns that the class declares."""
        for _, column in self._declared_columns():
            if not any(column is known for known in table.columns):
                raise exc.ArgumentError(f"Can't add additional column {column.key!r} when specifying __table__")

    def type_of(self, name, described):
        """The SQL type for a Python type in an annotation."""
        described = self._resolved(described)
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
        if typing.get_origin(target) is typing.Literal:
            return _enum_of(typing.get_args(target))
        if isinstance(target, type):
            if issubclass(target, enum.Enum):
                return types.Enum(target)
            for python_type in target.__mro__:
                if python_type in known:
                    return types.to_instance(known[python_type])
                if python_type in _TYPES:
                    return _TYPES[python_type]()
        raise self._no_type(name, target)

    def _resolved(self, described):
        """An annotation with all the classes that it names."""
        try:
            return annotations.describe(annotations.resolved(described.argument, self.module), self.module)
        except NameError as error:
            annotation = described.annotation
            if annotation is None or not annotation.is_of_text:
                raise
            raise MappedAnnotationError(
                f'Could not resolve all types within mapped annotation: "{annotation}".  Ensure all types are written '
                "correctly and are imported within the module in use."
            ) from error

    def _no_type(self, name, target):
        is_class = isinstance(target, type)
        if isinstance(target, types.TypeEngine) or is_class and issubclass(target, types.TypeEngine):
            return MappedAnnotationError(
                f"The type provided inside the {name!r} attribute Mapped annotation is the SQLAlchemy type {target}. "
                "Expected a Python type instead"
            )
        return MappedAnnotationError(
            f"Could not locate SQLAlchemy Core type when resolving for Python type indicated by '{target}' inside the "
            f"Mapped[] annotation for the {name!r} attribute; the type object is not resolvable by the registry"
        )


def _enum_of(words):
    """The type of `Literal["draft", "sent"]`."""
    others = [repr(word) for word in words if not isinstance(word, str)]
    if others:
        raise exc.ArgumentError(
            f"Can't create string-based Enum datatype from non-string values: {', '.join(others)}.  Please provide an "
            "explicit Enum datatype for this Python type"
        )
    return types.Enum(*words, native_enum=False)


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
    if isinstance(value, Column):
        value = MappedColumn._of_column(value)
    for column in value._columns_of(name, _MappedClass(cls)):
        if cls.__table__.c.get(column.name) is not column:
            cls.__table__.append_column(column)
    add_property(cls.__mapper__, name, value)
