"""Attributes whose value is an object made of several columns."""

import dataclasses
import inspect
import operator

import _lazyscope

from .. import exc
from .._missing import refuse_arguments
from ..schema import Column
from ..sql.elements import and_
from . import annotations
from ._dataclass import DONT_SET, take_field
from .properties import MappedColumn, MapperProperty
from .util import Bundle


class CompositeProperty(MapperProperty):
    """Several columns of a class, mapped as one attribute."""

    def __init__(self, class_or_attr=None, *attrs, **kwargs):
        self._field = take_field(kwargs)
        for ignored in ("info", "doc", "deferred", "group", "active_history"):
            kwargs.pop(ignored, None)
        refuse_arguments("composite", kwargs)
        if class_or_attr is None or isinstance(class_or_attr, type) or inspect.isfunction(class_or_attr):
            self.composite_class = class_or_attr
        else:
            self.composite_class, attrs = None, (class_or_attr, *attrs)
        self.attrs = list(attrs)
        self._is_optional = False

    def _annotated(self, mapped, scan):
        described = annotations.describe(mapped.argument, scan.module)
        self._is_optional = described.optional
        if self.composite_class is not None:
            return
        if not isinstance(described.target, type):
            raise exc.ArgumentError(
                f"Can't use forward ref {described.target} for composite class argument; set up the type as "
                f"Mapped[{described.target}]"
            )
        self.composite_class = described.target

    def _columns_of(self, name, scan):
        if dataclasses.is_dataclass(self.composite_class):
            parameters = list(inspect.signature(self.composite_class).parameters.values())
            if len(self.attrs) > len(parameters):
                raise exc.ArgumentError(
                    f"number of composite attributes {len(self.attrs)} exceeds that of the number of attributes in class "
                    f"{self.composite_class.__name__} {len(parameters)}"
                )
            self.attrs += [MappedColumn() for _ in parameters[len(self.attrs) :]]
            for attr, parameter in zip(self.attrs, parameters):
                if isinstance(attr, MappedColumn):
                    if attr._described is None and parameter.annotation is not parameter.empty:
                        attr._described = annotations.describe(parameter.annotation, self.composite_class.__module__)
                    yield from attr._columns_of(parameter.name, scan)
                elif isinstance(attr, Column):
                    if attr.name is None:
                        attr._set_name(parameter.name)
                    yield attr
            return
        for attr in self.attrs:
            if isinstance(attr, MappedColumn):
                if not (attr._args and isinstance(attr._args[0], str)) and attr.column is None:
                    raise exc.ArgumentError("Composite class column arguments must be named unless a dataclass is used")
                yield from attr._columns_of(None, scan)
            elif isinstance(attr, Column):
                yield attr

    def _map(self, mapper, name):
        self.key, self.parent = name, mapper

    @property
    def _keys(self):
        """The attributes that it is made of."""
        found = []
        for attr in self.attrs:
            if isinstance(attr, str):
                found.append(attr)
                continue
            column = attr.column if isinstance(attr, MappedColumn) else attr
            found.append(
                next(
                    name
                    for name, value in self.parent._properties.items()
                    if any(own.key == column.key for own in getattr(value, "columns", None) or ())
                )
            )
        return found

    def _made(self, values):
        if self._is_optional and all(value is None for value in values):
            return None
        return self.composite_class(*values)

    def _values(self, value):
        """What a composite object is made of."""
        if value is None:
            return (None,) * len(self.attrs)
        if hasattr(value, "__composite_values__"):
            return value.__composite_values__()
        if not dataclasses.is_dataclass(self.composite_class):
            raise exc.InvalidRequestError(
                f"Composite class {self.composite_class.__name__} is not a dataclass and does not define a "
                "__composite_values__() method; can't get state"
            )
        return tuple(getattr(value, name) for name in inspect.signature(self.composite_class).parameters)

    def __get__(self, instance, owner):
        if instance is None:
            return CompositeAttribute(self, owner)
        return self._made([getattr(instance, key) for key in self._keys])

    def __set__(self, instance, value):
        if value is DONT_SET:
            return
        for key, part in zip(self._keys, self._values(value)):
            setattr(instance, key, part)

    def __delete__(self, instance):
        self.__set__(instance, None)

    def _of_class(self, entity):
        return CompositeAttribute(self, _lazyscope.orm_class(entity), entity)

    def __str__(self):
        return f"{self.parent.class_.__name__}.{self.key}"


Composite = CompositeProperty


class CompositeAttribute(Bundle):
    """A composite in a query: its columns, which come as one value of a row."""

    def __init__(self, prop, class_, entity=None):
        from .attributes import attribute_of

        self.prop = self.property = prop
        self.class_ = class_
        self.key = prop.key
        self._entity = class_ if entity is None else entity
        columns = [
            getattr(class_, key) if entity is None else attribute_of(entity, key) for key in prop._keys
        ]
        super().__init__(prop.key, *columns)
        self._make = prop._made

    def _parts_of(self, value):
        """Its columns, each with its part of a value."""
        return list(zip(self.exprs, self.prop._values(value)))

    def _compare(self, compare, other):
        return and_(*[compare(column, value) for column, value in self._parts_of(other)])

    def __eq__(self, other):
        return self._compare(operator.eq, other)

    def __ne__(self, other):
        return self._compare(operator.ne, other)

    def __lt__(self, other):
        return self._compare(operator.lt, other)

    def __le__(self, other):
        return self._compare(operator.le, other)

    def __gt__(self, other):
        return self._compare(operator.gt, other)

    def __ge__(self, other):
        return self._compare(operator.ge, other)

    __hash__ = object.__hash__

    def __str__(self):
        return f"{self.class_.__name__}.{self.key}"


def composite(class_or_attr=None, *attrs, **kwargs):
    return CompositeProperty(class_or_attr, *attrs, **kwargs)
