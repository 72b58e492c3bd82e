"""`sqlalchemy.orm.unitofwork`: what listeners of a flush are handed, for annotations."""

from .._missing import module_getattr
from .events import UOWTransaction  # noqa: F401

__getattr__ = module_getattr(__name__)
