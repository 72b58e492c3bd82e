"""What collections are to a program: lists, sets and dictionaries whose changes the session sees."""

import operator
import reprlib
import types

import _lazyscope

from .. import exc
from .._missing import module_getattr, refuse
from ..engine import _host


def _posing(kind, name):
    """A class for `__class__`: `isinstance(author.books, list)` holds."""
    return property(lambda self, posed=type(name, (kind,), {}): posed)


def _takes(arguments, count, name):
    """Checks what a method of `list` is given, in Python's words."""
    if len(arguments) != count:
        expected = "exactly one argument" if count else "no arguments"
        raise TypeError(f"list.{name}() takes {expected} ({len(arguments)} given)")


class InstrumentedList(_lazyscope.Collection):
    """The list that a collection is unless the mapping says otherwise."""

    __class__ = _posing(list, "InstrumentedList")

    def append(self, item):
        self._append(item)

    def _sa_appender(self, item):
        self.append(item)

    def _sa_remover(self, item):
        self.remove(item)

    def extend(self, items):
        for item in list(items):
            self.append(item)

    def insert(self, index, value):
        length = len(self)
        if index < 0:
            index = max(0, index + length)
        self._insert(min(index, length), value)

    def remove(self, item):
        for own in self._items():
            if own is item or own == item:
                return self._remove(own)
        # The attribute is told before the list looks for it.
        return self._remove(item)

    def pop(self, index=-1):
        place = operator.index(index)
        if not len(self):
            raise IndexError("pop from empty list")
        place = place + len(self) if place < 0 else place
        if not 0 <= place < len(self):
            raise IndexError("pop index out of range")
        return self._pop(place)

    def clear(self):
        self._clear()

    def index(self, *item_and_bounds):
        if not item_and_bounds:
            raise TypeError("index expected at least 1 argument, got 0")
        try:
            return self._items().index(*item_and_bounds)
        except ValueError:
            raise ValueError(f"{item_and_bounds[0]!r} is not in list") from None

    def count(self, *items):
        _takes(items, 1, "count")
        return self._items().count(*items)

    def copy(self, *nothing):
        _takes(nothing, 0, "copy")
        return self._items()

    def sort(self, *nothing, key=None, reverse=False):
        if nothing:
            raise TypeError("sort() takes no positional arguments")
        self._hold(sorted(self._items(), key=key, reverse=reverse))

    def reverse(self, *nothing):
        _takes(nothing, 0, "reverse")
        self._hold(self._items()[::-1])

    def _place(self, index, words):
        place = operator.index(index)
        place = place + len(self) if place < 0 else place
        if not 0 <= place < len(self):
            raise IndexError(words)
        return place

    def __getitem__(self, index):
        try:
            return self._items()[index]
        except TypeError:
            raise TypeError(f"list indices must be integers or slices, not {type(index).__name__}") from None

    def __setitem__(self, index, value):
        if not isinstance(index, slice):
            return self._set(self._place(index, "list index out of range"), value)
        start, stop, step = index.start or 0, index.stop, index.step or 1
        start = start + len(self) if start < 0 else start
        stop = len(self) if stop is None else stop
        stop = stop + len(self) if stop < 0 else stop
        if step != 1:
            places = list(range(start, stop, step))
            if len(value) != len(places):
                raise ValueError(
                    f"attempt to assign sequence of size {len(value)} to extended slice of size {len(places)}"
                )
            for place, item in zip(places, value):
                self[place] = item
            return None
        if value is self:
            return None
        for _ in range(start, stop):
            if len(self) > start:
                del self[start]
        for place, item in enumerate(value, start):
            self.insert(place, item)
        return None

    def __delitem__(self, index):
        if not isinstance(index, slice):
            return self._delete(self._place(index, "list index out of range"))
        kept = self._items()
        for item in kept[index]:
            self._leaving(item)
        del kept[index]
        return self._hold(kept)

    def __iadd__(self, items):
        for item in list(items):
            self.append(item)
        return self

    def __add__(self, other):
        return self._items() + _plain(other)

    def __radd__(self, other):
        return list(other) + self._items()

    def __mul__(self, times):
        return self._items() * times

    __rmul__ = __mul__

    def __reversed__(self):
        return reversed(self._items())

    def __eq__(self, other):
        return self._items() == _plain(other)

    def __ne__(self, other):
        return self._items() != _plain(other)

    def __lt__(self, other):
        return _compared(operator.lt, self, other)

    def __le__(self, other):
        return _compared(operator.le, self, other)

    def __gt__(self, other):
        return _compared(operator.gt, self, other)

    def __ge__(self, other):
        return _compared(operator.ge, self, other)

    __hash__ = None

    @reprlib.recursive_repr("[...]")
    def __repr__(self):
        return repr(self._items())

    def __bool__(self):
        return len(self) > 0


for _name in ("append", "remove", "insert", "extend", "pop", "clear"):
    # What Python calls them in its own errors.
    getattr(InstrumentedList, _name).__qualname__ = f"_list_decorators.<locals>.{_name}.<locals>.{_name}"


def _plain(other):
    return other._items() if isinstance(other, InstrumentedList) else other


def _compared(operate, this, other):
    other = _plain(other)
    return operate(this._items(), other) if isinstance(other, list) else NotImplemented


class InstrumentedSet(_lazyscope.Collection):
    """The set that a collection of `Mapped[set[…]]` is."""

    __class__ = _posing(set, "InstrumentedSet")

    def add(self, item):
        self._append(item)

    def remove(self, item):
        if item not in self:
            raise KeyError(item)
        self._remove(item)

    def discard(self, item):
        if item in self:
            self._remove(item)

    def pop(self):
        if not len(self):
            raise KeyError("pop from an empty set")
        return self._pop(0)

    def clear(self):
        for item in self._items():
            self.remove(item)

    def copy(self):
        return self._set_of()

    def update(self, *others):
        for other in others:
            for item in list(other):
                self.add(item)

    def difference_update(self, other):
        for item in list(other):
            self.discard(item)

    def _become(self, want):
        have = self._set_of()
        for item in have - want:
            self.remove(item)
        for item in want - have:
            self.add(item)

    def intersection_update(self, other):
        self._become(self.intersection(other))

    def symmetric_difference_update(self, other):
        self._become(self.symmetric_difference(other))

    def _set_of(self):
        return set(self._items())

    def __iter__(self):
        return iter(self._items())

    def __ior__(self, other):
        if not isinstance(other, (set, frozenset)):
            return NotImplemented
        self.update(other)
        return self

    def __isub__(self, other):
        if not isinstance(other, (set, frozenset)):
            return NotImplemented
        self.difference_update(other)
        return self

    def __iand__(self, other):
        if not isinstance(other, (set, frozenset)):
            return NotImplemented
        self.intersection_update(other)
        return self

    def __ixor__(self, other):
        if not isinstance(other, (set, frozenset)):
            return NotImplemented
        self.symmetric_difference_update(other)
        return self

    __hash__ = None

    @reprlib.recursive_repr("InstrumentedSet(...)")
    def __repr__(self):
        inside = ", ".join(repr(item) for item in self._items())
        return f"InstrumentedSet({{{inside}}})" if inside else "InstrumentedSet()"

    def __bool__(self):
        return len(self) > 0


def _of_set(name):
    function = getattr(set, name)

    def operate(self, *others):
        return function(self._set_of(), *[set(other) if isinstance(other, InstrumentedSet) else other for other in others])

    operate.__name__ = name
    return operate


for _name in """__and__ __or__ __sub__ __xor__ __rand__ __ror__ __rsub__ __rxor__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__
union intersection difference symmetric_difference issubset issuperset isdisjoint""".split():
    setattr(InstrumentedSet, _name, _of_set(_name))


_NO_DEFAULT = object()


class KeyFuncDict(_lazyscope.Collection):
    """A dictionary of related objects, each under a key that a function finds for it."""

    __class__ = _posing(dict, "KeyFuncDict")

    def __init__(self, keyfunc, *dict_args, ignore_unpopulated_attribute=False):
        self.keyfunc = keyfunc
        self.ignore_unpopulated_attribute = ignore_unpopulated_attribute
        self._held = dict(*dict_args)

    # By value, as the session layer changes it.

    def set(self, value):
        key = self._key_of(value)
        if key is not _NO_KEY:
            self[key] = value

    def remove(self, value):
        key = self._key_of(value)
        if key is _NO_KEY:
            return
        if self[key] != value:
            raise exc.InvalidRequestError(
                f"Can not remove '{value}': collection holds '{self[key]}' for key '{key}'. Possible cause: is the "
                "KeyFuncDict key function based on mutable properties or properties that only obtain values after flush?"
            )
        del self[key]

    def _sa_appender(self, value):
        self.set(value)

    def _sa_remover(self, value):
        self.remove(value)

    def _key_of(self, value):
        key = self.keyfunc(value)
        if key is not _NEVER_SET and key is not _IS_NONE:
            return key
        if self.ignore_unpopulated_attribute:
            return _NO_KEY
        relationship = "unknown relationship"
        if key is _IS_NONE:
            _host.warn(
                f"Attribute keyed dictionary value for attribute '{relationship}' was None; this will raise in a future "
                'release. To skip this assignment entirely, Set the "ignore_unpopulated_attribute=True" parameter on the '
                "mapped collection factory."
            )
            return None
        shown = f"<{type(value).__name__} at {hex(id(value))}>"
        raise exc.InvalidRequestError(
            f"In event triggered from population of attribute '{relationship}' (potentially from a backref), can't "
            f"populate value in KeyFuncDict; dictionary key derived from {shown} is not populated. Ensure appropriate "
            f"state is set up on the {shown} object before assigning to the {relationship} attribute. To skip this "
            'assignment entirely, Set the "ignore_unpopulated_attribute=True" parameter on the mapped collection factory.'
        )

    def _told(self):
        self._hold(list(self._held.values()))

    def __setitem__(self, key, value):
        if key in self._held:
            self._leaving(self._held[key])
        self._held[key] = self._entering(value)
        self._told()

    def __delitem__(self, key):
        if key in self._held:
            self._leaving(self._held[key])
        del self._held[key]
        self._told()

    def clear(self):
        for value in list(self._held.values()):
            self._leaving(value)
        self._held.clear()
        self._told()

    def pop(self, key, default=_NO_DEFAULT):
        self._popping()
        is_there = key in self._held
        value = self._held.pop(key) if default is _NO_DEFAULT else self._held.pop(key, default)
        self._told()
        if is_there:
            self._leaving(value)
        return value

    def popitem(self):
        self._popping()
        item = self._held.popitem()
        self._told()
        self._leaving(item[1])
        return item

    def setdefault(self, key, default=None):
        if key not in self._held:
            self[key] = default
            return default
        value = self._held[key]
        if value is default:
            self._staying(value)
        return value

    def update(self, *others, **more):
        for other in others:
            pairs = [(key, other[key]) for key in other.keys()] if hasattr(other, "keys") else list(other)
            self._update(pairs)
        self._update(more.items())

    def _update(self, pairs):
        for key, value in pairs:
            if key in self._held and self._held[key] is value:
                self._staying(value)
            else:
                self[key] = value

    def __ior__(self, other):
        self.update(other)
        return self

    def __getitem__(self, key):
        return self._held[key]

    def get(self, key, default=None):
        return self._held.get(key, default)

    def keys(self):
        return self._held.keys()

    def values(self):
        return self._held.values()

    def items(self):
        return self._held.items()

    def copy(self):
        return dict(self._held)

    def __iter__(self):
        return iter(self._held)

    def __reversed__(self):
        return reversed(self._held)

    def __contains__(self, key):
        return key in self._held

    def __len__(self):
        return len(self._held)

    def __bool__(self):
        return bool(self._held)

    def __eq__(self, other):
        return self._held == (other._held if isinstance(other, KeyFuncDict) else other)

    def __or__(self, other):
        return self._held | dict(other)

    def __ror__(self, other):
        return dict(other) | self._held

    __hash__ = None

    def __repr__(self):
        return repr(self._held)


MappedCollection = KeyFuncDict

# What a key function says of an object whose key is None, and of one that has none; and that there is no key to use.
_IS_NONE, _NEVER_SET, _NO_KEY = object(), object(), object()


class _AttributeKey:
    """Finds the key in an attribute of the object."""

    def __init__(self, name):
        self._name = name

    def __call__(self, value):
        key = getattr(value, self._name)
        if key is None and isinstance(value, _lazyscope.Entity) and self._name in type(value).__mapper__._properties:
            return _IS_NONE if _lazyscope.orm_loaded(value, self._name) else _NEVER_SET
        return _IS_NONE if key is None else key


def keyfunc_mapping(keyfunc, *, ignore_unpopulated_attribute=False):
    """A class of dictionaries whose keys a function finds."""

    class _MKeyfuncMapped(KeyFuncDict):
        def __init__(self, *dict_args):
            super().__init__(keyfunc, *dict_args, ignore_unpopulated_attribute=ignore_unpopulated_attribute)

    return _MKeyfuncMapped


def attribute_keyed_dict(attr_name, *, ignore_unpopulated_attribute=False):
    return keyfunc_mapping(_AttributeKey(attr_name), ignore_unpopulated_attribute=ignore_unpopulated_attribute)


def column_keyed_dict(mapping_spec, *, ignore_unpopulated_attribute=False):
    columns = list(mapping_spec) if isinstance(mapping_spec, (list, tuple)) else [mapping_spec]

    def keyfunc(value):
        properties = type(value).__mapper__._properties
        found = []
        for column in columns:
            column = getattr(column, "column", column)
            names = [
                name
                for name, mapped in properties.items()
                if any(own.key == column.key for own in getattr(mapped, "columns", ()))
            ]
            found.append(_AttributeKey(names[0])(value))
        return tuple(found) if len(found) > 1 else found[0]

    return keyfunc_mapping(keyfunc, ignore_unpopulated_attribute=ignore_unpopulated_attribute)


mapped_collection, attribute_mapped_collection, column_mapped_collection = (
    keyfunc_mapping,
    attribute_keyed_dict,
    column_keyed_dict,
)

_KINDS = {list: "list", set: "set"}


def described(collection_class):
    """What a relationship's `collection_class` is to the session layer: a kind, and what makes the class."""
    if collection_class in _KINDS:
        return _KINDS[collection_class], None
    made = collection_class()
    if collection_class is dict or type(made) is dict:
        raise exc.ArgumentError("Type InstrumentedDict must elect an appender method to be a collection class")
    for kind, own in (("list", InstrumentedList), ("set", InstrumentedSet), ("dict", KeyFuncDict)):
        if issubclass(type(made), own):
            return kind, collection_class
    if type(made) in _KINDS:
        return _KINDS[type(made)], None
    for plain, own in ((list, InstrumentedList), (set, InstrumentedSet)):
        if issubclass(type(made), plain):
            watched = _watched(type(made), plain, own)
            if collection_class is type(made):
                return _KINDS[plain], watched
    refuse(f"relationship(collection_class={type(made).__name__})")


def _watched(cls, plain, own):
    """The class once more, with a list or a set of ours where it derives from Python's."""
    bases = tuple(own if base is plain else _watched(base, plain, own) if issubclass(base, plain) else base
                  for base in cls.__bases__)
    names = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    return rebuilt(cls, bases, {**names, "__class__": property(lambda self: cls)})


def rebuilt(cls, bases, names):
    """A class made once more, over other bases."""
    cell = types.CellType()
    for name, value in names.items():
        if isinstance(value, types.FunctionType) and "__class__" in value.__code__.co_freevars:
            names[name] = _with_class(value, cell)
    metaclass = type(cls) if type(cls) is not type else types.resolve_bases(bases) and type(bases[-1])
    made = metaclass(cls.__name__, bases, names)
    cell.cell_contents = made
    return made


def _with_class(function, cell):
    """A method whose `super()` means another class."""
    cells = tuple(
        cell if name == "__class__" else known
        for name, known in zip(function.__code__.co_freevars, function.__closure__)
    )
    made = types.FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__, cells)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


_lazyscope.orm_collection_classes(InstrumentedList, InstrumentedSet)

__getattr__ = module_getattr(__name__)
