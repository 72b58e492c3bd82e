"""`create_all()` and `drop_all()`: which statements, in which order."""

import _lazyscope

from ._host import sending, warn


def _engine_of(bind):
    return getattr(bind, "engine", bind)


def _exists(engine, name):
    """As SQLAlchemy looks for a table: in the main schema, then among temporary ones."""
    for schema in ("main", "temp"):
        with sending("raw sql"):
            found = _lazyscope.engine_send(engine, f'PRAGMA {schema}.table_info("{name}")', [], True).all()
        if found:
            return True
    return False


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
    engine = _engine_of(bind)
    wanted = _wanted(metadata, tables, _sorted(metadata))
    if checkfirst:
        wanted = [table for table in wanted if not _exists(engine, table.name)]
    for table in wanted:
        _send(engine, _lazyscope.table_ddl(table, False))
        for index in _lazyscope.index_ddl(table):
            _send(engine, index)
    if engine is bind:
        _lazyscope.engine_end(engine, "COMMIT")


def drop_all(metadata, bind, tables=None, checkfirst=True):
    engine = _engine_of(bind)
    wanted = _wanted(metadata, tables, list(reversed(_sorted(metadata, drops=True))))
    if checkfirst:
        wanted = [table for table in wanted if _exists(engine, table.name)]
    for table in wanted:
        _send(engine, _lazyscope.table_ddl(table, True))
    if engine is bind:
        _lazyscope.engine_end(engine, "COMMIT")
