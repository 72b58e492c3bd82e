"""Mapped classes that are dataclasses: Python's own `dataclass` writes their methods."""

import dataclasses
import re
import types

import _lazyscope

from .. import exc
from . import annotations

_ARGUMENTS = ("init", "repr", "eq", "order", "unsafe_hash", "match_args", "kw_only")
_FIELD = ("init", "repr", "compare", "hash", "kw_only", "default", "default_factory")


class _DontSet:
    """The default of an argument that was not given: the attribute stays as it is, and answers with its default."""

    def __repr__(self):
        return "<DONT_SET>"


DONT_SET = _DontSet()
_lazyscope.orm_dont_set(DONT_SET)


def take_field(kwargs, keep=()):
    """Takes what is said to the dataclass out of the arguments of a `mapped_column()` or `relationship()`."""
    return {name: kwargs[name] if name in keep else kwargs.pop(name) for name in _FIELD if name in kwargs}


class MappedAsDataclass:
    """Mapped classes with a generated `__init__`."""

    def __init_subclass__(cls, dataclass_callable=None, **kwargs):
        said = {name: kwargs.pop(name) for name in _ARGUMENTS if name in kwargs}
        if dataclass_callable is not None:
            said["callable"] = dataclass_callable
        cls._dataclass_arguments = {**getattr(cls, "_dataclass_arguments", {}), **said}
        super().__init_subclass__(**kwargs)


def is_dataclass(cls):
    """Whether a class that is being mapped is to be a dataclass."""
    return hasattr(cls, "_dataclass_arguments")


def is_dataclass_itself(cls):
    """Whether a class, and not only one that it derives from, is a dataclass or is to be one."""
    return "_dataclass_arguments" in vars(cls) or "__dataclass_fields__" in vars(cls)


def make(cls, properties):
    """Gives a class that is mapped, or is to be, the methods of a dataclass; `properties` has its attributes by name."""
    arguments = dict(cls._dataclass_arguments)
    decorate = arguments.pop("callable", dataclasses.dataclass)
    namespace, fields = {"__module__": cls.__module__}, {}
    for base in reversed(cls.__mro__):
        if "_dataclass_arguments" not in vars(base):
            continue
        for name, annotation in getattr(base, "__annotations__", {}).items():
            if name.startswith("__") or name in ("registry", "metadata", "type_annotation_map"):
                continue
            mapped = annotations.mapped(annotation, base.__module__)
            value = properties.get(name)
            if mapped is None and value is None:
                if name in vars(base):
                    namespace[name] = vars(base)[name]
                fields[name] = annotation
                continue
            fields[name] = object
            namespace[name] = _field(value)
    for name, value in properties.items():
        # What the mixins declare for each class anew is the class's own, and comes last.
        if value._is_declared and name not in fields:
            fields[name] = object
            namespace[name] = _field(value)
    namespace["__annotations__"] = fields
    for name in ("__init__", "__repr__", "__eq__"):
        if name in vars(cls):
            namespace[name] = vars(cls)[name]
    if hasattr(cls, "__post_init__"):
        namespace["__post_init__"] = cls.__post_init__
    model = types.new_class(cls.__name__, (), {}, lambda body: body.update(namespace))
    model.__qualname__ = cls.__qualname__
    try:
        made = decorate(model, **arguments) if arguments else decorate(model)
    except TypeError as error:
        words = re.sub("(follows default argument) .*", r"\1", str(error))
        raise exc.InvalidRequestError(
            f"Python dataclasses error encountered when creating dataclass for {cls.__name__!r}: {TypeError(words)!r}. Please refer to "
            "Python dataclasses documentation for additional information."
        ) from error
    if made.__dataclass_params__.eq and "__eq__" not in vars(cls):
        made.__eq__ = _equal([field.name for field in dataclasses.fields(made) if field.compare])
    taken = [name for name in ("__init__", "__repr__", "__eq__", "__lt__", "__le__", "__gt__", "__ge__", "__match_args__",
                               "__dataclass_fields__", "__dataclass_params__", "__hash__") if name in vars(made)]
    for name in taken:
        if name not in vars(cls) or name.startswith("__dataclass") or name == "__hash__":
            type.__setattr__(cls, name, vars(made)[name])
    if "__init__" in vars(made):
        cls.__init__.__qualname__ = "__init__"


def _equal(names):
    """Compares all at once, so that all are read: a relationship is loaded for it."""

    def __eq__(self, other):
        if self is other:
            return True
        if other.__class__ is not self.__class__:
            return NotImplemented
        return tuple([getattr(self, name) for name in names]) == tuple([getattr(other, name) for name in names])

    return __eq__


def _field(value):
    said = dict(getattr(value, "_field", {}))
    if "default" in said:
        said["default"] = DONT_SET
    said.setdefault("kw_only", dataclasses.MISSING)
    return dataclasses.field(**said)
