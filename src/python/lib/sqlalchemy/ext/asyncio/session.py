"""Async sessions."""

import _lazyscope

from ..._missing import Facade, refuse
from ...exc import ArgumentError
from ...orm.session import ScopedRegistry, Session, SessionTransaction, every_session, object_session, scoped
from .awaiting import Started, completed, spawned
from .engine import AsyncConnection, AsyncEngine
from .result import AsyncResult, AsyncScalarResult, not_streamed


_NO_OPTIONS = {}


def _sync(name):
    """A method that is the session's own, without waiting."""

    def call(self, *args, **kwargs):
        return getattr(self.sync_session, name)(*args, **kwargs)

    call.__name__ = name
    return call


async def _spawn(session, owner, name, *args, **kwargs):
    """Calls a method of the session or of its transaction; one that the program has put in place of ours runs in one go."""
    prepare = getattr(getattr(type(owner), name), "prepare", None)
    if prepare is None:
        return await spawned(session.bind, lambda: getattr(owner, name)(*args, **kwargs))
    return await spawned(session.bind, *prepare(owner, *args, **kwargs))


def _awaited(name):
    """A method of the session that is awaited."""

    async def call(self, *args, **kwargs):
        return await _spawn(self.sync_session, self.sync_session, name, *args, **kwargs)

    call.__name__ = name
    return call


def _streamed(kwargs):
    """The rows of a stream are not held once they are read."""
    return {**kwargs, "execution_options": {**(kwargs.get("execution_options") or {}), "stream_results": True}}


def _attribute(name):
    def get(self):
        return getattr(self.sync_session, name)

    def set_(self, value):
        setattr(self.sync_session, name, value)

    return property(get, set_)


class AsyncSession(Facade):
    """A session whose statements are awaited."""

    _public = "AsyncSession"
    sync_session_class = Session

    def __init__(self, bind=None, *, binds=None, sync_session_class=None, **kwargs):
        if binds:
            refuse("AsyncSession(binds=…)")
        if bind is not None and not isinstance(bind, (AsyncEngine, AsyncConnection)):
            raise ArgumentError(f"AsyncEngine expected, got {bind!r}")
        self.bind = bind
        made = sync_session_class or self.sync_session_class
        self.sync_session = made(bind=getattr(bind, "sync_engine", None) or getattr(bind, "sync_connection", bind), **kwargs)
        self.sync_session._async_session = self

    async def _execute(self, statement, params=None, *, execution_options=_NO_OPTIONS, **kwargs):
        session = self.sync_session
        if kwargs or session._listeners_of("do_orm_execute") or type(session).execute is not Session.execute:
            kwargs["execution_options"] = execution_options
            return await spawned(session.bind, lambda: session.execute(statement, params, **kwargs))
        statement, options = session._asked(statement, execution_options)
        result = await spawned(session.bind, *session._to_send(statement, params, options))
        result._note_options(options)
        if not options.get("stream_results"):
            await spawned(session.bind, result._view.buffer)
        return result

    async def execute(self, statement, params=None, **kwargs):
        result = await self._execute(statement, params, **kwargs)
        return await not_streamed(self, self.sync_session.bind, result)

    async def scalars(self, statement, params=None, **kwargs):
        return (await self.execute(statement, params, **kwargs)).scalars()

    async def scalar(self, statement, params=None, **kwargs):
        return (await self._execute(statement, params, **kwargs)).scalar()

    async def stream(self, statement, params=None, **kwargs):
        result = await self._execute(statement, params, **_streamed(kwargs))
        result._view.stream()
        return AsyncResult(result, self.sync_session.bind)

    async def stream_scalars(self, statement, params=None, **kwargs):
        return (await self.stream(statement, params, **kwargs)).scalars()

    async def run_sync(self, function, *args, **kwargs):
        return await spawned(self.sync_session.bind, lambda: function(self.sync_session, *args, **kwargs))

    async def connection(self, **kwargs):
        connection = await _spawn(self.sync_session, self.sync_session, "connection", **kwargs)
        return AsyncConnection(getattr(self.bind, "async_engine", self.bind), connection)

    def get_bind(self, *args, **kwargs):
        return self.sync_session.get_bind(*args, **kwargs)

    def get_transaction(self):
        return AsyncSessionTransaction._of(self, self.sync_session.get_transaction())

    def get_nested_transaction(self):
        return AsyncSessionTransaction._of(self, self.sync_session.get_nested_transaction())

    identity_key = staticmethod(Session.identity_key)
    object_session = staticmethod(object_session)

    def begin(self):
        return AsyncSessionTransaction(self, False)

    def begin_nested(self):
        return AsyncSessionTransaction(self, True)

    async def close(self):
        session = self.sync_session
        if session._made is None or type(session).close is not Session.close:
            await spawned(session.bind, session.close)
        else:
            await spawned(session.bind, _lazyscope.session_close, session._made)

    aclose = reset = close

    def __contains__(self, instance):
        return instance in self.sync_session

    def __iter__(self):
        return iter(self.sync_session)

    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, error, trace):
        await completed(self.close())


for _name in ("get", "get_one", "refresh", "commit", "rollback", "flush", "delete", "delete_all", "merge",
              "merge_all"):
    setattr(AsyncSession, _name, _awaited(_name))

for _name in ("add", "add_all", "expire", "expire_all", "expunge", "expunge_all", "is_modified", "in_transaction",
              "in_nested_transaction"):
    setattr(AsyncSession, _name, _sync(_name))

for _name in ("new", "dirty", "deleted", "identity_map", "is_active", "info", "autoflush", "no_autoflush"):
    setattr(AsyncSession, _name, _attribute(_name))


class AsyncSessionTransaction:
    """The transaction of an async session, or a savepoint in it."""

    def __init__(self, session, nested):
        self.session = session
        self.nested = nested
        self.sync_transaction = None

    @classmethod
    def _of(cls, session, sync_transaction):
        """What stands for a transaction of the session below; nothing for none."""
        if sync_transaction is None:
            return None
        found = cls(session, sync_transaction.nested)
        found.sync_transaction = sync_transaction
        return found

    def __eq__(self, other):
        return isinstance(other, AsyncSessionTransaction) and self.sync_transaction == other.sync_transaction

    def __hash__(self):
        return hash(self.sync_transaction)

    @property
    def is_active(self):
        return self.sync_transaction is not None and self.sync_transaction.is_active

    async def start(self):
        sync = self.session.sync_session
        chain = await spawned(sync.bind, _lazyscope.session_begin, sync._native, self.nested)
        self.sync_transaction = SessionTransaction(sync, chain)
        return self

    async def _spawn(self, name, *args):
        await _spawn(self.session.sync_session, self.sync_transaction, name, *args)

    def __await__(self):
        return self.start().__await__()

    async def __aenter__(self):
        await self.start()
        self.sync_transaction.__enter__()
        return self

    async def __aexit__(self, kind, error, trace):
        await self._spawn("__exit__", kind, error, trace)

    async def commit(self):
        await self._spawn("commit")

    async def rollback(self):
        await self._spawn("rollback")


async def close_all_sessions():
    """Closes every session that the program still holds."""
    for session in every_session():
        held = getattr(session, "_async_session", None)
        if held is not None:
            await held.close()
        else:
            session.close()


class async_sessionmaker:
    """Makes async sessions that are alike."""

    def __init__(self, bind=None, *, class_=AsyncSession, autoflush=True, expire_on_commit=True, info=None, **kwargs):
        self.class_ = class_
        self.kw = dict(kwargs, bind=bind, autoflush=autoflush, expire_on_commit=expire_on_commit)

    def __call__(self, **kwargs):
        return self.class_(**{**self.kw, **kwargs})

    def configure(self, **kwargs):
        self.kw.update(kwargs)

    def begin(self):
        session = self()
        transaction = session.begin()

        async def start():
            await transaction.__aenter__()
            return session

        async def end(kind, error, trace):
            await transaction.__aexit__(kind, error, trace)
            await session.__aexit__(kind, error, trace)

        async def finish(value, kind, error, trace):
            await completed(end(kind, error, trace))

        return Started(start, finish)


class _AwaitableAttributes:
    """`author.awaitable_attrs.books`."""

    def __init__(self, instance):
        self._instance = instance

    def __getattr__(self, name):
        async def read():
            session = object_session(self._instance)
            return await spawned(None if session is None else session.bind, getattr, self._instance, name)

        return read()


class AsyncAttrs:
    """Mixed into mapped classes: attributes that are awaited."""

    @property
    def awaitable_attrs(self):
        return _AwaitableAttributes(self)


def async_object_session(instance):
    """The async session that an object belongs to."""
    return getattr(object_session(instance), "_async_session", None)


def async_session(session):
    return getattr(session, "_async_session", None)


class async_scoped_session(Facade):
    """One async session for each scope: for each task, if that is what `scopefunc` tells apart."""

    _public = "async_scoped_session"

    def __init__(self, session_factory, scopefunc):
        self.session_factory = session_factory
        self.registry = ScopedRegistry(session_factory, scopefunc)

    def __call__(self, **kwargs):
        return scoped(self, kwargs)

    async def remove(self):
        if self.registry.has():
            await self.registry().close()
        self.registry.clear()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.registry(), name)

    def __contains__(self, instance):
        return instance in self.registry()

    def __iter__(self):
        return iter(self.registry())
