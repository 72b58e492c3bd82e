"""`sqlalchemy.engine.interfaces`: what listeners of an engine are handed, for annotations."""

from .._missing import module_getattr
from ._host import Context as ExecutionContext, Cursor as DBAPICursor, ExceptionContext  # noqa: F401

__getattr__ = module_getattr(__name__)
