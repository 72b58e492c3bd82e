"""Whether statements may be sent: only within a call that is awaited."""

import asyncio

import _lazyscope


class awaited:
    """A call that is awaited: what it sends is allowed."""

    def __init__(self, engine):
        self._engine = getattr(engine, "engine", engine)

    def __enter__(self):
        if self._engine is not None:
            _lazyscope.engine_await(self._engine, 1)

    def __exit__(self, *error):
        if self._engine is not None:
            _lazyscope.engine_await(self._engine, -1)


async def completed(work):
    """Awaits what must not be left half done: a task of its own does it, which a cancellation waits for."""
    task = asyncio.create_task(work)
    cancelled = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            if task.done():
                raise
            cancelled = error
    if cancelled is not None:
        raise cancelled
    return task.result()


class Started:
    """What is awaited, or entered with `async with`."""

    def __init__(self, start, finish=None):
        self._start = start
        self._finish = finish

    def __await__(self):
        return self._start().__await__()

    async def __aenter__(self):
        self._value = await self._start()
        return self._value

    async def __aexit__(self, *error):
        if self._finish is not None:
            await self._finish(self._value, *error)
