"""Where declarative mapping lived before it moved to `sqlalchemy.orm`."""

from .._missing import module_getattr
from ..orm import declarative_base, declared_attr  # noqa: F401

__getattr__ = module_getattr(__name__)
