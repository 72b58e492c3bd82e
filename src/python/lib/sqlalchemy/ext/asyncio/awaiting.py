"""What is awaited: it runs beside the program, and waits for the driver as one waits for an async one."""

import asyncio

import _lazyscope


class _Nothing:
    def __enter__(self):
        pass

    def __exit__(self, *error):
        pass


async def spawned(bind, function, *arguments, within=_Nothing()):
    """Calls a function that may send statements; `within` is entered each time that it goes on."""
    fiber = _lazyscope.Fiber(function, arguments)
    error = None
    try:
        while True:
            with within:
                wait, value = fiber.resume(error)
            if wait is None:
                return value
            error = await _thrown_in(bind, wait)
    finally:
        for wait in fiber.owed():
            await _waited(bind, wait)


async def _thrown_in(bind, wait):
    """Waits; gives what ended the waiting early, if anything did."""
    try:
        await _waited(bind, wait)
    except BaseException as error:
        return error
    return None


async def _waited(bind, wait):
    if wait == "execute":
        await bind.engine._execution.acquire()
    try:
        if wait != "executed":
            await _answered()
    except BaseException:
        if wait == "execute":
            bind.engine._execution.release()
        raise
    finally:
        if wait in ("fetch", "executed"):
            bind.engine._execution.release()


async def _answered():
    """The driver has answered. Where nobody else would have a turn meanwhile, that is at once."""
    loop = asyncio.get_running_loop()
    if not loop._is_alone():
        await loop._elsewhere()


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
