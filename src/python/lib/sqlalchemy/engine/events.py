"""Engines, connections and pools as something to listen to."""

from .. import exc
from .._missing import refuse
from . import _host
from .base import Connection, Engine

_POOL_EVENTS = frozenset(
    """connect first_connect checkout checkin reset invalidate soft_invalidate detach close_detached""".split()
)
# Besides those of what a connection does, two-phase commits: nothing here makes one.
_CONNECTION_EVENTS = frozenset(
    """before_cursor_execute after_cursor_execute begin commit rollback savepoint release_savepoint rollback_savepoint
    engine_connect handle_error engine_disposed set_connection_execution_options set_engine_execution_options
    begin_twophase commit_twophase prepare_twophase rollback_twophase""".split()
)
# Those that SQLAlchemy has and Lazyscope has not.
_OTHER_EVENTS = frozenset(
    """after_execute before_execute close do_connect do_execute do_executemany do_execute_no_params
    do_setinputsizes""".split()
)


def find(listeners, fn):
    for listener in listeners:
        if listener == fn or getattr(listener, "_listens", None) == fn:
            return listener
    return None


def standing_for(fn):
    """A listener that stands for the scenario's function: removed by naming that."""

    def mark(listener):
        listener._listens = fn
        return listener

    return mark


def _without_answer(fn):
    @standing_for(fn)
    def listener(*args, **kwargs):
        fn(*args, **kwargs)

    return listener


class EngineTarget:
    """An engine, its pool or one connection of it, or all there are."""

    def __init__(self, shown, known, events, engine, connection=None):
        self._shown = shown
        self._known = known
        self._events = events
        self._engine = engine
        self._connection = connection

    def listen(self, identifier, fn, options):
        if identifier in _OTHER_EVENTS:
            refuse(f'the event "{identifier}" of engines')
        if identifier not in self._events:
            raise exc.InvalidRequestError(f"No such event '{identifier}' for target '{self._shown}'")
        if not options.pop("retval", False) and identifier != "handle_error":
            fn = _without_answer(fn)
        known = self._known.setdefault(identifier, [])
        # Events of connections come in the order in which one began to listen, whatever was said.
        if options.pop("insert", False) and identifier in _POOL_EVENTS:
            known.insert(0, fn)
        else:
            known.append(fn)
        if self._connection is not None:
            self._engine._listened_connections.add(self._connection)
        self._refresh()

    def remove(self, identifier, fn):
        listener = find(self._known.get(identifier, ()), fn)
        if listener is None:
            raise exc.InvalidRequestError(f"No listeners found for event {self._shown} / {identifier!r} / {fn} ")
        self._known[identifier].remove(listener)
        self._refresh()

    def contains(self, identifier, fn):
        return find(self._known.get(identifier, ()), fn) is not None

    def _refresh(self):
        for engine in list(_host.engines.values()) if self._engine is None else [self._engine]:
            _host.refresh(engine)


def target_of(target):
    """What there is to listen to behind an engine, a connection, a pool, or the class of one; None behind anything else."""
    from ..pool import Pool

    if isinstance(target, type):
        if issubclass(target, Engine):
            return EngineTarget(target, _host.class_listeners, _CONNECTION_EVENTS | _POOL_EVENTS, None)
        if issubclass(target, Pool):
            return EngineTarget(target, _host.class_listeners, _POOL_EVENTS, None)
        return None
    if isinstance(target, Engine):
        return EngineTarget(target, target._listeners, _CONNECTION_EVENTS | _POOL_EVENTS, target)
    if isinstance(target, Connection):
        return EngineTarget(target, target._listeners, _CONNECTION_EVENTS, target.engine, target)
    if isinstance(target, Pool):
        return EngineTarget(target, target._engine._listeners, _POOL_EVENTS, target._engine)
    return None
