"""Async engines and connections."""

import asyncio

import _lazyscope

from ..._missing import Facade
from ...engine import create_engine, engine_from_config
from .awaiting import Started, completed, spawned
from .result import AsyncResult, AsyncScalarResult, not_streamed


def _of_sync(owner, name):
    """An attribute that is the synchronous one's."""
    return property(lambda self: getattr(getattr(self, owner), name))


class AsyncEngine(Facade):
    """An engine whose statements are awaited."""

    _public = "AsyncEngine"

    def __init__(self, sync_engine):
        self.sync_engine = sync_engine
        # Its one connection executes one statement after the other.
        sync_engine._execution = asyncio.Lock()
        _lazyscope.engine_async(sync_engine)

    @property
    def engine(self):
        return self.sync_engine

    url = _of_sync("sync_engine", "url")
    dialect = _of_sync("sync_engine", "dialect")
    driver = "aiosqlite"
    name = _of_sync("sync_engine", "name")
    pool = _of_sync("sync_engine", "pool")

    @property
    def echo(self):
        return self.sync_engine.echo

    @echo.setter
    def echo(self, value):
        self.sync_engine.echo = value

    def get_execution_options(self):
        return self.sync_engine.get_execution_options()

    def connect(self):
        async def start():
            return AsyncConnection(self, self.sync_engine.connect())

        async def finish(connection, *error):
            await completed(connection.close())

        return Started(start, finish)

    def begin(self):
        async def start():
            connection = AsyncConnection(self, self.sync_engine.connect())
            connection._transaction = connection.sync_connection.begin()
            return connection

        async def finish(connection, kind, error, trace):
            transaction = connection._transaction
            await connection._spawn(transaction.commit if kind is None else transaction.rollback)
            await completed(connection.close())

        return Started(start, finish)

    async def dispose(self, close=True):
        await spawned(self.sync_engine, self.sync_engine.dispose)


class AsyncConnection(Facade):
    """A connection whose statements are awaited."""

    _public = "AsyncConnection"

    def __init__(self, async_engine, sync_connection):
        self.engine = async_engine
        self.sync_connection = sync_connection

    async def _spawn(self, function, *arguments):
        return await spawned(self.engine.sync_engine, function, *arguments)

    async def _send(self, prepared):
        within, function, *arguments = prepared
        return await spawned(self.engine.sync_engine, function, *arguments, within=within)

    @property
    def async_engine(self):
        return self.engine

    closed = _of_sync("sync_connection", "closed")
    dialect = _of_sync("sync_connection", "dialect")
    info = _of_sync("sync_connection", "info")
    invalidated = _of_sync("sync_connection", "invalidated")

    @property
    def sync_engine(self):
        return self.engine.sync_engine

    async def execution_options(self, **opt):
        self.sync_connection.execution_options(**opt)
        return self

    async def _execute(self, statement, parameters=None, *, execution_options=None):
        return await self._send(self.sync_connection._to_execute(statement, parameters, execution_options))

    async def execute(self, statement, parameters=None, *, execution_options=None):
        result = await self._execute(statement, parameters, execution_options=execution_options)
        return await not_streamed(self, self.engine.sync_engine, result)

    async def scalar(self, statement, parameters=None, *, execution_options=None):
        return (await self.execute(statement, parameters, execution_options=execution_options)).scalar()

    async def scalars(self, statement, parameters=None, *, execution_options=None):
        return (await self.execute(statement, parameters, execution_options=execution_options)).scalars()

    def stream(self, statement, parameters=None, **kwargs):
        return _Stream(self, statement, parameters, kwargs, AsyncResult)

    def stream_scalars(self, statement, parameters=None, **kwargs):
        return _Stream(self, statement, parameters, kwargs, lambda result, engine: AsyncScalarResult(result.scalars(), engine))

    def begin(self):
        return AsyncTransaction(self, "begin")

    def begin_nested(self):
        return AsyncTransaction(self, "begin_nested")

    def in_transaction(self):
        return self.sync_connection.in_transaction()

    def in_nested_transaction(self):
        return self.sync_connection.in_nested_transaction()

    def get_transaction(self):
        return AsyncTransaction._of(self, self.sync_connection.get_transaction())

    def get_nested_transaction(self):
        return AsyncTransaction._of(self, self.sync_connection.get_nested_transaction())

    async def exec_driver_sql(self, statement, parameters=None):
        return await self._send(self.sync_connection._to_exec_driver_sql(statement, parameters))

    async def run_sync(self, function, *args, **kwargs):
        return await self._spawn(lambda: function(self.sync_connection, *args, **kwargs))

    async def commit(self):
        await self._spawn(self.sync_connection.commit)

    async def rollback(self):
        await self._spawn(self.sync_connection.rollback)

    async def close(self):
        await self._spawn(self.sync_connection.close)


class _Stream:
    """`await connection.stream(…)`, or `async with connection.stream(…) as result`."""

    def __init__(self, connection, statement, parameters, kwargs, result):
        self._connection = connection
        self._arguments = statement, parameters, kwargs
        self._result = result

    async def _start(self):
        statement, parameters, kwargs = self._arguments
        result = await self._connection._execute(statement, parameters, **kwargs)
        return self._result(result, self._connection.engine.sync_engine)

    def __await__(self):
        return self._start().__await__()

    async def __aenter__(self):
        self._started = await self._start()
        return self._started

    async def __aexit__(self, *error):
        await completed(self._started.close())


class AsyncTransaction:
    """A transaction of an async connection."""

    def __init__(self, connection, method):
        self._connection = connection
        self._method = method
        self._sync = None

    @classmethod
    def _of(cls, connection, sync_transaction):
        """What stands for a transaction of the connection below; nothing for none."""
        if sync_transaction is None:
            return None
        found = cls(connection, None)
        found._sync = sync_transaction
        return found

    def __eq__(self, other):
        return isinstance(other, AsyncTransaction) and self._sync is other._sync

    def __hash__(self):
        return hash(self._sync)

    @property
    def is_active(self):
        return self._sync.is_active

    @property
    def is_valid(self):
        return self._sync.is_valid

    async def start(self):
        self._sync = await self._connection._spawn(getattr(self._connection.sync_connection, self._method))
        return self

    def __await__(self):
        return self.start().__await__()

    async def commit(self):
        await self._connection._spawn(self._sync.commit)

    async def rollback(self):
        await self._connection._spawn(self._sync.rollback)

    async def close(self):
        await self._connection._spawn(self._sync.close)

    async def __aenter__(self):
        return await self.start()

    async def __aexit__(self, kind, *error):
        if kind is None:
            await self.commit()
        else:
            await self.rollback()


def create_async_engine(url, **kwargs):
    """An async engine. Whatever the URL names, an embedded SQLite answers."""
    return AsyncEngine(create_engine(url, **kwargs))


def async_engine_from_config(configuration, prefix="sqlalchemy.", **kwargs):
    return AsyncEngine(engine_from_config(configuration, prefix, **kwargs))
