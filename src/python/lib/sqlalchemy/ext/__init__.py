"""SQLAlchemy's extensions, as far as Lazyscope has them."""

from .._missing import module_getattr

__getattr__ = module_getattr(__name__)
