"""Coroutines on one thread: what `asyncio` does for a program that waits for nothing but itself.

Tasks take turns in the order in which they become ready, as in Python's own loop. Time passes for real.
"""

import collections
import contextvars
import functools
import heapq
import inspect
import itertools
import time
import types

__all__ = [
    "AbstractEventLoop", "BoundedSemaphore", "CancelledError", "Condition", "Event", "FIRST_COMPLETED",
    "FIRST_EXCEPTION", "ALL_COMPLETED", "Future", "InvalidStateError", "Lock", "Queue", "QueueEmpty", "QueueFull",
    "Runner", "Semaphore", "Task", "TaskGroup", "TimeoutError", "all_tasks", "as_completed", "create_task",
    "current_task", "ensure_future", "gather", "get_event_loop", "get_running_loop", "iscoroutine",
    "iscoroutinefunction", "isfuture", "new_event_loop", "run", "set_event_loop", "shield", "sleep", "timeout",
    "to_thread", "wait", "wait_for", "coroutines",
]

FIRST_COMPLETED = "FIRST_COMPLETED"
FIRST_EXCEPTION = "FIRST_EXCEPTION"
ALL_COMPLETED = "ALL_COMPLETED"
TimeoutError = TimeoutError


class CancelledError(BaseException):
    """The Future or Task was cancelled."""


class InvalidStateError(Exception):
    """The operation is not allowed in this state."""


CancelledError.__module__ = InvalidStateError.__module__ = "asyncio.exceptions"

_running = None


class Future:
    def __init__(self, *, loop=None):
        self._loop = loop or get_event_loop()
        self._state = "PENDING"
        self._result = None
        self._exception = None
        self._callbacks = []

    def done(self):
        return self._state != "PENDING"

    def cancelled(self):
        return self._state == "CANCELLED"

    def result(self):
        if self._state == "CANCELLED":
            raise CancelledError()
        if self._state == "PENDING":
            raise InvalidStateError("Result is not set.")
        if self._exception is not None:
            raise self._exception
        return self._result

    def exception(self):
        if self._state == "CANCELLED":
            raise CancelledError()
        if self._state == "PENDING":
            raise InvalidStateError("Exception is not set.")
        return self._exception

    def add_done_callback(self, callback, *, context=None):
        if self.done():
            self._loop.call_soon(callback, self)
        else:
            self._callbacks.append(callback)

    def remove_done_callback(self, callback):
        kept = [known for known in self._callbacks if known != callback]
        removed = len(self._callbacks) - len(kept)
        self._callbacks[:] = kept
        return removed

    def set_result(self, result):
        self._finish("FINISHED", result=result)

    def set_exception(self, exception):
        if isinstance(exception, type):
            exception = exception()
        self._finish("FINISHED", exception=exception)

    def cancel(self, msg=None):
        if self.done():
            return False
        self._finish("CANCELLED")
        return True

    def get_loop(self):
        return self._loop

    def _finish(self, state, result=None, exception=None):
        if self.done():
            raise InvalidStateError("invalid state")
        self._state, self._result, self._exception = state, result, exception
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            self._loop.call_soon(callback, self)

    def __await__(self):
        if not self.done():
            yield self
        return self.result()

    __iter__ = __await__


_names = itertools.count(1)


class Task(Future):
    def __init__(self, coro, *, loop=None, name=None, context=None):
        super().__init__(loop=loop)
        self._coro = coro
        self._name = name or f"Task-{next(_names)}"
        self._waits_for = None
        self._must_cancel = False
        self._loop._tasks.add(self)
        self._loop.call_soon(self._step)

    def get_name(self):
        return self._name

    def set_name(self, name):
        self._name = str(name)

    def get_coro(self):
        return self._coro

    def cancel(self, msg=None):
        if self.done():
            return False
        if self._waits_for is None or not self._waits_for.cancel():
            self._must_cancel = True
        return True

    def _step(self, error=None):
        if self.done():
            return
        if self._must_cancel:
            self._must_cancel = False
            error = CancelledError()
        self._waits_for = None
        previous, self._loop._current = self._loop._current, self
        try:
            waits_for = self._coro.throw(error) if error is not None else self._coro.send(None)
        except StopIteration as stop:
            self._end("FINISHED", result=stop.value)
        except CancelledError:
            self._end("CANCELLED")
        except (KeyboardInterrupt, SystemExit) as stop:
            self._end("FINISHED", exception=stop)
            raise
        except BaseException as failure:
            self._end("FINISHED", exception=failure)
        else:
            if waits_for is None:
                self._loop.call_soon(self._step)
            elif isinstance(waits_for, Future):
                self._waits_for = waits_for
                waits_for.add_done_callback(self._wake)
            else:
                problem = RuntimeError(f"Task got bad yield: {waits_for!r}")
                self._loop.call_soon(self._step, problem)
        finally:
            self._loop._current = previous

    def _end(self, state, **how):
        self._loop._tasks.discard(self)
        self._finish(state, **how)

    def _wake(self, future):
        try:
            future.result()
        except BaseException as error:
            self._step(error)
        else:
            self._step()


class AbstractEventLoop:
    def __init__(self):
        self._ready = collections.deque()
        self._timers = []
        self._asked = collections.deque()
        self._order = itertools.count()
        self._tasks = set()
        self._current = None
        self._closed = False

    def time(self):
        return time.monotonic()

    def call_soon(self, callback, *args, context=None):
        self._ready.append((callback, args))

    call_soon_threadsafe = call_soon

    def call_later(self, delay, callback, *args, context=None):
        return self.call_at(self.time() + delay, callback, *args)

    def call_at(self, when, callback, *args, context=None):
        handle = _Timer(callback, args)
        heapq.heappush(self._timers, (when, next(self._order), handle))
        return handle

    def create_future(self):
        return Future(loop=self)

    def create_task(self, coro, *, name=None, context=None):
        return Task(coro, loop=self, name=name)

    def run_in_executor(self, executor, function, *args):
        future = self.create_future()
        try:
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def _elsewhere(self):
        """What is done on another thread: its answers come one each turn, in the order in which they were asked for."""
        future = self.create_future()
        self._asked.append(future)
        return future

    def _is_alone(self):
        """Whether nobody else would have a turn now."""
        return not self._ready and not self._asked and not (self._timers and self._timers[0][0] <= self.time())

    def is_running(self):
        return _running is self

    def is_closed(self):
        return self._closed

    def close(self):
        self._closed = True

    def set_debug(self, enabled):
        pass

    def get_debug(self):
        return False

    def set_exception_handler(self, handler):
        pass

    async def shutdown_asyncgens(self):
        pass

    def run_until_complete(self, future):
        global _running
        if _running is not None:
            raise RuntimeError("This event loop is already running")
        _running = self
        try:
            future = ensure_future(future, loop=self)
            while not future.done():
                self._turn()
            return future.result()
        finally:
            _running = None

    def _turn(self):
        if self._asked:
            self.call_soon(_answer, self._asked.popleft())
        if not self._ready:
            while self._timers and self._timers[0][2].cancelled():
                heapq.heappop(self._timers)
            if not self._timers:
                raise RuntimeError("every task of the scenario waits for another, so none can go on")
            time.sleep(max(0, self._timers[0][0] - self.time()))
        now = self.time()
        while self._timers and self._timers[0][0] <= now:
            _, _, handle = heapq.heappop(self._timers)
            if not handle.cancelled():
                self._ready.append((handle.callback, handle.args))
        for _ in range(len(self._ready)):
            callback, args = self._ready.popleft()
            callback(*args)

    def _cancel_all(self):
        tasks = [task for task in self._tasks if not task.done()]
        for task in tasks:
            task.cancel()
        if tasks:
            self.run_until_complete(gather(*tasks, return_exceptions=True, loop=self))


def _answer(future):
    if not future.done():
        future.set_result(None)


class _Timer:
    def __init__(self, callback, args):
        self.callback, self.args, self._cancelled = callback, args, False

    def cancel(self):
        self._cancelled = True

    def cancelled(self):
        return self._cancelled


_current_loop = None


def get_running_loop():
    if _running is None:
        raise RuntimeError("no running event loop")
    return _running


def get_event_loop():
    global _current_loop
    if _running is not None:
        return _running
    if _current_loop is None or _current_loop.is_closed():
        _current_loop = new_event_loop()
    return _current_loop


def new_event_loop():
    return AbstractEventLoop()


def set_event_loop(loop):
    global _current_loop
    _current_loop = loop


class Runner:
    def __init__(self, *, debug=None, loop_factory=None):
        self._loop = (loop_factory or new_event_loop)()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def get_loop(self):
        return self._loop

    def run(self, coro, *, context=None):
        if not iscoroutine(coro):
            raise ValueError(f"a coroutine was expected, got {coro!r}")
        return self._loop.run_until_complete(coro)

    def close(self):
        if not self._loop.is_closed():
            self._loop._cancel_all()
            self._loop.close()


def run(main, *, debug=None, loop_factory=None):
    if _running is not None:
        raise RuntimeError("asyncio.run() cannot be called from a running event loop")
    with Runner(loop_factory=loop_factory) as runner:
        return runner.run(main)


def iscoroutine(obj):
    return isinstance(obj, (types.CoroutineType, collections.abc.Coroutine))


iscoroutinefunction = inspect.iscoroutinefunction


def isfuture(obj):
    return isinstance(obj, Future)


def ensure_future(awaitable, *, loop=None):
    if isinstance(awaitable, Future):
        return awaitable
    loop = loop or get_event_loop()
    if iscoroutine(awaitable):
        return Task(awaitable, loop=loop)
    if hasattr(awaitable, "__await__"):
        return Task(_await(awaitable), loop=loop)
    raise TypeError("An asyncio.Future, a coroutine or an awaitable is required")


async def _await(awaitable):
    return await awaitable


def create_task(coro, *, name=None, context=None):
    return get_running_loop().create_task(coro, name=name)


def current_task(loop=None):
    return (loop or get_running_loop())._current


def all_tasks(loop=None):
    return {task for task in (loop or get_running_loop())._tasks if not task.done()}


@types.coroutine
def _yield():
    yield


async def sleep(delay, result=None):
    if delay <= 0:
        await _yield()
        return result
    loop = get_running_loop()
    future = loop.create_future()
    loop.call_later(delay, lambda: future.done() or future.set_result(None))
    await future
    return result


def gather(*awaitables, return_exceptions=False, loop=None):
    loop = loop or get_event_loop()
    outer = _Gathering(loop=loop)
    if not awaitables:
        outer.set_result([])
        return outer
    unique = {}
    children = []
    for awaitable in awaitables:
        if id(awaitable) not in unique:
            unique[id(awaitable)] = ensure_future(awaitable, loop=loop)
        children.append(unique[id(awaitable)])
    outer._children = children
    left = len(unique)

    def ended(child):
        nonlocal left
        left -= 1
        if outer.done():
            return
        if not return_exceptions:
            if child.cancelled():
                outer.set_exception(CancelledError())
                return
            if child.exception() is not None:
                outer.set_exception(child.exception())
                return
        if left == 0:
            if outer._cancel_requested:
                outer.set_exception(CancelledError())
                return
            outer.set_result([_outcome(each) for each in children])

    for child in unique.values():
        child.add_done_callback(ended)
    return outer


def _outcome(future):
    if future.cancelled():
        return CancelledError()
    return future.exception() if future.exception() is not None else future.result()


class _Gathering(Future):
    _children = ()
    _cancel_requested = False

    def cancel(self, msg=None):
        if self.done():
            return False
        cancelled = [child.cancel() for child in self._children]
        self._cancel_requested = any(cancelled)
        return self._cancel_requested


async def wait(awaitables, *, timeout=None, return_when=ALL_COMPLETED):
    futures = {ensure_future(awaitable) for awaitable in awaitables}
    if not futures:
        raise ValueError("Set of Tasks/Futures is empty.")
    loop = get_running_loop()
    waiter = loop.create_future()

    def enough():
        done = [future for future in futures if future.done()]
        if len(done) == len(futures) or done and return_when == FIRST_COMPLETED:
            return True
        return return_when == FIRST_EXCEPTION and any(
            not future.cancelled() and future.exception() is not None for future in done
        )

    def ended(_):
        if not waiter.done() and enough():
            waiter.set_result(None)

    if not enough():
        for future in futures:
            future.add_done_callback(ended)
        if timeout is not None:
            loop.call_later(timeout, lambda: waiter.done() or waiter.set_result(None))
        await waiter
        for future in futures:
            future.remove_done_callback(ended)
    done = {future for future in futures if future.done()}
    return done, futures - done


async def wait_for(awaitable, timeout):
    if timeout is None:
        return await awaitable
    future = ensure_future(awaitable)
    await wait([future], timeout=timeout)
    if not future.done():
        future.cancel()
        await wait([future])
        raise TimeoutError()
    return future.result()


def shield(awaitable):
    inner = ensure_future(awaitable)
    outer = get_event_loop().create_future()

    def ended(_):
        if outer.done():
            return
        if inner.cancelled():
            outer.cancel()
        elif inner.exception() is not None:
            outer.set_exception(inner.exception())
        else:
            outer.set_result(inner.result())

    inner.add_done_callback(ended)
    return outer


def as_completed(awaitables, *, timeout=None):
    futures = [ensure_future(awaitable) for awaitable in awaitables]
    done = Queue()
    for future in futures:
        future.add_done_callback(done.put_nowait)

    async def following():
        return (await done.get()).result()

    return iter([following() for _ in futures])


async def to_thread(function, /, *args, **kwargs):
    await _yield()
    return function(*args, **kwargs)


class timeout:
    """`async with timeout(seconds)`."""

    def __init__(self, delay):
        self._delay = delay
        self._expired = False
        self._handle = None

    async def __aenter__(self):
        self._task = current_task()
        if self._delay is not None:
            self._handle = get_running_loop().call_later(self._delay, self._expire)
        return self

    def _expire(self):
        self._expired = True
        self._task.cancel()

    def expired(self):
        return self._expired

    async def __aexit__(self, kind, error, traceback):
        if self._handle is not None:
            self._handle.cancel()
        if self._expired and kind is CancelledError:
            raise TimeoutError from error
        return None


class TaskGroup:
    def __init__(self):
        self._tasks = []

    async def __aenter__(self):
        return self

    def create_task(self, coro, *, name=None, context=None):
        task = create_task(coro, name=name)
        self._tasks.append(task)
        return task

    async def __aexit__(self, kind, error, traceback):
        errors = []
        if error is not None:
            for task in self._tasks:
                task.cancel()
            if kind is not CancelledError:
                errors.append(error)
        while any(not task.done() for task in self._tasks):
            waiting = [task for task in self._tasks if not task.done()]
            done, _ = await wait(waiting, return_when=FIRST_EXCEPTION)
            if any(not task.cancelled() and task.exception() is not None for task in done):
                for task in waiting:
                    task.cancel()
        errors.extend(
            task.exception() for task in self._tasks if not task.cancelled() and task.exception() is not None
        )
        if errors:
            raise BaseExceptionGroup("unhandled errors in a TaskGroup", errors)
        return None


class Event:
    def __init__(self):
        self._set = False
        self._waiters = []

    def is_set(self):
        return self._set

    def set(self):
        self._set = True
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(True)

    def clear(self):
        self._set = False

    async def wait(self):
        if not self._set:
            waiter = get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter
        return True


class Semaphore:
    def __init__(self, value=1):
        if value < 0:
            raise ValueError("Semaphore initial value must be >= 0")
        self._value = value
        self._waiters = collections.deque()

    def locked(self):
        return self._value == 0 or any(not waiter.cancelled() for waiter in self._waiters)

    async def acquire(self):
        if not self.locked():
            self._value -= 1
            return True
        waiter = get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            try:
                await waiter
            finally:
                self._waiters.remove(waiter)
        except CancelledError:
            # It was its turn already, which goes to the next.
            if not waiter.cancelled():
                self._value += 1
                self._hand_over()
            raise
        if self._value > 0:
            self._hand_over()
        return True

    def release(self):
        self._value += 1
        self._hand_over()

    def _hand_over(self):
        """Whoever has waited longest has it from now on, before anybody who comes later."""
        for waiter in self._waiters:
            if not waiter.done():
                self._value -= 1
                waiter.set_result(True)
                return

    async def __aenter__(self):
        await self.acquire()

    async def __aexit__(self, *error):
        self.release()


class BoundedSemaphore(Semaphore):
    def __init__(self, value=1):
        super().__init__(value)
        self._bound = value

    def release(self):
        if self._value >= self._bound:
            raise ValueError("BoundedSemaphore released too many times")
        super().release()


class Lock(Semaphore):
    def __init__(self):
        super().__init__(1)

    def release(self):
        if self._value:
            raise RuntimeError("Lock is not acquired.")
        super().release()


class Condition:
    def __init__(self, lock=None):
        self._lock = lock or Lock()
        self._waiters = collections.deque()
        self.acquire, self.release, self.locked = self._lock.acquire, self._lock.release, self._lock.locked

    async def __aenter__(self):
        await self.acquire()

    async def __aexit__(self, *error):
        self.release()

    async def wait(self):
        self.release()
        waiter = get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await waiter
        finally:
            await self.acquire()
        return True

    async def wait_for(self, predicate):
        while not predicate():
            await self.wait()
        return True

    def notify(self, n=1):
        for _ in range(min(n, len(self._waiters))):
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(True)

    def notify_all(self):
        self.notify(len(self._waiters))


class QueueEmpty(Exception):
    pass


class QueueFull(Exception):
    pass


class Queue:
    def __init__(self, maxsize=0):
        self._maxsize = maxsize
        self._items = collections.deque()
        self._getters = collections.deque()
        self._putters = collections.deque()
        self._unfinished = 0
        self._finished = Event()
        self._finished.set()

    def qsize(self):
        return len(self._items)

    def empty(self):
        return not self._items

    def full(self):
        return 0 < self._maxsize <= len(self._items)

    def put_nowait(self, item):
        if self.full():
            raise QueueFull
        self._items.append(item)
        self._unfinished += 1
        self._finished.clear()
        _wake_one(self._getters)

    async def put(self, item):
        while self.full():
            waiter = get_running_loop().create_future()
            self._putters.append(waiter)
            await waiter
        self.put_nowait(item)

    def get_nowait(self):
        if not self._items:
            raise QueueEmpty
        item = self._items.popleft()
        _wake_one(self._putters)
        return item

    async def get(self):
        while not self._items:
            waiter = get_running_loop().create_future()
            self._getters.append(waiter)
            await waiter
        return self.get_nowait()

    def task_done(self):
        if self._unfinished <= 0:
            raise ValueError("task_done() called too many times")
        self._unfinished -= 1
        if self._unfinished == 0:
            self._finished.set()

    async def join(self):
        await self._finished.wait()


def _wake_one(waiters):
    while waiters:
        waiter = waiters.popleft()
        if not waiter.done():
            waiter.set_result(None)
            return


coroutines = types.SimpleNamespace(iscoroutine=iscoroutine, iscoroutinefunction=iscoroutinefunction)


def _reset():
    """Between runs: a run that was stopped leaves its loop behind."""
    global _running, _current_loop, _names
    _running = _current_loop = None
    _names = itertools.count(1)


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"Lazyscope does not have asyncio.{name} yet")
