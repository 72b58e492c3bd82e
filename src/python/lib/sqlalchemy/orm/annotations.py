"""What the annotations of a mapped class say: `Mapped["list[Book]"]`, `Mapped[int | None]`."""

import builtins
import collections.abc
import functools
import operator
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
        # As the program wrote it, when that was a text.
        self.text = None

    def __str__(self):
        if self.text is not None:
            return self.text
        argument = self.argument
        shown = f"ForwardRef({argument!r})" if isinstance(argument, str) else repr(argument)
        return f"sqlalchemy.orm.base.{self.origin.__name__}[{shown}]"

    @property
    def is_of_text(self):
        """Whether its whole argument is a text, or a name in one."""
        if self.text is None:
            return isinstance(self.argument, (str, typing.ForwardRef))
        inner = self.text.partition("[")[2].strip()[:-1].strip()
        return "[" not in inner or inner[:1] in "'\""


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

    def __init__(self, argument=None):
        self.argument = argument
        # The annotation that it stands in.
        self.annotation = None
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
    described = Described(argument)
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
    text = annotation if isinstance(annotation, str) else None
    if text is not None:
        if "Mapped" not in text:
            return None
        annotation = evaluate(text, module)
    if not isinstance(annotation, MappedAnnotation):
        return None
    annotation.text = text
    return annotation


def may_be_unmapped(annotation, module):
    """Whether an annotation other than `Mapped[…]` says by itself that it is about no mapped attribute."""
    if isinstance(annotation, str):
        annotation = evaluate(annotation, module)
    # A proxy's own class is all that is left of `AssociationProxy[…]`.
    return typing.get_origin(annotation) is typing.ClassVar or hasattr(annotation, "extension_type")


def container(annotation, module):
    """The name before the brackets of a text; None when there is none, or when it is known."""
    name, bracket, _ = annotation.partition("[")
    if not bracket or " " in name or not annotation.endswith("]"):
        return None
    try:
        known = evaluate(name, module)
    except AttributeError:
        return name
    return name if isinstance(known, Name) and not hasattr(sys.modules.get(module), name) else None


def resolved(argument, module):
    """What stands in `Mapped[…]` with the classes that it names; for a column, whose type has to be known.

    Raises NameError for a name that means nothing yet."""
    if isinstance(argument, typing.ForwardRef):
        argument = argument.__forward_arg__
    if isinstance(argument, str):
        try:
            return _resolved(evaluate(argument, module), module)
        except NameError as error:
            raise _not_resolved(argument) from error.__cause__ or error
    return _resolved(argument, module)


def _not_resolved(text):
    return NameError(f"Could not de-stringify annotation {text!r}")


def _resolved(argument, module):
    if isinstance(argument, (str, typing.ForwardRef)):
        return resolved(argument, module)
    if isinstance(argument, Name):
        try:
            return vars(sys.modules[module])[argument.name]
        except KeyError:
            raise _not_resolved(argument.name) from NameError(f"name {argument.name!r} is not defined")
    if isinstance(argument, Union):
        return functools.reduce(operator.or_, [_resolved(one, module) for one in argument.args])
    arguments = typing.get_args(argument)
    if typing.get_origin(argument) in _COLLECTIONS or typing.get_origin(argument) is typing.Union:
        if any(isinstance(one, (str, typing.ForwardRef, Name)) for one in arguments):
            known = tuple(_resolved(one, module) for one in arguments)
            return argument.copy_with(known) if hasattr(argument, "copy_with") else typing.get_origin(argument)[known]
    return argument
