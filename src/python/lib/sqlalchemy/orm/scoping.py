"""`sqlalchemy.orm.scoping`: sessions by scope."""

from .._missing import module_getattr
from .session import ScopedRegistry, scoped_session  # noqa: F401

__getattr__ = module_getattr(__name__)
