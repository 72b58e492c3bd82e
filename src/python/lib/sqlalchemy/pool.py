"""Connection pools: there is one connection, so they are names only."""

from ._missing import module_getattr

__getattr__ = module_getattr("sqlalchemy.pool")


class Pool:
    """A pool."""

    def __init__(self, engine):
        self._engine = engine

    def status(self):
        return type(self).__name__

    def dispose(self):
        pass


class StaticPool(Pool):
    pass


class NullPool(Pool):
    pass


class QueuePool(Pool):
    pass


class SingletonThreadPool(Pool):
    pass


class AssertionPool(Pool):
    pass


class AsyncAdaptedQueuePool(Pool):
    pass
