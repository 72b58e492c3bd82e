"""What is SQLite's own."""

from .._missing import module_getattr
from ..sql.dml import Insert, insert  # noqa: F401
from ..types import (  # noqa: F401
    BLOB,
    BOOLEAN,
    CHAR,
    DATE,
    DATETIME,
    DECIMAL,
    FLOAT,
    INTEGER,
    JSON,
    NUMERIC,
    REAL,
    SMALLINT,
    TEXT,
    TIME,
    TIMESTAMP,
    VARCHAR,
)

__getattr__ = module_getattr("sqlalchemy.dialects.sqlite")


class dialect:
    """The dialect of SQLite."""

    name = "sqlite"
    driver = "pysqlite"
    paramstyle = "qmark"

    def __init__(self, **kw):
        pass
