"""`create_all()` and `drop_all()`: which statements, in which order."""

from contextlib import contextmanager

import _lazyscope

from ._host import sending, warn
from .base import Connection, Engine


@contextmanager
def _connected(bind):
    """The engine to send to: on a connection that is given, or on one of its own, which commits, or rolls back on an error."""
    if not isinstance(bind, (Engine, Connection)):
        raise AttributeError(f"'{type(bind).__name__}' object has no attribute '_run_ddl_visitor'")
    if hasattr(bind, "in_transaction"):
        with bind._executing(bind.get_execution_options()):
            yield bind.engine
        return
    with bind.begin() as connection:
        yield connection.engine


def _exists(engine, name):
    with sending("raw sql"):
        return _lazyscope.engine_has_table(engine, name)


def _send(engine, statement):
    with sending("no key"):
        _lazyscope.engine_send(engine, statement, [], True)


def _sorted(metadata, drops=False):
    tables, warning = _lazyscope.metadata_sorted(metadata)
    if warning and drops:
        in_cycle = warning.split('"')[1]
        warn(
            f"Can't sort tables for DROP; an unresolvable foreign key dependency exists between tables: {in_cycle}; and "
            "backend does not support ALTER.  To restore at least a partial sort, apply use_alter=True to ForeignKey and "
            "ForeignKeyConstraint objects involved in the cycle to mark these as known cycles that will be ignored."
        )
    return [metadata.tables[_lazyscope.table_full_name(table)] for table in tables]


def _wanted(metadata, tables, order):
    return [table for table in order if tables is None or any(each is table for each in tables)]


def create_all(metadata, bind, tables=None, checkfirst=True):
    with _connected(bind) as engine:
        wanted = _wanted(metadata, tables, _sorted(metadata))
        if checkfirst:
            wanted = [table for table in wanted if not _exists(engine, table.name)]
        for table in wanted:
            _send(engine, _lazyscope.table_ddl(table, False))
            for index in _lazyscope.index_ddl(table):
                _send(engine, index)


def drop_all(metadata, bind, tables=None, checkfirst=True):
    with _connected(bind) as engine:
        wanted = _wanted(metadata, tables, list(reversed(_sorted(metadata, drops=True))))
        if checkfirst:
            wanted = [table for table in wanted if _exists(engine, table.name)]
        for table in wanted:
            _send(engine, _lazyscope.table_ddl(table, True))
