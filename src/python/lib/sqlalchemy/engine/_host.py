"""What the session layer asks of Python: to warn, to log, to tell listeners, to call a default."""

import inspect
import logging
import sys
import time
import weakref

import _lazyscope

from .. import _runs, exc
from .._warnings import warn  # noqa: F401

engines = weakref.WeakValueDictionary()
# Listeners of every engine, by event; those of one engine are its own.
class_listeners = {}

_WATCHED_EVENTS = frozenset(
    """before_cursor_execute after_cursor_execute begin commit rollback savepoint release_savepoint rollback_savepoint
    engine_connect connect first_connect checkout reset checkin handle_error""".split()
)


# How the statement that is sent next came about, when it is neither new nor in the cache: "raw sql", "no key".
sent_as = None
# When each statement was first logged: from then on SQLAlchemy has it in its cache.
_first_logged = {}
_statement = ""


def log(line):
    global _statement
    _statement = line
    _log(line)


def log_parameters(shown, many, batch, words):
    """How the statement came about, and its parameters; `words` tell which of how many batches it is, if it is one."""
    if batch > 1:
        _log(f"[insertmanyvalues {words}] {shown}")
        return
    # One row and many are two entries of the cache.
    origin = _origin(many)
    _log(f"[{origin} (insertmanyvalues) {words}] {shown}" if batch else f"[{origin}] {shown}")


def _log(line):
    _prepare_logging()
    logger = logging.getLogger("sqlalchemy.engine.Engine")
    logger.handle(logger.makeRecord(logger.name, logging.INFO, "", 0, line, (), None))


def _origin(many):
    now = time.perf_counter()
    if sent_as == "raw sql":
        return "raw sql"
    if sent_as == "no key":
        return "no key 0.00005s"
    since = _first_logged.setdefault((_statement, many), now)
    return "generated in 0.00010s" if since == now else f"cached since {now - since:.4g}s ago"


class sending:
    """`with sending("raw sql"): …`, for the log."""

    def __init__(self, how):
        self._how = how

    def __enter__(self):
        global sent_as
        sent_as = self._how

    def __exit__(self, *error):
        global sent_as
        sent_as = None


def _prepare_logging():
    """As SQLAlchemy does for `echo=True`: to standard output, unless the scenario has a handler of its own."""
    root = logging.getLogger("sqlalchemy")
    if root.level == logging.NOTSET:
        root.setLevel(logging.WARN)
    if _echoing() and not root.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        root.addHandler(handler)


def _echoing():
    return any(engine.echo for engine in engines.values())


def _logs():
    """Whether the scenario has set up logging of statements by itself."""
    level = logging.getLogger("sqlalchemy.engine").level
    engine_level = logging.getLogger("sqlalchemy.engine.Engine").level
    return 0 < (engine_level or level) <= logging.INFO


_set_level = logging.Logger.setLevel


def _watched_set_level(self, level):
    _set_level(self, level)
    if self.name.startswith("sqlalchemy"):
        for engine in list(engines.values()):
            refresh(engine)


logging.Logger.setLevel = _watched_set_level


def refresh(engine):
    """Tells the native engine what it has to report."""
    _lazyscope.engine_echo(engine, bool(engine.echo) or _logs())
    known = [class_listeners, *engine._all_listeners()]
    listened = any(each.get(name) for each in known for name in _WATCHED_EVENTS)
    _lazyscope.engine_listened(engine, listened)


class unheard:
    """`with unheard(engine): …`: what is sent past SQLAlchemy, to the driver, is neither logged nor told to listeners."""

    def __init__(self, engine):
        self._engine = engine

    def __enter__(self):
        _lazyscope.engine_echo(self._engine, False)
        _lazyscope.engine_listened(self._engine, False)

    def __exit__(self, *error):
        refresh(self._engine)


def listeners(engine, name, connection=None):
    own = connection._listeners.get(name, ()) if connection is not None else ()
    return [*own, *engine._heard(name)]


class Cursor:
    """The driver's cursor, as far as listeners look at it."""

    description = None
    lastrowid = None

    def __init__(self, rowcount=-1):
        self.rowcount = rowcount


# Connections that execute a statement, innermost last, each with the options of its execution.
_executing = []


class executing(sending):
    """`with executing(connection, options): …`: whom listeners are told of, and how it is logged."""

    def __init__(self, connection, options, how=None):
        super().__init__(how)
        self._entry = connection, options

    def __enter__(self):
        super().__enter__()
        _executing.append(self._entry)
        self._speaker = _lazyscope.engine_speaker(self._entry[0].engine, 0)

    def __exit__(self, *error):
        _lazyscope.engine_speaker(self._entry[0].engine, self._speaker)
        _executing.pop()
        super().__exit__()


def _connection_of(engine):
    """The connection that executes, with its options; a session's and the engine's own are made when they are seen."""
    number = _lazyscope.engine_speaker(engine)
    if number:
        from ..orm.session import session_of_number

        session = session_of_number(number)
        if session is not None:
            connection = session._connection()
            return connection, connection.get_execution_options()
    elif _executing and _lazyscope.engine_id(_executing[-1][0].engine) == _lazyscope.engine_id(engine):
        return _executing[-1]
    from .base import Connection

    return Connection(engine), engine.get_execution_options()


class Context:
    """The execution context that listeners get."""

    def __init__(self, engine, statement, parameters, many):
        self.connection, self.execution_options = _connection_of(engine)
        self.engine = self.connection.engine
        self.statement = statement
        self.parameters = parameters
        self.executemany = many
        self.compiled = None
        self.isinsert = statement.lstrip()[:6].upper() == "INSERT"
        self.isupdate = statement.lstrip()[:6].upper() == "UPDATE"
        self.isdelete = statement.lstrip()[:6].upper() == "DELETE"


# Of the executions that have not ended, by their number.
_contexts = {}


def before_execute(engine_id, number, sql, parameters, many):
    engine = engines.get(engine_id)
    if engine is None:
        return
    context = Context(engine, sql, parameters, many)
    _contexts[number] = context
    replaced = False
    for function in listeners(context.engine, "before_cursor_execute", context.connection):
        answer = function(context.connection, Cursor(), sql, parameters, context, many)
        if answer is not None:
            sql, parameters = answer
            replaced = True
    return (sql, parameters) if replaced else None


def after_execute(engine_id, number, sql, parameters, many, count):
    engine = engines.get(engine_id)
    if engine is None:
        return
    context = _contexts.pop(number, None) or Context(engine, sql, parameters, many)
    for function in listeners(context.engine, "after_cursor_execute", context.connection):
        function(context.connection, Cursor(count), sql, parameters, context, many)


def transaction(engine_id, event, name):
    """A transaction or savepoint of an engine's connection begins or ends, or the connection comes and goes."""
    engine = engines.get(engine_id)
    if engine is None:
        return
    connection = _connection_of(engine)[0]
    engine = connection.engine
    if event in ("connect", "checkout", "checkin"):
        driver, record = connection.connection, ConnectionRecord(engine)
        if event == "connect":
            tell(engine, "first_connect", driver, record)
            tell(engine, "connect", driver, record)
        elif event == "checkout":
            tell(engine, "checkout", driver, record, ConnectionFairy(engine))
            _tell_of(connection, "engine_connect")
        else:
            tell(engine, "reset", driver, record, PoolResetState())
            tell(engine, "checkin", driver, record)
    elif event == "savepoint":
        _tell_of(connection, event, None)
    elif name is not None:
        _tell_of(connection, event, name, None)
    else:
        _tell_of(connection, event)


def tell(engine, event, *arguments):
    for function in listeners(engine, event):
        function(*arguments)


def _tell_of(connection, event, *arguments):
    for function in listeners(connection.engine, event, connection):
        function(connection, *arguments)


class ConnectionRecord:
    """What a pool knows of the one connection there is."""

    def __init__(self, engine):
        self._engine = engine
        self.info = engine._info
        self.record_info = {}

    @property
    def dbapi_connection(self):
        return self._engine.connect().connection

    driver_connection = dbapi_connection


class ConnectionFairy(ConnectionRecord):
    """The connection as a pool hands it out."""


class PoolResetState:
    """How a connection came back."""

    transaction_was_reset = False
    terminate_only = False
    asyncio_safe = True


ConnectionRecord.__name__, ConnectionFairy.__name__ = "_ConnectionRecord", "_ConnectionFairy"


class ExceptionContext:
    """What `handle_error` is told."""

    is_disconnect = is_pre_ping = False
    invalidate_pool_on_disconnect = True
    chained_exception = cursor = None

    def __init__(self, engine, error):
        self.connection = _connection_of(engine)[0]
        self.engine, self.dialect = self.connection.engine, engine.dialect
        self.sqlalchemy_exception = error
        self.original_exception = error.orig
        self.statement, self.parameters = error.statement, error.params
        self.execution_context = None


def refused(engine_id, error):
    """The database has refused a statement: what a listener gives back or raises takes the error's place."""
    engine = engines.get(engine_id)
    if engine is None:
        return
    context = ExceptionContext(engine, error)
    for function in listeners(context.engine, "handle_error", context.connection):
        answer = function(context)
        if answer is not None:
            context.chained_exception = answer
    if context.chained_exception is not None:
        raise context.chained_exception


class _DefaultContext:
    """What a default function that takes an argument is given."""

    def __init__(self, current):
        self.current_parameters = current

    def get_current_parameters(self, isolate_multiinsert_groups=True):
        return dict(self.current_parameters)


def call_default(function, current):
    return function(_DefaultContext(current)) if _takes_argument(function) else function()


def _takes_argument(function):
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(each.default is each.empty and each.kind in (0, 1) for each in parameters)


def show_parameters(parameters, many):
    if many and not parameters:
        return "()"
    return exc._shown_parameters(parameters, many)


@_runs.at_end
def _reset():
    engines.clear()
    class_listeners.clear()
    _contexts.clear()
    _executing.clear()
    _first_logged.clear()
    logging.Logger.setLevel = _watched_set_level
