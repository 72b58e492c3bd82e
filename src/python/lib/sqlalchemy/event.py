"""Listening for events of engines and sessions."""

from . import exc
from ._missing import module_getattr, refuse
from .engine import _host
from .engine.base import Engine

__getattr__ = module_getattr("sqlalchemy.event")

_ENGINE_EVENTS = frozenset({"before_cursor_execute", "after_cursor_execute", "connect", "first_connect"})


def listen(target, identifier, fn, *args, **kw):
    once = kw.pop("once", False)
    if once:
        fn = _once(fn)
    if target is Engine or isinstance(target, type) and target.__name__ == "Pool":
        if identifier not in _ENGINE_EVENTS:
            refuse(f'the event "{identifier}" of engines')
        _host.class_listeners.setdefault(identifier, []).append(fn)
        for engine in list(_host.engines.values()):
            _host.refresh(engine)
        return
    if isinstance(target, Engine):
        if identifier not in _ENGINE_EVENTS:
            refuse(f'the event "{identifier}" of engines')
        target._listen(identifier, fn)
        return
    by_class = getattr(target, "_listen_class", None)
    if isinstance(target, type) and by_class is not None:
        by_class(identifier, fn)
        return
    by_object = getattr(target, "_listen", None)
    if by_object is not None:
        by_object(identifier, fn)
        return
    if isinstance(target, type) and hasattr(target, "__mapper__"):
        refuse(f'the event "{identifier}" of mapped classes')
    raise exc.InvalidRequestError(f"No such event '{identifier}' for target '{target}'")


def listens_for(target, identifier, *args, **kw):
    def decorate(fn):
        listen(target, identifier, fn, *args, **kw)
        return fn

    return decorate


def _once(fn):
    called = False

    def wrapped(*args, **kwargs):
        nonlocal called
        if not called:
            called = True
            return fn(*args, **kwargs)

    return wrapped


def remove(target, identifier, fn):
    if target is Engine:
        known = _host.class_listeners
    elif isinstance(target, Engine):
        known = target._listeners
    else:
        forget = getattr(target, "_unlisten", None)
        if forget is None:
            refuse("event.remove of this target")
        forget(identifier, fn)
        return
    if fn not in known.get(identifier, ()):
        raise exc.InvalidRequestError(
            f"No listeners found for event {target} / {identifier!r} / {fn} "
        )
    known[identifier].remove(fn)
    for engine in list(_host.engines.values()):
        _host.refresh(engine)


def contains(target, identifier, fn):
    if target is Engine:
        return fn in _host.class_listeners.get(identifier, ())
    return fn in getattr(target, "_listeners", {}).get(identifier, ())
