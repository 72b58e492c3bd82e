"""Who listens to sessions, mapped classes and attributes, and what they are told."""

import weakref

import _lazyscope

from .. import exc
from .._missing import Facade, refuse
from .._runs import at_end
from ..engine.events import standing_for
from ..event import _find
from ..inspection import inspect
from .base import NO_VALUE

_SESSION_EVENTS = frozenset(
    """do_orm_execute after_begin after_transaction_create after_transaction_end before_commit after_commit after_rollback after_soft_rollback before_flush after_flush
    after_flush_postexec after_bulk_update after_bulk_delete before_attach after_attach transient_to_pending pending_to_persistent detached_to_persistent
    persistent_to_deleted persistent_to_detached persistent_to_transient pending_to_transient deleted_to_detached
    deleted_to_persistent loaded_as_persistent""".split()
)
_OBJECT_EVENTS = frozenset(
    """before_insert after_insert before_update after_update before_delete after_delete load init refresh refresh_flush expire""".split()
)
# Of mappers, and of configuring all of them.
_MAPPER_EVENTS = frozenset(
    "instrument_class after_mapper_constructed before_mapper_configured mapper_configured".split()
)
_CONFIGURE_EVENTS = frozenset({"before_configured", "after_configured"})
_OTHER_OBJECT_EVENTS = frozenset(
    """first_init init_failure pickle unpickle class_instrument class_uninstrument
    attribute_instrument""".split()
)
_ATTRIBUTE_EVENTS = frozenset({"set", "append", "remove", "bulk_replace", "init_scalar"})
_OTHER_ATTRIBUTE_EVENTS = frozenset(
    """active_history append_wo_mutation dispose_collection init_collection modified""".split()
)


def target_of(target):
    """What the ORM has to listen to behind a target; None when it is none of the ORM's."""
    from .attributes import QueryableAttribute
    from .mapper import Mapper
    from .query import Query, QueryTarget

    if isinstance(target, (QueryableAttribute, _AnyAttribute)):
        return _AttributeTarget(target)
    if isinstance(target, type) and issubclass(target, Listening):
        return _SessionTarget(target, target._own_class_listeners())
    if isinstance(target, Listening):
        return _SessionTarget(target, target._own_listeners())
    made = getattr(target, "session_factory", None) or getattr(target, "sync_session", None)
    if isinstance(made, Listening):
        return _SessionTarget(made, made._own_listeners())
    if target is Mapper or isinstance(target, Mapper):
        return _ClassTarget(target)
    if isinstance(target, type) and issubclass(target, Query):
        return QueryTarget(target)
    if isinstance(target, type):
        # One that is not mapped stands for those that derive from it, a mixin for instance.
        return _ClassTarget(target)
    return None


class _AnyAttribute:
    pass


class _Target:
    """Something with listeners by event."""

    what = ""
    events = others = frozenset()

    def __init__(self, target, known):
        self.target = target
        self.known = known

    def check(self, identifier):
        if identifier in self.others:
            refuse(f'the event "{identifier}" of {self.what}')
        if identifier not in self.events:
            raise exc.InvalidRequestError(f"No such event '{identifier}' for target '{self.target}'")

    def contains(self, identifier, fn):
        return _find(self.known.get(identifier, ()), fn) is not None

    def remove(self, identifier, fn):
        listener = _find(self.known.get(identifier, ()), fn)
        if listener is None:
            raise exc.InvalidRequestError(f"No listeners found for event {self.target} / {identifier!r} / {fn} ")
        self.known[identifier].remove(listener)


class _SessionTarget(_Target):
    """All sessions of a class, those of a factory, or one."""

    what, events = "sessions", _SESSION_EVENTS

    def listen(self, identifier, fn, options):
        self.check(identifier)
        options.pop("retval", None)
        options.pop("propagate", None)
        self.known.setdefault(identifier, []).append(fn)
        _rewatch()


class Listening:
    """Something that events can be listened for on: a class of sessions, a factory, one session."""

    _class_listeners = None

    def _own_listeners(self):
        own = self.__dict__.get("_listeners")
        if own is None:
            own = self.__dict__["_listeners"] = {}
        return own

    @classmethod
    def _own_class_listeners(cls):
        if "_class_listeners" not in cls.__dict__ or cls._class_listeners is None:
            cls._class_listeners = {}
            _listened_classes.append(cls)
        return cls._class_listeners

    def _inherit_listeners(self, maker):
        """Those of the factory hold for what it makes, also those that come later."""
        self.__dict__["_maker_listeners"] = maker._own_listeners()
        _rewatch()

    def _listeners_of(self, name):
        found = []
        for cls in reversed(type(self).__mro__):
            found += (cls.__dict__.get("_class_listeners") or {}).get(name, ())
        found += self.__dict__.get("_maker_listeners", {}).get(name, ())
        found += self.__dict__.get("_listeners", {}).get(name, ())
        return found

    def _has_listeners(self, name):
        return bool(self._listeners_of(name))

    def _is_listened(self):
        return any(self._listeners_of(name) for name in _SESSION_EVENTS)


# Sessions that are alive, and classes with listeners of their own.
sessions = weakref.WeakSet()
_listened_classes = []


def _rewatch():
    for session in list(sessions):
        session._watch()


class _Listeners:
    """Who listens to the objects of a mapper: the session layer calls `happened` and `changing`."""

    def __init__(self, mapper):
        self.events = {}
        # By attribute and event: pairs of a function and whether its answer counts; first those that were there before
        # the mapper was configured.
        self.early = {}
        self.attributes = {}
        self.validators = {}
        _lazyscope.orm_listen(mapper, self)

    def happened(self, event, target, names):
        from .session import object_session

        if event == "load":
            arguments = target, None
        elif event == "refresh":
            arguments = target, None, names
        elif event == "refresh_flush":
            arguments = target, UOWTransaction(object_session(target)), names
        elif event == "expire":
            arguments = target, names
        else:
            arguments = type(target).__mapper__, object_session(target)._connection(), target
        for function in list(self.events.get(event, ())):
            function(*arguments)

    def changing(self, stage, event, target, key, value, old, began_with):
        """`began_with` is the attribute on the other side that the change began with; None when it began here."""
        if stage == "validate":
            return self._validated(event, target, key, value, began_with is not None)
        known = self.early if stage == "early" else self.attributes
        for function, counts in list(known.get((key, event), ())):
            initiator = Initiator(key if began_with is None else began_with, event)
            if event == "set":
                answer = function(target, value, NO_VALUE if old is None else old[0], initiator)
            else:
                answer = function(target, value, initiator)
            if counts and event not in ("remove", "bulk_replace"):
                value = answer
        return value

    def unset(self, target, key):
        """The value for a column that an object has none for, in a tuple; None where nobody listens for that."""
        found = [entry for known in (self.early, self.attributes) for entry in known.get((key, "init_scalar"), ())]
        if not found:
            return None
        value = None
        for function, counts in found:
            answer = function(target, value, _Held(target))
            value = answer if counts else value
        return (value,)

    def _validated(self, event, target, key, value, is_backref):
        found = self.validators.get(key)
        if found is None:
            return value
        function, include_removes, include_backrefs = found
        if is_backref and not include_backrefs:
            return value
        if include_removes:
            answer = function(target, key, value, event == "remove")
            return value if event == "remove" else answer
        return value if event == "remove" else function(target, key, value)


class _Held:
    """What an object holds, where a listener may put a value."""

    def __init__(self, target):
        self._target = target

    def __setitem__(self, key, value):
        _lazyscope.orm_put(self._target, key, value)

    def __getitem__(self, key):
        return self._target.__dict__[key]

    def __contains__(self, key):
        return key in self._target.__dict__


class Initiator:
    """What a listener of an attribute is told the change began with."""

    def __init__(self, key, event):
        self.key = key
        self.op = event


def listeners_of(mapper):
    found = mapper.__dict__.get("_listeners")
    if found is None:
        found = mapper._listeners = _Listeners(mapper)
    return found


# Listeners that classes to come have too: (class, event, function).
_propagated = []
# Those of attributes, for mappers that derive from one: (mapper, (key, event), (function, whether its answer counts)).
_propagated_of_attributes = []


def inherit(mapper):
    """A class has been mapped: those who listen to its bases, or to all mappers, listen to it."""
    for cls, identifier, fn in _propagated:
        if identifier not in _CONFIGURE_EVENTS and (cls is None or issubclass(mapper.class_, cls)):
            listeners_of(mapper).events.setdefault(identifier, []).append(fn)
    for parent, event, entry in _propagated_of_attributes:
        if parent is not mapper and mapper.isa(parent):
            _listen_to_attribute(mapper, event, entry)
    tell_of_mapper("instrument_class", mapper)
    tell_of_mapper("after_mapper_constructed", mapper)


def tell_of_mapper(identifier, mapper):
    """What happens to a mapper itself."""
    listeners = mapper.__dict__.get("_listeners")
    for fn in list(listeners.events.get(identifier, ())) if listeners is not None else ():
        fn(mapper, mapper.class_)


def tell_of_configuring(identifier):
    """All mappers are about to be configured, or have been."""
    for _, event, fn in list(_propagated):
        if event == identifier:
            fn()


class _ClassTarget(_Target):
    """The objects of a mapped class, of the classes that derive from one, or of all."""

    what, others = "mapped classes", _OTHER_OBJECT_EVENTS
    events = _OBJECT_EVENTS | _MAPPER_EVENTS | _CONFIGURE_EVENTS

    def __init__(self, target):
        from .mapper import Mapper

        if isinstance(target, Mapper):
            target = target.class_
        mapper = None if target is Mapper else target.__dict__.get("__mapper__")
        known = listeners_of(mapper).events if mapper is not None else {}
        super().__init__(target, known)
        self._of_all = target is Mapper
        self._mapper = mapper

    def listen(self, identifier, fn, options):
        self.check(identifier)
        options.pop("retval", None)
        if options.pop("raw", False) and identifier in _OBJECT_EVENTS:
            fn = _raw(fn, 2 if identifier.startswith(("before_", "after_")) else 0)
        if options.pop("propagate", False) or self._mapper is None:
            _propagated.append((None if self._of_all else self.target, identifier, fn))
            if identifier in _CONFIGURE_EVENTS:
                return
            for mapper in self._existing():
                listeners_of(mapper).events.setdefault(identifier, []).append(fn)
            return
        self.known.setdefault(identifier, []).append(fn)

    def _existing(self):
        from .configure import every_mapper

        return [mapper for mapper in every_mapper() if self._of_all or issubclass(mapper.class_, self.target)]

    def remove(self, identifier, fn):
        before = len(_propagated)
        _propagated[:] = [entry for entry in _propagated if entry[1:] != (identifier, fn)]
        if len(_propagated) == before:
            super().remove(identifier, fn)
            return
        for mapper in self._existing():
            known = listeners_of(mapper).events.get(identifier, [])
            if fn in known:
                known.remove(fn)


def _listen_to_attribute(mapper, event, entry):
    listeners = listeners_of(mapper)
    known = listeners.attributes if mapper.configured else listeners.early
    known.setdefault(event, []).append(entry)


def _raw(fn, place):
    """A listener that is given the state of an object in its place."""

    @standing_for(fn)
    def listener(*arguments):
        return fn(*arguments[:place], inspect(arguments[place]), *arguments[place + 1 :])

    return listener


class _AttributeTarget(_Target):
    """One attribute of a mapped class."""

    what, events, others = "attributes", _ATTRIBUTE_EVENTS, _OTHER_ATTRIBUTE_EVENTS

    def __init__(self, target):
        super().__init__(target, {})
        self._mapper = target.class_.__mapper__

    def listen(self, identifier, fn, options):
        self.check(identifier)
        if options.pop("raw", False):
            fn = _raw(fn, 0)
        options.pop("active_history", None)
        entry = fn, bool(options.pop("retval", False))
        event = self.target.key, identifier
        mappers = [self._mapper]
        if options.pop("propagate", False):
            mappers = list(self._mapper.self_and_descendants)
            _propagated_of_attributes.append((self._mapper, event, entry))
        for mapper in mappers:
            _listen_to_attribute(mapper, event, entry)

    def _entry(self, identifier, fn):
        """The list that a listener is in, and what is in it for the listener."""
        listeners = listeners_of(self._mapper)
        for known in (listeners.early, listeners.attributes):
            entries = known.get((self.target.key, identifier), [])
            for entry in entries:
                if _find([entry[0]], fn) is not None:
                    return entries, entry
        return None

    def contains(self, identifier, fn):
        return self._entry(identifier, fn) is not None

    def remove(self, identifier, fn):
        found = self._entry(identifier, fn)
        if found is None:
            raise exc.InvalidRequestError(f"No listeners found for event {self.target} / {identifier!r} / {fn} ")
        entries, entry = found
        entries.remove(entry)


def validates(*names, include_removes=False, include_backrefs=True):
    """Marks a method that is asked before the attributes of those names change."""

    def mark(function):
        function._lazyscope_validates = (names, include_removes, include_backrefs)
        return function

    return mark


def add_validators(cls, mapper):
    for base in reversed(cls.__mro__):
        for function in base.__dict__.values():
            names, *how = getattr(function, "_lazyscope_validates", ((),))
            for name in names:
                listeners_of(mapper).validators[name] = (function, *how)


def reconstructor(function):
    """Marks the method that is called on an object that was loaded, as `__init__` is on one that was made."""
    function._lazyscope_reconstructs = True
    return function


def add_reconstructor(cls, mapper):
    """It is asked before other listeners; of several the one that is furthest from the class."""
    found = None
    for base in cls.__mro__:
        for function in base.__dict__.values():
            if getattr(function, "_lazyscope_reconstructs", False):
                found = function
    if found is not None:
        listeners_of(mapper).events.setdefault("load", []).insert(0, lambda target, context: found(target))


class UOWTransaction(Facade):
    """What the listeners of a flush are told of it."""

    _public = "sqlalchemy.orm.UOWTransaction"

    def __init__(self, session):
        self.session = session


@at_end
def clean():
    """Forgets who listened in the run that has ended."""
    for cls in _listened_classes:
        cls._class_listeners = None
    _listened_classes.clear()
    _propagated.clear()
    _propagated_of_attributes.clear()
    sessions.clear()


class BulkUD(Facade):
    """What is told of an UPDATE or DELETE that a query was asked for."""

    _public = "sqlalchemy.orm.query.BulkUD"

    def __init__(self, query, mapper, result, **more):
        self.query = query
        self.mapper = mapper
        self.result = result
        self.__dict__.update(more)

    @property
    def session(self):
        return self.query.session


class BulkUpdate(BulkUD):
    pass


class BulkDelete(BulkUD):
    pass


class ORMExecuteState(Facade):
    """What `do_orm_execute` is told of an execution."""

    _public = "ORMExecuteState"

    def __init__(self, session, statement, parameters, execution_options, is_relationship_load=False,
                 is_column_load=False, send=None, following=(), bind_arguments=None, owner=None):
        self.session = session
        self.statement = statement
        self.parameters = parameters
        self.execution_options = execution_options
        self.local_execution_options = execution_options
        self.is_relationship_load = is_relationship_load
        self.is_column_load = is_column_load
        self.bind_arguments = dict(bind_arguments or {})
        self._send = send
        self._following = following
        # The object whose relationship is loaded, where it is loaded for that one alone.
        self._owner = owner

    def _is(self, *words):
        return getattr(self.statement, "__visit_name__", None) in words

    @property
    def is_select(self):
        kind = _lazyscope.kind(self.statement)
        return kind == "query" or kind == "select" and not self.is_from_statement

    @property
    def is_insert(self):
        return self._is("insert")

    @property
    def is_update(self):
        return self._is("update")

    @property
    def is_delete(self):
        return self._is("delete")

    @property
    def is_executemany(self):
        return isinstance(self.parameters, (list, tuple))

    @property
    def is_orm_statement(self):
        kind = _lazyscope.kind(self.statement)
        if kind == "select":
            return _lazyscope.select_is_orm(self.statement)
        if kind == "statement":
            return self.statement._entity is not None
        return False

    @property
    def is_from_statement(self):
        return _lazyscope.kind(self.statement) == "select" and _lazyscope.select_is_from_statement(self.statement)

    @property
    def all_mappers(self):
        """Those of the objects that the statement returns or writes, each once."""
        if _lazyscope.kind(self.statement) == "statement":
            return [self.statement._entity.__mapper__] if self.is_orm_statement else []
        if not self.is_orm_statement:
            return []
        described = (column.get("entity") for column in self.statement.column_descriptions)
        return list(dict.fromkeys(inspect(entity).mapper for entity in described if entity is not None))

    @property
    def bind_mapper(self):
        if "mapper" in self.bind_arguments:
            return self.bind_arguments["mapper"]
        if self.all_mappers or not self.is_orm_statement:
            return next(iter(self.all_mappers), None)
        targets = _lazyscope.select_filter_targets(self.statement)
        return next((inspect(target).mapper for target in targets if _lazyscope.kind(target) == "entity"), None)

    @property
    def load_options(self):
        if not self.is_select:
            raise exc.InvalidRequestError(
                "This ORM execution is not against a SELECT statement so there are no load options."
            )
        refuse("ORMExecuteState.load_options")

    @property
    def lazy_loaded_from(self):
        if not self.is_select:
            return self.load_options
        return None if self._owner is None else inspect(self._owner)

    def update_execution_options(self, **opts):
        self.execution_options = self.local_execution_options = {**self.execution_options, **opts}

    def invoke_statement(self, statement=None, params=None, execution_options=None, bind_arguments=None):
        if self._send is None:
            refuse("ORMExecuteState.invoke_statement of a load that the session makes by itself")
        parameters = self.parameters
        if params is not None:
            parameters = {**(parameters or {}), **params} if isinstance(params, dict) else params
        options = {**self.execution_options, **(execution_options or {})}
        statement = self.statement if statement is None else statement
        return self._send(statement, parameters, options, self._following)
