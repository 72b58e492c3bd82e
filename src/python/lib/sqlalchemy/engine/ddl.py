"""`create_all()` and `drop_all()`: which statements, in which order, and who is told."""

from contextlib import contextmanager

import _lazyscope

from .. import exc
from .._missing import refuse
from .._runs import at_end
from ..schema import in_order
from ..sql.ddl import SchemaDropper, SchemaGenerator
from ._host import sending, warn
from .base import Connection, Engine
from .events import find

_EVENTS = frozenset({"before_create", "after_create", "before_drop", "after_drop"})
_OTHER_EVENTS = frozenset({"before_parent_attach", "after_parent_attach", "column_reflect"})
# Those who listen to all tables, or to the tables of all metadata, by class.
_class_listeners = {}


class DdlTarget:
    """A table or a metadata that is created and dropped, or all of them."""

    def __init__(self, target):
        self._target = target
        if isinstance(target, type):
            self._known = _class_listeners.setdefault(target, {})
        else:
            self._known = target.__dict__.setdefault("_ddl_listeners", {})

    def listen(self, identifier, fn, options):
        if identifier in _OTHER_EVENTS:
            refuse(f'the event "{identifier}" of schemas')
        if identifier not in _EVENTS:
            raise exc.InvalidRequestError(f"No such event '{identifier}' for target '{self._target}'")
        known = self._known.setdefault(identifier, [])
        known.insert(0 if options.pop("insert", False) else len(known), fn)

    def contains(self, identifier, fn):
        return find(self._known.get(identifier, ()), fn) is not None

    def remove(self, identifier, fn):
        listener = find(self._known.get(identifier, ()), fn)
        if listener is None:
            raise exc.InvalidRequestError(f"No listeners found for event {self._target} / {identifier!r} / {fn} ")
        self._known[identifier].remove(listener)


def target_of(target):
    """What there is to listen to of a schema; None when it is none."""
    from ..schema import MetaData, Table

    if isinstance(target, (MetaData, Table)) or target is MetaData or target is Table:
        return DdlTarget(target)
    return None


@contextmanager
def _told(what, target, connection, **facts):
    """Who listens is told before and after `target` is created or dropped."""
    facts["_ddl_runner"] = SchemaGenerator() if what == "create" else SchemaDropper()
    for when in ("before", "after"):
        of_class = [known for cls, known in _class_listeners.items() if isinstance(target, cls)]
        for known in (*of_class, target.__dict__.get("_ddl_listeners", {})):
            for function in list(known.get(f"{when}_{what}", ())):
                function(target, connection, **facts)
        if when == "before":
            yield


@contextmanager
def _connected(bind):
    """The connection to send to: one that is given, or one of its own, which commits, or rolls back on an error."""
    if not isinstance(bind, (Engine, Connection)):
        raise AttributeError(f"'{type(bind).__name__}' object has no attribute '_run_ddl_visitor'")
    if hasattr(bind, "in_transaction"):
        with bind._executing(bind.get_execution_options()):
            yield bind
        return
    with bind.begin() as connection:
        yield connection


def _exists(connection, name):
    with sending("raw sql"):
        return _lazyscope.engine_has_table(connection.engine, name)


def _send(connection, statement):
    with sending("no key"):
        _lazyscope.engine_send(connection.engine, statement, [], True)


def _in_order_of_drops(tables):
    """Tables before those that they refer to; as they were declared where they do so in a circle."""
    ordered, in_cycle = in_order(tables)
    if not in_cycle:
        return ordered[::-1]
    warn(
        f"Can't sort tables for DROP; an unresolvable foreign key dependency exists between tables: {', '.join(in_cycle)}; and "
        "backend does not support ALTER.  To restore at least a partial sort, apply use_alter=True to ForeignKey and "
        "ForeignKeyConstraint objects involved in the cycle to mark these as known cycles that will be ignored."
    )
    return tables


def _create(connection, table, **facts):
    with _told("create", table, connection, **facts):
        _send(connection, _lazyscope.table_ddl(table, False))
        for index in _lazyscope.index_ddl(table):
            _send(connection, index)


def _drop(connection, table, **facts):
    with _told("drop", table, connection, **facts):
        _send(connection, _lazyscope.table_ddl(table, True))


def create_all(metadata, bind, tables=None, checkfirst=True):
    with _connected(bind) as connection:
        wanted = list(metadata.tables.values() if tables is None else tables)
        if checkfirst:
            wanted = [table for table in wanted if not _exists(connection, table.name)]
        wanted, _ = in_order(wanted)
        with _told("create", metadata, connection, tables=wanted, checkfirst=checkfirst):
            for table in wanted:
                _create(connection, table, checkfirst=False, _is_metadata_operation=True)


def drop_all(metadata, bind, tables=None, checkfirst=True):
    with _connected(bind) as connection:
        wanted = list(metadata.tables.values() if tables is None else tables)
        if checkfirst:
            wanted = [table for table in wanted if _exists(connection, table.name)]
        wanted = _in_order_of_drops(wanted)
        with _told("drop", metadata, connection, tables=wanted, checkfirst=checkfirst):
            for table in wanted:
                _drop(connection, table, checkfirst=False, _is_metadata_operation=True)


def create(table, bind, checkfirst):
    with _connected(bind) as connection:
        if not checkfirst or not _exists(connection, table.name):
            _create(connection, table, checkfirst=checkfirst, _is_metadata_operation=False)


def drop(table, bind, checkfirst):
    with _connected(bind) as connection:
        if not checkfirst or _exists(connection, table.name):
            _drop(connection, table, checkfirst=checkfirst, _is_metadata_operation=False)


@at_end
def _forget():
    _class_listeners.clear()
