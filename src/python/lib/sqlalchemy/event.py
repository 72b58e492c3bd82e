"""Listening for events of engines, sessions, mapped classes and attributes."""

from . import exc
from ._missing import module_getattr
from .engine import events as _engine_events
from .engine.events import find as _find  # noqa: F401
from .engine.events import standing_for as _standing_for

__getattr__ = module_getattr("sqlalchemy.event")

# What SQLAlchemy calls the arguments of its events, in order.
_ARGUMENTS = {
    "do_orm_execute": "orm_execute_state",
    "after_begin": "session transaction connection",
    "after_transaction_create": "session transaction",
    "after_transaction_end": "session transaction",
    "before_flush": "session flush_context instances",
    "after_flush": "session flush_context",
    "after_flush_postexec": "session flush_context",
    "before_commit": "session",
    "after_commit": "session",
    "after_rollback": "session",
    "after_soft_rollback": "session previous_transaction",
    "before_attach": "session instance",
    "after_attach": "session instance",
    "transient_to_pending": "session instance",
    "pending_to_persistent": "session instance",
    "detached_to_persistent": "session instance",
    "persistent_to_deleted": "session instance",
    "persistent_to_detached": "session instance",
    "persistent_to_transient": "session instance",
    "pending_to_transient": "session instance",
    "deleted_to_detached": "session instance",
    "deleted_to_persistent": "session instance",
    "loaded_as_persistent": "session instance",
    "before_insert": "mapper connection target",
    "after_insert": "mapper connection target",
    "before_update": "mapper connection target",
    "after_update": "mapper connection target",
    "before_delete": "mapper connection target",
    "after_delete": "mapper connection target",
    "load": "target context",
    "refresh": "target context attrs",
    "refresh_flush": "target flush_context attrs",
    "expire": "target attrs",
    "init": "target args kwargs",
    "set": "target value oldvalue initiator",
    "append": "target value initiator",
    "remove": "target value initiator",
    "bulk_replace": "target values initiator",
    "init_scalar": "target value dict_",
    "before_cursor_execute": "conn cursor statement parameters context executemany",
    "after_cursor_execute": "conn cursor statement parameters context executemany",
    "begin": "conn",
    "commit": "conn",
    "rollback": "conn",
    "savepoint": "conn name",
    "release_savepoint": "conn name context",
    "rollback_savepoint": "conn name context",
    "engine_connect": "conn",
    "engine_disposed": "engine",
    "set_connection_execution_options": "conn opts",
    "set_engine_execution_options": "engine opts",
    "checkout": "dbapi_connection connection_record connection_proxy",
    "checkin": "dbapi_connection connection_record",
    "reset": "dbapi_connection connection_record reset_state",
    "handle_error": "exception_context",
    "before_compile": "query",
    "before_compile_update": "query update_context",
    "before_compile_delete": "query delete_context",
    "before_create": "target connection",
    "after_create": "target connection",
    "before_drop": "target connection",
    "after_drop": "target connection",
    "mapper_configured": "mapper class_",
    "before_mapper_configured": "mapper class_",
    "after_mapper_constructed": "mapper class_",
    "instrument_class": "mapper class_",
    "connect": "dbapi_connection connection_record",
    "first_connect": "dbapi_connection connection_record",
}


def _named(fn, identifier):
    """A listener that gets its arguments by name."""
    names = _ARGUMENTS.get(identifier, "").split()

    @_standing_for(fn)
    def listener(*args, **more):
        return fn(**dict(zip(names, args)), **more)

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
    found = _engine_events.target_of(target)
    if found is not None:
        return found
    if hasattr(target, "sync_engine") and not isinstance(target, type):
        raise NotImplementedError(
            "asynchronous events are not implemented at this time.  Apply synchronous listeners to the AsyncEngine.sync_engine"
            " or AsyncConnection.sync_connection attributes."
        )
    from .engine import ddl
    from .orm import events

    found = ddl.target_of(target) or events.target_of(target)
    if found is None:
        raise exc.InvalidRequestError(f"No such event '{identifier}' for target '{target}'")
    return found


def listen(target, identifier, fn, *args, **kw):
    found = _target(target, identifier)
    if kw.pop("named", False):
        fn = _named(fn, identifier)
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
