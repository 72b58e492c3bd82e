"""`sqlalchemy.sql.schema`: what tables are made of, which lives in `sqlalchemy.schema`."""

from .._missing import module_getattr
from ..schema import *  # noqa: F403

__getattr__ = module_getattr(__name__)
