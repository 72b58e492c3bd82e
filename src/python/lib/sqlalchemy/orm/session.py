"""Sessions."""

import enum
import functools
import itertools
import threading
import warnings
import weakref

import _lazyscope

from .. import exc
from .._missing import Facade, module_getattr, refuse, refuse_arguments
from .._runs import at_end
from .._warnings import deprecated, warn
from ..engine.base import _begins
from ..sql.ddl import ExecutableDDLElement
from ..sql.dml import Insert
from ..util import immutabledict
from . import events as _events
from .identity import _WeakInstanceDict

_NO_OPTIONS = {}
_JOIN_TRANSACTION_MODES = ("conditional_savepoint", "rollback_only", "control_fully", "create_savepoint")


def prepared(prepare):
    """A method that comes down to one native call, which `prepare` gives: an async session awaits that by itself."""

    @functools.wraps(prepare)
    def method(*args, **kwargs):
        function, *arguments = prepare(*args, **kwargs)
        return function(*arguments)

    method.prepare = prepare
    return method


class SessionTransactionOrigin(enum.Enum):
    """How a transaction of a session came about."""

    AUTOBEGIN = 0
    BEGIN = 1
    BEGIN_NESTED = 2
    SUBTRANSACTION = 3


class SessionTransaction(Facade):
    """The transaction of a session, or a savepoint in it, as a context manager."""

    _public = "SessionTransaction"

    def __init__(self, session, chain):
        self.session = session
        (self._id, origin), *around = chain
        self.origin = SessionTransactionOrigin[origin]
        self.nested = self.origin is SessionTransactionOrigin.BEGIN_NESTED
        self.parent = self._parent = SessionTransaction(session, around) if around else None

    @classmethod
    def _begun(cls, session, nested):
        return cls(session, _lazyscope.session_begin(session._native, nested))

    @classmethod
    def _known(cls, session, nested):
        """The one that the session is in; None outside of any."""
        chain = _lazyscope.session_transaction(session._native, nested)
        return cls(session, chain) if chain else None

    def __eq__(self, other):
        return isinstance(other, SessionTransaction) and (self._id, self.session) == (other._id, other.session)

    def __hash__(self):
        return hash(self._id)

    def connection(self, bindkey=None, execution_options=None, **kwargs):
        return self.session.connection()

    @property
    def is_active(self):
        return _lazyscope.session_transaction_is_active(self.session._native, self._id)

    @prepared
    def commit(self):
        return _lazyscope.session_end, self.session._native, self._id, True

    @prepared
    def rollback(self):
        return _lazyscope.session_end, self.session._native, self._id, False

    close = rollback

    def __enter__(self):
        self._outer = _lazyscope.session_enter(self.session._native, self._id)
        return self

    @prepared
    def __exit__(self, kind, error, trace):
        return _lazyscope.session_leave, self.session._native, self._id, self._outer, kind is not None


class _NoAutoflush:
    def __init__(self, session):
        self._session = session

    def __enter__(self):
        _lazyscope.session_autoflush(self._session._native, 1)
        return self._session

    def __exit__(self, *error):
        _lazyscope.session_autoflush(self._session._native, -1)


def _values_by_name(mapper, ident):
    """The values of a primary key that is given by the names of attributes, of synonyms too."""
    if len(ident) != len(mapper.primary_key):
        # How many there are is checked where the values are taken.
        return tuple(ident.values())
    ident = dict(ident)
    for name, synonym in mapper.synonyms.items():
        if name in ident:
            ident[synonym.name] = ident[name]
    keys = mapper._key_attributes()
    try:
        return tuple(ident[key] for key in keys)
    except KeyError as error:
        names = ",".join(f"'{key}'" for key in keys)
        raise exc.InvalidRequestError(
            "Incorrect names of values in identifier to formulate primary key for session.get(); primary key "
            f"attribute names are {names} (synonym names are also accepted)"
        ) from error


class Session(Facade, _events.Listening):
    """A session."""

    _public = "Session"

    def __init__(self, bind=None, *, autoflush=True, expire_on_commit=True, future=True, autobegin=True, info=None,
                 join_transaction_mode="conditional_savepoint", close_resets_only=None, binds=None, enable_baked_queries=True,
                 twophase=False, query_cls=None, autocommit=False, execution_options=_NO_OPTIONS):
        if autocommit:
            raise exc.ArgumentError("autocommit=True is no longer supported")
        for name, is_given in (
            ("binds", binds),
            ("twophase", twophase),
            ("execution_options", execution_options),
        ):
            if is_given:
                refuse(f"Session({name}=…)")
        self._query_cls = query_cls
        self.bind = bind
        self.info = {} if info is None else info
        self._autoflush = autoflush
        self._expire_on_commit = expire_on_commit
        self._autobegin = autobegin
        if join_transaction_mode not in _JOIN_TRANSACTION_MODES:
            raise exc.ArgumentError(f'invalid selection for join_transaction_mode: "{join_transaction_mode}"')
        self.join_transaction_mode = join_transaction_mode
        self._made = None
        self._number = next(_numbers)
        self._asking = None
        # That of its transaction, once it was seen.
        self._own_connection = None, None
        # Of the `get()` that is under way.
        self._get_options = {}
        _events.sessions.add(self)

    def _asked_for(self):
        """The class that the statement at hand is about, as the words for a missing engine name it."""
        statement = self._asking
        if statement is None or _lazyscope.kind(statement) not in ("select", "statement"):
            return ""
        mapper = _events.ORMExecuteState(self, statement, None, _NO_OPTIONS).bind_mapper
        return "" if mapper is None else f"mapper {mapper}, "

    @property
    def _native(self):
        made = self._made
        if made is None:
            if self.bind is None:
                raise exc.UnboundExecutionError(
                    f"Could not locate a bind configured on {self._asked_for()}SQL expression or this Session."
                )
            engine = getattr(self.bind, "engine", self.bind)
            made = self._made = _lazyscope.session_new(
                engine,
                None if engine is self.bind else self.bind,
                self.join_transaction_mode,
                (self._autoflush, self._expire_on_commit, self._autobegin),
                engine._begins(),
                self._number,
            )
            _sessions[self._number] = self
            self._watch()
        return made

    def _watch(self):
        """Has the session layer tell of what it does by itself, once anybody listens."""
        if self._made is not None and self._is_listened():
            _lazyscope.session_watch(self._made, self)

    def _happened(self, name, instance):
        """What the session layer tells: an event, perhaps with its object."""
        for function in self._listeners_of(name):
            if instance is not None:
                function(self, instance)
            elif name == "before_flush":
                function(self, _events.UOWTransaction(self), None)
            elif name in ("after_flush", "after_flush_postexec"):
                function(self, _events.UOWTransaction(self))
            else:
                function(self)

    def _transaction_happened(self, name, chain):
        """What the session layer tells of a transaction."""
        for function in self._listeners_of(name):
            transaction = SessionTransaction(self, chain)
            if name == "after_begin":
                function(self, transaction, self._connection())
            else:
                function(self, transaction)

    # Statements.

    def execute(self, statement, params=None, *, execution_options=_NO_OPTIONS, bind_arguments=None, **unknown):
        refuse_arguments("Session.execute", unknown)
        return self._execute(statement, params, execution_options, bind_arguments)

    def _execute(self, statement, params, execution_options, bind_arguments=None):
        if isinstance(statement, ExecutableDDLElement):
            return self.connection().execute(statement, execution_options=dict(execution_options))
        statement, options = self._asked(statement, execution_options)
        return self._send_asking(statement, params, options, self._listeners_of("do_orm_execute"), bind_arguments)

    def _asked(self, statement, execution_options):
        """A statement that is to be executed, and its options."""
        if not isinstance(statement, _lazyscope.Node):
            element = getattr(statement, "__clause_element__", None)
            if element is None:
                raise exc.ArgumentError(
                    f"Executable SQL or text() construct expected, got {statement!r}."
                    if not isinstance(statement, str)
                    else f"Textual SQL expression {statement!r} should be explicitly declared as text({statement!r})"
                )
            raise exc.ObjectNotExecutableError(statement)
        if not isinstance(statement, Insert) or hasattr(statement, "_returning"):
            # What is inserted needs no relationship: mappers stay as they are until something else is asked of them.
            _lazyscope.orm_ensure()
        if self.bind is None:
            self._asking = statement
        options = dict(getattr(statement, "_execution_options", None) or _NO_OPTIONS)
        options.update(execution_options)
        return statement, options

    def _send_asking(self, statement, params, options, listeners, bind_arguments=None):
        """Sends a statement when all listeners have had their say: each may change it, or answer in its place."""
        if listeners:
            state = _events.ORMExecuteState(
                self, statement, params, options, send=self._send_asking, bind_arguments=bind_arguments
            )
            for place, listener in enumerate(listeners):
                state._following = listeners[place + 1 :]
                result = listener(state)
                if result is not None:
                    return result
            statement, params, options = state.statement, state.parameters, state.execution_options
        return self._send(statement, params, options)

    def _send(self, statement, params, options):
        function, *arguments = self._to_send(statement, params, options)
        result = function(*arguments)
        result._note_options(options)
        if "_async_session" in self.__dict__ and not options.get("stream_results"):
            result._view.buffer()
        return result

    def _to_send(self, statement, params, options):
        kind = _lazyscope.kind(statement)
        if kind == "statement":
            return _lazyscope.session_dml, self._native, statement, params, options
        is_list = isinstance(params, (list, tuple))
        if is_list and params and not isinstance(params[0], dict):
            raise exc.ArgumentError("List argument must consist only of dictionaries")
        if kind == "text" or is_list and len(params) > 1:
            return _lazyscope.session_core, self._native, statement, params, options.get("autoflush", True)
        if params:
            options = dict(options, parameters=dict(params[0] if is_list else params))
        return _lazyscope.session_select, self._native, statement, options

    def _before_execute(self, statement, is_relationship_load, is_column_load, owner, given, repeats):
        options = self._get_options
        if repeats:
            given = immutabledict(given)
        state = _events.ORMExecuteState(
            self, statement, given, options, is_relationship_load, is_column_load, owner=owner
        )
        for listener in self._listeners_of("do_orm_execute"):
            listener(state)
        return state.statement

    def scalars(self, statement, params=None, *, execution_options=_NO_OPTIONS, bind_arguments=None, **unknown):
        refuse_arguments("Session.scalars", unknown)
        return self._execute(statement, params, execution_options, bind_arguments).scalars()

    def scalar(self, statement, params=None, *, execution_options=_NO_OPTIONS, bind_arguments=None, **unknown):
        refuse_arguments("Session.scalar", unknown)
        return self._execute(statement, params, execution_options, bind_arguments).scalar()

    @prepared
    def get(self, entity, ident, *, options=None, populate_existing=False, with_for_update=None, identity_token=None,
            execution_options=_NO_OPTIONS, bind_arguments=None):
        _lazyscope.orm_ensure()
        mapper = getattr(entity, "__mapper__", entity)
        if not isinstance(mapper, _lazyscope.Node):
            raise exc.NoInspectionAvailable(
                f"No inspection system is available for object of type {type(entity)}"
            )
        if not hasattr(mapper, "class_"):
            raise exc.ArgumentError(f"Expected mapped class or mapper, got: {entity!r}")
        if isinstance(ident, dict):
            ident = _values_by_name(mapper, ident)
        elif isinstance(ident, list):
            ident = tuple(ident)
        populate_existing = populate_existing or execution_options.get("populate_existing", False)
        for_update = with_for_update is not None and with_for_update is not False
        arguments = mapper, ident, list(options or ()), bool(populate_existing), for_update
        if execution_options and self._has_listeners("do_orm_execute"):
            return self._get, execution_options, *arguments
        return _lazyscope.session_get, self._native, *arguments

    def _get(self, execution_options, *arguments):
        """Gets an object; whoever listens to the statement is told of the options."""
        before, self._get_options = self._get_options, execution_options
        try:
            return _lazyscope.session_get(self._native, *arguments)
        finally:
            self._get_options = before

    def get_one(self, entity, ident, **kwargs):
        found = self.get(entity, ident, **kwargs)
        if found is None:
            raise exc.NoResultFound("No row was found when one was required")
        return found

    def query(self, *entities, **kwargs):
        from .query import Query

        return (self._query_cls or Query)(entities, self)

    # Objects.

    def add(self, instance, _warn=True):
        _lazyscope.session_add(self._native, instance)

    def add_all(self, instances):
        for instance in list(instances):
            _lazyscope.session_add(self._native, instance)

    @prepared
    def delete(self, instance):
        return _lazyscope.session_delete, self._native, instance

    def delete_all(self, instances):
        for instance in list(instances):
            _lazyscope.session_delete(self._native, instance)

    def expunge(self, instance):
        _lazyscope.session_expunge(self._native, instance)

    def expunge_all(self):
        _lazyscope.session_expunge_all(self._native)

    def expire(self, instance, attribute_names=None):
        _lazyscope.session_expire(self._native, instance, _names(attribute_names))

    def expire_all(self):
        _lazyscope.session_expire_all(self._native)

    @prepared
    def refresh(self, instance, attribute_names=None, with_for_update=None):
        return _lazyscope.session_refresh, self._native, instance, _names(attribute_names)

    @prepared
    def merge(self, instance, *, load=True, options=None):
        return _lazyscope.session_merge, self._native, instance, load, list(options or ())

    def merge_all(self, instances, *, load=True, options=None):
        instances = list(instances)
        merged = [self.merge(instance, load=load, options=options) for instance in instances[:1]]
        # What was pending was flushed before the first of them.
        with self.no_autoflush:
            merged += [self.merge(instance, load=load, options=options) for instance in instances[1:]]
        return merged

    def is_modified(self, instance, include_collections=True):
        return _lazyscope.session_is_modified(self._native, instance, include_collections)

    def __contains__(self, instance):
        return _lazyscope.session_contains(self._native, instance)

    def __iter__(self):
        return iter(_lazyscope.session_objects(self._native, "new") + _lazyscope.session_objects(self._native, "all"))

    @property
    def new(self):
        return IdentitySet(_lazyscope.session_objects(self._native, "new"))

    @property
    def dirty(self):
        return IdentitySet(_lazyscope.session_objects(self._native, "dirty"))

    @property
    def deleted(self):
        return IdentitySet(_lazyscope.session_objects(self._native, "deleted"))

    @property
    def identity_map(self):
        return _WeakInstanceDict(self)

    @property
    def no_autoflush(self):
        return _NoAutoflush(self)

    @property
    def autoflush(self):
        return self._autoflush

    @autoflush.setter
    def autoflush(self, value):
        self._autoflush = value
        _lazyscope.session_set(self._native, value, self._expire_on_commit)

    @property
    def expire_on_commit(self):
        return self._expire_on_commit

    @expire_on_commit.setter
    def expire_on_commit(self, value):
        self._expire_on_commit = value
        _lazyscope.session_set(self._native, self._autoflush, value)

    # Bulk.

    def bulk_save_objects(self, objects, return_defaults=False, update_changed_only=True, preserve_order=True):
        _lazyscope.orm_ensure()
        _lazyscope.session_bulk_save(
            self._native, list(objects), bool(return_defaults), bool(update_changed_only), bool(preserve_order)
        )

    def bulk_insert_mappings(self, mapper, mappings, return_defaults=False, render_nulls=False):
        _lazyscope.orm_ensure()
        mappings = list(mappings)
        keys = _lazyscope.session_bulk(
            self._native, "keys" if return_defaults else "insert", mapper, mappings, bool(render_nulls)
        )
        for mapping, key in zip(mappings, keys or ()):
            mapping.update((name, value) for name, value in key.items() if mapping.get(name) is None)

    def bulk_update_mappings(self, mapper, mappings):
        _lazyscope.orm_ensure()
        _lazyscope.session_bulk(self._native, "update", mapper, list(mappings), False)

    # The transaction.

    @prepared
    def flush(self, objects=None):
        if objects:
            deprecated("The `objects` parameter of `Session.flush` is deprecated (deprecated since: 2.1)")
        return _lazyscope.session_flush, self._native, list(objects) if objects else None

    @prepared
    def commit(self):
        return _lazyscope.session_commit, self._native

    @prepared
    def rollback(self):
        return _lazyscope.session_rollback, self._native

    def close(self):
        if self._made is not None:
            _lazyscope.session_close(self._made)

    reset = close

    def begin(self, nested=False):
        if nested:
            return self.begin_nested()
        return SessionTransaction._begun(self, False)

    def begin_nested(self):
        return SessionTransaction._begun(self, True)

    def in_transaction(self):
        return _lazyscope.session_in_transaction(self._native)

    def get_transaction(self):
        return SessionTransaction._known(self, False)

    def get_nested_transaction(self):
        return SessionTransaction._known(self, True)

    def in_nested_transaction(self):
        return _lazyscope.session_in_nested_transaction(self._native)

    @property
    def is_active(self):
        return _lazyscope.session_is_active(self._native)

    def connection(self, bind_arguments=None, execution_options=None):
        if not execution_options:
            _lazyscope.session_connect(self._native)
            return self._connection()
        if _lazyscope.session_is_connected(self._native):
            warn("Connection is already established for the given bind; execution_options ignored")
            return self._connection()
        connection = self._connection()
        if connection is self.bind:
            connection.execution_options(**execution_options)
            _lazyscope.session_connect(self._native)
            return connection
        _lazyscope.session_begins_once(self._native, _begins(execution_options.get("isolation_level")))
        _lazyscope.session_connect(self._native)
        connection = self._connection()
        connection._options = connection._options.union(execution_options)
        return connection

    def _connection(self):
        from ..engine import Connection

        if isinstance(self.bind, Connection):
            return self.bind
        transaction = _lazyscope.session_transaction(self._native, False)
        known, connection = self._own_connection
        if connection is None or known != transaction:
            connection = Connection._of_session(self)
            self._own_connection = transaction, connection
        return connection

    def get_bind(self, mapper=None, **kwargs):
        return self.bind

    @classmethod
    def object_session(cls, instance):
        """The session that an object belongs to."""
        return object_session(instance)

    @classmethod
    def identity_key(cls, class_=None, ident=None, *, instance=None, row=None, identity_token=None):
        """What the identity map knows an object by."""
        if instance is not None:
            return type(instance).__mapper__.identity_key_from_instance(instance)
        if row is not None:
            refuse("Session.identity_key(row=…)")
        key = ident if isinstance(ident, (list, tuple)) else (ident,)
        return class_.__mapper__.identity_key_from_primary_key(key, identity_token)

    def run_sync(self, function, *args, **kwargs):
        return function(self, *args, **kwargs)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()


class IdentitySet(list):
    """Objects, told apart by identity."""

    def __contains__(self, one):
        return any(one is other for other in self)

    def __repr__(self):
        return f"IdentitySet({list(self)!r})"


def _names(names):
    return None if names is None else [getattr(name, "key", name) for name in names]


# By number, weakly: a session that the program has let go of is gone, and its objects are detached.
_sessions = weakref.WeakValueDictionary()
_numbers = itertools.count(1)


@at_end
def clean():
    """Forgets the sessions of the run that has ended."""
    global _numbers
    _sessions.clear()
    _numbers = itertools.count(1)


def object_session(instance):
    """The session that an object belongs to."""
    return _sessions.get(_lazyscope.session_of(instance))


def session_of_number(number):
    """A session that the program still holds."""
    return _sessions.get(number)


def make_transient(instance):
    """Makes an object as if it had never had a session or a row."""
    _lazyscope.orm_make_transient(instance)


def make_transient_to_detached(instance):
    """Makes a transient object as if it had been loaded by its primary key and let go of."""
    _lazyscope.orm_make_detached(instance)


def every_session():
    """The sessions that the program still holds."""
    return list(_sessions.values())


def close_all_sessions():
    for session in every_session():
        session.close()


class sessionmaker(_events.Listening):
    """Makes sessions that are alike."""

    def __init__(self, bind=None, *, class_=Session, autoflush=True, expire_on_commit=True, info=None, **kwargs):
        self.class_ = class_
        self.kw = dict(kwargs, bind=bind, autoflush=autoflush, expire_on_commit=expire_on_commit)
        if info is not None:
            self.kw["info"] = info

    def __call__(self, **kwargs):
        session = self.class_(**{**self.kw, **kwargs})
        session._inherit_listeners(self)
        return session

    def configure(self, **kwargs):
        self.kw.update(kwargs)

    def begin(self):
        return _Begun(self())

    def __repr__(self):
        words = ", ".join(f"{name}={value!r}" for name, value in self.kw.items())
        return f"sessionmaker(class_={self.class_.__name__!r}, {words})"


class _Begun:
    """`with sessionmaker.begin() as session`."""

    def __init__(self, session):
        self._session = session

    def __enter__(self):
        self._transaction = self._session.begin()
        self._transaction.__enter__()
        return self._session

    def __exit__(self, kind, error, trace):
        try:
            self._transaction.__exit__(kind, error, trace)
        finally:
            self._session.close()


class ScopedRegistry:
    """One object for each scope, made when it is first asked for."""

    def __init__(self, createfunc, scopefunc):
        self.createfunc = createfunc
        self.scopefunc = scopefunc
        self.registry = {}

    def __call__(self):
        scope = self.scopefunc()
        if scope not in self.registry:
            self.registry[scope] = self.createfunc()
        return self.registry[scope]

    def has(self):
        return self.scopefunc() in self.registry

    def set(self, obj):
        self.registry[self.scopefunc()] = obj

    def clear(self):
        self.registry.pop(self.scopefunc(), None)


def scoped(sessions, kwargs):
    """The session of this scope; the first time it may be made with arguments of its own."""
    if kwargs:
        if sessions.registry.has():
            raise exc.InvalidRequestError("Scoped session is already present; no new arguments may be specified.")
        sessions.registry.set(sessions.session_factory(**kwargs))
    return sessions.registry()


class _QueryProperty:
    def __init__(self, sessions, query_cls):
        self._sessions = sessions
        self._query_cls = query_cls

    def __get__(self, instance, owner):
        session = self._sessions.registry()
        if self._query_cls is None:
            return session.query(owner)
        return self._query_cls(owner, session=session)


class scoped_session(Facade):
    """One session for each scope; for the thread, which is all there is, unless the program names another."""

    _public = "scoped_session"

    def __init__(self, session_factory, scopefunc=None):
        self.session_factory = session_factory
        self.registry = ScopedRegistry(session_factory, scopefunc or threading.get_ident)

    def __call__(self, **kwargs):
        return scoped(self, kwargs)

    def configure(self, **kwargs):
        if self.registry.has():
            warnings.warn(
                "At least one scoped session is already present.  configure() can not affect sessions that have "
                "already been created.",
                exc.SAWarning,
                stacklevel=2,
            )
        self.session_factory.configure(**kwargs)

    def remove(self):
        if self.registry.has():
            self.registry().close()
        self.registry.clear()

    def query_property(self, query_cls=None):
        """For a class attribute: a query of the class that it is read from."""
        return _QueryProperty(self, query_cls)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self(), name)

    def __contains__(self, instance):
        return instance in self()


__getattr__ = module_getattr(__name__, {"ORMExecuteState": "sqlalchemy.orm.events"})
