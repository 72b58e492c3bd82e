"""`sqlalchemy.sql.sqltypes`: the types, which live in `sqlalchemy.types`."""

from .._missing import module_getattr
from ..types import *  # noqa: F403

__getattr__ = module_getattr(__name__)
