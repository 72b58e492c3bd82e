"""`sqlalchemy.engine.row`: rows."""

from .._missing import module_getattr
from .result import Row, RowMapping  # noqa: F401

__getattr__ = module_getattr(__name__)
