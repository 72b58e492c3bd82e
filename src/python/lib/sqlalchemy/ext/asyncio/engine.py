"""Async engines and connections."""

import _lazyscope

from ..._missing import Facade
from ...engine import create_engine
from .awaiting import Started, awaited


class AsyncEngine(Facade):
    """An engine whose statements are awaited."""

    _public = "AsyncEngine"

    def __init__(self, sync_engine):
        self.sync_engine = sync_engine
        _lazyscope.engine_async(sync_engine)

    @property
    def engine(self):
        return self.sync_engine

    @property
    def url(self):
        return self.sync_engine.url

    @property
    def dialect(self):
        return self.sync_engine.dialect

    def connect(self):
        async def start():
            return AsyncConnection(self, self.sync_engine.connect())

        async def finish(connection, *error):
            await connection.close()

        return Started(start, finish)

    def begin(self):
        async def start():
            connection = AsyncConnection(self, self.sync_engine.connect())
            connection._transaction = connection.sync_connection.begin()
            return connection

        async def finish(connection, kind, error, trace):
            with awaited(self.sync_engine):
                if kind is None:
                    connection._transaction.commit()
                else:
                    connection._transaction.rollback()
                connection.sync_connection.close()

        return Started(start, finish)

    async def dispose(self, close=True):
        with awaited(self.sync_engine):
            self.sync_engine.dispose()


class AsyncConnection(Facade):
    """A connection whose statements are awaited."""

    _public = "AsyncConnection"

    def __init__(self, async_engine, sync_connection):
        self.engine = async_engine
        self.sync_connection = sync_connection

    def _awaited(self):
        return awaited(self.engine.sync_engine)

    async def execute(self, statement, parameters=None, **kwargs):
        with self._awaited():
            return self.sync_connection.execute(statement, parameters, **kwargs)

    async def scalar(self, statement, parameters=None, **kwargs):
        with self._awaited():
            return self.sync_connection.scalar(statement, parameters, **kwargs)

    async def scalars(self, statement, parameters=None, **kwargs):
        with self._awaited():
            return self.sync_connection.scalars(statement, parameters, **kwargs)

    async def exec_driver_sql(self, statement, parameters=None):
        with self._awaited():
            return self.sync_connection.exec_driver_sql(statement, parameters)

    async def run_sync(self, function, *args, **kwargs):
        with self._awaited():
            return function(self.sync_connection, *args, **kwargs)

    async def commit(self):
        with self._awaited():
            self.sync_connection.commit()

    async def rollback(self):
        with self._awaited():
            self.sync_connection.rollback()

    async def close(self):
        with self._awaited():
            self.sync_connection.close()


def create_async_engine(url, **kwargs):
    """An async engine. Whatever the URL names, an embedded SQLite answers."""
    return AsyncEngine(create_engine(url, **kwargs))
