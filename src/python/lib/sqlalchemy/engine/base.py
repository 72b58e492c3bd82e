"""Engines and connections."""

import functools
import itertools
import sqlite3
import weakref

import _lazyscope
import _lazyscope_values

from .. import _runs, exc
from .._missing import Facade, refuse, refuse_arguments
from .._warnings import deprecated
from ..pool import QueuePool, SingletonThreadPool
from ..sql.ddl import ExecutableDDLElement
from ..sql.selectable import SelectBase
from ..util import immutabledict
from . import _host
from .transactions import NestedTransaction, RootTransaction, Transaction, TransactionOfSession  # noqa: F401
from .url import make_url

_ids = itertools.count(1)

# Options of `create_engine()` that say how a real database is reached: there is none to reach.
_POOL_OPTIONS = frozenset(
    """pool_size max_overflow pool_pre_ping pool_recycle pool_timeout pool_use_lifo pool_reset_on_return pool
    poolclass pool_logging_name connect_args creator future query_cache_size encoding
    echo_pool module plugins skip_autocommit_rollback client_encoding executemany_mode fast_executemany""".split()
)
# Options that change what is sent, logged or warned of, with the value that changes nothing.
_USUAL = {
    "enable_from_linting": True,
    "hide_parameters": False,
    "insertmanyvalues_page_size": 1000,
    "label_length": None,
    "logging_name": None,
    "max_identifier_length": None,
    "native_datetime": False,
    "paramstyle": None,
    "use_insertmanyvalues": True,
}


# Options of an execution that would change what is sent or what comes back.
_MISSING_OPTIONS = frozenset(
    """schema_translate_map no_parameters insertmanyvalues_page_size logging_token preserve_rowcount""".split()
)
_ISOLATION_LEVELS = ("READ UNCOMMITTED", "SERIALIZABLE", "AUTOCOMMIT")


def _begins(level):
    """Whether a write opens a transaction at that isolation level; None for a level that is not said."""
    if level is None:
        return None
    if level not in _ISOLATION_LEVELS:
        raise exc.ArgumentError(
            f"Invalid value {level!r} for isolation_level. Valid isolation levels for 'sqlite' are "
            f"{', '.join(_ISOLATION_LEVELS)}"
        )
    return level != "AUTOCOMMIT"


def _checked(options):
    for name in options:
        if name in _MISSING_OPTIONS:
            refuse(f"the execution option {name}")
    return options


def _in_parts(options, engine, statement, parameters):
    """Executes a statement whose rows are read in parts; of what size is said for selects alone."""
    result = _lazyscope.engine_execute(engine, statement, parameters)
    result._note_options(options)
    if not isinstance(statement, SelectBase):
        result._yield_per = None
    return result


class Engine(_lazyscope.Node, Facade):
    """The source of connections to one database, here an embedded one in memory."""

    _public = "Engine"
    __hash__ = object.__hash__

    def __init__(self, url, echo, options, pool, isolation_level):
        _lazyscope.assume(self, _lazyscope.engine_new(next(_ids)))
        self._listeners = {}
        # Connections that have listeners of their own.
        self._listened_connections = weakref.WeakSet()
        self._echo = echo
        self.url = url
        self._options = immutabledict(_checked(options))
        # Engines with other options over the same connections.
        self._derived = weakref.WeakSet()
        self.pool = pool(self)
        self._isolation_level = isolation_level
        if isolation_level in _ISOLATION_LEVELS:
            _lazyscope.engine_begins_by_default(self, _begins(isolation_level))
        # Of the one connection to the database there is.
        self._info = {}
        _host.engines[_lazyscope.engine_id(self)] = self
        _host.refresh(self)

    @property
    def engine(self):
        return self

    @property
    def echo(self):
        return self._echo

    @echo.setter
    def echo(self, value):
        self._echo = value
        _host.refresh(self)

    @property
    def name(self):
        return "sqlite"

    @property
    def driver(self):
        return "pysqlite"

    @property
    def dialect(self):
        from ..dialects import sqlite

        return sqlite.dialect()

    def _begins(self):
        """Whether writes over a new connection open a transaction; None for what the driver's connection does anyway."""
        _begins(self._isolation_level)
        return _begins(self._options.get("isolation_level"))

    def connect(self):
        made = Connection(self)
        with made._told():
            _lazyscope.engine_tell(self, "checkout")
        made._set_level(self._begins())
        return made

    def begin(self):
        return _EngineBegin(self)

    def dispose(self, close=True):
        _host.tell(self, "engine_disposed", self)

    def execution_options(self, **opt):
        return OptionEngine(self, opt)

    def update_execution_options(self, **opt):
        _host.tell(self, "set_engine_execution_options", self, opt)
        self._options = self._options.union(_checked(opt))

    def get_execution_options(self):
        return self._options

    def raw_connection(self):
        return sqlite3.Connection(self)

    def __repr__(self):
        return f"Engine({self.url!r})"

    def _heard(self, name):
        """Who listens to this engine."""
        return [*_host.class_listeners.get(name, ()), *self._listeners.get(name, ())]

    def _all_listeners(self):
        return [self._listeners, *(each._listeners for each in (*self._derived, *self._listened_connections))]


class OptionEngine(Engine):
    """An engine over the connections of another, with options of its own."""

    def __init__(self, proxied, options):
        _lazyscope.assume(self, proxied)
        self._proxied = proxied
        self._listeners = {}
        self._options = proxied._options
        self.url, self.pool, self._isolation_level = proxied.url, proxied.pool, proxied._isolation_level
        _host.engines[_lazyscope.engine_id(self)]._derived.add(self)
        self.update_execution_options(**options)

    def _heard(self, name):
        return [*self._listeners.get(name, ()), *self._proxied._heard(name)]

    def __getattr__(self, name):
        if name in ("_echo", "_info", "_derived", "_listened_connections", "_execution"):
            return getattr(self._proxied, name)
        return super().__getattr__(name)


_lazyscope.register("engine", Engine)
_lazyscope.register("session", _lazyscope.Node)


class _EngineBegin:
    def __init__(self, engine):
        self._engine = engine

    def __enter__(self):
        self._connection = self._engine.connect()
        self._transaction = self._connection.begin()
        self._transaction.__enter__()
        return self._connection

    def __exit__(self, kind, error, trace):
        try:
            self._transaction.__exit__(kind, error, trace)
        finally:
            self._connection.close()


class Connection(Facade):
    """A connection; its transaction begins with its first statement."""

    _public = "Connection"

    def __init__(self, engine):
        self.engine = engine
        self._closed = False
        self._transaction = None
        self._nested = None
        # Its listeners of `begin` may execute.
        self._is_beginning = False
        # The transaction whose `with` block is entered.
        self._managed = None
        self._savepoints = itertools.count(1)
        self._options = immutabledict()
        self._has_level = False
        self._listeners = {}

    @classmethod
    def _of_session(cls, session):
        """The connection of a session: it is in the session's transaction, and ends with it."""
        made = cls(getattr(session.bind, "engine", session.bind))
        made._transaction = TransactionOfSession(made)
        return made

    @property
    def dialect(self):
        return self.engine.dialect

    @property
    def closed(self):
        return self._closed

    @property
    def invalidated(self):
        return False

    @property
    def info(self):
        return self.engine._info

    @property
    def connection(self):
        return sqlite3.Connection(self.engine)

    def _usable(self):
        if self._closed:
            raise exc.ResourceClosedError("This Connection is closed")
        if self._managed is not None and not self._managed.is_active:
            raise exc.InvalidRequestError(
                "Can't operate on closed transaction inside context manager.  Please complete the context manager before "
                "emitting further commands."
            )

    def _begun(self):
        for transaction in (self._transaction, self._nested):
            if transaction is not None and not transaction.is_active:
                self._refuse_invalid()
        self._usable()
        if self._transaction is None and not self._is_beginning:
            self._transaction = RootTransaction(self)

    def _refuse_invalid(self):
        which = "" if self._nested is None else "savepoint "
        error = exc.PendingRollbackError(
            f"Can't reconnect until invalid {which}transaction is rolled back.  Please rollback() fully before proceeding"
        )
        error.code = "8s2b"
        raise error

    def _savepoint_name(self):
        return f"sa_savepoint_{next(self._savepoints)}"

    def execute(self, statement, parameters=None, *, execution_options=None):
        return self._call(self._to_execute(statement, parameters, execution_options))

    @staticmethod
    def _call(prepared):
        within, function, *arguments = prepared
        with within:
            return function(*arguments)

    def _to_execute(self, statement, parameters=None, execution_options=None):
        """The call that executes a statement, and what it is to be made in."""
        if isinstance(statement, str):
            raise exc.ObjectNotExecutableError(statement)
        statement = getattr(statement, "__clause_element__", lambda: statement)()
        options = immutabledict(getattr(statement, "_execution_options", {})).merge_with(
            self.get_execution_options(), _checked(execution_options or {})
        )
        if "yield_per" in options:
            options = options.union(stream_results=True, max_row_buffer=options["yield_per"])
        if isinstance(statement, ExecutableDDLElement):
            return self._executing(options), _lazyscope.engine_send, self.engine, statement._text(), [], True
        if not isinstance(statement, _lazyscope.Node):
            raise exc.ObjectNotExecutableError(statement)
        if isinstance(parameters, (list, tuple)) and not parameters:
            deprecated(
                "Empty parameter sequence passed to execute(). This use is deprecated and will raise an exception in a "
                "future SQLAlchemy release"
            )
        execute = functools.partial(_in_parts, options) if options.get("stream_results") else _lazyscope.engine_execute
        return self._executing(options), execute, self.engine, statement, parameters

    def _executing(self, options, how=None):
        """A transaction is begun; listeners learn of the connection and its options while the block lasts."""
        self._begun()
        return _host.executing(self, options, how)

    def _told(self):
        return _host.executing(self, self.get_execution_options())

    def scalars(self, statement, parameters=None, *, execution_options=None):
        return self.execute(statement, parameters, execution_options=execution_options).scalars()

    def scalar(self, statement, parameters=None, *, execution_options=None):
        return self.execute(statement, parameters, execution_options=execution_options).scalar()

    def exec_driver_sql(self, statement, parameters=None, execution_options=None):
        return self._call(self._to_exec_driver_sql(statement, parameters, execution_options))

    def _to_exec_driver_sql(self, statement, parameters=None, execution_options=None):
        if parameters is None:
            rows = []
        elif isinstance(parameters, list):
            rows = [list(row) for row in parameters]
        else:
            rows = [list(parameters)]
        options = self.get_execution_options().union(_checked(execution_options or {}))
        return self._executing(options, "raw sql"), _lazyscope.engine_send, self.engine, statement, rows, False

    def begin(self):
        self._usable()
        if self._transaction is not None:
            raise exc.InvalidRequestError(
                "This connection has already initialized a SQLAlchemy Transaction() object via begin() or autobegin; "
                "can't call begin() here unless rollback() or commit() is called first."
            )
        self._begun()
        return self._transaction

    def begin_nested(self):
        with self._executing(self.get_execution_options()):
            return NestedTransaction(self)

    def in_transaction(self):
        return self._transaction is not None and self._transaction.is_active

    def in_nested_transaction(self):
        return self._nested is not None and self._nested.is_active

    def get_transaction(self):
        return self._transaction

    def get_nested_transaction(self):
        return self._nested

    def commit(self):
        if self._transaction is not None:
            self._transaction.commit()

    def rollback(self):
        if self._transaction is not None:
            self._transaction.rollback()

    def _joined(self, mode):
        """The transaction that a session bound to this connection is in, and whether the session ends it."""
        if not self.in_transaction():
            return self.begin(), True
        if mode == "conditional_savepoint":
            mode = "create_savepoint" if self.in_nested_transaction() else "rollback_only"
        if mode == "create_savepoint":
            return self._joined_nested()
        return self._nested if self.in_nested_transaction() else self._transaction, mode == "control_fully"

    def _joined_nested(self):
        return self.begin_nested(), True

    def close(self):
        if self._closed:
            return
        if self._transaction is not None:
            self._transaction.close()
        else:
            _lazyscope.engine_release(self.engine)
        with self._told():
            _lazyscope.engine_tell(self.engine, "checkin")
        if self._has_level:
            _lazyscope.engine_begins(self.engine, None)
        self._closed = True

    def _set_level(self, begins):
        if begins is not None:
            _lazyscope.engine_begins(self.engine, begins)
            self._has_level = True

    def get_isolation_level(self):
        """SQLite knows of autocommit mode only in the driver."""
        level = self.get_execution_options().get("isolation_level", self.engine._isolation_level)
        return level if level == "READ UNCOMMITTED" else "SERIALIZABLE"

    default_isolation_level = "SERIALIZABLE"

    def execution_options(self, **opt):
        for function in _host.listeners(self.engine, "set_connection_execution_options", self):
            function(self, opt)
        if "isolation_level" in opt:
            if self.in_transaction():
                raise exc.InvalidRequestError(
                    "This connection has already initialized a SQLAlchemy Transaction() object via begin() or autobegin; "
                    "isolation_level may not be altered unless rollback() or commit() is called first."
                )
            self._set_level(_begins(opt["isolation_level"]))
        self._options = self._options.union(_checked(opt))
        return self

    def get_execution_options(self):
        return self.engine._options.union(self._options)

    def run_callable(self, *args, **kw):
        refuse("Connection.run_callable")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


def create_engine(url, *, echo=None, execution_options=None, isolation_level=None, **kwargs):
    """An engine. Whatever the URL names, an embedded SQLite in memory answers."""
    url = make_url(url)
    url._check_backend()
    pool = kwargs.get("poolclass") or (SingletonThreadPool if url.database in (None, "", ":memory:") else QueuePool)
    _use_json(kwargs.pop("json_serializer", None), kwargs.pop("json_deserializer", None))
    for known in [key for key in kwargs if key in _POOL_OPTIONS]:
        kwargs.pop(known)
    for name in [key for key in kwargs if key in _USUAL]:
        if kwargs[name] != _USUAL[name]:
            refuse(f"create_engine({name}={kwargs[name]!r})")
        kwargs.pop(name)
    for name in kwargs:
        if "_" not in name:
            raise TypeError(
                f"Invalid argument(s) {name!r} sent to create_engine(), using configuration "
                "SQLiteDialect_pysqlite/StaticPool/Engine.  Please check that the keyword arguments are appropriate for this "
                "combination of components."
            )
    refuse_arguments("create_engine", kwargs)
    return Engine(url, echo, execution_options or {}, pool, isolation_level)


# The functions that the engines of this run write and read JSON by; None before there is an engine.
_json_functions = None


def _use_json(*functions):
    global _json_functions
    if _json_functions is not None and functions != _json_functions:
        refuse("engines of one program that differ in json_serializer or json_deserializer")
    if _json_functions is None and functions != (None, None):
        _lazyscope_values.use_json(*functions)
    _json_functions = functions


def engine_from_config(configuration, prefix="sqlalchemy.", **kwargs):
    return create_engine(configuration[f"{prefix}url"], **kwargs)


@_runs.at_end
def _reset():
    global _ids, _json_functions
    _ids = itertools.count(1)
    _json_functions = None
    _lazyscope_values.use_json()
