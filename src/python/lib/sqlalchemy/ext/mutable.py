"""Values that tell the objects that hold them when they change in place."""

import _lazyscope

from .. import event, types
from .._missing import module_getattr
from ..inspection import InstanceState
from ..orm.attributes import flag_modified
from ..orm.mapper import Mapper
from ..schema import Column

__getattr__ = module_getattr("sqlalchemy.ext.mutable")


class _Parents:
    """The objects that hold a value, each with the attribute that it is in. None of them lives longer for it."""

    def __init__(self):
        self._held = {}

    def __setitem__(self, state, key):
        self._held[_lazyscope.orm_address(state.obj())] = _lazyscope.orm_weak(state.obj()), key

    def __getitem__(self, state):
        return self._held[_lazyscope.orm_address(state.obj())][1]

    def pop(self, state, *default):
        found = self._held.pop(_lazyscope.orm_address(state.obj()), None)
        if found is None and not default:
            raise KeyError(state)
        return default[0] if found is None else found[1]

    def items(self):
        alive = [(parent.get(), key) for parent, key in self._held.values()]
        return [(InstanceState(instance), key) for instance, key in alive if instance is not None]

    def keys(self):
        return [state for state, _ in self.items()]

    def values(self):
        return [key for _, key in self.items()]

    def __iter__(self):
        return iter(self.keys())

    def __len__(self):
        return len(self.items())

    def __contains__(self, state):
        return _lazyscope.orm_address(state.obj()) in self._held


class _ParentsOfValue:
    """`value._parents`, made when it is first asked for. It may be set, as nested values do to share their parents."""

    def __get__(self, value, owner):
        if value is None:
            return self
        return value.__dict__.setdefault("_parents", _Parents())


class MutableBase:
    """What holds on to the objects that a value is in."""

    _parents = _ParentsOfValue()

    @classmethod
    def coerce(cls, key, value):
        if value is None:
            return None
        raise ValueError(f"Attribute '{key}' does not accept objects of type {type(value)}")

    @classmethod
    def _get_listen_keys(cls, attribute):
        return {attribute.key}

    @classmethod
    def _listen_on_attribute(cls, attribute, coerce, parent_cls):
        if parent_cls is not attribute.class_:
            return
        key = attribute.key
        keys = cls._get_listen_keys(attribute)

        def load(state, *args):
            instance = state.obj()
            value = _held(instance, key)
            if value is None:
                return
            if coerce:
                value = cls.coerce(key, value)
                _lazyscope.orm_put(instance, key, value)
            value._parents[state] = key

        def load_attrs(state, context, attrs):
            if not attrs or keys.intersection(attrs):
                load(state)

        def set_(state, value, oldvalue, initiator):
            if value is oldvalue:
                return value
            if not isinstance(value, cls):
                value = cls.coerce(key, value)
            if value is not None:
                value._parents[state] = key
            if isinstance(oldvalue, cls):
                oldvalue._parents.pop(state, None)
            return value

        event.listen(parent_cls, "load", load, raw=True, propagate=True)
        event.listen(parent_cls, "refresh", load_attrs, raw=True, propagate=True)
        event.listen(parent_cls, "refresh_flush", load_attrs, raw=True, propagate=True)
        event.listen(attribute, "set", set_, raw=True, retval=True, propagate=True)


def _held(instance, key):
    """What an object has in an attribute; None where nothing is loaded."""
    return getattr(instance, key) if _lazyscope.orm_loaded(instance, key) else None


class Mutable(MutableBase):
    """A value of a column that says when it has changed in place."""

    def changed(self):
        for parent, key in self._parents.items():
            flag_modified(parent.obj(), key)

    @classmethod
    def associate_with_attribute(cls, attribute):
        cls._listen_on_attribute(attribute, True, attribute.class_)

    @classmethod
    def associate_with(cls, sqltype):
        def listen_for_type(mapper, class_):
            for name, column in _mapped_columns(mapper):
                if isinstance(column.type, sqltype):
                    cls.associate_with_attribute(getattr(class_, name))

        event.listen(Mapper, "mapper_configured", listen_for_type)

    @classmethod
    def as_mutable(cls, sqltype):
        sqltype = types.to_instance(sqltype)
        applied = []

        def listen_for_type(mapper, class_):
            for name, column in _mapped_columns(mapper):
                if column.type is sqltype and not any(known is column for known in applied):
                    applied.append(column)
                    cls.associate_with_attribute(getattr(class_, name))

        event.listen(Mapper, "mapper_configured", listen_for_type)
        return sqltype


def _mapped_columns(mapper):
    for name, prop in mapper.column_attrs.items():
        column = prop.columns[0]
        if isinstance(column, Column):
            yield name, column


def _telling(base, *names):
    """Decorates a class whose methods of these names are those of its base, and say that something has changed."""

    def tell(name):
        plain = getattr(base, name)

        def method(self, *args, **kwargs):
            result = plain(self, *args, **kwargs)
            self.changed()
            return result

        method.__name__ = name
        return method

    def decorate(cls):
        for name in names:
            method = tell(name)
            method.__qualname__ = f"{cls.__name__}.{name}"
            setattr(cls, name, method)
        return cls

    return decorate


@_telling(dict, "__setitem__", "setdefault", "__delitem__", "update", "pop", "popitem", "clear")
class MutableDict(Mutable, dict):
    """A dict that says when it has changed."""

    def __ior__(self, other):
        self.update(other)
        return self

    @classmethod
    def coerce(cls, key, value):
        if isinstance(value, cls):
            return value
        return cls(value) if isinstance(value, dict) else Mutable.coerce(key, value)

    def __getstate__(self):
        return dict(self)

    def __setstate__(self, state):
        self.update(state)


@_telling(
    list, "__setitem__", "__delitem__", "pop", "append", "extend", "insert", "remove", "clear", "sort", "reverse"
)
class MutableList(Mutable, list):
    """A list that says when it has changed."""

    def __reduce_ex__(self, proto):
        return self.__class__, (list(self),)

    def __setstate__(self, state):
        self[:] = state

    def __iadd__(self, x):
        self.extend(x)
        return self

    def __imul__(self, n):
        list.__imul__(self, n)
        self.changed()
        return self

    @classmethod
    def coerce(cls, key, value):
        if isinstance(value, cls):
            return value
        return cls(value) if isinstance(value, list) else Mutable.coerce(key, value)


@_telling(
    set, "update", "intersection_update", "difference_update", "symmetric_difference_update", "add", "remove", "discard",
    "pop", "clear",
)
class MutableSet(Mutable, set):
    """A set that says when it has changed."""

    def __ior__(self, other):
        self.update(other)
        return self

    def __iand__(self, other):
        self.intersection_update(other)
        return self

    def __ixor__(self, other):
        self.symmetric_difference_update(other)
        return self

    def __isub__(self, other):
        self.difference_update(other)
        return self

    @classmethod
    def coerce(cls, index, value):
        if isinstance(value, cls):
            return value
        return cls(value) if isinstance(value, set) else Mutable.coerce(index, value)

    def __getstate__(self):
        return set(self)

    def __setstate__(self, state):
        self.update(state)

    def __reduce_ex__(self, proto):
        return self.__class__, (list(self),)
