"""The async face: calls run to their end when they are awaited, and nothing else may send statements."""

from ..._missing import module_getattr
from .engine import (  # noqa: F401
    AsyncConnection,
    AsyncEngine,
    AsyncTransaction,
    async_engine_from_config,
    create_async_engine,
)
from .result import AsyncMappingResult, AsyncResult, AsyncScalarResult  # noqa: F401
from .session import (  # noqa: F401
    AsyncAttrs,
    AsyncSession,
    AsyncSessionTransaction,
    async_object_session,
    async_scoped_session,
    async_session,
    async_sessionmaker,
    close_all_sessions,
)

__getattr__ = module_getattr(__name__)
