"""What the 1.4 style imports: the same as everywhere."""

from . import select  # noqa: F401
from ._missing import module_getattr
from .engine import Connection, Engine, create_engine  # noqa: F401

__getattr__ = module_getattr(__name__)
