"""Dialects: SQLite's is the one that runs."""

from .._missing import module_getattr

__getattr__ = module_getattr("sqlalchemy.dialects")
