"""Directions of relationships, and the names that programs look for here."""

import enum

from .._missing import module_getattr
from .properties import MapperProperty  # noqa: F401


class RelationshipDirection(enum.Enum):
    ONETOMANY = 1
    MANYTOONE = 2
    MANYTOMANY = 3


ONETOMANY = RelationshipDirection.ONETOMANY
MANYTOONE = RelationshipDirection.MANYTOONE
MANYTOMANY = RelationshipDirection.MANYTOMANY

__getattr__ = module_getattr(__name__)
