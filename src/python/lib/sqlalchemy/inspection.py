"""`inspect()`: what is known of an object, a class or an engine."""

import collections

import _lazyscope

from . import exc
from ._missing import Facade, module_getattr
from ._warnings import deprecated


class History(collections.namedtuple("History", ("added", "unchanged", "deleted"))):
    """How an attribute has changed since the last flush."""

    __slots__ = ()

    def __bool__(self):
        return self != ((), (), ())

    def empty(self):
        return not bool(self.added or self.deleted) and not self.unchanged

    def sum(self):
        return [*self.added, *self.unchanged, *self.deleted]

    def non_deleted(self):
        return [*self.added, *self.unchanged]

    def non_added(self):
        return [*self.unchanged, *self.deleted]

    def has_changes(self):
        return bool(self.added or self.deleted)


def history_of(instance, key, loads):
    parts = _lazyscope.orm_history(instance, key, loads)
    is_collection = hasattr(getattr(type(instance), key), "of_type") and _lazyscope.path_uselist(
        getattr(type(instance), key)
    )
    prop = getattr(type(instance), key).prop
    if is_collection and (parts[0] or parts[2] or prop._is_write_only):
        return History(*parts)
    return History(*(part or () for part in parts))


class AttributeState(Facade):
    """One attribute of an object."""

    _public = "AttributeState"

    def __init__(self, instance, key):
        self._instance = instance
        self.key = key

    @property
    def value(self):
        return getattr(self._instance, self.key)

    @property
    def loaded_value(self):
        from .orm.base import NO_VALUE

        return self.value if _lazyscope.orm_loaded(self._instance, self.key) else NO_VALUE

    @property
    def history(self):
        return history_of(self._instance, self.key, False)

    def load_history(self):
        return history_of(self._instance, self.key, True)


class InstanceState(Facade):
    """What the session knows of an object."""

    _public = "InstanceState"

    def __init__(self, instance):
        self._instance = instance

    def __repr__(self):
        return f"<sqlalchemy.orm.state.InstanceState object at {hex(id(self))}>"

    @property
    def object(self):
        return self._instance

    def obj(self):
        return self._instance

    @property
    def mapper(self):
        return type(self._instance).__mapper__

    @property
    def class_(self):
        return type(self._instance)

    @property
    def _state(self):
        return _lazyscope.orm_state(self._instance)

    @property
    def transient(self):
        return self._state == "transient"

    @property
    def pending(self):
        return self._state == "pending"

    @property
    def persistent(self):
        return self._state == "persistent"

    @property
    def deleted(self):
        return self._state == "deleted"

    @property
    def detached(self):
        return self._state == "detached"

    @property
    def was_deleted(self):
        return _lazyscope.orm_was_deleted(self._instance)

    @property
    def has_identity(self):
        return self._state not in ("transient", "pending")

    @property
    def session(self):
        from .orm import object_session

        return object_session(self._instance)

    @property
    def identity(self):
        if not self.has_identity:
            return None
        return _lazyscope.orm_identity(self._instance)

    @property
    def identity_key(self):
        return (self.mapper._identity_class, self.identity, None) if self.has_identity else None

    key = identity_key

    @property
    def identity_token(self):
        return None

    @property
    def attrs(self):
        from .orm.mapper import _Attributes

        keys = [key for key, _ in _lazyscope.orm_keys(self.mapper)]
        return _Attributes({key: AttributeState(self._instance, key) for key in keys})

    def _keys(self):
        own = [key for key, _ in _lazyscope.orm_keys(self.mapper)]
        return [*own, *self.mapper.synonyms.keys()]

    @property
    def unloaded(self):
        changed = self.committed_state
        return {key for key in self._keys() if key not in changed and not self._is_loaded(key)}

    def _is_loaded(self, key):
        return key not in self.mapper.synonyms and _lazyscope.orm_loaded(self._instance, key)

    @property
    def unloaded_expirable(self):
        deprecated(
            "The InstanceState.unloaded_expirable attribute is deprecated.  Please use InstanceState.unloaded. "
            "(deprecated since: 2.0)"
        )
        return self.unloaded

    @property
    def expired(self):
        """Whether all of it was expired, and nothing loaded since."""
        return _lazyscope.orm_expired(self._instance)[0]

    @property
    def expired_attributes(self):
        everything, keys = _lazyscope.orm_expired(self._instance)
        return set(self._keys() if everything else keys)

    @property
    def committed_state(self):
        """What the attributes that were changed had before."""
        from .orm.base import NO_VALUE

        found = _lazyscope.orm_committed(self._instance)
        return {key: value[0] if value else NO_VALUE for key, value in found}

    @property
    def unmodified(self):
        changed = self.committed_state
        return {key for key in self._keys() if key not in changed}

    @property
    def modified(self):
        return _lazyscope.orm_modified(self._instance)

    @property
    def dict(self):
        return self._instance.__dict__


def inspect(subject, raiseerr=True):
    """Information on an object, a mapped class or an alias."""
    if isinstance(subject, _lazyscope.Entity):
        return InstanceState(subject)
    mapper = getattr(subject, "__mapper__", None)
    if mapper is not None:
        _lazyscope.orm_ensure()
        return mapper
    if _lazyscope.kind(subject) == "entity":
        from .orm.util import AliasedClass, AliasedInsp

        return AliasedInsp(subject) if isinstance(subject, AliasedClass) else subject
    from .engine.base import Connection, Engine

    if isinstance(subject, (Engine, Connection)):
        from .engine.reflection import Inspector

        return Inspector(subject)
    if hasattr(subject, "sync_engine"):
        _refuse_asynchronous(subject)
    if isinstance(subject, _lazyscope.Node):
        return subject
    if raiseerr:
        raise exc.NoInspectionAvailable(f"No inspection system is available for object of type {type(subject)}")
    return None


def _refuse_asynchronous(subject):
    from .ext.asyncio import AsyncEngine

    is_engine = isinstance(subject, AsyncEngine)
    shown = "an AsyncEngine" if is_engine else "an AsyncConnection"
    how = "obtain a connection then use ``conn.run_sync``" if is_engine else "use ``run_sync``"
    raise exc.NoInspectionAvailable(
        f"Inspection on {shown} is currently not supported. Please {how} to pass a callable where it's possible to call "
        "``inspect`` on the passed connection.",
        code="xd3s",
    )


__getattr__ = module_getattr(__name__)
