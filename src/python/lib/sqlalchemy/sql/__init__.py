"""`sqlalchemy.sql`."""

from .._missing import module_getattr
from .elements import *  # noqa: F403
from .elements import ColumnElement, func, text  # noqa: F401

_fallback = module_getattr("sqlalchemy.sql")


def __getattr__(name):
    import sqlalchemy

    if not name.startswith("_") and name in vars(sqlalchemy):
        return vars(sqlalchemy)[name]
    return _fallback(name)
