"""`sqlalchemy.sql.base`: what statements have in common."""

from .._missing import module_getattr
from ..orm.interfaces import ExecutableOption  # noqa: F401
from .selectable import ColumnCollection, Executable  # noqa: F401

__getattr__ = module_getattr(__name__)
