"""Engines and connections."""

import itertools
import sqlite3

import _lazyscope

from .. import _runs, exc
from .._missing import Facade, refuse, refuse_arguments
from . import _host
from .url import make_url

_ids = itertools.count(1)

# Options of `create_engine()` that say how a real database is reached: there is none to reach.
_POOL_OPTIONS = frozenset(
    """pool_size max_overflow pool_pre_ping pool_recycle pool_timeout pool_use_lifo pool_reset_on_return pool
    poolclass pool_logging_name connect_args creator future query_cache_size hide_parameters logging_name
    insertmanyvalues_page_size use_insertmanyvalues json_serializer json_deserializer isolation_level encoding
    native_datetime echo_pool execution_options enable_from_linting label_length max_identifier_length module
    paramstyle plugins skip_autocommit_rollback client_encoding executemany_mode fast_executemany""".split()
)


class Engine(_lazyscope.Node, Facade):
    """The source of connections to one database, here an embedded one in memory."""

    _public = "Engine"
    __hash__ = object.__hash__

    def __init__(self, url, echo):
        _lazyscope.assume(self, _lazyscope.engine_new(next(_ids)))
        self._listeners = {}
        self._echo = echo
        self.url = url
        self._options = {}
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

    @property
    def pool(self):
        from ..pool import StaticPool

        return StaticPool()

    def connect(self):
        return Connection(self)

    def begin(self):
        return _EngineBegin(self)

    def dispose(self, close=True):
        pass

    def execution_options(self, **opt):
        self._options.update(opt)
        return self

    def get_execution_options(self):
        return self._options

    def raw_connection(self):
        return sqlite3.Connection(self)

    def _listened_connection(self):
        return Connection(self)

    def _greet(self, name, function):
        """`connect` listeners are told of the one connection there is, at once."""
        if name in ("connect", "first_connect") and not _lazyscope.engine_was_used(self):
            function(sqlite3.Connection(self), None)
            _lazyscope.engine_was_used(self, False)

    def __repr__(self):
        return f"Engine({self.url!r})"


_lazyscope.register("engine", Engine)
_lazyscope.register("session", _lazyscope.Node)


class _EngineBegin:
    def __init__(self, engine):
        self._engine = engine

    def __enter__(self):
        self._connection = self._engine.connect()
        self._connection.begin()
        return self._connection

    def __exit__(self, kind, error, traceback):
        if kind is None:
            self._connection.commit()
        else:
            self._connection.rollback()
        self._connection.close()


class Transaction(Facade):
    """A transaction of a connection, or a savepoint in one."""

    _public = "Transaction"
    _savepoint = None

    def __init__(self, connection, savepoint=None):
        self.connection = connection
        self._savepoint = savepoint
        self.is_active = True

    @property
    def is_valid(self):
        return self.is_active

    def commit(self):
        self._end(True)

    def rollback(self):
        self._end(False)

    def close(self):
        if self.is_active:
            self._end(False)

    def _end(self, commit):
        if not self.is_active:
            if commit:
                raise exc.InvalidRequestError("This transaction is inactive")
            return
        self.is_active = False
        connection = self.connection
        if self._savepoint is not None:
            word = "RELEASE SAVEPOINT" if commit else "ROLLBACK TO SAVEPOINT"
            _lazyscope.engine_send(connection.engine, f"{word} {self._savepoint}", [], False)
            connection._nested = None
            return
        connection._transaction = None
        _lazyscope.engine_end(connection.engine, "COMMIT" if commit else "ROLLBACK")

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if not self.is_active:
            return
        self._end(kind is None)


class RootTransaction(Transaction):
    """The transaction of a connection."""


class NestedTransaction(Transaction):
    """A savepoint."""


_savepoints = itertools.count(1)


class _SessionTransaction(Transaction):
    """The transaction that a session has begun: only the session ends it."""

    def _end(self, commit):
        if commit:
            raise exc.InvalidRequestError("Can't operate on closed transaction inside context manager.")


class Connection(Facade):
    """A connection; its transaction begins with its first statement."""

    _public = "Connection"

    def __init__(self, engine):
        self.engine = engine
        self._closed = False
        self._transaction = None
        self._nested = None
        self._options = {}

    @classmethod
    def _of_session(cls, session):
        """The connection of a session: it is in the session's transaction, and ends with it."""
        made = cls(getattr(session.bind, "engine", session.bind))
        made._transaction = _SessionTransaction(made)
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
        return {}

    @property
    def connection(self):
        return sqlite3.Connection(self.engine)

    def _begun(self):
        if self._closed:
            raise exc.ResourceClosedError("This Connection is closed")
        if self._transaction is None:
            self._transaction = RootTransaction(self)

    def execute(self, statement, parameters=None, *, execution_options=None):
        if isinstance(statement, str):
            raise exc.ObjectNotExecutableError(statement)
        self._begun()
        statement = getattr(statement, "__clause_element__", lambda: statement)()
        if not isinstance(statement, _lazyscope.Node):
            from ..schema import DDL

            if isinstance(statement, DDL):
                return _lazyscope.engine_send(self.engine, statement.statement, [], True)
            raise exc.ObjectNotExecutableError(statement)
        if isinstance(parameters, (list, tuple)):
            parameters = list(parameters)
        return _lazyscope.engine_execute(self.engine, statement, parameters)

    def scalars(self, statement, parameters=None, *, execution_options=None):
        return self.execute(statement, parameters).scalars()

    def scalar(self, statement, parameters=None, *, execution_options=None):
        return self.execute(statement, parameters).scalar()

    def exec_driver_sql(self, statement, parameters=None, execution_options=None):
        self._begun()
        if parameters is None:
            rows = []
        elif isinstance(parameters, list):
            rows = [list(row) for row in parameters]
        else:
            rows = [list(parameters)]
        with _host.sending("raw sql"):
            return _lazyscope.engine_send(self.engine, statement, rows, False)

    def begin(self):
        if self._transaction is not None:
            raise exc.InvalidRequestError(
                "This connection has already initialized a SQLAlchemy Transaction() object via begin() or autobegin; "
                "can't call begin() here unless rollback() or commit() is called first."
            )
        self._begun()
        return self._transaction

    def begin_nested(self):
        self._begun()
        name = f"sa_savepoint_{next(_savepoints)}"
        _lazyscope.engine_send(self.engine, f"SAVEPOINT {name}", [], False)
        self._nested = NestedTransaction(self, name)
        return self._nested

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

    def close(self):
        if self._transaction is not None:
            self._transaction.close()
        self._closed = True

    def execution_options(self, **opt):
        self._options.update(opt)
        return self

    def get_execution_options(self):
        return self._options

    def run_callable(self, *args, **kw):
        refuse("Connection.run_callable")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


def create_engine(url, *, echo=False, **kwargs):
    """An engine. Whatever the URL names, an embedded SQLite in memory answers."""
    url = make_url(url)
    for known in [key for key in kwargs if key in _POOL_OPTIONS]:
        kwargs.pop(known)
    for name in kwargs:
        if "_" not in name:
            raise TypeError(
                f"Invalid argument(s) {name!r} sent to create_engine(), using configuration "
                "SQLiteDialect_pysqlite/StaticPool/Engine.  Please check that the keyword arguments are appropriate for this "
                "combination of components."
            )
    refuse_arguments("create_engine", kwargs)
    engine = Engine(url, echo)
    for name in ("first_connect", "connect"):
        for function in _host.class_listeners.get(name, ()):
            engine._greet(name, function)
    return engine


def engine_from_config(configuration, prefix="sqlalchemy.", **kwargs):
    return create_engine(configuration[f"{prefix}url"], **kwargs)


@_runs.at_end
def _reset():
    global _ids, _savepoints
    _ids, _savepoints = itertools.count(1), itertools.count(1)
