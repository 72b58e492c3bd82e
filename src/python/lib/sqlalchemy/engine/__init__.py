"""Engines, connections and results."""

from .._missing import module_getattr
from .base import (  # noqa: F401
    Connection,
    Engine,
    NestedTransaction,
    RootTransaction,
    Transaction,
    create_engine,
    engine_from_config,
)
from .cursor import CursorResult  # noqa: F401
from .result import (  # noqa: F401
    ChunkedIteratorResult,
    FrozenResult,
    IteratorResult,
    MappingResult,
    Result,
    Row,
    RowMapping,
    ScalarResult,
    TupleResult,
)
from .url import URL, make_url  # noqa: F401

__getattr__ = module_getattr("sqlalchemy.engine", {"ExecutionContext": "sqlalchemy.engine.interfaces"})
