"""Results that are iterated with `async for`."""

from .awaiting import spawned
from .exc import AsyncMethodRequired

_END = object()


async def not_streamed(sender, engine, result):
    """A result that was not asked to come in parts; what does has to be streamed."""
    if not result._is_streamed:
        return result
    await spawned(engine, result.close)
    name = type(sender).__name__
    raise AsyncMethodRequired(
        f"Can't use the {name}.execute() method with a server-side cursor. Use the {name}.stream() method for an "
        "async streaming result set."
    )


class AsyncResult:
    """A result whose rows are awaited."""

    def __init__(self, result, engine):
        self._result = result
        # Reading loads what the rows lead to.
        self._engine = engine

    def __aiter__(self):
        self._iterator = iter(self._result)
        return self

    async def __anext__(self):
        row = await spawned(self._engine, next, self._iterator, _END)
        if row is _END:
            raise StopAsyncIteration
        return row

    def scalars(self, index=0):
        return AsyncScalarResult(self._result.scalars(index), self._engine)

    def mappings(self):
        return AsyncMappingResult(self._result.mappings(), self._engine)

    def unique(self, strategy=None):
        return type(self)(self._result.unique(strategy), self._engine)

    def keys(self):
        return self._result.keys()

    async def partitions(self, size=None):
        parts = self._result.partitions(size)
        while True:
            part = await spawned(self._engine, next, parts, None)
            if part is None:
                return
            yield part

    async def close(self):
        self._result.close()


def _awaited(name):
    async def call(self, *args, **kwargs):
        return await spawned(self._engine, lambda: getattr(self._result, name)(*args, **kwargs))

    call.__name__ = name
    return call


for _name in ("all", "first", "one", "one_or_none", "scalar", "scalar_one", "scalar_one_or_none", "fetchall", "fetchone",
              "fetchmany"):
    setattr(AsyncResult, _name, _awaited(_name))


class AsyncScalarResult(AsyncResult):
    """A result of single values whose rows are awaited."""


class AsyncMappingResult(AsyncResult):
    """A result of mappings whose rows are awaited."""
