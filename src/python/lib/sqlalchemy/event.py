"""Listening for events of engines, sessions, mapped classes and attributes."""

from . import exc
from ._missing import module_getattr, refuse
from .engine import _host
from .engine.base import Engine

__getattr__ = module_getattr("sqlalchemy.event")

_ENGINE_EVENTS = frozenset(
    {"before_cursor_execute", "after_cursor_execute", "begin", "commit", "rollback", "connect", "first_connect"}
)
# Those that SQLAlchemy has and Lazyscope has not.
_OTHER_ENGINE_EVENTS = frozenset(
    """after_execute before_execute begin_twophase commit_twophase prepare_twophase release_savepoint rollback_savepoint
    rollback_twophase savepoint engine_connect engine_disposed set_connection_execution_options
    set_engine_execution_options checkin checkout close close_detached detach invalidate reset soft_invalidate
    do_connect do_execute do_executemany do_execute_no_params do_setinputsizes handle_error""".split()
)


class EngineTarget:
    """Engines as something to listen to: one of them, or all."""

    def __init__(self, engine):
        self._engine = engine
        self._known = _host.class_listeners if engine is None else engine._listeners
        self._shown = Engine if engine is None else engine

    def listen(self, identifier, fn, options):
        if identifier in _OTHER_ENGINE_EVENTS:
            refuse(f'the event "{identifier}" of engines')
        if identifier not in _ENGINE_EVENTS:
            raise exc.InvalidRequestError(f"No such event '{identifier}' for target '{self._shown}'")
        if not options.pop("retval", False):
            fn = _without_answer(fn)
        self._known.setdefault(identifier, []).append(fn)
        self._refresh()
        if self._engine is not None:
            self._engine._greet(identifier, fn)

    def remove(self, identifier, fn):
        listener = _find(self._known.get(identifier, ()), fn)
        if listener is None:
            raise exc.InvalidRequestError(f"No listeners found for event {self._shown} / {identifier!r} / {fn} ")
        self._known[identifier].remove(listener)
        self._refresh()

    def contains(self, identifier, fn):
        return _find(self._known.get(identifier, ()), fn) is not None

    def _refresh(self):
        for engine in list(_host.engines.values()) if self._engine is None else [self._engine]:
            _host.refresh(engine)


def _find(listeners, fn):
    for listener in listeners:
        if listener == fn or getattr(listener, "_listens", None) == fn:
            return listener
    return None


def _standing_for(fn):
    """A listener that stands for the scenario's function: removed by naming that."""

    def mark(listener):
        listener._listens = fn
        return listener

    return mark


def _without_answer(fn):
    @_standing_for(fn)
    def listener(*args, **kwargs):
        fn(*args, **kwargs)

    return listener


def _once(fn):
    called = False

    @_standing_for(fn)
    def listener(*args, **kwargs):
        nonlocal called
        if not called:
            called = True
            return fn(*args, **kwargs)

    return listener


def _target(target, identifier):
    if target is Engine or isinstance(target, type) and target.__name__ == "Pool":
        return EngineTarget(None)
    if isinstance(target, Engine):
        return EngineTarget(target)
    if hasattr(target, "sync_engine") and not isinstance(target, type):
        raise NotImplementedError(
            "asynchronous events are not implemented at this time.  Apply synchronous listeners to the AsyncEngine.sync_engine"
            " or AsyncConnection.sync_connection attributes."
        )
    from .orm import events

    found = events.target_of(target)
    if found is None:
        raise exc.InvalidRequestError(f"No such event '{identifier}' for target '{target}'")
    return found


def listen(target, identifier, fn, *args, **kw):
    found = _target(target, identifier)
    if kw.pop("named", False):
        refuse("event.listen(named=True)")
    if kw.pop("once", False):
        fn = _once(fn)
    found.listen(identifier, fn, kw)


def listens_for(target, identifier, *args, **kw):
    def decorate(fn):
        listen(target, identifier, fn, *args, **kw)
        return fn

    return decorate


def remove(target, identifier, fn):
    _target(target, identifier).remove(identifier, fn)


def contains(target, identifier, fn):
    return _target(target, identifier).contains(identifier, fn)
