"""Stands in for `sqlite3`: the driver as listeners see it, and its exceptions, which are the `orig` of SQLAlchemy's."""

import _lazyscope


class Warning(Exception):
    pass


class Error(Exception):
    pass


class InterfaceError(Error):
    pass


class DatabaseError(Error):
    pass


class DataError(DatabaseError):
    pass


class OperationalError(DatabaseError):
    pass


class IntegrityError(DatabaseError):
    pass


class InternalError(DatabaseError):
    pass


class ProgrammingError(DatabaseError):
    pass


class NotSupportedError(DatabaseError):
    pass


class Connection:
    """The driver's connection, for listeners that send PRAGMA to it."""

    def __init__(self, engine):
        self._engine = engine

    def cursor(self):
        return Cursor(self._engine)

    def execute(self, sql, parameters=()):
        return self.cursor().execute(sql, parameters)

    def _set_isolation_level(self, level):
        _lazyscope.engine_begins(self._engine, level is not None)

    isolation_level = property(fset=_set_isolation_level)

    def commit(self):
        pass

    def close(self):
        pass

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        from sqlalchemy._missing import refuse

        refuse(f"sqlite3.Connection.{name}")


class Cursor:
    """A cursor of the driver's connection."""

    def __init__(self, engine):
        self._engine = engine
        self._rows = []

    def execute(self, sql, parameters=()):
        from sqlalchemy.engine._host import unheard

        rows = [list(parameters)] if parameters else []
        with unheard(self._engine):
            result = _lazyscope.engine_send(self._engine, sql, rows, False)
        self._rows = [tuple(row) for row in result.all()] if result._has_rows else []
        return self

    def fetchall(self):
        rows, self._rows = self._rows, []
        return rows

    def fetchone(self):
        return self._rows.pop(0) if self._rows else None

    def close(self):
        pass


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"a scenario cannot use sqlite3.{name}: its database is SQLAlchemy's engine")
