"""What the annotations of a mapped class say: `Mapped["list[Book]"]`, `Mapped[int | None]`."""

import builtins
import collections.abc
import sys
import types
import typing


class Name:
    """A name in an annotation that means nothing yet: a class that is still to be declared."""

    def __init__(self, name):
        self.name = name

    def __or__(self, other):
        return Union((self, other))

    def __ror__(self, other):
        return Union((other, self))

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Name(name)

    def __repr__(self):
        return self.name


class Union:
    """`X | None`, where Python itself could not make one."""

    def __init__(self, args):
        self.args = args

    def __or__(self, other):
        return Union((*self.args, other))

    def __ror__(self, other):
        return Union((other, *self.args))


class Mapped:
    """The annotation of a mapped attribute."""

    def __class_getitem__(cls, argument):
        return MappedAnnotation(cls, argument)


class DynamicMapped(Mapped):
    """A collection that is a query."""


class WriteOnlyMapped(Mapped):
    """A collection that is only written to."""


class MappedAnnotation:
    def __init__(self, origin, argument):
        self.origin = origin
        self.argument = argument


class _Scope(dict):
    """The names that an annotation is read with; unknown ones stand for themselves."""

    def __init__(self, module):
        super().__init__()
        self._globals = getattr(sys.modules.get(module), "__dict__", {})

    def __missing__(self, name):
        if name in self._globals:
            found = self._globals[name]
            # A mapped class is looked up by name when mappers are configured: by then another may have the name.
            return Name(name) if isinstance(found, type) and "__mapper__" in found.__dict__ else found
        if hasattr(builtins, name):
            return getattr(builtins, name)
        return Name(name)


def evaluate(text, module):
    """The object that an annotation's text means."""
    return eval(text, {"__builtins__": {}}, _Scope(module))


class Described:
    """An annotation, taken apart."""

    def __init__(self):
        self.optional = False
        # list, set or dict of a relationship's collection.
        self.collection = None
        # A class, or the name of one.
        self.target = None
        # What `Annotated` said beside the type.
        self.metadata = ()
        # As written, for the type map: `int | None` has `int`.
        self.original = None


def describe(argument, module):
    """Takes what stands in `Mapped[…]` apart."""
    described = Described()
    _describe(argument, module, described)
    return described


def _describe(argument, module, described):
    if isinstance(argument, typing.ForwardRef):
        argument = argument.__forward_arg__
    if isinstance(argument, str):
        argument = evaluate(argument, module)
    if isinstance(argument, str):
        described.target = argument
        return
    alternatives = _alternatives(argument)
    if alternatives is not None:
        rest = [one for one in alternatives if one is not None and one is not type(None)]
        described.optional = described.optional or len(rest) != len(alternatives)
        if len(rest) == 1:
            _describe(rest[0], module, described)
        else:
            described.target = described.original = argument
        return
    metadata = getattr(argument, "__metadata__", None)
    if metadata is not None:
        described.metadata = metadata
        if described.original is None:
            described.original = argument
        _describe(typing.get_args(argument)[0], module, described)
        return
    origin = typing.get_origin(argument)
    collection = _COLLECTIONS.get(origin)
    if collection is not None:
        described.collection = collection
        described.original = argument
        arguments = typing.get_args(argument)
        if arguments:
            inner = describe(arguments[-1], module)
            described.target = inner.target
        return
    if described.original is None:
        described.original = argument
    described.target = argument.name if isinstance(argument, Name) else argument


_COLLECTIONS = {
    list: list,
    set: set,
    dict: dict,
    collections.abc.Sequence: list,
    collections.abc.MutableSequence: list,
    collections.abc.Collection: list,
    collections.abc.Iterable: list,
    collections.abc.Set: set,
    collections.abc.MutableSet: set,
    collections.abc.Mapping: dict,
}


def _alternatives(argument):
    if isinstance(argument, Union):
        return argument.args
    if isinstance(argument, types.UnionType) or typing.get_origin(argument) is typing.Union:
        return typing.get_args(argument)
    return None


def mapped(annotation, module):
    """The `Mapped[…]` that an annotation of a class is; None when it is something else."""
    if isinstance(annotation, str):
        if "Mapped" not in annotation:
            return None
        annotation = evaluate(annotation, module)
    return annotation if isinstance(annotation, MappedAnnotation) else None
