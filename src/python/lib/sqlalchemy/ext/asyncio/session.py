"""Async sessions."""

from ..._missing import Facade, refuse
from ...orm.session import ScopedRegistry, Session, every_session, object_session, scoped
from .awaiting import Started, awaited, completed
from .engine import AsyncConnection
from .result import AsyncResult, AsyncScalarResult


def _sync(name):
    """A method that is the session's own, without waiting."""

    def call(self, *args, **kwargs):
        return getattr(self.sync_session, name)(*args, **kwargs)

    call.__name__ = name
    return call


def _awaited(name):
    """A method of the session that is awaited."""

    async def call(self, *args, **kwargs):
        with self._awaited():
            return getattr(self.sync_session, name)(*args, **kwargs)

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
        self.bind = bind
        made = sync_session_class or self.sync_session_class
        self.sync_session = made(bind=getattr(bind, "sync_engine", bind), **kwargs)
        self.sync_session._async_session = self

    def _awaited(self):
        return awaited(self.sync_session.bind)

    async def stream(self, statement, params=None, **kwargs):
        with self._awaited():
            return AsyncResult(self.sync_session.execute(statement, params, **_streamed(kwargs)), self.sync_session.bind)

    async def stream_scalars(self, statement, params=None, **kwargs):
        with self._awaited():
            return AsyncScalarResult(
                self.sync_session.scalars(statement, params, **_streamed(kwargs)), self.sync_session.bind
            )

    async def run_sync(self, function, *args, **kwargs):
        with self._awaited():
            return function(self.sync_session, *args, **kwargs)

    async def connection(self, **kwargs):
        with self._awaited():
            connection = self.sync_session.connection(**kwargs)
        return AsyncConnection(getattr(self.bind, "async_engine", self.bind), connection)

    def get_bind(self, *args, **kwargs):
        return self.sync_session.get_bind(*args, **kwargs)

    def begin(self):
        return AsyncSessionTransaction(self, False)

    def begin_nested(self):
        return AsyncSessionTransaction(self, True)

    async def close(self):
        with self._awaited():
            self.sync_session.close()

    aclose = reset = close

    def __contains__(self, instance):
        return instance in self.sync_session

    def __iter__(self):
        return iter(self.sync_session)

    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, error, trace):
        await completed(self.close())


for _name in ("execute", "scalars", "scalar", "get", "get_one", "refresh", "commit", "rollback", "flush", "delete", "merge",
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

    async def start(self):
        sync = self.session.sync_session
        with self.session._awaited():
            self.sync_transaction = sync.begin_nested() if self.nested else sync.begin()
        return self

    def __await__(self):
        return self.start().__await__()

    async def __aenter__(self):
        await self.start()
        self.sync_transaction.__enter__()
        return self

    async def __aexit__(self, kind, error, trace):
        with self.session._awaited():
            self.sync_transaction.__exit__(kind, error, trace)

    async def commit(self):
        with self.session._awaited():
            self.sync_transaction.commit()

    async def rollback(self):
        with self.session._awaited():
            self.sync_transaction.rollback()


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
            with awaited(None if session is None else session.bind):
                return getattr(self._instance, name)

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
