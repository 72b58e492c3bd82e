"""Results that are iterated with `async for`."""


class AsyncResult:
    """A result whose rows are awaited."""

    def __init__(self, result):
        self._result = result

    def __aiter__(self):
        self._iterator = iter(self._result)
        return self

    async def __anext__(self):
        try:
            return next(self._iterator)
        except StopIteration:
            raise StopAsyncIteration from None

    def scalars(self, index=0):
        return AsyncScalarResult(self._result.scalars(index))

    def mappings(self):
        return AsyncScalarResult(self._result.mappings())

    def unique(self, strategy=None):
        return type(self)(self._result.unique(strategy))

    def keys(self):
        return self._result.keys()

    async def partitions(self, size=None):
        for part in self._result.partitions(size):
            yield part

    async def close(self):
        self._result.close()


def _awaited(name):
    async def call(self, *args, **kwargs):
        return getattr(self._result, name)(*args, **kwargs)

    call.__name__ = name
    return call


for _name in ("all", "first", "one", "one_or_none", "scalar", "scalar_one", "scalar_one_or_none", "fetchall", "fetchone",
              "fetchmany"):
    setattr(AsyncResult, _name, _awaited(_name))


class AsyncScalarResult(AsyncResult):
    """A result of single values whose rows are awaited."""
