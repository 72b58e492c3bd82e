"""The async face: calls run to their end when they are awaited, and nothing else may send statements."""

from ..._missing import module_getattr
from .engine import AsyncConnection, AsyncEngine, create_async_engine  # noqa: F401
from .result import AsyncResult, AsyncScalarResult  # noqa: F401
from .session import (  # noqa: F401
    AsyncAttrs,
    AsyncSession,
    AsyncSessionTransaction,
    async_object_session,
    async_scoped_session,
    async_session,
    async_sessionmaker,
)

__getattr__ = module_getattr(__name__)
